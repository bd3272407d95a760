/* Themes of the user's own, as text: what every line does, and what is said of a wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "themes/theme_measure.h"
#include "themes/theme_parse.h"

static void
taken(struct theme_own *out, const char *text)
{
	struct theme_fault f;

	if (!theme_parse(out, "mine", text, strlen(text), &f))
		fail_msg("line %u: fault %d, name '%s', word '%s'", f.line, (int)f.kind, f.name, f.word);
	assert_int_equal(f.kind, THEME_FAULT_NONE);
}

static bool
same_style(struct style a, struct style b)
{
	return a.fg == b.fg && a.bg == b.bg && a.fg16 == b.fg16 && a.bg16 == b.bg16 && a.attrs == b.attrs &&
	       a.attrs_mono == b.attrs_mono;
}

static void
check_style(const char *line, enum role role, struct style want)
{
	struct theme_own own;
	struct style got;
	int i;

	taken(&own, line);
	got = own.theme.styles[role];
	if (!same_style(got, want))
		fail_msg("%s: got {%d, %d, %d, %d, %d, %d}", line, got.fg, got.bg, got.fg16, got.bg16, got.attrs,
		    got.attrs_mono);
	/* And nothing else. */
	for (i = 0; i < ROLE_COUNT; i++) {
		if (i != (int)role)
			assert_true(same_style(own.theme.styles[i], theme_dark.styles[i]));
	}
}

static void
nothing_said_is_the_default_theme_under_another_name(void **state)
{
	static const char *const texts[] = {
	    "", "\n\n", "# all\n  #is comment\n\t\n", "\xef\xbb\xbf# marked\r\n\r\n", "#"};
	struct theme_own own;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		taken(&own, texts[i]);
		assert_string_equal(own.theme.name, "mine");
		assert_ptr_equal(own.theme.name, own.name);
		assert_string_equal(own.theme.about, "");
		assert_int_equal(own.theme.ground, theme_dark.ground);
		assert_memory_equal(own.theme.styles, theme_dark.styles, sizeof own.theme.styles);
	}
}

static void
a_look_is_a_colour_a_ground_and_attributes(void **state)
{
	const struct style warn = theme_dark.styles[ROLE_WARN], title = theme_dark.styles[ROLE_TITLE];

	(void)state;
	/* Of the 256: with fewer colours it stays as in the base. */
	check_style("warn = 214", ROLE_WARN, (struct style){214, -1, warn.fg16, -1, 0, warn.attrs_mono});
	check_style("warn=214 on 52 bold underline # so", ROLE_WARN,
	    (struct style){214, 52, warn.fg16, -1, STYLE_BOLD | STYLE_UNDERLINE, warn.attrs_mono});
	check_style("\twarn = reverse #ff5f5f dim # so\r\n", ROLE_WARN,
	    (struct style){203, -1, warn.fg16, -1, STYLE_REVERSE | STYLE_DIM, warn.attrs_mono});
	check_style("cursor = on #3A3A3a", ROLE_CURSOR, (struct style){-1, 237, -1, -1, 0, STYLE_REVERSE});
	/* Of the sixteen: so with sixteen. */
	check_style("warn = bright-red on black", ROLE_WARN, (struct style){9, 0, 9, 0, 0, warn.attrs_mono});
	check_style("warn = 3", ROLE_WARN, (struct style){3, -1, 3, -1, 0, warn.attrs_mono});
	/* There are eight grounds. */
	check_style("warn = 0 on 9", ROLE_WARN, (struct style){0, 9, warn.fg16, -1, 0, warn.attrs_mono});
	/* Without colours: so without colours. */
	check_style("title = underline", ROLE_TITLE, (struct style){-1, -1, -1, -1, STYLE_UNDERLINE, STYLE_UNDERLINE});
	check_style("title = plain", ROLE_TITLE, (struct style){-1, -1, -1, -1, 0, 0});
	check_style("title = default", ROLE_TITLE, (struct style){-1, -1, -1, -1, 0, title.attrs_mono});
}

static void
what_is_said_for_a_depth_wins_wherever_it_stands(void **state)
{
	static const struct style want = {3, -1, 11, 4, 0, STYLE_BOLD};
	static const struct style bold = {-1, -1, 5, -1, STYLE_BOLD, STYLE_DIM};

	(void)state;
	check_style("warn = 3\nwarn@16 = 11 on 4\nwarn@mono = bold\n", ROLE_WARN, want);
	check_style("warn@mono = bold\nwarn@16 = 11 on 4\nwarn = 3\n", ROLE_WARN, want);
	check_style("warn@mono = dim\nwarn@16 = 5\nwarn = bold\n", ROLE_WARN, bold);
}

