/*
 * Files and standard input as a source. A regular file is read by libuv's pool, pipes and terminals
 * when there is something; each piece is decoded when it is there, and a piece is small enough that
 * a turn of the loop stays short. Compressed input is inflated piece by piece for the same reason:
 * a few bytes of it may be many.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/gzip.h"
#include "collectors/json_file.h"
#include "collectors/ndjson.h"
#include "collectors/source_impl.h"
#include "core/mem.h"

#define CHUNK_BYTES ((size_t)256 << 10)
#define LINE_REST_BYTES                                                                            \
	((size_t)4 << 10) /* behind the end asked for, up to the end of the line that crosses it   \
			   */
#define IDLE_LOOKS                                                                                 \
	4 /* after so many looks without growth a last line without an end is taken as it is */

struct ndjson_source {
	struct source base;
	uv_loop_t *loop;
	struct sink sink;
	unsigned index, follow_ms;
	struct ndjson *ndjson;
	struct gzip *gzip;
	char *path, *shown, *label;
	char *buf, *inflated; /* CHUNK_BYTES each; inflated only with gzip */
	struct slice in;      /* compressed bytes not yet used, in buf */
	size_t head_n;        /* bytes in buf that are too few to tell gzip from text */

	int fd;
	bool fd_mine, regular, pollable, by_offset;
	bool begun, follow, held, ended, full;
	bool level,
	    grew; /* followed: all there is has been read; and it has grown since the start */
	uint64_t offset,
	    end_at; /* end_at: where the file ended at the start; UINT64_MAX: no matter */
	dev_t dev;
	ino_t ino;
	unsigned idle_looks;

	uv_fs_t read;
	uv_timer_t timer;
	uv_poll_t poll;
	bool reading, timing, polling;
	unsigned handles;
	void (*closed)(void *ctx);
	void *closed_ctx;

	enum feed_state state;
	char sentence[256];
	uint64_t bytes, told_bytes;
	bool changed;
	int64_t now_ms, newest_ms, newest_at_ms;
};

static void step(struct ndjson_source *s);

/* ---- facts ----------------------------------------------------------------------------------- */

static void
source_tell(struct ndjson_source *s)
{
	struct fact fact = {.kind = FACT_SOURCE};

	fact.u.source.source = s->index;
	fact.u.source.url = slice_of(s->shown);
	fact.u.source.label = slice_of(s->label);
	fact.u.source.state = s->state;
	fact.u.source.sentence = slice_of(s->sentence);
	fact.u.source.last_byte_ms = ndjson_newest_ms(s->ndjson);
	fact.u.source.entries = ndjson_lines(s->ndjson);
	fact.u.source.bytes = s->bytes;
	fact.u.source.streams = fact.u.source.streams_seen = 1;
	fact.u.source.from_file = true;
	s->sink.fact(s->sink.ctx, &fact);
}

static void
stream_tell(struct ndjson_source *s)
{
	struct fact fact = {.kind = FACT_STREAM};

	fact.u.stream.source = s->index;
	fact.u.stream.key = slice_of(s->path);
	fact.u.stream.state = s->state == FEED_CATCHING_UP ? STREAM_READING : STREAM_IDLE;
	fact.u.stream.layout = slice_of("lines");
	fact.u.stream.aliases = ndjson_aliases(s->ndjson);
	fact.u.stream.entries = ndjson_lines(s->ndjson);
	fact.u.stream.events = ndjson_events(s->ndjson);
	fact.u.stream.newest_ms = ndjson_newest_ms(s->ndjson);
	s->sink.fact(s->sink.ctx, &fact);
}

static void
tell(struct ndjson_source *s)
{
	s->changed = false;
	s->told_bytes = s->bytes;
	source_tell(s);
	stream_tell(s);
}

