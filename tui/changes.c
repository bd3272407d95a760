#include "tui/changes.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collectors/config_edit.h"
#include "collectors/config_file.h"
#include "collectors/json_doc.h"
#include "collectors/state_file.h"
#include "core/jsonw.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tui/setting.h"

#define SAY_BYTES 160
#define NAMED 2 /* settings that are said by their names */
#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

void
changes_release(struct changes *c)
{
	for (size_t i = 0; i < c->nroles; i++) {
		mem_free(c->roles[i].model);
		mem_free(c->roles[i].feature);
	}
	memset(c, 0, sizeof(*c));
}

static int
config_add_role(struct config *config, const char *model, const char *feature, enum feature_role role, struct err *err)
{
	struct config_feature *grown, f = {.has_role = true, .role = role, .watch = NAN, .drift = NAN};

	if (config->nfeatures == CONFIG_ENTRIES_MAX)
		return err_set(err, ERR_LIMIT, "the configuration speaks of %d inputs already", CONFIG_ENTRIES_MAX);
	grown = mem_grow(config->features, &config->features_cap, config->nfeatures + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	config->features = grown;
	f.model = config_pattern_of(slice_of(model));
	f.feature = config_pattern_of(slice_of(feature));
	if (!f.model || !f.feature) {
		mem_free(f.model);
		mem_free(f.feature);
		return err_nomem(err);
	}
	grown[config->nfeatures++] = f;
	return 0;
}

int
changes_add_role(struct changes *c, struct config *config, struct slice model, struct slice feature,
    enum feature_role role, struct err *err)
{
	struct change_role *r = c->roles;
	size_t i;

	for (i = 0; i < c->nroles; i++, r++)
		if (slice_is(model, r->model) && slice_is(feature, r->feature))
			break;
	if (i == CHANGES_ROLES_MAX)
		return err_set(err, ERR_LIMIT, "%d roles were changed: :save, and begin anew", CHANGES_ROLES_MAX);
	if (i == c->nroles) {
		*r = (struct change_role){mem_dup(model.p, model.n), mem_dup(feature.p, feature.n), role};
		if (!r->model || !r->feature) {
			mem_free(r->model);
			mem_free(r->feature);
			return err_nomem(err);
		}
		c->nroles++;
	}
	r->role = role;
	return config_add_role(config, r->model, r->feature, role, err);
}

int
changes_put_roles(const struct changes *c, struct config *config, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < c->nroles && !rc; i++)
		rc = config_add_role(config, c->roles[i].model, c->roles[i].feature, c->roles[i].role, err);
	return rc;
}

/* ---- into the file ------------------------------------------------------------------------------- */

/* One more value in *text, which is replaced. */
static int
set(char **text, size_t *n, const struct slice *path, size_t depth, const char *json, struct err *err)
{
	char *out = NULL;
	size_t bytes = 0;
	int rc = config_edit_set(slice_make(*text, *n), path, depth, json, &out, &bytes, err);

	if (rc)
		return rc;
	mem_free(*text);
	*text = out;
	*n = bytes;
	return 0;
}

static int
set_role(char **text, size_t *n, const struct change_role *r, struct err *err)
{
	char *model = config_pattern_of(slice_of(r->model)), *feature = config_pattern_of(slice_of(r->feature));
	struct slice path[5] = {slice_of("models"), slice_of(model), slice_of("features"), slice_of(feature),
	    slice_of("role")};
	char json[32];
	int rc;

	snprintf(json, sizeof(json), "\"%s\"", feature_role_names[r->role]);
	rc = model && feature ? set(text, n, path, 5, json, err) : err_nomem(err);
	mem_free(model);
	mem_free(feature);
	return rc;
}

static int
set_columns(char **text, size_t *n, const struct config_table *t, struct err *err)
{
	const struct slice path[2] = {slice_of("columns"), slice_of(t->screen)};
	struct jsonw w;
	char *json;
	size_t bytes;
	int rc;

	jsonw_init(&w);
	jsonw_open_array(&w);
	for (size_t i = 0; i < t->ncolumns; i++)
		jsonw_cstr(&w, t->columns[i]);
	jsonw_close(&w);
	json = jsonw_take(&w, &bytes, err);
	rc = json ? set(text, n, path, 2, json, err) : ERR_NOMEM;
	mem_free(json);
	return rc;
}

/* As it was set: on the same text it comes to the same. */
static int
set_named(char **text, size_t *n, const struct config *config, const struct config_set *set, struct err *err)
{
	struct setting s;
	char *out = NULL;
	size_t bytes = 0;
	int rc;

	if (!setting_find(&s, config, slice_of(set->name)))
		return err_set(err, ERR_INVALID, "there is no setting '%.40s' any more", set->name);
	rc = setting_edit(&s, slice_make(*text, *n), set->json, &out, &bytes, err);
	if (rc)
		return rc;
	mem_free(*text);
	*text = out;
	*n = bytes;
	return 0;
}

static int
set_all(const struct changes *c, const struct config *config, char **text, size_t *n, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; config && i < config->nsets && !rc; i++)
		if (!config->sets[i].saved)
			rc = set_named(text, n, config, &config->sets[i], err);
	for (size_t i = 0; i < c->nroles && !rc; i++)
		rc = set_role(text, n, &c->roles[i], err);
	for (size_t i = 0; i < c->ncolumns && !rc; i++)
		rc = set_columns(text, n, &c->columns[i], err);
	return rc;
}

