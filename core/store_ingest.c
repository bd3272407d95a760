/*
 * From an event to the open delta. The hot path of the program: constant time, and no allocation
 * once a model, its version and its features are known. A feature is looked for where it was in the
 * event before.
 */
#include <math.h>

#include "core/mem.h"
#include "core/store_impl.h"

/* Events later than this behind the newest one of their model are `late`. */
#define LATENESS_MS 60000
#define SAMPLE_BYTES 1024 /* of an event that was rejected */

int
store_open_pane(struct store *s, const struct model *m, struct delta_model *md, struct slice version,
    int64_t ts_ms, struct delta_pane **out, struct err *err)
{
	int64_t index = pane_floor(ts_ms, PANE_MS);
	int rc = ERR_LIMIT;

	/*
	 * Rules are judged before the first pane that is newer than all judged ones, in order of panes. What comes
	 * later for an older pane must not be there by then; so the newer one is merged first.
	 */
	if (index < md->front && md->front > m->judged_pane && !store_is_level(s, m)) {
		rc = store_flush(s, err);
		if (rc)
			return rc;
		rc = ERR_LIMIT;
	}
	*out = delta_pane_again(md, version, index);
	if (*out)
		return 0;
	if (!store_versions_turn(m, md, version, pane_floor(index, EVALWIN_PANES)))
		rc = delta_pane(&s->delta, md, version, index, out, err);
	if (rc != ERR_LIMIT)
		return rc;
	rc = store_flush(s, err);
	return rc ? rc : delta_pane(&s->delta, md, version, index, out, err);
}

