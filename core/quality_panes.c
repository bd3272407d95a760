#include "core/quality_panes.h"

#include <math.h>
#include <string.h>

#include "core/mem.h"
#include "core/pane.h"

const char *const quality_span_names[SPAN_COUNT] = {"all", "24h", "baseline", "since"};

static void
cover_add(uint64_t *to, const uint64_t *from)
{
	int i;

	for (i = 0; i < COVER_COUNT; i++)
		to[i] += from[i];
}

/* ---- versions -------------------------------------------------------------------------------- */

struct quality_part *
quality_versions_part(struct quality_versions *v, size_t i)
{
	return i <= QUALITY_VERSIONS ? &v->all[i] : &v->since[i - QUALITY_VERSIONS - 1];
}

static void
part_clear(struct quality_part *q)
{
	if (!q->touched)
		return;
	memset(q->cover, 0, sizeof(q->cover));
	quality_clear(&q->sums);
	q->touched = false;
}

static void
versions_free(struct quality_versions *v)
{
	size_t i;

	for (i = 0; v && i < QUALITY_PARTS; i++)
		quality_release(&quality_versions_part(v, i)->sums);
	mem_free(v);
}

static void
since_begin(struct quality_versions *v, unsigned known)
{
	size_t i;

	for (i = 0; i < QUALITY_VERSIONS; i++)
		part_clear(&v->since[i]);
	v->known = known;
}

int
quality_delta_versions(struct quality_delta *d, unsigned known, struct err *err)
{
	if (!d->versions)
		d->versions = mem_calloc(1, sizeof(*d->versions));
	if (!d->versions)
		return err_nomem(err);
	since_begin(d->versions, known);
	d->touched = true;
	return 0;
}

/* ---- what a tick adds ------------------------------------------------------------------------ */

void
quality_delta_release(struct quality_delta *d)
{
	size_t i;

	for (i = 0; i < d->hours_made; i++)
		quality_release(&d->hours[i].sums);
	versions_free(d->versions);
	mem_free(d->hours);
	quality_release(&d->reference);
	memset(d, 0, sizeof(*d));
}

void
quality_delta_clear(struct quality_delta *d)
{
	size_t i;

	if (!d->touched)
		return;
	for (i = 0; i < d->nhours; i++) {
		memset(d->hours[i].cover, 0, sizeof(d->hours[i].cover));
		if (d->hours[i].sums.counts[QUALITY_LABELLED] || d->hours[i].sums.cells)
			quality_clear(&d->hours[i].sums);
	}
	d->nhours = d->last = 0;
	for (i = 0; d->versions && i < QUALITY_PARTS; i++)
		part_clear(quality_versions_part(d->versions, i));
	quality_clear(&d->reference);
	memset(d->reference_cover, 0, sizeof(d->reference_cover));
	memset(d->told, 0, sizeof(d->told));
	d->events = 0;
	d->touched = false;
}

int
quality_delta_hour(struct quality_delta *d, int64_t ts_ms, struct quality_hour **out, struct err *err)
{
	int64_t hour = pane_floor(ts_ms, QUALITY_HOUR_MS);
	size_t i;

	d->touched = true;
	if (d->last < d->nhours && d->hours[d->last].hour == hour) {
		*out = &d->hours[d->last];
		return 0;
	}
	if (!d->hours) {
		d->hours = mem_calloc(QUALITY_DELTA_HOURS, sizeof(*d->hours));
		if (!d->hours)
			return err_nomem(err);
	}
	for (i = 0; i < d->nhours && d->hours[i].hour != hour; i++)
		;
	if (i == QUALITY_DELTA_HOURS)
		return err_set(err, ERR_LIMIT, "too many open hours");
	if (i == d->nhours) {
		d->hours[i].hour = hour;
		d->nhours++;
		if (d->nhours > d->hours_made)
			d->hours_made = d->nhours;
	}
	d->last = i;
	*out = &d->hours[i];
	return 0;
}

/* ---- two of them ------------------------------------------------------------------------------ */

bool
quality_delta_joins(const struct quality_delta *to, const struct quality_delta *from)
{
	size_t hours = to->nhours, i, k;

	for (i = 0; i < from->nhours; i++) {
		for (k = 0; k < to->nhours && to->hours[k].hour != from->hours[i].hour; k++)
			;
		hours += k == to->nhours;
	}
	return hours <= QUALITY_DELTA_HOURS;
}

static int
join_sums(struct quality *to, const struct quality *from, struct err *err)
{
	int rc = from->cells ? quality_fit(to, from->classes, err) : 0;

	if (!rc && from->cells)
		quality_merge(to, from, 1);
	return rc;
}

