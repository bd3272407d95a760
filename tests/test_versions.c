/*
 * Versions of a model in the store: which two are compared, from when on, and that it hangs on the events alone and
 * not on how they were read.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/figures.h"
#include "core/figures_compare.h"
#include "core/rows.h"
#include "core/state_hash.h"
#include "core/store_impl.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define MIDNIGHT  INT64_C(1699920000000)
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS	  INT64_C(3600000)

struct row {
	int64_t ts_ms, arrival_ms;
	double x, y;
	char version[8];
	uint8_t k, missing, failed;
};

struct script {
	struct row *rows;
	size_t n;
	int64_t end_ms;
};

/* The version of an event at that time, from a random number in [0,1). */
typedef const char *version_fn(int64_t since_ms, double u);

static struct script
script_make(uint64_t seed, int64_t step_ms, int64_t length_ms, version_fn *version)
{
	struct script sc = {NULL, (size_t)(length_ms / step_ms), MIDNIGHT + length_ms};
	size_t i;

	sc.rows = calloc(sc.n, sizeof(*sc.rows));
	assert_non_null(sc.rows);
	for (i = 0; i < sc.n; i++) {
		struct row *r = &sc.rows[i];

		r->ts_ms = MIDNIGHT + (int64_t)i * step_ms + (int64_t)rng_below(&seed, (uint64_t)step_ms);
		r->arrival_ms = r->ts_ms;
		r->x = rng_normal(&seed);
		r->y = rng_normal(&seed);
		r->k = (uint8_t)rng_below(&seed, 6);
		r->missing = rng_below(&seed, 40) == 0;
		r->failed = rng_below(&seed, 100) == 0;
		snprintf(r->version, sizeof(r->version), "%s", version(r->ts_ms - MIDNIGHT, rng_uniform(&seed)));
	}
	return sc;
}

static void
ingest(struct store *s, const struct row *r)
{
	static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
	struct maker mk;

	event_make(&mk, "m", r->ts_ms);
	mk.ev.arrival_ms = r->arrival_ms;
	mk.ev.version = slice_of(r->version);
	mk.ev.latency_ms = 2 + fabs(r->x);
	mk.ev.failed = r->failed;
	if (!r->missing)
		feature_add(&mk, "x", number(r->x));
	feature_add(&mk, "k", text(names[r->k]));
	mk.ev.prediction = number(r->y > 0);
	mk.ev.score = number(1 / (1 + exp(-r->y)));
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

static struct store *
store_with_baseline(void)
{
	struct store *s = store_make(false);
	struct fact f = {.kind = FACT_BASELINE};
	struct baseline *b = NULL;
	struct rows rows;
	struct maker mk;
	uint64_t seed = 5;
	int i;

	rows_init(&rows);
	for (i = 0; i < 2000; i++) {
		double y = rng_normal(&seed);
		char k[2] = {(char)('a' + rng_below(&seed, 6)), 0};

		event_make(&mk, "m", MIDNIGHT - 4000000 + i);
		if (rng_below(&seed, 40))
			feature_add(&mk, "x", number(rng_normal(&seed)));
		feature_add(&mk, "k", text(k));
		mk.ev.prediction = number(y > 0);
		mk.ev.score = number(1 / (1 + exp(-y)));
		assert_int_equal(rows_add(&rows, &mk.ev, 0, NULL), 0);
	}
	assert_int_equal(
	    baseline_from_rows(&b, slice_of("m"), &rows, 0, rows.count, BASELINE_LEARNED, "by hand", NULL), 0);
	rows_release(&rows);
	f.u.baseline.baseline = b;
	assert_int_equal(store_apply(s, &f, NULL), 0);
	return s;
}

static void
play(struct store *s, const struct script *sc, size_t chunk)
{
	uint64_t seed = 9;
	size_t i, next = chunk ? chunk : 1;

	for (i = 0; i < sc->n; i++) {
		ingest(s, &sc->rows[i]);
		if (i + 1 < next)
			continue;
		assert_int_equal(store_tick(s, sc->rows[i].arrival_ms, NULL), 0);
		next = i + 1 + (chunk ? chunk : 1 + (size_t)rng_below(&seed, 300));
	}
	assert_int_equal(store_tick(s, sc->end_ms, NULL), 0);
}

static uint64_t
hash_of(struct store *s, const struct script *sc, size_t chunk)
{
	uint64_t hash;
	bool complete;

	play(s, sc, chunk);
	hash = state_hash(s, &complete);
	assert_true(complete);
	store_free(s);
	return hash;
}

/* ---- the same, however it was read ----------------------------------------------------------- */

/* A canary from 20 minutes on, a third one for some minutes, nothing but the second at the end. */
static const char *
rollout(int64_t since_ms, double u)
{
	if (since_ms > 150 * MINUTE_MS)
		return "2";
	if (since_ms > 90 * MINUTE_MS && since_ms < 100 * MINUTE_MS && u < 0.3)
		return "3";
	return since_ms > 20 * MINUTE_MS && u < 0.4 ? "2" : "1";
}

/* Three of about the same weight, so that roles are decided by few events. */
static const char *
thirds(int64_t since_ms, double u)
{
	(void)since_ms;
	return u < 0.34 ? "a" : u < 0.67 ? "b" : "c";
}

static void
other_read_sizes_give_the_same_state(void **state)
{
	version_fn *const scripts[] = {rollout, thirds};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct script sc = script_make(i + 1, 1000, 4 * HOUR_MS, scripts[i]);
		uint64_t whole = hash_of(store_with_baseline(), &sc, 1000), learned;
		struct store *s = store_make(true);

		assert_true(whole == hash_of(store_with_baseline(), &sc, 1));
		assert_true(whole == hash_of(store_with_baseline(), &sc, 7));
		assert_true(whole == hash_of(store_with_baseline(), &sc, 0));
		assert_true(whole == hash_of(store_with_baseline(), &sc, sc.n + 1));
		history_ends(s);
		learned = hash_of(s, &sc, 1000);
		assert_true(learned != whole);
		s = store_make(true);
		history_ends(s);
		assert_true(learned == hash_of(s, &sc, 13));
		free(sc.rows);
	}
}

