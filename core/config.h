/*
 * What a person has said about the program: which models and features are what, which rules hold, what is run when one
 * fires. Plain values; where they come from (a file) is collectors/config_file.h's business.
 *
 * config_init gives what holds without any file. Everything is owned by the struct. Of several entries that match a
 * name the later one wins, key by key; of groups, which are alternatives, the first.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/glyphs.h"
#include "core/kinds.h"
#include "core/rule.h"

#define CONFIG_ENTRIES_MAX 1024 /* of models, of features */
#define CONFIG_STREAMS_MAX 64
#define CONFIG_BINDS_MAX 128
#define CONFIG_BIND_KEYS_MAX 9
#define CONFIG_MASKS_MAX 256
#define CONFIG_TABLES_MAX 16 /* lists whose columns can be chosen */
#define CONFIG_COLUMNS_MAX 24
#define CONFIG_GROUPS_MAX 256
#define CONFIG_FLIGHT_MIB 16
#define CONFIG_FLIGHT_MIB_MAX 4096
#define CONFIG_ACTIONS_MAX 16
#define CONFIG_ARGS_MAX 32
#define CONFIG_BUDGET_PER_WEEK 1.0
#define CONFIG_ACTION_TIMEOUT_MS 10000
#define CONFIG_ACTION_OUTPUT_BYTES 65536

/* About the models that match. */
struct config_model {
	char *model;    /* pattern */
	char *positive; /* the class that scores are the probability of; NULL: not said */
};

/* About the inputs and outputs that match. */
struct config_feature {
	char *model, *feature; /* patterns */
	bool has_role;
	enum feature_role role;
	double watch, drift; /* PSI; NaN: not said */
	bool has_mask, mask; /* values are not kept in recordings */
};

/* A command that gets an alert as JSON on its standard input. Never a shell string. */
struct config_action {
	char **argv; /* NULL-terminated */
	size_t argc;
	unsigned severities; /* 1 << SEVERITY_WARN, 1 << SEVERITY_CRIT */
	bool on_clear;       /* also when it clears */
	int64_t timeout_ms;
	size_t output_bytes; /* what it may write; the rest is dropped */
	char *rule;          /* pattern of rule names; NULL: all */
	char *model;         /* pattern; NULL: all */
};

/* What a key does; the names of actions and keys are the screen's business. */
struct config_bind {
	char *action;
	char *keys[CONFIG_BIND_KEYS_MAX];
	size_t nkeys; /* 0: none does it */
};

/* The columns of a screen's list, in their order; the names of both are the screens' business. */
struct config_columns {
	char *screen;
	char *names[CONFIG_COLUMNS_MAX];
	size_t n;
};

/* The same where whoever has the names owns them: what there is to choose from, or what was chosen. */
struct config_table {
	const char *screen;
	const char *columns[CONFIG_COLUMNS_MAX];
	size_t ncolumns;
};

/* What models are called together. */
struct config_group {
	char *model; /* pattern */
	char *name;
};

/* Said while the program runs: "rules.latency.crit", and the value in JSON. */
struct config_set {
	char *name, *json;
	bool saved; /* the file says so, too */
};

struct config {
	char *path; /* of the file; NULL: none */
	char *text; /* what it said, with what was set since; NULL: nothing */
	size_t text_n;
	struct config_set *sets; /* each name once */
	size_t nsets, sets_cap;
	struct config_model *models;
	size_t nmodels, models_cap;
	struct config_feature *features;
	size_t nfeatures, features_cap;
	struct rules rules;
	double budget_per_week;           /* false drift alarms a week, over the fleet */
	const char *drift_rule;           /* a name of rule_drift_presets */
	struct config_action *actions;
	size_t nactions, actions_cap;
	bool clipboard;  /* the terminal's takes the line that `y` shows; true */
	bool bell;       /* the terminal's, when an alert fires; true */
	char *theme;     /* NULL: not said */
	bool has_window;
	enum window window;
	bool has_glyphs;
	enum glyphs glyphs; /* as far as the terminal has them */
	bool utc;  /* times in UTC, not in local time; false */
	bool slow; /* drawn as for a slow link, whatever it is; false */
	char **streams; /* patterns; none: the default ones */
	size_t nstreams, streams_cap;
	struct config_bind *binds;
	size_t nbinds, binds_cap;
	struct config_columns *columns;
	size_t ncolumns, columns_cap;
	struct config_group *groups; /* of models; the first one that matches is a model's */
	size_t ngroups, groups_cap;
	char **masks; /* patterns of MODEL.FEATURE whose values are not recorded */
	size_t nmasks, masks_cap;
	char *record_dir; /* where recordings go; NULL: not said */
	uint64_t flight_mib; /* of the flight recorder's memory */
};

/* ERR_NOMEM: then it may still be released. */
int config_init(struct config *c, struct err *err);
void config_release(struct config *c);

void config_action_release(struct config_action *a);
void config_bind_release(struct config_bind *b);
void config_columns_release(struct config_columns *c);
void config_group_release(struct config_group *g);
/* All that was set is in the file now. */
void config_sets_saved(struct config *c);

/* What holds for one name: the entries that match it, merged; patterns are NULL, texts borrowed. c NULL: nothing is
 * said. O(entries). */
struct config_model config_model_of(const struct config *c, struct slice model);
struct config_feature config_feature_of(const struct config *c, struct slice model, struct slice feature);

/* A name as a pattern that only it matches, the caller's by mem_free; NULL: no memory. */
char *config_pattern_of(struct slice name);

/* The name of the first group that takes the model; NULL: none does. O(groups). */
const char *config_group_of(const struct config_group *groups, size_t n, struct slice model);

#endif
