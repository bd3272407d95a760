/* The live dashboard over given sources: what `drifttop` and `drifttop demo` share. */
#ifndef TUI_DASH_H
#define TUI_DASH_H

#include <stddef.h>

#include "core/err.h"
#include "tui/env.h"
#include "tui/options.h"

/*
 * Runs until the user quits or the terminal is gone. sources: in place of the options'; NULL:
 * those. endpoint: what the first line calls them; NULL: their URL. ERR_UNSUPPORTED with a sentence
 * where there is no usable terminal.
 */
int dash_run(const struct options *o, const struct env *env, const char *const *sources,
    size_t nsources, const char *endpoint, struct err *err);

#endif
