#include "tui/settings.h"

#include "collectors/config_file.h"
#include "core/mem.h"
#include "tui/bindings.h"
#include "tui/columns.h"
#include "tui/theme_lookup.h"

struct known {
	struct theme_names themes;
	struct columns_tables tables;
};

/* Into *k, which lives as long as they are used. */
static struct config_names
known_names(struct known *k, const struct env *env)
{
	struct config_names known = {.check_keys = bindings_check};

	theme_names_read(&k->themes, env);
	known.themes = k->themes.names;
	known.nthemes = k->themes.n;
	columns_tables(&k->tables);
	known.tables = k->tables.list;
	known.ntables = k->tables.n;
	return known;
}

int
settings_read_file(struct config *c, const char *named, const struct env *env, struct err *err)
{
	struct known *k = mem_alloc(sizeof *k);
	struct config_names known;
	int rc = config_init(c, err);

	if (!rc && !k)
		rc = err_nomem(err);
	if (!rc && (named || env->config_file[0])) {
		known = known_names(k, env);
		rc = config_file_read(c, named ? named : env->config_file, named != NULL, &known, err);
	}
	mem_free(k);
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
	struct known k;
	struct config_names known = known_names(&k, env);

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
