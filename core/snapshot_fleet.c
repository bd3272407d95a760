/* The state of the fleet: all that belongs to no single model. */
#include <stdio.h>

#include "core/alert_bytes.h"
#include "core/counts_bytes.h"
#include "core/mem.h"
#include "core/snapshot_impl.h"
#include "core/store_impl.h"

#define TEXT_MAX (1u << 20)
#define SOURCES_MAX 4097
#define LIST_MAX 65536 /* of anything else here: each takes bytes of what is read */

static void
put_texts(struct bytes *to, const struct slice *const *texts, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		bytes_put_text(to, *texts[i]);
}

/* Borrowed from what is read; the caller copies them. */
static void
get_texts(struct bytes_reader *r, struct slice *const *texts, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		*texts[i] = bytes_get_text(r, TEXT_MAX);
}

static enum feed_state
get_feed(struct bytes_reader *r)
{
	return (enum feed_state)bytes_get_uint(r, FEED_FAILED);
}

/* ---- sources and streams --------------------------------------------------------------------- */

static void
put_source(struct bytes *to, const struct fact_source *f)
{
	const struct slice *const texts[] = {&f->url, &f->label, &f->sentence};

	put_texts(to, texts, 3);
	bytes_put_uint(to, f->state);
	bytes_put_int(to, f->retry_ms);
	bytes_put_int(to, f->last_byte_ms);
	bytes_put_uint(to, f->entries);
	bytes_put_uint(to, f->bytes);
	bytes_put_uint(to, f->reconnects);
	bytes_put_uint(to, f->streams);
	bytes_put_uint(to, f->streams_seen);
	bytes_put_int(to, f->server_skew_ms);
	bytes_put_uint(to, f->nothing_matches);
	bytes_put_uint(to, f->from_file);
}

static void
get_source(struct bytes_reader *r, struct fact_source *f)
{
	struct slice *const texts[] = {&f->url, &f->label, &f->sentence};

	get_texts(r, texts, 3);
	f->state = get_feed(r);
	f->retry_ms = counts_get_time(r, 1);
	f->last_byte_ms = counts_get_time(r, 1);
	f->entries = bytes_get_uint(r, UINT64_MAX);
	f->bytes = bytes_get_uint(r, UINT64_MAX);
	f->reconnects = bytes_get_uint(r, UINT64_MAX);
	f->streams = bytes_get_uint(r, UINT64_MAX);
	f->streams_seen = bytes_get_uint(r, UINT64_MAX);
	f->server_skew_ms = counts_get_time(r, 1);
	f->nothing_matches = bytes_get_bool(r);
	f->from_file = bytes_get_bool(r);
}

static void
put_stream(struct bytes *to, const struct fact_stream *f, bool samples)
{
	static const struct slice none = {"", 0};
	const struct slice *const texts[] = {
	    &f->key, &f->sentence, &f->layout, samples ? &f->sample : &none, &f->aliases};

	put_texts(to, texts, 5);
	bytes_put_uint(to, f->state);
	bytes_put_uint(to, f->entries);
	bytes_put_uint(to, f->events);
	bytes_put_uint(to, f->trimmed);
	bytes_put_uint(to, f->deleted);
	bytes_put_uint(to, f->recreated);
	bytes_put_uint(to, f->rolled_back);
	bytes_put_uint(to, f->skipped);
	bytes_put_uint(to, f->loss_uncertain);
	bytes_put_uint(to, f->behind);
	bytes_put_int(to, f->lag_ms);
	bytes_put_int(to, f->newest_ms);
	bytes_put_double(to, f->rate_per_s);
}

