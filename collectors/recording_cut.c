#include "collectors/recording_cut.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collectors/recording_impl.h"
#include "collectors/squeeze.h"
#include "core/fact_bytes.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/recording_index.h"

struct cutting {
	struct recording *r;
	FILE *to;
	uint64_t at, seq; /* where the next frame will lie, number of the last */
	uint64_t *seqs;	  /* by frame of the recording: its number here; 0: not taken */
	size_t key, models, end;
	struct recording_index index;
	struct recording_cut *told;
};

/* ---- frames ---------------------------------------------------------------------------------- */

static int
put(struct cutting *c, struct frame *f, struct slice payload, struct err *err)
{
	unsigned char header[FRAME_BYTES];

	f->at = c->at;
	f->seq = ++c->seq;
	f->stored = (uint32_t)payload.n;
	f->crc = frame_crc(payload);
	frame_write(f, header);
	c->at += FRAME_BYTES + payload.n;
	if (fwrite(header, 1, sizeof(header), c->to) != sizeof(header) ||
	    (payload.n && fwrite(payload.p, 1, payload.n, c->to) != payload.n))
		return err_set(err, ERR_IO, "%s", strerror(errno));
	return f->type == FRAME_INDEX ? 0 : recording_index_add(&c->index, f, err);
}

/* Packed, where that is shorter. prefix.n 0: none; base: the number of its frame here. */
static int
pack(struct cutting *c, struct frame *f, struct slice raw, struct slice prefix, uint64_t base, struct err *err)
{
	char *packed;
	size_t n;
	int rc = squeeze(&packed, &n, raw, prefix, err);

	if (rc)
		return rc;
	f->raw = (uint32_t)raw.n;
	f->flags = packed ? FRAME_PACKED : 0;
	if (packed && prefix.n)
		f->flags |= FRAME_PREFIXED;
	f->base = packed && prefix.n ? base : 0;
	rc = put(c, f, packed ? slice_make(packed, n) : raw, err);
	mem_free(packed);
	return rc;
}

/* ---- what is taken --------------------------------------------------------------------------- */

/* The frame of the first key at the same place as this one has in its own; SIZE_MAX: there is none. */
static size_t
twin(const struct cutting *c, size_t frame)
{
	const enum frame_type type = recording_frame(c->r, frame)->frame.type;
	size_t key = type == FRAME_KEY ? frame : recording_before(c->r, FRAME_KEY, frame);
	size_t at = key == SIZE_MAX ? SIZE_MAX : frame - key;

	return at <= c->models && frame > c->key + c->models ? c->key + at : SIZE_MAX;
}

/* Its prefix stays behind. */
static int
pack_anew(struct cutting *c, size_t frame, struct slice raw, struct err *err)
{
	struct frame f = recording_frame(c->r, frame)->frame;
	size_t base = twin(c, frame), n = 0;
	char *prefix = NULL;
	int rc = 0;

	if (base != SIZE_MAX)
		rc = recording_payload(c->r, base, &prefix, &n, err);
	if (!rc)
		rc = pack(c, &f, raw, slice_make(prefix, n), base == SIZE_MAX ? 0 : c->seqs[base], err);
	mem_free(prefix);
	return rc;
}

/* A damaged frame stays behind, and its number with it: so that it is known to be missing. */
static int
take(struct cutting *c, size_t frame, struct err *err)
{
	const struct recording_frame *from = recording_frame(c->r, frame);
	struct frame f = from->frame;
	size_t base = f.flags & FRAME_PREFIXED ? recording_base(c->r, frame) : SIZE_MAX, n = 0;
	char *raw = NULL;
	int rc = recording_payload(c->r, frame, &raw, &n, err);

	if (rc == ERR_FORMAT) {
		c->told->left++;
		c->seq++;
		return 0;
	}
	if (!rc && (f.flags & FRAME_PREFIXED) && !c->seqs[base]) {
		rc = pack_anew(c, frame, slice_make(raw, n), err);
	} else if (!rc) {
		f.base = base == SIZE_MAX ? 0 : c->seqs[base];
		rc = put(c, &f, slice_make((const char *)from->payload, from->frame.stored), err);
	}
	mem_free(raw);
	c->seqs[frame] = c->seq;
	return rc;
}

