/*
 * What is made from the program's tables: the manual page has everything that they have, the shells complete it, and
 * what is installed is where systems look for it. A shell that is not there is named and left out.
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

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collectors/config_file.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "themes/theme.h"
#include "tui/bindings.h"
#include "tui/colon.h"
#include "tui/completion.h"
#include "tui/manual.h"
#include "tui/options.h"

/* ---- helpers -------------------------------------------------------------------------------------------------- */

static void
page(FILE *to)
{
	manual_write(to, "1.2.3");
}

static char *
written(void (*write)(FILE *to))
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	write(f);
	assert_int_equal(fclose(f), 0);
	return text;
}

/* The page as it is read: lines joined, without what is roff's. */
static char *
read_page(void)
{
	char *text = written(page), *to = text;
	const char *p = text;

	while (*p) {
		if (strncmp(p, "\\fB", 3) == 0 || strncmp(p, "\\fR", 3) == 0 || strncmp(p, "\\fI", 3) == 0) {
			p += 3;
		} else if (strncmp(p, "\\e", 2) == 0) {
			*to++ = '\\';
			p += 2;
		} else if (strncmp(p, "\\(ti", 4) == 0 || strncmp(p, "\\(ha", 4) == 0) {
			*to++ = p[2] == 't' ? '~' : '^';
			p += 4;
		} else if (strncmp(p, "\\&", 2) == 0) {
			p += 2;
		} else if (*p == '\\') {
			p++;
		} else {
			*to++ = *p == '\n' ? ' ' : *p;
			p++;
		}
	}
	*to = '\0';
	return text;
}

/* A table's text has names in back quotes. */
static void
must_say(const char *text, const char *what)
{
	char bare[1200];
	size_t n = 0;

	for (; *what && n < sizeof bare - 1; what++)
		if (*what != '`')
			bare[n++] = *what;
	bare[n] = '\0';
	if (!strstr(text, bare))
		fail_msg("\"%s\" is not in it", bare);
}

/* What a shell says that reads this file; the file is removed. */
static char *
shell_says(const char *shell, const char *script)
{
	char path[300], line[400], *text = NULL, buf[4096];
	size_t n = 0, got;
	FILE *f, *p, *to = open_memstream(&text, &n);
	int status;

	lib_tmp_file(path, sizeof path, "shell");
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(script, f);
	assert_int_equal(fclose(f), 0);
	snprintf(line, sizeof line, "%s %s 2>&1 </dev/null", shell, path);
	p = popen(line, "r");
	assert_non_null(p);
	while ((got = fread(buf, 1, sizeof buf, p)) > 0)
		fwrite(buf, 1, got, to);
	status = pclose(p);
	fclose(to);
	lib_tmp_remove(path);
	if (status)
		fail_msg("%s ended with %d: %s", shell, status, text);
	return text;
}

static bool
have(const char *program)
{
	char line[100];
	bool there;

	snprintf(line, sizeof line, "command -v %s >/dev/null 2>&1", program);
	there = system(line) == 0;
	if (!there)
		print_message("%s is not installed: not tested with it\n", program);
	return there;
}

static const char *
name_of(size_t command)
{
	return command_rows[command].name ? command_rows[command].name : "";
}

/* Whether a line "LINE => ... WORD ..." is in what a shell said. */
static bool
offers(const char *said, const char *line, const char *word)
{
	char head[200];
	const char *p, *end;
	size_t n = strlen(word);

	snprintf(head, sizeof head, "\n%s =>", line);
	p = strstr(said, head);
	if (!p)
		fail_msg("nothing about '%s' in: %s", line, said);
	p = strchr(p, '>') + 1;
	end = strchr(p, '\n');
	for (; p && p < end; p = strchr(p + 1, ' '))
		if (strncmp(p + 1, word, n) == 0 && (p[n + 1] == ' ' || p[n + 1] == '\n'))
			return true;
	return false;
}

/* ---- the page ------------------------------------------------------------------------------------------------- */

static void
the_page_has_every_command_option_and_theme(void **state)
{
	char *text = read_page(), line[300];

	(void)state;
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		must_say(text, command_rows[i].about);
		snprintf(line, sizeof line, "%s %s", name_of(i), command_rows[i].operands);
		must_say(text, line);
	}
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *r = &option_rows[i];

		snprintf(line, sizeof line, "--%s%s%s ", r->name, r->arg ? " " : "", r->arg ? r->arg : "");
		must_say(text, line);
		must_say(text, r->help);
	}
	for (size_t i = 0; themes[i]; i++)
		must_say(text, themes[i]->about);
	must_say(text, "drifttop 1.2.3");
	free(text);
}

