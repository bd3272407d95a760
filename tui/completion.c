/*
 * Each script finds the command as the program does: the first word that is no option and no option's value, if it is
 * the name of one. Nothing is run when Tab is pressed but the shell itself.
 */
#include "tui/completion.h"

#include <stdbool.h>
#include <string.h>

#include "core/slice.h"
#include "themes/theme.h"
#include "tui/options.h"

#define MADE "made by `drifttop help %s` from the program's tables; changes belong there\n"
#define OWN_THEMES "${XDG_CONFIG_HOME:-$HOME/.config}/drifttop/themes"

/* ---- what is completed with what ------------------------------------------------------------------------------ */

enum value_kind { VALUE_NONE, VALUE_WORDS, VALUE_THEME, VALUE_FILE, VALUE_DIR, VALUE_ANY };

static enum value_kind
value_kind(const struct option_row *r)
{
	if (r->type == OPTION_TYPE_FLAG)
		return VALUE_NONE;
	if (r->type == OPTION_TYPE_CHOICE)
		return VALUE_WORDS;
	if (r->id == OPTION_THEME)
		return VALUE_THEME;
	if (strncmp(r->arg, "FILE", 4) == 0)
		return VALUE_FILE;
	return strcmp(r->arg, "DIR") == 0 ? VALUE_DIR : VALUE_ANY;
}

/* What a case of the scripts calls the command; nobody else's name. */
static const char *
command_word(size_t command)
{
	return command_rows[command].name ? command_rows[command].name : "-";
}

/* Words between bars, with another byte between them. */
static void
put_words(FILE *to, const char *words, char between)
{
	for (; *words; words++)
		fputc(*words == '|' ? between : *words, to);
}

static void
put_command_names(FILE *to, char between)
{
	for (size_t i = 0, n = 0; i < COMMAND_COUNT; i++)
		if (command_rows[i].name)
			fprintf(to, "%.*s%s", n++ > 0, &between, command_rows[i].name);
}

static void
put_theme_names(FILE *to)
{
	for (size_t i = 0; themes[i]; i++)
		fprintf(to, "%s ", themes[i]->name);
	fputs("list", to);
}

/* The first operand of a command: help has those of its own and the commands. */
static void
put_operand_words(FILE *to, size_t command)
{
	put_words(to, command_rows[command].words, ' ');
	if (command != COMMAND_HELP)
		return;
	fputc(' ', to);
	put_command_names(to, ' ');
}

/* Every option that a value follows, once, as patterns of a case. */
static void
put_valued(FILE *to)
{
	size_t n = 0;

	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];
		bool seen = r->type == OPTION_TYPE_FLAG;

		for (size_t k = 0; k < i && !seen; k++)
			seen = strcmp(option_rows[k].name, r->name) == 0;
		if (seen)
			continue;
		fprintf(to, "%s--%s", n++ ? "|" : "", r->name);
		if (r->letter)
			fprintf(to, "|-%c", r->letter);
	}
}

/* The beginning of a help text, as one line beside a name has room for it. */
static struct slice
short_help(const struct option_row *r)
{
	size_t n = strcspn(r->help, ";:,");

	return slice_make(r->help, n);
}

/* ---- bash ----------------------------------------------------------------------------------------------------- */

static void
bash_options(FILE *to, size_t command)
{
	fprintf(to, "\t%s)\n\t\toptions='", command_word(command));
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		if (r->commands & COMMAND_BIT(command))
			fprintf(to, "--%s ", r->name);
	}
	fputs("'\n", to);
	if (command_rows[command].words) {
		fputs("\t\toperands='", to);
		put_operand_words(to, command);
		fputs("'\n", to);
	}
	fputs("\t\t;;\n", to);
}

