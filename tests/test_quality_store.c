/* Labels through the store: from events to figures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/baseline_bytes.h"
#include "core/figures_quality.h"
#include "core/mem.h"
#include "core/model.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"
#include "tui/report.h"

#define T0 INT64_C(1700000100000)
#define HOUR INT64_C(3600000)

/* ---- events ---------------------------------------------------------------------------------- */

#define EVENTS 6000

struct made {
	struct event ev;
	struct event_feature feature;
	char id[24];
};

static struct value
text(const char *t)
{
	return (struct value){VALUE_TEXT, 0, slice_of(t)};
}

static struct value
number(double x)
{
	return (struct value){VALUE_NUMBER, x, slice_of(NULL)};
}

static void
base(struct made *m, int64_t id, int64_t ts_ms)
{
	memset(m, 0, sizeof(*m));
	snprintf(m->id, sizeof(m->id), "r-%lld", (long long)id);
	m->ev.model = slice_of("shop");
	m->ev.id = slice_of(m->id);
	m->ev.ts_ms = m->ev.arrival_ms = ts_ms;
	m->ev.latency_ms = NAN;
}

/* One inference a second; every third is truly "yes", the model errs in one of five. */
static void
inference(struct made *m, int64_t i)
{
	base(m, i, T0 + i * 1000);
	m->feature = (struct event_feature){slice_of("x"), number((double)(i % 7))};
	m->ev.features = &m->feature;
	m->ev.nfeatures = 1;
	m->ev.has_features = true;
	m->ev.version = slice_of("1");
	m->ev.prediction = text((i % 3 == 0) != (i % 5 == 0) ? "yes" : "no");
	m->ev.score = number((i % 3 == 0) != (i % 5 == 0) ? 0.5 + (double)(i % 50) / 100 : (double)(i % 50) / 100);
	m->ev.latency_ms = 2;
}

static void
truth(struct made *m, int64_t i, int64_t delay_ms)
{
	base(m, i, T0 + i * 1000 + delay_ms);
	m->ev.label = text(i % 3 == 0 ? "yes" : "no");
}

static struct store *
store_make(bool learn, size_t label_bytes)
{
	struct store_options o = {.learn = learn, .label_bytes = label_bytes};
	struct store *s;
	struct fact history = {.kind = FACT_HISTORY};
	struct err err;

	assert_int_equal(store_new(&s, &o, &err), 0);
	assert_int_equal(store_apply(s, &history, &err), 0);
	return s;
}

static void
ingest(struct store *s, const struct made *m)
{
	struct event ev = m->ev;
	struct err err;

	ev.id = slice_of(m->id);
	ev.features = &m->feature;
	assert_int_equal(store_ingest(s, &ev, &err), 0);
}

static void
tick(struct store *s)
{
	struct err err;

	assert_int_equal(store_tick(s, T0 + EVENTS * 1000, &err), 0);
}

static char *
quality_text(const struct store *s)
{
	struct jsonw w;
	struct err err;
	size_t n;
	char *out;

	jsonw_init(&w);
	jsonw_open_object(&w);
	report_quality_json(&w, s, 0);
	jsonw_close(&w);
	out = jsonw_take(&w, &n, &err);
	assert_non_null(out);
	return out;
}

static void
assert_same(const struct store *a, const struct store *b)
{
	char *x = quality_text(a), *y = quality_text(b);

	assert_string_equal(x, y);
	mem_free(x);
	mem_free(y);
}

/* ---- order and reads ------------------------------------------------------------------------- */

static void
labels_that_come_with_the_event_or_hours_later_give_the_same_figures(void **state)
{
	struct store *with = store_make(false, 0), *later = store_make(false, 0);
	struct quality_figures a, b;
	struct made m;
	int64_t i;

	(void)state;
	for (i = 0; i < EVENTS; i++) {
		inference(&m, i);
		ingest(later, &m);
		m.ev.label = text(i % 3 == 0 ? "yes" : "no");
		ingest(with, &m);
	}
	for (i = 0; i < EVENTS; i++) {
		truth(&m, i, 30 * HOUR);
		ingest(later, &m);
	}
	tick(with);
	tick(later);
	figures_quality(with, 0, SPAN_ALL, &a);
	figures_quality(later, 0, SPAN_ALL, &b);
	assert_int_equal(a.numbers.labelled, EVENTS);
	assert_int_equal(b.predicted, EVENTS);
	assert_true(a.numbers.lag_p50_ms == 0 && fabs(b.numbers.lag_p50_ms / (30.0 * (double)HOUR) - 1) < 0.25);
	a.numbers.lag_p50_ms = b.numbers.lag_p50_ms = 0;
	assert_true(a.numbers.auc > 0.7 && fabs(a.numbers.accuracy - 0.8) < 1e-3);
	assert_memory_equal(&a.numbers, &b.numbers, sizeof(a.numbers));
	store_free(with);
	store_free(later);
}

