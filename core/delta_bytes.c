#include "core/delta_bytes.h"

#include <math.h>

#include "core/counts_bytes.h"
#include "core/mem.h"
#include "core/store_impl.h"

/* Of what is sparse the steps from one place to the next lie apart from the counts there. */
enum section { WHAT, CELLS, HISTS, HIST_COUNTS, LATENCIES, LATENCY_COUNTS, SUMS, SECTIONS };

enum model_flag {
	HAS_LAYOUT = 1,
	HAS_SCORE = 2,
	HAS_QUALITY = 4,
	HAS_REACH = 8,
	HAS_TIMES = 16,
	HAS_FASTEST = 32,
	HAS_SLOWEST = 64,
};

enum feature_flag {
	HAS_HIST = 1,
	HAS_MIN = 2,
	HAS_MAX = 4,
	HAS_VALUES = 8,
	HAS_WRONG = 16,
	HAS_NEWS = 32,
	FEATURE_FLAGS = 63,
};

/* ---- writing --------------------------------------------------------------------------------- */

#define SECTION_BYTES 4096 /* that most of them have room in */

struct writer {
	const struct store *s;
	delta_masked_fn *masked;
	const void *ctx;
	struct bytes at[SECTIONS];
};

/* Places that are not empty, as steps and counts. */
static void
put_u32s(struct bytes *steps, struct bytes *counts, const uint32_t *v, size_t from, size_t n)
{
	size_t i, last = 0, used = 0;

	for (i = from; i < n; i++)
		used += v[i] != 0;
	bytes_put_uint(steps, used);
	for (i = from; i < n; i++) {
		if (!v[i])
			continue;
		bytes_put_uint(steps, i - last);
		bytes_put_uint(counts, v[i]);
		last = i;
	}
}

static void
put_pane(struct writer *w, const struct delta_model *m, const struct delta_pane *p, unsigned version)
{
	size_t cells = cell_layout_cells(m->layout), i;
	struct bytes *sums = &w->at[SUMS];

	bytes_put_int(&w->at[WHAT], m->front - p->index);
	bytes_put_uint(&w->at[WHAT], version);
	bytes_put_uint(&w->at[WHAT], p->sources);
	counts_put_tally(&w->at[WHAT], &p->tally);
	put_u32s(&w->at[LATENCIES], &w->at[LATENCY_COUNTS], p->latency, p->latency_from, p->latency_to);
	for (i = 0; i < cells; i++)
		bytes_put_uint(&w->at[CELLS], p->cells[i]);
	for (i = 0; m->layout && i < m->layout->nfeatures; i++) {
		bytes_put_int(sums, p->moments[i].sum);
		counts_put_wide(sums, p->moments[i].sumsq);
	}
}

static void
put_hist(struct bytes *steps, struct bytes *counts, const struct loghist *h)
{
	uint16_t buckets[LOGHIST_BUCKETS], last = 0;
	size_t used = loghist_list(h, buckets), i;

	bytes_put_uint(steps, used);
	for (i = 0; i < used; i++) {
		bytes_put_uint(steps, (uint64_t)(buckets[i] - last));
		bytes_put_uint(counts, loghist_count(h, buckets[i]));
		last = buckets[i];
	}
}

static void
put_news(struct bytes *to, const struct delta_feature *f)
{
	unsigned i;

	bytes_put_uint(to, f->nnew);
	for (i = 0; i < f->nnew; i++) {
		bytes_put_text(to, slice_make(f->news[i].text, f->news[i].n));
		bytes_put_uint(to, f->news[i].count);
	}
}

/* The column of the growing baseline, which has extremes of its own; NULL: none. */
static const struct growth_column *
growing(const struct model *m, const struct feature *f)
{
	return f->ref && f->binned < m->nwatches ? &m->growth.columns[f->binned] : NULL;
}