static void
get_stream(struct bytes_reader *r, struct fact_stream *f)
{
	struct slice *const texts[] = {&f->key, &f->sentence, &f->layout, &f->sample, &f->aliases};

	get_texts(r, texts, 5);
	f->state = (enum stream_state)bytes_get_uint(r, STREAM_OFFERED);
	f->entries = bytes_get_uint(r, UINT64_MAX);
	f->events = bytes_get_uint(r, UINT64_MAX);
	f->trimmed = bytes_get_uint(r, UINT64_MAX);
	f->deleted = bytes_get_uint(r, UINT64_MAX);
	f->recreated = bytes_get_uint(r, UINT64_MAX);
	f->rolled_back = bytes_get_uint(r, UINT64_MAX);
	f->skipped = bytes_get_uint(r, UINT64_MAX);
	f->loss_uncertain = bytes_get_bool(r);
	f->behind = bytes_get_uint(r, UINT64_MAX);
	f->lag_ms = counts_get_time(r, 1);
	f->newest_ms = counts_get_time(r, 1);
	f->rate_per_s = bytes_get_double(r);
}

static void
put_sources(struct bytes *to, const struct store *s, bool samples)
{
	size_t i, k;

	bytes_put_uint(to, s->nsources);
	for (i = 0; i < s->nsources; i++) {
		const struct source_record *rec = &s->sources[i];

		put_source(to, &rec->fact);
		bytes_put_uint(to, rec->nstreams);
		for (k = 0; k < rec->nstreams; k++)
			put_stream(to, &rec->streams[k].fact, samples);
	}
}

/* They are told as they were: what is lost is summed up anew. */
static int
get_streams(struct store *s, unsigned source, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, LIST_MAX), k;
	int rc = 0;

	for (k = 0; k < n && !rc; k++) {
		struct fact_stream f = {.source = source, .stream = (unsigned)k};

		get_stream(r, &f);
		rc = r->failed ? snapshot_damaged(err) : store_apply_stream(s, &f, err);
	}
	return rc;
}

static int
get_sources(struct store *s, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, SOURCES_MAX), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct fact_source f = {.source = (unsigned)i};

		get_source(r, &f);
		rc = r->failed ? snapshot_damaged(err) : store_apply_source(s, &f, err);
		if (!rc)
			rc = get_streams(s, (unsigned)i, r, err);
	}
	return rc;
}

/* ---- rejects, gaps --------------------------------------------------------------------------- */

static void
put_rejects(struct bytes *to, const struct store *s, bool samples)
{
	size_t at = s->newest_reject, i;

	/* From the oldest on: each that is read goes to the front. */
	for (i = 1; i < s->nrejects; i++)
		at = s->rejects[at].older;
	bytes_put_uint(to, s->nrejects);
	for (i = 0; i < s->nrejects; i++, at = i < s->nrejects ? s->rejects[at].newer : at) {
		const struct reject_sample *x = &s->rejects[at].sample;

		bytes_put_uint(to, x->source);
		bytes_put_uint(to, x->stream);
		bytes_put_uint(to, x->reason);
		bytes_put_text(to, samples ? x->sample : slice_of(""));
		bytes_put_text(to, x->detail);
		bytes_put_uint(to, x->count);
		bytes_put_int(to, x->at_ms);
	}
}

static int
get_rejects(struct store *s, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, LIST_MAX), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct fact_reject f = {.source = (unsigned)bytes_get_uint(r, UINT32_MAX)};
		int64_t at_ms;

		f.stream = (unsigned)bytes_get_uint(r, UINT32_MAX);
		f.reason = (enum event_reason)bytes_get_uint(r, REASON_COUNT - 1);
		f.sample = bytes_get_text(r, TEXT_MAX);
		f.detail = bytes_get_text(r, TEXT_MAX);
		f.count = bytes_get_uint(r, UINT64_MAX);
		at_ms = counts_get_time(r, 1);
		rc = r->failed ? snapshot_damaged(err) : store_apply_reject(s, &f, err);
		if (!rc)
			s->rejects[s->newest_reject].sample.at_ms = at_ms;
	}
	return rc;
}

