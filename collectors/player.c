/*
 * Playing.
 *
 * A key is a state, and the steps behind it lead on from it. Where a step is missing or damaged the state is not what
 * was recorded until the next key, from which everything is read anew; also where a key lies behind no step of its own
 * time: then its writer had no memory for one. In between, gaps are counted.
 *
 * Each store begins with a copy of the configuration's rules: what was told later is in its key or in a step.
 */
#include "collectors/player.h"

#include <string.h>

#include "collectors/config_text.h"
#include "core/budget.h"
#include "core/config.h"
#include "core/events_bytes.h"
#include "core/mem.h"
#include "core/rule_bytes.h"
#include "core/tape.h"

#define EVENTS_FRAMES 24 /* before the time jumped to: six minutes */
#define EVENTS_NEAR   ((size_t)48) /* frames of all types */
#define EVENTS_BYTES  ((uint64_t)512 << 10) /* unpacked, or a single frame of more */
#define NEAR_FRAMES   100 /* further on: played to, although a key lies between */

struct player {
	struct recording *r; /* borrowed */
	struct store *s;
	struct config *config; /* of the store */
	struct config *own;    /* the same, where it came out of the recording */
	bool given, what_if;
	size_t head;   /* the frame whose configuration that is; SIZE_MAX: the recording's */
	bool has_head; /* there is one in use */
	size_t at;     /* frame */
	int64_t time_ms;
	size_t ahead;	  /* events of this frame that arrived up to ahead_ms are there already; SIZE_MAX: none are */
	int64_t ahead_ms, until_ms; /* until: what came later is not taken */
	size_t gaps;
	size_t short_of; /* budgets that are of more than is there */
	bool stale; /* the next key is a beginning */
	bool other; /* behind the end of one recording, before the first key of another */
	struct err why;
};

/* ---- the configuration ----------------------------------------------------------------------- */

/* The head that holds at a key, and the frame it is; the recording's own where that one cannot be read. */
static struct recording_head
head_at(struct player *p, size_t key, size_t *frame, char **text)
{
	struct recording_head head;
	size_t n;

	*text = NULL;
	*frame = recording_before(p->r, FRAME_HEADER, key);
	if (*frame != SIZE_MAX && !recording_payload(p->r, *frame, text, &n, NULL) &&
	    !recording_head_read(&head, slice_make(*text, n), NULL))
		return head;
	return *recording_head(p->r);
}

/* ---- a store from a key ---------------------------------------------------------------------- */

static bool
is_model_of(const struct recording *r, size_t key, size_t i)
{
	const struct frame *f = key + i < recording_count(r) ? &recording_frame(r, key + i)->frame : NULL;

	return f && f->type == FRAME_KEY_MODEL && f->seq == recording_frame(r, key)->frame.seq + i;
}

static int
read_key(struct player *p, struct store *s, size_t key, size_t *last, struct err *err)
{
	size_t models = 0, n, i;
	char *payload;
	int rc = recording_payload(p->r, key, &payload, &n, err);

	if (rc)
		return rc;
	rc = tape_read_key(s, slice_make(payload, n), &models, err);
	mem_free(payload);
	for (i = 1; i <= models && !rc; i++) {
		if (!is_model_of(p->r, key, i))
			return err_set(err, ERR_FORMAT, "a key of the recording is not whole");
		rc = recording_payload(p->r, key + i, &payload, &n, err);
		if (rc)
			return rc;
		rc = tape_read_key_model(s, slice_make(payload, n), err);
		mem_free(payload);
	}
	*last = key + models;
	return rc;
}

/* What is to take the place of what the player has. */
struct setting {
	struct store *s;
	struct config *config, *own;
	size_t head, last;
	struct err why;
};

static void
config_free(struct config *c)
{
	if (c)
		config_release(c);
	mem_free(c);
}

static int
choose_config(const struct player *p, struct setting *n, struct slice text, struct err *err)
{
	n->config = p->config;
	if (p->given || (p->has_head && p->head == n->head))
		return 0;
	n->config = n->own = mem_calloc(1, sizeof(*n->own));
	return n->own ? config_text_parse(n->own, text, &n->why, err) : err_nomem(err);
}

