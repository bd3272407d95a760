/*
 * What rows are called in a command line, so that whoever runs it later comes to the same ones, wherever they stand by
 * then: a model, an input, an alert with when it began, an entry of a stream. Each screen says what its rows are called
 * (struct screen).
 */
#ifndef TUI_ROW_NAME_H
#define TUI_ROW_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/alert.h"
#include "tui/list.h"
#include "tui/screen.h"

#define ROW_NAME_NEAR_MS INT64_C(3600000) /* an alert that began so much earlier or later may be the same one */

/*
 * Of the row at that place of a panel's list, as an option has it: with "=" before what would be a number or the panel
 * of another name. buf: ROW_NAME_BYTES. False: it has no name, or one that leads elsewhere.
 */
bool row_name_read(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf);

/*
 * And back. Of a name that ends with a time and is not there, the same one with the nearest time. text: without "=".
 * False: there is no such row.
 */
bool row_name_find(const struct ui *ui, const struct view *v, unsigned panel, const char *text, size_t *place);

/* Whether that is a name, although it may look like a number; *text is then behind the "=" of it. */
bool row_name_is(const char **text);

/* For screens: the row at a place; false: the list ends before. */
bool row_name_row(const struct list *l, size_t place, size_t *row);
void row_name_put(char *buf, struct slice name);
/* "RULE MODEL INPUT TIME", with the version and the source that it is about, if it is about one. */
void row_name_alert(char *buf, const struct alert_key *key, int64_t from_ms);

#endif
