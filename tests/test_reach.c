/* From every screen to every other one by at most three keys, at 80x24: 0 is the fleet, and a what fires. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"

static const struct ui_options options = {.zone = "UTC", .endpoint = "test", .user = "someone"};

#define WAYS 3

/* What is to be pressed, and what then is there alone: the last crumb, or a panel. */
static const struct target {
	const char *name;
	const char *ways[WAYS]; /* the first that leads there; a key that does nothing there is no way */
	const char *crumbs, *panel;
} targets[] = {
    {"fleet", {"0", ""}, " fleet ", "PSI/FLOOR"},
    {"model", {"0<Enter>"}, "fleet > card-fraud ", "Inputs"},
    {"feature", {"0<Enter><Enter>"}, "> amount ", ""},
    {"events", {"0<Enter>E"}, "events ", "Events"},
    {"sources", {"i", "", "0i"}, "sources ", "Sources and their streams"},
    {"alerts", {"a", "", "0a"}, "alerts ", "Alerts"},
    {"baseline", {"0<Enter>B"}, "baseline ", ""},
    {"versions", {"0<Enter>v"}, "versions ", ""},
    {"compare", {"0<Enter>c"}, " | ", "FIGURE"},
    {"timeline", {"z", "", "0z"}, "timeline ", ""},
    {"setup", {"S", "", "0S"}, "setup ", "In force"},
    {"help", {"?", "", "0?"}, "help ", ""},
};

/* From the fleet, some of them far from it. */
static const char *const places[] = {"", "<Enter>", "<Enter><Enter>", "<Enter><Enter><Enter>", "i", "a", "a<Enter>",
    "a<Enter><Enter>", "<Enter>B", "<Enter>v", "<Enter>c", "z", "<Enter>z", "S", "<Enter>S", "?",
    "<Enter><Enter><Enter>?", "<Enter><Enter><Enter>aizi", "<Enter>e", "<Enter><Enter><Enter><Enter>"};

static bool
is_there(const struct desk *d, const struct target *t)
{
	return desk_row_shows(d, 0, t->crumbs) && desk_shows(d, t->panel);
}

static int
keys_in(const char *way)
{
	int n = 0;

	for (const char *c = way; *c; c++, n++)
		if (*c == '<')
			c = strchr(c, '>');
	return n;
}

/* What is pinned stays so: from then on c compares. */
static void
begin(struct desk *d, const char *place)
{
	ui_free(d->ui);
	d->ui = NULL;
	assert_int_equal(ui_new(&d->ui, &options, NULL), 0);
	desk_draw(d);
	desk_press(d, "<Enter>cq");
	desk_press(d, place);
}

static void
every_screen_is_at_most_three_keys_away_from_every_other(void **state)
{
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
		for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
			const struct target *t = &targets[i];
			bool found = false;

			for (size_t w = 0; w < WAYS && t->ways[w] && !found; w++) {
				begin(d, places[p]);
				desk_press(d, t->ways[w]);
				assert_true(keys_in(t->ways[w]) <= 3);
				found = is_there(d, t);
			}
			if (!found)
				fail_msg("from '%s' three keys do not lead to %s", places[p], t->name);
		}
	}
	desk_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_screen_is_at_most_three_keys_away_from_every_other),
	};

	return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
