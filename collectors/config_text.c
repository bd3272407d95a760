#include "collectors/config_text.h"

#include <string.h>

#include "collectors/config_file.h"
#include "collectors/json_doc.h"
#include "core/jsonw.h"
#include "core/mem.h"

/* The document is as deep as a configuration can be: its reader refuses what is deeper. */
static void
put(struct jsonw *w, const struct json_node *v)
{
	const struct json_node *i;

	switch (json_doc_kind(v)) {
	case JSON_DOC_NULL:
		jsonw_null(w);
		break;
	case JSON_DOC_BOOL:
		jsonw_bool(w, json_doc_bool(v));
		break;
	case JSON_DOC_NUMBER:
		jsonw_double(w, json_doc_number(v));
		break;
	case JSON_DOC_TEXT:
		jsonw_string(w, slice_of(json_doc_text(v)));
		break;
	case JSON_DOC_ARRAY:
		jsonw_open_array(w);
		for (i = json_doc_first(v); i; i = json_doc_next(i))
			put(w, i);
		jsonw_close(w);
		break;
	case JSON_DOC_OBJECT:
		jsonw_open_object(w);
		for (i = json_doc_first(v); i; i = json_doc_next(i)) {
			jsonw_key(w, json_doc_key(i));
			put(w, i);
		}
		jsonw_close(w);
		break;
	}
}

static char *
write_recorded(const struct json_node *root, size_t *n, struct err *err)
{
	static const char *const left_out[] = {"actions", "keys", "record", "streams"};
	const struct json_node *i;
	struct jsonw w;
	size_t k;

	jsonw_init(&w);
	jsonw_open_object(&w);
	for (i = json_doc_first(root); i; i = json_doc_next(i)) {
		for (k = 0; k < 4 && strcmp(json_doc_key(i), left_out[k]) != 0; k++)
			;
		if (k < 4)
			continue;
		jsonw_key(&w, json_doc_key(i));
		put(&w, i);
	}
	jsonw_close(&w);
	return jsonw_take(&w, n, err);
}

int
config_text_recorded(char **text, size_t *n, const char *path, struct err *err)
{
	struct json_doc *doc = NULL;
	char *file = NULL;
	size_t bytes = 0;
	int rc = 0;

	*text = path ? NULL : mem_dup("", 0);
	*n = 0;
	if (!path)
		return *text ? 0 : err_nomem(err);
	rc = json_doc_read_file(path, CONFIG_FILE_BYTES_MAX, &file, &bytes, err);
	if (!rc)
		rc = json_doc_parse_commented(&doc, file, bytes, err);
	if (!rc) {
		*text = write_recorded(json_doc_root(doc), n, err);
		rc = *text ? 0 : ERR_NOMEM;
	}
	json_doc_free(doc);
	mem_free(file);
	return rc;
}

int
config_text_parse(struct config *c, struct slice text, struct err *why, struct err *err)
{
	const struct config_names any = {.nthemes = 0};
	char *copy;
	int rc = config_init(c, err);

	if (rc || !text.n)
		return rc;
	copy = mem_dup(text.p, text.n);
	if (!copy)
		return err_nomem(err);
	rc = config_file_parse(c, "of the recording", copy, text.n, &any, why);
	mem_free(copy);
	if (rc == ERR_NOMEM)
		return err_nomem(err);
	if (rc) {
		config_release(c);
		rc = config_init(c, err);
	}
	return rc;
}
