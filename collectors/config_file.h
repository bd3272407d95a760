/*
 * The configuration file: JSON with comments, `~/.config/drifttop/config.json` or what --config names.
 *
 * Nothing in it is guessed: a key that is not known, a value of another kind, a number without its unit, a warning
 * beyond the critical limit is an error that names file, line, place and, where there is one, what was probably meant:
 *
 *	config 'x.json' line 12: rules[2].crit: unknown metric 'p09'; did you mean 'p90'?
 *
 * What may stand in it is one table, a row a key; docs/CONFIG.md is held to it by a test.
 */
#ifndef COLLECTORS_CONFIG_FILE_H
#define COLLECTORS_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/config.h"
#include "core/err.h"

#define CONFIG_FILE_BYTES_MAX ((size_t)4 << 20)

/* Objects of the file, as docs/CONFIG.md titles them. */
enum config_object {
	CONFIG_TOP,
	CONFIG_DRIFT,
	CONFIG_MODEL,
	CONFIG_FEATURE,
	CONFIG_RULE,
	CONFIG_ACTION,
	CONFIG_RECORD,
	CONFIG_OBJECTS,
};

struct config_reader;
struct json_node;

/* Whether a key can be set while the program runs. */
enum config_live {
	CONFIG_FIXED = 0, /* it cannot: struct config_key.fixed says why, and what to do */
	CONFIG_SHOWN,	  /* how things are shown and where files go: at any time */
	CONFIG_JUDGED,	  /* what alerts go by: where it is live, and a recording has it as a fact */
};

struct config_key {
	enum config_object object;
	const char *key;
	const char *value; /* what it takes: "text", "true or false", "expression" */
	const char *about; /* one sentence */
	int (*read)(struct config_reader *r, const struct json_node *v);
	enum config_live live;
	const char *fixed; /* CONFIG_FIXED: one clause that goes on with the key: "streams: ..." */
};

/* What an object is about: "a rule". */
extern const char *const config_object_titles[CONFIG_OBJECTS];

extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* Names that only the caller knows. */
struct config_names {
	const char *const *themes; /* themes[i] for i < nthemes; none: any name is taken */
	size_t nthemes;
	const struct config_table *tables; /* lists and all their columns; none: any name is taken */
	size_t ntables;
	/*
	 * Whether these keys can hold, all of them together; NULL: whatever they are. ERR_USAGE: *bind is the one that
	 * cannot, and *key which of its keys, nkeys or more: the action's name.
	 */
	int (*check_keys)(const struct config_bind *binds, size_t n, size_t *bind, size_t *key, struct err *err);
};

/*
 * Fills *c, which config_init made, from a file. needed: that there is no such file is an error, else nothing is
 * changed. ERR_USAGE with one sentence for whatever is wrong with the file or in it; ERR_NOMEM. On failure *c holds
 * what was read so far and may only be released.
 */
int config_file_read(
    struct config *c, const char *path, bool needed, const struct config_names *names, struct err *err);

/* The same from text[0..n), which is written over, once c->text has a copy of it; `path` is for messages. */
int config_file_parse(struct config *c, const char *path, char *text, size_t n, const struct config_names *names,
    struct err *err);

#endif
