#include "collectors/squeeze.h"

#include <zstd.h>

#include "core/mem.h"

#define WINDOW_LOG_MAX 27 /* 128 MiB: a payload with its prefix */

/* Log2 of a window that reaches from the end of the text back to the beginning of the prefix. */
static int
window_log(size_t n)
{
	int log = 10;

	while (log < WINDOW_LOG_MAX && (size_t)1 << log < n)
		log++;
	return log;
}

/* to: room for text.n bytes. What is packed is held for long: it gets no more than it needs. */
static int
pack(ZSTD_CCtx *c, char *to, char **out, size_t *n, struct slice text, struct err *err)
{
	size_t rc = ZSTD_compress2(c, to, text.n, text.p, text.n);

	if (ZSTD_isError(rc)) /* there was no room: it is no shorter */
		return 0;
	*out = mem_dup(to, rc);
	if (!*out)
		return err_nomem(err);
	*n = rc;
	return 0;
}

int
squeeze(char **out, size_t *n, struct slice text, struct slice prefix, struct err *err)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	char *to = text.n ? mem_alloc(text.n) : NULL;
	int rc = text.n && (!c || !to) ? err_nomem(err) : 0;

	*out = NULL;
	*n = 0;
	if (c && to) {
		ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, SQUEEZE_LEVEL);
		if (prefix.n) {
			ZSTD_CCtx_setParameter(c, ZSTD_c_enableLongDistanceMatching, 1);
			ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window_log(text.n + prefix.n));
			ZSTD_CCtx_refPrefix(c, prefix.p, prefix.n);
		}
		rc = pack(c, to, out, n, text, err);
	}
	ZSTD_freeCCtx(c);
	mem_free(to);
	return rc;
}

struct squeeze_writer {
	ZSTD_CCtx *c;
	char room[SQUEEZE_SMALL];
};

int
squeeze_writer_new(struct squeeze_writer **out, struct err *err)
{
	struct squeeze_writer *w = mem_alloc(sizeof(*w));

	if (!w)
		return err_nomem(err);
	w->c = ZSTD_createCCtx();
	if (!w->c) {
		mem_free(w);
		return err_nomem(err);
	}
	ZSTD_CCtx_setParameter(w->c, ZSTD_c_compressionLevel, SQUEEZE_QUICK);
	*out = w;
	return 0;
}

void
squeeze_writer_free(struct squeeze_writer *w)
{
	if (w)
		ZSTD_freeCCtx(w->c);
	mem_free(w);
}

int
squeeze_write(struct squeeze_writer *w, char **out, size_t *n, struct slice text, struct err *err)
{
	*out = NULL;
	*n = 0;
	return text.n ? pack(w->c, w->room, out, n, text, err) : 0;
}

/* The library's own object under our name: nothing is to be added to it. */
int
squeeze_reader_new(struct squeeze_reader **out, struct err *err)
{
	ZSTD_DCtx *d = ZSTD_createDCtx();

	if (!d)
		return err_nomem(err);
	ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	*out = (struct squeeze_reader *)d;
	return 0;
}

void
squeeze_reader_free(struct squeeze_reader *r)
{
	ZSTD_freeDCtx((ZSTD_DCtx *)r);
}

/* A prefix holds for one text; what an error leaves behind is cleared before the next. */
int
squeeze_read(struct squeeze_reader *r, char *to, size_t n, struct slice packed, struct slice prefix, struct err *err)
{
	ZSTD_DCtx *d = (ZSTD_DCtx *)r;
	size_t rc;

	ZSTD_DCtx_reset(d, ZSTD_reset_session_only);
	ZSTD_DCtx_refPrefix(d, prefix.n ? prefix.p : NULL, prefix.n);
	rc = ZSTD_decompressDCtx(d, to, n, packed.p, packed.n);
	if (ZSTD_isError(rc) || rc != n)
		return err_set(err, ERR_FORMAT, "cannot be unpacked");
	return 0;
}

int
squeeze_undo(char *to, size_t n, struct slice packed, struct slice prefix, struct err *err)
{
	struct squeeze_reader *r = NULL;
	int rc = squeeze_reader_new(&r, err);

	if (rc)
		return rc;
	rc = squeeze_read(r, to, n, packed, prefix, err);
	squeeze_reader_free(r);
	return rc;
}
