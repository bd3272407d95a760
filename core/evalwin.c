/*
 * Open slots are few and sparse: one each that has rows. A slot that is complete becomes the
 * carried window, or part of it; the window that was handed out is cleared by the next call, so
 * that its memory is used over and over.
 */
#include "core/evalwin.h"

#include <string.h>

#include "core/mem.h"

void
evalwin_sums_free(struct evalwin_sums *s)
{
	if (!s)
		return;
	mem_free(s->latency);
	mem_free(s->cells);
	mem_free(s->moments);
	mem_free(s);
}

struct evalwin_sums *
evalwin_sums_new(const struct cell_layout *layout)
{
	struct evalwin_sums *s = mem_calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->latency = mem_calloc(LATENCY_BUCKETS, sizeof(*s->latency));
	s->cells = mem_calloc(cell_layout_cells(layout) + 1, sizeof(*s->cells));
	s->moments = mem_calloc(layout->nfeatures + 1, sizeof(*s->moments));
	if (s->latency && s->cells && s->moments)
		return s;
	evalwin_sums_free(s);
	return NULL;
}

static void
sums_clear(struct evalwin_sums *s, const struct cell_layout *layout)
{
	s->panes = 0;
	s->gap = 0;
	memset(&s->tally, 0, sizeof(s->tally));
	memset(s->latency, 0, LATENCY_BUCKETS * sizeof(*s->latency));
	memset(s->cells, 0, cell_layout_cells(layout) * sizeof(*s->cells));
	memset(s->moments, 0, layout->nfeatures * sizeof(*s->moments));
}

static void
sums_add_cells(struct evalwin_sums *s, const struct cell_layout *layout, const uint32_t *cells,
    const struct moments *moments)
{
	size_t i, n = cell_layout_cells(layout);

	for (i = 0; i < n; i++)
		s->cells[i] += cells[i];
	for (i = 0; i < layout->nfeatures; i++) {
		s->moments[i].sum += moments[i].sum;
		s->moments[i].sumsq += moments[i].sumsq;
	}
}

static void
sums_add_latency(struct evalwin_sums *s, const uint32_t *latency, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++)
		s->latency[i] += latency[i];
}

/* ---- life ------------------------------------------------------------------------------------ */

static void
forget(struct evalwin *w)
{
	size_t i;

	for (i = 0; i < EVALWIN_SOURCES; i++)
		w->reach[i] = EVALWIN_NEVER;
	w->complete = w->last_pane = w->next = w->resumed = EVALWIN_NEVER;
	w->windows = w->late = w->lost = w->again = 0;
	w->given = false;
}

void
evalwin_init(struct evalwin *w)
{
	memset(w, 0, sizeof(*w));
	forget(w);
}

void
evalwin_release(struct evalwin *w)
{
	unsigned i;

	for (i = 0; i < w->nopen; i++)
		evalwin_sums_free(w->open[i]);
	evalwin_sums_free(w->carried);
	evalwin_sums_free(w->spare);
	evalwin_init(w);
}

void
evalwin_rebin(struct evalwin *w, const struct cell_layout *layout)
{
	evalwin_release(w);
	w->layout = layout;
}

void
evalwin_resume(struct evalwin *w, int64_t next)
{
	w->next = w->resumed = next;
	if (w->complete < next)
		w->complete = next;
}

/* ---- how far sources have come --------------------------------------------------------------- */

#define SOURCE_NONE (EVALWIN_SOURCES - 1) /* rows that no bit stands for */

static bool
is_among(uint64_t sources, size_t i)
{
	return i == SOURCE_NONE ? !sources : sources >> i & 1;
}

bool
evalwin_rises(const struct evalwin *w, uint64_t sources, int64_t reach)
{
	size_t i;

	for (i = 0; i < EVALWIN_SOURCES; i++)
		if (is_among(sources, i) && w->reach[i] < reach)
			return true;
	return false;
}

void
evalwin_rise(struct evalwin *w, uint64_t sources, int64_t reach)
{
	size_t i;

	for (i = 0; i < EVALWIN_SOURCES; i++)
		if (is_among(sources, i) && w->reach[i] < reach)
			w->reach[i] = reach;
}

/* Slots below are complete: the least reach of the sources that are waited for. */
static int64_t
complete_by(const struct evalwin *w, const struct evalwin_feed *feed)
{
	int64_t foremost = EVALWIN_NEVER, least = INT64_MAX;
	size_t i;

	if (feed->all_ended)
		return INT64_MAX;
	for (i = 0; i < EVALWIN_SOURCES; i++)
		if (w->reach[i] > foremost && !(i < SOURCE_NONE && feed->ended >> i & 1))
			foremost = w->reach[i];
	if (foremost == EVALWIN_NEVER)
		return EVALWIN_NEVER;
	for (i = 0; i < EVALWIN_SOURCES; i++) {
		bool ended = i < SOURCE_NONE && feed->ended >> i & 1;
		bool behind = i < SOURCE_NONE && feed->behind >> i & 1;

		if (w->reach[i] == EVALWIN_NEVER || ended || (!behind && w->reach[i] < foremost - 1))
			continue;
		least = w->reach[i] < least ? w->reach[i] : least;
	}
	return least;
}

