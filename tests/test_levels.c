/* Levels of single inputs: what is none is refused, what is written is read, and the store judges by them at once. */
#include "core/levels.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/config_text.h"
#include "core/alert.h"
#include "core/config.h"
#include "core/fact_bytes.h"
#include "core/figures.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/model.h"
#include "core/state_hash.h"
#include "tests/lib_alloc.h"
#include "tests/lib_fleet.h"
#include "tests/lib_maker.h"

static struct fact_levels
levels_of(const char *model, const char *feature, double watch, double drift)
{
	return (struct fact_levels){slice_of(model), slice_of(feature), watch, drift};
}

static int
put(struct levels *l, const char *model, const char *feature, double watch, double drift)
{
	const struct fact_levels f = levels_of(model, feature, watch, drift);

	return levels_put(l, &f, NULL);
}

static void
the_last_that_was_said_of_each_holds(void **state)
{
	struct levels l = {NULL, 0, 0};

	(void)state;
	assert_int_equal(put(&l, "a", "bc", 0.3, 0.5), 0);
	assert_int_equal(put(&l, "ab", "c", 0.1, 0), 0);
	assert_int_equal(put(&l, "a", "bc", 0, 2), 0);
	assert_int_equal(l.n, 2);
	assert_true(levels_find(&l, slice_of("a"), slice_of("bc"))->drift == 2);
	assert_true(levels_find(&l, slice_of("a"), slice_of("bc"))->watch == 0);
	assert_true(levels_find(&l, slice_of("ab"), slice_of("c"))->watch == 0.1);
	assert_null(levels_find(&l, slice_of("abc"), slice_of("")));
	assert_null(levels_find(&l, slice_of("a"), slice_of("c")));
	levels_release(&l);
	assert_null(levels_find(&l, slice_of("a"), slice_of("bc")));
}

/* 0.1 and 0.25 are what holds where nothing is said. */
static void
what_is_no_level_is_refused_with_a_sentence(void **state)
{
	static const struct {
		double watch, drift;
		const char *say;
	} wrong[] = {{NAN, 0, "a number from 0"}, {0, NAN, "a number from 0"}, {-0.1, 0, "a number from 0"},
	    {0, -1, "a number from 0"}, {INFINITY, INFINITY, "a number from 0"}, {0, 2e6, "to 1000000"},
	    {0.5, 0.4, "watch (0.5) is above drift (0.4)"}, {0.3, 0, "watch (0.3) is above drift (0.25)"},
	    {0, 0.05, "watch (0.1) is above drift (0.05)"}};
	char name[LIMIT_NAME_BYTES + 1];
	struct levels l = {NULL, 0, 0};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const struct fact_levels f = levels_of("m", "f", wrong[i].watch, wrong[i].drift);
		struct err err = {0};

		assert_int_equal(levels_put(&l, &f, &err), ERR_INVALID);
		if (!strstr(err.msg, wrong[i].say))
			fail_msg("%s", err.msg);
	}
	assert_int_equal(put(&l, "", "f", 1, 2), ERR_INVALID);
	assert_int_equal(put(&l, "m", "", 1, 2), ERR_INVALID);
	memset(name, 'x', sizeof name);
	for (size_t n = LIMIT_NAME_BYTES; n <= LIMIT_NAME_BYTES + 1; n++) {
		const struct fact_levels f = {slice_make(name, n), slice_make(name, n), 1, 2};

		assert_int_equal(levels_put(&l, &f, NULL), n > LIMIT_NAME_BYTES ? ERR_INVALID : 0);
	}
	assert_int_equal(l.n, 1);
	levels_release(&l);
}

static void
there_are_no_more_than_there_may_be(void **state)
{
	struct levels l = {NULL, 0, 0};
	char name[16];

	(void)state;
	for (int i = 0; i < LEVELS_MAX; i++) {
		snprintf(name, sizeof name, "f%d", i);
		assert_int_equal(put(&l, "m", name, 1, 2), 0);
	}
	assert_int_equal(put(&l, "m", "one more", 1, 2), ERR_LIMIT);
	assert_int_equal(put(&l, "m", "f7", 3, 4), 0);
	assert_int_equal(l.n, LEVELS_MAX);
	levels_release(&l);
}

/* ---- bytes ----------------------------------------------------------------------------------------------------- */

