/*
 * Alert rules: the defaults as a table, and the list that holds them together with those of a configuration.
 *
 * Rules of one name form a chain: the default first, then what a configuration says about it for some models,
 * versions or features. Of a chain the last rule that a subject matches holds for it, alone. A rule of a new name
 * begins a chain.
 *
 * A rule whose true comparison (expr_reason) is METRIC_EVIDENCE waits for a baseline that is armed: until then it is
 * provisional and runs no action. All others may page from the first minute.
 */
#ifndef CORE_RULE_H
#define CORE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/expr.h"
#include "core/store.h"

#define RULE_MAX 256       /* in all */
#define RULE_NAME_BYTES 32 /* letters, digits, _ - . */

/* What a rule is judged for: each model, each version, each input and output, each source. */
enum rule_scope { RULE_OF_MODEL, RULE_OF_VERSION, RULE_OF_FEATURE, RULE_OF_SOURCE, RULE_SCOPES };
extern const char *const rule_scope_names[RULE_SCOPES]; /* "model" "version" "feature" "source" */

struct rule {
	char *name;
	enum rule_scope scope;            /* the same for a whole chain */
	char *model, *version, *feature;  /* patterns (slice_glob); NULL: all */
	bool off;                         /* judged for nobody it matches */
	bool has_warn, has_crit, has_clear;
	struct expr warn, crit; /* on metric_names */
	struct expr clear;      /* without one it clears where warn and crit are not true */
	int64_t warn_for_ms, crit_for_ms; /* how long it must be true: said in the text, else by `for` */
	int64_t clear_for_ms;
	uint64_t min_events; /* rows of the subject's window below which it is unknown */
	enum window window;  /* of the figures; WINDOW_5M unless said */
	bool from_config;
	char *place;         /* "default", or where in which file: "rules[2]" */
	const char *warn_from, *crit_from; /* whose they are, for a sentence: static; NULL: its own */
};

struct rules {
	struct rule *list; /* in order: of those in a chain the later stands behind the earlier */
	size_t n, cap;
	size_t chains;         /* different names */
	uint16_t chain_of[RULE_MAX];    /* of each rule, its chain */
	uint16_t chain_first[RULE_MAX]; /* of each chain, its first rule */
};

/* One row a default; texts as a configuration would say them. NULL: not said. */
struct rule_default {
	const char *name;
	enum rule_scope scope;
	const char *warn, *crit, *clear;
	uint64_t min_events;
	enum window window;
	const char *about; /* one line, for docs/CONFIG.md */
};

extern const struct rule_default rule_defaults[];
extern const size_t rule_default_count;

/* What the rule `drift` is: by evidence (the default), or by published thresholds. */
struct rule_drift_preset {
	const char *name; /* "evidence" "psi_0.1_0.25" "js_0.1" */
	const char *warn, *crit; /* NULL: none */
	const char *source;
};
extern const struct rule_drift_preset rule_drift_presets[];
extern const size_t rule_drift_preset_count;

/* An all-zero struct is an empty list. */
void rules_release(struct rules *r);

/* The defaults. ERR_NOMEM. */
int rules_init(struct rules *r, struct err *err);

/* The rule `drift` of the defaults becomes this preset. */
int rules_set_drift(struct rules *r, const struct rule_drift_preset *p, struct err *err);

/* Parses texts of a rule as a configuration says them: names of core/metric.h, "for 2m" allowed. As expr_parse. */
int rule_parse(struct expr *out, struct slice text, size_t *at, struct err *err);

/*
 * What a rule is judged for that does not say so: each feature where it has a pattern of them or asks for a figure of
 * theirs, each version where it has a pattern of those, else each model, or each source where only that is known.
 */
enum rule_scope rule_scope_guess(const struct rule *r);

/* Everything but the names, patterns and the place: what a rule starts from that says only what is different. */
void rule_inherit(struct rule *rule, const struct rule *from);

/*
 * Adds a rule at the end of its chain; what *rule owns is taken on success. ERR_LIMIT, ERR_NOMEM; ERR_INVALID where its
 * scope is not that of its chain, where warn is beyond crit, or where a metric can never be known in its scope.
 */
int rules_add_take(struct rules *r, struct rule *rule, struct err *err);
void rule_release(struct rule *rule);

/* The rule that one of this name takes what it does not say from: the last of the chain without patterns. NULL: the
 * name is new. */
const struct rule *rules_parent(const struct rules *r, struct slice name);

/*
 * The rule of this chain that holds for the subject; NULL: none, or it is off. Slices that do not apply are empty.
 * O(rules), with patterns: ask once a subject and keep the answer.
 */
const struct rule *rules_pick(
    const struct rules *r, size_t chain, struct slice model, struct slice version, struct slice feature);

#endif