static void
put_gaps(struct bytes *to, const struct store *s)
{
	size_t i;

	bytes_put_uint(to, s->ngaps);
	for (i = 0; i < s->ngaps; i++) {
		bytes_put_uint(to, s->gaps[i].gap.source);
		bytes_put_int(to, s->gaps[i].gap.from_ms);
		bytes_put_int(to, s->gaps[i].gap.to_ms);
		bytes_put_text(to, s->gaps[i].gap.why);
	}
}

static int
get_gaps(struct store *s, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, LIST_MAX), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct fact_gap f = {.source = (unsigned)bytes_get_uint(r, UINT32_MAX)};

		f.from_ms = counts_get_time(r, 1);
		f.to_ms = counts_get_time(r, 1);
		f.why = bytes_get_text(r, TEXT_MAX);
		rc = r->failed ? snapshot_damaged(err) : store_apply_gap(s, &f, err);
	}
	return rc;
}

/* ---- marks, actions, what outlives the process ----------------------------------------------- */

static void
put_marks(struct bytes *to, const struct store *s)
{
	size_t i;

	bytes_put_uint(to, s->nmarks);
	for (i = 0; i < s->nmarks; i++) {
		const struct fact_mark *f = &s->marks[i].mark;

		bytes_put_uint(to, f->kind);
		bytes_put_uint(to, f->model == SIZE_MAX ? 0 : f->model + 1);
		bytes_put_int(to, f->at_ms);
		bytes_put_text(to, f->text);
	}
}

static int
get_marks(struct store *s, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, LIST_MAX), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct fact_mark f = {.kind = (enum mark_kind)bytes_get_uint(r, MARK_VERSION_ENDED)};
		size_t model = (size_t)bytes_get_uint(r, s->nmodels);

		f.model = model ? model - 1 : SIZE_MAX;
		f.at_ms = counts_get_time(r, 1);
		f.text = bytes_get_text(r, TEXT_MAX);
		rc = r->failed ? snapshot_damaged(err) : store_mark_add(s, &f, err);
	}
	return rc;
}

static void
put_actions(struct bytes *to, const struct store *s)
{
	size_t i;

	bytes_put_uint(to, s->nactions);
	for (i = 0; i < s->nactions; i++) {
		const struct fact_action *f = &s->actions[i].fact;

		bytes_put_text(to, f->name);
		bytes_put_uint(to, f->state);
		bytes_put_text(to, f->sentence);
		bytes_put_uint(to, f->runs);
		bytes_put_uint(to, f->failures);
		bytes_put_uint(to, f->dropped);
		bytes_put_int(to, f->at_ms);
	}
}

static int
get_actions(struct store *s, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, STORE_ACTIONS), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct fact_action f = {.index = (unsigned)i, .name = bytes_get_text(r, TEXT_MAX)};

		f.state = (enum action_state)bytes_get_uint(r, ACTION_STATES - 1);
		f.sentence = bytes_get_text(r, TEXT_MAX);
		f.runs = bytes_get_uint(r, UINT64_MAX);
		f.failures = bytes_get_uint(r, UINT64_MAX);
		f.dropped = bytes_get_uint(r, UINT64_MAX);
		f.at_ms = counts_get_time(r, 1);
		rc = r->failed ? snapshot_damaged(err) : store_apply_action(s, &f, err);
	}
	return rc;
}

static void
put_state(struct bytes *to, const struct store *s)
{
	size_t i;

	bytes_put_uint(to, s->state.keeping);
	bytes_put_text(to, s->state.directory);
	bytes_put_text(to, s->state.sentence);
	bytes_put_int(to, s->state.written_ms);
	bytes_put_uint(to, s->saved_failed);
	bytes_put_text(to, slice_of(s->saved_why));
	bytes_put_uint(to, s->saved_streams.count);
	for (i = 0; i < s->saved_streams.count; i++)
		bytes_put_text(to, names_at(&s->saved_streams, i));
}

