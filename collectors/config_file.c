#include "collectors/config_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collectors/config_file_impl.h"
#include "core/fact.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/nearest.h"
#include "core/verdict.h"

/* ---- the file as a whole --------------------------------------------------------------------- */

static int
read_pattern(struct config_reader *r, const struct json_node *v, char ***list, size_t *n, size_t *cap, size_t max)
{
	char **grown;
	int rc = 0;

	grown = config_grow_list(r, v, *list, *n, cap, max, sizeof(*grown), &rc);
	if (!grown)
		return rc;
	*list = grown;
	grown[*n] = NULL;
	rc = config_read_text(r, v, &grown[*n]);
	*n += !rc;
	return rc;
}

static int
read_patterns(struct config_reader *r, const struct json_node *v, char ***list, size_t *n, size_t *cap, size_t max)
{
	const struct json_node *i;
	int rc = 0;

	if (json_doc_kind(v) == JSON_DOC_TEXT)
		return read_pattern(r, v, list, n, cap, max);
	if (json_doc_kind(v) != JSON_DOC_ARRAY)
		return config_fault_kind(r, v, "a text or an array of texts");
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i))
		rc = read_pattern(r, i, list, n, cap, max);
	return rc;
}

static int
read_streams(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;

	return read_patterns(r, v, &c->streams, &c->nstreams, &c->streams_cap, CONFIG_STREAMS_MAX);
}

static int
read_masks(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;

	return read_patterns(r, v, &c->masks, &c->nmasks, &c->masks_cap, CONFIG_MASKS_MAX);
}

static int
read_record(struct config_reader *r, const struct json_node *v)
{
	return config_read_object(r, CONFIG_RECORD, v);
}

static int
read_record_dir(struct config_reader *r, const struct json_node *v)
{
	return config_read_text(r, v, &r->config->record_dir);
}

static int
read_flight(struct config_reader *r, const struct json_node *v)
{
	int rc = config_read_whole(r, v, &r->config->flight_mib);

	if (!rc && r->config->flight_mib > CONFIG_FLIGHT_MIB_MAX)
		rc = CONFIG_FAULT(r, v, "must be at most %d MiB", CONFIG_FLIGHT_MIB_MAX);
	return rc;
}

static int
read_theme(struct config_reader *r, const struct json_node *v)
{
	const struct config_names *names = r->names;
	int rc = config_read_text(r, v, &r->config->theme);
	size_t i;

	/* A file is looked for when the colours are needed. */
	if (rc || !names || !names->nthemes || r->config->theme[0] == '/')
		return rc;
	for (i = 0; i < names->nthemes; i++)
		if (strcmp(names->themes[i], r->config->theme) == 0)
			return 0;
	return config_fault_word(r, v, "theme", r->config->theme, names->themes, names->nthemes);
}

static int
read_window(struct config_reader *r, const struct json_node *v)
{
	r->config->has_window = true;
	return config_read_window(r, v, &r->config->window);
}

static int
read_glyphs(struct config_reader *r, const struct json_node *v)
{
	const char *text = json_doc_text(v);
	size_t i = 0;

	if (!text)
		return config_fault_kind(r, v, "a text");
	while (i < GLYPHS_COUNT && strcmp(glyphs_names[i], text) != 0)
		i++;
	if (i == GLYPHS_COUNT)
		return config_fault_word(r, v, "glyphs", text, glyphs_names, GLYPHS_COUNT);
	r->config->has_glyphs = true;
	r->config->glyphs = (enum glyphs)i;
	return 0;
}

static int
read_utc(struct config_reader *r, const struct json_node *v)
{
	return config_read_bool(r, v, &r->config->utc);
}

static int
read_slow(struct config_reader *r, const struct json_node *v)
{
	return config_read_bool(r, v, &r->config->slow);
}

static int
read_bell(struct config_reader *r, const struct json_node *v)
{
	return config_read_bool(r, v, &r->config->bell);
}

static int
read_clipboard(struct config_reader *r, const struct json_node *v)
{
	return config_read_bool(r, v, &r->config->clipboard);
}

