/* Commands that were typed, in memory and in their file. */
#include "tui/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/state_file.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_tmp.h"

static void
add(struct history *h, const char *line)
{
	history_add(h, slice_of(line));
}

static void
lines_are_found_from_the_last_one_back(void **state)
{
	struct history h = {.n = 0};

	(void)state;
	assert_null(history_at(&h, 1));
	add(&h, "a");
	add(&h, "b");
	add(&h, "b"); /* once */
	assert_string_equal(history_at(&h, 1), "b");
	assert_string_equal(history_at(&h, 2), "a");
	assert_null(history_at(&h, 3));
	assert_null(history_at(&h, 0));
	history_release(&h);
}

static void
what_could_be_a_secret_or_is_no_text_is_not_kept(void **state)
{
	struct history h = {.n = 0};

	(void)state;
	add(&h, "");
	add(&h, " begins with a blank");
	add(&h, "goto redis://u:p@h");
	add(&h, "a\nb");
	add(&h, "a\033[31m");
	assert_int_equal(h.n, 0);
	add(&h, "a:/b");
	assert_int_equal(h.n, 1);
	history_release(&h);
}

static void
the_oldest_goes_where_there_are_too_many(void **state)
{
	struct history h = {.n = 0};
	char line[16];

	(void)state;
	for (int i = 0; i < HISTORY_LINES + 10; i++) {
		snprintf(line, sizeof line, "%d", i);
		add(&h, line);
	}
	assert_int_equal(h.n, HISTORY_LINES);
	assert_int_equal(h.fresh, HISTORY_LINES);
	assert_string_equal(history_at(&h, HISTORY_LINES), "10");
	history_release(&h);
}

static void
the_file_is_private_and_comes_back_before_what_is_new(void **state)
{
	struct history h = {.n = 0}, next = {.n = 0};
	char root[256], dir[300], path[340];
	struct stat st;
	struct err err = {0};

	(void)state;
	lib_tmp_make(root, sizeof root, "history");
	snprintf(dir, sizeof dir, "%s/a/b", root);
	snprintf(path, sizeof path, "%s/" HISTORY_FILE, dir);
	assert_int_equal(history_read(&h, dir, &err), 0); /* none is no error */
	assert_int_equal(history_write(&h, dir, &err), 0); /* and nothing new makes none */
	assert_int_not_equal(stat(path, &st), 0);
	add(&h, "one");
	add(&h, "two");
	assert_int_equal(history_write(&h, dir, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	add(&next, "three");
	assert_int_equal(history_read(&next, dir, &err), 0);
	assert_int_equal(next.n, 3);
	assert_int_equal(next.fresh, 1);
	assert_string_equal(history_at(&next, 1), "three");
	assert_string_equal(history_at(&next, 3), "one");
	/* Two sessions that end one after the other keep the lines of both. */
	add(&h, "four");
	h.fresh = 1;
	assert_int_equal(history_write(&h, dir, &err), 0);
	assert_int_equal(history_write(&next, dir, &err), 0);
	history_release(&h);
	assert_int_equal(history_read(&h, dir, &err), 0);
	assert_int_equal(h.n, 4);
	assert_string_equal(history_at(&h, 1), "three");
	assert_string_equal(history_at(&h, 2), "four");
	history_release(&h);
	history_release(&next);
	lib_tmp_remove(root);
}

static void
a_file_of_anything_gives_the_lines_that_are_text(void **state)
{
	static const char bytes[] = "good\n\0bad\n\033[2J\n\n  blank\nlast";
	struct history h = {.n = 0};
	char dir[256];
	struct err err = {0};

	(void)state;
	lib_tmp_make(dir, sizeof dir, "history");
	assert_int_equal(state_file_write(dir, HISTORY_FILE, bytes, sizeof bytes - 1, &err), 0);
	assert_int_equal(history_read(&h, dir, &err), 0);
	assert_int_equal(h.n, 2);
	assert_string_equal(history_at(&h, 1), "last");
	assert_string_equal(history_at(&h, 2), "good");
	history_release(&h);
	lib_tmp_remove(dir);
}

static int
write_and_read(void *ctx, struct err *err)
{
	struct history h = {.n = 0};
	int rc;

	add(&h, "one");
	rc = history_write(&h, ctx, err);
	if (!rc)
		rc = history_read(&h, ctx, err);
	history_release(&h);
	return rc;
}

static void
out_of_memory_keeps_what_there_is(void **state)
{
	char dir[256];

	(void)state;
	lib_tmp_make(dir, sizeof dir, "history");
	assert_true(alloc_survive_each(write_and_read, dir) > 0);
	lib_tmp_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_found_from_the_last_one_back),
	    cmocka_unit_test(what_could_be_a_secret_or_is_no_text_is_not_kept),
	    cmocka_unit_test(the_oldest_goes_where_there_are_too_many),
	    cmocka_unit_test(the_file_is_private_and_comes_back_before_what_is_new),
	    cmocka_unit_test(a_file_of_anything_gives_the_lines_that_are_text),
	    cmocka_unit_test(out_of_memory_keeps_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
