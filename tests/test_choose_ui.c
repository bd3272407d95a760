/* Choosing a baseline with keys: what is listed, what Enter asks for, what the screen says afterwards. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/choice.h"
#include "core/mem.h"
#include "core/store_impl.h"
#include "tests/lib_maker.h"
#include "themes/theme.h"
#include "tui/choose_preview.h"
#include "tui/export.h"
#include "tui/key.h"
#include "tui/ui.h"

static const char *const baseline_files[] = {"last-year.json"};

struct desk {
	struct store *s;
	struct ui *ui;
	struct grid g;
	char *text;
	int64_t mono_ms;
};

static int
setup(void **state)
{
	const struct ui_options o = {.zone = "UTC", .endpoint = "here", .baselines = baseline_files, .nbaselines = 1};
	struct desk *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->s = store_make(true);
	feed(d->s, "m", T0, 1000, 2400, 0, 1);
	history_ends(d->s);
	feed(d->s, "m", T0 + 2400000, 1000, 600, 3, 2);
	assert_int_equal(store_tick(d->s, T0 + 3000000, NULL), 0);
	assert_int_equal(ui_new(&d->ui, &o, NULL), 0);
	assert_int_equal(grid_init(&d->g, 30, 120, GLYPHS_ASCII, NULL), 0);
	d->mono_ms = 10000;
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	struct desk *d = *state;

	mem_free(d->text);
	grid_release(&d->g);
	ui_free(d->ui);
	store_free(d->s);
	free(d);
	return 0;
}

static const char *
look(struct desk *d)
{
	char *text;
	size_t n;

	d->mono_ms += 5000;
	ui_draw(d->ui, d->s, &d->g, store_now_ms(d->s), d->mono_ms);
	mem_free(d->text);
	d->text = NULL;
	assert_int_equal(export_grid(&d->g, export_format_find("text"), themes[0], DEPTH_MONO, &text, &n, NULL), 0);
	d->text = mem_alloc(n + 1); /* it has no end of its own */
	assert_non_null(d->text);
	memcpy(d->text, text, n);
	d->text[n] = '\0';
	mem_free(text);
	return d->text;
}

/* The request of the last key. */
static struct ui_request
press(struct desk *d, const char *keys)
{
	struct slice left = slice_of(keys);
	struct ui_request r = {UI_REQUEST_NONE};
	uint32_t code;

	for (;;) {
		struct fact f;

		(void)look(d);
		assert_int_equal(key_parse(&left, &code, NULL), 0);
		if (code == KEYCODE_NONE)
			return r;
		d->mono_ms += 1000;
		r = ui_key(d->ui, d->s, code, d->mono_ms);
		if (ui_request_fact(&r, 0, &f))
			assert_int_equal(store_apply(d->s, &f, NULL), 0);
	}
}

static void
test_the_list_has_what_holds_and_what_there_is(void **state)
{
	struct desk *d = *state;

	press(d, "<Enter>B");
	look(d);
	assert_non_null(strstr(d->text, "holds now"));
	assert_non_null(strstr(d->text, "learned   own stream"));
	assert_non_null(strstr(d->text, "now       2023-11-14"));
	assert_null(strstr(d->text, " rows  ")); /* they stand in a column */
	assert_non_null(strstr(d->text, "last-year.json"));
	assert_non_null(strstr(d->text, "reads history again"));
	assert_non_null(strstr(d->text, "needs 200 rows")); /* nothing was there a day ago */
}

static void
test_enter_takes_one_and_the_model_says_so(void **state)
{
	struct desk *d = *state;
	struct ui_request r;

	press(d, "<Enter>");
	look(d);
	assert_non_null(strstr(d->text, "baseline: own stream"));
	r = press(d, "Bj<Enter>");
	assert_int_equal(r.kind, UI_REQUEST_CHOOSE);
	assert_int_equal(r.choice.kind, CHOICE_NOW);
	assert_int_equal(store_model(d->s, 0)->baseline->kind, BASELINE_SLICE);
	look(d);
	assert_non_null(strstr(d->text, "held against: now, 2023-11-14"));
	press(d, "<Esc>");
	press(d, "<Enter>");
	look(d);
	assert_non_null(strstr(d->text, "baseline: now, 2023-11-14"));
}

