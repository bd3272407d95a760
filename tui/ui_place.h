/*
 * What a view consists of, as one table: each part is an option of the command line, which says how it is read from
 * what is on the screen and how it is put back. And going to places without keys. Only the ui's own files know more of
 * it.
 */
#ifndef TUI_UI_PLACE_H
#define TUI_UI_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/store.h"
#include "tui/options.h"
#include "tui/ui.h"

/* When a part is put back. */
enum ui_part_when {
	UI_PART_BEGIN = 0, /* the ui begins with it (struct ui_options), or the program shows that moment */
	UI_PART_STEPS,	   /* in several steps: tui/reopen_go.c */
	UI_PART_SCREEN,	   /* once the screen is open */
	UI_PART_ROWS,	   /* once that was drawn: of what it shows */
};

struct ui_reader;

struct ui_part {
	enum option_id option;
	enum ui_part_when when;
	void (*read)(const struct ui_reader *r);
	/*
	 * ERR_USAGE: it is not there, perhaps not yet, or it makes no sense here. NULL: see `when`.
	 */
	int (*put)(struct ui *ui, const struct store *s, const char *value, struct err *err);
};

/* In the order in which they stand in a line, and, of one `when`, are put back. */
extern const struct ui_part ui_parts[];
extern const size_t ui_part_count;

/* NULL: that option is no part of a view. */
const struct ui_part *ui_part_find(enum option_id option);

/* Hands each value to `take`, "" for a flag; borrowed for the call. Nothing is changed. */
void ui_parts_read(struct ui *ui, const struct store *s,
    void (*take)(void *ctx, enum option_id option, const char *value), void *ctx);

/* A part of UI_PART_SCREEN or UI_PART_ROWS. */
int ui_part_put(
    struct ui *ui, const struct store *s, enum option_id option, const char *value, struct err *err);

/* Where the value of one is read to. */
void ui_part_say(const struct ui_reader *r, const char *value);

/* Whether a text can be shown and pasted: whoever made the name did not make it to be run. */
bool ui_part_is_plain(const char *text);

/* What is on the screen, as part of a file's name: "model-2". */
const char *ui_place_name(const struct ui *ui, char *buf, size_t bytes);

/* As :goto, on top of where one is; *r may become what is to be carried out for that. ERR_USAGE. */
int ui_place_go(struct ui *ui, const struct store *s, const char *place, struct ui_request *r, struct err *err);
/* Places of the views that are open, one on top of the other, as ui_place_go takes them. */
void ui_place_read(const struct ui *ui, const struct store *s, const struct ui_reader *to);
/* Whether What-if is what is shown. */
bool ui_place_is_whatif(const struct ui *ui);
/* MODEL or MODEL/VERSION is held to be compared with; moment: as it is now in that store. ERR_USAGE. */
int ui_place_pin(struct ui *ui, const struct store *s, const char *text, bool moment, struct err *err);
/* As given to ui_set_past. */
const struct ui_past *ui_place_past(const struct ui *ui);
/* A moment as options take it, in UTC; buf: 32 bytes. Returns buf. */
const char *ui_place_time(int64_t ms, char *buf);

#endif
