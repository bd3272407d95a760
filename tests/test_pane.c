/* Panes, rings and windows against a naive model that keeps every delta and adds up again. */
#include "core/pane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/delta.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

/* Two features, of 3 and 1 bins. */
static uint32_t first[3] = {0, 3 + EXTRA_COUNT, 3 + EXTRA_COUNT + 1 + EXTRA_COUNT};
static const struct cell_layout layout = {2, first};
#define CELLS (4 + 2 * EXTRA_COUNT)

struct piece {
	struct delta_pane pane;
	uint32_t latency[LATENCY_BUCKETS];
	uint32_t cells[CELLS];
	struct moments moments[2];
};

static void
piece_make(struct piece *p, int64_t index, uint32_t count, unsigned bucket)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	p->pane.index = index;
	p->pane.latency = p->latency;
	p->pane.cells = p->cells;
	p->pane.moments = p->moments;
	p->pane.tally.events = count;
	p->pane.tally.rows = count;
	p->pane.tally.latencies = count;
	p->latency[bucket] = count;
	p->pane.latency_from = (uint16_t)bucket;
	p->pane.latency_to = (uint16_t)(bucket + 1);
	for (i = 0; i < CELLS; i++)
		p->cells[i] = count * (uint32_t)(i % 3);
	p->moments[1].sum = -(int64_t)count;
	p->moments[1].sumsq = (wide_uint)count << 70;
}

static void
ring_make(struct ring *r, int64_t pane_ms, int size)
{
	assert_int_equal(ring_init(r, pane_ms, size, NULL), 0);
	assert_int_equal(ring_rebin(r, &layout, NULL), 0);
}

static void
add(struct ring *r, const struct piece *p)
{
	assert_int_equal(ring_prepare(r, &p->pane, 1, &layout, NULL), 0);
	ring_add(r, &p->pane, &layout);
}

static void
a_window_is_always_the_sum_of_its_last_panes(void **state)
{
	enum { N = 600 };
	static struct piece pieces[N];
	uint64_t seed = 11;
	struct ring r;
	int64_t at = 100000;
	int i, k;

	(void)state;
	ring_make(&r, 60000, 60);
	for (i = 0; i < N; i++) {
		uint64_t events = 0, latencies = 0, cell4 = 0;
		wide_uint squares = 0;

		at += (int64_t)rng_below(&seed, 40);
		/* One in four comes late, some too late for the ring. */
		piece_make(&pieces[i], at - (rng_below(&seed, 4) ? 0 : (int64_t)rng_below(&seed, 1000)),
		    1 + (uint32_t)rng_below(&seed, 30000), 7 + (unsigned)(i % 5));
		add(&r, &pieces[i]);
		for (k = 0; k <= i; k++) {
			if (pieces[k].pane.index / 12 <= r.newest - 60)
				continue;
			events += pieces[k].pane.tally.events;
			latencies += pieces[k].latency[9];
			cell4 += pieces[k].cells[4];
			squares += pieces[k].moments[1].sumsq;
		}
		/* What came too late was never in a window, and what is now too old has left it: the same test. */
		assert_true(r.window.tally.events == events);
		assert_true(r.window.latency[9] == latencies);
		assert_true(r.window.cells[4] == cell4);
		assert_true(r.window.moments[1].sumsq == squares);
	}
	ring_release(&r);
}

static void
a_count_beyond_8_or_16_bits_widens_its_pane_and_loses_nothing(void **state)
{
	struct piece p;
	struct ring r;
	int i;

	(void)state;
	ring_make(&r, PANE_MS, 60);
	piece_make(&p, 6, 100, 100);
	for (i = 1; i <= 5; i++) {
		add(&r, &p);
		assert_int_equal(pane_cell(ring_find(&r, 6), 1), 100 * i);
		assert_int_equal(pane_cell(ring_find(&r, 6), 2), 200 * i);
		assert_int_equal(ring_find(&r, 6)->width, i == 1 ? 8 : 16);
	}
	assert_int_equal(r.window.cells[2], 1000);
	piece_make(&p, 5, 30000, 100);
	for (i = 1; i <= 5; i++) {
		add(&r, &p);
		assert_int_equal(pane_cell(ring_find(&r, 5), 1), 30000 * i);
		assert_int_equal(pane_cell(ring_find(&r, 5), 2), 60000 * i);
	}
	assert_int_equal(ring_find(&r, 5)->width, 32);
	assert_int_equal(r.window.cells[2], 301000);
	ring_advance(&r, 6 + 60, &layout);
	assert_int_equal(r.window.cells[2], 0);
	assert_int_equal(r.window.tally.events, 0);
	assert_null(ring_find(&r, 5));
	ring_release(&r);
}

