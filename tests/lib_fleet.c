#include "tests/lib_fleet.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/alert.h"

#define RUN_S 3003 /* fifty minutes of history, and not the beginning of a pane */
#define FEATURES 9
#define INCIDENT_S (RUN_S - 150)
#define CANARY_S   (RUN_S - 1230)

/* One event under construction, and the texts it borrows. */
struct fleet_event {
	struct event ev;
	struct event_feature features[FEATURES];
	char texts[FEATURES][48];
	char raw[1024], id[32], prediction[24];
};

/* What happens in second t of a model. */
struct fleet_model {
	const char *name;
	int per_s, from_s, to_s;
	void (*fill)(struct fleet_event *e, uint64_t *seed, int t);
	int canary_s; /* from this second on every fifth event is of a canary, which is worse; 0: never */
};

/* xorshift64*: the same on every machine. */
static uint64_t
random_bits(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * UINT64_C(2685821657736338717);
}

static double
uniform(uint64_t *seed)
{
	return (double)(random_bits(seed) >> 11) / 9007199254740992.0;
}

/* Sum of twelve uniforms: near enough to a normal, and free of libm. */
static double
normal(uint64_t *seed)
{
	double x = -6;

	for (int i = 0; i < 12; i++)
		x += uniform(seed);
	return x;
}

static void
add_number(struct fleet_event *e, const char *name, double x)
{
	size_t i = e->ev.nfeatures++;

	snprintf(e->texts[i], sizeof e->texts[i], "%.6g", x);
	e->features[i] = (struct event_feature){slice_of(name), {VALUE_NUMBER, x, slice_of(e->texts[i])}};
}

static void
add_text(struct fleet_event *e, const char *name, const char *text)
{
	size_t i = e->ev.nfeatures++;

	snprintf(e->texts[i], sizeof e->texts[i], "%s", text);
	e->features[i] = (struct event_feature){slice_of(name), {VALUE_TEXT, 0, slice_of(e->texts[i])}};
}

static void
add_missing(struct fleet_event *e, const char *name)
{
	e->features[e->ev.nfeatures++] = (struct event_feature){slice_of(name), {VALUE_MISSING, 0, {NULL, 0}}};
}

static const char *
pick(uint64_t *seed, const char *const *names, const double *shares, size_t n)
{
	double u = uniform(seed);

	for (size_t i = 0; i + 1 < n; i++) {
		if (u < shares[i])
			return names[i];
		u -= shares[i];
	}
	return names[n - 1];
}

static void
set_class(struct fleet_event *e, const char *name, double score)
{
	snprintf(e->prediction, sizeof e->prediction, "%s", name);
	e->ev.prediction = (struct value){VALUE_TEXT, 0, slice_of(e->prediction)};
	e->ev.score = (struct value){VALUE_NUMBER, score, slice_of("")};
}

/* Card fraud: near the end a feature is gone, the model slow, and some calls fail. */
static void
fill_fraud(struct fleet_event *e, uint64_t *seed, int t)
{
	static const char *const countries[] = {"DE", "FR", "NL", "PL", "XK"};
	static const double usual[] = {0.5, 0.25, 0.15, 0.1, 0}, odd[] = {0.3, 0.2, 0.12, 0.1, 0.28};
	static const char *const kinds[] = {"grocery", "travel", "online", "fuel"};
	static const double mix[] = {0.4, 0.1, 0.35, 0.15};
	bool incident = t >= INCIDENT_S;
	double amount = 40 + 25 * fabs(normal(seed)) * (1 + uniform(seed)), score;

	if (incident)
		add_missing(e, "amount");
	else
		add_number(e, "amount", amount);
	add_text(e, "country", pick(seed, countries, incident ? odd : usual, 5));
	add_text(e, "merchant_kind", pick(seed, kinds, mix, 4));
	add_number(e, "hour_gap", 3 + normal(seed) * (incident ? 1.2 : 1));
	add_number(e, "n_24h", (double)(random_bits(seed) % 9));
	add_number(e, "age_days", floor(400 + 200 * normal(seed)));
	score = uniform(seed) * uniform(seed) * (incident ? 0.9 : 1);
	set_class(e, score > 0.75 ? "fraud" : "ok", score);
	e->ev.latency_ms = (6 + fabs(normal(seed)) * 2) * (incident ? 4 + uniform(seed) * 6 : 1);
	e->ev.failed = incident && uniform(seed) < 0.06;
	if (e->ev.failed)
		e->ev.error = slice_of("upstream timeout");
}

