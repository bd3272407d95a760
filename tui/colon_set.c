/* :set and what has a command of its own: how things are shown, and whatever the configuration has for it. */
#include "tui/colon_impl.h"

#include <stdio.h>
#include <string.h>

#include "core/nearest.h"
#include "tui/setting.h"
#include "tui/settings.h"
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

/* ---- what they are --------------------------------------------------------------------------------------------- */

static const char *
show_window(const struct ui *ui, const char **from)
{
	const struct options *o = ui->options.given;

	*from = o && ui->window == settings_window(o) ? settings_from(o, OPTION_WINDOW, "window") : "set here";
	return window_names[ui->window];
}

static const char *
show_theme(const struct ui *ui, const char **from)
{
	const struct options *o = ui->options.given;
	const char *asked = o ? settings_theme(o) : NULL, *is = ui->terminal.theme;

	if (asked && (!is || strcmp(asked, is) == 0 || theme_lookup_is_path(asked))) {
		*from = settings_from(o, OPTION_THEME, "theme");
		return asked;
	}
	*from = asked ? "set here" : "by the terminal's background, or set here";
	return is ? is : "as the terminal is";
}

static const char *
show_utc(const struct ui *ui, const char **from)
{
	*from = ui->utc != ui->options.utc ? "set here" : ui->options.utc ? "command line" : "default";
	return on_off[!ui->utc];
}

static const char *
show_glyphs(const struct ui *ui, const char **from)
{
	*from = "as the terminal shows them";
	return glyph_names[ui->terminal.glyphs];
}

/* How things are shown is set by those who show them; all else by the configuration's table (tui/setting.h). */
static const struct shown {
	const char *name;
	int (*set)(struct colon_call *c, struct slice word, struct err *err);
	const char *(*show)(const struct ui *ui, const char **from);
	const char *const *values; /* NULL: themes */
	size_t nvalues;
} shown[] = {
    {"glyphs", set_glyphs, show_glyphs, glyph_names, 4},
    {"theme", set_theme, show_theme, NULL, 0},
    {"utc", set_utc, show_utc, on_off, 2},
    {"window", set_window, show_window, window_names, WINDOW_COUNT},
};

#define SHOWN (sizeof shown / sizeof *shown)

static const struct shown *
find_shown(struct slice name)
{
	size_t i = 0;

	while (i < SHOWN && !slice_is(name, shown[i].name))
		i++;
	return i < SHOWN ? &shown[i] : NULL;
}

static const struct config *
config_of(const struct ui *ui)
{
	return ui->options.given ? ui->options.given->config : NULL;
}

/* The name is there for the call alone. */
struct meant {
	struct nearest near;
	char best[SETTING_NAME_BYTES];
};

static void
offer_setting(void *ctx, const char *name)
{
	struct meant *m = ctx;
	size_t least = m->near.least;

	nearest_offer(&m->near, name);
	if (m->near.least < least)
		snprintf(m->best, sizeof m->best, "%s", name);
}

static int
fault_setting(const struct ui *ui, struct slice name, struct err *err)
{
	struct meant m = {.best = ""};
	int n = (int)(name.n < 60 ? name.n : 60);

	nearest_init(&m.near, name);
	for (size_t i = 0; i < SHOWN; i++)
		offer_setting(&m, shown[i].name);
	if (config_of(ui))
		setting_each(config_of(ui), offer_setting, &m);
	if (nearest_name(&m.near))
		return err_set(err, ERR_USAGE, "no setting '%.*s'; did you mean '%s'?", n, name.p, m.best);
	return err_set(err, ERR_USAGE, "no setting '%.*s'; Tab lists them", n, name.p);
}

static int
say_value(struct colon_call *c, const struct setting *s, struct err *err)
{
	const struct shown *w = find_shown(c->line->word[1]);
	char value[SETTING_VALUE_BYTES], say[SETTING_VALUE_BYTES + 120];
	const char *from = "", *is = value;

	if (w)
		is = w->show(c->ui, &from);
	else if (setting_value(config_of(c->ui), s, value, err))
		return ERR_NOMEM;
	else
		from = setting_from(config_of(c->ui), s, c->line->word[1]);
	snprintf(say, sizeof say, "%.*s is %s (%s)", (int)c->line->word[1].n, c->line->word[1].p, is, from);
	ui_say(c->ui, say);
	return 0;
}

/* Tried here, so that what is wrong is told at the prompt; carried out by the program. */
static int
set_setting(struct colon_call *c, const struct setting *s, struct err *err)
{
	struct slice name = c->line->word[1], typed = c->line->n > 3 ? colon_rest(c->line, 2) : c->line->word[2];
	struct ui_request r = {.kind = UI_REQUEST_SET};
	struct config next = {0};
	int rc;

	if (c->ui->past && s->key->object != CONFIG_TOP)
		return c->at = 0, err_set(err, ERR_USAGE, "this is the past: alerts are changed where it is live");
	snprintf(r.by, sizeof r.by, "%.*s", (int)name.n, name.p);
	rc = setting_json(s, typed, r.reason, sizeof r.reason, err);
	if (!rc)
		rc = settings_try(&next, config_of(c->ui), name, r.reason, c->ui->options.env, err);
	config_release(&next);
	if (!rc)
		*c->request = r;
	return rc;
}

int
colon_run_set(struct colon_call *c, struct err *err)
{
	struct slice name = c->line->n > 1 ? c->line->word[1] : slice_of("");
	const struct shown *w = find_shown(name);
	struct setting s;

	if (c->line->n == 1) {
		ui_push(c->ui, &screen_inforce, colon_model_here(c->ui), SIZE_MAX, slice_of("setup"));
		return 0;
	}
	if (!w && !(config_of(c->ui) && setting_find(&s, config_of(c->ui), name)))
		return fault_setting(c->ui, name, err);
	if (c->line->n == 2)
		return say_value(c, &s, err);
	c->at = c->line->from[2];
	if (w && c->line->n > 3)
		return c->at = c->line->from[3], err_set(err, ERR_USAGE, "%s takes one word", w->name);
	return w ? w->set(c, c->line->word[2], err) : set_setting(c, &s, err);
}

static void
offer_name(void *ctx, const char *name)
{
	colon_offer(ctx, slice_of(name));
}

/* What it can be; of an expression what it is now, to be changed. */
static void
offer_values(const struct config *c, struct slice name, struct colon_offers *o)
{
	char buf[32], value[SETTING_VALUE_BYTES];
	struct setting s;
	const char *word;
	size_t i = 0;

	if (!c || !setting_find(&s, c, name))
		return;
	while ((word = setting_word(&s, i++, buf, sizeof buf)))
		colon_offer(o, slice_of(word));
	if (i <= 2 && !setting_value(c, &s, value, NULL))
		colon_offer(o, slice_of(value));
}

void
colon_complete_set(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	const struct shown *w = i == 2 ? find_shown(l->word[1]) : NULL;

	(void)s;
	for (size_t k = 0; k < SHOWN && i == 1; k++)
		colon_offer(o, slice_of(shown[k].name));
	if (i == 1 && config_of(ui))
		setting_each(config_of(ui), offer_name, o);
	if (w && w->values)
		colon_offer_all(o, w->values, w->nvalues);
	else if (w)
		offer_themes(ui, o);
	else if (i == 2)
		offer_values(config_of(ui), l->word[1], o);
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
