/* What is being typed: the filter, the answer to a question, a command. */
#include <stdio.h>
#include <string.h>

#include "tui/screen.h"

#define WRAP_ROWS_MOST 6

/* The first byte to show, so that the cursor at `at` is seen where the text is longer than the room. */
static size_t
first_shown(const char *text, size_t at, int room)
{
	size_t from = 0;

	while (from < at && grid_text_width(slice_make(text + from, at - from)) >= room)
		do
			from++;
		while (from < at && ((unsigned char)text[from] & 0xc0) == 0x80);
	return from;
}

/* The filter: its cursor is at its end. */
static void
keys_typing(const struct view *v, struct grid *g, struct rect r)
{
	const char *example = filter_example(ui_filter_scope(v), ui_own(v));
	char all[120], brief[120];
	const char *const hints[] = {all, brief, "Enter keep   Esc cancel", ""};
	const struct filter *f = &v->filter;
	size_t from = first_shown(f->text, f->n, r.cols - 3), right = f->wrong && f->at > from ? f->at : from;
	char passed[48], text[160];
	int col = 1;

	right = f->wrong ? right : f->n;
	col += grid_str(g, r, 0, col, ROLE_KEY, "/");
	col += grid_text(g, r, 0, col, ROLE_TEXT, slice_make(f->text + from, right - from), FIT_CUT);
	col += grid_text(g, r, 0, col, ROLE_CRIT, slice_make(f->text + right, f->n - right), FIT_CUT);
	g->cursor_row = r.row;
	g->cursor_col = r.col + (col < r.cols ? col : r.cols - 1);
	grid_put(g, r, 0, col, ROLE_CURSOR, ' ');
	grid_ground(g, r, 0, col, 1, ROLE_CURSOR);
	snprintf(all, sizeof all, "words, !not, a|b%s%s   Enter keep   Esc cancel", *example ? ", " : "", example);
	snprintf(brief, sizeof brief, "words, !not%s%.*s   Enter keep   Esc cancel", *example ? ", " : "",
	    (int)strcspn(example, ","), example);
	ui_list_passed(v->list, passed, sizeof passed);
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
		snprintf(text, sizeof text, "%s%s%s", passed, passed[0] && hints[i][0] ? "   " : "", hints[i]);
		if (col + 4 + grid_text_width(slice_of(text)) > r.cols)
			continue;
		grid_text_right(g, r, 0, r.cols - 1, ROLE_MUTED, slice_of(text));
		break;
	}
}

static const struct prompt_row {
	const char *name, *hint;
} kinds[] = {
    [PROMPT_SILENCE] = {"silence: ", "2h, until mon 08:00, until clear; then why   Esc cancel"},
    [PROMPT_TIME] = {"go to: ", "14:05, -15m, yesterday 14:05, mon 08:00, start, end   Esc cancel"},
    [PROMPT_NOTE] = {"note: ", "what is to be remembered of this moment   Esc cancel"},
    [PROMPT_WHATIF] = {"what if: ",
	"psi > 0.3, latency off, drift crit psi > 0.3 for 10m, alarms_per_week 10   Esc"},
    [PROMPT_COMMAND] = {":", "goto sort filter window theme set export ...   Tab completes   Esc cancel"},
};

/* Where the text begins, and from which of its bytes on. */
static int
prompt_place(const struct prompt *p, struct rect r, size_t *from)
{
	int col = 1 + grid_text_width(slice_of(kinds[p->kind].name));

	*from = first_shown(p->text, p->at, r.cols - col - 1);
	return col;
}

/* As much of a hint as has room, in whole parts: of its examples the first ones, and what keys do before any. */
static void
keys_hint(struct grid *g, struct rect r, const char *hint)
{
	const char *keys = strstr(hint, "   ");
	size_t n = (size_t)(keys - hint);

	while (n > 0 && grid_text_width(slice_make(hint, n)) + grid_text_width(slice_of(keys)) > r.cols) {
		do
			n--;
		while (n > 0 && !(hint[n] == ',' && hint[n + 1] == ' ') && hint[n] != ';');
	}
	if (n > 0) {
		grid_text(g, r, 0, grid_text(g, r, 0, 0, ROLE_MUTED, slice_make(hint, n), FIT_CUT), ROLE_MUTED,
		    slice_of(keys), FIT_CUT);
		return;
	}
	while (keys && grid_text_width(slice_of(keys + 3)) > r.cols)
		keys = strstr(keys + 3, "   ");
	if (keys)
		grid_str(g, r, 0, 0, ROLE_MUTED, keys + 3);
}

