/* What the screen asks the program for beside data: settings, files, what an input is. */
#ifndef TUI_DASH_ASK_H
#define TUI_DASH_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config.h"
#include "core/store.h"
#include "tui/changes.h"
#include "tui/dash_pace.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/term.h"
#include "tui/theme_lookup.h"
#include "tui/ui.h"

/* What that is carried out on; all borrowed. */
struct dash_ask {
	const struct options *options;
	const struct env *env;
	struct term *term; /* NULL: there is none, and a screen is printed */
	struct ui *ui;
	struct grid *grid;
	const struct store *store; /* that is shown */
	int64_t now_ms, mono_ms;
	struct changes *changes;
	struct theme_choice *theme; /* the terminal draws with what is in it */
	bool again; /* sources can be read a second time */
	const struct ui_past *past; /* NULL: the present */
	struct dash_pace *pace; /* NULL: nothing is drawn again */
	/* What alerts go by is to be that of next from now on, or an error says why not. NULL: it never is. */
	int (*judge)(void *ctx, const struct config *next, const struct ui_request *r, struct err *err);
	void *ctx;
};

/* False: it was something else. *rebase: everything is to be read again, by another configuration. */
bool dash_ask(const struct dash_ask *a, const struct ui_request *r, bool *rebase);

/* Commands of earlier sessions, and this one's for later ones; failures are silent: nobody waits for that. */
void dash_history_read(struct ui *ui, const struct options *o, const struct env *env);
void dash_history_write(struct ui *ui, const struct options *o, const struct env *env);

#endif
