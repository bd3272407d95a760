/*
 * A question in the last line: for how long an alert is to be silent, and why; which moment to go to. Esc cancels;
 * what cannot be read stays there with the reason beside it.
 */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/alert.h"
#include "core/err.h"

#define PROMPT_BYTES 640      /* of a command: names of models and inputs may be long */
#define PROMPT_TEXT_BYTES 240 /* of all else */

enum prompt_kind { PROMPT_SILENCE = 0, PROMPT_TIME, PROMPT_NOTE, PROMPT_WHATIF, PROMPT_COMMAND };

struct prompt {
	bool open;
	enum prompt_kind kind;
	uint64_t alert;
	char text[PROMPT_BYTES + 1];
	size_t n, at; /* the byte that the cursor stands on: n at the end */
	char wrong[ERR_MSG_BYTES]; /* what could not be read; empty: nothing */
};

void prompt_open(struct prompt *p, uint64_t alert);
void prompt_open_kind(struct prompt *p, enum prompt_kind kind);

/*
 * One key of the text; true: it was Enter, and the text is to be read. Arrows, Home, End, Del, Backspace and the
 * letters that shells have for them: C-a C-e C-b C-f C-u C-k C-w.
 */
bool prompt_edit(struct prompt *p, uint32_t key);

/* Puts these bytes, of UTF-8, in place of [from, to); false where they do not fit. The cursor stands behind them. */
bool prompt_put(struct prompt *p, size_t from, size_t to, struct slice bytes);

void prompt_set(struct prompt *p, const char *text);

/*
 * One key. True if the answer is complete: then the prompt is closed, *to_ms (arrival clock) and *reason (in p->text)
 * hold it. now_ms, utc_offset_ms: what the times typed are by.
 */
bool prompt_key(struct prompt *p, uint32_t key, int64_t now_ms, int64_t utc_offset_ms, int64_t *to_ms,
    struct slice *reason);

#endif
