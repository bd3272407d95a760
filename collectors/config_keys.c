/* Keys of the configuration: which key does what. Names of actions and keys are known by the screens alone, which are
 * asked when all have been read; here they get their place in the file. */
#include <string.h>

#include "collectors/config_file_impl.h"
#include "core/limits.h"
#include "core/mem.h"

static int
read_key(struct config_reader *r, const struct json_node *v, struct config_bind *b)
{
	int rc;

	if (b->nkeys == CONFIG_BIND_KEYS_MAX)
		return CONFIG_FAULT(r, v, "is one too many: at most %d", CONFIG_BIND_KEYS_MAX);
	b->keys[b->nkeys] = NULL;
	rc = config_read_text(r, v, &b->keys[b->nkeys]);
	b->nkeys += !rc;
	return rc;
}

static int
read_bind(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;
	struct config_bind *grown, *b;
	const struct json_node *i;
	int rc = 0;

	if (c->nbinds == CONFIG_BINDS_MAX)
		return CONFIG_FAULT(r, v, "is one too many: at most %d", CONFIG_BINDS_MAX);
	for (size_t k = 0; k < c->nbinds; k++)
		if (strcmp(c->binds[k].action, json_doc_key(v)) == 0)
			return CONFIG_FAULT(r, v, "is there twice");
	grown = mem_grow(c->binds, &c->binds_cap, c->nbinds + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(r->err);
	c->binds = grown;
	b = &grown[c->nbinds];
	*b = (struct config_bind){.action = mem_dup(json_doc_key(v), strlen(json_doc_key(v)))};
	if (!b->action)
		return err_nomem(r->err);
	c->nbinds++;
	switch (json_doc_kind(v)) {
	case JSON_DOC_NULL:
		return 0;
	case JSON_DOC_TEXT:
		return read_key(r, v, b);
	case JSON_DOC_ARRAY:
		for (i = json_doc_first(v); i && !rc; i = json_doc_next(i))
			rc = read_key(r, i, b);
		return rc;
	default:
		return config_fault_kind(r, v, "a text, an array of texts or null");
	}
}

/* The n-th member or element, from 0. */
static const struct json_node *
nth(const struct json_node *v, size_t n)
{
	const struct json_node *i = json_doc_first(v);

	while (i && n--)
		i = json_doc_next(i);
	return i;
}

int
config_read_keys(struct config_reader *r, const struct json_node *v)
{
	struct config *c = r->config;
	const struct json_node *i, *at;
	struct err why = {0};
	size_t bind, key;
	int rc = 0;

	if (json_doc_kind(v) != JSON_DOC_OBJECT)
		return config_fault_kind(r, v, "an object");
	for (i = json_doc_first(v); i && !rc; i = json_doc_next(i))
		rc = read_bind(r, i);
	if (rc || !r->names || !r->names->check_keys ||
	    !r->names->check_keys(c->binds, c->nbinds, &bind, &key, &why))
		return rc;
	at = nth(v, bind);
	if (json_doc_kind(at) == JSON_DOC_ARRAY && key < c->binds[bind].nkeys)
		at = nth(at, key);
	return CONFIG_FAULT(r, at, "%s", strncmp(why.msg, "keys: ", 6) == 0 ? why.msg + 6 : why.msg);
}