static void
fill(struct levels *l)
{
	assert_int_equal(put(l, "fraud", "amount", 0.3, 0.5), 0);
	assert_int_equal(put(l, "fraud", "prediction", 0, 1e6), 0);
	assert_int_equal(put(l, "churn \xc3\xa4", "a.features.b", 0.01, 0), 0);
}

static void
what_is_read_says_what_was_written(void **state)
{
	struct levels l = {NULL, 0, 0}, again = {NULL, 0, 0};
	struct bytes_reader from;
	struct bytes out;

	(void)state;
	fill(&l);
	bytes_init(&out);
	levels_write(&l, &out);
	assert_false(out.failed);
	bytes_read(&from, slice_make(out.p, out.n));
	assert_int_equal(levels_read(&again, &from, NULL), 0);
	assert_true(bytes_at_end(&from));
	assert_int_equal(again.n, l.n);
	for (size_t i = 0; i < l.n; i++) {
		assert_true(slice_eq(again.list[i].is.model, l.list[i].is.model));
		assert_true(slice_eq(again.list[i].is.feature, l.list[i].is.feature));
		assert_memory_equal(&again.list[i].is.watch, &l.list[i].is.watch, sizeof(double));
		assert_memory_equal(&again.list[i].is.drift, &l.list[i].is.drift, sizeof(double));
	}
	levels_release(&again);
	/* Cut anywhere it is none. */
	for (size_t n = 0; n < out.n; n++) {
		bytes_read(&from, slice_make(out.p, n));
		assert_int_equal(levels_read(&again, &from, NULL), ERR_FORMAT);
		levels_release(&again);
	}
	/* Nor with what is no level in it: the last eight bytes are a drift. */
	memset(out.p + out.n - 8, 0xff, 8);
	bytes_read(&from, slice_make(out.p, out.n));
	assert_int_equal(levels_read(&again, &from, NULL), ERR_FORMAT);
	levels_release(&again);
	bytes_release(&out);
	levels_release(&l);
}

static void
as_a_fact_they_go_through_bytes_and_back(void **state)
{
	struct fact f = {.kind = FACT_LEVELS, .u.levels = levels_of("fraud", "amount", 0.3, 0.5)}, again;
	struct bytes_reader from;
	struct bytes out;

	(void)state;
	assert_true(fact_writes(FACT_LEVELS));
	bytes_init(&out);
	fact_write(&f, &out);
	assert_int_equal(out.p[0], 11); /* for ever */
	bytes_read(&from, slice_make(out.p, out.n));
	assert_int_equal(fact_read(&again, &from, NULL), 0);
	assert_true(bytes_at_end(&from));
	assert_int_equal(again.kind, FACT_LEVELS);
	assert_true(slice_is(again.u.levels.model, "fraud") && slice_is(again.u.levels.feature, "amount"));
	assert_true(again.u.levels.watch == 0.3 && again.u.levels.drift == 0.5);
	for (size_t n = 0; n < out.n; n++) {
		bytes_read(&from, slice_make(out.p, n));
		assert_int_equal(fact_read(&again, &from, NULL), ERR_FORMAT);
	}
	bytes_release(&out);
}

/* ---- the store -------------------------------------------------------------------------------------------------- */

static int
tell(struct store *s, const char *model, const char *feature, double watch, double drift)
{
	const struct fact f = {.kind = FACT_LEVELS, .u.levels = levels_of(model, feature, watch, drift)};

	return store_apply(s, &f, NULL);
}

static const struct feature *
column_of(const struct store *s, size_t model, struct slice name)
{
	const struct model *m = store_model(s, model);

	for (size_t fid = 0; fid < m->nfeatures; fid++)
		if (slice_eq(model_feature_name(m, fid), name))
			return &m->features[fid];
	fail_msg("no column '%.*s'", (int)name.n, name.p);
	return NULL;
}

/* An input of the fleet that drifts by its size. */
static void
find_drifting(const struct store *s, size_t *model, size_t *feature, struct feature_figures *f)
{
	for (*model = 0; *model < store_model_count(s); ++*model) {
		struct model_figures m;

		figures_model_brief(s, *model, WINDOW_AUTO, &m);
		for (*feature = 0; *feature < m.inputs; ++*feature) {
			figures_feature(s, *model, *feature, WINDOW_AUTO, f);
			if (f->drift.drift_causes == CAUSE_SIZE)
				return;
		}
	}
	fail_msg("nothing in the fleet drifts");
}

