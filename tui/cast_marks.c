#include "tui/cast_marks.h"

#include <stdio.h>
#include <string.h>

#include "collectors/recording.h"
#include "core/mem.h"
#include "tui/replay_list.h"

void
cast_marks_init(struct cast_marks *m, int64_t began_ms, void (*marker)(void *ctx, struct slice label), void *ctx)
{
	*m = (struct cast_marks){.marker = marker, .ctx = ctx, .began_ms = began_ms};
}

void
cast_marks_release(struct cast_marks *m)
{
	mem_free(m->marks);
	memset(m, 0, sizeof(*m));
}

/* ---- how many at once ------------------------------------------------------------------------ */

/* A jump over an hour, or a fleet in trouble, is one moment of the cast. */
struct burst {
	struct cast_marks *m;
	size_t n;
	const char *what;
};

static void
tell(struct burst *b, const char *text)
{
	if (b->n++ < CAST_MARKS_AT_ONCE)
		b->m->marker(b->m->ctx, slice_of(text));
}

static void
tell_rest(const struct burst *b)
{
	char text[64];

	if (b->n <= CAST_MARKS_AT_ONCE)
		return;
	snprintf(text, sizeof(text), "and %zu more %s", b->n - CAST_MARKS_AT_ONCE, b->what);
	b->m->marker(b->m->ctx, slice_of(text));
}

static void
tell_alert(struct burst *b, enum alert_change_kind kind, const struct alert *al)
{
	char text[REPLAY_TEXT_BYTES];

	/* That a silence ended is nothing that a viewer sees. */
	if (kind == ALERT_CHANGE_BROKEN)
		return;
	replay_list_alert_text(kind, al, text, sizeof(text));
	tell(b, text);
}

static void
tell_mark(struct burst *b, const struct fact_mark *mark, const struct store *s)
{
	char text[REPLAY_TEXT_BYTES];

	replay_list_mark_text(mark, s, text, sizeof(text));
	tell(b, text);
}

/* ---- live ------------------------------------------------------------------------------------ */

static void
live_alerts(struct cast_marks *m, const struct alerts *a)
{
	struct burst b = {m, 0, "changes of alerts"};
	uint64_t i = m->changes;

	/* Another store has begun to count anew. */
	if (a->changes < i)
		i = 0;
	if (a->changes - i > ALERT_CHANGES)
		i = a->changes - ALERT_CHANGES;
	for (; i < a->changes; i++) {
		const struct alert_change *c = &a->changed[i % ALERT_CHANGES];
		const struct alert *al = alerts_find(a, c->id);

		if (al && !c->history)
			tell_alert(&b, c->kind, al);
	}
	m->changes = a->changes;
	tell_rest(&b);
}

static uint64_t
mark_hash(const struct fact_mark *f)
{
	const uint64_t parts[4] = {(uint64_t)f->kind, (uint64_t)f->model, (uint64_t)f->at_ms, slice_hash(f->text)};

	return slice_hash(slice_make((const char *)parts, sizeof(parts)));
}

/* Marks lie by their time and not as they came: only what has been seen tells which are new. One that there is no
 * memory for waits. */
static bool
is_seen(struct cast_marks *m, uint64_t hash)
{
	uint64_t *grown;
	size_t i;

	for (i = m->nmarks; i > 0; i--)
		if (m->marks[i - 1] == hash)
			return true;
	grown = mem_grow(m->marks, &m->cap, m->nmarks + 1, sizeof(*grown));
	if (!grown)
		return true;
	m->marks = grown;
	m->marks[m->nmarks++] = hash;
	return false;
}

static void
live_marks(struct cast_marks *m, const struct store *s)
{
	struct burst b = {m, 0, "marks"};
	size_t i;

	for (i = 0; i < store_mark_count(s); i++) {
		const struct fact_mark *f = store_mark(s, i);

		if (f->kind != MARK_NOTE && f->at_ms < m->began_ms)
			continue;
		if (!is_seen(m, mark_hash(f)))
			tell_mark(&b, f, s);
	}
	tell_rest(&b);
}

void
cast_marks_live(struct cast_marks *m, const struct store *s)
{
	live_alerts(m, store_alerts(s));
	live_marks(m, s);
}

/* ---- of a recording -------------------------------------------------------------------------- */

void
cast_marks_past(struct cast_marks *m, struct recording *rec, const struct store *s, int64_t from_ms, int64_t to_ms)
{
	struct burst alerts = {m, 0, "changes of alerts"}, marks = {m, 0, "marks"};
	size_t n, i;

	if (to_ms <= from_ms)
		return;
	n = recording_alerts(rec);
	for (i = 0; i < n; i++) {
		const struct recording_alert *a = recording_alert(rec, i);

		if (a->time_ms > from_ms && a->time_ms <= to_ms)
			tell_alert(&alerts, a->kind, a->alert);
	}
	n = recording_marks(rec);
	for (i = 0; i < n; i++) {
		const struct fact_mark *f = recording_mark(rec, i);

		if (f->at_ms > from_ms && f->at_ms <= to_ms)
			tell_mark(&marks, f, s);
	}
	tell_rest(&alerts);
	tell_rest(&marks);
}
