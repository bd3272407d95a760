/* --plain: what changes as lines on standard output, in place of a screen (tui/follow.h). */
#ifndef TUI_FOLLOW_RUN_H
#define TUI_FOLLOW_RUN_H

#include <stddef.h>

#include "core/err.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/replay.h"

/*
 * As dash_run (tui/dash.h), without a terminal. It ends with its sources where these are files, when its reader has
 * gone, and at SIGINT, SIGTERM and SIGHUP; all of these are success. ERR_USAGE for options of a screen.
 */
int follow_run(const struct options *o, const struct env *env, const char *const *sources, size_t nsources,
    const char *endpoint, struct err *err);

/* A recording from the moment it stands at to its end, as fast as it is read. */
int follow_replay(const struct options *o, const struct env *env, struct replay *replay, const char *name,
    struct err *err);

#endif
