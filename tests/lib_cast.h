/*
 * A player of casts for tests: every line is held to the format and played on an emulator (libvterm), whose screen can
 * then be compared with the grid that it came from.
 */
#ifndef TESTS_LIB_CAST_H
#define TESTS_LIB_CAST_H

#include <stdbool.h>
#include <stddef.h>

#include <vterm.h>

#include "themes/theme.h"
#include "widgets/grid.h"

#define LIB_CAST_MARKERS 64

struct lib_cast {
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;		  /* as last told */
	int head_rows, head_cols; /* of the head */
	double at, head_time;	  /* of the last event; the head's timestamp */
	char title[128];
	bool headed;
	size_t lines, pictures, whole, sizes;
	double whole_at; /* of the last whole picture */
	size_t nmarkers;
	struct {
		double at;
		char label[200];
	} markers[LIB_CAST_MARKERS];
};

/* A screen that has seen trouble before: it is full of coloured text. rows, cols: of the part that is played. */
void lib_cast_init(struct lib_cast *p);
/* In the middle of a cast, in front of a whole picture. */
void lib_cast_init_cut(struct lib_cast *p, int rows, int cols);
void lib_cast_release(struct lib_cast *p);

/* Plays whole lines. Fails the test where one is not as it has to be. */
void lib_cast_play(struct lib_cast *p, const char *text, size_t n);
/* The same of a whole file; returns its size. */
size_t lib_cast_play_file(struct lib_cast *p, const char *path);

/* Fails the test unless the screen is this grid, cell by cell. */
void lib_cast_is(const struct lib_cast *p, const struct grid *g, const struct theme *theme, enum color_depth depth);

/* Whether a line of the screen has this text. */
bool lib_cast_shows(const struct lib_cast *p, const char *text);

#endif
