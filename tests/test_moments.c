/* Two moments of a model: what is pinned stays, what is shown moves, what differs most comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_desk.h"

static struct desk_film film;

static int
record_fleet(void **state)
{
	(void)state;
	desk_film_open(&film, "moments", 60);
	return 0;
}

static int
remove_fleet(void **state)
{
	(void)state;
	desk_film_close(&film);
	return 0;
}

static void
begin(struct desk *d)
{
	const struct ui_options o = {.version = "1", .endpoint = "a", .zone = "UTC", .utc = true};

	desk_init_replay(d, film.rec, &o);
	desk_size(d, 30, 110, GLYPHS_ASCII);
}

/* Somebody who rests for a while on what a key has shown. */
static void
press(struct desk *d, const char *key)
{
	d->mono_ms += 10000;
	desk_press(d, key);
	d->mono_ms += 10000;
	desk_draw(d);
}

static void
what_differs_most_comes_first_and_moves_with_time(void **state)
{
	struct desk d;
	int amount, score, row;

	(void)state;
	begin(&d);
	desk_seek(&d, 15);
	press(&d, "<Enter>");
	press(&d, "c");
	assert_true(desk_find(&d, "A is pinned") >= 0);
	/* Trouble is between the 20th and the 30th minute: nothing is wrong yet at A. */
	desk_seek(&d, 28);
	press(&d, "c");
	assert_true(desk_find(&d, "A is 22:28:20, B is 22:41:20") >= 0);
	row = desk_find(&d, "errors");
	assert_true(row >= 0 && desk_row_shows(&d, row, " 0.0% "));
	amount = desk_find(&d, "amount");
	score = desk_find(&d, "score");
	assert_true(amount >= 0 && score > amount);
	/* The list stays where it is while time goes on, to when all is over. */
	desk_seek(&d, 59);
	assert_true(desk_find(&d, "A is 22:28:20, B is 23:12:20") >= 0);
	press(&d, "c");
	assert_true(desk_find(&d, "no longer pinned") >= 0);
	assert_true(desk_find(&d, "A is") < 0);
	desk_release(&d);
}

static void
the_same_moment_differs_in_nothing(void **state)
{
	struct desk d;
	int row;

	(void)state;
	begin(&d);
	desk_seek(&d, 28);
	press(&d, "<Enter>");
	press(&d, "c");
	press(&d, "c");
	row = desk_find(&d, "p99");
	assert_true(row >= 0 && desk_row_shows(&d, row, " 0ms "));
	row = desk_find(&d, "missing");
	assert_true(row >= 0 && desk_row_shows(&d, row, " 0.0pt "));
	desk_release(&d);
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
	struct desk d;

	(void)state;
	begin(&d);
	desk_seek(&d, 28);
	press(&d, "<Enter>");
	mem_set_hook(refuse, NULL);
	press(&d, "c");
	press(&d, "c");
	mem_set_hook(NULL, NULL);
	press(&d, "<Esc>");
	desk_release(&d);
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
