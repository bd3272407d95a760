/*
 * How a kind of source is added: one file that fills a struct source_ops, and one row in source.c.
 *
 * An implementation's own struct begins with a `struct source`. It copies what it needs of the parameters: they are
 * borrowed for the call of open, except that the strings and lists inside `options`, the loop and the sink's ctx live
 * as long as the source does.
 */
#ifndef COLLECTORS_SOURCE_IMPL_H
#define COLLECTORS_SOURCE_IMPL_H

#include "collectors/source.h"
#include "collectors/url.h"

struct source_params {
	uv_loop_t *loop;
	unsigned index;
	const struct url *url;		       /* borrowed for the call */
	const struct source_options *options; /* the struct is borrowed for the call, what it points to for longer */
	const struct sink *sink;	       /* to be copied */
};

/* The calls of source.h, each with the same contract. A NULL row does nothing (pick: ERR_UNSUPPORTED). */
struct source_ops {
	const char *name;
	int (*open)(struct source **out, const struct source_params *p, struct err *err);
	void (*close)(struct source *s, void (*closed)(void *ctx), void *ctx);
	void (*tick)(struct source *s, int64_t now_ms);
	void (*hold)(struct source *s, bool hold);
	int (*pick)(struct source *s, unsigned stream, bool follow, struct err *err);
	void (*skip_to_live)(struct source *s);
	void (*retry)(struct source *s);
	int64_t (*clock_ms)(const struct source *s, int64_t now_ms);
	int64_t (*oldest_ms)(const struct source *s); /* NULL: not known */
};

struct source {
	const struct source_ops *ops;
};

extern const struct source_ops redis_source_ops;  /* redis://, unix:// */
extern const struct source_ops ndjson_source_ops; /* files, .gz, "-" */

#endif