/* An extreme is written where it is that of the total or of what grows, which it may just have become. */
static void
put_feature(struct writer *w, const struct model *m, const struct delta_model *md, size_t fid)
{
	const struct delta_feature *f = &md->features[fid];
	const struct feature *total = &m->features[fid];
	const struct growth_column *g = growing(m, total);
	struct bytes *to = &w->at[WHAT];
	bool masked = w->masked && w->masked(w->ctx, w->s, m->index, fid);
	unsigned flags = (md->hists && f->hist.n ? HAS_HIST : 0) | (f->values ? HAS_VALUES : 0) |
			 (f->wrong_type ? HAS_WRONG : 0) | (f->nnew && !masked ? HAS_NEWS : 0);

	flags |= f->min <= f->max && (f->min == total->min || (g && f->min == g->min)) ? HAS_MIN : 0;
	flags |= f->min <= f->max && (f->max == total->max || (g && f->max == g->max)) ? HAS_MAX : 0;
	bytes_put_uint(to, flags);
	if (flags & HAS_HIST)
		put_hist(&w->at[HISTS], &w->at[HIST_COUNTS], &f->hist);
	if (flags & HAS_MIN)
		bytes_put_double(to, f->min);
	if (flags & HAS_MAX)
		bytes_put_double(to, f->max);
	if (flags & HAS_VALUES)
		bytes_put_uint(to, f->values);
	if (flags & HAS_WRONG)
		bytes_put_uint(to, f->wrong_type);
	if (flags & HAS_NEWS)
		put_news(to, f);
}

/* What times of versions are written as the distance from: rows counted behind a baseline come without a clock. */
static int64_t
time_base(const struct delta_model *m)
{
	return m->newest_ms == INT64_MIN ? 0 : m->newest_ms;
}

/* Those that are used; places: what each becomes. */
static void
put_versions(struct writer *w, const struct delta_model *m, unsigned *places)
{
	struct bytes *to = &w->at[WHAT];
	unsigned i, n = 0;

	for (i = 0; i < m->nversions; i++)
		n += m->versions[i].used;
	bytes_put_uint(to, n);
	for (i = 0, n = 0; i < m->nversions; i++) {
		const struct delta_version *v = &m->versions[i];

		if (!v->used)
			continue;
		places[i] = n++;
		bytes_put_text(to, v->name);
		bytes_put_int(to, v->first_ms == INT64_MAX ? INT64_MAX : time_base(m) - v->first_ms);
		bytes_put_int(to, v->last_ms == INT64_MIN ? INT64_MAX : time_base(m) - v->last_ms);
	}
}

static void
put_quality_sums(struct bytes *to, const struct quality *q)
{
	size_t i;

	bytes_put_uint(to, q->cells ? q->classes + 1 : 0);
	if (!q->cells)
		return;
	for (i = 0; i < QUALITY_COUNTS; i++)
		bytes_put_uint(to, q->counts[i]);
	counts_put_wide(to, q->error);
	counts_put_wide(to, q->abs_error);
	counts_put_u64s(to, q->cells, quality_cells(q->classes));
}

static void
put_quality(struct bytes *to, const struct quality_delta *q)
{
	size_t i, k;

	bytes_put_uint(to, q->nhours);
	for (i = 0; i < q->nhours; i++) {
		bytes_put_int(to, q->hours[i].hour);
		for (k = 0; k < COVER_COUNT; k++)
			bytes_put_uint(to, q->hours[i].cover[k]);
		put_quality_sums(to, &q->hours[i].sums);
	}
	bytes_put_uint(to, q->versions ? q->versions->known + 1 : 0);
	for (i = 0; q->versions && i < QUALITY_PARTS; i++) {
		const struct quality_part *p = quality_versions_part(q->versions, i);

		bytes_put_uint(to, p->touched);
		for (k = 0; p->touched && k < COVER_COUNT; k++)
			bytes_put_uint(to, p->cover[k]);
		if (p->touched)
			put_quality_sums(to, &p->sums);
	}
	put_quality_sums(to, &q->reference);
	for (k = 0; k < COVER_COUNT; k++)
		bytes_put_uint(to, q->reference_cover[k]);
	for (k = 0; k < LABELS_COUNT; k++)
		bytes_put_uint(to, q->told[k]);
	bytes_put_uint(to, q->events);
}