/* Whether what is wrong with an answer has room behind it; else it stands above. A command has a mark at the place. */
static bool
wrong_beside(const struct prompt *p, struct rect r)
{
	size_t from;
	int col = prompt_place(p, r, &from);

	col += grid_text_width(slice_make(p->text + from, p->n - from)) + 3;
	return col + grid_text_width(slice_of(p->wrong)) <= r.cols;
}

static void
keys_prompt(const struct prompt *p, struct grid *g, struct rect r)
{
	size_t from;
	int col = prompt_place(p, r, &from), cursor;

	grid_str(g, r, 0, 1, ROLE_KEY, kinds[p->kind].name);
	cursor = col + grid_text_width(slice_make(p->text + from, p->at - from));
	col += grid_text(g, r, 0, col, ROLE_TEXT, slice_make(p->text + from, p->n - from), FIT_CUT);
	g->cursor_row = r.row;
	g->cursor_col = r.col + (cursor < r.cols ? cursor : r.cols - 1);
	if (p->at == p->n)
		grid_put(g, r, 0, cursor, ROLE_CURSOR, ' ');
	grid_ground(g, r, 0, cursor, 1, ROLE_CURSOR);
	col += 3;
	if (p->wrong[0] && p->kind != PROMPT_COMMAND && wrong_beside(p, r))
		grid_str(g, r, 0, col, ROLE_WARN, p->wrong);
	else if (p->n == 0)
		keys_hint(g, rect_cols(r, col, r.cols - col), kinds[p->kind].hint);
}

void
chrome_prompt(const struct ui *ui, const struct view *v, struct grid *g, struct rect r)
{
	if (ui->typing)
		keys_typing(v, g, r);
	else
		keys_prompt(&ui->prompt, g, r);
}

struct wrapped {
	const char *line[WRAP_ROWS_MOST];
	size_t bytes[WRAP_ROWS_MOST], n;
};

/* In rows that end between words. What has no room is in the last one, to be cut where one sees it. */
static void
wrap(const char *text, int cols, int most, struct wrapped *w)
{
	most = most < 1 ? 1 : most < WRAP_ROWS_MOST ? most : WRAP_ROWS_MOST;
	w->n = 0;
	for (const char *p = text; *p && w->n < (size_t)most; w->n++) {
		size_t to = 0, next;

		while (*p == ' ')
			p++;
		for (;; to = next) {
			next = to;
			while (p[next] == ' ')
				next++;
			while (p[next] && p[next] != ' ')
				next++;
			if (next == to || (to > 0 && grid_text_width(slice_make(p, next)) > cols))
				break;
		}
		w->line[w->n] = p;
		w->bytes[w->n] = w->n + 1 == (size_t)most ? strlen(p) : to;
		p += to;
	}
}

static void
blank_row(struct grid *g, struct rect r)
{
	grid_fill(g, r, ROLE_TEXT, ' ');
	grid_ground(g, r, 0, 0, r.cols, ROLE_TEXT);
}

/* The last row is `last`. */
static void
wrapped_above(struct grid *g, struct rect last, enum role role, const char *text, int most)
{
	struct wrapped w;

	wrap(text, last.cols - 2, most, &w);
	for (size_t i = 0; i < w.n; i++) {
		struct rect r = {last.row - (int)(w.n - 1 - i), last.col, 1, last.cols};

		blank_row(g, r);
		grid_text(g, rect_cols(r, 1, r.cols - 1), 0, 0, role, slice_make(w.line[i], w.bytes[i]), FIT_ELLIPSIS);
	}
}

/*
 * A mark over the place, and the sentence behind it, or before it where it fits there; else in rows of its own above
 * the mark, all of it.
 */
static void
prompt_mark(struct grid *g, struct rect r, int col, const char *why)
{
	int width = grid_text_width(slice_of(why));

	blank_row(g, r);
	col = col < r.cols ? col : r.cols - 1;
	grid_put(g, r, 0, col, ROLE_CRIT, grid_glyph(g, GLYPH_DOWN));
	if (col + 2 + width <= r.cols)
		grid_str(g, r, 0, col + 2, ROLE_WARN, why);
	else if (col > width)
		grid_str(g, r, 0, col - 1 - width, ROLE_WARN, why);
	else if (r.row > 0)
		wrapped_above(g, (struct rect){r.row - 1, r.col, 1, r.cols}, ROLE_WARN, why, r.row);
	else
		grid_text(g, rect_cols(r, 0, col - 1), 0, 1, ROLE_WARN, slice_of(why), FIT_WORDS);
}