static int
read_drift(struct config_reader *r, const struct json_node *v)
{
	return config_read_object(r, CONFIG_DRIFT, v);
}

static int
read_drift_rule(struct config_reader *r, const struct json_node *v)
{
	const char *names[16], *text = json_doc_text(v);
	size_t i;

	if (!text)
		return config_fault_kind(r, v, "a text");
	for (i = 0; i < rule_drift_preset_count && i < 16; i++) {
		names[i] = rule_drift_presets[i].name;
		if (strcmp(names[i], text) == 0) {
			r->config->drift_rule = names[i];
			return rules_set_drift(&r->config->rules, &rule_drift_presets[i], r->err);
		}
	}
	return config_fault_word(r, v, "drift rule", text, names, i);
}

static int
read_budget(struct config_reader *r, const struct json_node *v)
{
	int rc = config_read_number(r, v, 0, FACT_BUDGET_MAX, &r->config->budget_per_week);

	/* A number alone says nothing of what it is one. */
	if (rc == ERR_USAGE && json_doc_kind(v) == JSON_DOC_NUMBER)
		rc = CONFIG_FAULT(r, v, "%.10g must be above 0 and at most %d false alarms a week", json_doc_number(v),
		    FACT_BUDGET_MAX);
	return rc;
}

/* ---- models and features --------------------------------------------------------------------- */

static int
read_model(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;
	struct config_model *grown;
	int rc = 0;

	if (!*json_doc_key(v) || strlen(json_doc_key(v)) > LIMIT_NAME_BYTES)
		return CONFIG_FAULT(r, v, "a pattern of model names has 1 to %d bytes", LIMIT_NAME_BYTES);
	if (config_check_pattern(r, v, json_doc_key(v)))
		return ERR_USAGE;
	grown = config_grow_list(r, v, c->models, c->nmodels, &c->models_cap, CONFIG_ENTRIES_MAX, sizeof(*grown), &rc);
	if (!grown)
		return rc;
	c->models = grown;
	r->about_model = &grown[c->nmodels];
	*r->about_model = (struct config_model){NULL, NULL};
	c->nmodels++;
	r->about_model->model = mem_dup(json_doc_key(v), strlen(json_doc_key(v)));
	if (!r->about_model->model)
		return err_nomem(r->err);
	r->model = json_doc_key(v);
	rc = config_read_object(r, CONFIG_MODEL, v);
	r->model = NULL;
	return rc;
}

/* Each member of an object of patterns. */
static int
read_each(
    struct config_reader *r, const struct json_node *v, int (*read)(struct config_reader *, const struct json_node *))
{
	const struct json_node *i;
	int rc = 0;

	if (json_doc_kind(v) != JSON_DOC_OBJECT)
		return config_fault_kind(r, v, "an object");
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i))
		rc = read(r, i);
	return rc;
}

static int
read_models(struct config_reader *r, const struct json_node *v)
{
	return read_each(r, v, read_model);
}

static int
read_positive(struct config_reader *r, const struct json_node *v)
{
	char number[32];

	/* 1 is as good as "1": classes are told apart as texts. */
	if (json_doc_is_whole(v)) {
		snprintf(number, sizeof(number), "%.0f", json_doc_number(v));
		mem_free(r->about_model->positive);
		r->about_model->positive = mem_dup(number, strlen(number));
		return r->about_model->positive ? 0 : err_nomem(r->err);
	}
	return config_read_text(r, v, &r->about_model->positive);
}

static const char *
whose_level(double here, double around)
{
	return !isnan(here) ? "" : isnan(around) ? ", the default" : ", said above";
}

/*
 * What is not said here was said for it further up, or has its default, so "watch": 0.5 alone is above drift's 0.25. A
 * pattern counts as said for another one where it matches that one's text: for plain names that is exact.
 */
