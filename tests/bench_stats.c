/*
 * What one value costs in each of the places it is counted in, hot, in nanoseconds: prints rows "NAME VALUE", the best
 * of nine rounds over a million values. Derived figures are per call.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/floor.h"
#include "core/frole.h"
#include "core/latency.h"
#include "core/loghist.h"
#include "core/numbins.h"
#include "core/scorebins.h"
#include "core/stat.h"
#include "core/topvals.h"
#include "core/verdict.h"
#include "tests/lib_rng.h"

#define VALUES (1 << 20)
#define ROUNDS 9
#define KINDS  200

static double normal[VALUES], latency[VALUES], sorted[VALUES];
static struct slice words[VALUES];
static char text[KINDS][24];
static volatile uint64_t sink;

/* Of this thread alone: what else runs on the machine is not measured. */
static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* `body` runs for i = 0..count-1 and may add to `sum`, so that nothing is left out by the compiler. */
#define BENCH(name, count, body) \
	do { \
		double best = INFINITY; \
		uint64_t sum = 0; \
		for (int round = 0; round < ROUNDS; round++) { \
			double began = cpu_ns(); \
			for (size_t i = 0; i < (count); i++) { \
				body; \
			} \
			best = fmin(best, cpu_ns() - began); \
		} \
		sink += sum; \
		printf("%s %.2f\n", name, best / (double)(count)); \
	} while (0)

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
must(int rc, const struct err *err)
{
	if (rc) {
		fprintf(stderr, "bench_stats: %s\n", err->msg);
		exit(1);
	}
}

/* Word i comes about as often as a city in flights: the first takes a fifth, the long tail a tenth. */
static void
prepare(void)
{
	uint64_t seed = 1;
	size_t i;

	for (i = 0; i < KINDS; i++)
		snprintf(text[i], sizeof(text[i]), "value number %zu", i * 7919);
	for (i = 0; i < VALUES; i++) {
		double u = rng_uniform(&seed);

		normal[i] = 10 + 3 * rng_normal(&seed);
		latency[i] = exp(2 + 1.1 * rng_normal(&seed));
		words[i] = slice_of(text[(size_t)(KINDS * u * u * u)]);
	}
	memcpy(sorted, normal, sizeof(sorted));
	qsort(sorted, VALUES, sizeof(sorted[0]), order);
}

static void
bench_numbers(struct numbins *b)
{
	static uint32_t buckets[LATENCY_BUCKETS];
	uint32_t bins[NUMBINS_MAX] = {0};
	struct scorebins *scores = calloc(1, sizeof(*scores));
	struct loghist hist;
	wide_uint squares = 0;
	wide_int total = 0;
	bool clipped = false;
	struct err err;

	must(scores ? 0 : err_nomem(&err), &err);
	must(numbins_make(b, sorted, VALUES, &err), &err);
	loghist_init(&hist, b->median, b->scale);
	BENCH("latency_bucket_ns", VALUES, buckets[latency_bucket(latency[i])]++);
	BENCH("numbins_find_ns", VALUES, bins[numbins_find(b->edges, b->nedges, normal[i])]++);
	BENCH("numbins_bin_ns", VALUES, bins[numbins_bin(b, normal[i])]++);
	BENCH("numbins_fixed_ns", VALUES, int64_t v = numbins_fixed(b, normal[i], &clipped); total += v;
	    squares += numbins_square(v));
	BENCH("loghist_add_ns", VALUES, sum += (uint64_t)loghist_add(&hist, normal[i], &err));
	BENCH("scorebins_add_ns", VALUES, sum += (uint64_t)scorebins_add(scores, normal[i] / 25));
	sink += (uint64_t)total + (uint64_t)squares + buckets[7] + bins[3] + clipped;
	loghist_release(&hist);
	free(scores);
}