static void
prompt_wrong(const struct ui *ui, struct grid *g, struct rect r)
{
	const struct prompt *p = &ui->prompt;
	size_t from, at = ui->colon.at < p->n ? ui->colon.at : p->n;
	int col = prompt_place(p, r, &from);

	if (at > from)
		col += grid_text_width(slice_make(p->text + from, at - from));
	prompt_mark(g, r, col, p->wrong);
}

static void
typing_wrong(const struct filter *f, struct grid *g, struct rect r)
{
	size_t from = first_shown(f->text, f->n, r.cols - 3), at = f->at > from ? f->at : from;

	prompt_mark(g, r, 2 + grid_text_width(slice_make(f->text + from, at - from)), f->why);
}

/* While nothing is typed, what could be compared; then what Tab has found. */
static void
typing_above(const struct ui *ui, const struct view *v, struct grid *g, struct rect r)
{
	const struct colon_offers *o = &ui->colon.offers;
	const struct expr_name *name;
	char text[160] = "compare";
	size_t i = 0, n = strlen(text);

	if (v->filter.wrong && !o->n) {
		typing_wrong(&v->filter, g, r);
	} else if (o->n) {
		wrapped_above(g, r, ROLE_MUTED, o->list, g->rows / 3);
	} else if (v->filter.n == 0 && g->rows >= UI_TIME_ROWS && (!ui_own(v) || ui_own(v)->n)) {
		while (n < sizeof text && (name = filter_next_name(ui_filter_scope(v), ui_own(v), &i, NULL)))
			n += (size_t)snprintf(text + n, sizeof text - n, " %s", name->name);
		blank_row(g, r);
		grid_text(g, rect_cols(r, 1, r.cols - 1), 0, 0, ROLE_MUTED, slice_of(text), FIT_ELLIPSIS);
	}
}

void
chrome_above_prompt(const struct ui *ui, struct grid *g, struct rect r)
{
	const struct colon_offers *o = &ui->colon.offers;
	const struct prompt *p = &ui->prompt;

	if (ui->typing) {
		typing_above(ui, &ui->views[ui->depth - 1], g, r);
	} else if (p->open && p->wrong[0] && p->kind == PROMPT_COMMAND) {
		prompt_wrong(ui, g, r);
	} else if (p->open && p->wrong[0] && !wrong_beside(p, r)) {
		wrapped_above(g, r, ROLE_WARN, p->wrong, r.row + 1);
	} else if (p->open && p->kind == PROMPT_COMMAND && o->n) {
		blank_row(g, r);
		if (o->cut)
			grid_printf(g, r, 0, 1, ROLE_MUTED, "%zu: %s ...", o->n, o->list);
		else
			grid_text(g, r, 0, 1, ROLE_MUTED, slice_of(o->list), FIT_ELLIPSIS);
	}
}

/* Broken where the line ends, not at words: what is selected with a mouse and pasted is the same text again. */
void
chrome_long_message(const struct ui *ui, struct grid *g)
{
	const char *text = ui->message;
	int width = grid_text_width(slice_of(text)), rows = g->cols > 0 ? (width + g->cols - 1) / g->cols : 0;

	if (width + 1 <= g->cols || rows < 1)
		return;
	rows = rows < g->rows / 2 ? rows : g->rows / 2;
	for (int i = 0; i < rows && *text; i++) {
		struct rect r = rect_rows(grid_rect(g), g->rows - rows + i, 1);
		size_t n = 0, next = 0;

		/* As many whole characters as have room. */
		while (text[n]) {
			next = n + 1;
			while (((unsigned char)text[next] & 0xc0) == 0x80)
				next++;
			if (grid_text_width(slice_make(text, next)) > g->cols)
				break;
			n = next;
		}
		grid_fill(g, r, ROLE_TEXT, ' ');
		if (i + 1 == rows && text[n])
			grid_text(g, r, 0, 0, ROLE_WARN, slice_of(text), FIT_WORDS);
		else
			grid_text(g, r, 0, 0, ROLE_WARN, slice_make(text, n), FIT_CUT);
		text += n;
	}
}
