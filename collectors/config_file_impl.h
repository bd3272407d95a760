/* What the files that read a configuration share; nobody else includes it. */
#ifndef COLLECTORS_CONFIG_FILE_IMPL_H
#define COLLECTORS_CONFIG_FILE_IMPL_H

#include "collectors/config_file.h"
#include "collectors/json_doc.h"

/* Where reading is: what the objects around it are about. */
struct config_reader {
	const struct json_doc *doc;
	struct config *config;
	const struct config_names *names;
	struct err *err;
	const char *model, *feature; /* patterns of the objects around; NULL: none */
	struct config_model *about_model;
	struct config_feature *about_feature;
	struct config_action *action;
	struct rule *rule;
	const struct json_node *rule_for; /* "for", which holds for what does not say its own */
	bool warn_said, crit_said; /* their expressions say "for" themselves */
	bool window_said;
};

/* Reads the members of an object by the rows of config_keys for it. */
int config_read_object(struct config_reader *r, enum config_object object, const struct json_node *v);

/* A fault at v: ERR_USAGE. */
#define CONFIG_FAULT(r, v, ...) json_doc_fault((r)->doc, v, ERR_USAGE, (r)->err, __VA_ARGS__)

/* What was found where something else was expected. */
int config_fault_kind(struct config_reader *r, const struct json_node *v, const char *expected);

/* A text of 1 to LIMIT_NAME_BYTES bytes, copied; what was in *out is freed. */
int config_read_text(struct config_reader *r, const struct json_node *v, char **out);

/* The same for a pattern of names. In expressions a bar is "or", here it would only be a bar: nothing has it. */
int config_read_pattern(struct config_reader *r, const struct json_node *v, char **out);
int config_check_pattern(struct config_reader *r, const struct json_node *v, const char *pattern);

int config_read_bool(struct config_reader *r, const struct json_node *v, bool *out);
int config_read_whole(struct config_reader *r, const struct json_node *v, uint64_t *out);
int config_read_span(struct config_reader *r, const struct json_node *v, int64_t *ms);
int config_read_window(struct config_reader *r, const struct json_node *v, enum window *out);

/* A number above `least` and at most `most`. */
int config_read_number(struct config_reader *r, const struct json_node *v, double least, double most, double *out);

/* Room for one more element of a list that may have `max`; NULL with the fault told, in *rc. */
void *config_grow_list(struct config_reader *r, const struct json_node *v, void *list, size_t n, size_t *cap,
    size_t max, size_t bytes, int *rc);

/* "did you mean", for a word that is none of the names. */
int config_fault_word(struct config_reader *r, const struct json_node *v, const char *what, const char *word,
    const char *const *names, size_t n);

/* A key that must be there and is not; a key that nobody knows is told first, as it may be that one. */
int config_fault_missing(
    struct config_reader *r, enum config_object object, const struct json_node *v, const char *key);

/* config_rule.c: the rules of an array, and those by name inside a model or feature. */
int config_read_rules(struct config_reader *r, const struct json_node *v);
int config_read_rules_here(struct config_reader *r, const struct json_node *v);
int config_rule_name(struct config_reader *r, const struct json_node *v);
int config_rule_model(struct config_reader *r, const struct json_node *v);
int config_rule_version(struct config_reader *r, const struct json_node *v);
int config_rule_feature(struct config_reader *r, const struct json_node *v);
int config_rule_warn(struct config_reader *r, const struct json_node *v);
int config_rule_crit(struct config_reader *r, const struct json_node *v);
int config_rule_clear(struct config_reader *r, const struct json_node *v);
int config_rule_for(struct config_reader *r, const struct json_node *v);
int config_rule_min_events(struct config_reader *r, const struct json_node *v);
int config_rule_window(struct config_reader *r, const struct json_node *v);
int config_rule_off(struct config_reader *r, const struct json_node *v);

/* config_keys.c, config_columns.c, config_group.c */
int config_read_keys(struct config_reader *r, const struct json_node *v);
int config_read_columns(struct config_reader *r, const struct json_node *v);
int config_read_groups(struct config_reader *r, const struct json_node *v);

/* config_action.c: the actions of an array, and what one says. */
int config_read_actions(struct config_reader *r, const struct json_node *v);
int config_action_command(struct config_reader *r, const struct json_node *v);
int config_action_on(struct config_reader *r, const struct json_node *v);
int config_action_rule(struct config_reader *r, const struct json_node *v);
int config_action_model(struct config_reader *r, const struct json_node *v);
int config_action_timeout(struct config_reader *r, const struct json_node *v);
int config_action_output(struct config_reader *r, const struct json_node *v);

/* Rules may stand behind the actions, so that these are looked at, in the file as a whole, when all has been read. */
int config_check_actions(struct config_reader *r, const struct json_node *root);

/* The pattern of an action's rules must be that of one: an action that never runs is found out too late. */
int config_check_action_rule(struct config_reader *r, const struct json_node *v);

#endif
