/* The dashboard over given sources, which `drifttop` and `drifttop demo` share, and over a recording. */
#ifndef TUI_DASH_H
#define TUI_DASH_H

#include <stddef.h>

#include "core/err.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/replay.h"

/*
 * Runs until the user quits or the terminal is gone. sources: in place of the options'; NULL:
 * those. endpoint: what the first line calls them; NULL: their URL. ERR_UNSUPPORTED with a sentence
 * where there is no usable terminal.
 */
int dash_run(const struct options *o, const struct env *env, const char *const *sources,
    size_t nsources, const char *endpoint, struct err *err);

/* The same over a recording alone; replay: borrowed. */
int dash_replay(const struct options *o, const struct env *env, struct replay *replay, const struct ui_options *uo,
    struct err *err);

#endif
