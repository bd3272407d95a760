/* What the program's tables say, for people, for man and for shells. */
#include <string.h>

#include "core/nearest.h"
#include "tui/command.h"
#include "tui/completion.h"
#include "tui/config_schema.h"
#include "tui/manual.h"

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

static void
write_manual(FILE *to)
{
	manual_write(to, DRIFTTOP_VERSION);
}

static void
write_help(FILE *to)
{
	options_help(to, COMMAND_DASH);
}

static const struct topic {
	const char *name;
	void (*write)(FILE *to);
} topics[] = {
    {"man", write_manual},
    {"bash", completion_write_bash},
    {"zsh", completion_write_zsh},
    {"fish", completion_write_fish},
    {"schema", config_schema_write},
};

#define TOPICS (sizeof topics / sizeof *topics)

static int
fault_topic(const char *word, struct err *err)
{
	struct nearest near;

	nearest_init(&near, slice_of(word));
	for (size_t i = 0; i < TOPICS; i++)
		nearest_offer(&near, topics[i].name);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (command_rows[i].name)
			nearest_offer(&near, command_rows[i].name);
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "no help on '%s': did you mean '%s'?", word, nearest_name(&near));
	return err_set(err, ERR_USAGE, "no help on '%s': there is help on each command, and man, bash, zsh, "
				       "fish, schema", word);
}

int
cmd_help(const struct options *o, const struct env *env, struct err *err)
{
	const char *word = o->noperands ? o->operands[0] : NULL;

	(void)env;
	if (!word) {
		write_help(stdout);
		return 0;
	}
	for (size_t i = 0; i < TOPICS; i++) {
		if (strcmp(word, topics[i].name) == 0) {
			topics[i].write(stdout);
			return 0;
		}
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (command_rows[i].name && strcmp(word, command_rows[i].name) == 0) {
			options_help(stdout, (enum command)i);
			return 0;
		}
	}
	return fault_topic(word, err);
}
