/*
 * A fuzz target without a fuzzer: runs every file of the given directories through it once, so that the corpus is a
 * test wherever there is a C compiler. Prints the same closing line as the unit tests do.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input in a block of exactly its size, so that a sanitizer sees the first byte read behind it. */
static int
run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	struct stat st;
	int rc = -1;

	if (!f || fstat(fileno(f), &st) != 0)
		goto out;
	data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	if (!data || fread(data, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
		goto out;
	LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
	rc = 0;
out:
	if (rc)
		perror(path);
	free(data);
	if (f)
		fclose(f);
	return rc;
}

static int
run_dir(const char *dir, int *ran)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	char path[4096];
	int rc = 0;

	if (!d) {
		perror(dir);
		return -1;
	}
	while (rc == 0 && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		printf("%s\n", path);
		/* Where the target crashes, the last line names the input. */
		fflush(stdout);
		rc = run_file(path);
		++*ran;
	}
	closedir(d);
	return rc;
}

int
main(int argc, char **argv)
{
	int i, ran = 0, rc = 0;

	for (i = 1; i < argc && rc == 0; i++)
		rc = run_dir(argv[i], &ran);
	if (rc == 0 && ran == 0) {
		fprintf(stderr, "no input to run\n");
		rc = -1;
	}
	if (rc == 0)
		printf("[  PASSED  ] %d input(s).\n", ran);
	return rc ? 1 : 0;
}
