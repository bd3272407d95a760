/* A store that has read the state of another one goes on as that does: what replay rests on. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/figures_versions.h"
#include "core/mem.h"
#include "core/snapshot.h"
#include "core/state_hash.h"
#include "core/store_impl.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"
#include "tests/lib_snapshot.h"

static struct slice
bytes_of(const struct bytes *b)
{
	assert_false(b->failed);
	return slice_make(b->p, b->n);
}

static struct store *
store_empty(const struct store *like)
{
	struct store *s = NULL;

	assert_int_equal(store_new(&s, &like->options, NULL), 0);
	return s;
}

static int
copy_model(const struct store *from, size_t i, const struct snapshot_mask *mask, struct store *to, struct err *err)
{
	struct bytes_reader r;
	struct bytes b;
	int rc;

	bytes_init(&b);
	snapshot_write_model(from, i, mask, &b);
	if (b.failed) {
		bytes_release(&b);
		return err_nomem(err);
	}
	bytes_read(&r, slice_make(b.p, b.n));
	rc = snapshot_read_model(to, &r, err);
	if (!rc)
		assert_true(bytes_at_end(&r));
	bytes_release(&b);
	return rc;
}

static int
copy_fleet(const struct store *from, const struct snapshot_mask *mask, struct store *to, struct err *err)
{
	struct bytes_reader r;
	struct bytes b;
	int rc;

	bytes_init(&b);
	snapshot_write_fleet(from, mask, &b);
	if (b.failed) {
		bytes_release(&b);
		return err_nomem(err);
	}
	bytes_read(&r, slice_make(b.p, b.n));
	rc = snapshot_read_fleet(to, &r, err);
	if (!rc)
		assert_true(bytes_at_end(&r));
	bytes_release(&b);
	return rc;
}

static struct store *
copy_of(const struct store *from, const struct snapshot_mask *mask)
{
	struct store *s = store_empty(from);
	struct err err = {0};
	size_t i;

	if (copy_fleet(from, mask, s, &err))
		fail_msg("fleet: %s", err.msg);
	for (i = 0; i < from->nmodels; i++)
		if (copy_model(from, i, mask, s, &err))
			fail_msg("model %zu: %s", i, err.msg);
	return s;
}

/* ---- what is the same ------------------------------------------------------------------------ */

static void
assert_same_alerts(const struct alerts *a, const struct alerts *b)
{
	size_t i;

	assert_int_equal(a->n, b->n);
	assert_int_equal(a->active, b->active);
	assert_int_equal(a->changes, b->changes);
	assert_memory_equal(a->changed, b->changed, sizeof(a->changed));
	for (i = 0; i < a->n; i++) {
		const struct alert *x = a->list[i], *y = b->list[i];

		assert_true(x->id == y->id && x->incident == y->incident && x->fleet == y->fleet);
		assert_int_equal(x->state, y->state);
		assert_int_equal(x->severity, y->severity);
		assert_int_equal(x->worst, y->worst);
		assert_int_equal(x->model, y->model);
		assert_true(x->from_ms == y->from_ms && x->fired_ms == y->fired_ms && x->to_ms == y->to_ms);
		assert_true(x->clear_ms == y->clear_ms && x->judged_ms == y->judged_ms && x->mild_ms == y->mild_ms);
		assert_true(x->resumed_ms == y->resumed_ms && x->silenced_to_ms == y->silenced_to_ms);
		assert_string_equal(x->acked_by, y->acked_by);
		assert_string_equal(x->sentence, y->sentence);
		assert_string_equal(x->peak.sentence, y->peak.sentence);
	}
}

/* As bytes: all that is in a state at all. */
static void
assert_same_bytes(const struct store *a, const struct store *b)
{
	struct bytes x, y;
	size_t i, k;

	bytes_init(&x);
	bytes_init(&y);
	for (i = 0; i < a->nmodels; i++) { /* labels that wait come with events alone */
		b->models[i]->labels.waiting = a->models[i]->labels.waiting;
		b->models[i]->labels.early = a->models[i]->labels.early;
		b->models[i]->labels.halvings = a->models[i]->labels.halvings;
		b->models[i]->shown_events = a->models[i]->shown_events; /* and this, with ticks that do not judge */
	}
	for (i = 0; i <= a->nmodels; i++) {
		x.n = y.n = 0;
		if (i < a->nmodels) {
			snapshot_write_model(a, i, NULL, &x);
			snapshot_write_model(b, i, NULL, &y);
		} else {
			snapshot_write_fleet(a, NULL, &x);
			snapshot_write_fleet(b, NULL, &y);
		}
		for (k = 0; k < x.n && k < y.n && x.p[k] == y.p[k]; k++)
			;
		if (x.n != y.n || k < x.n)
			fail_msg("part %zu differs at byte %zu of %zu, %zu", i, k, x.n, y.n);
	}
	bytes_release(&x);
	bytes_release(&y);
}