static void
time_before_1970_has_panes_too(void **state)
{
	struct piece p;
	struct ring r;

	(void)state;
	ring_make(&r, 60000, 60);
	piece_make(&p, -1, 10, 3); /* 5 s before the epoch: in the minute -1 */
	add(&r, &p);
	piece_make(&p, -13, 10, 3);
	add(&r, &p);
	assert_non_null(ring_find(&r, -1));
	assert_non_null(ring_find(&r, -2));
	assert_int_equal(r.window.tally.events, 20);
	assert_int_equal(pane_floor(-1, PANE_MS), -1);
	assert_int_equal(pane_floor(-5000, PANE_MS), -1);
	assert_int_equal(pane_floor(-5001, PANE_MS), -2);
	ring_release(&r);
}

static void
a_jump_of_years_empties_the_ring_at_once(void **state)
{
	struct piece p;
	struct ring r;

	(void)state;
	ring_make(&r, PANE_MS, 60);
	piece_make(&p, 1000, 10, 3);
	add(&r, &p);
	ring_advance(&r, INT64_C(1) << 40, &layout);
	assert_int_equal(r.window.tally.events, 0);
	assert_int_equal(r.window.latency[3], 0);
	add(&r, &p); /* far too late: passed over, not an error */
	assert_int_equal(r.window.tally.events, 0);
	ring_release(&r);
}

static void
another_binning_drops_cells_and_keeps_tallies(void **state)
{
	struct piece p;
	struct ring r;

	(void)state;
	ring_make(&r, PANE_MS, 60);
	piece_make(&p, 7, 10, 3);
	add(&r, &p);
	assert_int_equal(ring_rebin(&r, &layout, NULL), 0);
	assert_int_equal(r.window.tally.events, 10);
	assert_int_equal(r.window.tally.rows, 0);
	assert_int_equal(r.window.latency[3], 10);
	assert_int_equal(r.window.cells[1], 0);
	add(&r, &p);
	assert_int_equal(r.window.tally.events, 20);
	assert_int_equal(r.window.tally.rows, 10);
	ring_advance(&r, 100, &layout);
	assert_int_equal(r.window.tally.events, 0);
	assert_int_equal(r.window.tally.rows, 0);
	ring_release(&r);
}

/* Cells of 0, 1 and 2 a time, CELLS of them: the last byte is not full at 1, 2 and 4 bits. */
static void
small_counts_share_a_byte_and_lose_nothing(void **state)
{
	static const uint8_t widths[] = {2, 4, 4, 4, 4, 4, 4, 8, 8, 8};
	struct piece p, zero;
	struct ring r;
	int i, c;

	(void)state;
	ring_make(&r, PANE_MS, 60);
	piece_make(&zero, 6, 0, 100);
	for (i = 0; i < CELLS; i++)
		zero.cells[i] = i % 2;
	add(&r, &zero);
	assert_int_equal(ring_find(&r, 6)->width, 1);
	piece_make(&p, 6, 1, 100);
	for (i = 0; i < 10; i++) {
		add(&r, &p);
		for (c = 0; c < CELLS; c++)
			assert_int_equal(pane_cell(ring_find(&r, 6), c), c % 2 + (i + 1) * (c % 3));
		assert_int_equal(ring_find(&r, 6)->width, i == 0 ? 2 : widths[i]);
	}
	add(&r, &zero);
	assert_int_equal(pane_cell(ring_find(&r, 6), CELLS - 1), (CELLS - 1) % 2 * 2 + 10 * ((CELLS - 1) % 3));
	ring_advance(&r, 6 + 60, &layout);
	for (c = 0; c < CELLS; c++)
		assert_int_equal(r.window.cells[c], 0);
	ring_release(&r);
}