static void
shuffle(struct made *all, size_t n, uint64_t *seed)
{
	size_t i;

	for (i = n; i > 1; i--) {
		size_t k = (size_t)rng_below(seed, i);
		struct made swap = all[i - 1];

		all[i - 1] = all[k];
		all[k] = swap;
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct made *x = a, *y = b;

	return (x->ev.ts_ms > y->ev.ts_ms) - (x->ev.ts_ms < y->ev.ts_ms);
}

/* Labels twice, contradicting, without a prediction, soon and late: half of all ids have some. */
static struct made *
mixed(size_t *n)
{
	struct made *all = calloc(EVENTS * 4, sizeof(*all));
	uint64_t seed = 21;
	int64_t i;

	assert_non_null(all);
	*n = 0;
	for (i = 0; i < EVENTS; i++) {
		inference(&all[(*n)++], i);
		if (rng_below(&seed, 2))
			truth(&all[(*n)++], i, (int64_t)rng_below(&seed, 4000));
		if (rng_below(&seed, 10) == 0)
			truth(&all[(*n)++], i, (int64_t)rng_below(&seed, 400000));
		if (rng_below(&seed, 20) == 0) {
			truth(&all[*n], i, (int64_t)rng_below(&seed, 400000));
			all[(*n)++].ev.label = text("no");
		}
	}
	qsort(all, *n, sizeof(*all), by_time);
	return all;
}

static void
any_order_within_a_pane_and_any_read_sizes_give_the_same_quality(void **state)
{
	struct store *plain = store_make(true, 0), *other = store_make(true, 0);
	size_t n, i, from;
	struct made *all = mixed(&n);
	struct label_figures l;
	uint64_t seed = 5;

	(void)state;
	for (i = 0; i < n; i++)
		ingest(plain, &all[i]);
	for (from = 0; from < n; from = i) {
		for (i = from; i < n && all[i].ev.ts_ms / 5000 == all[from].ev.ts_ms / 5000; i++)
			;
		shuffle(all + from, i - from, &seed);
	}
	for (i = 0; i < n; i++) {
		ingest(other, &all[i]);
		if (rng_below(&seed, 50) == 0)
			tick(other);
	}
	tick(plain);
	tick(other);
	figures_labels(plain, 0, &l);
	assert_true(l.duplicates > 200 && l.conflicting > 20 && l.waiting > 1000);
	assert_same(plain, other);
	store_free(plain);
	store_free(other);
	free(all);
}

static void
any_order_at_all_gives_the_same_quality_while_memory_lasts(void **state)
{
	struct store *plain = store_make(false, 0), *other = store_make(false, 0);
	size_t n, i;
	struct made *all = mixed(&n);
	uint64_t seed = 6;

	(void)state;
	for (i = 0; i < n; i++)
		ingest(plain, &all[i]);
	shuffle(all, n, &seed);
	for (i = 0; i < n; i++)
		ingest(other, &all[i]);
	tick(plain);
	tick(other);
	assert_same(plain, other);
	store_free(plain);
	store_free(other);
	free(all);
}

static void
the_parts_of_a_stream_merged_are_the_whole(void **state)
{
	struct quality_panes *whole, *parts;
	struct quality_delta all = {0}, half[2] = {{0}, {0}};
	uint64_t seed = 3;
	struct err err;
	int i, k;

	(void)state;
	assert_int_equal(quality_panes_new(&whole, &err), 0);
	assert_int_equal(quality_panes_new(&parts, &err), 0);
	for (i = 0; i < 3000; i++) {
		struct label_pair pair = {.ts_ms = T0 + (int64_t)rng_below(&seed, 20) * HOUR,
		    .prediction = {rng_below(&seed, 2), TRUTH_TEXT, (uint8_t)rng_below(&seed, 2)},
		    .label = {rng_below(&seed, 2), TRUTH_TEXT, (uint8_t)rng_below(&seed, 2)},
		    .score = (uint32_t)rng_below(&seed, 65537)};
		struct quality_delta *to[2] = {&all, &half[i % 2]};

		pair.label_ms = pair.ts_ms + (int64_t)rng_below(&seed, 100000000);
		for (k = 0; k < 2; k++) {
			struct quality_hour *h;

			assert_int_equal(quality_delta_hour(to[k], pair.ts_ms, &h, &err), 0);
			h->cover[COVER_PREDICTED]++;
			quality_cover_add(h->cover, &pair, 1);
			assert_int_equal(quality_fit(&h->sums, 2, &err), 0);
			quality_add(&h->sums, &pair, 1);
		}
	}
	assert_int_equal(quality_panes_prepare(whole, &all, &err), 0);
	quality_panes_add(whole, &all);
	for (k = 1; k >= 0; k--) {
		assert_int_equal(quality_panes_prepare(parts, &half[k], &err), 0);
		quality_panes_add(parts, &half[k]);
	}
	for (i = 0; i < SPAN_COUNT; i++) {
		struct quality a, b;
		uint64_t x[COVER_COUNT], y[COVER_COUNT];

		quality_init(&a);
		quality_init(&b);
		assert_int_equal(quality_panes_sum(whole, (enum quality_span)i, T0 + 21 * HOUR, &a, x, &err), 0);
		assert_int_equal(quality_panes_sum(parts, (enum quality_span)i, T0 + 21 * HOUR, &b, y, &err), 0);
		assert_memory_equal(x, y, sizeof(x));
		assert_memory_equal(a.counts, b.counts, sizeof(a.counts));
		assert_int_equal(a.classes, b.classes);
		if (a.classes)
			assert_memory_equal(a.cells, b.cells, 1600 * sizeof(*a.cells));
		quality_release(&a);
		quality_release(&b);
	}
	quality_delta_release(&all);
	quality_delta_release(&half[0]);
	quality_delta_release(&half[1]);
	quality_panes_free(whole);
	quality_panes_free(parts);
}

/* ---- what a label event is ------------------------------------------------------------------- */

static void
a_label_alone_is_no_inference(void **state)
{
	struct store *with = store_make(true, 0), *without = store_make(true, 0);
	struct model_figures a, b;
	struct feature_figures fa, fb;
	struct made m;
	int64_t i;

	(void)state;
	for (i = 0; i < 2500; i++) {
		inference(&m, i);
		ingest(with, &m);
		ingest(without, &m);
		truth(&m, i, 100000);
		ingest(with, &m);
	}
	tick(with);
	tick(without);
	figures_model(with, 0, WINDOW_ALL, &a);
	figures_model(without, 0, WINDOW_ALL, &b);
	assert_int_equal(a.events, 2500);
	assert_int_equal(a.last_ms, b.last_ms);
	assert_int_equal(a.versions, b.versions);
	assert_int_equal(a.baseline.events, b.baseline.events);
	figures_feature(with, 0, 0, WINDOW_ALL, &fa);
	figures_feature(without, 0, 0, WINDOW_ALL, &fb);
	assert_int_equal(fa.missing, 0);
	assert_int_equal(fa.count, fb.count);
	assert_true(fa.drift.psi == fb.drift.psi);
	assert_int_equal(store_events(with), 5000);
	store_free(with);
	store_free(without);
}

static void
labels_without_any_prediction_are_orphans_and_break_nothing(void **state)
{
	struct store *s = store_make(true, 0);
	struct quality_figures f;
	struct label_figures l;
	struct made m;
	char *json;
	int i;

	(void)state;
	for (i = 0; i < 300; i++) {
		truth(&m, i, 0);
		if (i % 3 == 1)
			m.ev.label = (struct value){VALUE_NONFINITE, NAN, slice_of("NaN")};
		if (i % 3 == 2)
			m.id[0] = '\0';
		ingest(s, &m);
	}
	tick(s);
	figures_quality(s, 0, SPAN_ALL, &f);
	figures_labels(s, 0, &l);
	assert_true(l.any && l.events == 300);
	assert_int_equal(l.orphans, 200);
	assert_int_equal(f.numbers.labelled, 0);
	assert_true(f.thin && isnan(f.numbers.accuracy) && isnan(f.coverage_frac));
	json = quality_text(s);
	assert_non_null(strstr(json, "\"orphans\":200"));
	mem_free(json);
	store_free(s);
}

/* ---- windows, baseline, coverage ------------------------------------------------------------- */

static void
the_baseline_has_the_quality_of_its_own_rows_also_of_those_labelled_later(void **state)
{
	struct store *s = store_make(true, 0);
	struct quality_figures all, was, since;
	struct quality_change change;
	struct made m;
	int64_t i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		inference(&m, i);
		/* From the 2,000th on it says the opposite half of the time. */
		if (i >= 2000 && i % 2)
			m.ev.prediction = text(slice_is(m.ev.prediction.text, "yes") ? "no" : "yes");
		m.ev.score = (struct value){VALUE_MISSING, 0, {NULL, 0}};
		if (i < 600)
			m.ev.label = text(i % 3 == 0 ? "yes" : "no");
		ingest(s, &m);
		if (i >= 900) {
			truth(&m, i - 300, 300000);
			ingest(s, &m);
		}
	}
	tick(s);
	figures_quality(s, 0, SPAN_ALL, &all);
	figures_quality(s, 0, SPAN_BASELINE, &was);
	figures_quality(s, 0, SPAN_SINCE, &since);
	assert_int_equal(was.predicted, 1000); /* the first 1,000 rows are its own */
	assert_int_equal(was.numbers.labelled, 1000);
	assert_true(fabs(was.numbers.accuracy - 0.8) < 1e-9);
	assert_int_equal(all.numbers.labelled, was.numbers.labelled + since.numbers.labelled);
	assert_int_equal(all.numbers.correct, was.numbers.correct + since.numbers.correct);
	assert_int_equal(since.numbers.labelled, 3700);
	figures_quality_change(s, 0, &change);
	assert_int_equal(change.state, DRIFT_DRIFT);
	assert_int_equal(change.severity, SEVERITY_CRIT);
	assert_non_null(strstr(change.sentence, "(base 0.80)"));
	store_free(s);
}

