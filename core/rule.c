#include "core/rule.h"

#include <stdio.h>

#include "core/mem.h"
#include "core/metric.h"

const char *const rule_scope_names[RULE_SCOPES] = {"model", "version", "feature", "source"};

/* Of what the metrics of a scope's rules must be known. */
static const unsigned metric_scope[RULE_SCOPES] = {
    METRIC_OF_MODEL, METRIC_OF_VERSION, METRIC_OF_FEATURE, METRIC_OF_SOURCE};

/* ---- the defaults ---------------------------------------------------------------------------- */

/* The comparison that comes first is the one an alert gives as its reason. */
const struct rule_default rule_defaults[] = {
    {"error_rate", RULE_OF_MODEL, "error_rate >= 1% and error_ratio >= 2 and errors >= 20",
	"error_rate >= 5% and error_ratio >= 3 and errors >= 20", NULL, 0, WINDOW_5M,
	"requests fail, clearly more often than in the baseline"},
    {"latency", RULE_OF_MODEL, "p99_ratio >= 1.5 and p99_rise >= 5ms for 2m",
	"p99_ratio >= 2.5 and p99_rise >= 5ms for 2m", NULL, 1000, WINDOW_5M,
	"the slowest hundredth is slower than in the baseline"},
    {"traffic", RULE_OF_MODEL, "traffic < 50% for 10m", "traffic < 20% for 10m", NULL, 0, WINDOW_5M,
	"far fewer events than the baseline has at this time of day"},
    {"silence", RULE_OF_MODEL, "silence_ratio >= 3 and silence >= 60s", "silence_ratio >= 6 and silence >= 60s", NULL,
	0, WINDOW_5M, "no event for much longer than ever before"},
    {"missing", RULE_OF_FEATURE, "missing >= watch for 10m", "missing >= drift", NULL, 0, WINDOW_AUTO,
	"an input's missing rate has changed"},
    {"unseen", RULE_OF_FEATURE, "unseen >= watch for 10m", "unseen >= drift", NULL, 0, WINDOW_AUTO,
	"values that the baseline never had"},
    {"range", RULE_OF_FEATURE, "range >= watch for 10m", "range >= drift", NULL, 0, WINDOW_AUTO,
	"values outside the baseline's range"},
    {"constant", RULE_OF_FEATURE, NULL, "constant = yes", NULL, 500, WINDOW_AUTO,
	"one value alone where the baseline had ten or more"},
    {"drift", RULE_OF_FEATURE, "size >= drift or evidence >= half", "evidence >= alarm", NULL, 0, WINDOW_AUTO,
	"the distribution has changed"},
    {"quality", RULE_OF_MODEL, "quality >= drift", "quality >= bad", NULL, 0, WINDOW_5M,
	"labels say that the model is worse than it was on its baseline"},
    {"feed", RULE_OF_SOURCE, "feed >= down for 1m", NULL, NULL, 0, WINDOW_5M, "a source is not connected"},
};

const size_t rule_default_count = sizeof(rule_defaults) / sizeof(rule_defaults[0]);

const struct rule_drift_preset rule_drift_presets[] = {
    {"evidence", "size >= drift or evidence >= half", "evidence >= alarm",
	"docs/METRICS.md: a false alarm a week over the whole fleet"},
    {"psi_0.1_0.25", "psi > 0.1", "psi > 0.25", "Siddiqi, Credit Risk Scorecards, 2006"},
    {"js_0.1", "js > 0.1", NULL, "a threshold in wide use; no source gives a reason for it"},
};

const size_t rule_drift_preset_count = sizeof(rule_drift_presets) / sizeof(rule_drift_presets[0]);

/* ---- one rule -------------------------------------------------------------------------------- */

void
rule_release(struct rule *r)
{
	mem_free(r->name);
	mem_free(r->model);
	mem_free(r->version);
	mem_free(r->feature);
	mem_free(r->place);
	r->name = r->model = r->version = r->feature = r->place = NULL;
}

void
rule_inherit(struct rule *r, const struct rule *from)
{
	struct rule copy = *from;

	copy.name = r->name;
	copy.model = r->model;
	copy.version = r->version;
	copy.feature = r->feature;
	copy.place = r->place;
	copy.from_config = r->from_config;
	copy.warn_from = copy.crit_from = from->from_config ? "an earlier rule's" : "the default's";
	*r = copy;
}

int
rule_parse(struct expr *out, struct slice text, size_t *at, struct err *err)
{
	return expr_parse(out, text, &metric_names, EXPR_ALLOW_FOR, at, err);
}

static int
set_text(struct expr *e, bool *has, int64_t *for_ms, const char *text, struct err *err)
{
	int rc;

	*has = text != NULL;
	if (!text)
		return 0;
	rc = rule_parse(e, slice_of(text), NULL, err);
	if (!rc)
		*for_ms = e->for_ms;
	return rc;
}

