#include "core/tape.h"

#include "core/alert_bytes.h"
#include "core/budget.h"
#include "core/delta_bytes.h"
#include "core/delta_join.h"
#include "core/events_bytes.h"
#include "core/fact_bytes.h"
#include "core/mem.h"
#include "core/rule_bytes.h"
#include "core/store_impl.h"
#include "core/tape_impl.h"

#define EVENTS_PANES 3 /* from one few events to the next */
#define KEPT	     ((size_t)4 * TAPE_STEP_BYTES) /* of memory for payloads, from one to the next */

/* What the step at hand, or one before it, has told of a model. */
struct told_model {
	size_t inputs, classes, labelled;
	bool learning;
};

struct told_source {
	enum feed_state state;
	bool known, changed;
	bool *streams; /* changed */
	size_t nstreams, cap;
};

struct tape {
	struct tape_options options;
	struct journal journal;
	const struct store *s; /* within a call of the journal */
	struct bytes step;
	struct bytes payload; /* of a key or of events, while it is handed out */
	struct delta pending; /* merged and not in the step yet */
	bool any;	      /* there is something in it */
	struct told_model *models;
	size_t nmodels, models_cap;
	struct told_source *sources;
	size_t nsources, sources_cap;
	struct events_writer *events;
	struct budget budget;	/* told */
	uint64_t alert_changes; /* of the store's alerts: told */
	size_t marks;
	uint64_t mark_sum;
	bool keyed, want_key, broken;
	bool fleet_moved;
	int64_t key_ms, step_pane, events_pane;
	int64_t whole_ms; /* up to there all is told */
	uint64_t failures;
};

/* Without memory the step is not whole: it is left out, and a gap and a key come in its place. */
static void
fail(struct tape *t)
{
	t->failures += !t->broken;
	t->broken = true;
}

static void
hand_out(struct tape *t, enum frame_type type, int64_t time_ms, size_t model, struct bytes *payload)
{
	if (payload->failed)
		fail(t);
	else
		t->options.frame(t->options.ctx, type, time_ms, model, slice_make(payload->p, payload->n));
}

/* ---- names ----------------------------------------------------------------------------------- */

static void
put_names(struct bytes *to, enum tape_item item, size_t model, const struct names *names, size_t *told)
{
	if (*told == names->count)
		return;
	bytes_put_uint(to, item);
	bytes_put_uint(to, model);
	bytes_put_uint(to, names->count - *told);
	for (; *told < names->count; (*told)++)
		bytes_put_text(to, names_at(names, *told));
}

/* A model that is known already by that name learns no more, or again. */
static void
put_learning(struct tape *t, size_t model)
{
	bytes_put_uint(&t->step, TAPE_NEW_MODEL);
	bytes_put_text(&t->step, t->s->models[model]->name);
	bytes_put_uint(&t->step, t->s->models[model]->learning);
}

/* Whatever has got a name since, and who has learned. */
static void
tell_names(struct tape *t)
{
	const struct store *s = t->s;
	struct told_model *grown;
	size_t i;

	if (t->nmodels < s->nmodels) {
		grown = mem_grow(t->models, &t->models_cap, s->nmodels, sizeof(*grown));
		if (!grown) {
			fail(t);
			return;
		}
		t->models = grown;
	}
	for (; t->nmodels < s->nmodels; t->nmodels++) {
		t->models[t->nmodels] = (struct told_model){.learning = s->models[t->nmodels]->learning};
		put_learning(t, t->nmodels);
	}
	for (i = 0; i < s->nmodels; i++) {
		if (t->models[i].learning != s->models[i]->learning) {
			t->models[i].learning = s->models[i]->learning;
			put_learning(t, i);
		}
		put_names(&t->step, TAPE_INPUTS, i, &s->models[i]->inputs, &t->models[i].inputs);
		put_names(&t->step, TAPE_CLASSES, i, &s->models[i]->classes.names, &t->models[i].classes);
		if (t->models[i].labelled == s->models[i]->label_versions.count)
			continue;
		put_names(&t->step, TAPE_LABELLED, i, &s->models[i]->label_versions, &t->models[i].labelled);
		bytes_put_int(&t->step, s->models[i]->label_versions_ms);
	}
}

