#include "tui/setting.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collectors/config_edit.h"
#include "core/jsonw.h"
#include "core/mem.h"
#include "core/verdict.h"
#include "tui/config_print.h"
#include "tui/keymap.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* What an object of the table is called in a name; NULL: nothing of it is set here. */
static const char *const sections[CONFIG_OBJECTS] = {
    [CONFIG_TOP] = "", [CONFIG_DRIFT] = "drift", [CONFIG_RECORD] = "record", [CONFIG_RULE] = "rules"};

/* ---- names ------------------------------------------------------------------------------------- */

static void
name_of(const struct config_key *k, const char *rule, char out[SETTING_NAME_BYTES])
{
	const char *section = sections[k->object];

	snprintf(out, SETTING_NAME_BYTES, "%s%s%s%s%s", section, *section ? "." : "", rule, *rule ? "." : "", k->key);
}

static bool
is_for_all(const struct rule *r)
{
	return !r->model && !r->version && !r->feature;
}

/* The rule of that chain that is for all; NULL: it is for some alone, and the file says for which. */
static const struct rule *
rule_for_all(const struct rules *r, size_t chain)
{
	const struct rule *rule = rules_parent(r, slice_of(r->list[r->chain_first[chain]].name));

	return rule && is_for_all(rule) ? rule : NULL;
}

void
setting_each(const struct config *c, void (*each)(void *ctx, const char *name), void *ctx)
{
	char name[SETTING_NAME_BYTES];

	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *k = &config_keys[i];

		if (!k->live || !sections[k->object])
			continue;
		if (k->object != CONFIG_RULE) {
			name_of(k, "", name);
			each(ctx, name);
		}
		for (size_t r = 0; k->object == CONFIG_RULE && r < c->rules.chains; r++) {
			const struct rule *rule = rule_for_all(&c->rules, r);

			if (!rule)
				continue;
			name_of(k, rule->name, name);
			each(ctx, name);
		}
	}
}

struct search {
	struct slice name;
	bool found;
};

static void
compare(void *ctx, const char *name)
{
	struct search *s = ctx;

	s->found |= slice_is(s->name, name);
}

