#include "tui/feed.h"

#include <inttypes.h>
#include <string.h>

#include "core/mem.h"
#include "tui/env.h"

/* How often a feed that runs to its end looks at its deadlines and lets sources tell their state.
 */
#define CHECK_MS 100
/* Reading the clock for every event would cost as much as a small event does. */
#define EVENTS_PER_LOOK 32

/* So far may one of several sources be ahead of another, where their events are to come in order. */
#define ORDERED_MS 1000

#define SENTENCE_BYTES 256

/* Of the lines of a file: what was wrong with those that are no event. */
struct feed_rejected {
	uint64_t count, line; /* line: of the first of them */
	char detail[80];
};

struct feed_entry {
	struct source *source;
	const char *text;
	enum feed_state state;
	bool was_level; /* has been at its end once */
	int64_t at_ms;	/* source.ordered: arrival of its newest event */
	bool ahead;	/* and that it is held for the others to follow */
	bool nothing_matches;
	int64_t down_since_mono_ms; /* 0: not down */
	char url[SENTENCE_BYTES];
	char sentence[SENTENCE_BYTES];
	bool from_file;
	uint64_t lines;
	struct feed_rejected rejected[REASON_REJECTED_COUNT];
};

struct feed {
	uv_loop_t *loop;
	struct sink sink;
	unsigned server_wait_ms;
	struct feed_entry *entries;
	size_t count;
	uv_check_t check;
	uv_idle_t idle; /* runs while held: the loop must look at its keys, but not wait for one */
	uv_timer_t timer;
	unsigned to_look;
	bool attended; /* somebody may press a key; not while reading to the end */
	bool in_turn, held, paused, ordered;
	uint64_t turn_ns;
	uint64_t turn_start_ns;
	size_t closing;
	bool running;
	struct err *run_err;
	int run_rc;
};

/* ---- the sink -------------------------------------------------------------------------------- */

static void
on_idle(uv_idle_t *h)
{
	(void)h;
}

static void
hold(struct feed *f, struct feed_entry *e)
{
	source_hold(e->source, f->held || f->paused || e->ahead);
}

static void
hold_all(struct feed *f, bool held)
{
	size_t i;

	f->held = held;
	if (held)
		uv_idle_start(&f->idle, on_idle);
	else
		uv_idle_stop(&f->idle);
	for (i = 0; i < f->count; i++)
		hold(f, &f->entries[i]);
}

void
feed_pause(struct feed *f, bool pause)
{
	f->paused = pause;
	hold_all(f, pause ? false : f->held);
}

static bool
is_ahead(const struct feed *f, const struct feed_entry *e)
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		const struct feed_entry *o = &f->entries[i];

		if (o != e && o->state != FEED_ENDED && o->at_ms < e->at_ms - ORDERED_MS)
			return true;
	}
	return false;
}

/* Each source tells its events in order; among several the one that is ahead waits. */
static void
keep_together(struct feed *f)
{
	size_t i;

	for (i = 0; i < f->count && f->count > 1; i++) {
		struct feed_entry *e = &f->entries[i];
		bool ahead = e->at_ms && is_ahead(f, e);

		if (ahead == e->ahead)
			continue;
		e->ahead = ahead;
		hold(f, e);
	}
}

static void
on_event(void *ctx, const struct event *ev)
{
	struct feed *f = ctx;

	f->sink.event(f->sink.ctx, ev);
	if (f->ordered && ev->source < f->count) {
		f->entries[ev->source].at_ms = ev->arrival_ms;
		keep_together(f);
	}
	if (f->to_look-- > 0)
		return;
	f->to_look = EVENTS_PER_LOOK;
	if (!f->attended)
		return;
	if (!f->in_turn) {
		f->in_turn = true;
		f->turn_start_ns = uv_hrtime();
	} else if (!f->held && uv_hrtime() - f->turn_start_ns > f->turn_ns) {
		hold_all(f, true);
	}
}

static void
copy_slice(char *buf, size_t bytes, struct slice s)
{
	size_t n = s.n < bytes - 1 ? s.n : bytes - 1;

	if (n)
		memcpy(buf, s.p, n);
	buf[n] = '\0';
}

static bool
is_down(enum feed_state s)
{
	return s == FEED_STARTING || s == FEED_CONNECTING || s == FEED_WAITING || s == FEED_REFUSED;
}

