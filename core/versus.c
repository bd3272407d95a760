#include "core/versus.h"

#include <string.h>

#include "core/evalwin.h"
#include "core/evidence.h"
#include "core/mem.h"
#include "core/watch.h"

static const struct {
	int64_t pane_ms;
	int size;
} rings[VERSUS_RINGS] = {{PANE_MS, 60}, {60000, 60}};

static int
side_init(struct versus_side *side, unsigned version, struct err *err)
{
	int rc = sums_init(&side->total, NULL, err);
	int i;

	side->version = version;
	for (i = 0; i < VERSUS_RINGS && !rc; i++)
		rc = ring_init(&side->rings[i], rings[i].pane_ms, rings[i].size, err);
	return rc;
}

int
versus_new(struct versus **out, const unsigned *versions, int64_t from_pane, const struct baseline *baseline,
    struct err *err)
{
	struct versus *v = mem_calloc(1, sizeof(*v));
	int rc = v ? 0 : err_nomem(err);
	int i;

	for (i = 0; i < VERSUS_SIDES && !rc; i++)
		rc = side_init(&v->sides[i], versions[i], err);
	if (!rc)
		rc = versus_rebin(v, baseline, err);
	if (rc) {
		versus_free(v);
		return rc;
	}
	v->from_pane = from_pane;
	*out = v;
	return 0;
}

void
versus_open_free(struct versus_open *o)
{
	if (!o)
		return;
	mem_free(o->cells[0]);
	mem_free(o->cells[1]);
	mem_free(o);
}

static void
drop_windows(struct versus *v)
{
	size_t i;

	for (i = 0; i < v->nopen; i++)
		versus_open_free(v->open[i]);
	v->nopen = 0;
	for (i = 0; i < v->ncolumns; i++)
		mem_free(v->columns[i].scores);
	mem_free(v->columns);
	v->columns = NULL;
	v->ncolumns = 0;
	v->first_window = v->early_window = v->taken = COMPARE_NEVER;
	v->windows = 0;
}

void
versus_free(struct versus *v)
{
	int i, r;

	if (!v)
		return;
	drop_windows(v);
	for (i = 0; i < VERSUS_SIDES; i++) {
		for (r = 0; r < VERSUS_RINGS; r++)
			ring_release(&v->sides[i].rings[r]);
		sums_release(&v->sides[i].total);
	}
	mem_free(v);
}

/* ---- columns --------------------------------------------------------------------------------- */

size_t
versus_cells(const struct baseline_feature *f, const uint64_t *counts, uint64_t *out)
{
	uint64_t cells[BASELINE_PSI_CELLS], ref[BASELINE_PSI_CELLS];
	size_t n = baseline_feature_cells(f, counts, cells, ref), i;

	memset(out, 0, COMPARE_CELLS * sizeof(*out));
	for (i = 0; i < n; i++)
		out[i < COMPARE_CELLS ? i : COMPARE_CELLS - 1] += cells[i];
	return n < 2 ? 0 : n < COMPARE_CELLS ? n : COMPARE_CELLS;
}

/* Scores of the fine bins: where the baseline's values lie, in its standard deviations. */
static int
column_scores(struct versus_column *c, const struct baseline_feature *f, struct err *err)
{
	double room[EVIDENCE_BINS_MAX], p[EVIDENCE_BINS_MAX], s[EVIDENCE_BINS_MAX], v[EVIDENCE_BINS_MAX];
	const double *positions = watch_positions(f, room);
	size_t i;

	if (!positions)
		return 0;
	for (i = 0; i < f->ncells; i++)
		p[i] = ((double)f->counts[i] + 0.5) / ((double)f->count + (double)f->ncells / 2);
	if (!evidence_scores(p, positions, f->ncells, s, v))
		return 0;
	c->scores = mem_calloc(f->ncells, sizeof(*c->scores));
	if (!c->scores)
		return err_nomem(err);
	c->ordered = true;
	for (i = 0; i < f->ncells; i++)
		c->scores[i] = compare_score(s[i]);
	return 0;
}

