/* --cast: what the dashboard shows, as a screen cast beside the terminal. Every call is harmless without one. */
#ifndef TUI_SCREENCAST_H
#define TUI_SCREENCAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "core/err.h"
#include "core/store.h"
#include "themes/theme.h"
#include "tui/env.h"
#include "tui/options.h"
#include "widgets/grid.h"

struct recording;
struct screencast;

/* What is on the screen, and where that comes from. */
struct screencast_view {
	const struct grid *grid;
	const struct theme *theme; /* NULL: not known yet, and the cast does not begin yet */
	const struct store *live; /* NULL: a recording is shown */
	struct recording *rec;	  /* then that, */
	const struct store *shown; /* its store */
	int64_t at_ms;		  /* and which moment of it */
};

/* *out is NULL where the options ask for none. As cast_file_open. name: of what is shown, without secrets. */
int screencast_open(struct screencast **out, uv_loop_t *loop, const struct options *o, const struct env *env,
    const char *name, struct err *err);
/* As cast_file_close. */
int screencast_close(struct screencast *c, struct err *err);

/* A frame was drawn; mono_ms: loop time. */
void screencast_frame(struct screencast *c, const struct screencast_view *view, int64_t mono_ms);

/* Often enough, also where nothing is drawn. */
void screencast_tick(struct screencast *c, int64_t mono_ms);

/* Whether it waits for the first frame, which is to be drawn for it. */
bool screencast_waits(const struct screencast *c);

/* Once, when it has ended before its time: true, and a sentence. */
bool screencast_news(struct screencast *c, char *say, size_t bytes);

/* What a cast's colours are, as far as options and environment say. */
enum color_depth screencast_depth(const struct options *o, const struct env *env);

#endif
