/* Screens without a terminal: what they are of, and keys pressed on them. */
#ifndef TUI_SHOT_H
#define TUI_SHOT_H

#include <stdint.h>

#include "core/err.h"
#include "core/store.h"
#include "tui/app.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/replay_file.h"
#include "tui/theme_lookup.h"
#include "tui/ui.h"
#include "widgets/grid.h"

/* Behind the last key the picture is of a screen at rest: rows have taken their places again. */
#define SHOT_REST_MS 10000

/* Sources that were read, or a recording; borrowed: what keys may ask for, and the theme, which they may change. */
struct shot {
	struct app *a;
	struct replay_file past; /* .replay NULL: sources */
	const struct options *options;
	const struct env *env;
	struct theme_choice *theme;
};

const struct store *shot_store(const struct shot *shot);
void shot_draw(const struct shot *shot, struct ui *ui, struct grid *g, int64_t mono_ms);

/* What a key asked for; what only the dashboard can do is said on standard error, and left out. */
void shot_do(const struct shot *shot, struct ui *ui, struct grid *g, const struct ui_request *r, int64_t mono_ms);

/*
 * As key_parse writes them; what they ask for is carried out, but leaving the program ends them. On standard error
 * stands what only the dashboard can do, which is left out, and the line that opens a view again where that is asked
 * for. ERR_INVALID: a command that there is not, or that cannot be carried out; ERR_USAGE: no keys.
 */
int shot_press(const struct shot *shot, struct ui *ui, struct grid *g, const char *keys, int64_t mono_ms,
    struct err *err);
/* Keys are read once before the sources are: a mistyped one need not wait for a million events. */
int shot_check_keys(const char *keys, struct err *err);

#endif