static int
column_init(struct versus_column *c, const struct baseline_feature *f, struct err *err)
{
	uint64_t cells[COMPARE_CELLS];

	memset(c, 0, sizeof(*c));
	compare_clear(&c->compare);
	if (f->role != FROLE_VALUE || !f->count)
		return 0;
	c->ncells = (uint8_t)versus_cells(f, f->counts, cells);
	return column_scores(c, f, err);
}

static int
make_columns(struct versus *v, struct err *err)
{
	size_t i;
	int rc = 0;

	v->columns = mem_calloc(v->layout->nfeatures, sizeof(*v->columns));
	if (!v->columns)
		return err_nomem(err);
	for (i = 0; i < v->layout->nfeatures && !rc; i++) {
		rc = column_init(&v->columns[i], &v->baseline->features[i], err);
		v->ncolumns++;
	}
	return rc;
}

int
versus_rebin(struct versus *v, const struct baseline *baseline, struct err *err)
{
	int i, r, rc = 0;

	drop_windows(v);
	v->baseline = baseline;
	v->layout = baseline ? &baseline->layout : NULL;
	for (i = 0; i < VERSUS_SIDES && !rc; i++) {
		rc = sums_rebin(&v->sides[i].total, v->layout, err);
		for (r = 0; r < VERSUS_RINGS && !rc; r++)
			rc = ring_rebin(&v->sides[i].rings[r], v->layout, err);
	}
	return !rc && baseline ? make_columns(v, err) : rc;
}

int
versus_side(const struct versus *v, unsigned version)
{
	int i;

	for (i = 0; i < VERSUS_SIDES; i++)
		if (v->sides[i].version == version)
			return i;
	return -1;
}

/* ---- windows --------------------------------------------------------------------------------- */

/* Adds `from` to `to`, which ends later or earlier. */
static void
open_join(struct versus_open *to, const struct versus_open *from, size_t ncells)
{
	size_t i;
	int k;

	to->first = from->first < to->first ? from->first : to->first;
	to->last = from->last > to->last ? from->last : to->last;
	for (k = 0; k < VERSUS_SIDES; k++) {
		tally_add(&to->tally[k], &from->tally[k]);
		for (i = 0; i < ncells; i++)
			to->cells[k][i] += from->cells[k][i];
	}
}

/* The two oldest become one. */
static void
join_oldest(struct versus *v)
{
	struct versus_open *oldest = v->open[0];

	open_join(v->open[1], oldest, cell_layout_cells(v->layout));
	versus_open_free(oldest);
	v->nopen--;
	memmove(v->open, v->open + 1, v->nopen * sizeof(*v->open));
}

struct versus_open *
versus_open_new(const struct cell_layout *layout, int64_t slot)
{
	struct versus_open *o = mem_calloc(1, sizeof(*o));
	size_t n = cell_layout_cells(layout);

	if (!o)
		return NULL;
	o->first = o->last = slot;
	o->cells[0] = mem_calloc(n, sizeof(**o->cells));
	o->cells[1] = mem_calloc(n, sizeof(**o->cells));
	if (o->cells[0] && o->cells[1])
		return o;
	versus_open_free(o);
	return NULL;
}

/* The entry for a slot that is not yet compared; NULL without memory. */
static struct versus_open *
open_at(struct versus *v, int64_t slot)
{
	struct versus_open *o;
	size_t i, at;

	for (i = 0; i < v->nopen; i++)
		if (slot >= v->open[i]->first && slot <= v->open[i]->last)
			return v->open[i];
	if (v->nopen == VERSUS_OPEN)
		join_oldest(v);
	for (at = 0; at < v->nopen && v->open[at]->last < slot; at++)
		;
	if (at < v->nopen && v->open[at]->first <= slot)
		return v->open[at]; /* the one that has just been joined */
	o = versus_open_new(v->layout, slot);
	if (!o)
		return NULL;
	memmove(v->open + at + 1, v->open + at, (v->nopen - at) * sizeof(*v->open));
	v->open[at] = o;
	v->nopen++;
	return o;
}

