/* The state of one model. */
#include <math.h>

#include "core/baseline_bytes.h"
#include "core/counts_bytes.h"
#include "core/mem.h"
#include "core/snapshot_impl.h"
#include "core/store_impl.h"
#include "core/watch_bytes.h"

int
snapshot_damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "a state is cut off or damaged");
}

bool
snapshot_is_masked(const struct snapshot_mask *mask, const struct store *s, size_t model, size_t fid)
{
	return mask && mask->masked && mask->masked(mask->ctx, s, model, fid);
}

int
snapshot_get_text(struct bytes_reader *r, size_t max, char **out, size_t *n, struct err *err)
{
	struct slice text = bytes_get_text(r, max);

	*n = text.n;
	*out = mem_dup(text.p, text.n);
	return *out ? 0 : err_nomem(err);
}

/* ---- the baseline ---------------------------------------------------------------------------- */

static size_t
fid_of(const struct model *m, const struct baseline_feature *f)
{
	size_t index;

	if (f->output)
		return slice_is(slice_of("score"), f->name) ? FID_SCORE : FID_PREDICTION;
	index = names_find(&m->inputs, slice_of(f->name));
	return index == NAMES_NONE ? SIZE_MAX : FID_INPUT + index;
}

/* The class of that name as it is written where classes may not be; empty: none. */
static struct slice
masked_class(const struct model *m, const char *name, char buf[BASELINE_MASKED_BYTES])
{
	size_t index = name ? names_find(&m->classes.names, slice_of(name)) : NAMES_NONE;

	return index == NAMES_NONE ? slice_of("") : baseline_masked_text(index, buf);
}

/* Of classes only the model's own are known; the quality that a file brought stays with its file. */
static void
put_reference(struct bytes *to, const struct model *m, bool masked)
{
	char buf[BASELINE_MASKED_BYTES];
	struct baseline copy = *m->baseline;

	if (masked) {
		struct slice positive = masked_class(m, copy.positive, buf);

		copy.positive = positive.n ? buf : NULL;
	}
	baseline_encode_reference(&copy, masked ? NULL : copy.quality, to);
}

static void
put_baseline(struct bytes *to, const struct store *s, const struct model *m, const struct snapshot_mask *mask)
{
	const struct baseline *b = m->baseline;
	bool *masked, any = false;
	size_t i;

	bytes_put_uint(to, b != NULL);
	if (!b)
		return;
	masked = mem_calloc(b->nfeatures + 1, sizeof(*masked));
	if (!masked) {
		to->failed = true;
		return;
	}
	for (i = 0; i < b->nfeatures; i++) {
		size_t fid = fid_of(m, &b->features[i]);

		masked[i] = fid != SIZE_MAX && snapshot_is_masked(mask, s, m->index, fid);
		any |= masked[i];
	}
	baseline_encode_binning(b, any ? masked : NULL, to);
	put_reference(to, m, snapshot_is_masked(mask, s, m->index, FID_PREDICTION));
	mem_free(masked);
}

/* The reference follows right behind the binning: one reader is at both. */
static int
get_baseline(struct bytes_reader *r, struct model *m, struct err *err)
{
	struct baseline *b = NULL;
	int rc;

	if (!bytes_get_bool(r))
		return 0;
	rc = baseline_decode(&b, r, r, err);
	if (!rc && !slice_is(m->name, b->model)) {
		baseline_free(b);
		return snapshot_damaged(err);
	}
	return rc ? rc : model_set_baseline(m, b, err); /* takes b */
}

/* ---- columns --------------------------------------------------------------------------------- */

static void
put_news(struct bytes *to, const struct feature *f, bool masked)
{
	size_t named = f->ref ? f->ref->values.k : 0;
	char buf[BASELINE_MASKED_BYTES];
	unsigned i;

	bytes_put_uint(to, f->nnew);
	for (i = 0; i < f->nnew; i++) {
		bytes_put_text(to, masked ? baseline_masked_text(named + i, buf)
					  : slice_make(f->news[i].text, f->news[i].n));
		bytes_put_uint(to, f->news[i].count);
	}
}

