#include "tui/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "core/nearest.h"
#include "tui/timearg.h"

#define ANY_OPERANDS 1000u

#define DASH COMMAND_BIT(COMMAND_DASH)
#define DEMO COMMAND_BIT(COMMAND_DEMO)
#define REPORT COMMAND_BIT(COMMAND_REPORT)
#define RECORD COMMAND_BIT(COMMAND_RECORD)
#define REPLAY COMMAND_BIT(COMMAND_REPLAY)
#define EXPORT COMMAND_BIT(COMMAND_EXPORT)
#define SNAPSHOT COMMAND_BIT(COMMAND_SNAPSHOT)
#define BASELINE COMMAND_BIT(COMMAND_BASELINE)
#define PUBLISH COMMAND_BIT(COMMAND_PUBLISH)
#define CHECK COMMAND_BIT(COMMAND_CHECK)
#define VERIFY COMMAND_BIT(COMMAND_VERIFY)
#define CUT COMMAND_BIT(COMMAND_CUT)
#define READERS (DASH | REPORT | SNAPSHOT | BASELINE | CHECK)
#define NO_CONFIG (PUBLISH | EXPORT | VERIFY | CUT)
#define SCREENS (DASH | DEMO | REPLAY | SNAPSHOT)
#define ALL (READERS | DEMO | RECORD | REPLAY | NO_CONFIG)

const struct command_row command_rows[COMMAND_COUNT] = {
    [COMMAND_DASH] = {NULL, "[SOURCE...]", 0, ANY_OPERANDS,
	"the live dashboard; default redis://127.0.0.1:6379"},
    [COMMAND_DEMO] = {"demo", "", 0, 0,
	"a private redis-server on a unix socket, example models publishing, the dashboard"},
    [COMMAND_REPORT] = {"report", "[SOURCE...]", 0, ANY_OPERANDS,
	"every figure, once: as text, JSON, or a page with charts"},
    [COMMAND_RECORD] = {"record", "-o FILE|DIR [SOURCE...]", 0, ANY_OPERANDS,
	"the same collection without a screen, into a file, or into files one after the other"},
    [COMMAND_REPLAY] = {"replay", "FILE", 1, 1,
	"the dashboard over a recording: play, step, jump, from alert to alert"},
    [COMMAND_EXPORT] = {"export", "FILE", 1, 1,
	"what a recording holds, for other programs: events, alerts, the figures of each minute"},
    [COMMAND_SNAPSHOT] = {"snapshot", "[SOURCE...]", 0, ANY_OPERANDS,
	"one screen as text, with colours, or as a picture"},
    [COMMAND_BASELINE] = {"baseline", "SOURCE -o FILE", 1, ANY_OPERANDS,
	"freeze a baseline from a slice of anything"},
    [COMMAND_CHECK] = {"check", "[SOURCE...]", 0, ANY_OPERANDS,
	"for cron and CI: exit 0 ok, 1 warning, 2 critical, 3 unknown"},
    [COMMAND_PUBLISH] = {"publish", "FILE|- [URL] --stream KEY", 1, 2,
	"put NDJSON into a stream, each line unchanged as field `event`"},
    [COMMAND_VERIFY] = {"verify", "FILE", 1, 1,
	"what is in a recording and what is missing or damaged: exit 0 whole, 1 not"},
    [COMMAND_CUT] = {"cut", "FILE --from T --to T -o FILE", 1, 1,
	"a part of a recording as a file of its own, with its notes"},
};

