/* Evaluation windows: when a slot is complete, what a thin one becomes, and what comes too late. */
#include "core/evalwin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

static uint32_t first[2] = {0, 2 + EXTRA_COUNT};
static const struct cell_layout layout = {1, first};
static const struct evalwin_feed live = {0, 0, false};

struct piece {
	struct delta_pane pane;
	uint32_t latency[LATENCY_BUCKETS];
	uint32_t cells[2 + EXTRA_COUNT];
	struct moments moments[1];
};

/* One window as it was handed out. */
struct seen {
	int64_t first, last;
	uint64_t rows, cell;
};

struct run {
	struct evalwin w;
	struct seen seen[4096];
	size_t nseen;
};

static void
run_open(struct run *r)
{
	memset(r, 0, sizeof(*r));
	evalwin_init(&r->w);
	evalwin_rebin(&r->w, &layout);
}

static void
take_windows(struct run *r, const struct evalwin_feed *feed, int64_t slot)
{
	const struct evalwin_sums *s;

	while ((s = evalwin_next(&r->w, feed, slot)) != NULL)
		r->seen[r->nseen++] = (struct seen){s->first, s->last, s->tally.rows, s->cells[1]};
}

/* As the store does it: the source has come to this pane, windows are taken, the pane is added. */
static void
pane_from(struct run *r, uint64_t sources, const struct evalwin_feed *feed, int64_t index, uint32_t rows)
{
	static struct piece p;

	memset(&p, 0, sizeof(p));
	p.pane.index = index;
	p.pane.latency = p.latency;
	p.pane.cells = p.cells;
	p.pane.moments = p.moments;
	p.pane.tally.rows = p.pane.tally.events = rows;
	p.cells[1] = rows;
	p.moments[0].sum = rows;
	evalwin_rise(&r->w, sources, evalwin_reach(index));
	take_windows(r, feed, pane_floor(index, EVALWIN_PANES));
	evalwin_add(&r->w, &p.pane);
}

static void
pane(struct run *r, int64_t index, uint32_t rows)
{
	pane_from(r, 1, &live, index, rows);
}

static void
a_slot_is_complete_when_the_newest_pane_is_a_minute_past_its_end(void **state)
{
	static struct run r;

	(void)state;
	run_open(&r);
	pane(&r, 600, 60); /* slot 10 */
	pane(&r, 659, 40);
	pane(&r, 671, 1); /* its first event may be 55 s past the end */
	assert_int_equal(r.nseen, 0);
	pane(&r, 610, 5); /* late, but not too late */
	pane(&r, 672, 1);
	assert_int_equal(r.nseen, 1);
	assert_int_equal(r.seen[0].first, 10);
	assert_int_equal(r.seen[0].last, 10);
	assert_int_equal(r.seen[0].rows, 105);
	assert_int_equal(r.seen[0].cell, 105);
	pane(&r, 659, 7);
	assert_int_equal(r.w.late, 7);
	evalwin_release(&r.w);
}

static void
a_thin_slot_is_carried_until_the_first_boundary_with_fifty_rows(void **state)
{
	static struct run r;

	(void)state;
	run_open(&r);
	pane(&r, 0, 20);
	pane(&r, 60, 29);
	pane(&r, 180, 1); /* slot 2 has none */
	pane(&r, 240, 70);
	pane(&r, 400, 1);
	assert_int_equal(r.nseen, 2);
	assert_int_equal(r.seen[0].first, 0);
	assert_int_equal(r.seen[0].last, 3);
	assert_int_equal(r.seen[0].rows, 50);
	assert_int_equal(r.seen[1].first, 4);
	assert_int_equal(r.seen[1].rows, 70);
	evalwin_release(&r.w);
}

static void
a_jump_of_years_completes_what_is_open_and_no_more(void **state)
{
	static struct run r;

	(void)state;
	run_open(&r);
	pane(&r, -7, 60); /* before 1970 too */
	pane(&r, INT64_C(100000000), 60);
	pane(&r, INT64_C(200000000), 60);
	assert_int_equal(r.nseen, 2);
	assert_int_equal(r.seen[0].first, -1);
	assert_int_equal(r.seen[1].first, 100000000 / 60);
	assert_int_equal(r.w.nopen, 1);
	evalwin_release(&r.w);
}

static void
the_slowest_source_is_waited_for_unless_it_is_idle(void **state)
{
	static const struct evalwin_feed behind = {2, 0, false};
	static struct run r;

	(void)state;
	run_open(&r);
	pane_from(&r, 1, &live, 0, 60);
	pane_from(&r, 2, &live, 12, 60);
	pane_from(&r, 1, &live, 72, 60); /* the first one is in slot 1, the second still in slot 0 */
	assert_int_equal(r.nseen, 0);
	pane_from(&r, 1, &live, 132, 60); /* two slots ahead: the second one is idle */
	assert_int_equal(r.nseen, 2);
	assert_int_equal(r.seen[0].rows, 120);
	evalwin_release(&r.w);

	run_open(&r);
	pane_from(&r, 1, &live, 0, 60);
	pane_from(&r, 2, &live, 0, 60);
	pane_from(&r, 1, &behind, 132, 60); /* reading history: it comes */
	assert_int_equal(r.nseen, 0);
	pane_from(&r, 2, &behind, 60, 60);
	pane_from(&r, 2, &behind, 72, 60);
	assert_int_equal(r.nseen, 1);
	evalwin_release(&r.w);
}

