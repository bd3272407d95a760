/*
 * Walking over a recording.
 *
 * Headers lead from one to the next, and most payloads are never touched. Where the chain breaks, the payload of the
 * last frame is looked at: if it is not whole, bytes may be missing from it and the next frame lies within what it
 * claims to be; so the search for a header that holds goes on from within it. The same where a number is left out in
 * the sequence, since a hole may have the very size of a frame. What is found behind damage is believed only with its
 * payload.
 */
#include "collectors/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/mapped.h"
#include "collectors/recording_impl.h"
#include "collectors/squeeze.h"
#include "core/mem.h"

/* ---- frames ---------------------------------------------------------------------------------- */

static int
list_add(struct recording_list *l, size_t frame, int64_t time_ms, struct err *err)
{
	size_t *frames = mem_grow(l->frames, &l->cap, l->n + 1, sizeof(*frames));
	int64_t *least;
	size_t i;

	if (!frames)
		return err_nomem(err);
	l->frames = frames;
	least = mem_grow(l->least, &l->least_cap, l->n + 1, sizeof(*least));
	if (!least)
		return err_nomem(err);
	l->least = least;
	frames[l->n] = frame;
	least[l->n] = time_ms;
	for (i = l->n++; i > 0 && least[i - 1] > time_ms; i--)
		least[i - 1] = time_ms;
	return 0;
}

static const struct recording_frame *
last_frame(const struct recording *r)
{
	return r->nframes ? &r->frames[r->nframes - 1] : NULL;
}

static bool
follows(const struct frame *before, const struct frame *f)
{
	return f->seq > before->seq && f->type != FRAME_HEADER;
}