static void
bash_value(FILE *to, const struct option_row *r)
{
	const char *bar = "";

	fputc('\t', to);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!(r->commands & COMMAND_BIT(i)))
			continue;
		fprintf(to, "%s'%s --%s'", bar, command_word(i), r->name);
		if (r->letter)
			fprintf(to, "|'%s -%c'", command_word(i), r->letter);
		bar = "|";
	}
	fputs(") ", to);
	switch (value_kind(r)) {
	case VALUE_WORDS:
		fputs("_drifttop_words '", to);
		put_words(to, r->choices, ' ');
		fputs("'", to);
		break;
	case VALUE_THEME:
		fputs("_drifttop_themes", to);
		break;
	case VALUE_FILE:
		fputs("_drifttop_files -f", to);
		break;
	case VALUE_DIR:
		fputs("_drifttop_files -d", to);
		break;
	default:
		fputs(":", to);
		break;
	}
	fputs("; return ;;\n", to);
}

static const char bash_head[] =
    "_drifttop_words()\n"
    "{\n"
    "\tlocal IFS=$' \\t\\n'\n"
    "\tCOMPREPLY+=($(compgen -W \"$1\" -- \"$cur\"))\n"
    "}\n"
    "\n"
    "# Names of files may have blanks in them.\n"
    "_drifttop_files()\n"
    "{\n"
    "\tlocal IFS=$'\\n'\n"
    "\tcompopt -o filenames 2>/dev/null\n"
    "\tCOMPREPLY+=($(compgen \"$1\" -- \"$cur\"))\n"
    "}\n"
    "\n"
    "_drifttop_themes()\n"
    "{\n"
    "\tlocal own\n"
    "\tfor own in \"" OWN_THEMES "\"/*.theme; do\n"
    "\t\town=${own##*/}\n"
    "\t\town=${own%.theme}\n"
    "\t\t[[ $own == '*' || $own != \"$cur\"* ]] || COMPREPLY+=(\"$own\")\n"
    "\tdone\n"
    "\t_drifttop_words '";

static const char bash_line[] =
    "_drifttop()\n"
    "{\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=- options= operands= i first=1\n"
    "\tCOMPREPLY=()\n"
    "\t# --name=value comes as three words.\n"
    "\tif [[ $cur == = ]]; then\n"
    "\t\tcur=\n"
    "\telif [[ $prev == = && COMP_CWORD -gt 2 ]]; then\n"
    "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "\tfi\n"
    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
    "\t\tcase ${COMP_WORDS[i]} in\n"
    "\t\t";

static void
bash_find(FILE *to)
{
	fputs(bash_line, to);
	put_valued(to);
	fputs(")\n\t\t\t[[ ${COMP_WORDS[i+1]} == = ]] && ((i++))\n\t\t\t((i++)) ;;\n\t\t-?*) ;;\n\t\t", to);
	put_command_names(to, '|');
	fputs(")\n\t\t\t[[ $command == - && $first == 1 ]] && command=${COMP_WORDS[i]} || first=0 ;;\n"
	      "\t\t*) first=0 ;;\n\t\tesac\n\tdone\n",
	    to);
}

void
completion_write_bash(FILE *to)
{
	fprintf(to, "# bash completion for drifttop; " MADE "\n", "bash");
	fputs(bash_head, to);
	put_theme_names(to);
	fputs("'\n\t_drifttop_files -f\n}\n\n", to);
	bash_find(to);
	fputs("\tcase \"$command $prev\" in\n", to);
	for (size_t i = 0; i < option_row_count; i++)
		if (value_kind(&option_rows[i]) != VALUE_NONE)
			bash_value(to, &option_rows[i]);
	fputs("\tesac\n\tcase $command in\n", to);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		bash_options(to, i);
	fputs("\tesac\n\tif [[ $cur == -* ]]; then\n\t\t_drifttop_words \"$options\"\n\t\treturn\n\tfi\n", to);
	fputs("\t[[ $command == - && $first == 1 ]] && _drifttop_words '", to);
	put_command_names(to, ' ');
	fputs("'\n\tif [[ -n $operands && $first == 1 ]]; then\n\t\t_drifttop_words \"$operands\"\n\telse\n"
	      "\t\t_drifttop_files -f\n\tfi\n}\n\ncomplete -F _drifttop drifttop\n",
	    to);
}

