/*
 * Another reference on the same binning: figures follow at once, evidence begins anew, what grew before does not arm
 * it; what cannot be chosen says why. And what a baseline has that events lack.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/baseline_bytes.h"
#include "core/choice.h"
#include "core/figures.h"
#include "core/mem.h"
#include "core/saved.h"
#include "core/store_impl.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define HOUR_MS INT64_C(3600000)

/* Normal x with this mean, from a version, one row each second. */
static int64_t
hours(struct store *s, int64_t from_ms, double n, double mean, const char *version, uint64_t seed)
{
	int64_t to_ms = from_ms + (int64_t)(n * (double)HOUR_MS), ms;
	struct maker mk;

	for (ms = from_ms; ms < to_ms; ms += 1000) {
		event_make(&mk, "m", ms);
		mk.ev.version = slice_of(version);
		feature_add(&mk, "x", number(mean + rng_normal(&seed)));
		feature_add(&mk, "k", text(rng_below(&seed, 3) ? "yes" : "no"));
		mk.ev.prediction = number(mean > 0);
		mk.ev.latency_ms = 5;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		if (ms % 30000 == 0)
			assert_int_equal(store_tick(s, ms, NULL), 0);
	}
	assert_int_equal(store_tick(s, to_ms, NULL), 0);
	return to_ms;
}

static int
choose(struct store *s, enum choice_kind kind, enum window w, struct err *err)
{
	const struct fact f = {.kind = FACT_CHOICE, .u.choice = {.model = 0, .kind = kind, .window = w}};

	return store_apply(s, &f, err);
}

static struct feature_figures
figures_of(const struct store *s, const char *name)
{
	struct feature_figures f;

	figures_feature(s, 0, figures_feature_find(s, 0, slice_of(name)), WINDOW_1H, &f);
	return f;
}

static struct store *
learned_store(int64_t *now)
{
	struct store *s = store_make(true);

	*now = hours(s, T0 - T0 % HOUR_MS, 1, 0, "1", 1);
	history_ends(s);
	return s;
}

static void
test_now_is_a_reference_at_once_and_evidence_begins_anew(void **state)
{
	int64_t now;
	struct store *s = learned_store(&now);
	const struct model *m = store_model(s, 0);
	struct feature_figures f;
	struct model_figures mf;
	uint64_t id, revision;

	(void)state;
	hours(s, now, 2, 2, "1", 2);
	f = figures_of(s, "x");
	assert_int_equal(f.drift.state, DRIFT_DRIFT);
	assert_true(f.drift.psi > 1 && f.drift.evidence > f.drift.evidence_limit);
	id = m->baseline->id;
	revision = m->revision;
	assert_int_equal(choose(s, CHOICE_NOW, WINDOW_1H, NULL), 0);
	assert_int_equal(store_tick(s, now + 2 * HOUR_MS + 1000, NULL), 0);
	f = figures_of(s, "x");
	assert_int_equal(f.drift.state, DRIFT_OK);
	/* The window is the reference, but for what has moved out of it since. */
	assert_true(f.drift.psi < 0.001);
	assert_true(isnan(f.drift.evidence) || f.drift.evidence < 1);
	assert_true(fabs(f.baseline_mean - 2) < 0.1 && fabs(f.baseline_std - 1) < 0.1);
	assert_true(isnan(f.baseline_min) && isnan(f.baseline_max));
	assert_int_equal(f.drift.m, 59 * 60); /* the sixtieth minute has just begun */
	figures_model(s, 0, WINDOW_1H, &mf);
	assert_int_equal(mf.baseline.kind, BASELINE_SLICE);
	assert_memory_equal(mf.baseline.name.p, "now, ", 5);
	assert_true(mf.baseline.provisional);
	assert_int_equal(mf.latency.baseline_count, 59 * 60);
	assert_true(m->baseline->id == id && m->revision > revision);
	assert_int_equal(m->growth.rows, 0);
	/* What comes goes on being held against it. */
	hours(s, now + 2 * HOUR_MS + 1000, 1, 4, "1", 3);
	assert_int_equal(figures_of(s, "x").drift.state, DRIFT_DRIFT);
	assert_true(m->growth.rows > 1000);
	store_free(s);
}

