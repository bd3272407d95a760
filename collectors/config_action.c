/* The commands that a configuration has run for alerts. */
#include <string.h>

#include "collectors/config_file_impl.h"
#include "core/mem.h"

#define TIMEOUT_MAX_MS	 600000
#define OUTPUT_MAX_BYTES 16777216

static int
read_action(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;
	struct config_action *grown;
	int rc = 0;

	grown = config_grow_list(r, v, c->actions, c->nactions, &c->actions_cap, CONFIG_ACTIONS_MAX, sizeof(*grown),
	    &rc);
	if (!grown)
		return rc;
	c->actions = grown;
	r->action = &grown[c->nactions++];
	*r->action = (struct config_action){.severities = 1u << SEVERITY_CRIT,
	    .timeout_ms = CONFIG_ACTION_TIMEOUT_MS,
	    .output_bytes = CONFIG_ACTION_OUTPUT_BYTES};
	rc = config_read_object(r, CONFIG_ACTION, v);
	if (!rc && !r->action->argc)
		rc = config_fault_missing(r, CONFIG_ACTION, v, "command");
	return rc;
}

int
config_read_actions(struct config_reader *r, const struct json_node *v)
{
	const struct json_node *i;
	int rc = 0;

	if (json_doc_kind(v) != JSON_DOC_ARRAY)
		return config_fault_kind(r, v, "an array");
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i))
		rc = read_action(r, i);
	return rc;
}

int
config_action_command(struct config_reader *r, const struct json_node *v)
{
	struct config_action *a = r->action;
	size_t n = json_doc_count(v);
	const struct json_node *i;

	if (json_doc_kind(v) == JSON_DOC_TEXT)
		return CONFIG_FAULT(r, v, "is run without a shell: say [\"/path/to/program\", \"word\"]");
	if (json_doc_kind(v) != JSON_DOC_ARRAY)
		return config_fault_kind(r, v, "an array of texts");
	if (!n || n > CONFIG_ARGS_MAX)
		return CONFIG_FAULT(r, v, "must have 1 to %d words", CONFIG_ARGS_MAX);
	a->argv = mem_calloc(n + 1, sizeof(*a->argv));
	if (!a->argv)
		return err_nomem(r->err);
	for (i = json_doc_first(v); i; i = json_doc_next(i)) {
		const char *text = json_doc_text(i);

		if (!text)
			return config_fault_kind(r, i, "a text");
		if (!a->argc && !*text)
			return CONFIG_FAULT(r, i, "is empty");
		a->argv[a->argc] = mem_dup(text, strlen(text));
		if (!a->argv[a->argc])
			return err_nomem(r->err);
		a->argc++;
	}
	return 0;
}

int
config_action_on(struct config_reader *r, const struct json_node *v)
{
	static const char *const words[] = {"warn", "crit", "clear"};
	const struct json_node *i;

	if (json_doc_kind(v) != JSON_DOC_ARRAY || !json_doc_count(v))
		return config_fault_kind(r, v, "an array of warn, crit and clear, not empty");
	r->action->severities = 0;
	for (i = json_doc_first(v); i; i = json_doc_next(i)) {
		const char *text = json_doc_text(i);

		if (!text)
			return config_fault_kind(r, i, "a text");
		if (strcmp(text, "warn") == 0)
			r->action->severities |= 1u << SEVERITY_WARN;
		else if (strcmp(text, "crit") == 0)
			r->action->severities |= 1u << SEVERITY_CRIT;
		else if (strcmp(text, "clear") == 0)
			r->action->on_clear = true;
		else
			return config_fault_word(r, i, "occasion", text, words, 3);
	}
	return 0;
}

int
config_action_rule(struct config_reader *r, const struct json_node *v)
{
	return config_read_pattern(r, v, &r->action->rule);
}

int
config_action_model(struct config_reader *r, const struct json_node *v)
{
	return config_read_pattern(r, v, &r->action->model);
}

int
config_action_timeout(struct config_reader *r, const struct json_node *v)
{
	int rc = config_read_span(r, v, &r->action->timeout_ms);

	if (!rc && (r->action->timeout_ms <= 0 || r->action->timeout_ms > TIMEOUT_MAX_MS))
		rc = CONFIG_FAULT(r, v, "must be above 0 and at most 10m");
	return rc;
}

int
config_action_output(struct config_reader *r, const struct json_node *v)
{
	uint64_t n = 0;
	int rc = config_read_whole(r, v, &n);

	if (!rc && n > OUTPUT_MAX_BYTES)
		rc = CONFIG_FAULT(r, v, "must be at most %d bytes", OUTPUT_MAX_BYTES);
	r->action->output_bytes = (size_t)n;
	return rc;
}

int
config_check_actions(struct config_reader *r, const struct json_node *root)
{
	const struct json_node *list = json_doc_member(root, "actions"), *i;
	int rc = 0;

	for (i = list ? json_doc_first(list) : NULL; i && !rc; i = json_doc_next(i))
		if (json_doc_member(i, "rule"))
			rc = config_check_action_rule(r, json_doc_member(i, "rule"));
	return rc;
}
