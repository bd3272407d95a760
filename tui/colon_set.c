/* :set and what has a command of its own: whatever the table of keys lets be set (tui/setting.h). */
#include "tui/colon_impl.h"

#include <stdio.h>
#include <string.h>

#include "core/figures.h"
#include "tui/setting.h"
#include "tui/settings.h"
#include "tui/shown.h"

/* NULL: there is none, and nothing that could be set. */
static const struct config *
config_of(const struct ui *ui)
{
	return ui->options.given ? ui->options.given->config : NULL;
}

/* Levels are of one input of one model, which both are there. */
static int
check_feature(const struct colon_call *c, const struct setting *s, struct err *err)
{
	size_t model = colon_find_model(c->store, s->model);

	if (model == SIZE_MAX)
		return colon_fault_model(c, s->model, err);
	if (colon_find_feature(c->store, model, s->feature) == SIZE_MAX)
		return colon_fault_feature(c, model, s->feature, err);
	return 0;
}

static int
find(const struct colon_call *c, struct slice name, struct setting *s, struct err *err)
{
	int rc;

	if (!config_of(c->ui))
		return err_set(err, ERR_USAGE, "there is no configuration here");
	rc = settings_find(s, config_of(c->ui), name, err);
	return rc || !s->feature.n ? rc : check_feature(c, s, err);
}

static int
say_value(struct colon_call *c, const struct setting *s, struct slice name, struct err *err)
{
	char value[SHOWN_BYTES], say[SHOWN_BYTES + 160], called[SETTING_CALLED_BYTES];
	const char *from;

	if (shown_setting(c->ui, s, name, value, &from, err))
		return ERR_NOMEM;
	snprintf(say, sizeof say, "%s is %s (%s)", setting_called(name, called, sizeof called), value, from);
	ui_say(c->ui, say);
	return 0;
}

/* Tried here, so that what is wrong is told at the prompt; carried out by the program. typed: from that word on. */
static int
set(struct colon_call *c, const struct setting *s, struct slice name, size_t typed, struct err *err)
{
	const struct colon_line *l = c->line;
	struct slice value = l->n > typed + 1 ? colon_rest(l, typed) : l->word[typed];
	struct ui_request r = {.kind = UI_REQUEST_SET};
	struct config next = {0};
	int rc;

	if (c->ui->past && s->key->live == CONFIG_JUDGED)
		return c->at = 0, err_set(err, ERR_USAGE, "this is the past: alerts are changed where it is live");
	c->at = l->from[typed];
	snprintf(r.by, sizeof r.by, "%.*s", (int)name.n, name.p);
	rc = setting_json(s, value, r.reason, sizeof r.reason, err);
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
	struct setting s;
	int rc;

	if (c->line->n == 1) {
		ui_push(c->ui, &screen_inforce, colon_model_here(c->ui), SIZE_MAX, slice_of("setup"));
		return 0;
	}
	rc = find(c, name, &s, err);
	if (rc)
		return rc;
	return c->line->n == 2 ? say_value(c, &s, name, err) : set(c, &s, name, 2, err);
}

static int
set_by_name(struct colon_call *c, const char *name, struct err *err)
{
	struct setting s;
	int rc = find(c, slice_of(name), &s, err);

	return rc ? rc : set(c, &s, slice_of(name), 1, err);
}

int
colon_run_theme(struct colon_call *c, struct err *err)
{
	return set_by_name(c, "theme", err);
}

int
colon_run_window(struct colon_call *c, struct err *err)
{
	return set_by_name(c, "window", err);
}

/* ---- completion ------------------------------------------------------------------------------------------------ */

static void
offer_name(void *ctx, const char *name)
{
	colon_offer(ctx, slice_of(name));
}

struct words {
	struct colon_offers *o;
	size_t n;
};

static void
offer_word(void *ctx, const char *word)
{
	struct words *w = ctx;

	w->n++;
	colon_offer(w->o, slice_of(word));
}

static bool
has_prefix(const struct colon_offers *o, const char *text, size_t n)
{
	return o->prefix.n >= n && memcmp(o->prefix.p, text, n) == 0;
}

/* Of one model: the name of an input or output, and behind that what can be set of it. */
static void
offer_levels(const struct store *s, size_t model, const char *before, struct colon_offers *o)
{
	struct model_figures m;

	figures_model_brief(s, model, WINDOW_AUTO, &m);
	o->known = strlen(before);
	for (size_t i = 0; i < m.inputs + m.outputs; i++) {
		struct feature_figures f;
		char name[SETTING_NAME_BYTES];
		size_t n;

		figures_feature_brief(s, model, i, WINDOW_AUTO, &f);
		n = (size_t)snprintf(name, sizeof name, "%s%.*s.", before, (int)f.name.n, f.name.p);
		if (n + 8 > sizeof name)
			continue;
		if (!has_prefix(o, name, n)) {
			colon_offer_beginning(o, slice_make(name, n));
			continue;
		}
		memcpy(name + n, "watch", 6);
		colon_offer(o, slice_of(name));
		memcpy(name + n, "drift", 6);
		colon_offer(o, slice_of(name));
	}
}

/* Part by part: all names of all inputs of all models are too many to be looked through. */
static void
offer_models(const struct store *s, struct colon_offers *o)
{
	size_t n = store_model_count(s);

	o->known = has_prefix(o, "models.", 7) ? 7 : 0;
	if (!o->known && n > 0)
		colon_offer_beginning(o, slice_of("models."));
	for (size_t i = 0; i < n && has_prefix(o, "models.", 7); i++) {
		char name[LIMIT_NAME_BYTES + 32];
		struct slice model = store_model_name(s, i);
		size_t bytes = (size_t)snprintf(name, sizeof name, "models.%.*s.features.", (int)model.n, model.p);

		if (has_prefix(o, name, bytes))
			offer_levels(s, i, name, o);
		else
			colon_offer_beginning(o, slice_make(name, bytes));
	}
}

static void
offer_actions(struct colon_offers *o)
{
	char name[64];

	o->known = has_prefix(o, "keys.", 5) ? 5 : 0;
	if (!o->known)
		colon_offer_beginning(o, slice_of("keys."));
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT && o->known; i++) {
		snprintf(name, sizeof name, "keys.%s", action_names[i]);
		colon_offer(o, slice_of(name));
	}
}

/* What it can be; of an expression what it is now, to be changed. */
static void
offer_values(const struct ui *ui, struct slice name, struct colon_offers *o)
{
	const struct config *c = config_of(ui);
	char value[SETTING_VALUE_BYTES];
	struct words words = {o, 0};
	struct setting s;

	if (!c || !setting_find(&s, c, name))
		return;
	settings_words(&s, ui->options.env, offer_word, &words);
	if (words.n <= 1 && !settings_value(ui->options.given, &s, name, value, NULL) &&
	    strcmp(value, SETTING_NOT_SAID) != 0)
		colon_offer(o, slice_of(value));
}

void
colon_complete_set(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	if (i == 1 && config_of(ui)) {
		setting_each(config_of(ui), offer_name, o);
		offer_actions(o);
		offer_models(s, o);
	}
	if (i == 2)
		offer_values(ui, l->word[1], o);
}

void
colon_complete_theme(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)s;
	(void)l;
	(void)i;
	offer_values(ui, slice_of("theme"), o);
}

void
colon_complete_window(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	(void)s;
	(void)l;
	(void)i;
	offer_values(ui, slice_of("window"), o);
}
