#include "core/pane.h"

#include <math.h>
#include <string.h>

#include "core/delta.h"
#include "core/latency.h"
#include "core/mem.h"

/* Two of these add without leaving 32, 32 and 64 bits. */
#define NARROW_SUM   ((INT64_C(1) << 30) - 1)
#define LEAST_SUMSQ  (UINT64_C(1) << 31)
#define NARROW_SUMSQ (UINT64_C(1) << 63)

/* ---- sums ------------------------------------------------------------------------------------ */

int
sums_init(struct sums *s, const struct cell_layout *layout, struct err *err)
{
	memset(s, 0, sizeof(*s));
	s->latency = mem_calloc(LATENCY_BUCKETS, sizeof(*s->latency));
	if (!s->latency)
		return err_nomem(err);
	return sums_rebin(s, layout, err);
}

void
sums_release(struct sums *s)
{
	mem_free(s->latency);
	mem_free(s->cells);
	mem_free(s->moments);
	memset(s, 0, sizeof(*s));
}

int
sums_rebin(struct sums *s, const struct cell_layout *layout, struct err *err)
{
	mem_free(s->cells);
	mem_free(s->moments);
	s->cells = NULL;
	s->moments = NULL;
	s->tally.rows = 0;
	s->tally.feature_rows = 0;
	s->rows_before = 0;
	if (!layout)
		return 0;
	s->cells = mem_calloc(cell_layout_cells(layout), sizeof(*s->cells));
	s->moments = mem_calloc(layout->nfeatures, sizeof(*s->moments));
	if (s->cells && s->moments)
		return 0;
	mem_free(s->cells);
	mem_free(s->moments);
	s->cells = NULL;
	s->moments = NULL;
	return err_nomem(err);
}

void
sums_add(struct sums *s, const struct delta_pane *d, const struct cell_layout *layout)
{
	size_t i, n = d->cells && s->cells ? cell_layout_cells(layout) : 0;

	tally_add(&s->tally, &d->tally);
	for (i = d->latency_from; i < d->latency_to; i++)
		s->latency[i] += d->latency[i];
	for (i = 0; i < n; i++)
		s->cells[i] += d->cells[i];
	for (i = 0; n && i < layout->nfeatures; i++) {
		s->moments[i].sum += d->moments[i].sum;
		s->moments[i].sumsq += d->moments[i].sumsq;
	}
}

/* ---- panes ----------------------------------------------------------------------------------- */

static void
pane_drop_cells(struct pane *p)
{
	mem_free(p->cells);
	mem_free(p->moments);
	p->cells = NULL;
	p->moments = NULL;
	p->width = 0;
	p->moment_bytes = 0;
}

static void
pane_release(struct pane *p)
{
	pane_drop_cells(p);
	mem_free(p->latency);
	memset(p, 0, sizeof(*p));
	p->index = PANE_NEVER;
}

/*
 * Inline, so that in a loop over cells of a known width nothing of this is left but a load and at most a shift. Those
 * of less than a byte lie from its lowest bits on.
 */
static inline uint32_t
cell_at(const void *cells, unsigned width, size_t i)
{
	if (width == 8)
		return ((const uint8_t *)cells)[i];
	if (width == 16)
		return ((const uint16_t *)cells)[i];
	if (width == 32)
		return ((const uint32_t *)cells)[i];
	return (uint32_t)((const uint8_t *)cells)[i * width / 8] >> i * width % 8 & ((1U << width) - 1);
}

uint32_t
pane_cell(const struct pane *p, size_t cell)
{
	return p->width ? cell_at(p->cells, p->width, cell) : 0;
}

static uint8_t
width_for(uint32_t count)
{
	uint8_t width = 1;

	while (width < 32 && count >> width)
		width = (uint8_t)(2 * width);
	return width;
}

static size_t
cells_bytes(size_t ncells, uint8_t width)
{
	return (ncells * width + 7) / 8;
}