static void
what_outlives_the_process_has_the_quality_of_the_baseline(void **state)
{
	struct store *s = store_make(true, 0), *next = store_make(true, 0);
	struct fact fact = {.kind = FACT_BASELINE};
	struct bytes_reader binning_reader, reader;
	struct quality_figures was, is;
	struct bytes binning, reference;
	struct quality_book *book;
	const struct model *m;
	struct made made;
	struct err err;
	int64_t i;

	(void)state;
	for (i = 0; i < 2500; i++) {
		inference(&made, i);
		ingest(s, &made);
		truth(&made, i, 5000);
		ingest(s, &made);
	}
	tick(s);
	m = store_model(s, 0);
	assert_int_equal(
	    quality_book_of(&book, &m->classes, &m->quality->reference, m->quality->reference_cover, &err), 0);
	bytes_init(&binning);
	bytes_init(&reference);
	baseline_encode_binning(m->baseline, NULL, &binning);
	baseline_encode_reference(m->baseline, book, &reference);
	bytes_read(&binning_reader, slice_make(binning.p, binning.n));
	bytes_read(&reader, slice_make(reference.p, reference.n));
	assert_int_equal(baseline_decode(&fact.u.baseline.baseline, &binning_reader, &reader, &err), 0);
	assert_int_equal(store_apply(next, &fact, &err), 0);
	for (i = 5000; i < 5400; i++) {
		inference(&made, i);
		ingest(next, &made);
	}
	tick(next);
	figures_quality(s, 0, SPAN_BASELINE, &was);
	figures_quality(next, 0, SPAN_BASELINE, &is);
	assert_true(was.numbers.labelled > 900);
	assert_int_equal(was.predicted, is.predicted);
	assert_memory_equal(&was.numbers, &is.numbers, sizeof(was.numbers));
	bytes_release(&binning);
	bytes_release(&reference);
	quality_book_free(book);
	store_free(s);
	store_free(next);
}