static unsigned
flags_of(const struct model *m, const struct delta_model *md)
{
	bool times = md->newest_ms != INT64_MIN, latency = md->latency_min <= md->latency_max;

	return (md->layout ? HAS_LAYOUT : 0) | (md->hists && md->score ? HAS_SCORE : 0) |
	       (md->quality.touched ? HAS_QUALITY : 0) | (md->reach != INT64_MIN ? HAS_REACH : 0) |
	       (times ? HAS_TIMES : 0) | (latency && md->latency_min == m->latency_min ? HAS_FASTEST : 0) |
	       (latency && md->latency_max == m->latency_max ? HAS_SLOWEST : 0);
}

static void
put_head(struct bytes *to, const struct delta_model *md, unsigned flags)
{
	bytes_put_uint(to, md->model);
	bytes_put_uint(to, flags);
	bytes_put_uint(to, md->late);
	bytes_put_int(to, md->longest_gap_ms);
	if (flags & HAS_TIMES) {
		bytes_put_int(to, md->newest_ms);
		bytes_put_int(to, md->newest_arrival_ms - md->newest_ms);
		bytes_put_int(to, md->newest_ms - md->first_ms);
	}
	if (flags & HAS_REACH) {
		bytes_put_int(to, md->reach);
		bytes_put_uint(to, md->reach_sources);
	}
	if (flags & HAS_FASTEST)
		bytes_put_double(to, md->latency_min);
	if (flags & HAS_SLOWEST)
		bytes_put_double(to, md->latency_max);
}

static void
put_model(struct writer *w, const struct delta_model *md)
{
	const struct model *m = store_model(w->s, md->model);
	unsigned places[LIMIT_VERSIONS] = {0}, flags = flags_of(m, md);
	struct bytes *to = &w->at[WHAT];
	size_t i;

	put_head(to, md, flags);
	put_versions(w, md, places);
	bytes_put_uint(to, md->npanes);
	if (md->npanes)
		bytes_put_int(to, md->front);
	for (i = 0; i < md->npanes; i++)
		put_pane(w, md, md->panes[i], places[md->panes[i]->version]);
	bytes_put_uint(to, md->nfeatures);
	for (i = 0; i < md->nfeatures; i++)
		put_feature(w, m, md, i);
	if (flags & HAS_SCORE)
		put_u32s(&w->at[HISTS], &w->at[HIST_COUNTS], md->score, 0, SCOREBINS);
	if (flags & HAS_QUALITY)
		put_quality(to, &md->quality);
}

void
delta_write(const struct delta *d, const struct store *s, delta_masked_fn *masked, const void *ctx, struct bytes *to)
{
	struct writer w = {.s = s, .masked = masked, .ctx = ctx};
	size_t i, n = 0;

	for (i = 0; i < SECTIONS; i++) {
		bytes_init(&w.at[i]);
		bytes_reserve(&w.at[i], SECTION_BYTES);
	}
	for (i = 0; i < d->nmodels; i++)
		n += d->models[i] && d->models[i]->touched;
	bytes_put_uint(&w.at[WHAT], d->events);
	bytes_put_uint(&w.at[WHAT], d->dropped);
	counts_put_u64s(&w.at[WHAT], d->reasons, REASON_COUNT);
	bytes_put_uint(&w.at[WHAT], n);
	for (i = 0; i < d->nmodels; i++)
		if (d->models[i] && d->models[i]->touched)
			put_model(&w, d->models[i]);
	for (i = 0; i < SECTIONS; i++) {
		bytes_put_text(to, slice_make(w.at[i].p, w.at[i].n));
		to->failed |= w.at[i].failed;
		bytes_release(&w.at[i]);
	}
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
	const struct store *s;
	struct delta *d;
	struct bytes_reader at[SECTIONS];
};

static bool
get_u32s(
    struct bytes_reader *r, struct bytes_reader *counts, uint32_t *v, size_t n, size_t *first, size_t *end)
{
	size_t used = bytes_get_count(r, n), at = 0, i;

	*first = n;
	*end = 0;
	for (i = 0; i < used; i++) {
		at += (size_t)bytes_get_uint(r, n);
		if (r->failed || at >= n) {
			r->failed = true;
			return false;
		}
		v[at] += (uint32_t)bytes_get_uint(counts, UINT32_MAX);
		*first = at < *first ? at : *first;
		*end = at + 1;
	}
	return !r->failed && !counts->failed;
}

static int
damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "a delta is not one");
}

