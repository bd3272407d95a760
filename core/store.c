#include "core/store.h"

#include <stdio.h>

#include "core/floor.h"
#include "core/mem.h"
#include "core/store_impl.h"

#define MINUTE_MS INT64_C(60000)

const char *const window_names[WINDOW_COUNT] = {"auto", "5m", "1h", "24h", "all"};
const char *const window_words[WINDOW_COUNT] = {"its window", "5 min", "1 h", "24 h", "all rows"};

enum window
window_find(struct slice name)
{
	int w;

	for (w = 0; w < WINDOW_COUNT && !slice_is(name, window_names[w]); w++)
		;
	return (enum window)w;
}

int64_t
window_ms(enum window w)
{
	static const int64_t lengths[WINDOW_COUNT] = {0, 300000, 3600000, 86400000, 0};

	return w < WINDOW_COUNT ? lengths[w] : 0;
}

int
store_new(struct store **out, const struct store_options *options, struct err *err)
{
	struct store *s = mem_calloc(1, sizeof(*s));
	unsigned dof;
	int rc;

	if (!s)
		return err_nomem(err);
	s->options = *options;
	s->now_ms = INT64_MIN;
	s->tick_pane = PANE_NEVER;
	names_init(&s->model_names);
	delta_init(&s->delta);
	names_init(&s->saved_streams);
	s->label_bytes = options->label_bytes ? options->label_bytes : LIMIT_LABEL_BYTES;
	labels_pool_init(&s->labels,
	    s->label_bytes < LIMIT_LABEL_BYTES_UNUSED ? s->label_bytes : LIMIT_LABEL_BYTES_UNUSED,
	    store_labels_tell, s);
	alerts_init(&s->alerts);
	rc = store_alerts_init(s, err);
	if (!rc)
		rc = rawring_new(&s->raw, options->raw_bytes ? options->raw_bytes : LIMIT_RAW_BYTES, err);
	if (rc) {
		store_free(s);
		return rc;
	}
	for (dof = 1; dof < STORE_CHI2; dof++)
		s->chi2[dof] = floor_chi2(FLOOR_TAIL, dof);
	*out = s;
	return 0;
}

void
store_free(struct store *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->nmodels; i++) {
		labels_release(&s->models[i]->labels, &s->labels);
		store_quality_log_free(s->models[i]->quality_log);
		model_free(s->models[i]);
	}
	mem_free(s->models);
	names_release(&s->model_names);
	delta_release(&s->delta);
	rawring_free(s->raw);
	store_facts_release(s);
	store_saved_release(s);
	store_fleet_release(s);
	store_labels_release(s);
	store_marks_release(s);
	store_actions_release(s);
	alerts_release(&s->alerts);
	levels_release(&s->levels);
	rules_release(&s->rules);
	mem_free(s);
}

int
store_model_get(struct store *s, struct slice name, struct model **out, struct err *err)
{
	struct model **grown;
	struct model *m;
	size_t index;
	int rc;

	if (s->last_model < s->nmodels && slice_eq_short(s->models[s->last_model]->name, name)) {
		*out = s->models[s->last_model];
		return 0;
	}
	index = names_find(&s->model_names, name);
	if (index == NAMES_NONE) {
		if (s->nmodels >= LIMIT_MODELS)
			return err_set(err, ERR_LIMIT, "more than %d models", LIMIT_MODELS);
		grown = mem_grow(s->models, &s->models_cap, s->nmodels + 1, sizeof(*grown));
		if (!grown)
			return err_nomem(err);
		s->models = grown;
		rc = model_new(&m, (unsigned)s->nmodels, name, err);
		if (rc)
			return rc;
		rc = names_add(&s->model_names, name, &index, err);
		if (rc) {
			model_free(m);
			return rc;
		}
		labels_init(&m->labels, &s->labels, m->index);
		m->learning = s->options.learn;
		m->rows.utc_offset_ms = s->options.utc_offset_ms;
		s->learning += m->learning;
		s->models[s->nmodels++] = m;
		store_saved_attach(s, m);
		store_labels_meet(s, m);
		store_fleet_meet(s, m);
	}
	s->last_model = index;
	*out = s->models[index];
	return 0;
}

void
store_set_journal(struct store *s, const struct journal *j)
{
	s->journal = j;
}

void
store_journal_models(struct store *s)
{
	size_t i;

	for (i = 0; i < s->nmodels; i++) {
		if (s->models[i]->moved && s->journal)
			s->journal->model(s->journal->ctx, s, i);
		s->models[i]->moved = false;
	}
}

static int
apply_baseline(struct store *s, struct baseline *b, struct err *err)
{
	struct model *m;
	int rc = store_model_get(s, slice_of(b->model), &m, err);

	if (rc) {
		baseline_free(b);
		return rc;
	}
	s->generation++;
	rc = store_adopt_baseline(s, m, b, err);
	if (!rc)
		store_saved_match(s, m);
	return rc;
}