/* Roles are decided when the last of them comes, of which few events have been read by then. */
static void
versions_that_come_at_once_get_the_same_roles(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 20; seed < 32; seed++) {
		struct script sc = script_make(seed, 700, 20 * MINUTE_MS, thirds);
		uint64_t whole = hash_of(store_with_baseline(), &sc, sc.n + 1);

		assert_true(whole == hash_of(store_with_baseline(), &sc, 1));
		free(sc.rows);
	}
}

static void
another_order_within_a_pane_gives_the_same_state(void **state)
{
	struct script sc = script_make(3, 500, 3 * HOUR_MS, rollout);
	uint64_t was = hash_of(store_with_baseline(), &sc, 100), seed = 3;
	size_t from, to, i;

	(void)state;
	for (from = 0; from < sc.n; from = to) {
		int64_t pane = pane_floor(sc.rows[from].ts_ms, PANE_MS);

		for (to = from + 1; to < sc.n && pane_floor(sc.rows[to].ts_ms, PANE_MS) == pane; to++)
			;
		for (i = to - from; i > 1; i--) {
			size_t k = from + (size_t)rng_below(&seed, i);
			struct row r = sc.rows[from + i - 1];

			sc.rows[from + i - 1] = sc.rows[k];
			sc.rows[k] = r;
		}
	}
	assert_true(was == hash_of(store_with_baseline(), &sc, 100));
	sc.rows[sc.n / 2].version[0] = '9'; /* and it would have been seen if not */
	assert_true(was != hash_of(store_with_baseline(), &sc, 100));
	free(sc.rows);
}