static bool
is_taken(const struct cutting *c, size_t frame)
{
	const struct frame *f = &recording_frame(c->r, frame)->frame;

	return f->type != FRAME_INDEX && f->type != FRAME_END && f->type != FRAME_MARK && f->time_ms <= c->told->to_ms;
}

static int
take_all(struct cutting *c, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = c->key; i < c->end && !rc; i++) {
		if (i > c->key && recording_frame(c->r, i)->frame.seq > recording_frame(c->r, i - 1)->frame.seq + 1)
			c->seq++; /* what was missing is missing here */
		if (!is_taken(c, i))
			continue;
		rc = take(c, i, err);
		c->told->steps += recording_frame(c->r, i)->frame.type == FRAME_STEP;
	}
	return rc;
}

/* ---- what is made anew ----------------------------------------------------------------------- */

static int
put_head(struct cutting *c, struct err *err)
{
	size_t head = recording_before(c->r, FRAME_HEADER, c->key), n = 0;
	struct frame f = {.type = FRAME_HEADER, .time_ms = c->told->from_ms};
	struct recording_head h = *recording_head(c->r);
	struct bytes made;
	char *payload = NULL;
	int rc;

	bytes_init(&made);
	if (head == SIZE_MAX || recording_payload(c->r, head, &payload, &n, NULL)) {
		h.major = RECORDING_MAJOR;
		recording_head_write(&h, &made);
	}
	rc = made.failed ? err_nomem(err)
			 : pack(c, &f, payload ? slice_make(payload, n) : slice_make(made.p, made.n),
			       slice_make(NULL, 0), 0, err);
	bytes_release(&made);
	mem_free(payload);
	return rc;
}

static int
put_marks(struct cutting *c, struct err *err)
{
	struct frame f = {.type = FRAME_MARK, .time_ms = c->told->to_ms};
	size_t all = recording_marks(c->r), i;
	struct bytes marks, list;
	int rc;

	bytes_init(&marks);
	bytes_init(&list);
	for (i = 0; i < all; i++) {
		struct fact fact = {.kind = FACT_MARK};

		fact.u.mark = *recording_mark(c->r, i);
		if (fact.u.mark.at_ms < c->told->from_ms || fact.u.mark.at_ms > c->told->to_ms)
			continue;
		fact_write(&fact, &marks);
		c->told->marks++;
	}
	bytes_put_uint(&list, c->told->marks);
	bytes_put(&list, marks.p, marks.n);
	rc = marks.failed || list.failed ? err_nomem(err) : 0;
	if (!rc && c->told->marks)
		rc = pack(c, &f, slice_make(list.p, list.n), slice_make(NULL, 0), 0, err);
	bytes_release(&marks);
	bytes_release(&list);
	return rc;
}

static int
put_end(struct cutting *c, struct err *err)
{
	struct frame f = {.type = FRAME_INDEX, .time_ms = c->told->to_ms}, end = f;
	char last[RECORDING_END_BYTES];
	struct bytes index;
	int rc;

	bytes_init(&index);
	recording_index_write(&c->index, &index);
	recording_end_write(c->at, last);
	rc = index.failed ? err_nomem(err)
			  : pack(c, &f, slice_make(index.p, index.n), slice_make(NULL, 0), 0, err);
	bytes_release(&index);
	end.type = FRAME_END;
	end.raw = RECORDING_END_BYTES;
	return rc ? rc : put(c, &end, slice_make(last, sizeof(last)), err);
}

/* ---- from where to where --------------------------------------------------------------------- */

