/* Replays: the same screens as were live, and how keys and time move the moment shown. */
#include "tui/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_recording.h"
#include "tests/lib_tmp.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/ui.h"
#include "widgets/charset.h"

#define MINUTES 30
#define MINUTE	INT64_C(60000)
#define END	(LIB_RECORDING_BEGIN + MINUTES * MINUTE)
#define ROWS	30
#define COLS	110

/* ---- what was live ------------------------------------------------------------------------------------------------
 */

static const char *const ways[] = {"", "<Enter>", "<Enter>j<Enter>", "<Enter>2<Enter>", "<Enter>v", "a", "i", "?"};
#define WAYS (sizeof ways / sizeof *ways)

/*
 * Before the trouble, at its beginning, in it, when it was over, at the end: minutes. Before it has a baseline a
 * model's figures are those of single rows, and these are not recorded.
 */
static const int moments[] = {2, 9, 11, 14, 20, 29};
#define MOMENTS (sizeof moments / sizeof *moments)

static struct lib_recording whole; /* made once, read by all */
static char dir[256], path[300];
static struct grid live[MOMENTS][WAYS];
static int64_t live_ms[MOMENTS];
static size_t taken;

static const struct ui_options options = {
    .window = WINDOW_5M, .utc = true, .zone = "UTC", .endpoint = "redis://cache:6379"};

static void
press(struct ui *ui, const struct store *s, struct grid *g, const char *keys)
{
	struct slice left = slice_of(keys);
	uint32_t key = 1;

	ui_draw(ui, s, g, store_now_ms(s), 1000);
	while (left.n > 0) {
		assert_int_equal(key_parse(&left, &key, NULL), 0);
		(void)ui_key(ui, s, key, 1000);
		ui_draw(ui, s, g, store_now_ms(s), 1000);
	}
	ui_draw(ui, s, g, store_now_ms(s), 90000);
}

static void
paint(const struct store *s, const struct ui_past *past, const char *keys, int rows, struct grid *g)
{
	struct ui *ui;

	assert_int_equal(grid_init(g, rows, COLS, GLYPHS_BLOCKS, NULL), 0);
	assert_int_equal(ui_new(&ui, &options, NULL), 0);
	ui_set_past(ui, past);
	press(ui, s, g, keys);
	ui_free(ui);
}

/* The time bar takes one row of the past. */
static void
take_live(void *ctx, const struct store *s, enum frame_type type, int64_t time_ms)
{
	(void)ctx;
	if (type != FRAME_STEP || taken == MOMENTS || time_ms < LIB_RECORDING_BEGIN + moments[taken] * MINUTE)
		return;
	live_ms[taken] = time_ms;
	for (size_t i = 0; i < WAYS; i++)
		paint(s, NULL, ways[i], ROWS - 1, &live[taken][i]);
	taken++;
}

static int
make_whole(void **state)
{
	struct recording_head head = lib_recording_head();

	(void)state;
	lib_recording_init(&whole, &head);
	lib_recording_fleet(&whole, MINUTES, take_live, NULL);
	lib_recording_end(&whole, END);
	lib_tmp_make(dir, sizeof(dir), "replay");
	snprintf(path, sizeof(path), "%s/a.dtr", dir);
	return 0;
}

static int
remove_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < taken; i++)
		for (size_t k = 0; k < WAYS; k++)
			grid_release(&live[i][k]);
	lib_recording_release(&whole);
	lib_tmp_remove(dir);
	return 0;
}

/* ---- a replay on a desk -------------------------------------------------------------------------------------------
 */

struct desk {
	struct recording *rec;
	struct replay *r;
	char say[REPLAY_SAY_BYTES];
	int64_t mono_ms;
};

static void
desk_open_saved(struct desk *d, const void *bytes, size_t n, bool frozen)
{
	const struct replay_options ro = {.name = "a.dtr", .frozen = frozen};
	struct err err = {0};

	memset(d, 0, sizeof *d);
	lib_recording_save(bytes, n, path);
	if (recording_open(&d->rec, path, &err) || replay_open(&d->r, d->rec, &ro, &err))
		fail_msg("%s", err.msg);
}

static void
desk_open(struct desk *d)
{
	desk_open_saved(d, whole.out.p, whole.out.n, false);
}

static void
desk_close(struct desk *d)
{
	replay_close(d->r);
	recording_close(d->rec);
}