/* From the loop only: a new state is told at once. An empty sentence leaves what was said. */
static void
state_set(struct ndjson_source *s, enum feed_state state, const char *sentence)
{
	if (*sentence)
		snprintf(s->sentence, sizeof(s->sentence), "%s", sentence);
	if (s->state == state && !*sentence)
		return;
	s->state = state;
	tell(s);
}

/* ---- decoding -------------------------------------------------------------------------------- */

static void
text_feed(struct ndjson_source *s, struct slice text)
{
	int64_t newest;

	ndjson_feed(s->ndjson, text, &s->sink);
	newest = ndjson_newest_ms(s->ndjson);
	if (newest > s->newest_ms) {
		s->newest_ms = newest;
		s->newest_at_ms = s->now_ms;
	}
}

/* One piece of inflated text; the rest waits for the next turn of the loop. */
static void
gzip_feed(struct ndjson_source *s)
{
	size_t n = 0;
	enum gzip_state state = gzip_inflate(s->gzip, &s->in, s->inflated, CHUNK_BYTES, &n);

	text_feed(s, slice_make(s->inflated, n));
	s->full = n == CHUNK_BYTES;
	if (state == GZIP_DAMAGED && !s->ended) {
		s->ended = true;
		ndjson_end(s->ndjson, &s->sink);
		state_set(s, FEED_ENDED,
		    "the compressed data is damaged: what could be read before that is shown");
	}
}

/* Whether what was read is text or gzip is told by its first two bytes; a pipe may bring them one
 * by one. */
static bool
head_known(struct ndjson_source *s, struct slice *bytes)
{
	struct err err;

	if (s->begun)
		return true;
	bytes->p = s->buf;
	bytes->n += s->head_n;
	s->head_n = bytes->n;
	if (bytes->n < 2)
		return false;
	s->begun = true;
	s->head_n = 0;
	if (!gzip_is(*bytes))
		return true;
	s->inflated = mem_alloc(CHUNK_BYTES);
	if (s->inflated && gzip_new(&s->gzip, &err) == 0)
		return true;
	s->ended = true;
	state_set(s, FEED_FAILED, "out of memory");
	return false;
}

/* n bytes are new in buf, behind head_n that were there. */
static void
bytes_take(struct ndjson_source *s, size_t n)
{
	struct slice bytes = slice_make(s->buf + s->head_n, n);
	const char *end;

	s->bytes += n;
	s->offset += n;
	s->idle_looks = 0;
	if (!head_known(s, &bytes))
		return;
	if (s->gzip) {
		s->in = bytes;
		gzip_feed(s);
		return;
	}
	if (s->offset > s->end_at && s->offset - s->end_at <= bytes.n) {
		/* The line that crosses the end asked for is read whole, what is behind it came
		 * later. */
		size_t before = bytes.n - (size_t)(s->offset - s->end_at);

		end = memchr(bytes.p + before, '\n', bytes.n - before);
		bytes.n = end ? (size_t)(end - bytes.p) + 1 : bytes.n;
		s->end_at = end ? s->end_at : s->offset;
	}
	text_feed(s, bytes);
}

/* ---- the end of the file --------------------------------------------------------------------- */

static void
end_reached(struct ndjson_source *s)
{
	size_t n = 0;

	if (s->head_n) {
		text_feed(s, slice_make(s->buf, s->head_n));
		s->begun = true;
		s->head_n = 0;
	}
	if (s->follow && !s->gzip) {
		/* A file that never grows is at its end, with no clock that runs on. */
		s->level = true;
		state_set(s, s->grew ? FEED_LIVE : FEED_ENDED, "");
		return;
	}
	s->ended = true;
	ndjson_end(s->ndjson, &s->sink);
	if (s->gzip && gzip_inflate(s->gzip, &s->in, s->inflated, CHUNK_BYTES, &n) != GZIP_END)
		state_set(
		    s, FEED_ENDED, "the compressed file is cut off: what could be read is shown");
	else
		state_set(s, FEED_ENDED, "");
}

