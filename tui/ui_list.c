/* What the lists of all screens have in common: the cursor, the order, the columns, what the filter leaves. */
#include <stdio.h>
#include <string.h>

#include "tui/columns.h"
#include "tui/screen.h"
#include "widgets/fmt.h"

bool
ui_list_act(struct ui *ui, struct view *v, struct list *l, enum action action)
{
	ptrdiff_t page = l->body > 1 ? (ptrdiff_t)l->body - 1 : 1;

	(void)ui;
	switch (action) {
	case ACTION_UP:
		list_move(l, -1);
		break;
	case ACTION_DOWN:
		list_move(l, 1);
		break;
	case ACTION_PAGE_UP:
		list_move(l, -page);
		break;
	case ACTION_PAGE_DOWN:
		list_move(l, page);
		break;
	case ACTION_HOME:
		list_move(l, -(PTRDIFF_MAX / 2));
		l->moved = false; /* the top is where one stays on the worst */
		break;
	case ACTION_END:
		list_move(l, PTRDIFF_MAX / 2);
		break;
	default:
		return false;
	}
	v->stale = true;
	return true;
}

void
ui_list_position(struct list *l, struct position *p, bool put)
{
	size_t row = l->moved && l->selected != LIST_NONE ? l->selected : 0;

	/* Where nobody has moved the cursor, it stays wherever the list puts it. */
	if (put && (p->row != row || (p->moved && !l->moved)))
		list_select(l, p->row);
	if (put && p->top > 0)
		l->top = p->top - 1;
	if (put)
		return;
	p->row = row;
	p->moved = l->moved && l->n > 0;
	p->top = l->top == table_scroll(0, l->selected, l->n, l->body) ? 0 : l->top + 1;
}

static void
update(const struct ui *ui, const struct view *v, const struct filter *f, struct list *l, const struct list_rows *rows)
{
	list_update(l, rows, ui->hold && !v->reorder);
	l->out_of = filter_active(f) ? rows->n : 0;
	l->fixed = l->hidden = 0;
}

void
ui_list_update(struct ui *ui, struct view *v, struct list *l, const struct list_rows *rows)
{
	update(ui, v, &v->filter, l, rows);
	v->list = l;
}

void
ui_list_update_aside(struct ui *ui, struct view *v, struct list *l, const struct list_rows *rows)
{
	update(ui, v, &v->aside.filter, l, rows);
}

bool
ui_list_seek(struct ui *ui, struct list *l, bool forward, bool (*hit)(const void *ctx, size_t row), const void *ctx)
{
	size_t from = l->selected;

	ui_view(ui)->stale = true; /* what is shown of a row is of the one under the cursor */
	if (!list_seek(l, forward, hit, ctx)) {
		snprintf(ui->message, sizeof ui->message, "there is none to go to");
		return false;
	}
	if (l->selected == from)
		snprintf(ui->message, sizeof ui->message, "this is the only one");
	else if (forward == (l->selected < from))
		snprintf(ui->message, sizeof ui->message, "%s", forward ? "past the last one: from the top again"
									: "past the first one: from the end again");
	return true;
}

/* ---- two lists on one screen ------------------------------------------------------------------- */

bool
ui_is_second(const struct view *v)
{
	return v->screen->second && v->panel == v->screen->second->panel;
}

const struct filter_own *
ui_own(const struct view *v)
{
	return ui_is_second(v) ? v->screen->second->own : v->screen->own;
}

const struct screen_sort *
ui_sorts(const struct view *v)
{
	return ui_is_second(v) ? v->screen->second->sorts : v->screen->sorts;
}

void
ui_set_panel(struct view *v, unsigned panel)
{
	bool second = ui_is_second(v);
	struct filter filter = v->filter;
	size_t sorted = v->sorted;
	bool reversed = v->reversed;

	v->panel = panel;
	v->stale = true;
	if (second == ui_is_second(v))
		return;
	v->filter = v->aside.filter;
	v->sorted = v->aside.sorted;
	v->reversed = v->aside.reversed;
	v->aside.filter = filter;
	v->aside.sorted = sorted;
	v->aside.reversed = reversed;
	v->reorder = true;
}

/* ---- order ------------------------------------------------------------------------------------- */

size_t
ui_sort_column(const struct view *v)
{
	return v->sorted > 0 ? ui_sorts(v)[v->sorted].column : SIZE_MAX;
}

bool
ui_sort_is_own(const struct view *v)
{
	return v->sorted == 0 && !v->reversed;
}

const struct table_order *
ui_order(const struct ui *ui, const struct view *v)
{
	return &ui->orders[v->screen->id];
}

size_t
ui_columns_chosen(const struct ui *ui, struct config_table *out)
{
	size_t n = 0;

	for (int i = 0; i < SCREEN_COUNT; i++)
		if (ui->reordered >> i & 1)
			columns_list(screens[i], &ui->orders[i], &out[n++]);
	return n;
}

void
ui_sort(struct ui *ui, struct view *v, size_t at, bool reverse)
{
	v->sorted = ui->sorting[v->screen->id][ui_is_second(v)].sorted = at;
	v->reversed = ui->sorting[v->screen->id][ui_is_second(v)].reversed = reverse;
	if (v->screen->sort)
		v->screen->sort(v, v->screen->sorts[at].column, reverse);
	v->reorder = v->stale = true;
}

/* The next one that is its own order or that of a column which somebody wants to see. */
static size_t
ui_sort_step(const struct ui *ui, const struct view *v, bool right)
{
	const struct screen_sort *sorts = ui_sorts(v);
	size_t n = 0, at = v->sorted;

	while (sorts[n].name)
		n++;
	do
		at = (at + (right ? 1 : n - 1)) % n;
	while (at > 0 && !ui_is_second(v) && !table_order_has(ui_order(ui, v), sorts[at].column));
	return at;
}

void
ui_sort_act(struct ui *ui, struct view *v, enum action action)
{
	bool reverse = action == ACTION_REVERSE && !v->reversed;
	size_t n;

	if (!ui_sorts(v))
		return;
	n = action == ACTION_REVERSE ? v->sorted : ui_sort_step(ui, v, action == ACTION_SORT_RIGHT);
	ui_sort(ui, v, n, reverse);
	/* Where its column has no room its mark has none either. */
	snprintf(ui->message, sizeof ui->message, "%s%s%s", n ? "sorted by " : "in its own order, by ",
	    ui_sorts(v)[n].name, reverse ? ", reversed" : "");
}

const char *
ui_list_passed(const struct list *l, char *buf, size_t bytes)
{
	buf[0] = '\0';
	if (l && l->out_of > 0)
		snprintf(buf, bytes, "%s of %s", fmt_exact(l->n - l->fixed + l->hidden).s, fmt_exact(l->out_of).s);
	return buf;
}

const char *
ui_list_range(const struct list *l, char *buf, size_t bytes)
{
	char passed[48];
	size_t n;

	panel_range(buf, bytes, l->top, l->body, l->n);
	n = strlen(buf);
	if (ui_list_passed(l, passed, sizeof passed)[0])
		snprintf(buf + n, bytes - n, "%s%s pass%s", n ? ", " : "", passed,
		    l->n - l->fixed + l->hidden == 1 ? "es" : "");
	return buf;
}
