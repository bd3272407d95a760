/* What an error reply of a Redis server means for a reader: one table from the first word to what to do and what to
 * say. */
#ifndef COLLECTORS_REDIS_ERRORS_H
#define COLLECTORS_REDIS_ERRORS_H

#include <stddef.h>

#include "core/slice.h"

enum redis_error_class {
	REDIS_ERROR_AUTH,	/* drop the connection; retried slowly */
	REDIS_ERROR_CONNECTION, /* drop the connection; back-off */
	REDIS_ERROR_WAIT,	/* keep the connection, ask again in a while */
	REDIS_ERROR_DENIED,	/* this command or this key: set aside alone */
	REDIS_ERROR_TYPE,	/* this key is no stream */
	REDIS_ERROR_NO_KEY,	/* there is no such key */
	REDIS_ERROR_COMMAND,	/* the server does not know this command or option: do without */
	REDIS_ERROR_OTHER,	/* anything else: drop, with the server's words */
};

/* Class of an error reply (without its '-'). O(rows). */
enum redis_error_class redis_error_classify(struct slice reply);

/* One sentence for the screen, cut to `bytes`; control characters of the server's words become '?'. */
void redis_error_sentence(struct slice reply, char *buf, size_t bytes);

/* The row by index, for the test that holds all of them to their contract; NULL behind the last. */
const char *redis_error_prefix(size_t index);

#endif
