/* What readers jump to: alerts that changed and marks, with the notes beside the recording. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collectors/recording_impl.h"
#include "core/alert_bytes.h"
#include "core/fact_bytes.h"
#include "core/mem.h"

#define MARKS_MAX 65536

static void
marks_release(struct recording *r)
{
	size_t i;

	for (i = 0; i < r->nnotes; i++)
		mem_free(r->notes_texts[i]);
	mem_free(r->notes_texts);
	mem_free(r->marks_text);
	mem_free(r->marks);
	recording_close(r->notes);
	r->notes_texts = NULL;
	r->marks_text = NULL;
	r->marks = NULL;
	r->notes = NULL;
	r->nnotes = r->notes_cap = r->nmarks = r->marks_cap = r->marks_seen = 0;
	r->marks_read = false;
}

void
recording_lists_release(struct recording *r)
{
	size_t i;

	for (i = 0; i < r->nalerts; i++)
		alert_free(r->alerts_owned[i]);
	mem_free(r->alerts_owned);
	mem_free(r->alerts);
	r->alerts_owned = NULL;
	r->alerts = NULL;
	r->nalerts = r->alerts_cap = r->owned_cap = r->alerts_seen = 0;
	marks_release(r);
}

/* ---- alerts ---------------------------------------------------------------------------------- */

static bool
read_alert(struct recording_alert *a, struct alert **al, struct slice payload)
{
	struct bytes_reader in;

	bytes_read(&in, payload);
	a->kind = (enum alert_change_kind)bytes_get_uint(&in, ALERT_CHANGE_BROKEN);
	a->at_ms = bytes_get_int(&in);
	if (in.failed || alert_decode(al, &in, NULL))
		return false;
	a->alert = *al;
	return true;
}

/* What changed in the tick of a key lies on both sides of it. */
static bool
is_known(const struct recording *r, const struct recording_alert *a)
{
	size_t i = r->nalerts;

	for (; i > 0 && r->alerts[i - 1].time_ms >= a->time_ms; i--) {
		const struct recording_alert *o = &r->alerts[i - 1];

		if (o->time_ms == a->time_ms && o->at_ms == a->at_ms && o->kind == a->kind &&
		    o->alert->id == a->alert->id)
			return true;
	}
	return false;
}

static void
add_alert(struct recording *r, const struct recording_alert *a, struct alert *al)
{
	struct recording_alert *alerts = mem_grow(r->alerts, &r->alerts_cap, r->nalerts + 1, sizeof(*alerts));
	struct alert **owned = mem_grow(r->alerts_owned, &r->owned_cap, r->nalerts + 1, sizeof(*owned));
	size_t i = r->nalerts;

	r->alerts = alerts ? alerts : r->alerts;
	r->alerts_owned = owned ? owned : r->alerts_owned;
	if (!alerts || !owned) {
		alert_free(al);
		return;
	}
	while (i > 0 && alerts[i - 1].time_ms > a->time_ms)
		i--;
	memmove(&alerts[i + 1], &alerts[i], (r->nalerts - i) * sizeof(*alerts));
	alerts[i] = *a;
	owned[r->nalerts++] = al;
}

size_t
recording_alerts(struct recording *r)
{
	const struct recording_list *l = &r->lists[FRAME_ALERT];

	for (; r->alerts_seen < l->n; r->alerts_seen++) {
		size_t frame = l->frames[r->alerts_seen], n;
		struct recording_alert a = {.time_ms = r->frames[frame].frame.time_ms};
		struct alert *al = NULL;
		char *payload = NULL;

		if (recording_payload(r, frame, &payload, &n, NULL))
			continue;
		if (!read_alert(&a, &al, slice_make(payload, n)))
			recording_damaged(r, frame);
		else if (is_known(r, &a))
			alert_free(al);
		else
			add_alert(r, &a, al);
		mem_free(payload);
	}
	return r->nalerts;
}

const struct recording_alert *
recording_alert(const struct recording *r, size_t index)
{
	return &r->alerts[index];
}

/* ---- marks ----------------------------------------------------------------------------------- */

