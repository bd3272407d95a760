/* The configuration looked at by itself: whether it can be used, what it comes to, where everything is. */
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/nearest.h"
#include "tui/command.h"
#include "tui/config_print.h"
#include "tui/plain.h"
#include "tui/settings.h"
#include "tui/theme_lookup.h"

enum verb { VERB_CHECK, VERB_PRINT, VERB_PATHS, VERBS };

static const char *const verbs[VERBS] = {"check", "print", "paths"};

static int
find_verb(const char *word, enum verb *out, struct err *err)
{
	struct nearest near;

	nearest_init(&near, slice_of(word));
	for (int i = 0; i < VERBS; i++) {
		*out = (enum verb)i;
		if (strcmp(word, verbs[i]) == 0)
			return 0;
		nearest_offer(&near, verbs[i]);
	}
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "config: no '%s': did you mean '%s'?", word, nearest_name(&near));
	return err_set(err, ERR_USAGE, "config: no '%s': it is config check, print or paths, and then a FILE", word);
}

/* A theme is a file of its own, which is read when colours are needed; here it is looked at, too. */
static int
check_theme(const struct config *c, const struct env *env, struct err *err)
{
	struct theme_choice *choice;
	int rc;

	if (!c->theme)
		return 0;
	choice = mem_calloc(1, sizeof *choice);
	if (!choice)
		return err_nomem(err);
	rc = theme_lookup(choice, c->theme, env, err);
	if (!rc && choice->warning[0])
		plain_complain(choice->warning, env->utf8);
	mem_free(choice);
	return rc ? (err_wrap(err, "config '%s': theme", c->path), ERR_USAGE) : 0;
}

static int
check(const struct config *c, const struct env *env, struct err *err)
{
	int rc = check_theme(c, env, err);

	if (rc)
		return rc;
	if (c->path)
		plain_put(stdout, slice_of(c->path), 1000, env->utf8);
	else
		fputs("no file, the defaults hold", stdout);
	puts(": ok");
	return 0;
}

/* ---- paths -------------------------------------------------------------------------------------------------------
 */

static void
put_path(const struct env *env, const char *what, const char *path, const char *note)
{
	printf("%-12s", what);
	if (!*path) {
		puts("nowhere: neither HOME nor a directory is set");
		return;
	}
	plain_put(stdout, slice_of(path), 1000, env->utf8);
	printf("%s%s\n", access(path, F_OK) == 0 ? "" : "  (not there)", note);
}

static void
put_below(const struct env *env, const char *what, const char *base, const char *name, const char *note)
{
	char path[700] = "";

	if (*base)
		snprintf(path, sizeof path, "%s/%s", base, name);
	put_path(env, what, path, note);
}

static void
paths(const struct config *c, const struct env *env, const char *named)
{
	const char *config = c->path ? c->path : named ? named : env->config_file;
	char own[600] = "";

	put_path(env, "config", config, "");
	for (size_t i = 0; i <= env->ntheme_dirs; i++) {
		own[0] = '\0';
		if (theme_lookup_dir(own, sizeof own, env, i) || i == 0)
			put_path(env, "themes", own, i ? "  for everybody" : "");
	}
	put_path(env, "state", env->state_home, "  one directory below it for each server");
	if (c->record_dir)
		put_path(env, "recordings", c->record_dir, "");
	else
		put_below(env, "recordings", env->state_home, "recordings", "");
	put_below(env, "history", env->state_home, "commands", "");
	if (env->examples[0])
		put_path(env, "examples", env->examples, "");
}

int
cmd_config(const struct options *o, const struct env *env, struct err *err)
{
	const char *named = o->noperands > 1 ? o->operands[1] : o->text[OPTION_CONFIG];
	struct config c = {0};
	enum verb verb;
	int rc = find_verb(o->operands[0], &verb, err);

	if (!rc && o->noperands > 1 && o->given[OPTION_CONFIG])
		rc = err_set(err, ERR_USAGE, "config: the file is named twice, and by --config");
	if (!rc)
		rc = settings_read_file(&c, named, env, err);
	if (!rc && verb == VERB_CHECK)
		rc = check(&c, env, err);
	else if (!rc && verb == VERB_PRINT)
		rc = config_print(stdout, &c, env, err);
	else if (!rc)
		paths(&c, env, named);
	config_release(&c);
	return rc;
}
