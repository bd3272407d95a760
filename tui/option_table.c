/* What can be said on the command line: a row a command, a row an option. */
#include "tui/options.h"

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
#define CONFIG COMMAND_BIT(COMMAND_CONFIG)
#define HELP COMMAND_BIT(COMMAND_HELP)
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
	"what a recording holds, for other programs: events, alerts, the figures of each minute, or its screens as a "
	"cast"},
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
    [COMMAND_CONFIG] = {"config", "check|print|paths [FILE]", 1, 2,
	"whether the configuration can be used, what it comes to, and which files are read", "check|print|paths"},
    [COMMAND_HELP] = {"help", "[COMMAND|man|bash|zsh|fish|schema]", 0, 1,
	"help on a command; the manual page; completion for a shell; the schema of the configuration",
	"man|bash|zsh|fish|schema"},
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
    {OPTION_FROM, "from", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, EXPORT,
	"only what came at T or later: 14:05, 'yesterday 14:05', RFC 3339, epoch, or -15m before the end"},
    {OPTION_TO, "to", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, EXPORT, "only what came until T"},
    {OPTION_FROM, "from", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, READERS,
	"only events with ts >= T: 14:05, 'yesterday 14:05', RFC 3339, epoch, or -15m before the newest event"},
    {OPTION_TO, "to", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, READERS,
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
    {OPTION_AT, "at", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, DASH,
	"hold the moment T, as far back as the streams go; Space comes back to now"},
    {OPTION_GOTO, "goto", 0, "PLACE", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"begin at a model, MODEL/INPUT, or alerts, sources, events, versions, timeline, setup, help, 'compare MODEL', "
	"'what-if CHANGE'; may be given again, one on top of the other"},
    {OPTION_FILTER, "filter", 0, "EXPRESSION", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"only rows that pass, as behind /; where a screen has two lists, 2:EXPRESSION of that in the second panel"},
    {OPTION_PANEL, "panel", 0, "N", OPTION_TYPE_NUMBER, NULL, 1, 9, "panels", NULL, SCREENS,
	"the panel that keys go to"},
    {OPTION_SORT, "sort", 0, "COLUMN", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"sort the list by a column, such as rate or 'rate reverse'; 2:COLUMN, as with --filter"},
    {OPTION_SELECT, "select", 0, "ROW", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"put the cursor on a row by its name, wherever it stands: a model, an input, a version, a stream, 'KEY ID' of "
	"an entry, 'RULE MODEL INPUT TIME' of an alert; or by its number, =7 being a name; 2:ROW of the second panel, "
	"where it may be given again"},
    {OPTION_PICK, "pick", 0, "N", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"pick the Nth bin out, a value by its name, or the Nth moment from the newest; 3:N of the third panel; of "
	"events 'KEY ID' of an entry, or the Nth from the newest, whether the list has it or not; of alerts the row "
	"that is opened"},
    {OPTION_UNFOLD, "unfold", 0, "GROUP", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"open a group of models where others are folded; may be given again"},
    {OPTION_FOLD, "fold", 0, "GROUP", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"fold a group of models where others are open; may be given again"},
    {OPTION_SCROLL, "scroll", 0, "ROW", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"the number of the row that is the first one shown, as far as the cursor stays in sight; 2:ROW of the second "
	"panel"},
    {OPTION_COLUMNS, "columns", 0, "COLUMNS", OPTION_TYPE_LIST, NULL, 0, 0, NULL, NULL, SCREENS,
	"columns of a list, as behind :columns, such as 'fleet model,rate,p99'; may be given again for another list"},
    {OPTION_PIN, "pin", 0, "MODEL", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, SCREENS,
	"hold a model or MODEL/VERSION to be compared with, as c does"},
    {OPTION_PIN_AT, "pin-at", 0, "T", OPTION_TYPE_MOMENT, NULL, 0, 0, NULL, NULL, SCREENS,
	"hold what --pin names as it was at T, written as --at takes it"},
    {OPTION_ZOOM, "zoom", 0, "W", OPTION_TYPE_CHOICE, "5m|1h|24h", 0, 0, NULL, NULL, SCREENS,
	"the time that graphs show; default: as the window"},
    {OPTION_EXPAND, "expand", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, SCREENS,
	"the panel to full screen"},
    {OPTION_SPEED, "speed", 0, "N", OPTION_TYPE_NUMBER, NULL, 0.25, 64, "times", NULL, REPLAY,
	"play at once, so many times as fast: 1/4, 1/2, 1, 2 ... 64, the nearest of them; default: wait for p"},
    {OPTION_SPEED, "speed", 0, "N", OPTION_TYPE_NUMBER, NULL, 0.25, 64, "times", "1", EXPORT,
	"of a cast: so many times as fast as it was: 1/4, 1/2, 1, 2 ... 64, the nearest of them"},
    {OPTION_CAST, "cast", 0, "FILE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, DASH | DEMO | REPLAY,
	"write what the screen shows to FILE, which must not be there yet, as a screen cast for asciinema"},
    {OPTION_WINDOW, "window", 0, "W", OPTION_TYPE_CHOICE, "auto|5m|1h|24h|all", 0, 0, NULL, "auto",
	SCREENS | EXPORT,
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
	"in a directory: begin another file when one has this size (default 64); a single FILE: end when it has it"},
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
    {OPTION_FORMAT, "format", 0, "FORMAT", OPTION_TYPE_CHOICE, "ndjson|csv|cast", 0, 0, NULL, "ndjson",
	EXPORT, "how to print; cast: the screen, played, for asciinema"},
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
	SNAPSHOT | EXPORT, "size of the screen"},
    {OPTION_KEYS, "keys", 0, "KEYS", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, SNAPSHOT | EXPORT,
	"keys to press first, such as 'j<Enter>' or ':sort rate<Enter>'"},
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
    {OPTION_CONFIG, "config", 0, "FILE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, (ALL & ~NO_CONFIG) | CONFIG,
	"read the configuration from FILE, see docs/CONFIG.md; default: ~/.config/drifttop/config.json, if it is "
	"there; options win over its theme, window, glyphs, utc and slow"},
    {OPTION_THEME, "theme", 0, "NAME", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL, SCREENS | EXPORT,
	"colours, by a name or a file such as ./my.theme, see docs/THEMES.md; list: the names there are; default: "
	"dark or light, by the terminal's background"},
    {OPTION_NO_COLOR, "no-color", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, SCREENS | EXPORT,
	"no colours (also by the variable NO_COLOR)"},
    {OPTION_ASCII, "ascii", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, SCREENS | EXPORT,
	"draw with ASCII characters only"},
    {OPTION_GLYPHS, "glyphs", 0, "SET", OPTION_TYPE_CHOICE, "ascii|console|blocks|braille", 0, 0, NULL, "blocks",
	SCREENS | EXPORT, "what graphs are drawn with, as far as the terminal can: braille gives finer lines"},
    {OPTION_PLAIN, "plain", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, DASH | DEMO | REPLAY,
	"no screen: a line for each change, for logs and screen readers; Ctrl-C ends it"},
    {OPTION_SLOW, "slow", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, DASH | DEMO | REPLAY,
	"for a slow link: a frame every two seconds or five, plainer graphs; keys are answered at once all the same; "
	"default: as the link turns out to be"},
    {OPTION_UTC, "utc", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, ALL & ~PUBLISH,
	"times in UTC, those shown and those given without a zone; default: local time"},
    {OPTION_NO_UTC, "no-utc", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, ALL & ~PUBLISH,
	"times in local time, although the configuration or --utc says UTC"},
    {OPTION_FULL_SPEED, "full-speed", 0, NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL,
	DASH | CHECK | RECORD,
	"catch up over TCP as fast as possible, not with a fifth of the server's time"},
    {OPTION_PASSWORD_FILE, "password-file", 0, "FILE", OPTION_TYPE_TEXT, NULL, 0, 0, NULL, NULL,
	READERS | RECORD | PUBLISH, "read the server's password from the first line of FILE"},
    {OPTION_HELP, "help", 'h', NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, ALL | CONFIG | HELP, "this text"},
    {OPTION_VERSION, "version", 'V', NULL, OPTION_TYPE_FLAG, NULL, 0, 0, NULL, NULL, ALL | CONFIG | HELP,
	"the version"},
};

const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);