static void
test_the_choices_are_named_with_their_rows_and_span(void **state)
{
	int64_t now;
	struct store *s = learned_store(&now);
	struct choice c[CHOICE_MAX];
	size_t n, i, seen = 0;

	(void)state;
	now = hours(s, now, 3, 0, "1", 4);
	now = hours(s, now, 0.5, 1, "2", 5);
	n = store_choices(s, 0, c);
	for (i = 0; i < n; i++) {
		seen |= (size_t)1 << c[i].kind;
		assert_true(c[i].name[0] && c[i].from_ms < c[i].to_ms);
		if (c[i].kind == CHOICE_NOW && c[i].window == WINDOW_5M)
			assert_int_equal(c[i].rows, 295); /* the sixtieth pane has just begun */
		if (c[i].kind == CHOICE_VERSION) {
			assert_string_equal(c[i].version, "1");
			assert_memory_equal(c[i].name, "version 1, ", 11);
		}
	}
	assert_int_equal(seen, 15);
	store_free(s);
}

static void
test_a_slice_and_the_version_before_are_what_was_counted_then(void **state)
{
	int64_t now;
	struct store *s = learned_store(&now);
	struct feature_figures f;

	(void)state;
	now = hours(s, now, 4, 0.5, "1", 6);
	now = hours(s, now, 1, 2, "2", 7);
	assert_int_equal(choose(s, CHOICE_VERSION, 0, NULL), 0);
	f = figures_of(s, "x");
	assert_int_equal(store_model(s, 0)->baseline->kind, BASELINE_VERSION);
	/* Four hours, and the first one less what the baseline was learned from: its first thousand rows. Quarters of
	 * an hour begin where the hours do. */
	assert_int_equal(f.drift.m, 4 * 3600 + 2600);
	assert_true(fabs(f.baseline_mean - 0.5 * 14400 / 17000) < 0.05);
	{
		const struct fact slice = {.kind = FACT_CHOICE,
		    .u.choice = {.model = 0, .kind = CHOICE_SLICE, .from_ms = now - HOUR_MS, .to_ms = now}};

		assert_int_equal(store_apply(s, &slice, NULL), 0);
	}
	f = figures_of(s, "x");
	assert_int_equal(f.drift.m, 3600);
	assert_true(fabs(f.baseline_mean - 2) < 0.1);
	store_free(s);
}

static void
test_learned_goes_back_to_what_its_own_stream_has_grown_to(void **state)
{
	int64_t now;
	struct store *s = learned_store(&now);
	struct model_figures mf;

	(void)state;
	now = hours(s, now, 1, 1, "1", 8);
	assert_int_equal(choose(s, CHOICE_NOW, WINDOW_5M, NULL), 0);
	now = hours(s, now, 2, 3, "1", 9);
	assert_int_equal(choose(s, CHOICE_LEARNED, 0, NULL), 0);
	figures_model(s, 0, WINDOW_1H, &mf);
	assert_int_equal(mf.baseline.kind, BASELINE_LEARNED);
	assert_true(fabs(figures_of(s, "x").baseline_mean - 3) < 0.1);
	assert_true(store_model(s, 0)->baseline->own);
	assert_true(mf.baseline.grown_rows > 5000); /* and grows on */
	store_free(s);
}