static void
set_rule(struct store *s)
{
	static const char text[] =
	    "{\"rules\": [{\"name\": \"big\", \"feature\": \"*\", \"warn\": \"size >= watch\", "
	    "\"clear\": \"size < watch\"}]}";
	struct config c;
	struct err why = {0};
	const struct fact f = {.kind = FACT_RULES, .u.rules = {.rules = &c.rules, .told = true}};

	assert_int_equal(config_text_parse(&c, slice_of(text), &why, NULL), 0);
	assert_string_equal(why.msg, "");
	assert_int_equal(store_apply(s, &f, NULL), 0);
	config_release(&c);
}

static bool
is_firing(const struct store *s, size_t model, struct slice feature)
{
	const struct alerts *all = store_alerts(s);

	for (size_t i = 0; i < all->n; i++) {
		const struct alert *al = all->list[i];

		if (slice_is(al->key.rule, "big") && al->model == model && slice_eq(al->key.feature, feature))
			return al->state == ALERT_FIRING;
	}
	return false;
}

/* Without an event, and within the same five seconds. */
static void
judged_by_them_at_the_next_tick(void **state)
{
	int64_t now_ms;
	struct store *s = fleet_make(FLEET_INCIDENT, &now_ms);
	struct feature_figures f, other;
	const struct feature *column;
	size_t model, feature, drifting;
	double psi, watch, drift;
	char m[80], name[80];

	(void)state;
	while (now_ms % PANE_MS)
		assert_int_equal(store_tick(s, now_ms += 1000, NULL), 0);
	find_drifting(s, &model, &feature, &f);
	snprintf(m, sizeof m, "%.*s", (int)store_model_name(s, model).n, store_model_name(s, model).p);
	snprintf(name, sizeof name, "%.*s", (int)f.name.n, f.name.p);
	column = column_of(s, model, slice_of(name));
	drifting = store_model(s, model)->drifting;
	psi = f.drift.psi;
	watch = f.drift.psi_watch;
	drift = f.drift.psi_drift;
	assert_true(column->state == DRIFT_DRIFT && drifting > 0);
	set_rule(s);
	assert_int_equal(store_tick(s, now_ms += 1000, NULL), 0);
	assert_true(is_firing(s, model, slice_of(name)));
	/* What is read says so before any tick: it is the same figure. */
	assert_int_equal(tell(s, m, name, 2 * psi, 3 * psi), 0);
	figures_feature(s, model, feature, WINDOW_AUTO, &other);
	assert_true(other.drift.psi_watch == 2 * psi && other.drift.psi_drift == 3 * psi);
	assert_int_equal(other.drift.state, DRIFT_OK);
	assert_int_equal(store_tick(s, now_ms += 1000, NULL), 0);
	assert_int_equal(column->state, DRIFT_OK);
	assert_int_equal(store_model(s, model)->drifting, drifting - 1);
	assert_false(is_firing(s, model, slice_of(name)));
	/* Between the two. */
	assert_int_equal(tell(s, m, name, psi / 2, 3 * psi), 0);
	assert_int_equal(store_tick(s, now_ms += 1000, NULL), 0);
	assert_int_equal(column->state, DRIFT_WATCH);
	assert_true(is_firing(s, model, slice_of(name)));
	/* And as it was. */
	assert_int_equal(tell(s, m, name, 0, 0), 0);
	figures_feature(s, model, feature, WINDOW_AUTO, &other);
	assert_true(other.drift.psi_watch == watch && other.drift.psi_drift == drift);
	assert_int_equal(store_tick(s, now_ms += 1000, NULL), 0);
	assert_int_equal(column->state, DRIFT_DRIFT);
	assert_int_equal(store_levels_count(s), 1);
	assert_int_not_equal(now_ms / PANE_MS * PANE_MS, now_ms);
	store_free(s);
}

static void
what_cannot_hold_changes_nothing(void **state)
{
	int64_t now_ms;
	struct store *s = fleet_make(FLEET_INCIDENT, &now_ms);
	uint64_t hash = state_hash(s, NULL), generation = store_generation(s);
	struct feature_figures f;
	size_t model, feature;
	char m[80], name[80];

	(void)state;
	find_drifting(s, &model, &feature, &f);
	snprintf(m, sizeof m, "%.*s", (int)store_model_name(s, model).n, store_model_name(s, model).p);
	snprintf(name, sizeof name, "%.*s", (int)f.name.n, f.name.p);
	assert_int_equal(tell(s, m, name, -1, 0), ERR_INVALID);
	assert_int_equal(tell(s, m, name, NAN, 0), ERR_INVALID);
	assert_int_equal(tell(s, m, name, 2, 1), ERR_INVALID);
	assert_true(state_hash(s, NULL) == hash);
	assert_true(store_generation(s) == generation);
	assert_int_equal(tell(s, m, name, 1, 2), 0);
	assert_true(state_hash(s, NULL) != hash);
	store_free(s);
}

