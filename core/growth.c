/*
 * Counts are kept by the 48 hours of weekdays and weekends from the first window on, because which
 * layout of slots a column will get is not known before it has got it; sums over them are made where
 * they are needed.
 */
#include "core/growth.h"

#include <assert.h>
#include <string.h>

#include "core/fetch.h"
#include "core/latency.h"
#include "core/mem.h"

#define DAY_MS	    INT64_C(86400000)
#define HOUR_MS	    INT64_C(3600000)
#define THURSDAY    4 /* the first of January 1970, from Sunday on */

struct growth_when
growth_when(int64_t slot, int64_t utc_offset_ms)
{
	/* A window's time is a multiple of five minutes far inside what 64 bits hold, or the slot is none. */
	int64_t ms = slot * EVALWIN_MS + utc_offset_ms;
	struct growth_when w = {slot, pane_floor(ms, DAY_MS), pane_floor(ms, HOUR_MS), 0};
	int64_t weekday = ((w.day + THURSDAY) % 7 + 7) % 7;

	w.slot = (unsigned)(w.hour - w.day * FROZEN_HOURS);
	if (weekday == 0 || weekday == 6)
		w.slot += FROZEN_HOURS;
	return w;
}

/* ---- life of a column ------------------------------------------------------------------------ */

static void
column_empty(struct growth_column *g)
{
	g->last_day = GROWTH_NEVER;
	g->min = 1;
}

int
growth_column_init(struct growth_column *g, size_t nbins, size_t ncells, struct err *err)
{
	memset(g, 0, sizeof(*g));
	g->nbins = nbins;
	g->ncells = ncells;
	column_empty(g);
	g->counts = mem_calloc(nbins + 1, sizeof(*g->counts));
	g->cells = mem_calloc(ncells + 1, sizeof(*g->cells));
	if (g->counts && g->cells)
		return 0;
	growth_column_release(g);
	return err_nomem(err);
}

static void
drop_dispersion(struct growth_column *g, int layout)
{
	if (!g->dispersion[layout])
		return;
	dispersion_release(g->dispersion[layout]);
	mem_free(g->dispersion[layout]);
	g->dispersion[layout] = NULL;
}

void
growth_column_release(struct growth_column *g)
{
	int i;

	for (i = 0; i < GROWTH_LAYOUTS; i++)
		drop_dispersion(g, i);
	mem_free(g->counts);
	mem_free(g->cells);
	packed_release(&g->slots);
	memset(g, 0, sizeof(*g));
}

void
growth_column_end(struct growth_column *g)
{
	size_t nbins = g->nbins, ncells = g->ncells;
	enum growth_stage stage = g->stage;

	growth_column_release(g);
	g->nbins = nbins;
	g->ncells = ncells;
	g->stage = stage;
	g->ended = true;
	column_empty(g);
}

/* ---- windows --------------------------------------------------------------------------------- */

static int
need_dispersion(struct growth_column *g, int layout, const struct growth_when *when, struct err *err)
{
	struct dispersion *d;
	int rc;

	if (g->dispersion[layout])
		return 0;
	d = mem_calloc(1, sizeof(*d));
	if (!d)
		return err_nomem(err);
	rc = dispersion_init(d, g->nbins, layout > 0, err);
	if (rc) {
		mem_free(d);
		return rc;
	}
	if (g->days) { /* there are days that blocks can be held against */
		d->begun = true;
		d->first_day = g->last_day < when->day ? g->last_day : when->day - 1;
		d->day = when->day;
		d->hour = when->hour;
	}
	g->dispersion[layout] = d;
	return 0;
}

/*
 * Over-dispersion is learned from the second day on: blocks of the first have nothing to be held against, and most who
 * look at a stream do so for less than a day. That about slots is learned from the day on which the hours can still be
 * full in time: they have come to what 24 times 5,000 values in 14 days need. That about the week follows when there
 * are hours, and takes the place of the others, which nobody needs any more.
 */
