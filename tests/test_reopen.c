/* A command line that opens a view again: what is in it, what never is, that it leads there; and the clipboard. */
#include "tui/reopen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/mem.h"
#include "tests/lib_fleet.h"
#include "tests/lib_pty.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/key.h"
#include "tui/osc52.h"
#include "tui/ui_place.h"

static struct store *fleet;
static int64_t now_ms;

/* ---- the line ----------------------------------------------------------------------------------------------------
 */

struct desk {
	struct ui *ui;
	struct grid g;
	struct options o;
	struct env env;
	char *words[24];
	int nwords;
	char line[REOPEN_BYTES];
};

static void
desk_draw(struct desk *d)
{
	ui_draw(d->ui, fleet, &d->g, now_ms, 100000);
}

static void
desk_open(struct desk *d, int argc, const char *const *argv)
{
	const struct ui_options uo = {.window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "here"};

	memset(d, 0, sizeof *d);
	for (; d->nwords < argc; d->nwords++)
		d->words[d->nwords] = mem_dup(argv[d->nwords], strlen(argv[d->nwords]));
	assert_int_equal(options_parse(&d->o, argc, d->words, NULL), 0);
	assert_int_equal(ui_new(&d->ui, &uo, NULL), 0);
	assert_int_equal(grid_init(&d->g, 24, 80, GLYPHS_ASCII, NULL), 0);
	desk_draw(d);
}

static void
desk_close(struct desk *d)
{
	ui_free(d->ui);
	grid_release(&d->g);
	options_release(&d->o);
	while (d->nwords)
		mem_free(d->words[--d->nwords]);
}

static void
keys(struct desk *d, const char *script)
{
	struct slice rest = slice_of(script);
	uint32_t key;

	while (rest.n) {
		assert_int_equal(key_parse(&rest, &key, NULL), 0);
		(void)ui_key(d->ui, fleet, key, 100000);
		desk_draw(d);
	}
}

static const char *
line_of(struct desk *d, const struct ui_past *past)
{
	const struct reopen_view v = {&d->o, &d->env, d->ui, fleet};
	struct err err = {0};

	ui_set_past(d->ui, past);
	if (reopen_line(d->line, sizeof d->line, &v, &err))
		fail_msg("%s", err.msg);
	return d->line;
}

static int
make_fleet(void **state)
{
	(void)state;
	fleet = fleet_make(FLEET_INCIDENT, &now_ms);
	return 0;
}

static int
free_fleet(void **state)
{
	(void)state;
	store_free(fleet);
	return 0;
}

static void
the_line_has_sources_without_secrets_and_the_options_that_matter(void **state)
{
	const char *const argv[] = {"drifttop", "prod=redis://me:hunter2@cache-1:6380/2", "-s", "ml:*", "--since", "2h",
	    "--theme", "dark", "--events", "--password-file", "/etc/my pass"};
	struct desk d;

	(void)state;
	desk_open(&d, 11, argv);
	assert_string_equal(line_of(&d, NULL), "drifttop prod=redis://cache-1:6380/2 --stream 'ml:*' --since 2h "
					       "--password-file '/etc/my pass' --utc");
	desk_close(&d);
	desk_open(&d, 1, argv);
	d.env.redis_url = "redis://:hunter2@cache-9";
	assert_null(strstr(line_of(&d, NULL), "hunter2"));
	assert_non_null(strstr(d.line, "cache-9"));
	desk_close(&d);
}

static void
the_line_says_when_where_which_rows_and_which_panel(void **state)
{
	/* Without what a replay does not take. */
	const char *const argv[] = {"drifttop", "a.dtr", "--since", "2h", "-s", "ml:*"};
	const struct ui_past past = {.at_ms = FLEET_T0 + 1500, .name = "a.dtr"};
	struct desk d;

	(void)state;
	desk_open(&d, 6, argv);
	keys(&d, ":goto card-fraud/amount<Enter><Tab>o");
	assert_string_equal(line_of(&d, &past), "drifttop replay a.dtr --utc --window 5m --at 2025-11-25T12:00:01.500Z "
						"--goto card-fraud/amount --panel 2");
	keys(&d, ":goto fleet<Enter>/p99>1ms !x<Enter>");
	assert_non_null(strstr(line_of(&d, NULL), " --filter 'p99>1ms !x'"));
	keys(&d, ":goto card-fraud<Enter>:goto timeline<Enter>");
	assert_non_null(strstr(line_of(&d, NULL), " --goto card-fraud --goto timeline"));
	desk_close(&d);
}