static int
fill_default(struct rule *r, const struct rule_default *d, struct err *err)
{
	int rc;

	r->scope = d->scope;
	r->min_events = d->min_events;
	r->window = d->window;
	r->name = mem_dup(d->name, strlen(d->name));
	r->place = mem_dup("default", 7);
	if (!r->name || !r->place)
		return err_nomem(err);
	rc = set_text(&r->warn, &r->has_warn, &r->warn_for_ms, d->warn, err);
	if (!rc)
		rc = set_text(&r->crit, &r->has_crit, &r->crit_for_ms, d->crit, err);
	if (!rc)
		rc = set_text(&r->clear, &r->has_clear, &r->clear_for_ms, d->clear, err);
	return rc;
}

/* ---- checks ---------------------------------------------------------------------------------- */

static bool
is_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < RULE_NAME_BYTES &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == n;
}

static int
check_scope(const struct expr *e, const char *what, enum rule_scope scope, struct err *err)
{
	const struct expr_node *n = metric_out_of_scope(e, metric_scope[scope]);

	return n ? err_set(err, ERR_INVALID, "%s: '%s' is not known of a %s", what, metric_rows[n->name].name.name,
		       rule_scope_names[scope])
		 : 0;
}

/* "warn: 'p99 > 500ms' is beyond the limit of crit, 250ms", and which of the two was taken over. */
static int
check_order(const struct rule *r, struct err *err)
{
	const struct expr_node *n;
	char number[EXPR_NUMBER_BYTES];
	const struct expr_name *name;
	double limit = 0;

	n = r->has_warn && r->has_crit ? expr_exceeds(&r->warn, &r->crit, &limit) : NULL;
	if (!n)
		return 0;
	name = &metric_rows[n->name].name;
	if (n->op == EXPR_RANK)
		snprintf(number, sizeof(number), "%s", name->words[(size_t)limit]);
	else
		expr_format_number(number, name->unit, limit);
	if (r->warn_from && !r->crit_from)
		return err_set(err, ERR_INVALID,
		    "warn: '%.*s', which is %s, is beyond the limit of crit, %s: say warn, too", (int)n->n,
		    r->warn.text + n->at, r->warn_from, number);
	if (r->crit_from && !r->warn_from)
		return err_set(err, ERR_INVALID,
		    "warn: '%.*s' is beyond the limit of crit, %s, which is %s: say crit, too", (int)n->n,
		    r->warn.text + n->at, number, r->crit_from);
	return err_set(err, ERR_INVALID, "warn: '%.*s' is beyond the limit of crit, %s", (int)n->n,
	    r->warn.text + n->at, number);
}

static int
check_patterns(const struct rule *r, struct err *err)
{
	if (r->version && r->scope != RULE_OF_VERSION)
		return err_set(err, ERR_INVALID, "version: this is a rule of each %s, not of each version",
		    rule_scope_names[r->scope]);
	if (r->feature && r->scope != RULE_OF_FEATURE)
		return err_set(err, ERR_INVALID, "feature: this is a rule of each %s, not of each feature",
		    rule_scope_names[r->scope]);
	if (r->model && r->scope == RULE_OF_SOURCE)
		return err_set(err, ERR_INVALID, "model: this is a rule of each source");
	return 0;
}

static int
check(const struct rules *list, const struct rule *r, const struct rule *first, struct err *err)
{
	int rc;

	if (list->n == RULE_MAX)
		return err_set(
		    err, ERR_LIMIT, "more than %d rules, %zu of them defaults", RULE_MAX, rule_default_count);
	if (!is_name(r->name))
		return err_set(err, ERR_INVALID,
		    "name: '%.40s' must be letters, digits, '_', '-' and '.', at most %d", r->name,
		    RULE_NAME_BYTES - 1);
	if (first && first->scope != r->scope)
		return err_set(err, ERR_INVALID, "'%s' is a rule of each %s; one of each %s needs another name",
		    r->name, rule_scope_names[first->scope], rule_scope_names[r->scope]);
	if (!r->has_warn && !r->has_crit && !r->off)
		return err_set(err, ERR_INVALID, "says neither warn nor crit");
	rc = check_patterns(r, err);
	if (!rc && r->has_warn)
		rc = check_scope(&r->warn, "warn", r->scope, err);
	if (!rc && r->has_crit)
		rc = check_scope(&r->crit, "crit", r->scope, err);
	if (!rc && r->has_clear)
		rc = check_scope(&r->clear, "clear", r->scope, err);
	return rc ? rc : check_order(r, err);
}

