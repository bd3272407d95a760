/*
 * Which keys each action has: those of the table (tui/keymap.h), or what the configuration says in their place. A plain
 * value, owned by whoever shows screens.
 *
 * Three keys cannot be taken away, so that nobody is ever locked in: Esc goes back, Ctrl-C quits, Ctrl-L draws again.
 */
#ifndef TUI_BINDINGS_H
#define TUI_BINDINGS_H

#include "core/config.h"
#include "core/err.h"
#include "tui/keymap.h"

struct bindings {
	uint32_t keys[ACTION_COUNT][KEYMAP_KEYS]; /* 0 after the last */
};

void bindings_default(struct bindings *b);

/*
 * The defaults with these over them; NULL where n is 0. ERR_USAGE: an action or a key that there is not (with the
 * nearest name), a key that cannot be given away, or one key for two actions of one screen, which are both named; then
 * *bind is the one at fault, *key which of its keys (nkeys or more: its name), and *b may not be used.
 */
int bindings_read(
    struct bindings *b, const struct config_bind *binds, size_t n, size_t *bind, size_t *key, struct err *err);

/* bindings_read for its errors alone: struct config_names.check_keys. */
int bindings_check(const struct config_bind *binds, size_t n, size_t *bind, size_t *key, struct err *err);

/* What a key does on a screen; ACTION_NONE if nothing. */
enum action bindings_find(const struct bindings *b, uint32_t key, enum screen_id screen, bool past);

/* Which of its keys that is, from 0; KEYMAP_KEYS if none. */
size_t bindings_place(const struct bindings *b, enum action action, uint32_t key);

/* The first `most` keys of an action: "Enter Right l", "1-9"; "-" where it has none. buf: at least 48 bytes. */
const char *bindings_names(const struct bindings *b, enum action action, size_t most, char *buf, size_t bytes);

#endif