const struct option_row option_rows[] = {
    {OPTION_STREAM, "stream", 's', "PATTERN", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, READERS | RECORD,
	"follow the streams whose key matches, and new ones as they appear; may be given again; "
	"default ml:* model:*"},
    {OPTION_KEY, "stream", 's', "KEY", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, PUBLISH,
	"the stream to write to"},
    {OPTION_MODEL, "model", 0, "GLOB", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, READERS | RECORD,
	"only models whose name matches"},
    {OPTION_BASELINE, "baseline", 0, "FILE", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL,
	DASH | REPORT | SNAPSHOT | CHECK | RECORD,
	"hold inputs against this: a baseline file, or NDJSON (.gz) to make one from; may be given "
	"again; default: a model's own oldest rows"},
    {OPTION_STATE, "state", 0, "DIR", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL,
	DASH | CHECK | RECORD,
	"keep growing baselines and evidence here between runs; none: nowhere; default: a directory for "
	"each server below $XDG_STATE_HOME/drifttop, none for files"},
    {OPTION_STATE, "state", 0, "DIR", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, REPORT | SNAPSHOT,
	"use the baselines that the dashboard keeps here; none: do not; default: as the dashboard's"},
    {OPTION_ACTIONS, "actions", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, DASH,
	"run the configuration's actions for alerts, as check does"},
    {OPTION_SINCE, "since", 0, "AGO", OPTION_TYPE_AGO, NULL, 0, 0, NULL, "1h", DASH | CHECK,
	"history of streams to read, by time of arrival: a span such as 90m, or a time; 0: "
	"everything; at most the newest two million entries, at least the last 1,000 of each stream"},
    {OPTION_SINCE, "since", 0, "AGO", OPTION_TYPE_AGO, NULL, 0, 0, NULL, "0",
	REPORT | SNAPSHOT | BASELINE | RECORD,
	"history of streams to read, by time of arrival: a span such as 90m, or a time; 0: "
	"everything"},
    {OPTION_FROM, "from", 0, "T", OPTION_TYPE_TIME, NULL, 0, 0, NULL, NULL, EXPORT,
	"only what came at T or later: RFC 3339, epoch, or -15m before the end"},
    {OPTION_TO, "to", 0, "T", OPTION_TYPE_TIME, NULL, 0, 0, NULL, NULL, EXPORT, "only what came until T"},
    {OPTION_FROM, "from", 0, "T", OPTION_TYPE_TIME, NULL, 0, 0, NULL, NULL, READERS,
	"only events with ts >= T: RFC 3339, epoch, or -15m before the newest event"},
    {OPTION_TO, "to", 0, "T", OPTION_TYPE_TIME, NULL, 0, 0, NULL, NULL, READERS,
	"only events with ts < T"},
    {OPTION_FROM, "from", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, CUT,
	"from the last whole state at or before T: 14:05, yesterday 14:05, RFC 3339, epoch, or -15m before the end; "
	"default: the beginning"},
    {OPTION_TO, "to", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, CUT, "up to T; default: the end"},
    {OPTION_AT, "at", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, SNAPSHOT,
	"the screen as it was at T, such as 14:05, 'yesterday 14:05', -15m before the newest event, or an RFC 3339 "
	"time; default: at the newest event"},
    {OPTION_AT, "at", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, REPLAY,
	"the moment of a recording to begin with, such as 14:05, 'yesterday 14:05', -15m before its end, or an RFC "
	"3339 time"},
    {OPTION_SPEED, "speed", 0, "N", OPTION_TYPE_NUMBER, NULL, 0.25, 64, "times", NULL, REPLAY,
	"play at once, so many times as fast: 1/4, 1/2, 1, 2 ... 64, the nearest of them; default: wait for p"},
    {OPTION_WINDOW, "window", 0, "W", OPTION_TYPE_CHOICE, "auto|5m|1h|24h|all", 0, 0, NULL, "auto",
	SCREENS,
	"the window of drift figures; auto: for each model the shortest that holds 500 rows"},
    {OPTION_WINDOW, "window", 0, "W", OPTION_TYPE_CHOICE, "auto|5m|1h|24h|all", 0, 0, NULL, "all",
	REPORT, "the window of drift figures; all: the whole range asked for"},
    {OPTION_FOR, "for", 0, "TIME", OPTION_TYPE_SPAN, NULL, 0, 0, NULL, NULL, CHECK,
	"go on watching for so long behind the history, such as 60s or 5m; default: judge what is there"},
    {OPTION_FOR, "for", 0, "TIME", OPTION_TYPE_SPAN, NULL, 0, 0, NULL, NULL, RECORD,
	"end after so long, such as 2h; default: when it is told to"},
    {OPTION_EVENTS, "events", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, DASH | RECORD,
	"record every raw event, not only a few of each five seconds"},
    {OPTION_MAX_SIZE, "max-size", 0, "MIB", OPTION_TYPE_NUMBER, NULL, 1, 1e6, "MiB", NULL, RECORD,
	"begin another file when one has this size; a single FILE: end then; default: 64 in a directory"},
    {OPTION_KEEP, "keep", 0, "TIME", OPTION_TYPE_SPAN, NULL, 0, 0, NULL, "7d", RECORD,
	"in a directory: remove its older files"},
    {OPTION_KEEP_SIZE, "keep-size", 0, "MIB", OPTION_TYPE_NUMBER, NULL, 1, 1e9, "MiB", "2048", RECORD,
	"in a directory: remove its oldest files when they are more together"},
    {OPTION_FLIGHT, "flight", 0, "MIB", OPTION_TYPE_NUMBER, NULL, 0, 4096, "MiB", NULL,
	DASH | DEMO | CHECK | RECORD,
	"memory of the flight recorder, which holds what was for a look back; 0: none; default: 16"},
    {OPTION_FORMAT, "format", 0, "FORMAT", OPTION_TYPE_CHOICE, "json|text", 0, 0, NULL, "text",
	CHECK, "how to print"},
    {OPTION_FORMAT, "format", 0, "FORMAT", OPTION_TYPE_CHOICE, "json|text|md|html", 0, 0, NULL, "text",
	REPORT, "how to print; html is one file that needs nothing else"},
    {OPTION_FORMAT, "format", 0, "FORMAT", OPTION_TYPE_CHOICE, "text|ansi|svg", 0, 0, NULL, "text",
	SNAPSHOT, "how to print"},
    {OPTION_FORMAT, "format", 0, "FORMAT", OPTION_TYPE_CHOICE, "ndjson|csv", 0, 0, NULL, "ndjson",
	EXPORT, "how to print"},
    {OPTION_WHAT, "what", 0, "WHAT", OPTION_TYPE_CHOICE, "events|panes|alerts", 0, 0, NULL, NULL, EXPORT,
	"events: the raw ones that were kept (ndjson alone); panes: each minute of each model and feature; alerts: "
	"each time that one changed; default: events, of csv panes"},
    {OPTION_WHAT_IF, "what-if", 0, "CHANGE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, REPORT,
	"of a recording: its alerts beside those that a change would have raised, such as 'psi > 0.3', "
	"'drift crit psi > 0.3 for 10m', 'latency off' or 'alarms_per_week 10'"},
    {OPTION_OUTPUT, "output", 'o', "FILE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, "-",
	REPORT | SNAPSHOT | EXPORT, "write to FILE; -: standard output"},
    {OPTION_OUTPUT, "output", 'o', "FILE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, BASELINE,
	"write to FILE; -: standard output"},
    {OPTION_OUTPUT, "output", 'o', "FILE|DIR", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, RECORD,
	"a file to begin or to go on with, or a directory, which is there or ends with a slash"},
    {OPTION_OUTPUT, "output", 'o', "FILE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, CUT,
	"write to FILE, which must not be there yet"},
    {OPTION_SIZE, "size", 0, "COLSxROWS", OPTION_TYPE_SIZE, NULL, 1, 1000, "cells", "80x24",
	SNAPSHOT, "size of the screen"},
    {OPTION_KEYS, "keys", 0, "KEYS", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, SNAPSHOT,
	"keys to press first, such as 'j<Enter>'"},
    {OPTION_FLAT, "flat", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, PUBLISH,
	"one stream field for each part of the event, in place of one that holds the line"},
    {OPTION_RATE, "rate", 0, "N", OPTION_TYPE_NUMBER, NULL, 0.001, 1e7, "events a second", NULL,
	PUBLISH, "lines a second; default: as fast as the server takes them"},
    {OPTION_SPEED, "speed", 0, "X", OPTION_TYPE_NUMBER, NULL, 1e-6, 1e12, "times", NULL, PUBLISH,
	"follow the events' own ts, X times as fast"},
    {OPTION_RESTAMP, "restamp", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, PUBLISH,
	"put the time of publishing in place of each event's ts"},
    {OPTION_APPEND, "append", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, PUBLISH,
	"write to a stream that is already there"},
    {OPTION_CONFIG, "config", 0, "FILE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, ALL & ~NO_CONFIG,
	"read the configuration from FILE, see docs/CONFIG.md; default: ~/.config/drifttop/config.json, if it is "
	"there"},
    {OPTION_THEME, "theme", 0, "NAME", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, SCREENS,
	"colours: dark, light or mono; default: by the terminal's background"},
    {OPTION_NO_COLOR, "no-color", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, SCREENS,
	"no colours (also by the variable NO_COLOR)"},
    {OPTION_ASCII, "ascii", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, SCREENS,
	"draw with ASCII characters only"},
    {OPTION_GLYPHS, "glyphs", 0, "SET", OPTION_TYPE_CHOICE, "ascii|console|blocks|braille", 0, 0, NULL, "blocks",
	SCREENS, "what graphs are drawn with, as far as the terminal can: braille gives finer lines"},
    {OPTION_UTC, "utc", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, ALL & ~PUBLISH,
	"times in UTC, those shown and those given without a zone; default: local time"},
    {OPTION_FULL_SPEED, "full-speed", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL,
	DASH | CHECK | RECORD,
	"catch up over TCP as fast as possible, not with a fifth of the server's time"},
    {OPTION_PASSWORD_FILE, "password-file", 0, "FILE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL,
	READERS | RECORD | PUBLISH, "read the server's password from the first line of FILE"},
    {OPTION_HELP, "help", 'h', NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, ALL, "this text"},
    {OPTION_VERSION, "version", 'V', NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, ALL,
	"the version"},
};

