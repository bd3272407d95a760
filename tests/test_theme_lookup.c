/* Themes by name: the program's, those in the user's directory, and files; as the program's user sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "core/mem.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "themes/theme_measure.h"
#include "tui/theme_lookup.h"

#define EVENTS "docs/examples/storms.events.ndjson.gz"
#define LIMIT_MS 120000

struct home {
	char dir[300];
	struct env env; /* whose configuration would be in it */
};

static void
put(const char *path, const char *text)
{
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static void
home_put(const struct home *h, const char *name, const char *text)
{
	char path[400];

	snprintf(path, sizeof path, "%s/drifttop/%s", h->dir, name);
	put(path, text);
}

static int
home_open(void **state)
{
	struct home *h = calloc(1, sizeof *h);
	char path[400];

	assert_non_null(h);
	lib_tmp_make(h->dir, sizeof h->dir, "themes");
	snprintf(path, sizeof path, "%s/drifttop", h->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(h->env.config_file, sizeof h->env.config_file, "%s/config.json", path);
	snprintf(path, sizeof path, "%s/drifttop/themes", h->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	*state = h;
	return 0;
}

static int
home_close(void **state)
{
	struct home *h = *state;

	lib_tmp_remove(h->dir);
	free(h);
	return 0;
}

static void
run(const struct home *h, struct lib_run *r, const char *theme, const char *format)
{
	const char *args[] = {"snapshot", EVENTS, "--format", format, "--theme", theme, NULL};
	char config[400];
	const char *env[] = {"LC_ALL=C.UTF-8", "TZ=UTC0", config, NULL};

	if (!theme)
		args[4] = NULL;
	snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", h->dir);
	lib_run(r, args, env, NULL, LIMIT_MS);
}

static void
lookup(struct theme_choice *c, const struct home *h, const char *name)
{
	struct err err = {0};

	if (theme_lookup(c, name, &h->env, &err))
		fail_msg("%s: %s", name, err.msg);
	assert_non_null(c->theme);
}

static void
a_name_is_first_one_of_the_programs_then_one_of_the_users(void **state)
{
	struct home *h = *state;
	struct theme_choice c = {0};
	size_t i;

	home_put(h, "themes/dark.theme", "about = never found\nmuted = 250\n");
	home_put(h, "themes/mine.theme", "about = my own\nok = 81\n");
	for (i = 0; themes[i]; i++) {
		lookup(&c, h, themes[i]->name);
		assert_ptr_equal(c.theme, themes[i]);
		assert_string_equal(c.warning, "");
	}
	lookup(&c, h, "mine");
	assert_ptr_equal(c.theme, &c.own.theme);
	assert_string_equal(c.theme->name, "mine");
	assert_string_equal(c.theme->about, "my own");
	assert_int_equal(c.theme->styles[ROLE_OK].fg, 81);
	assert_string_equal(c.warning, "");
}

static void
a_path_is_a_file_wherever_it_is(void **state)
{
	struct home *h = *state;
	struct theme_choice c = {0};
	char path[400];

	snprintf(path, sizeof path, "%s/drifttop/odd name", h->dir);
	put(path, "ok = 80\n");
	lookup(&c, h, path);
	assert_string_equal(c.theme->name, "odd name");
	assert_int_equal(c.theme->styles[ROLE_OK].fg, 80);
	snprintf(path, sizeof path, "%s/drifttop/a.b.theme", h->dir);
	put(path, "ok = 81\n");
	lookup(&c, h, path);
	assert_string_equal(c.theme->name, "a.b");
}

static void
a_failure_leaves_the_theme_in_use_as_it_is(void **state)
{
	static const char *const bad[] = {"none", "", ".hidden", "wrong", "/nonexistent/x.theme", "/"};
	struct home *h = *state;
	struct theme_choice c = {0};
	struct err err;
	size_t i;

	home_put(h, "themes/mine.theme", "about = my own\nmuted = 240\n");
	home_put(h, "themes/wrong.theme", "\nabout = other\nmutde = 250\n");
	lookup(&c, h, "mine");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_not_equal(theme_lookup(&c, bad[i], &h->env, &err), 0);
		assert_ptr_equal(c.theme, &c.own.theme);
		assert_string_equal(c.theme->about, "my own");
		assert_string_equal(c.theme->name, "mine");
		assert_int_equal(c.theme->styles[ROLE_MUTED].fg, 240);
		assert_non_null(strstr(c.warning, "muted"));
	}
}

static void
says(const struct home *h, const char *text, const char *sentence)
{
	struct theme_choice c = {0};
	struct err err = {0};

	home_put(h, "themes/wrong.theme", text);
	assert_int_equal(theme_lookup(&c, "wrong", &h->env, &err), ERR_USAGE);
	if (!strstr(err.msg, "theme 'themes/wrong.theme'") || !strstr(err.msg, sentence))
		fail_msg("expected: %s\nsaid: %s", sentence, err.msg);
}

static void
an_error_names_file_line_and_role_and_what_was_probably_meant(void **state)
{
	struct home *h = *state;

	says(h, "\n# x\nwran = 3\n", "' line 3: unknown role 'wran'; did you mean 'warn'?");
	says(h, "abuot = x\n", "' line 1: unknown role 'abuot'; did you mean 'about'?");
	says(h, "xyzzyxyzzy = 3\n", "' line 1: unknown role 'xyzzyxyzzy'");
	says(h, "crit = 9 bodl\n", "' line 1: crit: 'bodl' is neither a colour nor an attribute; did you mean 'bold'?");
	says(h, "base = drak\n", "' line 1: base: no theme of the program is called 'drak'; did you mean 'dark'?");
	says(h, "ok = 3\nok = 4\n", "' line 2: ok: said twice");
	says(h, "ok = 999\n", "' line 1: ok: '999' is no colour: they go from 0 to 255");
	says(h, "ok = #12\n", "' line 1: ok: '#12' is no colour: # and six digits");
	says(h, "ok@8 = 1\n", "' line 1: ok@8: '@16' or '@mono' may stand behind a role, not '@8'");
	says(h, "text = 3\n", "' line 1: text: is the terminal's own");
	says(h, "warn 3\n", "' line 1: 'warn 3' is not 'role = look'");
}

static void
no_such_theme_lists_all_there_are(void **state)
{
	struct home *h = *state;
	struct theme_choice c = {0};
	struct err err = {0};

	home_put(h, "themes/zebra.theme", "");
	home_put(h, "themes/azure.theme", "nonsense");
	home_put(h, "themes/not_one", "");
	assert_int_equal(theme_lookup(&c, "pink", &h->env, &err), ERR_USAGE);
	assert_non_null(strstr(err.msg, "'pink'"));
	assert_non_null(strstr(err.msg, ": dark, light, contrast, contrast-light, safe, ansi16, mono, gruvbox, "));
	assert_non_null(strstr(err.msg, ", azure, zebra"));
	assert_null(strstr(err.msg, "not_one"));
}

static void
a_theme_that_cannot_be_read_well_is_taken_with_one_sentence(void **state)
{
	struct home *h = *state;
	struct theme_choice c = {0};
	struct theme_finding worst;
	struct lib_run r;
	char want[200];

	home_put(h, "themes/faint.theme", "muted = 240\nheader = 242\n");
	lookup(&c, h, "faint");
	assert_false(theme_measure_holds(c.theme, &worst));
	assert_int_equal(worst.role, ROLE_MUTED);
	snprintf(want, sizeof want, "theme 'faint' is hard to read, most of all 'muted': %s %.1f, should be 4.5",
	    worst.what, worst.got);
	assert_string_equal(c.warning, want);
	run(h, &r, "faint", "text");
	assert_int_equal(r.status, 0);
	assert_true(r.nout > 1000);
	assert_non_null(strstr(r.err, want));
	assert_ptr_equal(strchr(r.err, '\n'), r.err + r.nerr - 1);
	lib_run_free(&r);
	home_put(h, "themes/alike.theme", "cursor = plain\n");
	lookup(&c, h, "alike");
	assert_string_equal(c.warning,
	    "theme 'alike' is hard to read, most of all 'cursor': no difference in form from the other rows");
}

static void
the_list_has_every_theme_and_what_is_wrong_with_a_file(void **state)
{
	struct home *h = *state;
	const char *args[] = {"--theme", "list", NULL};
	char config[400];
	const char *env[] = {"LC_ALL=C.UTF-8", config, NULL};
	struct lib_run r;
	size_t i;

	home_put(h, "config.json", "{wrong"); /* of no concern */
	home_put(h, "themes/mine.theme", "about = my \033[31mown\nmuted = 250\n");
	home_put(h, "themes/good.theme", "about = m\303\274de\n");
	home_put(h, "themes/wrong.theme", "mutde = 250\n");
	snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", h->dir);
	lib_run(&r, args, env, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	for (i = 0; themes[i]; i++) {
		assert_non_null(strstr(r.out, themes[i]->name));
		assert_non_null(strstr(r.out, themes[i]->about));
	}
	assert_non_null(strstr(r.out, "\ngood              m\303\274de\n"));
	assert_non_null(strstr(r.out, "theme 'themes/mine.theme' line 1: a byte that is no text\n"));
	assert_non_null(strstr(r.out, "line 1: unknown role 'mutde'; did you mean 'muted'?\n"));
	assert_null(strchr(r.out, '\033'));
	lib_run_free(&r);
}

/* Behind the user's; of two with one name the user's is taken, and listed, once. */
static void
behind_the_users_themes_come_those_of_the_machine(void **state)
{
	struct home *h = *state;
	struct theme_choice c = {0};
	const char *list[] = {"--theme", "list", NULL}, *paths[] = {"config", "paths", NULL};
	char config[400], data[700], path[600];
	const char *env[] = {"LC_ALL=C.UTF-8", config, data, NULL};
	struct lib_run r;

	for (int i = 0; i < 2; i++) {
		static const char *const below[] = {"", "/drifttop", "/drifttop/themes"};

		for (size_t k = 0; k < 3; k++) {
			snprintf(path, sizeof path, "%s/share%d%s", h->dir, i, below[k]);
			assert_int_equal(mkdir(path, 0700), 0);
		}
		assert_true(strlen(path) < sizeof h->env.theme_dirs[i]);
		memcpy(h->env.theme_dirs[i], path, strlen(path) + 1);
		snprintf(path, sizeof path, "%s/share%d/drifttop/themes/house.theme", h->dir, i);
		put(path, i ? "about = the second\n" : "about = the house's\nok = 81\n");
	}
	h->env.ntheme_dirs = 2;
	lookup(&c, h, "house");
	assert_string_equal(c.theme->about, "the house's");
	snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", h->dir);
	snprintf(data, sizeof data, "XDG_DATA_DIRS=relative:%s/share0::%s/share1", h->dir, h->dir);
	lib_run(&r, list, env, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "\nhouse             the house's\n"));
	assert_null(strstr(r.out, "the second"));
	lib_run_free(&r);
	lib_run(&r, paths, env, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "themes      %s/share%d/drifttop/themes  for everybody\n", h->dir, i);
		assert_non_null(strstr(r.out, path));
	}
	assert_null(strstr(r.out, "relative"));
	lib_run_free(&r);
	home_put(h, "themes/house.theme", "about = mine\n");
	lookup(&c, h, "house");
	assert_string_equal(c.theme->about, "mine");
	lib_run(&r, list, env, NULL, LIMIT_MS);
	assert_non_null(strstr(r.out, "\nhouse             mine\n"));
	assert_null(strstr(r.out, "the house's"));
	lib_run_free(&r);
}

static void
the_picture_has_the_colours_of_the_theme(void **state)
{
	struct home *h = *state;
	struct lib_run r;

	home_put(h, "themes/odd.theme", "ground = #5f0000\ncurrent = #00ffaf\ngraph = #00ffaf\n");
	run(h, &r, "odd", "svg");
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "fill=\"#5f0000\""));
	assert_non_null(strstr(r.out, "fill=\"#00ffaf\""));
	lib_run_free(&r);
	/* The configuration may name it, too, by its name or as a file. */
	home_put(h, "config.json", "{\"theme\": \"odd\"}");
	run(h, &r, NULL, "svg");
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "fill=\"#00ffaf\""));
	lib_run_free(&r);
	home_put(h, "config.json", "{\"theme\": \"ood\"}");
	run(h, &r, NULL, "svg");
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.err, "did you mean 'odd'?"));
	lib_run_free(&r);
	home_put(h, "config.json", "{\"theme\": \"/nonexistent.theme\"}");
	run(h, &r, NULL, "svg");
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.err, "'/nonexistent.theme' cannot be opened"));
	lib_run_free(&r);
	run(h, &r, "light", "svg");
	assert_int_equal(r.status, 0);
	assert_null(strstr(r.out, "fill=\"#00ffaf\""));
	lib_run_free(&r);
}