static void
the_page_has_every_key_action_and_command_behind_a_colon(void **state)
{
	char *text = read_page(), line[300], keys[120];
	struct bindings b;

	(void)state;
	bindings_default(&b);
	for (size_t i = 0; i < keymap_rows; i++)
		must_say(text, keymap[i].text);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		snprintf(line, sizeof line, "(%s)", action_names[i]);
		must_say(text, line);
		must_say(text, bindings_names(&b, (enum action)i, KEYMAP_KEYS, keys, sizeof keys));
	}
	for (size_t i = 0; i < colon_row_count; i++) {
		snprintf(line, sizeof line, ":%s%s%s %s", colon_rows[i].name, colon_rows[i].args[0] ? " " : "",
		    colon_rows[i].args, colon_rows[i].about);
		must_say(text, line);
	}
	free(text);
}

static void
the_page_has_every_key_of_the_configuration(void **state)
{
	char *text = read_page(), line[800];

	(void)state;
	for (size_t i = 0; i < config_key_count; i++) {
		snprintf(line, sizeof line, "%s (%s) %s", config_keys[i].key, config_keys[i].value,
		    config_keys[i].about);
		must_say(text, line);
	}
	free(text);
}

static void
the_page_has_every_variable_that_is_read(void **state)
{
	static const char asks[] = "not_empty(\"";
	char *text = read_page(), name[60], line[400];
	FILE *f = fopen("tui/env.c", "r");
	size_t found = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		for (char *p = line; (p = strstr(p, asks)) != NULL;) {
			p += sizeof asks - 1;
			snprintf(name, sizeof name, "%.*s", (int)strcspn(p, "\""), p);
			/* For tests alone. */
			if (strcmp(name, "DRIFTTOP_FRAME_MARKS") != 0)
				must_say(text, name);
			found++;
		}
	}
	fclose(f);
	assert_true(found > 5);
	free(text);
}

static void
roff_finds_nothing_wrong_with_the_page(void **state)
{
	static const char *const lints[][2] = {
	    {"mandoc", "mandoc -T lint -W warning"}, {"groff", "groff -man -ww -z -b -K utf8"}};

	char *text = written(page), *said;

	(void)state;
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p > 126)
			fail_msg("not ASCII: %.20s", p);
	for (size_t i = 0; i < sizeof lints / sizeof *lints; i++) {
		if (!have(lints[i][0]))
			continue;
		said = shell_says(lints[i][1], text);
		assert_string_equal(said, "");
		free(said);
	}
	free(text);
}

/* ---- shells --------------------------------------------------------------------------------------------------- */

static void
put_try(FILE *f, const char *call, const char *command, const char *rest)
{
	fprintf(f, "%s 'drifttop%s%s %s'\n", call, *command ? " " : "", command, rest);
}

/* Lines with the cursor at their end: of each command its options, and the value of each one that has choices. */
static void
put_tries(FILE *f, const char *call)
{
	char rest[80];

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		put_try(f, call, name_of(i), "--");
		for (size_t k = 0; k < option_row_count; k++) {
			const struct option_row *r = &option_rows[k];

			if (!(r->commands & COMMAND_BIT(i)) || (!r->choices && r->id != OPTION_THEME))
				continue;
			snprintf(rest, sizeof rest, "--%s ", r->name);
			put_try(f, call, name_of(i), rest);
		}
	}
	put_try(f, call, "", "");
	put_try(f, call, "--theme dark re", "");
	put_try(f, call, "--theme dark", "re");
	put_try(f, call, "help", "");
}

static void
must_offer(const char *said, const char *command, const char *rest, const char *word, bool yes)
{
	char line[200];

	snprintf(line, sizeof line, "drifttop%s%s %s", *command ? " " : "", command, rest);
	if (offers(said, line, word) != yes)
		fail_msg("'%s' %s '%s'", line, yes ? "does not offer" : "offers", word);
}

