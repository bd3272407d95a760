/* A user interface without a terminal, over a fleet or a recording: keys in, rows of ASCII out. */
#ifndef TESTS_LIB_DESK_H
#define TESTS_LIB_DESK_H

#include <stdbool.h>

#include "collectors/recording.h"
#include "core/err.h"
#include "tests/lib_fleet.h"
#include "tui/replay.h"
#include "tui/ui.h"

#define DESK_MONO_MS 100000

struct desk {
	struct store *s; /* of a fleet; it is a replay's where there is one */
	struct replay *r;
	struct ui *ui;
	struct grid g;
	int64_t now_ms, mono_ms;
	struct ui_request last; /* of the last key */
	bool own; /* the fleet is the desk's */
};

/* 24 rows of 80 columns in ASCII, over a fleet of its own. */
struct desk *desk_open(enum fleet_scene scene, const struct ui_options *options);
void desk_close(struct desk *d);

/* In the caller's storage, over what others share. What ui_new can fail with; then it is released already. */
int desk_init(struct desk *d, struct store *s, int64_t now_ms, const struct ui_options *options, struct err *err);
void desk_init_replay(struct desk *d, struct recording *rec, const struct ui_options *options);
void desk_release(struct desk *d);

void desk_size(struct desk *d, int rows, int cols, enum glyphs glyphs);
void desk_draw(struct desk *d);

/* To so many minutes behind LIB_RECORDING_BEGIN, with as much time gone by since the last key. */
void desk_seek(struct desk *d, int64_t minute);

/* Presses them and draws each time; what they ask for the store is told, if the desk has it alone. */
void desk_press(struct desk *d, const char *script);
/* Types that as the filter of the list that has the keys. Fails the test where it is wrong. */
void desk_filter(struct desk *d, const char *text);
/* One key, and nothing is drawn. */
struct ui_request desk_key(struct desk *d, uint32_t key);

/* Borrowed until the next call; what is not ASCII is '?'. */
const char *desk_row(const struct desk *d, int row);
bool desk_row_shows(const struct desk *d, int row, const char *text);
bool desk_shows(const struct desk *d, const char *text);
/* The first row that has it; -1: none. */
int desk_find(const struct desk *d, const char *text);

/* Types a command as it is, brackets and all, and Enter. */
void desk_command(struct desk *d, const char *line);
/* Fails the test unless that row has it. */
void desk_check_row(const struct desk *d, int at, const char *text);
/* The same of a command that is wrong: the sentence above the prompt, and in which column its mark is; -1: any. */
void desk_check_wrong(struct desk *d, const char *line, const char *sentence, int place);

/* The small fleet of lib_recording.h as a file, for all tests of a program. */
struct desk_film {
	char path[300];
	struct recording *rec;
};

void desk_film_open(struct desk_film *f, const char *name, int minutes);
void desk_film_close(struct desk_film *f);

/* The same for a program that is run: in a directory of the test's own. */
struct desk_shelf {
	char root[256], film[300];
};

void desk_shelf_open(struct desk_shelf *f, const char *name, int minutes);
void desk_shelf_close(struct desk_shelf *f);

#endif