static void
test_escape_changes_nothing_and_too_few_rows_say_so(void **state)
{
	struct desk *d = *state;
	struct ui_request r = press(d, "<Enter>B<Esc>");

	assert_int_equal(r.kind, UI_REQUEST_NONE);
	assert_int_equal(store_model(d->s, 0)->baseline->kind, BASELINE_LEARNED);
	r = press(d, "Bjjjjj<Enter>"); /* the day before, which was nothing */
	assert_int_equal(r.kind, UI_REQUEST_NONE);
	look(d);
	assert_non_null(strstr(d->text, "a baseline needs 200 rows"));
	assert_int_equal(store_model(d->s, 0)->baseline->kind, BASELINE_LEARNED);
}

static void
test_a_file_is_asked_for_by_its_place(void **state)
{
	struct desk *d = *state;
	struct ui_request r = press(d, "<Enter>BG<Enter>");

	assert_int_equal(r.kind, UI_REQUEST_FILE);
	assert_int_equal(r.file, 0);
}

static void
test_the_versions_of_a_model_can_be_held_against_another_one_too(void **state)
{
	struct desk *d = *state;

	press(d, "<Enter>vB");
	look(d);
	assert_non_null(strstr(d->text, "> m > versions > baseline"));
	assert_non_null(strstr(d->text, "holds now"));
	press(d, "<Esc>");
	look(d);
	assert_non_null(strstr(d->text, "> m > versions "));
	assert_null(strstr(d->text, "> baseline"));
}

static void
test_a_model_that_is_still_learning_has_nothing_to_choose_from(void **state)
{
	struct desk *d = *state;

	store_free(d->s);
	d->s = store_make(true);
	feed(d->s, "m", T0, 1000, 100, 0, 1);
	assert_int_equal(store_tick(d->s, T0 + 100000, NULL), 0);
	press(d, "<Enter>B<Enter>");
	press(d, "B");
	look(d);
	assert_non_null(strstr(d->text, "still learning the first baseline"));
}

/* The same counts on the same bins, so the same figure: equal but for the order of the sum, whatever is chosen. */
static void
test_what_is_shown_before_one_is_taken_is_what_holds_after(void **state)
{
	struct desk *d = *state;
	struct choice choices[CHOICE_MAX];
	size_t n = store_choices(d->s, 0, choices), seen = 0;
	struct preview p;

	for (size_t i = 0; i < n; i++) {
		const struct fact f = {.kind = FACT_CHOICE,
		    .u.choice = {.kind = choices[i].kind, .window = choices[i].window,
			.from_ms = choices[i].from_ms, .to_ms = choices[i].to_ms}};
		struct arena arena = {0};

		if (choices[i].rows < CHOICE_ROWS_MIN || choices[i].kind == CHOICE_LEARNED)
			continue;
		preview_begin(&p, &arena, d->s, 0, WINDOW_5M);
		preview_take(&p, d->s, 0, &choices[i]);
		assert_true(p.n > 0 && p.window == WINDOW_5M);
		assert_int_equal(store_apply(d->s, &f, NULL), 0);
		for (size_t k = 0; k < p.n; k++) {
			const struct preview_column *c = &p.columns[k];
			struct feature_figures now;

			figures_feature(d->s, 0, c->index, WINDOW_5M, &now);
			if (now.type != FEATURE_NUMERIC || isnan(c->psi))
				continue;
			assert_int_equal(c->rows, now.drift.m);
			assert_true(fabs(c->psi - now.drift.psi) < 1e-9);
			seen++;
		}
		arena_release(&arena);
	}
	assert_true(seen >= 2);
}

