/*
 * What there is to do on which screen, and the keys that do it unless the configuration says others: one table. The
 * dispatcher, the key bar, Help and the manual are made from it, so they cannot lie. The keys that hold are a value of
 * their own (tui/bindings.h).
 */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/key.h"

enum screen_id {
	SCREEN_FLEET,
	SCREEN_MODEL,
	SCREEN_FEATURE,
	SCREEN_EVENTS,
	SCREEN_SOURCES,
	SCREEN_ALERTS,
	SCREEN_CHOOSE,
	SCREEN_VERSIONS,
	SCREEN_WHATIF,
	SCREEN_COMPARE,
	SCREEN_TIMELINE,
	SCREEN_SETUP,
	SCREEN_HELP,
	SCREEN_COUNT
};

#define ON(screen) (1u << (screen))
#define ON_ALL ((1u << SCREEN_COUNT) - 1)
/* Beside screens: only while the present is shown, only while the past is; neither: always. */
#define ONLY_LIVE (1u << 30)
#define ONLY_PAST (1u << 31)

enum action {
	ACTION_NONE = 0,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_HOME,
	ACTION_END,
	ACTION_LEFT,  /* back, or along an axis */
	ACTION_RIGHT, /* open, or along an axis */
	ACTION_OPEN,
	ACTION_BACK,
	ACTION_LEAVE, /* back, at the fleet quit */
	ACTION_QUIT,
	ACTION_FILTER,
	ACTION_NEXT,
	ACTION_PREVIOUS,
	ACTION_SORT_LEFT,
	ACTION_SORT_RIGHT,
	ACTION_REVERSE,
	ACTION_PANEL_NEXT,
	ACTION_PANEL_PREVIOUS,
	ACTION_PANEL, /* a digit */
	ACTION_EXPAND,
	ACTION_FREEZE,
	ACTION_PICK,
	ACTION_TIME_PLAY, /* or pause */
	ACTION_TIME_NEXT,
	ACTION_TIME_BACK,
	ACTION_TIME_JUMP,
	ACTION_TIME_EVENT_NEXT,
	ACTION_TIME_EVENT_BACK,
	ACTION_TIME_SLOWER,
	ACTION_TIME_FASTER,
	ACTION_SOURCES,
	ACTION_ALERTS,
	ACTION_VERSIONS,
	ACTION_TIMELINE,
	ACTION_SETUP,
	ACTION_NOTE, /* of this moment */
	ACTION_WHATIF,
	ACTION_COMPARE, /* two moments */
	ACTION_ACK,
	ACTION_SILENCE,
	ACTION_ALERT_NEXT,
	ACTION_ALERT_PREVIOUS,
	ACTION_HELP,
	ACTION_LIVE,
	ACTION_UTC,
	ACTION_WINDOW,
	ACTION_CHOOSE, /* a baseline */
	ACTION_SAVE,   /* the flight recorder */
	ACTION_RECORD, /* begin or end */
	ACTION_SUSPEND,
	ACTION_COMMAND, /* to be typed */
	ACTION_ZOOM_IN, /* the time that graphs show */
	ACTION_ZOOM_OUT,
	ACTION_EVENTS, /* of the model */
	ACTION_FLEET, /* from anywhere */
	ACTION_FOLD, /* models to groups, and back */
	ACTION_COPY,  /* a command line that leads here */
	ACTION_PRINT, /* the panel, into a file */
	ACTION_COUNT,
};

#define KEYMAP_KEYS 9

/* Rows of one action have the same keys. */
struct keymap_row {
	uint32_t keys[KEYMAP_KEYS]; /* 0 after the last */
	enum action action;
	unsigned screens;  /* ON() of each, and when */
	const char *group; /* heading in Help */
	const char *label; /* in the key bar, one or two words; NULL: only in Help */
	const char *text;  /* in Help */
};

extern const struct keymap_row keymap[];
extern const size_t keymap_rows;

/* Whether a row holds there. past: a recording is shown, or what a live session was. */
bool keymap_holds(const struct keymap_row *row, enum screen_id screen, bool past);

/* What an action is called in the configuration and in the manual: "freeze", "next-alert". */
extern const char *const action_names[ACTION_COUNT];

/* The action of that name; ACTION_NONE if there is none. */
enum action action_find(struct slice name);

/* The first row of an action; NULL if it has none. */
const struct keymap_row *keymap_row_of(enum action action);

/* Whether an action does something on a screen, live or not. */
bool keymap_works(enum action action, enum screen_id screen);

/* Whether there is a screen, and a time, at which both rows hold. */
bool keymap_meet(const struct keymap_row *a, const struct keymap_row *b);

#endif