static void
begin_again(struct ndjson_source *s, const char *why)
{
	s->offset = 0;
	s->begun = false;
	s->head_n = 0;
	state_set(s, FEED_CATCHING_UP, why);
}

/* Another file has taken the name: the old one is at its end, the new one begins. */
static bool
rotated(struct ndjson_source *s)
{
	struct stat st;
	int fd;

	if (!s->fd_mine || stat(s->path, &st) != 0 || !S_ISREG(st.st_mode) ||
	    (st.st_dev == s->dev && st.st_ino == s->ino))
		return false;
	fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	close(s->fd);
	s->fd = fd;
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	ndjson_end(s->ndjson, &s->sink);
	begin_again(s, "the file was replaced by a new one, which is read from its beginning");
	return true;
}

/* Looks whether a followed file has something new. */
static bool
has_grown(struct ndjson_source *s)
{
	struct stat st;

	if (fstat(s->fd, &st) != 0)
		return false;
	if ((uint64_t)st.st_size < s->offset) {
		ndjson_cut(s->ndjson);
		begin_again(s, "the file was cut and is read from its beginning again");
		return st.st_size > 0;
	}
	if ((uint64_t)st.st_size > s->offset || rotated(s))
		return true;
	if (++s->idle_looks == IDLE_LOOKS)
		ndjson_end(s->ndjson, &s->sink);
	return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void
maybe_gone(struct ndjson_source *s)
{
	if (s->handles || s->reading || !s->closed)
		return;
	if (s->fd_mine && s->fd >= 0)
		close(s->fd);
	ndjson_free(s->ndjson);
	gzip_free(s->gzip);
	mem_free(s->buf);
	mem_free(s->inflated);
	mem_free(s->path);
	mem_free(s->shown);
	mem_free(s->label);
	s->closed(s->closed_ctx);
	mem_free(s);
}

static void
read_failed(struct ndjson_source *s, int rc)
{
	char text[200];

	s->ended = true;
	ndjson_end(s->ndjson, &s->sink);
	snprintf(text, sizeof(text), "reading stopped: %s", uv_strerror(rc));
	state_set(s, FEED_FAILED, text);
}

static void
read_result(struct ndjson_source *s, ssize_t n)
{
	if (n > 0) {
		bytes_take(s, (size_t)n);
	} else if (n == 0) {
		end_reached(s);
	} else if (n != UV_EAGAIN && n != UV_EINTR) {
		read_failed(s, (int)n);
	}
	step(s);
}

static void
on_read(uv_fs_t *req)
{
	struct ndjson_source *s = req->data;
	ssize_t n = req->result;

	uv_fs_req_cleanup(req);
	s->reading = false;
	if (s->closed)
		maybe_gone(s);
	else
		read_result(s, n);
}

static void
on_timer(uv_timer_t *timer)
{
	struct ndjson_source *s = timer->data;

	s->timing = false;
	/* A pipe in which nothing came for a while is level with its writer. */
	if (s->polling)
		state_set(s, FEED_LIVE, "");
	else
		step(s);
}

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	struct ndjson_source *s = poll->data;
	ssize_t n;

	(void)events;
	uv_poll_stop(poll);
	uv_timer_stop(&s->timer);
	s->polling = false;
	if (status < 0) {
		read_failed(s, status);
		return;
	}
	n = read(s->fd, s->buf + s->head_n, CHUNK_BYTES - s->head_n);
	read_result(s, n < 0 ? -errno : n);
}

static size_t
read_size(const struct ndjson_source *s)
{
	uint64_t room = CHUNK_BYTES - s->head_n;

	if (s->offset >= s->end_at)
		return LINE_REST_BYTES;
	return (size_t)(s->end_at - s->offset < room ? s->end_at - s->offset : room);
}

