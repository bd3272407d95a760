/* Rules that a later one of their name stands over entirely are left out: they never hold. */
#include "tui/config_print.h"

#include <math.h>
#include <string.h>

#include "core/jsonw.h"
#include "core/mem.h"
#include "tui/bindings.h"
#include "tui/columns.h"

static void
put_key(struct jsonw *w, const char *key)
{
	jsonw_newline(w);
	jsonw_key(w, key);
}

/* On the line that is there; nothing where it is not said. */
static void
put_said(struct jsonw *w, const char *key, const char *text)
{
	if (text)
		jsonw_put_cstr(w, key, text);
}

static void
put_text(struct jsonw *w, const char *key, const char *text)
{
	if (!text)
		return;
	put_key(w, key);
	jsonw_cstr(w, text);
}

static void
put_flag(struct jsonw *w, const char *key, bool on)
{
	put_key(w, key);
	jsonw_bool(w, on);
}

/* As a person would write it: the largest unit that leaves a whole number. */
static const char *
span_text(int64_t ms, char *buf, size_t bytes)
{
	int64_t unit = ms % 60000 == 0 ? 60000 : ms % 1000 == 0 ? 1000 : 1;

	snprintf(buf, bytes, "%lld%s", (long long)(ms / unit), unit == 60000 ? "m" : unit == 1000 ? "s" : "ms");
	return buf;
}

/* ---- rules -------------------------------------------------------------------------------------------------------
 */

/* How long it must be true stands behind an expression, wherever it was said; what its text says may be older. */
static void
put_expression(struct jsonw *w, const char *key, bool has, const struct expr *e, int64_t for_ms)
{
	char text[EXPR_BYTES + 64], span[32];
	size_t n = e->n;

	jsonw_key(w, key);
	if (!has) {
		jsonw_null(w);
		return;
	}
	if (e->for_ms == for_ms) {
		jsonw_string(w, slice_make(e->text, n));
		return;
	}
	while (e->for_ms && n > 0 && strncmp(e->text + n, " for ", 5) != 0)
		n--;
	snprintf(text, sizeof text, "%.*s for %s", (int)n, e->text, span_text(for_ms, span, sizeof span));
	jsonw_string(w, slice_make(text, for_ms ? strlen(text) : n));
}

static bool
is_for_all(const struct rule *r)
{
	return !r->model && !r->version && !r->feature;
}

static void
put_rule(struct jsonw *w, const struct rule *r)
{
	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_put_cstr(w, "name", r->name);
	put_said(w, "model", r->model);
	put_said(w, "version", r->version);
	put_said(w, "feature", r->feature);
	put_expression(w, "warn", r->has_warn, &r->warn, r->warn_for_ms);
	put_expression(w, "crit", r->has_crit, &r->crit, r->crit_for_ms);
	put_expression(w, "clear", r->has_clear, &r->clear, r->clear_for_ms);
	jsonw_put_uint(w, "min_events", r->min_events);
	jsonw_put_cstr(w, "window", window_names[r->window]);
	jsonw_put_bool(w, "off", r->off);
	jsonw_close(w);
}

static void
put_rules(struct jsonw *w, const struct rules *rules)
{
	put_key(w, "rules");
	jsonw_open_array(w);
	for (size_t i = 0; i < rules->n; i++) {
		bool holds = true;

		for (size_t k = i + 1; k < rules->n && holds; k++)
			holds = rules->chain_of[k] != rules->chain_of[i] || !is_for_all(&rules->list[k]);
		if (holds)
			put_rule(w, &rules->list[i]);
	}
	jsonw_close(w);
}

/* ---- models ------------------------------------------------------------------------------------------------------
 */

static void
put_feature(struct jsonw *w, const struct config_feature *f)
{
	put_key(w, f->feature);
	jsonw_open_object(w);
	if (f->has_role)
		jsonw_put_cstr(w, "role", feature_role_names[f->role]);
	if (!isnan(f->watch))
		jsonw_put_double(w, "watch", f->watch);
	if (!isnan(f->drift))
		jsonw_put_double(w, "drift", f->drift);
	if (f->has_mask)
		jsonw_put_bool(w, "mask", f->mask);
	jsonw_close(w);
}

/* Features stand in the order of their models, each behind its own. */
static void
put_models(struct jsonw *w, const struct config *c)
{
	size_t next = 0;

	put_key(w, "models");
	jsonw_open_object(w);
	for (size_t i = 0; i < c->nmodels; i++) {
		put_key(w, c->models[i].model);
		jsonw_open_object(w);
		put_said(w, "positive", c->models[i].positive);
		jsonw_key(w, "features");
		jsonw_open_object(w);
		for (; next < c->nfeatures && strcmp(c->features[next].model, c->models[i].model) == 0; next++)
			put_feature(w, &c->features[next]);
		jsonw_close(w);
		jsonw_close(w);
	}
	jsonw_close(w);
}

/* ---- actions -----------------------------------------------------------------------------------------------------
 */

/* A word without what stands before an @ in an address: user and password. */
static void
put_word(struct jsonw *w, const char *word)
{
	const char *scheme = strstr(word, "://"), *at = NULL;
	char text[1024];

	for (const char *p = scheme ? scheme + 3 : ""; *p && *p != '/'; p++)
		at = *p == '@' ? p : at;
	if (!at) {
		jsonw_cstr(w, word);
		return;
	}
	snprintf(text, sizeof text, "%.*s%s", (int)(scheme + 3 - word), word, at + 1);
	jsonw_cstr(w, text);
}

