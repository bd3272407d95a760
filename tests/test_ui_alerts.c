/* The alerts screen by its keys: there, acknowledged, silenced, gone to. */
#include "tui/ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/mem.h"
#include "tests/lib_fleet.h"
#include "tui/key.h"
#include "widgets/charset.h"

struct desk {
	struct store *s;
	struct ui *ui;
	struct grid g;
	int64_t now_ms;
	struct ui_request last;
};

static void
draw(struct desk *d)
{
	ui_draw(d->ui, d->s, &d->g, d->now_ms, 1000);
}

/* Presses them, tells the store what they ask for, as the program does, and draws. */
static void
press(struct desk *d, const char *script)
{
	struct slice rest = slice_of(script);
	struct fact f;
	uint32_t key;

	while (rest.n > 0) {
		assert_int_equal(key_parse(&rest, &key, NULL), 0);
		d->last = ui_key(d->ui, d->s, key, 1000);
		if (ui_request_fact(&d->last, d->now_ms, &f))
			assert_int_equal(store_apply(d->s, &f, NULL), 0);
		draw(d);
	}
}

static int
setup(void **state)
{
	static const struct ui_options options = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://h", .user = "ada"};
	struct desk *d = mem_calloc(1, sizeof *d);

	assert_non_null(d);
	d->s = fleet_make(FLEET_INCIDENT, &d->now_ms);
	assert_int_equal(ui_new(&d->ui, &options, NULL), 0);
	assert_int_equal(grid_init(&d->g, 24, 80, GLYPHS_ASCII, NULL), 0);
	draw(d);
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	struct desk *d = *state;

	ui_free(d->ui);
	grid_release(&d->g);
	store_free(d->s);
	mem_free(d);
	return 0;
}

static bool
row_shows(const struct desk *d, int row, const char *text)
{
	char line[512];
	size_t n = 0;

	for (int col = 0; col < d->g.cols; col++) {
		uint32_t ch = d->g.cells[row * d->g.cols + col].ch;

		line[n++] = (char)(ch < 127 ? ch : '?');
	}
	line[n] = '\0';
	return strstr(line, text) != NULL;
}

static bool
shows(const struct desk *d, const char *text)
{
	for (int row = 0; row < d->g.rows; row++)
		if (row_shows(d, row, text))
			return true;
	return false;
}

static const struct alert *
at(const struct desk *d, size_t place)
{
	const struct alert *order[ALERT_MAX];

	assert_true(alerts_order(store_alerts(d->s), order, ALERT_MAX) > place);
	return order[place];
}

static void
line_1_says_how_many_fire_and_a_shows_them_worst_first(void **state)
{
	struct desk *d = *state;

	assert_true(row_shows(d, 0, "7 alerts"));
	press(d, "a");
	assert_true(row_shows(d, 0, "fleet > alerts"));
	assert_true(row_shows(d, 2, "7 firing"));
	assert_true(row_shows(d, 4, "C"));
	assert_true(row_shows(d, 10, "W"));
	press(d, "a"); /* it is there already */
	assert_true(row_shows(d, 0, "fleet > alerts"));
	press(d, "<Esc>");
	assert_false(row_shows(d, 0, "alerts >"));
	press(d, "a/flight<Enter>");
	assert_true(row_shows(d, 4, "flight-delay"));
	assert_false(shows(d, "card-fraud"));
}

static void
enter_goes_to_what_it_is_about_and_esc_comes_back(void **state)
{
	struct desk *d = *state;

	press(d, "aj<Enter>");
	assert_true(row_shows(d, 0, "card-fraud > amount"));
	press(d, "<Esc><Esc>");
	assert_true(row_shows(d, 0, "fleet > alerts"));
	press(d, "g<Enter>"); /* of a model as a whole */
	assert_true(row_shows(d, 0, "alerts > spam-lite"));
}

static void
acknowledged_is_by_whom_and_taken_back_by_the_same_key(void **state)
{
	struct desk *d = *state;

	press(d, "aA");
	assert_string_equal(at(d, 0)->acked_by, "ada");
	assert_int_equal(at(d, 0)->acked_ms, d->now_ms);
	assert_true(shows(d, "acknowledged by ada"));
	press(d, "A");
	assert_string_equal(at(d, 0)->acked_by, "");
	assert_false(shows(d, "acknowledged by ada"));
}

