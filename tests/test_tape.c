/*
 * The tape: a store that is read from a key and given the steps behind it is the store that was recorded, at the time
 * of every step, whatever the key.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/delta_join.h"
#include "core/fact_bytes.h"
#include "core/mem.h"
#include "core/pane.h"
#include "core/state_hash.h"
#include "core/store_impl.h"
#include "core/tape.h"
#include "tests/lib_maker.h"
#include "tests/lib_often.h"
#include "tests/lib_rng.h"

#define BEGIN	 INT64_C(1700000000000)
#define MINUTE	 60000
#define FRAMES	 16384
#define SKEW_MS	 17300

/* ---- what was handed out --------------------------------------------------------------------- */

struct kept {
	enum frame_type type;
	int64_t time_ms;
	char *bytes;
	size_t n;
	uint64_t hash; /* of the live store at that time; of steps and keys */
	uint64_t changes;
	uint64_t learning; /* by model: what no hash of figures has, and screens say */
};

struct reel {
	struct kept frames[FRAMES];
	size_t n;
	const struct store *live;
	size_t bytes[16]; /* by type */
};

static uint64_t
who_learns(const struct store *s)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < store_model_count(s); i++)
		mask |= (uint64_t)store_model(s, i)->learning << i;
	return mask;
}

static void
keep(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload)
{
	struct reel *reel = ctx;
	struct kept *k = &reel->frames[reel->n++];

	(void)model;
	assert_in_range(reel->n, 1, FRAMES);
	*k = (struct kept){.type = type, .time_ms = time_ms, .n = payload.n};
	k->bytes = malloc(payload.n + 1);
	assert_non_null(k->bytes);
	memcpy(k->bytes, payload.p, payload.n);
	reel->bytes[type] += payload.n;
	if (type == FRAME_STEP || type == FRAME_KEY) {
		k->hash = state_hash(reel->live, NULL);
		k->changes = store_alerts(reel->live)->changes;
		k->learning = who_learns(reel->live);
	}
}

static void
reel_release(struct reel *reel)
{
	size_t i;

	for (i = 0; i < reel->n; i++)
		free(reel->frames[i].bytes);
	free(reel);
}

/* ---- what was live --------------------------------------------------------------------------- */

static void
source_is(struct store *s, enum feed_state state, bool file)
{
	struct fact f = {.kind = FACT_SOURCE};

	f.u.source.url = slice_of("redis://h");
	f.u.source.state = state;
	f.u.source.from_file = file;
	assert_int_equal(store_apply(s, &f, NULL), 0);
}

static void
stream_is(struct store *s, uint64_t entries)
{
	struct fact f = {.kind = FACT_STREAM};

	f.u.stream.key = slice_of("ml:level");
	f.u.stream.entries = entries;
	assert_int_equal(store_apply(s, &f, NULL), 0);
}