static int
apply_budget(struct store *s, double per_week, struct err *err)
{
	if (!(per_week > 0) || per_week > FACT_BUDGET_MAX)
		return err_set(err, ERR_INVALID, "a budget of alarms is above 0, up to %d a week", FACT_BUDGET_MAX);
	s->generation++;
	s->budget_told = true;
	if (!s->options.own_budget)
		s->options.alarms_per_week = per_week;
	return 0;
}

/* Whoever has rules of their own goes by those, and yet has been told. */
static void
apply_rules(struct store *s, const struct fact_rules *f)
{
	s->rules_told |= f->told;
	if (f->told && s->options.own_rules)
		rules_release(f->rules);
	else
		store_alerts_rules(s, f->rules);
}

static int
apply(struct store *s, const struct fact *fact, struct err *err)
{
	switch (fact->kind) {
	case FACT_SOURCE:
		return store_apply_source(s, &fact->u.source, err);
	case FACT_STREAM:
		return store_apply_stream(s, &fact->u.stream, err);
	case FACT_GAP:
		return store_apply_gap(s, &fact->u.gap, err);
	case FACT_REJECT:
		return store_apply_reject(s, &fact->u.reject, err);
	case FACT_BASELINE:
		return apply_baseline(s, fact->u.baseline.baseline, err);
	case FACT_CHOICE:
		return store_apply_choice(s, &fact->u.choice, err);
	case FACT_SAVED:
		return store_apply_saved(s, &fact->u.saved, err);
	case FACT_SAVED_FLEET:
		return store_apply_fleet(s, fact->u.saved_fleet, err);
	case FACT_SAVED_LABELS:
		return store_apply_labels(s, fact->u.saved_labels, err);
	case FACT_STATE:
		return store_apply_state(s, &fact->u.state, err);
	case FACT_RECORDING:
		return store_apply_recording(s, &fact->u.recording, err);
	case FACT_ACK:
		s->generation++;
		return alerts_acknowledge(&s->alerts, fact->u.ack.alert, fact->u.ack.by, fact->u.ack.at_ms, err);
	case FACT_SILENCE:
		s->generation++;
		return alerts_silence(&s->alerts, fact->u.silence.alert, fact->u.silence.to_ms, fact->u.silence.reason,
		    fact->u.silence.by, err);
	case FACT_MARK:
		return store_mark_add(s, &fact->u.mark, err);
	case FACT_RULES:
		apply_rules(s, &fact->u.rules);
		return 0;
	case FACT_LEVELS:
		return store_apply_levels(s, &fact->u.levels, err);
	case FACT_BUDGET:
		return apply_budget(s, fact->u.budget, err);
	case FACT_ACTION:
		return store_apply_action(s, &fact->u.action, err);
	case FACT_HISTORY:
		if (s->history_done)
			return 0;
		s->history_done = true;
		return s->options.sliced ? 0 : store_learn_all(s, err);
	}
	return err_set(err, ERR_INVALID, "unknown fact %d", (int)fact->kind);
}

int
store_apply(struct store *s, const struct fact *fact, struct err *err)
{
	int rc = apply(s, fact, err);

	if (!rc && s->journal)
		s->journal->fact(s->journal->ctx, s, fact);
	return rc;
}

/* True if nothing but files ever fed the model: then its time ends with its newest event. */
static bool
only_files(const struct store *s, const struct model *m)
{
	bool any = false;
	size_t i;

	for (i = 0; i < s->nsources && i < 64; i++) {
		if (!(m->sources >> i & 1))
			continue;
		if (!s->sources[i].fact.from_file)
			return false;
		any = true;
	}
	return any;
}

/*
 * A model's clock is its newest event, running on with the arrival clock since that event arrived:
 * old data that is played again lives in its own time.
 */
static void
advance(struct store *s, struct model *m)
{
	const struct cell_layout *layout = m->baseline ? &m->baseline->layout : NULL;
	size_t r;

	if (m->newest_ms == INT64_MIN)
		return;
	m->files_only = only_files(s, m);
	m->now_ms = m->newest_ms;
	if (!m->files_only && s->now_ms > m->newest_arrival_ms)
		m->now_ms += s->now_ms - m->newest_arrival_ms;
	for (r = 0; r < RING_COUNT; r++)
		ring_advance(&m->rings[r], pane_floor(m->now_ms, m->rings[r].pane_ms), layout);
	if (m->versus)
		versus_advance(m->versus, m->now_ms);
}

static void
enter_pane(struct store *s)
{
	int64_t pane = s->now_ms == INT64_MIN ? PANE_NEVER : pane_floor(s->now_ms, PANE_MS);
	bool reading = store_is_reading(s);

	s->boundary = pane != s->tick_pane || reading || s->tick_reading || store_is_to_judge(s);
	s->tick_pane = pane;
	s->tick_reading = reading;
}

/* The clock comes to another minute; or something that has been read has just ended. */
static bool
is_minute(const struct store *s, int64_t arrival_ms)
{
	return s->tick_reading || s->now_ms == INT64_MIN ||
	       pane_floor(arrival_ms, MINUTE_MS) > pane_floor(s->now_ms, MINUTE_MS);
}

