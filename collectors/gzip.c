#include "collectors/gzip.h"

#include <limits.h>
#include <stdint.h>
#include <zlib.h>

#include "core/mem.h"

struct gzip {
	z_stream z;
	enum gzip_state state;
	bool begun; /* a member, at least one */
};

/* zlib's memory comes through the same door as ours. */
static voidpf
zlib_alloc(voidpf ctx, uInt items, uInt size)
{
	(void)ctx;
	return mem_calloc(items, size);
}

static void
zlib_free(voidpf ctx, voidpf p)
{
	(void)ctx;
	mem_free(p);
}

bool
gzip_is(struct slice head)
{
	return head.n >= 2 && (unsigned char)head.p[0] == 0x1f && (unsigned char)head.p[1] == 0x8b;
}

int
gzip_new(struct gzip **out, struct err *err)
{
	struct gzip *g = mem_calloc(1, sizeof(*g));

	if (!g)
		return err_nomem(err);
	g->z.zalloc = zlib_alloc;
	g->z.zfree = zlib_free;
	g->state = GZIP_END;
	/* 16: gzip's header, not zlib's. */
	if (inflateInit2(&g->z, 16 + MAX_WBITS) != Z_OK) {
		mem_free(g);
		return err_nomem(err);
	}
	*out = g;
	return 0;
}

void
gzip_free(struct gzip *g)
{
	if (!g)
		return;
	inflateEnd(&g->z);
	mem_free(g);
}

/* One member's bytes; at its end, whatever follows is a new member or nothing that counts. */
static enum gzip_state
member_step(struct gzip *g, struct slice *in)
{
	int rc;

	if (g->state == GZIP_END && g->begun && in->n && (unsigned char)in->p[0] != 0x1f) {
		in->n = 0;
		return GZIP_END;
	}
	g->begun = true;
	g->z.next_in = (Bytef *)(uintptr_t)in->p;
	g->z.avail_in = in->n < UINT_MAX ? (uInt)in->n : UINT_MAX;
	rc = inflate(&g->z, Z_NO_FLUSH);
	in->n -= (size_t)((const char *)g->z.next_in - in->p);
	in->p = (const char *)g->z.next_in;
	if (rc == Z_STREAM_END)
		return inflateReset(&g->z) == Z_OK ? GZIP_END : GZIP_DAMAGED;
	return rc == Z_OK || rc == Z_BUF_ERROR ? GZIP_MORE : GZIP_DAMAGED;
}

enum gzip_state
gzip_inflate(struct gzip *g, struct slice *in, char *out, size_t cap, size_t *n)
{
	g->z.next_out = (Bytef *)out;
	g->z.avail_out = cap < UINT_MAX ? (uInt)cap : UINT_MAX;
	/* Without new bytes there may still be some inside that found no room last time. */
	while (g->state != GZIP_DAMAGED && g->z.avail_out > 0) {
		uInt room = g->z.avail_out;
		size_t left = in->n;

		if (g->state == GZIP_END && !in->n)
			break;
		g->state = member_step(g, in);
		if (in->n == left && g->z.avail_out == room)
			break;
	}
	if (g->state == GZIP_DAMAGED)
		in->n = 0;
	*n += (size_t)((char *)g->z.next_out - out);
	return g->state;
}
