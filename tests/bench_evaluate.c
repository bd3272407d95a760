/*
 * What an evaluation window costs with 10,000 numeric features, in three models: prints rows "NAME VALUE", processor
 * time in milliseconds over all of them, the median of a few windows, and what they take of memory.
 *
 *	evaluate_armed_ms	evidence against frozen baselines of 24 hours, in one hour
 *	evaluate_hour_ms	the first window of an hour: references of other slots are made
 *	evaluate_growing_ms	evidence that is provisional, and the growing baseline
 *	evaluate_mib		memory after an hour of a row in each pane, rings and baselines included
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "core/store_impl.h"
#include "tests/lib_rng.h"

#define MODELS	 3
#define FEATURES 3334
#define ROWS	 70 /* a window */
#define HOUR_MS	 INT64_C(3600000)
#define START_MS INT64_C(1699956000000) /* ten o'clock */

static char names[FEATURES][16];
static struct event_feature features[FEATURES];
static uint64_t seed = 4;

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

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

static void
must(int rc, const struct err *err)
{
	if (rc) {
		fprintf(stderr, "bench_evaluate: %s\n", err->msg);
		exit(1);
	}
}

/* One row in each model. Draws are few and spread over the features, so that making them costs little. */
static void
row(struct store *s, int64_t ts_ms)
{
	static double drawn[4096];
	struct err err;
	size_t i, at;
	int m;

	if (drawn[0] == 0)
		for (i = 0; i < 4096; i++)
			drawn[i] = 100 + 15 * rng_normal(&seed);
	at = (size_t)rng_below(&seed, 4096);
	for (i = 0; i < FEATURES; i++) {
		features[i].name = slice_of(names[i]);
		features[i].value = (struct value){VALUE_NUMBER, drawn[(at + i * 7) % 4096], {NULL, 0}};
	}
	for (m = 0; m < MODELS; m++) {
		char name[16];
		struct event ev = {.ts_ms = ts_ms, .arrival_ms = ts_ms, .features = features, .nfeatures = FEATURES,
		    .has_features = true, .latency_ms = 2};

		snprintf(name, sizeof(name), "wide-%d", m);
		ev.model = slice_of(name);
		must(store_ingest(s, &ev, &err), &err);
	}
}

/* A row and a tick. A row that completes a window of one model merges what came before, so it is in there too. */
static double
timed_row(struct store *s, int64_t ts_ms)
{
	double began = cpu_ms();
	struct err err;

	row(s, ts_ms);
	must(store_tick(s, ts_ms, &err), &err);
	return cpu_ms() - began;
}

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * Fills a slot, then goes on by the minute that completes it: the tick that does so, less one that has as
 * much to merge and completes nothing.
 */
static double
window_ms_of(struct store *s, int64_t slot_ms)
{
	double took, rest;
	int i;

	for (i = 0; i < ROWS - 1; i++)
		row(s, slot_ms + i * 4000);
	(void)timed_row(s, slot_ms + i * 4000);
	rest = timed_row(s, slot_ms + 355000);
	took = timed_row(s, slot_ms + 360000);
	return took > rest ? took - rest : 0;
}

static double
windows_of_hour(struct store *s, int64_t hour_ms, double *first)
{
	double took[12];
	int i;

	for (i = 0; i < 12; i++)
		took[i] = window_ms_of(s, hour_ms + i * EVALWIN_MS);
	*first = took[0];
	qsort(took, 12, sizeof(*took), order);
	return took[6];
}

/* As after weeks: each hour has the counts of all. */
static void
arm_column(struct model *m, size_t i)
{
	struct growth_column *g = &m->growth.columns[i];
	struct baseline_feature *f = &m->baseline->features[i];
	uint64_t counts[EVIDENCE_BINS_MAX];
	unsigned hour;
	struct err err;
	size_t k;

	for (k = 0; k < g->nbins; k++)
		counts[k] = g->counts[k] * 4;
	must(growth_column_freeze(g, GROWTH_HOURLY, &f->frozen, &err), &err);
	for (hour = 0; hour < FROZEN_HOURS; hour++) {
		must(packed_room(&f->frozen->slots, FROZEN_HOURS * g->nbins, hour * g->nbins, counts, g->nbins, &err),
		    &err);
		packed_add(&f->frozen->slots, hour * g->nbins, counts, g->nbins);
	}
	growth_column_stage(g, GROWTH_WEEKLY);
	watch_reset(&m->watches[i]);
	m->armed++;
}

static void
arm(struct store *s)
{
	size_t m, i;

	for (m = 0; m < MODELS; m++)
		for (i = 0; i < s->models[m]->nwatches; i++)
			arm_column(s->models[m], i);
}

int
main(void)
{
	struct store_options options = {.learn = true};
	struct fact fact = {.kind = FACT_HISTORY};
	double before = resident_mib(), first;
	struct store *s = NULL;
	struct err err;
	size_t i;

	for (i = 0; i < FEATURES; i++)
		snprintf(names[i], sizeof(names[i]), "feature_%04d", (int)i);
	must(store_new(&s, &options, &err), &err);
	must(store_apply(s, &fact, &err), &err);
	for (i = 0; i < 1100; i++)
		row(s, START_MS - HOUR_MS + (int64_t)i * 1000);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("evaluate_growing_ms %.1f\n", windows_of_hour(s, START_MS, &first));
	for (i = 0; i < 720; i++) /* one a pane, so that every pane of every ring is there */
		(void)timed_row(s, START_MS + HOUR_MS + (int64_t)i * PANE_MS);
	printf("evaluate_mib %.1f\n", resident_mib() - before);
	arm(s);
	(void)windows_of_hour(s, START_MS + 2 * HOUR_MS, &first);
	printf("evaluate_armed_ms %.1f\n", windows_of_hour(s, START_MS + 3 * HOUR_MS, &first));
	printf("evaluate_hour_ms %.1f\n", first);
	store_free(s);
	return 0;
}
