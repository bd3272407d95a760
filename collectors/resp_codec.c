#include "collectors/resp_codec.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/limits.h"
#include "core/mem.h"

/*
 * An "object" of this reader is the depth of an array as a number in a pointer, one more than its parent's: so a string
 * knows how deep it is by one look at its parent, and nothing is allocated.
 *
 *   XREAD   [ [ key, [ [ id, [ name, value, ... ] ], ... ] ], ... ]
 *   depth    1  2    3  4    5                                          of the array that holds it
 *
 * XREVRANGE is the same from depth 3 on. `base` is what has to be added to make the depths alike.
 */
enum entry_depth { DEPTH_REPLY = 1, DEPTH_STREAM = 2, DEPTH_ENTRIES = 3, DEPTH_ENTRY = 4, DEPTH_PAIRS = 5 };

/* A reader that has held more than this gets a fresh buffer when it has run empty. */
#define READER_KEEP_BYTES ((size_t)4 << 20)

struct resp_codec {
	redisReader *reader;
	struct resp_handler handler;
	struct entry_batch *batch;
	enum resp_shape shape;
	unsigned base;
	bool begun;	/* a reply, as far as our functions were told */
	bool partial;	/* bytes of a reply have come, and not all of it */
	bool in_entry;	/* its ID is known, its pairs are not all there */
	bool too_large; /* the entry */
	bool stopped;
	bool buffer_grew;
	bool any; /* a reply has been understood on this connection */
	uint64_t ms, seq;
	size_t entry_bytes;
	struct resp_value top;
	char top_text[256];
	enum err_code code; /* of a refusal by one of our functions */
	const char *why;
};

/* Any pointer but NULL tells the reader that all is well. */
#define WELL ((void *)(uintptr_t)64)

static inline unsigned
depth_of(const redisReadTask *task)
{
	return task->parent ? (unsigned)(uintptr_t)task->parent->obj : 0;
}

static void *
refuse(struct resp_codec *c, enum err_code code, const char *why)
{
	if (!c->why) {
		c->code = code;
		c->why = why;
	}
	return NULL;
}

static void *
out_of_step(struct resp_codec *c)
{
	return refuse(c, ERR_FORMAT, "the reply does not fit the question: the connection is out of step");
}

static void
begin_reply(struct resp_codec *c)
{
	c->begun = true;
	c->in_entry = false;
	c->shape = c->handler.begin(c->handler.ctx);
	c->base = c->shape == RESP_ENTRIES ? DEPTH_ENTRIES - 1 : 0;
}

/* Keeps the reply itself for `end`: an error's or a status's text lives no longer than its call. */
static void
keep_top(struct resp_codec *c, const struct resp_value *v)
{
	size_t n = v->text.n < sizeof(c->top_text) ? v->text.n : sizeof(c->top_text);

	c->top = *v;
	if (n)
		memcpy(c->top_text, v->text.p, n);
	c->top.text = slice_make(c->top_text, n);
}

/* An error may come unasked: "max number of clients reached" does. The connection knows what to do. */
static bool
top_fits(enum resp_shape shape, enum resp_kind kind)
{
	if (kind == RESP_ERROR)
		return true;
	if (shape == RESP_WORD)
		return kind != RESP_ARRAY && kind != RESP_NIL;
	return kind == RESP_ARRAY || (kind == RESP_NIL && shape != RESP_VALUES);
}

static void *
plain_value(struct resp_codec *c, const redisReadTask *task, enum resp_kind kind, struct slice text, long long integer)
{
	struct resp_value v = {.depth = depth_of(task), .index = task->idx < 0 ? 0 : (size_t)task->idx, .kind = kind,
	    .text = text, .integer = integer};

	if (!task->parent) {
		begin_reply(c);
		keep_top(c, &v);
		if (c->shape == RESP_NOTHING && kind != RESP_ERROR)
			return refuse(
			    c, ERR_FORMAT, "a reply came that was not asked for: the connection is out of step");
		if (!top_fits(c->shape, kind))
			return out_of_step(c);
	} else if (c->shape != RESP_VALUES) {
		return out_of_step(c);
	}
	if (c->shape == RESP_VALUES)
		c->handler.value(c->handler.ctx, &v);
	return WELL;
}