static void
put_action(struct jsonw *w, const struct config_action *a)
{
	char span[32];

	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_key(w, "command");
	jsonw_open_array(w);
	for (size_t i = 0; i < a->argc; i++)
		put_word(w, a->argv[i]);
	jsonw_close(w);
	jsonw_key(w, "on");
	jsonw_open_array(w);
	if (a->severities & 1u << SEVERITY_WARN)
		jsonw_cstr(w, "warn");
	if (a->severities & 1u << SEVERITY_CRIT)
		jsonw_cstr(w, "crit");
	if (a->on_clear)
		jsonw_cstr(w, "clear");
	jsonw_close(w);
	put_said(w, "rule", a->rule);
	put_said(w, "model", a->model);
	jsonw_put_cstr(w, "timeout", span_text(a->timeout_ms, span, sizeof span));
	jsonw_put_uint(w, "output_bytes", a->output_bytes);
	jsonw_close(w);
}

static void
put_actions(struct jsonw *w, const struct config *c)
{
	put_key(w, "actions");
	jsonw_open_array(w);
	for (size_t i = 0; i < c->nactions; i++)
		put_action(w, &c->actions[i]);
	jsonw_close(w);
}

/* ---- the rest ----------------------------------------------------------------------------------------------------
 */

static void
put_texts(struct jsonw *w, const char *key, char *const *list, size_t n)
{
	put_key(w, key);
	jsonw_open_array(w);
	for (size_t i = 0; i < n; i++)
		jsonw_cstr(w, list[i]);
	jsonw_close(w);
}

static int
put_keys(struct jsonw *w, const struct config *c, struct err *err)
{
	struct bindings b;
	size_t bind, key;
	char name[16];
	int rc = bindings_read(&b, c->binds, c->nbinds, &bind, &key, err);

	put_key(w, "keys");
	jsonw_open_object(w);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT && !rc; i++) {
		put_key(w, action_names[i]);
		if (!b.keys[i][0]) {
			jsonw_null(w);
			continue;
		}
		jsonw_open_array(w);
		for (size_t k = 0; k < KEYMAP_KEYS && b.keys[i][k]; k++)
			jsonw_cstr(w, key_written(b.keys[i][k], name, sizeof name));
		jsonw_close(w);
	}
	jsonw_close(w);
	return rc;
}

static void
put_drift(struct jsonw *w, const struct config *c)
{
	put_key(w, "drift");
	jsonw_open_object(w);
	jsonw_put_cstr(w, "rule", c->drift_rule);
	jsonw_put_double(w, "false_alarms_per_week", c->budget_per_week);
	jsonw_close(w);
}

static void
put_record(struct jsonw *w, const struct config *c, const struct env *env)
{
	char dir[600];

	snprintf(dir, sizeof dir, "%s/recordings", env ? env->state_home : "");
	put_key(w, "record");
	jsonw_open_object(w);
	if (c->record_dir || (env && env->state_home[0]))
		jsonw_put_cstr(w, "dir", c->record_dir ? c->record_dir : dir);
	jsonw_put_uint(w, "flight_mib", c->flight_mib);
	jsonw_close(w);
}

static void
put_streams(struct jsonw *w, const struct config *c)
{
	static char all[] = "ml:*", models[] = "model:*";
	char *const usual[] = {all, models};

	put_texts(w, "streams", c->nstreams ? c->streams : usual, c->nstreams ? c->nstreams : 2);
}

/* Of each list, those that stand: all of them where nothing is said. */
static void
put_columns(struct jsonw *w, const struct config *c)
{
	struct columns_tables all;

	columns_tables(&all);
	put_key(w, "columns");
	jsonw_open_object(w);
	for (size_t i = 0; i < all.n; i++) {
		const struct config_table *t = &all.list[i];
		const struct config_columns *said = NULL;

		for (size_t k = 0; k < c->ncolumns; k++)
			if (strcmp(c->columns[k].screen, t->screen) == 0)
				said = &c->columns[k];
		put_key(w, t->screen);
		jsonw_open_array(w);
		for (size_t k = 0; k < (said ? said->n : t->ncolumns); k++)
			jsonw_cstr(w, said ? said->names[k] : t->columns[k]);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
put_groups(struct jsonw *w, const struct config *c)
{
	put_key(w, "groups");
	jsonw_open_object(w);
	for (size_t i = 0; i < c->ngroups; i++)
		put_text(w, c->groups[i].model, c->groups[i].name);
	jsonw_close(w);
}

int
config_print_text(char **text, size_t *n, const struct config *c, const struct env *env, struct err *err)
{
	struct jsonw w;
	int rc;

	jsonw_init(&w);
	jsonw_open_object(&w);
	put_streams(&w, c);
	put_text(&w, "theme", c->theme);
	put_text(&w, "window", window_names[c->has_window ? c->window : WINDOW_AUTO]);
	put_text(&w, "glyphs", glyphs_names[c->has_glyphs ? c->glyphs : GLYPHS_BLOCKS]);
	put_flag(&w, "utc", c->utc);
	put_flag(&w, "slow", c->slow);
	put_flag(&w, "bell", c->bell);
	put_flag(&w, "clipboard", c->clipboard);
	put_drift(&w, c);
	put_rules(&w, &c->rules);
	put_models(&w, c);
	put_actions(&w, c);
	put_texts(&w, "mask", c->masks, c->nmasks);
	put_record(&w, c, env);
	rc = put_keys(&w, c, err);
	put_columns(&w, c);
	put_groups(&w, c);
	jsonw_close(&w);
	*text = rc ? NULL : jsonw_take(&w, n, err);
	if (!rc)
		rc = *text ? 0 : ERR_NOMEM;
	jsonw_release(&w);
	return rc;
}

int
config_print(FILE *to, const struct config *c, const struct env *env, struct err *err)
{
	char *text;
	size_t n;
	int rc = config_print_text(&text, &n, c, env, err);

	if (!rc)
		fprintf(to, "%s\n", text);
	mem_free(text);
	return rc;
}
