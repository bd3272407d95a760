/*
 * Evaluation windows, from deltas. A window is judged before any pane is added that completes it, in
 * order of panes; so it is a function of what had been read until then, not of how it was cut into
 * deltas.
 */
#include "core/store_impl.h"

static void
feed_of(const struct store *s, const struct model *m, struct evalwin_feed *out)
{
	size_t i;

	*out = (struct evalwin_feed){0, 0, false};
	for (i = 0; i < s->nsources && i < 64; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if (s->sources[i].fact.state == FEED_CATCHING_UP)
			out->behind |= bit;
		if (s->sources[i].fact.state == FEED_ENDED)
			out->ended |= bit;
	}
	out->all_ended = m->sources && (m->sources & out->ended) == m->sources;
}

static void
take_windows(struct model *m, const struct evalwin_feed *feed, int64_t slot)
{
	while (evalwin_next(&m->evalwin, feed, slot))
		;
}

/* The delta's panes with rows, by rising index. */
static size_t
panes_in_order(const struct delta_model *md, const struct delta_pane **out)
{
	size_t i, k, n = 0;

	for (i = 0; i < md->npanes; i++) {
		if (!md->panes[i]->tally.rows)
			continue;
		for (k = n++; k > 0 && out[k - 1]->index > md->panes[i]->index; k--)
			out[k] = out[k - 1];
		out[k] = md->panes[i];
	}
	return n;
}

void
store_evaluate(struct store *s, struct model *m, const struct delta_model *md)
{
	const struct delta_pane *panes[DELTA_PANES_MAX];
	struct evalwin_feed feed;
	size_t i, n;

	if (!m->baseline)
		return;
	feed_of(s, m, &feed);
	feed.all_ended = false; /* here is more */
	n = panes_in_order(md, panes);
	if (md->reach != EVALWIN_NEVER) {
		evalwin_rise(&m->evalwin, md->reach_sources, md->reach);
		take_windows(m, &feed, EVALWIN_NEVER);
	}
	for (i = 0; i < n; i++) {
		evalwin_rise(&m->evalwin, panes[i]->sources, evalwin_reach(panes[i]->index));
		take_windows(m, &feed, pane_floor(panes[i]->index, EVALWIN_PANES));
		evalwin_add(&m->evalwin, panes[i]);
	}
}

void
store_evaluate_ended(struct store *s, struct model *m)
{
	struct evalwin_feed feed;

	if (!m->baseline || model_replaying(m))
		return;
	feed_of(s, m, &feed);
	if (feed.all_ended)
		take_windows(m, &feed, EVALWIN_NEVER);
}
