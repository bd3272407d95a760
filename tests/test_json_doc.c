#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/json_doc.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_tmp.h"

/* The buffer must outlive the document: the caller frees both. */
static int
commented(const char *text, char **buf, struct json_doc **doc, struct err *err)
{
	size_t n = strlen(text);

	*buf = mem_dup(text, n);
	assert_non_null(*buf);
	return json_doc_parse_commented(doc, *buf, n, err);
}

static void
comments_and_last_commas_are_passed_over(void **state)
{
	static const char text[] = "// a file\n{ /* two\nlines */ \"a\": [1, 2, /* x */ 3, ], // end\n"
				   " \"b\": \"no // comment, /* here */ \\\" ,]\", \"c\": {\"d\": 1,},\n}\n// last";
	struct json_doc *d = NULL;
	struct err err = {0};
	const struct json_node *root;
	char *buf;

	(void)state;
	if (commented(text, &buf, &d, &err))
		fail_msg("%s", err.msg);
	root = json_doc_root(d);
	assert_int_equal(json_doc_count(root), 3);
	assert_int_equal(json_doc_count(json_doc_member(root, "a")), 3);
	assert_string_equal(json_doc_text(json_doc_member(root, "b")), "no // comment, /* here */ \" ,]");
	assert_true(json_doc_number(json_doc_member(json_doc_member(root, "c"), "d")) == 1);
	json_doc_free(d);
	mem_free(buf);
}

static void
what_is_no_json_is_refused_with_its_line_and_column(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
	    {"", "not JSON at line 1, column 1"},
	    {"  // nothing", "not JSON at line 1"},
	    {"{\n  \"a\" 1\n}", "line 2, column 7: expected ':'"},
	    {"{\n\n /* open", "line 3, column 2: this comment has no end"},
	    {"{} x", "line 1, column 4: something stands behind the end"},
	    {"[1,,]", "line 1, column 4"},
	    {"[,]", "line 1, column 2"},
	    {"{,}", "line 1, column 2"},
	    {"{\"a\":,}", "line 1, column 6"},
	    {"[1 /", "line 1, column 4"},
	    {"[NaN]", "line 1"},
	    {"\"open", "line 1"},
	    {"// a\n// b\n[1 2]", "line 3, column 4"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_doc *d = NULL;
		struct err err = {0};
		char *buf;
		int rc = commented(rows[i].text, &buf, &d, &err);

		if (rc != ERR_FORMAT || !strstr(err.msg, rows[i].says))
			fail_msg("'%s': %d %s", rows[i].text, rc, err.msg);
		assert_null(d);
		mem_free(buf);
	}
}

static void
strict_json_knows_no_comments(void **state)
{
	struct json_doc *d = NULL;

	(void)state;
	assert_int_equal(json_doc_parse(&d, slice_of("[1,]"), NULL), ERR_FORMAT);
	assert_int_equal(json_doc_parse(&d, slice_of("[1] // x"), NULL), ERR_FORMAT);
	assert_int_equal(json_doc_parse(&d, slice_of("[1] \n"), NULL), 0);
	json_doc_free(d);
}

static void
every_value_knows_its_path_and_its_line(void **state)
{
	static const char text[] = "{ // one\n \"streams\": [\"a\",\n  \"b\"],\n \"rules\": [{\"name\": \"x: {[,\"},\n"
				   " {\n  \"crit\":\n   \"p99\" }], \"m*\": {\"y\": null, \"z\": -1.5e3 }\n}";
	struct json_doc *d = NULL;
	const struct json_node *root, *v;
	char *buf, path[64], tiny[10];

	(void)state;
	assert_int_equal(commented(text, &buf, &d, NULL), 0);
	root = json_doc_root(d);
	assert_string_equal(json_doc_path(d, root, path, sizeof(path)), "");
	assert_int_equal(json_doc_line(d, root), 1);
	v = json_doc_next(json_doc_first(json_doc_member(root, "streams")));
	assert_string_equal(json_doc_path(d, v, path, sizeof(path)), "streams[1]");
	assert_int_equal(json_doc_line(d, v), 3);
	v = json_doc_next(json_doc_first(json_doc_member(root, "rules")));
	assert_string_equal(json_doc_path(d, v, path, sizeof(path)), "rules[1]");
	assert_int_equal(json_doc_line(d, v), 5);
	v = json_doc_member(v, "crit");
	assert_string_equal(json_doc_path(d, v, path, sizeof(path)), "rules[1].crit");
	assert_int_equal(json_doc_line(d, v), 6); /* of its key */
	v = json_doc_member(json_doc_member(root, "m*"), "z");
	assert_string_equal(json_doc_path(d, v, path, sizeof(path)), "[\"m*\"].z");
	assert_string_equal(json_doc_path(d, v, tiny, sizeof(tiny)), "[\"m*\"].z");
	assert_string_equal(json_doc_path(d, v, tiny, 5), "[\"m*");
	assert_int_equal(json_doc_line(d, v), 7);
	assert_true(json_doc_number(v) == -1500);
	json_doc_free(d);
	mem_free(buf);
}

