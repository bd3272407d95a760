/*
 * Evaluation in the store: the same whatever the reads were, arming after fourteen days, what a change afterwards
 * leads to, what stays out of a growing baseline.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/figures.h"
#include "core/rows.h"
#include "core/state_hash.h"
#include "core/store_impl.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define DAY_MS	  INT64_C(86400000)
#define MIDNIGHT  INT64_C(1699920000000) /* a Tuesday */
#define DAYS	  17

/* What an event is made of, kept so that it can be given in another order. */
struct row {
	int64_t ts_ms, arrival_ms;
	double x;
	uint8_t model, source, k, missing, failed;
};

struct script {
	struct row *rows;
	size_t n;
	int64_t end_ms; /* later than any event */
};

/* shift: of x from the day `from_day` on, in sd. One in fifty events comes up to two minutes late. */
static struct script
script_make(uint64_t seed, int64_t step_ms, unsigned days, unsigned from_day, double shift)
{
	struct script sc = {NULL, 0, MIDNIGHT + days * DAY_MS};
	int64_t t;
	size_t i;

	sc.n = (size_t)(days * DAY_MS / step_ms);
	sc.rows = calloc(sc.n, sizeof(*sc.rows));
	assert_non_null(sc.rows);
	for (i = 0; i < sc.n; i++) {
		struct row *r = &sc.rows[i];

		t = MIDNIGHT + (int64_t)i * step_ms + (int64_t)rng_below(&seed, (uint64_t)step_ms);
		r->arrival_ms = t;
		r->ts_ms = rng_below(&seed, 50) || i < 1000 ? t : t - (int64_t)rng_below(&seed, 120000);
		r->x = rng_normal(&seed) + (t >= MIDNIGHT + from_day * DAY_MS ? shift : 0);
		r->model = rng_below(&seed, 20) == 0;
		r->source = (uint8_t)rng_below(&seed, 2);
		r->k = (uint8_t)rng_below(&seed, 6);
		r->missing = rng_below(&seed, 40) == 0;
		r->failed = i / 1000 % 20 == 7 && i % 4 == 0;
	}
	return sc;
}