static int
check_levels(struct config_reader *r, const struct json_node *v)
{
	const struct config_feature *f = r->about_feature;
	struct config_feature all = config_feature_of(r->config, slice_of(f->model), slice_of(f->feature));
	double watch = isnan(all.watch) ? VERDICT_PSI_WATCH : all.watch;
	double drift = isnan(all.drift) ? VERDICT_PSI_DRIFT : all.drift;

	if ((isnan(f->watch) && isnan(f->drift)) || watch <= drift)
		return 0;
	return CONFIG_FAULT(r, v, "watch (%.10g%s) is above drift (%.10g%s)", watch, whose_level(f->watch, all.watch),
	    drift, whose_level(f->drift, all.drift));
}

static int
read_feature(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;
	struct config_feature *grown;
	int rc = 0;

	if (!*json_doc_key(v) || strlen(json_doc_key(v)) > LIMIT_NAME_BYTES)
		return CONFIG_FAULT(r, v, "a pattern of feature names has 1 to %d bytes", LIMIT_NAME_BYTES);
	if (config_check_pattern(r, v, json_doc_key(v)))
		return ERR_USAGE;
	grown = config_grow_list(r, v, c->features, c->nfeatures, &c->features_cap, CONFIG_ENTRIES_MAX,
	    sizeof(*grown), &rc);
	if (!grown)
		return rc;
	c->features = grown;
	r->about_feature = &grown[c->nfeatures];
	*r->about_feature = (struct config_feature){.watch = NAN, .drift = NAN};
	c->nfeatures++;
	r->about_feature->model = mem_dup(r->model, strlen(r->model));
	r->about_feature->feature = mem_dup(json_doc_key(v), strlen(json_doc_key(v)));
	if (!r->about_feature->model || !r->about_feature->feature)
		return err_nomem(r->err);
	r->feature = json_doc_key(v);
	rc = config_read_object(r, CONFIG_FEATURE, v);
	r->feature = NULL;
	return rc ? rc : check_levels(r, v);
}

static int
read_features(struct config_reader *r, const struct json_node *v)
{
	return read_each(r, v, read_feature);
}

static int
read_role(struct config_reader *r, const struct json_node *v)
{
	const char *text = json_doc_text(v);
	size_t i;

	if (!text)
		return config_fault_kind(r, v, "a text");
	for (i = 0; i < FROLE_COUNT; i++) {
		if (strcmp(text, feature_role_names[i]) == 0) {
			r->about_feature->has_role = true;
			r->about_feature->role = (enum feature_role)i;
			return 0;
		}
	}
	return config_fault_word(r, v, "role", text, feature_role_names, FROLE_COUNT);
}

static int
read_watch(struct config_reader *r, const struct json_node *v)
{
	return config_read_number(r, v, 0, 1e6, &r->about_feature->watch);
}

static int
read_drift_level(struct config_reader *r, const struct json_node *v)
{
	return config_read_number(r, v, 0, 1e6, &r->about_feature->drift);
}

static int
read_mask(struct config_reader *r, const struct json_node *v)
{
	r->about_feature->has_mask = true;
	return config_read_bool(r, v, &r->about_feature->mask);
}

/* ---- the table ------------------------------------------------------------------------------- */

const char *const config_object_titles[CONFIG_OBJECTS] = {
    [CONFIG_TOP] = "the file",
    [CONFIG_DRIFT] = "drift",
    [CONFIG_MODEL] = "a model",
    [CONFIG_FEATURE] = "a feature",
    [CONFIG_RULE] = "a rule",
    [CONFIG_ACTION] = "an action",
    [CONFIG_RECORD] = "record",
};

#define AGAIN "edit the file and start again"
#define FIXED(why) CONFIG_FIXED, why
#define SHOWN CONFIG_SHOWN, NULL
#define JUDGED CONFIG_JUDGED, NULL
#define OF_A_RULE FIXED("it says which rule that is; " AGAIN)
#define OF_AN_ACTION FIXED("the file alone says what is run; edit it and start again")
#define RULES_OF_SOME FIXED("rules.NAME is for all; for some " AGAIN)