/* Every other event goes to another collector; their deltas name the versions, each in its own order. */
static void
two_halves_merged_give_the_same_state(void **state)
{
	version_fn *const scripts[] = {rollout, thirds};
	size_t i, k, which;

	(void)state;
	for (which = 0; which < 2; which++) {
		struct script sc = script_make(which + 4, 700, 3 * HOUR_MS, scripts[which]);
		struct store *half[2] = {store_with_baseline(), store_with_baseline()}, *all = store_with_baseline();

		for (i = 0; i < sc.n; i++) {
			bool last = i + 1 == sc.n || pane_floor(sc.rows[i + 1].ts_ms, PANE_MS) !=
							 pane_floor(sc.rows[i].ts_ms, PANE_MS);

			ingest(half[i % 2], &sc.rows[i]);
			for (k = 0; last && k < 2; k++) {
				store_numbers_settle(half[k]->models[0], half[k]->delta.models[0]);
				assert_int_equal(store_merge(all, &half[k]->delta, NULL), 0);
				delta_clear(&half[k]->delta);
			}
		}
		assert_int_equal(store_tick(all, sc.end_ms, NULL), 0);
		assert_int_equal(half[0]->models[0]->nversions, 0); /* ingest leaves the model alone */
		assert_true(hash_of(store_with_baseline(), &sc, 50) == state_hash(all, NULL));
		store_free(half[0]);
		store_free(half[1]);
		store_free(all);
		free(sc.rows);
	}
}

/* ---- roles ----------------------------------------------------------------------------------- */

static const struct model *
only(const struct store *s)
{
	return store_model(s, 0);
}

static bool
roles_are(const struct store *s, const char *stable, const char *canary)
{
	const struct model *m = only(s);
	const unsigned place[2] = {m->stable, m->canary};
	const char *const want[2] = {stable, canary};
	int i;

	for (i = 0; i < 2; i++)
		if (want[i] ? place[i] == VERSION_NONE || !slice_is(m->versions[place[i]].name, want[i])
			    : place[i] != VERSION_NONE)
			return false;
	return true;
}

static const char *
alone(int64_t since_ms, double u)
{
	(void)since_ms;
	(void)u;
	return "1";
}

static void
one_version_alone_allocates_nothing_more(void **state)
{
	struct script sc = script_make(6, 1000, 2 * HOUR_MS, alone);
	struct store *s = store_with_baseline();

	(void)state;
	play(s, &sc, 100);
	assert_true(roles_are(s, "1", NULL));
	assert_null(only(s)->versus);
	assert_null(s->delta.models[0]->lanes[1].held);
	store_free(s);
	free(sc.rows);
}

static void
sides_hold_what_came_of_each_version_from_the_first_whole_pane_on(void **state)
{
	struct script sc = script_make(7, 250, 40 * MINUTE_MS, rollout);
	struct store *s = store_with_baseline();
	uint64_t events[2] = {0, 0}, errors[2] = {0, 0};
	const struct versus *v;
	int64_t first = 0;
	size_t i;

	(void)state;
	play(s, &sc, 33);
	v = only(s)->versus;
	assert_non_null(v);
	assert_true(roles_are(s, "1", "2"));
	for (i = 0; i < sc.n && !first; i++)
		first = sc.rows[i].version[0] == '2' ? sc.rows[i].ts_ms : 0;
	assert_true(v->from_pane == pane_floor(first, PANE_MS) + 1);
	for (i = 0; i < sc.n; i++) {
		int side = sc.rows[i].version[0] == '2';

		if (pane_floor(sc.rows[i].ts_ms, PANE_MS) < v->from_pane)
			continue;
		events[side]++;
		errors[side] += sc.rows[i].failed;
	}
	for (i = 0; i < 2; i++) {
		const struct sums *sums = &v->sides[i].total;
		const struct feature *x = &only(s)->features[figures_feature_find(s, 0, slice_of("k")) + FID_INPUT];
		uint64_t values = 0;
		size_t k;

		assert_int_equal(sums->tally.events, events[i]);
		assert_int_equal(sums->tally.rows, events[i]);
		assert_int_equal(sums->tally.errors, errors[i]);
		assert_int_equal(sums->tally.latencies, events[i]);
		for (k = 0; k < x->nbins; k++)
			values += sums->cells[x->first + k];
		assert_int_equal(values, events[i]);
		assert_true(v->sides[i].rings[VERSUS_5M].window.tally.events < events[i]);
		assert_int_equal(v->sides[i].rings[VERSUS_1H].window.tally.events, events[i]);
	}
	store_free(s);
	free(sc.rows);
}

