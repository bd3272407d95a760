/*
 * The store from events to figures. Expected values are worked out by hand or by a naive model beside the store.
 */
#include "core/figures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/baseline.h"
#include "core/store.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"


/* A baseline of x = 1..20, k = A A A B ... as a fact. */
static struct baseline *
baseline_make(void)
{
	struct baseline *b = NULL;
	struct rows rows;
	struct maker mk;
	int i;

	rows_init(&rows);
	for (i = 1; i <= 20; i++) {
		event_make(&mk, "m", T0 - 1000000 + i);
		feature_add(&mk, "x", number(i));
		feature_add(&mk, "k", text(i % 2 ? "A" : "B"));
		assert_int_equal(rows_add(&rows, &mk.ev, 0, NULL), 0);
	}
	assert_int_equal(
	    baseline_from_rows(&b, slice_of("m"), &rows, 0, rows.count, BASELINE_FILE, "by hand", NULL), 0);
	rows_release(&rows);
	return b;
}

static void
apply_baseline(struct store *s, struct baseline *b)
{
	struct fact f = {.kind = FACT_BASELINE};

	f.u.baseline.baseline = b;
	assert_int_equal(store_apply(s, &f, NULL), 0);
}

/* sum (q-p) ln(q/p) with half a row added to each cell: DESIGN's definition, written once more. */
static double
naive_psi(const double *cur, const double *ref, size_t n)
{
	double sc = 0, sr = 0, psi = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		sc += cur[i] + 0.5;
		sr += ref[i] + 0.5;
	}
	for (i = 0; i < n; i++) {
		double p = (cur[i] + 0.5) / sc, q = (ref[i] + 0.5) / sr;

		psi += (p - q) * log(p / q);
	}
	return psi;
}

static void
psi_of_the_hand_case_is_that_of_its_ten_counts(void **state)
{
	static const double cur[10] = {0, 0, 0, 0, 0, 2, 2, 2, 2, 2}, ref[10] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
	struct store *s = store_make(false);
	struct feature_figures f;
	struct maker mk;
	int i;

	(void)state;
	apply_baseline(s, baseline_make());
	for (i = 11; i <= 20; i++) {
		event_make(&mk, "m", T0 + i);
		feature_add(&mk, "x", number(i));
		feature_add(&mk, "k", text("A"));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, T0 + 1000, NULL), 0);
	figures_feature(s, 0, 0, WINDOW_ALL, &f);
	assert_true(slice_is(f.name, "x"));
	assert_int_equal(f.count, 10);
	assert_int_equal(f.missing, 0);
	assert_float_equal(f.drift.psi, naive_psi(cur, ref, 10), 1e-12);
	assert_float_equal(f.mean, 15.5, 1e-3); /* sums are in units of sd / 4096 = 0.0014 */
	assert_float_equal(f.std, 2.8722813232690143, 2e-3);
	assert_float_equal(f.drift.shift_sd, 5.0 / 5.766281297335398, 1e-3);
	assert_float_equal(f.drift.ks, 0.5, 1e-12);
	assert_float_equal(f.min, 11, 0);
	assert_float_equal(f.max, 20, 0);
	assert_int_equal(f.drift.state, DRIFT_THIN);
	figures_feature(s, 0, 1, WINDOW_ALL, &f);
	assert_int_equal(f.type, FEATURE_CATEGORICAL);
	assert_int_equal(f.top[0].count, 10);
	assert_float_equal(f.top[0].baseline_share_frac, 0.5, 0);
	store_free(s);
}

