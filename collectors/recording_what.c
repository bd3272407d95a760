/* What a file is that is no recording. */
#include <string.h>

#include "collectors/recording_impl.h"

#define HEAD_BYTES 4096

struct what {
	const char *begins;
	size_t n;
	const char *is;
};

#define IS(begins, what) {begins, sizeof(begins) - 1, what}

static const struct what kinds[] = {
    IS("\xd7" "DTR", "a recording of which not one frame is whole: nothing in it can be read"),
    IS("\x1f\x8b", "compressed with gzip: a recording is not; events in it are read by drifttop FILE"),
    IS("\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first, if a recording is in it"),
    IS("{\"version\": 2", "a screen cast: asciinema plays it"),
    IS("{\"version\":2", "a screen cast: asciinema plays it"),
    IS("{", "JSON, perhaps events: drifttop FILE shows those, and drifttop record -o OUT FILE records them"),
    IS("[", "JSON, and no recording"),
    IS("REDIS0", "what a Redis server has saved: let a server load it, and record that"),
    IS("\x7f" "ELF", "a program"),
    IS("PK\x03\x04", "a zip archive"),
    IS("SQLite format 3", "an SQLite database"),
    IS("PAR1", "a Parquet file"),
    IS("\x89PNG", "a picture"),
    IS("%PDF", "a PDF document"),
    IS("<svg", "a picture"),
};

static bool
is_text(const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] < 0x20 && !(p[i] >= '\t' && p[i] <= '\r') && p[i] != 0x1b)
			return false;
	return true;
}

static bool
is_zeros(const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && !p[i]; i++)
		;
	return i == n;
}

int
recording_what(const char *path, const unsigned char *bytes, size_t n, struct err *err)
{
	size_t head = n < HEAD_BYTES ? n : HEAD_BYTES, i;

	if (!n)
		return err_set(err, ERR_FORMAT, "%s is empty: nothing was recorded in it, or nothing yet", path);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (n >= kinds[i].n && memcmp(bytes, kinds[i].begins, kinds[i].n) == 0)
			return err_set(err, ERR_FORMAT, "%s is no recording that can be read: it looks like %s", path,
			    kinds[i].is);
	if (is_zeros(bytes, head))
		return err_set(err, ERR_FORMAT,
		    "%s holds zeros where a recording begins: its disk has lost what was written", path);
	return err_set(err, ERR_FORMAT, "%s is no recording: it looks like %s", path,
	    is_text(bytes, head) ? "text" : "a file of another program");
}