static void
a_version_that_ends_leaves_a_mark_and_comes_back_without_one(void **state)
{
	struct script sc = script_make(8, 1000, 5 * HOUR_MS, rollout);
	struct store *s = store_with_baseline();
	struct row back = sc.rows[sc.n - 1];
	int64_t last = 0;
	size_t i;

	(void)state;
	play(s, &sc, 500);
	for (i = 0; i < sc.n; i++)
		last = sc.rows[i].version[0] == '1' ? sc.rows[i].ts_ms : last;
	assert_true(roles_are(s, "2", NULL));
	assert_null(only(s)->versus);
	assert_true(only(s)->versions[0].ended_ms == last);
	assert_int_equal(only(s)->versions[1].ended_ms, 0);
	snprintf(back.version, sizeof(back.version), "1");
	ingest(s, &back);
	assert_int_equal(store_tick(s, back.ts_ms, NULL), 0);
	assert_int_equal(only(s)->versions[0].ended_ms, 0);
	assert_true(roles_are(s, "2", "1"));
	assert_non_null(only(s)->versus);
	store_free(s);
	free(sc.rows);
}

/* One has four fifths of the traffic, then the other. */
static const char *
swap(int64_t since_ms, double u)
{
	return u < (since_ms < 90 * MINUTE_MS ? 0.2 : 0.8) ? "b" : "a";
}

static void
two_versions_that_swap_roles_go_on_being_compared(void **state)
{
	struct script sc = script_make(9, 500, 3 * HOUR_MS, swap);
	struct store *s = store_with_baseline();
	int64_t from = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++) {
		ingest(s, &sc.rows[i]);
		if (sc.rows[i].ts_ms - MIDNIGHT < 80 * MINUTE_MS && (i + 1) % 1000 == 0) {
			assert_int_equal(store_tick(s, sc.rows[i].ts_ms, NULL), 0);
			from = only(s)->versus->from_pane;
		}
	}
	assert_int_equal(store_tick(s, sc.end_ms, NULL), 0);
	assert_true(roles_are(s, "b", "a"));
	assert_true(only(s)->versus->from_pane == from);
	store_free(s);
	free(sc.rows);
}

/* One replaces another, then a canary comes. */
static const char *
replaced(int64_t since_ms, double u)
{
	if (since_ms < 40 * MINUTE_MS)
		return "1";
	return since_ms > 55 * MINUTE_MS && u < 0.1 ? "3" : "2";
}

static void
what_was_replaced_is_not_what_a_canary_is_held_against(void **state)
{
	struct script sc = script_make(19, 500, HOUR_MS, replaced);
	struct store *s = store_with_baseline();
	const struct model *m;

	(void)state;
	play(s, &sc, 100);
	m = only(s);
	assert_true(m->versions[0].recent > m->versions[1].recent); /* the first has most events of the hour yet */
	assert_true(roles_are(s, "2", "3"));
	store_free(s);
	free(sc.rows);
}

static void
the_newest_of_several_is_the_canary(void **state)
{
	struct script sc = script_make(10, 500, 95 * MINUTE_MS, rollout);
	struct store *s = store_with_baseline();

	(void)state;
	play(s, &sc, 77);
	assert_true(roles_are(s, "1", "3"));
	store_free(s);
	free(sc.rows);
}

static void
seventeen_versions_in_turn_are_bounded_and_none_in_use_is_lost(void **state)
{
	struct store *s = store_with_baseline();
	uint64_t events = 0, seed = 11;
	struct row r = {.k = 1};
	unsigned i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		r.ts_ms = r.arrival_ms = MIDNIGHT + (int64_t)i * 300;
		r.x = rng_normal(&seed);
		snprintf(r.version, sizeof(r.version), "v%u", i % 17);
		ingest(s, &r);
		if (i % 50 == 0)
			assert_int_equal(store_tick(s, r.ts_ms, NULL), 0);
	}
	assert_int_equal(store_tick(s, r.ts_ms, NULL), 0);
	assert_int_equal(only(s)->nversions, LIMIT_VERSIONS);
	assert_int_equal(only(s)->total.tally.events, 5000);
	assert_int_equal(only(s)->total.tally.rows, 5000);
	for (i = 0; i < LIMIT_VERSIONS; i++)
		events += only(s)->versions[i].events;
	assert_in_range(events, LIMIT_VERSIONS, 5000);
	store_free(s);
}

