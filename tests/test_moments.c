/* Two moments of a model: what is pinned stays, what is shown moves, what differs most comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/recording.h"
#include "core/mem.h"
#include "tests/lib_recording.h"
#include "tests/lib_tmp.h"
#include "tui/key.h"
#include "tui/replay.h"
#include "tui/ui.h"

#define MINUTE INT64_C(60000)
#define BEGIN LIB_RECORDING_BEGIN

struct seen {
	struct replay *r;
	struct ui *ui;
	struct grid g;
};

static char path[300];
static struct recording *file;

static int
record_fleet(void **state)
{
	(void)state;
	lib_tmp_file(path, sizeof(path), "moments");
	lib_recording_save_fleet(path, 60);
	assert_int_equal(recording_open(&file, path, NULL), 0);
	return 0;
}

static int
remove_fleet(void **state)
{
	(void)state;
	recording_close(file);
	lib_tmp_remove(path);
	return 0;
}

/* The row of the grid that has this text, as ASCII; -1: none. */
static int
row_of(const struct grid *g, const char *part, char line[400])
{
	int row, col;

	for (row = 0; row < g->rows; row++) {
		for (col = 0; col < g->cols && col < 399; col++) {
			uint32_t ch = g->cells[(size_t)row * (size_t)g->cols + (size_t)col].ch;

			line[col] = ch >= ' ' && ch < 0x7f ? (char)ch : '?';
		}
		line[col] = '\0';
		if (strstr(line, part))
			return row;
	}
	return -1;
}

static void
begin(struct seen *d)
{
	const struct ui_options o = {.version = "1", .endpoint = "a", .zone = "UTC", .utc = true};
	const struct replay_options ro = {.name = "a.dtr"};

	memset(d, 0, sizeof(*d));
	assert_int_equal(replay_open(&d->r, file, &ro, NULL), 0);
	assert_int_equal(ui_new(&d->ui, &o, NULL), 0);
	assert_int_equal(grid_init(&d->g, 30, 110, GLYPHS_ASCII, NULL), 0);
	ui_set_past(d->ui, replay_past(d->r));
}

static void
end(struct seen *d)
{
	grid_release(&d->g);
	ui_free(d->ui);
	replay_close(d->r);
}

static void
at(struct seen *d, int64_t minute)
{
	assert_int_equal(replay_seek(d->r, BEGIN + minute * MINUTE, NULL), 0);
	ui_set_past(d->ui, replay_past(d->r));
	ui_draw(d->ui, replay_store(d->r), &d->g, replay_time_ms(d->r), minute * MINUTE);
}

static void
press(struct seen *d, uint32_t key)
{
	(void)ui_key(d->ui, replay_store(d->r), key, 0);
	ui_draw(d->ui, replay_store(d->r), &d->g, replay_time_ms(d->r), 10000);
}

static void
what_differs_most_comes_first_and_moves_with_time(void **state)
{
	struct seen d;
	char line[400];
	int amount, score;

	(void)state;
	begin(&d);
	at(&d, 15);
	press(&d, KEYCODE_ENTER);
	press(&d, 'c');
	assert_true(row_of(&d.g, "A is pinned", line) >= 0);
	/* Trouble is between the 20th and the 30th minute: nothing is wrong yet at A. */
	at(&d, 28);
	press(&d, 'c');
	assert_true(row_of(&d.g, "A is 22:28:20, B is 22:41:20", line) >= 0);
	assert_true(row_of(&d.g, "errors", line) >= 0);
	assert_non_null(strstr(line, " 0.0% "));
	amount = row_of(&d.g, "amount", line);
	score = row_of(&d.g, "score", line);
	assert_true(amount >= 0 && score > amount);
	/* The list stays where it is while time goes on, to when all is over. */
	at(&d, 59);
	assert_true(row_of(&d.g, "A is 22:28:20, B is 23:12:20", line) >= 0);
	press(&d, 'c');
	assert_true(row_of(&d.g, "no longer pinned", line) >= 0);
	assert_true(row_of(&d.g, "A is", line) < 0);
	end(&d);
}

static void
the_same_moment_differs_in_nothing(void **state)
{
	struct seen d;
	char line[400];

	(void)state;
	begin(&d);
	at(&d, 28);
	press(&d, KEYCODE_ENTER);
	press(&d, 'c');
	press(&d, 'c');
	assert_true(row_of(&d.g, "p99", line) >= 0);
	if (!strstr(line, " 0 "))
		fail_msg("%s", line);
	assert_true(row_of(&d.g, "missing", line) >= 0);
	if (!strstr(line, " 0.0pt "))
		fail_msg("%s", line);
	end(&d);
}

static bool
refuse(void *ctx, size_t bytes)
{
	(void)ctx;
	return bytes < 4096;
}

static void
without_memory_less_is_shown(void **state)
{
	struct seen d;

	(void)state;
	begin(&d);
	at(&d, 28);
	press(&d, KEYCODE_ENTER);
	mem_set_hook(refuse, NULL);
	press(&d, 'c');
	press(&d, 'c');
	mem_set_hook(NULL, NULL);
	press(&d, KEYCODE_ESC);
	end(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_differs_most_comes_first_and_moves_with_time),
	    cmocka_unit_test(the_same_moment_differs_in_nothing),
	    cmocka_unit_test(without_memory_less_is_shown),
	};

	return cmocka_run_group_tests_name("two moments", tests, record_fleet, remove_fleet);
}
