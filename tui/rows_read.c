#include "tui/rows_read.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "core/rawring.h"
#include "tui/again.h"
#include "tui/app.h"

#define TURN_US	  2000
#define LOOK_MS	  20
#define TELL_LOOKS 5	/* progress is told each so many */
#define WAIT_MS	  5000 /* for a server that is gone */

struct rows_read {
	struct app *app;
	void (*changed)(void *ctx);
	void *ctx;
	struct again again;
	struct rawring *ring;
	struct ui_rows rows;
	uv_timer_t timer;
	bool timer_open, closing, paused;
	unsigned looks;
	struct err why;
};

static void
on_event(void *ctx, const struct event *ev)
{
	struct rows_read *r = ctx;
	struct ui_rows *rows = &r->rows;

	if (rows->state != UI_ROWS_READING)
		return;
	if (rows->looked >= ROWS_READ_ENTRIES) {
		rows->cut = true;
		return;
	}
	rows->looked++;
	if (!slice_eq(ev->model, slice_make(rows->of.model, rows->of.model_n)) || event_is_label(ev) ||
	    ev->ts_ms < rows->of.from_ms || ev->ts_ms >= rows->of.to_ms)
		return;
	rows->found++;
	rawring_add(r->ring, 0, ev);
}

static void
on_fact(void *ctx, const struct fact *fact)
{
	(void)ctx;
	(void)fact;
}

static void
on_timer(uv_timer_t *h)
{
	struct rows_read *r = h->data;
	bool told = r->looks++ % TELL_LOOKS == 0, pause;
	int ended;

	if (told)
		feed_tick(r->again.feed, env_wall_ms());
	ended = r->rows.cut ? 1 : feed_ended(r->again.feed, &r->why);
	if (ended) {
		r->rows.state = ended < 0 ? UI_ROWS_FAILED : UI_ROWS_READ;
		r->rows.why = r->why.msg;
		feed_pause(r->again.feed, true);
		uv_timer_stop(h);
	} else {
		pause = app_feed(r->app) && feed_catching_up(app_feed(r->app));
		if (pause != r->paused)
			feed_pause(r->again.feed, pause);
		r->paused = pause;
	}
	if (told || ended) {
		r->rows.place++;
		r->changed(r->ctx);
	}
}

static int
open_timer(struct rows_read *r, struct err *err)
{
	int rc;

	uv_timer_init(app_loop(r->app), &r->timer);
	r->timer.data = r;
	r->timer_open = true;
	rc = uv_timer_start(&r->timer, on_timer, LOOK_MS, LOOK_MS);
	return rc ? err_set(err, ERR_IO, "event loop: %s", uv_strerror(rc)) : 0;
}

int
rows_read_open(struct rows_read **out, const struct rows_read_setup *setup, struct err *err)
{
	struct again_range range = {.since_ms = setup->want.from_ms > 1 ? setup->want.from_ms : 1,
	    .until_ms = setup->want.to_ms + ROWS_READ_AFTER_MS,
	    .before_ms = setup->want.to_ms,
	    .most = ROWS_READ_ENTRIES,
	    .turn_us = TURN_US,
	    .wait_ms = WAIT_MS};
	struct rows_read *r = mem_calloc(1, sizeof(*r));
	struct sink sink = {r, on_event, on_fact};
	int rc;

	if (!r)
		return err_nomem(err);
	r->app = setup->app;
	r->changed = setup->changed;
	r->ctx = setup->ctx;
	r->rows.of = setup->want;
	r->rows.why = "";
	rc = rawring_new(&r->ring, ROWS_READ_BYTES, err);
	if (!rc)
		rc = again_open(&r->again, r->app, &range, &sink, err);
	if (!rc)
		rc = open_timer(r, err);
	if (rc) {
		rows_read_close(r);
		return rc;
	}
	r->rows.ring = r->ring;
	*out = r;
	return 0;
}

static void
on_closed(uv_handle_t *h)
{
	struct rows_read *r = h->data;

	r->closing = false;
}

void
rows_read_settle(struct rows_read *r)
{
	if (r->timer_open) {
		r->timer_open = false;
		r->closing = true;
		uv_close((uv_handle_t *)&r->timer, on_closed);
		while (r->closing)
			uv_run(app_loop(r->app), UV_RUN_ONCE);
	}
	again_close(&r->again);
}

void
rows_read_close(struct rows_read *r)
{
	if (!r)
		return;
	rows_read_settle(r);
	rawring_free(r->ring);
	mem_free(r);
}

const struct ui_rows *
rows_read_rows(const struct rows_read *r)
{
	return &r->rows;
}