/* ---- windows --------------------------------------------------------------------------------- */

static unsigned
find_open(const struct evalwin *w, int64_t slot)
{
	unsigned i;

	for (i = 0; i < w->nopen && w->open[i]->first < slot; i++)
		;
	return i;
}

static bool
is_open(const struct evalwin *w, int64_t slot)
{
	unsigned i = find_open(w, slot);

	return i < w->nopen && w->open[i]->first == slot;
}

static void
keep_spare(struct evalwin *w, struct evalwin_sums *s)
{
	if (w->spare) {
		evalwin_sums_free(s);
		return;
	}
	sums_clear(s, w->layout);
	w->spare = s;
}

/* The gaps before and inside a slot that is complete. */
static void
find_gap(struct evalwin *w, struct evalwin_sums *s)
{
	int i;

	for (i = 0; i < EVALWIN_PANES; i++) {
		int64_t pane = s->first * EVALWIN_PANES + i;

		if (!(s->panes >> i & 1))
			continue;
		if (w->last_pane != EVALWIN_NEVER && pane - w->last_pane > s->gap)
			s->gap = pane - w->last_pane;
		w->last_pane = pane;
	}
}

/* The oldest open slot becomes part of the window. */
static void
carry(struct evalwin *w)
{
	struct evalwin_sums *s = w->open[0];

	find_gap(w, s);
	w->nopen--;
	memmove(w->open, w->open + 1, w->nopen * sizeof(*w->open));
	if (!w->carried) {
		w->carried = s;
		return;
	}
	tally_add(&w->carried->tally, &s->tally);
	w->carried->last = s->last;
	w->carried->gap = s->gap > w->carried->gap ? s->gap : w->carried->gap;
	sums_add_latency(w->carried, s->latency, 0, LATENCY_BUCKETS);
	sums_add_cells(w->carried, w->layout, s->cells, s->moments);
	keep_spare(w, s);
}

const struct evalwin_sums *
evalwin_next(struct evalwin *w, const struct evalwin_feed *feed, int64_t slot)
{
	int64_t complete;

	if (!w->layout)
		return NULL;
	if (w->given) {
		keep_spare(w, w->carried);
		w->carried = NULL;
		w->given = false;
	}
	complete = complete_by(w, feed);
	if (complete > w->complete)
		w->complete = complete;
	if (slot != EVALWIN_NEVER && slot >= w->complete && w->nopen == EVALWIN_OPEN_MAX &&
	    !is_open(w, slot)) {
		/* A pane older than all that are open is late rather than that the newest go. */
		int64_t oldest = w->open[0]->first;

		w->complete = slot < oldest ? oldest : oldest + 1;
	}
	while (w->nopen && w->open[0]->first < w->complete) {
		carry(w);
		if (w->carried->tally.rows < EVALWIN_ROWS_MIN)
			continue;
		w->given = true;
		w->next = w->carried->last + 1;
		w->windows++;
		return w->carried;
	}
	return NULL;
}

int64_t
evalwin_coming(const struct evalwin *w)
{
	if (w->nopen)
		return w->open[0]->first;
	return w->carried && !w->given ? w->carried->last : EVALWIN_NEVER;
}

static struct evalwin_sums *
open_slot(struct evalwin *w, int64_t slot)
{
	unsigned i = find_open(w, slot);
	struct evalwin_sums *s;

	if (i < w->nopen && w->open[i]->first == slot)
		return w->open[i];
	if (w->nopen == EVALWIN_OPEN_MAX)
		return NULL;
	s = w->spare ? w->spare : evalwin_sums_new(w->layout);
	if (!s)
		return NULL;
	w->spare = NULL;
	s->first = s->last = slot;
	memmove(w->open + i + 1, w->open + i, (w->nopen - i) * sizeof(*w->open));
	w->open[i] = s;
	w->nopen++;
	return s;
}

void
evalwin_add(struct evalwin *w, const struct delta_pane *p)
{
	int64_t slot = pane_floor(p->index, EVALWIN_PANES);
	struct evalwin_sums *s;

	if (!w->layout || !p->cells)
		return;
	if (slot < w->resumed) {
		w->again += p->tally.rows;
		return;
	}
	if (slot < w->complete) {
		w->late += p->tally.rows;
		return;
	}
	s = open_slot(w, slot);
	if (!s) {
		w->lost += p->tally.rows;
		return;
	}
	s->panes |= UINT64_C(1) << (p->index - slot * EVALWIN_PANES);
	tally_add(&s->tally, &p->tally);
	sums_add_latency(s, p->latency, p->latency_from, p->latency_to);
	sums_add_cells(s, w->layout, p->cells, p->moments);
}