static void
the_day_slides_and_the_total_stays(void **state)
{
	struct store *s = store_make(false, 0);
	struct quality_figures all, day;
	struct made m;
	struct err err;
	int64_t h;

	(void)state;
	for (h = 0; h < 100; h++) {
		inference(&m, h);
		m.ev.ts_ms = m.ev.arrival_ms = T0 + h * HOUR;
		m.ev.label = m.ev.prediction;
		ingest(s, &m);
	}
	assert_int_equal(store_tick(s, T0 + 99 * HOUR, &err), 0);
	figures_quality(s, 0, SPAN_ALL, &all);
	figures_quality(s, 0, SPAN_24H, &day);
	assert_int_equal(all.numbers.labelled, 100);
	assert_int_equal(day.numbers.labelled, 24);
	assert_int_equal(day.predicted, 24);
	store_free(s);
}

static void
what_few_labels_say_is_grey_and_says_why(void **state)
{
	struct store *s = store_make(false, 0);
	struct quality_figures f;
	struct made m;
	int64_t i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		inference(&m, i);
		ingest(s, &m);
		if (i == 40 || i == 1000 || i == 2500)
			tick(s);
		if (i < 300) {
			truth(&m, i, 1000);
			ingest(s, &m);
		}
		if (i == 40) {
			figures_quality(s, 0, SPAN_ALL, &f);
			assert_true(f.thin && f.grey);
			assert_non_null(strstr(f.note, "only 40 labels"));
		}
		if (i == 1000) {
			figures_quality(s, 0, SPAN_ALL, &f);
			assert_false(f.grey || f.thin || f.note[0]);
		}
	}
	tick(s);
	figures_quality(s, 0, SPAN_ALL, &f);
	assert_true(f.grey && !f.thin);
	assert_non_null(strstr(f.note, "6.0 % of predictions"));
	store_free(s);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void