static void
ingest(struct store *s, const struct row *r)
{
	static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
	struct maker mk;

	event_make(&mk, r->model ? "quiet" : "busy", r->ts_ms);
	mk.ev.arrival_ms = r->arrival_ms;
	mk.ev.source = r->source;
	mk.ev.latency_ms = 2 + fabs(r->x);
	mk.ev.failed = r->failed;
	if (!r->missing)
		feature_add(&mk, "x", number(r->x));
	feature_add(&mk, "k", text(names[r->k]));
	mk.ev.prediction = number(r->x > 0);
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

static struct baseline *
baseline_of(const char *model)
{
	struct baseline *b = NULL;
	struct rows rows;
	struct maker mk;
	uint64_t seed = 5;
	int i;

	rows_init(&rows);
	for (i = 0; i < 2000; i++) {
		double x = rng_normal(&seed);
		char k[2] = {(char)('a' + rng_below(&seed, 6)), 0};

		event_make(&mk, model, MIDNIGHT - 4000000 + i);
		if (rng_below(&seed, 40))
			feature_add(&mk, "x", number(x));
		feature_add(&mk, "k", text(k));
		mk.ev.prediction = number(x > 0);
		assert_int_equal(rows_add(&rows, &mk.ev, 0, NULL), 0);
	}
	assert_int_equal(baseline_from_rows(
			     &b, slice_of(model), &rows, 0, rows.count, BASELINE_LEARNED, "by hand", NULL), 0);
	rows_release(&rows);
	return b;
}

static struct store *
store_with_baselines(void)
{
	struct store *s = store_make(false);
	struct fact f = {.kind = FACT_BASELINE};

	f.u.baseline.baseline = baseline_of("busy");
	assert_int_equal(store_apply(s, &f, NULL), 0);
	f.u.baseline.baseline = baseline_of("quiet");
	assert_int_equal(store_apply(s, &f, NULL), 0);
	return s;
}

/* Ticks after every `chunk` events; 0: after random numbers of them. */
static uint64_t
hash_of(struct store *s, const struct script *sc, size_t chunk)
{
	uint64_t seed = 9, hash;
	size_t i, next = chunk ? chunk : 1;
	bool complete;

	for (i = 0; i < sc->n; i++) {
		ingest(s, &sc->rows[i]);
		if (i + 1 < next)
			continue;
		assert_int_equal(store_tick(s, sc->rows[i].arrival_ms, NULL), 0);
		next = i + 1 + (chunk ? chunk : 1 + (size_t)rng_below(&seed, 500));
	}
	assert_int_equal(store_tick(s, sc->end_ms, NULL), 0);
	hash = state_hash(s, &complete);
	assert_true(complete);
	store_free(s);
	return hash;
}

static void
other_read_sizes_give_the_same_state(void **state)
{
	struct script sc = script_make(1, 20000, DAYS, 15, 0.5);
	uint64_t whole = hash_of(store_with_baselines(), &sc, 1000), learned;
	struct store *s = store_make(true);

	(void)state;
	assert_true(whole == hash_of(store_with_baselines(), &sc, 1));
	assert_true(whole == hash_of(store_with_baselines(), &sc, 7));
	assert_true(whole == hash_of(store_with_baselines(), &sc, 0));
	assert_true(whole == hash_of(store_with_baselines(), &sc, sc.n + 1));
	history_ends(s);
	learned = hash_of(s, &sc, 1000);
	assert_true(learned != whole);
	s = store_make(true);
	history_ends(s);
	assert_true(learned == hash_of(s, &sc, 13));
	free(sc.rows);
}

/* Events of one pane that follow one another change places. */
static void
shuffle_within_panes(struct script *sc, uint64_t seed)
{
	size_t from, to, i;

	for (from = 0; from < sc->n; from = to) {
		int64_t pane = pane_floor(sc->rows[from].ts_ms, PANE_MS);

		for (to = from + 1; to < sc->n && pane_floor(sc->rows[to].ts_ms, PANE_MS) == pane; to++)
			;
		for (i = to - from; i > 1; i--) {
			size_t k = from + (size_t)rng_below(&seed, i);
			struct row r = sc->rows[from + i - 1];

			sc->rows[from + i - 1] = sc->rows[k];
			sc->rows[k] = r;
		}
	}
}

static void
another_order_within_a_pane_gives_the_same_state(void **state)
{
	struct script sc = script_make(2, 500, 1, 0, 0.3);
	uint64_t was;
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++)
		sc.rows[i].source = 0;
	was = hash_of(store_with_baselines(), &sc, 100);
	shuffle_within_panes(&sc, 3);
	assert_true(was == hash_of(store_with_baselines(), &sc, 100));
	sc.rows[sc.n / 2].x += 1; /* and it would have been seen if not */
	assert_true(was != hash_of(store_with_baselines(), &sc, 100));
	free(sc.rows);
}

/* Every other event goes to another collector; their deltas are merged one after the other. */
static uint64_t
hash_of_halves(const struct script *sc)
{
	struct store *half[2] = {store_with_baselines(), store_with_baselines()}, *all = store_with_baselines();
	uint64_t hash;
	size_t i, k;

	for (i = 0; i < sc->n; i++) {
		bool last = i + 1 == sc->n ||
			    pane_floor(sc->rows[i + 1].arrival_ms, PANE_MS) !=
				pane_floor(sc->rows[i].arrival_ms, PANE_MS);

		ingest(half[i % 2], &sc->rows[i]);
		for (k = 0; last && k < 2; k++) {
			store_numbers_settle(half[k]->models[0], half[k]->delta.models[0]);
			assert_int_equal(store_merge(all, &half[k]->delta, NULL), 0);
			delta_clear(&half[k]->delta);
		}
	}
	assert_int_equal(store_tick(all, sc->end_ms, NULL), 0);
	hash = state_hash(all, NULL);
	store_free(half[0]);
	store_free(half[1]);
	store_free(all);
	return hash;
}

static void
two_halves_merged_give_the_same_state(void **state)
{
	struct script sc = script_make(4, 700, 2, 1, 0.3);
	size_t i;

	(void)state;
	/* In order, one source: what comes too late for a slot depends on who reads. One model: a collector that merges
	 * for one keeps nothing back for another. */
	for (i = 0; i < sc.n; i++) {
		sc.rows[i].ts_ms = sc.rows[i].arrival_ms;
		sc.rows[i].source = sc.rows[i].model = 0;
	}
	assert_true(hash_of(store_with_baselines(), &sc, 50) == hash_of_halves(&sc));
	free(sc.rows);
}

