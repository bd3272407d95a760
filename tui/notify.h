/*
 * From alerts that change to the commands and the bell that tell somebody. Never for what was before the start, for
 * what is silenced, or for what rests on evidence that is not armed.
 */
#ifndef TUI_NOTIFY_H
#define TUI_NOTIFY_H

#include <stdbool.h>
#include <uv.h>

#include "collectors/source.h"
#include "core/config.h"
#include "core/err.h"
#include "core/store.h"

struct notify;

/* config is borrowed; NULL: no actions. run: whether actions are run at all; sink gets FACT_ACTION. ERR_NOMEM. */
int notify_new(struct notify **out, uv_loop_t *loop, const struct config *config, bool run, char **env,
    const struct sink *sink, struct err *err);

/* After a tick: what has changed since the last one. True: the bell should be rung. */
bool notify_tick(struct notify *n, const struct store *s, int64_t now_ms);

/* The store is another one: its changes are counted anew. */
void notify_restart(struct notify *n);

/* Waits until all that was begun has ended, which is bounded by each action's timeout. */
void notify_finish(struct notify *n);

/* Kills what still runs. NULL is harmless. */
void notify_free(struct notify *n);

#endif