static int
check_set(const struct config *said, const struct config *is, struct slice name, struct err *err)
{
	char want[SETTING_VALUE_BYTES], have[SETTING_VALUE_BYTES];
	struct setting s;
	int rc = 0;

	if (!setting_find(&s, said, name) || !setting_find(&s, is, name))
		return err_set(err, ERR_INVALID, "it has no '%.*s'", (int)(name.n < 60 ? name.n : 60), name.p);
	rc = setting_value(said, &s, want, err);
	if (!rc)
		rc = setting_value(is, &s, have, err);
	return rc || strcmp(want, have) == 0 ? rc
					     : err_set(err, ERR_INVALID, "'%.*s' would be another value there",
						   (int)(name.n < 60 ? name.n : 60), name.p);
}

/* Whether the text is a configuration that says what was to be said. */
static int
check(const struct changes *c, const struct config *said, const char *path, const char *text, size_t n,
    const struct config_names *names, struct err *err)
{
	char *copy = mem_dup(text, n);
	struct config config = {0};
	int rc = copy ? config_init(&config, err) : err_nomem(err);

	if (!rc)
		rc = config_file_parse(&config, path, copy, n, names, err);
	for (size_t i = 0; i < c->nroles && !rc; i++) {
		const struct change_role *r = &c->roles[i];
		struct config_feature f = config_feature_of(&config, slice_of(r->model), slice_of(r->feature));

		if (!f.has_role || f.role != r->role)
			rc = err_set(err, ERR_INVALID, "what it says of '%.40s' further down would win", r->feature);
	}
	for (size_t i = 0; said && i < said->nsets && !rc; i++)
		if (!said->sets[i].saved)
			rc = check_set(said, &config, slice_of(said->sets[i].name), err);
	config_release(&config);
	mem_free(copy);
	return rc;
}

/* The file itself, where a link leads to it: the link stays. Cut into directory and name. */
static int
place_of(const char *path, char *dir, char *name, size_t bytes, struct err *err)
{
	char real[PATH_MAX];
	const char *whole = realpath(path, real) ? real : path, *slash = strrchr(whole, '/');
	size_t n = slash ? (size_t)(slash - whole) : 0;
	int rc = 0;

	if (strlen(whole) + 16 > bytes)
		rc = err_set(err, ERR_LIMIT, "the path is too long");
	else {
		snprintf(dir, bytes, "%.*s", slash ? (int)(n ? n : 1) : 1, slash ? whole : ".");
		snprintf(name, bytes, "%.1000s", slash ? slash + 1 : whole);
	}
	return rc;
}

static int
write_into(const struct changes *c, const struct config *config, const char *path, const struct config_names *names,
    bool *beside, struct err *err)
{
	char dir[1024], name[1024], *text = NULL;
	struct err why = {0};
	size_t n = 0;
	int rc = place_of(path, dir, name, sizeof(dir), err);

	if (!rc)
		rc = json_doc_read_file(path, CONFIG_FILE_BYTES_MAX, &text, &n, &why);
	if (rc == ERR_NOT_FOUND) {
		text = mem_dup("", 0);
		rc = text ? state_file_mkdir(dir, err) : err_nomem(err);
	} else if (rc && why.code) {
		err_set(err, why.code, "%s", why.msg);
	}
	if (!rc)
		rc = set_all(c, config, &text, &n, err);
	if (!rc && check(c, config, path, text, n, names, err)) {
		*beside = true;
		snprintf(name + strlen(name), sizeof(name) - strlen(name), ".edited");
	}
	if (!rc)
		rc = state_file_write(dir, name, text, n, *beside ? &why : err);
	mem_free(text);
	return rc;
}

/* "theme, window, 2 roles": by their names while there are few. */
static void
list(const struct changes *c, const struct config *config, char *out, size_t bytes)
{
	size_t n = 0, sets = 0;
	char called[SETTING_CALLED_BYTES];

	out[0] = '\0';
	for (size_t i = 0; config && i < config->nsets; i++)
		sets += !config->sets[i].saved;
	for (size_t i = 0; sets <= NAMED && config && i < config->nsets; i++)
		if (!config->sets[i].saved)
			n += (size_t)snprintf(out + n, bytes - n, "%s%s", n ? ", " : "",
			    setting_called(slice_of(config->sets[i].name), called, sizeof(called)));
	if (sets > NAMED)
		n += (size_t)snprintf(out + n, bytes - n, "%zu settings", sets);
	if (c->nroles)
		n += (size_t)snprintf(
		    out + n, bytes - n, "%s%zu role%s", n ? ", " : "", c->nroles, c->nroles == 1 ? "" : "s");
	if (c->ncolumns)
		snprintf(out + n, bytes - n, "%scolumns", n ? ", " : "");
}

bool
changes_save(const struct changes *c, const struct config *config, const char *path, const struct config_names *names,
    char *say)
{
	struct err err = {0};
	bool beside = false;
	char what[128];
	int rc;

	list(c, config, what, sizeof(what));
	if (!what[0]) {
		snprintf(say, SAY_BYTES, "nothing was changed here that the configuration has a key for");
		return false;
	}
	if (!path || !path[0]) {
		snprintf(say, SAY_BYTES, "there is no place for a configuration: neither HOME nor XDG_CONFIG_HOME");
		return false;
	}
	rc = write_into(c, config, path, names, &beside, &err);
	if (rc)
		snprintf(say, SAY_BYTES, "not saved: %.60s %.60s", path, err.msg);
	else if (beside)
		snprintf(say, SAY_BYTES, "%.60s.edited, beside the file: %.60s", path, err.msg);
	else
		snprintf(say, SAY_BYTES, "saved %.70s in %.78s", what, path);
	return !rc && !beside;
}