const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);

/* ---- names ----------------------------------------------------------------------------------- */

const char *
options_nearest(const char *word, const char *const *names, size_t n)
{
	struct nearest near;
	size_t i;

	nearest_init(&near, slice_of(word));
	for (i = 0; i < n; i++)
		nearest_offer(&near, names[i]);
	return nearest_name(&near);
}

const struct option_row *
options_find(const char *name, enum command command)
{
	size_t i;

	for (i = 0; i < option_row_count; i++) {
		if ((option_rows[i].commands & COMMAND_BIT(command)) &&
		    strcmp(option_rows[i].name, name) == 0)
			return &option_rows[i];
	}
	return NULL;
}

static const struct option_row *
any_row(const char *name, size_t n, char letter)
{
	size_t i;

	for (i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		if (letter ? r->letter == letter
			   : strlen(r->name) == n && memcmp(r->name, name, n) == 0)
			return r;
	}
	return NULL;
}

static int
unknown_option(const char *name, struct err *err)
{
	const char *names[64];
	const char *near;
	size_t n = 0, i;

	for (i = 0; i < option_row_count && n < 64; i++)
		names[n++] = option_rows[i].name;
	near = options_nearest(name, names, n);
	if (near)
		return err_set(
		    err, ERR_USAGE, "unknown option '--%s': did you mean '--%s'?", name, near);
	return err_set(err, ERR_USAGE, "unknown option '--%s': 'drifttop --help' lists them", name);
}

