/* The keys of the screen one came from, out of the key table, then what the marks and columns mean. */
#include <stdio.h>
#include <string.h>

#include "tui/filter_grammar.h"
#include "tui/screen.h"
#include "widgets/help.h"

#define HELP_ROWS_MAX 160
#define HELP_KEYS_MAX 4

struct help_state {
	size_t top, lines, body;
	char keys[HELP_ROWS_MAX][32];
	struct help_row rows[HELP_ROWS_MAX];
	size_t heading[HELP_ROWS_MAX]; /* by row: the one above it, or itself */
	bool kept[HELP_ROWS_MAX];
	size_t n;
	struct list list; /* of those that pass the filter, each below its heading */
	bool sought;	  /* the cursor has gone somewhere, which is to be seen */
	struct help_row shown[HELP_ROWS_MAX];
};

static const char *const groups[] = {
    "This screen", "Going in and out", "Moving", "Finding", "Panels", "Time", "Other screens"};

static const struct help_row legend[] = {
    {"Marks", NULL, NULL, false, false},
    {NULL, "C, D", "crit, drift: look at this now", false, false},
    {NULL, "W !", "warn, watch: may become one", false, false},
    {NULL, "- ?", "unknown: cannot be judged yet", false, false},
    {NULL, "t, l", "thin, under 50 rows; learning a baseline", false, false},
    {"Figures", NULL, NULL, false, false},
    {NULL, "PSI/FLOOR", "how far it moved / what noise alone does", false, false},
    {NULL, "EVID", "evidence; mark: the limit; shade: provisional", false, false},
    {NULL, "(as 0.8 sd)", "a bell curve shifted so far shows as much", false, false},
    {NULL, "sd", "standard deviations of the baseline", false, false},
    {NULL, "began with", "what else changed within five minutes", false, false},
    {NULL, "over time", "dark: many rows; as W more, else fewer", false, false},
    {NULL, "0.10 0.25", "PSI of watch and drift, or the floor", false, false},
    {NULL, "name (+3)", "the worst input, and how many more drift", false, false},
    {NULL, "ROWS, WIN", "with a value; shortest window of 500 rows", false, false},
    {NULL, "MISS%", "rows without a value", false, false},
    {NULL, "NEW% OUT%", "new to the baseline; out of its range", false, false},
    {NULL, "P99", "from 1,000 rows on; with fewer the p90", false, false},
    {NULL, "--", "cannot be said", false, false},
    {NULL, "provisional", "the baseline is shorter than a day", false, false},
    {"Alerts", NULL, NULL, false, false},
    {NULL, "acked", "somebody has it; it still fires", false, false},
    {NULL, "silent", "nobody is told; sil+ack: both", false, false},
    {NULL, "(latency)", "a rule, where mostly inputs stand", false, false},
    {NULL, "P ? m x2", "provisional, feed untrusted, noted, again", false, false},
};

static void
help_add(struct help_state *st, struct help_row row, const char *keys)
{
	if (st->n >= HELP_ROWS_MAX)
		return;
	if (keys) {
		snprintf(st->keys[st->n], sizeof st->keys[st->n], "%s", keys);
		row.keys = st->keys[st->n];
	}
	st->heading[st->n] = row.heading ? st->n : st->n ? st->heading[st->n - 1] : 0;
	st->rows[st->n++] = row;
}

static void
help_group(struct help_state *st, const struct bindings *b, const char *group, enum screen_id screen, bool past)
{
	char keys[64];
	bool headed = false;

	for (size_t i = 0; i < keymap_rows; i++) {
		if (strcmp(keymap[i].group, group) != 0 || !keymap_holds(&keymap[i], screen, past))
			continue;
		if (!headed)
			help_add(st, (struct help_row){.heading = group}, NULL);
		headed = true;
		help_add(st, (struct help_row){.text = keymap[i].text},
		    bindings_names(b, keymap[i].action, HELP_KEYS_MAX, keys, sizeof keys));
	}
}

