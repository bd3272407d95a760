/* Where the program begins and ends: the world is read once, one command runs, its failure becomes
 * one sentence. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "collectors/mapped.h"
#include "core/err.h"
#include "tui/command.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/plain.h"
#include "tui/settings.h"
#include "tui/theme_lookup.h"

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define EXIT_UNKNOWN 3 /* of check, which keeps the others for what it found */

static int
run_command(const struct options *o, const struct env *env, int *status, struct err *err)
{
	switch (o->command) {
	case COMMAND_DEMO:
		return cmd_demo(o, env, err);
	case COMMAND_REPORT:
		return cmd_report(o, env, err);
	case COMMAND_RECORD:
		return cmd_record(o, env, err);
	case COMMAND_REPLAY:
		return cmd_replay(o, env, err);
	case COMMAND_EXPORT:
		return cmd_export(o, env, err);
	case COMMAND_SNAPSHOT:
		return cmd_snapshot(o, env, err);
	case COMMAND_BASELINE:
		return cmd_baseline(o, env, err);
	case COMMAND_CHECK:
		return cmd_check(o, env, status, err);
	case COMMAND_PUBLISH:
		return cmd_publish(o, env, err);
	case COMMAND_VERIFY:
		return cmd_verify(o, env, status, err);
	case COMMAND_CUT:
		return cmd_cut(o, env, err);
	case COMMAND_CONFIG:
		return cmd_config(o, env, err);
	case COMMAND_HELP:
		return cmd_help(o, env, err);
	default:
		return cmd_dash(o, env, err);
	}
}

/* The configuration lives as long as the command. */
static int
run(struct options *o, const struct env *env, int *status, struct err *err)
{
	struct config config = {0};
	int rc = 0;

	if (o->command != COMMAND_PUBLISH && o->command != COMMAND_EXPORT && o->command != COMMAND_VERIFY &&
	    o->command != COMMAND_CUT && o->command != COMMAND_CONFIG && o->command != COMMAND_HELP) {
		rc = settings_read(&config, o, env, err);
	} else {
		rc = config_init(&config, err);
	}
	o->config = &config;
	if (!rc)
		rc = run_command(o, env, status, err);
	o->config = NULL;
	config_release(&config);
	return rc;
}

int
main(int argc, char **argv)
{
	struct err err = {0};
	struct options o;
	struct env env;
	int rc, status = 0;
	bool check;

	mapped_guard();
	/* A reader that has gone away is an error of write, not the end of the process. */
	signal(SIGPIPE, SIG_IGN);
#ifdef SIGXFSZ
	signal(SIGXFSZ, SIG_IGN); /* the same of a file that may not grow */
#endif
	env_read(&env, argc > 0 ? argv[0] : NULL);
	rc = options_parse(&o, argc, argv, &err);
	if (!rc && o.given[OPTION_HELP])
		options_help(stdout, o.command);
	else if (!rc && o.given[OPTION_VERSION])
		puts("drifttop " DRIFTTOP_VERSION);
	else if (!rc && o.text[OPTION_THEME] && strcmp(o.text[OPTION_THEME], "list") == 0)
		theme_lookup_print(stdout, &env);
	else if (!rc)
		rc = run(&o, &env, &status, &err);
	if (!rc && (fflush(stdout) != 0 || ferror(stdout)))
		rc = err_set(&err, ERR_IO, "standard output: %s", strerror(errno));
	check = o.command == COMMAND_CHECK;
	options_release(&o);
	if (!rc)
		return status;
	if (err.msg[0])
		plain_complain(err.msg, env.utf8);
	if (check)
		return EXIT_UNKNOWN;
	return rc == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}
