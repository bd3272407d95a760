/*
 * Where the configuration is read from, and who wins: what was set in this session over the command line, that over the
 * file, the file over the defaults. An option that has the name of a key of the file says the same as that key.
 */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include "core/config.h"
#include "core/err.h"
#include "core/store.h"
#include "tui/changes.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/setting.h"

/* Reads --config, which must be there, or the person's own file, which need not. *c may be released whatever comes of
 * it. ERR_USAGE, ERR_NOMEM. */
int settings_read(struct config *c, const struct options *o, const struct env *env, struct err *err);

/* The same with the name of the file; NULL: the person's own. */
int settings_read_file(struct config *c, const char *named, const struct env *env, struct err *err);

/* Writes what was changed, and set (config, which may be NULL), into that file (tui/changes.h), which says it then.
 * say: 160 bytes. */
void settings_save(
    const struct changes *c, struct config *config, const struct env *env, const char *path, char *say);

/* As setting_find; ERR_USAGE says why there is none: why that key cannot be set, or what is meant. */
int settings_find(struct setting *s, const struct config *c, struct slice name, struct err *err);

/* As setting_try (tui/setting.h), with all names that there are. env may be NULL. */
int settings_try(struct config *next, const struct config *c, struct slice name, const char *json,
    const struct env *env, struct err *err);

/* Words that a setting can be, each in turn; borrowed for the call. */
void settings_words(
    const struct setting *s, const struct env *env, void (*each)(void *ctx, const char *word), void *ctx);

/* ---- what holds: o->config may be NULL ------------------------------------------------------------ */

/* The window screens begin with; the name of the theme, NULL: nobody has said one. */
enum window settings_window(const struct options *o);
const char *settings_theme(const struct options *o);
bool settings_utc(const struct options *o);
bool settings_slow(const struct options *o);

/* What to draw with: what was asked for, as far as the terminal (`have`) can show it. */
enum glyphs settings_glyphs(const struct options *o, enum glyphs have);

/* What times are shifted by, and what that is called. */
int64_t settings_offset_ms(const struct options *o, const struct env *env);
const char *settings_zone(const struct options *o, const struct env *env);

/* "command line", else as setting_from. */
const char *settings_from(const struct options *o, const struct setting *s, struct slice name);

/* What holds as it would be typed, whoever says so. ERR_NOMEM. */
int settings_value(const struct options *o, const struct setting *s, struct slice name,
    char out[SETTING_VALUE_BYTES], struct err *err);

#endif
