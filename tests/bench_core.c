/*
 * What statistics cost, in this process and without a source: prints rows "NAME VALUE". Times are processor time, so
 * that a busy machine does not blur them.
 *
 *	ingest_us         one event of 20 features into a store that knows its baseline, ticks included
 *	tick_ms           one tick over 8 models of 20 features
 *	features_mib      memory that 10,000 numeric features take, baselines included
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "core/store.h"

#define FEATURES_MAX 3334
#define EVENTS_HELD 4096 /* prepared beforehand, so that making them is not measured */

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Resident memory now where /proc tells, else the peak. */
static double
resident_mib(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	struct rusage used;
	long pages = 0;

	if (f) {
		if (fscanf(f, "%*d %ld", &pages) != 1)
			pages = 0;
		fclose(f);
		return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576;
	}
	getrusage(RUSAGE_SELF, &used);
	return (double)used.ru_maxrss / 1024;
}

static double
draw_normal(uint64_t *seed)
{
	double sum = -6;
	int i;

	for (i = 0; i < 12; i++) {
		*seed ^= *seed << 13;
		*seed ^= *seed >> 7;
		*seed ^= *seed << 17;
		sum += (double)(*seed >> 11) / 9007199254740992.0;
	}
	return sum;
}

static char names[FEATURES_MAX][16];

/* Sixteen numbers and four texts for the first twenty names; numbers beyond that. */
static void
draw_features(struct event_feature *f, size_t n, bool texts, uint64_t *seed)
{
	static const char *const words[] = {"DE", "FR", "GB", "US", "PL"};
	size_t i;

	for (i = 0; i < n; i++) {
		f[i].name = slice_of(names[i]);
		if (texts && i >= 16) {
			f[i].value.kind = VALUE_TEXT;
			f[i].value.text = slice_of(words[*seed % 5]);
		} else {
			f[i].value.kind = VALUE_NUMBER;
		}
		f[i].value.num = 100 + 15 * draw_normal(seed);
	}
}

static void
must(int rc, const struct err *err)
{
	if (rc) {
		fprintf(stderr, "bench_core: %s\n", err->msg);
		exit(1);
	}
}

static struct store *
open_store(void)
{
	struct store_options options = {.learn = true};
	struct store *s = NULL;
	struct err err;

	must(store_new(&s, &options, &err), &err);
	return s;
}

static void
history_read(struct store *s)
{
	struct fact fact = {.kind = FACT_HISTORY};
	struct err err;

	must(store_apply(s, &fact, &err), &err);
}

static struct event
event_of(const char *model, const struct event_feature *features, size_t n, int64_t ts_ms, uint64_t *seed)
{
	struct event ev = {.model = slice_of(model), .version = slice_of("1"), .ts_ms = ts_ms, .arrival_ms = ts_ms,
	    .features = features, .nfeatures = n, .has_features = true, .latency_ms = exp(1 + 0.3 * draw_normal(seed))};

	ev.prediction = (struct value){VALUE_NUMBER, (double)(*seed % 2), slice_of(*seed % 2 ? "1" : "0")};
	ev.score = (struct value){VALUE_NUMBER, (double)(*seed % 1000) / 1000, slice_of("0.5")};
	return ev;
}

/* 2,000 events a second of event time, a tick each second. */
static void
bench_ingest(void)
{
	static struct event_feature features[EVENTS_HELD][20];
	static struct event events[EVENTS_HELD];
	struct store *s = open_store();
	uint64_t seed = 88172645463325252u;
	int64_t start_ms = INT64_C(1700000000000);
	double began = 0;
	long i, warm = 200000, n = 2000000;
	struct err err;

	for (i = 0; i < EVENTS_HELD; i++) {
		draw_features(features[i], 20, true, &seed);
		events[i] = event_of("bench", features[i], 20, start_ms, &seed);
	}
	for (i = 0; i < warm + n; i++) {
		struct event *ev = &events[i % EVENTS_HELD];

		if (i == warm) {
			history_read(s);
			began = cpu_s();
		}
		ev->ts_ms = ev->arrival_ms = start_ms + i / 2;
		must(store_ingest(s, ev, &err), &err);
		if (i % 2000 == 1999)
			must(store_tick(s, ev->ts_ms, &err), &err);
	}
	printf("ingest_us %.3f\n", (cpu_s() - began) / (double)n * 1e6);
	store_free(s);
}

static void
bench_tick(void)
{
	static struct event_feature features[20];
	struct store *s = open_store();
	uint64_t seed = 88172645463325252u;
	int64_t ts_ms = INT64_C(1700000000000);
	double spent = 0;
	int round, model, i;
	struct err err;

	for (round = 0; round < 400; round++) {
		double began;

		for (model = 0; model < 8; model++) {
			char name[16];

			snprintf(name, sizeof(name), "model-%d", model);
			for (i = 0; i < 20; i++) {
				struct event ev;

				draw_features(features, 20, true, &seed);
				ev = event_of(name, features, 20, ts_ms, &seed);
				must(store_ingest(s, &ev, &err), &err);
			}
		}
		ts_ms += 1000;
		if (round == 100)
			history_read(s);
		began = cpu_s();
		must(store_tick(s, ts_ms, &err), &err);
		if (round >= 200)
			spent += cpu_s() - began;
	}
	printf("tick_ms %.3f\n", spent / 200 * 1e3);
	store_free(s);
}

/* Three models, since one has at most 4,096 features; 1,200 rows each, so that each feature has its baseline. */
static void
bench_memory(void)
{
	static struct event_feature features[FEATURES_MAX];
	double before = resident_mib();
	struct store *s = open_store();
	uint64_t seed = 88172645463325252u;
	int64_t ts_ms = INT64_C(1700000000000);
	int row, model;
	struct err err;

	for (row = 0; row < 1200; row++) {
		draw_features(features, FEATURES_MAX, false, &seed);
		for (model = 0; model < 3; model++) {
			char name[16];
			struct event ev;

			snprintf(name, sizeof(name), "wide-%d", model);
			ev = event_of(name, features, model ? 3333 : 3334, ts_ms, &seed);
			must(store_ingest(s, &ev, &err), &err);
		}
		ts_ms += 1000;
		must(store_tick(s, ts_ms, &err), &err);
		if (row == 1100)
			history_read(s);
	}
	printf("features_mib %.1f\n", resident_mib() - before);
	store_free(s);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} parts[] = {
	    /* Memory first: what others have freed would hide what it takes. */
	    {"memory", bench_memory}, {"ingest", bench_ingest}, {"tick", bench_tick},
	};
	size_t i;

	for (i = 0; i < FEATURES_MAX; i++)
		snprintf(names[i], sizeof(names[i]), "feature_%04d", (int)i);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (argc < 2 || strcmp(argv[1], parts[i].name) == 0)
			parts[i].run();
	return 0;
}