static int
get_state(struct store *s, struct bytes_reader *r, struct err *err)
{
	struct fact_state f = {.keeping = (enum state_keeping)bytes_get_uint(r, STATE_KEEPINGS - 1)};
	struct slice why;
	size_t n, i, at;
	int rc;

	f.directory = bytes_get_text(r, TEXT_MAX);
	f.sentence = bytes_get_text(r, TEXT_MAX);
	f.written_ms = counts_get_time(r, 1);
	rc = r->failed ? snapshot_damaged(err) : store_apply_state(s, &f, err);
	s->saved_failed = bytes_get_uint(r, UINT64_MAX);
	why = bytes_get_text(r, sizeof(s->saved_why) - 1);
	memset(s->saved_why, 0, sizeof(s->saved_why));
	if (why.n)
		memcpy(s->saved_why, why.p, why.n);
	n = bytes_get_count(r, LIST_MAX);
	for (i = 0; i < n && !rc; i++) {
		struct slice name = bytes_get_text(r, TEXT_MAX);

		rc = r->failed ? snapshot_damaged(err) : names_add(&s->saved_streams, name, &at, err);
	}
	return rc;
}

/* ---- alerts ---------------------------------------------------------------------------------- */

/* What is quoted in a sentence is a value, which may have quotes of its own: nothing from the first one on is kept. */
void
snapshot_mask_sentence(char *sentence, size_t cap)
{
	char *quote = strchr(sentence, '"');

	if (quote)
		snprintf(quote, cap - (size_t)(quote - sentence), "\"masked\"");
}

static bool
alert_is_masked(const struct store *s, const struct alert *al, const struct snapshot_mask *mask)
{
	const struct model *m = al->model < s->nmodels ? s->models[al->model] : NULL;
	size_t index;

	if (!m || !al->key.feature.n)
		return false;
	index = names_find(&m->inputs, al->key.feature);
	if (index != NAMES_NONE)
		return snapshot_is_masked(mask, s, m->index, FID_INPUT + index);
	return snapshot_is_masked(mask, s, m->index, FID_PREDICTION);
}

static void
put_alert(struct bytes *to, const struct store *s, const struct alert *al, const struct snapshot_mask *mask)
{
	struct alert copy = *al;
	struct alert_peak *p = &copy.peak;

	if (alert_is_masked(s, al, mask)) {
		snapshot_mask_sentence(copy.sentence, sizeof(copy.sentence));
		snapshot_mask_sentence(p->sentence, sizeof(p->sentence));
	}
	alert_encode(&copy, to);
	bytes_put_int(to, al->resumed_ms);
	bytes_put_text(to, slice_of(p->metric ? p->metric : ""));
	bytes_put_uint(to, p->cause);
	bytes_put_double(to, p->value);
	bytes_put_double(to, p->limit);
	bytes_put_double(to, p->effect);
	bytes_put_text(to, slice_of(p->sentence));
}

static void
put_alerts(struct bytes *to, const struct store *s, const struct snapshot_mask *mask)
{
	const struct alerts *a = &s->alerts;
	size_t i;

	bytes_put_uint(to, a->n);
	for (i = 0; i < a->n; i++)
		put_alert(to, s, a->list[i], mask);
	bytes_put_uint(to, a->forgotten);
	bytes_put_uint(to, a->refused);
	bytes_put_int(to, a->arrival_ms);
	bytes_put_uint(to, a->changes);
	for (i = 0; i < ALERT_CHANGES && i < a->changes; i++) {
		bytes_put_uint(to, a->changed[i].id);
		bytes_put_uint(to, a->changed[i].kind);
		bytes_put_int(to, a->changed[i].at_ms);
		bytes_put_uint(to, a->changed[i].history);
	}
	bytes_put_uint(to, s->nsaved_alerts);
	for (i = 0; i < s->nsaved_alerts; i++)
		put_alert(to, s, s->saved_alerts[i], mask);
}

