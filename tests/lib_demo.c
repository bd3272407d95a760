#include "tests/lib_demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/layout.h"
#include "collectors/publish.h"
#include "core/config.h"
#include "tui/demo_fraud.h"
#include "tui/demo_play.h"
#include "tui/env.h"

void
lib_demo_play(const char *url, int seconds)
{
	struct demo_play *play = NULL;
	struct publish *to = NULL;
	struct demo_sink sink;
	struct err err = {0};
	int64_t now = env_wall_ms(), begin = now - seconds * INT64_C(1000), wait, t;
	int rc;

	rc = demo_play_new(&play, "docs/examples", DEMO_FRAUD_SEED, &err);
	if (!rc)
		rc = publish_open(&to, url, NULL, PUBLISH_TIMEOUT_MS, &err);
	sink = demo_sink_server(to);
	if (!rc)
		rc = demo_play_history(play, &sink, begin, &err);
	for (t = begin; t <= now && !rc; t += 200)
		rc = demo_play_due(play, &sink, t, &wait, &err);
	if (!rc)
		rc = publish_flush(to, &err);
	publish_close(to);
	demo_play_free(play);
	if (rc)
		fail_msg("%s", err.msg);
}

/* ---- without a server ------------------------------------------------------------------------ */

#define STREAMS 8
#define START_MS INT64_C(1764072000000) /* 2025-11-25 12:00:00 UTC */
#define STEP_MS 100
#define SAMPLE_BYTES 512

/* What a source would say of one stream. */
struct lib_demo_stream {
	uint64_t entries;
	int64_t newest_ms;
	double rate_per_s; /* in the last watch */
	uint64_t before;
	char sample[SAMPLE_BYTES];
	size_t sample_bytes;
};

struct lib_demo {
	struct demo_play *play;
	struct store *store;
	struct layout *layouts[STREAMS];
	const char *keys[STREAMS];
	struct lib_demo_stream streams[STREAMS];
	size_t nkeys;
	int64_t now_ms; /* what the server's clock says */
	uint64_t seq;
};

static void
on_event(void *ctx, const struct event *ev)
{
	struct lib_demo *d = ctx;
	struct err err = {0};

	if (store_ingest(d->store, ev, &err))
		fail_msg("%s", err.msg);
}

static void
on_fact(void *ctx, const struct fact *fact)
{
	(void)ctx;
	if (fact->kind == FACT_REJECT)
		fail_msg("an event was rejected: %.*s", (int)fact->u.reject.detail.n, fact->u.reject.detail.p);
}

static size_t
stream_of(struct lib_demo *d, const char *key)
{
	struct layout_options options = {.wall_ms = START_MS, .key = slice_of(key)};
	size_t i = 0;

	while (i < d->nkeys && strcmp(d->keys[i], key) != 0)
		i++;
	if (i == d->nkeys) {
		assert_true(i < STREAMS);
		options.stream = (unsigned)i;
		assert_int_equal(layout_new(&d->layouts[i], &options, NULL), 0);
		d->keys[d->nkeys++] = key;
	}
	return i;
}

static int
watch_entry(void *ctx, const char *key, int64_t id_ms, struct slice line, struct err *err)
{
	struct lib_demo *d = ctx;
	const struct sink sink = {d, on_event, on_fact};
	const struct pair field = {{"event", 5}, line};
	struct layout_entry entry = {.ms = (uint64_t)(id_ms < 0 ? d->now_ms : id_ms), .pairs = &field, .npairs = 1};
	size_t i = stream_of(d, key);
	struct lib_demo_stream *st = &d->streams[i];

	(void)err;
	entry.key = slice_of(key);
	entry.seq = d->seq++;
	assert_int_equal(layout_entry(d->layouts[i], &entry, &sink), 1);
	st->entries++;
	st->newest_ms = (int64_t)entry.ms;
	st->sample_bytes = layout_sample(&entry, st->sample, sizeof(st->sample));
	return 0;
}