static const char *
act(struct desk *d, enum ui_time time)
{
	const struct ui_request q = {.kind = UI_REQUEST_TIME, .time = time};

	replay_do(d->r, &q, d->mono_ms, d->say);
	return d->say;
}

static const char *
jump(struct desk *d, int64_t ms)
{
	const struct ui_request q = {.kind = UI_REQUEST_TIME, .time = UI_TIME_JUMP, .to_ms = ms};

	replay_do(d->r, &q, d->mono_ms, d->say);
	return d->say;
}

/* So long, in the ticks that a loop would give. */
static void
wait(struct desk *d, int64_t ms)
{
	for (int64_t end = d->mono_ms + ms; d->mono_ms < end;) {
		d->mono_ms += REPLAY_TICK_MS;
		(void)replay_tick(d->r, d->mono_ms, d->say);
	}
}

static int64_t
at(const struct desk *d)
{
	return replay_time_ms(d->r);
}

static size_t
firing(const struct desk *d)
{
	const struct alerts *all = store_alerts(replay_store(d->r));
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->list[i]->state == ALERT_FIRING;
	return n;
}

/* ---- the same screens ---------------------------------------------------------------------------------------------
 */

static void
row_text(const struct grid *g, int row, char *text)
{
	size_t n = 0;

	for (int col = 0; col < g->cols; col++)
		n += charset_encode(grid_at(g, row, col).ch ? grid_at(g, row, col).ch : ' ', text + n);
	text[n] = '\0';
}

static bool
shows(const struct grid *g, int from, int to, const char *text)
{
	char row[4 * COLS + 1];

	for (int i = from; i < to; i++) {
		row_text(g, i, row);
		if (strstr(row, text))
			return true;
	}
	return false;
}

/* All but the first line, the time bar, and the keys, which are others in the past; help is of the keys alone. */
static void
check_same(const struct grid *was, const struct grid *is, const char *way, int minute)
{
	for (int row = 1; row < was->rows - 1; row++)
		for (int col = 0; col < was->cols; col++) {
			struct cell a = grid_at(was, row, col), b = grid_at(is, row, col);
			char x[4 * COLS + 1], y[4 * COLS + 1];

			if (a.ch == b.ch && a.role == b.role && a.attrs == b.attrs && a.ground == b.ground)
				continue;
			row_text(was, row, x);
			row_text(is, row, y);
			fail_msg("'%s' at minute %d, row %d column %d:\nlive   %s\nreplay %s", way, minute, row, col, x,
			    y);
		}
}

static void
every_screen_is_what_it_was_live_but_for_the_first_line(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	assert_int_equal(taken, MOMENTS);
	/* Backwards and forwards: each by a jump from elsewhere. */
	for (size_t k = 0; k < MOMENTS; k++) {
		size_t m = k % 2 ? MOMENTS - 1 - k / 2 : k / 2;

		jump(&d, live_ms[m]);
		assert_int_equal(at(&d), live_ms[m]);
		for (size_t i = 0; i + 1 < WAYS; i++) {
			struct grid g;

			paint(replay_store(d.r), replay_past(d.r), ways[i], ROWS, &g);
			check_same(&live[m][i], &g, ways[i], moments[m]);
			grid_release(&g);
		}
	}
	desk_close(&d);
}

static void
a_model_that_learns_says_how_far_it_is(void **state)
{
	struct desk d;
	struct grid g;

	(void)state;
	desk_open(&d);
	jump(&d, LIB_RECORDING_BEGIN + MINUTE);
	paint(replay_store(d.r), replay_past(d.r), "", ROWS, &g);
	assert_true(shows(&g, 2, ROWS, "learning: 188 of 200 rows"));
	grid_release(&g);
	desk_close(&d);
}

/* ---- moving -------------------------------------------------------------------------------------------------------
 */

static void
steps_go_both_ways_and_say_where_they_end(void **state)
{
	struct desk d;
	int64_t begin;

	(void)state;
	desk_open(&d);
	begin = at(&d);
	assert_non_null(strstr(act(&d, UI_TIME_BACK), "the recording begins at"));
	assert_int_equal(at(&d), begin);
	assert_string_equal(act(&d, UI_TIME_NEXT), "");
	assert_int_equal(at(&d), begin + 5000);
	act(&d, UI_TIME_NEXT);
	act(&d, UI_TIME_BACK);
	assert_int_equal(at(&d), begin + 5000);
	assert_string_equal(act(&d, UI_TIME_LIVE), "");
	assert_in_range(END - at(&d), 0, 5000);
	assert_non_null(strstr(act(&d, UI_TIME_NEXT), "the end of the recording"));
	assert_non_null(strstr(act(&d, UI_TIME_PLAY), "the end of the recording"));
	assert_false(replay_past(d.r)->playing);
	assert_non_null(strstr(jump(&d, begin - 1), "begins at"));
	assert_int_equal(at(&d), begin);
	desk_close(&d);
}

