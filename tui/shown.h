/* What holds of a setting as the screen says it: with what the terminal makes of it. */
#ifndef TUI_SHOWN_H
#define TUI_SHOWN_H

#include "tui/screen.h"
#include "tui/setting.h"

#define SHOWN_BYTES (SETTING_VALUE_BYTES + 80)

/* *from: who says so, static. c: the configuration of ui, which has one. ERR_NOMEM. */
int shown_setting(const struct ui *ui, const struct setting *s, struct slice name, char out[SHOWN_BYTES],
    const char **from, struct err *err);

#endif
