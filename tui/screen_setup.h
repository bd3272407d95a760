/* What every command with a screen takes from the options: the ui's settings, theme and glyphs. */
#ifndef TUI_SCREEN_SETUP_H
#define TUI_SCREEN_SETUP_H

#include "core/err.h"
#include "tui/app.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/theme_lookup.h"
#include "tui/ui.h"

/* What the command line or the configuration asks for; errors as of theme_lookup. */
int screen_setup_theme(const struct options *o, const struct env *env, struct theme_choice *theme, struct err *err);

/* endpoint and zone are borrowed. a NULL: of no sources, a recording is shown. */
void screen_setup_ui(
    const struct options *o, const struct env *env, const struct app *a, struct ui_options *out);

#endif