static void
a_model_learns_from_its_oldest_rows_which_stay_out_of_the_drift_figures(void **state)
{
	struct store *s = store_make(true);
	struct feature_figures f;
	struct model_figures m;

	(void)state;
	feed(s, "m", T0, 100, 5000, 0, 1);
	assert_int_equal(store_tick(s, T0 + 500000, NULL), 0);
	figures_model(s, 0, WINDOW_ALL, &m);
	assert_int_equal(m.baseline.kind, BASELINE_NONE); /* 500 s: a quarter of an hour is not over, more may come */
	assert_int_equal(m.severity, SEVERITY_UNKNOWN);
	history_ends(s);
	assert_int_equal(store_tick(s, T0 + 500000, NULL), 0);
	figures_model(s, 0, WINDOW_ALL, &m);
	assert_int_equal(m.baseline.kind, BASELINE_LEARNED);
	assert_int_equal(m.baseline.events, 2500);
	assert_int_equal(m.events, 5000);
	assert_int_equal(m.rows, 2500);
	assert_true(m.baseline.provisional);
	figures_feature(s, 0, 0, WINDOW_ALL, &f);
	assert_int_equal(f.count, 2500);
	assert_int_equal(f.missing, 0);
	assert_int_equal(f.drift.m, 2500);
	assert_int_equal(f.drift.state, DRIFT_OK);
	figures_feature(s, 0, 2, WINDOW_ALL, &f);
	assert_true(slice_is(f.name, "prediction"));
	assert_int_equal(f.type, FEATURE_CATEGORICAL);
	assert_int_equal(f.count, 2500);
	store_free(s);
}

/* JSON has both: "" and "\\u0000". One such event must not keep a model from its baseline for ever. */
static void
an_odd_name_does_not_keep_a_model_from_learning(void **state)
{
	static const struct {
		const char *p;
		size_t n;
	} odd[] = {{"", 0}, {"x\0y", 3}, {"\0", 1}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct store *s = store_make(true);
		struct model_figures m;
		struct feature_figures f;
		struct maker mk;

		feed(s, "m", T0, 100, 2000, 0, 1);
		event_make(&mk, "m", T0 + 200000);
		feature_add(&mk, "", number(1));
		mk.features[0].name = slice_make(odd[i].p, odd[i].n);
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		history_ends(s);
		assert_int_equal(store_tick(s, T0 + 500000, NULL), 0);
		figures_model(s, 0, WINDOW_ALL, &m);
		assert_int_equal(m.baseline.kind, BASELINE_LEARNED);
		assert_int_equal(m.baseline.events, 1000);
		figures_feature(s, 0, 0, WINDOW_ALL, &f);
		assert_int_equal(f.count, 1000);
		store_free(s);
	}
}

static void
a_young_model_is_usable_from_200_rows_and_cut_anew_at_1000(void **state)
{
	struct store *s = store_make(true);
	struct model_figures m;

	(void)state;
	history_ends(s);
	feed(s, "m", T0, 1000, 199, 0, 7);
	store_tick(s, T0 + 200000, NULL);
	figures_model(s, 0, WINDOW_ALL, &m);
	assert_int_equal(m.baseline.kind, BASELINE_NONE);
	feed(s, "m", T0 + 199000, 1000, 101, 0, 8);
	store_tick(s, T0 + 300000, NULL);
	figures_model(s, 0, WINDOW_ALL, &m);
	assert_int_equal(m.baseline.events, 200);
	assert_int_equal(m.rows, 100);
	feed(s, "m", T0 + 300000, 1000, 900, 0, 9);
	store_tick(s, T0 + 1200000, NULL);
	figures_model(s, 0, WINDOW_ALL, &m);
	assert_int_equal(m.baseline.events, 1000);
	assert_int_equal(m.rows, 200);
	assert_int_equal(m.events, 1200);
	store_free(s);
}

static void
fifteen_minutes_of_history_make_the_baseline_as_soon_as_as_many_rows_follow(void **state)
{
	struct store *s = store_make(true);
	struct model_figures m;

	(void)state;
	feed(s, "m", T0, 500, 4000, 0, 3); /* 2000 s: 1800 rows a quarter */
	store_tick(s, T0 + 2000000, NULL);
	figures_model(s, 0, WINDOW_ALL, &m);
	assert_int_equal(m.baseline.events, 1800);
	assert_int_equal(m.rows, 2200);
	store_free(s);
}