static void
too_many_open_slots_complete_the_oldest_by_force(void **state)
{
	static const struct evalwin_feed behind = {2, 0, false};
	static struct run r;
	int64_t slot;

	(void)state;
	run_open(&r);
	pane_from(&r, 2, &behind, 0, 60);
	for (slot = 1; slot < 20; slot++)
		pane_from(&r, 1, &behind, slot * 60, 60);
	assert_int_equal(r.w.nopen, EVALWIN_OPEN_MAX);
	assert_int_equal(r.nseen, 20 - EVALWIN_OPEN_MAX);
	pane_from(&r, 2, &behind, 60, 60);
	assert_int_equal(r.w.late, 60);
	assert_int_equal(r.w.lost, 0);
	evalwin_release(&r.w);
}

static void
the_end_of_every_source_completes_all_but_what_is_thin(void **state)
{
	static const struct evalwin_feed ended = {0, 1, true};
	static struct run r;

	(void)state;
	run_open(&r);
	pane(&r, 0, 60);
	pane(&r, 60, 49);
	take_windows(&r, &ended, EVALWIN_NEVER);
	assert_int_equal(r.nseen, 1);
	assert_non_null(r.w.carried);
	assert_int_equal(r.w.carried->tally.rows, 49);
	evalwin_release(&r.w);
}

static void
an_ended_source_holds_nothing_up_and_makes_nobody_idle(void **state)
{
	static const struct evalwin_feed ended = {0, 1, false};
	static struct run r;

	(void)state;
	run_open(&r);
	pane_from(&r, 1, &live, 6000, 60);
	pane_from(&r, 2, &ended, 6010, 60);
	pane_from(&r, 2, &ended, 6072, 60);
	assert_int_equal(r.nseen, 1);
	assert_int_equal(r.seen[0].rows, 120);
	evalwin_release(&r.w);
}

/* Panes that come at most a minute out of order, against the sums of whole slots. */
static void
windows_are_the_sums_of_their_slots_however_panes_are_shuffled_within_a_minute(void **state)
{
	enum { PANES = 6000, SLOTS = PANES / EVALWIN_PANES };
	static struct run r;
	static uint64_t slots[SLOTS], rows_of[PANES];
	uint64_t seed = 77, sum = 0;
	int64_t base;
	size_t i, k = 0, at = 0;

	(void)state;
	run_open(&r);
	for (i = 0; i < PANES; i++) {
		rows_of[i] = rng_next(&seed) % 4;
		slots[i / EVALWIN_PANES] += rows_of[i];
	}
	for (base = 0; base < PANES; base += 12) { /* each minute backwards */
		for (i = 12; i > 0; i--)
			if (rows_of[(size_t)base + i - 1])
				pane(&r, base + (int64_t)i - 1, (uint32_t)rows_of[(size_t)base + i - 1]);
	}
	assert_int_equal(r.w.late, 0);
	assert_true(r.nseen > 50);
	for (k = 0; k < r.nseen; k++) {
		for (sum = 0; at <= (size_t)r.seen[k].last; at++)
			sum += slots[at];
		assert_int_equal(r.seen[k].rows, sum);
		assert_int_equal(r.seen[k].cell, sum);
	}
	evalwin_release(&r.w);
}

/* Rows that there was no memory for are counted, the others make their windows. */
static int
fill_and_count(void *ctx, struct err *err)
{
	static struct run r;

	(void)ctx;
	(void)err;
	run_open(&r);
	pane(&r, 0, 60);
	pane(&r, 1, 55);
	pane(&r, 72, 50);
	pane(&r, 132, 50);
	take_windows(&r, &(struct evalwin_feed){0, 0, true}, EVALWIN_NEVER);
	assert_true(r.w.lost % 5 == 0);
	assert_true(r.nseen == 0 || r.seen[0].rows == 115 || r.seen[0].rows == 55 || r.w.lost >= 115);
	evalwin_release(&r.w);
	return 0;
}

static void
without_memory_rows_are_counted_as_lost(void **state)
{
	(void)state;
	assert_true(alloc_survive_each(fill_and_count, NULL) >= 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_slot_is_complete_when_the_newest_pane_is_a_minute_past_its_end),
	    cmocka_unit_test(a_thin_slot_is_carried_until_the_first_boundary_with_fifty_rows),
	    cmocka_unit_test(a_jump_of_years_completes_what_is_open_and_no_more),
	    cmocka_unit_test(the_slowest_source_is_waited_for_unless_it_is_idle),
	    cmocka_unit_test(too_many_open_slots_complete_the_oldest_by_force),
	    cmocka_unit_test(the_end_of_every_source_completes_all_but_what_is_thin),
	    cmocka_unit_test(an_ended_source_holds_nothing_up_and_makes_nobody_idle),
	    cmocka_unit_test(windows_are_the_sums_of_their_slots_however_panes_are_shuffled_within_a_minute),
	    cmocka_unit_test(without_memory_rows_are_counted_as_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
