#include "collectors/record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/mapped.h"
#include "collectors/squeeze.h"
#include "core/bytes.h"
#include "core/mem.h"
#include "core/recording_index.h"

#define INDEX_FRAMES 256 /* and so many at least */
#define INDEX_MS INT64_C(3600000) /* arrival clock from one index to the next */

struct renumbered {
	uint64_t from, to;
};

struct record_file {
	const struct record_disk *disk;
	int fd;
	char *path;
	uint64_t bytes; /* whole frames */
	uint64_t seq;	/* of the last one */
	int64_t last_ms, started_ms;
	struct bytes head;  /* of a file that is gone on with: to be written before its first key */
	bool begun, dirty, failed, ended, is_new;
	bool was_there; /* and lost its end when it was opened */
	struct recording_index index; /* of what was written since the last one */
	uint64_t last_index;	      /* its place; 0: none */
	int64_t index_ms;	      /* arrival clock at which it was begun */
	bool blind;		      /* there was no memory for the index: none is written of this stretch */
	struct renumbered *bases; /* frames of the last base key */
	size_t nbases, bases_cap;
};

/* ---- who else writes it ---------------------------------------------------------------------- */

/* Where the system lists its locks, the process that has one on this file; 0: not known. */
static long
lock_holder(int fd)
{
	FILE *locks = fopen("/proc/locks", "r");
	unsigned major, minor;
	unsigned long inode;
	char line[256];
	struct stat st;
	long pid = 0, at;

	if (!locks)
		return 0;
	if (fstat(fd, &st) != 0)
		memset(&st, 0, sizeof(st));
	while (!pid && fgets(line, sizeof(line), locks))
		if (sscanf(line, "%*d: FLOCK %*s WRITE %ld %x:%x:%lu", &at, &major, &minor, &inode) == 4 &&
		    inode == (unsigned long)st.st_ino)
			pid = at;
	fclose(locks);
	return pid;
}

static int
take_lock(int fd, struct err *err)
{
	long pid;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return err_set(err, ERR_IO, "cannot be locked: %s", strerror(errno));
	pid = lock_holder(fd);
	if (pid)
		return err_set(err, ERR_LIMIT, "process %ld is recording into it", pid);
	return err_set(err, ERR_LIMIT, "another process is recording into it");
}

/* ---- writing --------------------------------------------------------------------------------- */

static ssize_t
disk_write(void *ctx, int fd, const void *p, size_t n)
{
	(void)ctx;
	return write(fd, p, n);
}

static int
disk_sync(void *ctx, int fd)
{
	(void)ctx;
#if defined(_POSIX_SYNCHRONIZED_IO) && _POSIX_SYNCHRONIZED_IO > 0
	return fdatasync(fd);
#else
	return fsync(fd);
#endif
}

static int
disk_cut(void *ctx, int fd, off_t bytes)
{
	(void)ctx;
	return ftruncate(fd, bytes);
}

static const struct record_disk the_disk = {disk_write, disk_sync, disk_cut, NULL};

