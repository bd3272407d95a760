/*
 * The one thing in the house that writes to a server: `drifttop publish` and the demo. Sources
 * never use it.
 *
 * A small blocking client: commands are queued and sent in batches, replies counted off behind
 * them; at most PUBLISH_WINDOW commands are unanswered. Every wait has a deadline.
 */
#ifndef COLLECTORS_PUBLISH_H
#define COLLECTORS_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/slice.h"

#define PUBLISH_WINDOW 1000
#define PUBLISH_TIMEOUT_MS 5000

struct publish;

/*
 * Connects, authenticates (`password` beats the URL's; NULL: none) and selects the database.
 * ERR_USAGE for a URL that names no server, ERR_IO, ERR_AUTH with the server's own words.
 */
int publish_open(struct publish **out, const char *url, const char *password, unsigned timeout_ms,
    struct err *err);
void publish_close(
    struct publish *p); /* NULL is harmless; what is queued and not flushed is dropped */

/* Whether a key is there. Waits for the answer. */
int publish_exists(struct publish *p, struct slice key, bool *exists, struct err *err);

/*
 * Queues one entry. ms_id: the ID's milliseconds, not falling; below 0: the server's clock. maxlen:
 * 0, or about how many entries the stream keeps. Fails on the first error reply to any entry so
 * far.
 */
int publish_add(struct publish *p, struct slice key, int64_t ms_id, uint64_t maxlen,
    const struct pair *fields, size_t nfields, struct err *err);

/* Sends what is queued and waits until everything has been answered. */
int publish_flush(struct publish *p, struct err *err);

/* Entries that the server has confirmed. */
uint64_t publish_confirmed(const struct publish *p);

/* The server as it may be shown: no user, no password. */
const char *publish_shown(const struct publish *p);

#endif
