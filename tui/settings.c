#include "tui/settings.h"

#include "collectors/config_edit.h"
#include "collectors/config_file.h"
#include "core/mem.h"
#include "tui/bindings.h"
#include "tui/columns.h"
#include "tui/setting.h"
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
settings_save(const struct changes *c, struct config *config, const struct env *env, const char *path, char *say)
{
	struct known k;
	struct config_names known = known_names(&k, env);

	if (changes_save(c, config, path, &known, say) && config)
		config_sets_clear(config);
}

int
settings_try(struct config *next, const struct config *c, struct slice name, const char *json, const struct env *env,
    struct err *err)
{
	struct known *k = mem_alloc(sizeof *k);
	struct setting s;
	struct config_names known;
	int rc = k ? 0 : err_nomem(err);

	if (!rc && !setting_find(&s, c, name))
		rc = err_set(err, ERR_USAGE, "no setting '%.*s'", (int)(name.n < 60 ? name.n : 60), name.p);
	if (!rc) {
		known = known_names(k, env);
		rc = setting_try(next, c, &s, json, &known, err);
	}
	mem_free(k);
	return rc;
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

const char *
settings_from(const struct options *o, enum option_id id, const char *key)
{
	const struct config *c = o->config;
	const struct slice path = slice_of(key);

	if (o->given[id])
		return "command line";
	if (!c || !c->text || !config_edit_find(slice_make(c->text, c->text_n), &path, 1).p)
		return "default";
	return "configuration";
}
