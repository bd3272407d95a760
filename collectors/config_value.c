/* Plain values of a configuration, and what is said of those that are wrong. */
#include <stdio.h>
#include <string.h>

#include "collectors/config_file_impl.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/nearest.h"

int
config_fault_kind(struct config_reader *r, const struct json_node *v, const char *expected)
{
	return CONFIG_FAULT(r, v, "must be %s, not %s", expected, json_doc_kind_names[json_doc_kind(v)]);
}

int
config_fault_word(struct config_reader *r, const struct json_node *v, const char *what, const char *word,
    const char *const *names, size_t n)
{
	char list[200] = "";
	struct nearest near;
	const char *best;
	size_t i, at = 0;

	nearest_init(&near, slice_of(word));
	for (i = 0; i < n; i++) {
		nearest_offer(&near, names[i]);
		if (at < sizeof(list))
			at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", at ? ", " : "", names[i]);
	}
	best = nearest_name(&near);
	if (best)
		return CONFIG_FAULT(r, v, "unknown %s '%.60s'; did you mean '%s'?", what, word, best);
	return CONFIG_FAULT(r, v, "unknown %s '%.60s'; there are %s", what, word, list);
}

int
config_read_text(struct config_reader *r, const struct json_node *v, char **out)
{
	const char *text = json_doc_text(v);

	if (!text)
		return config_fault_kind(r, v, "a text");
	if (!*text)
		return CONFIG_FAULT(r, v, "is empty");
	if (strlen(text) > LIMIT_NAME_BYTES)
		return CONFIG_FAULT(r, v, "is longer than %d bytes", LIMIT_NAME_BYTES);
	mem_free(*out);
	*out = mem_dup(text, strlen(text));
	return *out ? 0 : err_nomem(r->err);
}

int
config_check_pattern(struct config_reader *r, const struct json_node *v, const char *pattern)
{
	if (!strchr(pattern, '|'))
		return 0;
	return CONFIG_FAULT(r, v,
	    "'%.60s': a pattern has no alternatives; say it once for each of them ('?' stands for a bar in a name)",
	    pattern);
}

int
config_read_pattern(struct config_reader *r, const struct json_node *v, char **out)
{
	const char *text = json_doc_text(v);
	int rc = text ? config_check_pattern(r, v, text) : 0;

	return rc ? rc : config_read_text(r, v, out);
}

int
config_read_bool(struct config_reader *r, const struct json_node *v, bool *out)
{
	if (json_doc_kind(v) != JSON_DOC_BOOL)
		return config_fault_kind(r, v, "true or false");
	*out = json_doc_bool(v);
	return 0;
}

int
config_read_whole(struct config_reader *r, const struct json_node *v, uint64_t *out)
{
	if (!json_doc_is_whole(v))
		return json_doc_kind(v) == JSON_DOC_NUMBER ? CONFIG_FAULT(r, v, "must be a whole number, 0 or more")
							   : config_fault_kind(r, v, "a whole number");
	*out = (uint64_t)json_doc_number(v);
	return 0;
}

int
config_read_span(struct config_reader *r, const struct json_node *v, int64_t *ms)
{
	const char *text = json_doc_text(v);

	if (json_doc_kind(v) == JSON_DOC_NUMBER && json_doc_number(v) > 0)
		return CONFIG_FAULT(r, v, "%.10g of what? Say \"%.10gs\" or \"%.10gm\"", json_doc_number(v),
		    json_doc_number(v), json_doc_number(v));
	if (json_doc_kind(v) == JSON_DOC_NUMBER && json_doc_is_whole(v)) {
		*ms = 0;
		return 0;
	}
	if (!text)
		return config_fault_kind(r, v, "a time such as \"2m\"");
	if (!expr_parse_span(slice_of(text), ms))
		return CONFIG_FAULT(r, v, "'%.40s' is no time: say such as \"2m\" or \"90s\"", text);
	return 0;
}

int
config_read_window(struct config_reader *r, const struct json_node *v, enum window *out)
{
	const char *text = json_doc_text(v);

	if (!text)
		return config_fault_kind(r, v, "a text");
	*out = window_find(slice_of(text));
	if (*out == WINDOW_COUNT)
		return config_fault_word(r, v, "window", text, window_names, WINDOW_COUNT);
	return 0;
}

int
config_read_number(struct config_reader *r, const struct json_node *v, double least, double most, double *out)
{
	double x = json_doc_number(v);

	if (json_doc_kind(v) != JSON_DOC_NUMBER)
		return config_fault_kind(r, v, "a number");
	if (!(x > least && x <= most))
		return CONFIG_FAULT(r, v, "%.10g must be above %.10g and at most %.10g", x, least, most);
	*out = x;
	return 0;
}

void *
config_grow_list(struct config_reader *r, const struct json_node *v, void *list, size_t n, size_t *cap, size_t max,
    size_t bytes, int *rc)
{
	void *grown;

	if (n == max) {
		*rc = CONFIG_FAULT(r, v, "is one too many: at most %zu", max);
		return NULL;
	}
	grown = mem_grow(list, cap, n + 1, bytes);
	if (!grown)
		*rc = err_nomem(r->err);
	return grown;
}