/* The heaviest that became known after before_ms and by at_ms. */
static enum severity
worst_of(const struct desk *d, int64_t before_ms, int64_t at_ms)
{
	enum severity worst = SEVERITY_OK;

	for (size_t i = 0; i < recording_alerts(d->rec); i++) {
		const struct recording_alert *a = recording_alert(d->rec, i);
		bool begins = a->kind != ALERT_CHANGE_CLEARED && a->kind != ALERT_CHANGE_BROKEN;

		if (begins && a->time_ms > before_ms && a->time_ms <= at_ms && alert_weight(a->alert) > worst)
			worst = alert_weight(a->alert);
	}
	return worst;
}

/* "2-3 of 7, crit: ...": what was said leads on from `seen`, and names the worst of what is there. */
static size_t
check_said(const struct desk *d, size_t seen)
{
	unsigned from, to, all;
	int n = 0;

	if (sscanf(d->say, "%u-%u of %u, %n", &from, &to, &all, &n) != 3) {
		assert_int_equal(sscanf(d->say, "%u of %u, %n", &from, &all, &n), 2);
		to = from;
	}
	assert_int_equal(from, seen + 1);
	assert_in_range(to, from, all);
	if (worst_of(d, at(d) - 5000, at(d)) >= SEVERITY_WARN)
		assert_int_equal(strncmp(d->say + n, severity_names[worst_of(d, at(d) - 5000, at(d))], 4), 0);
	return to;
}

static void
each_alert_is_gone_to_once_there_and_once_back(void **state)
{
	int64_t there[64];
	struct desk d;
	size_t n = 0, seen = 0, several = 0;

	(void)state;
	desk_open(&d);
	for (act(&d, UI_TIME_EVENT_NEXT); !strstr(d.say, "no alert") && n < 64; act(&d, UI_TIME_EVENT_NEXT)) {
		size_t last = seen;

		there[n++] = at(&d);
		seen = check_said(&d, seen);
		several += seen > last + 1;
		if (strstr(d.say, "warn") || strstr(d.say, "crit"))
			assert_true(firing(&d) > 0);
		if (n > 1)
			assert_true(there[n - 1] > there[n - 2]);
	}
	/* Several may have fired at one moment. */
	assert_in_range(n, 3, 63);
	assert_true(several > 0);
	jump(&d, END);
	while (n > 0) {
		act(&d, UI_TIME_EVENT_BACK);
		assert_int_equal(at(&d), there[--n]);
	}
	assert_non_null(strstr(act(&d, UI_TIME_EVENT_BACK), "no alert, mark or version before"));
	/* The note at half of it stands among them. */
	jump(&d, LIB_RECORDING_BEGIN + MINUTES * MINUTE / 2 - 5000);
	do
		act(&d, UI_TIME_EVENT_NEXT);
	while (d.say[0] && !strstr(d.say, "rolled back") && !strstr(d.say, "no alert"));
	assert_non_null(strstr(d.say, "note: rolled back"));
	assert_in_range(at(&d) - (LIB_RECORDING_BEGIN + MINUTES * MINUTE / 2), 0, 5000);
	desk_close(&d);
}

static void
it_plays_as_fast_as_asked_and_stops_at_the_end(void **state)
{
	static const double speeds[] = {0.25, 1, 4, 64};
	struct desk d;

	(void)state;
	desk_open(&d);
	for (size_t i = 0; i < 4; i++) {
		int64_t from, gone;

		jump(&d, LIB_RECORDING_BEGIN + 120000);
		replay_set_speed(d.r, speeds[i], d.mono_ms);
		assert_true(replay_past(d.r)->speed == speeds[i]);
		act(&d, UI_TIME_PLAY);
		from = at(&d);
		wait(&d, 20000);
		gone = at(&d) - from;
		/* Steps are 5 s apart: it stands at the last one that has come. */
		assert_in_range((int64_t)(20000 * speeds[i]) - gone, 0, 5000);
		act(&d, UI_TIME_PLAY);
		from = at(&d);
		wait(&d, 20000);
		assert_int_equal(at(&d), from);
	}
	act(&d, UI_TIME_PLAY);
	wait(&d, 60000);
	assert_in_range(END - at(&d), 0, 5000);
	assert_false(replay_past(d.r)->playing);
	desk_close(&d);
}

