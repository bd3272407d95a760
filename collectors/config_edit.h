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

#endif
