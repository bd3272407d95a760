/* The first line: which server or recording this is, which model and where in it, at every width that has the room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"

static const struct ui_options options = {
    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://127.0.0.1:6379"};

static const char *const walks[] = {"", "<Enter>", "<Enter><Enter>", "<Enter><Enter><Enter>", "a", "z", "i", "S",
    "<Enter>v", "<Enter>B", "<Enter>z"};

static void
the_server_is_named_on_every_screen_of_80_columns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
		struct desk *d = desk_open(FLEET_INCIDENT, &options);

		desk_press(d, walks[i]);
		for (int cols = 80; cols <= 200; cols += 5) {
			desk_size(d, 24, cols, GLYPHS_BLOCKS);
			if (!desk_row_shows(d, 0, "127.0"))
				fail_msg("'%s' at %d columns: %s", walks[i], cols, desk_row(d, 0));
		}
		desk_close(d);
	}
}

/* Of long names, too: each is cut before one goes. */
static void
the_model_is_told_wherever_one_is(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &options);

	(void)state;
	desk_press(d, "/card<Enter><Enter>/country<Enter><Enter>E");
	for (int cols = 66; cols <= 200; cols++) {
		desk_size(d, 24, cols, GLYPHS_BLOCKS);
		if (!desk_row_shows(d, 0, "card") || !desk_row_shows(d, 0, "events"))
			fail_msg("%d columns: %s", cols, desk_row(d, 0));
	}
	desk_close(d);
}

static void
of_a_replay_the_model_comes_before_how_far_it_is_to_the_end(void **state)
{
	static struct desk d;
	struct desk_film film;
	char titles[64] = "";
	size_t n = 0, ends = 0;

	(void)state;
	desk_film_open(&film, "chrome", 12);
	desk_init_replay(&d, film.rec, &options);
	desk_seek(&d, 6);
	desk_draw(&d);
	desk_press(&d, "<Enter><Enter>");
	desk_size(&d, 24, 200, GLYPHS_ASCII);
	/* "fleet > MODEL > INPUT", of which the fleet may go. */
	assert_true(desk_row_shows(&d, 0, "fleet > "));
	for (const char *p = strstr(desk_row(&d, 0), " > ") + 3; n < sizeof titles - 1 && strncmp(p, "  ", 2) != 0; p++)
		titles[n++] = *p;
	assert_non_null(strstr(titles, " > "));
	for (int cols = 60; cols < 200; cols++) {
		bool end;

		desk_size(&d, 24, cols, GLYPHS_ASCII);
		end = desk_row_shows(&d, 0, "to the end");
		ends += end;
		if (end && !desk_row_shows(&d, 0, titles))
			fail_msg("%d columns: %s", cols, desk_row(&d, 0));
	}
	assert_in_range(ends, 80, 139);
	desk_release(&d);
	desk_film_close(&film);
}

/* One glance at a corner of a screen: whatever is selected, on whatever screen. */
static void
where_there_is_room_for_one_row_it_is_that_of_the_worst_model(void **state)
{
	static const char *const ways[] = {"", "G", "G<Enter>", "G<Enter><Enter>", "i", "?"};
	struct desk *d = desk_open(FLEET_INCIDENT, &options);

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		desk_size(d, 24, 80, GLYPHS_ASCII);
		desk_press(d, "0g");
		desk_press(d, ways[i]);
		for (int rows = 1; rows <= 3; rows++)
			for (int cols = 1; cols < 20; cols++) {
				desk_size(d, rows, cols, GLYPHS_ASCII);
				if (strncmp(desk_row(d, 0), "C^ card-fraud", (size_t)(cols < 3 ? cols : 3)) != 0)
					fail_msg("'%s' at %dx%d: '%s'", ways[i], cols, rows, desk_row(d, 0));
				assert_true(rows < 3 || cols < 4 || strncmp(desk_row(d, 2), "LIVE", 4) == 0);
			}
	}
	/* What is typed has its row. */
	desk_press(d, ":");
	desk_size(d, 3, 5, GLYPHS_ASCII);
	assert_int_equal(desk_row(d, 2)[1], ':');
	desk_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_server_is_named_on_every_screen_of_80_columns),
	    cmocka_unit_test(the_model_is_told_wherever_one_is),
	    cmocka_unit_test(where_there_is_room_for_one_row_it_is_that_of_the_worst_model),
	    cmocka_unit_test(of_a_replay_the_model_comes_before_how_far_it_is_to_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