/* For evidence. What comes for a window that has been compared is late, as for evaluation windows. */
static int
add_open(struct versus *v, int side, const struct delta_pane *p, struct err *err)
{
	int64_t slot = pane_floor(p->index, EVALWIN_PANES);
	size_t i, n = cell_layout_cells(v->layout);
	struct versus_open *o;

	if (!v->ncolumns || !p->cells || !p->tally.rows || (v->taken != COMPARE_NEVER && slot <= v->taken))
		return 0;
	o = open_at(v, slot);
	if (!o)
		return err_nomem(err);
	tally_add(&o->tally[side], &p->tally);
	for (i = 0; i < n; i++)
		o->cells[side][i] += p->cells[i];
	return 0;
}

int
versus_add(struct versus *v, int side, const struct delta_pane *p, struct err *err)
{
	struct versus_side *s = &v->sides[side];
	int r, rc;

	for (r = 0; r < VERSUS_RINGS; r++) {
		rc = ring_prepare(&s->rings[r], p, 1, v->layout, err);
		if (rc)
			return rc;
		ring_add(&s->rings[r], p, v->layout);
	}
	sums_add(&s->total, p, v->layout);
	return add_open(v, side, p, err);
}

static void
fill_side(const struct versus_column *c, const struct baseline_feature *f, const struct tally *t,
    const uint32_t *cells, struct compare_side *out)
{
	uint64_t counts[EVIDENCE_BINS_MAX];
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < f->ncells; i++) {
		counts[i] = cells[i];
		out->n += cells[i];
		if (!c->ordered)
			continue;
		out->sum += (int64_t)c->scores[i] * cells[i];
		out->square += (uint64_t)((int64_t)c->scores[i] * c->scores[i]) * cells[i];
	}
	out->rows = f->output ? t->rows : t->feature_rows;
	out->rows = out->rows < out->n ? out->n : out->rows;
	if (c->ncells)
		versus_cells(f, counts, out->cells);
}

static void
compare_open(struct versus *v, const struct versus_open *o)
{
	size_t i;
	int k;

	if (!o->tally[0].rows || !o->tally[1].rows)
		return;
	v->first_window = v->windows ? v->first_window : o->first;
	v->early_window = v->windows++ < 2 ? o->first : v->early_window;
	for (i = 0; i < v->ncolumns; i++) {
		struct versus_column *c = &v->columns[i];
		struct compare_sample w = {.ordered = c->ordered, .missing = true, .ncells = c->ncells};

		for (k = 0; k < VERSUS_SIDES; k++)
			fill_side(c, &v->baseline->features[i], &o->tally[k], o->cells[k] + v->layout->first[i],
			    &w.side[k]);
		compare_window(&c->compare, &w, o->first);
	}
}

void
versus_window(struct versus *v, int64_t last_slot)
{
	while (v->nopen > 1 && v->open[1]->last <= last_slot)
		join_oldest(v);
	if (v->nopen && v->open[0]->last <= last_slot) {
		compare_open(v, v->open[0]);
		versus_open_free(v->open[0]);
		v->nopen--;
		memmove(v->open, v->open + 1, v->nopen * sizeof(*v->open));
	}
	v->taken = last_slot;
}

void
versus_advance(struct versus *v, int64_t now_ms)
{
	int i, r;

	for (i = 0; i < VERSUS_SIDES; i++) {
		for (r = 0; r < VERSUS_RINGS; r++) {
			struct ring *ring = &v->sides[i].rings[r];

			ring_advance(ring, pane_floor(now_ms, ring->pane_ms), v->layout);
		}
	}
}