static void
must_offer_choices(const char *said, size_t command, const struct option_row *r)
{
	char rest[80], word[40];
	const char *p = r->choices;

	snprintf(rest, sizeof rest, "--%s ", r->name);
	for (size_t i = 0; r->id == OPTION_THEME && themes[i]; i++)
		must_offer(said, name_of(command), rest, themes[i]->name, true);
	while (p) {
		size_t n = strcspn(p, "|");

		snprintf(word, sizeof word, "%.*s", (int)n, p);
		must_offer(said, name_of(command), rest, word, true);
		p = p[n] ? p + n + 1 : NULL;
	}
}

static void
must_offer_all(const char *said)
{
	char word[60];

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		for (size_t k = 0; k < option_row_count; k++) {
			const struct option_row *r = &option_rows[k];
			bool yes = options_find(r->name, (enum command)i) != NULL;

			snprintf(word, sizeof word, "--%s", r->name);
			must_offer(said, name_of(i), "--", word, yes);
			if (r->commands & COMMAND_BIT(i))
				must_offer_choices(said, i, r);
		}
		if (command_rows[i].name) {
			must_offer(said, "", "", command_rows[i].name, true);
			must_offer(said, "help", "", command_rows[i].name, true);
		}
	}
	must_offer(said, "--theme dark", "re", "report", true);
	must_offer(said, "--theme dark", "re", "check", false);
	must_offer(said, "help", "", "zsh", true);
}

static void
bash_completes_commands_options_and_values(void **state)
{
	char *script = NULL, *said;
	size_t n = 0;
	FILE *f;

	(void)state;
	if (!have("bash"))
		skip();
	f = open_memstream(&script, &n);
	assert_non_null(f);
	completion_write_bash(f);
	fputs("try()\n{\n\tread -ra COMP_WORDS <<<\"$1\"\n\t[[ $1 == *' ' ]] && COMP_WORDS+=('')\n"
	      "\tCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n\tCOMPREPLY=()\n\t_drifttop\n"
	      "\techo \"$1 => ${COMPREPLY[*]}\"\n}\necho\n", f);
	put_tries(f, "try");
	/* As bash takes --name=value apart; and names of files with blanks. */
	fputs("COMP_WORDS=(drifttop report --format = m); COMP_CWORD=4; COMPREPLY=(); _drifttop\n"
	      "echo \"equals => ${COMPREPLY[*]}\"\n"
	      "cd \"$(mktemp -d)\" && touch 'a b.dtr'\nCOMP_WORDS=(drifttop replay a); COMP_CWORD=2; COMPREPLY=(); "
	      "_drifttop\necho \"file ${#COMPREPLY[@]} => ${COMPREPLY[0]}\"\nrm 'a b.dtr'; rmdir \"$PWD\"\n"
	      "complete -p drifttop\n", f);
	fclose(f);
	said = shell_says("bash --norc --noprofile", script);
	must_offer_all(said);
	assert_true(offers(said, "equals", "md"));
	must_say(said, "\nfile 1 => a b.dtr\n");
	must_say(said, "\ncomplete -F _drifttop drifttop\n");
	free(said);
	free(script);
}

/* What follows for each line with the cursor at its end, up to the explanation behind a tabulator. */
static void
fish_completes_commands_options_and_values(void **state)
{
	char *script = NULL, *said;
	size_t n = 0;
	FILE *f;

	(void)state;
	if (!have("fish"))
		skip();
	f = open_memstream(&script, &n);
	assert_non_null(f);
	completion_write_fish(f);
	fputs("function try\n\techo $argv[1] '=>' (complete -C $argv[1] | string replace -r '\\t.*' '') |"
	      " string replace -r ' +=>' \"$(string match -r ' *$' -- $argv[1]) =>\"\nend\necho\n", f);
	put_tries(f, "try");
	fclose(f);
	said = shell_says("HOME=\"${TMPDIR:-/tmp}\" fish --no-config", script);
	must_offer_all(said);
	free(said);
	free(script);
}