a_small_bound_gives_a_sample_with_the_same_accuracy(void **state)
{
	struct store *s = store_make(false, 65536);
	struct quality_figures f;
	struct label_figures l;
	struct made m;
	int64_t i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		inference(&m, i);
		ingest(s, &m);
	}
	for (i = 0; i < 20000; i++) {
		truth(&m, i, 10 * HOUR);
		ingest(s, &m);
	}
	tick(s);
	figures_quality(s, 0, SPAN_ALL, &f);
	figures_labels(s, 0, &l);
	assert_true(l.sample_frac < 1);
	assert_int_equal(l.orphans, 0);
	assert_int_equal(f.numbers.labelled, f.predicted); /* coverage is that of the sample */
	assert_true(f.predicted > 300 && f.predicted < 1200);
	/* Four deviations of a share of 0.8 among so many. */
	assert_true(fabs(f.numbers.accuracy - 0.8) < 4 * sqrt(0.16 / (double)f.numbers.decided));
	store_free(s);
}

static int
live(void *ctx, struct err *err)
{
	struct store_options o = {.learn = true, .label_bytes = 65536, .raw_bytes = 65536};
	struct store *s = NULL;
	struct made m;
	int64_t i;
	int rc = store_new(&s, &o, err);

	(void)ctx;
	for (i = 0; i < 300 && !rc; i++) {
		inference(&m, i);
		m.ev.ts_ms += i * HOUR / 4;
		m.ev.id = slice_of(m.id);
		m.ev.features = &m.feature;
		rc = store_ingest(s, &m.ev, err);
		if (rc)
			break;
		truth(&m, i, 1000 + i * HOUR / 4);
		m.ev.id = slice_of(m.id);
		m.ev.label = number((double)(i % 9));
		rc = store_ingest(s, &m.ev, err);
		if (!rc && i % 50 == 0)
			rc = store_tick(s, m.ev.ts_ms, err);
	}
	store_free(s);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_true(alloc_survive_each(live, NULL) > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(labels_that_come_with_the_event_or_hours_later_give_the_same_figures),
	    cmocka_unit_test(any_order_within_a_pane_and_any_read_sizes_give_the_same_quality),
	    cmocka_unit_test(any_order_at_all_gives_the_same_quality_while_memory_lasts),
	    cmocka_unit_test(the_parts_of_a_stream_merged_are_the_whole),
	    cmocka_unit_test(a_label_alone_is_no_inference),
	    cmocka_unit_test(labels_without_any_prediction_are_orphans_and_break_nothing),
	    cmocka_unit_test(the_baseline_has_the_quality_of_its_own_rows_also_of_those_labelled_later),
	    cmocka_unit_test(what_outlives_the_process_has_the_quality_of_the_baseline),
	    cmocka_unit_test(the_day_slides_and_the_total_stays),
	    cmocka_unit_test(what_few_labels_say_is_grey_and_says_why),
	    cmocka_unit_test(a_small_bound_gives_a_sample_with_the_same_accuracy),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