/* Whoever adds an option says what becomes of it, and a part of a view is one that the commands with screens take. */
static void
each_option_of_a_screen_is_in_the_line_or_left_out_for_a_reason(void **state)
{
	const unsigned shows = COMMAND_BIT(COMMAND_DASH) | COMMAND_BIT(COMMAND_DEMO) | COMMAND_BIT(COMMAND_REPLAY);

	(void)state;
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];
		bool part = ui_part_find(r->id) != NULL;

		if (r->commands & shows && reopen_uses[r->id] == REOPEN_NO)
			fail_msg("--%s: what becomes of it in the line that y gives?", r->name);
		if (part != (reopen_uses[r->id] == REOPEN_VIEW))
			fail_msg("--%s is a part of a view in one table alone", r->name);
	}
	for (size_t i = 0; i < ui_part_count; i++) {
		const struct ui_part *p = &ui_parts[i];

		assert_non_null(p->read);
		assert_true((p->put != NULL) == (p->when >= UI_PART_SCREEN));
		assert_ptr_equal(ui_part_find(p->option), p); /* no two rows */
	}
}

static void
a_name_that_no_line_should_hold_is_in_none(void **state)
{
	static const char *const odd[] = {"a\x1b[2J", "a\nrm -rf .", "a\xe2\x80\xae" "b", "a\xff", "a\xc2\x9b"};
	static const char *const fine[][2] = {{"it's", "'it'\\''s'"}, {"$(reboot)", "'$(reboot)'"},
	    {"\xc3\xa9t\xc3\xa9", "'\xc3\xa9t\xc3\xa9'"}, {"", "''"}};
	struct desk d;

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		const char *const argv[] = {"drifttop", "--model", odd[i]};
		struct reopen_view v;
		struct err err = {0};

		desk_open(&d, 3, argv);
		v = (struct reopen_view){&d.o, &d.env, d.ui, fleet};
		assert_int_equal(reopen_line(d.line, sizeof d.line, &v, &err), ERR_UNSUPPORTED);
		assert_null(strchr(err.msg, '\x1b'));
		desk_close(&d);
	}
	for (size_t i = 0; i + 1 < sizeof fine / sizeof *fine; i++) {
		const char *const argv[] = {"drifttop", "--model", fine[i][0]};

		desk_open(&d, 3, argv);
		assert_non_null(strstr(line_of(&d, NULL), fine[i][1]));
		desk_close(&d);
	}
}

static void
what_the_line_says_leads_to_the_same_place(void **state)
{
	const char *const argv[] = {"drifttop", "--goto", "card-fraud/amount", "--goto", "events", "--filter",
	    "latency>1ms", "--panel", "2"};
	char first[REOPEN_BYTES];
	struct reopen r = {0};
	struct ui_request q;
	struct desk d;

	(void)state;
	desk_open(&d, 9, argv);
	keys(&d, ":goto card-fraud/amount<Enter><Enter>:filter latency>1ms<Enter><Tab>");
	snprintf(first, sizeof first, "%s", line_of(&d, NULL));
	assert_non_null(strstr(first, " --goto card-fraud/amount --goto events --panel 2 --filter"));
	ui_home(d.ui);
	r.options = &d.o;
	assert_int_equal(reopen_step(&r, d.ui, fleet, 1, true, &q, NULL), 0);
	assert_int_equal(q.kind, UI_REQUEST_NONE);
	assert_true(r.over);
	desk_draw(&d);
	assert_string_equal(line_of(&d, NULL), first);
	desk_close(&d);
}

static void
what_is_not_there_is_waited_for_and_then_said(void **state)
{
	const char *const argv[] = {"drifttop", "--goto", "card-frud", "--at", "2025-11-25T12:00:00Z"};
	struct reopen r = {0};
	struct err err = {0};
	struct ui_request q;
	struct desk d;

	(void)state;
	desk_open(&d, 5, argv);
	r.options = &d.o;
	assert_int_equal(reopen_step(&r, d.ui, fleet, 1000, false, &q, &err), 0);
	assert_false(r.over);
	assert_int_equal(reopen_step(&r, d.ui, fleet, 1000 + REOPEN_WAIT_MS, false, &q, &err), ERR_USAGE);
	assert_true(r.over);
	assert_non_null(strstr(err.msg, "did you mean 'card-fraud'?"));
	assert_int_equal(reopen_step(&r, d.ui, fleet, 2000 + REOPEN_WAIT_MS, false, &q, &err), 0);
	/* A moment of what is live is gone to as by a key. */
	r = (struct reopen){.options = &d.o};
	d.o.words[0].id = OPTION_AT; /* a place that is there no more */
	assert_int_equal(reopen_step(&r, d.ui, fleet, 1000, false, &q, &err), 0);
	assert_int_equal(q.kind, UI_REQUEST_TIME);
	assert_true(q.time == UI_TIME_JUMP && q.to_ms == FLEET_T0 + 999); /* to the end of its second */
	desk_close(&d);
}

/* ---- the clipboard -----------------------------------------------------------------------------------------------
 */