/* Flight delay: distances grow slowly. */
static void
fill_flight(struct fleet_event *e, uint64_t *seed, int t)
{
	static const char *const origins[] = {"BOS", "JFK", "SFO", "ORD", "ATL", "DEN"};
	static const double shares[] = {0.2, 0.2, 0.15, 0.2, 0.15, 0.1};
	double late = t > RUN_S - 700 ? 1.1 : 0, score = uniform(seed);

	add_number(e, "distance", floor(700 + 300 * (normal(seed) + late * 0.6)));
	add_number(e, "delay_1h", fabs(normal(seed)) * 12);
	add_text(e, "origin", pick(seed, origins, shares, 6));
	add_number(e, "seats", 100 + 20 * (double)(random_bits(seed) % 6));
	add_number(e, "wind", 10 + 4 * normal(seed));
	set_class(e, score > 0.7 ? "late" : "on time", score);
	e->ev.latency_ms = 0.6 + fabs(normal(seed)) * 0.2;
}

/* Ranking: everything is as it was. */
static void
fill_rank(struct fleet_event *e, uint64_t *seed, int t)
{
	(void)t;
	add_number(e, "price_log", 3 + 0.8 * normal(seed));
	add_number(e, "position", 1 + (double)(random_bits(seed) % 20));
	add_number(e, "ctr_7d", fabs(0.04 + 0.02 * normal(seed)));
	add_number(e, "bid", 0.3 + 0.1 * fabs(normal(seed)));
	e->ev.score = (struct value){VALUE_NUMBER, uniform(seed), slice_of("")};
	e->ev.latency_ms = 2.5 + fabs(normal(seed)) * 1.5;
}

/* A regression. */
static void
fill_ride(struct fleet_event *e, uint64_t *seed, int t)
{
	double temp = 12 + 6 * normal(seed);

	(void)t;
	add_number(e, "temp", temp);
	add_number(e, "rain_mm", fabs(normal(seed)) * (uniform(seed) < 0.3 ? 3 : 0));
	add_number(e, "humidity", 60 + 12 * normal(seed));
	e->ev.prediction = (struct value){VALUE_NUMBER, 1200 + 30 * temp + 90 * normal(seed), slice_of("")};
	e->ev.latency_ms = 110 + fabs(normal(seed)) * 40;
}

static void
fill_spam(struct fleet_event *e, uint64_t *seed, int t)
{
	(void)t;
	add_number(e, "n_links", (double)(random_bits(seed) % 12));
	add_number(e, "caps_share", fabs(normal(seed)) * 0.1);
	set_class(e, uniform(seed) < 0.2 ? "spam" : "ham", uniform(seed));
	e->ev.latency_ms = 15 + fabs(normal(seed)) * 5;
}

static const struct fleet_model models[] = {
    {"card-fraud", 8, 0, RUN_S + 100000, fill_fraud, 0},
    {"flight-delay", 5, 0, RUN_S + 100000, fill_flight, 0},
    {"rank-main", 12, 0, RUN_S + 100000, fill_rank, 0},
    {"ride-demand", 2, 0, RUN_S + 100000, fill_ride, 0},
    {"spam-lite", 3, 0, RUN_S - 95, fill_spam, 0},
    {"rank-next", 1, RUN_S - 90, RUN_S + 100000, fill_rank, 0},
};

