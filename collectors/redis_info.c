#include <stdio.h>
#include <string.h>

#include "collectors/redis_source_impl.h"

void
redis_info_start(struct info_parser *p)
{
	memset(p, 0, sizeof(*p));
}

static void
take_id(const struct resp_value *v, struct stream_id *id)
{
	struct stream_id parsed;

	if (resp_id_parse(v->text, &parsed.ms, &parsed.seq))
		*id = parsed;
}

static bool
named(const struct info_parser *p, const char *name)
{
	return strcmp(p->name, name) == 0;
}

/* Names that are not known (there are more with each version) pass by. */
static void
take_pair(struct info_parser *p, const struct resp_value *v)
{
	uint64_t n = v->kind == RESP_INTEGER && v->integer > 0 ? (uint64_t)v->integer : 0;

	if (named(p, "length")) {
		p->info.exists = true;
		p->info.length = n;
	} else if (named(p, "entries-added")) {
		p->info.counts = true;
		p->info.added = n;
	} else if (named(p, "last-generated-id")) {
		take_id(v, &p->info.last);
	} else if (named(p, "max-deleted-entry-id")) {
		take_id(v, &p->info.max_deleted);
	}
}

/* A pair a line at depth 1; the first and the last entry as [id, [name, value, ...]] below it. */
void
redis_info_value(struct info_parser *p, const struct resp_value *v)
{
	bool first = named(p, "first-entry"), last = named(p, "last-entry");

	if (v->depth == 1 && v->index % 2 == 0) {
		snprintf(p->name, sizeof(p->name), "%.*s", (int)(v->text.n < 31 ? v->text.n : 31),
		    v->text.p ? v->text.p : "");
		p->bytes = 0;
	} else if (v->depth == 1) {
		take_pair(p, v);
	} else if (v->depth == 2 && v->index == 0 && (first || last)) {
		take_id(v, first ? &p->info.first : &p->info.newest);
	} else if (v->depth == 3 && (first || last)) {
		p->bytes += v->text.n;
		if (p->bytes > p->info.entry_bytes)
			p->info.entry_bytes = p->bytes;
	}
}

int
redis_info_ask(struct redis_conn *conn, int kind, const struct stream *st, uint32_t index, struct err *err)
{
	const char *argv[] = {"XINFO", "STREAM", st->key};
	const size_t lens[] = {5, 6, st->key_bytes};
	const struct conn_request request = {.kind = kind, .arg = index, .shape = RESP_VALUES};

	return redis_conn_ask(conn, &request, 3, argv, lens, err);
}