static bool
wants_dispersion(const struct growth_column *g, int layout, const struct growth_when *when)
{
	if (!g->days || (g->days == 1 && when->day <= g->last_day))
		return false;
	if (g->ahead)
		return layout == 0 || g->nbins;
	switch (layout) {
	case 0:
		return g->stage < GROWTH_HOURLY;
	case 1:
		return g->nbins && g->stage < GROWTH_HOURLY && g->days > 1 &&
		       g->values / (g->days - 1) >= FROZEN_HOURS * GROWTH_HOUR_VALUES / GROWTH_DAYS;
	default:
		return g->nbins && g->stage == GROWTH_HOURLY;
	}
}

int
growth_slot_room(struct growth_column *g, unsigned slot, const uint64_t *counts, struct err *err)
{
	size_t place = g->place[slot] ? g->place[slot] : g->nplaces + 1u;
	int rc = packed_room(&g->slots, place * g->nbins, (place - 1) * g->nbins, counts, g->nbins, err);

	if (rc || g->place[slot])
		return rc;
	g->place[slot] = (uint8_t)place;
	g->nplaces++;
	return 0;
}

static int
need_memory(struct growth_column *g, const struct growth_window *w, struct err *err)
{
	int i, rc = 0;

	if (g->nbins)
		rc = growth_slot_room(g, w->when.slot, w->sample.counts, err);
	for (i = 0; i < GROWTH_LAYOUTS && !rc; i++)
		if (wants_dispersion(g, i, &w->when))
			rc = need_dispersion(g, i, &w->when, err);
	return rc;
}

static void
slot_counts(const struct growth_column *g, unsigned slot, uint64_t *out)
{
	memset(out, 0, g->nbins * sizeof(*out));
	if (g->place[slot])
		packed_get(&g->slots, (g->place[slot] - 1u) * g->nbins, out, g->nbins);
}

/* What the baseline of that layout has for a window in that slot: in buf, or its own. */
static const uint64_t *
counts_before(const struct growth_column *g, int layout, unsigned slot, uint64_t *buf)
{
	uint64_t other[EVIDENCE_BINS_MAX];
	size_t i;

	if (!layout)
		return g->counts;
	slot_counts(g, slot, buf);
	if (layout == 2)
		return buf;
	slot_counts(g, (slot + FROZEN_HOURS) % FROZEN_SLOTS, other);
	for (i = 0; i < g->nbins; i++)
		buf[i] += other[i];
	return buf;
}

static void
add_dispersion(struct growth_column *g, const struct growth_window *w, const double *positions)
{
	struct evidence_spec before[GROWTH_LAYOUTS];
	uint64_t buf[GROWTH_LAYOUTS][EVIDENCE_BINS_MAX];
	struct dispersion *d[GROWTH_LAYOUTS];
	const struct growth_when *when = &w->when;
	int i, n = 0;

	for (i = 0; i < GROWTH_LAYOUTS; i++) {
		if (!g->dispersion[i])
			continue;
		d[n] = g->dispersion[i];
		before[n] = (struct evidence_spec){.positions = positions, .nbins = g->nbins, .seasonal = i > 0};
		before[n].counts = counts_before(g, i, when->slot, buf[i]);
		memcpy(before[n].rate, g->rate, sizeof(before[n].rate));
		n++;
	}
	for (i = 0; i + 1 < n; i += 2)
		dispersion_window_two(d + i, before + i, &w->sample, when->day, when->hour);
	if (i < n)
		dispersion_window(d[i], &before[i], &w->sample, when->day, when->hour);
}

static void
add_days(struct growth_column *g, const struct growth_when *when)
{
	uint32_t hour = UINT32_C(1) << when->slot % FROZEN_HOURS;

	if (when->day > g->last_day) {
		g->last_day = when->day;
		g->days++;
		g->hours = 0;
	}
	if (when->day == g->last_day && !(g->hours & hour) && g->slot_days[when->slot] < UINT16_MAX) {
		g->hours |= hour;
		g->slot_days[when->slot]++;
	}
}

int
growth_column_window(
    struct growth_column *g, const struct growth_window *w, const double *positions, struct err *err)
{
	size_t i;
	int rc;

