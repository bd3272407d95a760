/*
 * What is held to be compared with (A): a model at one moment, whose figures are copied, or a model or one version of
 * it, whose figures are read anew each time. And what it is compared with (B), always read anew.
 */
#ifndef TUI_PIN_H
#define TUI_PIN_H

#include "core/figures_side.h"
#include "tui/arena.h"

/* A model, or one version of it, by name: an index is another one's in another store. */
struct pin_subject {
	struct slice model, version;
	bool one; /* that version alone */
};

/* Figures of one side, with all columns; texts and columns in somebody's arena. */
struct pin_side {
	struct side_figures f;
	struct side_column *columns;
	size_t n;    /* of them; fewer than f.columns where memory is short */
	size_t left; /* that could not be held */
	bool no_window; /* of a version that is neither stable nor canary: it has its totals alone */
};

/* An all-zero struct is none. */
struct pin {
	bool set, moment;
	struct pin_subject of;
	int64_t at_ms;
	enum window automatic; /* what AUTO stood for at that moment */
	struct pin_side *held[WINDOW_COUNT]; /* of a moment; NULL: no memory, or AUTO */
	uint64_t serial; /* another one at each taking: who points into it can tell */
	struct arena texts;
};

/* The place of that subject in the store; false: it is not there. */
bool pin_find(const struct store *s, const struct pin_subject *of, struct side_of *out);

/* As text: MODEL, or MODEL/VERSION; the version that is none is MODEL/. Cut where bytes are too few. */
void pin_write_subject(const struct pin_subject *of, char *buf, size_t bytes);
/* And back: a model of that name first, then at the last bar that makes a version of one. Borrowed from text. False:
 * there is none, perhaps not yet. */
bool pin_find_subject(const struct store *s, struct slice text, struct pin_subject *out);

void pin_hold(struct arena *a, const struct store *s, const struct side_of *of, enum window w, struct pin_side *out);

/* moment: a whole model as it is now. */
void pin_take(struct pin *p, const struct store *s, const struct pin_subject *of, bool moment);
void pin_release(struct pin *p);

bool pin_is(const struct pin *p, const struct pin_subject *of);

/*
 * Both sides over the same window, as far as both have it: *a borrowed from the pin where that is a moment, else in
 * the arena. False: one of them is not in the store.
 */
bool pin_sides(const struct pin *p, struct arena *a, const struct store *s, const struct pin_subject *with,
    enum window w, const struct pin_side **out_a, struct pin_side *out_b);

/* "card-fraud 1.5.0", "card-fraud 14:05:00". Returns buf. */
const char *pin_words(const struct pin *p, int64_t now_ms, int64_t utc_offset_ms, char *buf, size_t bytes);

#endif
