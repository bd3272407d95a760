/* How right a model was: sums by hours, names of classes, and what rules saw of it last. */
#include "core/baseline_bytes.h"
#include "core/counts_bytes.h"
#include "core/mem.h"
#include "core/snapshot_impl.h"

static void
put_counts(struct bytes *to, const uint64_t *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		bytes_put_uint(to, v[i]);
}

static void
get_counts(struct bytes_reader *r, uint64_t *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = bytes_get_uint(r, UINT64_MAX);
}

/* ---- classes --------------------------------------------------------------------------------- */

static void
put_classes(struct bytes *to, const struct classes *c, bool masked)
{
	char buf[BASELINE_MASKED_BYTES];
	size_t i;

	bytes_put_uint(to, c->names.count);
	for (i = 0; i < c->names.count; i++)
		bytes_put_text(to, masked ? baseline_masked_text(i, buf) : names_at(&c->names, i));
}

/* ---- versions -------------------------------------------------------------------------------- */

static void
put_part(struct bytes *to, const struct quality_part *q)
{
	bytes_put_uint(to, q->touched);
	put_counts(to, q->cover, COVER_COUNT);
	counts_put_quality(to, &q->sums);
}

static int
get_part(struct bytes_reader *r, struct quality_part *q, struct err *err)
{
	q->touched = bytes_get_bool(r);
	get_counts(r, q->cover, COVER_COUNT);
	return counts_get_quality(r, &q->sums, err);
}

static void
put_parts(struct bytes *to, const struct quality_versions *v)
{
	size_t i;

	bytes_put_uint(to, v ? v->known + 1 : 0);
	for (i = 0; v && i <= QUALITY_VERSIONS; i++)
		put_part(to, &v->all[i]);
	for (i = 0; v && i < QUALITY_VERSIONS; i++)
		put_part(to, &v->since[i]);
}

static int
get_parts(struct bytes_reader *r, struct quality_versions **out, struct err *err)
{
	unsigned known = (unsigned)bytes_get_uint(r, QUALITY_VERSIONS + 1);
	struct quality_versions *v;
	size_t i;
	int rc = 0;

	if (!known)
		return 0;
	v = *out = mem_calloc(1, sizeof(*v));
	if (!v)
		return err_nomem(err);
	v->known = known - 1;
	for (i = 0; i <= QUALITY_VERSIONS && !rc; i++)
		rc = get_part(r, &v->all[i], err);
	for (i = 0; i < QUALITY_VERSIONS && !rc; i++)
		rc = get_part(r, &v->since[i], err);
	return rc;
}

static void
put_names(struct bytes *to, const struct names *n)
{
	size_t i;

	bytes_put_uint(to, n->count);
	for (i = 0; i < n->count; i++)
		bytes_put_text(to, names_at(n, i));
}

/* Each of them once. */
static int
get_names(struct bytes_reader *r, struct names *names, size_t most, struct err *err)
{
	size_t n = bytes_get_count(r, most), i, at;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct slice name = bytes_get_text(r, SIZE_MAX);

		rc = r->failed ? snapshot_damaged(err) : names_add(names, name, &at, err);
		if (!rc && at != i)
			rc = snapshot_damaged(err);
	}
	return rc;
}

/* ---- panes ----------------------------------------------------------------------------------- */

static void
put_panes(struct bytes *to, const struct quality_panes *p)
{
	size_t n = 0, i;

	bytes_put_uint(to, p != NULL);
	if (!p)
		return;
	counts_put_quality(to, &p->total);
	counts_put_quality(to, &p->reference);
	put_counts(to, p->cover, COVER_COUNT);
	put_counts(to, p->reference_cover, COVER_COUNT);
	put_counts(to, p->told, LABELS_COUNT);
	put_parts(to, p->versions);
	bytes_put_uint(to, p->events);
	bytes_put_int(to, p->newest);
	for (i = 0; i < QUALITY_HOURS; i++)
		n += p->hours[i].hour != PANE_NEVER;
	bytes_put_uint(to, n);
	for (i = 0; i < QUALITY_HOURS; i++) {
		const struct quality_hour *h = &p->hours[i];

		if (h->hour == PANE_NEVER)
			continue;
		bytes_put_int(to, h->hour);
		put_counts(to, h->cover, COVER_COUNT);
		counts_put_quality(to, &h->sums);
	}
}

static int
get_hour(struct bytes_reader *r, struct quality_panes *p, struct err *err)
{
	int64_t hour = counts_get_time(r, QUALITY_HOUR_MS), at = hour % QUALITY_HOURS;
	struct quality_hour *h = &p->hours[at < 0 ? at + QUALITY_HOURS : at];

	if (r->failed || hour > p->newest || hour <= p->newest - QUALITY_HOURS || h->hour != PANE_NEVER)
		return snapshot_damaged(err);
	h->hour = hour;
	get_counts(r, h->cover, COVER_COUNT);
	return counts_get_quality(r, &h->sums, err);
}