static void
the_example_is_a_theme_and_keeps_the_contract(void **state)
{
	struct home *h = *state;
	struct theme_choice c = {0};

	lookup(&c, h, "docs/examples/dusk.theme");
	assert_string_equal(c.theme->name, "dusk");
	assert_true(strlen(c.theme->about) > 10);
	assert_string_equal(c.warning, "");
}

static bool
contains(const char *text, size_t n, const char *what)
{
	size_t k = strlen(what), i;

	for (i = 0; i + k <= n; i++) {
		if (memcmp(text + i, what, k) == 0)
			return true;
	}
	return false;
}

/* Each theme, role and word of the format has its place in docs/THEMES.md. */
static void
the_document_has_every_theme_role_and_word(void **state)
{
	static char text[64 << 10];
	char what[200];
	FILE *f = fopen("docs/THEMES.md", "r");
	size_t n, i;

	(void)state;
	assert_non_null(f);
	n = fread(text, 1, sizeof text, f);
	fclose(f);
	assert_true(n > 1000 && n < sizeof text);
	for (i = 0; themes[i]; i++) {
		snprintf(what, sizeof what, "| `%s` | %s", themes[i]->name, themes[i]->about);
		if (!contains(text, n, what))
			fail_msg("no row '%s'", what);
	}
	for (i = 0; i < ROLE_COUNT; i++) {
		snprintf(what, sizeof what, "| `%s` |", role_names[i]);
		if (!contains(text, n, what))
			fail_msg("no row '%s'", what);
	}
	for (i = 0; theme_parse_words[i]; i++) {
		snprintf(what, sizeof what, "`%s`", theme_parse_words[i]);
		if (!contains(text, n, what))
			fail_msg("no word %s", what);
	}
	for (i = 0; theme_parse_settings[i]; i++) {
		snprintf(what, sizeof what, "| `%s` |", theme_parse_settings[i]);
		if (!contains(text, n, what))
			fail_msg("no row '%s'", what);
	}
}

