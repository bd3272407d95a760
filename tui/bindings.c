#include "tui/bindings.h"

#include <stdio.h>
#include <string.h>

#include "core/nearest.h"

#define CTRL(c) ((c) & 0x1f)

/* Keys that belong to one action, whatever else is said. */
static const struct fixed_row {
	uint32_t key;
	enum action action; /* ACTION_NONE: to none */
	const char *does;
} fixed[] = {
    {KEYCODE_ESC, ACTION_BACK, "goes back"},
    {CTRL('c'), ACTION_QUIT, "quits"},
    {CTRL('l'), ACTION_NONE, "draws the screen again"},
};

#define FIXED (sizeof fixed / sizeof *fixed)

void
bindings_default(struct bindings *b)
{
	memset(b, 0, sizeof *b);
	for (size_t i = 0; i < keymap_rows; i++)
		memcpy(b->keys[keymap[i].action], keymap[i].keys, sizeof keymap[i].keys);
}

size_t
bindings_place(const struct bindings *b, enum action action, uint32_t key)
{
	size_t i = 0;

	while (i < KEYMAP_KEYS && b->keys[action][i] && b->keys[action][i] != key)
		i++;
	return i < KEYMAP_KEYS && b->keys[action][i] ? i : KEYMAP_KEYS;
}

enum action
bindings_find(const struct bindings *b, uint32_t key, enum screen_id screen, bool past)
{
	if (!key)
		return ACTION_NONE;
	for (size_t i = 0; i < keymap_rows; i++)
		if (keymap_holds(&keymap[i], screen, past) && bindings_place(b, keymap[i].action, key) < KEYMAP_KEYS)
			return keymap[i].action;
	return ACTION_NONE;
}

const char *
bindings_names(const struct bindings *b, enum action action, size_t most, char *buf, size_t bytes)
{
	const uint32_t *keys = b->keys[action];
	size_t n = 0;

	snprintf(buf, bytes, "-");
	for (size_t k = 0; k < most && k < KEYMAP_KEYS && keys[k] && n < bytes; k++) {
		char name[16];

		/* A run of digits is said by its ends. */
		if (k + 2 < KEYMAP_KEYS && keys[k] == '1' && keys[k + 1] == '2' && keys[k + 2] == '3') {
			size_t last = k + 2;

			while (last + 1 < KEYMAP_KEYS && keys[last + 1] == keys[last] + 1)
				last++;
			n += (size_t)snprintf(buf + n, bytes - n, "%s1-%c", k ? " " : "", (char)keys[last]);
			k = last;
			continue;
		}
		n += (size_t)snprintf(buf + n, bytes - n, "%s%s", k ? " " : "", key_name(keys[k], name, sizeof name));
	}
	return buf;
}

/* ---- what is said ------------------------------------------------------------------------------------------------
 */

static int
fault_action(const char *name, struct err *err)
{
	struct nearest near;
	const char *best;

	nearest_init(&near, slice_of(name));
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		nearest_offer(&near, action_names[i]);
	best = nearest_name(&near);
	if (best)
		return err_set(err, ERR_USAGE, "unknown action '%.60s'; did you mean '%s'?", name, best);
	return err_set(err, ERR_USAGE, "unknown action '%.60s'; drifttop's manual and docs/CONFIG.md list them", name);
}

/* Esc stays with going back and Ctrl-C with quitting, behind what is said. */
static void
put_fixed(uint32_t *keys, enum action action)
{
	size_t n = 0;

	while (n < KEYMAP_KEYS && keys[n])
		n++;
	for (size_t i = 0; i < FIXED; i++) {
		size_t k = 0;

		if (fixed[i].action != action)
			continue;
		while (k < n && keys[k] != fixed[i].key)
			k++;
		if (k == n)
			keys[n < KEYMAP_KEYS ? n : KEYMAP_KEYS - 1] = fixed[i].key;
	}
}

static int
read_bind(struct bindings *b, const struct config_bind *bind, enum action action, size_t *key, struct err *err)
{
	uint32_t *keys = b->keys[action];

	memset(keys, 0, sizeof b->keys[action]);
	for (*key = 0; *key < bind->nkeys && *key < KEYMAP_KEYS; ++*key) {
		uint32_t code;
		int rc = key_parse_one(slice_of(bind->keys[*key]), &code, err);

		if (rc)
			return rc;
		for (size_t i = 0; i < FIXED; i++) {
			char name[16];

			if (fixed[i].key == code && fixed[i].action != action)
				return err_set(err, ERR_USAGE, "%s always %s: it cannot be the key of '%s'",
				    key_written(code, name, sizeof name), fixed[i].does, bind->action);
		}
		if (bindings_place(b, action, code) < KEYMAP_KEYS)
			return err_set(err, ERR_USAGE, "'%s' is there twice", bind->keys[*key]);
		keys[*key] = code;
	}
	put_fixed(keys, action);
	return 0;
}

/* A screen on which both have that key; SCREEN_COUNT if there is none. */
static enum screen_id
screen_of_both(enum action a, enum action b)
{
	for (size_t i = 0; i < keymap_rows; i++)
		for (size_t k = 0; k < keymap_rows; k++) {
			unsigned both = keymap[i].screens & keymap[k].screens;

			if (keymap[i].action != a || keymap[k].action != b || !keymap_meet(&keymap[i], &keymap[k]))
				continue;
			for (int screen = 0; screen < SCREEN_COUNT; screen++)
				if (both & ON(screen))
					return (enum screen_id)screen;
		}
	return SCREEN_COUNT;
}

/* What else the keys of an action do where that one works, too. */
static int
check_others(
    const struct bindings *b, enum action action, const struct config_bind *bind, size_t *key, struct err *err)
{
	for (int other = ACTION_NONE + 1; other < ACTION_COUNT; other++) {
		if (other == (int)action || screen_of_both(action, (enum action)other) == SCREEN_COUNT)
			continue;
		for (*key = 0; *key < bind->nkeys; ++*key)
			if (bindings_place(b, (enum action)other, b->keys[action][*key]) < KEYMAP_KEYS)
				return err_set(err, ERR_USAGE,
				    "'%s' is the key of '%s' already, on a screen where '%s' works, too: give '%s' "
				    "another one, or null",
				    bind->keys[*key], action_names[other], bind->action, action_names[other]);
	}
	return 0;
}

int
bindings_read(struct bindings *b, const struct config_bind *binds, size_t n, size_t *bind, size_t *key, struct err *err)
{
	int rc = 0;

	bindings_default(b);
	for (*bind = 0; *bind < n; ++*bind) {
		enum action action = action_find(slice_of(binds[*bind].action));

		*key = SIZE_MAX;
		rc = action == ACTION_NONE ? fault_action(binds[*bind].action, err)
					   : read_bind(b, &binds[*bind], action, key, err);
		if (rc)
			return rc;
	}
	/* All are known by now: two actions may have changed keys with each other. The later one is at fault. */
	for (*bind = n; *bind > 0 && !rc;) {
		--*bind;
		rc = check_others(b, action_find(slice_of(binds[*bind].action)), &binds[*bind], key, err);
	}
	return rc;
}

int
bindings_check(const struct config_bind *binds, size_t n, size_t *bind, size_t *key, struct err *err)
{
	struct bindings b;

	return bindings_read(&b, binds, n, bind, key, err);
}