static int
join_versions(struct quality_delta *to, struct quality_versions *from, struct err *err)
{
	size_t i;
	int rc = 0;

	if (!to->versions || to->versions->known != from->known)
		rc = quality_delta_versions(to, from->known, err);
	for (i = 0; i < QUALITY_PARTS && !rc; i++) {
		const struct quality_part *p = quality_versions_part(from, i);
		struct quality_part *sum = quality_versions_part(to->versions, i);

		if (!p->touched)
			continue;
		sum->touched = true;
		cover_add(sum->cover, p->cover);
		rc = join_sums(&sum->sums, &p->sums, err);
	}
	return rc;
}

int
quality_delta_join(struct quality_delta *to, const struct quality_delta *from, struct err *err)
{
	struct quality_hour *hour;
	size_t i;
	int rc = 0;

	to->touched = true;
	for (i = 0; i < from->nhours && !rc; i++) {
		rc = quality_delta_hour(to, from->hours[i].hour * QUALITY_HOUR_MS, &hour, err);
		if (rc)
			return rc;
		cover_add(hour->cover, from->hours[i].cover);
		rc = join_sums(&hour->sums, &from->hours[i].sums, err);
	}
	if (!rc)
		rc = join_sums(&to->reference, &from->reference, err);
	if (!rc && from->versions)
		rc = join_versions(to, from->versions, err);
	cover_add(to->reference_cover, from->reference_cover);
	for (i = 0; i < LABELS_COUNT; i++)
		to->told[i] += from->told[i];
	to->events += from->events;
	return rc;
}

/* ---- what is kept ---------------------------------------------------------------------------- */

int
quality_panes_new(struct quality_panes **out, struct err *err)
{
	struct quality_panes *p = mem_calloc(1, sizeof(*p));
	size_t i;

	if (!p)
		return err_nomem(err);
	p->newest = PANE_NEVER;
	for (i = 0; i < QUALITY_HOURS; i++)
		p->hours[i].hour = PANE_NEVER;
	*out = p;
	return 0;
}

void
quality_panes_free(struct quality_panes *p)
{
	size_t i;

	if (!p)
		return;
	for (i = 0; i < QUALITY_HOURS; i++)
		quality_release(&p->hours[i].sums);
	versions_free(p->versions);
	quality_release(&p->total);
	quality_release(&p->reference);
	mem_free(p);
}

static struct quality_hour *
slot(struct quality_panes *p, int64_t hour)
{
	int64_t at = hour % QUALITY_HOURS;

	return &p->hours[at < 0 ? at + QUALITY_HOURS : at];
}

static void
advance(struct quality_panes *p, int64_t newest)
{
	size_t i;

	if (p->newest != PANE_NEVER && newest <= p->newest)
		return;
	p->newest = newest;
	for (i = 0; i < QUALITY_HOURS; i++) {
		struct quality_hour *h = &p->hours[i];

		if (h->hour == PANE_NEVER)
			continue;
		if (h->hour <= newest - QUALITY_DAY)
			quality_release(&h->sums);
		if (h->hour <= newest - QUALITY_HOURS) {
			memset(h->cover, 0, sizeof(h->cover));
			h->hour = PANE_NEVER;
		}
	}
}

static bool
has_pairs(const struct quality_hour *h)
{
	return h->sums.cells != NULL;
}

static int
fit(struct quality *q, const struct quality *from, struct err *err)
{
	return from->cells ? quality_fit(q, from->classes, err) : 0;
}

static int
versions_prepare(struct quality_panes *p, struct quality_versions *from, struct err *err)
{
	size_t i;
	int rc = 0;

	if (!p->versions)
		p->versions = mem_calloc(1, sizeof(*p->versions));
	if (!p->versions)
		return err_nomem(err);
	for (i = 0; i < QUALITY_PARTS && !rc; i++)
		if (quality_versions_part(from, i)->touched)
			rc = fit(&quality_versions_part(p->versions, i)->sums,
			    &quality_versions_part(from, i)->sums, err);
	return rc;
}

int
quality_panes_prepare(struct quality_panes *p, const struct quality_delta *d, struct err *err)
{
	size_t i;
	int rc = fit(&p->reference, &d->reference, err);

	for (i = 0; i < d->nhours; i++)
		advance(p, d->hours[i].hour);
	for (i = 0; i < d->nhours && !rc; i++) {
		const struct quality_hour *from = &d->hours[i];

		if (!has_pairs(from))
			continue;
		rc = quality_fit(&p->total, from->sums.classes, err);
		if (!rc && from->hour > p->newest - QUALITY_DAY)
			rc = quality_fit(&slot(p, from->hour)->sums, from->sums.classes, err);
	}
	return rc || !d->versions ? rc : versions_prepare(p, d->versions, err);
}

static void
versions_add(struct quality_versions *to, struct quality_versions *from)
{
	size_t i;

	if (from->known != to->known)
		since_begin(to, from->known);
	for (i = 0; i < QUALITY_PARTS; i++) {
		if (!quality_versions_part(from, i)->touched)
			continue;
		quality_versions_part(to, i)->touched = true;
		cover_add(quality_versions_part(to, i)->cover, quality_versions_part(from, i)->cover);
		quality_merge(&quality_versions_part(to, i)->sums, &quality_versions_part(from, i)->sums, 1);
	}
}

