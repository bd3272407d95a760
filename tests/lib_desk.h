/* A user interface over a fleet, without a terminal: keys in, 24 rows of 80 columns in ASCII out. */
#ifndef TESTS_LIB_DESK_H
#define TESTS_LIB_DESK_H

#include <stdbool.h>

#include "tests/lib_fleet.h"
#include "tui/ui.h"

struct desk {
	struct store *s;
	struct ui *ui;
	struct grid g;
	int64_t now_ms;
	struct ui_request last; /* of the last key */
};

struct desk *desk_open(enum fleet_scene scene, const struct ui_options *options);
void desk_close(struct desk *d);
void desk_draw(struct desk *d);

/* Presses them, tells the store what they ask for, as the program does, and draws. */
void desk_press(struct desk *d, const char *script);

bool desk_row_shows(const struct desk *d, int row, const char *text);
bool desk_shows(const struct desk *d, const char *text);

#endif