static void
put_feature(struct bytes *to, const struct feature *f, bool masked)
{
	baseline_encode_hist(&f->hist, to);
	bytes_put_double(to, f->min);
	bytes_put_double(to, f->max);
	bytes_put_uint(to, f->values);
	bytes_put_uint(to, f->wrong_type);
	put_news(to, f, masked);
	bytes_put_double(to, f->watch);
	bytes_put_double(to, f->drift);
	bytes_put_uint(to, f->state);
	bytes_put_uint(to, f->causes);
	bytes_put_uint(to, f->drift_causes);
	bytes_put_int(to, f->since_ms);
	bytes_put_uint(to, f->alerted);
}

static int
get_news(struct bytes_reader *r, struct feature *f, struct err *err)
{
	size_t n = bytes_get_count(r, LIMIT_NEW_VALUES), i;
	int rc = 0;

	if (!n)
		return 0;
	f->news = mem_calloc(LIMIT_NEW_VALUES, sizeof(*f->news));
	if (!f->news)
		return err_nomem(err);
	for (i = 0; i < n && !rc; i++) {
		rc = snapshot_get_text(r, LIMIT_NAME_BYTES, &f->news[i].text, &f->news[i].n, err);
		f->news[i].count = bytes_get_uint(r, UINT64_MAX);
		f->nnew += !rc;
	}
	return rc;
}

static double
get_level(struct bytes_reader *r)
{
	double v = bytes_get_double(r);

	r->failed |= !(v >= 0 && isfinite(v));
	return r->failed ? 0 : v;
}

/* All its bits of rules stay set: whoever has no alert is looked at once more. */
static int
get_feature(struct bytes_reader *r, struct feature *f, struct err *err)
{
	int rc = baseline_decode_hist(&f->hist, r, err);

	if (rc)
		return rc;
	f->min = bytes_get_double(r);
	f->max = bytes_get_double(r);
	r->failed |= isnan(f->min) || isnan(f->max);
	f->values = bytes_get_uint(r, UINT64_MAX);
	f->wrong_type = bytes_get_uint(r, UINT64_MAX);
	rc = get_news(r, f, err);
	if (rc)
		return rc;
	f->watch = get_level(r);
	f->drift = get_level(r);
	f->state = (enum drift_state)bytes_get_uint(r, DRIFT_COUNT - 1);
	f->causes = (unsigned)bytes_get_uint(r, (1 << DRIFT_CAUSES) - 1);
	f->drift_causes = (unsigned)bytes_get_uint(r, (1 << DRIFT_CAUSES) - 1);
	f->since_ms = counts_get_time(r, 1);
	f->alerted = bytes_get_bool(r);
	return 0;
}

static void
put_features(struct bytes *to, const struct store *s, const struct model *m, const struct snapshot_mask *mask)
{
	size_t fid;

	for (fid = 0; fid < m->nfeatures; fid++)
		put_feature(to, &m->features[fid], snapshot_is_masked(mask, s, m->index, fid));
	bytes_put_uint(to, m->score != NULL);
	if (m->score)
		counts_put_u64s(to, m->score, SCOREBINS);
}

static int
get_features(struct bytes_reader *r, struct model *m, struct err *err)
{
	size_t fid;
	int rc = 0;

	for (fid = 0; fid < m->nfeatures && !rc; fid++)
		rc = r->failed ? snapshot_damaged(err) : get_feature(r, &m->features[fid], err);
	if (rc || !bytes_get_bool(r))
		return rc;
	m->score = mem_calloc(SCOREBINS, sizeof(*m->score));
	if (!m->score)
		return err_nomem(err);
	counts_get_u64s(r, m->score, SCOREBINS);
	return 0;
}