/* A baseline that comes later, and a configuration that says otherwise: what was told stands. */
static void
told_before_there_is_anything_they_hold_later(void **state)
{
	static const char text[] = "{\"models\": {\"*\": {\"features\": {\"*\": {\"watch\": 0.2}}}}}";
	struct config c;
	struct err why = {0};
	struct store_options o = {.learn = true, .config = &c};
	struct store *s = NULL;
	const struct model *m;
	struct maker mk;

	(void)state;
	assert_int_equal(config_text_parse(&c, slice_of(text), &why, NULL), 0);
	assert_int_equal(store_new(&s, &o, NULL), 0);
	assert_int_equal(tell(s, "fraud", "amount", 0.7, 0.9), 0);
	assert_int_equal(tell(s, "churn", "amount", 5, 6), 0);
	history_ends(s);
	for (int i = 0; i < 3000; i++) {
		event_make(&mk, "fraud", 1700000000000 + i * 1000);
		feature_add(&mk, "amount", number(i % 97));
		feature_add(&mk, "hours", number(i % 24));
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(s, 1700000000000 + 3000 * 1000, NULL), 0);
	m = store_model(s, 0);
	assert_non_null(m->baseline);
	assert_true(column_of(s, 0, slice_of("amount"))->watch == 0.7);
	assert_true(column_of(s, 0, slice_of("amount"))->drift == 0.9);
	assert_true(column_of(s, 0, slice_of("hours"))->watch == 0.2);
	store_free(s);
	config_release(&c);
}

/* ---- memory ----------------------------------------------------------------------------------------------------- */

static int
put_copy_write_and_read(void *ctx, struct err *err)
{
	struct levels l = {NULL, 0, 0}, copy = {NULL, 0, 0}, again = {NULL, 0, 0};
	const struct fact_levels f[2] = {levels_of("m", "f", 1, 2), levels_of("m", "g", 1, 2)};
	struct bytes_reader from;
	struct bytes out;
	int rc = 0;

	(void)ctx;
	bytes_init(&out);
	for (size_t i = 0; i < 2 && !rc; i++)
		rc = levels_put(&l, &f[i], err);
	if (!rc)
		rc = levels_copy(&copy, &l, err);
	if (!rc) {
		levels_write(&copy, &out);
		rc = out.failed ? err_nomem(err) : 0;
	}
	bytes_read(&from, slice_make(out.p, out.n));
	if (!rc)
		rc = levels_read(&again, &from, err);
	assert_true(rc || again.n == 2);
	levels_release(&again);
	levels_release(&copy);
	levels_release(&l);
	bytes_release(&out);
	return rc;
}

static int
tell_a_store(void *ctx, struct err *err)
{
	const struct store_options o = {0};
	const struct fact f = {.kind = FACT_LEVELS, .u.levels = levels_of("m", "f", 1, 2)};
	struct store *s = NULL;
	int rc = store_new(&s, &o, err);

	(void)ctx;
	if (!rc)
		rc = store_apply(s, &f, err);
	assert_true(!s || store_levels_count(s) == (rc ? 0 : 1));
	store_free(s);
	return rc;
}

static void
no_memory_is_an_error_like_any_other(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(put_copy_write_and_read, NULL) > 6);
	assert_true(alloc_fail_each(tell_a_store, NULL) > 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_that_was_said_of_each_holds),
	    cmocka_unit_test(what_is_no_level_is_refused_with_a_sentence),
	    cmocka_unit_test(there_are_no_more_than_there_may_be),
	    cmocka_unit_test(what_is_read_says_what_was_written),
	    cmocka_unit_test(as_a_fact_they_go_through_bytes_and_back),
	    cmocka_unit_test(judged_by_them_at_the_next_tick),
	    cmocka_unit_test(what_cannot_hold_changes_nothing),
	    cmocka_unit_test(told_before_there_is_anything_they_hold_later),
	    cmocka_unit_test(no_memory_is_an_error_like_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