static void
speeds_double_and_end(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	for (int i = 0; i < 9; i++)
		act(&d, UI_TIME_FASTER);
	assert_true(replay_past(d.r)->speed == 64);
	assert_non_null(strstr(d.say, "speed 64"));
	for (int i = 0; i < 12; i++)
		act(&d, UI_TIME_SLOWER);
	assert_true(replay_past(d.r)->speed == 0.25);
	assert_non_null(strstr(d.say, "speed 1/4"));
	replay_set_speed(d.r, 3, 0);
	assert_true(replay_past(d.r)->speed == 4);
	desk_close(&d);
}

/* Whatever was written when it was opened, up to the middle of a frame. */
static void
a_file_that_is_still_written_is_followed(void **state)
{
	size_t half = whole.out.n / 2;
	struct desk d;
	int64_t end;
	FILE *f;

	(void)state;
	desk_open_saved(&d, whole.out.p, half, false);
	assert_true(replay_past(d.r)->grows);
	act(&d, UI_TIME_LIVE);
	end = at(&d);
	assert_true(replay_past(d.r)->playing);
	wait(&d, 3000);
	assert_int_equal(at(&d), end);
	f = fopen(path, "ab");
	assert_non_null(f);
	assert_int_equal(fwrite(whole.out.p + half, 1, whole.out.n - half, f), whole.out.n - half);
	assert_int_equal(fclose(f), 0);
	wait(&d, 3000);
	assert_in_range(END - at(&d), 0, 5000);
	assert_false(replay_past(d.r)->grows);
	wait(&d, 3000);
	assert_false(replay_past(d.r)->playing);
	desk_close(&d);
}

/* One step of minute 12, behind the key of minute 10 and before that of minute 20. */
static void
a_moment_that_rests_on_damage_says_so(void **state)
{
	const struct recording_frame *f;
	struct desk d;
	struct grid g;
	char *bytes;
	size_t at_byte;

	(void)state;
	desk_open(&d);
	f = recording_frame(d.rec, recording_last(d.rec, FRAME_STEP, LIB_RECORDING_BEGIN + 12 * MINUTE));
	at_byte = (size_t)f->frame.at + FRAME_BYTES + f->frame.stored / 2;
	desk_close(&d);
	bytes = mem_dup(whole.out.p, whole.out.n);
	assert_non_null(bytes);
	bytes[at_byte] ^= 1;
	desk_open_saved(&d, bytes, whole.out.n, false);
	jump(&d, LIB_RECORDING_BEGIN + 11 * MINUTE);
	assert_int_equal(replay_past(d.r)->missing, 0);
	jump(&d, LIB_RECORDING_BEGIN + 14 * MINUTE);
	assert_int_equal(replay_past(d.r)->missing, 1);
	paint(replay_store(d.r), replay_past(d.r), "", ROWS, &g);
	assert_true(shows(&g, 0, 1, "1 step missing"));
	grid_release(&g);
	/* The next key knows all. */
	jump(&d, LIB_RECORDING_BEGIN + 21 * MINUTE);
	assert_int_equal(replay_past(d.r)->missing, 0);
	desk_close(&d);
	mem_free(bytes);
}

/* ---- in the ui ----------------------------------------------------------------------------------------------------
 */

static struct ui_request
key(struct ui *ui, struct desk *d, struct grid *g, const char *keys)
{
	struct ui_request q = {.kind = UI_REQUEST_NONE};
	struct slice left = slice_of(keys);
	uint32_t code;

	while (left.n > 0) {
		assert_int_equal(key_parse(&left, &code, NULL), 0);
		q = ui_key(ui, replay_store(d->r), code, d->mono_ms);
		if (q.kind == UI_REQUEST_TIME)
			replay_do(d->r, &q, d->mono_ms, d->say);
		if (q.kind == UI_REQUEST_TIME && d->say[0])
			ui_say(ui, d->say);
		ui_draw(ui, replay_store(d->r), g, replay_time_ms(d->r), d->mono_ms);
	}
	return q;
}