static void
on_source_fact(struct feed *f, const struct fact_source *s)
{
	struct feed_entry *e;

	if (s->source >= f->count)
		return;
	e = &f->entries[s->source];
	if (!is_down(s->state))
		e->down_since_mono_ms = 0;
	else if (!e->down_since_mono_ms)
		e->down_since_mono_ms = env_mono_ms();
	e->state = s->state;
	e->nothing_matches = s->nothing_matches;
	e->from_file = s->from_file;
	e->lines = s->entries;
	if (s->state == FEED_LIVE || s->state == FEED_ENDED)
		e->was_level = true;
	if (f->ordered)
		keep_together(f);
	copy_slice(e->url, sizeof(e->url), s->url);
	copy_slice(e->sentence, sizeof(e->sentence), s->sentence);
}

static void
on_reject_fact(struct feed *f, const struct fact_reject *r)
{
	struct feed_rejected *to;

	if (r->source >= f->count || r->reason >= REASON_REJECTED_COUNT)
		return;
	to = &f->entries[r->source].rejected[r->reason];
	if (!to->count) {
		to->line = r->line;
		copy_slice(to->detail, sizeof(to->detail), r->detail);
	}
	to->count += r->count;
}

static void
on_fact(void *ctx, const struct fact *fact)
{
	struct feed *f = ctx;

	if (fact->kind == FACT_SOURCE)
		on_source_fact(f, &fact->u.source);
	else if (fact->kind == FACT_REJECT)
		on_reject_fact(f, &fact->u.reject);
	f->sink.fact(f->sink.ctx, fact);
}

/* The turn is over: whatever keys there were have been seen. */
static void
on_check(uv_check_t *h)
{
	struct feed *f = h->data;

	f->in_turn = false;
	if (f->held)
		hold_all(f, false);
}

/* ---- running to the end ---------------------------------------------------------------------- */

static int
run_failure(const struct feed_entry *e, enum err_code code, const char *what, struct err *err)
{
	const char *url = *e->url ? e->url : e->text;

	if (*e->sentence)
		return err_set(err, code, "%s: %s%s", url, what, e->sentence);
	return err_set(err, code, "%s: %s", url, *what ? what : "cannot be read");
}

/* 1: all ended; 0: go on; -1: failed, with the error set. */
static int
run_state(struct feed *f)
{
	int64_t now = env_mono_ms();
	bool all = true;
	size_t i;

	for (i = 0; i < f->count; i++) {
		struct feed_entry *e = &f->entries[i];

		if (e->state == FEED_ENDED)
			continue;
		all = false;
		if (e->state == FEED_FAILED)
			f->run_rc = run_failure(e, ERR_IO, "", f->run_err);
		else if (e->state == FEED_REFUSED)
			f->run_rc = run_failure(e, ERR_AUTH, "", f->run_err);
		else if (is_down(e->state) &&
			 now - e->down_since_mono_ms > (int64_t)f->server_wait_ms)
			f->run_rc = run_failure(e, ERR_IO, "no server: ", f->run_err);
		else
			continue;
		return -1;
	}
	return all;
}

/* Whether it had lines and each of them was rejected; *most: the commonest reason. */
static bool
all_rejected(const struct feed_entry *e, unsigned *most)
{
	uint64_t sum = 0;
	unsigned r;

	*most = 0;
	for (r = 0; r < REASON_REJECTED_COUNT; r++) {
		sum += e->rejected[r].count;
		if (e->rejected[r].count > e->rejected[*most].count)
			*most = r;
	}
	return e->lines > 0 && sum >= e->lines;
}

/*
 * A file of another format is a mistake in the command, and an empty report would hide it. One valid event among all
 * sources is enough: a torn file among good ones is shown with its reason.
 */
static int
check_format(const struct feed *f, struct err *err)
{
	const struct feed_entry *bad = NULL;
	const struct feed_rejected *why;
	unsigned most, of_bad = 0;
	size_t i;

	for (i = 0; i < f->count; i++) {
		const struct feed_entry *e = &f->entries[i];

		if (!e->from_file || (e->lines && !all_rejected(e, &most)))
			return 0;
		if (e->lines && !bad) {
			bad = e;
			of_bad = most;
		}
	}
	if (!bad)
		return 0;
	why = &bad->rejected[of_bad];
	return err_set(err, ERR_FORMAT,
	    "%.120s: no event in %" PRIu64 " line%s: %s, first in line %" PRIu64
	    "%s%s%s; what is expected is one JSON object {...} a line, as docs/EVENTS.md says",
	    bad->url, bad->lines, bad->lines == 1 ? "" : "s", event_reasons[of_bad].name, why->line,
	    *why->detail ? " (" : "", why->detail, *why->detail ? ")" : "");
}

int
feed_ended(struct feed *f, struct err *err)
{
	f->run_err = err;
	return run_state(f);
}

static void
on_timer(uv_timer_t *h)
{
	struct feed *f = h->data;

	feed_tick(f, env_wall_ms());
	if (run_state(f) != 0)
		uv_stop(f->loop);
}