	assert(g->nbins <= EVIDENCE_BINS_MAX && w->when.slot < FROZEN_SLOTS);
	if (g->ended || !w->rows)
		return 0;
	rc = need_memory(g, w, err);
	if (rc)
		return rc;
	add_dispersion(g, w, positions);
	g->rows += w->rows;
	for (i = 0; i < EVIDENCE_RATES; i++) {
		g->rate[i].hits += w->sample.rate[i].hits;
		g->rate[i].rows += w->sample.rate[i].rows;
	}
	if (!w->values)
		return 0;
	add_days(g, &w->when);
	g->values += w->values;
	if (!g->nbins)
		return 0;
	for (i = 0; i < g->nbins; i++)
		g->counts[i] += w->sample.counts[i];
	packed_add(&g->slots, (g->place[w->when.slot] - 1u) * g->nbins, w->sample.counts, g->nbins);
	return 0;
}

void
growth_column_fetch(const struct growth_column *g, unsigned slot)
{
	size_t width = g->slots.width;
	int i;

	fetch(g->counts, g->nbins * sizeof(*g->counts));
	fetch(g->cells, g->ncells * sizeof(*g->cells));
	if (g->place[slot] && width)
		fetch((const char *)g->slots.counts + (g->place[slot] - 1u) * g->nbins * width, g->nbins * width);
	for (i = 0; i < GROWTH_LAYOUTS; i++)
		dispersion_fetch_head(g->dispersion[i]);
}

void
growth_column_fetch_more(const struct growth_column *g)
{
	int i;

	for (i = 0; i < GROWTH_LAYOUTS; i++)
		if (g->dispersion[i])
			dispersion_fetch(g->dispersion[i]);
}

void
growth_column_finish(struct growth_column *g, const double *positions)
{
	struct evidence_spec before = {.positions = positions, .nbins = g->nbins, .counts = g->counts};
	int i;

	memcpy(before.rate, g->rate, sizeof(before.rate));
	for (i = 0; i < GROWTH_LAYOUTS; i++) {
		if (!g->dispersion[i])
			continue;
		before.seasonal = i > 0;
		dispersion_end_day(g->dispersion[i], &before);
	}
}

/* ---- freezing -------------------------------------------------------------------------------- */

static uint64_t
slot_values(const struct growth_column *g, unsigned slot)
{
	uint64_t counts[EVIDENCE_BINS_MAX], sum = 0;
	size_t i;

	slot_counts(g, slot, counts);
	for (i = 0; i < g->nbins; i++)
		sum += counts[i];
	return sum;
}

static bool
is_enough_alone(const struct growth_column *g, unsigned slot)
{
	return g->slot_days[slot] >= GROWTH_WEEKEND_DAYS && slot_values(g, slot) >= GROWTH_HOUR_VALUES;
}

enum growth_stage
growth_column_ready(const struct growth_column *g)
{
	unsigned h;

	if (g->ended || g->days < GROWTH_DAYS || g->values < GROWTH_VALUES)
		return GROWTH_GROWING;
	/* Days first: they are at hand, and adding up the values of all hours takes as long as a window does. */
	for (h = 0; h < FROZEN_HOURS; h++)
		if (!g->nbins || g->slot_days[h] + g->slot_days[h + FROZEN_HOURS] < GROWTH_DAYS)
			return GROWTH_PLAIN;
	/* An hour that was full stays full. */
	for (h = 0; h < FROZEN_HOURS && g->stage < GROWTH_HOURLY; h++)
		if (slot_values(g, h) + slot_values(g, h + FROZEN_HOURS) < GROWTH_HOUR_VALUES)
			return GROWTH_PLAIN;
	/* What is known about the hours has to do until that about the week is known as well. */
	if (!g->dispersion[2] || g->dispersion[2]->sums[DISPERSION_LENGTHS - 1].blocks < DISPERSION_MIN)
		return GROWTH_HOURLY;
	/* A model that is asked at weekends alone has nothing to hold a Monday against. */
	for (h = 0; h < FROZEN_SLOTS; h++)
		if (!is_enough_alone(g, h))
			return GROWTH_HOURLY;
	return GROWTH_WEEKLY;
}

static int
layout_of(enum growth_stage stage)
{
	return stage == GROWTH_WEEKLY ? 2 : stage == GROWTH_HOURLY ? 1 : 0;
}

