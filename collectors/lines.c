#include "collectors/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "collectors/gzip.h"
#include "core/limits.h"
#include "core/mem.h"

#define READ_BYTES 65536

struct lines {
	int fd;
	char *path;
	struct gzip *gzip; /* NULL: plain */
	bool begun;        /* its first bytes have been looked at */
	bool ended;        /* nothing more will come from fd */
	unsigned char raw[READ_BYTES];
	struct slice left; /* of raw: not yet inflated */
	enum gzip_state state;
	char *text;
	size_t n, cap, at, scanned;
	unsigned long long number;
};

int
lines_open(struct lines **out, const char *path, struct err *err)
{
	struct lines *l = mem_calloc(1, sizeof(*l));
	int rc = 0;

	if (!l)
		return err_nomem(err);
	l->fd = -1;
	l->path = mem_dup(path, strlen(path));
	if (!l->path) {
		rc = err_nomem(err);
	} else if (strcmp(path, "-") == 0) {
		l->fd = dup(STDIN_FILENO);
		if (l->fd < 0)
			rc = err_set(err, ERR_IO, "standard input: %s", strerror(errno));
	} else {
		l->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (l->fd < 0)
			rc = err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "'%s': %s",
			    path, strerror(errno));
	}
	if (rc) {
		lines_close(l);
		return rc;
	}
	*out = l;
	return 0;
}

void
lines_close(struct lines *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	gzip_free(l->gzip);
	mem_free(l->path);
	mem_free(l->text);
	mem_free(l);
}

/* Reads once. At the end of the file `ended` is set. */
static int
read_raw(struct lines *l, struct err *err)
{
	ssize_t n;

	do
		n = read(l->fd, l->raw, sizeof(l->raw));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(err, ERR_IO, "'%s': %s", l->path, strerror(errno));
	l->ended = n == 0;
	l->left = slice_make((const char *)l->raw, (size_t)n);
	if (!l->begun && n > 0) {
		l->begun = true;
		if (gzip_is(l->left))
			return gzip_new(&l->gzip, err);
	}
	return 0;
}

static int
make_room(struct lines *l, struct err *err)
{
	char *grown;

	if (l->at) {
		memmove(l->text, l->text + l->at, l->n - l->at);
		l->n -= l->at;
		l->scanned -= l->at;
		l->at = 0;
	}
	grown = mem_grow(l->text, &l->cap, l->n + READ_BYTES, 1);
	if (!grown)
		return err_nomem(err);
	l->text = grown;
	return 0;
}

/* More text, or `ended`. */
static int
fill(struct lines *l, struct err *err)
{
	size_t before;
	int rc = make_room(l, err);

	if (!rc && !l->left.n)
		rc = read_raw(l, err);
	if (rc)
		return rc;
	before = l->n;
	if (!l->gzip) {
		memcpy(l->text + l->n, l->left.p, l->left.n);
		l->n += l->left.n;
		l->left.n = 0;
		return 0;
	}
	l->state = gzip_inflate(l->gzip, &l->left, l->text + l->n, l->cap - l->n, &l->n);
	if (l->state == GZIP_DAMAGED && l->n == before)
		return err_set(
		    err, ERR_FORMAT, "'%s': damaged gzip behind line %llu", l->path, l->number);
	if (l->ended && l->state == GZIP_MORE && l->n == before)
		return err_set(err, ERR_FORMAT,
		    "'%s': the gzip ends in the middle, behind line %llu", l->path, l->number);
	/* The decompressor may still hold text when the file is at its end. */
	if (l->ended && l->n != before)
		l->ended = false;
	return 0;
}

int
lines_next(struct lines *l, struct slice *line, bool *end, struct err *err)
{
	const char *stop = NULL;
	size_t n;
	int rc;

	*end = false;
	while (!(stop = l->n > l->scanned ? memchr(l->text + l->scanned, '\n', l->n - l->scanned)
					  : NULL)) {
		l->scanned = l->n;
		if (l->ended)
			break;
		if (l->n - l->at > LIMIT_ENTRY_BYTES)
			return err_set(err, ERR_LIMIT, "'%s': line %llu is longer than %d MiB",
			    l->path, l->number + 1, LIMIT_ENTRY_BYTES >> 20);
		rc = fill(l, err);
		if (rc)
			return rc;
	}
	if (!stop && l->at == l->n) {
		*end = true;
		return 0;
	}
	n = stop ? (size_t)(stop - l->text) - l->at : l->n - l->at;
	*line = slice_make(l->text + l->at, n);
	if (n && line->p[n - 1] == '\r')
		line->n--;
	l->at += n + (stop != NULL);
	l->scanned = l->at;
	l->number++;
	return 0;
}