/* "report", or "the dashboard". */
static const char *
command_title(enum command c)
{
	return command_rows[c].name ? command_rows[c].name : "the dashboard";
}

static int
not_for_command(const char *name, enum command command, struct err *err)
{
	char list[160] = "";
	size_t i, c;

	for (c = 0; c < COMMAND_COUNT; c++) {
		for (i = 0; i < option_row_count; i++) {
			size_t n = strlen(list);

			if (strcmp(option_rows[i].name, name) ||
			    !(option_rows[i].commands & COMMAND_BIT(c)))
				continue;
			snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "",
			    command_title((enum command)c));
			break;
		}
	}
	return err_set(err, ERR_USAGE, "'--%s' is no option of %s (it is one of: %s)", name,
	    command_title(command), list);
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool
is_choice(const char *choices, const char *value)
{
	size_t n = strlen(value);
	const char *p = choices;

	while (n && p) {
		size_t k = strcspn(p, "|");

		if (k == n && memcmp(p, value, n) == 0)
			return true;
		p = p[k] ? p + k + 1 : NULL;
	}
	return false;
}

/* "json, text" from "json|text". */
static void
choices_list(const char *choices, char *buf, size_t bytes)
{
	size_t n = 0;

	for (; *choices && n + 3 < bytes; choices++) {
		if (*choices == '|') {
			buf[n++] = ',';
			buf[n++] = ' ';
		} else {
			buf[n++] = *choices;
		}
	}
	buf[n] = '\0';
}

static int
take_number(const struct option_row *r, const char *value, double *out, struct err *err)
{
	char *end;
	double x = strtod(value, &end);

	if (end == value || *end || !isfinite(x) || x < r->min || x > r->max)
		return err_set(err, ERR_USAGE,
		    "--%s '%s': must be a number from %.10g to %.10g (%s)", r->name, value, r->min,
		    r->max, r->unit);
	*out = x;
	return 0;
}