/* A key or a state of the model has told them all. */
static void
names_are_told(struct tape *t, size_t model)
{
	if (model >= t->nmodels)
		return;
	t->models[model].inputs = t->s->models[model]->inputs.count;
	t->models[model].classes = t->s->models[model]->classes.names.count;
	t->models[model].labelled = t->s->models[model]->label_versions.count;
	t->models[model].learning = t->s->models[model]->learning;
}

/* ---- deltas ---------------------------------------------------------------------------------- */

static void
put_delta(struct tape *t, const struct delta *d)
{
	tell_names(t);
	bytes_put_uint(&t->step, TAPE_DELTA);
	delta_write(d, t->s, t->options.mask.masked, t->options.mask.ctx, &t->step);
}

static void
close_pending(struct tape *t)
{
	if (!t->any)
		return;
	put_delta(t, &t->pending);
	delta_clear(&t->pending);
	t->any = false;
}

static void
on_merged(void *ctx, const struct store *s, const struct delta *d, bool alone)
{
	struct tape *t = ctx;

	if (!t->keyed || t->broken)
		return;
	t->s = s;
	if (alone || !delta_joins(&t->pending, d))
		close_pending(t);
	if (alone) {
		put_delta(t, d);
		return;
	}
	if (delta_join(&t->pending, d, NULL))
		fail(t);
	t->any = true;
}

/* ---- models ---------------------------------------------------------------------------------- */

static void
on_leave(void *ctx, const struct store *s, size_t model)
{
	struct tape *t = ctx;

	t->s = s;
	close_pending(t);
	if (model < t->pending.nmodels && t->pending.models[model])
		delta_rebin(t->pending.models[model], NULL);
}

static void
put_model(struct tape *t, size_t model, struct bytes *to)
{
	snapshot_write_model(t->s, model, t->options.mask.masked ? &t->options.mask : NULL, to);
	names_are_told(t, model);
}

static void
put_fleet(const struct tape *t, struct bytes *to)
{
	snapshot_write_fleet(t->s, t->options.mask.masked ? &t->options.mask : NULL, to);
}

static void
on_model(void *ctx, const struct store *s, size_t model)
{
	struct tape *t = ctx;

	if (!t->keyed || t->broken)
		return;
	t->s = s;
	close_pending(t);
	tell_names(t);
	bytes_put_uint(&t->step, TAPE_MODEL);
	put_model(t, model, &t->step);
}

/* ---- facts ----------------------------------------------------------------------------------- */

static struct told_source *
told_source(struct tape *t, unsigned source)
{
	struct told_source *grown;

	if (source >= t->nsources) {
		grown = mem_grow(t->sources, &t->sources_cap, (size_t)source + 1, sizeof(*grown));
		if (!grown)
			return NULL;
		t->sources = grown;
		memset(&grown[t->nsources], 0, (source + 1 - t->nsources) * sizeof(*grown));
		t->nsources = (size_t)source + 1;
	}
	return &t->sources[source];
}

static bool *
told_stream(struct told_source *o, unsigned stream)
{
	bool *grown;

	if (stream >= o->nstreams) {
		grown = mem_grow(o->streams, &o->cap, (size_t)stream + 1, sizeof(*grown));
		if (!grown)
			return NULL;
		o->streams = grown;
		memset(&grown[o->nstreams], 0, (stream + 1 - o->nstreams) * sizeof(*grown));
		o->nstreams = (size_t)stream + 1;
	}
	return &o->streams[stream];
}

static void
put_fact(struct tape *t, const struct fact *f)
{
	bytes_put_uint(&t->step, TAPE_FACT);
	fact_write(f, &t->step);
}

/* The store has taken them over already. */
static void
put_rules(struct tape *t)
{
	bytes_put_uint(&t->step, TAPE_RULES);
	rules_write(&t->s->rules, &t->step);
}

/* Counters of sources and streams come every second, and the last before the tick is enough. */
static bool
can_wait(struct tape *t, const struct fact *f)
{
	struct told_source *o;
	bool *stream;

	if (f->kind == FACT_SOURCE) {
		o = told_source(t, f->u.source.source);
		if (!o || !o->known || o->state != f->u.source.state) {
			if (o) {
				o->known = true;
				o->state = f->u.source.state;
				o->changed = false;
			}
			return false;
		}
		o->changed = true;
		return true;
	}
	o = f->kind == FACT_STREAM ? told_source(t, f->u.stream.source) : NULL;
	stream = o ? told_stream(o, f->u.stream.stream) : NULL;
	if (stream)
		*stream = true;
	return stream != NULL;
}

