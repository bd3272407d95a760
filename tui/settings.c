#include "tui/settings.h"

#include "collectors/config_file.h"
#include "themes/theme.h"
#include "tui/bindings.h"

#define THEMES_MAX 64

static struct config_names
known_names(const char *names[THEMES_MAX])
{
	struct config_names known = {.themes = names, .check_keys = bindings_check};

	while (themes[known.nthemes] && known.nthemes < THEMES_MAX) {
		names[known.nthemes] = themes[known.nthemes]->name;
		known.nthemes++;
	}
	return known;
}

int
settings_read(struct config *c, const struct options *o, const struct env *env, struct err *err)
{
	const char *named = o->text[OPTION_CONFIG];
	const char *names[THEMES_MAX];
	struct config_names known = known_names(names);
	int rc = config_init(c, err);

	if (!rc && (named || env->config_file[0]))
		rc = config_file_read(c, named ? named : env->config_file, named != NULL, &known, err);
	return rc;
}

void
settings_save(const struct changes *c, const char *path, char *say)
{
	const char *names[THEMES_MAX];
	struct config_names known = known_names(names);

	(void)changes_save(c, path, &known, say);
}

enum window
settings_window(const struct options *o)
{
	if (!o->given[OPTION_WINDOW] && o->config && o->config->has_window)
		return o->config->window;
	return window_find(slice_of(o->text[OPTION_WINDOW]));
}

const char *
settings_theme(const struct options *o)
{
	return !o->given[OPTION_THEME] && o->config && o->config->theme ? o->config->theme : o->text[OPTION_THEME];
}
