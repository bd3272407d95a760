/*
 * The streams of a live session read a second time, a range of them, beside it: the same servers and patterns, and the
 * streams that were picked by hand.
 */
#ifndef TUI_AGAIN_H
#define TUI_AGAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "tui/feed.h"

struct app;

struct again {
	const char **sources, **patterns;
	char **picked; /* patterns of streams that were picked by hand */
	size_t nsources, npatterns, npicked;
	struct feed *feed;
};

struct again_range {
	int64_t since_ms, until_ms; /* of IDs */
	int64_t before_ms;	    /* of what lies before it ... */
	uint64_t most;		    /* ... about so many entries, the newest, are read */
	unsigned turn_us, wait_ms;  /* as in struct feed_options */
};

/* Patterns of streams where none are named. */
#define AGAIN_USUAL 2
extern const char *const again_usual[AGAIN_USUAL];

struct fact_stream;
struct slice;

/* Whether a stream is read that none of the patterns asks for: somebody has picked it. */
bool again_is_picked(const struct fact_stream *st, const char *const *patterns, size_t n);
/* A pattern of that key alone; NULL: out of memory. Release with mem_free. */
char *again_pattern(struct slice key);

/* Whether there is a source that can be read again from where one likes. */
bool again_can(const struct app *app);

/*
 * Opens them, in the order of their IDs, to the range's end; a->feed is then to be run. What opening sources can fail
 * with; again_close is due in any case. An all-zero struct is closed.
 */
int again_open(struct again *a, struct app *app, const struct again_range *range, const struct sink *sink,
    struct err *err);
/* Runs the loop: not from inside. */
void again_close(struct again *a);

#endif