static int
take_size(const struct option_row *r, const char *value, struct options *o, struct err *err)
{
	char *end = NULL;
	long cols, rows = 0;

	cols = strtol(value, &end, 10);
	if (end != value && (*end == 'x' || *end == 'X')) {
		const char *second = end + 1;

		rows = strtol(second, &end, 10);
		if (end == second || *end)
			rows = 0;
	}
	if (cols < (long)r->min || cols > (long)r->max || rows < (long)r->min ||
	    rows > (long)r->max)
		return err_set(err, ERR_USAGE,
		    "--%s '%s': must be columns and rows such as 120x40, each from %.0f to %.0f",
		    r->name, value, r->min, r->max);
	o->cols = (int)cols;
	o->rows = (int)rows;
	return 0;
}

static int
check_time(const struct option_row *r, const char *value, struct err *err)
{
	struct timearg t;
	int rc;

	rc = r->type == OPTION_TYPE_AGO ? timearg_parse_ago(&t, value, true, err)
					: timearg_parse(&t, value, true, err);
	return rc ? (err_wrap(err, "--%s", r->name), ERR_USAGE) : 0;
}

/* Whether it is one; which it is depends on where one stands. */
static int
check_moment(const struct option_row *r, const char *value, struct err *err)
{
	const struct timearg_place place = {.to_ms = INT64_MAX};
	int64_t ms;
	int rc = timearg_parse_jump(&ms, value, &place, err);

	return rc ? (err_wrap(err, "--%s", r->name), ERR_USAGE) : 0;
}

static int
take_span(const struct option_row *r, const char *value, double *out, struct err *err)
{
	struct timearg t;

	if (timearg_parse_ago(&t, value, true, NULL) || t.kind != TIMEARG_BEFORE || t.ms <= 0)
		return err_set(err, ERR_USAGE, "--%s '%s': must be a time such as 60s or 5m", r->name, value);
	*out = (double)t.ms;
	return 0;
}

static int
take_value(struct options *o, const struct option_row *r, const char *value, struct err *err)
{
	char list[80];

	o->text[r->id] = value;
	switch (r->type) {
	case OPTION_TYPE_FLAG:
		return 0;
	case OPTION_TYPE_TEXT:
	case OPTION_TYPE_LIST:
		if (!*value)
			return err_set(err, ERR_USAGE, "--%s: must not be empty", r->name);
		return 0;
	case OPTION_TYPE_CHOICE:
		if (is_choice(r->choices, value))
			return 0;
		choices_list(r->choices, list, sizeof(list));
		return err_set(
		    err, ERR_USAGE, "--%s '%s': must be one of %s", r->name, value, list);
	case OPTION_TYPE_NUMBER:
		return take_number(r, value, &o->number[r->id], err);
	case OPTION_TYPE_SIZE:
		return take_size(r, value, o, err);
	case OPTION_TYPE_SPAN:
		return take_span(r, value, &o->number[r->id], err);
	case OPTION_TYPE_MOMENT:
		return check_moment(r, value, err);
	case OPTION_TYPE_TIME:
	case OPTION_TYPE_AGO:
		return check_time(r, value, err);
	}
	return 0;
}

/* ---- the line -------------------------------------------------------------------------------- */

/* One option of the line as it stands there, before the command is known. */
struct word {
	const struct option_row *row; /* any of this name: for its name only */
	const char *value;
};

struct line {
	struct word *words;
	size_t nwords;
	const char **operands;
	size_t noperands;
	bool help, version;
	bool plain; /* the first operand stood behind "--": a source, whatever it looks like */
};

static int
read_long(struct line *l, const char *arg, int argc, char *const *argv, int *i, struct err *err)
{
	const char *eq = strchr(arg, '=');
	size_t n = eq ? (size_t)(eq - arg) : strlen(arg);
	const struct option_row *r = any_row(arg, n, 0);
	char name[64];

	if (!r) {
		snprintf(name, sizeof(name), "%.*s", (int)(n < 60 ? n : 60), arg);
		return unknown_option(name, err);
	}
	if (r->type == OPTION_TYPE_FLAG && eq)
		return err_set(err, ERR_USAGE, "--%s takes no value", r->name);
	if (r->type != OPTION_TYPE_FLAG && !eq && *i + 1 >= argc)
		return err_set(
		    err, ERR_USAGE, "--%s: needs a value: --%s %s", r->name, r->name, r->arg);
	l->words[l->nwords].row = r;
	l->words[l->nwords++].value = r->type == OPTION_TYPE_FLAG ? "" : eq ? eq + 1 : argv[++*i];
	return 0;
}

