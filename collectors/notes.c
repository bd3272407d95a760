#include "collectors/notes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/recording_impl.h"
#include "core/bytes.h"
#include "core/fact_bytes.h"
#include "core/frame.h"
#include "core/mem.h"

#define NOTE_BYTES_MAX 65536

/* Rising by one, so that a reader can tell whether one is missing. */
static uint64_t
next_seq(const char *path)
{
	struct recording *r;
	uint64_t seq = 1;
	size_t n;

	if (recording_open_any(&r, path, NULL))
		return seq;
	n = recording_count(r);
	if (n)
		seq = recording_frame(r, n - 1)->frame.seq + 1;
	recording_close(r);
	return seq;
}

static int
failed(const char *path, struct err *err)
{
	return err_set(err, ERR_IO, "'%s' cannot be written: %s", path, strerror(errno));
}

/* Whole in one write, so that of two who note at once neither cuts the other's. */
static int
write_frame(const char *path, const unsigned char *bytes, size_t n, struct err *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600), rc = 0;
	ssize_t wrote;

	if (fd < 0)
		return failed(path, err);
	wrote = write(fd, bytes, n);
	if (wrote < 0)
		rc = failed(path, err);
	else if ((size_t)wrote != n)
		rc = err_set(err, ERR_IO, "'%s' cannot be written: the disk is full", path);
	else if (fsync(fd) != 0)
		rc = failed(path, err);
	if (close(fd) != 0 && !rc)
		rc = failed(path, err);
	return rc;
}

static int
put_note(const char *path, struct slice payload, int64_t wall_ms, struct err *err)
{
	struct frame f = {.type = FRAME_MARK,
	    .stored = (uint32_t)payload.n,
	    .raw = (uint32_t)payload.n,
	    .seq = next_seq(path),
	    .time_ms = wall_ms,
	    .crc = frame_crc(payload)};
	unsigned char *bytes = mem_alloc(FRAME_BYTES + payload.n);
	int rc;

	if (!bytes)
		return err_nomem(err);
	frame_write(&f, bytes);
	memcpy(bytes + FRAME_BYTES, payload.p, payload.n);
	rc = write_frame(path, bytes, FRAME_BYTES + payload.n, err);
	mem_free(bytes);
	return rc;
}

int
notes_append(const char *recording, const struct fact_mark *mark, int64_t wall_ms, struct err *err)
{
	const struct fact fact = {.kind = FACT_MARK, .u.mark = *mark};
	size_t n = strlen(recording);
	struct bytes payload;
	char *path = mem_alloc(n + sizeof(RECORDING_NOTES));
	int rc = 0;

	if (!path)
		return err_nomem(err);
	memcpy(path, recording, n);
	memcpy(path + n, RECORDING_NOTES, sizeof(RECORDING_NOTES));
	bytes_init(&payload);
	bytes_put_uint(&payload, 1);
	fact_write(&fact, &payload);
	if (payload.failed)
		rc = err_nomem(err);
	else if (payload.n > NOTE_BYTES_MAX)
		rc = err_set(err, ERR_LIMIT, "a note of %zu bytes is too long", payload.n);
	else
		rc = put_note(path, slice_make((const char *)payload.p, payload.n), wall_ms, err);
	bytes_release(&payload);
	mem_free(path);
	return rc;
}