static void
a_shift_is_drift_in_the_window_and_a_window_forgets(void **state)
{
	struct store *s = store_make(true);
	struct feature_figures f;
	struct model_figures m;

	(void)state;
	feed(s, "m", T0, 100, 20000, 0, 1);
	history_ends(s);
	feed(s, "m", T0 + 2000000, 100, 3000, 2, 5);
	store_tick(s, T0 + 2299950, NULL);
	figures_feature(s, 0, 0, WINDOW_5M, &f);
	assert_int_equal(f.drift.state, DRIFT_DRIFT);
	assert_int_equal(f.count, 3000); /* the 60 panes that end with the clock's are just these */
	assert_true(f.out_of_range_rate_frac == 1);
	assert_non_null(strstr(f.drift.sentence, "mean up"));
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_int_equal(m.window, WINDOW_5M);
	assert_int_equal(m.severity, SEVERITY_CRIT); /* all of it out of the baseline's range */
	assert_int_equal(m.worst, 0);
	store_tick(s, T0 + 2700000, NULL); /* the clock runs on: the last event was 400 s ago */
	figures_feature(s, 0, 0, WINDOW_5M, &f);
	assert_int_equal(f.count, 0);
	figures_feature(s, 0, 0, WINDOW_1H, &f);
	assert_true(f.count > 3000);
	store_free(s);
}

static void
windows_equal_a_naive_sum_whatever_the_order_of_arrival(void **state)
{
	enum { N = 4000 };
	static int64_t ts[N];
	struct store *s = store_make(false);
	struct model_figures m;
	struct maker mk;
	unsigned seed = 42;
	int i, in_5m = 0, in_1h = 0, in_24h = 0;
	int64_t newest = T0 + INT64_C(90000000);

	(void)state;
	for (i = 0; i < N; i++) {
		seed = seed * 1103515245u + 12345u;
		ts[i] = T0 + (int64_t)(seed >> 4) % INT64_C(90000000);
	}
	for (i = 0; i < N; i++) {
		event_make(&mk, "m", ts[i]);
		mk.ev.latency_ms = 5;
		store_ingest(s, &mk.ev, NULL);
		if (i % 100 == 0)
			store_tick(s, ts[i], NULL);
	}
	event_make(&mk, "m", newest);
	store_ingest(s, &mk.ev, NULL);
	store_tick(s, newest, NULL);
	for (i = 0; i < N; i++) {
		in_5m += ts[i] / 5000 > newest / 5000 - 60;
		in_1h += ts[i] / 60000 > newest / 60000 - 60;
		in_24h += ts[i] / 900000 > newest / 900000 - 96;
	}
	figures_model(s, 0, WINDOW_5M, &m);
	assert_true(m.rows <= (uint64_t)in_5m + 1); /* rows count only with a baseline: none here */
	assert_int_equal(m.window_latency.count, in_5m);
	figures_model(s, 0, WINDOW_1H, &m);
	assert_int_equal(m.window_latency.count, in_1h);
	figures_model(s, 0, WINDOW_24H, &m);
	assert_int_equal(m.window_latency.count, in_24h);
	figures_model(s, 0, WINDOW_ALL, &m);
	assert_int_equal(m.latency.count, N);
	assert_float_equal(m.latency.p99, 5, 0);
	assert_float_equal(m.latency.mean, 5, 1e-9);
	store_free(s);
}

static void
the_order_of_reading_changes_no_figure(void **state)
{
	struct store *a = store_make(false), *b = store_make(false);
	struct feature_figures fa, fb;
	struct maker mk;
	int i, k;

	(void)state;
	apply_baseline(a, baseline_make());
	apply_baseline(b, baseline_make());
	for (k = 0; k < 2; k++) {
		for (i = 0; i < 1000; i++) {
			int j = k ? 999 - i : i;

			event_make(&mk, "m", T0 + j * 100);
			feature_add(&mk, "x", number(j % 37 * 0.7));
			feature_add(&mk, "k", text(j % 3 ? "A" : "C"));
			store_ingest(k ? b : a, &mk.ev, NULL);
			if (k && i % 7 == 0)
				store_tick(b, T0, NULL);
		}
	}
	store_tick(a, T0 + 100000, NULL);
	store_tick(b, T0 + 100000, NULL);
	for (i = 0; i < 2; i++) {
		figures_feature(a, 0, (size_t)i, WINDOW_5M, &fa);
		figures_feature(b, 0, (size_t)i, WINDOW_5M, &fb);
		assert_int_equal(fa.count, fb.count);
		assert_memory_equal(&fa.drift.psi, &fb.drift.psi, sizeof(double));
		assert_memory_equal(&fa.mean, &fb.mean, sizeof(double));
		assert_memory_equal(&fa.std, &fb.std, sizeof(double));
		assert_memory_equal(&fa.p50, &fb.p50, sizeof(double));
	}
	store_free(a);
	store_free(b);
}