static void
put_waiting_facts(struct tape *t)
{
	struct fact f = {.kind = FACT_SOURCE};
	unsigned i, k;

	for (i = 0; i < t->nsources; i++) {
		struct told_source *o = &t->sources[i];

		f.kind = FACT_SOURCE;
		if (o->changed && store_source(t->s, i)) {
			f.u.source = *store_source(t->s, i);
			put_fact(t, &f);
		}
		o->changed = false;
		f.kind = FACT_STREAM;
		for (k = 0; k < o->nstreams; k++) {
			if (o->streams[k] && store_stream(t->s, i, k)) {
				f.u.stream = *store_stream(t->s, i, k);
				put_fact(t, &f);
			}
			o->streams[k] = false;
		}
	}
}

static void
on_fact(void *ctx, const struct store *s, const struct fact *f)
{
	struct tape *t = ctx;
	bool rules = f->kind == FACT_RULES && f->u.rules.told;

	if (f->kind == FACT_SAVED_FLEET || f->kind == FACT_RULES)
		t->fleet_moved = true;
	if (!t->keyed || t->broken || !(rules || fact_writes(f->kind)))
		return;
	t->s = s;
	if (can_wait(t, f))
		return;
	close_pending(t);
	tell_names(t);
	if (rules)
		put_rules(t);
	else
		put_fact(t, f);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void
on_event(void *ctx, const struct store *s, size_t model, const struct event *ev)
{
	struct tape *t = ctx;

	if (t->keyed)
		events_add(t->events, s, model, ev, t->options.mask.masked, t->options.mask.ctx);
}

static void
hand_out_events(struct tape *t, int64_t time_ms)
{
	struct bytes *payload = &t->payload;

	t->events_pane = pane_floor(time_ms, PANE_MS);
	if (events_none(t->events))
		return;
	bytes_clear(payload, KEPT);
	events_take(t->events, t->s, payload);
	if (!payload->failed)
		hand_out(t, FRAME_EVENTS, time_ms, 0, payload);
}

/* ---- what readers want to find without doing it all again ------------------------------------------ */

/* Those that changed since `from`. */
static void
hand_out_alerts(struct tape *t, int64_t time_ms, uint64_t from)
{
	const struct alerts *a = store_alerts(t->s);
	struct bytes payload;

	if (a->changes - from > ALERT_CHANGES)
		from = a->changes - ALERT_CHANGES;
	for (; from < a->changes && !t->broken; from++) {
		const struct alert_change *c = &a->changed[from % ALERT_CHANGES];
		const struct alert *al = alerts_find(a, c->id);

		t->alert_changes = from;
		if (!al)
			continue;
		bytes_init(&payload);
		bytes_put_uint(&payload, c->kind);
		bytes_put_int(&payload, c->at_ms);
		alert_encode(al, &payload);
		hand_out(t, FRAME_ALERT, time_ms, 0, &payload);
		bytes_release(&payload);
	}
	/* What there was no memory for comes behind the key. */
	if (!t->broken)
		t->alert_changes = from;
}

static uint64_t
sum_marks(const struct store *s)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < store_mark_count(s); i++)
		sum += (uint64_t)store_mark(s, i)->at_ms * 31 + store_mark(s, i)->kind;
	return sum;
}

/* All of them again where one is new: there are few, and whoever reads takes the last list. Returns whether one is. */
static bool
hand_out_marks(struct tape *t, int64_t time_ms)
{
	size_t n = store_mark_count(t->s), i;
	uint64_t sum = sum_marks(t->s);
	struct bytes payload;

	if (t->broken || (n == t->marks && sum == t->mark_sum))
		return false;
	bytes_init(&payload);
	bytes_put_uint(&payload, n);
	for (i = 0; i < n; i++) {
		struct fact f = {.kind = FACT_MARK};

		f.u.mark = *store_mark(t->s, i);
		fact_write(&f, &payload);
	}
	hand_out(t, FRAME_MARK, time_ms, 0, &payload);
	bytes_release(&payload);
	if (t->broken)
		return false;
	t->marks = n;
	t->mark_sum = sum;
	return true;
}