static void
test_what_cannot_be_chosen_says_why_and_changes_nothing(void **state)
{
	struct store *s = store_make(true);
	struct choice c[CHOICE_MAX];
	struct err err = {0};
	int64_t now;
	uint64_t revision;

	(void)state;
	assert_int_equal(choose(s, CHOICE_NOW, WINDOW_5M, &err), ERR_NOT_FOUND);
	hours(s, T0, 0.05, 0, "1", 1);
	assert_int_equal(store_choices(s, 0, c), 0);
	assert_int_equal(choose(s, CHOICE_NOW, WINDOW_5M, &err), ERR_INVALID);
	assert_non_null(strstr(err.msg, "still learning"));
	store_free(s);
	s = learned_store(&now);
	/* Two hundred rows are needed; a day later there are three. */
	now = hours(s, now + 30 * HOUR_MS, 0.001, 0, "1", 2);
	revision = store_model(s, 0)->revision;
	assert_int_equal(choose(s, CHOICE_NOW, WINDOW_5M, &err), ERR_INVALID);
	assert_non_null(strstr(err.msg, "a baseline needs 200 rows, there are"));
	assert_int_equal(choose(s, CHOICE_VERSION, 0, &err), ERR_NOT_FOUND);
	assert_int_equal(store_model(s, 0)->baseline->kind, BASELINE_LEARNED);
	assert_true(store_model(s, 0)->revision == revision);
	store_free(s);
}

/* An input that had no value in the rows chosen has nothing else to be held against. */
static void
test_an_input_without_values_then_keeps_its_reference(void **state)
{
	int64_t now;
	struct store *s = learned_store(&now);
	const struct baseline_feature *f;
	struct maker mk;
	uint64_t was;
	int i;

	(void)state;
	f = baseline_find(store_model(s, 0)->baseline, slice_of("x"), false);
	was = f->count;
	for (i = 0; i < 400; i++) {
		event_make(&mk, "m", now + 600000 + i * 500);
		feature_add(&mk, "k", text("no"));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, now + 800000, NULL), 0);
	assert_int_equal(choose(s, CHOICE_NOW, WINDOW_5M, NULL), 0);
	assert_int_equal(f->count, was);
	assert_int_equal(baseline_find(store_model(s, 0)->baseline, slice_of("k"), false)->count, 400);
	store_free(s);
}

static void
test_a_chosen_reference_is_saved_and_comes_back(void **state)
{
	int64_t now;
	struct store *s = learned_store(&now), *next = store_make(true);
	struct fact f = {.kind = FACT_SAVED};
	char *files[2];
	size_t n[2];

	(void)state;
	now = hours(s, now, 1, 2, "1", 2);
	assert_int_equal(choose(s, CHOICE_NOW, WINDOW_1H, NULL), 0);
	assert_int_equal(saved_write_binning(s, 0, &files[0], &n[0], NULL), 0);
	assert_int_equal(saved_write_model(s, 0, "1", 0, &files[1], &n[1], NULL), 0);
	f.u.saved.binning = slice_make(files[0], n[0]);
	f.u.saved.model = slice_make(files[1], n[1]);
	assert_int_equal(store_apply(next, &f, NULL), 0);
	hours(next, now, 0.1, 2, "1", 3);
	assert_string_equal(store_saved_why(next), "");
	assert_string_equal(store_model(next, 0)->baseline->name, store_model(s, 0)->baseline->name);
	assert_true(fabs(figures_of(next, "x").baseline_mean - 2) < 0.1);
	mem_free(files[0]);
	mem_free(files[1]);
	store_free(s);
	store_free(next);
}

static int
choose_once(void *ctx, struct err *err)
{
	return choose(ctx, CHOICE_NOW, WINDOW_1H, err);
}

static void
test_without_memory_the_old_reference_stays(void **state)
{
	int64_t now;
	struct store *s = learned_store(&now);

	(void)state;
	hours(s, now, 0.5, 1, "1", 2);
	assert_int_equal(choose(s, CHOICE_NOW, WINDOW_1H, NULL), 0); /* gives back what grew */
	assert_true(alloc_fail_each(choose_once, s) > 0);
	assert_int_equal(figures_of(s, "x").drift.m, figures_of(s, "x").count);
	store_free(s);
}

/* ---- a new version's own outputs ------------------------------------------------------------- */

