#include "tui/pace.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define IN_A_ROW 3
#define TELLING_BYTES 1500 /* a frame of so many is enough to tell, however large those were that were slow */

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
	if (level == PACE_FULL)
		p->telling = 0;
	return true;
}

/*
 * Slow is what would be slow without the program's own time as well. That a frame is fast is told only by one of as
 * many bytes as those that were not: a clock that moves on is a handful of them, and is there soon on any link.
 */
static void
count_in_a_row(struct pace *p, const struct term_answer *a)
{
	int link_ms = a->ms - a->own_ms, worse_ms = levels[p->level].worse_ms, better_ms = levels[p->level].better_ms;
	size_t bytes = a->bytes < TELLING_BYTES ? a->bytes : TELLING_BYTES;
	bool tells = bytes >= p->telling;

	if (link_ms >= levels[PACE_FULL].worse_ms && (!p->telling || bytes < p->telling))
		p->telling = bytes;
	if (worse_ms && link_ms >= worse_ms) {
		p->worse++;
		p->better = 0;
	} else if (a->ms < better_ms) {
		/* From the slowest pace to the next nothing is withdrawn. */
		p->better += tells || p->level == PACE_SLOWER;
	} else if (link_ms >= better_ms) {
		p->better = 0;
	}
	if (a->ms < worse_ms && tells) {
		p->worse = 0;
		p->telling = p->level == PACE_FULL ? 0 : p->telling;
	}
}

/* What is said of the link: where little was sent it is not what is meant. */
static bool
say_anew(struct pace *p, const struct term_answer *a, bool changed)
{
	int ms = a->ms - a->own_ms, shown = rounded(ms);

	if (p->level == PACE_FULL || (p->shown_ms && a->bytes < p->telling && ms < p->shown_ms))
		return false;
	if (!changed && p->shown_ms && abs(ms - p->shown_ms) <= p->shown_ms / 2)
		return false;
	changed = shown != p->shown_ms;
	p->shown_ms = shown;
	return changed;
}

bool
pace_take(struct pace *p, const struct term_answer *a)
{
	bool changed = false;

	if (a->count == p->seen)
		return false;
	p->seen = a->count;
	count_in_a_row(p, a);
	if (p->worse >= IN_A_ROW)
		changed = set_level(p, p->level + 1);
	else if (p->better >= IN_A_ROW && p->level > (p->forced ? PACE_SLOW : PACE_FULL))
		changed = set_level(p, p->level - 1);
	return say_anew(p, a, changed) || changed;
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
