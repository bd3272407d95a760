/*
 * What reading a recording takes: one of 24 hours, of 8 models of 6 features, made here in simulated time. Prints lines
 * of "NAME VALUE": milliseconds to open it (the fastest of several turns: what else the machine does only makes one
 * slower) by its index and by its headers; of processor time, to jump anywhere (median and 99 %), and a step.
 *
 *	bench_recording [HOURS [RATE [FILE]]]	FILE: is made where it is not there, and kept
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/player.h"
#include "collectors/recorder.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"
#include "tests/lib_tmp.h"

#define BEGIN  INT64_C(1700000000000)
#define HOUR   INT64_C(3600000)
#define MODELS 8
#define TURNS  5
#define JUMPS  200
#define STEPS  2000

static double
wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* ---- making it ------------------------------------------------------------------------------- */

static void
ingest(struct store *s, int model, int64_t at, uint64_t *seed)
{
	static const char *const country[] = {"de", "fr", "us", "gb", "nl", "pl", "es", "it"};
	static const char *const names[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"};
	struct maker mk;

	event_make(&mk, names[model], at);
	feature_add(&mk, "amount", number(exp(3 + rng_normal(seed))));
	feature_add(&mk, "age", number(floor(40 + 12 * rng_normal(seed))));
	if (rng_below(seed, 20))
		feature_add(&mk, "ratio", number(rng_uniform(seed)));
	feature_add(&mk, "visits", number((double)rng_below(seed, 20)));
	feature_add(&mk, "country", text(country[rng_below(seed, 8)]));
	feature_add(&mk, "channel", text(rng_below(seed, 3) ? "web" : "app"));
	mk.ev.prediction = number((double)(rng_below(seed, 10) == 0));
	mk.ev.score = number(rng_uniform(seed));
	mk.ev.latency_ms = 2 + 6 * rng_uniform(seed);
	mk.ev.failed = rng_below(seed, 500) == 0;
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

static void
record(const char *path, int64_t hours, int rate)
{
	const struct recorder_options o = {.head = {.major = RECORDING_MAJOR}};
	const struct record_to to = {.file = path};
	struct fact live = {.kind = FACT_SOURCE};
	struct store *s = store_make(true);
	struct recorder *r = NULL;
	uint64_t seed = 7;
	int64_t now;
	int i;

	live.u.source.url = slice_of("redis://h");
	live.u.source.state = FEED_LIVE;
	assert_int_equal(store_apply(s, &live, NULL), 0);
	history_ends(s);
	assert_int_equal(recorder_new(&r, NULL, &o, NULL, NULL), 0);
	assert_int_equal(recorder_attach(r, s, NULL), 0);
	assert_int_equal(recorder_start(r, &to, NULL), 0);
	for (now = BEGIN; now < BEGIN + hours * HOUR; now += 1000) {
		for (i = 0; i < MODELS * rate; i++)
			ingest(s, i % MODELS, now + i * 1000 / (MODELS * rate), &seed);
		assert_int_equal(store_tick(s, now + 1000, NULL), 0);
		recorder_tick(r, now);
		(void)recorder_wait(r, NULL);
	}
	assert_int_equal(recorder_close(r, NULL), 0);
	store_free(s);
}

/* ---- reading it ------------------------------------------------------------------------------ */

static double
time_open(const char *path)
{
	double least = HUGE_VAL, began;
	struct recording *r;
	int i;

	for (i = 0; i < TURNS; i++) {
		began = wall_ms();
		assert_int_equal(recording_open(&r, path, NULL), 0);
		least = wall_ms() - began < least ? wall_ms() - began : least;
		recording_close(r);
	}
	return least;
}

static void
time_jumps(struct player *p, int64_t hours)
{
	double took[JUMPS], began;
	uint64_t seed = 11;
	int i;

	for (i = 0; i < JUMPS; i++) {
		int64_t at = BEGIN + (int64_t)rng_below(&seed, (uint32_t)(hours * HOUR));

		began = cpu_ms();
		assert_int_equal(player_seek(p, at, NULL), 0);
		took[i] = cpu_ms() - began;
		assert_int_equal(player_gaps(p), 0);
	}
	qsort(took, JUMPS, sizeof(took[0]), by_size);
	printf("seek_ms %.2f\nseek_p99_ms %.2f\n", took[JUMPS / 2], took[JUMPS - 1 - JUMPS / 100]);
}

static void
time_steps(struct player *p)
{
	double began;
	int i;

	assert_int_equal(player_seek(p, 0, NULL), 0);
	began = cpu_ms();
	for (i = 0; i < STEPS; i++)
		assert_int_equal(player_step(p, 1, NULL), 0);
	printf("step_ms %.3f\n", (cpu_ms() - began) / STEPS);
}

int
main(int argc, char **argv)
{
	int64_t hours = argc > 1 ? atoi(argv[1]) : 24;
	int rate = argc > 2 ? atoi(argv[2]) : 10;
	char dir[256], path[300];
	struct recording *r;
	struct player *p;
	struct stat st;

	lib_tmp_make(dir, sizeof(dir), "bench-recording");
	snprintf(path, sizeof(path), "%s/x.dtr", dir);
	if (argc > 3)
		snprintf(path, sizeof(path), "%s", argv[3]);
	if (stat(path, &st) != 0)
		record(path, hours, rate);
	assert_int_equal(stat(path, &st), 0);
	printf("bytes %lld\n", (long long)st.st_size);
	printf("open_ms %.2f\n", time_open(path));
	assert_int_equal(recording_open(&r, path, NULL), 0);
	assert_int_equal(player_open(&p, r, NULL, false, NULL), 0);
	printf("frames %zu\n", recording_count(r));
	time_jumps(p, hours);
	time_steps(p);
	player_close(p);
	recording_close(r);
	if (argc <= 3) {
		assert_int_equal(truncate(path, st.st_size - FRAME_BYTES - 1), 0);
		printf("open_headers_ms %.2f\n", time_open(path));
	}
	lib_tmp_remove(dir);
	return 0;
}
