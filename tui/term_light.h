/* Whether a terminal's background is light, by what it says of itself. Pure. */
#ifndef TUI_TERM_LIGHT_H
#define TUI_TERM_LIGHT_H

#include <stdbool.h>
#include <stdint.h>

/* 0xRRGGBB, as it answers. */
bool term_light_rgb(uint32_t rgb);

/* COLORFGBG, "15;0"; NULL and anything else: no. */
bool term_light_says(const char *colorfgbg);

#endif