/* Commands have no keys: their names stand where those would. */
static void
help_commands(struct help_state *st)
{
	help_add(st, (struct help_row){.heading = "Commands"}, NULL);
	for (size_t i = 0; i < colon_row_count; i++) {
		char name[32];

		snprintf(name, sizeof name, ":%s", colon_rows[i].name);
		help_add(st, (struct help_row){.text = colon_rows[i].about}, name);
	}
}

static void
help_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct help_state *st = v->state;
	char sentence[96];

	(void)s;
	st->n = 0;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		help_group(st, &ui->keys, groups[i], (enum screen_id)v->model, ui->past != NULL);
	help_commands(st);
	help_add(st, (struct help_row){.heading = "Filters"}, NULL);
	for (size_t i = 0; i < FILTER_GRAMMAR_ROWS; i++)
		help_add(st, (struct help_row){.keys = filter_grammar[i].form, .text = filter_grammar[i].about}, NULL);
	for (size_t i = 0; i < sizeof legend / sizeof *legend; i++)
		help_add(st, legend[i], NULL);
	snprintf(sentence, sizeof sentence, "keys of the screen %s", screens[v->model]->name);
	v->sentence = arena_text(&v->arena, slice_of(sentence));
}

/* ---- filter ------------------------------------------------------------------------------------ */

/* What is looked for here may be what a filter is made of: words are all there is. */
static const struct filter_own own = {.n = 0, .example = ""};

static uint64_t
row_id(const void *ctx, size_t row)
{
	(void)ctx;
	return row;
}

static bool
row_keep(const void *ctx, size_t row)
{
	return ((const struct help_state *)((const struct view *)ctx)->state)->kept[row];
}

static void
help_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct help_state *st = v->state;
	struct list_rows rows = {v, st->n, row_id, row_keep, NULL};
	size_t at;

	(void)s;
	for (size_t i = 0; i < st->n; i++) {
		const struct help_row *row = &st->rows[i];
		struct slice texts[] = {slice_of(row->heading ? "" : row->keys),
		    slice_of(row->heading ? "" : row->text), slice_of(st->rows[st->heading[i]].heading)};

		st->kept[i] = !row->heading && filter_match_own(&v->filter, texts, 3, &own, NULL);
		st->kept[st->heading[i]] |= st->kept[i];
	}
	ui_list_update(ui, v, &st->list, &rows);
	for (size_t i = 0; i < st->list.n; i++) {
		st->shown[i] = st->rows[st->list.order[i]];
		st->list.fixed += st->shown[i].heading != NULL;
	}
	/* Where nobody has moved it the cursor is on the first match; without a filter there is none. */
	st->list.moved &= filter_active(&v->filter);
	at = st->list.moved ? st->list.selected : 0;
	at += at < st->list.n && st->shown[at].heading;
	if (filter_active(&v->filter) && at < st->list.n)
		st->shown[at].picked = true;
	for (size_t i = 0; i < st->n && st->list.out_of > 0; i++)
		st->list.out_of -= st->rows[i].heading != NULL;
}

/* ---- painting and keys ------------------------------------------------------------------------- */

/* j, where arrows do the same: what is said is short. */
static void
last_key(const struct bindings *b, enum action action, char buf[16])
{
	size_t n = 0;

	while (n + 1 < KEYMAP_KEYS && b->keys[action][n + 1])
		n++;
	if (b->keys[action][n])
		key_name(b->keys[action][n], buf, 16);
	else
		snprintf(buf, 16, "-");
}

