#include <string.h>

#include "core/limits.h"
#include "tui/filter_grammar.h"
#include "tui/options.h"

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
		options_choices(r->choices, list, sizeof(list));
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

/* Of commands that take one. */
static void
put_filters(FILE *to, enum command command)
{
	size_t i = 0;

	while (i < option_row_count && option_rows[i].id != OPTION_FILTER)
		i++;
	if (i == option_row_count || !(option_rows[i].commands & COMMAND_BIT(command)))
		return;
	fputs("\nFilters, behind --filter and /; Tab there completes the names of a list\n", to);
	for (i = 0; i < FILTER_GRAMMAR_ROWS; i++) {
		const struct filter_grammar_row *row = &filter_grammar[i];
		char text[160];

		snprintf(text, sizeof(text), "%s: '%s'", row->about, row->example);
		put_wrapped(to, text, put_left(to, row->form));
	}
}

static void
put_general(FILE *to)
{
	fputs("\nSOURCE   [LABEL=]redis://[user[:pass]@]host[:port][/db]   unix:///path[?db=n]   "
	      "events.ndjson[.gz]   -\n"
	      "T        2026-01-31T14:05:00Z   2026-01-31T14:05 (local, or UTC with --utc)   "
	      "1769868300   -15m\n"
	      "         14:05, 'yesterday 14:05', 'mon 08:00': by the day of the newest event, "
	      "or of a recording's end\n"
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
		put_filters(to, command);
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
	put_filters(to, command);
	put_general(to);
	put_limits(to);
}
