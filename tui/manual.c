/* Words of tables become roff here: what roff would read as its own is written so that it does not, and a `word`
 * between back quotes is bold. */
#include "tui/manual.h"

#include <stdbool.h>
#include <string.h>

#include "collectors/config_file.h"
#include "core/limits.h"
#include "themes/theme.h"
#include "tui/bindings.h"
#include "tui/colon.h"
#include "tui/filter_grammar.h"
#include "tui/options.h"

/* When a word of this file was last changed. The page has no other date: it is the same wherever it is made. */
#define MANUAL_DATE "2026-11-26"
#define MANUAL_COLUMNS 76

/* ---- roff ----------------------------------------------------------------------------------------------------- */

/* One character of a text; `first`: a word begins with it, where a dash is that of an option or of a number. */
static void
put_char(FILE *to, char c, bool first)
{
	if (c == '\\')
		fputs("\\e", to);
	else if (c == '-' && first)
		fputs("\\-", to);
	else if (c == '~')
		fputs("\\(ti", to);
	else if (c == '^')
		fputs("\\(ha", to);
	else
		fputc(c, to);
}

/* A name as it has to be typed. */
static void
put_name(FILE *to, const char *name)
{
	for (; *name; name++)
		put_char(to, *name, true);
}

static void
put_bold(FILE *to, const char *name)
{
	fputs("\\fB", to);
	put_name(to, name);
	fputs("\\fR", to);
}

/* A paragraph's words, broken into lines; a line that begins as a request would is told apart. */
static void
put_text(FILE *to, const char *text)
{
	bool bold = false, dashed;
	size_t at = 0, n;

	while (*text) {
		n = strcspn(text, " ");
		if (at && at + n > MANUAL_COLUMNS) {
			fputc('\n', to);
			at = 0;
		} else if (at) {
			fputc(' ', to);
		}
		if (!at && (*text == '.' || *text == '\''))
			fputs("\\&", to);
		dashed = true;
		for (size_t i = 0; i < n; i++) {
			if (text[i] == '`') {
				bold = !bold;
				fputs(bold ? "\\fB" : "\\fR", to);
				continue;
			}
			put_char(to, text[i], dashed || bold);
			dashed = strchr("-'(\"/", text[i]) != NULL;
		}
		at += n + 1;
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

static void
put_section(FILE *to, const char *title)
{
	fprintf(to, ".SH %s\n", title);
}

/* Paragraphs that a line end stands between. */
static void
put_paragraphs(FILE *to, const char *text)
{
	char one[1200];

	for (bool first = true; *text; first = false) {
		size_t n = strcspn(text, "\n");

		if (!first)
			fputs(".PP\n", to);
		snprintf(one, sizeof one, "%.*s", (int)n, text);
		put_text(to, one);
		text += n + (text[n] == '\n');
	}
}

/* What stands left of an explanation. */
static void
put_entry(FILE *to, const char *name, const char *text)
{
	fputs(".TP\n", to);
	put_bold(to, name);
	fputc('\n', to);
	put_text(to, text);
}

/* ---- the command line ----------------------------------------------------------------------------------------- */

static void
put_synopsis(FILE *to)
{
	put_section(to, "SYNOPSIS");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *c = &command_rows[i];

		if (i)
			fputs(".br\n", to);
		fputs(".B drifttop", to);
		if (c->name)
			fprintf(to, " %s", c->name);
		fputs("\n.RI [ options ]\n", to);
		if (*c->operands)
			put_text(to, c->operands);
	}
}

static void
put_commands(FILE *to)
{
	put_section(to, "COMMANDS");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const struct command_row *c = &command_rows[i];

		fputs(".TP\n", to);
		put_bold(to, c->name ? c->name : "drifttop");
		if (*c->operands) {
			fputc(' ', to);
			put_name(to, c->operands);
		}
		fputc('\n', to);
		put_text(to, c->about);
	}
}