void
growth_column_phi(const struct growth_column *g, enum growth_stage stage, struct evidence_phi *out)
{
	int i = layout_of(stage);

	while (i > 0 && !g->dispersion[i]) /* a coarser layout sees more variation, not less */
		i--;
	*out = evidence_phi_none;
	if (g->dispersion[i])
		dispersion_estimate(g->dispersion[i], out);
}

int
growth_column_freeze(
    const struct growth_column *g, enum growth_stage stage, struct frozen **out, struct err *err)
{
	static const unsigned nslots[] = {0, 0, FROZEN_HOURS, FROZEN_SLOTS};
	struct frozen *f;
	uint64_t counts[EVIDENCE_BINS_MAX];
	unsigned i;
	int rc = frozen_new(&f, g->nbins, nslots[stage], err);

	if (rc)
		return rc;
	f->days = g->days;
	f->rows = g->rows;
	f->values = g->values;
	memcpy(f->rate, g->rate, sizeof(f->rate));
	memcpy(f->counts, g->counts, g->nbins * sizeof(*f->counts));
	growth_column_phi(g, stage, &f->phi);
	for (i = 0; i < f->nslots && !rc; i++) {
		counts_before(g, layout_of(stage), i, counts);
		rc = packed_room(&f->slots, f->nslots * f->nbins, i * f->nbins, counts, f->nbins, err);
		if (!rc)
			packed_add(&f->slots, i * f->nbins, counts, f->nbins);
	}
	if (rc) {
		frozen_free(f);
		return rc;
	}
	*out = f;
	return 0;
}

void
growth_column_stage(struct growth_column *g, enum growth_stage stage)
{
	g->stage = stage;
	if (stage >= GROWTH_HOURLY) {
		drop_dispersion(g, 0);
		drop_dispersion(g, 1);
	}
	if (stage == GROWTH_WEEKLY)
		growth_column_end(g);
}

/* ---- a model --------------------------------------------------------------------------------- */

int
growth_init(struct growth *g, size_t ncolumns, struct err *err)
{
	memset(g, 0, sizeof(*g));
	g->last_day = g->first = g->newest = GROWTH_NEVER;
	g->open = true;
	g->latency = mem_calloc(LATENCY_BUCKETS, sizeof(*g->latency));
	g->columns = mem_calloc(ncolumns + 1, sizeof(*g->columns));
	if (!g->latency || !g->columns) {
		growth_release(g);
		return err_nomem(err);
	}
	g->ncolumns = ncolumns;
	return 0;
}

void
growth_release(struct growth *g)
{
	size_t i;

	for (i = 0; i < g->ncolumns; i++)
		growth_column_release(&g->columns[i]);
	mem_free(g->columns);
	mem_free(g->latency);
	memset(g, 0, sizeof(*g));
}

static void
add_traffic(struct growth *g, const struct evalwin_sums *w, unsigned slot)
{
	struct growth_traffic *t = &g->traffic[slot];
	size_t i;

	t->events += w->tally.events;
	t->slots += (uint64_t)(w->last - w->first) + 1;
	g->events += w->tally.events;
	g->errors += w->tally.errors;
	g->client_errors += w->tally.client_errors;
	g->latencies += w->tally.latencies;
	g->latency_ns += w->tally.latency_ns;
	for (i = 0; i < LATENCY_BUCKETS; i++)
		g->latency[i] += w->latency[i];
}

bool
growth_window(struct growth *g, const struct evalwin_sums *w, struct growth_when when)
{
	if (g->newest != GROWTH_NEVER && w->last <= g->newest)
		return false;
	if (g->first == GROWTH_NEVER)
		g->first = w->first;
	g->newest = w->last;
	g->windows++;
	if (g->days >= GROWTH_MODEL_DAYS && when.day > g->last_day)
		return true;
	if (when.day > g->last_day) {
		g->last_day = when.day;
		g->days++;
	}
	g->rows += w->tally.rows;
	if (w->gap * PANE_MS > g->longest_gap_ms)
		g->longest_gap_ms = w->gap * PANE_MS;
	/* Rows that were counted behind a baseline come without their events, which had been counted before. */
	if (w->tally.events >= w->tally.rows)
		add_traffic(g, w, when.slot);
	return true;
}
