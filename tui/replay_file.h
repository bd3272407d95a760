/* A recording that was named on the command line: opened, at the moment and speed asked for. */
#ifndef TUI_REPLAY_FILE_H
#define TUI_REPLAY_FILE_H

#include <stdbool.h>

#include "core/err.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/replay.h"

struct replay_file {
	struct recording *rec;
	struct replay *replay;
};

/* Whether this source is a recording: by what it begins with, or, where it is not there or empty, by its name. */
bool replay_file_is(const char *source);

/*
 * The first operand, at --at: a time as the dashboard's prompt takes it, from the end on. begin: where none was given,
 * at the first key, else at the end. ERR_USAGE, and what recording_open and player_open can fail with.
 */
int replay_file_open(
    struct replay_file *f, const struct options *o, const struct env *env, bool begin, struct err *err);
void replay_file_close(struct replay_file *f);

/* The ui's settings for it. */
void replay_file_ui(const struct options *o, const struct env *env, struct ui_options *out);

#endif
