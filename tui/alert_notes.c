#include "tui/alert_notes.h"

#include <string.h>

static void
look_at(struct alert_notes *out, struct arena *a, const struct alert *al, int64_t at_ms, size_t model,
    struct slice text)
{
	if (at_ms < al->from_ms || (al->to_ms != ALERT_NEVER && at_ms > al->to_ms))
		return;
	if (model != SIZE_MAX && al->key.model.n && model != al->model)
		return;
	if (out->n >= ALERT_NOTES_SHOWN)
		memmove(&out->last[0], &out->last[1], (ALERT_NOTES_SHOWN - 1) * sizeof out->last[0]);
	out->last[out->n < ALERT_NOTES_SHOWN ? out->n : ALERT_NOTES_SHOWN - 1].at_ms = at_ms;
	out->last[out->n < ALERT_NOTES_SHOWN ? out->n : ALERT_NOTES_SHOWN - 1].text = arena_text(a, text);
	out->n++;
}

void
alert_notes_find(struct alert_notes *out, struct arena *a, const struct alert *al, const struct store *s,
    const struct ui_past *past)
{
	out->n = 0;
	/* What a reviewer noted of a later moment comes then. */
	for (size_t i = 0; past && i < past->nnotes && past->notes[i].at_ms <= past->at_ms; i++)
		look_at(out, a, al, past->notes[i].at_ms, past->notes[i].model, slice_of(past->notes[i].text));
	for (size_t i = 0; !past && i < store_mark_count(s); i++) {
		const struct fact_mark *m = store_mark(s, i);

		if (m->kind == MARK_NOTE)
			look_at(out, a, al, m->at_ms, m->model, m->text);
	}
}
