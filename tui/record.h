/* What the command line, the configuration and the world say of recording: who records, and where to. */
#ifndef TUI_RECORD_H
#define TUI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "collectors/recorder.h"
#include "core/err.h"
#include "tui/env.h"
#include "tui/options.h"

struct ui_request;

/*
 * A recorder for a store made at start_ms; loop as in recorder_new. *out NULL without an error: none is wanted, with no
 * memory for a flight recorder and nothing to be written. ERR_NOMEM.
 */
int record_new(struct recorder **out, uv_loop_t *loop, const struct options *o, const struct env *env,
    const char *endpoint, int64_t start_ms, const struct sink *sink, struct err *err);

/* Where recordings that a key begins go, and what is saved of the flight recorder. */
struct record_place {
	struct record_to to;
	char dir[RECORD_OUT_PATH_BYTES], prefix[RECORD_OUT_PREFIX_BYTES];
};

/* ERR_NOT_FOUND: there is no such place: say record.dir in the configuration. */
int record_place(struct record_place *p, const struct options *o, const struct env *env, bool saves, struct err *err);

/* UI_REQUEST_SAVE and UI_REQUEST_RECORD; what cannot be begun is said in `say`, else it is empty. */
void record_do(struct recorder *r, const struct ui_request *q, const struct options *o, const struct env *env,
    char *say, size_t bytes);

/* What became of saving, where the store has news since *saves; false: nothing has. */
bool record_news(const struct store *s, uint64_t *saves, char *say, size_t bytes);

#endif
