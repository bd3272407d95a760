#include "tui/ui_place.h"

#include <stdio.h>
#include <string.h>

#include "tui/screen.h"

/* What :goto calls a screen of its own; NULL: it is gone to by another name, or not at all. */
static const char *
screen_place(enum screen_id id)
{
	switch (id) {
	case SCREEN_EVENTS:
		return "events";
	case SCREEN_SOURCES:
		return "sources";
	case SCREEN_ALERTS:
		return "alerts";
	case SCREEN_CHOOSE:
		return "baseline";
	case SCREEN_VERSIONS:
		return "versions";
	case SCREEN_TIMELINE:
		return "timeline";
	default:
		return NULL;
	}
}

/* What people would say they look at: not Help, which is about another view, and not what a name does not lead to. */
static size_t
top_view(const struct ui *ui)
{
	size_t top = ui->depth - 1;

	while (top > 0) {
		enum screen_id id = ui->views[top].screen->id;

		if (screen_place(id) || id == SCREEN_MODEL || id == SCREEN_FEATURE)
			break;
		top--;
	}
	return top;
}

void
ui_place_read(const struct ui *ui, const struct store *s, struct ui_place *out)
{
	size_t top = top_view(ui);
	const struct view *v = &ui->views[top];
	const char *own = screen_place(v->screen->id), *feature = "";

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i <= top; i++)
		if (ui->views[i].screen->id == SCREEN_FEATURE && ui->views[i].model == v->model)
			feature = ui->views[i].title;
	if (v->model != SIZE_MAX && v->model < store_model_count(s)) {
		struct slice name = store_model_name(s, v->model);

		snprintf(out->places[out->n++], sizeof out->places[0], "%.*s%s%s", (int)name.n, name.p,
		    *feature ? "/" : "", feature);
	}
	if (own)
		snprintf(out->places[out->n++], sizeof out->places[0], "%s", own);
	if (filter_active(&v->filter) && !v->filter.wrong)
		snprintf(out->filter, sizeof out->filter, "%s", v->filter.text);
	out->panel = v->screen->panels && v->panel ? v->panel + 1 : 0;
	out->expanded = v->expanded;
}

const char *
ui_place_name(const struct ui *ui, char *buf, size_t bytes)
{
	const struct view *v = &ui->views[ui->depth - 1];
	char *p;

	if (v->screen->panels)
		snprintf(buf, bytes, "%s-%u", v->screen->name, v->panel + 1);
	else
		snprintf(buf, bytes, "%s", v->screen->name);
	for (p = buf; *p; p++)
		*p = *p == ' ' ? '-' : *p;
	return buf;
}

int
ui_place_go(struct ui *ui, const struct store *s, const char *place, struct err *err)
{
	ui->dirty = true;
	return colon_goto(ui, s, slice_of(place), err);
}

int
ui_place_filter(struct ui *ui, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	struct filter was = v->filter;
	int rc = 0;

	if (!keymap_works(ACTION_FILTER, v->screen->id))
		return err_set(err, ERR_USAGE, "there is no list on this screen to filter");
	filter_set(&v->filter, slice_of(text), v->screen->rows);
	if (v->filter.wrong) {
		rc = err_set(err, ERR_USAGE, "%s", v->filter.why);
		v->filter = was;
	}
	v->reorder = v->stale = ui->dirty = true;
	return rc;
}

void
ui_place_panel(struct ui *ui, unsigned panel)
{
	struct view *v = ui_view(ui);

	if (panel == 0 || panel > v->screen->panels)
		return;
	v->panel = panel - 1;
	v->stale = ui->dirty = true;
}