static int
read_short(struct line *l, const char *arg, int argc, char *const *argv, int *i, struct err *err)
{
	const struct option_row *r = any_row(NULL, 0, arg[0]);

	if (!r)
		return err_set(
		    err, ERR_USAGE, "unknown option '-%.20s': 'drifttop --help' lists them", arg);
	if (r->type == OPTION_TYPE_FLAG && arg[1])
		return err_set(err, ERR_USAGE, "-%c takes no value", arg[0]);
	if (r->type != OPTION_TYPE_FLAG && !arg[1] && *i + 1 >= argc)
		return err_set(
		    err, ERR_USAGE, "-%c: needs a value: -%c %s", arg[0], arg[0], r->arg);
	l->words[l->nwords].row = r;
	l->words[l->nwords++].value = r->type == OPTION_TYPE_FLAG ? ""
				      : arg[1]                    ? arg + 1
								  : argv[++*i];
	return 0;
}

static int
read_line(struct line *l, int argc, char *const *argv, struct err *err)
{
	bool open = true;
	int i, rc = 0;

	for (i = 1; i < argc && !rc; i++) {
		const char *arg = argv[i];

		if (!open || arg[0] != '-' || !arg[1]) {
			l->operands[l->noperands++] = arg;
		} else if (strcmp(arg, "--") == 0) {
			open = false;
			l->plain = l->noperands == 0;
		} else if (arg[1] == '-') {
			rc = read_long(l, arg + 2, argc, argv, &i, err);
		} else {
			rc = read_short(l, arg + 1, argc, argv, &i, err);
		}
		if (!rc && l->nwords) {
			l->help |= l->words[l->nwords - 1].row->id == OPTION_HELP;
			l->version |= l->words[l->nwords - 1].row->id == OPTION_VERSION;
		}
	}
	return rc;
}

/* The first operand names the command, unless it looks like a source. Takes it out of the list. */
static int
find_command(struct options *o, struct line *l, struct err *err)
{
	const char *names[COMMAND_COUNT], *word, *near;
	size_t n = 0, i;

	o->command = COMMAND_DASH;
	if (!l->noperands || l->plain)
		return 0;
	word = l->operands[0];
	for (i = 0; i < COMMAND_COUNT; i++) {
		if (!command_rows[i].name)
			continue;
		names[n++] = command_rows[i].name;
		if (strcmp(word, command_rows[i].name) == 0) {
			o->command = (enum command)i;
			memmove(
			    l->operands, l->operands + 1, --l->noperands * sizeof(*l->operands));
			return 0;
		}
	}
	/* A source has a scheme, a path or an extension in it; a bare word is a mistyped command or
	 * nothing. */
	if (strpbrk(word, ":/.=") || strcmp(word, "-") == 0)
		return 0;
	near = options_nearest(word, names, n);
	if (near)
		return err_set(
		    err, ERR_USAGE, "unknown command '%s': did you mean '%s'?", word, near);
	return err_set(err, ERR_USAGE,
	    "'%s' is neither a command nor a source: a source is redis://host:port, unix:///path, "
	    "a file as ./%s, or -",
	    word, word);
}

static int
check_operands(const struct options *o, struct err *err)
{
	const struct command_row *c = &command_rows[o->command];

	if (o->noperands < c->operands_min)
		return err_set(err, ERR_USAGE, "%s: something is missing: drifttop %s %s", c->name,
		    c->name, c->operands);
	if (o->noperands > c->operands_max)
		return err_set(err, ERR_USAGE, "%s: '%s' is too much: drifttop %s%s%s", c->name,
		    o->operands[c->operands_max], c->name, *c->operands ? " " : "", c->operands);
	if (o->command == COMMAND_PUBLISH && !o->given[OPTION_KEY])
		return err_set(
		    err, ERR_USAGE, "publish: name the stream to write to: --stream KEY");
	if (o->command == COMMAND_PUBLISH && o->given[OPTION_RATE] && o->given[OPTION_SPEED])
		return err_set(err, ERR_USAGE, "publish: --rate and --speed exclude each other");
	if (o->command == COMMAND_CUT && !o->given[OPTION_OUTPUT])
		return err_set(err, ERR_USAGE, "cut: name the file to write: -o FILE");
	if (o->command == COMMAND_RECORD && !o->given[OPTION_OUTPUT])
		return err_set(err, ERR_USAGE, "record: name the file or the directory to write: -o FILE|DIR");
	if (o->command == COMMAND_BASELINE && !o->given[OPTION_OUTPUT])
		return err_set(err, ERR_USAGE,
		    "baseline: name the file to write: -o FILE (-: standard output)");
	return 0;
}