int
feed_run_to_end(struct feed *f, struct err *err)
{
	int rc;

	f->run_err = err;
	f->run_rc = 0;
	rc = uv_timer_start(&f->timer, on_timer, 1, CHECK_MS);
	if (rc)
		return err_set(err, ERR_IO, "event loop: %s", uv_strerror(rc));
	while (run_state(f) == 0)
		uv_run(f->loop, UV_RUN_ONCE);
	uv_timer_stop(&f->timer);
	if (f->run_rc)
		return f->run_rc;
	feed_tick(f, env_wall_ms());
	return check_format(f, err);
}

/* ---- opening and closing --------------------------------------------------------------------- */

static void
on_closed(void *ctx)
{
	struct feed *f = ctx;

	f->closing--;
}

static void
on_handle_closed(uv_handle_t *h)
{
	struct feed *f = h->data;

	f->closing--;
}

void
feed_close(struct feed *f)
{
	size_t i;

	if (!f)
		return;
	f->closing = f->count + 3;
	for (i = 0; i < f->count; i++)
		source_close(f->entries[i].source, on_closed, f);
	uv_close((uv_handle_t *)&f->check, on_handle_closed);
	uv_close((uv_handle_t *)&f->idle, on_handle_closed);
	uv_close((uv_handle_t *)&f->timer, on_handle_closed);
	while (f->closing)
		uv_run(f->loop, UV_RUN_ONCE);
	mem_free(f->entries);
	mem_free(f);
}

int
feed_open(struct feed **out, uv_loop_t *loop, const struct feed_options *options, struct err *err)
{
	struct feed *f = mem_calloc(1, sizeof(*f));
	const struct sink sink = {f, on_event, on_fact};
	int64_t now = env_mono_ms();
	int rc = 0;
	size_t i;

	if (f)
		f->entries = mem_calloc(options->nsources, sizeof(*f->entries));
	if (!f || !f->entries) {
		mem_free(f);
		return err_nomem(err);
	}
	f->loop = loop;
	f->sink = options->sink;
	f->ordered = options->source.ordered;
	f->attended = !options->source.to_end_only || options->attended;
	f->turn_ns = (options->turn_us ? options->turn_us : FEED_TURN_US) * UINT64_C(1000);
	f->server_wait_ms = options->server_wait_ms ? options->server_wait_ms : FEED_SERVER_WAIT_MS;
	uv_check_init(loop, &f->check);
	uv_idle_init(loop, &f->idle);
	uv_timer_init(loop, &f->timer);
	f->check.data = f->idle.data = f->timer.data = f;
	uv_check_start(&f->check, on_check);
	/* A check handle alone must not keep the loop alive. */
	uv_unref((uv_handle_t *)&f->check);
	for (i = 0; i < options->nsources && !rc; i++) {
		struct feed_entry *e = &f->entries[f->count];

		e->text = options->sources[i];
		e->down_since_mono_ms = now ? now : 1;
		rc = source_open(&e->source, loop, (unsigned)i, options->sources[i],
		    &options->source, &sink, err);
		if (!rc)
			f->count++;
	}
	if (rc) {
		feed_close(f);
		return rc;
	}
	*out = f;
	return 0;
}

void
feed_tick(struct feed *f, int64_t wall_ms)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		source_tick(f->entries[i].source, wall_ms);
}

int64_t
feed_clock_ms(const struct feed *f, int64_t wall_ms)
{
	int64_t newest = 0;
	size_t i;

	for (i = 0; i < f->count; i++) {
		int64_t t = source_clock_ms(f->entries[i].source, wall_ms);

		if (t > newest)
			newest = t;
	}
	return newest;
}

int64_t
feed_oldest_ms(const struct feed *f)
{
	int64_t oldest = 0;
	size_t i;

	for (i = 0; i < f->count; i++) {
		int64_t t = source_oldest_ms(f->entries[i].source);

		if (t > 0 && (!oldest || t < oldest))
			oldest = t;
	}
	return oldest;
}

bool
feed_settled(const struct feed *f)
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		const struct feed_entry *e = &f->entries[i];

		if (!e->was_level && e->state != FEED_WAITING && e->state != FEED_REFUSED &&
		    e->state != FEED_FAILED)
			return false;
	}
	return true;
}

bool
feed_catching_up(const struct feed *f)
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		if (f->entries[i].state == FEED_CATCHING_UP)
			return true;
	}
	return false;
}

size_t
feed_count(const struct feed *f)
{
	return f->count;
}

struct source *
feed_source(struct feed *f, size_t index)
{
	return index < f->count ? f->entries[index].source : NULL;
}
