/*
 * How often the screen is drawn, by how long a frame and its answer take: pure.
 *
 * Each frame that was answered is a measurement. Three slow ones in a row are a slow link, and it takes three fast ones
 * to be a fast one again; between what is slow and what is fast nothing changes. Only measurements that say so count: a
 * frame of fewer bytes than those that were slow may be through in no time on the slowest of links, and time in which
 * the program itself did not look for the answer is none of the link's. Keys and sizes are no matter of this: they are
 * answered at once.
 */
#ifndef TUI_PACE_H
#define TUI_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/term_link.h"

#define PACE_SLOW_MS   2000 /* between frames */
#define PACE_SLOWER_MS 5000
#define PACE_TEXT_BYTES 48

enum pace_level { PACE_FULL = 0, PACE_SLOW, PACE_SLOWER };

/* All zero, but for what pace_init sets. */
struct pace {
	bool forced; /* never full */
	enum pace_level level;
	unsigned worse, better; /* measurements in a row */
	uint64_t seen;		/* measurements taken */
	size_t telling;		/* bytes of the smallest frame that was slow: what is fast must have as many */
	int shown_ms;		/* what is said of the link; 0: not measured */
};

void pace_init(struct pace *p, bool forced);

/* Takes it if it is a new one. True: level or text are others than before. */
bool pace_take(struct pace *p, const struct term_answer *a);

/* The least time between two frames; full_ms: at full pace. */
unsigned pace_gap_ms(const struct pace *p, unsigned full_ms);

/* "slow link 500 ms: every 2 s", and where there is little room "slow: 2 s"; empty at full pace. */
void pace_text(const struct pace *p, char out[PACE_TEXT_BYTES], char brief[PACE_TEXT_BYTES]);

#endif