void
quality_panes_add(struct quality_panes *p, const struct quality_delta *d)
{
	size_t i;

	for (i = 0; i < d->nhours; i++) {
		const struct quality_hour *from = &d->hours[i];
		struct quality_hour *to;

		cover_add(p->cover, from->cover);
		if (has_pairs(from))
			quality_merge(&p->total, &from->sums, 1);
		if (from->hour <= p->newest - QUALITY_HOURS)
			continue;
		to = slot(p, from->hour);
		to->hour = from->hour;
		cover_add(to->cover, from->cover);
		if (has_pairs(from) && from->hour > p->newest - QUALITY_DAY)
			quality_merge(&to->sums, &from->sums, 1);
	}
	if (d->versions)
		versions_add(p->versions, d->versions);
	if (d->reference.cells)
		quality_merge(&p->reference, &d->reference, 1);
	cover_add(p->reference_cover, d->reference_cover);
	for (i = 0; i < LABELS_COUNT; i++)
		p->told[i] += d->told[i];
	p->events += d->events;
}

/* ---- spans ----------------------------------------------------------------------------------- */

static int
add(struct quality *to, const struct quality *from, int sign, struct err *err)
{
	int rc = fit(to, from, err);

	if (!rc)
		quality_merge(to, from, sign);
	return rc;
}

int
quality_panes_sum(const struct quality_panes *p, enum quality_span span, int64_t now_ms, struct quality *sums,
    uint64_t cover[COVER_COUNT], struct err *err)
{
	int64_t hour = now_ms == INT64_MIN ? p->newest : pane_floor(now_ms, QUALITY_HOUR_MS);
	size_t i;
	int rc = 0;

	memset(cover, 0, COVER_COUNT * sizeof(*cover));
	if (span == SPAN_BASELINE) {
		cover_add(cover, p->reference_cover);
		return add(sums, &p->reference, 1, err);
	}
	if (span == SPAN_ALL || span == SPAN_SINCE) {
		cover_add(cover, p->cover);
		rc = add(sums, &p->total, 1, err);
		for (i = 0; span == SPAN_SINCE && i < COVER_COUNT; i++)
			cover[i] -= p->reference_cover[i];
		return rc || span == SPAN_ALL ? rc : add(sums, &p->reference, -1, err);
	}
	for (i = 0; i < QUALITY_HOURS && !rc; i++) {
		const struct quality_hour *h = &p->hours[i];

		if (h->hour == PANE_NEVER || h->hour <= hour - QUALITY_DAY)
			continue;
		cover_add(cover, h->cover);
		rc = add(sums, &h->sums, 1, err);
	}
	return rc;
}

const struct quality_hour *
quality_panes_hour(const struct quality_panes *p, int64_t hour)
{
	size_t i;

	for (i = 0; i < QUALITY_HOURS && hour > p->newest - QUALITY_DAY; i++)
		if (p->hours[i].hour == hour && p->hours[i].hour != PANE_NEVER)
			return &p->hours[i];
	return NULL;
}

static int
part_add(const struct quality_part *from, int sign, struct quality *sums, uint64_t *cover, struct err *err)
{
	int i;

	for (i = 0; i < COVER_COUNT; i++)
		cover[i] += (sign < 0 ? UINT64_MAX : 1) * from->cover[i];
	return add(sums, &from->sums, sign, err);
}

int
quality_panes_version(const struct quality_panes *p, unsigned version, unsigned known, bool since,
    struct quality *sums, uint64_t cover[COVER_COUNT], struct err *err)
{
	const struct quality_versions *v = p->versions;
	size_t i;
	int rc = 0;

	memset(cover, 0, COVER_COUNT * sizeof(*cover));
	if (since)
		return v && v->known == known ? part_add(&v->since[version], 1, sums, cover, err) : 0;
	if (version)
		return v ? part_add(&v->all[version], 1, sums, cover, err) : 0;
	cover_add(cover, p->cover);
	rc = add(sums, &p->total, 1, err);
	for (i = 1; v && i <= QUALITY_VERSIONS && !rc; i++)
		rc = part_add(&v->all[i], -1, sums, cover, err);
	return rc;
}

double
quality_panes_coverage(const struct quality_panes *p, int64_t now_ms, int age_hours, uint64_t *predicted)
{
	int64_t last = pane_floor(now_ms, QUALITY_HOUR_MS) - age_hours - 1;
	uint64_t labelled = 0;
	size_t i;

	*predicted = 0;
	for (i = 0; now_ms != INT64_MIN && i < QUALITY_HOURS; i++) {
		const struct quality_hour *h = &p->hours[i];

		if (h->hour == PANE_NEVER || h->hour > last)
			continue;
		*predicted += h->cover[COVER_PREDICTED];
		labelled += h->cover[age_hours == 1 ? COVER_1H : COVER_24H];
	}
	return *predicted ? (double)labelled / (double)*predicted : NAN;
}
