/*
 * The command line: one table of options, one of commands. Parsing, checking and `--help` are made
 * from them; adding an option is one row.
 *
 * Nothing here reads a clock, the environment or a file. Values are checked as far as the table can
 * (range, choice, form); what needs the outside world (does the file exist?) is checked by the
 * command.
 */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "core/err.h"

enum command {
	COMMAND_DASH = 0, /* without a name: the live dashboard */
	COMMAND_DEMO,
	COMMAND_REPORT,
	COMMAND_RECORD,
	COMMAND_REPLAY,
	COMMAND_EXPORT,
	COMMAND_SNAPSHOT,
	COMMAND_BASELINE,
	COMMAND_PUBLISH,
	COMMAND_CHECK,
	COMMAND_VERIFY,
	COMMAND_CUT,
	COMMAND_CONFIG,
	COMMAND_HELP,
	COMMAND_COUNT,
};

#define COMMAND_BIT(c) (1u << (c))

struct config;

struct command_row {
	const char *name;     /* NULL: the one that has none */
	const char *operands; /* as in the usage line: "[SOURCE...]" */
	unsigned operands_min, operands_max;
	const char *about;
	const char *words; /* what the first operand is one of, "check|print"; NULL: files or sources */
};

extern const struct command_row command_rows[COMMAND_COUNT];

enum option_id {
	OPTION_STREAM = 0,
	OPTION_MODEL,
	OPTION_BASELINE,
	OPTION_STATE,
	OPTION_ACTIONS,
	OPTION_SINCE,
	OPTION_FROM,
	OPTION_TO,
	OPTION_AT,
	OPTION_GOTO,
	OPTION_FILTER,
	OPTION_PANEL,
	OPTION_SORT,
	OPTION_SELECT,
	OPTION_PICK,
	OPTION_SCROLL,
	OPTION_COLUMNS,
	OPTION_PIN,
	OPTION_PIN_AT,
	OPTION_ZOOM,
	OPTION_EXPAND,
	OPTION_UNFOLD,
	OPTION_FOLD,
	OPTION_WINDOW,
	OPTION_FOR,
	OPTION_FORMAT,
	OPTION_WHAT,
	OPTION_CAST,
	OPTION_WHAT_IF,
	OPTION_EVENTS,
	OPTION_MAX_SIZE,
	OPTION_KEEP,
	OPTION_KEEP_SIZE,
	OPTION_FLIGHT,
	OPTION_OUTPUT,
	OPTION_SIZE,
	OPTION_KEYS,
	OPTION_KEY,
	OPTION_FLAT,
	OPTION_RATE,
	OPTION_SPEED,
	OPTION_RESTAMP,
	OPTION_APPEND,
	OPTION_CONFIG,
	OPTION_THEME,
	OPTION_NO_COLOR,
	OPTION_ASCII,
	OPTION_GLYPHS,
	OPTION_PLAIN,
	OPTION_SLOW,
	OPTION_UTC,
	OPTION_NO_UTC,
	OPTION_FULL_SPEED,
	OPTION_PASSWORD_FILE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_COUNT,
};

enum option_type {
	OPTION_TYPE_FLAG,
	OPTION_TYPE_TEXT,   /* not empty */
	OPTION_TYPE_LIST,   /* TEXT, may be given again */
	OPTION_TYPE_CHOICE, /* one of `choices` */
	OPTION_TYPE_NUMBER, /* min <= x <= max */
	OPTION_TYPE_SIZE,   /* COLSxROWS, each min to max */
	OPTION_TYPE_AGO,    /* a span such as 90m, or a time; 0: everything */
	OPTION_TYPE_MOMENT, /* as timearg_parse_jump reads it */
	OPTION_TYPE_SPAN,   /* a span such as 90s, longer than nothing */
};

/*
 * Two rows may share a name if no command takes both; they must then agree on whether a value
 * follows. `fallback` is what holds where the option is not given, as it would be typed; NULL:
 * nothing, or as `help` says.
 */
struct option_row {
	enum option_id id;
	const char *name; /* without the dashes */
	char letter;      /* short form; 0: none */
	const char *arg;  /* what follows, for the help; NULL: a flag */
	enum option_type type;
	const char *choices; /* "json|text"; NULL: not a choice */
	double min, max;
	const char *unit;
	const char *fallback;
	unsigned commands; /* COMMAND_BIT of those that take it */
	const char *help;
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* One option as it was given. */
struct option_word {
	enum option_id id;
	const char *value; /* "": a flag */
};

/* The command line, understood. Texts are borrowed from argv; the arrays are released by
 * options_release. */
struct options {
	enum command command;
	bool given[OPTION_COUNT];
	const char *text[OPTION_COUNT]; /* as given, else the fallback; NULL: neither */
	double number[OPTION_COUNT];    /* OPTION_TYPE_NUMBER, _SPAN in ms; NaN: not given and no fallback */
	int cols, rows;                 /* --size */
	const char **streams;           /* --stream, in order */
	size_t nstreams;
	const char **baselines; /* --baseline, in order */
	size_t nbaselines;
	struct option_word *words; /* all that were given, in order */
	size_t nwords;
	const char **operands; /* SOURCE... */
	size_t noperands;
	struct config *config; /* what the configuration says, once it was read; borrowed. NULL: none */
};

/*
 * Reads argv[1..]. ERR_USAGE with one sentence for the user; *out then has the command, as far as
 * it was seen, and may be released. --help and
 * --version win over anything else that is wrong behind them: given[] says so, and nothing else is
 * checked.
 */
int options_parse(struct options *out, int argc, char *const *argv, struct err *err);
void options_release(struct options *o);

/* "json, text" from "json|text". */
void options_choices(const char *choices, char *buf, size_t bytes);

/* The help of one command, or of the program (COMMAND_DASH), with the limits of core/limits.h. */
void options_help(FILE *to, enum command command);

/* The row of this name that `command` takes; NULL if there is none. */
const struct option_row *options_find(const char *name, enum command command);

/* The name in names[0..n) that is nearest to `word` by edit distance, if it is near enough to be
 * meant; else NULL. */
const char *options_nearest(const char *word, const char *const *names, size_t n);

#endif
