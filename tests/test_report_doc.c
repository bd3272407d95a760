/*
 * The report as a page and as Markdown, from the program's own output: it is well formed, names of strangers mean
 * nothing in it, it refers to nothing outside, tables line up. What a browser makes of it: test_report_browser.c.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fact_bytes.h"
#include "core/slice.h"
#include "tests/lib_hostile.h"
#include "tests/lib_recording.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "widgets/charset.h"

#define LIMIT_MS 30000
#define DEPTH 64

static void
report(struct lib_run *r, const char *format, const char *events)
{
	const char *const args[] = {"report", "-", "--format", format, "--utc", NULL};
	const char *const env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};

	lib_run(r, args, env, events, LIMIT_MS);
	if (r->status != 0)
		fail_msg("%s", r->err);
}

/* ---- HTML ------------------------------------------------------------------------------------ */

static bool
is_void(const char *name, size_t n)
{
	return (n == 4 && !memcmp(name, "meta", 4)) || (n == 2 && !memcmp(name, "br", 2));
}

/* One tag: its name, its attributes each name="value" without < in it; returns what is behind it. */
static const char *
read_tag(const char *p, const char **name, size_t *n, bool *closed)
{
	*closed = false;
	*name = p;
	while (isalnum((unsigned char)*p))
		p++;
	*n = (size_t)(p - *name);
	assert_true(*n > 0);
	while (*p == ' ') {
		while (*p == ' ')
			p++;
		while (isalnum((unsigned char)*p) || *p == '-')
			p++;
		assert_true(p[0] == '=' && p[1] == '"');
		for (p += 2; *p != '"'; p++)
			assert_true(*p && *p != '<' && *p != '>');
		p++;
	}
	if (*p == '/') {
		*closed = true;
		p++;
	}
	if (*p != '>')
		fail_msg("a tag does not end: %.60s", *name);
	return p + 1;
}

/* An & begins an entity that is one of those written, and a > stands in no text. */
static const char *
read_text(const char *p)
{
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	size_t i;

	for (; *p && *p != '<'; p++) {
		if (*p == '>')
			fail_msg("a bare >: %.40s", p);
		for (i = 0; *p == '&' && strncmp(p, entities[i], strlen(entities[i])) != 0;)
			if (++i == 5)
				fail_msg("a bare &: %.40s", p);
	}
	return p;
}

/* Every element that is opened is closed, in its order. Returns how many there were of `count`. */
static int
check_html(const char *html, const char *count)
{
	const char *stack[DEPTH], *p = html, *name;
	size_t lengths[DEPTH], depth = 0, n;
	int found = 0;
	bool closed;

	assert_memory_equal(html, "<!DOCTYPE html>\n", 16);
	for (p += 16; *p;) {
		p = read_text(p);
		if (!*p)
			break;
		if (p[1] == '/') {
			p = read_tag(p + 2, &name, &n, &closed);
			assert_true(depth > 0);
			depth--;
			if (n != lengths[depth] || memcmp(name, stack[depth], n) != 0)
				fail_msg("<%.*s> is closed by </%.*s>", (int)lengths[depth], stack[depth], (int)n,
				    name);
			continue;
		}
		p = read_tag(p + 1, &name, &n, &closed);
		found += n == strlen(count) && memcmp(name, count, n) == 0;
		if (closed || is_void(name, n))
			continue;
		assert_true(depth < DEPTH);
		stack[depth] = name;
		lengths[depth++] = n;
		/* What is in it is no markup. */
		if (n == 5 && memcmp(name, "style", 5) == 0)
			p = strstr(p, "</style>");
		assert_non_null(p);
	}
	assert_int_equal(depth, 0);
	return found;
}

