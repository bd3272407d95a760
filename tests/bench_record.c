/*
 * What a recording takes: 8 models of 6 features at 100 events a second each, in simulated time. Prints lines of
 * "NAME VALUE": megabytes an hour, by type of frame, and how much longer reading events from JSON and counting them
 * takes while one is made: at ten times that rate, and at that rate, where what a step of five seconds costs falls on
 * few events. `record_ratio` is of the thread that takes them in, `record_all` of all threads. Two stores take turns of
 * ten seconds of events each, of which one is recorded, as a shared machine is now fast and now slow.
 *
 * Five seconds pass within a few milliseconds here. So that packing and writing do not fall into the midst of taking
 * events in, as they hardly ever do when time is real, events wait until that is done.
 *
 *	bench_record [MINUTES [MINUTES_OF_TURNS]]
 */
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/decode.h"
#include "collectors/recorder.h"
#include "tests/lib_maker.h"
#include "tests/lib_reel.h"
#include "tests/lib_rng.h"
#include "tests/lib_tmp.h"

#define BEGIN  INT64_C(1700000000000)
#define MODELS 8
#define RATE   100
#define LINES  4096
#define LINE_BYTES 256
#define TURN_S     10

static double
cpu_s(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct took {
	double thread_s, all_s; /* of this thread; of all of the process */
};

/* ---- events as text, as they come in ------------------------------------------------------------ */

static const char *const country[] = {"de", "fr", "us", "gb", "nl", "pl", "es", "it"};

struct script {
	char text[LINES][LINE_BYTES];
	size_t n[LINES];
	struct decoder *decoder;
	struct event_clock clock;
	struct decode_context context;
};

static void
script_open(struct script *sc, uint64_t seed)
{
	int i;

	for (i = 0; i < LINES; i++)
		sc->n[i] = (size_t)snprintf(sc->text[i], LINE_BYTES,
		    "{\"model\":\"m%d\",\"version\":\"1\",\"features\":{\"amount\":%.4f,\"age\":%.0f,\"ratio\":%.6f,"
		    "\"visits\":%.0f,\"country\":\"%s\",\"channel\":\"%s\"},\"prediction\":%d,\"score\":%.5f,"
		    "\"latency_ms\":%.3f}",
		    i % MODELS, exp(3 + rng_normal(&seed)), floor(40 + 12 * rng_normal(&seed)), rng_uniform(&seed),
		    floor(-3 * log(rng_uniform(&seed))), country[rng_below(&seed, 8) & rng_below(&seed, 8)],
		    rng_below(&seed, 3) ? "web" : "app", rng_below(&seed, 10) == 0,
		    rng_uniform(&seed) * rng_uniform(&seed), exp(1.5 + 0.4 * rng_normal(&seed)));
	assert_int_equal(decoder_new(&sc->decoder, NULL), 0);
	event_clock_stream(&sc->clock, BEGIN);
	sc->context.clock = &sc->clock;
}

static void
ingest_line(struct script *sc, struct store *s, size_t i, int64_t at)
{
	struct event ev;

	i %= LINES;
	assert_true(decoder_json(sc->decoder, slice_make(sc->text[i], sc->n[i]), &sc->context, &ev, NULL));
	ev.ts_ms = ev.arrival_ms = at;
	assert_int_equal(store_ingest(s, &ev, NULL), 0);
}

/* Money, an age, a rate with missing values, a count, and two of classes. */
static void
ingest(struct store *s, int model, int64_t at, uint64_t *seed)
{
	static const char *const names[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"};
	double hour = sin((double)(at - BEGIN) / 3600000.0 * 6.28);
	struct maker mk;

	event_make(&mk, names[model], at);
	feature_add(&mk, "amount", number(exp(3 + 0.1 * hour + rng_normal(seed))));
	feature_add(&mk, "age", number(floor(40 + 12 * rng_normal(seed))));
	if (rng_below(seed, 20))
		feature_add(&mk, "ratio", number(rng_uniform(seed)));
	feature_add(&mk, "visits", number(floor(-3 * log(rng_uniform(seed)))));
	feature_add(&mk, "country", text(country[rng_below(seed, 8) & rng_below(seed, 8)]));
	feature_add(&mk, "channel", text(rng_below(seed, 3) ? "web" : "app"));
	mk.ev.prediction = number((double)(rng_below(seed, 10) == 0));
	mk.ev.score = number(rng_uniform(seed) * rng_uniform(seed));
	mk.ev.latency_ms = exp(1.5 + 0.4 * rng_normal(seed));
	mk.ev.failed = rng_below(seed, 500) == 0;
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

/* Waits until the pool has done what it was given and says so, awake. Seconds of this thread that are nobody's. */
static double
pool_rests(const struct recorder *r, const uv_loop_t *loop)
{
	struct pollfd done = {.fd = uv_backend_fd(loop), .events = POLLIN};
	double began;

	if (!recorder_waiting(r))
		return 0;
	began = cpu_s(CLOCK_THREAD_CPUTIME_ID);
	while (poll(&done, 1, 0) == 0)
		;
	return cpu_s(CLOCK_THREAD_CPUTIME_ID) - began;
}

/* What it took to take events in, to tick and, with a recorder, to hand out what is to be packed. */
static struct took
run(struct store *s, struct recorder *r, struct script *sc, uv_loop_t *loop, int64_t *now, int64_t seconds,
    int64_t per_s)
{
	uint64_t seed = 9, n = 0;
	int64_t end = *now + seconds * 1000, step = 1000 / per_s;
	double began = cpu_s(CLOCK_THREAD_CPUTIME_ID), all_began = cpu_s(CLOCK_PROCESS_CPUTIME_ID), rest = 0;
	int i;

	for (; *now < end; *now += step) {
		for (i = 0; i < MODELS; i++) {
			if (sc)
				ingest_line(sc, s, n++ * 7, *now + i);
			else
				ingest(s, i, *now + i, &seed);
		}
		if ((*now + step) % 1000)
			continue;
		assert_int_equal(store_tick(s, *now + step, NULL), 0);
		if (r)
			recorder_tick(r, *now);
		/* The program's loop turns with a recorder and without. */
		if (loop && r)
			rest += pool_rests(r, loop);
		if (loop)
			uv_run(loop, UV_RUN_NOWAIT);
		else if (r)
			(void)recorder_wait(r, NULL);
	}
	return (struct took){
	    cpu_s(CLOCK_THREAD_CPUTIME_ID) - began - rest, cpu_s(CLOCK_PROCESS_CPUTIME_ID) - all_began - rest};
}

static struct store *
make(int64_t *now)
{
	struct fact f = {.kind = FACT_SOURCE};
	const struct store_options o = {.learn = true, .defer_hists = true};
	struct store *s = NULL;

	assert_int_equal(store_new(&s, &o, NULL), 0);
	f.u.source.url = slice_of("redis://h");
	f.u.source.state = FEED_LIVE;
	assert_int_equal(store_apply(s, &f, NULL), 0);
	history_ends(s);
	*now = BEGIN;
	(void)run(s, NULL, NULL, NULL, now, 12 * 60, RATE);
	return s;
}

static void
size(const char *path, int64_t minutes)
{
	static const char *const names[] = {"other", "header", "key", "key_model", "step", "alert", "mark", "events",
	    "gap", "index", "end"};
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES};
	const struct record_to to = {.file = path};
	struct recorder *r = NULL;
	struct reel *reel;
	struct store *s;
	int64_t now;
	size_t i;

	s = make(&now);
	assert_int_equal(recorder_new(&r, NULL, &o, NULL, NULL), 0);
	assert_int_equal(recorder_attach(r, s, NULL), 0);
	assert_int_equal(recorder_start(r, &to, NULL), 0);
	(void)run(s, r, NULL, NULL, &now, minutes * 60, RATE);
	assert_int_equal(recorder_close(r, NULL), 0);
	store_free(s);
	reel = reel_read(path);
	printf("mb_per_hour %.3f\n", (double)reel->bytes / 1e6 * 60 / (double)minutes);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (reel->count[i])
			printf("mb_%s %.3f frames %zu\n", names[i], (double)reel->stored[i] / 1e6, reel->count[i]);
	reel_free(reel);
}

/* With a recorder on the pool, as the program does it, over without one. */
static void
ratio(const char *name, const char *path, struct script *sc, int64_t minutes, int64_t per_s)
{
	const struct recorder_options o = {.flight_bytes = RECORDER_FLIGHT_BYTES};
	const struct record_to to = {.file = path};
	struct took took[2] = {{0, 0}, {0, 0}}, one;
	struct recorder *r = NULL;
	struct store *s[2];
	uv_loop_t loop[2];
	int64_t now[2], turn;
	int i, which;

	for (i = 0; i < 2; i++) {
		assert_int_equal(uv_loop_init(&loop[i]), 0);
		s[i] = make(&now[i]);
	}
	assert_int_equal(recorder_new(&r, &loop[1], &o, NULL, NULL), 0);
	assert_int_equal(recorder_attach(r, s[1], NULL), 0);
	assert_int_equal(recorder_start(r, &to, NULL), 0);
	/* Which of the two is first changes: whatever grows with time falls on both. */
	for (turn = 0; turn < minutes * 60 / TURN_S; turn++)
		for (i = 0; i < 2; i++) {
			which = (turn + i) % 2;
			one = run(s[which], which ? r : NULL, sc, &loop[which], &now[which], TURN_S, per_s);
			took[which].thread_s += one.thread_s;
			took[which].all_s += one.all_s;
		}
	assert_int_equal(recorder_close(r, NULL), 0);
	for (i = 0; i < 2; i++) {
		store_free(s[i]);
		assert_int_equal(uv_loop_close(&loop[i]), 0);
	}
	(void)unlink(path);
	printf("record_ratio%s %.3f\nrecord_all%s %.3f\n", name, took[1].thread_s / took[0].thread_s, name,
	    took[1].all_s / took[0].all_s);
}

int
main(int argc, char **argv)
{
	int64_t minutes = argc > 1 ? atoi(argv[1]) : 60;
	int64_t turns = argc > 2 ? atoi(argv[2]) : 120;
	struct script *sc = calloc(1, sizeof(*sc));
	char dir[256], path[300];

	assert_non_null(sc);
	script_open(sc, 5);
	lib_tmp_make(dir, sizeof(dir), "bench-record");
	snprintf(path, sizeof(path), "%s/x.dtr", dir);
	size(path, minutes);
	(void)unlink(path);
	if (turns) {
		ratio("", path, sc, turns / 10, 10 * RATE);
		ratio("_slow", path, sc, turns, RATE);
	}
	decoder_free(sc->decoder);
	free(sc);
	lib_tmp_remove(dir);
	return 0;
}