static void
get_peak(struct bytes_reader *r, struct alert_peak *p)
{
	enum metric_id id = metric_find(bytes_get_text(r, TEXT_MAX));
	struct slice sentence;

	p->metric = id < METRIC_COUNT ? metric_rows[id].name.name : NULL;
	p->cause = (unsigned)bytes_get_uint(r, UINT32_MAX);
	p->value = bytes_get_double(r);
	p->limit = bytes_get_double(r);
	p->effect = bytes_get_double(r);
	sentence = bytes_get_text(r, sizeof(p->sentence) - 1);
	memset(p->sentence, 0, sizeof(p->sentence));
	if (sentence.n)
		memcpy(p->sentence, sentence.p, sentence.n);
}

/* What a restart forgets of it, is here: this one goes on in the same run. */
static int
get_alert(struct bytes_reader *r, struct alert **out, struct err *err)
{
	int rc = alert_decode(out, r, err);

	if (rc)
		return rc;
	(*out)->resumed_ms = bytes_get_int(r);
	get_peak(r, &(*out)->peak);
	return 0;
}

/* Of which model, its name says. */
static uint32_t
model_of(const struct store *s, const struct alert *al)
{
	size_t index = al->key.model.n ? names_find(&s->model_names, al->key.model) : NAMES_NONE;

	return index == NAMES_NONE ? ALERT_NO_MODEL : (uint32_t)index;
}

static int
get_saved_alerts(struct store *s, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, ALERT_MAX), i;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct alert **grown =
		    mem_grow(s->saved_alerts, &s->saved_alerts_cap, s->nsaved_alerts + 1, sizeof(struct alert *));

		if (!grown)
			return err_nomem(err);
		s->saved_alerts = grown;
		rc = get_alert(r, &grown[s->nsaved_alerts], err);
		s->nsaved_alerts += !rc;
	}
	return rc;
}

static int
get_alerts(struct store *s, struct bytes_reader *r, struct err *err)
{
	struct alerts *a = &s->alerts;
	size_t n = bytes_get_count(r, ALERT_MAX), i;
	struct alert *al;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		rc = get_alert(r, &al, err);
		if (!rc)
			rc = alerts_restore(a, al, model_of(s, al), err);
	}
	a->forgotten = bytes_get_uint(r, UINT64_MAX);
	a->refused = bytes_get_uint(r, UINT64_MAX);
	a->arrival_ms = bytes_get_int(r);
	a->changes = bytes_get_uint(r, UINT64_MAX);
	for (i = 0; i < ALERT_CHANGES && i < a->changes && !r->failed; i++) {
		a->changed[i].id = bytes_get_uint(r, UINT64_MAX);
		a->changed[i].kind = (enum alert_change_kind)bytes_get_uint(r, ALERT_CHANGE_BROKEN);
		a->changed[i].at_ms = bytes_get_int(r);
		a->changed[i].history = bytes_get_bool(r);
	}
	return rc ? rc : get_saved_alerts(s, r, err);
}

/* ---- the fleet ------------------------------------------------------------------------------- */

static void
put_clocks(struct bytes *to, const struct store *s)
{
	size_t i;

	bytes_put_int(to, s->now_ms);
	bytes_put_int(to, s->tick_pane);
	bytes_put_uint(to, s->tick_reading);
	bytes_put_uint(to, s->boundary);
	bytes_put_uint(to, s->history_done);
	bytes_put_uint(to, s->events);
	bytes_put_uint(to, s->rejected);
	bytes_put_uint(to, s->dropped_models);
	bytes_put_uint(to, s->dropped);
	for (i = 0; i < REASON_COUNT; i++)
		bytes_put_uint(to, s->reasons[i]);
}