/* How many models belong to a key; SIZE_MAX: it is not whole. */
static size_t
models_of(struct recording *r, size_t key)
{
	struct bytes_reader in;
	char *payload = NULL;
	size_t n = 0, models, i;

	if (recording_payload(r, key, &payload, &n, NULL))
		return SIZE_MAX;
	bytes_read(&in, slice_make(payload, n));
	models = (size_t)bytes_get_uint(&in, LIMIT_MODELS);
	if (in.failed)
		models = SIZE_MAX;
	mem_free(payload);
	for (i = 1; i <= models && models != SIZE_MAX; i++) {
		if (key + i >= recording_count(r) ||
		    recording_frame(r, key + i)->frame.type != FRAME_KEY_MODEL ||
		    recording_frame(r, key + i)->frame.seq != recording_frame(r, key)->frame.seq + i ||
		    recording_payload(r, key + i, &payload, &n, NULL))
			return SIZE_MAX;
		mem_free(payload);
	}
	return models;
}

static int
find_range(struct cutting *c, int64_t from_ms, int64_t to_ms, struct err *err)
{
	size_t key = recording_last(c->r, FRAME_KEY, from_ms), last;

	for (; key != SIZE_MAX && (c->models = models_of(c->r, key)) == SIZE_MAX;)
		key = recording_before(c->r, FRAME_KEY, key);
	if (key == SIZE_MAX)
		key = recording_behind(c->r, FRAME_KEY, SIZE_MAX);
	for (; key != SIZE_MAX && (c->models = models_of(c->r, key)) == SIZE_MAX;)
		key = recording_behind(c->r, FRAME_KEY, key);
	if (key == SIZE_MAX)
		return err_set(err, ERR_FORMAT, "there is no state in it that is whole");
	c->key = key;
	last = recording_last(c->r, FRAME_STEP, to_ms);
	c->told->from_ms = recording_frame(c->r, key)->frame.time_ms;
	c->told->to_ms = c->told->from_ms;
	if (last != SIZE_MAX && last > key)
		c->told->to_ms = recording_frame(c->r, last)->frame.time_ms;
	if (c->told->from_ms > to_ms || c->told->to_ms < from_ms)
		return err_set(err, ERR_INVALID, "nothing was recorded between these times");
	c->end = recording_behind(c->r, FRAME_STEP, last != SIZE_MAX && last > key ? last : key);
	if (c->end == SIZE_MAX)
		c->end = recording_count(c->r);
	return 0;
}

static int
write_all(struct cutting *c, struct err *err)
{
	int rc = put_head(c, err);

	if (!rc)
		rc = take_all(c, err);
	if (!rc)
		rc = put_marks(c, err);
	if (!rc)
		rc = put_end(c, err);
	if (!rc && fflush(c->to) != 0)
		rc = err_set(err, ERR_IO, "%s", strerror(errno));
	return rc;
}

static int
open_new(struct cutting *c, const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST)
		return err_set(err, ERR_IO, "%s is there already, and nothing is ever written over", path);
	c->to = fd < 0 ? NULL : fdopen(fd, "wb");
	if (c->to)
		return 0;
	err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	return ERR_IO;
}

int
recording_cut(struct recording *r, const char *path, int64_t from_ms, int64_t to_ms, struct recording_cut *out,
    struct err *err)
{
	struct cutting c = {.r = r, .told = out};
	int rc;

	memset(out, 0, sizeof(*out));
	rc = find_range(&c, from_ms, to_ms, err);
	if (rc)
		return rc;
	c.seqs = mem_calloc(recording_count(r) + 1, sizeof(*c.seqs));
	if (!c.seqs)
		return err_nomem(err);
	recording_index_init(&c.index, 0, 0);
	rc = open_new(&c, path, err);
	if (!rc) {
		rc = write_all(&c, err);
		if (rc == ERR_IO)
			err_wrap(err, "%s", path);
		if (fclose(c.to) != 0 && !rc)
			rc = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
		if (rc)
			unlink(path);
	}
	out->bytes = c.at;
	recording_index_release(&c.index);
	mem_free(c.seqs);
	return rc;
}