/* x as ever; each version predicts what it always predicts. Two of them: in turn. */
static int64_t
serve(struct store *s, int64_t from_ms, int minutes, const char *const *versions, int n, uint64_t seed)
{
	struct maker mk;
	int i;

	for (i = 0; i < minutes * 60; i++) {
		event_make(&mk, "m", from_ms + i * INT64_C(1000));
		mk.ev.version = slice_of(versions[i % n]);
		feature_add(&mk, "x", number(rng_normal(&seed)));
		feature_add(&mk, "k", text(rng_below(&seed, 3) ? "yes" : "no"));
		mk.ev.prediction = number(slice_is(mk.ev.version, "1") ? 0 : rng_below(&seed, 4) > 0);
		mk.ev.latency_ms = 5;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
		if (i % 30 == 0)
			assert_int_equal(store_tick(s, mk.ev.ts_ms, NULL), 0);
	}
	return from_ms + minutes * INT64_C(60000);
}

static void
test_a_new_version_is_held_against_its_own_outputs_after_a_thousand_rows(void **state)
{
	static const char *const one[] = {"1"}, *const two[] = {"2"}, *const both[] = {"1", "2"};
	int64_t now;
	struct store *s = learned_store(&now);
	const struct baseline *b = store_model(s, 0)->baseline;
	struct model_figures mf;
	struct feature_figures f;
	uint64_t inputs;
	enum window w;

	(void)state;
	now = serve(s, now, 60, one, 1, 2);
	assert_string_equal(b->outputs_of, "1");
	inputs = baseline_find(b, slice_of("x"), false)->count;
	now = serve(s, now, 15, two, 1, 3);
	figures_feature(s, 0, figures_feature_find(s, 0, slice_of("prediction")), WINDOW_5M, &f);
	assert_int_equal(f.drift.state, DRIFT_DRIFT); /* still that of version 1, which never says 1 */
	assert_string_equal(b->outputs_of, "1");
	/* A window has three hundred rows, the one at the change is of both. */
	now = serve(s, now, 15, two, 1, 4);
	assert_string_equal(b->outputs_of, "2");
	figures_feature(s, 0, figures_feature_find(s, 0, slice_of("prediction")), WINDOW_5M, &f);
	assert_int_equal(f.drift.state, DRIFT_OK);
	assert_int_equal(f.drift.m, 1200);
	assert_int_equal(baseline_find(b, slice_of("x"), false)->count, inputs);
	figures_model(s, 0, WINDOW_5M, &mf);
	assert_true(slice_is(mf.baseline.outputs_of, "2"));
	/*
	 * The total too: it has had the first version's answers for an hour, and begins anew behind the rows that are
	 * the measure now. The fourth window of version 2 ends 20 minutes after it came, whole at 21.
	 */
	assert_int_equal(store_tick(s, now - 1000, NULL), 0);
	figures_feature(s, 0, figures_feature_find(s, 0, slice_of("prediction")), WINDOW_ALL, &f);
	assert_int_equal(f.drift.state, DRIFT_OK);
	assert_int_equal(f.count, (30 - 21) * 60);
	assert_int_equal(f.missing, 0);
	assert_true(mf.baseline.outputs_after_ms == now - (30 - 21) * INT64_C(60000) - 1000);
	figures_feature(s, 0, figures_feature_find(s, 0, slice_of("x")), WINDOW_ALL, &f);
	assert_int_equal(f.count, 150 * 60 - 1000); /* inputs go on: all but what was learned from */
	for (w = WINDOW_1H; w < WINDOW_ALL; w++) {
		figures_feature(s, 0, figures_feature_find(s, 0, slice_of("prediction")), w, &f);
		assert_int_equal(f.count, (30 - 21) * 60);
		assert_int_equal(f.missing, 0);
	}
	/* As windows slide, what is in them and what is not goes out again. */
	now = serve(s, now, 53, two, 1, 6);
	assert_int_equal(store_tick(s, now - 1000, NULL), 0);
	figures_feature(s, 0, figures_feature_find(s, 0, slice_of("prediction")), WINDOW_1H, &f);
	assert_int_equal(f.missing, 0);
	assert_int_equal(f.count, 60 * 60);
	figures_feature(s, 0, figures_feature_find(s, 0, slice_of("prediction")), WINDOW_24H, &f);
	assert_int_equal(f.missing, 0);
	assert_int_equal(f.count, (30 - 21 + 53) * 60);
	/* Two that share the traffic are compared with each other: neither becomes the other's measure. */
	serve(s, now, 60, both, 2, 5);
	assert_string_equal(b->outputs_of, "2");
	store_free(s);
}