static void
a_page_is_well_formed_whatever_the_names_are(void **state)
{
	char *events = lib_hostile_events();
	struct lib_run r;

	(void)state;
	report(&r, "html", events);
	assert_true(check_html(r.out, "table") >= 5);
	assert_true(check_html(r.out, "svg") >= 3);
	assert_int_equal(check_html(r.out, "script"), 0);
	assert_int_equal(check_html(r.out, "img"), 0);
	assert_int_equal(check_html(r.out, "a"), 0);
	assert_int_equal(check_html(r.out, "i"), 0);
	assert_int_equal(check_html(r.out, "h1"), 1);
	assert_int_equal(check_html(r.out, "main"), 1);
	/* They are there, as what they look like. */
	assert_non_null(strstr(r.out, "m&lt;b&gt;&amp;&quot;&#39;x"));
	assert_non_null(strstr(r.out, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	assert_non_null(strstr(r.out, "&lt;/svg&gt;"));
	assert_non_null(strstr(r.out, "\xd7\x90\xd7\x91"));
	lib_run_free(&r);
	free(events);
}

static void
a_page_holds_no_control_character_and_no_override_of_direction(void **state)
{
	static const char *const formats[] = {"html", "md"};
	char *events = lib_hostile_events();
	struct lib_run r;
	size_t i, k;

	(void)state;
	for (k = 0; k < 2; k++) {
		report(&r, formats[k], events);
		for (i = 0; i < r.nout; i++)
			if ((unsigned char)r.out[i] < 0x20 && r.out[i] != '\n')
				fail_msg("%s: byte %zu is %#x", formats[k], i, (unsigned)r.out[i]);
		assert_null(strstr(r.out, "\xe2\x80\xae"));
		lib_run_free(&r);
	}
	free(events);
}

static void
a_page_refers_to_nothing_outside(void **state)
{
	static const char *const never[] = {" src=", " href=", "url(", "@import", "http-equiv=\"refresh", "xlink",
	    " on", "<link", "<iframe", "<object"};
	char *events = lib_hostile_events();
	const char *p;
	struct lib_run r;
	size_t i;

	(void)state;
	report(&r, "html", events);
	/* In tags: text may say anything. */
	for (p = strchr(r.out, '<'); p; p = strchr(p, '<')) {
		const char *end = strchr(p, '>');

		assert_non_null(end);
		for (i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
			const char *hit = strstr(p, never[i]);

			if (hit && hit < end)
				fail_msg("%.*s", (int)(end - p + 1), p);
		}
		p = end;
	}
	p = strstr(r.out, "<style>");
	assert_non_null(p);
	for (i = 2; i < 4; i++)
		assert_null(strstr(p, never[i]));
	assert_non_null(strstr(r.out, "default-src 'none'"));
	assert_non_null(strstr(r.out, "prefers-color-scheme:dark"));
	assert_non_null(strstr(r.out, "@media print"));
	lib_run_free(&r);
	free(events);
}

static void
every_picture_has_a_title_and_every_table_heads_with_a_scope(void **state)
{
	char *events = lib_hostile_events();
	struct lib_run r;
	const char *p;
	int n = 0;

	(void)state;
	report(&r, "html", events);
	for (p = strstr(r.out, "<svg "); p; p = strstr(p + 1, "<svg "), n++) {
		const char *end = strchr(p, '>');

		assert_non_null(end);
		assert_memory_equal(end + 1, "<title>", 7);
		assert_true(end[8] != '<');
	}
	assert_true(n >= 3);
	for (p = strstr(r.out, "<table"); p; p = strstr(p + 1, "<table"))
		assert_memory_equal(strchr(p, '>') + 1, "<caption>", 9);
	for (p = strstr(r.out, "<th"); p; p = strstr(p + 1, "<th"))
		assert_true(strncmp(p, "<thead", 6) == 0 || strncmp(p, "<th scope=\"", 11) == 0);
	lib_run_free(&r);
	free(events);
}

static void
nothing_at_all_is_a_page_that_says_so(void **state)
{
	struct lib_run r;

	(void)state;
	report(&r, "html", "");
	assert_int_equal(check_html(r.out, "svg"), 0);
	assert_non_null(strstr(r.out, "There was no event to report on."));
	lib_run_free(&r);
}

/* ---- Markdown -------------------------------------------------------------------------------- */

/* Columns of one line as a terminal shows it, and where its bars are that no backslash precedes. */
static int
bars_of(const char *line, size_t n, int *bars, int cap)
{
	struct slice rest = slice_make(line, n);
	bool escaped = false;
	int column = 0, found = 0;

	while (rest.n) {
		uint32_t ch = charset_decode(&rest);

		if (ch == '|' && !escaped && found < cap)
			bars[found++] = column;
		escaped = ch == '\\' && !escaped;
		column += charset_width(ch);
	}
	return found;
}

static void
tables_of_markdown_line_up(void **state)
{
	char *events = lib_hostile_events();
	int bars[2][20], n[2] = {0, 0}, now = 0, tables = 0;
	struct lib_run r;
	const char *p;
	bool inside = false;

	(void)state;
	report(&r, "md", events);
	for (p = r.out; *p;) {
		size_t length = strcspn(p, "\n");

		if (*p == '|') {
			n[now] = bars_of(p, length, bars[now], 20);
			if (inside && (n[0] != n[1] ||
					 memcmp(bars[0], bars[1], (size_t)n[0] * sizeof(bars[0][0])) != 0))
				fail_msg("not in line: %.*s", (int)length, p);
			tables += !inside;
			inside = true;
			now = !now;
		} else {
			inside = false;
		}
		p += length + (p[length] == '\n');
	}
	assert_true(tables >= 5);
	lib_run_free(&r);
	free(events);
}

static void
names_mean_nothing_in_markdown(void **state)
{
	char *events = lib_hostile_events();
	struct lib_run r;

	(void)state;
	report(&r, "md", events);
	/* No tag, no link, no heading, no code begins by one; outside of blocks of code, which end at a fence alone. */
	assert_non_null(strstr(r.out, "m\\<b>\\&\"'x\\|\\`\\*\\_\\[y\\](http\\://evil.example/)"));
	assert_non_null(strstr(r.out, "\\</title>\\<script>"));
	assert_null(strstr(r.out, "\n# head"));
	lib_run_free(&r);
	free(events);
}

/* ---- both ------------------------------------------------------------------------------------ */

static void
both_tell_what_changed_before_and_during(void **state)
{
	static const char *const formats[] = {"html", "md"};
	struct lib_run r;
	char *events = lib_hostile_events();
	size_t k;

	(void)state;
	for (k = 0; k < 2; k++) {
		report(&r, formats[k], events);
		assert_non_null(strstr(r.out, "baseline ("));
		assert_non_null(strstr(r.out, "before 2025-11-25 1"));
		assert_non_null(strstr(r.out, "during ("));
		assert_non_null(strstr(r.out, "noise floor"));
		assert_non_null(strstr(r.out, "Alerts over time"));
		assert_non_null(strstr(r.out, "version began"));
		lib_run_free(&r);
	}
	free(events);
}

/* Its last second could not be written. */
static void
put_gap(struct lib_recording *w)
{
	struct fact f = {.kind = FACT_GAP};
	struct bytes payload;

	f.u.gap.to_ms = LIB_RECORDING_BEGIN + 60 * INT64_C(60000);
	f.u.gap.from_ms = f.u.gap.to_ms - 1000;
	f.u.gap.why = slice_of("memory was short");
	bytes_init(&payload);
	fact_write(&f, &payload);
	lib_recording_frame(w, FRAME_GAP, f.u.gap.to_ms, 0, slice_make(payload.p, payload.n));
	bytes_release(&payload);
}

/* An hour of a small fleet in trouble between its 20th and 30th minute, with a note in the middle. */
static void
a_recording_is_reported_with_its_past_and_its_notes(void **state)
{
	char path[300];
	const char *args[] = {"report", path, "--format", "html", "--utc", NULL};
	const char *part[] = {"report", path, "--format", "md", "--utc", "--from", "-20m", NULL};
	const char *whole_text[] = {"report", path, "--format", "text", "--utc", NULL};
	const char *part_text[] = {"report", path, "--format", "text", "--utc", "--from", "-20m", NULL};
	struct recording_head head;
	struct lib_recording w;
	struct lib_run r;

	(void)state;
	lib_tmp_file(path, sizeof(path), "fleet");
	head = lib_recording_head();
	lib_recording_init(&w, &head);
	lib_recording_fleet(&w, 60, NULL, NULL);
	put_gap(&w);
	lib_recording_save(w.out.p, w.out.n, path);
	lib_recording_release(&w);
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	if (r.status != 0)
		fail_msg("%s", r.err);
	assert_true(check_html(r.out, "svg") >= 3);
	assert_non_null(strstr(r.out, "before 2023-11-14 22:3"));
	assert_non_null(strstr(r.out, "Share of rows without a value"));
	assert_non_null(strstr(r.out, "<td><bdi>note</bdi></td>"));
	assert_non_null(strstr(r.out, "not recorded: memory was short"));
	assert_non_null(strstr(r.out, "parts of the recording are missing"));
	assert_non_null(strstr(r.out, "<span class=\"c\">"));
	lib_run_free(&r);
	/* In the last twenty minutes nothing was wrong any more. */
	lib_run(&r, part, NULL, NULL, LIMIT_MS);
	if (r.status != 0)
		fail_msg("%s", r.err);
	assert_non_null(strstr(r.out, "(20m)"));
	assert_null(strstr(r.out, "| note"));
	lib_run_free(&r);
	lib_run(&r, whole_text, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "\n  alerts  "));
	assert_null(strstr(r.out, "alerts    from"));
	lib_run_free(&r);
	lib_run(&r, part_text, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_null(strstr(r.out, "\n  alerts  "));
	assert_non_null(strstr(r.out, "\nalerts    from 2023-11-14 22:53:20 on"));
	lib_run_free(&r);
	lib_tmp_remove(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_page_is_well_formed_whatever_the_names_are),
	    cmocka_unit_test(a_page_holds_no_control_character_and_no_override_of_direction),
	    cmocka_unit_test(a_page_refers_to_nothing_outside),
	    cmocka_unit_test(every_picture_has_a_title_and_every_table_heads_with_a_scope),
	    cmocka_unit_test(nothing_at_all_is_a_page_that_says_so),
	    cmocka_unit_test(tables_of_markdown_line_up),
	    cmocka_unit_test(names_mean_nothing_in_markdown),
	    cmocka_unit_test(both_tell_what_changed_before_and_during),
	    cmocka_unit_test(a_recording_is_reported_with_its_past_and_its_notes),
	};

	return cmocka_run_group_tests_name("report document", tests, NULL, NULL);
}
