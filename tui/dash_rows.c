#include "tui/dash_rows.h"

#include <stdio.h>
#include <string.h>

#include "tui/rows_read.h"

static bool
is_same(const struct ui_rows_want *a, const struct ui_rows_want *b)
{
	return a->from_ms == b->from_ms && a->to_ms == b->to_ms && a->model_n == b->model_n &&
	       memcmp(a->model, b->model, a->model_n) == 0;
}

/* What there is an answer to, be it under way. */
static const struct ui_rows_want *
answered(const struct dash_rows *d)
{
	if (d->read)
		return &rows_read_rows(d->read)->of;
	return d->why[0] ? &d->failed.of : NULL;
}

bool
dash_rows_look(struct dash_rows *d)
{
	const struct ui_rows_want *has = answered(d);
	struct ui_rows_want want;

	if (!d->app)
		return false;
	if (!ui_rows_wanted(d->ui, &want))
		return has != NULL;
	return d->ended || !has || !is_same(has, &want);
}

static void
on_changed(void *ctx)
{
	struct dash_rows *d = ctx;
	const struct ui_rows *rows = rows_read_rows(d->read);

	d->ended = rows->state != UI_ROWS_READING;
	ui_set_rows(d->ui, rows);
	if (d->ended)
		d->due(d->ctx);
}

void
dash_rows_settle(struct dash_rows *d)
{
	const struct ui_rows_want *has = answered(d);
	struct rows_read_setup setup = {.app = d->app, .changed = on_changed, .ctx = d};
	struct err err = {0};
	bool wanted = ui_rows_wanted(d->ui, &setup.want);

	if (d->ended && d->read)
		rows_read_settle(d->read);
	d->ended = false;
	if (has && wanted && is_same(has, &setup.want))
		return;
	dash_rows_close(d);
	if (!wanted)
		return;
	if (rows_read_open(&d->read, &setup, &err)) {
		d->read = NULL;
		snprintf(d->why, sizeof d->why, "%s", err.msg);
		d->failed = (struct ui_rows){.of = setup.want, .state = UI_ROWS_FAILED, .why = d->why, .place = 1};
	}
	ui_set_rows(d->ui, d->read ? rows_read_rows(d->read) : &d->failed);
}

void
dash_rows_close(struct dash_rows *d)
{
	struct rows_read *read = d->read;

	if (d->ui)
		ui_set_rows(d->ui, NULL);
	d->read = NULL;
	d->why[0] = '\0';
	rows_read_close(read);
}
