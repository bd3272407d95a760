/*
 * The bytes of a file, mapped for reading, whatever becomes of the file: where it was made shorter meanwhile there are
 * zeros in place of what is gone, where else the program would be ended by SIGBUS.
 */
#ifndef COLLECTORS_MAPPED_H
#define COLLECTORS_MAPPED_H

#include <stddef.h>

/* Once, at the program's start: takes SIGBUS over, and gives it back where it is about anything else. */
void mapped_guard(void);

/* The first n > 0 bytes of it. NULL: it cannot be mapped, or too many are: it is to be read. Any thread. */
unsigned char *mapped_open(int fd, size_t n);
void mapped_close(unsigned char *p, size_t n); /* p NULL is harmless */

#endif
