/*
 * What evaluation costs with 10,000 numeric features, in three models, over their life: prints rows "NAME VALUE". A
 * pane of rows comes in each hour, and at the times below three hours with a row in each pane, after one in which the
 * panes are made. Times are of the processor, in milliseconds, over all three models at once: the ticks that complete a
 * window, less the median of those that begin a minute as they do, for which panes of a minute are made, and complete
 * none. What else runs on the machine adds to them and never takes away: each row is the least of three hours. Memory
 * is what is resident after that one, less what was before anything came.
 *
 *	evaluate_growing_ms	  on day 3, the median window; evidence is provisional, the baseline grows
 *	evaluate_growing_hour_ms  the first window of an hour then: over-dispersion is estimated anew
 *	evaluate_day3_mib
 *	evaluate_armed_ms	  after day 15: evidence is held against 24 hours, which go on to grow for the week
 *	evaluate_armed_hour_ms	  the first window of an hour then: the references are those of another slot
 *	evaluate_armed_mib
 *
 * bench_evaluate [FEATURES]: so many instead of 10,000, for a look with slower tools.
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

#define MODELS	    3
#define FEATURES    3334 /* of a model, at most */
#define LEARN_ROWS  1100 /* what binnings are cut from */
#define HOUR_ROWS   360	 /* in 14 days more than the 5,000 an hour that slots take */
#define MINUTE_MS   INT64_C(60000)
#define HOUR_MS	    INT64_C(3600000)
#define DAY_MS	    (24 * HOUR_MS)
#define START_MS    INT64_C(1699833600000) /* a Monday, midnight */
#define DRAWN	    4096
#define HOURS	    3 /* that each figure is the least of */
#define PREPARED_PANES (int)(6 * MINUTE_MS / PANE_MS) /* in which an hour's first window is open */
#define TICKS	    (int)(HOUR_MS / PANE_MS)
#define WINDOWS	    (int)(HOUR_MS / EVALWIN_MS)

static char names[FEATURES][16];
static struct event_feature features[FEATURES];
static double drawn[DRAWN];
static size_t nfeatures = FEATURES;
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

static void
prepare(void)
{
	size_t i;

	for (i = 0; i < nfeatures; i++) {
		snprintf(names[i], sizeof(names[i]), "feature_%04d", (int)i);
		features[i].name = slice_of(names[i]);
		features[i].value.kind = VALUE_NUMBER;
	}
	for (i = 0; i < DRAWN; i++)
		drawn[i] = 100 + 15 * rng_normal(&seed);
}

/* One row in each model. Draws are few and spread over the features, so that making them costs little. */
static void
row(struct store *s, int64_t ts_ms)
{
	static const char *const models[MODELS] = {"wide-0", "wide-1", "wide-2"};
	size_t i, at = (size_t)rng_below(&seed, DRAWN);
	struct err err;
	int m;

	for (i = 0; i < nfeatures; i++)
		features[i].value.num = drawn[(at + i * 7) % DRAWN];
	for (m = 0; m < MODELS; m++) {
		struct event ev = {.ts_ms = ts_ms, .arrival_ms = ts_ms, .features = features, .nfeatures = nfeatures,
		    .has_features = true, .latency_ms = 2, .model = slice_of(models[m])};

		must(store_ingest(s, &ev, &err), &err);
	}
}

/*
 * Whether there is a tick behind that pane of an hour: while its first window is prepared behind each, later behind the
 * first pane of a minute, which is what is measured, and each third one, the last of them just before that. A delta
 * keeps the memory of as many panes as it has ever had.
 */
static bool
is_ticked(int pane)
{
	int in_minute = pane % (int)(MINUTE_MS / PANE_MS);

	return pane < PREPARED_PANES || in_minute == 0 || in_minute % 3 == 2;
}

/* A row, and a tick if there is one. */
static double
timed_row(struct store *s, int64_t ts_ms, bool ticks)
{
	double began = cpu_ms();
	struct err err;

	row(s, ts_ms);
	if (ticks)
		must(store_tick(s, ts_ms, &err), &err);
	return cpu_ms() - began;
}

/* A pane of rows in each hour. */
static void
hours(struct store *s, int64_t from_ms, int64_t to_ms)
{
	struct err err;
	int i;

	for (; from_ms < to_ms; from_ms += HOUR_MS) {
		for (i = 0; i < HOUR_ROWS; i++)
			row(s, from_ms + i * (PANE_MS / HOUR_ROWS));
		must(store_tick(s, from_ms + PANE_MS, &err), &err);
	}
}

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), order);
	return x[n / 2];
}

/* An hour of a row in each pane; all: of a tick, too; *first: its first window. Returns the median window. */
static double
dense_hour(struct store *s, int64_t from_ms, bool all, double *first)
{
	double window[WINDOWS], rest[TICKS], usual;
	int i, nwindows = 0, nrest = 0;

	for (i = 0; i < TICKS; i++) {
		int64_t into_ms = i * PANE_MS;
		double took = timed_row(s, from_ms + into_ms, all || is_ticked(i));

		/* The window before the first of this hour is of the hour before. */
		if (into_ms % EVALWIN_MS == EVALWIN_LATE_PANES * PANE_MS && into_ms > EVALWIN_MS)
			window[nwindows++] = took;
		else if (into_ms > EVALWIN_MS && into_ms % MINUTE_MS == 0)
			rest[nrest++] = took;
	}
	usual = median(rest, (size_t)nrest);
	*first = window[0] - usual;
	return median(window, (size_t)nwindows) - usual;
}

static void
measure(struct store *s, const char *what, const char *when, int64_t at_ms, double before_mib)
{
	double window = INFINITY, first = INFINITY, mib = 0;
	int i;

	for (i = 0; i <= HOURS; i++) {
		double hours_first, hours_window = dense_hour(s, at_ms + i * HOUR_MS, i == 0, &hours_first);

		if (i == 0) { /* every pane of every ring is made, and no delta is of more than one */
			mib = resident_mib() - before_mib;
			continue;
		}
		window = fmin(window, hours_window);
		first = fmin(first, hours_first);
	}
	printf("evaluate_%s_ms %.1f\n", what, window);
	printf("evaluate_%s_hour_ms %.1f\n", what, first);
	printf("evaluate_%s_mib %.1f\n", when, mib);
}

int
main(int argc, char **argv)
{
	struct store_options options = {.learn = true};
	struct fact fact = {.kind = FACT_HISTORY};
	struct store *s = NULL;
	double before;
	struct err err;
	int i;

	if (argc > 1)
		nfeatures = (size_t)atoi(argv[1]) / MODELS;
	if (nfeatures < 1 || nfeatures > FEATURES)
		nfeatures = FEATURES;
	prepare();
	before = resident_mib();
	setvbuf(stdout, NULL, _IOLBF, 0);
	must(store_new(&s, &options, &err), &err);
	must(store_apply(s, &fact, &err), &err);
	for (i = 0; i < LEARN_ROWS; i++)
		row(s, START_MS - HOUR_MS + i * INT64_C(1000));
	hours(s, START_MS, START_MS + 2 * DAY_MS + 12 * HOUR_MS);
	measure(s, "growing", "day3", START_MS + 2 * DAY_MS + 12 * HOUR_MS, before);
	hours(s, START_MS + 2 * DAY_MS + (13 + HOURS) * HOUR_MS, START_MS + 15 * DAY_MS + 12 * HOUR_MS);
	measure(s, "armed", "armed", START_MS + 15 * DAY_MS + 12 * HOUR_MS, before);
	store_free(s);
	return 0;
}