/* What is shown of versions over time, which is kept with their panes. */
static void
assert_same_versions(const struct store *a, const struct store *b, size_t model)
{
	double x[96], y[96];
	size_t n, i;

	for (int what = 0; what < PAIR_SERIES; what++)
		for (int k = 0; k < 4; k++) {
			enum window w = k / 2 ? WINDOW_5M : WINDOW_1H;

			n = figures_pair_series(a, model, k % 2, (enum pair_series)what, w, x, 96);
			assert_int_equal(figures_pair_series(b, model, k % 2, (enum pair_series)what, w, y, 96), n);
			for (i = 0; i < n; i++)
				assert_true(isnan(x[i]) ? isnan(y[i]) : fabs(x[i] - y[i]) <= 0);
		}
}

static void
assert_same(const struct store *a, const struct store *b)
{
	size_t i;

	assert_int_equal(a->nmodels, b->nmodels);
	assert_true(state_hash(a, NULL) == state_hash(b, NULL));
	assert_same_alerts(&a->alerts, &b->alerts);
	for (i = 0; i < a->nmodels; i++) {
		assert_string_equal(a->models[i]->why, b->models[i]->why);
		assert_int_equal(a->models[i]->severity, b->models[i]->severity);
		assert_same_versions(a, b, i);
	}
}

/* ---- a second store that does what the first does -------------------------------------------- */

struct follower {
	struct store *s;
	struct delta delta;
	unsigned merges, models;
};

static void
on_model(void *ctx, const struct store *from, size_t model)
{
	struct follower *f = ctx;

	assert_int_equal(copy_model(from, model, NULL, f->s, NULL), 0);
	f->models++;
}

/* What deltas do not say: names of models, of features, of classes, of versions that made predictions. */
static void
know_names(const struct store *from, struct store *to)
{
	size_t i, k, at;
	struct model *made;

	for (i = 0; i < from->nmodels; i++) {
		const struct model *m = from->models[i];

		assert_int_equal(store_model_get(to, m->name, &made, NULL), 0);
		for (k = 0; k < m->inputs.count; k++)
			assert_int_equal(model_input(to->models[i], names_at(&m->inputs, k), &at, NULL), 0);
		for (k = 0; k < m->classes.names.count; k++)
			assert_int_equal(names_add(&to->models[i]->classes.names, names_at(&m->classes.names, k), &at,
					     NULL), 0);
		for (k = 0; k < m->label_versions.count; k++)
			assert_int_equal(names_add(&to->models[i]->label_versions, names_at(&m->label_versions, k),
					     &at, NULL), 0);
		to->models[i]->label_versions_ms = m->label_versions_ms;
	}
}

static void
on_merged(void *ctx, const struct store *from, const struct delta *d, bool alone)
{
	struct follower *f = ctx;
	struct bytes_reader r;
	struct bytes b;

	(void)alone;
	know_names(from, f->s);
	bytes_init(&b);
	delta_write(d, from, NULL, NULL, &b);
	bytes_read(&r, bytes_of(&b));
	assert_int_equal(delta_read(&f->delta, f->s, &r, NULL), 0);
	assert_int_equal(store_merge(f->s, &f->delta, NULL), 0);
	delta_clear(&f->delta);
	bytes_release(&b);
	f->merges++;
}

static void
on_fact(void *ctx, const struct store *from, const struct fact *fact)
{
	struct follower *f = ctx;

	(void)from;
	assert_int_equal(store_apply(f->s, fact, NULL), 0);
}

static void
on_tick(void *ctx, const struct store *from, int64_t arrival_ms, bool judged)
{
	struct follower *f = ctx;

	(void)from;
	if (judged) /* the others leave nothing behind */
		assert_int_equal(store_tick(f->s, arrival_ms, NULL), 0);
}

static void
on_event(void *ctx, const struct store *from, size_t model, const struct event *ev)
{
	(void)ctx;
	(void)from;
	(void)model;
	(void)ev;
}

struct seen {
	unsigned versus, learning, armed, grown, scored, open, carried, pending, firing, cleared, silenced, acked, news;
	unsigned labels, looked;
};

