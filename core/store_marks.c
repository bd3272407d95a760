/*
 * Moments with a note: what persons mark, and versions that come and go. A version that ends while its model goes on is
 * one of these, no alert: that is what a roll-out looks like.
 */
#include <stdio.h>

#include "core/mem.h"
#include "core/store_impl.h"

#define MARKS_KEPT 1000

int
store_mark_add(struct store *s, const struct fact_mark *f, struct err *err)
{
	struct mark_record *grown = mem_grow(s->marks, &s->marks_cap, s->nmarks + 1, sizeof(*grown));
	char *text = mem_dup(f->text.p ? f->text.p : "", f->text.n);
	size_t i;

	if (grown)
		s->marks = grown;
	if (!grown || !text) {
		mem_free(text);
		return err_nomem(err);
	}
	if (s->nmarks >= MARKS_KEPT) {
		mem_free(s->marks[0].text);
		memmove(s->marks, s->marks + 1, --s->nmarks * sizeof(*s->marks));
	}
	for (i = s->nmarks++; i > 0 && s->marks[i - 1].mark.at_ms > f->at_ms; i--)
		s->marks[i] = s->marks[i - 1];
	s->marks[i] = (struct mark_record){*f, text};
	s->marks[i].mark.text = slice_make(text, f->text.n);
	s->generation++;
	return 0;
}

static bool
mark_version(struct store *s, const struct model *m, const struct version *v, enum mark_kind kind)
{
	struct fact_mark f = {kind, m->index, kind == MARK_VERSION_BEGAN ? v->first_ms : v->last_ms, v->name};

	return store_mark_add(s, &f, NULL) == 0;
}

void
store_marks_versions(struct store *s, struct model *m)
{
	unsigned i;

	for (i = 0; i < m->nversions && m->nversions > 1; i++) {
		struct version *v = &m->versions[i];
		bool ended = v->ended_ms != 0;

		if (v->events && !v->marked_begin)
			v->marked_begin = v->first_ms <= m->first_ms || mark_version(s, m, v, MARK_VERSION_BEGAN);
		if (ended && !v->marked_end)
			v->marked_end = mark_version(s, m, v, MARK_VERSION_ENDED);
		else if (!ended)
			v->marked_end = false; /* it goes on after all, and may end again */
	}
}

void
store_marks_release(struct store *s)
{
	size_t i;

	for (i = 0; i < s->nmarks; i++)
		mem_free(s->marks[i].text);
	mem_free(s->marks);
}

size_t
store_mark_count(const struct store *s)
{
	return s->nmarks;
}

const struct fact_mark *
store_mark(const struct store *s, size_t index)
{
	return index < s->nmarks ? &s->marks[index].mark : NULL;
}