const struct config_key config_keys[] = {
    {CONFIG_TOP, "streams", "text, or array of texts", "Patterns of stream keys to follow; `--stream` wins.",
	read_streams, FIXED("Sources picks them; or " AGAIN)},
    {CONFIG_TOP, "theme", "name, or full path",
	"Colours: a name (`--theme list` has them) or a full path; `--theme` wins.", read_theme, SHOWN},
    {CONFIG_TOP, "window", "`auto` `5m` `1h` `24h` `all`", "Window of drift figures on screens; `--window` wins.",
	read_window, SHOWN},
    {CONFIG_TOP, "glyphs", "`ascii` `console` `blocks` `braille`",
	"What graphs are drawn with, as far as the terminal can; blocks unless said; `--glyphs` and `--ascii` win.",
	read_glyphs, SHOWN},
    {CONFIG_TOP, "utc", "true or false",
	"Whether times are in UTC, those shown and those given without a zone; false unless said; `--utc` and "
	"`--no-utc` win.",
	read_utc, SHOWN},
    {CONFIG_TOP, "slow", "true or false",
	"Whether screens are drawn as for a slow link; false, as the link turns out to be, unless said; `--slow` wins.",
	read_slow, SHOWN},
    {CONFIG_TOP, "bell", "true or false", "Whether the terminal's bell rings when an alert fires; true unless said.",
	read_bell, SHOWN},
    {CONFIG_TOP, "clipboard", "true or false",
	"Whether `y` hands its command line to the terminal's clipboard, where that takes it; true unless said.",
	read_clipboard, SHOWN},
    {CONFIG_TOP, "drift", "object", "How drift becomes an alert.", read_drift,
	FIXED("say which: drift.rule, drift.false_alarms_per_week")},
    {CONFIG_TOP, "rules", "array of rules", "Alert rules, beside the default ones or over them.",
	config_read_rules, FIXED("say which: rules.NAME.crit; a new one goes into the file")},
    {CONFIG_TOP, "models", "object: pattern of model names to model", "What is said of some models.",
	read_models, FIXED("say which: models.M.features.F.watch; or :as INPUT ROLE")},
    {CONFIG_TOP, "actions", "array of actions", "Commands that are run when an alert fires.",
	config_read_actions, OF_AN_ACTION},
    {CONFIG_TOP, "mask", "text, or array of texts",
	"Patterns of `MODEL.FEATURE` (`MODEL.id`: the events' own id) whose values are not recorded; what a "
	"feature's own `mask` says wins.", read_masks, FIXED("what is recorded stays; " AGAIN)},
    {CONFIG_TOP, "keys", "object: name of an action to key, array of keys, or null",
	"Keys in place of the default ones; the actions are listed below.", config_read_keys,
	FIXED("say which: keys.freeze f, keys.back \"<Left> h\"")},
    {CONFIG_TOP, "columns", "object: name of a screen to array of columns",
	"Which columns its list has, in this order; screens and columns are listed below.", config_read_columns,
	FIXED(":columns SCREEN NAME,NAME sets them")},
    {CONFIG_TOP, "groups", "object: pattern of model names to name of a group",
	"Models that Fleet shows as one; a model is in the first group that takes it.", config_read_groups,
	FIXED("the first that fits wins, so by order: " AGAIN)},
    {CONFIG_TOP, "record", "object", "What is recorded, and where.", read_record, FIXED("say which: record.dir")},

    {CONFIG_RECORD, "dir", "path", "Directory of recordings begun by a key; `$XDG_STATE_HOME/drifttop/recordings` "
	"unless said.", read_record_dir, SHOWN},
    {CONFIG_RECORD, "flight_mib", "whole number",
	"Memory of the flight recorder in MiB; 16 unless said, 0: none; `--flight` wins.", read_flight,
	FIXED("taken at the start: start again with --flight MIB")},

    {CONFIG_DRIFT, "rule", "`evidence` `psi_0.1_0.25` `js_0.1`",
	"What the rule `drift` is: by evidence, or by a published threshold.", read_drift_rule, JUDGED},
    {CONFIG_DRIFT, "false_alarms_per_week", "number",
	"Budget of evidence for the whole fleet; 1 unless said. Fewer alarms come later.", read_budget, JUDGED},

    {CONFIG_MODEL, "positive", "text or whole number", "The class that scores are the probability of.",
	read_positive, FIXED("baselines are made by it; " AGAIN)},
    {CONFIG_MODEL, "rules", "object: name to rule, or `off`", "Rules for these models.", config_read_rules_here,
	RULES_OF_SOME},
    {CONFIG_MODEL, "features", "object: pattern of names to feature", "What is said of some inputs and outputs.",
	read_features, FIXED("say which: models.M.features.F.drift; or :as INPUT ROLE")},

    {CONFIG_FEATURE, "role", "`value` `id` `counter` `calendar` `text`",
	"What it is, in place of the guess; only a `value` has a distribution that can drift.", read_role,
	FIXED(":as INPUT ROLE at its model sets it")},
    {CONFIG_FEATURE, "watch", "number", "PSI above which it is on watch; 0.1 unless said.", read_watch, JUDGED},
    {CONFIG_FEATURE, "drift", "number", "PSI above which it drifts; 0.25 unless said.", read_drift_level,
	JUDGED},
    {CONFIG_FEATURE, "mask", "true or false",
	"Whether its values are left out of what is recorded; true for `id` and `text` unless said.", read_mask,
	FIXED("what is recorded stays; " AGAIN)},
    {CONFIG_FEATURE, "rules", "object: name to rule, or `off`", "Rules for these features.",
	config_read_rules_here, RULES_OF_SOME},

    {CONFIG_RULE, "name", "text",
	"Needed in the array. The name of a default rule changes that one, a new name adds a rule.",
	config_rule_name, OF_A_RULE},
    {CONFIG_RULE, "model", "pattern", "Only these models.", config_rule_model, OF_A_RULE},
    {CONFIG_RULE, "version", "pattern", "Each version of that name by itself.", config_rule_version, OF_A_RULE},
    {CONFIG_RULE, "feature", "pattern", "Each input or output of that name by itself.", config_rule_feature,
	OF_A_RULE},
    {CONFIG_RULE, "warn", "expression, or null", "When it is a warning; null: never.", config_rule_warn, JUDGED},
    {CONFIG_RULE, "crit", "expression, or null", "When it is critical; null: never.", config_rule_crit, JUDGED},
    {CONFIG_RULE, "clear", "expression, or null",
	"When it clears; null or not said: when neither of the two is true any more.", config_rule_clear, JUDGED},
    {CONFIG_RULE, "for", "time", "How long it must be true, where the expression does not say so itself.",
	config_rule_for, JUDGED},
    {CONFIG_RULE, "min_events", "whole number", "Rows of the window below which it is not judged.",
	config_rule_min_events, JUDGED},
    {CONFIG_RULE, "window", "`auto` `5m` `1h` `24h` `all`",
	"Window of the figures; 5m unless said, `auto` for rules of features.", config_rule_window, JUDGED},
    {CONFIG_RULE, "off", "true or false", "Whether it is not judged at all.", config_rule_off, JUDGED},

    {CONFIG_ACTION, "command", "array of texts",
	"Program and its words, run without a shell; it gets the alert as JSON on standard input.",
	config_action_command, OF_AN_ACTION},
    {CONFIG_ACTION, "on", "array of `warn` `crit` `clear`", "When it is run; `crit` unless said.",
	config_action_on, OF_AN_ACTION},
    {CONFIG_ACTION, "rule", "pattern", "Only for rules of these names.", config_action_rule, OF_AN_ACTION},
    {CONFIG_ACTION, "model", "pattern", "Only for these models.", config_action_model, OF_AN_ACTION},
    {CONFIG_ACTION, "timeout", "time", "After which it is stopped; 10s unless said, at most 10m.",
	config_action_timeout, OF_AN_ACTION},
    {CONFIG_ACTION, "output_bytes", "whole number", "Of its output that are kept; 65536 unless said.",
	config_action_output, OF_AN_ACTION},
};

