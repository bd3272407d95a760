/*
 * Settings of the configuration that can be changed while the program runs, by the names that they have there:
 *
 *	theme   window   glyphs   utc   slow   bell   clipboard   record.dir   drift.rule   drift.false_alarms_per_week
 *	rules.NAME.warn   .crit   .clear   .for   .min_events   .window   .off        of the rule for all
 *	keys.ACTION        of that action alone
 *	models.MODEL.features.FEATURE.watch   .drift        of that model's input or output alone, by their names
 *
 * Which ones there are, and why others are none, is a column of the table of keys (collectors/config_file.h): there is
 * no other table of them. A change is one of the
 * configuration's text, which is then read again as a whole: so the same parser judges it, with the same sentences, and
 * what holds is what the file will say once it is saved.
 */
#ifndef TUI_SETTING_H
#define TUI_SETTING_H

#include <stddef.h>

#include "collectors/config_file.h"
#include "core/config.h"
#include "core/err.h"
#include "core/fact.h"
#include "core/limits.h"
#include "core/slice.h"

#define SETTING_NAME_BYTES (2 * LIMIT_NAME_BYTES + 48)
#define SETTING_VALUE_BYTES 600
#define SETTING_NOT_SAID "not said" /* nobody has, and there is no default to print */
#define SETTING_UNSAVED "set, not saved" /* said on the screen, and not in the file yet */

struct setting {
	const struct config_key *key;
	char rule[RULE_NAME_BYTES]; /* of a rule; else empty */
	struct slice action; /* whose keys they are, within the name that was given; else empty */
	struct slice model, feature; /* of an input or output, within the name that was given; else empty */
};

/* Each name in turn: those of rules for the rules of c, none of inputs and of keys. name is borrowed for the call. */
void setting_each(const struct config *c, void (*each)(void *ctx, const char *name), void *ctx);

/* False: there is none of that name. Whether there is such a model and input is not looked at. */
bool setting_find(struct setting *out, const struct config *c, struct slice name);

/* The key that such a name is about, whether it can be set or not; NULL: none. "models.a.features.b.mask" */
const struct config_key *setting_key(struct slice name);

/* As a sentence has it: a long name by its parts. "rules.latency.crit", "watch of amount at fraud" */
#define SETTING_CALLED_BYTES 112
const char *setting_called(struct slice name, char *buf, size_t bytes);

/* What was typed as JSON: on and off are true and false where that is asked for, a path is a full one. ERR_USAGE: it is
 * too long. */
int setting_json(const struct setting *s, struct slice typed, char *json, size_t bytes, struct err *err);

/* Another text, the caller's by mem_free. As config_edit_set. */
int setting_edit(const struct setting *s, struct slice text, const char *json, char **out, size_t *n, struct err *err);

/*
 * *next: the configuration c with that value, from its text; to be released whatever comes of it. ERR_USAGE with the
 * sentence that a file with it would get, without the place; ERR_NOMEM.
 */
int setting_try(struct config *next, const struct config *c, const struct setting *s, const char *json,
    const struct config_names *names, struct err *err);

/* What the store is to be told where it is of an input or output: both of its levels as c has them, whichever was said,
 * so that whoever plays it again need not know c. False: it is of none. Texts are borrowed. */
bool setting_levels(const struct setting *s, const struct config *c, struct fact_levels *out);

/* That name has been set, and is not in the file. ERR_NOMEM. */
int setting_note(struct config *c, const char *name, const char *json, struct err *err);
/* NULL: it was not. */
const char *setting_noted(const struct config *c, struct slice name);
/* It was set in this session, whether the file has it by now or not: then the command line is older. */
bool setting_said(const struct config *c, struct slice name);

/* What holds, as it would be typed: "p99 > 250ms". ERR_NOMEM. */
int setting_value(const struct config *c, const struct setting *s, char out[SETTING_VALUE_BYTES], struct err *err);

/* "set, not saved" "configuration" "default" */
const char *setting_from(const struct config *c, const struct setting *s, struct slice name);

/* Words that it can be, in turn, as the table has them, or those that only the caller knows; NULL: no more. buf: 32
 * bytes. */
const char *setting_word(
    const struct setting *s, const struct config_names *names, size_t i, char *buf, size_t bytes);

#endif
