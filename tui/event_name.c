#include "tui/event_name.h"

#include <stdio.h>

const char *
event_name_write(const struct store *s, const struct raw_event *e, char *buf)
{
	struct slice key;

	buf[0] = '\0';
	if (!e->of_entry || e->source >= store_source_count(s) || e->stream >= store_stream_count(s, e->source))
		return buf;
	key = store_stream(s, e->source, e->stream)->key;
	snprintf(buf, EVENT_NAME_BYTES, "%.*s %lld-%llu", (int)(key.n < LIMIT_NAME_BYTES ? key.n : LIMIT_NAME_BYTES),
	    key.p, (long long)e->arrival_ms, (unsigned long long)e->entry_seq);
	return buf;
}