static int
add_frame(struct recording *r, const struct recording_frame *frame, struct err *err)
{
	const struct recording_frame *before = last_frame(r);
	struct recording_frame *grown;
	unsigned type = frame->frame.type;
	size_t *runs;
	int rc = 0;

	grown = mem_grow(r->frames, &r->frames_cap, r->nframes + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	r->frames = grown;
	before = last_frame(r);
	if (!before || frame->frame.seq <= before->frame.seq) {
		runs = mem_grow(r->runs, &r->runs_cap, r->nruns + 1, sizeof(*runs));
		if (!runs)
			return err_nomem(err);
		r->runs = runs;
		runs[r->nruns++] = r->nframes;
	}
	if (type < RECORDING_TYPES)
		rc = list_add(&r->lists[type], r->nframes, frame->frame.time_ms, err);
	if (!rc)
		r->frames[r->nframes++] = *frame;
	return rc;
}

/* Of the list of its type the least times keep what it said: earlier, which is no harm. */
static void
drop_last_frame(struct recording *r)
{
	unsigned type = last_frame(r)->frame.type;

	r->nframes--;
	if (type < RECORDING_TYPES)
		r->lists[type].n--;
	if (r->nruns && r->runs[r->nruns - 1] == r->nframes)
		r->nruns--;
}

/* ---- damage ---------------------------------------------------------------------------------- */

static int
add_damage(struct recording *r, uint64_t at, uint64_t bytes, bool torn, struct err *err)
{
	struct recording_damage *d = r->ndamages ? &r->damages[r->ndamages - 1] : NULL;
	const struct recording_frame *before = last_frame(r);

	if (d && d->at + d->bytes == at && (!before || before->frame.at < d->at)) {
		d->bytes += bytes;
		d->torn = torn;
		return 0;
	}
	d = mem_grow(r->damages, &r->damages_cap, r->ndamages + 1, sizeof(*d));
	if (!d)
		return err_nomem(err);
	r->damages = d;
	d[r->ndamages++] = (struct recording_damage){
	    at, bytes, before ? before->frame.time_ms : INT64_MIN, INT64_MAX, torn};
	return 0;
}

/* The first frame behind damage says up to when nothing is known. */
static void
end_damage(struct recording *r, int64_t time_ms)
{
	if (r->ndamages && r->damages[r->ndamages - 1].to_ms == INT64_MAX)
		r->damages[r->ndamages - 1].to_ms = time_ms;
}

void
recording_damaged(struct recording *r, size_t frame)
{
	const struct frame *f = &r->frames[frame].frame;
	struct recording_damage *d;
	size_t i = 0;

	while (i < r->ndamages && r->damages[i].at < f->at)
		i++;
	if (i < r->ndamages && r->damages[i].at == f->at && r->damages[i].bytes)
		return;
	d = mem_grow(r->damages, &r->damages_cap, r->ndamages + 1, sizeof(*d));
	if (!d)
		return;
	r->damages = d;
	memmove(&d[i + 1], &d[i], (r->ndamages++ - i) * sizeof(*d));
	d[i] = (struct recording_damage){f->at, FRAME_BYTES + (uint64_t)f->stored,
	    frame ? r->frames[frame - 1].frame.time_ms : INT64_MIN,
	    frame + 1 < r->nframes ? r->frames[frame + 1].frame.time_ms : INT64_MAX, false};
}

/* ---- walking --------------------------------------------------------------------------------- */

/* Whether the last frame ends here and is not what was written. */
static bool
last_is_doubtful(const struct recording *r, size_t at)
{
	const struct recording_frame *last = last_frame(r);

	return last && last->frame.at + FRAME_BYTES + last->frame.stored == at &&
	       !frame_payload(r->bytes, r->n, &last->frame).p;
}

/* Adds what was found, or says that there is reason to look at the last frame once more. */
static int
take_frame(struct recording *r, const struct frame *f, bool *again, struct err *err)
{
	const struct recording_frame *before = last_frame(r);
	struct recording_frame frame = {*f, r->bytes + f->at + FRAME_BYTES};
	int rc = 0;

	*again = false;
	if (before && follows(&before->frame, f) && f->seq != before->frame.seq + 1) {
		bool told = r->ndamages && r->damages[r->ndamages - 1].at > before->frame.at;

		*again = last_is_doubtful(r, f->at);
		if (!*again && !told)
			rc = add_damage(r, f->at, 0, false, err);
	}
	if (*again || rc)
		return rc;
	end_damage(r, f->time_ms);
	return add_frame(r, &frame, err);
}

/* Goes back to the last frame, to look into it. */
static void
look_again(struct recording *r, struct frame_walk *w)
{
	w->at = (size_t)last_frame(r)->frame.at;
	w->check = true;
	drop_last_frame(r);
}

int
recording_take(struct recording *r, const struct frame *f, struct err *err)
{
	const struct recording_frame frame = {*f, r->bytes + f->at + FRAME_BYTES};
	int rc = 0;

	if (last_frame(r) && follows(&last_frame(r)->frame, f) && f->seq != last_frame(r)->frame.seq + 1)
		rc = add_damage(r, f->at, 0, false, err);
	end_damage(r, f->time_ms);
	if (!rc)
		rc = add_frame(r, &frame, err);
	if (!rc)
		r->walked = (size_t)f->at + FRAME_BYTES + f->stored;
	return rc;
}

int
recording_walk(struct recording *r, size_t limit, struct err *err)
{
	struct frame_walk w = {r->bytes, limit, r->walked, r->check, 0};
	struct frame f;
	int rc = 0;

	while (!rc) {
		size_t from = w.at;
		enum frame_found found = frame_next(&w, &f);
		bool again = false;

		if (found == FRAME_OVER)
			break;
		if (found == FRAME_FOUND) {
			rc = take_frame(r, &f, &again, err);
			w.check = r->check;
		} else {
			again = !w.check && last_is_doubtful(r, from);
			if (!again)
				rc = add_damage(r, from, w.skipped, found == FRAME_TORN && limit == r->n, err);
			w.check = true;
			if (found == FRAME_TORN && limit < r->n && !again && !rc)
				r->walked = limit;
		}
		if (again)
			look_again(r, &w);
		else if (!rc && found != FRAME_TORN)
			r->walked = w.at;
		if (found == FRAME_TORN && !again)
			break;
	}
	return rc;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static void
unload(struct recording *r)
{
	if (r->mapped)
		mapped_close(r->held, r->n);
	else
		mem_free(r->held);
	r->bytes = NULL;
	r->held = NULL;
	r->n = 0;
	r->mapped = false;
}

/* Where a file cannot be mapped. */
static unsigned char *
read_all(int fd, size_t *n, struct err *err)
{
	unsigned char *p = mem_alloc(*n ? *n : 1);
	size_t got = 0;

	if (!p) {
		err_nomem(err);
		return NULL;
	}
	while (got < *n) {
		ssize_t k = pread(fd, p + got, *n - got, (off_t)got);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			break;
		got += (size_t)k;
	}
	*n = got;
	return p;
}

/* The bytes as they are now, in place of those before: places of payloads move with them. */
static int
load(struct recording *r, size_t n, struct err *err)
{
	unsigned char *p = n ? mapped_open(r->fd, n) : NULL;
	bool mapped = p != NULL;
	size_t i;

	if (!mapped) {
		p = read_all(r->fd, &n, err);
		if (!p)
			return ERR_NOMEM;
	}
	unload(r);
	r->bytes = r->held = p;
	r->n = n;
	r->mapped = mapped;
	for (i = 0; i < r->nframes; i++)
		r->frames[i].payload = p + r->frames[i].frame.at + FRAME_BYTES;
	return 0;
}

static int
open_file(struct recording *r, const char *path, struct stat *st, struct err *err)
{
	r->path = mem_dup(path, strlen(path));
	if (!r->path)
		return err_nomem(err);
	r->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (r->fd < 0)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path, strerror(errno));
	if (fstat(r->fd, st))
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st->st_mode))
		return err_set(err, ERR_IO, "%s is a directory: a recording is one of the files in it", path);
	if (!S_ISREG(st->st_mode))
		return err_set(err, ERR_IO, "%s is no file: a recording is read back and forth", path);
	if ((uintmax_t)st->st_size > SIZE_MAX / 2)
		return err_set(err, ERR_LIMIT, "%s is larger than this machine can address", path);
	return 0;
}