static inline uint32_t
bits_of_sums(const void *cells, unsigned width, const uint32_t *counts, unsigned share, size_t n)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < n; i++)
		bits |= cell_at(cells, width, i) + share * counts[i];
	return bits;
}

/*
 * The bits of all counts that the pane may have: enough to know how wide they are. Of several panes that are
 * added to it the largest, as many times, is no less than their sum.
 */
static uint32_t
bits_needed(const struct pane *p, const struct delta_pane *d, unsigned share, size_t ncells)
{
	uint32_t bits = 0;
	size_t i;

	switch (p->width) {
	case 1:
		return bits_of_sums(p->cells, 1, d->cells, share, ncells);
	case 2:
		return bits_of_sums(p->cells, 2, d->cells, share, ncells);
	case 4:
		return bits_of_sums(p->cells, 4, d->cells, share, ncells);
	case 8:
		return bits_of_sums(p->cells, 8, d->cells, share, ncells);
	case 16:
		return bits_of_sums(p->cells, 16, d->cells, share, ncells);
	case 32:
		return bits_of_sums(p->cells, 32, d->cells, share, ncells);
	}
	for (i = 0; i < ncells; i++)
		bits |= share * d->cells[i];
	return bits;
}

static void
put_cell(void *cells, uint8_t width, size_t i, uint32_t count)
{
	if (width == 32)
		((uint32_t *)cells)[i] = count;
	else if (width == 16)
		((uint16_t *)cells)[i] = (uint16_t)count;
	else if (width == 8)
		((uint8_t *)cells)[i] = (uint8_t)count;
	else {
		uint8_t *byte = (uint8_t *)cells + i * width / 8;
		unsigned shift = (unsigned)(i * width % 8), mask = ((1u << width) - 1) << shift;

		*byte = (uint8_t)((*byte & ~mask) | count << shift);
	}
}

static int
pane_widen(struct pane *p, size_t ncells, uint8_t width, struct err *err)
{
	void *wide = mem_calloc(cells_bytes(ncells, width), 1);
	size_t i;

	if (!wide)
		return err_nomem(err);
	for (i = 0; i < ncells; i++)
		put_cell(wide, width, i, pane_cell(p, i));
	mem_free(p->cells);
	p->cells = wide;
	p->width = width;
	return 0;
}

struct moments
pane_moments(const struct pane *p, size_t feature)
{
	if (p->moment_bytes == sizeof(struct pane_moments_least)) {
		const struct pane_moments_least *m = (const struct pane_moments_least *)p->moments + feature;

		return (struct moments){m->sum, m->sumsq};
	} else if (p->moment_bytes == sizeof(struct pane_moments_narrow)) {
		const struct pane_moments_narrow *m = (const struct pane_moments_narrow *)p->moments + feature;

		return (struct moments){m->sum, (wide_uint)m->sumsq_hi << 32 | m->sumsq_lo};
	} else {
		const struct pane_moments *m = (const struct pane_moments *)p->moments + feature;

		return (struct moments){m->sum, (wide_uint)m->sumsq_hi << 64 | m->sumsq_lo};
	}
}

static void
put_moments(void *moments, uint8_t bytes, size_t feature, struct moments sums)
{
	if (bytes == sizeof(struct pane_moments_least))
		((struct pane_moments_least *)moments)[feature] =
		    (struct pane_moments_least){(int32_t)sums.sum, (uint32_t)sums.sumsq};
	else if (bytes == sizeof(struct pane_moments_narrow))
		((struct pane_moments_narrow *)moments)[feature] = (struct pane_moments_narrow){
		    (int32_t)sums.sum, (uint32_t)sums.sumsq, (uint32_t)(sums.sumsq >> 32)};
	else
		((struct pane_moments *)moments)[feature] = (struct pane_moments){
		    sums.sum, (uint64_t)sums.sumsq, (uint64_t)(sums.sumsq >> 64)};
}

