#include "collectors/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

#define PATH_BYTES 4096

static int
path_of(char *buf, const char *dir, const char *name, const char *suffix, struct err *err)
{
	int n = snprintf(buf, PATH_BYTES, "%s/%s%s", dir, name, suffix);

	return n > 0 && n < PATH_BYTES ? 0 : err_set(err, ERR_IO, "the path is too long");
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

size_t
state_file_plain_name(struct slice name, char *buf, size_t most)
{
	size_t i, n = name.n < most ? name.n : most;

	for (i = 0; i < n; i++)
		buf[i] = is_plain(name.p[i]) || (i && name.p[i] == '.') ? name.p[i] : '_';
	if (!n)
		buf[n++] = '_';
	buf[n] = '\0';
	return n;
}

int
state_file_mkdir(const char *path, struct err *err)
{
	char part[PATH_BYTES];
	size_t n = strlen(path), i;

	if (!n || n >= sizeof(part))
		return err_set(err, ERR_IO, "the path is %s", n ? "too long" : "empty");
	memcpy(part, path, n + 1);
	for (i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return err_set(err, ERR_IO, "cannot be made: %s", strerror(errno));
		part[i] = path[i];
	}
	return 0;
}

static int
write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return fsync(fd);
}

/* The name itself must reach the disk, too. Where a directory cannot be opened or brought there, nothing is lost that
 * the next write would not repair. */
static void
sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

int
state_file_write(const char *dir, const char *name, const void *bytes, size_t n, struct err *err)
{
	char path[PATH_BYTES], fresh[PATH_BYTES];
	int fd, why = 0, rc = path_of(path, dir, name, "", err);

	if (!rc)
		rc = path_of(fresh, dir, name, STATE_FILE_NEW, err);
	if (rc)
		return rc;
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot be written: %s", strerror(errno));
	if (write_all(fd, bytes, n) != 0)
		why = errno ? errno : EIO;
	if (close(fd) != 0 && !why)
		why = errno;
	if (!why && rename(fresh, path) != 0)
		why = errno;
	if (why) {
		unlink(fresh);
		return err_set(err, ERR_IO, "cannot be written: %s", strerror(why));
	}
	sync_directory(dir);
	return 0;
}

static int
read_all(int fd, char *p, size_t n, struct err *err)
{
	while (n) {
		ssize_t k = read(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_set(err, ERR_IO, "cannot be read: %s", strerror(errno));
		if (k == 0)
			return err_set(err, ERR_IO, "cannot be read: it became shorter meanwhile");
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static int
read_open(int fd, size_t max, char **bytes, size_t *n, struct err *err)
{
	struct stat st;
	int rc;

	if (fstat(fd, &st) != 0)
		return err_set(err, ERR_IO, "cannot be read: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_IO, "is no file");
	if (st.st_size < 0 || (uintmax_t)st.st_size > max)
		return err_set(err, ERR_LIMIT, "is larger than %zu MiB", max >> 20);
	*n = (size_t)st.st_size;
	*bytes = mem_alloc(*n + 1);
	if (!*bytes)
		return err_nomem(err);
	rc = read_all(fd, *bytes, *n, err);
	if (rc) {
		mem_free(*bytes);
		*bytes = NULL;
	}
	return rc;
}

int
state_file_read(const char *dir, const char *name, size_t max, char **bytes, size_t *n, struct err *err)
{
	char path[PATH_BYTES];
	int fd, rc = path_of(path, dir, name, "", err);

	*bytes = NULL;
	*n = 0;
	if (rc)
		return rc;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot be read: %s", strerror(errno));
	rc = read_open(fd, max, bytes, n, err);
	close(fd);
	return rc;
}

/*
 * A lock of the process on the whole file: it goes with the process however that ends, and works over NFS. No file of
 * the lock's name is opened anywhere else, since closing that would give it up.
 */
int
state_file_lock(const char *dir, int *fd, pid_t *holder, struct err *err)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[PATH_BYTES];
	int rc = path_of(path, dir, "lock", "", err), why;

	*fd = -1;
	*holder = 0;
	if (rc)
		return rc;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return err_set(err, ERR_IO, "cannot be written: %s", strerror(errno));
	if (fcntl(*fd, F_SETLK, &whole) == 0)
		return 0;
	why = errno;
	if (fcntl(*fd, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK)
		*holder = whole.l_pid;
	close(*fd);
	*fd = -1;
	if (why == EACCES || why == EAGAIN)
		return err_set(err, ERR_LIMIT, "another process has it");
	return err_set(err, ERR_IO, "cannot be locked: %s", strerror(why));
}

void
state_file_unlock(int fd)
{
	close(fd);
}

void
state_file_rename(const char *dir, const char *from, const char *to)
{
	char a[PATH_BYTES], b[PATH_BYTES];

	if (path_of(a, dir, from, "", NULL) == 0 && path_of(b, dir, to, "", NULL) == 0)
		(void)!rename(a, b);
}

void
state_file_remove(const char *dir, const char *name)
{
	char path[PATH_BYTES];

	if (path_of(path, dir, name, "", NULL) == 0)
		(void)unlink(path);
}
