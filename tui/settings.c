#include "tui/settings.h"

#include "collectors/config_file.h"
#include "core/mem.h"
#include "tui/bindings.h"
#include "tui/theme_lookup.h"

/* Into *t, which lives as long as it is used. */
static struct config_names
known_names(struct theme_names *t, const struct env *env)
{
	struct config_names known = {.check_keys = bindings_check};

	theme_names_read(t, env);
	known.themes = t->names;
	known.nthemes = t->n;
	return known;
}

int
settings_read_file(struct config *c, const char *named, const struct env *env, struct err *err)
{
	struct theme_names *t = mem_alloc(sizeof *t);
	struct config_names known;
	int rc = config_init(c, err);

	if (!rc && !t)
		rc = err_nomem(err);
	if (!rc && (named || env->config_file[0])) {
		known = known_names(t, env);
		rc = config_file_read(c, named ? named : env->config_file, named != NULL, &known, err);
	}
	mem_free(t);
	return rc;
}

int
settings_read(struct config *c, const struct options *o, const struct env *env, struct err *err)
{
	return settings_read_file(c, o->text[OPTION_CONFIG], env, err);
}

void
settings_save(const struct changes *c, const struct env *env, const char *path, char *say)
{
	struct theme_names t;
	struct config_names known = known_names(&t, env);

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
