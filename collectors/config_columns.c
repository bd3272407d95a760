/* Columns of the lists on the screens: which, and in which order. What lists and columns there are is the screens'
 * business, who hand it over as names. */
#include <string.h>

#include "collectors/config_file_impl.h"
#include "core/limits.h"
#include "core/mem.h"

/* NULL with the fault told, in *rc; or where nobody knows what lists there are. */
static const struct config_table *
find_table(struct config_reader *r, const struct json_node *v, int *rc)
{
	const char *names[CONFIG_TABLES_MAX];
	size_t n = r->names ? r->names->ntables : 0;

	for (size_t i = 0; i < n; i++) {
		names[i] = r->names->tables[i].screen;
		if (strcmp(names[i], json_doc_key(v)) == 0)
			return &r->names->tables[i];
	}
	if (n > 0)
		*rc = config_fault_word(r, v, "screen", json_doc_key(v), names, n);
	return NULL;
}

static int
read_name(struct config_reader *r, const struct json_node *v, const struct config_table *t, struct config_columns *c)
{
	const char *name;
	size_t i = 0;
	int rc;

	if (c->n == CONFIG_COLUMNS_MAX)
		return CONFIG_FAULT(r, v, "is one too many: at most %d", CONFIG_COLUMNS_MAX);
	c->names[c->n] = NULL;
	rc = config_read_text(r, v, &c->names[c->n]);
	if (rc)
		return rc;
	name = c->names[c->n++];
	while (t && i < t->ncolumns && strcmp(t->columns[i], name) != 0)
		i++;
	if (t && i == t->ncolumns)
		return config_fault_word(r, v, "column", name, t->columns, t->ncolumns);
	for (i = 0; i + 1 < c->n; i++)
		if (strcmp(c->names[i], name) == 0)
			return CONFIG_FAULT(r, v, "'%s' is there twice", name);
	return 0;
}

static int
read_list(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;
	struct config_columns *grown;
	const struct config_table *t;
	const struct json_node *i;
	int rc = 0;

	t = find_table(r, v, &rc);
	for (size_t k = 0; k < c->ncolumns && !rc; k++)
		if (strcmp(c->columns[k].screen, json_doc_key(v)) == 0)
			rc = CONFIG_FAULT(r, v, "is there twice");
	if (rc)
		return rc;
	if (json_doc_kind(v) != JSON_DOC_ARRAY)
		return config_fault_kind(r, v, "an array of texts");
	if (!json_doc_first(v))
		return CONFIG_FAULT(r, v, "names no column");
	grown = config_grow_list(r, v, c->columns, c->ncolumns, &c->columns_cap, CONFIG_TABLES_MAX, sizeof(*grown),
	    &rc);
	if (!grown)
		return rc;
	c->columns = grown;
	grown += c->ncolumns;
	*grown = (struct config_columns){.screen = mem_dup(json_doc_key(v), strlen(json_doc_key(v)))};
	if (!grown->screen)
		return err_nomem(r->err);
	c->ncolumns++;
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i))
		rc = read_name(r, i, t, grown);
	return rc;
}

int
config_read_columns(struct config_reader *r, const struct json_node *v)
{
	const struct json_node *i;
	int rc = 0;

	if (json_doc_kind(v) != JSON_DOC_OBJECT)
		return config_fault_kind(r, v, "an object");
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i))
		rc = read_list(r, i);
	return rc;
}