/* ---- the head -------------------------------------------------------------------------------- */

static const char *
name_of(const struct recording *r)
{
	return r->path ? r->path : "this";
}

static int
read_head(struct recording *r, struct err *err)
{
	const struct recording_list *l = &r->lists[FRAME_HEADER];
	struct err why = {0};
	size_t i, n;
	int rc = ERR_FORMAT;

	for (i = 0; i < l->n && rc == ERR_FORMAT; i++) {
		char *text = NULL;

		rc = recording_payload(r, l->frames[i], &text, &n, &why);
		if (!rc)
			rc = recording_head_read(&r->head, slice_make(text, n), &why);
		if (!rc) {
			r->head_text = text;
			return 0;
		}
		mem_free(text);
	}
	memset(&r->head, 0, sizeof(r->head));
	if (rc == ERR_NOMEM)
		return err_nomem(err);
	if (rc == ERR_UNSUPPORTED)
		return err_set(err, rc, "%s: %s", name_of(r), why.msg);
	if (r->lists[FRAME_KEY].n)
		return 0; /* its first frame is damaged, which the damages tell */
	return r->nframes ? err_set(err, ERR_FORMAT,
				"%s is what is left of a recording: the first frame is not whole, and no state of the "
				"store is in it from which it could be replayed",
				name_of(r))
			  : recording_what(name_of(r), r->bytes, r->n, err);
}

/* ---- from outside ---------------------------------------------------------------------------- */

int
recording_open_any(struct recording **out, const char *path, struct err *err)
{
	struct recording *r = mem_calloc(1, sizeof(*r));
	struct stat st;
	int rc;

	if (!r)
		return err_nomem(err);
	r->fd = -1;
	rc = open_file(r, path, &st, err);
	if (!rc)
		rc = load(r, (size_t)st.st_size, err);
	if (!rc)
		rc = recording_find_indexed(r, err);
	if (!rc)
		rc = recording_walk(r, r->n, err);
	if (rc) {
		recording_close(r);
		return rc;
	}
	*out = r;
	return 0;
}

int
recording_open(struct recording **out, const char *path, struct err *err)
{
	struct recording *r;
	int rc = recording_open_any(&r, path, err);

	if (rc)
		return rc;
	rc = read_head(r, err);
	if (rc) {
		recording_close(r);
		return rc;
	}
	*out = r;
	return 0;
}

int
recording_of_bytes(struct recording **out, const void *bytes, size_t n, struct err *err)
{
	struct recording *r = mem_calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return err_nomem(err);
	r->fd = -1;
	r->bytes = bytes;
	r->n = n;
	rc = recording_find_indexed(r, err);
	if (!rc)
		rc = recording_walk(r, n, err);
	if (!rc)
		rc = read_head(r, err);
	if (rc) {
		recording_close(r);
		return rc;
	}
	*out = r;
	return 0;
}

int
recording_of_frames(struct recording **out, const struct recording_head *head,
    const struct recording_frame *frames, size_t n, struct err *err)
{
	struct recording *r = mem_calloc(1, sizeof(*r));
	size_t i;
	int rc = 0;

	if (!r)
		return err_nomem(err);
	r->fd = -1;
	r->head = *head;
	for (i = 0; i < n && !rc; i++)
		rc = add_frame(r, &frames[i], err);
	if (rc) {
		recording_close(r);
		return rc;
	}
	*out = r;
	return 0;
}

void
recording_close(struct recording *r)
{
	size_t i;

	if (!r)
		return;
	recording_lists_release(r);
	recording_bases_release(r);
	squeeze_reader_free(r->unpacker);
	for (i = 0; i < RECORDING_TYPES; i++) {
		mem_free(r->lists[i].frames);
		mem_free(r->lists[i].least);
	}
	mem_free(r->frames);
	mem_free(r->runs);
	mem_free(r->damages);
	mem_free(r->head_text);
	unload(r);
	if (r->fd >= 0)
		close(r->fd);
	mem_free(r->path);
	mem_free(r);
}

static uint64_t
end_of(const struct recording_frame *f)
{
	return f->frame.at + FRAME_BYTES + f->frame.stored;
}