/* A copy: those that the store goes by may become others, and a jump begins with these again. */
static int
give_rules(struct setting *n, struct err *err)
{
	struct rules rules;
	const struct fact fact = {.kind = FACT_RULES, .u.rules = {.rules = &rules}};
	int rc = rules_copy(&rules, &n->config->rules, err);

	return rc ? rc : store_apply(n->s, &fact, err);
}

/* Whoever asks what other rules would have raised means all of the time; of another budget alone, that alone. */
static int
has_own_rules(const struct player *p, const struct setting *n, struct slice text, bool *own, struct err *err)
{
	struct config recorded = {0};
	struct err why = {0};
	int rc = 0;

	*own = p->given;
	if (p->given && p->what_if) {
		rc = config_text_parse(&recorded, text, &why, err);
		*own = !rc && !rules_same(&recorded.rules, &n->config->rules);
		config_release(&recorded);
	}
	return rc;
}

static int
make_store(struct player *p, struct setting *n, size_t key, struct err *err)
{
	char *text;
	struct recording_head head = head_at(p, key, &n->head, &text);
	struct store_options o = {.utc_offset_ms = head.utc_offset_ms, .start_ms = head.start_ms,
	    .alarms_per_week = head.alarms_per_week};
	int rc = choose_config(p, n, head.config, err);

	o.config = n->config;
	/* What evidence may raise is one of the things to ask about. */
	if (!rc && p->what_if && p->given) {
		double recorded = head.alarms_per_week > 0 ? head.alarms_per_week : CONFIG_BUDGET_PER_WEEK;

		o.alarms_per_week = n->config->budget_per_week;
		o.own_budget = o.alarms_per_week < recorded || o.alarms_per_week > recorded;
	}
	if (!rc)
		rc = has_own_rules(p, n, head.config, &o.own_rules, err);
	if (!rc)
		rc = store_new(&n->s, &o, err);
	mem_free(text);
	return rc;
}

/* It was not to be. */
static void
give_up(struct setting *n)
{
	store_free(n->s);
	config_free(n->own);
}

static void
settle(struct player *p, struct setting *n)
{
	store_free(p->s);
	p->s = n->s;
	if (n->own) {
		config_free(p->own);
		p->own = n->own;
		p->why = n->why;
	}
	p->config = n->config;
	p->head = n->head;
	p->has_head = true;
	p->at = n->last;
	p->time_ms = recording_frame(p->r, n->last)->frame.time_ms;
	p->ahead = SIZE_MAX;
	p->gaps = 0;
	p->stale = p->other = false;
}

/* ---- raw events ------------------------------------------------------------------------------ */

static void
keep_event(void *ctx, size_t model, const struct event *ev)
{
	struct player *p = ctx;

	if (model < store_model_count(p->s) && ev->arrival_ms > p->ahead_ms && ev->arrival_ms <= p->until_ms)
		store_raw_add(p->s, model, ev);
}

/* Nothing rests on them: those that cannot be read are not there. */
static void
read_events(struct player *p, size_t frame, int64_t until_ms)
{
	char *payload;
	size_t n;

	if (frame != p->ahead)
		p->ahead_ms = INT64_MIN;
	p->until_ms = until_ms;
	if (recording_payload(p->r, frame, &payload, &n, NULL))
		return;
	(void)events_read(slice_make(payload, n), keep_event, p, NULL);
	mem_free(payload);
}

/* Those of a while before a key. */
static void
fill_events(struct player *p, size_t key)
{
	size_t from = key, n = 0, before;
	uint64_t bytes = 0;

	while (n < EVENTS_FRAMES && (before = recording_before(p->r, FRAME_EVENTS, from)) != SIZE_MAX) {
		bytes += recording_frame(p->r, before)->frame.raw;
		if (n && bytes > EVENTS_BYTES)
			break;
		from = before;
		n++;
	}
	for (; n > 0; n--, from = recording_behind(p->r, FRAME_EVENTS, from))
		read_events(p, from, INT64_MAX);
}

