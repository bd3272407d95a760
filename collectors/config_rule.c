/*
 * Alert rules of a configuration. A rule says what is different from the one of its name that is there: first that is
 * taken over, then each key is read over it.
 */
#include <stdio.h>
#include <string.h>

#include "collectors/config_file_impl.h"
#include "core/mem.h"
#include "core/nearest.h"

/* ---- keys ------------------------------------------------------------------------------------ */

int
config_rule_name(struct config_reader *r, const struct json_node *v)
{
	/* Read before all other keys, by whoever began the rule. */
	if (r->model)
		return CONFIG_FAULT(r, v, "stands before the rule here: \"rules\": {\"NAME\": {...}}");
	return 0;
}

int
config_rule_model(struct config_reader *r, const struct json_node *v)
{
	if (r->model)
		return CONFIG_FAULT(r, v, "is said around the rule here: '%.60s'", r->model);
	return config_read_pattern(r, v, &r->rule->model);
}

int
config_rule_version(struct config_reader *r, const struct json_node *v)
{
	return config_read_pattern(r, v, &r->rule->version);
}

int
config_rule_feature(struct config_reader *r, const struct json_node *v)
{
	if (r->feature)
		return CONFIG_FAULT(r, v, "is said around the rule here: '%.60s'", r->feature);
	return config_read_pattern(r, v, &r->rule->feature);
}

static int
read_expression(struct config_reader *r, const struct json_node *v, struct expr *out, bool *has)
{
	const char *text = json_doc_text(v);
	struct err why = {0};
	size_t at = 0;

	*has = text != NULL;
	if (!text)
		return json_doc_kind(v) == JSON_DOC_NULL ? 0 : config_fault_kind(r, v, "a text: an expression");
	if (!rule_parse(out, slice_of(text), &at, &why))
		return 0;
	if (at == 0)
		return CONFIG_FAULT(r, v, "%s", why.msg);
	return CONFIG_FAULT(r, v, "%s (at byte %zu)", why.msg, at + 1);
}

int
config_rule_warn(struct config_reader *r, const struct json_node *v)
{
	struct rule *rule = r->rule;
	int rc = read_expression(r, v, &rule->warn, &rule->has_warn);

	rule->warn_from = NULL;
	r->warn_said = !rc && rule->has_warn && rule->warn.for_ms;
	if (r->warn_said)
		rule->warn_for_ms = rule->warn.for_ms;
	return rc;
}

int
config_rule_crit(struct config_reader *r, const struct json_node *v)
{
	struct rule *rule = r->rule;
	int rc = read_expression(r, v, &rule->crit, &rule->has_crit);

	rule->crit_from = NULL;
	r->crit_said = !rc && rule->has_crit && rule->crit.for_ms;
	if (r->crit_said)
		rule->crit_for_ms = rule->crit.for_ms;
	return rc;
}

int
config_rule_clear(struct config_reader *r, const struct json_node *v)
{
	struct rule *rule = r->rule;
	int rc = read_expression(r, v, &rule->clear, &rule->has_clear);

	rule->clear_for_ms = !rc && rule->has_clear ? rule->clear.for_ms : 0;
	return rc;
}

int
config_rule_for(struct config_reader *r, const struct json_node *v)
{
	int64_t ms;

	r->rule_for = v; /* it holds for what stands behind it in the file, too */
	return config_read_span(r, v, &ms);
}

int
config_rule_min_events(struct config_reader *r, const struct json_node *v)
{
	return config_read_whole(r, v, &r->rule->min_events);
}

int
config_rule_window(struct config_reader *r, const struct json_node *v)
{
	r->window_said = true;
	return config_read_window(r, v, &r->rule->window);
}

