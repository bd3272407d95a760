#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_alloc.h"
#include "tui/demo_labels.h"

#define START INT64_C(1700000000000)

static int
hold(struct demo_labels *l, const char *line, double at_s, bool keep, char *out, struct err *err)
{
	size_t n = strlen(line);
	int rc;

	memcpy(out, line, n);
	rc = demo_labels_hold(l, out, &n, at_s, keep, err);
	out[n] = '\0';
	return rc;
}

static void
a_label_is_taken_out_and_comes_when_it_is_due(void **state)
{
	static const char line[] =
	    "{\"ts\":1,\"id\":\"birdstrikes-0000001\",\"model\":\"m\",\"score\":0.5,\"label\":\"none\"}";
	struct demo_labels l = {0};
	char out[512], buf[DEMO_LABELS_LINE_BYTES];
	struct err err;
	double at_s;
	size_t n;

	(void)state;
	assert_int_equal(hold(&l, line, -30, true, out, &err), 0);
	assert_string_equal(out, "{\"ts\":1,\"id\":\"live-0000001\",\"model\":\"m\",\"score\":0.5}");
	assert_int_equal(hold(&l, "{\"id\":\"birdstrikes-0000001\",\"label\":\"damage\"}", -25, false, out, &err), 0);
	assert_string_equal(out, "{\"id\":\"live-0000002\"}");
	assert_int_equal(demo_labels_next(&l, -30 + DEMO_LABELS_DELAY_S - 0.001, START, buf, &at_s), 0);
	n = demo_labels_next(&l, -30 + DEMO_LABELS_DELAY_S, START, buf, &at_s);
	assert_int_equal(n, strlen(buf));
	assert_string_equal(buf, "{\"ts\":1699999990000,\"id\":\"live-0000001\",\"model\":\"" DEMO_LABELS_MODEL
				 "\",\"label\":\"none\"}");
	assert_true(at_s == -10);
	/* The second one is never known. */
	assert_int_equal(demo_labels_next(&l, 1000, START, buf, &at_s), 0);
	demo_labels_release(&l);
}

static void
a_line_without_a_label_or_an_id_stays_as_it_is(void **state)
{
	static const char *const lines[] = {"{}", "{\"id\":\"a\"}", "{\"label\":1}", "{\"id\":7,\"label\":1}"};
	struct demo_labels l = {0};
	char out[512], buf[DEMO_LABELS_LINE_BYTES];
	struct err err;
	double at_s;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_int_equal(hold(&l, lines[i], 0, true, out, &err), 0);
		assert_string_equal(out, lines[i]);
	}
	assert_int_equal(demo_labels_next(&l, 1000, START, buf, &at_s), 0);
	demo_labels_release(&l);
}

static int
many(void *ctx, struct err *err)
{
	struct demo_labels l = {0};
	char line[128], out[512], buf[DEMO_LABELS_LINE_BYTES];
	unsigned i, come = 0;
	double at_s, last = 0;
	int rc = 0;

	(void)ctx;
	for (i = 0; i < 5000 && !rc; i++) {
		snprintf(line, sizeof(line), "{\"id\":\"birdstrikes-%07u\",\"label\":%u}", i, i);
		rc = hold(&l, line, i * 0.01, true, out, err);
		/* Some go while others come: the ring turns before it grows. */
		while (!rc && i % 3 == 0 && demo_labels_next(&l, i * 0.01, START, buf, &at_s)) {
			snprintf(line, sizeof(line), "\"label\":%u}", come++);
			assert_non_null(strstr(buf, line));
			assert_true(at_s >= last);
			last = at_s;
		}
	}
	while (!rc && demo_labels_next(&l, 1e9, START, buf, &at_s))
		come++;
	assert_true(rc || come == 5000);
	demo_labels_release(&l);
	return rc;
}

static void
labels_come_in_order_and_none_is_lost(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(many, NULL) >= 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_label_is_taken_out_and_comes_when_it_is_due),
	    cmocka_unit_test(a_line_without_a_label_or_an_id_stays_as_it_is),
	    cmocka_unit_test(labels_come_in_order_and_none_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