static void
tell(struct lib_demo *d, enum feed_state state)
{
	struct fact source = {.kind = FACT_SOURCE};
	const struct fact history = {.kind = FACT_HISTORY};

	source.u.source.url = slice_of("unix:///demo/redis.sock");
	source.u.source.state = state;
	assert_int_equal(store_apply(d->store, &source, NULL), 0);
	if (state == FEED_LIVE)
		assert_int_equal(store_apply(d->store, &history, NULL), 0);
}

struct lib_demo *
lib_demo_watch_new(uint64_t seed, bool quiet)
{
	return lib_demo_watch_by(seed, quiet, NULL);
}

struct lib_demo *
lib_demo_watch_by(uint64_t seed, bool quiet, struct config *config)
{
	struct store_options options = {.learn = true, .start_ms = START_MS, .config = config};
	struct lib_demo *d = calloc(1, sizeof(*d));
	struct demo_sink sink = {d, watch_entry};
	struct err err = {0};

	assert_non_null(d);
	d->now_ms = START_MS;
	if (demo_play_new(&d->play, "docs/examples", seed, &err) || store_new(&d->store, &options, &err))
		fail_msg("%s", err.msg);
	if (config) {
		const struct fact rules = {.kind = FACT_RULES, .u.rules = {.rules = &config->rules}};

		assert_int_equal(store_apply(d->store, &rules, &err), 0);
	}
	if (quiet)
		demo_play_quiet(d->play);
	tell(d, FEED_CATCHING_UP);
	if (demo_play_history(d->play, &sink, START_MS, &err))
		fail_msg("%s", err.msg);
	tell(d, FEED_LIVE);
	assert_int_equal(store_tick(d->store, START_MS, &err), 0);
	return d;
}

struct store *
lib_demo_watch(struct lib_demo *d, int seconds)
{
	const int64_t end = d->now_ms + seconds * INT64_C(1000);
	struct demo_sink sink = {d, watch_entry};
	struct err err = {0};
	int64_t wait;
	size_t i;

	for (i = 0; i < d->nkeys; i++)
		d->streams[i].before = d->streams[i].entries;
	while (d->now_ms < end) {
		d->now_ms += STEP_MS;
		if (demo_play_due(d->play, &sink, d->now_ms, &wait, &err))
			fail_msg("%s", err.msg);
		if (d->now_ms % 1000 == 0 && store_tick(d->store, d->now_ms, &err))
			fail_msg("%s", err.msg);
	}
	for (i = 0; i < d->nkeys && seconds > 0; i++)
		d->streams[i].rate_per_s = (double)(d->streams[i].entries - d->streams[i].before) / seconds;
	return d->store;
}

void
lib_demo_tell_streams(struct lib_demo *d)
{
	struct fact source = {.kind = FACT_SOURCE};
	size_t i;

	for (i = 0; i < d->nkeys; i++) {
		const struct lib_demo_stream *st = &d->streams[i];
		struct fact f = {.kind = FACT_STREAM};

		f.u.stream = (struct fact_stream){.stream = (unsigned)i, .key = slice_of(d->keys[i]),
		    .layout = layout_name(d->layouts[i]), .aliases = layout_aliases(d->layouts[i]),
		    .sample = slice_make(st->sample, st->sample_bytes), .entries = st->entries, .events = st->entries,
		    .newest_ms = st->newest_ms, .rate_per_s = st->rate_per_s};
		assert_int_equal(store_apply(d->store, &f, NULL), 0);
		source.u.source.entries += st->entries;
	}
	source.u.source.url = slice_of("unix:///demo/redis.sock");
	source.u.source.state = FEED_LIVE;
	source.u.source.streams = source.u.source.streams_seen = d->nkeys;
	source.u.source.bytes = source.u.source.entries * 300;
	source.u.source.last_byte_ms = d->now_ms;
	assert_int_equal(store_apply(d->store, &source, NULL), 0);
}

int64_t
lib_demo_now_ms(const struct lib_demo *d)
{
	return d->now_ms;
}

double
lib_demo_watched_s(const struct lib_demo *d)
{
	return (double)(d->now_ms - START_MS) / 1000.0;
}

void
lib_demo_watch_free(struct lib_demo *d)
{
	size_t i;

	for (i = 0; i < d->nkeys; i++)
		layout_free(d->layouts[i]);
	store_free(d->store);
	demo_play_free(d->play);
	free(d);
}