static void *
finish_entry(struct resp_codec *c)
{
	struct resp_entry e = {.ms = c->ms, .seq = c->seq, .bytes = c->entry_bytes, .too_large = c->too_large};
	uint32_t stream = 0;
	const char *why = NULL;
	enum resp_verdict verdict = c->handler.entry(c->handler.ctx, &e, &stream, &why);

	c->in_entry = false;
	if (verdict == RESP_KEEP && !c->too_large)
		entry_batch_commit(c->batch, stream, c->ms, c->seq);
	else
		entry_batch_abandon(c->batch);
	return verdict == RESP_REFUSE ? refuse(c, ERR_FORMAT, why) : WELL;
}

static void *
begin_entry(struct resp_codec *c, struct slice id)
{
	if (!resp_id_parse(id, &c->ms, &c->seq))
		return refuse(c, ERR_FORMAT, "an entry's ID is not of the form ms-seq");
	if (!entry_batch_begin(c->batch))
		return refuse(c, ERR_NOMEM, "out of memory");
	c->in_entry = true;
	c->too_large = false;
	c->entry_bytes = 0;
	return WELL;
}

static void *
add_string(struct resp_codec *c, const redisReadTask *task, const char *p, size_t n)
{
	c->entry_bytes += n;
	if (c->entry_bytes > LIMIT_ENTRY_BYTES) {
		c->too_large = true;
		entry_batch_abandon(c->batch);
	} else if (!entry_batch_put(c->batch, p, n)) {
		return refuse(c, ERR_NOMEM, "out of memory");
	}
	return task->idx + 1 == task->parent->elements ? finish_entry(c) : WELL;
}

static void *
entry_string(struct resp_codec *c, const redisReadTask *task, const char *p, size_t n)
{
	unsigned depth = depth_of(task) + c->base;

	if (depth == DEPTH_PAIRS && c->in_entry)
		return add_string(c, task, p, n);
	if (depth == DEPTH_ENTRY && task->idx == 0)
		return begin_entry(c, slice_make(p, n));
	if (depth == DEPTH_STREAM && task->idx == 0 && c->base == 0) {
		if (c->handler.stream(c->handler.ctx, slice_make(p, n)))
			return WELL;
		return refuse(
		    c, ERR_FORMAT, "entries came of a stream that was not asked for: the connection is out of step");
	}
	return out_of_step(c);
}

static void *
on_string(const redisReadTask *task, char *p, size_t n)
{
	struct resp_codec *c = task->privdata;

	if (task->type == REDIS_REPLY_STRING) {
		/* The reader skips these two bytes without a look. They are in its buffer by now. */
		if (p[n] != '\r' || p[n + 1] != '\n')
			return refuse(c, ERR_FORMAT, "a string of the reply does not end where it was declared to");
		if (task->parent && c->shape != RESP_VALUES)
			return entry_string(c, task, p, n);
		return plain_value(c, task, RESP_STRING, slice_make(p, n), 0);
	}
	return plain_value(c, task, task->type == REDIS_REPLY_ERROR ? RESP_ERROR : RESP_STATUS, slice_make(p, n), 0);
}

/* Whether an array of so many elements may stand here in a reply of entries. */
static bool
array_fits(const struct resp_codec *c, const redisReadTask *task, unsigned depth, size_t elements)
{
	switch (depth + c->base) {
	case 0:
		return true;
	case DEPTH_REPLY:
		return elements == 2;
	case DEPTH_STREAM:
		return task->idx == 1;
	case DEPTH_ENTRIES:
		return elements == 2;
	case DEPTH_ENTRY:
		return task->idx == 1 && c->in_entry && elements % 2 == 0;
	default:
		return depth == 0;
	}
}

static void *
begin_array(const redisReadTask *task, size_t elements)
{
	struct resp_codec *c = task->privdata;
	unsigned depth = depth_of(task);

	if (task->type != REDIS_REPLY_ARRAY)
		return refuse(c, ERR_FORMAT, "the reply is RESP3, which was not asked for");
	if (elements > RESP_ELEMENTS)
		return refuse(c, ERR_LIMIT, "the reply declares an array beyond the limit of 1048576 elements");
	if (depth >= RESP_DEPTH)
		return refuse(c, ERR_LIMIT, "the reply is nested deeper than any reply of a Redis server");
	if (depth == 0 || c->shape == RESP_VALUES) {
		if (!plain_value(c, task, RESP_ARRAY, slice_make(NULL, 0), (long long)elements))
			return NULL;
	} else if (!array_fits(c, task, depth, elements)) {
		return out_of_step(c);
	} else if (depth + c->base == DEPTH_ENTRY && elements == 0 && !finish_entry(c)) {
		return NULL;
	}
	return (void *)(uintptr_t)(depth + 1);
}