/* At most n bytes, none of them half a character. */
static int
whole(struct slice s, size_t n)
{
	if (s.n <= n)
		return (int)s.n;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

static size_t
find_text(struct slice in, size_t from, const char *text)
{
	size_t n = strlen(text);

	while (from + n <= in.n && memcmp(in.p + from, text, n) != 0)
		from++;
	return from + n <= in.n ? from : SIZE_MAX;
}

/* "models.MODEL.features.FEATURE.KEY": an input's name may have dots in it, and is ended by the last one. */
static bool
find_of_feature(struct setting *out, struct slice name)
{
	size_t model = strlen("models."), features = strlen(".features.");
	size_t at = SIZE_MAX, dot = name.n;

	if (name.n > model && memcmp(name.p, "models.", model) == 0)
		at = find_text(name, model, ".features.");
	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	if (at == SIZE_MAX || at == model || dot < at + features + 2)
		return false;
	*out = (struct setting){.model = slice_make(name.p + model, at - model),
	    .feature = slice_make(name.p + at + features, dot - 1 - at - features)};
	for (size_t i = 0; i < config_key_count && !out->key; i++)
		if (config_keys[i].object == CONFIG_FEATURE && config_keys[i].live &&
		    slice_is(slice_make(name.p + dot, name.n - dot), config_keys[i].key))
			out->key = &config_keys[i];
	return out->key != NULL;
}

static bool
find_of_action(struct setting *out, struct slice name)
{
	size_t n = strlen("keys.");
	struct slice action = slice_make(name.p + n, name.n > n ? name.n - n : 0);
	int i = ACTION_NONE + 1;

	if (name.n <= n || memcmp(name.p, "keys.", n) != 0)
		return false;
	while (i < ACTION_COUNT && !slice_is(action, action_names[i]))
		i++;
	*out = (struct setting){.key = setting_key(slice_of("keys")), .action = action};
	return i < ACTION_COUNT && out->key;
}

bool
setting_find(struct setting *out, const struct config *c, struct slice name)
{
	struct search search = {name, false};
	size_t from = name.n, rule = strlen("rules.");

	if (find_of_feature(out, name) || find_of_action(out, name))
		return true;
	setting_each(c, compare, &search);
	if (!search.found)
		return false;
	*out = (struct setting){.key = NULL};
	while (from > 0 && name.p[from - 1] != '.')
		from--;
	if (from > rule && strncmp(name.p, "rules.", rule) == 0)
		snprintf(out->rule, sizeof out->rule, "%.*s", (int)(from - 1 - rule), name.p + rule);
	for (size_t i = 0; i < config_key_count && !out->key; i++) {
		char whole[SETTING_NAME_BYTES];

		if (!config_keys[i].live || !sections[config_keys[i].object])
			continue;
		name_of(&config_keys[i], config_keys[i].object == CONFIG_RULE ? out->rule : "", whole);
		if (slice_is(name, whole))
			out->key = &config_keys[i];
	}
	return out->key != NULL;
}

/* "actions", "actions[2]" */
static bool
is_array(struct slice word, const char *name)
{
	size_t n = strlen(name);

	return word.n >= n && memcmp(word.p, name, n) == 0 && (word.n == n || word.p[n] == '[');
}

/* Which object of the file a name of several parts leads into. */
static enum config_object
object_of(struct slice name, struct slice first)
{
	static const char features[] = ".features.";
	size_t n = sizeof features - 1;

	if (slice_is(first, "models")) {
		for (size_t i = 0; i + n < name.n; i++)
			if (memcmp(name.p + i, features, n) == 0)
				return CONFIG_FEATURE;
		return CONFIG_MODEL;
	}
	return is_array(first, "rules")	    ? CONFIG_RULE
	       : slice_is(first, "drift")   ? CONFIG_DRIFT
	       : slice_is(first, "record")  ? CONFIG_RECORD
	       : is_array(first, "actions") ? CONFIG_ACTION
					    : CONFIG_TOP;
}

const struct config_key *
setting_key(struct slice name)
{
	const char *dot = name.n ? memchr(name.p, '.', name.n) : NULL;
	struct slice first = dot ? slice_make(name.p, (size_t)(dot - name.p)) : name, last = first;
	enum config_object object = CONFIG_TOP;

	if (dot) {
		object = object_of(name, first);
		for (size_t i = first.n; object != CONFIG_TOP && i < name.n; i++)
			if (name.p[i] == '.')
				last = slice_make(name.p + i + 1, name.n - i - 1);
	}
	for (size_t i = 0; i < config_key_count; i++)
		if (config_keys[i].object == object && slice_is(last, config_keys[i].key))
			return &config_keys[i];
	return NULL;
}

const char *
setting_called(struct slice name, char *buf, size_t bytes)
{
	struct setting s;

	if (find_of_feature(&s, name))
		snprintf(buf, bytes, "%s of %.*s at %.*s", s.key->key, whole(s.feature, 40), s.feature.p,
		    whole(s.model, 40), s.model.p);
	else
		snprintf(buf, bytes, "%.*s", whole(name, bytes - 1), name.p);
	return buf;
}

/* ---- values ------------------------------------------------------------------------------------ */

static bool
takes(const struct setting *s, const char *what)
{
	return strstr(s->key->value, what) != NULL;
}

const char *
setting_word(const struct setting *s, const struct config_names *names, size_t i, char *buf, size_t bytes)
{
	const char *p = s->key->value, *end;

	if (s->action.n)
		return i == 0 ? "null" : NULL;
	if (takes(s, "true or false"))
		return i == 0 ? "true" : i == 1 ? "false" : NULL;
	if (takes(s, "name"))
		return names && i < names->nthemes ? names->themes[i] : NULL;
	for (;; i--, p = end + 1) {
		p = strchr(p, '`');
		end = p ? strchr(p + 1, '`') : NULL;
		if (!end)
			return i == 0 && takes(s, "null") && !p ? "null" : NULL;
		if (i == 0)
			break;
	}
	snprintf(buf, bytes, "%.*s", (int)(end - p - 1), p + 1);
	return buf;
}

static int
put_text(struct slice typed, char *json, size_t bytes, struct err *err)
{
	struct jsonw w;
	char *text;
	size_t n = 0;

	jsonw_init(&w);
	jsonw_string(&w, typed);
	text = jsonw_take(&w, &n, err);
	if (!text)
		return ERR_NOMEM;
	snprintf(json, bytes, "%s", text);
	mem_free(text);
	return n < bytes ? 0 : err_set(err, ERR_USAGE, "is longer than %zu bytes", bytes - 3);
}

/* A path from here would be another one from elsewhere. */
static int
put_path(struct slice typed, char *json, size_t bytes, struct err *err)
{
	char here[PATH_MAX], *whole;
	int n, rc;

	while (typed.n > 2 && memcmp(typed.p, "./", 2) == 0)
		typed = slice_make(typed.p + 2, typed.n - 2);
	if (!getcwd(here, sizeof here))
		return err_set(err, ERR_USAGE, "'%.*s' must be a full path here",
		    (int)(typed.n < 60 ? typed.n : 60), typed.p);
	n = snprintf(NULL, 0, "%s/%.*s", here, (int)typed.n, typed.p);
	whole = mem_alloc((size_t)n + 1);
	if (!whole)
		return err_nomem(err);
	snprintf(whole, (size_t)n + 1, "%s/%.*s", strcmp(here, "/") == 0 ? "" : here, (int)typed.n, typed.p);
	rc = put_text(slice_of(whole), json, bytes, err);
	mem_free(whole);
	return rc;
}

static bool
is_path_from_here(const struct setting *s, struct slice typed)
{
	return takes(s, "path") && typed.n && typed.p[0] != '/' &&
	       (!takes(s, "name") || memchr(typed.p, '/', typed.n));
}

/* One, or several with blanks between them; a blank itself is <Space>. */
static int
put_keys(struct slice typed, char *json, size_t bytes, struct err *err)
{
	struct jsonw w;
	char *text;
	size_t n = 0;

	jsonw_init(&w);
	jsonw_open_array(&w);
	for (size_t i = 0; i < typed.n; i++) {
		size_t from = i;

		while (i < typed.n && typed.p[i] != ' ')
			i++;
		if (i > from)
			jsonw_string(&w, slice_make(typed.p + from, i - from));
	}
	jsonw_close(&w);
	text = jsonw_take(&w, &n, err);
	if (!text)
		return ERR_NOMEM;
	snprintf(json, bytes, "%s", text);
	mem_free(text);
	return n < bytes ? 0 : err_set(err, ERR_USAGE, "is longer than %zu bytes", bytes - 3);
}

int
setting_json(const struct setting *s, struct slice typed, char *json, size_t bytes, struct err *err)
{
	char word[64], number[JSONW_NUMBER_BYTES], *end;
	const char *as = NULL;
	double x;

	snprintf(word, sizeof word, "%.*s", (int)(typed.n < 63 ? typed.n : 63), typed.p);
	x = strtod(word, &end);
	if (takes(s, "true or false") && (slice_is(typed, "on") || slice_is(typed, "true")))
		as = "true";
	else if (takes(s, "true or false") && (slice_is(typed, "off") || slice_is(typed, "false")))
		as = "false";
	else if (takes(s, "null") && slice_is(typed, "null"))
		as = "null";
	else if ((takes(s, "number") || takes(s, "time")) && end != word && !*end && isfinite(x))
		as = jsonw_format_number(x, number);
	if (!as && s->action.n)
		return put_keys(typed, json, bytes, err);
	if (!as && is_path_from_here(s, typed))
		return put_path(typed, json, bytes, err);
	if (!as)
		return put_text(typed, json, bytes, err);
	snprintf(json, bytes, "%s", as);
	return 0;
}

/* What the last part of its path is called. */
static struct slice
part_of(const struct setting *s)
{
	return s->action.n ? s->action : slice_of(s->key->key);
}

/* By names, so as patterns that nothing else matches. */
static int
edit_of_feature(const struct setting *s, struct slice text, const char *json, char **out, size_t *n, struct err *err)
{
	char *model = config_pattern_of(s->model), *feature = config_pattern_of(s->feature);
	const struct slice path[5] = {slice_of("models"), slice_of(model ? model : ""), slice_of("features"),
	    slice_of(feature ? feature : ""), slice_of(s->key->key)};
	int rc = model && feature ? config_edit_set(text, path, 5, json, out, n, err) : err_nomem(err);

	mem_free(model);
	mem_free(feature);
	return rc;
}

int
setting_edit(const struct setting *s, struct slice text, const char *json, char **out, size_t *n, struct err *err)
{
	const char *section = s->feature.n ? "" : sections[s->key->object];
	const struct slice path[2] = {slice_of(*section ? section : s->key->key), part_of(s)};

	if (s->feature.n)
		return edit_of_feature(s, text, json, out, n, err);
	if (s->rule[0])
		return config_edit_set_named(text, section, slice_of(s->rule), s->key->key, json, out, n, err);
	return config_edit_set(text, path, *section || s->action.n ? 2 : 1, json, out, n, err);
}

/* ---- trying it --------------------------------------------------------------------------------- */

/* "config '' line 3: rules[0].crit: unknown metric 'p09'": where that is in the text is nothing to whoever types. */
static int
reword(const struct setting *s, const struct err *why, struct err *err)
{
	const char *place = strstr(why->msg, ": "), *rest = place ? strstr(place + 2, ": ") : NULL;
	size_t key = strlen(s->key->key);
	bool here;

	if (!place || !rest)
		return err_set(err, ERR_USAGE, "%s", why->msg);
	here = (size_t)(rest - place) >= key + 2 && strncmp(rest - key, s->key->key, key) == 0;
	here |= s->rule[0] && strncmp(place + 2, "rules[", 6) == 0;
	return err_set(err, ERR_USAGE, "%s", here ? rest + 2 : place + 2);
}

/* The level that holds, as somebody has said it; NaN: nobody has. */
static double
said_level(const struct config *c, const struct setting *s)
{
	struct config_feature f = config_feature_of(c, s->model, s->feature);

	return strcmp(s->key->key, "watch") == 0 ? f.watch : f.drift;
}

/* Which input that is was typed, and its name may be a long one with anything in it: behind it is what is wrong. */
static int
reword_of_feature(const struct setting *s, const struct err *why, struct err *err)
{
	const char *rest = why->msg, *next;
	bool other = strcmp(s->key->key, "watch") == 0;

	while ((next = strstr(rest, ": ")))
		rest = next + 2;
	if (strstr(rest, " is above drift ("))
		return err_set(err, ERR_USAGE, "%s: set %s first", rest, other ? "drift" : "watch");
	return err_set(err, ERR_USAGE, "%s", rest);
}

/* What stands further down wins. */
static int
check_holds(const struct config *next, const struct setting *s, const char *json, struct err *err)
{
	double is = said_level(next, s), wanted = strtod(json, NULL);

	if (!(is < wanted || is > wanted))
		return 0;
	return err_set(err, ERR_USAGE,
	    "%s stays %.10g, as the file says further down: edit that", s->key->key, is);
}

int
setting_try(struct config *next, const struct config *c, const struct setting *s, const char *json,
    const struct config_names *names, struct err *err)
{
	struct err why = {0};
	char *text = NULL;
	size_t n = 0;
	int rc = config_init(next, err);

	if (rc)
		return rc;
	rc = setting_edit(s, slice_make(c->text ? c->text : "", c->text_n), json, &text, &n, &why);
	if (!rc)
		rc = config_file_parse(next, "", text, n, names, &why);
	mem_free(text);
	if (rc == ERR_NOMEM)
		return err_nomem(err);
	if (rc)
		return s->feature.n ? reword_of_feature(s, &why, err) : reword(s, &why, err);
	return s->feature.n ? check_holds(next, s, json, err) : 0;
}

bool
setting_levels(const struct setting *s, const struct config *c, struct fact_levels *out)
{
	struct config_feature f = config_feature_of(c, s->model, s->feature);

	*out = (struct fact_levels){.model = s->model, .feature = s->feature};
	out->watch = isnan(f.watch) ? 0 : f.watch;
	out->drift = isnan(f.drift) ? 0 : f.drift;
	return s->feature.n > 0;
}

/* ---- what was set ------------------------------------------------------------------------------ */

int
setting_note(struct config *c, const char *name, const char *json, struct err *err)
{
	char *value = mem_dup(json, strlen(json));
	struct config_set *grown;
	size_t i;

	for (i = 0; value && i < c->nsets && strcmp(c->sets[i].name, name) != 0;)
		i++;
	if (value && i < c->nsets) {
		mem_free(c->sets[i].json);
		c->sets[i].json = value;
		c->sets[i].saved = false;
		return 0;
	}
	grown = value ? mem_grow(c->sets, &c->sets_cap, c->nsets + 1, sizeof *grown) : NULL;
	if (grown) {
		c->sets = grown;
		grown[c->nsets] = (struct config_set){mem_dup(name, strlen(name)), value, false};
	}
	if (!grown || !grown[c->nsets].name) {
		mem_free(value);
		return err_nomem(err);
	}
	c->nsets++;
	return 0;
}

const char *
setting_noted(const struct config *c, struct slice name)
{
	for (size_t i = 0; c && i < c->nsets; i++)
		if (!c->sets[i].saved && slice_is(name, c->sets[i].name))
			return c->sets[i].json;
	return NULL;
}

bool
setting_said(const struct config *c, struct slice name)
{
	for (size_t i = 0; c && i < c->nsets; i++)
		if (slice_is(name, c->sets[i].name))
			return true;
	return false;
}

static struct slice
find(const struct setting *s, struct slice text)
{
	const char *section = sections[s->key->object];
	const struct slice path[2] = {slice_of(*section ? section : s->key->key), part_of(s)};

	return s->rule[0] ? config_edit_find_named(text, section, slice_of(s->rule), s->key->key)
			  : config_edit_find(text, path, *section || s->action.n ? 2 : 1);
}

static double
default_level(const struct setting *s)
{
	return strcmp(s->key->key, "watch") == 0 ? VERDICT_PSI_WATCH : VERDICT_PSI_DRIFT;
}

int
setting_value(const struct config *c, const struct setting *s, char out[SETTING_VALUE_BYTES], struct err *err)
{
	char *text = NULL;
	size_t bytes = 0, n = 0;
	bool quoted = false;
	struct slice v;
	int rc;

	if (s->feature.n) {
		char number[JSONW_NUMBER_BYTES];

		snprintf(out, SETTING_VALUE_BYTES, "%s",
		    jsonw_format_number(isnan(said_level(c, s)) ? default_level(s) : said_level(c, s), number));
		return 0;
	}
	rc = config_print_text(&text, &bytes, c, NULL, err);
	v = rc ? slice_of("") : find(s, slice_make(text, bytes));

	/* What is printed within another value stands in the text alone, if anywhere. */
	if (!v.p && c->text)
		v = find(s, slice_make(c->text, c->text_n));
	if (!v.p)
		v = slice_of(SETTING_NOT_SAID);
	for (size_t i = 0; i < v.n && n + 1 < SETTING_VALUE_BYTES; i++) {
		quoted ^= v.p[i] == '"';
		/* Keys are a list, as it would be typed. */
		if (s->action.n && !quoted && v.p[i] == ',')
			out[n++] = ' ';
		if (v.p[i] == '"' || (s->action.n && !quoted && strchr("[], \t\r\n", v.p[i])))
			continue;
		i += v.p[i] == '\\' && i + 1 < v.n;
		out[n++] = v.p[i];
	}
	out[n] = '\0';
	mem_free(text);
	return rc;
}

const char *
setting_from(const struct config *c, const struct setting *s, struct slice name)
{
	if (setting_noted(c, name))
		return SETTING_UNSAVED;
	if (s->feature.n)
		return isnan(said_level(c, s)) ? "default" : "configuration";
	return c->text && find(s, slice_make(c->text, c->text_n)).p ? "configuration" : "default";
}
