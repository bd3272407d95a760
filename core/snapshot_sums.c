/* What is counted of panes and windows. */
#include "core/counts_bytes.h"
#include "core/mem.h"
#include "core/snapshot_impl.h"

/* ---- sums ------------------------------------------------------------------------------------ */

void
snapshot_put_sums(struct bytes *to, const struct sums *s, const struct cell_layout *layout)
{
	size_t cells = s->cells ? cell_layout_cells(layout) : 0, i;

	counts_put_tally(to, &s->tally);
	bytes_put_uint(to, s->rows_before);
	counts_put_u64s(to, s->latency, LATENCY_BUCKETS);
	for (i = 0; i < cells; i++)
		bytes_put_uint(to, s->cells[i]);
	for (i = 0; s->moments && i < layout->nfeatures; i++)
		counts_put_moments(to, s->moments[i].sum, s->moments[i].sumsq);
}

int
snapshot_get_sums(struct bytes_reader *r, struct sums *s, const struct cell_layout *layout, struct err *err)
{
	size_t cells = s->cells ? cell_layout_cells(layout) : 0, i;

	counts_get_tally(r, &s->tally);
	s->rows_before = bytes_get_uint(r, s->tally.rows);
	counts_get_u64s(r, s->latency, LATENCY_BUCKETS);
	for (i = 0; i < cells && !r->failed; i++)
		s->cells[i] = bytes_get_uint(r, UINT64_MAX);
	for (i = 0; s->moments && i < layout->nfeatures && !r->failed; i++)
		counts_get_moments(r, &s->moments[i], SNAPSHOT_SUMS_MAX);
	return r->failed ? snapshot_damaged(err) : 0;
}

/* ---- rings ----------------------------------------------------------------------------------- */

static void
put_pane(struct bytes *to, const struct pane *p, const struct cell_layout *layout)
{
	size_t cells = p->width ? cell_layout_cells(layout) : 0, i;
	unsigned last = 0;

	bytes_put_int(to, p->index);
	counts_put_tally(to, &p->tally);
	bytes_put_uint(to, p->rows_before);
	bytes_put_uint(to, p->nlatency);
	for (i = 0; i < p->nlatency; i++) {
		bytes_put_uint(to, p->latency[i].bucket - last);
		bytes_put_uint(to, p->latency[i].count);
		last = p->latency[i].bucket;
	}
	bytes_put_uint(to, p->width != 0);
	for (i = 0; i < cells; i++)
		bytes_put_uint(to, pane_cell(p, i));
	for (i = 0; cells && i < layout->nfeatures; i++) {
		struct moments m = pane_moments(p, i);

		counts_put_moments(to, m.sum, m.sumsq);
	}
}

static void
put_ring(struct bytes *to, const struct ring *ring, const struct cell_layout *layout)
{
	size_t n = 0;
	int i;

	for (i = 0; i < ring->size; i++)
		n += ring->panes[i].index != PANE_NEVER;
	bytes_put_int(to, ring->newest);
	bytes_put_uint(to, n);
	for (i = 0; i < ring->size; i++)
		if (ring->panes[i].index != PANE_NEVER)
			put_pane(to, &ring->panes[i], layout);
}

void
snapshot_put_rings(struct bytes *to, const struct ring *rings, size_t n, const struct cell_layout *layout)
{
	size_t i;

	for (i = 0; i < n; i++)
		put_ring(to, &rings[i], layout);
}

/* A pane is read into one of a delta, and then added as that would be. */
struct pane_reader {
	struct bytes_reader *r;
	const struct cell_layout *layout;
	struct delta_pane pane; /* with memory for latencies, cells and moments */
	uint32_t *cells;
};

static void
get_latency(struct bytes_reader *r, struct delta_pane *p)
{
	size_t n = bytes_get_count(r, LATENCY_BUCKETS), at = 0, i;

	memset(p->latency, 0, LATENCY_BUCKETS * sizeof(*p->latency));
	p->latency_from = p->latency_to = 0;
	for (i = 0; i < n && !r->failed; i++) {
		at += (size_t)bytes_get_uint(r, LATENCY_BUCKETS - 1 - at);
		p->latency[at] = (uint32_t)bytes_get_uint(r, UINT32_MAX);
		p->latency_to = (uint16_t)(at + 1);
	}
}

