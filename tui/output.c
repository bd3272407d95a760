#include "tui/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
output_open(struct output *out, const char *path, struct err *err)
{
	struct stat st;
	mode_t mask;
	int fd;

	memset(out, 0, sizeof(*out));
	if (!path || strcmp(path, "-") == 0) {
		out->to = stdout;
		return 0;
	}
	out->path = path;
	/* A device or a pipe is written to, not replaced. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		out->to = S_ISDIR(st.st_mode) ? NULL : fopen(path, "we");
		return out->to ? 0
			       : err_set(err, ERR_IO, "'%s': %s", path,
				     strerror(S_ISDIR(st.st_mode) ? EISDIR : errno));
	}
	if ((size_t)snprintf(out->temporary, sizeof(out->temporary), "%s.XXXXXX", path) >=
	    sizeof(out->temporary))
		return err_set(err, ERR_USAGE, "-o: the file's name is too long");
	fd = mkstemp(out->temporary);
	if (fd >= 0) {
		/* mkstemp makes it private; what is written by -o is as any other file. */
		mask = umask(0);
		umask(mask);
		(void)fchmod(fd, 0666 & ~mask);
		out->to = fdopen(fd, "w");
	}
	if (out->to)
		return 0;
	err_set(err, ERR_IO, "'%s': %s", path, strerror(errno));
	if (fd >= 0) {
		close(fd);
		unlink(out->temporary);
	}
	return ERR_IO;
}

int
output_close(struct output *out, int rc, struct err *err)
{
	if (!out->to)
		return rc;
	if (!rc && (fflush(out->to) != 0 || ferror(out->to))) {
		/* A reader that has seen enough (`| head`) needs no words. */
		if (!out->path && errno == EPIPE)
			return err_set(err, ERR_IO, "%s", "");
		rc = err_set(err, ERR_IO, "%s%s%s: %s", out->path ? "'" : "",
		    out->path ? out->path : "standard output", out->path ? "'" : "",
		    strerror(errno));
	}
	if (!out->path)
		return rc;
	fclose(out->to);
	if (!*out->temporary)
		return rc;
	if (!rc && rename(out->temporary, out->path) != 0)
		rc = err_set(err, ERR_IO, "'%s': %s", out->path, strerror(errno));
	if (rc)
		unlink(out->temporary);
	return rc;
}