static void
a_fault_names_line_path_and_what(void **state)
{
	struct json_doc *d = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(json_doc_parse(&d, slice_of("\xef\xbb\xbf[0,\n[1, 2]]"), NULL), 0);
	assert_int_equal(json_doc_fault(d, json_doc_first(json_doc_next(json_doc_first(json_doc_root(d)))), ERR_USAGE,
			     &err, "is %s", "wrong"),
	    ERR_USAGE);
	assert_string_equal(err.msg, "line 2: [1][0]: is wrong");
	json_doc_free(d);
}

static void
a_value_of_another_kind_is_none(void **state)
{
	static const enum json_doc_kind kinds[] = {JSON_DOC_NULL, JSON_DOC_BOOL, JSON_DOC_BOOL, JSON_DOC_NUMBER,
	    JSON_DOC_TEXT, JSON_DOC_ARRAY, JSON_DOC_OBJECT};
	struct json_doc *d = NULL;
	const struct json_node *v;
	size_t i = 0;

	(void)state;
	assert_int_equal(json_doc_parse(&d, slice_of("[null,true,false,1.5,\"x\",[],{\"k\":null}]"), NULL), 0);
	for (v = json_doc_first(json_doc_root(d)); v; v = json_doc_next(v), i++) {
		assert_int_equal(json_doc_kind(v), kinds[i]);
		assert_int_equal(isnan(json_doc_number(v)), kinds[i] != JSON_DOC_NUMBER);
		assert_int_equal(json_doc_text(v) != NULL, kinds[i] == JSON_DOC_TEXT);
		assert_int_equal(json_doc_bool(v), i == 1);
		assert_false(json_doc_is_whole(v));
		assert_null(json_doc_member(v, "k"));
	}
	assert_int_equal(i, 7);
	assert_int_equal(json_doc_kind(NULL), JSON_DOC_NULL);
	assert_null(json_doc_first(NULL));
	json_doc_free(d);
}

/* Lines and paths are found by walking the text beside the tree: both must count alike, whatever the layout. */
static void
places_hold_for_every_value_of_a_large_text(void **state)
{
	char *text = malloc(200000), path[64], must[64];
	size_t n = 0, i;
	struct json_doc *d = NULL;
	const struct json_node *v;

	(void)state;
	n += (size_t)snprintf(text + n, 200000 - n, "[");
	for (i = 0; i < 2000; i++)
		n += (size_t)snprintf(text + n, 200000 - n, "%s\n{\"a\\\"b\": [%zu, {}, []], \"c\" :true}",
		    i ? "," : "", i);
	n += (size_t)snprintf(text + n, 200000 - n, "]");
	assert_int_equal(json_doc_parse(&d, slice_make(text, n), NULL), 0);
	for (v = json_doc_first(json_doc_root(d)), i = 0; v; v = json_doc_next(v), i++) {
		if (i % 97)
			continue;
		assert_int_equal(json_doc_line(d, v), i + 2);
		assert_int_equal(json_doc_line(d, json_doc_member(v, "c")), i + 2);
		snprintf(must, sizeof(must), "[%zu].c", i);
		assert_string_equal(json_doc_path(d, json_doc_member(v, "c"), path, sizeof(path)), must);
	}
	json_doc_free(d);
	free(text);
}

static void
files_are_read_whole_or_refused(void **state)
{
	char path[500], *text = NULL;
	struct err err = {0};
	size_t n = 0;
	int fd;

	(void)state;
	lib_tmp_file(path, sizeof(path), "doc");
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "{}\n", 3), 3);
	close(fd);
	assert_int_equal(json_doc_read_file(path, 100, &text, &n, &err), 0);
	assert_int_equal(n, 3);
	assert_string_equal(text, "{}\n");
	mem_free(text);
	assert_int_equal(json_doc_read_file(path, 2, &text, &n, &err), ERR_LIMIT);
	unlink(path);
	assert_int_equal(json_doc_read_file(path, 100, &text, &n, &err), ERR_NOT_FOUND);
	assert_int_equal(json_doc_read_file("/", 100, &text, &n, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "directory"));
}

static int
parse_one(void *ctx, struct err *err)
{
	struct json_doc *d = NULL;
	int rc = json_doc_parse(&d, slice_of(ctx), err);

	json_doc_free(d);
	return rc;
}

static void
no_allocation_can_fail_unseen(void **state)
{
	char text[] = "{\"a\":[1,\"x\",{\"b\":null}],\"c\":true}";

	(void)state;
	assert_true(alloc_fail_each(parse_one, text) > 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comments_and_last_commas_are_passed_over),
	    cmocka_unit_test(what_is_no_json_is_refused_with_its_line_and_column),
	    cmocka_unit_test(strict_json_knows_no_comments),
	    cmocka_unit_test(every_value_knows_its_path_and_its_line),
	    cmocka_unit_test(a_fault_names_line_path_and_what),
	    cmocka_unit_test(a_value_of_another_kind_is_none),
	    cmocka_unit_test(places_hold_for_every_value_of_a_large_text),
	    cmocka_unit_test(files_are_read_whole_or_refused),
	    cmocka_unit_test(no_allocation_can_fail_unseen),
	};

	return cmocka_run_group_tests_name("json_doc", tests, NULL, NULL);
}
