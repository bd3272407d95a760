/*
 * A question in the last line: for how long an alert is to be silent, and why; which moment to go to. Esc cancels;
 * what cannot be read stays there with the reason beside it.
 */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/alert.h"

#define PROMPT_BYTES 160

enum prompt_kind { PROMPT_SILENCE = 0, PROMPT_TIME, PROMPT_NOTE, PROMPT_WHATIF };

struct prompt {
	bool open;
	enum prompt_kind kind;
	uint64_t alert;
	char text[PROMPT_BYTES + 1];
	size_t n;
	char wrong[120]; /* what could not be read; empty: nothing */
};

void prompt_open(struct prompt *p, uint64_t alert);
void prompt_open_kind(struct prompt *p, enum prompt_kind kind);

/* One key of the text; true: it was Enter, and the text is to be read. */
bool prompt_edit(struct prompt *p, uint32_t key);

/*
 * One key. True if the answer is complete: then the prompt is closed, *to_ms (arrival clock) and *reason (in p->text)
 * hold it. now_ms, utc_offset_ms: what the times typed are by.
 */
bool prompt_key(struct prompt *p, uint32_t key, int64_t now_ms, int64_t utc_offset_ms, int64_t *to_ms,
    struct slice *reason);

#endif