/* Last of all: telling facts has counted. */
static void
get_clocks(struct bytes_reader *r, struct store *s)
{
	size_t i;

	s->now_ms = counts_get_time(r, 1);
	s->tick_pane = counts_get_time(r, PANE_MS);
	s->tick_reading = bytes_get_bool(r);
	s->boundary = bytes_get_bool(r);
	s->history_done = bytes_get_bool(r);
	s->generation++;
	s->events = bytes_get_uint(r, UINT64_MAX);
	s->rejected = bytes_get_uint(r, UINT64_MAX);
	s->dropped_models = bytes_get_uint(r, UINT64_MAX);
	s->dropped = bytes_get_uint(r, UINT64_MAX);
	for (i = 0; i < REASON_COUNT; i++)
		s->reasons[i] = bytes_get_uint(r, UINT64_MAX);
}

void
snapshot_write_fleet(const struct store *s, const struct snapshot_mask *mask, struct bytes *to)
{
	bool samples = !mask || !mask->masked;
	size_t i;

	bytes_put_uint(to, SNAPSHOT_FORMAT);
	bytes_put_uint(to, s->nmodels);
	for (i = 0; i < s->nmodels; i++)
		bytes_put_text(to, s->models[i]->name);
	put_sources(to, s, samples);
	put_rejects(to, s, samples);
	put_gaps(to, s);
	put_marks(to, s);
	put_actions(to, s);
	put_state(to, s);
	put_alerts(to, s, mask);
	put_clocks(to, s);
}

/* Nothing that belongs to no model is left. */
static void
clear(struct store *s)
{
	store_facts_release(s);
	s->sources = NULL;
	s->rejects = NULL;
	s->gaps = NULL;
	s->nsources = s->sources_cap = s->nrejects = s->rejects_cap = s->ngaps = s->gaps_cap = 0;
	memset(s->state_strings, 0, sizeof(s->state_strings));
	memset(&s->state, 0, sizeof(s->state));
	store_marks_release(s);
	s->marks = NULL;
	s->nmarks = s->marks_cap = 0;
	store_actions_release(s);
	memset(s->actions, 0, sizeof(s->actions));
	s->nactions = 0;
	store_fleet_release(s);
	s->saved_alerts = NULL;
	s->nsaved_alerts = s->saved_alerts_cap = 0;
	alerts_release(&s->alerts);
}

static int
get_models(struct store *s, struct bytes_reader *r, struct err *err)
{
	size_t n = bytes_get_count(r, LIMIT_MODELS), i;
	struct model *m;
	int rc = 0;

	for (i = 0; i < n && !rc; i++) {
		struct slice name = bytes_get_text(r, LIMIT_NAME_BYTES);

		rc = r->failed ? snapshot_damaged(err) : store_model_get(s, name, &m, err);
		if (!rc && m->index != i)
			rc = err_set(err, ERR_FORMAT, "the models of a state are other ones");
	}
	return rc;
}

static int
get_parts(struct store *s, struct bytes_reader *r, struct err *err)
{
	static int (*const parts[])(struct store *, struct bytes_reader *, struct err *) = {
	    get_models, get_sources, get_rejects, get_gaps, get_marks, get_actions, get_state, get_alerts};
	size_t i;
	int rc = 0;

	clear(s);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]) && !rc; i++)
		rc = parts[i](s, r, err);
	return rc;
}

int
snapshot_read_fleet(struct store *s, struct bytes_reader *r, struct err *err)
{
	uint64_t format = bytes_get_uint(r, UINT64_MAX);
	struct alerts own = s->alerts;
	int rc;

	if (!r->failed && format > SNAPSHOT_FORMAT)
		return err_set(err, ERR_UNSUPPORTED, "a newer drifttop wrote this state (format %llu)",
		    (unsigned long long)format);
	if (r->failed || format < 1)
		return snapshot_damaged(err);
	if (s->judges_anew)
		alerts_init(&s->alerts);
	rc = get_parts(s, r, err);
	if (s->judges_anew) {
		alerts_release(&s->alerts);
		s->alerts = own;
	}
	if (rc)
		return rc;
	get_clocks(r, s);
	return r->failed ? snapshot_damaged(err) : 0;
}
