/*
 * Text for the clipboard, by the terminal that one sits at (OSC 52), which works through SSH. Nothing is ever asked of
 * it: a terminal would answer with what somebody has copied before.
 */
#ifndef TUI_OSC52_H
#define TUI_OSC52_H

#include <stddef.h>

#include "core/slice.h"

#define OSC52_TEXT_MAX 1024
#define OSC52_BYTES 3200 /* of out, for the longest text */

/*
 * The bytes that hand `text` over to a terminal of that TERM; 0: it is not known to take them, or the text is too long.
 * Inside of tmux, which takes them itself where its set-clipboard is on, they go a second time, to be passed on.
 */
size_t osc52_write(char out[OSC52_BYTES], const char *term, struct slice text);

#endif