static void
keys_move_it_and_the_first_line_says_where_it_is(void **state)
{
	struct desk d;
	struct grid g;
	struct ui *ui;

	(void)state;
	desk_open(&d);
	assert_int_equal(grid_init(&g, ROWS, COLS, GLYPHS_BLOCKS, NULL), 0);
	assert_int_equal(ui_new(&ui, &options, NULL), 0);
	ui_set_past(ui, replay_past(d.r));
	/* 2023-11-14 22:13:20 is its begin; a key stands at the first boundary. */
	key(ui, &d, &g, "b-1h<Enter>");
	assert_true(shows(&g, 0, 1, "REPLAY PAUSED 2023-11-14 22:13:"));
	assert_true(shows(&g, 0, 1, "to the end"));
	assert_true(shows(&g, 0, 1, "a.dtr"));
	assert_true(shows(&g, ROWS - 1, ROWS, "the recording begins at 22:13:"));
	assert_true(shows(&g, ROWS - 2, ROWS - 1, "22:43:20"));
	key(ui, &d, &g, "b22:30<Enter>");
	assert_true(shows(&g, 0, 1, "22:30:00 UTC, 13m to the end"));
	assert_int_equal(key(ui, &d, &g, "b22:30:00<Enter>").to_ms % 1000, 999);
	assert_int_equal(key(ui, &d, &g, ":goto 22:30:00<Enter>").to_ms % 1000, 999);
	assert_true(shows(&g, 0, 1, "22:30:00 UTC"));
	key(ui, &d, &g, "T");
	assert_true(shows(&g, 0, 1, "22:29:55 UTC"));
	key(ui, &d, &g, "..");
	assert_true(shows(&g, 0, 1, "22:30:05 UTC"));
	key(ui, &d, &g, "b25:00<Enter>");
	assert_true(shows(&g, ROWS - 1, ROWS, "hours go from 0 to 23"));
	assert_true(shows(&g, 0, 1, "22:30:05 UTC"));
	key(ui, &d, &g, "<Esc>}p");
	assert_true(shows(&g, 0, 1, "REPLAY 2x "));
	key(ui, &d, &g, "<Space>");
	assert_true(shows(&g, 0, 1, "REPLAY PAUSED"));
	key(ui, &d, &g, "L");
	assert_true(shows(&g, 0, 1, ", at the end"));
	ui_free(ui);
	grid_release(&g);
	desk_close(&d);
}

static const struct alert *
alert_of(const struct desk *d, uint64_t id)
{
	return alerts_find(store_alerts(replay_store(d->r)), id);
}

static void
enter_on_an_alert_goes_to_when_it_fired_and_back_from_it_to_the_list(void **state)
{
	const struct alert *order[ALERT_MAX];
	struct ui_request q;
	struct desk d;
	struct grid g;
	struct ui *ui;
	int64_t end_ms;
	uint64_t id;

	(void)state;
	desk_open(&d);
	assert_int_equal(grid_init(&g, ROWS, COLS, GLYPHS_BLOCKS, NULL), 0);
	assert_int_equal(ui_new(&ui, &options, NULL), 0);
	ui_set_past(ui, replay_past(d.r));
	jump(&d, END);
	end_ms = at(&d);
	ui_draw(ui, replay_store(d.r), &g, end_ms, 0);
	assert_true(alerts_order(store_alerts(replay_store(d.r)), order, ALERT_MAX) > 0);
	id = order[0]->id;
	assert_int_equal(order[0]->state, ALERT_CLEARED);
	q = key(ui, &d, &g, "a<Enter>");
	assert_int_equal(q.time, UI_TIME_ALERT);
	assert_true(q.alert == id);
	/* The first step that has it: before, it does not fire. */
	assert_in_range(at(&d), q.to_ms, q.to_ms + 2 * MINUTE);
	assert_int_equal(alert_of(&d, id)->state, ALERT_FIRING);
	assert_true(shows(&g, ROWS - 1, ROWS, "when it fired: L goes to the end"));
	assert_true(shows(&g, 0, 1, "alerts > "));
	key(ui, &d, &g, "T");
	assert_true(!alert_of(&d, id) || alert_of(&d, id)->state != ALERT_FIRING);
	while (shows(&g, 0, 1, "alerts > "))
		key(ui, &d, &g, "<Esc>");
	assert_true(shows(&g, 0, 1, "alerts "));
	assert_int_equal(at(&d), end_ms);
	/* As it is at the moment shown, and then Esc leads nowhere in time. */
	assert_int_equal(key(ui, &d, &g, "l").kind, UI_REQUEST_NONE);
	assert_true(shows(&g, 0, 1, "alerts > "));
	key(ui, &d, &g, "T");
	while (shows(&g, 0, 1, "alerts > "))
		key(ui, &d, &g, "<Esc>");
	assert_int_equal(at(&d), end_ms - 5000);
	ui_free(ui);
	grid_release(&g);
	desk_close(&d);
}