static int
apply_words(struct options *o, const struct line *l, struct err *err)
{
	size_t i;
	int rc;

	for (i = 0; i < l->nwords; i++) {
		const struct option_row *r = options_find(l->words[i].row->name, o->command);

		if (!r)
			return not_for_command(l->words[i].row->name, o->command, err);
		if (o->given[r->id] && r->type != OPTION_TYPE_LIST && r->type != OPTION_TYPE_FLAG)
			return err_set(err, ERR_USAGE, "--%s is given twice", r->name);
		rc = take_value(o, r, l->words[i].value, err);
		if (rc)
			return rc;
		o->given[r->id] = true;
		if (r->id == OPTION_STREAM)
			o->streams[o->nstreams++] = l->words[i].value;
		if (r->id == OPTION_BASELINE)
			o->baselines[o->nbaselines++] = l->words[i].value;
	}
	return 0;
}

static void
apply_fallbacks(struct options *o)
{
	size_t i;

	for (i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		if (!(r->commands & COMMAND_BIT(o->command)) || o->given[r->id] || !r->fallback)
			continue;
		/* A fallback is written as it would be typed and is right by the table's test. */
		(void)take_value(o, r, r->fallback, NULL);
	}
}

int
options_parse(struct options *o, int argc, char *const *argv, struct err *err)
{
	size_t n = argc > 0 ? (size_t)argc : 1, i;
	struct line l = {0};
	int rc;

	memset(o, 0, sizeof(*o));
	for (i = 0; i < OPTION_COUNT; i++)
		o->number[i] = NAN;
	l.words = mem_calloc(n, sizeof(*l.words));
	l.operands = o->operands = mem_calloc(n, sizeof(*o->operands));
	o->streams = mem_calloc(n, sizeof(*o->streams));
	o->baselines = mem_calloc(n, sizeof(*o->baselines));
	if (!l.words || !o->operands || !o->streams || !o->baselines) {
		rc = err_nomem(err);
		goto out;
	}
	rc = read_line(&l, argc, argv, err);
	o->given[OPTION_HELP] = l.help;
	o->given[OPTION_VERSION] = l.version;
	if (l.help || l.version) {
		(void)find_command(o, &l, NULL);
		rc = 0;
		goto out;
	}
	/* Whoever cannot read the line may still want to know whose it was. */
	if (rc)
		(void)find_command(o, &l, NULL);
	else
		rc = find_command(o, &l, err);
	o->noperands = l.noperands;
	if (!rc)
		rc = apply_words(o, &l, err);
	if (!rc)
		rc = check_operands(o, err);
	if (!rc)
		apply_fallbacks(o);
out:
	mem_free(l.words);
	return rc;
}

void
options_release(struct options *o)
{
	mem_free(o->streams);
	mem_free(o->baselines);
	mem_free(o->operands);
	memset(o, 0, sizeof(*o));
}

/* ---- help ------------------------------------------------------------------------------------ */

#define HELP_COLUMN 26
#define HELP_WIDTH 100

/* Text wrapped at words between the two columns; the caller has already written up to column `at`.
 */