/* Which commands take it, where not all of them do. */
static void
option_commands(const struct option_row *r, char *buf, size_t bytes)
{
	size_t at = 0, n = 0;

	*buf = '\0';
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!(r->commands & COMMAND_BIT(i)))
			continue;
		if (at < bytes)
			at += (size_t)snprintf(buf + at, bytes - at, "%s`%s`", n ? ", " : "",
			    command_rows[i].name ? command_rows[i].name : "drifttop");
		n++;
	}
	if (n == COMMAND_COUNT)
		snprintf(buf, bytes, "every command");
}

static void
put_option(FILE *to, const struct option_row *r)
{
	char text[900], extra[200] = "", list[120], of[300];

	fputs(".TP\n", to);
	if (r->letter)
		fprintf(to, "\\fB\\-%c\\fR, ", r->letter);
	fputs("\\fB\\-\\-", to);
	put_name(to, r->name);
	fputs("\\fR", to);
	if (r->arg)
		fprintf(to, " \\fI%s\\fR", r->arg);
	fputc('\n', to);
	if (r->type == OPTION_TYPE_CHOICE) {
		options_choices(r->choices, list, sizeof list);
		snprintf(extra, sizeof extra, " (%s)", list);
	} else if (r->type == OPTION_TYPE_NUMBER || r->type == OPTION_TYPE_SIZE) {
		snprintf(extra, sizeof extra, " (%.10g to %.10g %s)", r->min, r->max, r->unit);
	}
	option_commands(r, of, sizeof of);
	snprintf(text, sizeof text, "%s%s%s%s. Of %s.", r->help, extra, r->fallback ? "; default " : "",
	    r->fallback ? r->fallback : "", of);
	put_text(to, text);
}

static void
put_options(FILE *to)
{
	put_section(to, "OPTIONS");
	for (size_t i = 0; i < option_row_count; i++)
		put_option(to, &option_rows[i]);
}

/* ---- the screen ----------------------------------------------------------------------------------------------- */

/* What an action does, on one screen after the other. */
static void
action_text(enum action action, char *buf, size_t bytes)
{
	size_t at = 0;

	*buf = '\0';
	for (size_t i = 0; i < keymap_rows; i++) {
		const struct keymap_row *r = &keymap[i];

		if (r->action != action || strstr(buf, r->text) || at >= bytes)
			continue;
		at += (size_t)snprintf(buf + at, bytes - at, "%s%s", at ? "; or " : "", r->text);
	}
}

static void
put_keys_of(FILE *to, const struct bindings *b, const char *group)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct keymap_row *r = keymap_row_of((enum action)i);
		char text[600], keys[120], all[760];

		if (strcmp(r->group, group) != 0)
			continue;
		action_text((enum action)i, text, sizeof text);
		bindings_names(b, (enum action)i, KEYMAP_KEYS, keys, sizeof keys);
		snprintf(all, sizeof all, "%s (`%s`).", text, action_names[i]);
		put_entry(to, keys, all);
	}
}

static void
put_keys(FILE *to)
{
	struct bindings b;

	bindings_default(&b);
	put_section(to, "KEYS");
	put_text(to, "The last line has the keys that work where one is; Help, `?`, has all of them. In parentheses "
		     "stands the name by which the configuration gives an action other keys.");
	for (size_t i = 0; i < keymap_rows; i++) {
		bool seen = false;

		for (size_t k = 0; k < i && !seen; k++)
			seen = strcmp(keymap[k].group, keymap[i].group) == 0;
		if (seen)
			continue;
		fprintf(to, ".SS %s\n", keymap[i].group);
		put_keys_of(to, &b, keymap[i].group);
	}
}