int
store_tick(struct store *s, int64_t arrival_ms, struct err *err)
{
	int rc = s->options.sliced ? store_learn_slice(s, err) : 0;
	size_t i;

	s->hists_due = is_minute(s, arrival_ms);
	if (!rc)
		rc = store_flush(s, err);
	s->hists_due = false;
	if (rc)
		return rc;
	if (arrival_ms > s->now_ms) {
		s->now_ms = arrival_ms;
		s->generation++;
	}
	enter_pane(s);
	for (i = 0; i < s->nmodels; i++) {
		store_evaluate_ended(s, s->models[i]);
		if (s->boundary)
			store_evaluate_ahead(s, s->models[i]);
		advance(s, s->models[i]);
		store_judge(s, s->models[i]);
		store_marks_versions(s, s->models[i]);
	}
	if (s->boundary) {
		store_alerts_sources(s);
		alerts_tick(&s->alerts, s->now_ms);
	}
	store_judge_severity(s);
	store_journal_models(s);
	if (s->journal)
		s->journal->tick(s->journal->ctx, s, arrival_ms, s->boundary);
	return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

double
store_budget(const struct store *s)
{
	return s->options.alarms_per_week > 0 ? s->options.alarms_per_week : 1;
}

bool
store_budget_told(const struct store *s)
{
	return s->budget_told;
}

bool
store_rules_told(const struct store *s)
{
	return s->rules_told;
}

uint64_t
store_generation(const struct store *s)
{
	return s->generation;
}

int64_t
store_now_ms(const struct store *s)
{
	return s->now_ms;
}

size_t
store_model_count(const struct store *s)
{
	return s->nmodels;
}

const struct model *
store_model(const struct store *s, size_t index)
{
	return index < s->nmodels ? s->models[index] : NULL;
}

struct slice
store_model_name(const struct store *s, size_t index)
{
	return s->models[index]->name;
}

const struct model *
store_model_find(const struct store *s, struct slice name)
{
	size_t index = names_find(&s->model_names, name);

	return index == NAMES_NONE ? NULL : s->models[index];
}

uint64_t
store_events(const struct store *s)
{
	return s->events;
}

uint64_t
store_rejected(const struct store *s)
{
	return s->rejected;
}

uint64_t
store_reason_count(const struct store *s, enum event_reason r)
{
	return s->reasons[r];
}

uint64_t
store_dropped_models(const struct store *s)
{
	return s->dropped_models;
}

bool
store_raw_before(const struct store *s, size_t model, uint64_t before, struct raw_event *out)
{
	return rawring_before(s->raw, model, before, out);
}

bool
store_raw_get(const struct store *s, uint64_t seq, struct raw_event *out)
{
	return rawring_get(s->raw, seq, out);
}

const struct alerts *
store_alerts(const struct store *s)
{
	return &s->alerts;
}

void
store_take_rules(struct store *to, struct store *from)
{
	store_alerts_rules(to, &from->rules);
	to->rules_told = from->rules_told;
	levels_release(&to->levels);
	to->levels = from->levels;
	from->levels = (struct levels){NULL, 0, 0};
}

int
store_copy_levels(struct store *to, const struct store *from, struct err *err)
{
	return levels_copy(&to->levels, &from->levels, err);
}

size_t
store_levels_count(const struct store *s)
{
	return s->levels.n;
}

const struct fact_levels *
store_levels_told(const struct store *s, size_t index)
{
	return &s->levels.list[index].is;
}

void
store_raw_add(struct store *s, size_t model, const struct event *ev)
{
	rawring_add(s->raw, (unsigned)model, ev);
}

void
store_judge_anew(struct store *s)
{
	s->judges_anew = true;
}

void
store_take_alerts(struct store *to, struct store *from)
{
	alerts_release(&to->alerts);
	to->alerts = from->alerts;
	alerts_init(&from->alerts);
}

const struct rules *
store_rules(const struct store *s)
{
	return &s->rules;
}

bool
store_trusted(const struct store *s, char *why, size_t why_bytes)
{
	uint64_t lost = 0;
	size_t i;

	if (why_bytes)
		*why = '\0';
	for (i = 0; i < s->nsources; i++) {
		const struct fact_source *f = &s->sources[i].fact;

		if (f->state == FEED_WAITING || f->state == FEED_REFUSED ||
		    f->state == FEED_FAILED) {
			snprintf(why, why_bytes, "%.*s",
			    (int)(f->sentence.n < 200 ? f->sentence.n : 200),
			    f->sentence.n ? f->sentence.p : "not connected");
			return false;
		}
		lost += s->sources[i].lost;
	}
	if (lost) {
		snprintf(why, why_bytes, "%llu entries lost before they were read",
		    (unsigned long long)lost);
		return false;
	}
	if (s->dropped) {
		snprintf(why, why_bytes, "%llu events dropped here: over a limit or out of memory",
		    (unsigned long long)s->dropped);
		return false;
	}
	return true;
}
