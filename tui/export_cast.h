/* A recording, played without a terminal, as a screen cast. */
#ifndef TUI_EXPORT_CAST_H
#define TUI_EXPORT_CAST_H

#include <stdio.h>

#include "core/err.h"
#include "tui/env.h"
#include "tui/options.h"

/* Options that only a cast takes. ERR_USAGE where one was given with another format. */
int export_cast_refuse(const struct options *o, struct err *err);

/*
 * Plays the first operand from --from to --to, --speed times as fast, behind --keys, and writes what a screen of --size
 * shows. The same recording and options give the same bytes. What replay_file_open can fail with; ERR_USAGE.
 */
int export_cast(const struct options *o, const struct env *env, FILE *to, struct err *err);

#endif