/* ---- figures --------------------------------------------------------------------------------- */

static const char *
from_the_start(int64_t since_ms, double u)
{
	(void)since_ms;
	return u < 0.25 ? "2" : "1";
}

static size_t
feature_of(const struct store *s, const char *name)
{
	return figures_feature_find(s, 0, slice_of(name));
}

static void
outputs_of_a_canary_that_differ_are_told_from_inputs_that_do_not(void **state)
{
	struct script sc = script_make(13, 250, HOUR_MS, from_the_start);
	struct store *s = store_with_baseline();
	struct compare_feature f;
	struct compare_figures c;
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++)
		sc.rows[i].y += sc.rows[i].version[0] == '2' ? 0.5 : 0;
	play(s, &sc, 400);
	figures_compare(s, 0, WINDOW_1H, &c);
	assert_true(c.active && slice_is(c.stable, "1") && slice_is(c.canary, "2"));
	assert_int_equal(c.differs, 2); /* prediction and score */
	assert_int_equal(c.maybe + c.unsplit, 0);
	assert_true(fabs(c.share_frac[1] - 0.25) < 0.02);
	assert_float_equal(c.rate_per_s[0] + c.rate_per_s[1], 4, 0.1);
	assert_false(compare_is_beyond_noise(&c.errors) || compare_is_beyond_noise(&c.p50));
	assert_int_equal(c.worst_output, feature_of(s, "score"));
	figures_compare_feature(s, 0, c.worst_output, WINDOW_1H, &f);
	assert_int_equal(f.state, COMPARE_DIFFERS);
	assert_true(f.psi > f.psi_floor && f.evidence > f.evidence_limit);
	assert_true(llabs(f.since_ms - MIDNIGHT) <= 300000);
	/* A shift of the logit by 0.5 sd is about half a standard deviation of the score too: 0.2 either way covers the
	 * curve and ten standard errors. */
	assert_float_equal(f.shift_sd, 0.5, 0.2);
	assert_memory_equal(f.sentence, "mean up 0.", 10);
	figures_compare_feature(s, 0, feature_of(s, "x"), WINDOW_5M, &f);
	assert_int_equal(f.state, COMPARE_SAME);
	assert_true(f.psi < f.psi_floor && fabs(f.shift_sd) < 3.9 * f.shift_se);
	assert_string_equal(f.sentence, "");
	figures_compare_feature(s, 0, feature_of(s, "k"), WINDOW_ALL, &f);
	assert_int_equal(f.state, COMPARE_SAME);
	assert_true(fabs(f.share.diff) < 4.5 * f.share.se); /* the largest of six */
	store_free(s);
	free(sc.rows);
}

static void
inputs_that_differ_from_the_first_window_on_are_a_split_that_is_not_random(void **state)
{
	struct script sc = script_make(14, 250, 2 * HOUR_MS, from_the_start);
	struct store *s = store_with_baseline();
	struct compare_feature f;
	struct compare_figures c;
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++) {
		struct row *r = &sc.rows[i];

		r->x += r->version[0] == '2' ? 0.3 : 0;
		if (r->version[0] == '2' && r->ts_ms > MIDNIGHT + HOUR_MS && r->k == 0)
			r->k = 5;
	}
	play(s, &sc, 400);
	figures_compare(s, 0, WINDOW_1H, &c);
	assert_int_equal(c.unsplit, 1);
	assert_int_equal(c.differs, 1);
	figures_compare_feature(s, 0, feature_of(s, "x"), WINDOW_1H, &f);
	assert_int_equal(f.state, COMPARE_UNSPLIT);
	figures_compare_feature(s, 0, feature_of(s, "k"), WINDOW_1H, &f);
	assert_int_equal(f.state, COMPARE_DIFFERS);
	assert_true(llabs(f.since_ms - (MIDNIGHT + HOUR_MS)) <= 300000);
	assert_true(slice_is(f.value, "a") || slice_is(f.value, "f"));
	store_free(s);
	free(sc.rows);
}

