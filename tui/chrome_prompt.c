/* What is being typed: the filter, the answer to a question, a command. */
#include <stdio.h>
#include <string.h>

#include "tui/screen.h"

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
	static const char *const hints[] = {"words, !not, a|b, drift>0.2, state=drift   Enter keep   Esc cancel",
	    "words, !not, drift>0.2   Enter keep   Esc cancel", "Enter keep   Esc cancel", ""};
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
	if (p->wrong[0] && p->kind != PROMPT_COMMAND)
		grid_text(g, rect_cols(r, col, r.cols - col), 0, 0, ROLE_WARN, slice_of(p->wrong), FIT_ELLIPSIS);
	else if (p->n == 0)
		grid_text(g, rect_cols(r, col, r.cols - col), 0, 0, ROLE_MUTED, slice_of(kinds[p->kind].hint),
		    FIT_ELLIPSIS);
}

void
chrome_prompt(const struct ui *ui, const struct view *v, struct grid *g, struct rect r)
{
	if (ui->typing)
		keys_typing(v, g, r);
	else
		keys_prompt(&ui->prompt, g, r);
}

/* A mark over the place, and the sentence behind it, or before it where there is more room. */
static void
prompt_mark(struct grid *g, struct rect r, int col, struct slice why)
{
	int width = grid_text_width(why);

	col = col < r.cols ? col : r.cols - 1;
	grid_put(g, r, 0, col, ROLE_CRIT, grid_glyph(g, GLYPH_DOWN));
	if (col + 2 + width > r.cols && col > width)
		grid_text(g, r, 0, col - 1 - width, ROLE_WARN, why, FIT_ELLIPSIS);
	else if (col + 2 + width <= r.cols || col < r.cols / 2)
		grid_text(g, r, 0, col + 2, ROLE_WARN, why, FIT_ELLIPSIS);
	else
		grid_text(g, rect_cols(r, 0, col - 1), 0, 1, ROLE_WARN, why, FIT_ELLIPSIS);
}

static void
prompt_wrong(const struct ui *ui, struct grid *g, struct rect r)
{
	const struct prompt *p = &ui->prompt;
	size_t from, at = ui->colon.at < p->n ? ui->colon.at : p->n;
	int col = prompt_place(p, r, &from);

	if (at > from)
		col += grid_text_width(slice_make(p->text + from, at - from));
	prompt_mark(g, r, col, slice_of(p->wrong));
}

static void
typing_wrong(const struct filter *f, struct grid *g, struct rect r)
{
	size_t from = first_shown(f->text, f->n, r.cols - 3), at = f->at > from ? f->at : from;

	prompt_mark(g, r, 2 + grid_text_width(slice_make(f->text + from, at - from)), slice_of(f->why));
}

void
chrome_above_prompt(const struct ui *ui, struct grid *g, struct rect r)
{
	const struct colon_offers *o = &ui->colon.offers;
	const struct filter *f = ui->typing ? &ui->views[ui->depth - 1].filter : NULL;

	if (f ? !f->wrong
	      : !ui->prompt.open || ui->prompt.kind != PROMPT_COMMAND || (!ui->prompt.wrong[0] && !o->n))
		return;
	grid_fill(g, r, ROLE_TEXT, ' ');
	grid_ground(g, r, 0, 0, r.cols, ROLE_TEXT);
	if (f)
		typing_wrong(f, g, r);
	else if (ui->prompt.wrong[0])
		prompt_wrong(ui, g, r);
	else if (o->cut)
		grid_printf(g, r, 0, 1, ROLE_MUTED, "%zu: %s ...", o->n, o->list);
	else
		grid_text(g, r, 0, 1, ROLE_MUTED, slice_of(o->list), FIT_ELLIPSIS);
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
		grid_text(g, r, 0, 0, ROLE_WARN, slice_make(text, n), FIT_CUT);
		text += n;
	}
}