/* Trouble between the 30th and the 45th minute; a second version of the level model from the 20th on. */
static void
ingest(struct store *s, uint64_t *seed, int64_t at)
{
	int64_t minute = (at - BEGIN) / MINUTE;
	bool second = rng_below(seed, 2), trouble = minute >= 30 && minute < 45;
	int64_t late = rng_below(seed, 40) ? 0 : (int64_t)rng_below(seed, 90000);
	char id[24];
	struct maker mk;

	event_make(&mk, second ? "skewed" : "level", at - late - (second ? SKEW_MS : 0));
	mk.ev.arrival_ms = at;
	if (minute >= 20 && !second && rng_below(seed, 4) == 0)
		mk.ev.version = slice_of("2");
	snprintf(id, sizeof(id), "%llu", (unsigned long long)rng_next(seed));
	mk.ev.id = slice_of(id);
	if (!trouble || rng_below(seed, 3))
		feature_add(&mk, "x", number(rng_normal(seed) + (trouble ? 1 : 0)));
	feature_add(&mk, "k", text(rng_below(seed, 3) ? "a" : trouble ? "new" : "b"));
	if (minute >= 10)
		feature_add(&mk, "later", number((double)rng_below(seed, 9)));
	mk.ev.prediction = number((double)rng_below(seed, 2));
	mk.ev.score = number((double)rng_below(seed, 1000) / 1000);
	mk.ev.label = number((double)rng_below(seed, 2));
	mk.ev.latency_ms = (3 + fabs(rng_normal(seed))) * (trouble ? 4 : 1);
	mk.ev.failed = trouble && rng_below(seed, 8) == 0;
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

static struct reel *
record(bool file, int minutes, int64_t step_ms, int64_t key_ms)
{
	struct reel *reel = calloc(1, sizeof(*reel));
	struct tape_options o = {.key_ms = key_ms, .frame = keep, .ctx = reel};
	struct store *s = store_make(true);
	int64_t at, next = BEGIN;
	uint64_t seed = 77, n = 0;
	struct tape *t = NULL;

	assert_non_null(reel);
	assert_int_equal(tape_new(&t, &o, NULL), 0);
	reel->live = s;
	store_set_journal(s, tape_journal(t));
	source_is(s, file ? FEED_CATCHING_UP : FEED_LIVE, file);
	if (!file)
		history_ends(s);
	for (at = BEGIN; at < BEGIN + minutes * (int64_t)MINUTE; at += 200) {
		if (at >= next) {
			assert_int_equal(store_tick(s, at, NULL), 0);
			next += step_ms;
		}
		ingest(s, &seed, at + (int64_t)rng_below(&seed, 200));
		ingest(s, &seed, at + 199);
		if (++n % 40 == 0)
			stream_is(s, n);
		if (n == 9000)
			source_is(s, FEED_WAITING, file);
		if (n == 9100)
			source_is(s, file ? FEED_CATCHING_UP : FEED_LIVE, file);
	}
	if (file) {
		source_is(s, FEED_ENDED, true);
		history_ends(s);
	}
	assert_int_equal(store_tick(s, at, NULL), 0);
	assert_int_equal(tape_failures(t), 0);
	store_set_journal(s, NULL);
	tape_free(t);
	store_free(s);
	return reel;
}

/* ---- learning in slices ---------------------------------------------------------------------- */

#define READ_ROUNDS 25 /* of a minute of every model's history each: their baselines come behind it */
#define READ_SECOND (BEGIN + 1056000) /* a second version: in the last pane before an evaluation window ends */
#define READ_AFTER  60 /* seconds with events that come, behind it */
#define READ_TICKS  (READ_ROUNDS + READ_AFTER)

/*
 * Four models; the later ones get more inputs, and each of them one more after half of the history. In what waits
 * behind the baseline they come to have two versions while as many panes as those of one may be are written together.
 */
static void
ingest_read(struct store *s, uint64_t *seed, unsigned model, int64_t at, int64_t arrival_ms)
{
	static const char *const names[] = {"a", "b", "c", "d"};
	static const char *const inputs[] = {"w", "x", "y", "z"};
	struct maker mk;
	unsigned i;

	event_make(&mk, names[model], at);
	mk.ev.arrival_ms = arrival_ms;
	if (at >= READ_SECOND + model * 500 && rng_below(seed, 2) == 0)
		mk.ev.version = slice_of("2");
	for (i = 0; i <= model; i++)
		feature_add(&mk, inputs[i], number(rng_normal(seed)));
	if (at >= BEGIN + READ_ROUNDS / 2 * MINUTE)
		feature_add(&mk, "later", text(rng_below(seed, 2) ? "no" : "yes"));
	mk.ev.prediction = number((double)rng_below(seed, 2));
	mk.ev.score = number((double)rng_below(seed, 1000) / 1000);
	mk.ev.latency_ms = 3 + fabs(rng_normal(seed));
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

/* So many minutes of history a model and tick, models one behind the other as a round of reads has them. */
static void
read_round(struct store *s, uint64_t *seed, int64_t from, int64_t ms, int64_t arrival_ms)
{
	unsigned model;
	int64_t at;

	for (model = 0; model < 4; model++)
		for (at = from; at < from + ms; at += 500)
			ingest_read(s, seed, model, at + (int64_t)rng_below(seed, 500), arrival_ms);
}

/* A key is wanted behind tick `wanted`. */
static struct reel *
record_learning(size_t wanted)
{
	struct reel *reel = calloc(1, sizeof(*reel));
	struct tape_options o = {.key_ms = 1000 * MINUTE, .frame = keep, .ctx = reel};
	struct store_options so = {.learn = true, .sliced = true};
	int64_t end = BEGIN + READ_ROUNDS * (int64_t)MINUTE, now = end;
	uint64_t seed = 99;
	struct store *s = NULL;
	struct tape *t = NULL;
	size_t tick;

	assert_non_null(reel);
	assert_int_equal(store_new(&s, &so, NULL), 0);
	assert_int_equal(tape_new(&t, &o, NULL), 0);
	reel->live = s;
	store_set_journal(s, tape_journal(t));
	source_is(s, FEED_CATCHING_UP, false);
	for (tick = 0; tick < READ_TICKS || store_busy(s); tick++) {
		if (tick < READ_ROUNDS)
			read_round(s, &seed, BEGIN + (int64_t)tick * MINUTE, MINUTE, now);
		else if (tick < READ_TICKS)
			read_round(s, &seed, now, 1000, now);
		now += tick >= READ_ROUNDS ? 1000 : 0;
		if (tick == READ_ROUNDS) {
			history_ends(s);
			source_is(s, FEED_LIVE, false);
		}
		assert_int_equal(store_tick(s, now, NULL), 0);
		if (tick == wanted)
			tape_want_key(t);
	}
	assert_int_equal(store_tick(s, now + PANE_MS, NULL), 0);
	assert_int_equal(tape_failures(t), 0);
	store_set_journal(s, NULL);
	tape_free(t);
	store_free(s);
	return reel;
}

/* ---- done again ------------------------------------------------------------------------------ */

static void
play(const struct reel *reel, size_t from, size_t *steps)
{
	struct store *s = store_make(false);
	size_t i, models = 0;

	for (i = from; i < reel->n; i++) {
		const struct kept *k = &reel->frames[i];
		struct slice payload = slice_make(k->bytes, k->n);

		if (k->type == FRAME_KEY && i == from)
			assert_int_equal(tape_read_key(s, payload, &models, NULL), 0);
		else if (k->type == FRAME_KEY_MODEL && models) {
			assert_int_equal(tape_read_key_model(s, payload, NULL), 0);
			if (--models == 0)
				assert_true(state_hash(s, NULL) == reel->frames[from].hash);
		}
		if (k->type != FRAME_STEP)
			continue;
		assert_int_equal(tape_play_step(s, payload, NULL), 0);
		++*steps;
		if (state_hash(s, NULL) != k->hash)
			fail_msg("step %zu behind key %zu, %lld s", i, from, (long long)(k->time_ms - BEGIN) / 1000);
		assert_int_equal(store_alerts(s)->changes, k->changes);
		assert_int_equal(who_learns(s), k->learning);
	}
	store_free(s);
}

static void
assert_all_equal(struct reel *reel, size_t least)
{
	size_t keys = 0, steps = 0, i;

	for (i = 0; i < reel->n; i++) {
		if (reel->frames[i].type != FRAME_KEY)
			continue;
		play(reel, i, &steps);
		keys++;
	}
	print_message("%zu keys, %zu states; bytes of keys %zu + %zu, of steps %zu, of events %zu\n", keys, steps,
	    reel->bytes[FRAME_KEY], reel->bytes[FRAME_KEY_MODEL], reel->bytes[FRAME_STEP], reel->bytes[FRAME_EVENTS]);
	assert_true(steps >= least);
	reel_release(reel);
}

static void
live_streams_are_the_same_at_every_step(void **state)
{
	(void)state;
	assert_all_equal(record(false, 75, 1000, 20 * MINUTE), 1000);
}

static void
ticks_at_odd_times_are_no_matter(void **state)
{
	(void)state;
	assert_all_equal(record(false, 50, 1300, 24 * MINUTE), 500);
}

static void
history_that_is_read_is_the_same(void **state)
{
	(void)state;
	assert_all_equal(record(true, 75, 30000, 20 * MINUTE), 50);
}

/* Whatever it is between two keys, what comes behind one can do without it. */
static void
a_key_that_is_wanted_while_models_learn_need_not_be_taken(void **state)
{
	size_t wanted, first, tries = 0, steps = 0;

	(void)state;
	for (wanted = 0; wanted < READ_TICKS; wanted += OFTEN(1, 7)) {
		struct reel *reel = record_learning(wanted);

		tries++;
		for (first = 0; reel->frames[first].type != FRAME_KEY; first++)
			;
		play(reel, first, &steps);
		reel_release(reel);
	}
	assert_true(steps > tries * 10);
}

/* Panes of up to three versions, opened as they come until no more may be. */
static uint64_t
open_panes(struct delta *d, uint64_t *seed, int64_t *index)
{
	static const char *const versions[] = {"1", "2", "3"};
	size_t n = 1 + rng_below(seed, DELTA_PANES_MAX), used = 1 + rng_below(seed, 3), i;
	struct delta_model *m;
	struct delta_pane *p;
	uint64_t events = 0;

	assert_int_equal(delta_model(d, 0, &m, NULL), 0);
	m->touched = true;
	for (i = 0; i < n; i++) {
		size_t v = rng_below(seed, 4) ? 0 : rng_below(seed, used);

		*index += rng_below(seed, 2);
		if (delta_pane(d, m, slice_of(versions[v]), *index, &p, NULL))
			break;
		p->tally.events++;
		events++;
	}
	return events;
}

static uint64_t
events_of(const struct delta *d)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < d->models[0]->npanes; i++)
		n += d->models[0]->panes[i]->tally.events;
	return n;
}

