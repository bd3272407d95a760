#include "collectors/record_out.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collectors/state_file.h"
#include "core/mem.h"

#define SUFFIX ".dtr"
#define STAMP_CHARS 16 /* 20260131T140500Z */
#define TRIES 100      /* names for files of one second */

/* ---- names ----------------------------------------------------------------------------------- */

static void
stamp(char buf[STAMP_CHARS + 1], int64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(buf, STAMP_CHARS + 1, "%Y%m%dT%H%M%SZ", &tm) != STAMP_CHARS)
		memcpy(buf, "00000000T000000Z", STAMP_CHARS + 1);
}

/* "PREFIX-20260131T140500Z.dtr", or with "-2" and so on behind the time. */
static bool
is_ours(const char *name, const char *prefix)
{
	static const char pattern[] = "dddddddd\0dddddd";
	size_t n = strlen(prefix), len = strlen(name), i;

	if (strncmp(name, prefix, n) != 0 || len < n + 1 + STAMP_CHARS + strlen(SUFFIX) || name[n] != '-')
		return false;
	name += n + 1;
	for (i = 0; i < STAMP_CHARS - 1; i++)
		if (pattern[i] ? name[i] < '0' || name[i] > '9' : name[i] != 'T')
			return false;
	if (name[i] != 'Z')
		return false;
	name += STAMP_CHARS;
	if (*name == '-')
		name += 1 + strspn(name + 1, "0123456789");
	return strcmp(name, SUFFIX) == 0;
}

/* ---- what is kept ---------------------------------------------------------------------------- */

struct old_file {
	char *name;
	uint64_t bytes;
	int64_t at_ms; /* last written */
};

struct old_files {
	struct old_file *list;
	size_t n, cap;
	uint64_t bytes;
};