static int
get_pane(struct reader *rd, struct delta_model *m, const struct slice *versions, unsigned nversions, int64_t front,
    struct err *err)
{
	struct bytes_reader *r = &rd->at[WHAT];
	int64_t index = front - bytes_get_int(r);
	unsigned version = (unsigned)bytes_get_uint(r, nversions ? nversions - 1 : 0);
	size_t cells = cell_layout_cells(m->layout), i, first, end, npanes = m->npanes;
	struct delta_pane *p;
	int rc;

	if (r->failed || !nversions)
		return damaged(err);
	rc = delta_pane(rd->d, m, versions[version], index, &p, err);
	if (rc)
		return rc == ERR_LIMIT ? damaged(err) : rc;
	if (m->npanes == npanes)
		return damaged(err); /* it was there */
	p->sources = bytes_get_uint(r, UINT64_MAX);
	counts_get_tally(r, &p->tally);
	if (get_u32s(&rd->at[LATENCIES], &rd->at[LATENCY_COUNTS], p->latency, LATENCY_BUCKETS, &first, &end)) {
		p->latency_from = (uint16_t)first;
		p->latency_to = (uint16_t)end;
	} else {
		p->latency_from = 0;
		p->latency_to = LATENCY_BUCKETS; /* cleared whole */
	}
	for (i = 0; i < cells; i++)
		p->cells[i] = (uint32_t)bytes_get_uint(&rd->at[CELLS], UINT32_MAX);
	for (i = 0; m->layout && i < m->layout->nfeatures; i++) {
		p->moments[i].sum = bytes_get_int(&rd->at[SUMS]);
		p->moments[i].sumsq = counts_get_wide(&rd->at[SUMS]);
	}
	return 0;
}

static int
get_hist(struct bytes_reader *r, struct bytes_reader *counts, struct loghist *h, struct err *err)
{
	size_t used = bytes_get_count(r, LOGHIST_BUCKETS), at = 0, i;
	int rc = 0;

	for (i = 0; i < used && !rc; i++) {
		at += (size_t)bytes_get_uint(r, LOGHIST_BUCKETS);
		if (r->failed || at >= LOGHIST_BUCKETS)
			return damaged(err);
		rc = loghist_put(h, (int)at, bytes_get_uint(counts, UINT64_MAX), err);
	}
	return rc;
}

static void
get_news(struct bytes_reader *r, struct delta_feature *f)
{
	size_t n = bytes_get_count(r, DELTA_NEW_VALUES), i;

	for (i = 0; i < n; i++) {
		struct slice text = bytes_get_text(r, LIMIT_NAME_BYTES);
		unsigned before = f->nnew;

		delta_new_value(f, text);
		if (f->nnew > before)
			f->news[before].count = (uint32_t)bytes_get_uint(r, UINT32_MAX);
		else
			(void)bytes_get_uint(r, UINT32_MAX);
	}
}

static int
get_feature(struct reader *rd, struct delta_feature *f, struct err *err)
{
	struct bytes_reader *r = &rd->at[WHAT];
	unsigned flags = (unsigned)bytes_get_uint(r, FEATURE_FLAGS);
	int rc = flags & HAS_HIST ? get_hist(&rd->at[HISTS], &rd->at[HIST_COUNTS], &f->hist, err) : 0;

	if (rc)
		return rc;
	if (flags & HAS_MIN)
		f->min = bytes_get_double(r);
	if (flags & HAS_MAX)
		f->max = bytes_get_double(r);
	/* The other one is that of the total, or inside. */
	if (flags & (HAS_MIN | HAS_MAX)) {
		f->min = flags & HAS_MIN ? f->min : f->max;
		f->max = flags & HAS_MAX ? f->max : f->min;
	}
	f->values = flags & HAS_VALUES ? (uint32_t)bytes_get_uint(r, UINT32_MAX) : 0;
	f->wrong_type = flags & HAS_WRONG ? (uint32_t)bytes_get_uint(r, UINT32_MAX) : 0;
	if (flags & HAS_NEWS)
		get_news(r, f);
	return 0;
}

static int
get_versions(
    struct reader *rd, struct slice *names, int64_t first_ms[], int64_t last_ms[], unsigned *n, struct err *err)
{
	struct bytes_reader *r = &rd->at[WHAT];
	unsigned i;

