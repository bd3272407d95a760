/*
 * The raw events of a moment, read from the streams again for the Events screen: two streams of an hour, one entry a
 * second of `alpha` and one in two seconds of `beta`, of which the store has kept next to nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>

#include "core/rawring.h"
#include "tests/lib_redis.h"
#include "tui/app.h"
#include "tui/dash_rows.h"
#include "tui/rows_read.h"
#include "tui/screen.h"

#define MINUTE	 INT64_C(60000)
#define LIMIT_MS 30000

struct desk {
	struct lib_redis r;
	int64_t end_ms;
	struct env env;
	struct options options;
	struct app *app;
	struct ui *ui;
	struct grid g;
	struct dash_rows rows;
	int64_t mono_ms;
	bool due;
};

static void
fill(struct desk *d)
{
	static const char script[] = "local first = tonumber(ARGV[1]) "
				     "for i = 0, 3600 do "
				     "local id = string.format('%.0f-7', first + i * 1000) "
				     "redis.call('XADD', 'ml:alpha:events', id, 'amount', i % 97, 'country', "
				     "i % 10 == 0 and 'SE' or 'DE', 'latency_ms', 2) "
				     "if i % 2 == 0 then "
				     "redis.call('XADD', 'ml:beta:events', id, 'size', i % 13, 'latency_ms', 7) "
				     "end end return 1";

	d->end_ms = env_wall_ms() / 60000 * 60000;
	lib_redis_do(&d->r, "EVAL %s 0 %lld", script, (long long)(d->end_ms - 60 * MINUTE));
}

static void
on_due(void *ctx)
{
	struct desk *d = ctx;

	d->due = true;
}

static int
open_desk(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));
	char *argv[] = {(char[]){"drifttop"}, (char[]){"--utc"}, d->r.url, NULL};
	struct app_setup setup = {.options = &d->options, .env = &d->env, .to_end = true};
	const struct ui_options uo = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis", .version = "0", .reread = true};
	struct err err = {0};

	assert_non_null(d);
	*state = d;
	if (!lib_redis_available())
		return 0;
	lib_redis_start(&d->r, NULL);
	fill(d);
	env_read(&d->env, "drifttop");
	if (options_parse(&d->options, 3, argv, &err) || app_open(&d->app, &setup, &err) ||
	    app_run_to_end(d->app, &err) || ui_new(&d->ui, &uo, &err) ||
	    grid_init(&d->g, 24, 100, GLYPHS_ASCII, &err))
		fail_msg("%s", err.msg);
	d->rows = (struct dash_rows){.app = d->app, .ui = d->ui, .due = on_due, .ctx = d};
	return 0;
}

static int
close_desk(void **state)
{
	struct desk *d = *state;

	if (lib_redis_available()) {
		dash_rows_close(&d->rows);
		ui_free(d->ui);
		grid_release(&d->g);
		app_free(d->app);
		options_release(&d->options);
		lib_redis_stop(&d->r);
	}
	free(d);
	return 0;
}

static void
draw(struct desk *d)
{
	d->mono_ms += 1000;
	ui_draw(d->ui, app_store(d->app), &d->g, store_now_ms(app_store(d->app)), d->mono_ms);
}

static bool
shows(const struct desk *d, const char *text)
{
	size_t n = strlen(text);

	for (int row = 0; row < d->g.rows; row++)
		for (int col = 0; col + (int)n <= d->g.cols; col++) {
			size_t i = 0;

			while (i < n && d->g.cells[row * d->g.cols + col + (int)i].ch == (uint32_t)text[i])
				i++;
			if (i == n)
				return true;
		}
	return false;
}

/* Until there is nothing more to be read. */
static void
settle(struct desk *d)
{
	int64_t limit = env_mono_ms() + LIMIT_MS;

	draw(d);
	while (dash_rows_look(&d->rows) || d->due ||
	       (d->rows.read && rows_read_rows(d->rows.read)->state == UI_ROWS_READING)) {
		if (dash_rows_look(&d->rows) || d->due) {
			d->due = false;
			dash_rows_settle(&d->rows);
		} else {
			uv_run(app_loop(d->app), UV_RUN_ONCE);
		}
		draw(d);
		if (env_mono_ms() > limit)
			fail_msg("still reading");
	}
}

