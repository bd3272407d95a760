/*
 * A file that is mapped can be cut by whoever may write it, and then the next look at a page that is gone is a SIGBUS.
 * No look at its length before that is soon enough. So the handler puts zeros there, and the look is done again: a
 * header or a payload of zeros has no checksum that holds, and is damage like any other.
 *
 * The handler needs to know what was mapped: hence the one table of this file, whose entries are atomic. mmap is not on
 * POSIX's list of what a handler may call, but it is a bare system call wherever this runs.
 */
#include "collectors/mapped.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif

#define MAPPED_MAX 64

/* from 0: free; to 0: about to be said. */
static struct {
	_Atomic uintptr_t from, to;
} mapped[MAPPED_MAX];
static uintptr_t page_bytes; /* a power of two; 0: nobody guards */

/* All of the mapping from that page on: what lies behind it in the file is gone, too. */
static int
put_zeros(uintptr_t at, uintptr_t to)
{
	uintptr_t page = at & ~(page_bytes - 1), end = (to + page_bytes - 1) & ~(page_bytes - 1);

	return mmap((void *)page, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED;
}

static void
on_bus(int sig, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr;
	int saved = errno, i;

	(void)context;
	for (i = 0; i < MAPPED_MAX; i++) {
		uintptr_t from = atomic_load(&mapped[i].from), to = atomic_load(&mapped[i].to);

		if (from && at >= from && at < to && !put_zeros(at, to)) {
			errno = saved;
			return;
		}
	}
	/* Not ours: it happens again, or was sent, and then it ends the program. */
	signal(sig, SIG_DFL);
	if (info->si_code <= 0)
		raise(sig);
	errno = saved;
}

void
mapped_guard(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = on_bus;
	sa.sa_flags = SA_SIGINFO;
	sigemptyset(&sa.sa_mask);
	page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
	(void)sigaction(SIGBUS, &sa, NULL);
}

unsigned char *
mapped_open(int fd, size_t n)
{
	unsigned char *p = mmap(NULL, n, PROT_READ, MAP_SHARED, fd, 0);
	int i;

	if (p == MAP_FAILED)
		return NULL;
	for (i = 0; i < MAPPED_MAX; i++) {
		uintptr_t none = 0;

		if (!atomic_compare_exchange_strong(&mapped[i].from, &none, (uintptr_t)p))
			continue;
		atomic_store(&mapped[i].to, (uintptr_t)p + n);
		return p;
	}
	(void)munmap(p, n);
	return NULL;
}

void
mapped_close(unsigned char *p, size_t n)
{
	int i;

	for (i = 0; p && i < MAPPED_MAX; i++) {
		if (atomic_load(&mapped[i].from) != (uintptr_t)p)
			continue;
		/* Forgotten first: the place may soon be somebody else's. */
		atomic_store(&mapped[i].to, 0);
		atomic_store(&mapped[i].from, 0);
		(void)munmap(p, n);
		return;
	}
}
