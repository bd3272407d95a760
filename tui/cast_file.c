#include "tui/cast_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"

struct cast_file {
	struct cast cast;
	uv_loop_t *loop;
	uv_work_t work;
	char *path, *title;
	/* the pool's while a job runs */
	int fd;
	struct textbuf job;
	int why; /* errno, or 0 */
	uint64_t bytes, limit; /* whole lines in the file */
	bool working;
	bool ended, told;
	char sentence[ERR_MSG_BYTES];
};

/* ---- opening --------------------------------------------------------------------------------- */

static int
open_file(struct cast_file *f, struct err *err)
{
	f->fd = open(f->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (f->fd >= 0)
		return 0;
	if (errno == EEXIST)
		return err_set(err, ERR_IO, "--cast %s: it is there already, and no cast is written over it", f->path);
	return err_set(err, ERR_IO, "--cast %s: %s", f->path, strerror(errno));
}

static void
release(struct cast_file *f)
{
	cast_release(&f->cast);
	textbuf_release(&f->job);
	mem_free(f->path);
	mem_free(f->title);
	mem_free(f);
}

int
cast_file_open(
    struct cast_file **out, uv_loop_t *loop, const char *path, const struct cast_options *options, struct err *err)
{
	const char *title = options->title ? options->title : "drifttop";
	struct cast_options copy = *options;
	struct cast_file *f = mem_calloc(1, sizeof(*f));
	int rc;

	if (!f)
		return err_nomem(err);
	f->loop = loop;
	f->limit = CAST_FILE_BYTES;
	f->work.data = f;
	f->path = mem_dup(path, strlen(path));
	f->title = mem_dup(title, strlen(title));
	copy.title = f->title;
	cast_init(&f->cast, &copy);
	rc = f->path && f->title ? open_file(f, err) : err_nomem(err);
	if (rc) {
		release(f);
		return rc;
	}
	*out = f;
	return 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* All of the job, or none of it. */
static void
write_job(struct cast_file *f)
{
	size_t done = 0;

	while (done < f->job.n && !f->why) {
		ssize_t n = write(f->fd, f->job.p + done, f->job.n - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			f->why = n == 0 ? EIO : errno;
	}
	if (!f->why)
		f->bytes += f->job.n;
	else
		(void)!ftruncate(f->fd, (off_t)f->bytes);
}

static void
end(struct cast_file *f, const char *why)
{
	f->ended = true;
	snprintf(f->sentence, sizeof(f->sentence), "the cast ends here: %s: %s", f->path, why);
	textbuf_release(&f->cast.out);
}

static void
take_outcome(struct cast_file *f)
{
	char why[64];

	f->job.n = 0;
	if (f->ended)
		return;
	snprintf(why, sizeof(why), "it has its %llu MiB", (unsigned long long)(f->limit >> 20));
	if (f->why)
		end(f, strerror(f->why));
	else if (f->bytes >= f->limit)
		end(f, why);
}

static void hand_over(struct cast_file *f);

static void
on_work(uv_work_t *work)
{
	write_job(work->data);
}

static void
on_worked(uv_work_t *work, int status)
{
	struct cast_file *f = work->data;

	(void)status;
	f->working = false;
	take_outcome(f);
	hand_over(f);
}

/* What has gathered becomes the next job. */
static void
hand_over(struct cast_file *f)
{
	struct textbuf empty = f->job;

	if (f->working || f->ended || f->cast.out.n == 0)
		return;
	f->job = f->cast.out;
	f->cast.out = empty;
	f->working = f->loop && uv_queue_work(f->loop, &f->work, on_work, on_worked) == 0;
	if (f->working)
		return;
	write_job(f);
	take_outcome(f);
}

/* ---- what goes in ---------------------------------------------------------------------------- */

/* A disk that takes nothing for a while gets fewer pictures; markers are few and wait. */
static bool
is_behind(const struct cast_file *f)
{
	return f->cast.out.n >= CAST_WAITING_BYTES;
}

void
cast_file_frame(struct cast_file *f, const struct grid *g, const struct theme *theme, int64_t at_ms)
{
	if (f->ended || is_behind(f))
		return;
	cast_frame(&f->cast, g, theme, at_ms);
	hand_over(f);
}

void
cast_file_marker(struct cast_file *f, struct slice label, int64_t at_ms)
{
	if (f->ended || f->cast.out.n >= 2 * CAST_WAITING_BYTES)
		return;
	cast_marker(&f->cast, label, at_ms);
	hand_over(f);
}

void
cast_file_tick(struct cast_file *f, int64_t at_ms)
{
	if (f->ended || is_behind(f))
		return;
	cast_tick(&f->cast, at_ms);
	hand_over(f);
}

bool
cast_file_begun(const struct cast_file *f)
{
	return f->cast.begun;
}

bool
cast_file_news(struct cast_file *f, char *say, size_t bytes)
{
	if (!f->ended || f->told)
		return false;
	f->told = true;
	snprintf(say, bytes, "%s", f->sentence);
	return true;
}

void
cast_file_limit(struct cast_file *f, uint64_t bytes)
{
	f->limit = bytes;
}

/* ---- closing --------------------------------------------------------------------------------- */

int
cast_file_close(struct cast_file *f, struct err *err)
{
	int rc = 0;

	if (!f)
		return 0;
	while (f->working)
		uv_run(f->loop, UV_RUN_ONCE);
	f->loop = NULL;
	hand_over(f);
	if (close(f->fd) != 0 && !f->ended)
		end(f, strerror(errno));
	if (f->bytes == 0)
		(void)unlink(f->path);
	if (f->ended)
		rc = err_set(err, ERR_IO, "%s", f->sentence);
	release(f);
	return rc;
}