#if HIREDIS_MAJOR >= 1
static void *
on_array(const redisReadTask *task, size_t elements)
{
	return begin_array(task, elements);
}
#else
static void *
on_array(const redisReadTask *task, int elements)
{
	return begin_array(task, elements < 0 ? SIZE_MAX : (size_t)elements);
}
#endif

static void *
on_integer(const redisReadTask *task, long long value)
{
	return plain_value(task->privdata, task, RESP_INTEGER, slice_make(NULL, 0), value);
}

static void *
on_nil(const redisReadTask *task)
{
	return plain_value(task->privdata, task, RESP_NIL, slice_make(NULL, 0), 0);
}

static void
on_free(void *object)
{
	(void)object;
}

/* Never written to; hiredis's own declaration knows no const. */
static redisReplyObjectFunctions functions = {
    .createString = on_string,
    .createArray = on_array,
    .createInteger = on_integer,
    .createNil = on_nil,
    .freeObject = on_free,
};

static int
reader_renew(struct resp_codec *c, struct err *err)
{
	redisReader *fresh = redisReaderCreateWithFunctions(&functions);

	if (!fresh)
		return err_nomem(err);
	/* By default the buffer is given back after each large reply and grown anew: half of the cost of reading. */
	fresh->maxbuf = 0;
	fresh->privdata = c;
	if (c->reader)
		redisReaderFree(c->reader);
	c->reader = fresh;
	c->buffer_grew = false;
	return 0;
}

int
resp_codec_new(struct resp_codec **out, struct entry_batch *batch, const struct resp_handler *handler, struct err *err)
{
	struct resp_codec *c = mem_calloc(1, sizeof(*c));

	if (!c || reader_renew(c, NULL)) {
		mem_free(c);
		return err_nomem(err);
	}
	c->handler = *handler;
	c->batch = batch;
	*out = c;
	return 0;
}

void
resp_codec_free(struct resp_codec *c)
{
	if (!c)
		return;
	redisReaderFree(c->reader);
	mem_free(c);
}

int
resp_codec_reset(struct resp_codec *c, struct err *err)
{
	entry_batch_abandon(c->batch);
	c->begun = c->partial = c->in_entry = c->stopped = c->any = false;
	c->why = NULL;
	return reader_renew(c, err);
}

void
resp_codec_stop(struct resp_codec *c)
{
	c->stopped = true;
}

bool
resp_codec_inside(const struct resp_codec *c)
{
	return c->partial;
}

bool
resp_codec_unfinished(const struct resp_codec *c, uint64_t *ms, uint64_t *seq, size_t *bytes, bool *too_large)
{
	if (!c->in_entry)
		return false;
	*ms = c->ms;
	*seq = c->seq;
	*bytes = c->entry_bytes + (c->reader->len - c->reader->pos);
	*too_large = c->why && c->code == ERR_LIMIT;
	return true;
}

/*
 * What the reader holds back is an unfinished line, or the length of a string that has not all come. The longest
 * length fits into 21 bytes, so a line that has not ended after 40 is text.
 */
static void
check_pending(struct resp_codec *c)
{
	const redisReader *r = c->reader;
	const char *p = r->buf + r->pos;
	size_t n = r->len - r->pos;
	const char *end = n ? memchr(p, '\n', n < 40 ? n : 40) : NULL;
	uint64_t declared = 0;

	c->buffer_grew |= n > READER_KEEP_BYTES;
	if (!end) {
		if (n > RESP_LINE_BYTES)
			refuse(c, ERR_LIMIT, "a line of the reply does not end");
		return;
	}
	if (*p == '$')
		p++;
	for (; p < end && *p >= '0' && *p <= '9' && declared <= LIMIT_BULK_BYTES; p++)
		declared = declared * 10 + (uint64_t)(*p - '0');
	if (declared > LIMIT_BULK_BYTES)
		refuse(c, ERR_LIMIT, "the reply declares a string beyond the limit of 64 MiB");
}