static void
bench_words(void)
{
	struct topvals_builder *builder;
	struct topvals t;
	unsigned guess = 0;
	struct err err;

	must(topvals_builder_new(&builder, &err), &err);
	BENCH("topvals_builder_add_ns", VALUES, sum += (uint64_t)topvals_builder_add(builder, words[i], &err));
	must(topvals_build(builder, &t, &err), &err);
	topvals_builder_free(builder);
	BENCH("slice_hash_ns", VALUES, sum += slice_hash(words[i]));
	BENCH("topvals_find_ns", VALUES, sum += topvals_find(&t, words[i]));
	BENCH("topvals_find_hint_ns", VALUES, guess = topvals_find_hint(&t, words[i], guess); sum += guess);
	BENCH("topvals_find_unseen_ns", VALUES, sum += topvals_find(&t, slice_make(words[i].p + 1, words[i].n - 1)));
	topvals_release(&t);
}

static void
bench_roles(void)
{
	struct value v = {.kind = VALUE_NUMBER};
	struct frole f;
	struct err err;

	frole_init(&f, 0);
	BENCH("frole_add_number_ns", VALUES, v.num = normal[i];
	    sum += (uint64_t)frole_add(&f, &v, (int64_t)i * 1000, &err));
	frole_release(&f);
}

static void
bench_figures(const struct numbins *b)
{
	uint64_t fine_ref[NUMBINS_MAX], fine_cur[NUMBINS_MAX], ref[NUMBINS_PSI_MAX], cur[NUMBINS_PSI_MAX];
	static uint64_t buckets[LATENCY_BUCKETS];
	double means[NUMBINS_MAX], value = 0;
	struct stat_input in = {.cur = cur, .ref = ref, .ncells = b->npsi, .fine_cur = fine_cur, .fine_ref = fine_ref,
	    .nfine = numbins_count(b), .edges = b->edges, .ref_means = means, .ref_sd = b->sd, .ref_mean = b->mean,
	    .cur_mean = b->mean, .ref_min = b->min, .ref_max = b->max, .cur_min = b->min, .cur_max = b->max};
	struct verdict_input verdict = {.has_baseline = true, .distribution = true, .n = 1000, .m = 10000,
	    .psi = 0.2, .psi_floor = 0.04, .own_psi_max = NAN, .missing = {true, 10, 1000, 0.02, 10000}};
	struct loghist a, c;
	struct verdict out;
	struct err err;
	size_t s, j;

	numbins_tally(b, sorted, VALUES, fine_ref, means);
	numbins_tally(b, sorted + VALUES / 8, VALUES / 2, fine_cur, NULL);
	numbins_merge(b, fine_ref, ref);
	numbins_merge(b, fine_cur, cur);
	loghist_init(&a, b->median, b->scale);
	loghist_init(&c, b->median, b->scale);
	for (j = 0; j < VALUES; j++) {
		must(loghist_add(&a, normal[j], &err), &err);
		must(loghist_add(&c, normal[j] * 1.1, &err), &err);
		buckets[latency_bucket(latency[j])]++;
	}
	for (s = 0; s < STAT_COUNT; s++) {
		char name[40];

		snprintf(name, sizeof(name), "stat_%s_ns", stat_rows[s].name);
		BENCH(name, 10000, value += stat_rows[s].compute(&in));
	}
	BENCH("loghist_wasserstein_ns", 1000, value += loghist_wasserstein(&a, &c));
	BENCH("loghist_quantile_ns", 1000, value += loghist_quantile(&a, 0.95));
	BENCH("latency_quantile_ns", 1000, value += latency_quantile_u64(buckets, 0.99));
	BENCH("floor_chi2_ns", 1000, value += floor_chi2(1e-4, 9));
	BENCH("floor_psi_ns", 10000, value += floor_psi(10, 500 + i, 10000));
	BENCH("verdict_judge_ns", 10000, verdict.missing.hits = i % 1000; verdict_judge(&verdict, &out);
	    sum += out.causes);
	sink += (uint64_t)value;
	loghist_release(&a);
	loghist_release(&c);
}

int
main(void)
{
	struct numbins b;

	prepare();
	bench_numbers(&b);
	bench_words();
	bench_roles();
	bench_figures(&b);
	return 0;
}
