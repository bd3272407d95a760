/*
 * Columns of the screens' lists by name: what there is to choose from (the rows of `screens` that have columns), and
 * what was chosen, as a table takes it (widgets/table.h).
 */
#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include <stddef.h>

#include "core/config.h"
#include "core/err.h"
#include "core/slice.h"

struct screen;
struct table_order;

/* All lists with all their columns, in the order in which they stand unless somebody chooses. Names are static. */
struct columns_tables {
	struct config_table list[CONFIG_TABLES_MAX];
	size_t n;
};
void columns_tables(struct columns_tables *out);

/* The screen of that name whose list's columns can be chosen; NULL: there is none. */
const struct screen *columns_screen(struct slice name);

/*
 * "rate, p99": names with commas or blanks between them, each once. ERR_USAGE: *at is the byte of the one that is
 * wrong, the sentence names what was probably meant, and *out is as it was.
 */
int columns_parse(const struct screen *screen, struct slice text, struct table_order *out, size_t *at, struct err *err);

/* From a configuration: orders[SCREEN_COUNT]. ERR_USAGE for a name that does not exist. */
int columns_read(struct table_order *orders, const struct config_columns *chosen, size_t n, struct err *err);

/* And back: what stands, in its order. */
void columns_list(const struct screen *screen, const struct table_order *order, struct config_table *out);

/* "rate, p99"; returns buf. */
const char *columns_text(const struct screen *screen, const struct table_order *order, char *buf, size_t bytes);

#endif