static void
an_alert_that_fired_before_what_is_kept_says_so_and_nothing_moves(void **state)
{
	struct ui_request q = {.kind = UI_REQUEST_TIME, .time = UI_TIME_ALERT, .alert = 1};
	struct desk d;

	(void)state;
	desk_open(&d);
	jump(&d, END - MINUTE);
	q.to_ms = replay_past(d.r)->from_ms - 1;
	assert_false(replay_has_alert(d.r, &q));
	replay_do(d.r, &q, 0, d.say);
	assert_non_null(strstr(d.say, "it fired at 2023-11-14 22:13:"));
	assert_non_null(strstr(d.say, "not kept"));
	assert_int_equal(at(&d), END - MINUTE);
	/* Of one that no change is told of, its model's clock says it. */
	q.to_ms = LIB_RECORDING_BEGIN + 12 * MINUTE - 1;
	replay_do(d.r, &q, 0, d.say);
	assert_non_null(strstr(d.say, "when it fired"));
	assert_int_equal(at(&d), LIB_RECORDING_BEGIN + 12 * MINUTE);
	desk_close(&d);
}

static void
open_silent(struct desk *d, int minutes, int64_t silent_ms)
{
	struct recording_head head = lib_recording_head();
	struct lib_recording w;

	lib_recording_init(&w, &head);
	w.silent_ms = silent_ms;
	lib_recording_fleet(&w, minutes, NULL, NULL);
	desk_open_saved(d, w.out.p, w.out.n, false);
	lib_recording_release(&w);
}

static void
it_begins_where_there_is_something_to_see(void **state)
{
	struct desk d;
	struct grid g;
	int64_t begin_ms;

	(void)state;
	open_silent(&d, 4, 2 * MINUTE);
	paint(replay_store(d.r), replay_past(d.r), "", ROWS, &g);
	assert_true(shows(&g, 1, 2, "no events yet at this time"));
	assert_true(shows(&g, 2, ROWS, "Space plays on from here, ] goes on to the next alert."));
	assert_true(shows(&g, 2, ROWS, "L goes to the end."));
	assert_false(shows(&g, 2, ROWS, "ml:*"));
	grid_release(&g);
	assert_int_equal(replay_seek_first(d.r, NULL), 0);
	/* The first event is in the next step, or the one behind it. */
	assert_in_range(at(&d), LIB_RECORDING_BEGIN + 2 * MINUTE, LIB_RECORDING_BEGIN + 2 * MINUTE + 10000);
	assert_true(store_model_count(replay_store(d.r)) > 0);
	act(&d, UI_TIME_BACK);
	assert_int_equal(store_model_count(replay_store(d.r)), 0);
	desk_close(&d);
	/* Where nothing ever comes it stays. */
	open_silent(&d, 1, 2 * MINUTE);
	begin_ms = at(&d);
	assert_int_equal(replay_seek_first(d.r, NULL), 0);
	assert_int_equal(at(&d), begin_ms);
	desk_close(&d);
}

static void
what_only_the_present_can_do_is_refused_with_a_sentence(void **state)
{
	struct desk d;
	struct grid g;
	struct ui *ui;

	(void)state;
	desk_open(&d);
	assert_int_equal(grid_init(&g, ROWS, COLS, GLYPHS_BLOCKS, NULL), 0);
	assert_int_equal(ui_new(&ui, &options, NULL), 0);
	ui_set_past(ui, replay_past(d.r));
	jump(&d, LIB_RECORDING_BEGIN + 14 * MINUTE);
	ui_draw(ui, replay_store(d.r), &g, replay_time_ms(d.r), 0);
	assert_int_equal(key(ui, &d, &g, "aA").kind, UI_REQUEST_NONE);
	assert_true(shows(&g, ROWS - 1, ROWS, "a recording says what was"));
	assert_int_equal(key(ui, &d, &g, "s").kind, UI_REQUEST_NONE);
	assert_true(shows(&g, ROWS - 1, ROWS, "a recording says what was"));
	assert_false(ui_takes_text(ui));
	ui_free(ui);
	grid_release(&g);
	desk_close(&d);
}