/* ---- zsh ------------------------------------------------------------------------------------------------------ */

/* Inside of '...' and of [...]. */
static void
zsh_text(FILE *to, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			fputs("'\\''", to);
		else if (strchr("[]:\\", text.p[i]))
			fprintf(to, "\\%c", text.p[i]);
		else
			fputc(text.p[i], to);
	}
}

static void
zsh_action(FILE *to, const struct option_row *r)
{
	fprintf(to, ":%s:", r->arg);
	switch (value_kind(r)) {
	case VALUE_WORDS:
		fputc('(', to);
		put_words(to, r->choices, ' ');
		fputc(')', to);
		break;
	case VALUE_THEME:
		fputs("_drifttop_themes", to);
		break;
	case VALUE_FILE:
		fputs("_files", to);
		break;
	case VALUE_DIR:
		fputs("_files -/", to);
		break;
	default:
		fputc(' ', to);
		break;
	}
}

static void
zsh_option(FILE *to, const struct option_row *r)
{
	const char *equals = r->type == OPTION_TYPE_FLAG ? "" : "=", *again = r->type == OPTION_TYPE_LIST ? "*" : "";

	/* A short and a long name of one option exclude each other, unless it may be given again. */
	if (r->letter && !*again)
		fprintf(to, "\t\t\t'(-%c --%s)'{-%c%s,--%s%s}'[", r->letter, r->name, r->letter, *equals ? "+" : "",
		    r->name, equals);
	else if (r->letter)
		fprintf(to, "\t\t\t'*'{-%c+,--%s=}'[", r->letter, r->name);
	else
		fprintf(to, "\t\t\t'%s--%s%s[", again, r->name, equals);
	zsh_text(to, short_help(r));
	fputc(']', to);
	if (r->type != OPTION_TYPE_FLAG)
		zsh_action(to, r);
	fputs("' \\\n", to);
}

static void
zsh_command(FILE *to, size_t command)
{
	const struct command_row *c = &command_rows[command];

	fprintf(to, "\t%s)\n\t\t_arguments -s -S \\\n", command_word(command));
	for (size_t i = 0; i < option_row_count; i++)
		if (option_rows[i].commands & COMMAND_BIT(command))
			zsh_option(to, &option_rows[i]);
	if (!c->name) {
		fputs("\t\t\t'1: :_drifttop_commands' '*:source:_files' ;;\n", to);
		return;
	}
	fprintf(to, "\t\t\t'1: :(%s)' ", c->name);
	if (c->words) {
		fputs("'2: :(", to);
		put_operand_words(to, command);
		fputs(")' ", to);
	}
	fputs("'*:file:_files' ;;\n", to);
}

void
completion_write_zsh(FILE *to)
{
	fprintf(to, "#compdef drifttop\n# zsh completion for drifttop; " MADE "\n", "zsh");
	fputs("_drifttop_themes()\n{\n\tlocal -a own\n\town=(\"" OWN_THEMES "\"/*.theme(N:t:r))\n\tcompadd -a own\n"
	      "\tcompadd -- ", to);
	put_theme_names(to);
	fputs("\n\t_files -g '*.theme'\n}\n\n_drifttop_commands()\n{\n\tlocal -a commands\n\tcommands=(\n", to);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!command_rows[i].name)
			continue;
		fprintf(to, "\t\t'%s:", command_rows[i].name);
		zsh_text(to, slice_of(command_rows[i].about));
		fputs("'\n", to);
	}
	fputs("\t)\n\t_describe command commands\n\t_files\n}\n\n_drifttop()\n{\n\tlocal command=- i\n"
	      "\tfor ((i = 2; i < CURRENT; i++)); do\n\t\tcase $words[i] in\n\t\t(", to);
	put_valued(to);
	fputs(") ((i++)) ;;\n\t\t(-?*) ;;\n\t\t(", to);
	put_command_names(to, '|');
	fputs(") command=$words[i]; break ;;\n\t\t(*) break ;;\n\t\tesac\n\tdone\n\tcase $command in\n", to);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		zsh_command(to, i);
	fputs("\tesac\n}\n\n_drifttop \"$@\"\n", to);
}