static int
whole_life(void *ctx, struct err *err)
{
	struct store_options o = {.learn = true, .sliced = ctx != NULL, .raw_bytes = 65536};
	struct fact history = {.kind = FACT_HISTORY};
	struct store *s = NULL;
	struct maker mk;
	int rc = store_new(&s, &o, err), i;

	for (i = 0; i < 260 && !rc; i++) {
		event_make(&mk, i % 5 ? "m" : "n", T0 + i * 4000);
		feature_add(&mk, "x", number(i));
		feature_add(&mk, "k", text(i % 3 ? "A" : "B"));
		mk.ev.latency_ms = 3;
		mk.ev.score = number(0.5);
		mk.ev.prediction = text(i % 4 ? "no" : "yes");
		rc = store_ingest(s, &mk.ev, err);
		if (!rc && i == 250)
			rc = store_apply(s, &history, err);
		if (!rc && i % 50 == 0)
			rc = store_tick(s, T0 + i * 4000, err);
	}
	store_free(s);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	struct store_options o;

	(void)state;
	/* A version or a new value that there is no memory for is left out; the counts still stand. */
	assert_true(alloc_survive_each(whole_life, NULL) > 100);
	assert_true(alloc_survive_each(whole_life, &o) > 100);
}

static void
versions_are_told_apart_and_the_seventeenth_takes_the_oldest_place(void **state)
{
	struct store *s = store_make(false);
	struct version_figures v;
	struct model_figures m;
	struct maker mk;
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < 17; i++) {
		event_make(&mk, "m", T0 + i * 1000);
		snprintf(name, sizeof(name), "%d", i);
		mk.ev.version = slice_of(name);
		mk.ev.latency_ms = i + 1;
		store_ingest(s, &mk.ev, NULL);
		store_tick(s, T0 + i * 1000, NULL);
	}
	figures_model(s, 0, WINDOW_ALL, &m);
	assert_int_equal(m.versions, 16);
	figures_version(s, 0, 0, &v);
	assert_true(slice_is(v.version, "16"));
	assert_int_equal(v.events, 1);
	figures_version(s, 0, 15, &v);
	assert_true(slice_is(v.version, "1"));
	store_free(s);
}

static void
raw_events_come_newest_first_and_old_ones_give_way(void **state)
{
	struct store *s = store_make(false);
	struct raw_event raw;
	struct maker mk;
	static char big[100000];
	uint64_t before = UINT64_MAX;
	int i, n = 0;

	(void)state;
	memset(big, 'x', sizeof(big));
	for (i = 0; i < 300; i++) {
		event_make(&mk, i % 2 ? "odd" : "even", T0 + i);
		mk.ev.raw = slice_make(big, sizeof(big) - (size_t)i);
		store_ingest(s, &mk.ev, NULL);
	}
	while (store_raw_before(s, 1, before, &raw)) {
		assert_int_equal(raw.raw.n, sizeof(big) - (size_t)(299 - 2 * n));
		assert_int_equal(raw.ts_ms, T0 + 299 - 2 * n);
		before = raw.seq;
		n++;
	}
	assert_in_range(n, 38, 42); /* 8 MiB hold 83 of 100 kB, half of them odd */
	store_free(s);
}

static void
a_range_leaves_out_what_lies_outside(void **state)
{
	struct store_options o = {.from_ms = T0 + 1000, .to_ms = T0 + 2000};
	struct store *s = NULL;
	struct maker mk;
	int i;

	(void)state;
	assert_int_equal(store_new(&s, &o, NULL), 0);
	for (i = 0; i < 30; i++)
		store_ingest(s, event_make(&mk, "m", T0 + i * 100), NULL);
	store_tick(s, T0 + 3000, NULL);
	assert_int_equal(store_events(s), 10);
	store_free(s);
}