static void
add_mark(struct recording *r, const struct fact_mark *mark)
{
	struct fact_mark *grown = mem_grow(r->marks, &r->marks_cap, r->nmarks + 1, sizeof(*grown));
	size_t i = r->nmarks;

	if (!grown)
		return;
	r->marks = grown;
	while (i > 0 && grown[i - 1].at_ms > mark->at_ms)
		i--;
	memmove(&grown[i + 1], &grown[i], (r->nmarks++ - i) * sizeof(*grown));
	grown[i] = *mark;
}

static bool
read_marks(struct recording *r, struct slice payload, bool add)
{
	struct bytes_reader in;
	struct fact f;
	size_t n, i;

	bytes_read(&in, payload);
	n = bytes_get_count(&in, MARKS_MAX);
	for (i = 0; i < n && !in.failed; i++) {
		if (fact_read(&f, &in, NULL) || f.kind != FACT_MARK)
			return false;
		if (add)
			add_mark(r, &f.u.mark);
	}
	return !in.failed;
}

/* The last list that can be read: an earlier one may say less, and is no reason to say nothing. */
static void
read_last_list(struct recording *r)
{
	const struct recording_list *l = &r->lists[FRAME_MARK];
	size_t i, n;

	for (i = l->n; i > 0; i--) {
		char *payload = NULL;

		if (recording_payload(r, l->frames[i - 1], &payload, &n, NULL))
			continue;
		if (read_marks(r, slice_make(payload, n), false)) {
			(void)read_marks(r, slice_make(payload, n), true);
			r->marks_text = payload;
			return;
		}
		mem_free(payload);
	}
}

static void
read_notes_frame(struct recording *r, size_t frame)
{
	char **grown = mem_grow(r->notes_texts, &r->notes_cap, r->nnotes + 1, sizeof(*grown)), *payload = NULL;
	size_t n;

	if (!grown)
		return;
	r->notes_texts = grown;
	if (recording_payload(r->notes, frame, &payload, &n, NULL))
		return;
	if (read_marks(r, slice_make(payload, n), false)) {
		(void)read_marks(r, slice_make(payload, n), true);
		grown[r->nnotes++] = payload;
		return;
	}
	mem_free(payload);
}

static void
read_notes(struct recording *r)
{
	size_t n = r->path ? strlen(r->path) : 0, i;
	char *path = n ? mem_alloc(n + sizeof(RECORDING_NOTES)) : NULL;

	if (!path)
		return;
	memcpy(path, r->path, n);
	memcpy(path + n, RECORDING_NOTES, sizeof(RECORDING_NOTES));
	if (recording_open_any(&r->notes, path, NULL))
		r->notes = NULL;
	mem_free(path);
	for (i = 0; r->notes && i < r->notes->lists[FRAME_MARK].n; i++)
		read_notes_frame(r, r->notes->lists[FRAME_MARK].frames[i]);
}

/* Somebody may write the first note while the recording is looked at. */
static bool
has_notes(const struct recording *r)
{
	size_t n = r->path ? strlen(r->path) : 0;
	char *path = n ? mem_alloc(n + sizeof(RECORDING_NOTES)) : NULL;
	bool there;

	if (!path)
		return false;
	memcpy(path, r->path, n);
	memcpy(path + n, RECORDING_NOTES, sizeof(RECORDING_NOTES));
	there = access(path, R_OK) == 0;
	mem_free(path);
	return there;
}

/* Read again where there is another list, or another note. */
size_t
recording_marks(struct recording *r)
{
	bool more = r->marks_seen != r->lists[FRAME_MARK].n ||
		    (r->notes ? recording_follow(r->notes) : has_notes(r));

	if (r->marks_read && !more)
		return r->nmarks;
	marks_release(r);
	read_last_list(r);
	read_notes(r);
	r->marks_seen = r->lists[FRAME_MARK].n;
	r->marks_read = true;
	return r->nmarks;
}

const struct fact_mark *
recording_mark(const struct recording *r, size_t index)
{
	return &r->marks[index];
}
