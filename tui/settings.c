#include "tui/settings.h"

#include <stdio.h>
#include <string.h>

#include "collectors/config_file.h"
#include "core/mem.h"
#include "core/nearest.h"
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
settings_save(const struct changes *c, struct config *config, const struct env *env, const char *path, char *say)
{
	struct known k;
	struct config_names known = known_names(&k, env);

	if (changes_save(c, config, path, &known, say) && config)
		config_sets_saved(config);
}

/* The name is there for the call alone. */
struct meant {
	struct nearest near;
	char best[SETTING_NAME_BYTES];
};

static void
offer(void *ctx, const char *name)
{
	struct meant *m = ctx;
	size_t least = m->near.least;

	nearest_offer(&m->near, name);
	if (m->near.least < least)
		snprintf(m->best, sizeof m->best, "%s", name);
}

static int
fault_action(struct slice name, struct err *err)
{
	struct nearest near;
	int n = (int)(name.n < 40 ? name.n : 40);

	nearest_init(&near, name);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		nearest_offer(&near, action_names[i]);
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "no action '%.*s'; did you mean '%s'?", n, name.p, nearest_name(&near));
	return err_set(err, ERR_USAGE, "no action '%.*s'; Tab lists them", n, name.p);
}

static bool
begins(struct slice name, const char *with)
{
	size_t n = strlen(with);

	return name.n >= n && memcmp(name.p, with, n) == 0;
}

/* Why it cannot be set, where it is a key of the file; else what is meant. */
static int
fault_name(const struct config *c, struct slice name, struct err *err)
{
	const struct config_key *key = setting_key(name);
	bool within = begins(name, "keys.") || begins(name, "models.");
	struct meant m = {.best = ""};
	int n = (int)(name.n < 60 ? name.n : 60);

	/* What is no key within these two has a sentence of its own below. */
	if (key && key->live == CONFIG_FIXED && !(within && key->object == CONFIG_TOP))
		return err_set(err, ERR_USAGE, "%s: %s", key->key, key->fixed);
	if (name.n >= SETTING_NAME_BYTES)
		return err_set(err, ERR_USAGE,
		    "no setting has a name that long: models and inputs have at most %d bytes", LIMIT_NAME_BYTES);
	if (begins(name, "keys."))
		return fault_action(slice_make(name.p + 5, name.n - 5), err);
	if (begins(name, "models."))
		return err_set(err, ERR_USAGE, "say models.MODEL.features.FEATURE.watch, or .drift; Tab completes it");
	nearest_init(&m.near, name);
	setting_each(c, offer, &m);
	if (nearest_name(&m.near))
		return err_set(err, ERR_USAGE, "no setting '%.*s'; did you mean '%s'?", n, name.p, m.best);
	return err_set(err, ERR_USAGE, "no setting '%.*s'; Tab lists them", n, name.p);
}

int
settings_find(struct setting *s, const struct config *c, struct slice name, struct err *err)
{
	return setting_find(s, c, name) ? 0 : fault_name(c, name, err);
}

int
settings_try(struct config *next, const struct config *c, struct slice name, const char *json, const struct env *env,
    struct err *err)
{
	struct known *k = mem_alloc(sizeof *k);
	struct setting s;
	struct config_names known;
	int rc = k ? settings_find(&s, c, name, err) : err_nomem(err);

	if (!rc) {
		known = known_names(k, env);
		rc = setting_try(next, c, &s, json, &known, err);
	}
	mem_free(k);
	return rc;
}

void
settings_words(const struct setting *s, const struct env *env, void (*each)(void *ctx, const char *word), void *ctx)
{
	struct known *k = mem_alloc(sizeof *k);
	struct config_names known;
	char buf[32];
	const char *word;

	if (!k)
		return;
	known = known_names(k, env);
	for (size_t i = 0; (word = setting_word(s, &known, i, buf, sizeof buf)); i++)
		each(ctx, word);
	mem_free(k);
}

/* ---- who wins ---------------------------------------------------------------------------------- */

/* The option that says the same as a key of the file, where it was given and nobody has said otherwise since; NULL.
 * --ascii is short for one value of glyphs, --no-utc is one of utc; they win. */
static const struct option_row *
given(const struct options *o, struct slice name)
{
	struct slice option = name;

	if (o->given[OPTION_ASCII] && slice_is(name, "glyphs"))
		option = slice_of("ascii");
	else if (o->given[OPTION_NO_UTC] && slice_is(name, "utc"))
		option = slice_of("no-utc");
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		if (slice_is(option, r->name) && (r->commands & COMMAND_BIT(o->command)))
			return o->given[r->id] && !setting_said(o->config, name) ? r : NULL;
	}
	return NULL;
}

enum window
settings_window(const struct options *o)
{
	if (!given(o, slice_of("window")) && o->config && o->config->has_window)
		return o->config->window;
	return window_find(slice_of(o->text[OPTION_WINDOW]));
}

const char *
settings_theme(const struct options *o)
{
	return !given(o, slice_of("theme")) && o->config && o->config->theme ? o->config->theme
									     : o->text[OPTION_THEME];
}

bool
settings_utc(const struct options *o)
{
	const struct option_row *r = given(o, slice_of("utc"));

	return r ? r->id == OPTION_UTC : o->config && o->config->utc;
}

bool
settings_slow(const struct options *o)
{
	return given(o, slice_of("slow")) || (o->config && o->config->slow);
}

enum glyphs
settings_glyphs(const struct options *o, enum glyphs have)
{
	const struct option_row *r = given(o, slice_of("glyphs"));
	enum glyphs wanted = GLYPHS_ASCII;

	if (r && r->id == OPTION_ASCII)
		return GLYPHS_ASCII;
	if (!r && o->config && o->config->has_glyphs)
		wanted = o->config->glyphs;
	else
		while (wanted < GLYPHS_BRAILLE && strcmp(glyphs_names[wanted], o->text[OPTION_GLYPHS]) != 0)
			wanted++;
	/* A terminal that can show blocks finds braille in some font of its own. */
	if (have >= GLYPHS_BLOCKS && !settings_slow(o))
		have = GLYPHS_BRAILLE;
	return wanted < have ? wanted : have;
}

int64_t
settings_offset_ms(const struct options *o, const struct env *env)
{
	return settings_utc(o) ? 0 : env->utc_offset_ms;
}

const char *
settings_zone(const struct options *o, const struct env *env)
{
	return settings_utc(o) ? "UTC" : env->zone;
}

const char *
settings_from(const struct options *o, const struct setting *s, struct slice name)
{
	return given(o, name) ? "command line" : setting_from(o->config, s, name);
}

int
settings_value(const struct options *o, const struct setting *s, struct slice name, char out[SETTING_VALUE_BYTES],
    struct err *err)
{
	const struct option_row *r = given(o, name);

	if (!r)
		return setting_value(o->config, s, out, err);
	snprintf(out, SETTING_VALUE_BYTES, "%s",
	    r->type != OPTION_TYPE_FLAG ? o->text[r->id] : slice_is(name, r->name) ? "true" : r->name);
	return 0;
}
