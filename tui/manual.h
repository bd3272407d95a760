/*
 * The manual page, drifttop(1), in the roff of man(7): what there is to say on the command line, which keys and
 * commands there are, what may stand in the configuration. All of that is from the program's own tables, so that it
 * cannot say less or more than the program does; `drifttop help man` prints it.
 */
#ifndef TUI_MANUAL_H
#define TUI_MANUAL_H

#include <stdio.h>

/* The page. Errors of writing are the stream's. */
void manual_write(FILE *to, const char *version);

#endif