static size_t
model_of(const struct desk *d, const char *name)
{
	size_t i;

	for (i = 0; i < store_model_count(app_store(d->app)); i++)
		if (slice_is(store_model_name(app_store(d->app), i), name))
			return i;
	fail_msg("no model %s", name);
	return 0;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void
the_events_of_a_moment_are_those_that_the_streams_have_of_it(void **state)
{
	struct desk *d = *state;
	const struct ui_rows *rows;
	struct raw_event e;
	int64_t from_ms;
	unsigned n = 0;

	if (!lib_redis_available())
		skip();
	from_ms = d->end_ms - 40 * MINUTE;
	assert_true(ui_open_events(
	    d->ui, model_of(d, "alpha"), SIZE_MAX, slice_of(""), from_ms, from_ms + MINUTE));
	draw(d);
	assert_true(dash_rows_look(&d->rows));
	settle(d);
	rows = rows_read_rows(d->rows.read);
	assert_int_equal(rows->state, UI_ROWS_READ);
	assert_int_equal(rows->found, 60);
	/* Each second once, newest first, with the ID it has there. */
	for (uint64_t before = UINT64_MAX; rawring_before(rows->ring, SIZE_MAX, before, &e); before = e.seq, n++) {
		assert_int_equal(e.ts_ms, from_ms + (59 - (int64_t)n) * 1000);
		assert_int_equal(e.arrival_ms, e.ts_ms);
		assert_true(e.of_entry && e.flat);
		assert_int_equal(e.entry_seq, 7);
	}
	assert_int_equal(n, 60);
	assert_true(shows(d, "60 events of"));
	assert_true(shows(d, "read from the streams"));
}

/* Of the seconds 1200 to 1259 the numbers are 36 to 95; every tenth is SE. */
static void
a_filter_by_fields_lists_the_rows_of_a_bin(void **state)
{
	static const struct {
		const char *filter, *range;
	} rows[] = {{"amount>90", "; 5 pass the"}, {"amount>40 and amount<=44", "; 4 pass the"},
	    {"country=SE", "; 6 pass the"}, {"country!=SE",  "; 54 pass the"},
	    {"\"amount\"=91", "; 1 passes the"}, {"nothing>1", "none of the events"}};
	struct desk *d = *state;
	int64_t from_ms;

	if (!lib_redis_available())
		skip();
	from_ms = d->end_ms - 40 * MINUTE;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(ui_open_events(d->ui, model_of(d, "alpha"), SIZE_MAX, slice_of(rows[i].filter), from_ms,
		    from_ms + MINUTE));
		ui_view(d->ui)->expanded = true;
		settle(d);
		draw(d);
		if (!shows(d, rows[i].filter) || !shows(d, rows[i].range))
			fail_msg("%s: no '%s'", rows[i].filter, rows[i].range);
		ui_close(d->ui);
	}
}

static void
what_is_not_there_any_more_is_said(void **state)
{
	struct desk *d = *state;

	if (!lib_redis_available())
		skip();
	assert_true(ui_open_events(d->ui, model_of(d, "beta"), SIZE_MAX, slice_of(""), d->end_ms - 300 * MINUTE,
	    d->end_ms - 299 * MINUTE));
	settle(d);
	assert_true(shows(d, "have no entry of this model"));
	ui_close(d->ui);
	draw(d);
	/* Nothing is kept for a screen that is gone. */
	assert_true(dash_rows_look(&d->rows));
	dash_rows_settle(&d->rows);
	assert_null(d->rows.read);
}

static void
a_server_that_is_gone_is_a_sentence(void **state)
{
	struct desk *d = *state;

	if (!lib_redis_available())
		skip();
	lib_redis_kill(&d->r, SIGKILL);
	assert_true(ui_open_events(d->ui, model_of(d, "beta"), SIZE_MAX, slice_of(""), d->end_ms - 30 * MINUTE,
	    d->end_ms - 29 * MINUTE));
	settle(d);
	assert_int_equal(rows_read_rows(d->rows.read)->state, UI_ROWS_FAILED);
	assert_true(shows(d, "cannot be read again:"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		the_events_of_a_moment_are_those_that_the_streams_have_of_it, open_desk, close_desk),
	    cmocka_unit_test_setup_teardown(a_filter_by_fields_lists_the_rows_of_a_bin, open_desk, close_desk),
	    cmocka_unit_test_setup_teardown(what_is_not_there_any_more_is_said, open_desk, close_desk),
	    cmocka_unit_test_setup_teardown(a_server_that_is_gone_is_a_sentence, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
