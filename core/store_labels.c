/*
 * From an event to what is known of its id, and from there to the open delta. Part of the hot path: an event without a
 * label is one look-up by its id.
 */
#include "core/mem.h"
#include "core/store_impl.h"

/* Of what is counted while a baseline of the model's own is still to be cut. */
struct quality_log {
	int64_t *predicted; /* event time, twice; plus one where it is taken back */
	struct logged_pair {
		struct label_pair pair;
		int sign;
	} * pairs;
	size_t npredicted, predicted_cap, npairs, pairs_cap;
};

void
store_quality_log_free(struct quality_log *log)
{
	if (!log)
		return;
	mem_free(log->predicted);
	mem_free(log->pairs);
	mem_free(log);
}

static int
log_tell(struct model *m, enum labels_what what, const struct label_pair *pair, int sign, struct err *err)
{
	struct quality_log *log = m->quality_log;

	if (!log) {
		log = m->quality_log = mem_calloc(1, sizeof(*log));
		if (!log)
			return err_nomem(err);
	}
	if (what == LABELS_PREDICTED) {
		int64_t *grown =
		    mem_grow(log->predicted, &log->predicted_cap, log->npredicted + 1, sizeof(*grown));

		if (!grown)
			return err_nomem(err);
		log->predicted = grown;
		grown[log->npredicted++] = pair->ts_ms * 2 + (sign < 0);
	} else {
		struct logged_pair *grown =
		    mem_grow(log->pairs, &log->pairs_cap, log->npairs + 1, sizeof(*grown));

		if (!grown)
			return err_nomem(err);
		log->pairs = grown;
		grown[log->npairs++] = (struct logged_pair){*pair, sign};
	}
	return 0;
}

/* Whether a prediction of that time is one of the baseline's rows. */
static bool
in_reference(const struct model *m, int64_t ts_ms)
{
	return m->baseline && m->baseline->kind == BASELINE_LEARNED && ts_ms >= m->baseline->from_ms &&
	       ts_ms <= m->baseline->to_ms;
}

static unsigned
class_count(const struct model *m)
{
	return (unsigned)m->classes.names.count;
}

/* The prediction's hour in the open delta, merging first where too many are touched. */
static int
open_hour(struct store *s, struct delta_model *md, int64_t ts_ms, struct quality_hour **out, struct err *err)
{
	int rc = quality_delta_hour(&md->quality, ts_ms, out, err);

	if (rc != ERR_LIMIT)
		return rc;
	rc = store_flush(s, err);
	return rc ? rc : quality_delta_hour(&md->quality, ts_ms, out, err);
}

static int
count_pair(const struct model *m, struct quality *to, const struct label_pair *pair, int sign, struct err *err)
{
	int rc = quality_fit(to, class_count(m), err);

	if (!rc)
		quality_add(to, pair, sign);
	return rc;
}

/* What a part of the sums has of it. */
static int
count_part(const struct model *m, struct quality_part *to, enum labels_what what, const struct label_pair *pair,
    int sign, struct err *err)
{
	to->touched = true;
	if (what == LABELS_PREDICTED) {
		to->cover[COVER_PREDICTED] += sign < 0 ? UINT64_MAX : 1;
		return 0;
	}
	quality_cover_add(to->cover, pair, sign);
	return count_pair(m, &to->sums, pair, sign, err);
}

/*
 * How many versions were known when the prediction came is kept with it: so what is taken back later is taken from what
 * it was added to, also where that has begun anew meanwhile.
 */
static int
count_version(const struct model *m, struct quality_versions *to, enum labels_what what, const struct label_pair *pair,
    int sign, struct err *err)
{
	int rc = 0;

	if (!to)
		return 0;
	if (pair->version)
		rc = count_part(m, &to->all[pair->version], what, pair, sign, err);
	if (!rc && pair->version < QUALITY_VERSIONS && pair->known == to->known && pair->ts_ms >= m->label_versions_ms)
		rc = count_part(m, &to->since[pair->version], what, pair, sign, err);
	return rc;
}

int
store_labels_tell(
    void *ctx, unsigned model, enum labels_what what, const struct label_pair *pair, int sign, struct err *err)
{
	struct store *s = ctx;
	struct model *m = s->models[model];
	struct quality_hour *hour;
	struct delta_model *md;
	bool reference;
	int rc = delta_model(&s->delta, model, &md, err);

	if (rc)
		return rc;
	md->touched = md->quality.touched = true;
	if (what != LABELS_PREDICTED && what != LABELS_MATCHED) {
		md->quality.told[what] += sign < 0 ? UINT64_MAX : 1;
		return 0;
	}
	rc = open_hour(s, md, pair->ts_ms, &hour, err);
	if (!rc && m->learning)
		rc = log_tell(m, what, pair, sign, err);
	if (rc)
		return rc;
	md->touched = md->quality.touched = true; /* again, where it has been merged */
	rc = count_version(m, md->quality.versions, what, pair, sign, err);
	if (rc)
		return rc;
	reference = in_reference(m, pair->ts_ms);
	if (what == LABELS_PREDICTED) {
		hour->cover[COVER_PREDICTED] += sign < 0 ? UINT64_MAX : 1;
		md->quality.reference_cover[COVER_PREDICTED] += !reference ? 0 : sign < 0 ? UINT64_MAX : 1;
		return 0;
	}
	rc = count_pair(m, &hour->sums, pair, sign, err);
	if (rc)
		return rc;
	quality_cover_add(hour->cover, pair, sign);
	if (!reference)
		return 0;
	quality_cover_add(md->quality.reference_cover, pair, sign);
	return count_pair(m, &md->quality.reference, pair, sign, err);
}

