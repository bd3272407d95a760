#include "tui/dash_set.h"

#include <stdio.h>
#include <string.h>

#include "tui/settings.h"

/* A file of colours is looked at before anything is taken over: it may be wrong. */
static int
take_theme(const struct dash_ask *a, const struct config *next, struct err *err)
{
	int rc = theme_lookup(a->theme, next->theme, a->env, err);

	if (!rc && a->term)
		term_set_theme(a->term, a->theme->theme);
	return rc;
}

static void
swap_text(char **a, char **b)
{
	char *was = *a;

	*a = *b;
	*b = was;
}

static void
take_keys(struct config *c, struct config *next)
{
	struct config was = *c;

	c->binds = next->binds;
	c->nbinds = next->nbinds;
	c->binds_cap = next->binds_cap;
	next->binds = was.binds;
	next->nbinds = was.nbinds;
	next->binds_cap = was.binds_cap;
}

/* With the roles that were changed, and are in no text. */
static void
take_features(struct config *c, struct config *next)
{
	struct config was = *c;

	c->models = next->models;
	c->nmodels = next->nmodels;
	c->models_cap = next->models_cap;
	c->features = next->features;
	c->nfeatures = next->nfeatures;
	c->features_cap = next->features_cap;
	next->models = was.models;
	next->nmodels = was.nmodels;
	next->models_cap = was.models_cap;
	next->features = was.features;
	next->nfeatures = was.nfeatures;
	next->features_cap = was.features_cap;
}

/* Takes over what a setting can change, and leaves what others look at where it is. */
static void
take_over(struct config *c, struct config *next)
{
	struct rules rules = c->rules;

	c->rules = next->rules;
	next->rules = rules;
	swap_text(&c->text, &next->text);
	swap_text(&c->theme, &next->theme);
	swap_text(&c->record_dir, &next->record_dir);
	c->text_n = next->text_n;
	c->has_window = next->has_window;
	c->window = next->window;
	c->has_glyphs = next->has_glyphs;
	c->glyphs = next->glyphs;
	c->utc = next->utc;
	c->slow = next->slow;
	c->bell = next->bell;
	c->clipboard = next->clipboard;
	c->budget_per_week = next->budget_per_week;
	c->drift_rule = next->drift_rule;
}

/* Where the link has taken braille away it stays away, unless it is asked for. */
static void
show(const struct dash_ask *a, const struct ui_request *r, bool slow)
{
	const struct options *o = a->options;
	bool other = slow != settings_slow(o);

	ui_set_shown(a->ui, settings_window(o), settings_utc(o));
	if (other && a->pace)
		dash_pace_force(a->pace, a->ui, settings_slow(o));
	if (other || strcmp(r->by, "glyphs") == 0)
		a->grid->glyphs = settings_glyphs(o, a->term ? term_glyphs(a->term) : GLYPHS_BRAILLE);
	if (other && a->pace)
		dash_pace_calm(a->pace, a->grid);
}

static void
say(const struct dash_ask *a, const struct ui_request *r)
{
	char text[ERR_MSG_BYTES], called[SETTING_CALLED_BYTES];
	bool mono = a->env->no_color || a->options->given[OPTION_NO_COLOR];

	snprintf(text, sizeof(text), "%s is %.200s from now on; :save keeps it",
	    setting_called(slice_of(r->by), called, sizeof(called)), r->reason);
	if (strcmp(r->by, "theme") == 0 && a->theme->warning[0])
		snprintf(text, sizeof(text), "%s", a->theme->warning);
	if (strcmp(r->by, "theme") == 0 && mono)
		snprintf(text, sizeof(text), "without colour that is not seen; :save keeps it");
	if (strcmp(r->by, "glyphs") == 0 && a->grid->glyphs != a->options->config->glyphs)
		snprintf(text, sizeof(text), "drawn with %s, which is what terminal and link take; :save keeps it",
		    glyphs_names[a->grid->glyphs]);
	if (!r->follow)
		ui_say(a->ui, text);
}

void
dash_set(const struct dash_ask *a, const struct ui_request *r)
{
	struct config *c = a->options->config, next = {0};
	struct setting s = {.key = NULL};
	struct err err = {0};
	bool slow = settings_slow(a->options);
	int rc = c ? settings_find(&s, c, slice_of(r->by), &err)
		   : err_set(&err, ERR_USAGE, "there is no configuration here");

	if (!rc)
		rc = settings_try(&next, c, slice_of(r->by), r->reason, a->env, &err);
	if (!rc && strcmp(r->by, "theme") == 0)
		rc = take_theme(a, &next, &err);
	if (!rc && s.feature.n)
		rc = changes_put_roles(a->changes, &next, &err);
	if (!rc && s.key->live == CONFIG_JUDGED)
		rc = a->judge ? a->judge(a->ctx, &next, r, &err)
			      : err_set(&err, ERR_USAGE, "alerts are not changed here");
	if (!rc && s.action.n)
		rc = ui_set_keys(a->ui, next.binds, next.nbinds, &err);
	if (!rc)
		rc = setting_note(c, r->by, r->reason, &err);
	if (!rc) {
		take_over(c, &next);
		if (s.feature.n)
			take_features(c, &next);
		if (s.action.n)
			take_keys(c, &next);
		show(a, r, slow);
		say(a, r);
	} else {
		ui_say(a->ui, err.msg);
	}
	config_release(&next);
}
