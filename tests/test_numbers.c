/* Numbers that are counted a few dozen at a time: what must come of it is what one at a time would have given. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/store_impl.h"
#include "tests/lib_rng.h"

static const int64_t start_ms = INT64_C(1700000000000);

static void
ingest(struct store *s, double x, int64_t ts_ms)
{
	struct event_feature f = {.name = slice_of("amount"), .value = {VALUE_NUMBER, x, {NULL, 0}}};
	struct event ev = {.model = slice_of("m"), .ts_ms = ts_ms, .arrival_ms = ts_ms, .features = &f, .nfeatures = 1,
	    .has_features = true, .latency_ms = 1};
	struct err err;

	assert_int_equal(store_ingest(s, &ev, &err), 0);
}

/* A store that has learned what `amount` is: 3,000 normal values. Its clock is *ts_ms. */
static struct store *
learned(int64_t *ts_ms)
{
	struct store_options options = {.learn = true};
	struct fact fact = {.kind = FACT_HISTORY};
	uint64_t seed = 20240611;
	struct store *s = NULL;
	struct err err;
	int i;

	assert_int_equal(store_new(&s, &options, &err), 0);
	for (i = 0; i < 3000; i++)
		ingest(s, 100 + 15 * rng_normal(&seed), start_ms + i * 1000);
	*ts_ms = start_ms + 3000 * 1000;
	assert_int_equal(store_apply(s, &fact, &err), 0);
	assert_int_equal(store_tick(s, *ts_ms, &err), 0);
	assert_non_null(s->models[0]->features[FID_INPUT].bins);
	return s;
}

static void
a_counter_at_its_end_goes_on_in_two_words(void **state)
{
	const double x = 130; /* above the median: its bucket follows from its slot */
	const uint32_t end = UINT32_MAX - 3;
	struct loghist *open;
	const struct loghist *total;
	uint64_t before;
	struct store *s;
	struct err err;
	int64_t ts_ms;
	unsigned slot;
	int bucket, i;

	(void)state;
	s = learned(&ts_ms);
	for (i = 0; i < DELTA_HELD + 8; i++)
		ingest(s, x, ts_ms);
	open = &s->delta.models[0]->features[FID_INPUT].hist;
	total = &s->models[0]->features[FID_INPUT].hist;
	slot = loghist_slot(open, x);
	bucket = LOGHIST_MIDDLE + 1 + (int)slot;
	assert_int_equal(loghist_count(open, bucket), DELTA_HELD);
	/* As if it had come four thousand million times. */
	open->octave[slot / 32][slot % 32] = end;
	open->n = end;
	before = loghist_count(total, bucket);
	for (i = 0; i < 64; i++)
		ingest(s, x, ts_ms);
	assert_int_equal(store_tick(s, ts_ms, &err), 0);
	assert_int_equal(loghist_count(total, bucket), before + end + 8 + 64);
	store_free(s);
}

static void
values_near_and_far_add_up_as_if_each_had_come_alone(void **state)
{
	/* In deviations: all near; so far that squares outgrow doubles; cut off; too far to be subtracted from. */
	static const double reach[] = {1, 5e3, 3e5, 1e7, 1e300};
	wide_uint squares = 0;
	int64_t sum = 0;
	uint64_t cut = 0, seed = 4711;
	const struct sums *total;
	const struct feature *f;
	struct moments before;
	struct store *s;
	struct err err;
	int64_t ts_ms;
	size_t k;
	int i;

	(void)state;
	s = learned(&ts_ms);
	f = &s->models[0]->features[FID_INPUT];
	total = &s->models[0]->total;
	before = total->moments[f->binned];
	for (k = 0; k < sizeof(reach) / sizeof(reach[0]); k++) {
		/* Neither a whole number of times what is held, nor an even one. */
		for (i = 0; i < 5 * DELTA_HELD + 7; i++) {
			double x = 100 + 15 * rng_normal(&seed) * (i % 11 ? 1 : reach[k]);
			bool clipped = false;
			int64_t units = numbins_fixed(f->bins, x, &clipped);

			ingest(s, x, ts_ms);
			sum += units;
			squares += numbins_square(units);
			cut += clipped;
		}
	}
	assert_true(cut > 0);
	assert_int_equal(store_tick(s, ts_ms, &err), 0);
	assert_int_equal(total->moments[f->binned].sum - before.sum, sum);
	assert_true(total->moments[f->binned].sumsq - before.sumsq == squares);
	assert_int_equal(total->cells[f->first + f->nbins + EXTRA_CLIPPED], cut);
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_at_its_end_goes_on_in_two_words),
		cmocka_unit_test(values_near_and_far_add_up_as_if_each_had_come_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