/* The vectors of RFC 4648, section 10. */
static void
the_clipboard_gets_base64_where_the_terminal_is_known_to_take_it(void **state)
{
	static const char *const vectors[][2] = {{"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
	    {"foobar", "Zm9vYmFy"}};
	static const char *const deaf[] = {"dumb", "linux", "vt100", "vt220", "ansi", "unknown", ""};
	static char longest[OSC52_TEXT_MAX + 2];
	char out[OSC52_BYTES], must[80];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		snprintf(must, sizeof must, "\033]52;c;%s\a", vectors[i][1]);
		assert_int_equal(osc52_write(out, "xterm-256color", slice_of(vectors[i][0])), strlen(must));
		assert_string_equal(out, must);
	}
	osc52_write(out, "tmux-256color", slice_of("foo"));
	assert_string_equal(out, "\033]52;c;Zm9v\a\033Ptmux;\033\033]52;c;Zm9v\a\033\\");
	for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
		assert_int_equal(osc52_write(out, deaf[i], slice_of("foo")), 0);
	assert_int_equal(osc52_write(out, NULL, slice_of("foo")), 0);
	memset(longest, 'a', OSC52_TEXT_MAX + 1);
	assert_int_equal(osc52_write(out, "xterm", slice_of(longest)), 0);
	longest[OSC52_TEXT_MAX] = '\0';
	n = osc52_write(out, "tmux", slice_of(longest));
	assert_int_equal(n, strlen(out));
	assert_true(strlen(out) > 2 * OSC52_TEXT_MAX && strlen(out) < OSC52_BYTES);
}

/* ---- on a terminal -----------------------------------------------------------------------------------------------
 */

static char root[256], events[300], config[300];

static void
make_files(void)
{
	FILE *f;

	lib_tmp_make(root, sizeof root, "reopen");
	snprintf(events, sizeof events, "%s/e.ndjson", root);
	snprintf(config, sizeof config, "%s/c.json", root);
	f = fopen(events, "w");
	assert_non_null(f);
	for (int i = 0; i < 400; i++)
		fprintf(f, "{\"ts\":%lld,\"model\":\"m\",\"features\":{\"a\":%d},\"latency_ms\":3}\n",
		    (long long)FLEET_T0 + i * 1000LL, i % 7);
	fclose(f);
	f = fopen(config, "w");
	assert_non_null(f);
	fputs("{\"clipboard\": false}\n", f);
	fclose(f);
}

/* In a directory of its own, which the panel goes into. */
static void
on_a_terminal(const char *more, bool copies)
{
	static const char *const env[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};
	char line[1200];
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};
	const struct pty_options o = {.rows = 24, .cols = 80, .argv = argv, .env = env};
	const char *program = lib_run_program();
	char here[512] = "";
	struct dirent *e;
	size_t found = 0;
	struct pty p;
	DIR *dir;

	make_files();
	snprintf(here, sizeof here, "%s%s", *program == '/' ? "" : "$OLDPWD/", program);
	snprintf(line, sizeof line, "cd '%s' && exec \"%s\" --glyphs ascii e.ndjson --state none --goto m/a %s", root,
	    here, more);
	pty_start(&p, &o);
	pty_wait(&p, "m > a");
	pty_send(&p, "y");
	pty_wait(&p, "drifttop e.ndjson ");
	pty_wait(&p, "--goto m/a");
	pty_send(&p, "\x10");
	pty_wait(&p, "written: drifttop-feature-1-2025-11-25-");
	assert_int_equal(pty_logged(&p, "\033]52;c;ZHJpZnR0b3AgZS5uZGpzb24g"), copies);
	pty_leave(&p);
	dir = opendir(root);
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		struct stat st;

		if (strncmp(e->d_name, "drifttop-feature-1-", 19) != 0)
			continue;
		snprintf(line, sizeof line, "%s/%s", root, e->d_name);
		assert_int_equal(stat(line, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_true(st.st_size > 100);
		found++;
	}
	closedir(dir);
	assert_int_equal(found, 1);
	lib_tmp_remove(root);
}

static void
a_terminal_gets_the_line_and_the_panel_is_written(void **state)
{
	(void)state;
	on_a_terminal("", true);
}

static void
the_configuration_can_keep_the_clipboard_out_of_it(void **state)
{
	(void)state;
	on_a_terminal("--config c.json", false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_line_has_sources_without_secrets_and_the_options_that_matter),
	    cmocka_unit_test(the_line_says_when_where_which_rows_and_which_panel),
	    cmocka_unit_test(each_option_of_a_screen_is_in_the_line_or_left_out_for_a_reason),
	    cmocka_unit_test(a_name_that_no_line_should_hold_is_in_none),
	    cmocka_unit_test(what_the_line_says_leads_to_the_same_place),
	    cmocka_unit_test(what_is_not_there_is_waited_for_and_then_said),
	    cmocka_unit_test(the_clipboard_gets_base64_where_the_terminal_is_known_to_take_it),
	    cmocka_unit_test(a_terminal_gets_the_line_and_the_panel_is_written),
	    cmocka_unit_test(the_configuration_can_keep_the_clipboard_out_of_it),
	};

	return cmocka_run_group_tests(tests, make_fleet, free_fleet);
}
