/* The option table, row by row, and what a wrong command line gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tui/manual.h"
#include "tui/options.h"

#define ARGS_MAX 24

/* Splits at blanks; ~ stands for an empty argument. */
struct line {
	char text[400];
	char *argv[ARGS_MAX + 1];
	int argc;
};

static void
line_init(struct line *l, const char *text)
{
	char *p;

	memset(l, 0, sizeof(*l));
	snprintf(l->text, sizeof(l->text), "drifttop %s", text);
	for (p = strtok(l->text, " "); p && l->argc < ARGS_MAX; p = strtok(NULL, " "))
		l->argv[l->argc++] = strcmp(p, "~") == 0 ? p + 1 : p;
}

static int
parse(struct options *o, struct line *l, const char *text, struct err *err)
{
	line_init(l, text);
	return options_parse(o, l->argc, l->argv, err);
}

static void
good(struct options *o, struct line *l, const char *text)
{
	struct err err = {0};

	if (parse(o, l, text, &err))
		fail_msg("'%s': %s", text, err.msg);
}

/* A wrong line: one sentence, no line break, with `part` in it. */
static void
bad(const char *text, const char *part)
{
	struct err err = {0};
	struct options o;
	struct line l;
	int rc = parse(&o, &l, text, &err);

	options_release(&o);
	if (rc != ERR_USAGE)
		fail_msg("'%s' was accepted", text);
	if (!strstr(err.msg, part))
		fail_msg("'%s' says \"%s\", not \"%s\"", text, err.msg, part);
	assert_null(strchr(err.msg, '\n'));
}

static const char *
operands_for(enum command c)
{
	return *command_rows[c].operands && command_rows[c].operands_min ? "a.file" : "";
}

/* A line that is right but for the option under test. */
static void
minimal_line(
    char *buf, size_t bytes, enum command c, const struct option_row *but, const char *tail)
{
	bool writes = c == COMMAND_BASELINE || c == COMMAND_CUT || c == COMMAND_RECORD;

	snprintf(buf, bytes, "%s %s%s%s %s", command_rows[c].name ? command_rows[c].name : "",
	    operands_for(c),
	    writes && but->id != OPTION_OUTPUT ? " -o out.json" : "",
	    c == COMMAND_PUBLISH && but->id != OPTION_KEY ? " --stream k" : "", tail);
}

static const char *
sample_value(const struct option_row *r, char *buf, size_t bytes)
{
	switch (r->type) {
	case OPTION_TYPE_FLAG:
		return "";
	case OPTION_TYPE_TEXT:
	case OPTION_TYPE_LIST:
		return "word";
	case OPTION_TYPE_CHOICE:
		snprintf(buf, bytes, "%.*s", (int)strcspn(r->choices, "|"), r->choices);
		return buf;
	case OPTION_TYPE_NUMBER:
		snprintf(buf, bytes, "%.10g", r->max);
		return buf;
	case OPTION_TYPE_SIZE:
		return "120x40";
	case OPTION_TYPE_MOMENT:
		return "-15m";
	case OPTION_TYPE_AGO:
	case OPTION_TYPE_SPAN:
		return "90m";
	}
	return "";
}

static void
each_row_is_complete_and_unique_for_its_commands(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		assert_true(r->name && strlen(r->name) > 1 && r->name[0] != '-');
		assert_true(r->help && strlen(r->help) > 5 && r->help[strlen(r->help) - 1] != '.');
		assert_true(r->commands != 0 && r->commands < COMMAND_BIT(COMMAND_COUNT));
		assert_int_equal(r->arg == NULL, r->type == OPTION_TYPE_FLAG);
		assert_int_equal(r->choices != NULL, r->type == OPTION_TYPE_CHOICE);
		if (r->type == OPTION_TYPE_NUMBER || r->type == OPTION_TYPE_SIZE)
			assert_true(r->min < r->max && r->unit);
		for (j = 0; j < i; j++) {
			const struct option_row *other = &option_rows[j];

			if (strcmp(r->name, other->name) == 0) {
				assert_int_equal(r->commands & other->commands, 0);
				assert_int_equal(r->arg == NULL, other->arg == NULL);
				assert_int_equal(r->letter, other->letter);
			} else if (r->letter) {
				assert_int_not_equal(r->letter, other->letter);
			}
		}
	}
}