static void
note_model(const struct model *m, struct seen *seen)
{
	size_t i;

	seen->versus += m->versus && m->versus->windows;
	seen->learning += m->learning;
	seen->armed += m->armed > 0;
	seen->grown += m->growth.windows > 0;
	seen->scored += m->score != NULL;
	seen->open += m->evalwin.nopen > 0;
	seen->carried += m->evalwin.carried && !m->evalwin.given;
	seen->labels += m->quality && m->quality->total.counts[QUALITY_LABELLED];
	seen->looked += m->quality_look.labelled > 0;
	for (i = 0; i < m->nfeatures; i++)
		seen->news += m->features[i].nnew;
}

static void
note_all(const struct store *s, struct seen *seen)
{
	size_t i;

	for (i = 0; i < s->nmodels; i++)
		note_model(s->models[i], seen);
	for (i = 0; i < s->alerts.n; i++) {
		const struct alert *al = s->alerts.list[i];

		seen->pending += al->state == ALERT_PENDING;
		seen->firing += al->state == ALERT_FIRING;
		seen->cleared += al->state == ALERT_CLEARED;
		seen->silenced += alert_silenced(al);
		seen->acked += al->acked_by[0] != 0;
	}
}

static void
on_leave(void *ctx, const struct store *s, size_t model)
{
	(void)ctx;
	(void)s;
	(void)model;
}

static void
another_store_goes_on_from_a_state_as_the_one_that_wrote_it(void **state)
{
	enum { MINUTES = 150, EVERY = 25, COPIES = MINUTES / EVERY };
	struct store *live = snapshot_store();
	struct follower f[COPIES];
	struct seen seen = {0};
	unsigned i, k;

	(void)state;
	for (i = 0; i < COPIES; i++) {
		int64_t at = SNAPSHOT_T0 + (int64_t)i * EVERY * SNAPSHOT_MINUTE;
		struct journal j = {.ctx = &f[i],
		    .merged = on_merged,
		    .leave = on_leave,
		    .model = on_model,
		    .fact = on_fact,
		    .tick = on_tick,
		    .event = on_event};

		memset(&f[i], 0, sizeof(f[i]));
		delta_init(&f[i].delta);
		f[i].s = copy_of(live, NULL);
		assert_same(live, f[i].s);
		assert_same_bytes(live, f[i].s);
		store_set_journal(live, &j);
		for (k = 0; k < EVERY; k += 5) {
			snapshot_run(live, at + (int64_t)k * SNAPSHOT_MINUTE, 5);
			snapshot_act(live, at + (int64_t)(k + 5) * SNAPSHOT_MINUTE, i * EVERY / 5 + k / 5);
			assert_same(live, f[i].s);
		}
		assert_same_bytes(live, f[i].s);
		assert_true(f[i].merges > 100);
		note_all(live, &seen);
		store_set_journal(live, NULL);
		store_free(f[i].s);
		delta_release(&f[i].delta);
	}
	/* All that may be in a state was in one of these. */
	assert_true(seen.versus && seen.learning && seen.armed && seen.grown && seen.scored);
	assert_true(seen.open && seen.carried);
	assert_true(seen.pending && seen.firing && seen.cleared && seen.silenced && seen.acked && seen.news);
	assert_true(seen.labels && seen.looked && live->nmarks > 4 && live->ngaps && live->nrejects == 2);
	store_free(live);
}

/* ---- masks ----------------------------------------------------------------------------------- */

static bool
names_are_secret(const void *ctx, const struct store *s, size_t model, size_t fid)
{
	(void)ctx;
	return fid == FID_PREDICTION || slice_is(model_feature_name(s->models[model], fid), "kind");
}

static bool
mentions(const struct bytes *b, const char *what)
{
	size_t n = strlen(what), i;

	for (i = 0; i + n <= b->n; i++)
		if (memcmp(b->p + i, what, n) == 0)
			return true;
	return false;
}

/* All states of the store, one behind the other. */
static void
write_all(const struct store *s, const struct snapshot_mask *mask, struct bytes *to)
{
	size_t i;

	snapshot_write_fleet(s, mask, to);
	for (i = 0; i < s->nmodels; i++)
		snapshot_write_model(s, i, mask, to);
	assert_false(to->failed);
}