static void
put_wrapped(FILE *to, const char *text, int at)
{
	while (*text) {
		size_t word = strcspn(text, " ");

		if (at > HELP_COLUMN && at + (int)word + 1 > HELP_WIDTH) {
			fprintf(to, "\n%*s", HELP_COLUMN, "");
			at = HELP_COLUMN;
		} else if (at > HELP_COLUMN) {
			fputc(' ', to);
			at++;
		}
		fprintf(to, "%.*s", (int)word, text);
		at += (int)word;
		text += word;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

/* Writes the left column, and goes to the next line if it is too wide. Returns the column reached.
 */
static int
put_left(FILE *to, const char *left)
{
	int n = fprintf(to, "  %s", left);

	if (n >= HELP_COLUMN) {
		fputc('\n', to);
		n = 0;
	}
	fprintf(to, "%*s", HELP_COLUMN - n, "");
	return HELP_COLUMN;
}

static void
put_option(FILE *to, const struct option_row *r)
{
	char left[80], text[600], extra[160] = "", list[80];
	char letter[8] = "";

	if (r->letter)
		snprintf(letter, sizeof(letter), "-%c, ", r->letter);
	snprintf(left, sizeof(left), "%s--%s%s%s", r->letter ? letter : "    ", r->name,
	    r->arg ? " " : "", r->arg ? r->arg : "");
	if (r->type == OPTION_TYPE_CHOICE) {
		choices_list(r->choices, list, sizeof(list));
		snprintf(extra, sizeof(extra), " (%s)", list);
	} else if (r->type == OPTION_TYPE_NUMBER || r->type == OPTION_TYPE_SIZE) {
		snprintf(extra, sizeof(extra), " (%.10g to %.10g %s)", r->min, r->max, r->unit);
	}
	snprintf(text, sizeof(text), "%s%s%s%s", r->help, extra, r->fallback ? "; default " : "",
	    r->fallback ? r->fallback : "");
	put_wrapped(to, text, put_left(to, left));
}

static void
put_options(FILE *to, enum command command)
{
	size_t i;

	fputs("\nOptions\n", to);
	for (i = 0; i < option_row_count; i++) {
		if (option_rows[i].commands & COMMAND_BIT(command))
			put_option(to, &option_rows[i]);
	}
}

static void
put_limits(FILE *to)
{
	fprintf(to,
	    "\nLimits (what exceeds one is cut or dropped, counted and shown)\n"
	    "  event %d MiB, stream entry %d MiB, one string of a reply %d MiB, nesting %d\n"
	    "  %d models, %d versions and %d features a model, names and values %d bytes\n"
	    "  %d MiB of raw events; %d known values a categorical feature, %d counted by name\n"
	    "  a learned baseline has up to %d rows, is complete with %d and usable from %d\n",
	    LIMIT_EVENT_BYTES >> 20, LIMIT_ENTRY_BYTES >> 20, LIMIT_BULK_BYTES >> 20, LIMIT_NESTING,
	    LIMIT_MODELS, LIMIT_VERSIONS, LIMIT_FEATURES, LIMIT_NAME_BYTES, LIMIT_RAW_BYTES >> 20,
	    LIMIT_KNOWN_VALUES, LIMIT_TOP_VALUES, LIMIT_LEARN_ROWS, LIMIT_LEARN_ROWS_MIN,
	    LIMIT_LEARN_ROWS_USABLE);
}

static void
put_general(FILE *to)
{
	fputs("\nSOURCE   [LABEL=]redis://[user[:pass]@]host[:port][/db]   unix:///path[?db=n]   "
	      "events.ndjson[.gz]   -\n"
	      "T        2026-01-31T14:05:00Z   2026-01-31T14:05 (local, or UTC with --utc)   "
	      "1769868300   -15m\n"
	      "\n"
	      "Passwords come from DRIFTTOP_REDIS_URL (a whole URL, used where no SOURCE is "
	      "given), REDISCLI_AUTH or\n"
	      "--password-file; none is ever shown. Data goes to standard output, words to "
	      "standard error.\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage.\n",
	    to);
}

void
options_help(FILE *to, enum command command)
{
	const struct command_row *c = &command_rows[command];
	size_t i;

	if (command != COMMAND_DASH) {
		fprintf(to, "drifttop %s%s%s\n", c->name, *c->operands ? " " : "", c->operands);
		fprintf(to, "  %s\n", c->about);
		put_options(to, command);
		put_general(to);
		return;
	}
	fputs("drifttop: top for deployed models\n\n", to);
	for (i = 0; i < COMMAND_COUNT; i++) {
		char left[80];

		snprintf(left, sizeof(left), "drifttop %s%s%s",
		    command_rows[i].name ? command_rows[i].name : "",
		    command_rows[i].name && *command_rows[i].operands ? " " : "",
		    command_rows[i].operands);
		put_wrapped(to, command_rows[i].about, put_left(to, left));
	}
	fputs("\n'drifttop COMMAND --help' has the options of a command; those of the dashboard:\n",
	    to);
	put_options(to, command);
	put_general(to);
	put_limits(to);
}