	*n = (unsigned)bytes_get_count(r, LIMIT_VERSIONS);
	for (i = 0; i < *n; i++) {
		names[i] = bytes_get_text(r, LIMIT_NAME_BYTES);
		first_ms[i] = bytes_get_int(r);
		last_ms[i] = bytes_get_int(r);
	}
	return r->failed ? damaged(err) : 0;
}

static void
set_versions(struct delta_model *m, const struct slice *names, const int64_t first_ms[], const int64_t last_ms[],
    unsigned n)
{
	unsigned i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < m->nversions; k++) {
			struct delta_version *v = &m->versions[k];

			if (!v->used || !slice_eq(v->name, names[i]))
				continue;
			v->first_ms = first_ms[i] == INT64_MAX ? INT64_MAX : time_base(m) - first_ms[i];
			v->last_ms = last_ms[i] == INT64_MAX ? INT64_MIN : time_base(m) - last_ms[i];
		}
	}
}

static int
get_quality_sums(struct bytes_reader *r, struct quality *q, struct err *err)
{
	unsigned classes = (unsigned)bytes_get_uint(r, LIMIT_CLASSES + 1);
	size_t i;
	int rc;

	if (r->failed || !classes)
		return r->failed ? damaged(err) : 0;
	rc = quality_fit(q, classes - 1, err);
	if (rc)
		return rc;
	if (q->classes != classes - 1)
		return damaged(err);
	for (i = 0; i < QUALITY_COUNTS; i++)
		q->counts[i] = bytes_get_uint(r, UINT64_MAX);
	q->error = counts_get_wide(r);
	q->abs_error = counts_get_wide(r);
	counts_get_u64s(r, q->cells, quality_cells(q->classes));
	return r->failed ? damaged(err) : 0;
}

static int
get_quality_versions(struct bytes_reader *r, struct quality_delta *q, struct err *err)
{
	unsigned known = (unsigned)bytes_get_uint(r, QUALITY_VERSIONS + 1);
	size_t i, k;
	int rc = known && !r->failed ? quality_delta_versions(q, known - 1, err) : 0;

	for (i = 0; known && i < QUALITY_PARTS && !rc; i++) {
		struct quality_part *p = quality_versions_part(q->versions, i);

		p->touched = bytes_get_bool(r);
		for (k = 0; p->touched && k < COVER_COUNT; k++)
			p->cover[k] = bytes_get_uint(r, UINT64_MAX);
		if (p->touched)
			rc = get_quality_sums(r, &p->sums, err);
	}
	return rc;
}

static int
get_quality(struct bytes_reader *r, struct quality_delta *q, struct err *err)
{
	size_t n = bytes_get_count(r, QUALITY_DELTA_HOURS), i, k;
	struct quality_hour *hour;
	int rc = 0;

	q->touched = true;
	for (i = 0; i < n && !rc; i++) {
		int64_t at = bytes_get_int(r);

		if (at > INT64_MAX / QUALITY_HOUR_MS || at < INT64_MIN / QUALITY_HOUR_MS)
			return damaged(err);
		rc = quality_delta_hour(q, at * QUALITY_HOUR_MS, &hour, err);
		for (k = 0; k < COVER_COUNT && !rc; k++)
			hour->cover[k] = bytes_get_uint(r, UINT64_MAX);
		if (!rc)
			rc = get_quality_sums(r, &hour->sums, err);
	}
	if (!rc)
		rc = get_quality_versions(r, q, err);
	if (!rc)
		rc = get_quality_sums(r, &q->reference, err);
	for (k = 0; k < COVER_COUNT; k++)
		q->reference_cover[k] = bytes_get_uint(r, UINT64_MAX);
	for (k = 0; k < LABELS_COUNT; k++)
		q->told[k] = bytes_get_uint(r, UINT64_MAX);
	q->events = bytes_get_uint(r, UINT64_MAX);
	return rc;
}

