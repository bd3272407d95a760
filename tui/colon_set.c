/* :set and what has a command of its own: how things are shown. A row of the table here is all that a setting needs. */
#include "tui/colon_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/theme_lookup.h"

static int
set_window(struct colon_call *c, struct slice word, struct err *err)
{
	enum window w = window_find(word);

	if (w == WINDOW_COUNT)
		return colon_fault_word(word, "window", window_names, WINDOW_COUNT, err);
	ui_set_window(c->ui, w);
	return 0;
}

static int
set_theme(struct colon_call *c, struct slice word, struct err *err)
{
	struct ui_request r = {.kind = UI_REQUEST_THEME};
	struct theme_names t;
	size_t at;

	snprintf(r.reason, sizeof r.reason, "%.*s", (int)word.n, word.p);
	theme_names_read(&t, c->ui->options.env);
	if (!theme_lookup_is_path(r.reason) && !colon_find_word(word, t.names, t.n, &at))
		return colon_fault_word(word, "theme", t.names, t.n, err);
	*c->request = r;
	return 0;
}

static void
offer_theme(void *ctx, const char *name, const char *about, bool wrong)
{
	(void)about;
	(void)wrong;
	colon_offer(ctx, slice_of(name));
}

static void
offer_themes(const struct ui *ui, struct colon_offers *o)
{
	theme_lookup_each(ui->options.env, offer_theme, o);
}

static const char *const on_off[] = {"on", "off"};

static int
set_utc(struct colon_call *c, struct slice word, struct err *err)
{
	size_t at;

	if (!colon_find_word(word, on_off, 2, &at))
		return colon_fault_word(word, "value", on_off, 2, err);
	c->ui->utc = at == 0;
	return 0;
}

static int
set_bell(struct colon_call *c, struct slice word, struct err *err)
{
	size_t at;

	if (!colon_find_word(word, on_off, 2, &at))
		return colon_fault_word(word, "value", on_off, 2, err);
	*c->request = (struct ui_request){.kind = UI_REQUEST_BELL, .follow = at == 0};
	return 0;
}

static const char *const glyph_names[] = {"ascii", "console", "blocks", "braille"};

static int
set_glyphs(struct colon_call *c, struct slice word, struct err *err)
{
	size_t at;

	if (!colon_find_word(word, glyph_names, 4, &at))
		return colon_fault_word(word, "glyphs", glyph_names, 4, err);
	*c->request = (struct ui_request){.kind = UI_REQUEST_GLYPHS, .file = at};
	return 0;
}

/* "2/week"; a number alone is as good. */
static int
set_budget(struct colon_call *c, struct slice word, struct err *err)
{
	char *unit;
	double x = strtod(word.p, &unit);

	if (unit == word.p || (*unit && strcmp(unit, "/week") != 0) || !(x > 0) || x > FACT_BUDGET_MAX)
		return err_set(err, ERR_USAGE,
		    "'%.20s' is no budget: false alarms above 0, up to %d, as 1/week", word.p, FACT_BUDGET_MAX);
	*c->request = (struct ui_request){.kind = UI_REQUEST_BUDGET, .number = x};
	ui_say(c->ui, "evidence may raise that many false alarms a week from now on; :save keeps it");
	return 0;
}

static const char *const budgets[] = {"0.5/week", "1/week", "2/week", "5/week"};

static const struct setting {
	const char *name;
	int (*set)(struct colon_call *c, struct slice word, struct err *err);
	const char *const *values; /* NULL: themes */
	size_t nvalues;
} settings[] = {
    {"bell", set_bell, on_off, 2},
    {"budget", set_budget, budgets, 4},
    {"glyphs", set_glyphs, glyph_names, 4},
    {"theme", set_theme, NULL, 0},
    {"utc", set_utc, on_off, 2},
    {"window", set_window, window_names, WINDOW_COUNT},
};

#define SETTINGS (sizeof settings / sizeof *settings)

int
colon_run_set(struct colon_call *c, struct err *err)
{
	const char *names[SETTINGS];
	size_t at;

	for (size_t i = 0; i < SETTINGS; i++)
		names[i] = settings[i].name;
	if (!colon_find_word(c->line->word[1], names, SETTINGS, &at))
		return colon_fault_word(c->line->word[1], "setting", names, SETTINGS, err);
	c->at = c->line->from[2];
	return settings[at].set(c, c->line->word[2], err);
}

void
colon_complete_set(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)s;
	for (size_t k = 0; k < SETTINGS; k++) {
		if (i == 1)
			colon_offer(o, slice_of(settings[k].name));
		else if (i == 2 && slice_is(l->word[1], settings[k].name) && settings[k].values)
			colon_offer_all(o, settings[k].values, settings[k].nvalues);
		else if (i == 2 && slice_is(l->word[1], settings[k].name))
			offer_themes(ui, o);
	}
}

int
colon_run_theme(struct colon_call *c, struct err *err)
{
	return set_theme(c, c->line->word[1], err);
}

void
colon_complete_theme(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)s;
	(void)l;
	(void)i;
	offer_themes(ui, o);
}

int
colon_run_window(struct colon_call *c, struct err *err)
{
	return set_window(c, c->line->word[1], err);
}

void
colon_complete_window(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)ui;
	(void)s;
	(void)l;
	(void)i;
	colon_offer_all(o, window_names, WINDOW_COUNT);
}