static int
write_all(const struct record_file *f, const unsigned char *p, size_t n)
{
	while (n) {
		ssize_t k = f->disk->write(f->disk->ctx, f->fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return k < 0 ? errno : EIO;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* A frame in one piece; what did not go in whole is taken back. */
static int
put(struct record_file *f, struct frame *frame, const char *payload, struct err *err)
{
	size_t n = FRAME_BYTES + (size_t)frame->stored;
	unsigned char *whole = mem_alloc(n);
	int why;

	if (!whole) {
		f->failed = true;
		return err_nomem(err);
	}
	frame->seq = f->seq + 1;
	frame_write(frame, whole);
	if (frame->stored)
		memcpy(whole + FRAME_BYTES, payload, frame->stored);
	why = write_all(f, whole, n);
	mem_free(whole);
	if (why) {
		f->failed = true;
		(void)f->disk->cut(f->disk->ctx, f->fd, (off_t)f->bytes);
		return err_set(err, ERR_IO, "%s", strerror(why));
	}
	f->seq++;
	frame->at = f->bytes;
	f->bytes += n;
	f->dirty = true;
	f->blind |= frame->type != FRAME_INDEX && recording_index_add(&f->index, frame, NULL) != 0;
	return 0;
}

static int
put_bytes(struct record_file *f, enum frame_type type, int64_t time_ms, struct slice payload, struct err *err)
{
	struct frame frame = {.type = type, .stored = (uint32_t)payload.n, .raw = (uint32_t)payload.n};

	frame.time_ms = time_ms;
	frame.crc = frame_crc(payload);
	return put(f, &frame, payload.p, err);
}

/* Of a stretch. A reader that finds none walks over it; so one for which there is no memory is no error. */
static int
put_index(struct record_file *f, struct err *err)
{
	struct frame frame = {.type = FRAME_INDEX, .time_ms = f->last_ms};
	uint64_t at = f->bytes;
	struct bytes payload;
	char *packed = NULL;
	size_t n = 0;
	int rc = 0;

	bytes_init(&payload);
	recording_index_write(&f->index, &payload);
	if (!payload.failed && payload.n <= FRAME_PAYLOAD_MAX && !f->blind) {
		frame.raw = frame.stored = (uint32_t)payload.n;
		(void)squeeze(&packed, &n, slice_make(payload.p, payload.n), slice_make(NULL, 0), NULL);
		if (packed) {
			frame.stored = (uint32_t)n;
			frame.flags = FRAME_PACKED;
		}
		frame.crc = frame_crc(slice_make(packed ? packed : payload.p, frame.stored));
		rc = put(f, &frame, packed ? packed : payload.p, err);
		f->last_index = rc ? f->last_index : at;
	}
	mem_free(packed);
	bytes_release(&payload);
	recording_index_release(&f->index);
	recording_index_init(&f->index, f->bytes, f->last_index);
	f->blind = false;
	return rc;
}

/* ---- a file that is there -------------------------------------------------------------------- */

static int
not_one(struct err *err)
{
	return err_set(err, ERR_FORMAT, "is there and is no recording: it is left alone");
}

static int
check_head(const unsigned char *p, size_t n, const struct frame *first, struct err *err)
{
	struct slice payload = frame_payload(p, n, first);
	struct recording_head head;

	if (first->type != FRAME_HEADER || !payload.p)
		return not_one(err);
	return recording_head_read(&head, payload, err);
}

/*
 * Finds the end of the last frame that is whole, to its payload, since behind a crash there may be zeros where one
 * should be; an END does not count. What is damaged before that stays as it is.
 */
static int
look_over(struct record_file *f, const unsigned char *p, size_t n, struct err *err)
{
	struct frame_walk w = {.p = p, .n = n, .check = true};
	struct frame frame;
	enum frame_found found = frame_next(&w, &frame);
	int rc = found == FRAME_FOUND ? check_head(p, n, &frame, err) : not_one(err);

	for (; !rc && found != FRAME_OVER && found != FRAME_TORN; found = frame_next(&w, &frame)) {
		if (found != FRAME_FOUND || frame.type == FRAME_END)
			continue;
		f->bytes = frame.at + FRAME_BYTES + frame.stored;
		if (frame.type == FRAME_INDEX)
			f->last_index = frame.at;
		f->seq = frame.seq;
		f->last_ms = frame.time_ms;
	}
	return rc;
}

static int
go_on(struct record_file *f, size_t n, struct err *err)
{
	unsigned char *p = mapped_open(f->fd, n);
	int rc;

	if (!p)
		return err_set(err, ERR_IO, "cannot be read: %s", strerror(errno));
	rc = look_over(f, p, n, err);
	mapped_close(p, n);
	recording_index_init(&f->index, f->bytes, f->last_index);
	f->was_there = !rc;
	if (!rc && f->bytes < n && f->disk->cut(f->disk->ctx, f->fd, (off_t)f->bytes) != 0)
		rc = err_set(err, ERR_IO, "its damaged end cannot be cut off: %s", strerror(errno));
	if (!rc && lseek(f->fd, (off_t)f->bytes, SEEK_SET) < 0)
		rc = err_set(err, ERR_IO, "%s", strerror(errno));
	return rc;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static int
open_fd(struct record_file *f, bool fresh, struct err *err)
{
	int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;

	f->fd = open(f->path, flags | O_CREAT | O_EXCL, 0600);
	f->is_new = f->fd >= 0;
	if (f->fd >= 0)
		return 0;
	if (errno == EEXIST && fresh)
		return err_set(err, ERR_LIMIT, "is there already");
	if (errno == EEXIST)
		f->fd = open(f->path, flags);
	if (f->fd >= 0)
		return 0;
	return errno == ELOOP ? err_set(err, ERR_IO, "is a symbolic link: it is not followed")
			      : err_set(err, ERR_IO, "cannot be written: %s", strerror(errno));
}

static int
begin(struct record_file *f, struct err *err)
{
	struct stat st;
	int rc = take_lock(f->fd, err);

	if (rc)
		return rc;
	if (fstat(f->fd, &st) != 0)
		return err_set(err, ERR_IO, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_IO, "is no file");
	if (st.st_size > 0)
		return go_on(f, (size_t)st.st_size, err);
	/* An empty one is begun, whoever made it. */
	rc = put_bytes(f, FRAME_HEADER, f->started_ms, slice_make(f->head.p, f->head.n), err);
	if (!rc)
		f->head.n = 0;
	return rc;
}

static void
release(struct record_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	bytes_release(&f->head);
	recording_index_release(&f->index);
	mem_free(f->bases);
	mem_free(f->path);
	mem_free(f);
}

int
record_file_open(struct record_file **out, const char *path, bool fresh, const struct recording_head *head,
    const struct record_disk *disk, struct err *err)
{
	struct record_file *f = mem_calloc(1, sizeof(*f));
	int rc;

	if (!f)
		return err_nomem(err);
	f->fd = -1;
	f->disk = disk ? disk : &the_disk;
	f->started_ms = head->started_ms;
	f->path = mem_dup(path, strlen(path));
	bytes_init(&f->head);
	recording_head_write(head, &f->head);
	if (!f->path || f->head.failed) {
		release(f);
		return err_nomem(err);
	}
	rc = open_fd(f, fresh, err);
	if (!rc)
		rc = begin(f, err);
	if (rc) {
		if (f->is_new)
			unlink(f->path);
		release(f);
		return rc;
	}
	*out = f;
	return 0;
}

/* Between what was there and what follows nothing is known. */
static int
join(struct record_file *f, int64_t time_ms, struct err *err)
{
	struct record_block *gap = NULL;
	int rc = record_pack_gap(&gap, 0, f->last_ms, time_ms, "nothing was recorded: the program did not run", err);

	if (!rc)
		rc = put(f, &gap->frame, gap->payload, err);
	record_block_unref(gap);
	if (!rc)
		rc = put_bytes(f, FRAME_HEADER, f->started_ms, slice_make(f->head.p, f->head.n), err);
	f->head.n = 0;
	return rc;
}

static int
remember_base(struct record_file *f, uint64_t from, struct err *err)
{
	struct renumbered *grown = mem_grow(f->bases, &f->bases_cap, f->nbases + 1, sizeof(*grown));

	if (!grown)
		return err_nomem(err);
	f->bases = grown;
	grown[f->nbases++] = (struct renumbered){from, f->seq};
	return 0;
}

/* The number that its base has in this file; 0: it has none, and then the frame is of no use. */
static uint64_t
base_here(const struct record_file *f, uint64_t seq)
{
	size_t i;

	for (i = 0; i < f->nbases; i++)
		if (f->bases[i].from == seq)
			return f->bases[i].to;
	return 0;
}

int
record_file_put(struct record_file *f, const struct record_block *b, struct err *err)
{
	bool begins = b->base && b->frame.type == FRAME_KEY;
	struct frame frame = b->frame;
	int rc = 0;

	if (!f->begun && !begins)
		return 0;
	if (begins)
		f->nbases = 0;
	if (f->head.n)
		rc = join(f, frame.time_ms, err);
	f->begun = true;
	if (frame.flags & FRAME_PREFIXED) {
		frame.base = base_here(f, frame.base);
		if (!frame.base)
			return rc;
	}
	if (!rc)
		rc = put(f, &frame, b->payload, err);
	if (!rc && b->base)
		rc = remember_base(f, b->frame.seq, err);
	f->last_ms = frame.time_ms;
	if (!f->index_ms)
		f->index_ms = f->last_ms;
	if (rc || f->last_ms - f->index_ms < INDEX_MS || f->index.n < INDEX_FRAMES)
		return rc;
	f->index_ms = f->last_ms;
	return put_index(f, err);
}

int
record_file_sync(struct record_file *f, struct err *err)
{
	int why;

	if (!f->dirty)
		return 0;
	f->dirty = false;
	why = f->disk->sync(f->disk->ctx, f->fd) != 0 ? errno : 0;
	if (!why || why == EINVAL) /* what cannot be brought to a disk has none */
		return 0;
	f->failed = true;
	return err_set(err, ERR_IO, "%s", strerror(why));
}

bool
record_file_dirty(const struct record_file *f)
{
	return f->dirty;
}

int
record_file_end(struct record_file *f, struct err *err)
{
	char place[RECORDING_END_BYTES];
	int rc = 0;

	if (f->ended || f->failed)
		return 0;
	f->ended = true;
	if (f->begun || f->was_there) {
		rc = f->begun ? put_index(f, err) : 0;
		recording_end_write(f->last_index, place);
		if (!rc)
			rc = put_bytes(f, FRAME_END, f->last_ms, slice_make(place, sizeof(place)), err);
	}
	return rc ? rc : record_file_sync(f, err);
}

int
record_file_close(struct record_file *f, struct err *err)
{
	int rc;

	if (!f)
		return 0;
	rc = record_file_end(f, err);
	if (f->is_new && !f->begun && !f->failed)
		unlink(f->path);
	release(f);
	return rc;
}

const char *
record_file_path(const struct record_file *f)
{
	return f->path;
}

uint64_t
record_file_bytes(const struct record_file *f)
{
	return f->bytes;
}

bool
record_file_begun(const struct record_file *f)
{
	return f->begun;
}

int64_t
record_file_started_ms(const struct record_file *f)
{
	return f->started_ms;
}