/* Bytes that moments take, as many times as may come and with as much again. */
static uint8_t
moments_need(struct moments m, unsigned share)
{
	if (m.sum < -NARROW_SUM / share || m.sum > NARROW_SUM / share || m.sumsq >= NARROW_SUMSQ / share)
		return sizeof(struct pane_moments);
	return m.sumsq < LEAST_SUMSQ / share ? sizeof(struct pane_moments_least) : sizeof(struct pane_moments_narrow);
}

/* Room for moments, which become as wide as they must be; never narrower again. */
static int
pane_prepare_moments(struct pane *p, const struct delta_pane *d, unsigned share, size_t nfeatures, struct err *err)
{
	uint8_t bytes = p->moment_bytes;
	void *moments;
	size_t i;

	for (i = 0; i < nfeatures; i++) {
		uint8_t come = moments_need(d->moments[i], share);
		uint8_t there = p->moments ? moments_need(pane_moments(p, i), 1) : 0;

		bytes = come > bytes ? come : bytes;
		bytes = there > bytes ? there : bytes;
	}
	if (p->moments && p->moment_bytes == bytes)
		return 0;
	moments = mem_calloc(nfeatures, bytes);
	if (!moments)
		return err_nomem(err);
	for (i = 0; i < nfeatures && p->moments; i++)
		put_moments(moments, bytes, i, pane_moments(p, i));
	mem_free(p->moments);
	p->moments = moments;
	p->moment_bytes = bytes;
	return 0;
}

static int
pane_prepare_cells(struct pane *p, const struct delta_pane *d, unsigned share, const struct cell_layout *layout,
    struct err *err)
{
	size_t ncells = cell_layout_cells(layout);
	uint8_t width;

	if (!d->cells || !ncells)
		return 0;
	if (pane_prepare_moments(p, d, share, layout->nfeatures, err))
		return ERR_NOMEM;
	width = width_for(bits_needed(p, d, share, ncells));
	if (p->width)
		return width > p->width ? pane_widen(p, ncells, width, err) : 0;
	p->cells = mem_calloc(cells_bytes(ncells, width), 1);
	if (!p->cells) {
		pane_drop_cells(p);
		return err_nomem(err);
	}
	p->width = width;
	return 0;
}

/* The pane's pairs and the delta's counts become one list of pairs, rising by bucket, zeros left
 * out. */
static int
pane_prepare_latency(struct pane *p, const struct delta_pane *d, struct err *err)
{
	uint32_t room = 0, have = 0;
	struct latency_count *merged;
	size_t b;

	for (b = d->latency_from; b < d->latency_to; b++)
		room += d->latency[b] > 0;
	if (!room)
		return 0;
	merged = mem_alloc((room + p->nlatency) * sizeof(*merged));
	if (!merged)
		return err_nomem(err);
	room = 0;
	for (b = d->latency_from; b < d->latency_to; b++) {
		if (!d->latency[b])
			continue;
		while (have < p->nlatency && p->latency[have].bucket < b)
			merged[room++] = p->latency[have++];
		if (have < p->nlatency && p->latency[have].bucket == b)
			merged[room++] = p->latency[have++];
		else
			merged[room++] = (struct latency_count){(uint16_t)b, 0, 0};
	}
	while (have < p->nlatency)
		merged[room++] = p->latency[have++];
	mem_free(p->latency);
	p->latency = merged;
	p->nlatency = room;
	return 0;
}

/* A byte of cells at a time. Inline, so that width is a constant in each. */
static inline void
add_bits(uint8_t *cells, unsigned width, const uint32_t *counts, size_t n)
{
	unsigned many = 8 / width, j;
	size_t i;

	for (i = 0; i < n / many; i++, counts += many) {
		unsigned sum = cells[i];

		for (j = 0; j < many; j++)
			sum += counts[j] << j * width;
		cells[i] = (uint8_t)sum;
	}
	for (j = 0; j < n % many; j++)
		cells[i] = (uint8_t)(cells[i] + (counts[j] << j * width));
}