/* Its completion needs a terminal; what it would complete from is what _arguments is called with. */
static void
zsh_completes_with_the_options_of_the_command(void **state)
{
	char *script = NULL, *said, word[80];
	size_t n = 0;
	FILE *f;

	(void)state;
	if (!have("zsh"))
		skip();
	f = open_memstream(&script, &n);
	assert_non_null(f);
	/* Read once without being in a completion, where it calls itself. */
	fputs("words=(drifttop --) CURRENT=2\n_arguments()\n{\n\tlocal one\n\tfor one in \"$@\"; do\n"
	      "\t\techo -n \" ${${${one%%\\[*}##*\\)}#\\*}\"\n\tdone\n}\n", f);
	completion_write_zsh(f);
	fputs("try()\n{\n\twords=(${=1}); CURRENT=$#words\n\techo -n \"$1 =>\"\n\t_drifttop\n\techo\n}\necho\n", f);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		put_try(f, "try", name_of(i), "--");
	fclose(f);
	said = shell_says("zsh -f", script);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		for (size_t k = 0; k < option_row_count; k++) {
			const struct option_row *r = &option_rows[k];

			snprintf(word, sizeof word, "--%s%s", r->name, r->arg ? "=" : "");
			must_offer(said, name_of(i), "--", word, options_find(r->name, (enum command)i) != NULL);
		}
	}
	free(said);
	free(script);
}

/* ---- the program ---------------------------------------------------------------------------------------------- */

static void
help_prints_each_of_them_and_the_help_of_commands(void **state)
{
	static const struct {
		const char *topic, *part;
	} topics[] = {{"man", ".TH DRIFTTOP 1"}, {"bash", "complete -F"}, {"zsh", "#compdef drifttop"},
	    {"fish", "complete -c drifttop"}, {"record", "drifttop record -o"}};
	const char *args[3] = {"help", NULL, NULL};
	struct lib_run r;

	(void)state;
	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
		args[1] = topics[i].topic;
		lib_run(&r, args, NULL, NULL, 20000);
		assert_int_equal(r.status, 0);
		must_say(r.out, topics[i].part);
		lib_run_free(&r);
	}
	args[1] = "recrod";
	lib_run(&r, args, NULL, NULL, 20000);
	assert_int_equal(r.status, 2);
	must_say(r.err, "no help on 'recrod': did you mean 'record'?");
	lib_run_free(&r);
}

static void
what_is_installed_is_where_systems_look_for_it_and_goes_again(void **state)
{
	static const char *const places[] = {"bin/drifttop", "share/man/man1/drifttop.1",
	    "share/bash-completion/completions/drifttop", "share/zsh/site-functions/_drifttop",
	    "share/fish/vendor_completions.d/drifttop.fish", "lib/systemd/system/drifttop-record.service",
	    "share/drifttop/examples/config.json", "share/drifttop/examples/dusk.theme",
	    "share/drifttop/themes/dusk.theme",
	    "share/doc/drifttop/CONFIG.md"};
	char dir[300], out[300], line[1800], path[400];

	(void)state;
	lib_tmp_make(dir, sizeof dir, "install");
	snprintf(out, sizeof out, "%s", lib_run_program());
	*strrchr(out, '/') = '\0';
	/* -o: what is built is what is tested. */
	snprintf(line, sizeof line,
	    "MAKEFLAGS= make -s -o '%s/drifttop' -o '%s/config.mk' 'OUT=%s' DESTDIR='%s' PREFIX=/usr install 2>&1 && "
	    "grep -q 'ExecStart=/usr/bin/drifttop ' '%s/usr/lib/systemd/system/drifttop-record.service'",
	    out, out, out, dir, dir);
	assert_int_equal(system(line), 0);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		snprintf(path, sizeof path, "%s/usr/%s", dir, places[i]);
		if (access(path, R_OK))
			fail_msg("%s is not there", path);
	}
	snprintf(line, sizeof line,
	    "MAKEFLAGS= make -s DESTDIR='%s' PREFIX=/usr uninstall && [ -z \"$(find '%s' -type f)\" ]", dir, dir);
	assert_int_equal(system(line), 0);
	lib_tmp_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_page_has_every_command_option_and_theme),
	    cmocka_unit_test(the_page_has_every_key_action_and_command_behind_a_colon),
	    cmocka_unit_test(the_page_has_every_key_of_the_configuration),
	    cmocka_unit_test(the_page_has_every_variable_that_is_read),
	    cmocka_unit_test(roff_finds_nothing_wrong_with_the_page),
	    cmocka_unit_test(bash_completes_commands_options_and_values),
	    cmocka_unit_test(fish_completes_commands_options_and_values),
	    cmocka_unit_test(zsh_completes_with_the_options_of_the_command),
	    cmocka_unit_test(help_prints_each_of_them_and_the_help_of_commands),
	    cmocka_unit_test(what_is_installed_is_where_systems_look_for_it_and_goes_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