static void
read_start(struct ndjson_source *s)
{
	uv_buf_t buf = uv_buf_init(s->buf + s->head_n, (unsigned)read_size(s));
	int rc;

	if (s->pollable) {
		s->polling = true;
		uv_poll_start(&s->poll, UV_READABLE, on_poll);
		if (s->state != FEED_LIVE)
			uv_timer_start(&s->timer, on_timer, s->follow_ms, 0);
		return;
	}
	s->reading = true;
	s->read.data = s;
	rc = uv_fs_read(
	    s->loop, &s->read, s->fd, &buf, 1, s->by_offset ? (int64_t)s->offset : -1, on_read);
	if (rc < 0) {
		s->reading = false;
		read_failed(s, rc);
	}
}

static void
step_soon(struct ndjson_source *s)
{
	s->timing = true;
	uv_timer_start(&s->timer, on_timer, 0, 0);
}

/* What is to be done next: inflate what is there, look for growth, read on, or nothing. Always ends
 * in one of them. */
static void
step(struct ndjson_source *s)
{
	if (s->closed || s->held || s->ended || s->reading || s->polling || s->timing)
		return;
	if (s->gzip && (s->in.n || s->full)) {
		gzip_feed(s);
		step_soon(s);
		return;
	}
	if (s->level && !has_grown(s)) {
		s->timing = true;
		uv_timer_start(&s->timer, on_timer, s->follow_ms, 0);
		return;
	}
	if (s->level && !s->grew) {
		s->grew = true;
		ndjson_now(s->ndjson, s->now_ms);
	}
	s->level = false;
	if (s->offset >= s->end_at && ndjson_held(s->ndjson) == 0 && !s->gzip) {
		s->follow = false;
		end_reached(s);
		return;
	}
	read_start(s);
}

/* ---- the calls of a source ------------------------------------------------------------------- */

static int
open_failed(const char *path, struct err *err)
{
	if (errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, "cannot read '%s': there is no such file", path);
	return err_set(err, ERR_IO, "cannot read '%s': %s", path, strerror(errno));
}

/* A baseline given as a source would be one odd event of a model that nobody has. */
static int
baseline_refuse(struct ndjson_source *s, struct err *err)
{
	char head[4096];
	ssize_t n = pread(s->fd, head, sizeof(head), s->fd_mine ? 0 : lseek(s->fd, 0, SEEK_CUR));

	if (n <= 0 || !json_file_is_baseline(slice_make(head, (size_t)n)))
		return 0;
	return err_set(err, ERR_USAGE,
	    "'%s' looks like a baseline, not like events: give it as --baseline FILE, beside a source of events",
	    s->path);
}

static int
file_open(struct ndjson_source *s, const struct source_params *p, struct stat *st, struct err *err)
{
	s->fd = p->url->kind == URL_STDIN ? STDIN_FILENO
					  : open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	s->fd_mine = p->url->kind != URL_STDIN;
	if (s->fd < 0 || fstat(s->fd, st) != 0)
		return open_failed(s->path, err);
	if (S_ISDIR(st->st_mode))
		return err_set(err, ERR_USAGE,
		    "'%s' is a directory: give a file of events, one JSON object a line", s->path);
	s->regular = S_ISREG(st->st_mode);
	s->by_offset = s->regular && s->fd_mine;
	s->dev = st->st_dev;
	s->ino = st->st_ino;
	s->end_at = p->options->to_end_only && s->by_offset ? (uint64_t)st->st_size : UINT64_MAX;
	s->follow = p->options->follow && !p->options->to_end_only && s->by_offset;
	return s->regular ? baseline_refuse(s, err) : 0;
}

static int
strings_copy(struct ndjson_source *s, const struct url *url, struct err *err)
{
	const char *path = url->kind == URL_STDIN ? "stdin" : url->path;

	s->path = mem_dup(path, strlen(path));
	s->shown = mem_dup(url->shown, strlen(url->shown));
	s->label = mem_dup(url->label, strlen(url->label));
	s->buf = mem_alloc(CHUNK_BYTES);
	return s->path && s->shown && s->label && s->buf ? 0 : err_nomem(err);
}