/* ---- another baseline ------------------------------------------------------------------------ */

int
store_quality_recount(struct store *s, struct model *m, struct err *err)
{
	const struct quality_log *log = m->quality_log;
	struct delta_model *md;
	size_t i;
	int rc = delta_model(&s->delta, m->index, &md, err);

	if (rc)
		return rc;
	if (m->quality) {
		quality_clear(&m->quality->reference);
		memset(m->quality->reference_cover, 0, sizeof(m->quality->reference_cover));
	}
	if (m->baseline && m->baseline->quality) {
		const struct quality_book *b = m->baseline->quality;

		md->touched = md->quality.touched = true;
		for (i = 0; i < COVER_COUNT; i++)
			md->quality.reference_cover[i] += b->cover[i];
		return quality_book_give(b, &m->classes, &md->quality.reference, err);
	}
	for (i = 0; log && i < log->npredicted; i++) {
		uint64_t by = log->predicted[i] & 1 ? UINT64_MAX : 1;

		if (in_reference(m, pane_floor(log->predicted[i], 2)))
			md->quality.reference_cover[COVER_PREDICTED] += by;
	}
	for (i = 0; log && i < log->npairs && !rc; i++) {
		const struct logged_pair *p = &log->pairs[i];

		if (!in_reference(m, p->pair.ts_ms))
			continue;
		quality_cover_add(md->quality.reference_cover, &p->pair, p->sign);
		rc = count_pair(m, &md->quality.reference, &p->pair, p->sign, err);
	}
	if (log)
		md->touched = md->quality.touched = true;
	return rc;
}

/* ---- one event ------------------------------------------------------------------------------- */

/*
 * A version's first prediction. What all are compared over begins with the first pane that can have all its rows, so
 * that the order inside a pane does not matter.
 */
static int
version_begins(struct store *s, struct model *m, const struct event *ev, struct err *err)
{
	unsigned known = (unsigned)m->label_versions.count + 1;
	struct delta_model *md;
	size_t index;
	int rc = known > 1 ? delta_model(&s->delta, m->index, &md, err) : 0;

	if (!rc && known > 1)
		rc = quality_delta_versions(&md->quality, known, err);
	if (!rc)
		rc = names_add(&m->label_versions, ev->version, &index, err);
	if (rc)
		return rc;
	m->label_versions_ms = (pane_floor(ev->ts_ms, PANE_MS) + 1) * PANE_MS;
	if (known > 1)
		md->touched = true;
	return 0;
}

static int
number_version(struct store *s, struct model *m, const struct event *ev, struct label_pair *pair, struct err *err)
{
	const struct names *names = &m->label_versions;
	size_t at = m->label_version;
	int rc = 0;

	if (at >= names->count || !slice_eq(names_at(names, at), ev->version)) {
		at = names_find(names, ev->version);
		if (at == NAMES_NONE && names->count < QUALITY_VERSIONS) {
			at = names->count;
			rc = version_begins(s, m, ev, err);
		}
		if (at == NAMES_NONE)
			at = QUALITY_VERSIONS;
		m->label_version = (unsigned)at;
	}
	pair->version = (uint8_t)at;
	pair->known = (uint8_t)names->count;
	return rc;
}

int
store_label(struct store *s, struct model *m, const struct event *ev, struct err *err)
{
	struct label_event l;
	int rc;

	if (!label_event_of(&l, &m->classes, ev))
		return 0;
	if (l.labelled)
		s->labels.limit = s->label_bytes;
	rc = l.predicted ? number_version(s, m, ev, &l.pair, err) : 0;
	if (!rc)
		rc = labels_add(&m->labels, &s->labels, &l, err);
	if (rc != ERR_LIMIT)
		return rc;
	s->delta.dropped++; /* not one more would fit: the limit is set lower than is of any use */
	return 0;
}

int
store_label_alone(struct store *s, struct model *m, const struct event *ev, struct err *err)
{
	struct delta_model *md;
	int rc = store_label(s, m, ev, err);

	if (!rc)
		rc = delta_model(&s->delta, m->index, &md, err);
	if (rc)
		return rc;
	md->touched = md->quality.touched = true;
	md->quality.events++;
	return 0;
}