/* Sums of 2^30 and squares of 2^31 are where the next wider struct begins. */
static void
moments_take_as_few_bytes_as_they_fit(void **state)
{
	static const struct {
		int64_t sum;
		wide_uint sumsq;
		size_t bytes;
	} steps[] = {{-5, 25, sizeof(struct pane_moments_least)},
	    {7, (UINT64_C(1) << 31) - 1, sizeof(struct pane_moments_least)},
	    {0, UINT64_C(1) << 31, sizeof(struct pane_moments_narrow)},
	    {-((INT64_C(1) << 30) - 1), 1, sizeof(struct pane_moments_narrow)},
	    {INT64_C(1) << 30, 1, sizeof(struct pane_moments)}, {1, (wide_uint)1 << 80, sizeof(struct pane_moments)},
	    {1, 1, sizeof(struct pane_moments)}};
	struct moments total = {0, 0}, is;
	struct piece p;
	struct ring r;
	size_t i;

	(void)state;
	ring_make(&r, PANE_MS, 60);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		piece_make(&p, 6, 1, 100);
		p.moments[1] = (struct moments){steps[i].sum, steps[i].sumsq};
		total.sum += steps[i].sum;
		total.sumsq += steps[i].sumsq;
		add(&r, &p);
		is = pane_moments(ring_find(&r, 6), 1);
		assert_true(is.sum == total.sum && is.sumsq == total.sumsq);
		assert_int_equal(ring_find(&r, 6)->moment_bytes, steps[i].bytes);
	}
	ring_advance(&r, 6 + 60, &layout);
	assert_true(r.window.moments[1].sum == 0 && r.window.moments[1].sumsq == 0);
	ring_release(&r);
}

static void
quantiles_of_a_pane_are_those_of_its_counts(void **state)
{
	struct piece p;
	struct ring r;

	(void)state;
	ring_make(&r, PANE_MS, 60);
	piece_make(&p, 7, 90, 640);
	add(&r, &p);
	piece_make(&p, 7, 10, 800);
	add(&r, &p);
	piece_make(&p, 7, 1, 20);
	add(&r, &p);
	assert_true(pane_latency_quantile(ring_find(&r, 7), 0) == latency_bucket_value(20));
	assert_true(pane_latency_quantile(ring_find(&r, 7), 0.5) == latency_bucket_value(640));
	assert_true(pane_latency_quantile(ring_find(&r, 7), 0.99) == latency_bucket_value(800));
	ring_release(&r);
}

/* As a merge does it: all are prepared, then all are added. */
static void
panes_that_go_into_one_longer_pane_together_widen_it(void **state)
{
	struct piece p[3];
	struct ring r;
	unsigned i;

	(void)state;
	ring_make(&r, 60000, 60);
	for (i = 0; i < 3; i++)
		piece_make(&p[i], 24 + i, 60, 5); /* cells of 0, 60 and 120: 360 are more than 8 bits hold */
	for (i = 0; i < 3; i++)
		assert_int_equal(ring_prepare(&r, &p[i].pane, 3, &layout, NULL), 0);
	for (i = 0; i < 3; i++)
		ring_add(&r, &p[i].pane, &layout);
	assert_int_equal(pane_cell(ring_find(&r, 2), 1), 180);
	assert_int_equal(pane_cell(ring_find(&r, 2), 2), 360);
	ring_release(&r);
}

static int
prepare_in_vain(void *ctx, struct err *err)
{
	struct piece *p = ctx;
	struct ring r;
	int rc = ring_init(&r, PANE_MS, 60, err);

	if (!rc)
		rc = ring_rebin(&r, &layout, err);
	if (!rc)
		rc = ring_prepare(&r, &p->pane, 1, &layout, err);
	if (!rc)
		ring_add(&r, &p->pane, &layout);
	else if (r.window.tally.events)
		rc = 0; /* something was added all the same: the helper then misses its error */
	ring_release(&r);
	return rc;
}

static void
a_failed_preparation_adds_nothing(void **state)
{
	struct piece p;

	(void)state;
	piece_make(&p, 3, 70000, 5); /* wide at once: every allocation there is */
	assert_true(alloc_fail_each(prepare_in_vain, &p) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_window_is_always_the_sum_of_its_last_panes),
	    cmocka_unit_test(a_count_beyond_8_or_16_bits_widens_its_pane_and_loses_nothing),
	    cmocka_unit_test(small_counts_share_a_byte_and_lose_nothing),
	    cmocka_unit_test(moments_take_as_few_bytes_as_they_fit),
	    cmocka_unit_test(panes_that_go_into_one_longer_pane_together_widen_it),
	    cmocka_unit_test(time_before_1970_has_panes_too),
	    cmocka_unit_test(a_jump_of_years_empties_the_ring_at_once),
	    cmocka_unit_test(another_binning_drops_cells_and_keeps_tallies),
	    cmocka_unit_test(quantiles_of_a_pane_are_those_of_its_counts),
	    cmocka_unit_test(a_failed_preparation_adds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
