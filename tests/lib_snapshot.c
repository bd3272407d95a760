#include "tests/lib_snapshot.h"

#include <stdio.h>

#include "core/alert.h"
#include "core/baseline.h"
#include "core/pane.h"
#include "core/rows.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define DAY_MS INT64_C(86400000)

static void
apply(struct store *s, const struct fact *f)
{
	assert_int_equal(store_apply(s, f, NULL), 0);
}

static void
source_is(struct store *s, unsigned source, enum feed_state state)
{
	struct fact f = {.kind = FACT_SOURCE};

	f.u.source.source = source;
	f.u.source.url = slice_of(source ? "redis://other" : "redis://h");
	f.u.source.state = state;
	f.u.source.sentence = slice_of(state == FEED_WAITING ? "connection refused" : "");
	f.u.source.entries = 5;
	apply(s, &f);
}

static void
stream_is(struct store *s, uint64_t trimmed)
{
	struct fact f = {.kind = FACT_STREAM};

	f.u.stream.source = 1;
	f.u.stream.stream = 3;
	f.u.stream.key = slice_of("ml:pair");
	f.u.stream.sample = slice_of("{\"secret\":\"sesame\"}");
	f.u.stream.entries = 100;
	f.u.stream.trimmed = trimmed;
	apply(s, &f);
}

static void
reject(struct store *s, enum event_reason reason, const char *sample)
{
	struct fact f = {.kind = FACT_REJECT};

	f.u.reject.reason = reason;
	f.u.reject.stream = (unsigned)reason;
	f.u.reject.count = 2;
	f.u.reject.sample = slice_of(sample);
	f.u.reject.detail = slice_of("at byte 17");
	apply(s, &f);
}

