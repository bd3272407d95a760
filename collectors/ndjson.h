/*
 * Events from bytes that hold one JSON event a line: a file, a pipe. Bytes come in pieces of any
 * size; a line that is torn between two of them is put together again, one beyond LIMIT_EVENT_BYTES
 * is passed over and counted without being kept. Blank lines are nothing; a line may end in CR LF;
 * the last one needs no end.
 */
#ifndef COLLECTORS_NDJSON_H
#define COLLECTORS_NDJSON_H

#include <stdint.h>

#include "collectors/source.h"
#include "core/err.h"
#include "core/slice.h"

struct ndjson_options {
	unsigned source;
	struct slice name;      /* of the file: names the model where events do not; copied */
	struct slice label;     /* copied */
	const char *model_glob; /* NULL: all; borrowed */
	int64_t mtime_ms;       /* of the file: time of events before the first that has one */
	int64_t wall_ms;        /* the wall clock at the start */
};

struct ndjson;

int ndjson_new(
    struct ndjson **out, const struct ndjson_options *options, struct err *err); /* ERR_NOMEM */
void ndjson_free(struct ndjson *n);

/* Decodes what lines end in these bytes. Events and facts go to the sink. */
void ndjson_feed(struct ndjson *n, struct slice bytes, const struct sink *sink);

/* The bytes are at their end: what is left is the last line. Feeding may go on behind it. */
void ndjson_end(struct ndjson *n, const struct sink *sink);

/*
 * What is read is being written (a pipe, a file that grows): now_ms is the wall clock, from time to
 * time. Without it, nothing later than 60 s behind the start is believed.
 */
void ndjson_now(struct ndjson *n, int64_t now_ms);

/* Forgets the line that was begun: what follows is another file's beginning. */
void ndjson_cut(struct ndjson *n);

uint64_t ndjson_lines(const struct ndjson *n); /* not blank */
uint64_t ndjson_events(const struct ndjson *n);
size_t ndjson_held(const struct ndjson *n);       /* bytes of the line that was begun */
int64_t ndjson_newest_ms(const struct ndjson *n); /* the newest event time so far; 0: none */
struct slice ndjson_aliases(const struct ndjson *n);

/*
 * The name of a file as a model's: without its folder, .gz and .ndjson (also .jsonl, .json, .log,
 * .txt); model and version as layout_key_names has them. The slices are in `path`.
 */
void ndjson_file_names(struct slice path, struct slice *model, struct slice *version);

#endif
