/*
 * Commands that are run for an alert: an array of arguments, never a shell. The command gets one JSON object on its
 * standard input, and may take its time and write what it likes only within bounds: past its timeout its process group
 * is killed, past its output the rest is read and dropped. What comes of it is told as a FACT_ACTION; nothing that a
 * command does stops anything here.
 *
 * At most ACTION_RUNNING_MAX run at once; ACTION_QUEUE_MAX wait, what comes then is dropped and counted.
 */
#ifndef COLLECTORS_ACTION_H
#define COLLECTORS_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "collectors/source.h"
#include "core/config.h"
#include "core/err.h"

#define ACTION_RUNNING_MAX 4
#define ACTION_QUEUE_MAX   64
#define ACTION_DRAIN_MS	   200 /* after its end, for output that somebody it left behind still holds open */

struct actions;

/*
 * list is borrowed, and env, NULL-terminated (NULL: this process's). sink gets FACT_ACTION at the start and the end of
 * each run. ERR_NOMEM.
 */
int actions_new(struct actions **out, uv_loop_t *loop, const struct config_action *list, size_t n, char **env,
    const struct sink *sink, struct err *err);

/* Runs list[index] with this on its standard input, now or when another one has ended. ERR_NOMEM, ERR_LIMIT. */
int actions_run(struct actions *a, size_t index, const char *json, size_t bytes, int64_t now_ms, struct err *err);

/* Whether any runs or waits. */
bool actions_busy(const struct actions *a);

/* Kills what still runs, running the loop until all handles are gone. NULL is harmless. */
void actions_free(struct actions *a);

#endif
