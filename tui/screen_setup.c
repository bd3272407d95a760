#include "tui/screen_setup.h"

#include <string.h>

#include "core/config.h"
#include "tui/settings.h"

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

int
screen_setup_theme(const struct options *o, const struct env *env, struct theme_choice *theme, struct err *err)
{
	const char *name = settings_theme(o);

	theme->theme = NULL;
	theme->warning[0] = '\0';
	return name ? theme_lookup(theme, name, env, err) : 0;
}

void
screen_setup_ui(
    const struct options *o, const struct env *env, const struct app *a, struct ui_options *out)
{
	memset(out, 0, sizeof(*out));
	out->window = settings_window(o);
	out->utc = settings_utc(o);
	out->utc_offset_ms = env->utc_offset_ms;
	out->zone = env->zone;
	if (a) {
		out->endpoint = app_endpoint(a);
		out->files_only = app_files_only(a);
	}
	out->own_patterns = o->nstreams > 0 || (o->config && o->config->nstreams > 0);
	out->version = DRIFTTOP_VERSION;
	out->user = env->user;
	out->env = env;
	out->given = o;
	if (o->config) {
		out->config_utc = o->config->utc;
		out->binds = o->config->binds;
		out->nbinds = o->config->nbinds;
		out->columns = o->config->columns;
		out->ncolumns = o->config->ncolumns;
		out->groups = o->config->groups;
		out->ngroups = o->config->ngroups;
	}
	out->baselines = o->baselines;
	out->nbaselines = o->nbaselines;
}
