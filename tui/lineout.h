/*
 * Lines on a descriptor that is not ours alone: standard output, which may be a pipe that nobody reads and whose modes
 * are those of its other users. Nothing here ever waits: what nobody takes is kept, up to a bound, and then left out
 * and counted.
 */
#ifndef TUI_LINEOUT_H
#define TUI_LINEOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEOUT_BYTES 65536

struct lineout {
	int fd;
	int error;	  /* errno of what cannot be written; 0: none. Nothing is written any more */
	uint64_t dropped; /* lines left out since that was last told */
	size_t from, n;	  /* [from, n) of bytes waits */
	char bytes[LINEOUT_BYTES];
};

void lineout_init(struct lineout *l, int fd);

/* A whole line with its end. Left out where there is no room. */
void lineout_put(struct lineout *l, const char *line, size_t n);

/* Writes what is taken now. */
void lineout_pump(struct lineout *l);

/* The same, waiting for the reader, up to limit_ms for each piece. False: not all of it was taken. */
bool lineout_finish(struct lineout *l, int limit_ms);

#endif