static int
get_pane(struct pane_reader *pr, struct ring *ring, struct err *err)
{
	struct bytes_reader *r = pr->r;
	struct delta_pane *p = &pr->pane;
	int64_t index = counts_get_time(r, ring->pane_ms);
	uint64_t rows_before;
	size_t cells, i;
	int rc;

	counts_get_tally(r, &p->tally);
	rows_before = bytes_get_uint(r, p->tally.rows);
	get_latency(r, p);
	p->cells = bytes_get_bool(r) ? pr->cells : NULL;
	cells = p->cells ? cell_layout_cells(pr->layout) : 0;
	for (i = 0; i < cells && !r->failed; i++)
		p->cells[i] = (uint32_t)bytes_get_uint(r, UINT32_MAX);
	for (i = 0; cells && i < pr->layout->nfeatures && !r->failed; i++)
		counts_get_moments(r, &p->moments[i], SNAPSHOT_SUM_MAX);
	if (r->failed || index > ring->newest || index <= ring->newest - ring->size)
		return snapshot_damaged(err);
	p->index = index * (ring->pane_ms / PANE_MS);
	rc = ring_prepare(ring, p, 1, pr->layout, err);
	if (rc)
		return rc;
	ring_add(ring, p, pr->layout);
	ring_set_rows_before(ring, index, rows_before);
	return 0;
}

static int
get_ring(struct pane_reader *pr, struct ring *ring, struct err *err)
{
	int64_t newest = counts_get_time(pr->r, ring->pane_ms);
	size_t n = bytes_get_count(pr->r, (size_t)ring->size), i;
	int rc = 0;

	if (pr->r->failed || newest == INT64_MAX || (newest == PANE_NEVER && n))
		return snapshot_damaged(err);
	ring->newest = newest;
	for (i = 0; i < n && !rc; i++)
		rc = get_pane(pr, ring, err);
	return rc;
}

int
snapshot_get_rings(
    struct bytes_reader *r, struct ring *rings, size_t n, const struct cell_layout *layout, struct err *err)
{
	struct pane_reader pr = {.r = r, .layout = layout};
	size_t i;
	int rc = 0;

	pr.pane.latency = mem_calloc(LATENCY_BUCKETS, sizeof(*pr.pane.latency));
	pr.pane.moments = mem_calloc((layout ? layout->nfeatures : 0) + 1, sizeof(*pr.pane.moments));
	pr.cells = mem_calloc(cell_layout_cells(layout) + 1, sizeof(*pr.cells));
	if (!pr.pane.latency || !pr.pane.moments || !pr.cells)
		rc = err_nomem(err);
	for (i = 0; i < n && !rc; i++)
		rc = get_ring(&pr, &rings[i], err);
	mem_free(pr.pane.latency);
	mem_free(pr.pane.moments);
	mem_free(pr.cells);
	return rc;
}

/* ---- evaluation windows ---------------------------------------------------------------------- */

static void
put_window(struct bytes *to, const struct evalwin_sums *s, const struct cell_layout *layout)
{
	size_t i;

	bytes_put_int(to, s->first);
	bytes_put_int(to, s->last);
	bytes_put_uint(to, s->panes);
	bytes_put_int(to, s->gap);
	counts_put_tally(to, &s->tally);
	counts_put_u32s(to, s->latency, LATENCY_BUCKETS);
	for (i = 0; i < cell_layout_cells(layout); i++)
		bytes_put_uint(to, s->cells[i]);
	for (i = 0; i < layout->nfeatures; i++)
		counts_put_moments(to, s->moments[i].sum, s->moments[i].sumsq);
}

/* The window that was handed out is gone: its memory is only kept to be used again. */
void
snapshot_put_evalwin(struct bytes *to, const struct evalwin *w)
{
	bool carries = w->carried && !w->given;
	size_t i;

	for (i = 0; i < EVALWIN_SOURCES; i++)
		bytes_put_int(to, w->reach[i]);
	bytes_put_int(to, w->last_pane);
	bytes_put_int(to, w->complete);
	bytes_put_int(to, w->next);
	bytes_put_int(to, w->resumed);
	bytes_put_uint(to, w->again);
	bytes_put_uint(to, w->windows);
	bytes_put_uint(to, w->late);
	bytes_put_uint(to, w->lost);
	bytes_put_uint(to, w->nopen);
	for (i = 0; i < w->nopen; i++)
		put_window(to, w->open[i], w->layout);
	bytes_put_uint(to, carries);
	if (carries)
		put_window(to, w->carried, w->layout);
}