/* One loop a width: each of them is a few instructions a vector of cells. */
static void
add_cells(struct pane *p, const uint32_t *counts, size_t n)
{
	uint8_t *narrow = p->cells;
	uint16_t *middle = p->cells;
	uint32_t *wide = p->cells;
	size_t i;

	switch (p->width) {
	case 1:
		add_bits(narrow, 1, counts, n);
		break;
	case 2:
		add_bits(narrow, 2, counts, n);
		break;
	case 4:
		add_bits(narrow, 4, counts, n);
		break;
	case 8:
		for (i = 0; i < n; i++)
			narrow[i] = (uint8_t)(narrow[i] + counts[i]);
		break;
	case 16:
		for (i = 0; i < n; i++)
			middle[i] = (uint16_t)(middle[i] + counts[i]);
		break;
	case 32:
		for (i = 0; i < n; i++)
			wide[i] += counts[i];
		break;
	}
}

static void
pane_add(struct pane *p, const struct delta_pane *d, const struct cell_layout *layout)
{
	size_t i, n = d->cells && p->width ? cell_layout_cells(layout) : 0;

	tally_add(&p->tally, &d->tally);
	for (i = 0; i < p->nlatency; i++) {
		uint16_t b = p->latency[i].bucket;

		if (b >= d->latency_from && b < d->latency_to)
			p->latency[i].count += d->latency[b];
	}
	add_cells(p, d->cells, n);
	for (i = 0; n && i < layout->nfeatures; i++) {
		struct moments sums = pane_moments(p, i);

		sums.sum += d->moments[i].sum;
		sums.sumsq += d->moments[i].sumsq;
		put_moments(p->moments, p->moment_bytes, i, sums);
	}
}

double
pane_latency_quantile(const struct pane *p, double p_frac)
{
	uint64_t rank, seen = 0;
	uint32_t i;

	if (!p->tally.latencies)
		return NAN;
	rank = (uint64_t)ceil(p_frac * (double)p->tally.latencies);
	if (rank < 1)
		rank = 1;
	for (i = 0; i < p->nlatency; i++) {
		seen += p->latency[i].count;
		if (seen >= rank)
			return latency_bucket_value(p->latency[i].bucket);
	}
	return NAN;
}

/* ---- rings ----------------------------------------------------------------------------------- */

int
ring_init(struct ring *r, int64_t pane_ms, int size, struct err *err)
{
	int i;

	memset(r, 0, sizeof(*r));
	r->pane_ms = pane_ms;
	r->size = size;
	r->newest = PANE_NEVER;
	for (i = 0; i < size; i++)
		r->panes[i].index = PANE_NEVER;
	return sums_init(&r->window, NULL, err);
}

void
ring_release(struct ring *r)
{
	int i;

	for (i = 0; i < r->size; i++)
		pane_release(&r->panes[i]);
	sums_release(&r->window);
}

int
ring_rebin(struct ring *r, const struct cell_layout *layout, struct err *err)
{
	int i;

	for (i = 0; i < r->size; i++) {
		pane_drop_cells(&r->panes[i]);
		r->panes[i].tally.rows = 0;
		r->panes[i].rows_before = 0;
		r->panes[i].tally.feature_rows = 0;
	}
	return sums_rebin(&r->window, layout, err);
}

static struct pane *
ring_slot(struct ring *r, int64_t index)
{
	int64_t at = index % r->size;

	return &r->panes[at < 0 ? at + r->size : at];
}

const struct pane *
ring_find(const struct ring *r, int64_t index)
{
	int64_t at = index % r->size;
	const struct pane *p = &r->panes[at < 0 ? at + r->size : at];

	return index != PANE_NEVER && p->index == index ? p : NULL;
}

static inline void
subtract_of(uint64_t *sums, const void *cells, unsigned width, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		sums[i] -= cell_at(cells, width, i);
}

