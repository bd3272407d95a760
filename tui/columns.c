#include "tui/columns.h"

#include <stdio.h>
#include <string.h>

#include "core/nearest.h"
#include "tui/screen.h"

void
columns_tables(struct columns_tables *out)
{
	static const struct table_order all = {.n = 0};

	out->n = 0;
	for (int i = 0; i < SCREEN_COUNT && out->n < CONFIG_TABLES_MAX; i++)
		if (screens[i]->columns)
			columns_list(screens[i], &all, &out->list[out->n++]);
}

const struct screen *
columns_screen(struct slice name)
{
	for (int i = 0; i < SCREEN_COUNT; i++)
		if (screens[i]->columns && slice_is(name, screens[i]->name))
			return screens[i];
	return NULL;
}

static size_t
find_column(const struct screen *screen, struct slice name)
{
	size_t i = 0;

	while (i < screen->ncolumns && !slice_is(name, screen->columns[i].id))
		i++;
	return i;
}

static int
fault_column(const struct screen *screen, struct slice name, struct err *err)
{
	int n = (int)(name.n < 40 ? name.n : 40);
	char list[200];
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < screen->ncolumns; i++)
		nearest_offer(&near, screen->columns[i].id);
	if (nearest_name(&near))
		return err_set(
		    err, ERR_USAGE, "no column '%.*s'; did you mean '%s'?", n, name.p, nearest_name(&near));
	return err_set(err, ERR_USAGE, "no column '%.*s'; there are %s", n, name.p,
	    columns_text(screen, NULL, list, sizeof list));
}

static int
put_column(const struct screen *screen, struct slice name, struct table_order *order, struct err *err)
{
	size_t column = find_column(screen, name);

	if (column == screen->ncolumns)
		return fault_column(screen, name, err);
	if (order->n > 0 && table_order_has(order, column))
		return err_set(err, ERR_USAGE, "'%s' is there twice", screen->columns[column].id);
	order->at[order->n++] = (uint8_t)column;
	return 0;
}

static bool
is_between(char c)
{
	return c == ',' || c == ' ';
}

int
columns_parse(const struct screen *screen, struct slice text, struct table_order *out, size_t *at, struct err *err)
{
	struct table_order order = {.n = 0};
	size_t i = 0;

	for (;;) {
		int rc;

		while (i < text.n && is_between(text.p[i]))
			i++;
		*at = i;
		if (i == text.n)
			break;
		while (i < text.n && !is_between(text.p[i]))
			i++;
		rc = put_column(screen, slice_make(text.p + *at, i - *at), &order, err);
		if (rc)
			return rc;
	}
	if (order.n == 0)
		return err_set(err, ERR_USAGE, "which columns?");
	*out = order;
	return 0;
}

int
columns_read(struct table_order *orders, const struct config_columns *chosen, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct screen *screen = columns_screen(slice_of(chosen[i].screen));
		int rc = 0;

		if (!screen)
			return err_set(err, ERR_USAGE, "columns: no screen '%.40s' has a list", chosen[i].screen);
		for (size_t k = 0; k < chosen[i].n && !rc; k++)
			rc = put_column(screen, slice_of(chosen[i].names[k]), &orders[screen->id], err);
		if (rc)
			return rc;
	}
	return 0;
}

void
columns_list(const struct screen *screen, const struct table_order *order, struct config_table *out)
{
	bool chosen = order && order->n > 0;
	size_t n = chosen ? order->n : screen->ncolumns;

	*out = (struct config_table){.screen = screen->name};
	for (size_t i = 0; i < n && i < CONFIG_COLUMNS_MAX; i++)
		out->columns[out->ncolumns++] = screen->columns[chosen ? order->at[i] : i].id;
}

const char *
columns_text(const struct screen *screen, const struct table_order *order, char *buf, size_t bytes)
{
	struct config_table t;
	size_t at = 0;

	columns_list(screen, order, &t);
	buf[0] = '\0';
	for (size_t i = 0; i < t.ncolumns && at < bytes; i++)
		at += (size_t)snprintf(buf + at, bytes - at, "%s%s", at ? ", " : "", t.columns[i]);
	return buf;
}