static void
deltas_that_fit_can_be_joined(void **state)
{
	uint64_t seed = 5, sum = 0, joined = 0;
	int64_t index = 340000000;
	struct delta to, from;
	int i;

	(void)state;
	delta_init(&to);
	delta_init(&from);
	for (i = 0; i < 20000; i++) {
		uint64_t events = open_panes(&from, &seed, &index);

		if (!delta_joins(&to, &from)) {
			delta_clear(&to);
			sum = 0;
		}
		assert_int_equal(delta_join(&to, &from, NULL), 0);
		joined += sum != 0;
		sum += events;
		assert_int_equal(events_of(&to), sum);
		delta_clear(&from);
	}
	assert_true(joined > 1000);
	delta_release(&to);
	delta_release(&from);
}

/* ---- memory that is short --------------------------------------------------------------------- */

#define SHORT_MINUTES 3
#define SHORT_RUNS    20

/* Between the store and the tape: of what the tape takes, from `first` on, `count` are refused. */
struct short_of {
	const struct journal *j;
	struct reel *reel;
	size_t taken, first, count;
	bool within;
};

static bool
refuse(void *ctx, size_t bytes)
{
	struct short_of *so = ctx;

	(void)bytes;
	if (!so->within)
		return true;
	so->taken++;
	return so->taken < so->first || so->taken - so->first >= so->count;
}

