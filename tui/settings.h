/* Where the configuration is read from, and who wins: the command line over the file, the file over the defaults. */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include "core/config.h"
#include "core/err.h"
#include "core/store.h"
#include "tui/changes.h"
#include "tui/env.h"
#include "tui/options.h"

/* Reads --config, which must be there, or the person's own file, which need not. *c may be released whatever comes of
 * it. ERR_USAGE, ERR_NOMEM. */
int settings_read(struct config *c, const struct options *o, const struct env *env, struct err *err);

/* The same with the name of the file; NULL: the person's own. */
int settings_read_file(struct config *c, const char *named, const struct env *env, struct err *err);

/* Writes what was changed, and set (config, which may be NULL), into that file (tui/changes.h); what is in it then is
 * set no longer. say: 160 bytes. */
void settings_save(
    const struct changes *c, struct config *config, const struct env *env, const char *path, char *say);

/* As setting_try (tui/setting.h), with all names that there are. ERR_USAGE for a name that is none, too. env may be
 * NULL. */
int settings_try(struct config *next, const struct config *c, struct slice name, const char *json,
    const struct env *env, struct err *err);

/* The window screens begin with; the name of the theme, NULL: nobody has said one. */
enum window settings_window(const struct options *o);
const char *settings_theme(const struct options *o);
/* "command line" "configuration" "default": by whom an option is that the file may say, too, under this key. */
const char *settings_from(const struct options *o, enum option_id id, const char *key);

#endif