static void
a_base_is_any_theme_of_the_program_and_promises_no_more(void **state)
{
	struct theme_own own;
	char text[100];
	size_t i;

	(void)state;
	for (i = 0; themes[i]; i++) {
		snprintf(text, sizeof text, "about = x\nbase = %s # it\n", themes[i]->name);
		taken(&own, text);
		assert_memory_equal(own.theme.styles, themes[i]->styles, sizeof own.theme.styles);
		assert_int_equal(own.theme.ground, themes[i]->ground);
		assert_int_equal(own.theme.ink, themes[i]->ink);
		assert_true(own.theme.contrast == 0);
		assert_string_equal(own.theme.about, "x");
		assert_true(theme_measure_holds(&own.theme, NULL));
	}
	taken(&own, "base = light\nground = 230\nink = black # of sixteen");
	assert_int_equal(own.theme.ground, 230);
	assert_int_equal(own.theme.ink, 0);
}

static void
a_copy_points_into_itself(void **state)
{
	struct theme_own own, copy;

	(void)state;
	taken(&own, "about = one\nmuted = 250");
	theme_own_copy(&copy, &own);
	memset(&own, 'x', sizeof own);
	assert_string_equal(copy.theme.name, "mine");
	assert_string_equal(copy.theme.about, "one");
	assert_int_equal(copy.theme.styles[ROLE_MUTED].fg, 250);
}

static void
long_names_and_texts_are_cut(void **state)
{
	char name[300], text[400];
	struct theme_own own;
	struct theme_fault f;

	(void)state;
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	snprintf(text, sizeof text, "about = %s\n", name);
	assert_true(theme_parse(&own, name, text, strlen(text), &f));
	assert_int_equal(strlen(own.theme.name), THEME_NAME_BYTES - 1);
	assert_int_equal(strlen(own.theme.about), THEME_ABOUT_BYTES - 1);
	snprintf(text, sizeof text, "%s = 3\n", name);
	assert_false(theme_parse(&own, "x", text, strlen(text), &f));
	assert_int_equal(strlen(f.word), THEME_WORD_BYTES - 1);
}

static void
every_fault_is_found_with_its_line_its_role_and_its_word(void **state)
{
	static const struct {
		const char *text;
		enum theme_fault_kind kind;
		const char *name, *word;
	} rows[] = {
	    {"warn = \001", THEME_FAULT_BYTE, "", ""},
	    {"warn = 3\r\r", THEME_FAULT_BYTE, "", ""},
	    {"warn", THEME_FAULT_FORM, "", "warn"},
	    {" = 3", THEME_FAULT_FORM, "", "= 3"},
	    {"wran = 3", THEME_FAULT_NAME, "wran", "wran"},
	    {"wran@16 = 3", THEME_FAULT_NAME, "wran@16", "wran"},
	    {"Warn = 3", THEME_FAULT_NAME, "Warn", "Warn"},
	    {"base@16 = dark", THEME_FAULT_NAME, "base@16", "base"},
	    {"warn@8 = 3", THEME_FAULT_DEPTH, "warn@8", "8"},
	    {"warn@ = 3", THEME_FAULT_DEPTH, "warn@", ""},
	    {"ok = 3\nok = 4", THEME_FAULT_TWICE, "ok", "ok"},
	    {"ink = 3\nink = 4", THEME_FAULT_TWICE, "ink", "ink"},
	    {"base = drak", THEME_FAULT_BASE, "base", "drak"},
	    {"base = dark light", THEME_FAULT_BASE, "base", "light"},
	    {"base =", THEME_FAULT_EMPTY, "base", ""},
	    {"about =", THEME_FAULT_EMPTY, "about", ""},
	    {"ok = 3\nbase = light", THEME_FAULT_BASE_LATE, "base", "light"},
	    {"ground = 230\nbase = light", THEME_FAULT_BASE_LATE, "base", "light"},
	    {"text = bold", THEME_FAULT_TEXT, "text", "text"},
	    {"text@mono = bold", THEME_FAULT_TEXT, "text@mono", "text@mono"},
	    {"ok =", THEME_FAULT_EMPTY, "ok", ""},
	    {"ok = # 3", THEME_FAULT_EMPTY, "ok", ""},
	    {"ok = pink", THEME_FAULT_WORD, "ok", "pink"},
	    {"ok = 3 italic", THEME_FAULT_WORD, "ok", "italic"},
	    {"ok = 3x", THEME_FAULT_WORD, "ok", "3x"},
	    {"ok = -1", THEME_FAULT_WORD, "ok", "-1"},
	    {"ok = = 3", THEME_FAULT_WORD, "ok", "="},
	    {"ok = #12345", THEME_FAULT_HEX, "ok", "#12345"},
	    {"ok = #1234567", THEME_FAULT_HEX, "ok", "#1234567"},
	    {"ok = #12345g", THEME_FAULT_HEX, "ok", "#12345g"},
	    {"ok = 3 #comment", THEME_FAULT_HEX, "ok", "#comment"},
	    {"ok = 256", THEME_FAULT_NUMBER, "ok", "256"},
	    {"ok = 99999999999999999999", THEME_FAULT_NUMBER, "ok", "99999999999999999999"},
	    {"ok = 3 4", THEME_FAULT_COLORS, "ok", "4"},
	    {"ok = on 3 4", THEME_FAULT_COLORS, "ok", "4"},
	    {"ok = 3 on", THEME_FAULT_ON, "ok", ""},
	    {"ok = 3 on # 4", THEME_FAULT_ON, "ok", "#"},
	    {"ok = 3 on 4 on 5", THEME_FAULT_ON, "ok", "5"},
	    {"ok = 3 on bold", THEME_FAULT_WORD, "ok", "bold"},
	    {"ok@16 = 16", THEME_FAULT_SIXTEEN, "ok@16", "16"},
	    {"ok@16 = 3 on 8", THEME_FAULT_SIXTEEN, "ok@16", "8"},
	    {"ok@16 = 3 bold", THEME_FAULT_ATTRIBUTE, "ok@16", "bold"},
	    {"ok@mono = bold 3", THEME_FAULT_COLOR, "ok@mono", "3"},
	    {"ground = default", THEME_FAULT_ONE_COLOR, "ground", "default"},
	    {"ink = 3 on 4", THEME_FAULT_ONE_COLOR, "ink", "3 on 4"},
	    {"ink = 3 bold", THEME_FAULT_ONE_COLOR, "ink", "3 bold"},
	};
	bool met[THEME_FAULT_COUNT] = {false};
	struct theme_own own;
	struct theme_fault f;
	size_t i, lines;
	char text[200];
	const char *p;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof text, "# first\r\n\nlive = 5\n%s\nfloor = 7 # not reached\n", rows[i].text);
		for (lines = 4, p = rows[i].text; *p; p++)
			lines += *p == '\n';
		if (theme_parse(&own, "x", text, strlen(text), &f))
			fail_msg("taken: %s", rows[i].text);
		if (f.kind != rows[i].kind || f.line != lines || strcmp(f.name, rows[i].name) ||
		    strcmp(f.word, rows[i].word))
			fail_msg("%s: line %u, fault %d, name '%s', word '%s'", rows[i].text, f.line, (int)f.kind,
			    f.name, f.word);
		met[f.kind] = true;
	}
	for (i = THEME_FAULT_BYTE; i < THEME_FAULT_COUNT; i++)
		assert_true(met[i]);
}