/* ---- versions -------------------------------------------------------------------------------- */

static void
put_version(struct bytes *to, const struct version *v)
{
	size_t i;

	bytes_put_text(to, v->name);
	bytes_put_uint(to, v->events);
	bytes_put_uint(to, v->errors);
	bytes_put_int(to, v->first_ms);
	bytes_put_int(to, v->last_ms);
	bytes_put_int(to, v->ended_ms);
	counts_put_u64s(to, v->latency, LATENCY_BUCKETS);
	bytes_put_uint(to, v->recent);
	for (i = 0; i < VERSION_SLOTS; i++)
		bytes_put_uint(to, v->slots[i]);
	bytes_put_uint(to, v->marked_begin);
	bytes_put_uint(to, v->marked_end);
}

static int
get_version(struct bytes_reader *r, struct version *v, struct err *err)
{
	size_t n, i;
	int rc = snapshot_get_text(r, LIMIT_NAME_BYTES, &v->text, &n, err);

	v->latency = mem_calloc(LATENCY_BUCKETS, sizeof(*v->latency));
	if (rc || !v->latency)
		return err_nomem(err);
	v->name = slice_make(v->text, n);
	v->events = bytes_get_uint(r, UINT64_MAX);
	v->errors = bytes_get_uint(r, UINT64_MAX);
	v->first_ms = counts_get_time(r, 1);
	v->last_ms = counts_get_time(r, 1);
	v->ended_ms = counts_get_time(r, 1);
	counts_get_u64s(r, v->latency, LATENCY_BUCKETS);
	v->recent = bytes_get_uint(r, UINT64_MAX);
	for (i = 0; i < VERSION_SLOTS; i++)
		v->slots[i] = bytes_get_uint(r, UINT64_MAX);
	v->marked_begin = bytes_get_bool(r);
	v->marked_end = bytes_get_bool(r);
	return r->failed ? snapshot_damaged(err) : 0;
}

static void
put_versions(struct bytes *to, const struct model *m)
{
	unsigned i;

	bytes_put_uint(to, m->nversions);
	for (i = 0; i < m->nversions; i++)
		put_version(to, &m->versions[i]);
	bytes_put_uint(to, m->stable == VERSION_NONE ? 0 : m->stable + 1);
	bytes_put_uint(to, m->canary == VERSION_NONE ? 0 : m->canary + 1);
	bytes_put_int(to, m->version_slot);
	bytes_put_int(to, m->version_pane);
	bytes_put_uint(to, m->version_looks);
	snapshot_put_versus(to, m->versus);
}

static unsigned
get_role(struct bytes_reader *r, const struct model *m)
{
	unsigned place = (unsigned)bytes_get_uint(r, m->nversions);

	return place ? place - 1 : VERSION_NONE;
}

static int
get_versions(struct bytes_reader *r, struct model *m, struct err *err)
{
	size_t n = bytes_get_count(r, LIMIT_VERSIONS), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++)
		rc = get_version(r, &m->versions[m->nversions++], err);
	if (rc)
		return rc;
	m->stable = get_role(r, m);
	m->canary = get_role(r, m);
	m->version_slot = counts_get_time(r, EVALWIN_MS);
	m->version_pane = counts_get_time(r, PANE_MS);
	m->version_looks = bytes_get_uint(r, UINT64_MAX);
	return snapshot_get_versus(r, m, err);
}

/* ---- evidence -------------------------------------------------------------------------------- */

/* References of evidence are made again: written is only for which slot each of them is. */
static void
put_evaluation(struct bytes *to, const struct model *m)
{
	size_t i;

	snapshot_put_evalwin(to, &m->evalwin);
	watch_encode_all(m, to);
	for (i = 0; i < m->nwatches; i++)
		bytes_put_uint(to, m->watches[i].made ? m->watches[i].made_for : 0);
	bytes_put_int(to, m->prepared_slot);
	bytes_put_uint(to, m->prepared);
	store_outputs_encode(m, to);
	bytes_put_uint(to, m->unjudged);
}

