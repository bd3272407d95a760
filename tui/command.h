/*
 * The commands. Each one gets the command line understood and the world it runs in, and returns 0
 * or an error code with one sentence for standard error. main turns ERR_USAGE into exit status 2
 * and everything else into 1.
 */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include "core/err.h"
#include "tui/env.h"
#include "tui/options.h"

int cmd_record(const struct options *o, const struct env *env, struct err *err);
int cmd_dash(const struct options *o, const struct env *env, struct err *err);
int cmd_demo(const struct options *o, const struct env *env, struct err *err);
int cmd_report(const struct options *o, const struct env *env, struct err *err);
int cmd_replay(const struct options *o, const struct env *env, struct err *err);
int cmd_export(const struct options *o, const struct env *env, struct err *err);
int cmd_snapshot(const struct options *o, const struct env *env, struct err *err);
int cmd_baseline(const struct options *o, const struct env *env, struct err *err);

/* *status: 0 ok, 1 warning, 2 critical, 3 unknown; with an error it is 3, too. */
int cmd_check(const struct options *o, const struct env *env, int *status, struct err *err);
/* *status: 0 whole, 1 not; with an error it is 1, too. */
int cmd_verify(const struct options *o, const struct env *env, int *status, struct err *err);
int cmd_cut(const struct options *o, const struct env *env, struct err *err);
int cmd_config(const struct options *o, const struct env *env, struct err *err);
int cmd_help(const struct options *o, const struct env *env, struct err *err);
int cmd_publish(const struct options *o, const struct env *env, struct err *err);

#endif