/* The file has become shorter: whoever writes it has repaired its end, or begun anew. */
static void
cut_off(struct recording *r, size_t n)
{
	recording_lists_release(r);
	recording_bases_release(r);
	while (r->nframes && end_of(last_frame(r)) > n)
		drop_last_frame(r);
	r->walked = r->nframes ? (size_t)end_of(last_frame(r)) : 0;
	while (r->ndamages && r->damages[r->ndamages - 1].at >= r->walked)
		r->ndamages--;
}

bool
recording_follow(struct recording *r)
{
	size_t before = r->nframes;
	struct stat st;

	if (r->fd < 0 || fstat(r->fd, &st) || (size_t)st.st_size == r->n)
		return false;
	if ((size_t)st.st_size < r->n)
		cut_off(r, (size_t)st.st_size);
	if (load(r, (size_t)st.st_size, NULL))
		return false;
	/* Whoever takes a file up again writes on in place of its end. */
	if (r->nframes && last_frame(r)->frame.type == FRAME_END) {
		r->walked = (size_t)last_frame(r)->frame.at;
		drop_last_frame(r);
	}
	while (r->ndamages && r->damages[r->ndamages - 1].torn)
		r->ndamages--;
	(void)recording_walk(r, r->n, NULL); /* what there was no memory for is looked for again the next time */
	return r->nframes != before;
}

static void
forget_frames(struct recording *r)
{
	size_t i;

	recording_lists_release(r);
	recording_bases_release(r);
	for (i = 0; i < RECORDING_TYPES; i++)
		r->lists[i].n = 0;
	r->nframes = r->nruns = r->ndamages = 0;
	r->walked = 0;
}

int
recording_check(struct recording *r, struct err *err)
{
	size_t i;

	if (r->bytes) {
		forget_frames(r);
		r->check = true;
		return recording_walk(r, r->n, err);
	}
	for (i = 0; i < r->nframes; i++) {
		const struct recording_frame *f = &r->frames[i];

		if (frame_crc(slice_make((const char *)f->payload, f->frame.stored)) != f->frame.crc)
			recording_damaged(r, i);
	}
	return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

const struct recording_head *
recording_head(const struct recording *r)
{
	return &r->head;
}

const char *
recording_path(const struct recording *r)
{
	return r->path ? r->path : "";
}

uint64_t
recording_bytes(const struct recording *r)
{
	uint64_t sum = 0;
	size_t i;

	if (r->bytes)
		return r->n;
	for (i = 0; i < r->nframes; i++)
		sum += FRAME_BYTES + (uint64_t)r->frames[i].frame.stored;
	return sum;
}

bool
recording_ended(const struct recording *r)
{
	return r->nframes && last_frame(r)->frame.type == FRAME_END && r->walked == r->n;
}

void
recording_range(const struct recording *r, int64_t *from_ms, int64_t *to_ms)
{
	const struct recording_list *keys = &r->lists[FRAME_KEY], *steps = &r->lists[FRAME_STEP];

	*from_ms = *to_ms = 0;
	if (keys->n) {
		*from_ms = r->frames[keys->frames[0]].frame.time_ms;
		*to_ms = r->frames[keys->frames[keys->n - 1]].frame.time_ms;
	}
	if (steps->n && r->frames[steps->frames[steps->n - 1]].frame.time_ms > *to_ms)
		*to_ms = r->frames[steps->frames[steps->n - 1]].frame.time_ms;
}

size_t
recording_count(const struct recording *r)
{
	return r->nframes;
}

const struct recording_frame *
recording_frame(const struct recording *r, size_t index)
{
	return &r->frames[index];
}

size_t
recording_last(const struct recording *r, enum frame_type type, int64_t time_ms)
{
	const struct recording_list *l = (unsigned)type < RECORDING_TYPES ? &r->lists[type] : NULL;
	size_t lo = 0, hi = l ? l->n : 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->least[mid] <= time_ms)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? l->frames[lo - 1] : SIZE_MAX;
}

/* How many of the list lie before that frame. */
static size_t
rank(const struct recording_list *l, size_t frame)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->frames[mid] < frame)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t
recording_before(const struct recording *r, enum frame_type type, size_t index)
{
	const struct recording_list *l = &r->lists[(unsigned)type < RECORDING_TYPES ? type : 0];
	size_t at = rank(l, index);

	return at ? l->frames[at - 1] : SIZE_MAX;
}

size_t
recording_behind(const struct recording *r, enum frame_type type, size_t index)
{
	const struct recording_list *l = &r->lists[(unsigned)type < RECORDING_TYPES ? type : 0];
	size_t at = index == SIZE_MAX ? 0 : rank(l, index + 1);

	return at < l->n ? l->frames[at] : SIZE_MAX;
}

size_t
recording_damages(const struct recording *r)
{
	return r->ndamages;
}

const struct recording_damage *
recording_damage(const struct recording *r, size_t index)
{
	return &r->damages[index];
}
