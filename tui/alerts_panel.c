#include "tui/alerts_panel.h"

#include <stdio.h>

#include "tui/part.h"
#include "widgets/mark.h"

#define NAME_LEAST 8

static bool
is_shown(const struct alert *al, size_t model)
{
	return al->model == model && al->state == ALERT_FIRING;
}

void
alerts_hold(struct arena *a, const struct store *s, size_t model, struct alerts_held *out)
{
	const struct alerts *all = store_alerts(s);
	const struct alert **order = arena_take(a, (all->n + 1) * sizeof *order);
	size_t n = order ? alerts_order(all, order, all->n) : 0;
	char text[ALERT_SENTENCE_BYTES];

	*out = (struct alerts_held){.rows = arena_take(a, ALERTS_HELD * sizeof *out->rows)};
	for (size_t i = 0; i < n && out->rows; i++) {
		if (!is_shown(order[i], model))
			continue;
		if (order[i]->provisional) {
			out->provisional++;
			continue;
		}
		if (out->n == ALERTS_HELD)
			break;
		out->rows[out->n++] = (struct alerts_held_row){.id = order[i]->id, .severity = order[i]->severity,
		    .from_ms = order[i]->from_ms, .quiet = alert_silenced(order[i]),
		    .rule = arena_text(a, order[i]->key.rule), .feature = arena_text(a, order[i]->key.feature),
		    .sentence = arena_text(a, slice_of(figures_alert_sentence(s, order[i], text, sizeof text)))};
	}
}

const char *
alerts_note(const struct alerts_held *h, char *buf, size_t bytes)
{
	if (h->provisional)
		snprintf(buf, bytes, "%zu, %zu provisional", h->n, h->provisional);
	else
		snprintf(buf, bytes, "%zu", h->n);
	return buf;
}

/* What it is about is an input, else its rule says it: in brackets, as it is none. */
static int
subject_width(const struct alerts_held_row *row)
{
	return row->feature.n ? grid_text_width(row->feature) : grid_text_width(row->rule) + 2;
}

/* Two rules may say the same of one input: then its rule tells that it is not one row twice. */
static bool
is_twice(const struct alerts_held *h, const struct alerts_held_row *row)
{
	for (size_t i = 0; i < h->n && row->feature.n; i++)
		if (&h->rows[i] != row && slice_eq(h->rows[i].feature, row->feature))
			return true;
	return false;
}

/* As wide as the longest, up to a third of what there is. */
static int
name_cols(const struct alerts_held *h, int cols)
{
	int most = cols / 3, longest = NAME_LEAST;

	for (size_t i = 0; i < h->n; i++) {
		int width = subject_width(&h->rows[i]);

		longest = width > longest ? width : longest;
	}
	return longest < most ? longest : most;
}

static void
paint_row(const struct alerts_held *h, size_t at, struct grid *g, struct rect r, int names, int64_t now_ms)
{
	const struct alerts_held_row *row = &h->rows[at];
	int64_t age = now_ms > row->from_ms ? now_ms - row->from_ms : 0;
	enum role role = row->quiet ? ROLE_MUTED : ROLE_TEXT;
	int col = names + 9;

	mark_paint(g, r, 0, 0, mark_severity(g, row->quiet ? SEVERITY_UNKNOWN : row->severity));
	if (row->feature.n)
		grid_text(g, rect_cols(r, 3, names), 0, 0, role, row->feature, FIT_ELLIPSIS);
	else
		part_rule(g, rect_cols(r, 3, names), role, row->rule);
	part_right(g, rect_cols(r, names + 4, 4), ROLE_MUTED, fmt_age(age));
	if (is_twice(h, row))
		col += grid_printf(g, r, 0, col, ROLE_MUTED, "%.*s: ", (int)(row->rule.n < 40 ? row->rule.n : 40),
		    row->rule.p);
	part_change(g, rect_cols(r, col, r.cols - col), role, row->sentence);
}

void
alerts_paint(const struct alerts_held *h, struct grid *g, struct rect r, int64_t now_ms, size_t top, size_t selected)
{
	int names = name_cols(h, r.cols);

	if (h->n == 0)
		grid_text(g, r, 0, 0, ROLE_MUTED,
		    slice_of(h->provisional ? "nothing fires but what is provisional: see Alerts"
					    : "nothing of this model fires"),
		    FIT_ELLIPSIS);
	for (int i = 0; i < r.rows && top + (size_t)i < h->n; i++) {
		paint_row(h, top + (size_t)i, g, rect_rows(r, i, 1), names, now_ms);
		if (top + (size_t)i == selected) {
			grid_ground(g, r, i, 0, r.cols, ROLE_CURSOR);
			grid_park(g, r, i);
		}
	}
}
