#include "tui/demo_play.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collectors/lines.h"
#include "collectors/publish_line.h"
#include "core/mem.h"
#include "tui/demo_fraud.h"
#include "tui/demo_labels.h"

/* Longest silence that is worth another look at the clock, and the pace of the loop when much is
 * due. */
#define WAIT_MAX_MS 100
#define WAIT_MIN_MS 20

struct script {
	const char *key;
	const char *set; /* the files' stem; NULL: the made-up one */
	double rate_per_s;
	double turn_s; /* seconds after the start when the later period begins */
	double later_rate_per_s;
	int64_t later_from_ms; /* by the events' own time */
	bool labels_later;     /* the truth comes in events of its own */
};

/*
 * The later periods begin where something has really changed: new aircraft types (2000), a field
 * that begins to be measured (2004), stations that changed their weekly rhythm and a new version of
 * the model (2010). The first one's traffic grows as it turns, so that half of a five-minute window
 * is new within a minute.
 */
static const struct script scripts[] = {
    {"ml:birdstrike-damage", "birdstrikes", 5, 6, 40, INT64_C(946684800000), true},
    {"ml:storm-wind", "storms", 8, 90, 8, INT64_C(1072915200000), false},
    {"ml:chicago-ridership", "chicago", 5, 180, 5, INT64_C(1262304000000), false},
    {"ml:card-fraud", NULL, 40, 0, 40, 0, false},
};

#define SCRIPTS (sizeof(scripts) / sizeof(scripts[0]))

struct line_ref {
	size_t at, n;
	struct publish_time time;
};

struct demo_rows {
	struct line_ref *refs;
	size_t count, cap;
	char *text;
	size_t bytes, text_cap;
	size_t next; /* row to be played */
};

struct demo_feed {
	const struct script *script;
	struct demo_rows train, later;
	double due_s; /* since the start: when the next live event is due */
};

struct demo_play {
	struct demo_feed feeds[SCRIPTS];
	struct demo_fraud fraud;  /* makes the fourth model's events */
	struct demo_fraud random; /* gaps and order of the others */
	struct demo_fraud known;  /* which labels will be known */
	struct demo_labels labels;
	int64_t start_ms;
	bool quiet;
	char *buf;
	size_t cap;
};

/* ---- reading --------------------------------------------------------------------------------- */

static int
rows_keep(struct demo_rows *r, struct slice line, const struct publish_time *t, struct err *err)
{
	struct line_ref *refs = mem_grow(r->refs, &r->cap, r->count + 1, sizeof(*refs));
	char *text;

	if (!refs)
		return err_nomem(err);
	r->refs = refs;
	text = mem_grow(r->text, &r->text_cap, r->bytes + line.n, 1);
	if (!text)
		return err_nomem(err);
	r->text = text;
	memcpy(text + r->bytes, line.p, line.n);
	r->refs[r->count++] = (struct line_ref){r->bytes, line.n, *t};
	r->bytes += line.n;
	return 0;
}

static int
rows_read(struct demo_rows *r, const char *dir, const char *set, const char *part, int64_t from_ms,
    struct err *err)
{
	struct lines *l = NULL;
	struct publish_time t;
	struct slice line;
	char path[1024];
	bool end = false;
	int rc;

	snprintf(path, sizeof(path), "%s/%s.%s.ndjson.gz", dir, set, part);
	rc = lines_open(&l, path, err);
	while (!rc) {
		rc = lines_next(l, &line, &end, err);
		if (rc || end)
			break;
		rc = publish_line_time(line, &t, err);
		if (rc)
			err_wrap(err, "%s", path);
		else if (t.ms >= from_ms)
			rc = rows_keep(r, line, &t, err);
	}
	lines_close(l);
	if (!rc && !r->count)
		rc = err_set(err, ERR_FORMAT, "%s: no events", path);
	return rc;
}

static void
rows_release(struct demo_rows *r)
{
	mem_free(r->refs);
	mem_free(r->text);
}

/* Fisher and Yates. */
static void
rows_shuffle(struct demo_rows *r, struct demo_fraud *random)
{
	size_t i;

	for (i = r->count; i > 1; i--) {
		size_t k = (size_t)(demo_fraud_uniform(random) * (double)i);
		struct line_ref swap = r->refs[i - 1];

		r->refs[i - 1] = r->refs[k];
		r->refs[k] = swap;
	}
}

int
demo_play_new(struct demo_play **out, const char *dir, uint64_t seed, struct err *err)
{
	struct demo_play *p = mem_calloc(1, sizeof(*p));
	size_t i;
	int rc = 0;

	if (!p)
		return err_nomem(err);
	demo_fraud_init(&p->fraud, seed);
	demo_fraud_init(&p->random, seed + 1);
	demo_fraud_init(&p->known, seed + 2);
	for (i = 0; i < SCRIPTS && !rc; i++) {
		struct demo_feed *f = &p->feeds[i];

		f->script = &scripts[i];
		if (!f->script->set)
			continue;
		rc = rows_read(&f->train, dir, f->script->set, "train", INT64_MIN, err);
		if (!rc)
			rc = rows_read(&f->later, dir, f->script->set, "events",
			    f->script->later_from_ms, err);
		if (!rc)
			rows_shuffle(&f->train, &p->random);
	}
	if (rc) {
		demo_play_free(p);
		return rc;
	}
	*out = p;
	return 0;
}

void
demo_play_free(struct demo_play *p)
{
	size_t i;

	if (!p)
		return;
	for (i = 0; i < SCRIPTS; i++) {
		rows_release(&p->feeds[i].train);
		rows_release(&p->feeds[i].later);
	}
	demo_labels_release(&p->labels);
	mem_free(p->buf);
	mem_free(p);
}