static void
a_file_of_more_than_64_kib_is_no_theme(void **state)
{
	static char text[THEME_TEXT_BYTES_MAX + 1];
	struct theme_own own;
	struct theme_fault f;

	(void)state;
	memset(text, '\n', sizeof text);
	assert_true(theme_parse(&own, "x", text, sizeof text - 1, &f));
	assert_false(theme_parse(&own, "x", text, sizeof text, &f));
	assert_int_equal(f.kind, THEME_FAULT_SIZE);
	assert_int_equal(f.line, 0);
}

/* Every word that would be proposed is one that is taken. */
static void
the_words_of_the_format_are_taken(void **state)
{
	struct theme_own own;
	char text[100];
	int i;

	(void)state;
	for (i = 0; theme_parse_words[i]; i++) {
		snprintf(text, sizeof text, "ok = %s%s", theme_parse_words[i],
		    strcmp(theme_parse_words[i], "on") == 0 ? " 3" : "");
		taken(&own, text);
	}
	for (i = 0; theme_parse_settings[i]; i++) {
		snprintf(text, sizeof text, "%s = %s", theme_parse_settings[i], i == 0 ? "dark" : "3");
		taken(&own, text);
	}
	for (i = 1; i < ROLE_COUNT; i++) {
		snprintf(text, sizeof text, "%s = 3\n%s@16 = 3\n%s@mono = dim\n", role_names[i], role_names[i],
		    role_names[i]);
		taken(&own, text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_said_is_the_default_theme_under_another_name),
	    cmocka_unit_test(a_look_is_a_colour_a_ground_and_attributes),
	    cmocka_unit_test(what_is_said_for_a_depth_wins_wherever_it_stands),
	    cmocka_unit_test(a_base_is_any_theme_of_the_program_and_promises_no_more),
	    cmocka_unit_test(a_copy_points_into_itself),
	    cmocka_unit_test(long_names_and_texts_are_cut),
	    cmocka_unit_test(every_fault_is_found_with_its_line_its_role_and_its_word),
	    cmocka_unit_test(a_file_of_more_than_64_kib_is_no_theme),
	    cmocka_unit_test(the_words_of_the_format_are_taken),
	};

	return cmocka_run_group_tests_name("theme_parse", tests, NULL, NULL);
}
