/*
 * Asking for memory before it is needed. A wide model's columns are far more than a processor's caches hold: a loop
 * over them that works on one while the next ones are on their way waits for none. A hint: nothing depends on it.
 */
#ifndef CORE_FETCH_H
#define CORE_FETCH_H

#include <stddef.h>

#define FETCH_LINE 64 /* bytes that come at once on most processors */

/* p may be NULL. */
static inline void
fetch(const void *p, size_t bytes)
{
#if defined(__GNUC__)
	size_t i;

	for (i = 0; p && i < bytes; i += FETCH_LINE)
		__builtin_prefetch((const char *)p + i);
#else
	(void)p;
	(void)bytes;
#endif
}

#endif