static void
put_filters(FILE *to)
{
	char text[240];

	put_section(to, "FILTERS");
	put_text(to, "Typed behind `/` or `:filter`, given by `--filter`. Tab completes names and values; what is "
		     "wrong has a mark over it, and the rows stay as they were until it is put right. `n` and `N` go "
		     "from match to match, Esc takes the filter away. In Help there are words alone.");
	for (size_t i = 0; i < FILTER_GRAMMAR_ROWS; i++) {
		snprintf(text, sizeof text, "%s: `%s`", filter_grammar[i].about, filter_grammar[i].example);
		put_entry(to, filter_grammar[i].form, text);
	}
}

static void
put_colon(FILE *to)
{
	char name[120];

	put_section(to, "COMMANDS BEHIND A COLON");
	put_text(to, "Typed behind `:`. Tab completes, Up and Down lead through what was typed before. A command may "
		     "be shortened while only one begins so; a name with a blank stands in double quotes.");
	for (size_t i = 0; i < colon_row_count; i++) {
		snprintf(name, sizeof name, ":%s%s%s", colon_rows[i].name, colon_rows[i].args[0] ? " " : "",
		    colon_rows[i].args);
		put_entry(to, name, colon_rows[i].about);
	}
}

/* ---- the configuration ---------------------------------------------------------------------------------------- */

static void
put_config(FILE *to)
{
	put_section(to, "CONFIGURATION");
	put_text(to, "None is needed. The file is JSON with comments; what is not known in it is an error that names "
		     "the place. The command line wins over the file.");
	for (int o = 0; o < CONFIG_OBJECTS; o++) {
		fprintf(to, ".SS %s\n", config_object_titles[o]);
		for (size_t i = 0; i < config_key_count; i++) {
			const struct config_key *k = &config_keys[i];
			char text[600];

			if (k->object != (enum config_object)o)
				continue;
			snprintf(text, sizeof text, "(%s) %s", k->value, k->about);
			put_entry(to, k->key, text);
		}
	}
}

static void
put_themes(FILE *to)
{
	put_section(to, "THEMES");
	for (size_t i = 0; themes[i]; i++)
		put_entry(to, themes[i]->name, themes[i]->about);
	fputs(".PP\n", to);
	put_text(to, "A theme of one's own is a small file, by its name in the directory of themes, or by its path.");
}

/* ---- the rest ------------------------------------------------------------------------------------------------- */

static const char description[] =
    "`top` for deployed models. drifttop subscribes to the Redis streams that models already publish to, or reads "
    "files of events, and shows, live: what goes in, held against a baseline; what comes out; how fast; and whether it "
    "has drifted. From the fleet, Enter leads to the model, to the feature, to the raw event; Esc leads back.\n"
    "A source is `redis://[user[:pass]@]host[:port][/db]`, `unix:///path[?db=n]`, a file of events as NDJSON (.gz), a "
    "recording, or `-` for standard input; `LABEL=` in front names it. Without one it is the server of "
    "`DRIFTTOP_REDIS_URL`, else `redis://127.0.0.1:6379`.\n"
    "A time is `2026-01-31T14:05:00Z`, `2026-01-31T14:05` (local, or UTC with `--utc`), seconds since 1970, or `-15m`, "
    "before now.\n"
    "Passwords come from the URL, from `REDISCLI_AUTH` or from `--password-file`; none is ever shown. Data goes to "
    "standard output, words to standard error.";

struct said {
	const char *name, *text; /* the text as put_text reads it */
};

static const struct said variables[] = {
    {"DRIFTTOP_REDIS_URL", "URL of the server, where no source is given; it may have a password in it."},
    {"REDISCLI_AUTH", "Password of the server."},
    {"NO_COLOR", "Where it is not empty there are no colours."},
    {"TERM", "The kind of terminal."},
    {"XDG_CONFIG_HOME", "Directory of configurations; `~/.config` where it is not set."},
    {"XDG_STATE_HOME", "Directory of what outlives a run; `~/.local/state` where it is not set."},
    {"XDG_DATA_DIRS", "Where themes for everybody are; `/usr/local/share:/usr/share` where it is not set."},
    {"LC_ALL, LC_CTYPE, LANG", "Whether the terminal has UTF-8."},
    {"LOGNAME, USER", "Who acknowledges and silences."},
    {"TZ", "The time zone."},
    {"TMPDIR", "Where the server of the demo has its socket."},
    {"PATH", "Where commands of actions, and redis-server for the demo, are looked for."},
    {"HOME", "Where the two directories are, unless they are said."},
};