static int
get_window(struct bytes_reader *r, struct evalwin_sums **out, const struct cell_layout *layout, struct err *err)
{
	struct evalwin_sums *s = layout ? evalwin_sums_new(layout) : NULL;
	size_t i;

	if (!s)
		return layout ? err_nomem(err) : snapshot_damaged(err);
	*out = s;
	s->first = counts_get_time(r, EVALWIN_MS);
	s->last = counts_get_time(r, EVALWIN_MS);
	s->panes = bytes_get_uint(r, (UINT64_C(1) << EVALWIN_PANES) - 1);
	s->gap = counts_get_time(r, PANE_MS);
	counts_get_tally(r, &s->tally);
	counts_get_u32s(r, s->latency, LATENCY_BUCKETS);
	for (i = 0; i < cell_layout_cells(layout) && !r->failed; i++)
		s->cells[i] = (uint32_t)bytes_get_uint(r, UINT32_MAX);
	for (i = 0; i < layout->nfeatures && !r->failed; i++)
		counts_get_moments(r, &s->moments[i], SNAPSHOT_SUMS_MAX);
	if (r->failed || s->first < -COUNTS_MS_MAX || s->first > s->last || s->last > COUNTS_MS_MAX || s->gap < 0 ||
	    s->gap == INT64_MAX)
		return snapshot_damaged(err);
	return 0;
}

int
snapshot_get_evalwin(struct bytes_reader *r, struct evalwin *w, struct err *err)
{
	size_t i, n;
	int rc = 0;

	for (i = 0; i < EVALWIN_SOURCES; i++)
		w->reach[i] = counts_get_time(r, EVALWIN_MS);
	w->last_pane = counts_get_time(r, PANE_MS);
	w->complete = counts_get_time(r, EVALWIN_MS);
	w->next = counts_get_time(r, EVALWIN_MS);
	w->resumed = counts_get_time(r, EVALWIN_MS);
	w->again = bytes_get_uint(r, UINT64_MAX);
	w->windows = bytes_get_uint(r, UINT64_MAX);
	w->late = bytes_get_uint(r, UINT64_MAX);
	w->lost = bytes_get_uint(r, UINT64_MAX);
	n = bytes_get_count(r, EVALWIN_OPEN_MAX);
	for (i = 0; i < n && !rc; i++) {
		rc = get_window(r, &w->open[i], w->layout, err);
		w->nopen += w->open[i] != NULL;
		if (!rc && i && w->open[i]->first <= w->open[i - 1]->first)
			rc = snapshot_damaged(err);
	}
	if (!rc && bytes_get_bool(r))
		rc = get_window(r, &w->carried, w->layout, err);
	return rc ? rc : r->failed ? snapshot_damaged(err) : 0;
}

/* ---- two versions ---------------------------------------------------------------------------- */

static void
put_column(struct bytes *to, const struct versus_column *c, size_t nbins)
{
	size_t i;

	bytes_put_uint(to, c->ordered);
	bytes_put_uint(to, c->ncells);
	for (i = 0; c->ordered && i < nbins; i++)
		bytes_put_int(to, c->scores[i]);
	bytes_put_uint(to, c->compare.windows);
	for (i = 0; i < COMPARE_COMPONENTS; i++)
		bytes_put_int(to, c->compare.level[i]);
	for (i = 0; i < COMPARE_COMPONENTS; i++)
		bytes_put_int(to, c->compare.onset[i]);
}

static void
put_open(struct bytes *to, const struct versus_open *o, const struct cell_layout *layout)
{
	size_t i;
	int k;

	bytes_put_int(to, o->first);
	bytes_put_int(to, o->last);
	for (k = 0; k < VERSUS_SIDES; k++) {
		counts_put_tally(to, &o->tally[k]);
		for (i = 0; i < cell_layout_cells(layout); i++)
			bytes_put_uint(to, o->cells[k][i]);
	}
}

void
snapshot_put_versus(struct bytes *to, const struct versus *v)
{
	size_t i;
	int k;

	bytes_put_uint(to, v != NULL);
	if (!v)
		return;
	for (k = 0; k < VERSUS_SIDES; k++)
		bytes_put_uint(to, v->sides[k].version);
	bytes_put_int(to, v->from_pane);
	for (k = 0; k < VERSUS_SIDES; k++) {
		snapshot_put_rings(to, v->sides[k].rings, VERSUS_RINGS, v->layout);
		snapshot_put_sums(to, &v->sides[k].total, v->layout);
	}
	bytes_put_int(to, v->first_window);
	bytes_put_int(to, v->early_window);
	bytes_put_int(to, v->taken);
	bytes_put_uint(to, v->windows);
	bytes_put_uint(to, v->nopen);
	for (i = 0; i < v->nopen; i++)
		put_open(to, v->open[i], v->layout);
	for (i = 0; i < v->ncolumns; i++)
		put_column(to, &v->columns[i], v->baseline->features[i].ncells);
}

