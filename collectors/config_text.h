/* What of a configuration file goes into recordings: all that figures and alerts depend on, and nothing that is run. */
#ifndef COLLECTORS_CONFIG_TEXT_H
#define COLLECTORS_CONFIG_TEXT_H

#include <stddef.h>

#include "core/config.h"
#include "core/err.h"

/*
 * The file's JSON without comments, without its actions, keys, streams and what is said of recordings. *text is the
 * caller's, by mem_free. path NULL: "". Errors as reading it: it may have changed since it was read.
 */
int config_text_recorded(char **text, size_t *n, const char *path, struct err *err);

/*
 * A configuration from such a text. What it says wrong is in *why, and then c is what is built in; text empty: that,
 * too. ERR_NOMEM.
 */
int config_text_parse(struct config *c, struct slice text, struct err *why, struct err *err);

#endif