static void
on_closed(uv_handle_t *handle)
{
	struct ndjson_source *s = handle->data;

	s->handles--;
	maybe_gone(s);
}

static void
nothing_closed(void *ctx)
{
	(void)ctx;
}

static void
ndjson_source_close(struct source *source, void (*closed)(void *ctx), void *ctx)
{
	struct ndjson_source *s = (struct ndjson_source *)source;

	s->closed = closed;
	s->closed_ctx = ctx;
	if (s->reading)
		uv_cancel((uv_req_t *)&s->read);
	uv_close((uv_handle_t *)&s->timer, on_closed);
	if (s->pollable)
		uv_close((uv_handle_t *)&s->poll, on_closed);
}

static int
ndjson_source_open(struct source **out, const struct source_params *p, struct err *err)
{
	struct ndjson_source *s = mem_calloc(1, sizeof(*s));
	struct ndjson_options options = {.source = p->index, .model_glob = p->options->model_glob};
	struct stat st;
	int rc;

	if (!s)
		return err_nomem(err);
	s->base.ops = &ndjson_source_ops;
	s->loop = p->loop;
	s->sink = *p->sink;
	s->index = p->index;
	s->follow_ms = p->options->timing.follow_ms;
	s->now_ms = p->options->wall_ms;
	s->fd = -1;
	rc = strings_copy(s, p->url, err);
	if (rc == 0)
		rc = file_open(s, p, &st, err);
	if (rc == 0) {
		options.name = slice_of(s->path);
		options.label = slice_of(s->label);
		options.mtime_ms = s->regular ? (int64_t)st.st_mtime * 1000 : p->options->wall_ms;
		options.wall_ms = p->options->wall_ms;
		rc = ndjson_new(&s->ndjson, &options, err);
	}
	if (rc) {
		s->closed = nothing_closed;
		maybe_gone(s);
		return rc;
	}
	s->state = FEED_CATCHING_UP;
	s->changed = true;
	uv_timer_init(s->loop, &s->timer);
	s->timer.data = s;
	s->handles = 1;
	if (!s->regular && uv_poll_init(s->loop, &s->poll, s->fd) == 0) {
		s->pollable = true;
		s->poll.data = s;
		s->handles++;
	}
	step_soon(s);
	*out = &s->base;
	return 0;
}

static void
ndjson_source_tick(struct source *source, int64_t now_ms)
{
	struct ndjson_source *s = (struct ndjson_source *)source;

	s->now_ms = now_ms;
	if (s->pollable || s->grew)
		ndjson_now(s->ndjson, now_ms);
	if (s->changed || s->told_bytes != s->bytes)
		tell(s);
}

static void
ndjson_source_hold(struct source *source, bool hold)
{
	struct ndjson_source *s = (struct ndjson_source *)source;

	s->held = hold;
	/* step may decode and tell, which no call into a source does: the loop does it. */
	if (!hold && !s->ended && !s->reading && !s->polling && !s->timing)
		step_soon(s);
}

/* A file's clock is its newest event; followed and level, it runs on. */
static int64_t
ndjson_source_clock_ms(const struct source *source, int64_t now_ms)
{
	const struct ndjson_source *s = (const struct ndjson_source *)source;

	if (s->state != FEED_LIVE || s->newest_ms == 0 || now_ms < s->newest_at_ms)
		return s->newest_ms;
	return s->newest_ms + (now_ms - s->newest_at_ms);
}

const struct source_ops ndjson_source_ops = {
    .name = "ndjson",
    .open = ndjson_source_open,
    .close = ndjson_source_close,
    .tick = ndjson_source_tick,
    .hold = ndjson_source_hold,
    .clock_ms = ndjson_source_clock_ms,
};