static void
mark(struct store *s, size_t model, int64_t at_ms)
{
	struct fact f = {.kind = FACT_MARK};

	f.u.mark = (struct fact_mark){MARK_NOTE, model, at_ms, slice_of("deployed")};
	apply(s, &f);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void
columns(struct maker *mk, uint64_t *seed, bool drifts)
{
	static const char *const kinds[] = {"red", "green", "blue", "white"};
	double x = rng_normal(seed);

	if (rng_below(seed, 30))
		feature_add(mk, "x", number(x + (drifts ? 1.5 : 0)));
	feature_add(mk, "y", number(floor(rng_uniform(seed) * 5)));
	feature_add(mk, "kind", text(drifts && rng_below(seed, 4) == 0 ? "sesame" : kinds[rng_below(seed, 4)]));
	mk->ev.prediction = text(x > 0.3 ? "yes" : "no");
	mk->ev.score = number(1 / (1 + exp(-x)));
	mk->ev.latency_ms = 2 + fabs(rng_normal(seed));
}

static void
ingest(struct store *s, const struct event *ev)
{
	assert_int_equal(store_ingest(s, ev, NULL), 0);
}

static void
by_hand(struct store *s, const char *model)
{
	struct fact f = {.kind = FACT_BASELINE};
	struct rows rows;
	struct maker mk;
	uint64_t seed = 5;
	int i;

	rows_init(&rows);
	for (i = 0; i < 2000; i++) {
		event_make(&mk, model, SNAPSHOT_T0 - 20 * DAY_MS + i);
		columns(&mk, &seed, false);
		assert_int_equal(rows_add(&rows, &mk.ev, 0, NULL), 0);
	}
	assert_int_equal(baseline_from_rows(&f.u.baseline.baseline, slice_of(model), &rows, 0, rows.count,
			     BASELINE_FILE, "by hand", NULL), 0);
	rows_release(&rows);
	apply(s, &f);
}

/* Sixteen days of a model that answers once in two minutes: enough to arm what is watched. */
static void
history(struct store *s)
{
	uint64_t seed = 3;
	struct maker mk;
	int64_t at;

	for (at = SNAPSHOT_T0 - 16 * DAY_MS; at < SNAPSHOT_T0; at += 80000) {
		event_make(&mk, "slow", at);
		columns(&mk, &seed, false);
		ingest(s, &mk.ev);
		if (at / 80000 % 500 == 0)
			assert_int_equal(store_tick(s, SNAPSHOT_T0 - 1000, NULL), 0);
	}
	assert_int_equal(store_tick(s, SNAPSHOT_T0 - 1, NULL), 0);
}

struct store *
snapshot_store(void)
{
	struct store_options o = {.learn = true, .start_ms = SNAPSHOT_T0, .utc_offset_ms = 3600000};
	struct store *s = NULL;

	assert_int_equal(store_new(&s, &o, NULL), 0);
	source_is(s, 0, FEED_CATCHING_UP);
	source_is(s, 1, FEED_CATCHING_UP);
	stream_is(s, 0);
	by_hand(s, "slow");
	by_hand(s, "pair");
	history(s);
	source_is(s, 0, FEED_LIVE);
	source_is(s, 1, FEED_LIVE);
	history_ends(s);
	return s;
}

/* Two versions in turn; the new one fails and is slow for half an hour. */
static void
pair_event(struct store *s, uint64_t *seed, int64_t at)
{
	int64_t since = at - SNAPSHOT_T0, trouble = 50 * SNAPSHOT_MINUTE;
	bool canary = since > 30 * SNAPSHOT_MINUTE && rng_below(seed, 4) == 0;
	bool bad = since > trouble && since < trouble + 30 * SNAPSHOT_MINUTE;
	struct maker mk;
	char id[24];

	event_make(&mk, "pair", at - (rng_below(seed, 50) ? 0 : (int64_t)rng_below(seed, 200000)));
	mk.ev.arrival_ms = at;
	mk.ev.source = (unsigned)rng_below(seed, 2);
	mk.ev.version = slice_of(canary ? "2" : "1");
	columns(&mk, seed, bad);
	if (since > 100 * SNAPSHOT_MINUTE)
		feature_add(&mk, "late", number(1));
	mk.ev.failed = bad && canary && rng_below(seed, 5) == 0;
	mk.ev.latency_ms *= bad && canary ? 8 : 1;
	snprintf(id, sizeof(id), "r-%lld", (long long)at);
	mk.ev.id = slice_of(id);
	if (rng_below(seed, 2))
		mk.ev.label = text(rng_below(seed, 3) ? "yes" : "no");
	ingest(s, &mk.ev);
}

/* One that learns by and by, and is away for a while. */
static void
other_event(struct store *s, uint64_t *seed, int64_t at)
{
	int64_t since = (at - SNAPSHOT_T0) / SNAPSHOT_MINUTE;
	struct maker mk;

	if (since >= 70 && since < 90)
		return;
	event_make(&mk, since > 120 ? "new" : "learns", at);
	columns(&mk, seed, since > 95);
	ingest(s, &mk.ev);
}

void
snapshot_run(struct store *s, int64_t from_ms, unsigned minutes)
{
	int64_t at, to = from_ms + (int64_t)minutes * SNAPSHOT_MINUTE;
	uint64_t seed = (uint64_t)from_ms;
	struct maker mk;

	for (at = from_ms; at < to; at += 500) {
		pair_event(s, &seed, at);
		if (at % 2000 == 0)
			other_event(s, &seed, at);
		if (at % 80000 == 0) {
			event_make(&mk, "slow", at);
			columns(&mk, &seed, (at - SNAPSHOT_T0) / SNAPSHOT_MINUTE > 40);
			ingest(s, &mk.ev);
		}
		if (at % 1000 == 0)
			assert_int_equal(store_tick(s, at, NULL), 0);
	}
	assert_int_equal(store_tick(s, to, NULL), 0);
}

/* ---- what persons and sources do ------------------------------------------------------------- */

static void
speak(struct store *s, int64_t now_ms, bool ack)
{
	const struct alerts *a = store_alerts(s);
	struct fact f = {.kind = ack ? FACT_ACK : FACT_SILENCE};
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct alert *al = a->list[i];

		if (al->state != ALERT_FIRING || (ack ? al->acked_by[0] != 0 : alert_silenced(al)))
			continue;
		if (ack) {
			f.u.ack = (struct fact_ack){al->id, slice_of("ann"), now_ms};
		} else {
			f.u.silence = (struct fact_silence){
			    al->id, now_ms + 7 * SNAPSHOT_MINUTE, slice_of("known"), slice_of("bob")};
		}
		apply(s, &f);
		return;
	}
}

void
snapshot_act(struct store *s, int64_t now_ms, unsigned n)
{
	struct fact gap = {.kind = FACT_GAP}, action = {.kind = FACT_ACTION};

	gap.u.gap = (struct fact_gap){1, now_ms - 5000, now_ms, slice_of("not connected")};
	action.u.action = (struct fact_action){.index = n % 3, .name = slice_of("page"), .state = ACTION_OK, .runs = n};
	speak(s, now_ms, n % 2);
	mark(s, n % 2 ? SIZE_MAX : 0, now_ms);
	reject(s, n % 3 ? REASON_NOT_JSON : REASON_TOO_DEEP, "{\"password\":\"sesame\"");
	if (n % 4 == 1)
		source_is(s, 1, FEED_WAITING);
	if (n % 4 == 2)
		source_is(s, 1, FEED_LIVE);
	if (n % 4 == 2)
		apply(s, &gap);
	stream_is(s, n > 6);
	apply(s, &action);
}