/* ---- fish ----------------------------------------------------------------------------------------------------- */

static void
fish_text(FILE *to, struct slice text)
{
	fputc('\'', to);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'' || text.p[i] == '\\')
			fputc('\\', to);
		fputc(text.p[i], to);
	}
	fputc('\'', to);
}

static void
fish_option(FILE *to, const struct option_row *r)
{
	fputs("complete -c drifttop -n '__drifttop_is", to);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (r->commands & COMMAND_BIT(i))
			fprintf(to, " %s", command_word(i));
	fprintf(to, "' -l %s", r->name);
	if (r->letter)
		fprintf(to, " -s %c", r->letter);
	switch (value_kind(r)) {
	case VALUE_WORDS:
		fputs(" -x -a '", to);
		put_words(to, r->choices, ' ');
		fputc('\'', to);
		break;
	case VALUE_THEME:
		fputs(" -r -F -a '(__drifttop_themes)'", to);
		break;
	case VALUE_FILE:
		fputs(" -r -F", to);
		break;
	case VALUE_DIR:
		fputs(" -x -a '(__fish_complete_directories)'", to);
		break;
	case VALUE_ANY:
		fputs(" -x", to);
		break;
	default:
		break;
	}
	fputs(" -d ", to);
	fish_text(to, short_help(r));
	fputc('\n', to);
}

static const char fish_find[] =
    "# Which command is being typed: the first word that is no option and no option's value; - without one.\n"
    "function __drifttop_command\n"
    "\tset -l words (commandline -opc)\n"
    "\tset -e words[1]\n"
    "\tset -l skip 0\n"
    "\tfor word in $words\n"
    "\t\tif test $skip = 1\n"
    "\t\t\tset skip 0\n"
    "\t\t\tcontinue\n"
    "\t\tend\n"
    "\t\tswitch $word\n"
    "\t\tcase ";

void
completion_write_fish(FILE *to)
{
	fprintf(to, "# fish completion for drifttop; " MADE "\n", "fish");
	fputs(fish_find, to);
	for (size_t i = 0; i < option_row_count; i++) {
		if (option_rows[i].type == OPTION_TYPE_FLAG)
			continue;
		fprintf(to, "--%s ", option_rows[i].name);
		if (option_rows[i].letter)
			fprintf(to, "-%c ", option_rows[i].letter);
	}
	fputs("\n\t\t\tset skip 1\n\t\tcase '-?*'\n\t\tcase ", to);
	put_command_names(to, ' ');
	fputs("\n\t\t\techo $word\n\t\t\treturn\n\t\tcase '*'\n\t\t\techo source\n\t\t\treturn\n\t\tend\n\tend\n"
	      "\techo -\nend\n\n"
	      "function __drifttop_is\n\tset -l command (__drifttop_command)\n"
	      "\ttest $command = source; and set command -\n"
	      "\tcontains -- $command $argv\nend\n\n"
	      "function __drifttop_themes\n\tset -l home $XDG_CONFIG_HOME\n"
	      "\ttest -n \"$home\"; or set home $HOME/.config\n"
	      "\tfor own in $home/drifttop/themes/*.theme\n"
	      "\t\tstring replace -r '\\.theme$' '' (basename $own)\n\tend\n"
	      "\tstring split ' ' '", to);
	put_theme_names(to);
	fputs("'\nend\n\n", to);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!command_rows[i].name)
			continue;
		fprintf(to, "complete -c drifttop -n 'test (__drifttop_command) = -' -a %s -d ", command_rows[i].name);
		fish_text(to, slice_of(command_rows[i].about));
		fputc('\n', to);
		if (!command_rows[i].words)
			continue;
		fprintf(to, "complete -c drifttop -n '__drifttop_is %s' -a '", command_rows[i].name);
		put_operand_words(to, i);
		fputs("'\n", to);
	}
	for (size_t i = 0; i < option_row_count; i++)
		fish_option(to, &option_rows[i]);
}
