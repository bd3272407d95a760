#include "tui/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/nearest.h"
#include "tui/timearg.h"

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
	struct nearest near;
	size_t i;

	nearest_init(&near, slice_of(name));
	for (i = 0; i < option_row_count; i++)
		nearest_offer(&near, option_rows[i].name);
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "unknown option '--%s': did you mean '--%s'?", name,
		    nearest_name(&near));
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

void
options_choices(const char *choices, char *buf, size_t bytes)
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
check_ago(const struct option_row *r, const char *value, struct err *err)
{
	struct timearg t;
	int rc = timearg_parse_ago(&t, value, true, err);

	return rc ? (err_wrap(err, "--%s", r->name), ERR_USAGE) : 0;
}

/* Whether it is one; which it is depends on where one stands. */
static int
check_moment(const struct option_row *r, const char *value, struct err *err)
{
	const struct timearg_place place = {.to_ms = INT64_MAX};
	int64_t ms;
	int rc = timearg_parse_moment(&ms, value, &place, err);

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
		options_choices(r->choices, list, sizeof(list));
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
	case OPTION_TYPE_AGO:
		return check_ago(r, value, err);
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
		o->words[o->nwords++] = (struct option_word){r->id, l->words[i].value};
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
	o->words = mem_calloc(n, sizeof(*o->words));
	if (!l.words || !o->operands || !o->streams || !o->baselines || !o->words) {
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
	mem_free(o->words);
	mem_free(o->operands);
	memset(o, 0, sizeof(*o));
}
