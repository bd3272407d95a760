#include "tests/lib_studio.h"

#include <stdio.h>
#include <string.h>

#include "core/pane.h"
#include "core/state_hash.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"
#include "tests/lib_tmp.h"

static void
told_event(void *ctx, const struct event *ev)
{
	(void)ctx;
	(void)ev;
}

static void
told_fact(void *ctx, const struct fact *f)
{
	struct studio *st = ctx;

	if (st->s)
		assert_int_equal(store_apply(st->s, f, NULL), 0);
}

struct store *
studio_store(void)
{
	struct fact f = {.kind = FACT_SOURCE};
	struct store *s = store_make(true);

	f.u.source.url = slice_of("redis://h");
	f.u.source.state = FEED_LIVE;
	assert_int_equal(store_apply(s, &f, NULL), 0);
	history_ends(s);
	return s;
}

void
studio_open(struct studio *st, bool pool, const struct recorder_options *options)
{
	struct sink sink = {st, told_event, told_fact};

	memset(st, 0, sizeof(*st));
	lib_tmp_make(st->dir, sizeof(st->dir), "recorder");
	snprintf(st->file, sizeof(st->file), "%s/x.dtr", st->dir);
	assert_int_equal(uv_loop_init(&st->loop), 0);
	st->pool = pool;
	st->now = STUDIO_BEGIN;
	st->seed = 11;
	st->s = studio_store();
	assert_int_equal(recorder_new(&st->r, pool ? &st->loop : NULL, options, &sink, NULL), 0);
	assert_int_equal(recorder_attach(st->r, st->s, NULL), 0);
}

void
studio_close(struct studio *st)
{
	(void)recorder_close(st->r, NULL);
	store_free(st->s);
	assert_int_equal(uv_loop_close(&st->loop), 0);
	lib_tmp_remove(st->dir);
}

static void
ingest(struct studio *st, const char *model)
{
	struct maker mk;
	char id[32], key[48];

	event_make(&mk, model, st->now);
	snprintf(id, sizeof(id), "%llu", (unsigned long long)rng_next(&st->seed));
	snprintf(key, sizeof(key), "secret-%s", id);
	mk.ev.id = slice_of(id);
	feature_add(&mk, "x", number(rng_normal(&st->seed)));
	feature_add(&mk, "y", number((double)rng_below(&st->seed, 9)));
	feature_add(&mk, "k", text(rng_below(&st->seed, 3) ? "a" : "b"));
	if (st->secret) {
		feature_add(&mk, "user", text(key));
		feature_add(&mk, "city", text(rng_below(&st->seed, 2) ? "hidden-one" : "hidden-two"));
	}
	mk.ev.prediction = number((double)rng_below(&st->seed, 2));
	mk.ev.latency_ms = 3 + fabs(rng_normal(&st->seed));
	assert_int_equal(store_ingest(st->s, &mk.ev, NULL), 0);
}

void
studio_run(struct studio *st, int64_t ms)
{
	int64_t end = st->now + ms;

	for (; st->now < end; st->now += 100) {
		ingest(st, "one");
		ingest(st, "two");
		if (st->now % 1000)
			continue;
		assert_int_equal(store_tick(st->s, st->now, NULL), 0);
		recorder_tick(st->r, STUDIO_WALL + st->now - STUDIO_BEGIN);
		if (st->pool)
			(void)recorder_wait(st->r, NULL);
	}
}

/* Up to a tick that judges, so that what is live can be told by its hash. */
uint64_t
studio_settle(struct studio *st)
{
	int64_t pane = pane_floor(st->now, PANE_MS) + PANE_MS;

	studio_run(st, pane - st->now);
	assert_int_equal(store_tick(st->s, st->now, NULL), 0);
	recorder_tick(st->r, STUDIO_WALL + st->now - STUDIO_BEGIN);
	return state_hash(st->s, NULL);
}

void
studio_start(struct studio *st)
{
	const struct record_to to = {.file = st->file, .disk = st->disk};
	struct err err = {0};

	assert_int_equal(recorder_start(st->r, &to, NULL), 0);
	if (recorder_wait(st->r, &err))
		fail_msg("%s", err.msg);
}

void
studio_stop(struct studio *st)
{
	struct err err = {0};

	assert_int_equal(recorder_stop(st->r, NULL), 0);
	if (recorder_wait(st->r, &err))
		fail_msg("%s", err.msg);
}

const struct fact_recording *
studio_told(const struct studio *st)
{
	return store_recording(st->s);
}

void
studio_plays(const struct reel *reel, size_t back, uint64_t hash)
{
	int64_t at;
	struct store *s = reel_play(reel, back, &at);

	assert_true(state_hash(s, NULL) == hash);
	store_free(s);
}