static void
keep_freely(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload)
{
	struct short_of *so = ctx;

	so->within = false;
	keep(so->reel, type, time_ms, model, payload);
	so->within = true;
}

static void
short_merged(void *ctx, const struct store *s, const struct delta *d, bool alone)
{
	struct short_of *so = ctx;

	so->within = true;
	so->j->merged(so->j->ctx, s, d, alone);
	so->within = false;
}

static void
short_leave(void *ctx, const struct store *s, size_t model)
{
	struct short_of *so = ctx;

	so->within = true;
	so->j->leave(so->j->ctx, s, model);
	so->within = false;
}

static void
short_model(void *ctx, const struct store *s, size_t model)
{
	struct short_of *so = ctx;

	so->within = true;
	so->j->model(so->j->ctx, s, model);
	so->within = false;
}

static void
short_fact(void *ctx, const struct store *s, const struct fact *f)
{
	struct short_of *so = ctx;

	so->within = true;
	so->j->fact(so->j->ctx, s, f);
	so->within = false;
}

static void
short_tick(void *ctx, const struct store *s, int64_t arrival_ms, bool judged)
{
	struct short_of *so = ctx;

	so->within = true;
	so->j->tick(so->j->ctx, s, arrival_ms, judged);
	so->within = false;
}

/* Raw events are left out without memory; nothing rests on them. */
static void
short_event(void *ctx, const struct store *s, size_t model, const struct event *ev)
{
	(void)ctx;
	(void)s;
	(void)model;
	(void)ev;
}

/* Returns how many times the tape was short of it. */
static uint64_t
record_short(struct short_of *so)
{
	struct tape_options o = {.key_ms = MINUTE, .frame = keep_freely, .ctx = so};
	struct journal between = {so, short_merged, short_leave, short_model, short_fact, short_tick, short_event};
	struct store *s = store_make(true);
	uint64_t seed = 77, n = 0, failures;
	struct tape *t = NULL;
	int64_t at;

	so->reel = calloc(1, sizeof(*so->reel));
	assert_non_null(so->reel);
	assert_int_equal(tape_new(&t, &o, NULL), 0);
	so->reel->live = s;
	so->j = tape_journal(t);
	store_set_journal(s, &between);
	source_is(s, FEED_LIVE, false);
	history_ends(s);
	mem_set_hook(refuse, so);
	for (at = BEGIN; at < BEGIN + SHORT_MINUTES * MINUTE; at += 200) {
		if (at % 1000 == 0)
			assert_int_equal(store_tick(s, at, NULL), 0);
		ingest(s, &seed, at);
		if (++n % 40 == 0)
			stream_is(s, n);
	}
	mem_set_hook(NULL, NULL);
	for (; at <= BEGIN + (SHORT_MINUTES + 1) * MINUTE; at += 1000)
		assert_int_equal(store_tick(s, at, NULL), 0);
	failures = tape_failures(t);
	store_set_journal(s, NULL);
	tape_free(t);
	store_free(s);
	return failures;
}