static void
raw_json(struct fleet_event *e)
{
	char *at = e->raw, *end = e->raw + sizeof e->raw;

	at +=
	    snprintf(at, (size_t)(end - at), "{\"ts\":%" PRId64 ",\"id\":\"%s\",\"features\":{", e->ev.ts_ms, e->id);
	for (size_t i = 0; i < e->ev.nfeatures; i++) {
		const struct event_feature *f = &e->features[i];
		const char *quote = f->value.kind == VALUE_TEXT ? "\"" : "";

		at += snprintf(at, (size_t)(end - at), "%s\"%.*s\":%s%.*s%s", i ? "," : "", (int)f->name.n, f->name.p,
		    quote, f->value.kind == VALUE_MISSING ? 4 : (int)f->value.text.n,
		    f->value.kind == VALUE_MISSING ? "null" : f->value.text.p, quote);
	}
	at += snprintf(at, (size_t)(end - at), "},\"prediction\":\"%s\",\"latency_ms\":%.3f%s}", e->prediction,
	    e->ev.latency_ms, e->ev.failed ? ",\"error\":\"upstream timeout\"" : "");
	e->ev.raw = slice_make(e->raw, (size_t)(at - e->raw));
}

/* It calls more flights late, is slower, fails now and then, and has lost some delays. */
static void
make_canary(struct fleet_event *e, uint64_t *seed)
{
	double score = uniform(seed);

	e->ev.version = slice_of("1.6.0-rc1");
	set_class(e, score > 0.5 ? "late" : "on time", score < 0.5 ? score : 0.3 + 0.7 * score);
	e->ev.latency_ms *= 1.6;
	e->ev.failed = uniform(seed) < 0.03;
	if (e->ev.failed)
		e->ev.error = slice_of("upstream timeout");
	if (uniform(seed) < 0.04)
		e->features[1].value = (struct value){VALUE_MISSING, 0, {NULL, 0}};
}

/* Streams are told in the order of the models; those of a crowd have none. */
static unsigned
stream_of(const struct fleet_model *m)
{
	unsigned i = 0;

	while (i < sizeof models / sizeof *models && strcmp(models[i].name, m->name) != 0)
		i++;
	return i;
}

static void
tell_event(struct store *s, const struct fleet_model *m, int t, int k)
{
	struct fleet_event e;
	uint64_t seed = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(t * 64 + k + 1) ^ slice_hash(slice_of(m->name));

	memset(&e, 0, sizeof e);
	random_bits(&seed);
	snprintf(e.id, sizeof e.id, "%c%d-%d", m->name[0], t, k);
	e.ev = (struct event){.model = slice_of(m->name),
	    .version = slice_of(t < RUN_S / 2 ? "1.4.0" : "1.5.0"),
	    .id = slice_of(e.id),
	    .features = e.features,
	    .has_features = true,
	    .stream = stream_of(m),
	    .latency_ms = NAN};
	e.ev.ts_ms = e.ev.arrival_ms = FLEET_T0 + (int64_t)t * 1000 + k * 1000 / m->per_s;
	m->fill(&e, &seed, t);
	if (m->canary_s && t >= m->canary_s && (t * m->per_s + k) % 5 == 2)
		make_canary(&e, &seed);
	if (t % 500 == 499 && k == 0)
		e.ev.oddities = EVENT_ODD(REASON_FUTURE);
	raw_json(&e);
	assert_int_equal(store_ingest(s, &e.ev, NULL), 0);
}

static void
tell_crowd(struct store *s, int t, bool groups)
{
	static const char *const begin[] = {"", "eu-west/", "us:east:"};
	static const char *const hostile[] = {"evil\x1b[2J\x1b]0;title\x07name", "right\xe2\x80\xaeto-left",
	    "broken\xff\xfeutf8", "\xe4\xb8\xad\xe6\x96\x87-model",
	    "a-model-with-a-name-that-is-much-longer-than-any-column-can-hold-anywhere"};
	char name[96];

	for (int i = 0; i < 60; i++) {
		struct fleet_model m = {name, 1, 0, RUN_S, fill_rank, 0};

		if (i < 5)
			snprintf(name, sizeof name, "%s", hostile[i]);
		else
			snprintf(name, sizeof name, "%smodel-%d", groups ? begin[i % 3] : "", i);
		if (t % (1 + i % 7) == 0)
			tell_event(s, &m, t, 0);
	}
}

