/* Groups of models: which names are shown as one on the fleet. */
#include <string.h>

#include "collectors/config_file_impl.h"
#include "core/limits.h"
#include "core/mem.h"

/*
 * Whether all that the later pattern takes is taken by the earlier one already. It is where the earlier takes the
 * later's text, as long as nothing in either stands for less than itself: sets and `?` are left alone.
 */
static bool
is_covered(const char *earlier, const char *later)
{
	return !strpbrk(earlier, "?[]\\") && !strchr(later, '[') && slice_glob(slice_of(earlier), slice_of(later));
}

static int
check_reached(struct config_reader *r, const struct json_node *v, const char *pattern)
{
	const struct config *c = r->config;

	for (size_t i = 0; i < c->ngroups; i++) {
		if (strcmp(c->groups[i].model, pattern) == 0)
			return CONFIG_FAULT(r, v, "is there twice");
		if (is_covered(c->groups[i].model, pattern))
			return CONFIG_FAULT(r, v, "gets no model: '%.60s' above takes them all; put this one above it",
			    c->groups[i].model);
	}
	return 0;
}

static int
read_group(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;
	const char *pattern = json_doc_key(v);
	struct config_group *grown, *g;
	int rc = 0;

	if (!*pattern || strlen(pattern) > LIMIT_NAME_BYTES)
		return CONFIG_FAULT(r, v, "a pattern of model names has 1 to %d bytes", LIMIT_NAME_BYTES);
	if (config_check_pattern(r, v, pattern) || check_reached(r, v, pattern))
		return ERR_USAGE;
	if (json_doc_kind(v) != JSON_DOC_TEXT)
		return config_fault_kind(r, v, "the name of a group, a text");
	grown = config_grow_list(r, v, c->groups, c->ngroups, &c->groups_cap, CONFIG_GROUPS_MAX, sizeof(*grown), &rc);
	if (!grown)
		return rc;
	c->groups = grown;
	g = &grown[c->ngroups];
	*g = (struct config_group){.model = mem_dup(pattern, strlen(pattern))};
	c->ngroups++;
	return g->model ? config_read_text(r, v, &g->name) : err_nomem(r->err);
}

int
config_read_groups(struct config_reader *r, const struct json_node *v)
{
	int rc = 0;

	if (json_doc_kind(v) != JSON_DOC_OBJECT)
		return config_fault_kind(r, v, "an object");
	for (const struct json_node *i = json_doc_first(v); i && !rc; i = json_doc_next(i))
		rc = read_group(r, i);
	return rc;
}