int
store_open_row(struct store *s, const struct model *m, struct delta_model *md, struct slice version,
    uint64_t sources, int64_t ts_ms, struct delta_pane **out, struct err *err)
{
	int64_t reach = evalwin_reach(pane_floor(ts_ms, PANE_MS));
	bool told = md->reach >= reach && md->reach_sources == sources;
	int rc;

	if (!told && evalwin_rises(&m->evalwin, sources, reach)) {
		rc = store_flush(s, err);
		if (rc)
			return rc;
		md->reach = reach;
		md->reach_sources = sources;
	}
	return store_open_pane(s, m, md, version, ts_ms, out, err);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void
count_category(
    const struct feature *f, struct delta_feature *df, struct delta_pane *p, const struct value *v)
{
	const struct topvals *t = &f->ref->values;
	uint32_t *cells = p->cells + f->first;
	char buf[VALUE_KEY_BYTES];
	struct slice key = value_key(v, buf);
	uint8_t *guess;
	unsigned cell;

	if (v->kind == VALUE_NUMBER && !v->text.p)
		key = rows_key(v, buf);
	guess = &df->guesses[slice_mark(key) % DELTA_GUESSES];
	cell = topvals_find_hint(t, key, *guess);
	if (cell < t->k) {
		cells[cell]++;
		*guess = (uint8_t)cell;
		return;
	}
	cells[cell == TOPVALS_OTHER ? t->k : t->k + 1]++;
	if (cell == TOPVALS_UNSEEN) {
		cells[f->nbins + EXTRA_UNSEEN]++;
		delta_new_value(df, key);
	}
}

/* Whatever is no number of a numeric feature. Returns the oddity that the value is, as a bit, or 0. */
static uint32_t
count_other(
    const struct feature *f, struct delta_feature *df, struct delta_pane *p, const struct value *v)
{
	if (!f->ref) {
		df->values += v->kind != VALUE_MISSING && v->kind != VALUE_NOT_SCALAR;
		return 0;
	}
	if (v->kind == VALUE_NONFINITE) {
		p->cells[f->first + f->nbins + EXTRA_NONFINITE]++;
		return 0;
	}
	if (v->kind == VALUE_MISSING || v->kind == VALUE_NOT_SCALAR)
		return 0;
	if (f->bins) {
		df->wrong_type++;
		return EVENT_ODD(REASON_TYPE_CHANGED);
	}
	if (f->ref->type == FEATURE_NUMERIC) {
		/* The baseline never had a value: all there is to count is that there is one now. */
		p->cells[f->first]++;
		return 0;
	}
	count_category(f, df, p, v);
	return 0;
}

/* What is no number, or the first that its feature holds back. Returns the value's oddity, as count_other. */
static uint32_t
count_seldom(
    const struct model *m, struct delta_model *md, struct delta_lane *lane, uint32_t fid, const struct value *v)
{
	const struct feature *f = &m->features[fid];

	if (v->kind != VALUE_NUMBER || !f->bins)
		return count_other(f, &md->features[fid], lane->pane, v);
	lane->holding[lane->nholding++] = fid;
	lane->held[fid].x[0] = v->num;
	lane->nheld[fid] = 2;
	return 0;
}

/* A number is held back, to be counted with others of its feature. */
static inline uint32_t
count_value(const struct model *m, struct delta_model *md, struct delta_lane *lane, uint32_t fid,
    const struct value *v)
{
	size_t n = lane->nheld[fid];

	if (v->kind != VALUE_NUMBER || n - 1 >= DELTA_HELD)
		return count_seldom(m, md, lane, fid, v);
	lane->held[fid].x[n - 1] = v->num;
	lane->nheld[fid] = (uint16_t)(n + 1);
	if (n == DELTA_HELD)
		store_numbers_full(m, md, lane, fid);
	return 0;
}

/* All values of a row. fids: of its features, 0 where one is beyond the limit. */
static uint32_t
count_values(const struct model *m, struct delta_model *md, struct delta_lane *lane, const uint32_t *fids,
    const struct event *ev)
{
	const struct event_feature *f = ev->features;
	size_t i, n = ev->nfeatures;
	uint32_t odd = 0;

	for (i = 0; i < n; i++)
		if (fids[i])
			odd |= count_value(m, md, lane, fids[i], &f[i].value);
	odd |= count_value(m, md, lane, FID_PREDICTION, &ev->prediction);
	return odd | count_value(m, md, lane, FID_SCORE, &ev->score);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Room for the guess at the i-th feature; there is none yet. */
static int
order_room(struct model *m, size_t i, struct err *err)
{
	size_t old = m->order_cap;
	struct model_guess *guesses = mem_grow(m->guesses, &m->guesses_cap, i + 1, sizeof(*guesses));
	uint32_t *order;

	if (!guesses)
		return err_nomem(err);
	m->guesses = guesses;
	order = mem_grow(m->order, &m->order_cap, i + 1, sizeof(*order));
	if (!order)
		return err_nomem(err);
	m->order = order;
	for (; old < m->order_cap; old++) {
		order[old] = 0;
		guesses[old].quick = GUESS_SLOWLY;
	}
	return 0;
}

/* Looks the name up and remembers it for this place. 0: beyond the limit of features. */
static int
feature_look_up(struct model *m, size_t i, struct slice name, struct err *err)
{
	struct model_guess *guess;
	size_t fid;
	int rc = i < m->order_cap ? 0 : order_room(m, i, err);

	if (rc)
		return rc;
	guess = &m->guesses[i];
	guess->quick = GUESS_SLOWLY;
	m->order[i] = 0;
	rc = model_input(m, name, &fid, err);
	if (rc == ERR_LIMIT) {
		m->dropped_features++;
		return 0;
	}
	if (rc)
		return rc;
	m->order[i] = (uint32_t)fid;
	guess->name = m->inputs.starts[fid - FID_INPUT];
	guess->bytes = (uint32_t)name.n;
	if (name.n >= sizeof(guess->head) && name.n <= sizeof(guess->head) + sizeof(guess->tail)) {
		guess->quick = guess->bytes;
		memcpy(&guess->head, name.p, sizeof(guess->head));
		memcpy(&guess->tail, name.p + name.n - sizeof(guess->tail), sizeof(guess->tail));
	}
	return 0;
}

static bool
guess_is_slowly(const struct model *m, size_t i, struct slice name)
{
	const struct model_guess *guess = &m->guesses[i];

	return m->order[i] && guess->quick == GUESS_SLOWLY &&
	       slice_eq_short(slice_make(m->inputs.bytes + guess->name, guess->bytes), name);
}

/* Whether it is the i-th feature of the event before. Most names have eight to sixteen bytes, which two words cover. */
static inline bool
guess_is(const struct model *m, const struct model_guess *guess, struct slice name)
{
	uint64_t head, tail;

	if (guess->quick != name.n)
		return guess_is_slowly(m, (size_t)(guess - m->guesses), name);
	memcpy(&head, name.p, sizeof(head));
	memcpy(&tail, name.p + name.n - sizeof(tail), sizeof(tail));
	return !((head ^ guess->head) | (tail ^ guess->tail));
}

static void
init_hist(const struct model *m, struct delta_model *md, size_t fid)
{
	loghist_init(
	    &md->features[fid].hist, m->features[fid].hist.center, m->features[fid].hist.scale);
}

int
store_delta_features(const struct model *m, struct delta_model *md, struct err *err)
{
	size_t fid = md->nfeatures;
	int rc = fid < m->nfeatures ? delta_features(md, m->nfeatures, err) : 0;

	for (; fid < md->nfeatures; fid++)
		init_hist(m, md, fid);
	return rc;
}

void
store_delta_rebin(const struct model *m, struct delta_model *md)
{
	size_t fid;

	delta_rebin(md, m->baseline ? &m->baseline->layout : NULL);
	for (fid = 0; fid < md->nfeatures; fid++)
		init_hist(m, md, fid);
}

/* How many of the event's first features are what they were in the event before. */
static size_t
features_as_before(const struct model *m, const struct event *ev)
{
	size_t i, n = ev->nfeatures < m->order_cap ? ev->nfeatures : m->order_cap;
	const struct event_feature *f = ev->features;
	const struct model_guess *guess = m->guesses;

	for (i = 0; i < n && guess_is(m, &guess[i], f[i].name); i++)
		;
	return i;
}

/*
 * Afterwards order[i] is the fid of the event's i-th feature, 0 for one beyond the limit. It mostly
 * was already: events of one producer name their features in one order.
 */
static int
resolve_features(struct model *m, struct delta_model *md, const struct event *ev, struct err *err)
{
	size_t i = features_as_before(m, ev);
	int rc;

	for (; i < ev->nfeatures; i++) {
		struct slice name = ev->features[i].name;

		if (i < m->order_cap && guess_is(m, &m->guesses[i], name))
			continue;
		rc = feature_look_up(m, i, name, err);
		if (rc)
			return rc;
	}
	return md->nfeatures < m->nfeatures ? store_delta_features(m, md, err) : 0;
}

static void
count_score(struct delta_model *md, const struct value *score)
{
	int bin = score->kind == VALUE_NUMBER ? scorebins_bin(score->num) : -1;

	if (bin < 0)
		return;
	if (!md->score)
		md->score = mem_calloc(SCOREBINS, sizeof(*md->score));
	if (md->score)
		md->score[bin]++;
}

/* The pane of a row that waited for a baseline: of all that ever fed the model. */
static int
open_waiting(struct store *s, const struct model *m, struct delta_model *md, const struct event *ev,
    struct delta_pane **out, struct err *err)
{
	int rc = 0;

	*out = delta_pane_again(md, ev->version, pane_floor(ev->ts_ms, PANE_MS));
	if (!*out)
		rc = store_open_row(s, m, md, ev->version, m->sources, ev->ts_ms, out, err);
	if (!rc)
		(*out)->sources |= m->sources;
	return rc;
}

/* Numbers of this pane may be held back from now on. */
static int
lane_open(const struct model *m, struct delta_model *md, struct delta_pane *p, struct delta_lane **out,
    struct err *err)
{
	struct delta_lane *lane = delta_lane(md, p->version);

	*out = lane;
	if (p != lane->pane) {
		store_numbers_settle_lane(m, md, lane);
		lane->pane = p;
	}
	return lane->nfeatures < md->nfeatures ? delta_lane_room(md, lane, err) : 0;
}

int
store_count_row(
    struct store *s, struct model *m, const struct event *ev, const uint32_t *fids, struct err *err)
{
	struct delta_model *md;
	struct delta_lane *lane;
	struct delta_pane *p;
	uint32_t odd;
	int rc = delta_model(&s->delta, m->index, &md, err);

	if (!rc && !fids)
		rc = resolve_features(m, md, ev, err);
	if (!rc && fids)
		rc = open_waiting(s, m, md, ev, &p, err);
	else if (!rc)
		rc = store_open_pane(s, m, md, ev->version, ev->ts_ms, &p, err);
	if (!rc)
		rc = lane_open(m, md, p, &lane, err);
	if (rc)
		return rc;
	md->touched = true;
	p->tally.rows++;
	p->tally.feature_rows += ev->has_features;
	odd = count_values(m, md, lane, fids ? fids : m->order, ev);
	if (ev->score.kind == VALUE_NUMBER)
		count_score(md, &ev->score);
	if (odd & EVENT_ODD(REASON_TYPE_CHANGED))
		s->delta.reasons[REASON_TYPE_CHANGED]++;
	return 0;
}

/* ---- events ---------------------------------------------------------------------------------- */

static void
count_latency(struct delta_pane *p, int bucket, double ms)
{
	p->tally.latencies++;
	p->tally.latency_ns += ms < 1e9 ? (uint64_t)(ms * 1e6 + 0.5) : UINT64_C(1000000000000000);
	p->latency[bucket]++;
	if (bucket < p->latency_from)
		p->latency_from = (uint16_t)bucket;
	if (bucket >= p->latency_to)
		p->latency_to = (uint16_t)(bucket + 1);
}

static inline void
count_version(struct delta_version *v, int64_t ts_ms)
{
	v->first_ms = ts_ms < v->first_ms ? ts_ms : v->first_ms;
	v->last_ms = ts_ms > v->last_ms ? ts_ms : v->last_ms;
}

static void
count_clock(struct model *m, struct delta_model *md, const struct event *ev)
{
	int64_t newest = m->newest_ms > md->newest_ms ? m->newest_ms : md->newest_ms;
	int64_t gap;

	if (newest != INT64_MIN) {
		gap = ev->ts_ms - newest;
		if (gap > md->longest_gap_ms)
			md->longest_gap_ms = gap;
		if (ev->ts_ms < newest - LATENESS_MS)
			md->late++;
	}
	if (ev->ts_ms < md->first_ms)
		md->first_ms = ev->ts_ms;
	if (ev->ts_ms >= newest) {
		md->newest_ms = ev->ts_ms;
		md->newest_arrival_ms = ev->arrival_ms;
	}
}

/* The pane of an event: mostly the one of the event before, which its source has fed already. */
static inline int
open_event(struct store *s, const struct model *m, struct delta_model *md, const struct event *ev,
    struct delta_pane **out, struct err *err)
{
	uint64_t source = ev->source < 64 ? UINT64_C(1) << ev->source : 0;
	struct delta_pane *last = delta_pane_again(md, ev->version, pane_floor(ev->ts_ms, PANE_MS));
	int rc;

	if (last && (last->sources & source) && last->index >= md->front) {
		*out = last;
		return 0;
	}
	if (m->baseline && !model_replaying(m)) /* its row is counted as it comes */
		rc = store_open_row(s, m, md, ev->version, source, ev->ts_ms, out, err);
	else
		rc = store_open_pane(s, m, md, ev->version, ev->ts_ms, out, err);
	if (!rc)
		(*out)->sources |= source;
	return rc;
}

static int
count_event(struct store *s, struct model *m, const struct event *ev, struct err *err)
{
	int bucket = latency_bucket(ev->latency_ms);
	struct delta_model *md;
	struct delta_pane *p;
	int rc = delta_model(&s->delta, m->index, &md, err);

	if (!rc)
		rc = open_event(s, m, md, ev, &p, err);
	if (rc)
		return rc;
	md->touched = true;
	p->tally.events++;
	p->tally.errors += ev->failed;
	p->tally.client_errors += ev->client_error;
	if (bucket >= 0) {
		count_latency(p, bucket, ev->latency_ms);
		if (md->latency_min > md->latency_max)
			md->latency_min = md->latency_max = ev->latency_ms;
		md->latency_min =
		    ev->latency_ms < md->latency_min ? ev->latency_ms : md->latency_min;
		md->latency_max =
		    ev->latency_ms > md->latency_max ? ev->latency_ms : md->latency_max;
	}
	count_version(&md->versions[p->version], ev->ts_ms);
	count_clock(m, md, ev);
	return 0;
}

static void
count_oddities(struct delta *d, uint32_t oddities)
{
	int r;

	/* Also over_limit, where features of an event that was taken were cut. */
	for (r = 0; r < REASON_COUNT; r++)
		d->reasons[r] += oddities >> r & 1;
}

/* One model too many: counted like whatever a source rejects, the first one as a sample. */
static void
reject_model(struct store *s, const struct event *ev)
{
	struct fact_reject f = {.source = ev->source, .stream = FACT_STREAM_NONE, .count = 1};

	f.reason = REASON_OVER_LIMIT;
	if (!s->dropped_models++) {
		f.sample = slice_make(ev->raw.p, ev->raw.n < SAMPLE_BYTES ? ev->raw.n : SAMPLE_BYTES);
		f.detail = slice_of("more models than are kept: this one and others are left out");
	}
	(void)store_apply_reject(s, &f, NULL);
}

int
store_ingest(struct store *s, const struct event *ev, struct err *err)
{
	const struct store_options *o = &s->options;
	struct model *m;
	bool waits, label = false;
	int rc, label_rc;

	if ((o->from_ms || o->to_ms) &&
	    (ev->ts_ms < o->from_ms || (o->to_ms && ev->ts_ms >= o->to_ms)))
		return 0;
	rc = store_model_get(s, ev->model, &m, err);
	if (!rc && (label = event_is_label(ev)))
		rc = store_label_alone(s, m, ev, err);
	else if (!rc)
		rc = count_event(s, m, ev, err);
	if (rc) {
		s->delta.dropped++;
		if (rc == ERR_LIMIT)
			reject_model(s, ev);
		return rc;
	}
	s->delta.events++;
	if (ev->oddities)
		count_oddities(&s->delta, ev->oddities);
	rawring_add(s->raw, m->index, ev);
	if (s->journal)
		s->journal->event(s->journal->ctx, s, m->index, ev);
	if (label)
		return 0;
	label_rc = store_label(s, m, ev, err);
	waits = model_replaying(m);
	if (m->baseline && !waits)
		rc = store_count_row(s, m, ev, NULL, err);
	if (m->learning && !rc) {
		rc = rows_add(&m->rows, ev, 0, err);
		if (m->baseline && !waits)
			m->replayed = m->rows.count;
		if (!rc || rc == ERR_LIMIT)
			rc = store_learn(s, m, err);
	}
	rc = rc && rc != ERR_LIMIT ? rc : label_rc;
	s->delta.dropped += rc != 0;
	return rc;
}