static void
each_option_is_taken_by_its_commands_and_refused_by_the_others(void **state)
{
	char tail[200], text[300], value[80];
	struct options o;
	struct line l;
	size_t i;
	int c;

	(void)state;
	for (i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		for (c = 0; c < COMMAND_COUNT; c++) {
			snprintf(tail, sizeof(tail), "--%s %s", r->name,
			    sample_value(r, value, sizeof(value)));
			minimal_line(text, sizeof(text), (enum command)c, r, tail);
			if (r->commands & COMMAND_BIT(c)) {
				good(&o, &l, text);
				assert_true(o.given[r->id]);
				options_release(&o);
			} else if (!options_find(r->name, (enum command)c)) {
				bad(text, r->name);
			}
		}
	}
}

static void
each_value_out_of_form_is_refused_with_the_name_of_its_option(void **state)
{
	char tail[200], text[300];
	size_t i;
	int c;

	(void)state;
	for (i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		for (c = 0; c < COMMAND_COUNT; c++) {
			if (!(r->commands & COMMAND_BIT(c)))
				continue;
			if (r->type == OPTION_TYPE_FLAG) {
				if (r->id == OPTION_HELP || r->id == OPTION_VERSION)
					continue;
				snprintf(tail, sizeof(tail), "--%s=x", r->name);
			} else if (r->type == OPTION_TYPE_TEXT || r->type == OPTION_TYPE_LIST) {
				snprintf(tail, sizeof(tail), "--%s ~", r->name);
			} else {
				snprintf(tail, sizeof(tail), "--%s 1e999x", r->name);
			}
			minimal_line(text, sizeof(text), (enum command)c, r, tail);
			bad(text, r->name);
			if (r->arg) {
				snprintf(tail, sizeof(tail), "--%s", r->name);
				minimal_line(text, sizeof(text), (enum command)c, r, tail);
				bad(text, "needs a value");
			}
		}
	}
}

static void
each_option_is_in_the_help_of_its_commands_with_its_range_and_default(void **state)
{
	size_t i, n;
	int c;

	(void)state;
	for (c = 0; c < COMMAND_COUNT; c++) {
		char *text = NULL;
		FILE *f = open_memstream(&text, &n);

		options_help(f, (enum command)c);
		fclose(f);
		for (i = 0; i < option_row_count; i++) {
			const struct option_row *r = &option_rows[i];
			char name[60];

			snprintf(name, sizeof(name), "  --%s%s", r->name, r->arg ? " " : "");
			if (r->letter)
				snprintf(name, sizeof(name), "-%c, --%s", r->letter, r->name);
			if (r->commands & COMMAND_BIT(c))
				assert_non_null(strstr(text, name));
			else if (!options_find(r->name, (enum command)c))
				assert_null(strstr(text, name));
		}
		free(text);
	}
}

static void
the_help_lists_commands_and_limits_and_no_line_is_wider_than_100(void **state)
{
	char *text = NULL, *p, *end;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	int c;

	(void)state;
	options_help(f, COMMAND_DASH);
	fclose(f);
	for (c = 1; c < COMMAND_COUNT; c++)
		assert_non_null(strstr(text, command_rows[c].name));
	assert_non_null(strstr(text, "1024 models"));
	assert_non_null(strstr(text, "event 1 MiB"));
	for (p = text; *p; p = end + 1) {
		end = strchr(p, '\n');
		assert_non_null(end);
		if (end - p > 110)
			fail_msg("%ld columns: %.*s", (long)(end - p), (int)(end - p), p);
	}
	free(text);
}

/* ---- lines that are shown to people ------------------------------------------------------------------------------ */

/* As a shell takes it apart, as far as examples go: '...' and "..." are one word. Up to a comment, a pipe, a second
 * command, or two blanks, behind which stands what it is for. */
static void
line_init_shell(struct line *l, const char *text)
{
	size_t n = 0;

	memset(l, 0, sizeof(*l));
	while (*text && *text != '\n' && l->argc < ARGS_MAX) {
		char quote = '\0';

		if (strchr("#|>&", *text) || (l->argc && text[0] == ' ' && text[1] == ' '))
			return;
		text += *text == ' ';
		if (!*text || strchr("#|>& \n\\", *text))
			continue;
		l->argv[l->argc++] = l->text + n;
		for (; *text && *text != '\n' && (quote || *text != ' '); text++) {
			if (*text == quote)
				quote = '\0';
			else if (!quote && (*text == '\'' || *text == '"'))
				quote = *text;
			else if (n < sizeof(l->text) - 1)
				l->text[n++] = *text;
		}
		assert_int_equal(quote, '\0');
		l->text[n++] = '\0';
	}
}

static void
parses(const char *where, const char *text)
{
	struct err err = {0};
	struct options o;
	struct line l;

	line_init_shell(&l, text);
	if (options_parse(&o, l.argc, l.argv, &err))
		fail_msg("%s: '%.*s': %s", where, (int)strcspn(text, "\n"), text, err.msg);
	options_release(&o);
}

