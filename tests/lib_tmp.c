#include "tests/lib_tmp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <unistd.h>

#define PATH_BYTES 1024

const char *
lib_tmp_root(void)
{
	const char *root = getenv("TMPDIR");

	return root && *root ? root : "/tmp";
}

static void
template_make(char *path, size_t bytes, const char *name)
{
	int n = snprintf(path, bytes, "%s/drifttop-%s-XXXXXX", lib_tmp_root(), name);

	assert_true(n > 0 && (size_t)n < bytes);
}

void
lib_tmp_make(char *path, size_t bytes, const char *name)
{
	template_make(path, bytes, name);
	assert_non_null(mkdtemp(path));
}

char lib_tmp_dir[256];

int
lib_tmp_begin(void **state)
{
	(void)state;
	lib_tmp_make(lib_tmp_dir, sizeof lib_tmp_dir, "test");
	return 0;
}

int
lib_tmp_end(void **state)
{
	(void)state;
	lib_tmp_remove(lib_tmp_dir);
	return 0;
}

void
lib_tmp_file(char *path, size_t bytes, const char *name)
{
	int fd;

	template_make(path, bytes, name);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
}

void
lib_tmp_remove(const char *path)
{
	char part[PATH_BYTES];
	struct dirent *e;
	DIR *dir;

	/* A link to a directory goes, not what it leads to. */
	if (!*path || unlink(path) == 0)
		return;
	dir = opendir(path);
	while (dir && (e = readdir(dir)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if ((size_t)snprintf(part, sizeof(part), "%s/%s", path, e->d_name) < sizeof(part))
			lib_tmp_remove(part);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}