const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);

/* ---- objects --------------------------------------------------------------------------------- */

static int
fault_key(struct config_reader *r, enum config_object object, const struct json_node *v)
{
	const char *names[32];
	size_t i, n = 0;

	for (i = 0; i < config_key_count && n < 32; i++)
		if (config_keys[i].object == object)
			names[n++] = config_keys[i].key;
	return config_fault_word(r, v, "key", json_doc_key(v), names, n);
}

static const struct config_key *
find_key(enum config_object object, const char *key)
{
	size_t i;

	for (i = 0; i < config_key_count; i++)
		if (config_keys[i].object == object && strcmp(config_keys[i].key, key) == 0)
			return &config_keys[i];
	return NULL;
}

int
config_fault_missing(struct config_reader *r, enum config_object object, const struct json_node *v, const char *key)
{
	const struct json_node *i;

	for (i = json_doc_first(v); i; i = json_doc_next(i))
		if (!find_key(object, json_doc_key(i)))
			return fault_key(r, object, i);
	return CONFIG_FAULT(r, v, "'%s' is missing", key);
}

int
config_read_object(struct config_reader *r, enum config_object object, const struct json_node *v)
{
	const struct json_node *i;
	unsigned long long seen = 0;
	int rc = 0;

	if (json_doc_kind(v) != JSON_DOC_OBJECT)
		return config_fault_kind(r, v, "an object");
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i)) {
		const struct config_key *k = find_key(object, json_doc_key(i));

		if (!k)
			return fault_key(r, object, i);
		if (seen >> (k - config_keys) & 1)
			return CONFIG_FAULT(r, i, "is there twice");
		seen |= 1ULL << (k - config_keys);
		rc = k->read(r, i);
	}
	return rc;
}