/* Lines of code alone, between fences or indented; one that goes on below is joined. */
static size_t
parse_examples(const char *path)
{
	FILE *f = fopen(path, "r");
	char text[600], more[300];
	bool fenced = false;
	size_t n = 0;

	assert_non_null(f);
	while (fgets(text, sizeof(text), f)) {
		const char *line = text + strspn(text, " ");

		fenced ^= strncmp(text, "```", 3) == 0;
		if ((!fenced && line - text < 4) || strncmp(line, "drifttop", 8) != 0 || !strchr(" \n", line[8]))
			continue;
		while (strstr(text, "\\\n") && fgets(more, sizeof(more), f))
			snprintf(strstr(text, "\\\n"), sizeof(text) - 320, "%s", more + strspn(more, " \t"));
		parses(path, line);
		n++;
	}
	fclose(f);
	return n;
}

/* The EXAMPLES of the manual page, without its markup. */
static size_t
parse_manual(void)
{
	char *text = NULL, *p;
	size_t n, found = 0;
	FILE *f = open_memstream(&text, &n);

	manual_write(f, "0");
	fclose(f);
	for (p = strstr(text, ".SH EXAMPLES"); (p = strstr(p, "\n\\fBdrifttop")); found++) {
		char line[300];
		size_t k = 0;

		for (p += 4; *p != '\n' && k < sizeof(line) - 1; p++) {
			if (*p == '\\')
				p += p[1] == 'f' ? 2 : 0;
			else
				line[k++] = *p;
		}
		line[k] = '\0';
		parses("the manual page", line);
	}
	free(text);
	return found;
}

/* "publish FILE|- [URL] --stream KEY": what need not be is left out, of several the first is taken. */
static void
parse_usage(const struct command_row *row)
{
	char line[200] = "drifttop ";
	size_t n = strlen(line);

	n += (size_t)snprintf(line + n, sizeof(line) - n, "%s ", row->name ? row->name : "");
	for (const char *p = row->operands; *p && n < sizeof(line) - 8;) {
		if (*p == '[')
			p += strcspn(p, "]") + 1;
		else if (*p == '|')
			p += strcspn(p, " [");
		else if (*p == 'T' && (p[1] == ' ' || !p[1]))
			n += (size_t)snprintf(line + n, sizeof(line) - n, "14:05"), p++;
		else if (*p == ' ' && line[n - 1] == ' ')
			p++;
		else
			line[n++] = *p++;
	}
	line[n] = '\0';
	parses("--help", line);
}

static void
every_line_that_is_shown_as_an_example_parses(void **state)
{
	static const char *const paths[] = {"README.md", "docs/CAST.md", "docs/CONFIG.md", "docs/EVENTS.md",
	    "docs/RECORDING.md", "docs/STATE.md", "docs/THEMES.md"};
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		n += parse_examples(paths[i]);
	assert_true(n >= 15);
	assert_true(parse_manual() >= 5);
	for (int c = 0; c < COMMAND_COUNT; c++)
		parse_usage(&command_rows[c]);
}

static void
the_line_is_understood(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	good(&o, &l,
	    "--utc report -s a:* redis://h -sb --stream=c events.ndjson --from -15m --format json "
	    "-o-");
	assert_int_equal(o.command, COMMAND_REPORT);
	assert_int_equal(o.nstreams, 3);
	assert_string_equal(o.streams[0], "a:*");
	assert_string_equal(o.streams[1], "b");
	assert_string_equal(o.streams[2], "c");
	assert_int_equal(o.noperands, 2);
	assert_string_equal(o.operands[1], "events.ndjson");
	assert_string_equal(o.text[OPTION_FROM], "-15m");
	assert_string_equal(o.text[OPTION_OUTPUT], "-");
	assert_string_equal(o.text[OPTION_WINDOW], "all");
	assert_true(o.given[OPTION_UTC] && !o.given[OPTION_WINDOW]);
	options_release(&o);

	good(&o, &l, "snapshot - --size 200x60");
	assert_int_equal(o.cols, 200);
	assert_int_equal(o.rows, 60);
	assert_string_equal(o.text[OPTION_WINDOW], "auto");
	options_release(&o);

	good(&o, &l, "prod=redis://h");
	assert_int_equal(o.command, COMMAND_DASH);
	assert_string_equal(o.text[OPTION_SINCE], "1h");
	options_release(&o);

	/* Behind -- everything is a source, as it stands. */
	good(&o, &l, "-- --odd-file report");
	assert_int_equal(o.command, COMMAND_DASH + 0);
	assert_int_equal(o.noperands, 2);
	options_release(&o);

	good(&o, &l, "publish a.ndjson --stream k --rate 2.5");
	assert_true(o.number[OPTION_RATE] == 2.5);
	assert_true(isnan(o.number[OPTION_SPEED]));
	options_release(&o);
}