static int
get_evaluation(struct bytes_reader *r, struct model *m, struct err *err)
{
	size_t i;
	int rc = snapshot_get_evalwin(r, &m->evalwin, err);

	if (!rc && !m->baseline && r->p < r->end && *r->p)
		rc = snapshot_damaged(err); /* evidence without anything it could be of */
	if (!rc)
		rc = watch_decode_all(m, r, err);
	for (i = 0; i < m->nwatches && !rc; i++) {
		unsigned made_for = (unsigned)bytes_get_uint(r, m->watches[i].made ? FROZEN_SLOTS : 0);

		rc = watch_refer(&m->watches[i], &m->baseline->features[i], made_for, err);
	}
	m->prepared_slot = counts_get_time(r, EVALWIN_MS);
	m->prepared = (size_t)bytes_get_uint(r, m->nwatches);
	if (!rc)
		rc = store_outputs_decode(m, r, err);
	m->unjudged = bytes_get_uint(r, UINT64_MAX);
	return rc;
}

/* ---- what the model was found to be ---------------------------------------------------------- */

static void
put_clocks(struct bytes *to, const struct model *m)
{
	bytes_put_double(to, m->latency_min);
	bytes_put_double(to, m->latency_max);
	bytes_put_uint(to, m->late);
	bytes_put_uint(to, m->dropped_features);
	bytes_put_int(to, m->first_ms);
	bytes_put_int(to, m->newest_ms);
	bytes_put_int(to, m->newest_arrival_ms);
	bytes_put_int(to, m->outputs_after_ms);
	bytes_put_int(to, m->longest_gap_ms);
	bytes_put_int(to, m->now_ms);
	bytes_put_uint(to, m->sources);
	bytes_put_uint(to, m->files_only);
	bytes_put_uint(to, m->learning);
	bytes_put_uint(to, m->waits || model_replaying(m));
	bytes_put_int(to, (int64_t)(model_rows(m) - m->total.tally.events));
	bytes_put_uint(to, m->revision);
}

static void
get_clocks(struct bytes_reader *r, struct model *m)
{
	m->latency_min = bytes_get_double(r);
	m->latency_max = bytes_get_double(r);
	m->late = bytes_get_uint(r, UINT64_MAX);
	m->dropped_features = bytes_get_uint(r, UINT64_MAX);
	m->first_ms = counts_get_time(r, 1);
	m->newest_ms = counts_get_time(r, 1);
	m->newest_arrival_ms = counts_get_time(r, 1);
	m->outputs_after_ms = counts_get_time(r, 1);
	m->longest_gap_ms = counts_get_time(r, 1);
	m->now_ms = counts_get_time(r, 1);
	m->sources = bytes_get_uint(r, UINT64_MAX);
	m->files_only = bytes_get_bool(r);
	m->learning = bytes_get_bool(r);
	m->waits = bytes_get_bool(r);
	m->rows_away = bytes_get_int(r);
	m->revision = bytes_get_uint(r, UINT64_MAX);
}

static bool
is_moment(int64_t ms)
{
	return ms >= -COUNTS_MS_MAX && ms <= COUNTS_MS_MAX;
}

/* Whose events have times has all of them, and no other one has any but the clock of who judges it. */
static bool
clocks_go(const struct model *m)
{
	if (m->longest_gap_ms < 0 || !is_moment(m->longest_gap_ms))
		return false;
	if (m->newest_ms == INT64_MIN)
		return m->now_ms == INT64_MIN;
	return is_moment(m->newest_ms) && is_moment(m->newest_arrival_ms) && is_moment(m->first_ms) &&
	       (m->now_ms == INT64_MIN || is_moment(m->now_ms));
}