static void
help_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct help_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	char more[120], down[16], page[48];
	struct slice words[FILTER_WORDS];
	size_t most, nwords = filter_words(&v->filter, words);
	int cols;

	st->body = (size_t)(inside.rows > 0 ? inside.rows : 0);
	st->lines = help_paint(g, rect_rows(inside, 0, 0), st->shown, st->list.n, 0);
	if (st->sought && st->list.selected < st->list.n) {
		size_t line = help_line(inside, st->shown, st->list.n, st->list.selected);

		/* With its heading, if it is the first below it. */
		st->top = line < st->top + 1 ? (line > 0 ? line - 1 : 0) : st->top;
		/* And above what says that there is more. */
		st->top = line + 1 >= st->top + st->body && st->body > 1 ? line + 2 - st->body : st->top;
	}
	st->sought = false;
	most = st->lines > st->body ? st->lines - st->body : 0;
	st->top = st->top < most ? st->top : most;
	help_paint(g, inside, st->shown, st->list.n, st->top);
	for (int row = 0; row < inside.rows; row++)
		for (size_t i = 0; i < nwords; i++)
			grid_pick(g, rect_rows(inside, row, 1), ROLE_MATCH, words[i]);
	if (st->list.n == 0 && filter_active(&v->filter))
		grid_str(g, inside, 0, 0, ROLE_MUTED, "nothing passes the filter");
	if (st->top >= most)
		return;
	last_key(&ui->keys, ACTION_DOWN, down);
	if (inside.cols < 60)
		snprintf(more, sizeof more, "more: %s", down);
	else
		snprintf(more, sizeof more, "more below: %s, %s", down, ui_key_name(ui, ACTION_PAGE_DOWN, page));
	cols = (int)strlen(more) + 2 < inside.cols ? (int)strlen(more) + 2 : inside.cols;
	grid_fill(g, rect_rows(rect_cols(inside, inside.cols - cols, cols), inside.rows - 1, 1), ROLE_TEXT, ' ');
	grid_text_right(g, inside, inside.rows - 1, inside.cols, ROLE_KEY, slice_of(more));
}

static bool
is_match(const void *ctx, size_t row)
{
	return !((const struct help_state *)ctx)->rows[row].heading;
}

/* From match to match; without a filter there is nothing that matches. */
static void
help_seek(struct ui *ui, struct view *v, bool forward)
{
	struct help_state *st = v->state;

	if (!filter_active(&v->filter)) {
		ui_say_key(ui, "%s looks for words here", ACTION_FILTER);
		return;
	}
	if (!st->list.moved && st->list.n > 1)
		list_select(&st->list, 1);
	st->sought = ui_list_seek(ui, &st->list, forward, is_match, st);
	v->reorder = v->stale = true;
}

static bool
help_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct help_state *st = v->state;
	size_t page = st->body > 1 ? st->body - 1 : 1;

	(void)request;
	switch (action) {
	case ACTION_UP:
		st->top -= st->top > 0;
		return true;
	case ACTION_DOWN:
		st->top++;
		return true;
	case ACTION_PAGE_UP:
		st->top = st->top > page ? st->top - page : 0;
		return true;
	case ACTION_PAGE_DOWN:
		st->top += page;
		return true;
	case ACTION_HOME:
		st->top = 0;
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		help_seek(ui, v, action == ACTION_NEXT);
		return true;
	case ACTION_END:
		st->top = HELP_ROWS_MAX; /* also before the first frame has counted them */
		return true;
	default:
		return false;
	}
}

/* What is scrolled is lines; the cursor is on a match. */
static void
help_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct help_state *st = v->state;

	(void)panel;
	ui_list_position(&st->list, p, put);
	if (put)
		st->top = p->top > 0 ? p->top - 1 : st->top;
	p->top = st->top > 0 ? st->top + 1 : 0;
}

static void
help_release(struct view *v)
{
	struct help_state *st = v->state;

	if (st)
		list_release(&st->list);
}

const struct screen screen_help = {
    .id = SCREEN_HELP,
    .name = "help",
    .state_bytes = sizeof(struct help_state),
    .collect = help_collect,
    .arrange = help_arrange,
    .draw = help_draw,
    .act = help_act,
    .position = help_position,
    .release = help_release,
    .own = &own,
};
