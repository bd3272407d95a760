#include "tui/fleet_detail.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "widgets/mark.h"

/* ---- collecting ---------------------------------------------------------------------------------------------------
 */

static uint64_t
detail_id(const void *ctx, size_t row)
{
	const struct fleet_detail *d = ctx;

	return d->features[row].index;
}

static int
detail_order(const void *ctx, size_t a, size_t b)
{
	const struct fleet_detail *d = ctx;

	return held_feature_order(&d->features[a], &d->features[b]);
}

/* The worst of those that fire, of equals the newest. */
static void
collect_alerts(struct fleet_detail *d, struct view *v, const struct store *s, size_t model)
{
	const struct alerts *all = store_alerts(s);
	const struct alert *worst[FLEET_ALERTS];
	char text[ALERT_SENTENCE_BYTES + 64], says[ALERT_SENTENCE_BYTES];
	size_t n = 0;

	for (size_t i = all->n; i-- > 0;) {
		const struct alert *al = all->list[i];
		size_t at = n;

		if (al->model != model || al->state != ALERT_FIRING || al->provisional)
			continue;
		while (at > 0 && alert_weight(al) > alert_weight(worst[at - 1]))
			at--;
		if (at == FLEET_ALERTS)
			continue;
		n -= n == FLEET_ALERTS;
		memmove(worst + at + 1, worst + at, (n - at) * sizeof *worst);
		worst[at] = al;
		n++;
	}
	d->nalerts = n;
	for (size_t i = 0; i < n; i++) {
		d->alert_severity[i] = alert_weight(worst[i]);
		struct slice of = worst[i]->key.feature;

		snprintf(text, sizeof text, "%.*s%s%s", (int)(of.n < 60 ? of.n : 60), of.n ? of.p : "",
		    of.n ? ": " : "", figures_alert_sentence(s, worst[i], says, sizeof says));
		d->alerts[i] = arena_text(&v->arena, slice_of(text));
	}
}

/* The whole screen of the selected model, to be painted below the table. */
static void
collect_peek(struct fleet_detail *d, struct ui *ui, const struct store *s)
{
	struct view *peek = &d->peek;

	if (!d->want_peek)
		return;
	if (!peek->state)
		peek->state = mem_calloc(1, screen_model.state_bytes);
	if (!peek->state)
		return;
	peek->screen = &screen_model;
	peek->panel = screen_model.panels; /* none of them has the keys */
	peek->model = d->model;
	arena_clear(&peek->arena);
	screen_model.collect(ui, peek, s);
	screen_model.arrange(ui, peek, s);
}

void
fleet_detail_collect(struct fleet_detail *d, struct ui *ui, struct view *v, const struct store *s, size_t model)
{
	const struct model_row *m;
	struct list_rows rows;
	bool same;

	/* Moving through the list must not repaint half the screen with each key. */
	if (!ui->rested && d->collected && d->model < ui->nmodels && model != d->model) {
		ui->unrest = true;
		model = d->model;
	}
	same = d->collected && d->model == model;
	d->collected = true;
	d->model = model;
	d->nfeatures = 0;
	if (model == LIST_NONE)
		return;
	m = &ui->models[model];
	d->features = held_features(&v->arena, s, model, ui->window, &m->f, false, &d->nfeatures);
	rows = (struct list_rows){d, d->nfeatures, detail_id, NULL, detail_order};
	list_update(&d->list, &rows, same && ui_calm(ui, &d->ordered_ms));
	part_series_collect(&d->series, s, &m->f, WINDOW_5M);
	collect_alerts(d, v, s, model);
	collect_peek(d, ui, s);
}

void
fleet_detail_release(struct fleet_detail *d)
{
	list_release(&d->list);
	if (d->peek.state)
		screen_model.release(&d->peek);
	mem_free(d->peek.state);
	arena_release(&d->peek.arena);
}

/* ---- painting -----------------------------------------------------------------------------------------------------
 */

size_t
fleet_detail_lines(const struct fleet_detail *d)
{
	return d->nfeatures + d->nalerts;
}

/* Of names, as wide as they need: what is left is for what changed. */
static int
name_cols(const struct fleet_detail *d, int cols)
{
	int most = cols / 4 > 30 ? 30 : cols / 4, longest = 8;

	for (size_t i = 0; i < d->nfeatures; i++) {
		int width = grid_text_width(d->features[i].name);

		longest = width > longest ? width : longest;
	}
	return longest < most ? longest : most;
}

static void
paint_feature(struct grid *g, struct rect r, const struct feature_row *f, int name)
{
	int bar = r.cols / 8;
	int col = 3;

	mark_paint(g, r, 0, 0, mark_figures(g, &f->drift));
	grid_text(g, rect_cols(r, col, name), 0, 0, ROLE_TEXT, f->name, FIT_ELLIPSIS);
	col += name + 1;
	part_psi_bar(g, rect_cols(r, col, bar), &f->drift);
	col += bar + 1;
	part_psi(g, rect_cols(r, col, 9), &f->drift);
	grid_text_right(g, r, 0, col + 15, ROLE_MUTED, slice_of(fmt_count(f->drift.n).s));
	part_change(g, rect_cols(r, col + 17, r.cols), f->drift.state >= DRIFT_WATCH ? ROLE_TEXT : ROLE_MUTED,
	    held_feature_brief(f));
}

static void
paint_lines(const struct fleet_detail *d, struct grid *g, struct rect body, const struct model_row *m)
{
	int at = 1;

	part_series_paint(g, rect_rows(body, 0, 1), &d->series, &m->f);
	if ((size_t)body.rows >= d->nfeatures + 2 || body.rows >= 12)
		part_baseline(g, rect_rows(body, at++, 1), &m->f.baseline);
	for (size_t i = 0; at < body.rows && i < d->list.n; i++)
		paint_feature(
		    g, rect_rows(body, at++, 1), &d->features[d->list.order[i]], name_cols(d, body.cols));
	for (size_t i = 0; at < body.rows && i < d->nalerts; i++) {
		struct rect line = rect_rows(body, at++, 1);

		mark_paint(g, line, 0, 0, mark_severity(g, d->alert_severity[i]));
		grid_str(g, line, 0, 3, ROLE_MUTED, "fires");
		grid_text(g, rect_cols(line, 9, line.cols), 0, 0, ROLE_TEXT, d->alerts[i], FIT_ELLIPSIS);
	}
}

void
fleet_detail_paint(
    struct fleet_detail *d, struct ui *ui, struct grid *g, struct rect r, const struct model_row *m, size_t model)
{
	char title[160], note[480], basis[64], key[48];
	struct panel p = {.title = title, .note = note, .right = basis};
	struct rect body;

	snprintf(title, sizeof title, "%.*s", (int)(m->f.name.n < 100 ? m->f.name.n : 100), m->f.name.p);
	held_model_why(m, note, sizeof note);
	ui_window_text(m->f.window, m->f.rows, basis, sizeof basis);
	/* The model's own screen says it again. */
	if (d->want_peek)
		basis[0] = '\0';
	body = panel_paint(g, r, &p);
	if (d->model != model)
		grid_printf(g, body, 0, 0, ROLE_MUTED, "frozen: %s shows this model live",
		    ui_key_name(ui, ACTION_OPEN, key));
	else if (d->want_peek && d->peek.state && d->peek.model == model)
		screen_model.draw(ui, &d->peek, g, body);
	else
		paint_lines(d, g, body, m);
}