static void
figures_of_a_version_are_over_the_window_asked_for(void **state)
{
	struct script sc = script_make(15, 250, HOUR_MS, from_the_start);
	struct store *s = store_with_baseline();
	struct version_figures v;
	uint64_t events = 0, errors = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++) {
		if (sc.rows[i].version[0] != '2')
			continue;
		sc.rows[i].missing = i % 2;
		if (pane_floor(sc.rows[i].ts_ms, PANE_MS) <= pane_floor(sc.end_ms, PANE_MS) - 60)
			continue;
		events++;
		errors += sc.rows[i].failed;
	}
	play(s, &sc, 400);
	for (i = 0; i < 2; i++) {
		assert_true(figures_version_window(s, 0, i, WINDOW_5M, &v));
		if (slice_is(v.version, "2"))
			break;
	}
	assert_int_equal(v.role, VERSION_CANARY);
	assert_true(v.active);
	assert_int_equal(v.events, events);
	assert_int_equal(v.errors, errors);
	/* Half of x, with five standard errors of some 300 rows. */
	assert_float_equal(v.missing_frac, 0.5, 0.15);
	assert_true(v.p50 > 2 && v.p50 < 3.5 && v.p99 > v.p50);
	assert_false(figures_version_window(s, 0, 2, WINDOW_5M, &v));
	store_free(s);
	free(sc.rows);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static const struct alert *
alert_of(const struct store *s, const char *rule, const char *version)
{
	const struct alerts *a = store_alerts(s);
	size_t i;

	for (i = 0; i < a->n; i++)
		if (slice_is(a->list[i]->key.rule, rule) && slice_is(a->list[i]->key.version, version))
			return a->list[i];
	return NULL;
}

static void
rules_of_errors_latency_and_missing_values_hold_for_each_of_the_two(void **state)
{
	struct script sc = script_make(16, 250, 90 * MINUTE_MS, rollout);
	struct store *s = store_with_baseline();
	const struct alert *al;
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++) {
		sc.rows[i].failed = sc.rows[i].version[0] == '2' && i % 5 == 0;
		sc.rows[i].missing = sc.rows[i].version[0] == '2' ? i % 3 != 0 : i % 40 == 0;
	}
	play(s, &sc, 400);
	al = alert_of(s, "error_rate", "2");
	assert_non_null(al);
	assert_int_equal(al->state, ALERT_FIRING);
	assert_int_equal(al->severity, SEVERITY_CRIT);
	assert_memory_equal(al->sentence, "canary only: ", 13);
	assert_true(al->from_ms > MIDNIGHT + 20 * MINUTE_MS && al->from_ms < MIDNIGHT + 23 * MINUTE_MS);
	al = alert_of(s, "missing", "2");
	assert_non_null(al);
	assert_int_equal(al->state, ALERT_FIRING);
	assert_true(slice_is(al->key.feature, "x"));
	assert_memory_equal(al->sentence, "canary only: missing ", 21);
	assert_null(alert_of(s, "error_rate", "1"));
	assert_null(alert_of(s, "missing", "1"));
	assert_null(alert_of(s, "latency", "2"));
	/* It shows in the sum of both as well: which of the two is to blame is not for that alert to say. */
	al = alert_of(s, "error_rate", "");
	assert_non_null(al);
	assert_string_equal(al->version, "");
	assert_true(al->incident == alert_of(s, "error_rate", "2")->incident);
	store_free(s);
	free(sc.rows);
}

static void
an_alert_of_a_model_with_one_version_is_of_that_version(void **state)
{
	struct script sc = script_make(18, 250, 30 * MINUTE_MS, from_the_start);
	struct store *s = store_with_baseline();
	const struct alert *al;
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++) {
		sc.rows[i].version[0] = '1';
		sc.rows[i].failed = i % 5 == 0;
	}
	play(s, &sc, 400);
	al = alert_of(s, "error_rate", "");
	assert_non_null(al);
	assert_string_equal(al->version, "1");
	store_free(s);
	free(sc.rows);
}