/* What evidence is judged by from here on. again: though it is the same. */
static void
hand_out_budget(struct tape *t, int64_t time_ms, bool again)
{
	struct budget budget;
	struct bytes payload;

	budget_of(t->s, &budget);
	if (!again && budget_same(&budget, &t->budget))
		return;
	t->budget = budget;
	bytes_init(&payload);
	budget_write(&budget, &payload);
	hand_out(t, FRAME_BUDGET, time_ms, 0, &payload);
	bytes_release(&payload);
}

/* ---- ticks ----------------------------------------------------------------------------------- */

/* Each by itself may be what was told: no budget is 0, and no rules are none, where something stands behind them. */
static void
put_told(const struct store *s, struct bytes *to)
{
	const struct rules none = {.n = 0};

	if (s->budget_told || s->rules_told || s->levels.n)
		bytes_put_double(to, s->budget_told ? store_budget(s) : 0);
	if (s->rules_told || s->levels.n)
		rules_write(s->rules_told ? &s->rules : &none, to);
	if (s->levels.n)
		levels_write(&s->levels, to);
}

static void
hand_out_key(struct tape *t, int64_t time_ms)
{
	struct bytes *payload = &t->payload;
	size_t i;

	t->want_key = false; /* may be asked for again by who gets it */
	bytes_clear(payload, KEPT);
	bytes_put_uint(payload, t->s->nmodels);
	put_fleet(t, payload);
	put_told(t->s, payload);
	hand_out(t, FRAME_KEY, time_ms, 0, payload);
	for (i = 0; i < t->s->nmodels; i++) {
		payload->n = 0;
		put_model(t, i, payload);
		hand_out(t, FRAME_KEY_MODEL, time_ms, i, payload);
	}
	bytes_clear(payload, KEPT);
	hand_out_budget(t, time_ms, true); /* a file may begin here */
	t->key_ms = time_ms;
}

static void
begin_step(struct tape *t)
{
	bytes_clear(&t->step, KEPT);
}

/* Since the last that was whole something is missing: whoever reads is told, before there is a state again. */
static void
hand_out_gap(struct tape *t, int64_t time_ms)
{
	struct fact f = {.kind = FACT_GAP};
	struct bytes payload;

	f.u.gap.from_ms = t->whole_ms;
	f.u.gap.to_ms = time_ms;
	f.u.gap.why = slice_of("there was no memory");
	bytes_init(&payload);
	fact_write(&f, &payload);
	hand_out(t, FRAME_GAP, time_ms, 0, &payload);
	bytes_release(&payload);
}

/*
 * The first key, or one in place of a step that is not whole: from here on everything is told. Where there is no memory
 * for it either it is tried again.
 */
static void
begin(struct tape *t, int64_t time_ms)
{
	unsigned i, k;

	t->broken = false;
	delta_clear(&t->pending);
	t->any = false;
	begin_step(t);
	t->nmodels = 0;
	tell_names(t); /* makes room; the key says it all */
	begin_step(t);
	if (!t->broken && t->whole_ms != INT64_MIN)
		hand_out_gap(t, time_ms);
	if (t->broken)
		return;
	for (i = 0; i < t->s->nsources; i++) {
		struct told_source *o = told_source(t, i);

		for (k = 0; o && k < o->nstreams; k++)
			o->streams[k] = false;
		if (o)
			*o = (struct told_source){
			    t->s->sources[i].fact.state, true, false, o->streams, o->nstreams, o->cap};
	}
	hand_out_key(t, time_ms);
	if (t->broken)
		return;
	t->keyed = true;
	t->whole_ms = time_ms;
	t->fleet_moved = false;
	t->step_pane = pane_floor(time_ms, PANE_MS);
}

static void
end_step(struct tape *t, int64_t time_ms)
{
	close_pending(t);
	tell_names(t); /* those of nothing merged yet, too: a key, which knows them, need not be read */
	put_waiting_facts(t);
	bytes_put_uint(&t->step, TAPE_TICK);
	bytes_put_int(&t->step, time_ms);
	if (t->fleet_moved) {
		bytes_put_uint(&t->step, TAPE_FLEET);
		put_fleet(t, &t->step);
		t->fleet_moved = false;
	}
}