/* Metrics that speak of an input or output first, and of a model only by its worst one. */
static bool
is_of_feature(const struct expr *e)
{
	size_t i;

	for (i = 0; i < e->nnodes; i++) {
		const struct expr_node *n = &e->nodes[i];

		if ((n->op == EXPR_COMPARE || n->op == EXPR_RANK || n->op == EXPR_MATCH) &&
		    (metric_rows[n->name].scopes & METRIC_OF_FEATURE) && n->name != METRIC_ROWS &&
		    n->name != METRIC_MODEL)
			return true;
	}
	return false;
}

static bool
asks_version(const struct expr *e)
{
	size_t i;

	for (i = 0; i < e->nnodes; i++)
		if (e->nodes[i].op == EXPR_MATCH && e->nodes[i].name == METRIC_VERSION)
			return true;
	return false;
}

enum rule_scope
rule_scope_guess(const struct rule *r)
{
	unsigned known = (r->has_warn ? metric_scopes(&r->warn) : ~0u) & (r->has_crit ? metric_scopes(&r->crit) : ~0u);

	if (r->feature || (r->has_warn && is_of_feature(&r->warn)) || (r->has_crit && is_of_feature(&r->crit)))
		return RULE_OF_FEATURE;
	if (r->version || (r->has_warn && asks_version(&r->warn)) || (r->has_crit && asks_version(&r->crit)))
		return RULE_OF_VERSION;
	if (known & METRIC_OF_MODEL)
		return RULE_OF_MODEL;
	return known & METRIC_OF_VERSION ? RULE_OF_VERSION : known & METRIC_OF_SOURCE ? RULE_OF_SOURCE : RULE_OF_MODEL;
}

/* ---- the list -------------------------------------------------------------------------------- */

void
rules_release(struct rules *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		rule_release(&r->list[i]);
	mem_free(r->list);
	memset(r, 0, sizeof(*r));
}

static size_t
chain_find(const struct rules *r, struct slice name)
{
	size_t i = 0;

	while (i < r->chains && !slice_is(name, r->list[r->chain_first[i]].name))
		i++;
	return i;
}

int
rules_add_take(struct rules *r, struct rule *rule, struct err *err)
{
	size_t chain = chain_find(r, slice_of(rule->name));
	struct rule *grown;
	int rc = check(r, rule, chain < r->chains ? &r->list[r->chain_first[chain]] : NULL, err);

	if (rc)
		return rc;
	grown = mem_grow(r->list, &r->cap, r->n + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	r->list = grown;
	if (chain == r->chains) {
		r->chain_first[chain] = (uint16_t)r->n;
		r->chains++;
	}
	r->chain_of[r->n] = (uint16_t)chain;
	r->list[r->n++] = *rule;
	rule->name = rule->model = rule->version = rule->feature = rule->place = NULL;
	return 0;
}

int
rules_init(struct rules *r, struct err *err)
{
	struct rule *rule = mem_calloc(1, sizeof(*rule));
	size_t i;
	int rc = rule ? 0 : err_nomem(err);

	memset(r, 0, sizeof(*r));
	for (i = 0; i < rule_default_count && !rc; i++) {
		memset(rule, 0, sizeof(*rule));
		rc = fill_default(rule, &rule_defaults[i], err);
		if (!rc)
			rc = rules_add_take(r, rule, err);
		rule_release(rule);
	}
	mem_free(rule);
	return rc;
}

int
rules_set_drift(struct rules *r, const struct rule_drift_preset *p, struct err *err)
{
	size_t chain = chain_find(r, slice_of("drift"));
	struct rule *rule;
	int rc;

	if (chain == r->chains)
		return err_set(err, ERR_NOT_FOUND, "there is no rule 'drift'");
	rule = &r->list[r->chain_first[chain]];
	rc = set_text(&rule->warn, &rule->has_warn, &rule->warn_for_ms, p->warn, err);
	return rc ? rc : set_text(&rule->crit, &rule->has_crit, &rule->crit_for_ms, p->crit, err);
}

const struct rule *
rules_parent(const struct rules *r, struct slice name)
{
	size_t chain = chain_find(r, name), i;

	if (chain == r->chains)
		return NULL;
	for (i = r->n; i-- > 0;) {
		const struct rule *rule = &r->list[i];

		if (r->chain_of[i] == chain && !rule->model && !rule->version && !rule->feature)
			return rule;
	}
	return &r->list[r->chain_first[chain]];
}

static bool
matches(const char *pattern, struct slice text)
{
	return !pattern || slice_glob(slice_of(pattern), text);
}

const struct rule *
rules_pick(const struct rules *r, size_t chain, struct slice model, struct slice version, struct slice feature)
{
	size_t i;

	for (i = r->n; i-- > 0;) {
		const struct rule *rule = &r->list[i];

		if (r->chain_of[i] == chain && matches(rule->model, model) && matches(rule->version, version) &&
		    matches(rule->feature, feature))
			return rule->off ? NULL : rule;
	}
	return NULL;
}