/* The reader's own complaint in our words. What came first on the connection says most: 0x15 is a TLS alert. */
static int
reader_failed(struct resp_codec *c, const char *p, size_t bytes, struct err *err)
{
	unsigned char first = bytes ? (unsigned char)p[0] : 0;

	if (c->why)
		return err_set(err, c->code, "%s", c->why);
	if (c->reader->err == REDIS_ERR_OOM)
		return err_set(err, ERR_LIMIT, "the reply is larger than memory allows");
	if (c->any || c->partial || (first && strchr("+-:$*", first)))
		return err_set(err, ERR_FORMAT, "the reply is not RESP: %s", c->reader->errstr);
	if (first == 0x15 || first == 0x16)
		return err_set(err, ERR_FORMAT, "the port speaks TLS, not plain Redis");
	if (first >= 0x20 && first < 0x7f)
		return err_set(err, ERR_FORMAT, "this is not a Redis server: its answer begins with '%c'", first);
	return err_set(err, ERR_FORMAT, "this is not a Redis server: its answer begins with byte 0x%02x", first);
}

static int
next_reply(struct resp_codec *c, bool *got, struct err *err)
{
	void *reply = NULL;
	const char *p = c->reader->buf + c->reader->pos;
	size_t n = c->reader->len - c->reader->pos;
	char first = n ? *p : 0;

	if (redisReaderGetReply(c->reader, &reply) != REDIS_OK)
		return reader_failed(c, &first, n > 0, err);
	*got = reply != NULL;
	if (!reply)
		check_pending(c);
	if (c->why)
		return err_set(err, c->code, "%s", c->why);
	/* From hiredis 1.0 on some types of RESP3 pass without a call to any of our functions. */
	if (reply && !c->begun)
		return err_set(err, ERR_FORMAT, "the reply is RESP3, which was not asked for");
	if (reply) {
		c->begun = c->partial = false;
		c->any = true;
		c->handler.end(c->handler.ctx, &c->top);
	}
	return 0;
}

int
resp_codec_feed(struct resp_codec *c, const char *p, size_t bytes, struct err *err)
{
	bool got = true;
	int rc = 0;

	if (redisReaderFeed(c->reader, p, bytes) != REDIS_OK)
		return err_nomem(err);
	while (!rc && got && !c->stopped && c->reader->len > c->reader->pos)
		rc = next_reply(c, &got, err);
	c->partial |= !got;
	if (!rc && c->buffer_grew && !c->partial)
		rc = reader_renew(c, err);
	return rc;
}

int
resp_codec_format(
    char **out, size_t *len, size_t *cap, int argc, const char **argv, const size_t *lens, struct err *err)
{
	char *command = NULL, *grown;
	long long n = redisFormatCommandArgv(&command, argc, argv, lens);

	if (n < 0 || !command)
		return err_nomem(err);
	grown = mem_grow(*out, cap, *len + (size_t)n, 1);
	if (grown) {
		*out = grown;
		memcpy(grown + *len, command, (size_t)n);
		*len += (size_t)n;
	}
	redisFreeCommand(command);
	return grown ? 0 : err_nomem(err);
}

static bool
number_parse(const char **at, const char *end, uint64_t *out)
{
	const char *p = *at;
	uint64_t v = 0;

	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (v > UINT64_MAX / 10 || (v == UINT64_MAX / 10 && digit > UINT64_MAX % 10))
			return false;
		v = v * 10 + digit;
	}
	if (p == *at)
		return false;
	*at = p;
	*out = v;
	return true;
}

bool
resp_id_parse(struct slice text, uint64_t *ms, uint64_t *seq)
{
	const char *p = text.p, *end = text.p + text.n;

	return number_parse(&p, end, ms) && p < end && *p++ == '-' && number_parse(&p, end, seq) && p == end;
}

size_t
resp_id_format(char buf[RESP_ID_BYTES], uint64_t ms, uint64_t seq)
{
	return (size_t)snprintf(buf, RESP_ID_BYTES, "%" PRIu64 "-%" PRIu64, ms, seq);
}
