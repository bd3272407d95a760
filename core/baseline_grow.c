#include "core/baseline_grow.h"

#include <stdlib.h>
#include <string.h>

#include "core/growth.h"
#include "core/mem.h"
#include "core/watch.h"

#define DAY_MS INT64_C(86400000)

struct timed_row {
	int64_t slot;
	uint32_t row;
};

/* Rows of one window lie together, in order of windows. */
struct times_window {
	size_t end; /* its rows end there */
	int64_t first, last; /* slots */
};

struct baseline_times {
	size_t from, to;
	struct timed_row *rows;
	struct times_window *windows;
	size_t nwindows;
};

static int
compare_rows(const void *a, const void *b)
{
	const struct timed_row *x = a, *y = b;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

void
baseline_times_free(struct baseline_times *t)
{
	if (!t)
		return;
	mem_free(t->rows);
	mem_free(t->windows);
	mem_free(t);
}

static bool
spans_enough(const struct rows *rows, size_t from, size_t to)
{
	int64_t first = INT64_MAX, last = INT64_MIN;
	size_t i;

	for (i = from; i < to; i++) {
		first = rows->meta[i].ts_ms < first ? rows->meta[i].ts_ms : first;
		last = rows->meta[i].ts_ms > last ? rows->meta[i].ts_ms : last;
	}
	return to - from >= GROWTH_VALUES && last / DAY_MS - first / DAY_MS >= GROWTH_DAYS - 1;
}

/* As live: a window ends with the first slot at which there are rows enough. What is thin at the end is none. */
static void
cut_windows(struct baseline_times *t, size_t n)
{
	size_t i, end, begin = 0;

	for (i = 0; i < n; i = end) {
		for (end = i + 1; end < n && t->rows[end].slot == t->rows[i].slot; end++)
			;
		if (end - begin < EVALWIN_ROWS_MIN)
			continue;
		t->windows[t->nwindows++] = (struct times_window){end, t->rows[begin].slot, t->rows[i].slot};
		begin = end;
	}
}

int
baseline_times_new(
    struct baseline_times **out, const struct rows *rows, size_t from, size_t to, struct err *err)
{
	struct baseline_times *t;
	size_t i, n = to - from;

	*out = NULL;
	if (!spans_enough(rows, from, to))
		return 0;
	t = mem_calloc(1, sizeof(*t));
	if (!t)
		return err_nomem(err);
	t->rows = mem_calloc(n, sizeof(*t->rows));
	t->windows = mem_calloc(n / EVALWIN_ROWS_MIN + 1, sizeof(*t->windows));
	if (!t->rows || !t->windows) {
		baseline_times_free(t);
		return err_nomem(err);
	}
	for (i = 0; i < n; i++) {
		int64_t slot = pane_floor(rows->meta[from + i].ts_ms, EVALWIN_MS);

		t->rows[i] = (struct timed_row){slot, (uint32_t)(from + i)};
	}
	qsort(t->rows, n, sizeof(*t->rows), compare_rows);
	t->from = from;
	t->to = to;
	cut_windows(t, n);
	*out = t;
	return 0;
}

/* ---- one feature ----------------------------------------------------------------------------- */

/* The cells and extras of one window, as the store would have them. */
static void
count_window(const struct baseline_feature *f, const struct baseline_times *t, const struct rows *rows,
    const uint8_t *cell_of, size_t begin, size_t end, struct tally *tally, uint32_t *cells)
{
	size_t i;

	memset(tally, 0, sizeof(*tally));
	memset(cells, 0, (f->ncells + EXTRA_COUNT) * sizeof(*cells));
	for (i = begin; i < end; i++) {
		uint32_t row = t->rows[i].row;
		uint8_t cell = cell_of[row - t->from];

		tally->rows++;
		tally->feature_rows += rows->meta[row].has_features;
		if (cell == BASELINE_GROW_NONFINITE)
			cells[f->ncells + EXTRA_NONFINITE]++;
		else if (cell < f->ncells)
			cells[cell]++;
	}
}

static int
grow_windows(struct growth_column *g, const struct baseline_feature *f, const struct baseline_times *t,
    const struct rows *rows, const uint8_t *cell_of, struct err *err)
{
	uint32_t cells[(NUMBINS_MAX > TOPVALS_CELLS ? NUMBINS_MAX : TOPVALS_CELLS) + EXTRA_COUNT];
	uint64_t counts[EVIDENCE_BINS_MAX];
	double buf[EVIDENCE_BINS_MAX];
	const double *positions = watch_positions(f, buf);
	size_t i, begin = 0;
	int rc = 0;

	for (i = 0; i < t->nwindows && !rc; i++) {
		const struct times_window *tw = &t->windows[i];
		struct growth_window w = {.when = growth_when(tw->last, rows->utc_offset_ms)};
		struct tally tally;

		count_window(f, t, rows, cell_of, begin, tw->end, &tally, cells);
		watch_sample(f, &tally, cells, counts, &w);
		w.sample.index = tw->first;
		rc = growth_column_window(g, &w, positions, err);
		begin = tw->end;
	}
	if (!rc)
		growth_column_finish(g, positions);
	return rc;
}

int
baseline_grow(struct baseline_feature *f, const struct baseline_times *t, const struct rows *rows,
    const uint8_t *cell_of, struct err *err)
{
	struct growth_column g;
	enum growth_stage stage;
	int rc = growth_column_init(&g, watch_bins(f), 0, err);

	if (rc)
		return rc;
	g.ahead = true;
	rc = grow_windows(&g, f, t, rows, cell_of, err);
	stage = growth_column_ready(&g);
	if (!rc && stage != GROWTH_GROWING)
		rc = growth_column_freeze(&g, stage, &f->frozen, err);
	if (!rc && f->frozen) {
		f->frozen->utc_offset_ms = rows->utc_offset_ms;
		watch_expect(f, f->frozen->rate);
	}
	growth_column_release(&g);
	return rc;
}