/* What a model gives as its reason may quote a value of an input. */
static void
put_why(struct bytes *to, const struct store *s, const struct model *m, const struct snapshot_mask *mask)
{
	char why[sizeof(m->why)];
	bool any = false;
	size_t fid;

	memcpy(why, m->why, sizeof(why));
	for (fid = 0; fid < m->nfeatures && !any; fid++)
		any = snapshot_is_masked(mask, s, m->index, fid);
	if (any)
		snapshot_mask_sentence(why, sizeof(why));
	bytes_put_text(to, slice_of(why));
}

static void
put_judged(struct bytes *to, const struct store *s, const struct model *m, const struct snapshot_mask *mask)
{
	bytes_put_uint(to, m->severity);
	put_why(to, s, m, mask);
	bytes_put_uint(to, m->judged_events);
	bytes_put_uint(to, m->shown_events);
	bytes_put_int(to, m->judged_pane);
	bytes_put_uint(to, m->judged_baseline == m->baseline);
	bytes_put_uint(to, m->judged_silence);
	bytes_put_uint(to, m->judged_rules);
	bytes_put_uint(to, m->judged_replaying);
	bytes_put_uint(to, m->judged_rows);
	bytes_put_int(to, m->judged_columns_pane);
	bytes_put_uint(to, m->firing);
	bytes_put_uint(to, m->alerted);
	bytes_put_uint(to, m->drifting);
	bytes_put_uint(to, m->watching);
	bytes_put_uint(to, m->worst_fid == SIZE_MAX ? 0 : m->worst_fid + 1);
	bytes_put_double(to, m->worst_psi);
}

static void
get_judged(struct bytes_reader *r, struct model *m)
{
	struct slice why;
	size_t worst;

	m->severity = (enum severity)bytes_get_uint(r, SEVERITY_COUNT - 1);
	why = bytes_get_text(r, sizeof(m->why) - 1);
	if (why.n)
		memcpy(m->why, why.p, why.n);
	m->judged_events = bytes_get_uint(r, UINT64_MAX);
	m->shown_events = bytes_get_uint(r, UINT64_MAX);
	m->judged_pane = counts_get_time(r, PANE_MS);
	m->judged_baseline = bytes_get_bool(r) ? m->baseline : NULL;
	m->judged_silence = bytes_get_bool(r);
	m->judged_rules = bytes_get_bool(r);
	m->judged_replaying = bytes_get_bool(r);
	m->judged_otherwise = false;
	m->judged_rows = bytes_get_uint(r, UINT64_MAX);
	m->judged_columns_pane = counts_get_time(r, PANE_MS);
	m->firing = (size_t)bytes_get_uint(r, ALERT_MAX);
	m->alerted = (size_t)bytes_get_uint(r, m->nfeatures);
	m->drifting = (size_t)bytes_get_uint(r, m->nfeatures);
	m->watching = (size_t)bytes_get_uint(r, m->nfeatures);
	worst = (size_t)bytes_get_uint(r, m->nfeatures);
	m->worst_fid = worst ? worst - 1 : SIZE_MAX;
	m->worst_psi = bytes_get_double(r);
}

/* ---- a model --------------------------------------------------------------------------------- */

void
snapshot_write_model(const struct store *s, size_t model, const struct snapshot_mask *mask, struct bytes *to)
{
	const struct model *m = s->models[model];
	const struct cell_layout *layout = m->baseline ? &m->baseline->layout : NULL;
	size_t i;

	bytes_put_uint(to, SNAPSHOT_FORMAT);
	bytes_put_uint(to, m->index);
	bytes_put_text(to, m->name);
	bytes_put_uint(to, m->inputs.count);
	for (i = 0; i < m->inputs.count; i++)
		bytes_put_text(to, names_at(&m->inputs, i));
	put_baseline(to, s, m, mask);
	snapshot_put_sums(to, &m->total, layout);
	snapshot_put_rings(to, m->rings, RING_COUNT, layout);
	put_features(to, s, m, mask);
	put_versions(to, m);
	put_evaluation(to, m);
	snapshot_put_quality(to, m, snapshot_is_masked(mask, s, model, FID_PREDICTION));
	put_clocks(to, m);
	put_judged(to, s, m, mask);
}

