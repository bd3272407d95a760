#include "tui/term_light.h"

#include <stddef.h>
#include <string.h>

/* Relative luminance above one half of white's, roughly: black text is the terminal's habit there. */
bool
term_light_rgb(uint32_t rgb)
{
	return 299 * (rgb >> 16) + 587 * (rgb >> 8 & 0xff) + 114 * (rgb & 0xff) > 127500;
}

/* The last field of COLORFGBG is the background: 7 and 15 are light. */
bool
term_light_says(const char *colorfgbg)
{
	const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;

	return last && (strcmp(last, ";7") == 0 || strcmp(last, ";15") == 0);
}
