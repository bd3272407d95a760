/*
 * Changes one value in the text of a configuration and leaves every other byte as it is: comments, order and indents
 * are a person's. What is not there yet is put behind the last member of its object.
 */
#ifndef COLLECTORS_CONFIG_EDIT_H
#define COLLECTORS_CONFIG_EDIT_H

#include <stddef.h>

#include "core/err.h"
#include "core/slice.h"

#define CONFIG_EDIT_DEPTH 8

/*
 * text: JSON with comments, as config_file_parse takes it; a text of blanks counts as "{}". path[0..depth): keys from
 * the top, each of a member of an object. json: the value in JSON. *out: the new text with a NUL behind it, the
 * caller's by mem_free. Of members that are there twice the last one is changed. ERR_FORMAT: the text is no JSON, or
 * something on the way is no object; ERR_LIMIT, ERR_NOMEM.
 */
int config_edit_set(struct slice text, const struct slice *path, size_t depth, const char *json, char **out, size_t *n,
    struct err *err);

/*
 * The same for one key of what a list has under a name: {"list": [{"name": ..., key: json}]}. Of several the last one
 * that says no model, version or feature, which is for all; where there is none it comes first, so that what is for
 * some stays what it is. As config_edit_set.
 */
int config_edit_set_named(struct slice text, const char *list, struct slice name, const char *key, const char *json,
    char **out, size_t *n, struct err *err);

/* The value that those above would change, as it stands in the text; p NULL: it is not said. */
struct slice config_edit_find(struct slice text, const struct slice *path, size_t depth);
struct slice config_edit_find_named(struct slice text, const char *list, struct slice name, const char *key);

#endif