static void
test_the_one_under_the_cursor_is_held_against_now_below_the_list(void **state)
{
	struct desk *d = *state;

	press(d, "<Enter>B");
	look(d);
	assert_non_null(strstr(d->text, "Now against it"));
	assert_null(strstr(d->text, "AS IT HOLDS")); /* it is what holds */
	press(d, "j");
	look(d);
	assert_non_null(strstr(d->text, "AS IT HOLDS"));
	assert_non_null(strstr(d->text, "the rows of now are among these, so they are alike"));
	press(d, "G"); /* a file */
	look(d);
	assert_null(strstr(d->text, "Now against it"));
}

/* Usable from 200 rows, and made anew from a thousand. */
static void
test_while_the_first_one_grows_it_holds_and_nothing_says_that_none_does(void **state)
{
	struct desk *d = *state;

	store_free(d->s);
	d->s = store_make(true);
	feed(d->s, "m", T0, 1000, 300, 0, 1);
	history_ends(d->s);
	feed(d->s, "m", T0 + 300000, 1000, 100, 0, 2);
	assert_int_equal(store_tick(d->s, T0 + 400000, NULL), 0);
	assert_true(store_model(d->s, 0)->learning && store_model(d->s, 0)->baseline);
	press(d, "<Enter>B");
	look(d);
	assert_non_null(strstr(d->text, "holds now"));
	assert_non_null(strstr(d->text, "the first baseline is still growing"));
	assert_null(strstr(d->text, "still learning"));
	press(d, ":baseline now 5m<Enter>");
	look(d);
	assert_non_null(strstr(d->text, "the first baseline is still growing: until it is whole there is no other"));
	press(d, "<Esc>");
}

/* x is in no row of the last five minutes and was in all before: of what there is, k and the outputs are as ever. */
static void
test_what_is_missing_has_moved(void **state)
{
	struct choice choices[CHOICE_MAX];
	struct desk *d = *state;
	struct arena arena = {0};
	struct preview p;
	struct maker mk;

	store_free(d->s);
	d->s = store_make(true);
	feed(d->s, "m", T0, 1000, 2400, 0, 1);
	history_ends(d->s);
	for (int i = 0; i < 600; i++) {
		event_make(&mk, "m", T0 + 2400000 + i * 1000);
		feature_add(&mk, "k", text(i % 2 ? "yes" : "no"));
		mk.ev.prediction = number(i % 2);
		mk.ev.score = number((double)((unsigned)i * 167 % 256) / 256);
		assert_int_equal(store_ingest(d->s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_tick(d->s, T0 + 3000000, NULL), 0);
	press(d, "<Enter>B");
	look(d);
	assert_non_null(strstr(d->text, "moved: 1 of 4"));
	/* Against the hour, in most of which it was there, too. */
	assert_true(store_choices(d->s, 0, choices) > 1);
	assert_int_equal(choices[1].window, WINDOW_1H);
	preview_begin(&p, &arena, d->s, 0, WINDOW_5M);
	preview_take(&p, d->s, 0, &choices[1]);
	for (size_t i = 0; i < p.n; i++)
		assert_int_equal(p.columns[i].moved, slice_is(p.columns[i].name, "x"));
	arena_release(&arena);
}

#define at_desk(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    at_desk(test_the_list_has_what_holds_and_what_there_is),
	    at_desk(test_enter_takes_one_and_the_model_says_so),
	    at_desk(test_escape_changes_nothing_and_too_few_rows_say_so),
	    at_desk(test_while_the_first_one_grows_it_holds_and_nothing_says_that_none_does),
	    at_desk(test_what_is_missing_has_moved),
	    at_desk(test_a_file_is_asked_for_by_its_place),
	    at_desk(test_the_versions_of_a_model_can_be_held_against_another_one_too),
	    at_desk(test_what_is_shown_before_one_is_taken_is_what_holds_after),
	    at_desk(test_the_one_under_the_cursor_is_held_against_now_below_the_list),
	    at_desk(test_a_model_that_is_still_learning_has_nothing_to_choose_from),
	};

	return cmocka_run_group_tests_name("choose_ui", tests, NULL, NULL);
}