static int
by_age(const void *pa, const void *pb)
{
	const struct old_file *a = pa, *b = pb;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* What memory is missing for is looked at the next time. */
static void
note_file(struct old_files *files, DIR *dir, const char *name)
{
	struct old_file *grown;
	struct stat st;

	if (fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
		return;
	grown = mem_grow(files->list, &files->cap, files->n + 1, sizeof(*grown));
	if (!grown)
		return;
	files->list = grown;
	grown[files->n].name = mem_dup(name, strlen(name));
	grown[files->n].bytes = (uint64_t)st.st_size;
	grown[files->n].at_ms = (int64_t)st.st_mtime * 1000;
	files->bytes += (uint64_t)st.st_size;
	files->n += grown[files->n].name != NULL;
}

/* Notes that belong to it go with it. False: somebody writes it. */
static bool
remove_file(DIR *dir, const char *name)
{
	int fd = openat(dirfd(dir), name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	char notes[512];
	bool busy;

	if (fd < 0)
		return false;
	busy = flock(fd, LOCK_EX | LOCK_NB) != 0;
	if (!busy && unlinkat(dirfd(dir), name, 0) == 0) {
		snprintf(notes, sizeof(notes), "%s.notes", name);
		(void)unlinkat(dirfd(dir), notes, 0);
	}
	close(fd);
	return !busy;
}

static void
retain(const struct record_out *o, int64_t wall_ms)
{
	struct old_files files = {NULL, 0, 0, 0};
	const struct dirent *e;
	DIR *dir = opendir(o->dir);
	size_t i;

	if (!dir)
		return;
	while ((e = readdir(dir)) != NULL)
		if (is_ours(e->d_name, o->prefix))
			note_file(&files, dir, e->d_name);
	if (files.n)
		qsort(files.list, files.n, sizeof(*files.list), by_age);
	for (i = 0; i < files.n; i++) {
		const struct old_file *f = &files.list[i];

		if ((files.bytes > o->keep_bytes || wall_ms - f->at_ms > o->keep_ms) && remove_file(dir, f->name))
			files.bytes -= f->bytes;
		mem_free(f->name);
	}
	mem_free(files.list);
	closedir(dir);
}

/* ---- files ----------------------------------------------------------------------------------- */

static int
name_path(struct err *err, const char *path, int rc)
{
	char what[ERR_MSG_BYTES];

	if (rc == ERR_NOMEM || !err)
		return rc;
	snprintf(what, sizeof(what), "%s", err->msg);
	return err_set(err, (enum err_code)rc, "%.300s: %s", path, what);
}

/* The first name that is free. */
static int
open_next(struct record_file **out, const char *dir, const char *prefix, const struct recording_head *head,
    const struct record_disk *disk, int64_t wall_ms, char *path, struct err *err)
{
	char when[STAMP_CHARS + 1], more[8] = "";
	int rc = state_file_mkdir(dir, err), i, n;

	if (rc)
		return name_path(err, dir, rc);
	stamp(when, wall_ms);
	for (i = 1; i <= TRIES; i++) {
		if (i > 1)
			snprintf(more, sizeof(more), "-%d", i);
		n = snprintf(path, RECORD_OUT_PATH_BYTES, "%s/%s-%s%s" SUFFIX, dir, prefix, when, more);
		if (n < 0 || n >= RECORD_OUT_PATH_BYTES)
			return err_set(err, ERR_IO, "%.300s: the path is too long", dir);
		rc = record_file_open(out, path, true, head, disk, err);
		if (rc != ERR_LIMIT)
			break;
	}
	return rc ? name_path(err, path, rc) : 0;
}

static int
open_file(struct record_out *o, const struct recording_head *head, int64_t wall_ms, struct err *err)
{
	struct recording_head now = *head;
	int rc;

	now.started_ms = wall_ms;
	o->full = false;
	if (o->rotates) {
		rc = open_next(&o->file, o->dir, o->prefix, &now, o->disk, wall_ms, o->path, err);
		if (!rc)
			retain(o, wall_ms);
		return rc;
	}
	snprintf(o->path, sizeof(o->path), "%s", o->file_name);
	rc = record_file_open(&o->file, o->file_name, false, &now, o->disk, err);
	o->full = !rc && record_file_bytes(o->file) >= o->file_bytes; /* one that was there */
	return rc ? name_path(err, o->file_name, rc) : 0;
}

static void
forget(struct record_out *o)
{
	mem_free(o->file_name);
	mem_free(o->dir);
	mem_free(o->prefix);
	o->file_name = o->dir = o->prefix = NULL;
	o->file = NULL;
}

static char *
copy(const char *text)
{
	return text ? mem_dup(text, strlen(text)) : NULL;
}

int
record_out_open(struct record_out *o, const struct record_to *to, const struct recording_head *head, int64_t wall_ms,
    struct err *err)
{
	int rc;

	memset(o, 0, sizeof(*o));
	o->rotates = to->file == NULL;
	o->file_bytes = to->file_bytes ? to->file_bytes : o->rotates ? RECORD_OUT_FILE_BYTES : UINT64_MAX;
	o->file_ms = to->file_ms ? to->file_ms : o->rotates ? RECORD_OUT_FILE_MS : INT64_MAX;
	o->keep_bytes = to->keep_bytes ? to->keep_bytes : RECORD_OUT_KEEP_BYTES;
	o->keep_ms = to->keep_ms ? to->keep_ms : RECORD_OUT_KEEP_MS;
	o->disk = to->disk;
	o->file_name = copy(to->file);
	o->dir = copy(to->dir);
	o->prefix = copy(to->prefix);
	rc = o->file_name || (o->dir && o->prefix) ? open_file(o, head, wall_ms, err) : err_nomem(err);
	if (rc)
		forget(o);
	return rc;
}

static int
fail(struct record_out *o, int rc, struct err *err)
{
	(void)record_file_close(o->file, NULL);
	o->file = NULL;
	rc = name_path(err, o->path, rc);
	forget(o);
	return rc;
}

int
record_out_put(struct record_out *o, const struct record_block *b, const struct recording_head *head, int64_t wall_ms,
    struct err *err)
{
	int rc = 0;

	if (!o->file || (o->full && !o->rotates))
		return 0;
	if (o->full && b->base && b->frame.type == FRAME_KEY) {
		rc = record_file_close(o->file, err);
		o->file = NULL;
		if (!rc)
			rc = open_file(o, head, wall_ms, err);
		if (rc) {
			forget(o);
			return rc;
		}
	}
	rc = record_file_put(o->file, b, err);
	if (rc)
		return fail(o, rc, err);
	o->bytes = record_file_bytes(o->file);
	o->full |= record_file_bytes(o->file) >= o->file_bytes ||
		   (o->file_ms != INT64_MAX && wall_ms - record_file_started_ms(o->file) >= o->file_ms);
	return 0;
}

int
record_out_sync(struct record_out *o, struct err *err)
{
	int rc = o->file ? record_file_sync(o->file, err) : 0;

	return rc ? fail(o, rc, err) : 0;
}

int
record_out_close(struct record_out *o, struct err *err)
{
	int rc = o->file ? record_file_end(o->file, err) : 0;

	if (o->file)
		o->bytes = record_file_bytes(o->file);
	(void)record_file_close(o->file, NULL);
	o->file = NULL;
	rc = rc ? name_path(err, o->path, rc) : 0;
	forget(o);
	return rc;
}

int
record_out_save(const struct record_to *to, const struct recording_head *head, struct record_block *const *blocks,
    size_t n, int64_t wall_ms, char *path, struct err *err)
{
	struct recording_head now = *head;
	struct record_file *f = NULL;
	size_t i;
	int rc, end;

	now.started_ms = wall_ms;
	rc = open_next(&f, to->dir, to->prefix, &now, to->disk, wall_ms, path, err);
	for (i = 0; i < n && !rc; i++)
		rc = record_file_put(f, blocks[i], err);
	if (!f)
		return rc;
	end = record_file_close(f, rc ? NULL : err);
	rc = rc ? rc : end;
	if (rc)
		(void)unlink(path);
	return rc ? name_path(err, path, rc) : 0;
}