static void
what_both_do_is_the_alert_of_the_model_alone(void **state)
{
	struct script sc = script_make(17, 250, 90 * MINUTE_MS, rollout);
	struct store *s = store_with_baseline();
	size_t i;

	(void)state;
	for (i = 0; i < sc.n; i++)
		sc.rows[i].failed = i % 5 == 0;
	play(s, &sc, 400);
	assert_non_null(alert_of(s, "error_rate", ""));
	assert_null(alert_of(s, "error_rate", "1"));
	assert_null(alert_of(s, "error_rate", "2"));
	store_free(s);
	free(sc.rows);
}

static void
an_alert_about_a_version_ends_with_it(void **state)
{
	struct script sc = script_make(18, 500, 4 * HOUR_MS, rollout);
	struct store *s = store_with_baseline();
	const struct alert *al;
	size_t i;

	(void)state;
	/* The first version fails until it ends at 150 minutes. */
	for (i = 0; i < sc.n; i++)
		sc.rows[i].failed = sc.rows[i].version[0] == '1' && i % 3 == 0;
	play(s, &sc, 400);
	al = alert_of(s, "error_rate", "1");
	assert_non_null(al);
	assert_int_equal(al->state, ALERT_CLEARED);
	assert_int_not_equal(al->to_ms, ALERT_NEVER);
	store_free(s);
	free(sc.rows);
}

static int
some_minutes(void *ctx, struct err *err)
{
	struct script *sc = ctx;
	struct store *s = NULL;
	struct store_options o = {.learn = true, .raw_bytes = 65536};
	struct fact history = {.kind = FACT_HISTORY};
	struct maker mk;
	int rc = store_new(&s, &o, err);
	size_t i;

	if (!rc)
		rc = store_apply(s, &history, err);
	for (i = 0; i < sc->n && !rc; i++) {
		event_make(&mk, "m", sc->rows[i].ts_ms);
		mk.ev.version = slice_of(sc->rows[i].version);
		mk.ev.latency_ms = 3;
		feature_add(&mk, "x", number(sc->rows[i].x));
		rc = store_ingest(s, &mk.ev, err);
		if (!rc && i % 40 == 0)
			rc = store_tick(s, sc->rows[i].ts_ms, err);
	}
	store_free(s);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	struct script sc = script_make(12, 2000, 9 * MINUTE_MS, thirds);

	(void)state;
	assert_true(alloc_survive_each(some_minutes, &sc) > 100);
	free(sc.rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(other_read_sizes_give_the_same_state),
	    cmocka_unit_test(versions_that_come_at_once_get_the_same_roles),
	    cmocka_unit_test(another_order_within_a_pane_gives_the_same_state),
	    cmocka_unit_test(two_halves_merged_give_the_same_state),
	    cmocka_unit_test(one_version_alone_allocates_nothing_more),
	    cmocka_unit_test(sides_hold_what_came_of_each_version_from_the_first_whole_pane_on),
	    cmocka_unit_test(a_version_that_ends_leaves_a_mark_and_comes_back_without_one),
	    cmocka_unit_test(two_versions_that_swap_roles_go_on_being_compared),
	    cmocka_unit_test(what_was_replaced_is_not_what_a_canary_is_held_against),
	    cmocka_unit_test(the_newest_of_several_is_the_canary),
	    cmocka_unit_test(seventeen_versions_in_turn_are_bounded_and_none_in_use_is_lost),
	    cmocka_unit_test(outputs_of_a_canary_that_differ_are_told_from_inputs_that_do_not),
	    cmocka_unit_test(inputs_that_differ_from_the_first_window_on_are_a_split_that_is_not_random),
	    cmocka_unit_test(figures_of_a_version_are_over_the_window_asked_for),
	    cmocka_unit_test(rules_of_errors_latency_and_missing_values_hold_for_each_of_the_two),
	    cmocka_unit_test(an_alert_of_a_model_with_one_version_is_of_that_version),
	    cmocka_unit_test(what_both_do_is_the_alert_of_the_model_alone),
	    cmocka_unit_test(an_alert_about_a_version_ends_with_it),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