/* ---- facts --------------------------------------------------------------------------------------------------------
 */

static void
tell(struct store *s, struct fact f)
{
	assert_int_equal(store_apply(s, &f, NULL), 0);
}

static void
tell_source(struct store *s, enum fleet_scene scene, int64_t now_ms, uint64_t entries)
{
	struct fact_source so = {.url = slice_of("redis://127.0.0.1:6379"),
	    .state = FEED_LIVE,
	    .entries = entries,
	    .bytes = entries * 410,
	    .last_byte_ms = now_ms - 200,
	    .streams = 6,
	    .streams_seen = 9};

	if (scene == FLEET_DOWN) {
		so.state = FEED_WAITING;
		so.sentence = slice_of("connection refused");
		so.retry_ms = now_ms + 2400;
		so.last_byte_ms = now_ms - 31000;
		so.reconnects = 4;
	}
	if (scene == FLEET_OFFERED) {
		so.nothing_matches = true;
		so.streams = 0;
		so.streams_seen = 3;
	}
	tell(s, (struct fact){.kind = FACT_SOURCE, .u.source = so});
}

static void
tell_stream(struct store *s, unsigned index, const char *key, enum stream_state state, struct fact_stream st)
{
	st.stream = index;
	st.key = slice_of(key);
	st.state = state;
	tell(s, (struct fact){.kind = FACT_STREAM, .u.stream = st});
}

static void
tell_offered(struct store *s, int64_t now_ms)
{
	tell_stream(s, 0, "orders", STREAM_OFFERED,
	    (struct fact_stream){.entries = 120400,
		.rate_per_s = 14.2,
		.newest_ms = now_ms - 300,
		.layout = slice_of("flat"),
		.sample = slice_of("{\"order\":\"8812\",\"total\":129.90}")});
	tell_stream(s, 1, "prod/fraud/inference", STREAM_OFFERED,
	    (struct fact_stream){.entries = 48211,
		.rate_per_s = 88,
		.newest_ms = now_ms - 20,
		.layout = slice_of("field payload"),
		.sample = slice_of("{\"ts\":1764072000000,\"features\":{\"amount\":12.5,\"country\":\"DE\"},"
				   "\"prediction\":\"ok\"}")});
	tell_stream(s, 2, "celery", STREAM_OFFERED,
	    (struct fact_stream){
		.entries = 3, .newest_ms = now_ms - 86400000, .sample = slice_of("not json \x1b[31m")});
}

static void
tell_streams(struct store *s, int64_t now_ms)
{
	static const char *const keys[] = {"ml:card-fraud:events", "ml:flight-delay:events", "ml:rank-main:events",
	    "ml:ride-demand:events", "ml:spam-lite:events", "ml:rank-next:events"};
	static const double rates[] = {8, 5, 12, 2, 0, 1};

	for (unsigned i = 0; i < 6; i++)
		tell_stream(s, i, keys[i], i == 4 ? STREAM_IDLE : STREAM_READING,
		    (struct fact_stream){.entries = 4000 * (i + 1),
			.events = 4000 * (i + 1),
			.rate_per_s = rates[i],
			.newest_ms = now_ms - (i == 4 ? 95000 : 150),
			.layout = slice_of(i % 2 ? "flat" : "field event"),
			.aliases = slice_of("ts=timestamp latency_ms=duration_ms"),
			.sample = slice_of("{\"timestamp\":1764072000,\"amount\":12.5,\"country\":\"DE\"}"),
			.trimmed = i == 2 ? 1240 : 0});
	tell_stream(s, 6, "ml:lock", STREAM_WRONG_TYPE,
	    (struct fact_stream){.sentence = slice_of("is a string, not a stream")});
	tell(s, (struct fact){.kind = FACT_REJECT,
		    .u.reject = {.stream = 1,
			.reason = REASON_NOT_JSON,
			.count = 17,
			.sample = slice_of("{\"ts\":17640,\"feat\x1b[31m"),
			.detail = slice_of("at byte 11: a string has no end")}});
	tell(s, (struct fact){.kind = FACT_REJECT,
		    .u.reject = {.stream = 0,
			.reason = REASON_FUTURE,
			.count = 0,
			.sample = slice_of("{\"ts\":1764073994000,\"amount\":3}"),
			.detail = slice_of("producer clock +94 s")}});
}

