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

/* Writes what was changed into that file (tui/changes.h). say: 160 bytes. */
void settings_save(const struct changes *c, const struct env *env, const char *path, char *say);

/* The window screens begin with; the name of the theme, NULL: nobody has said one. */
enum window settings_window(const struct options *o);
const char *settings_theme(const struct options *o);

#endif
