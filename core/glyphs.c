#include "core/glyphs.h"

const char *const glyphs_names[GLYPHS_COUNT] = {
    [GLYPHS_ASCII] = "ascii", [GLYPHS_CONSOLE] = "console", [GLYPHS_BLOCKS] = "blocks", [GLYPHS_BRAILLE] = "braille"};
