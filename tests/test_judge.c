/* How bad a model is: what makes it so, and what does not. */
#include "core/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/baseline.h"
#include "core/rows.h"
#include "core/store.h"
#include "tests/lib_maker.h"

static void
a_burst_that_ends_is_no_alarm_but_a_model_that_was_known_and_stops_is(void **state)
{
	struct store *s = store_make(true);
	struct model_figures m;

	(void)state;
	history_ends(s);
	feed(s, "burst", T0, 100, 24, 0, 1); /* 2 s of life say nothing of the gaps to come */
	store_tick(s, T0 + 400000, NULL);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.severity, SEVERITY_UNKNOWN);
	store_free(s);
	s = store_make(true);
	history_ends(s);
	feed(s, "steady", T0, 1000, 2000, 0, 1);
	store_tick(s, T0 + 2000000, NULL);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.severity, SEVERITY_OK);
	store_tick(s, T0 + 2130000, NULL); /* six times 20 s, the least gap that counts, and more */
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.severity, SEVERITY_CRIT);
	assert_non_null(strstr(m.why.p, "no event for 13"));
	store_free(s);
}

static void
missing_at_watch_does_not_make_a_drift_of_size_critical(void **state)
{
	struct store *s = store_make(true);
	struct model_figures m;
	struct feature_figures f;
	struct maker mk;
	int i;

	(void)state;
	feed(s, "m", T0, 100, 20000, 0, 1);
	history_ends(s);
	for (i = 0; i < 2000; i++) { /* to one end of its range, and one row in 25 without a value */
		struct value none = {VALUE_MISSING, 0, {NULL, 0}};

		event_make(&mk, "m", T0 + 2000000 + i * 100);
		feature_add(&mk, "x", i % 25 ? number(0.9 + i % 7 * 0.01) : none);
		feature_add(&mk, "k", text(i % 2 ? "yes" : "no"));
		store_ingest(s, &mk.ev, NULL);
	}
	store_tick(s, T0 + 2199900, NULL);
	figures_feature(s, 0, 0, WINDOW_5M, &f);
	assert_true(f.drift.causes & CAUSE_MISSING);
	assert_false(f.drift.drift_causes & CAUSE_MISSING);
	assert_true(f.drift.drift_causes & CAUSE_SIZE);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.severity, SEVERITY_WARN);
	store_free(s);
}

static void
a_stream_that_is_still_being_read_is_not_silent(void **state)
{
	struct store *s = store_make(true);
	struct fact f = {.kind = FACT_SOURCE};
	struct model_figures m;

	(void)state;
	f.u.source.url = slice_of("redis://h");
	f.u.source.state = FEED_CATCHING_UP;
	assert_int_equal(store_apply(s, &f, NULL), 0);
	feed(s, "m", T0, 400, 3000, 0, 1); /* twenty minutes, a third of them its baseline */
	history_ends(s);
	/* Another stream of the source is an hour ahead. */
	assert_int_equal(store_tick(s, T0 + 3600000, NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_not_equal(m.severity, SEVERITY_CRIT);
	f.u.source.state = FEED_LIVE;
	assert_int_equal(store_apply(s, &f, NULL), 0);
	assert_int_equal(store_tick(s, T0 + 3601000, NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.severity, SEVERITY_CRIT);
	store_free(s);
}

static void
a_feature_gone_missing_is_drift_even_where_the_sample_is_thin(void **state)
{
	struct store *s = store_make(true);
	struct feature_figures f;
	struct model_figures m;
	struct maker mk;
	int i;

	(void)state;
	feed(s, "m", T0, 100, 20000, 0, 1);
	history_ends(s);
	for (i = 0; i < 600; i++) {
		event_make(&mk, "m", T0 + 3000000 + i * 400);
		feature_add(&mk, "x", (struct value){VALUE_MISSING, 0, {NULL, 0}});
		feature_add(&mk, "k", text("yes"));
		store_ingest(s, &mk.ev, NULL);
	}
	store_tick(s, T0 + 3240000, NULL);
	figures_feature(s, 0, 0, WINDOW_5M, &f);
	assert_int_equal(f.count, 0);
	assert_int_equal(f.missing, 600);
	assert_int_equal(f.drift.state, DRIFT_DRIFT);
	assert_int_equal(f.drift.causes, CAUSE_MISSING);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.severity, SEVERITY_CRIT);
	store_free(s);
}

/* A baseline is a file: it says how things were, and nothing of how they are. */
static void
a_model_without_events_is_unknown_and_says_so(void **state)
{
	struct store *s = store_make(false);
	struct fact f = {.kind = FACT_BASELINE};
	struct baseline *b = NULL;
	struct model_figures m;
	struct maker mk;
	struct rows rows;
	int i;

	(void)state;
	rows_init(&rows);
	for (i = 0; i < 500; i++) {
		event_make(&mk, "m", T0 + i);
		feature_add(&mk, "x", number(i % 17));
		assert_int_equal(rows_add(&rows, &mk.ev, 0, NULL), 0);
	}
	assert_int_equal(
	    baseline_from_rows(&b, slice_of("m"), &rows, 0, rows.count, BASELINE_FILE, "by hand", NULL), 0);
	rows_release(&rows);
	f.u.baseline.baseline = b;
	assert_int_equal(store_apply(s, &f, NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.severity, SEVERITY_UNKNOWN);
	assert_int_equal(store_tick(s, T0 + 1000, NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.severity, SEVERITY_UNKNOWN);
	assert_true(slice_is(m.why, "no event yet"));
	feed(s, "m", T0 + 2000, 100, 20, 0, 1);
	assert_int_equal(store_tick(s, T0 + 5000, NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_not_equal(m.severity, SEVERITY_UNKNOWN);
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_burst_that_ends_is_no_alarm_but_a_model_that_was_known_and_stops_is),
	    cmocka_unit_test(missing_at_watch_does_not_make_a_drift_of_size_critical),
	    cmocka_unit_test(a_stream_that_is_still_being_read_is_not_silent),
	    cmocka_unit_test(a_model_without_events_is_unknown_and_says_so),
	    cmocka_unit_test(a_feature_gone_missing_is_drift_even_where_the_sample_is_thin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
