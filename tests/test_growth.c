/*
 * Baselines that grow: when they are ready and for what, that they survive being written, and that rows with times arm
 * a baseline at once.
 */
#include "core/growth.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collectors/json_file.h"
#include "core/baseline_write.h"
#include "core/mem.h"
#include "core/packed.h"
#include "core/watch.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define BINS	 10
#define DAY_MS	 INT64_C(86400000)
#define MIDNIGHT INT64_C(1699920000000) /* a Tuesday */

static const double positions[BINS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

/* Windows of n rows on every slot of the days [from, to). */
static void
grow_days(struct growth_column *g, int64_t from, int64_t to, unsigned n, uint64_t *seed)
{
	int64_t slot, first = MIDNIGHT / EVALWIN_MS + from * 288, end = MIDNIGHT / EVALWIN_MS + to * 288;
	uint64_t counts[BINS];
	unsigned i;

	for (slot = first; slot < end; slot++) {
		struct growth_window w = {.when = growth_when(slot, 0), .rows = n, .values = n};

		memset(counts, 0, sizeof(counts));
		for (i = 0; i < n; i++)
			counts[rng_below(seed, BINS)]++;
		w.sample.counts = counts;
		w.sample.index = slot;
		w.sample.rate[EVIDENCE_MISSING] = (struct evidence_count){rng_below(seed, 2), n};
		assert_int_equal(growth_column_window(g, &w, positions, NULL), 0);
	}
}

static void
a_window_belongs_to_the_hour_of_the_readers_clock_weekends_apart(void **state)
{
	int64_t tuesday = MIDNIGHT / EVALWIN_MS, saturday = tuesday + 4 * 288;

	(void)state;
	assert_int_equal(growth_when(tuesday, 0).slot, 0);
	assert_int_equal(growth_when(tuesday + 13, 0).slot, 1);
	assert_int_equal(growth_when(saturday, 0).slot, FROZEN_HOURS);
	assert_int_equal(growth_when(saturday - 1, 0).slot, 23);
	assert_int_equal(growth_when(saturday - 12, 3600000).slot, FROZEN_HOURS);
	assert_int_equal(growth_when(-1, 0).slot, 23); /* New Year's Eve of 1969, a Wednesday */
	assert_int_equal(growth_when(-1, 0).day, -1);
}

static void
a_column_is_ready_at_fourteen_days_and_ten_thousand_values(void **state)
{
	struct growth_column g;
	uint64_t seed = 1;

	(void)state;
	assert_int_equal(growth_column_init(&g, BINS, 0, NULL), 0);
	grow_days(&g, 0, 13, 10, &seed);
	assert_int_equal(growth_column_ready(&g), GROWTH_GROWING); /* 37,440 values, 13 days */
	grow_days(&g, 20, 21, 10, &seed);			    /* days need not be contiguous */
	assert_int_equal(g.days, 14);
	assert_int_equal(growth_column_ready(&g), GROWTH_PLAIN);
	growth_column_release(&g);

	assert_int_equal(growth_column_init(&g, BINS, 0, NULL), 0);
	grow_days(&g, 0, 14, 2, &seed);
	assert_int_equal(growth_column_ready(&g), GROWTH_GROWING); /* 8,064 values */
	grow_days(&g, 14, 18, 2, &seed);
	assert_int_equal(growth_column_ready(&g), GROWTH_PLAIN);
	growth_column_release(&g);
}

static void
hours_come_with_five_thousand_values_each_and_weekends_after_four_weeks(void **state)
{
	struct growth_column g;
	struct frozen *z = NULL;
	uint64_t seed = 2, sum = 0, counts[BINS];
	int64_t day;
	size_t i;

	(void)state;
	assert_int_equal(growth_column_init(&g, BINS, 0, NULL), 0);
	grow_days(&g, 0, 13, 30, &seed);
	assert_int_equal(growth_column_ready(&g), GROWTH_GROWING);
	grow_days(&g, 13, 14, 30, &seed); /* 12 * 30 * 14 = 5,040 an hour */
	assert_int_equal(growth_column_ready(&g), GROWTH_HOURLY);
	assert_int_equal(growth_column_freeze(&g, GROWTH_HOURLY, &z, NULL), 0);
	growth_column_stage(&g, GROWTH_HOURLY);
	assert_int_equal(z->nslots, FROZEN_HOURS);
	frozen_get(z, FROZEN_HOURS + 5, counts); /* a weekend's hour is that hour */
	for (i = 0; i < BINS; i++)
		sum += counts[i];
	assert_int_equal(sum, 5040);
	frozen_free(z);
	for (day = 14; growth_column_ready(&g) < GROWTH_WEEKLY; day++) {
		assert_true(day < 60);
		grow_days(&g, day, day + 1, 60, &seed);
	}
	/* 5,000 values: four weekend days of 12 * 30 an hour, and five of 12 * 60: the first of the fifth weekend. */
	assert_int_equal(day, 33);
	assert_int_equal(growth_column_freeze(&g, GROWTH_WEEKLY, &z, NULL), 0);
	assert_int_equal(z->nslots, FROZEN_SLOTS);
	frozen_free(z);
	growth_column_stage(&g, GROWTH_WEEKLY);
	assert_true(g.ended);
	growth_column_release(&g);
}

/* Its first Monday would be held against nothing. */
static void
a_model_that_is_asked_at_weekends_alone_has_hours_but_no_week(void **state)
{
	struct growth_column g;
	uint64_t seed = 3;
	int64_t week;

	(void)state;
	assert_int_equal(growth_column_init(&g, BINS, 0, NULL), 0);
	for (week = 0; week < 20; week++) {
		if (week == 7) {
			assert_int_equal(growth_column_ready(&g), GROWTH_HOURLY);
			growth_column_stage(&g, GROWTH_HOURLY);
		}
		grow_days(&g, 7 * week + 4, 7 * week + 6, 60, &seed); /* Saturday and Sunday */
	}
	assert_int_equal(growth_column_ready(&g), GROWTH_HOURLY);
	grow_days(&g, 7 * week, 7 * week + 7, 60, &seed);
	assert_int_equal(growth_column_ready(&g), GROWTH_HOURLY); /* five days of 720 values an hour */
	grow_days(&g, 7 * week + 7, 7 * week + 10, 60, &seed);
	assert_int_equal(growth_column_ready(&g), GROWTH_WEEKLY);
	growth_column_release(&g);
}

static void
what_was_written_grows_on_as_if_nothing_had_been(void **state)
{
	struct growth_column g, copy;
	uint64_t seed = 3, again;
	int64_t *a, *b;
	size_t n;

	(void)state;
	assert_int_equal(growth_column_init(&g, BINS, 3, NULL), 0);
	assert_int_equal(growth_column_init(&copy, BINS, 3, NULL), 0);
	grow_days(&g, 0, 5, 40, &seed);
	g.moments.sumsq = (wide_uint)7 << 70;
	g.cells[2] = 9;
	n = growth_column_ints(&g);
	a = calloc(n, sizeof(*a));
	growth_column_encode(&g, a);
	assert_int_equal(growth_column_decode(&copy, a, n, NULL), 0);
	again = seed;
	grow_days(&g, 5, 6, 40, &seed);
	grow_days(&copy, 5, 6, 40, &again);
	assert_int_equal(growth_column_ints(&g), n);
	assert_int_equal(growth_column_ints(&copy), n);
	b = calloc(n, sizeof(*b));
	growth_column_encode(&g, a);
	growth_column_encode(&copy, b);
	assert_memory_equal(a, b, n * sizeof(*a));
	growth_column_release(&copy);
	assert_int_equal(growth_column_init(&copy, BINS, 3, NULL), 0);
	assert_int_equal(growth_column_decode(&copy, a, n - 1, NULL), ERR_FORMAT);
	assert_int_equal(copy.rows, 0);
	free(a);
	free(b);
	growth_column_release(&g);
	growth_column_release(&copy);
}

static void
counters_widen_where_one_needs_it_and_stay_at_the_most(void **state)
{
	struct packed p = {0};
	uint64_t v[3] = {255, 1, 0}, got[3];

	(void)state;
	assert_int_equal(packed_room(&p, 6, 3, v, 3, NULL), 0);
	packed_add(&p, 3, v, 3);
	assert_int_equal(p.width, 1);
	packed_get(&p, 3, got, 3);
	assert_int_equal(got[0], 255);
	v[0] = 65535 - 255;
	v[1] = 0;
	assert_int_equal(packed_room(&p, 6, 3, v, 3, NULL), 0);
	packed_add(&p, 3, v, 3);
	assert_int_equal(p.width, 2);
	v[0] = 65535;
	v[1] = 1;
	assert_int_equal(packed_room(&p, 6, 3, v, 3, NULL), 0);
	packed_add(&p, 3, v, 3);
	assert_int_equal(p.width, 4);
	packed_get(&p, 3, got, 3);
	assert_int_equal(got[0], 131070);
	assert_int_equal(got[1], 2);
	v[0] = UINT32_MAX;
	packed_add(&p, 3, v, 3);
	packed_get(&p, 3, got, 3);
	assert_int_equal(got[0], UINT32_MAX);
	packed_release(&p);
}

/* ---- rows with times ------------------------------------------------------------------------- */

static struct baseline *
baseline_over(int64_t days, int64_t step_ms)
{
	static const char *const words[] = {"a", "b", "c"};
	struct baseline *b = NULL;
	struct rows rows;
	struct maker mk;
	uint64_t seed = 11;
	int64_t t;

	rows_init(&rows);
	for (t = 0; t < days * DAY_MS; t += step_ms) {
		event_make(&mk, "m", MIDNIGHT + t);
		if (rng_below(&seed, 20))
			feature_add(&mk, "x", number(rng_normal(&seed) + 2 * sin((double)t * 6.283185307 / DAY_MS)));
		feature_add(&mk, "k", text(words[rng_below(&seed, 3)]));
		assert_int_equal(rows_add(&rows, &mk.ev, 0, NULL), 0);
	}
	assert_int_equal(
	    baseline_from_rows(&b, slice_of("m"), &rows, 0, rows.count, BASELINE_FILE, "f", NULL), 0);
	rows_release(&rows);
	return b;
}

static void
rows_of_fourteen_days_arm_a_baseline_at_once_and_others_do_not(void **state)
{
	struct baseline *b = baseline_over(14, 60000);
	const struct baseline_feature *x = baseline_find(b, slice_of("x"), false);

	(void)state;
	assert_non_null(x->frozen);
	assert_int_equal(x->frozen->days, 14);
	/* All but the last rows, which are too few for a window. */
	assert_int_equal(x->frozen->rows, x->rows / EVALWIN_ROWS_MIN * EVALWIN_ROWS_MIN);
	assert_true(x->count - x->frozen->values < EVALWIN_ROWS_MIN);
	assert_int_equal(x->frozen->nslots, 0); /* 840 values an hour */
	assert_int_equal(x->frozen->rate[EVIDENCE_MISSING].hits, x->frozen->rows - x->frozen->values);
	/* 2 sd of daily rhythm about noise of 1: windows vary far more than sampling. */
	assert_true(x->frozen->phi.loc > 10);
	assert_true(baseline_find(b, slice_of("k"), false)->frozen->phi.shape < 2);
	baseline_free(b);
	b = baseline_over(13, 60000);
	assert_null(baseline_find(b, slice_of("x"), false)->frozen);
	baseline_free(b);
	b = baseline_over(14, 130000); /* 9,304 rows */
	assert_null(baseline_find(b, slice_of("x"), false)->frozen);
	baseline_free(b);
}

static void
rows_enough_an_hour_give_it_slots_in_which_the_rhythm_is_no_variation(void **state)
{
	struct baseline *b = baseline_over(15, 9000);
	const struct baseline_feature *x = baseline_find(b, slice_of("x"), false);

	(void)state;
	assert_non_null(x->frozen);
	assert_int_equal(x->frozen->nslots, FROZEN_HOURS);
	/* Within an hour the rhythm still moves by half a sd: more than sampling, much less than a day. */
	assert_true(x->frozen->phi.loc < 10);
	baseline_free(b);
}

static int
take_one(void *ctx, struct baseline *b, struct err *err)
{
	struct baseline **out = ctx;

	(void)err;
	assert_null(*out);
	*out = b;
	return 0;
}

static void
what_is_known_of_natural_variation_is_read_back_from_a_file(void **state)
{
	struct baseline *b = baseline_over(15, 9000), *read = NULL;
	const struct baseline *list[1] = {b};
	const struct baseline_feature *x, *y;
	struct err err = {0};
	char *text = NULL;
	size_t n, i;

	(void)state;
	b->features[0].frozen->phi.segment = 2.5;
	b->features[0].frozen->phi.segment_blocks = 44;
	assert_int_equal(baseline_write(list, 1, "t", &text, &n, NULL), 0);
	assert_int_equal(json_file_baselines(slice_make(text, n), take_one, &read, &err), 0);
	for (i = 0; i < b->nfeatures; i++) {
		x = &b->features[i];
		y = baseline_find(read, slice_of(x->name), x->output);
		assert_non_null(y->frozen);
		assert_int_equal(y->frozen->nslots, x->frozen->nslots);
		assert_int_equal(y->frozen->days, x->frozen->days);
		assert_memory_equal(&y->frozen->phi, &x->frozen->phi, sizeof(x->frozen->phi));
		assert_memory_equal(y->frozen->rate, x->frozen->rate, sizeof(x->frozen->rate));
		assert_memory_equal(
		    y->frozen->counts, x->frozen->counts, x->frozen->nbins * sizeof(*x->frozen->counts));
		assert_int_equal(y->frozen->slots.width, x->frozen->slots.width);
		assert_memory_equal(y->frozen->slots.counts, x->frozen->slots.counts,
		    x->frozen->slots.n * x->frozen->slots.width);
	}
	mem_free(text);
	baseline_free(read);
	baseline_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_window_belongs_to_the_hour_of_the_readers_clock_weekends_apart),
	    cmocka_unit_test(a_column_is_ready_at_fourteen_days_and_ten_thousand_values),
	    cmocka_unit_test(hours_come_with_five_thousand_values_each_and_weekends_after_four_weeks),
	    cmocka_unit_test(a_model_that_is_asked_at_weekends_alone_has_hours_but_no_week),
	    cmocka_unit_test(what_was_written_grows_on_as_if_nothing_had_been),
	    cmocka_unit_test(counters_widen_where_one_needs_it_and_stay_at_the_most),
	    cmocka_unit_test(rows_of_fourteen_days_arm_a_baseline_at_once_and_others_do_not),
	    cmocka_unit_test(rows_enough_an_hour_give_it_slots_in_which_the_rhythm_is_no_variation),
	    cmocka_unit_test(what_is_known_of_natural_variation_is_read_back_from_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
