/* Commands among the keys of `snapshot`: what they do, what they cannot do there, and what is no command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "tests/lib_desk.h"
#include "tests/lib_run.h"

#define LIMIT_MS 60000

static struct desk_shelf shelf;

static int
begin(void **state)
{
	(void)state;
	desk_shelf_open(&shelf, "shot", 40);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	desk_shelf_close(&shelf);
	return 0;
}

static void
press(struct lib_run *r, const char *keys, const char *format)
{
	const char *const args[] = {
	    "snapshot", shelf.film, "--utc", "--size", "100x30", "--keys", keys, "--format", format, NULL};

	lib_run(r, args, NULL, NULL, LIMIT_MS);
}

static void
refused(const char *keys, const char *sentence)
{
	struct lib_run r;

	press(&r, keys, "text");
	assert_int_equal(r.status, 1);
	assert_int_equal(r.nout, 0);
	if (!strstr(r.err, sentence))
		fail_msg("'%s' is not in '%s'", sentence, r.err);
	lib_run_free(&r);
}

/* It goes on, and says that this was not done. */
static void
left_out(const char *keys, const char *sentence)
{
	struct lib_run r;

	press(&r, keys, "text");
	assert_int_equal(r.status, 0);
	assert_true(r.nout > 0);
	if (!strstr(r.err, sentence))
		fail_msg("'%s' is not in '%s'", sentence, r.err);
	lib_run_free(&r);
}

static void
a_theme_colours_what_is_printed(void **state)
{
	struct lib_run dark, light;

	(void)state;
	press(&dark, ":theme dark<Enter>", "svg");
	press(&light, ":theme light<Enter>", "svg");
	assert_int_equal(dark.status, 0);
	assert_int_equal(light.status, 0);
	assert_string_equal(dark.err, "");
	assert_string_not_equal(dark.out, light.out);
	lib_run_free(&dark);
	lib_run_free(&light);
}

static void
glyphs_draw_what_is_printed(void **state)
{
	struct lib_run r;

	(void)state;
	press(&r, ":set glyphs ascii<Enter>", "text");
	assert_int_equal(r.status, 0);
	for (size_t i = 0; i < r.nout; i++)
		assert_true((unsigned char)r.out[i] < 0x80);
	lib_run_free(&r);
}

static void
a_screen_and_a_panel_are_written_as_in_the_dashboard(void **state)
{
	char keys[600], path[300], text[8000];
	struct lib_run r;
	struct stat st;
	size_t n;
	FILE *f;

	(void)state;
	snprintf(path, sizeof path, "%s/x.txt", shelf.root);
	snprintf(keys, sizeof keys, ":export %s<Enter>", path);
	press(&r, keys, "text");
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.err, "written: "));
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	assert_non_null(strstr(text, "churn"));
	assert_null(strstr(text, ":export"));
	lib_run_free(&r);
	snprintf(path, sizeof path, "%s/x.svg", shelf.root);
	snprintf(keys, sizeof keys, "<Enter><Tab>:export %s panel<Enter>", path);
	press(&r, keys, "text");
	assert_int_equal(r.status, 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 1000);
	lib_run_free(&r);
	/* What is there stays. */
	press(&r, keys, "text");
	assert_non_null(strstr(r.err, "not written: "));
	lib_run_free(&r);
}

static void
what_needs_somebody_at_a_terminal_is_said_and_left_out(void **state)
{
	(void)state;
	left_out(":save<Enter>", "drifttop: --keys: to save what was changed needs the dashboard");
	left_out("mhere<Enter>", "a note needs the dashboard");
}

static void
what_is_no_command_is_an_error_and_nothing_is_printed(void **state)
{
	(void)state;
	refused(":gotto fleet<Enter>", "--keys: no command 'gotto'; did you mean 'goto'?");
	refused(":xyzzy<Enter><Esc>", "no command 'xyzzy'");
	refused(":set rules.traffic.off on<Enter>", "this is the past: alerts are changed where it is live");
	refused(":set groups.a b<Enter>", "groups: the first that fits wins, so by order: edit the file");
	refused(":set columns.fleet rate<Enter>", "columns: :columns SCREEN NAME,NAME sets them");
	refused(":theme drak<Enter>", "unknown theme 'drak'; did you mean 'dark'?");
	refused(":goto chrun<Enter>j", "did you mean 'churn'?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_theme_colours_what_is_printed),
	    cmocka_unit_test(glyphs_draw_what_is_printed),
	    cmocka_unit_test(a_screen_and_a_panel_are_written_as_in_the_dashboard),
	    cmocka_unit_test(what_needs_somebody_at_a_terminal_is_said_and_left_out),
	    cmocka_unit_test(what_is_no_command_is_an_error_and_nothing_is_printed),
	};

	return cmocka_run_group_tests_name("commands among keys", tests, begin, end);
}
