/*
 * Themes by name: those of the program, then the user's own, ~/.config/drifttop/themes/NAME.theme, then those of the
 * machine, $XDG_DATA_DIRS/drifttop/themes/NAME.theme; a name with a "/" in it, or that ends in ".theme", is a file.
 */
#ifndef TUI_THEME_LOOKUP_H
#define TUI_THEME_LOOKUP_H

#include <stdbool.h>
#include <stdio.h>

#include "core/err.h"
#include "themes/theme.h"
#include "themes/theme_parse.h"
#include "tui/env.h"

#define THEME_WARNING_BYTES 240

/* theme may point into own: not to be copied. */
struct theme_choice {
	const struct theme *theme; /* NULL: none was asked for; the terminal's background says */
	struct theme_own own;
	char warning[THEME_WARNING_BYTES]; /* a sentence on what one of the user's falls short of; "": nothing */
};

/*
 * *out is set as a whole or not at all, so that a theme in use may be looked up over itself. A file that is wrong is
 * ERR_USAGE, with its path, line and role; so is a name that is nobody's, with the names there are. ERR_IO, ERR_LIMIT.
 */
int theme_lookup(struct theme_choice *out, const char *name, const struct env *env, struct err *err);

/* Every name that can be given, the program's first, the files' in order, with what the theme says of itself; `wrong`:
 * it is a file that cannot be taken, and `about` says why. Strings are borrowed for the call. */
typedef void theme_lookup_fn(void *ctx, const char *name, const char *about, bool wrong);
void theme_lookup_each(const struct env *env, theme_lookup_fn *take, void *ctx);

#define THEME_NAMES_MAX 128

/* The names alone; those behind the last that has room are left out. env NULL: the program's alone. */
struct theme_names {
	char text[THEME_NAMES_MAX][THEME_NAME_BYTES];
	const char *names[THEME_NAMES_MAX];
	size_t n;
};
void theme_names_read(struct theme_names *out, const struct env *env);

/* A name that stands for a file by its place, which nobody else can say whether it is there. */
bool theme_lookup_is_path(const char *name);

/* Where the user's own themes are (i 0), then those of the machine, whether there are any or not; false: nowhere. */
bool theme_lookup_dir(char *out, size_t bytes, const struct env *env, size_t i);

/* The same as lines: name and about. */
void theme_lookup_print(FILE *to, const struct env *env);

#endif