static int
get_panes(struct bytes_reader *r, struct quality_panes **out, struct err *err)
{
	struct quality_panes *p;
	size_t n, i;
	int rc;

	if (!bytes_get_bool(r))
		return 0;
	rc = quality_panes_new(out, err);
	if (rc)
		return rc;
	p = *out;
	rc = counts_get_quality(r, &p->total, err);
	if (!rc)
		rc = counts_get_quality(r, &p->reference, err);
	get_counts(r, p->cover, COVER_COUNT);
	get_counts(r, p->reference_cover, COVER_COUNT);
	get_counts(r, p->told, LABELS_COUNT);
	if (!rc)
		rc = get_parts(r, &p->versions, err);
	p->events = bytes_get_uint(r, UINT64_MAX);
	p->newest = counts_get_time(r, QUALITY_HOUR_MS);
	n = bytes_get_count(r, QUALITY_HOURS);
	r->failed |= n && (p->newest < -COUNTS_MS_MAX || p->newest > COUNTS_MS_MAX);
	for (i = 0; i < n && !rc; i++)
		rc = get_hour(r, p, err);
	return rc;
}

/* ---- what rules saw -------------------------------------------------------------------------- */

static void
put_look(struct bytes *to, const struct quality_look *l)
{
	const struct quality_change *c = &l->brief.change;

	bytes_put_uint(to, l->labelled);
	if (!l->labelled)
		return;
	bytes_put_int(to, l->slot);
	bytes_put_uint(to, c->state);
	bytes_put_uint(to, c->metric);
	bytes_put_uint(to, c->span);
	bytes_put_double(to, c->is);
	bytes_put_double(to, c->was);
	bytes_put_double(to, c->se);
	bytes_put_uint(to, c->n);
	bytes_put_uint(to, c->m);
	bytes_put_uint(to, c->severity);
	bytes_put_text(to, slice_of(c->sentence));
	bytes_put_double(to, l->brief.labelled);
	bytes_put_double(to, l->brief.accuracy);
	bytes_put_double(to, l->brief.auc);
	bytes_put_double(to, l->brief.mae);
	bytes_put_double(to, l->brief.coverage_frac);
}

static void
get_look(struct bytes_reader *r, struct quality_look *l)
{
	struct quality_change *c = &l->brief.change;
	struct slice sentence;

	l->labelled = bytes_get_uint(r, UINT64_MAX);
	if (!l->labelled)
		return;
	l->slot = counts_get_time(r, PANE_MS);
	c->state = (enum drift_state)bytes_get_uint(r, DRIFT_COUNT - 1);
	c->metric = (enum quality_metric)bytes_get_uint(r, QUALITY_METRICS - 1);
	c->span = (enum quality_span)bytes_get_uint(r, SPAN_COUNT - 1);
	c->is = bytes_get_double(r);
	c->was = bytes_get_double(r);
	c->se = bytes_get_double(r);
	c->n = bytes_get_uint(r, UINT64_MAX);
	c->m = bytes_get_uint(r, UINT64_MAX);
	c->severity = (enum severity)bytes_get_uint(r, SEVERITY_COUNT - 1);
	sentence = bytes_get_text(r, sizeof(c->sentence) - 1);
	if (sentence.n)
		memcpy(c->sentence, sentence.p, sentence.n);
	l->brief.labelled = bytes_get_double(r);
	l->brief.accuracy = bytes_get_double(r);
	l->brief.auc = bytes_get_double(r);
	l->brief.mae = bytes_get_double(r);
	l->brief.coverage_frac = bytes_get_double(r);
}

/* ---- a model --------------------------------------------------------------------------------- */

/* Of labels that wait only how many there are. */
void
snapshot_put_quality(struct bytes *to, const struct model *m, bool masked)
{
	put_classes(to, &m->classes, masked);
	put_names(to, &m->label_versions);
	bytes_put_int(to, m->label_versions_ms);
	put_panes(to, m->quality);
	put_look(to, &m->quality_look);
	bytes_put_uint(to, m->labels.waiting);
	bytes_put_uint(to, m->labels.early);
	bytes_put_uint(to, m->labels.halvings);
}

int
snapshot_get_quality(struct bytes_reader *r, struct model *m, struct err *err)
{
	int rc = get_names(r, &m->classes.names, LIMIT_CLASSES, err);

	if (!rc)
		rc = get_names(r, &m->label_versions, QUALITY_VERSIONS, err);
	m->label_versions_ms = counts_get_time(r, 1);
	if (!rc)
		rc = get_panes(r, &m->quality, err);
	get_look(r, &m->quality_look);
	m->labels.waiting = (uint32_t)bytes_get_uint(r, UINT32_MAX);
	m->labels.early = (uint32_t)bytes_get_uint(r, UINT32_MAX);
	m->labels.halvings = (unsigned)bytes_get_uint(r, 63);
	return rc ? rc : r->failed ? snapshot_damaged(err) : 0;
}