static void
help_and_version_win(void **state)
{
	struct options o;
	struct line l;

	(void)state;
	good(&o, &l, "report --help --nonsense");
	assert_true(o.given[OPTION_HELP]);
	assert_int_equal(o.command, COMMAND_REPORT);
	options_release(&o);
	good(&o, &l, "-V");
	assert_true(o.given[OPTION_VERSION]);
	options_release(&o);
}

static void
a_wrong_line_gets_one_sentence_that_helps(void **state)
{
	(void)state;
	bad("--modle x", "did you mean '--model'?");
	bad("--baselin x", "did you mean '--baseline'?");
	bad("--colour", "unknown option '--colour'");
	bad("--no-colour", "did you mean '--no-color'?");
	bad("-x", "unknown option '-x'");
	bad("--xyzzy", "drifttop --help");
	bad("reprot", "did you mean 'report'?");
	bad("localhost", "neither a command nor a source");
	bad("record", "name the file or the directory");
	bad("record -o x --keep 0", "--keep");
	bad("replay", "FILE");
	bad("replay x.dtr --speed 128", "from 0.25 to 64");
	bad("replay x.dtr --at 25:00", "--at: '25:00': hours go from 0 to 23");
	bad("check --for 0", "such as 60s");
	bad("check --for soon", "such as 60s");
	bad("check --for 2026-01-02", "such as 60s");
	bad("report --rate 3", "no option of report");
	bad("demo redis://h", "too much");
	bad("publish", "something is missing");
	bad("publish a b c --stream k", "'c' is too much");
	bad("publish a.ndjson", "--stream KEY");
	bad("publish a.ndjson --stream k --rate 1 --speed 1", "exclude each other");
	bad("baseline x.ndjson", "-o FILE");
	bad("report --format xml", "json, text");
	bad("snapshot --size 120", "120x40");
	bad("snapshot --size 0x40", "from 1 to 1000");
	bad("report --from teatime", "--from: 'teatime' is no time");
	bad("--since 90", "no unit");
	bad("--theme a --theme b", "twice");
	bad("--utc=yes", "takes no value");
	bad("--window 2h", "auto, 5m, 1h, 24h, all");
}

static void
the_nearest_name_is_only_offered_when_it_is_near(void **state)
{
	static const char *const names[] = {"stream", "size", "since"};

	(void)state;
	assert_string_equal(options_nearest("sream", names, 3), "stream");
	assert_string_equal(options_nearest("strema", names, 3), "stream");
	assert_string_equal(options_nearest("str", names, 3), "stream");
	assert_string_equal(options_nearest("siz", names, 3), "size");
	assert_null(options_nearest("window", names, 3));
	assert_null(options_nearest("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", names, 3));
}

static int
parse_one(void *ctx, struct err *err)
{
	struct options o;
	struct line l;
	int rc;

	(void)ctx;
	rc = parse(&o, &l, "report -s a -s b --utc x.ndjson", err);
	options_release(&o);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(parse_one, NULL) > 0);
}

static void
a_wrong_line_still_says_whose_it_was(void **state)
{
	struct err err = {0};
	struct options o;
	struct line l;

	(void)state;
	assert_int_equal(parse(&o, &l, "check --bogus", &err), ERR_USAGE);
	assert_int_equal(o.command, COMMAND_CHECK);
	options_release(&o);
	good(&o, &l, "check --for 1m30s");
	assert_true(o.number[OPTION_FOR] == 90000);
	options_release(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_row_is_complete_and_unique_for_its_commands),
	    cmocka_unit_test(each_option_is_taken_by_its_commands_and_refused_by_the_others),
	    cmocka_unit_test(each_value_out_of_form_is_refused_with_the_name_of_its_option),
	    cmocka_unit_test(each_option_is_in_the_help_of_its_commands_with_its_range_and_default),
	    cmocka_unit_test(the_help_lists_commands_and_limits_and_no_line_is_wider_than_100),
	    cmocka_unit_test(the_line_is_understood),
	    cmocka_unit_test(help_and_version_win),
	    cmocka_unit_test(every_line_that_is_shown_as_an_example_parses),
	    cmocka_unit_test(a_wrong_line_gets_one_sentence_that_helps),
	    cmocka_unit_test(the_nearest_name_is_only_offered_when_it_is_near),
	    cmocka_unit_test(every_allocation_may_fail),
	    cmocka_unit_test(a_wrong_line_still_says_whose_it_was),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