static void
subtract_cells(uint64_t *sums, const struct pane *p, size_t n)
{
	switch (p->width) {
	case 1:
		subtract_of(sums, p->cells, 1, n);
		break;
	case 2:
		subtract_of(sums, p->cells, 2, n);
		break;
	case 4:
		subtract_of(sums, p->cells, 4, n);
		break;
	case 8:
		subtract_of(sums, p->cells, 8, n);
		break;
	case 16:
		subtract_of(sums, p->cells, 16, n);
		break;
	case 32:
		subtract_of(sums, p->cells, 32, n);
		break;
	}
}

static void
window_subtract(struct sums *s, const struct pane *p, const struct cell_layout *layout)
{
	size_t i, n = p->width && s->cells ? cell_layout_cells(layout) : 0;

	tally_sub(&s->tally, &p->tally);
	s->rows_before -= p->rows_before;
	for (i = 0; i < p->nlatency; i++)
		s->latency[p->latency[i].bucket] -= p->latency[i].count;
	subtract_cells(s->cells, p, n);
	for (i = 0; n && i < layout->nfeatures; i++) {
		struct moments sums = pane_moments(p, i);

		s->moments[i].sum -= sums.sum;
		s->moments[i].sumsq -= sums.sumsq;
	}
}

void
ring_advance(struct ring *r, int64_t newest, const struct cell_layout *layout)
{
	int64_t oldest;
	int i;

	if (r->newest != PANE_NEVER && newest <= r->newest)
		return;
	r->newest = newest;
	oldest = newest - r->size + 1;
	for (i = 0; i < r->size; i++) {
		struct pane *p = &r->panes[i];

		if (p->index == PANE_NEVER || p->index >= oldest)
			continue;
		window_subtract(&r->window, p, layout);
		pane_release(p);
	}
}

int
ring_prepare(struct ring *r, const struct delta_pane *d, unsigned share, const struct cell_layout *layout,
    struct err *err)
{
	int64_t index = pane_floor(d->index * PANE_MS, r->pane_ms);
	struct pane *p;
	int rc;

	ring_advance(r, index, layout);
	if (index <= r->newest - r->size)
		return 0;
	p = ring_slot(r, index);
	p->index = index;
	rc = pane_prepare_cells(p, d, share, layout, err);
	return rc ? rc : pane_prepare_latency(p, d, err);
}

void
ring_add(struct ring *r, const struct delta_pane *d, const struct cell_layout *layout)
{
	int64_t index = pane_floor(d->index * PANE_MS, r->pane_ms);

	if (index <= r->newest - r->size)
		return;
	pane_add(ring_slot(r, index), d, layout);
	sums_add(&r->window, d, layout);
}

/* ---- columns that begin anew ----------------------------------------------------------------- */

void
sums_restart(struct sums *s, const struct cell_layout *layout, const size_t *features, size_t n)
{
	size_t i, k;

	s->rows_before = s->tally.rows;
	for (i = 0; i < n && s->cells; i++) {
		for (k = layout->first[features[i]]; k < layout->first[features[i] + 1]; k++)
			s->cells[k] = 0;
		s->moments[features[i]] = (struct moments){0, 0};
	}
}

void
ring_restart(struct ring *r, const struct cell_layout *layout, const size_t *features, size_t n)
{
	size_t k, f;
	int i;

	for (i = 0; i < r->size; i++) {
		struct pane *p = &r->panes[i];

		p->rows_before = p->tally.rows;
		for (f = 0; f < n && p->width; f++) {
			for (k = layout->first[features[f]]; k < layout->first[features[f] + 1]; k++)
				put_cell(p->cells, p->width, k, 0);
			put_moments(p->moments, p->moment_bytes, features[f], (struct moments){0, 0});
		}
	}
	sums_restart(&r->window, layout, features, n);
}

void
ring_set_rows_before(struct ring *r, int64_t index, uint64_t rows)
{
	struct pane *p = ring_slot(r, index);

	p->rows_before = rows;
	r->window.rows_before += rows;
}
