/*
 * What changes in a store, as lines of text: for logs, and for who has a screen read aloud. A line is
 *
 *	TIME WORD REST
 *
 * TIME by the arrival clock as in RFC 3339, WORD one of those below, REST a subject, a colon and a sentence. Words and
 * their order stay; new ones may be added. Text that came from elsewhere is filtered as on the grid: no line holds an
 * escape sequence or a line end.
 *
 *	alert-fires, alert-begins, alert-rises, alert-again, alert-clears, silence-broken
 *	model, version-begins, version-ends, mark, feed-lost, feed-back, feed-untrusted, feed-trusted, summary
 *
 * Told by the store alone: live, over a file, and over a recording the lines are the same.
 */
#ifndef TUI_FOLLOW_H
#define TUI_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/store.h"

#define FOLLOW_LINE_BYTES 1024 /* with its line end; longer ones are cut */
#define FOLLOW_SUMMARY_MS INT64_C(60000)  /* a summary no sooner after the last one, where something has changed, */
#define FOLLOW_QUIET_MS	  INT64_C(600000) /* and so long after it where nothing has */

struct follow;

struct follow_options {
	bool utf8;
	int64_t utc_offset_ms; /* of the times told */
	void (*line)(void *ctx, const char *text, size_t n); /* n bytes, a line end last */
	void *ctx;
};

int follow_new(struct follow **out, const struct follow_options *options, struct err *err);
void follow_free(struct follow *f);

/*
 * Tells what has changed since the last look. Until `settled`, while history is read, only what becomes of the feed;
 * the first look that is settled tells of each model, and of each alert that fires. What there is no memory for is told
 * at a later look. O(models), and O(marks) when there are new ones.
 */
void follow_look(struct follow *f, const struct store *s, int64_t now_ms, bool settled);

/* Where everything stands, in one line; follow_look calls it by itself from time to time. */
void follow_summary(struct follow *f, const struct store *s, int64_t now_ms);

/* A line of the caller's. */
void follow_say(struct follow *f, int64_t now_ms, const char *word, const char *rest);

#endif