static void
silence_asks_for_how_long_and_why_and_a_wrong_answer_can_be_mended(void **state)
{
	struct desk *d = *state;

	press(d, "as");
	assert_true(ui_takes_text(d->ui));
	assert_true(row_shows(d, 23, "until mon 08:00"));
	press(d, "2x<Enter>");
	assert_int_equal(d->last.kind, UI_REQUEST_NONE);
	assert_true(row_shows(d, 23, "is no duration"));
	assert_true(ui_takes_text(d->ui));
	press(d, "<BS>h q!<Enter>"); /* keys of the screen are text here */
	assert_false(ui_takes_text(d->ui));
	assert_int_equal(at(d, 0)->silenced_to_ms, d->now_ms + 7200000);
	assert_string_equal(at(d, 0)->silence_reason, "q!");
	assert_string_equal(at(d, 0)->silenced_by, "ada");
	assert_true(row_shows(d, 0, "6 alerts"));
	press(d, "s"); /* and ends it */
	assert_false(alert_silenced(at(d, 0)));
	assert_true(row_shows(d, 0, "7 alerts"));
	press(d, "s2h<Esc>");
	assert_false(alert_silenced(at(d, 0)));
	assert_true(row_shows(d, 0, "fleet > alerts"));
	press(d, "s<BS>"); /* nothing left to erase */
	assert_false(ui_takes_text(d->ui));
	press(d, "suntil clear<Enter>");
	assert_true(at(d, 0)->silenced_to_ms == ALERT_UNTIL_CLEAR);
}

static void
brackets_go_from_alert_to_alert_and_around(void **state)
{
	struct desk *d = *state;

	press(d, "]");
	assert_true(row_shows(d, 0, "fleet > spam-lite"));
	assert_true(row_shows(d, 23, "alert 1 of 7"));
	press(d, "]");
	assert_true(row_shows(d, 0, "fleet > card-fraud > amount"));
	press(d, "[[");
	assert_true(row_shows(d, 0, "flight-delay > distance"));
	assert_true(row_shows(d, 23, "alert 7 of 7"));
	press(d, "]");
	assert_true(row_shows(d, 0, "fleet > spam-lite"));
}

static void
a_frozen_list_stays_and_what_is_cleared_meanwhile_can_still_be_told(void **state)
{
	struct desk *d = *state;
	struct fact f = {.kind = FACT_ACK};

	press(d, "a<Space>");
	f.u.ack.alert = at(d, 0)->id;
	f.u.ack.by = slice_of("bob");
	assert_int_equal(store_apply(d->s, &f, NULL), 0);
	draw(d);
	assert_false(shows(d, "bob"));
	press(d, "<Space>");
	assert_true(shows(d, "acknowledged by bob"));
}

/* As the store raises them while a baseline is young. */
static void
raise_provisional(struct desk *d, const char *feature, int64_t ago_ms)
{
	struct alerts *all = (struct alerts *)(uintptr_t)store_alerts(d->s);
	const struct alert *like = at(d, 6);
	struct alert_sight sight = {.key = {.rule = slice_of("drift"), .feature = slice_of(feature)},
	    .model = like->model,
	    .warn = true,
	    .provisional = true,
	    .trusted = true,
	    .effect = 1000, /* large, and yet behind what is known */
	    .began_ms = d->now_ms - ago_ms,
	    .sentence = slice_of("perhaps it moved")};

	sight.key.model = like->key.model;
	assert_int_equal(alerts_see(all, &sight, d->now_ms, NULL), 0);
}

static void
provisional_ones_are_one_line_that_enter_opens(void **state)
{
	struct desk *d = *state;

	raise_provisional(d, "month", 120000);
	raise_provisional(d, "hour", 60000);
	raise_provisional(d, "carrier", 60000);
	press(d, "a");
	assert_true(row_shows(d, 0, "7 alerts"));
	assert_true(row_shows(d, 2, "7 firing, 0 pending, 0 cleared, 3 provisional"));
	assert_true(shows(d, "3 changes"));
	assert_false(shows(d, "perhaps it moved"));
	/* They lie behind what fires, and neither n nor ] leads to them. */
	assert_true(row_shows(d, 11, "3 changes"));
	press(d, "Gn");
	assert_true(row_shows(d, 13, "Selected  spam-lite"));
	press(d, "GA");
	assert_int_equal(d->last.kind, UI_REQUEST_NONE);
	press(d, "<Enter>");
	assert_true(shows(d, "perhaps it moved"));
	press(d, "j");
	assert_true(row_shows(d, 14, "Selected  flight-delay: month"));
	press(d, "A");
	assert_int_equal(d->last.kind, UI_REQUEST_ACK);
	press(d, "k<Enter>");
	assert_false(shows(d, "perhaps it moved"));
	press(d, "/carrier<Enter>");
	assert_true(shows(d, "perhaps it moved"));
	press(d, "<Esc><Esc>[");
	assert_true(row_shows(d, 23, "alert 7 of 7"));
}

int
main(void)
{
#define on_desk(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
	    on_desk(line_1_says_how_many_fire_and_a_shows_them_worst_first),
	    on_desk(enter_goes_to_what_it_is_about_and_esc_comes_back),
	    on_desk(acknowledged_is_by_whom_and_taken_back_by_the_same_key),
	    on_desk(silence_asks_for_how_long_and_why_and_a_wrong_answer_can_be_mended),
	    on_desk(brackets_go_from_alert_to_alert_and_around),
	    on_desk(a_frozen_list_stays_and_what_is_cleared_meanwhile_can_still_be_told),
	    on_desk(provisional_ones_are_one_line_that_enter_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