static void
drift_of(const struct store *s, const char *model, const char *name, struct drift_figures *out)
{
	const struct model *m = store_model_find(s, slice_of(model));
	struct feature_figures f;

	figures_feature(s, m->index, figures_feature_find(s, m->index, slice_of(name)), WINDOW_5M, &f);
	*out = f.drift;
}

static void
evidence_arms_at_fourteen_days_and_tells_when_a_change_began(void **state)
{
	enum { STEP = 15000 };
	struct script sc = script_make(6, STEP, 17, 16, 0.3);
	struct store *s = store_with_baselines();
	struct drift_figures d;
	struct model_figures m;
	size_t i, day = (size_t)(DAY_MS / STEP);

	(void)state;
	for (i = 0; i < sc.n; i++) {
		ingest(s, &sc.rows[i]);
		if ((i + 1) % day)
			continue;
		assert_int_equal(store_tick(s, sc.rows[i].arrival_ms, NULL), 0);
		drift_of(s, "busy", "x", &d);
		assert_int_equal(d.provisional, (i + 1) / day < 14);
		assert_true(d.alarm == ((i + 1) / day == 17));
	}
	figures_model(s, store_model_find(s, slice_of("busy"))->index, WINDOW_5M, &m);
	assert_false(m.baseline.provisional);
	assert_memory_equal(m.baseline.name.p, "own stream 2023-11-14 to 2023-11-27, ", 37);
	/* x, k, prediction of the busy model; the quiet one has not come to 10,000 rows. */
	assert_int_equal(m.baseline.armed, 3);
	assert_float_equal(d.evidence_limit, log(3 * 2016), 1e-9);
	assert_true(d.evidence >= d.evidence_limit);
	assert_int_equal(d.leading, EVIDENCE_KIND_UP);
	assert_true(llabs(d.since_ms - (MIDNIGHT + 16 * DAY_MS)) <= 3600000);
	drift_of(s, "quiet", "x", &d);
	assert_true(d.provisional);
	store_free(s);
	free(sc.rows);
}

static void
windows_full_of_errors_stay_out_of_the_baseline(void **state)
{
	struct script sc = script_make(8, 1000, 1, 2, 0);
	struct store *s = store_with_baselines();
	const struct model *m;
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++) {
		sc.rows[i].model = 0;
		sc.rows[i].ts_ms = sc.rows[i].arrival_ms;
		sc.rows[i].failed = i % 3600 < 600 && i % 4 == 0; /* two windows an hour */
		ingest(s, &sc.rows[i]);
	}
	assert_int_equal(store_tick(s, sc.rows[i - 1].arrival_ms, NULL), 0);
	m = store_model_find(s, slice_of("busy"));
	/* And the one after them, in which the alert still fires. */
	assert_int_equal(m->growth.left_out, 72);
	assert_int_equal(m->growth.windows, 287 - 72); /* the last slot is open */
	assert_int_equal(m->growth.errors, 0);
	assert_int_equal(m->evalwin.late, 0);
	store_free(s);
	free(sc.rows);
}

/* A model may tell of its requests alone: no feature, no prediction, and so no column in what it is watched by. */
static void
a_model_without_columns_takes_no_more_memory_from_window_to_window(void **state)
{
	struct store *s = store_make(true);
	const struct model *m = NULL;
	int64_t t = MIDNIGHT;
	long after_an_hour = 0;
	struct maker mk;
	int i;

	(void)state;
	history_ends(s);
	for (i = 0; i < 3 * 3600; i++, t += 1000) {
		event_make(&mk, "bare", t);
		mk.ev.latency_ms = 3;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		if (i % 10 == 9)
			assert_int_equal(store_tick(s, t, NULL), 0);
		if (i == 3600)
			after_an_hour = alloc_live();
	}
	m = store_model_find(s, slice_of("bare"));
	assert_non_null(m->baseline);
	assert_int_equal(m->baseline->nfeatures, 0);
	assert_non_null(m->watches);
	/* Panes and rings come as they are needed; one block for each of 720 deltas would be seen. */
	assert_in_range(alloc_live(), 0, after_an_hour + 100);
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(other_read_sizes_give_the_same_state),
	    cmocka_unit_test(another_order_within_a_pane_gives_the_same_state),
	    cmocka_unit_test(two_halves_merged_give_the_same_state),
	    cmocka_unit_test(evidence_arms_at_fourteen_days_and_tells_when_a_change_began),
	    cmocka_unit_test(windows_full_of_errors_stay_out_of_the_baseline),
	    cmocka_unit_test(a_model_without_columns_takes_no_more_memory_from_window_to_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