int
config_rule_off(struct config_reader *r, const struct json_node *v)
{
	return config_read_bool(r, v, &r->rule->off);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static int
copy_text(struct config_reader *r, char **out, const char *text)
{
	*out = text ? mem_dup(text, strlen(text)) : NULL;
	return text && !*out ? err_nomem(r->err) : 0;
}

/* What the objects around a rule say of it, and what the rule of its name says. */
static int
begin(struct config_reader *r, const char *name, const struct json_node *v, bool *is_new)
{
	const struct rule *parent = rules_parent(&r->config->rules, slice_of(name));
	struct rule *rule = r->rule;
	char place[JSON_DOC_PATH_BYTES];
	int rc;

	rule->from_config = true;
	if (parent)
		rule_inherit(rule, parent);
	rule->off = false;
	*is_new = !parent;
	rc = copy_text(r, &rule->name, name);
	if (!rc)
		rc = copy_text(r, &rule->model, r->model);
	if (!rc)
		rc = copy_text(r, &rule->feature, r->feature);
	if (!rc)
		rc = copy_text(r, &rule->place, json_doc_path(r->doc, v, place, sizeof(place)));
	r->rule_for = NULL;
	r->warn_said = r->crit_said = r->window_said = false;
	return rc;
}

/* No rule has this name, with the one that may have been meant. */
static int
fault_rule(struct config_reader *r, const struct json_node *v, const char *name, const char *wanted)
{
	const struct rules *all = &r->config->rules;
	struct nearest near;
	const char *best;
	size_t i;

	nearest_init(&near, slice_of(name));
	for (i = 0; i < all->chains; i++)
		nearest_offer(&near, all->list[all->chain_first[i]].name);
	best = nearest_name(&near);
	if (!best)
		return CONFIG_FAULT(r, v, "there is no rule '%.40s' %s", name, wanted);
	return CONFIG_FAULT(r, v, "there is no rule '%.40s' %s; did you mean '%s'?", name, wanted, best);
}

static int
finish(struct config_reader *r, const struct json_node *v, bool is_new)
{
	struct rule *rule = r->rule;
	struct err why = {0};
	int64_t ms = 0;
	int rc;

	if (r->rule_for) {
		rc = config_read_span(r, r->rule_for, &ms);
		if (rc)
			return rc;
		if (!r->warn_said)
			rule->warn_for_ms = ms;
		if (!r->crit_said)
			rule->crit_for_ms = ms;
	}
	/* Whoever says neither meant a rule that is there. */
	if (is_new && !rule->has_warn && !rule->has_crit)
		return fault_rule(r, v, rule->name,
		    rule->off ? "to be off" : "to change, and this one says neither warn nor crit");
	if (is_new)
		rule->scope = rule_scope_guess(rule);
	/* Five minutes of a quiet model hold too few rows for a distribution. */
	if (is_new && !r->window_said)
		rule->window = rule->scope == RULE_OF_FEATURE ? WINDOW_AUTO : WINDOW_5M;
	rc = rules_add_take(&r->config->rules, rule, &why);
	if (rc == ERR_NOMEM)
		return err_nomem(r->err);
	return rc ? CONFIG_FAULT(r, v, "%s", why.msg) : 0;
}

static int
read_rule(struct config_reader *r, const char *name, const struct json_node *v)
{
	struct rule *rule = mem_calloc(1, sizeof(*rule));
	bool is_new = false;
	int rc;

	if (!rule)
		return err_nomem(r->err);
	r->rule = rule;
	rc = begin(r, name, v, &is_new);
	if (!rc && json_doc_text(v)) {
		rule->off = true;
		if (strcmp(json_doc_text(v), "off") != 0)
			rc = CONFIG_FAULT(r, v, "must be an object, or \"off\"");
		else if (is_new)
			rc = fault_rule(r, v, name, "to be off");
	} else if (!rc) {
		rc = config_read_object(r, CONFIG_RULE, v);
	}
	if (!rc)
		rc = finish(r, v, is_new);
	rule_release(rule);
	mem_free(rule);
	r->rule = NULL;
	return rc;
}

int
config_read_rules(struct config_reader *r, const struct json_node *v)
{
	const struct json_node *i;
	int rc = 0;

	if (json_doc_kind(v) != JSON_DOC_ARRAY)
		return config_fault_kind(r, v, "an array");
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i)) {
		const struct json_node *name = json_doc_member(i, "name");

		if (json_doc_kind(i) != JSON_DOC_OBJECT)
			return config_fault_kind(r, i, "an object");
		if (!name)
			return config_fault_missing(r, CONFIG_RULE, i, "name");
		if (!json_doc_text(name))
			return config_fault_kind(r, name, "a text");
		rc = read_rule(r, json_doc_text(name), i);
	}
	return rc;
}

int
config_read_rules_here(struct config_reader *r, const struct json_node *v)
{
	const struct json_node *i;
	int rc = 0;

	if (json_doc_kind(v) != JSON_DOC_OBJECT)
		return config_fault_kind(r, v, "an object");
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i))
		rc = read_rule(r, json_doc_key(i), i);
	return rc;
}

int
config_check_action_rule(struct config_reader *r, const struct json_node *v)
{
	const struct rules *all = &r->config->rules;
	const char *pattern = json_doc_text(v);
	size_t i;

	for (i = 0; pattern && i < all->chains; i++)
		if (slice_glob(slice_of(pattern), slice_of(all->list[all->chain_first[i]].name)))
			return 0;
	return pattern ? fault_rule(r, v, pattern, "to act for") : 0;
}
