#include "tui/pace.h"

#include <stdio.h>
#include <stdlib.h>

#define IN_A_ROW 3

/*
 * What makes the next level slower, and what this one faster again. A frame of steady figures is some 500 bytes: at 16
 * kbit/s that and the way take about 300 ms.
 */
static const struct {
	int worse_ms, better_ms;
	unsigned gap_ms;
} levels[] = {
    [PACE_FULL] = {250, 0, 0},
    [PACE_SLOW] = {1000, 120, PACE_SLOW_MS},
    [PACE_SLOWER] = {0, 500, PACE_SLOWER_MS},
};

void
pace_init(struct pace *p, bool forced)
{
	*p = (struct pace){.forced = forced, .level = forced ? PACE_SLOW : PACE_FULL};
}

/* Few values, so that what is said of a link stays as long as the link does. */
static int
rounded(int ms)
{
	static const int steps[] = {50, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000};
	int best = steps[0];

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (abs(ms - steps[i]) < abs(ms - best))
			best = steps[i];
	return best;
}

/* True: it is another one now. */
static bool
set_level(struct pace *p, enum pace_level level)
{
	p->worse = p->better = 0;
	p->level = level;
	return true;
}

bool
pace_take(struct pace *p, uint64_t count, int ms)
{
	int shown, slack;
	bool changed = false;

	if (count == p->seen)
		return false;
	p->seen = count;
	p->worse = levels[p->level].worse_ms && ms >= levels[p->level].worse_ms ? p->worse + 1 : 0;
	p->better = ms < levels[p->level].better_ms ? p->better + 1 : 0;
	if (p->worse >= IN_A_ROW)
		changed = set_level(p, p->level + 1);
	else if (p->better >= IN_A_ROW && p->level > (p->forced ? PACE_SLOW : PACE_FULL))
		changed = set_level(p, p->level - 1);
	shown = rounded(ms);
	slack = p->shown_ms / 2;
	if (p->level != PACE_FULL && (changed || !p->shown_ms || abs(ms - p->shown_ms) > slack)) {
		changed |= shown != p->shown_ms;
		p->shown_ms = shown;
	}
	return changed;
}

unsigned
pace_gap_ms(const struct pace *p, unsigned full_ms)
{
	unsigned gap = levels[p->level].gap_ms;

	return gap > full_ms ? gap : full_ms;
}

void
pace_text(const struct pace *p, char out[PACE_TEXT_BYTES], char brief[PACE_TEXT_BYTES])
{
	unsigned s = levels[p->level].gap_ms / 1000;

	out[0] = brief[0] = '\0';
	if (p->level == PACE_FULL)
		return;
	snprintf(brief, PACE_TEXT_BYTES, "slow: %u s", s);
	/* Of a link that is fast only what was asked for is to be said. */
	if (p->shown_ms >= levels[PACE_FULL].worse_ms || (p->shown_ms && !p->forced))
		snprintf(out, PACE_TEXT_BYTES, "slow link %d ms: every %u s", p->shown_ms, s);
	else
		snprintf(out, PACE_TEXT_BYTES, "slow: every %u s", s);
}