/* ---- from key to key ------------------------------------------------------------------------- */

/* on: it was played up to here, so that what a what-if has raised goes on. On failure all is as it was. */
static int
restore(struct player *p, size_t key, bool on, struct err *err)
{
	struct setting n = {.last = key};
	int rc = make_store(p, &n, key, err);

	if (!rc && p->what_if)
		store_judge_anew(n.s);
	if (!rc)
		rc = give_rules(&n, err);
	if (!rc)
		rc = read_key(p, n.s, key, &n.last, err);
	if (rc) {
		give_up(&n);
		return rc;
	}
	if (p->what_if && on)
		store_take_alerts(n.s, p->s);
	settle(p, &n);
	return 0;
}

/* ---- from step to step ----------------------------------------------------------------------- */

static int
do_step(struct player *p, size_t frame, struct err *err)
{
	char *payload = NULL;
	size_t n = 0;
	int rc = p->other ? ERR_FORMAT : recording_payload(p->r, frame, &payload, &n, err);

	if (!rc)
		rc = tape_play_step(p->s, slice_make(payload, n), err);
	mem_free(payload);
	p->time_ms = recording_frame(p->r, frame)->frame.time_ms;
	if (rc == 0 || rc == ERR_NOMEM)
		return rc;
	p->gaps++;
	return 0;
}

/* In a recording that is whole it is that of the store. */
static void
take_budget(struct player *p, size_t frame)
{
	struct budget budget;
	char *payload;
	size_t n;

	if (p->other || recording_payload(p->r, frame, &payload, &n, NULL))
		return;
	if (!budget_read(&budget, slice_make(payload, n), NULL))
		p->short_of += budget_take(p->s, &budget);
	mem_free(payload);
}

/* A key on the way is taken: what was missing before it, told or not, is there again. */
static int
pass_key(struct player *p, size_t frame, struct err *err)
{
	int rc;

	rc = restore(p, frame, true, err);
	if (!rc)
		fill_events(p, frame);
	return rc == ERR_NOMEM ? rc : 0;
}

static void
look_at_sequence(struct player *p, const struct frame *before, const struct frame *f)
{
	if (f->seq <= before->seq)
		p->other = true;
	if (f->type == FRAME_HEADER || p->other)
		p->stale = true;
	else if (f->seq != before->seq + 1 || f->type == FRAME_GAP)
		p->gaps++;
}

/* Raw events up to the step that it stands at lie right behind it, or, with later ones, in the next frame of them. */
static void
finish_step(struct player *p)
{
	size_t next = recording_behind(p->r, FRAME_EVENTS, p->at);

	if (next == SIZE_MAX || next - p->at > EVENTS_NEAR)
		return;
	read_events(p, next, p->time_ms);
	p->ahead = next;
	p->ahead_ms = p->time_ms;
}

static int
play_to(struct player *p, size_t target, struct err *err)
{
	int rc = 0;

	while (p->at < target && !rc) {
		size_t next = p->at + 1;
		const struct frame *f = &recording_frame(p->r, next)->frame;

		look_at_sequence(p, &recording_frame(p->r, p->at)->frame, f);
		p->at = next;
		if (f->type == FRAME_STEP)
			rc = do_step(p, next, err);
		else if (f->type == FRAME_EVENTS && target - next < EVENTS_NEAR)
			read_events(p, next, INT64_MAX);
		else if (f->type == FRAME_KEY)
			rc = pass_key(p, next, err);
		else if (f->type == FRAME_BUDGET)
			take_budget(p, next);
	}
	if (!rc)
		finish_step(p);
	return rc;
}

/* ---- jumping --------------------------------------------------------------------------------- */

