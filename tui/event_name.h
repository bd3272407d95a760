/* What one raw event is called, so that somebody else can be led to it. */
#ifndef TUI_EVENT_NAME_H
#define TUI_EVENT_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "core/limits.h"
#include "core/store.h"

#define EVENT_NAME_BYTES (LIMIT_NAME_BYTES + 48)

/*
 * Stream and ID, "KEY 1764072000000-0". Empty where it is of no entry, or of a stream that s does not know. buf:
 * EVENT_NAME_BYTES. Returns buf.
 */
const char *event_name_write(const struct store *s, const struct raw_event *e, char *buf);

#endif