/* Rows enough for a baseline cut at the end of the history, with a gap, texts and an output. */
static void
learn_history(struct store *s, bool sliced)
{
	struct fact history = {.kind = FACT_HISTORY};
	struct maker mk;
	int i;

	for (i = 0; i < 9000; i++) {
		event_make(&mk, "m", T0 + i * 100);
		feature_add(&mk, "x", number(i * 7919 % 1009));
		if (i % 5)
			feature_add(&mk, "k", text(i % 3 ? "A" : i > 6000 ? "C" : "B"));
		mk.ev.score = number((i % 100) / 100.0);
		mk.ev.latency_ms = 3;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		if (i == 8900)
			assert_int_equal(store_apply(s, &history, NULL), 0);
		if (i % 100 == 0)
			assert_int_equal(store_tick(s, T0 + i * 100, NULL), 0);
	}
	for (i = 0; store_busy(s); i++)
		assert_int_equal(store_tick(s, T0 + 900000, NULL), 0);
	/* Work was really left to ticks, a slice in each. */
	assert_int_equal(i > 0, sliced);
	assert_int_equal(store_tick(s, T0 + 900000, NULL), 0);
}

static void
work_done_in_slices_gives_the_same_figures(void **state)
{
	struct store_options o = {.learn = true, .sliced = true};
	struct store *a = store_make(true), *b = NULL;
	struct feature_figures fa, fb;
	struct model_figures ma, mb;
	size_t i;

	(void)state;
	assert_int_equal(store_new(&b, &o, NULL), 0);
	learn_history(a, false);
	learn_history(b, true);
	figures_model(a, 0, WINDOW_ALL, &ma);
	figures_model(b, 0, WINDOW_ALL, &mb);
	assert_int_equal(ma.baseline.kind, BASELINE_LEARNED);
	assert_int_equal(ma.events, 9000);
	assert_int_equal(mb.events, 9000);
	assert_int_equal(ma.rows, 9000 - ma.baseline.events);
	assert_int_equal(mb.rows, 9000 - mb.baseline.events);
	assert_int_equal(ma.baseline.events, mb.baseline.events);
	assert_int_equal(ma.inputs, 2);
	for (i = 0; i < ma.inputs + ma.outputs; i++) {
		figures_feature(a, 0, i, WINDOW_ALL, &fa);
		figures_feature(b, 0, i, WINDOW_ALL, &fb);
		assert_int_equal(fa.count, fb.count);
		assert_int_equal(fa.missing, fb.missing);
		assert_int_equal(fa.nbins, fb.nbins);
		assert_memory_equal(&fa.drift.psi, &fb.drift.psi, sizeof(double));
		assert_memory_equal(&fa.mean, &fb.mean, sizeof(double));
	}
	store_free(a);
	store_free(b);
}

