/* :columns, which columns a list has and in which order. */
#include <stdio.h>
#include <string.h>

#include "tui/columns.h"
#include "tui/colon_impl.h"
#include "tui/screen.h"

static int
fault_screen(struct slice word, struct err *err)
{
	const char *names[CONFIG_TABLES_MAX];
	struct columns_tables t;

	columns_tables(&t);
	for (size_t i = 0; i < t.n; i++)
		names[i] = t.list[i].screen;
	return colon_fault_word(word, "list", names, t.n, err);
}

/* What stands now; and where it is sorted by what does not, that. */
static void
say(struct ui *ui, const struct screen *screen)
{
	const struct table_order *order = &ui->orders[screen->id];
	const struct view *v = ui_view(ui);
	char list[320], text[480];
	size_t n = (size_t)snprintf(
	    text, sizeof text, "%s: %s", screen->name, columns_text(screen, order, list, sizeof list));

	if (v->screen == screen && !ui_is_second(v) && v->sorted > 0 &&
	    !table_order_has(order, screen->sorts[v->sorted].column))
		snprintf(text + n, sizeof text - n, "; sorted by %s, which is not shown",
		    screen->sorts[v->sorted].name);
	ui_say(ui, text);
}

int
colon_run_columns(struct colon_call *c, struct err *err)
{
	const struct colon_line *l = c->line;
	const struct screen *screen = columns_screen(l->word[1]);
	struct slice rest = colon_rest(l, 2);
	struct ui *ui = c->ui;
	size_t at = 0;
	int rc;

	if (!screen)
		return fault_screen(l->word[1], err);
	if (rest.n == 0)
		return say(ui, screen), 0;
	if (slice_is(rest, "default")) {
		ui->orders[screen->id].n = 0;
	} else {
		rc = columns_parse(screen, rest, &ui->orders[screen->id], &at, err);
		c->at = l->from[2] + at;
		if (rc)
			return rc;
	}
	ui->reordered |= 1u << screen->id;
	say(ui, screen);
	return 0;
}

void
colon_complete_columns(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	const struct screen *screen = i > 1 ? columns_screen(l->word[1]) : NULL;
	struct slice done = o->prefix;
	struct columns_tables t;

	(void)ui;
	(void)s;
	columns_tables(&t);
	for (size_t k = 0; i == 1 && k < t.n; k++)
		colon_offer(o, slice_of(t.list[k].screen));
	if (!screen)
		return;
	/* Names that stand before the last comma stay as they are. */
	while (done.n > 0 && done.p[done.n - 1] != ',')
		done.n--;
	for (size_t k = 0; k < screen->ncolumns; k++) {
		char text[PROMPT_BYTES + 32];

		snprintf(text, sizeof text, "%.*s%s", (int)done.n, done.n ? done.p : "", screen->columns[k].id);
		colon_offer(o, slice_of(text));
	}
	if (i == 2 && done.n == 0)
		colon_offer(o, slice_of("default"));
}
