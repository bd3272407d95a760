#include "tui/replay_list.h"

#include <stdio.h>
#include <string.h>

#include "core/fact_bytes.h"
#include "core/mem.h"

static struct replay_target *
add_target(struct replay_list *l, int64_t ms)
{
	struct replay_target *grown = mem_grow(l->targets, &l->targets_cap, l->ntargets + 1, sizeof(*grown));
	size_t i = l->ntargets;

	if (!grown)
		return NULL;
	l->targets = grown;
	while (i > 0 && grown[i - 1].ms > ms)
		i--;
	memmove(&grown[i + 1], &grown[i], (l->ntargets++ - i) * sizeof(*grown));
	grown[i] = (struct replay_target){.ms = ms};
	return &grown[i];
}

static struct timebar_item *
add_item(struct replay_list *l, enum timebar_kind kind, int64_t from_ms, int64_t to_ms)
{
	struct timebar_item *grown = mem_grow(l->items, &l->items_cap, l->nitems + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	l->items = grown;
	grown[l->nitems] = (struct timebar_item){kind, from_ms, to_ms};
	return &grown[l->nitems++];
}

/* ---- alerts ---------------------------------------------------------------------------------- */

static const char *
change_text(enum alert_change_kind kind, const struct alert *al)
{
	bool crit = al->severity == SEVERITY_CRIT;

	switch (kind) {
	case ALERT_CHANGE_CLEARED:
		return "clear";
	case ALERT_CHANGE_ROSE:
		return crit ? "crit (rose)" : "warn (rose)";
	case ALERT_CHANGE_AGAIN:
		return crit ? "crit (again)" : "warn (again)";
	case ALERT_CHANGE_FIRED:
	case ALERT_CHANGE_BROKEN:
		break;
	}
	return crit ? "crit" : "warn";
}

void
replay_list_alert_text(enum alert_change_kind kind, const struct alert *al, char *text, size_t bytes)
{
	struct slice feature = al->key.feature;

	snprintf(text, bytes, "%s: %.*s%s%.*s %.*s", change_text(kind, al),
	    (int)(al->key.model.n < 24 ? al->key.model.n : 24), al->key.model.n ? al->key.model.p : "",
	    feature.n ? " " : "", (int)(feature.n < 24 ? feature.n : 24), feature.n ? feature.p : "",
	    (int)(al->key.rule.n < 24 ? al->key.rule.n : 24), al->key.rule.p);
}

/* The last change of this alert before index; SIZE_MAX: none. */
static size_t
change_before(struct recording *rec, size_t index)
{
	uint64_t id = recording_alert(rec, index)->alert->id;

	while (index > 0)
		if (recording_alert(rec, --index)->alert->id == id)
			return index;
	return SIZE_MAX;
}

static size_t
change_behind(struct recording *rec, size_t index, size_t n)
{
	uint64_t id = recording_alert(rec, index)->alert->id;

	while (++index < n)
		if (recording_alert(rec, index)->alert->id == id)
			return index;
	return SIZE_MAX;
}

/* A change begins a stretch on the bar, of its severity, up to the next change of the same alert. */
static void
fill_alerts(struct replay_list *l, struct recording *rec, int64_t from_ms, int64_t to_ms)
{
	size_t n = recording_alerts(rec);

	for (size_t i = 0; i < n; i++) {
		const struct recording_alert *a = recording_alert(rec, i);
		enum timebar_kind kind = a->alert->severity == SEVERITY_CRIT ? TIMEBAR_CRIT : TIMEBAR_WARN;
		size_t behind = change_behind(rec, i, n);
		struct replay_target *t = NULL;

		if (a->kind == ALERT_CHANGE_CLEARED) {
			/* It fired already when the recording began. */
			if (change_before(rec, i) == SIZE_MAX)
				(void)add_item(l, kind, from_ms - 1, a->time_ms);
			continue;
		}
		(void)add_item(l, kind, a->time_ms, behind == SIZE_MAX ? to_ms : recording_alert(rec, behind)->time_ms);
		if (a->kind != ALERT_CHANGE_BROKEN)
			t = add_target(l, a->time_ms);
		if (t) {
			t->weight = alert_weight(a->alert);
			replay_list_alert_text(a->kind, a->alert, t->text, sizeof(t->text));
		}
	}
}

/* ---- marks, gaps ----------------------------------------------------------------------------- */

void
replay_list_mark_text(const struct fact_mark *m, const struct store *s, char *text, size_t bytes)
{
	static const char *const what[] = {"note", "version begins", "version ended"};
	struct slice model = m->model < store_model_count(s) ? store_model_name(s, m->model) : slice_of("");

	snprintf(text, bytes, "%s: %.*s%s%.*s", what[m->kind], (int)(model.n < 24 ? model.n : 24),
	    model.n ? model.p : "", model.n ? " " : "", (int)(m->text.n < 44 ? m->text.n : 44),
	    m->text.n ? m->text.p : "");
}

static void
add_note(struct replay_list *l, const struct fact_mark *m)
{
	struct ui_note *grown = mem_grow(l->notes, &l->notes_cap, l->nnotes + 1, sizeof(*grown));

	if (!grown)
		return;
	l->notes = grown;
	grown[l->nnotes] = (struct ui_note){.at_ms = m->at_ms, .model = m->model};
	snprintf(grown[l->nnotes++].text, sizeof(grown->text), "%.*s",
	    (int)(m->text.n < sizeof(grown->text) ? m->text.n : sizeof(grown->text) - 1), m->text.n ? m->text.p : "");
}

static void
fill_marks(struct replay_list *l, struct recording *rec, const struct store *s)
{
	size_t n = recording_marks(rec);

	for (size_t i = 0; i < n; i++) {
		const struct fact_mark *m = recording_mark(rec, i);
		struct replay_target *t = add_target(l, m->at_ms);

		(void)add_item(l, m->kind == MARK_NOTE ? TIMEBAR_MARK : TIMEBAR_VERSION, m->at_ms, m->at_ms);
		if (t)
			replay_list_mark_text(m, s, t->text, sizeof(t->text));
		if (m->kind == MARK_NOTE)
			add_note(l, m);
	}
}

/* A stretch that the recorder says it could not write. */
static void
add_gap(struct replay_list *l, struct recording *rec, size_t frame)
{
	struct bytes_reader in;
	char *payload = NULL;
	struct fact f;
	size_t n;

	if (recording_payload(rec, frame, &payload, &n, NULL))
		return;
	bytes_read(&in, slice_make(payload, n));
	if (!fact_read(&f, &in, NULL) && f.kind == FACT_GAP)
		(void)add_item(l, TIMEBAR_GAP, f.u.gap.from_ms, f.u.gap.to_ms);
	mem_free(payload);
}

static void
fill_gaps(struct replay_list *l, struct recording *rec)
{
	for (size_t i = 0; i < recording_damages(rec); i++) {
		const struct recording_damage *d = recording_damage(rec, i);

		if (!d->torn)
			(void)add_item(l, TIMEBAR_GAP, d->from_ms, d->to_ms);
	}
	for (size_t i = recording_behind(rec, FRAME_GAP, SIZE_MAX); i != SIZE_MAX;
	     i = recording_behind(rec, FRAME_GAP, i))
		add_gap(l, rec, i);
	/* Somebody went on with it later: nothing was recorded in between. */
	for (size_t i = recording_behind(rec, FRAME_HEADER, SIZE_MAX); i != SIZE_MAX;
	     i = recording_behind(rec, FRAME_HEADER, i)) {
		size_t before = recording_before(rec, FRAME_STEP, i), behind = recording_behind(rec, FRAME_STEP, i);

		if (before != SIZE_MAX && behind != SIZE_MAX)
			(void)add_item(l, TIMEBAR_GAP, recording_frame(rec, before)->frame.time_ms,
			    recording_frame(rec, behind)->frame.time_ms);
	}
}

void
replay_list_fill(struct replay_list *l, struct recording *rec, const struct store *s)
{
	int64_t from_ms, to_ms;

	recording_range(rec, &from_ms, &to_ms);
	l->ntargets = l->nitems = l->nnotes = 0;
	fill_alerts(l, rec, from_ms, to_ms);
	fill_marks(l, rec, s);
	fill_gaps(l, rec);
}

void
replay_list_cut(struct replay_list *l, int64_t from_ms)
{
	size_t n = 0;

	while (n < l->ntargets && l->targets[n].ms < from_ms)
		n++;
	l->ntargets -= n;
	if (l->ntargets)
		memmove(l->targets, l->targets + n, l->ntargets * sizeof(*l->targets));
}

void
replay_list_release(struct replay_list *l)
{
	mem_free(l->targets);
	mem_free(l->items);
	mem_free(l->notes);
	memset(l, 0, sizeof(*l));
}