static void
a_model_seen_since_the_last_tick_has_figures_but_no_clock(void **state)
{
	struct store *s = store_make(true);
	struct model_figures m;
	double points[60];
	struct maker mk;

	(void)state;
	event_make(&mk, "m", T0);
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_true(isnan(m.rate_per_s));
	assert_int_equal(m.stale_ms, -1);
	assert_int_equal(figures_series(s, 0, SERIES_RATE, WINDOW_5M, points, 60), 60);
	assert_true(isnan(points[59]));
	assert_int_equal(store_tick(s, T0 + 1000, NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_true(m.rate_per_s == 1.0);
	assert_int_equal(m.stale_ms, 1000);
	store_free(s);
}

/* Every 10 minutes for a day: 6 an hour, whenever one looks within a minute of an event; else at rest. */
static void
the_rate_of_a_slow_model_is_not_that_of_its_latest_minute(void **state)
{
	struct store *s = store_make(true);
	struct model_figures m;
	struct maker mk;
	int i;

	(void)state;
	for (i = 0; i <= 144; i++) {
		event_make(&mk, "m", T0 + i * INT64_C(600000));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, T0 + 144 * INT64_C(600000), NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	/* The hour's ring holds 59 to 60 minutes with the present one: 6 events. */
	assert_true(fabs(m.rate_per_s * 3600 - 6) < 1e-9);
	store_free(s);
}

static void
one_event_a_day_is_one_a_day(void **state)
{
	struct store *s = store_make(true);
	struct model_figures m;
	struct maker mk;
	int i;

	(void)state;
	for (i = 0; i <= 400; i++) {
		event_make(&mk, "m", T0 + i * INT64_C(86400000));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, T0 + 400 * INT64_C(86400000), NULL), 0);
	figures_model(s, 0, WINDOW_AUTO, &m);
	assert_true(fabs(m.rate_per_s * 86400 - 401.0 / 400) < 1e-9);
	store_free(s);
}

static void
reject(struct store *s, unsigned stream, const char *sample, const char *detail)
{
	struct fact f = {.kind = FACT_REJECT};

	f.u.reject = (struct fact_reject){.stream = stream, .reason = REASON_TOO_LARGE, .count = 1,
	    .sample = slice_of(sample), .detail = slice_of(detail)};
	assert_int_equal(store_apply(s, &f, NULL), 0);
}

static void
rejects_come_newest_first_with_what_is_said_of_them(void **state)
{
	static const unsigned again[] = {2, 2, 0, 4, 3}, order[] = {3, 4, 0, 2, 1};
	struct store *s = store_make(false);
	unsigned i;

	(void)state;
	assert_null(store_reject(s, 0));
	for (i = 0; i < 5; i++)
		reject(s, i, "{", "first");
	for (i = 0; i < 5; i++)
		assert_int_equal(store_reject(s, i)->stream, 4 - i);
	/* Latest of all 3, then 4, 0, 2, and 1 that came once. */
	for (i = 0; i < 5; i++)
		reject(s, again[i], "{", "again");
	for (i = 0; i < 5; i++)
		assert_int_equal(store_reject(s, i)->stream, order[i]);
	assert_int_equal(store_reject(s, 3)->count, 3);
	assert_null(store_reject(s, 5));
	/* One too large to have been read has no sample: the old one would be that of another. */
	reject(s, 1, "", "entry 5-0 has 10485852 bytes");
	assert_true(slice_is(store_reject(s, 0)->detail, "entry 5-0 has 10485852 bytes"));
	assert_int_equal(store_reject(s, 0)->sample.n, 0);
	reject(s, 1, "", "");
	assert_true(slice_is(store_reject(s, 0)->detail, "entry 5-0 has 10485852 bytes"));
	store_free(s);
}

static void
an_input_that_the_baseline_never_had_says_so(void **state)
{
	struct store *s = store_make(false);
	struct feature_figures f;
	struct maker mk;
	int i;

	(void)state;
	apply_baseline(s, baseline_make());
	for (i = 0; i < 100; i++) {
		event_make(&mk, "m", T0 + i);
		feature_add(&mk, "x", number(i % 20 + 1));
		feature_add(&mk, "brand_new", number(i));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, T0 + 1000, NULL), 0);
	figures_feature(s, 0, figures_feature_find(s, 0, slice_of("brand_new")), WINDOW_ALL, &f);
	assert_int_equal(f.count, 100);
	assert_int_equal(f.drift.state, DRIFT_LEARNING);
	assert_string_equal(f.drift.sentence, "not in the baseline");
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(psi_of_the_hand_case_is_that_of_its_ten_counts),
	    cmocka_unit_test(a_model_learns_from_its_oldest_rows_which_stay_out_of_the_drift_figures),
	    cmocka_unit_test(an_odd_name_does_not_keep_a_model_from_learning),
	    cmocka_unit_test(a_young_model_is_usable_from_200_rows_and_cut_anew_at_1000),
	    cmocka_unit_test(fifteen_minutes_of_history_make_the_baseline_as_soon_as_as_many_rows_follow),
	    cmocka_unit_test(a_shift_is_drift_in_the_window_and_a_window_forgets),
	    cmocka_unit_test(windows_equal_a_naive_sum_whatever_the_order_of_arrival),
	    cmocka_unit_test(the_order_of_reading_changes_no_figure),
	    cmocka_unit_test(versions_are_told_apart_and_the_seventeenth_takes_the_oldest_place),
	    cmocka_unit_test(raw_events_come_newest_first_and_old_ones_give_way),
	    cmocka_unit_test(a_range_leaves_out_what_lies_outside),
	    cmocka_unit_test(every_allocation_may_fail),
	    cmocka_unit_test(work_done_in_slices_gives_the_same_figures),
	    cmocka_unit_test(a_model_seen_since_the_last_tick_has_figures_but_no_clock),
	    cmocka_unit_test(the_rate_of_a_slow_model_is_not_that_of_its_latest_minute),
	    cmocka_unit_test(one_event_a_day_is_one_a_day),
	    cmocka_unit_test(rejects_come_newest_first_with_what_is_said_of_them),
	    cmocka_unit_test(an_input_that_the_baseline_never_had_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
