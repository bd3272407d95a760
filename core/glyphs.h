/* What graphs are drawn with, from the plainest: a configuration names it, widgets draw by it. */
#ifndef CORE_GLYPHS_H
#define CORE_GLYPHS_H

enum glyphs {
	GLYPHS_ASCII = 0, /* nothing but ASCII is ever painted: other text becomes look-alikes or ? */
	GLYPHS_CONSOLE,   /* the Linux console: shades, no eighths */
	GLYPHS_BLOCKS,    /* eighth blocks: the default in UTF-8 */
	GLYPHS_BRAILLE,   /* lines in braille, by choice */
};
#define GLYPHS_COUNT 4

extern const char *const glyphs_names[GLYPHS_COUNT]; /* "ascii" "console" "blocks" "braille" */

#endif