static void
what_is_masked_is_in_no_state_and_all_else_is_the_same(void **state)
{
	static const char *const secrets[] = {"sesame", "green", "white"};
	const struct snapshot_mask mask = {names_are_secret, NULL};
	struct store *s = snapshot_store(), *copy;
	struct bytes plain, masked;
	size_t i;

	(void)state;
	bytes_init(&plain);
	bytes_init(&masked);
	snapshot_run(s, SNAPSHOT_T0, 75);
	snapshot_act(s, SNAPSHOT_T0 + 75 * SNAPSHOT_MINUTE, 0);
	write_all(s, NULL, &plain);
	write_all(s, &mask, &masked);
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		assert_true(mentions(&plain, secrets[i]));
		assert_false(mentions(&masked, secrets[i]));
	}
	assert_true(mentions(&masked, "masked 1") && mentions(&masked, "such as \"masked\""));
	copy = copy_of(s, &mask);
	assert_true(state_hash(copy, NULL) == state_hash(s, NULL));
	assert_int_equal(copy->alerts.n, s->alerts.n);
	/* What was masked can be written and read again. */
	store_free(s);
	s = copy_of(copy, NULL);
	assert_same_bytes(copy, s);
	store_free(s);
	store_free(copy);
	bytes_release(&plain);
	bytes_release(&masked);
}

/* ---- memory and damage ----------------------------------------------------------------------- */

static int
write_and_read(void *ctx, struct err *err)
{
	const struct store *from = ctx;
	struct store *s = NULL;
	size_t i;
	int rc = store_new(&s, &from->options, err);

	if (!rc)
		rc = copy_fleet(from, NULL, s, err);
	for (i = 0; i < from->nmodels && !rc; i++)
		rc = copy_model(from, i, NULL, s, err);
	store_free(s);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	struct store *s = snapshot_store();

	(void)state;
	snapshot_run(s, SNAPSHOT_T0 + 54 * SNAPSHOT_MINUTE, 2);
	snapshot_act(s, SNAPSHOT_T0 + 56 * SNAPSHOT_MINUTE, 0);
	assert_true(alloc_survive_each(write_and_read, s) > 500);
	store_free(s);
}

/* Read again in a store of its own; what can be read is then used. */
static int
read_part(const struct store *like, bool fleet, struct slice bytes, struct err *err)
{
	struct store *s = store_empty(like);
	struct bytes_reader r;
	int rc;

	bytes_read(&r, bytes);
	rc = fleet ? snapshot_read_fleet(s, &r, err) : snapshot_read_model(s, &r, err);
	if (!rc) {
		(void)state_hash(s, NULL);
		assert_int_equal(store_tick(s, SNAPSHOT_T0 + 80 * SNAPSHOT_MINUTE, NULL), 0);
	}
	store_free(s);
	return rc;
}

static void
check_damage(const struct store *s, bool fleet, const struct bytes *whole)
{
	struct err err = {0};
	uint64_t seed = 11;
	unsigned i, failed = 0;
	char *copy;

	for (i = 0; i < 400; i++) { /* cut off */
		size_t n = (size_t)rng_below(&seed, whole->n);

		copy = mem_dup(whole->p, n);
		assert_int_equal(read_part(s, fleet, slice_make(copy, n), &err), ERR_FORMAT);
		assert_true(strlen(err.msg) > 10);
		mem_free(copy);
	}
	for (i = 0; i < 1000; i++) { /* some bytes are other ones */
		unsigned k, n = 1 + (unsigned)rng_below(&seed, 3);
		int rc;

		copy = mem_dup(whole->p, whole->n);
		for (k = 0; k < n; k++)
			copy[rng_below(&seed, k ? whole->n : 400)] ^= (char)(1 + rng_below(&seed, 255));
		rc = read_part(s, fleet, slice_make(copy, whole->n), &err);
		failed += rc != 0;
		assert_true(rc == 0 || rc == ERR_FORMAT || rc == ERR_UNSUPPORTED);
		mem_free(copy);
	}
	assert_true(failed > 50);
}

static void
damage_is_found_or_does_no_harm(void **state)
{
	struct store *s = snapshot_store();
	struct bytes model, fleet;

	(void)state;
	bytes_init(&model);
	bytes_init(&fleet);
	snapshot_run(s, SNAPSHOT_T0 + 54 * SNAPSHOT_MINUTE, 2);
	snapshot_act(s, SNAPSHOT_T0 + 56 * SNAPSHOT_MINUTE, 0);
	snapshot_write_model(s, 0, NULL, &model);
	snapshot_write_fleet(s, NULL, &fleet);
	check_damage(s, false, &model);
	check_damage(s, true, &fleet);
	bytes_release(&model);
	bytes_release(&fleet);
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_store_goes_on_from_a_state_as_the_one_that_wrote_it),
		cmocka_unit_test(what_is_masked_is_in_no_state_and_all_else_is_the_same),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(damage_is_found_or_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
