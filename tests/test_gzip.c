/* Compressed text in pieces of any size, of several members, cut and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/gzip.h"
#include "tests/lib_lines.h"

static enum gzip_state
inflate_all(const char *data, size_t n, size_t piece, char *out, size_t cap, size_t *got)
{
	struct gzip *g = NULL;
	enum gzip_state state = GZIP_END;
	size_t at, before;

	assert_int_equal(gzip_new(&g, NULL), 0);
	*got = 0;
	for (at = 0; at < n; at += piece) {
		struct slice in = slice_make(data + at, piece < n - at ? piece : n - at);

		do {
			before = *got;
			/* Little room at a time, so that some always waits inside. */
			state =
			    gzip_inflate(g, &in, out + *got, cap - *got < 7 ? cap - *got : 7, got);
		} while (in.n || *got - before == 7);
	}
	gzip_free(g);
	return state;
}

static void
members_are_one_text_and_what_follows_does_not_count(void **state)
{
	char data[1024], out[1024];
	size_t n = squeeze("first ", 6, data, sizeof(data)), got, piece, cut;

	(void)state;
	n += squeeze("second", 6, data + n, sizeof(data) - n);
	for (piece = 1; piece <= n; piece++) {
		assert_int_equal(inflate_all(data, n, piece, out, sizeof(out), &got), GZIP_END);
		assert_int_equal(got, 12);
		assert_memory_equal(out, "first second", 12);
	}
	for (cut = 3; cut < n; cut++)
		if (inflate_all(data, cut, 5, out, sizeof(out), &got) == GZIP_END)
			assert_int_equal(got, 6);
	memset(data + n, 0, 100);
	assert_int_equal(inflate_all(data, n + 100, 9, out, sizeof(out), &got), GZIP_END);
	assert_int_equal(got, 12);
	data[12] ^= 0x55;
	assert_int_equal(inflate_all(data, n, 9, out, sizeof(out), &got), GZIP_DAMAGED);
	assert_true(gzip_is(slice_make("\x1f\x8b", 2)) && !gzip_is(slice_of("{\"")) &&
		    !gzip_is(slice_of("\x1f")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_are_one_text_and_what_follows_does_not_count),
	};

	return cmocka_run_group_tests_name("gzip", tests, NULL, NULL);
}