/* The nearest whole key at or before that frame, else the first whole one behind it. */
static int
restore_near(struct player *p, size_t target, struct err *err)
{
	size_t key = target == SIZE_MAX ? SIZE_MAX : recording_before(p->r, FRAME_KEY, target + 1);
	struct err why = {0};
	int rc = ERR_FORMAT;

	for (; key != SIZE_MAX && rc && rc != ERR_NOMEM; key = recording_before(p->r, FRAME_KEY, key))
		rc = restore(p, key, false, &why);
	key = recording_behind(p->r, FRAME_KEY, target);
	for (; key != SIZE_MAX && rc && rc != ERR_NOMEM; key = recording_behind(p->r, FRAME_KEY, key))
		rc = restore(p, key, false, &why);
	if (!rc)
		return 0;
	if (rc == ERR_NOMEM)
		return err_nomem(err);
	return err_set(err, ERR_FORMAT, "there is no state in it that is whole%s%s", why.msg[0] ? ": " : "", why.msg);
}

/* Nothing is done between that frame and the one it stands at. */
static bool
stands_at(const struct player *p, size_t target)
{
	return p->s && target != SIZE_MAX && target <= p->at && recording_behind(p->r, FRAME_STEP, target) > p->at;
}

/* target: a step or a key; SIZE_MAX: the first key. */
static int
go_to(struct player *p, size_t target, struct err *err)
{
	size_t key = target == SIZE_MAX ? SIZE_MAX : recording_before(p->r, FRAME_KEY, target + 1);
	int rc = 0;

	if (stands_at(p, target))
		return 0;
	if (p->s && target != SIZE_MAX && target > p->at &&
	    (p->what_if || key == SIZE_MAX || key <= p->at || target - p->at < NEAR_FRAMES))
		return play_to(p, target, err);
	rc = restore_near(p, p->what_if ? SIZE_MAX : target, err);
	if (rc)
		return rc;
	if (target == SIZE_MAX || target < p->at + EVENTS_NEAR)
		fill_events(p, p->at);
	if (target != SIZE_MAX && target > p->at)
		return play_to(p, target, err);
	finish_step(p);
	return 0;
}

int
player_seek(struct player *p, int64_t time_ms, struct err *err)
{
	size_t step = recording_last(p->r, FRAME_STEP, time_ms), key = recording_last(p->r, FRAME_KEY, time_ms);

	if (key != SIZE_MAX && (step == SIZE_MAX || key > step))
		step = key;
	return go_to(p, step, err);
}

int
player_step(struct player *p, int n, struct err *err)
{
	size_t to = p->at, next;

	for (; n > 0; n--) {
		next = recording_behind(p->r, FRAME_STEP, to);
		if (next == SIZE_MAX)
			break;
		to = next;
	}
	if (n < 0)
		to = recording_before(p->r, FRAME_STEP, p->at + 1);
	for (; n < 0 && to != SIZE_MAX; n++)
		to = recording_before(p->r, FRAME_STEP, to);
	return go_to(p, to, err);
}

/* ---- from outside ---------------------------------------------------------------------------- */

int
player_open(struct player **out, struct recording *r, struct config *config, bool what_if, struct err *err)
{
	struct player *p = mem_calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return err_nomem(err);
	p->r = r;
	p->config = config;
	p->given = config != NULL;
	p->what_if = what_if;
	rc = go_to(p, SIZE_MAX, err);
	if (rc) {
		player_close(p);
		return rc;
	}
	*out = p;
	return 0;
}

void
player_close(struct player *p)
{
	if (!p)
		return;
	store_free(p->s);
	config_free(p->own);
	mem_free(p);
}

const struct store *
player_store(const struct player *p)
{
	return p->s;
}

int64_t
player_time_ms(const struct player *p)
{
	return p->time_ms;
}

size_t
player_frame(const struct player *p)
{
	return p->at;
}

bool
player_at_end(const struct player *p)
{
	return recording_behind(p->r, FRAME_STEP, p->at) == SIZE_MAX;
}

size_t
player_gaps(const struct player *p)
{
	return p->gaps;
}

size_t
player_short_of(const struct player *p)
{
	return p->short_of;
}

const char *
player_why(const struct player *p)
{
	return p->why.msg;
}