void
demo_play_quiet(struct demo_play *p)
{
	p->quiet = true;
}

/* The time by which the script goes: where nothing is to happen, always the moment before all of it. */
static double
script_s(const struct demo_play *p, double since_start_s)
{
	return p->quiet && since_start_s >= DEMO_FRAUD_CANARY_S ? DEMO_FRAUD_CANARY_S - 1 : since_start_s;
}

/* ---- where to ------------------------------------------------------------------------------- */

static int
publish_entry(void *ctx, const char *key, int64_t id_ms, struct slice line, struct err *err)
{
	const struct pair field = {{"event", 5}, line};

	return publish_add(ctx, slice_of(key), id_ms, DEMO_MAXLEN, &field, 1, err);
}

struct demo_sink
demo_sink_server(struct publish *to)
{
	return (struct demo_sink){to, publish_entry};
}

/* ---- playing --------------------------------------------------------------------------------- */

/* The next row, the oldest again behind the newest. */
static struct slice
rows_take(struct demo_rows *r, struct publish_time *t)
{
	const struct line_ref *ref = &r->refs[r->next];

	r->next = (r->next + 1) % r->count;
	*t = ref->time;
	return slice_make(r->text + ref->at, ref->n);
}

static int
play_one(struct demo_play *p, struct demo_feed *f, const struct demo_sink *to, double since_start_s,
    int64_t id_ms, int64_t ts_ms, struct err *err)
{
	struct publish_time t;
	struct slice line, event;
	char made[DEMO_FRAUD_LINE_BYTES], *buf;
	size_t n;
	int rc = 0;

	if (!f->script->set) {
		event = slice_make(made, demo_fraud_event(&p->fraud, script_s(p, since_start_s), ts_ms, made));
	} else {
		line = rows_take(script_s(p, since_start_s) >= f->script->turn_s ? &f->later : &f->train, &t);
		buf = mem_grow(p->buf, &p->cap, line.n + PUBLISH_LINE_EXTRA, 1);
		if (!buf)
			return err_nomem(err);
		p->buf = buf;
		n = publish_line_restamp(line, &t, ts_ms, buf);
		if (f->script->labels_later)
			rc = demo_labels_hold(&p->labels, buf, &n, since_start_s,
			    demo_fraud_uniform(&p->known) < DEMO_LABELS_SHARE, err);
		event = slice_make(buf, n);
	}
	return rc ? rc : to->entry(to->ctx, f->script->key, id_ms, event, err);
}

/* The labels that have become known by then. In the history each has its own time, later that of its arrival. */
static int
play_labels(struct demo_play *p, const struct demo_sink *to, double now_s, bool live, struct err *err)
{
	char line[DEMO_LABELS_LINE_BYTES];
	double at_s;
	size_t n;
	int rc = 0;

	while (!rc && (n = demo_labels_next(&p->labels, now_s, p->start_ms, line, &at_s)) > 0)
		rc = to->entry(to->ctx, DEMO_LABELS_KEY, live ? -1 : p->start_ms + (int64_t)floor(at_s * 1000.0),
		    slice_make(line, n), err);
	return rc;
}

/* Requests come by themselves, not on a beat: gaps are exponential. */
static double
gap_s(struct demo_play *p, const struct demo_feed *f)
{
	const struct script *s = f->script;
	double rate = script_s(p, f->due_s) >= s->turn_s ? s->later_rate_per_s : s->rate_per_s;

	return -log(1.0 - demo_fraud_uniform(&p->random)) / rate;
}

int
demo_play_history(struct demo_play *p, const struct demo_sink *to, int64_t start_ms, struct err *err)
{
	size_t i;
	int rc = 0;

	p->start_ms = start_ms;
	for (i = 0; i < SCRIPTS && !rc; i++) {
		struct demo_feed *f = &p->feeds[i];

		f->due_s = -DEMO_HISTORY_S;
		while (f->due_s < 0 && !rc) {
			int64_t at_ms = start_ms + (int64_t)floor(f->due_s * 1000.0);

			rc = play_one(p, f, to, f->due_s, at_ms, at_ms, err);
			f->due_s += gap_s(p, f);
		}
	}
	if (!rc)
		rc = play_labels(p, to, 0, false, err);
	return rc;
}

int
demo_play_due(
    struct demo_play *p, const struct demo_sink *to, int64_t now_ms, int64_t *wait_ms, struct err *err)
{
	double now_s = (double)(now_ms - p->start_ms) / 1000.0,
	       soonest = now_s + WAIT_MAX_MS / 1000.0;
	size_t i;
	int rc = 0;

	for (i = 0; i < SCRIPTS && !rc; i++) {
		struct demo_feed *f = &p->feeds[i];

		/* Behind a pause (the machine slept, the process was stopped) there is nothing to
		 * catch up on. */
		if (f->due_s < now_s - 2.0)
			f->due_s = now_s;
		while (f->due_s <= now_s && !rc) {
			rc = play_one(p, f, to, now_s, -1,
			    p->start_ms + (int64_t)floor(f->due_s * 1000.0), err);
			f->due_s += gap_s(p, f);
		}
		if (f->due_s < soonest)
			soonest = f->due_s;
	}
	if (!rc)
		rc = play_labels(p, to, now_s, true, err);
	*wait_ms = (int64_t)ceil((soonest - now_s) * 1000.0);
	if (*wait_ms < WAIT_MIN_MS)
		*wait_ms = WAIT_MIN_MS;
	return rc;
}
