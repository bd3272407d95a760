/* What leads back to what is on the screen, and going there without keys. Only the ui's own files know more of it. */
#ifndef TUI_UI_PLACE_H
#define TUI_UI_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/limits.h"
#include "core/store.h"
#include "tui/filter.h"
#include "tui/ui.h"

#define UI_PLACES_MAX 8
#define UI_CURSORS_MAX 9 /* panels */

struct ui_place {
	char places[UI_PLACES_MAX][2 * LIMIT_NAME_BYTES + 60]; /* as :goto takes them, one on top of the other */
	size_t n;
	char filter[FILTER_BYTES + 1]; /* empty: none */
	char sort[40];		       /* as :sort takes it; empty: the list's own order */
	unsigned panel;		       /* from 1; 0: the first, or there are none */
	bool expanded, utc;
	enum window zoom; /* WINDOW_AUTO: as the window */
	char pin[2 * LIMIT_NAME_BYTES + 2]; /* what is held to be compared with; empty: nothing */
	bool pin_moment;		    /* as it was at pin_ms */
	int64_t pin_ms;
	struct {
		char select[LIMIT_NAME_BYTES + 8]; /* "2:ROW"; empty: nobody has moved the cursor */
		char pick[24];			   /* the same */
		char scroll[24];		   /* "2:ROW", the first one shown; empty: it follows from the cursor */
	} at[UI_CURSORS_MAX];
};

/* Nothing is changed. */
void ui_place_read(struct ui *ui, const struct store *s, struct ui_place *out);

/* What is on the screen, as part of a file's name: "model-2". */
const char *ui_place_name(const struct ui *ui, char *buf, size_t bytes);

/* As :goto, on top of where one is; *r may become what is to be carried out for that. ERR_USAGE. */
int ui_place_go(struct ui *ui, const struct store *s, const char *place, struct ui_request *r, struct err *err);
/* Whether What-if is what is shown. */
bool ui_place_is_whatif(const struct ui *ui);
/* MODEL or MODEL/VERSION is held to be compared with; moment: as it is now in that store. ERR_USAGE. */
int ui_place_pin(struct ui *ui, const struct store *s, const char *text, bool moment, struct err *err);
/* As given to ui_set_past. */
const struct ui_past *ui_place_past(const struct ui *ui);
/* As :columns: "fleet model,rate". ERR_USAGE. */
int ui_place_columns(struct ui *ui, const char *text, struct err *err);
/* Of the visible screen. ERR_USAGE where it has no list, or the expression is wrong, or there is no such column. */
int ui_place_filter(struct ui *ui, const char *text, struct err *err);
int ui_place_sort(struct ui *ui, const char *text, struct err *err);
/* "ROW" of the first panel, "2:ROW" of another. ERR_USAGE: it is not there, perhaps not yet. */
int ui_place_select(struct ui *ui, const struct store *s, const char *text, struct err *err);
int ui_place_pick(struct ui *ui, const struct store *s, const char *text, struct err *err);
/* The first row shown, as far as the cursor stays in sight. */
int ui_place_scroll(struct ui *ui, const struct store *s, const char *text, struct err *err);
void ui_place_zoom(struct ui *ui, enum window w);
void ui_place_expand(struct ui *ui);
/* From 1; one that there is not is as good as none. */
void ui_place_panel(struct ui *ui, unsigned panel);

#endif