/* A store of a moment at which nothing had been seen yet. */
static void
what_is_not_there_yet_keeps_its_place_on_the_screen(void **state)
{
	const struct store_options so = {0};
	struct ui_past past;
	struct store *before;
	struct desk d;
	struct grid g;
	struct ui *ui;

	(void)state;
	desk_open(&d);
	jump(&d, END);
	assert_int_equal(store_new(&before, &so, NULL), 0);
	assert_int_equal(grid_init(&g, ROWS, COLS, GLYPHS_BLOCKS, NULL), 0);
	assert_int_equal(ui_new(&ui, &options, NULL), 0);
	ui_set_past(ui, replay_past(d.r));
	ui_draw(ui, replay_store(d.r), &g, replay_time_ms(d.r), 0);
	key(ui, &d, &g, "<Enter><Enter>");
	past = *replay_past(d.r);
	past.place++;
	ui_set_past(ui, &past);
	ui_draw(ui, before, &g, past.at_ms, 0);
	assert_true(shows(&g, 2, ROWS, "this feature has no values yet at this time"));
	/* No key that would read what is not there does. */
	(void)ui_key(ui, before, KEYCODE_ENTER, 0);
	ui_draw(ui, before, &g, past.at_ms, 0);
	(void)ui_key(ui, before, 'j', 0);
	ui_draw(ui, before, &g, past.at_ms, 0);
	past.place++;
	ui_draw(ui, replay_store(d.r), &g, past.at_ms, 0);
	assert_false(shows(&g, 2, ROWS, "no values yet"));
	store_free(before);
	ui_free(ui);
	grid_release(&g);
	desk_close(&d);
}

static int
open_and_move(void *ctx, struct err *err)
{
	const struct replay_options ro = {.name = "a.dtr"};
	const struct ui_request back = {.kind = UI_REQUEST_TIME, .time = UI_TIME_BACK};
	struct recording *rec = NULL;
	struct replay *r = NULL;
	char say[REPLAY_SAY_BYTES];
	int rc = recording_open(&rec, path, err);

	(void)ctx;
	if (!rc)
		rc = replay_open(&r, rec, &ro, err);
	if (!rc)
		rc = replay_seek(r, LIB_RECORDING_BEGIN + MINUTE, err);
	if (!rc)
		replay_do(r, &back, 0, say);
	replay_close(r);
	recording_close(rec);
	return rc;
}

/* What memory cannot hold is an error with a sentence, or is left out of lists; never a crash, never a leak. */
static void
every_allocation_may_fail(void **state)
{
	(void)state;
	/* The first minute: each of some thousand allocations in turn. */
	lib_recording_save(whole.out.p, whole.out.n / MINUTES * 3 / 2, path);
	assert_true(alloc_survive_each(open_and_move, NULL) > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_screen_is_what_it_was_live_but_for_the_first_line),
	    cmocka_unit_test(a_model_that_learns_says_how_far_it_is),
	    cmocka_unit_test(steps_go_both_ways_and_say_where_they_end),
	    cmocka_unit_test(each_alert_is_gone_to_once_there_and_once_back),
	    cmocka_unit_test(it_plays_as_fast_as_asked_and_stops_at_the_end),
	    cmocka_unit_test(speeds_double_and_end),
	    cmocka_unit_test(a_file_that_is_still_written_is_followed),
	    cmocka_unit_test(a_moment_that_rests_on_damage_says_so),
	    cmocka_unit_test(keys_move_it_and_the_first_line_says_where_it_is),
	    cmocka_unit_test(enter_on_an_alert_goes_to_when_it_fired_and_back_from_it_to_the_list),
	    cmocka_unit_test(an_alert_that_fired_before_what_is_kept_says_so_and_nothing_moves),
	    cmocka_unit_test(it_begins_where_there_is_something_to_see),
	    cmocka_unit_test(what_only_the_present_can_do_is_refused_with_a_sentence),
	    cmocka_unit_test(what_is_not_there_yet_keeps_its_place_on_the_screen),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests_name("replay", tests, make_whole, remove_whole);
}