static void
get_head(struct bytes_reader *r, struct delta_model *md, unsigned flags)
{
	md->late = (uint32_t)bytes_get_uint(r, UINT32_MAX);
	md->longest_gap_ms = bytes_get_int(r);
	if (flags & HAS_TIMES) {
		md->newest_ms = bytes_get_int(r);
		md->newest_arrival_ms = md->newest_ms + bytes_get_int(r);
		md->first_ms = md->newest_ms - bytes_get_int(r);
	}
	if (flags & HAS_REACH) {
		md->reach = bytes_get_int(r);
		md->reach_sources = bytes_get_uint(r, UINT64_MAX);
	}
	if (flags & HAS_FASTEST)
		md->latency_min = md->latency_max = bytes_get_double(r);
	if (flags & HAS_SLOWEST) {
		md->latency_max = bytes_get_double(r);
		md->latency_min = flags & HAS_FASTEST ? md->latency_min : md->latency_max;
	}
}

static int
get_score(struct reader *rd, struct delta_model *md, struct err *err)
{
	size_t first, end;

	if (!md->score)
		md->score = mem_calloc(SCOREBINS, sizeof(*md->score));
	if (!md->score)
		return err_nomem(err);
	return get_u32s(&rd->at[HISTS], &rd->at[HIST_COUNTS], md->score, SCOREBINS, &first, &end) ? 0 : damaged(err);
}

static int
get_panes(struct reader *rd, struct delta_model *md, struct err *err)
{
	struct bytes_reader *r = &rd->at[WHAT];
	struct slice names[LIMIT_VERSIONS];
	int64_t first_ms[LIMIT_VERSIONS], last_ms[LIMIT_VERSIONS], front = 0;
	unsigned nversions;
	size_t n, i;
	int rc = get_versions(rd, names, first_ms, last_ms, &nversions, err);

	n = rc ? 0 : bytes_get_count(r, DELTA_PANES_MAX);
	if (n)
		front = bytes_get_int(r);
	for (i = 0; i < n && !rc; i++)
		rc = get_pane(rd, md, names, nversions, front, err);
	if (!rc)
		set_versions(md, names, first_ms, last_ms, nversions);
	return rc;
}

static int
get_model(struct reader *rd, struct err *err)
{
	struct bytes_reader *r = &rd->at[WHAT];
	size_t index = (size_t)bytes_get_uint(r, LIMIT_MODELS), n, i;
	unsigned flags = (unsigned)bytes_get_uint(r, 127);
	const struct model *m = store_model(rd->s, index);
	const struct cell_layout *layout;
	struct delta_model *md;
	int rc;

	if (r->failed || !m)
		return damaged(err);
	layout = m->baseline ? &m->baseline->layout : NULL;
	rc = delta_model(rd->d, (unsigned)index, &md, err);
	if (!rc && (md->touched || !(flags & HAS_LAYOUT) != !layout))
		rc = damaged(err);
	if (!rc)
		rc = store_delta_features(m, md, err);
	if (rc)
		return rc;
	if (md->layout != layout)
		store_delta_rebin(m, md);
	md->touched = true;
	get_head(r, md, flags);
	rc = get_panes(rd, md, err);
	n = rc ? 0 : bytes_get_count(r, md->nfeatures);
	for (i = 0; i < n && !rc; i++)
		rc = get_feature(rd, &md->features[i], err);
	if (!rc && (flags & HAS_SCORE))
		rc = get_score(rd, md, err);
	if (!rc && (flags & HAS_QUALITY))
		rc = get_quality(r, &md->quality, err);
	return rc;
}

int
delta_read(struct delta *d, const struct store *s, struct bytes_reader *r, struct err *err)
{
	struct reader rd = {.s = s, .d = d};
	size_t i, n;
	int rc = 0;

	for (i = 0; i < SECTIONS; i++)
		bytes_read(&rd.at[i], bytes_get_text(r, SIZE_MAX));
	d->events = bytes_get_uint(&rd.at[WHAT], UINT64_MAX);
	d->dropped = bytes_get_uint(&rd.at[WHAT], UINT64_MAX);
	counts_get_u64s(&rd.at[WHAT], d->reasons, REASON_COUNT);
	n = bytes_get_count(&rd.at[WHAT], LIMIT_MODELS);
	for (i = 0; i < n && !rc; i++)
		rc = get_model(&rd, err);
	for (i = 0; i < SECTIONS && !rc; i++)
		if (rd.at[i].failed || !bytes_at_end(&rd.at[i]))
			rc = damaged(err);
	return rc;
}