/* ---- what does not fit ----------------------------------------------------------------------- */

static void
test_inputs_that_only_the_baseline_or_only_events_have_are_named(void **state)
{
	int64_t now;
	struct store *s = learned_store(&now);
	struct slice names[4];
	struct maker mk;
	int i;

	(void)state;
	hours(s, now, 0.2, 0, "1", 2);
	assert_int_equal(store_inputs_lacking(s, 0, names, 4), 0);
	assert_int_equal(store_inputs_new(s, 0, names, 4), 0);
	store_free(s);
	/* Learned with x and k; from then on events have y for x. */
	s = learned_store(&now);
	for (i = 0; i < 100; i++) {
		event_make(&mk, "m", now + i * 1000);
		feature_add(&mk, "y", number(i));
		feature_add(&mk, "k", text("no"));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, now + 100000, NULL), 0);
	assert_int_equal(store_inputs_new(s, 0, names, 4), 1);
	assert_true(slice_is(names[0], "y"));
	store_free(s);
}

static void
test_a_baseline_for_other_features_says_which_are_missing_and_which_are_new(void **state)
{
	int64_t now;
	struct store *made = learned_store(&now), *s = store_make(true);
	struct fact f = {.kind = FACT_BASELINE};
	struct bytes b[2];
	struct bytes_reader r[2];
	struct slice names[4];
	struct maker mk;
	int i;

	(void)state;
	bytes_init(&b[0]);
	bytes_init(&b[1]);
	baseline_encode_binning(store_model(made, 0)->baseline, NULL, &b[0]);
	baseline_encode_reference(store_model(made, 0)->baseline, NULL, &b[1]);
	for (i = 0; i < 2; i++)
		bytes_read(&r[i], slice_make(b[i].p, b[i].n));
	assert_int_equal(baseline_decode(&f.u.baseline.baseline, &r[0], &r[1], NULL), 0);
	assert_int_equal(store_apply(s, &f, NULL), 0);
	assert_int_equal(store_inputs_lacking(s, 0, names, 4), 0); /* before the first event nobody knows */
	for (i = 0; i < 100; i++) {
		event_make(&mk, "m", now + i * 1000);
		feature_add(&mk, "y", number(i));
		feature_add(&mk, "z", text("no"));
		feature_add(&mk, "k", text("no"));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, now + 100000, NULL), 0);
	assert_int_equal(store_inputs_lacking(s, 0, names, 4), 1);
	assert_true(slice_is(names[0], "x"));
	assert_int_equal(store_inputs_new(s, 0, names, 1), 2);
	assert_true(slice_is(names[0], "y"));
	bytes_release(&b[0]);
	bytes_release(&b[1]);
	store_free(made);
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_now_is_a_reference_at_once_and_evidence_begins_anew),
	    cmocka_unit_test(test_the_choices_are_named_with_their_rows_and_span),
	    cmocka_unit_test(test_a_slice_and_the_version_before_are_what_was_counted_then),
	    cmocka_unit_test(test_learned_goes_back_to_what_its_own_stream_has_grown_to),
	    cmocka_unit_test(test_what_cannot_be_chosen_says_why_and_changes_nothing),
	    cmocka_unit_test(test_an_input_without_values_then_keeps_its_reference),
	    cmocka_unit_test(test_a_chosen_reference_is_saved_and_comes_back),
	    cmocka_unit_test(test_without_memory_the_old_reference_stays),
	    cmocka_unit_test(test_a_new_version_is_held_against_its_own_outputs_after_a_thousand_rows),
	    cmocka_unit_test(test_a_baseline_for_other_features_says_which_are_missing_and_which_are_new),
	    cmocka_unit_test(test_inputs_that_only_the_baseline_or_only_events_have_are_named),
	};

	return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