/* The state of the key at `i`; NULL: it is not whole. */
static struct store *
read_key_at(const struct reel *reel, size_t i)
{
	struct store *s = store_make(false);
	size_t models = 0, m;

	assert_int_equal(tape_read_key(s, slice_make(reel->frames[i].bytes, reel->frames[i].n), &models, NULL), 0);
	for (m = 1; m <= models; m++) {
		const struct kept *k = &reel->frames[i + m];

		if (i + m >= reel->n || k->type != FRAME_KEY_MODEL) {
			store_free(s);
			return NULL;
		}
		assert_int_equal(tape_read_key_model(s, slice_make(k->bytes, k->n), NULL), 0);
	}
	assert_true(state_hash(s, NULL) == reel->frames[i].hash);
	return s;
}

static int64_t
gap_from(const struct kept *k)
{
	struct bytes_reader in;
	struct fact f;

	bytes_read(&in, slice_make(k->bytes, k->n));
	assert_int_equal(fact_read(&f, &in, NULL), 0);
	assert_int_equal(f.kind, FACT_GAP);
	assert_int_equal(f.u.gap.to_ms, k->time_ms);
	assert_true(slice_is(f.u.gap.why, "there was no memory"));
	return f.u.gap.from_ms;
}

/* What steps do not lead to is behind a gap, which begins at the last state that they do. Returns their number. */
static size_t
check_gaps(const struct reel *reel)
{
	struct store *s = NULL, *next;
	int64_t whole = INT64_MIN;
	bool gap = false;
	size_t gaps = 0, i;

	for (i = 0; i < reel->n; i++) {
		const struct kept *k = &reel->frames[i];

		if (k->type == FRAME_GAP) {
			assert_int_equal(gap_from(k), whole);
			gap = true;
			gaps++;
		}
		if (k->type == FRAME_STEP && s && !gap) {
			assert_int_equal(tape_play_step(s, slice_make(k->bytes, k->n), NULL), 0);
			assert_true(state_hash(s, NULL) == k->hash);
			whole = k->time_ms;
		}
		next = k->type == FRAME_KEY ? read_key_at(reel, i) : NULL;
		if (!next)
			continue;
		assert_true(!s || gap || state_hash(s, NULL) == k->hash);
		store_free(s);
		s = next;
		whole = k->time_ms;
		gap = false;
	}
	assert_non_null(s);
	assert_false(gap);
	assert_true(whole >= BEGIN + SHORT_MINUTES * MINUTE);
	store_free(s);
	return gaps;
}

static void
where_memory_was_short_there_is_a_gap_and_then_a_whole_state(void **state)
{
	struct short_of so = {0};
	size_t all, i, seen = 0;

	(void)state;
	assert_int_equal(record_short(&so), 0);
	assert_int_equal(check_gaps(so.reel), 0);
	reel_release(so.reel);
	all = so.taken;
	assert_true(all > 200);
	/* One refusal, or many on end, at places that share no factor with how often things come. */
	for (i = 0; i < SHORT_RUNS; i++) {
		uint64_t failures;
		size_t gaps;

		so = (struct short_of){.first = 1 + i * (all / (SHORT_RUNS + 1) | 1), .count = i % 4 ? 1 : 50};
		failures = record_short(&so);
		gaps = check_gaps(so.reel);
		if (failures && !gaps && so.reel->frames[0].time_ms == BEGIN)
			fail_msg("short at %zu of %zu: nothing says so", so.first, all);
		seen += gaps != 0;
		reel_release(so.reel);
	}
	print_message("%zu of %d left a gap\n", seen, SHORT_RUNS);
	assert_true(seen > SHORT_RUNS / 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_streams_are_the_same_at_every_step),
		cmocka_unit_test(ticks_at_odd_times_are_no_matter),
		cmocka_unit_test(history_that_is_read_is_the_same),
		cmocka_unit_test(deltas_that_fit_can_be_joined),
		cmocka_unit_test(where_memory_was_short_there_is_a_gap_and_then_a_whole_state),
		cmocka_unit_test(a_key_that_is_wanted_while_models_learn_need_not_be_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