/* Refuses the n-th allocation. */
static bool
refuse(void *ctx, size_t bytes)
{
	int *left = ctx;

	(void)bytes;
	return (*left)-- != 0;
}

static void
without_memory_no_theme_is_read(void **state)
{
	struct home *h = *state;
	struct theme_choice c = {0};
	struct err err = {0};
	int left = 0;

	home_put(h, "themes/mine.theme", "muted = 250\n");
	mem_set_hook(refuse, &left);
	assert_int_equal(theme_lookup(&c, "mine", &h->env, &err), ERR_NOMEM);
	mem_set_hook(NULL, NULL);
	assert_null(c.theme);
}

#define HOME(f) cmocka_unit_test_setup_teardown(f, home_open, home_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOME(a_name_is_first_one_of_the_programs_then_one_of_the_users),
	    HOME(a_path_is_a_file_wherever_it_is),
	    HOME(a_failure_leaves_the_theme_in_use_as_it_is),
	    HOME(an_error_names_file_line_and_role_and_what_was_probably_meant),
	    HOME(no_such_theme_lists_all_there_are),
	    HOME(a_theme_that_cannot_be_read_well_is_taken_with_one_sentence),
	    HOME(the_list_has_every_theme_and_what_is_wrong_with_a_file),
	    HOME(behind_the_users_themes_come_those_of_the_machine),
	    HOME(the_picture_has_the_colours_of_the_theme),
	    HOME(the_example_is_a_theme_and_keeps_the_contract),
	    HOME(the_document_has_every_theme_role_and_word),
	    HOME(without_memory_no_theme_is_read),
	};

	return cmocka_run_group_tests_name("theme_lookup", tests, NULL, NULL);
}