static int
get_inputs(struct bytes_reader *r, struct model *m, struct err *err)
{
	size_t n = bytes_get_count(r, LIMIT_FEATURES), i, fid;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct slice name = bytes_get_text(r, LIMIT_NAME_BYTES);

		rc = r->failed ? snapshot_damaged(err) : model_input(m, name, &fid, err);
		if (!rc && fid != FID_INPUT + i)
			rc = snapshot_damaged(err); /* one of them twice */
	}
	return rc;
}

static int
get_model(struct bytes_reader *r, struct model *m, struct err *err)
{
	const struct cell_layout *layout;
	int rc = get_inputs(r, m, err);

	if (!rc)
		rc = get_baseline(r, m, err);
	layout = m->baseline ? &m->baseline->layout : NULL;
	if (!rc)
		rc = snapshot_get_sums(r, &m->total, layout, err);
	if (!rc)
		rc = snapshot_get_rings(r, m->rings, RING_COUNT, layout, err);
	if (!rc)
		rc = get_features(r, m, err);
	if (!rc)
		rc = get_versions(r, m, err);
	if (!rc)
		rc = get_evaluation(r, m, err);
	if (!rc)
		rc = snapshot_get_quality(r, m, err);
	if (rc)
		return rc;
	get_clocks(r, m);
	get_judged(r, m);
	m->moved = false;
	return r->failed || !clocks_go(m) ? snapshot_damaged(err) : 0;
}

/* ---- in the store ---------------------------------------------------------------------------- */

/* What the open delta has of it is of another binning now: it is empty, a store that replays ingests nothing. */
static void
take_place(struct store *s, struct model *m)
{
	struct model *old = s->models[m->index];
	struct labels labels = m->labels;

	s->learning += m->learning;
	s->learning -= old->learning;
	labels_release(&old->labels, &s->labels);
	store_quality_log_free(old->quality_log);
	labels_init(&m->labels, &s->labels, m->index);
	m->labels.waiting = labels.waiting;
	m->labels.early = labels.early;
	m->labels.halvings = labels.halvings;
	m->rows.utc_offset_ms = s->options.utc_offset_ms;
	s->models[m->index] = m;
	if (m->index < s->delta.nmodels && s->delta.models[m->index])
		store_delta_rebin(m, s->delta.models[m->index]);
	model_free(old);
	s->generation++;
}

static int
read_into(struct store *s, unsigned index, struct slice name, struct bytes_reader *r, struct err *err)
{
	struct model *m = NULL, *place;
	int rc = model_new(&m, index, name, err);

	if (!rc)
		rc = get_model(r, m, err);
	if (!rc)
		rc = index == s->nmodels ? store_model_get(s, name, &place, err) : 0;
	if (rc) {
		model_free(m);
		return rc;
	}
	take_place(s, m);
	return 0;
}

int
snapshot_read_model(struct store *s, struct bytes_reader *r, struct err *err)
{
	uint64_t format = bytes_get_uint(r, UINT64_MAX);
	size_t index = (size_t)bytes_get_uint(r, LIMIT_MODELS - 1), known;
	struct slice name = bytes_get_text(r, LIMIT_NAME_BYTES);

	if (!r->failed && format > SNAPSHOT_FORMAT)
		return err_set(err, ERR_UNSUPPORTED, "a newer drifttop wrote this state (format %llu)",
		    (unsigned long long)format);
	if (r->failed || format < 1 || index > s->nmodels)
		return snapshot_damaged(err);
	known = names_find(&s->model_names, name);
	if (known != (index == s->nmodels ? NAMES_NONE : index))
		return err_set(err, ERR_FORMAT, "a state is of another model than the one in its place");
	return read_into(s, (unsigned)index, name, r, err);
}