/* Alerts that were acknowledged, marks, and raw events where all are kept, do not wait for the step's end. */
static void
hand_out_quick(struct tape *t, int64_t time_ms)
{
	if (!t->keyed || t->broken)
		return;
	hand_out_alerts(t, time_ms, t->alert_changes);
	(void)hand_out_marks(t, time_ms);
	if (t->options.all_events)
		hand_out_events(t, time_ms);
}

static void
on_tick(void *ctx, const struct store *s, int64_t arrival_ms, bool judged)
{
	struct tape *t = ctx;
	int64_t pane = pane_floor(s->now_ms, PANE_MS);
	uint64_t changes = t->alert_changes;
	bool marked;

	(void)arrival_ms; /* the clock never goes back: s->now_ms */
	t->s = s;
	if (s->now_ms == INT64_MIN)
		return;
	if (!judged) {
		hand_out_quick(t, s->now_ms);
		return;
	}
	if (t->keyed && !t->broken) {
		end_step(t, s->now_ms);
		if (pane == t->step_pane && t->step.n < TAPE_STEP_BYTES && !t->want_key)
			return;
		t->step_pane = pane;
		hand_out(t, FRAME_STEP, s->now_ms, 0, &t->step);
		if (!t->broken)
			t->whole_ms = s->now_ms;
		begin_step(t);
		hand_out_budget(t, s->now_ms, false);
		if (t->options.all_events || pane - t->events_pane >= EVENTS_PANES || pane < t->events_pane)
			hand_out_events(t, s->now_ms);
	}
	hand_out_alerts(t, s->now_ms, changes);
	marked = hand_out_marks(t, s->now_ms);
	if (!t->keyed || t->broken)
		begin(t, s->now_ms);
	else if (t->want_key || s->now_ms - t->key_ms >= t->options.key_ms)
		hand_out_key(t, s->now_ms);
	else
		return;
	/* A file may begin with this key, and then has nothing that lies before it. */
	hand_out_alerts(t, s->now_ms, changes);
	if (marked) {
		t->marks = SIZE_MAX;
		(void)hand_out_marks(t, s->now_ms);
	}
}

/* ---- from outside ---------------------------------------------------------------------------- */

int
tape_new(struct tape **out, const struct tape_options *options, struct err *err)
{
	struct tape *t = mem_calloc(1, sizeof(*t));
	int rc;

	if (!t)
		return err_nomem(err);
	t->options = *options;
	t->options.key_ms = options->key_ms ? options->key_ms : TAPE_KEY_MS;
	t->whole_ms = INT64_MIN;
	t->alert_changes = options->alert_changes;
	t->journal = (struct journal){t, on_merged, on_leave, on_model, on_fact, on_tick, on_event};
	bytes_init(&t->step);
	bytes_init(&t->payload);
	delta_init(&t->pending);
	rc = events_new(&t->events, options->all_events, err);
	if (rc) {
		tape_free(t);
		return rc;
	}
	*out = t;
	return 0;
}

void
tape_free(struct tape *t)
{
	size_t i;

	if (!t)
		return;
	bytes_release(&t->step);
	bytes_release(&t->payload);
	delta_release(&t->pending);
	events_free(t->events);
	for (i = 0; i < t->nsources; i++)
		mem_free(t->sources[i].streams);
	mem_free(t->sources);
	mem_free(t->models);
	mem_free(t);
}

const struct journal *
tape_journal(const struct tape *t)
{
	return &t->journal;
}

void
tape_want_key(struct tape *t)
{
	t->want_key = true;
}

void
tape_flush(struct tape *t, const struct store *s)
{
	t->s = s;
	if (!t->keyed || t->broken || s->now_ms == INT64_MIN)
		return;
	close_pending(t);
	put_waiting_facts(t);
	if (t->step.n)
		hand_out(t, FRAME_STEP, s->now_ms, 0, &t->step);
	if (!t->broken)
		t->whole_ms = s->now_ms;
	begin_step(t);
	hand_out_events(t, s->now_ms);
	hand_out_quick(t, s->now_ms);
}

uint64_t
tape_failures(const struct tape *t)
{
	return t->failures;
}