/* What compares bins was cut by a reference that may have moved since: it is what it was. */
static int
get_column(struct bytes_reader *r, struct versus_column *c, size_t nbins, struct err *err)
{
	size_t i;

	c->ordered = bytes_get_bool(r);
	c->ncells = (uint8_t)bytes_get_uint(r, COMPARE_CELLS);
	mem_free(c->scores);
	c->scores = c->ordered ? mem_calloc(nbins, sizeof(*c->scores)) : NULL;
	if (c->ordered && !c->scores)
		return err_nomem(err);
	for (i = 0; c->ordered && i < nbins; i++) {
		int64_t score = bytes_get_int(r);

		r->failed |= score < -65536 || score > 65536;
		c->scores[i] = r->failed ? 0 : (int32_t)score;
	}
	c->compare.windows = bytes_get_uint(r, UINT64_MAX);
	for (i = 0; i < COMPARE_COMPONENTS; i++) {
		c->compare.level[i] = bytes_get_int(r);
		r->failed |= c->compare.level[i] < 0 || c->compare.level[i] > SNAPSHOT_SUMS_MAX;
	}
	for (i = 0; i < COMPARE_COMPONENTS; i++)
		c->compare.onset[i] = counts_get_time(r, EVALWIN_MS);
	return r->failed ? snapshot_damaged(err) : 0;
}

static int
get_open(struct bytes_reader *r, struct versus *v, struct err *err)
{
	struct versus_open *o = v->layout ? versus_open_new(v->layout, 0) : NULL;
	size_t i;
	int k;

	if (!o)
		return v->layout ? err_nomem(err) : snapshot_damaged(err);
	v->open[v->nopen++] = o;
	o->first = counts_get_time(r, EVALWIN_MS);
	o->last = counts_get_time(r, EVALWIN_MS);
	for (k = 0; k < VERSUS_SIDES; k++) {
		counts_get_tally(r, &o->tally[k]);
		for (i = 0; i < cell_layout_cells(v->layout) && !r->failed; i++)
			o->cells[k][i] = (uint32_t)bytes_get_uint(r, UINT32_MAX);
	}
	return r->failed || o->first > o->last ? snapshot_damaged(err) : 0;
}

static int
get_sides(struct bytes_reader *r, struct versus *v, struct err *err)
{
	int k, rc = 0;

	for (k = 0; k < VERSUS_SIDES && !rc; k++) {
		rc = snapshot_get_rings(r, v->sides[k].rings, VERSUS_RINGS, v->layout, err);
		if (!rc)
			rc = snapshot_get_sums(r, &v->sides[k].total, v->layout, err);
	}
	v->first_window = counts_get_time(r, EVALWIN_MS);
	v->early_window = counts_get_time(r, EVALWIN_MS);
	v->taken = counts_get_time(r, EVALWIN_MS);
	v->windows = bytes_get_uint(r, UINT64_MAX);
	return rc;
}

/* The two are those that have a role, in either order. */
static bool
are_roles(const struct model *m, const unsigned *versions)
{
	return versions[0] != versions[1] && versions[0] < m->nversions && versions[1] < m->nversions &&
	       (versions[0] == m->stable || versions[1] == m->stable) &&
	       (versions[0] == m->canary || versions[1] == m->canary) && m->stable != m->canary;
}

int
snapshot_get_versus(struct bytes_reader *r, struct model *m, struct err *err)
{
	unsigned versions[VERSUS_SIDES];
	int64_t from_pane;
	size_t i, n;
	int rc;

	if (!bytes_get_bool(r))
		return 0;
	versions[0] = (unsigned)bytes_get_uint(r, LIMIT_VERSIONS - 1);
	versions[1] = (unsigned)bytes_get_uint(r, LIMIT_VERSIONS - 1);
	from_pane = counts_get_time(r, PANE_MS);
	if (r->failed || !are_roles(m, versions))
		return snapshot_damaged(err);
	rc = versus_new(&m->versus, versions, from_pane, m->baseline, err);
	if (!rc)
		rc = get_sides(r, m->versus, err);
	n = rc ? 0 : bytes_get_count(r, VERSUS_OPEN);
	for (i = 0; i < n && !rc; i++)
		rc = get_open(r, m->versus, err);
	for (i = 0; !rc && i < m->versus->ncolumns; i++)
		rc = get_column(r, &m->versus->columns[i], m->baseline->features[i].ncells, err);
	return rc;
}