static const struct said files[] = {
    {"~/.config/drifttop/config.json", "The configuration."},
    {"~/.config/drifttop/themes/NAME.theme", "Themes of one's own."},
    {"/usr/local/share/drifttop/themes/NAME.theme", "Themes for everybody on the machine."},
    {"~/.local/state/drifttop/ENDPOINT/", "Baselines that grow, evidence, acknowledgements, silences, and the history "
	"of commands: one directory for each server."},
    {"~/.local/state/drifttop/recordings/", "Recordings begun by a key."},
};

static const struct said statuses[] = {
    {"0", "Done; of `check`: nothing fires."},
    {"1", "Failed; of `check`: a warning; of `verify`: the recording is not whole."},
    {"2", "Wrong usage, or a configuration that is wrong; of `check`: something critical."},
    {"3", "Of `check`: unknown."},
};

static const struct said examples[] = {
    {"drifttop demo", "Four models and their incidents, with nothing to set up."},
    {"drifttop redis://cache-1:6379 -s 'ml:*'", "The streams of a server whose key begins so."},
    {"drifttop report events.ndjson.gz --baseline train.ndjson.gz", "Every figure of a file, once."},
    {"drifttop record -o /var/lib/drifttop/recordings/ redis://cache-1", "Keep everything that comes."},
    {"drifttop replay incident.dtr --at 14:05", "The same screens as they were."},
};

#define LENGTH(table) (sizeof(table) / sizeof(*(table)))

static void
put_list(FILE *to, const char *title, const struct said *list, size_t n)
{
	put_section(to, title);
	for (size_t i = 0; i < n; i++)
		put_entry(to, list[i].name, list[i].text);
}

static void
put_limits(FILE *to)
{
	char text[600];

	put_section(to, "LIMITS");
	snprintf(text, sizeof text,
	    "What exceeds one is cut or dropped, counted and shown: an event of %d MiB, a stream's entry of %d MiB; %d "
	    "models, %d versions and %d features of each; names and values of %d bytes; %d MiB of raw events.",
	    LIMIT_EVENT_BYTES >> 20, LIMIT_ENTRY_BYTES >> 20, LIMIT_MODELS, LIMIT_VERSIONS, LIMIT_FEATURES,
	    LIMIT_NAME_BYTES, LIMIT_RAW_BYTES >> 20);
	put_text(to, text);
}

void
manual_write(FILE *to, const char *version)
{
	fputs(".\\\" Made from the program's tables by `drifttop help man`; changes belong there.\n", to);
	fprintf(to, ".TH DRIFTTOP 1 \"" MANUAL_DATE "\" \"drifttop %s\" \"User Commands\"\n", version);
	fputs(".SH NAME\ndrifttop \\- top for deployed models\n", to);
	put_synopsis(to);
	put_section(to, "DESCRIPTION");
	put_paragraphs(to, description);
	put_commands(to);
	put_options(to);
	put_keys(to);
	put_filters(to);
	put_colon(to);
	put_config(to);
	put_themes(to);
	put_list(to, "ENVIRONMENT", variables, LENGTH(variables));
	put_list(to, "FILES", files, LENGTH(files));
	put_list(to, "EXIT STATUS", statuses, LENGTH(statuses));
	put_limits(to);
	put_list(to, "EXAMPLES", examples, LENGTH(examples));
	fputs(".SH SEE ALSO\n.BR redis\\-server (1),\n.BR redis\\-cli (1)\n", to);
}