/* The second of those that fire has been seen, the third is silenced. */
static void
tell_alerts(struct store *s, int64_t now_ms)
{
	const struct alerts *all = store_alerts(s);
	const struct alert *order[ALERT_MAX];

	assert_true(alerts_order(all, order, ALERT_MAX) >= 3 && order[2]->state == ALERT_FIRING);
	tell(s, (struct fact){.kind = FACT_ACK, .u.ack = {order[1]->id, slice_of("ada"), now_ms - 60000}});
	tell(s, (struct fact){.kind = FACT_SILENCE,
		    .u.silence = {order[2]->id, now_ms + 7200000, slice_of("the team knows"), slice_of("ada")}});
}

static uint64_t
run_second(struct store *s, enum fleet_scene scene, int t)
{
	uint64_t told = 0;

	if (scene == FLEET_CROWD || scene == FLEET_GROUPS) {
		tell_crowd(s, t, scene == FLEET_GROUPS);
	} else {
		for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
			struct fleet_model m = models[i];

			m.canary_s = scene == FLEET_CANARY && m.fill == fill_flight ? CANARY_S : 0;
			for (int k = 0; k < m.per_s && t >= m.from_s && t < m.to_s; k++, told++)
				tell_event(s, &m, t, k);
		}
	}
	assert_int_equal(store_tick(s, FLEET_T0 + (int64_t)(t + 1) * 1000, NULL), 0);
	return told;
}

void
fleet_run(struct store *s, enum fleet_scene scene, int64_t *now_ms, int seconds)
{
	for (int i = 0; i < seconds; i++) {
		run_second(s, scene, (int)((*now_ms - FLEET_T0) / 1000));
		*now_ms += 1000;
	}
	if (scene == FLEET_INCIDENT || scene == FLEET_CROWD)
		tell_source(s, scene, *now_ms, 84000);
}

void
fleet_revive(struct store *s, const char *model, int64_t ts_ms)
{
	for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
		struct fleet_model m = models[i];

		if (strcmp(m.name, model) != 0)
			continue;
		m.per_s = 1;
		tell_event(s, &m, (int)((ts_ms - FLEET_T0) / 1000), 0);
	}
	assert_int_equal(store_tick(s, ts_ms, NULL), 0);
}

struct store *
fleet_make(enum fleet_scene scene, int64_t *now_ms)
{
	struct store_options options = {.learn = true};
	struct store *s = NULL;
	uint64_t told = 0;
	bool none = scene == FLEET_OFFERED || scene == FLEET_NOTHING;
	int run = none ? 0 : scene == FLEET_CROWD || scene == FLEET_GROUPS ? 300 : RUN_S;

	assert_int_equal(store_new(&s, &options, NULL), 0);
	for (int t = 0; t < run; t++) {
		told += run_second(s, scene, t);
		if (t == RUN_S / 3)
			tell(s, (struct fact){.kind = FACT_HISTORY});
	}
	*now_ms = FLEET_T0 + (int64_t)run * 1000;
	if (scene != FLEET_NOTHING)
		tell_source(s, scene, *now_ms, told);
	if (scene == FLEET_OFFERED)
		tell_offered(s, *now_ms);
	else if (run == RUN_S)
		tell_streams(s, *now_ms);
	assert_int_equal(store_tick(s, *now_ms, NULL), 0);
	if (scene == FLEET_ALERTS)
		tell_alerts(s, *now_ms);
	return s;
}
