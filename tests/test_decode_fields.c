/* What became of each field of an event: the same words as the decoder's own choice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_decode.h"

struct told {
	char text[2048];
	size_t n;
};

static void
tell(void *ctx, const struct decode_field *f)
{
	static const char *const uses[] = {"ignored", "input", "class", "is", "holds"};
	struct told *t = ctx;
	char what[120] = "";
	int n = 0;

	if (f->use == DECODE_KNOWN || f->use == DECODE_HOLDS)
		n = snprintf(what, sizeof what, " %s%s", keymap_aliases[f->meaning].names[0], f->rank ? "*" : "");
	else if (f->name.n)
		n = snprintf(what, sizeof what, " %.*s", (int)f->name.n, f->name.p);
	else if (f->instead.n)
		n = snprintf(what, sizeof what, " for %.*s", (int)f->instead.n, f->instead.p);
	if (f->value.kind == VALUE_NUMBER)
		snprintf(what + n, sizeof what - (size_t)n, " %g", f->value.num);
	else if (f->value.kind != VALUE_MISSING)
		snprintf(what + n, sizeof what - (size_t)n, " '%.*s'", (int)f->value.text.n, f->value.text.p);
	t->n += (size_t)snprintf(t->text + t->n, sizeof t->text - t->n, "%.*s: %s%s\n", (int)f->path.n, f->path.p,
	    uses[f->use], what);
}

static void
check(struct fixture *f, const char *want)
{
	struct told t = {.n = 0};

	assert_int_equal(decoder_fields(f->decoder, tell, &t, NULL), 0);
	assert_string_equal(t.text, want);
}

static void
fields_at_the_top_are_inputs_unless_features_holds_them(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"timestamp\":5,\"a\":1,\"deep\":{\"b\":\"x\",\"er\":{\"c\":true}},\"pred\":\"yes\",\"list\":[1]}");
	check(f, "timestamp: is ts* 5\na: input a 1\ndeep.b: input deep.b 'x'\ndeep.er.c: input deep.er.c 'true'\n"
		 "pred: is prediction* 'yes'\nlist: input list '[1]'\n");
	take(f, "{\"a\":1,\"deep\":{\"b\":\"x\"},\"features\":{\"a\":2,\"in\":{\"d\":3}},\"more\":{\"z\":1},"
		"\"late\":4}");
	check(f, "a: ignored for features\ndeep.b: ignored for features\nfeatures: holds features\n"
		 "features.a: input a 2\nfeatures.in.d: input in.d 3\nmore: ignored for features\n"
		 "late: ignored for features\n");
}

static void
an_earlier_alias_goes_before_a_later_one_and_says_so(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"duration_s\":0.5,\"latency\":7,\"input\":{\"x\":1},\"inputs\":{\"y\":2},\"score\":null}");
	check(f, "duration_s: ignored for latency\nlatency: is latency_ms* 7\ninput: ignored for inputs\n"
		 "input.x: ignored for inputs\ninputs: holds features*\ninputs.y: input y 2\nscore: is score\n");
}

static void
classes_and_words_that_are_no_status_are_told(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"status\":\"gold\",\"probabilities\":{\"no\":0.25,\"yes\":0.75},\"id\":{\"a\":1}}");
	check(f, "status: input status 'gold'\nprobabilities: holds proba*\nprobabilities.no: class no 0.25\n"
		 "probabilities.yes: class yes 0.75\nid: is id '{\"a\":1}'\n");
	take(f, "{\"status\":404,\"proba\":0.5}");
	check(f, "status: is status 404\nproba: is proba 0.5\n");
}

static void
of_flat_entries_too(void **state)
{
	struct fixture *f = *state;

	FLAT(f, "time", "7", "x", "1", "features", "{\"y\": 2}", "model_name", "m");
	check(f, "time: is ts* 7\nx: ignored for features\nfeatures: holds features\nfeatures.y: input y 2\n"
		 "model_name: is model* 'm'\n");
	FLAT(f, "x", "1", "f.y", "2", "input", "no object", "score", "0.5");
	check(f, "x: ignored for f.\nf.y: input y 2\ninput: ignored for f.\nscore: is score 0.5\n");
	FLAT(f, "x", "1", "input", "no object");
	check(f, "x: input x 1\ninput: input input 'no object'\n");
}

static void
a_path_that_is_too_long_loses_its_beginning(void **state)
{
	struct fixture *f = *state;
	char text[2 * DECODE_PATH_BYTES + 64], name[DECODE_PATH_BYTES + 1];
	struct told t = {.n = 0};

	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	snprintf(text, sizeof text, "{\"%.100s\":{\"%.200s\":1}}", name, name);
	take(f, text);
	assert_int_equal(decoder_fields(f->decoder, tell, &t, NULL), 0);
	assert_int_equal(strcspn(t.text, ":"), DECODE_PATH_BYTES);
	assert_true(t.text[DECODE_PATH_BYTES - 201] == '.');
}

static int
once(void *ctx, struct err *err)
{
	struct fixture *f = ctx;
	struct told t = {.n = 0};
	int rc = decoder_fields(f->decoder, tell, &t, err);

	assert_true(rc ? t.n == 0 : t.n > 0);
	return rc;
}

static void
without_memory_nothing_is_told(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"a\":1,\"b\":{\"c\":2}}");
	assert_true(alloc_fail_each(once, f) > 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(fields_at_the_top_are_inputs_unless_features_holds_them),
	    WITH(an_earlier_alias_goes_before_a_later_one_and_says_so),
	    WITH(classes_and_words_that_are_no_status_are_told),
	    WITH(of_flat_entries_too),
	    WITH(a_path_that_is_too_long_loses_its_beginning),
	    WITH(without_memory_nothing_is_told),
	};

	return cmocka_run_group_tests_name("decode_fields", tests, NULL, NULL);
}