/* "config 'x.json' line 12: rules[2]...": a fault that has a line goes on with it. */
static int
name_file(const char *path, struct err *err)
{
	char what[ERR_MSG_BYTES];

	if (!err)
		return ERR_USAGE;
	snprintf(what, sizeof(what), "%s", err->msg);
	return err_set(
	    err, ERR_USAGE, "config '%s'%s %s", path, strncmp(what, "line ", 5) == 0 ? "" : ":", what);
}

static const struct json_node *
drift_rule(const struct json_doc *doc)
{
	const struct json_node *root = json_doc_root(doc);
	const struct json_node *drift = json_doc_kind(root) == JSON_DOC_OBJECT ? json_doc_member(root, "drift") : NULL;

	return json_doc_kind(drift) == JSON_DOC_OBJECT ? json_doc_member(drift, "rule") : NULL;
}

int
config_file_parse(struct config *c, const char *path, char *text, size_t n, const struct config_names *names,
    struct err *err)
{
	struct config_reader r = {.config = c, .names = names, .err = err};
	struct json_doc *doc = NULL;
	int rc;

	mem_free(c->text);
	c->text_n = n;
	c->text = mem_dup(text, n);
	rc = c->text ? json_doc_parse_commented(&doc, text, n, err) : err_nomem(err);
	r.doc = doc;
	/* Whatever stands first in the file, rules of the name `drift` begin with what that is. */
	if (!rc && json_doc_text(drift_rule(doc)))
		rc = read_drift_rule(&r, drift_rule(doc));
	if (!rc)
		rc = config_read_object(&r, CONFIG_TOP, json_doc_root(doc));
	if (!rc)
		rc = config_check_actions(&r, json_doc_root(doc));
	if (!rc) {
		mem_free(c->path);
		c->path = mem_dup(path, strlen(path));
		rc = c->path ? 0 : err_nomem(err);
	}
	json_doc_free(doc);
	return rc && rc != ERR_NOMEM ? name_file(path, err) : rc;
}

int
config_file_read(struct config *c, const char *path, bool needed, const struct config_names *names, struct err *err)
{
	struct err why = {0};
	char *text = NULL;
	size_t n = 0;
	int rc = json_doc_read_file(path, CONFIG_FILE_BYTES_MAX, &text, &n, &why);

	if (rc == ERR_NOT_FOUND && !needed)
		return 0;
	if (rc == ERR_NOMEM)
		return err_nomem(err);
	if (rc)
		return err_set(err, ERR_USAGE, "config '%s' %s", path, why.msg);
	rc = config_file_parse(c, path, text, n, names, err);
	mem_free(text);
	return rc;
}
