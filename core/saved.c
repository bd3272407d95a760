#include "core/saved.h"

#include <string.h>

#include "core/baseline_bytes.h"
#include "core/mem.h"
#include "core/saved_impl.h"
#include "core/store_impl.h"
#include "core/watch_bytes.h"

static const char mark[] = "drifttop saved\n";
#define MARK_BYTES (sizeof(mark) - 1)
#define CRC_BYTES  4

void
saved_begin(struct bytes *to, enum saved_kind kind)
{
	bytes_init(to);
	bytes_put(to, mark, MARK_BYTES);
	bytes_put_uint(to, SAVED_FORMAT);
	bytes_put_uint(to, kind);
}

void
saved_end(struct bytes *to)
{
	bytes_put_fixed32(to, bytes_crc32c(0, to->p, to->n));
}

static int
damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "is cut off or damaged");
}

int
saved_open(struct bytes_reader *r, struct slice file, enum saved_kind kind, struct err *err)
{
	struct bytes_reader crc;
	uint64_t format;

	if (file.n < MARK_BYTES || memcmp(file.p, mark, MARK_BYTES) != 0)
		return err_set(err, ERR_FORMAT, "is none of drifttop's files, or damaged");
	if (file.n < MARK_BYTES + CRC_BYTES)
		return damaged(err);
	file.n -= CRC_BYTES;
	bytes_read(&crc, slice_make(file.p + file.n, CRC_BYTES));
	if (bytes_get_fixed32(&crc) != bytes_crc32c(0, file.p, file.n))
		return damaged(err);
	bytes_read(r, slice_make(file.p + MARK_BYTES, file.n - MARK_BYTES));
	format = bytes_get_uint(r, UINT64_MAX);
	if (format < 1 || format > SAVED_FORMAT)
		return err_set(err, ERR_UNSUPPORTED, "has format %llu, this program reads formats 1 to %d: %s",
		    (unsigned long long)format, SAVED_FORMAT,
		    format > SAVED_FORMAT ? "a newer drifttop wrote it" : "there is no such format");
	if (bytes_get_uint(r, UINT64_MAX) != (uint64_t)kind || r->failed)
		return err_set(err, ERR_FORMAT, "is another kind of file than its name says");
	return 0;
}

static uint64_t
get_id(struct bytes_reader *r)
{
	uint64_t low = bytes_get_fixed32(r);

	return low | (uint64_t)bytes_get_fixed32(r) << 32;
}

static void
put_id(struct bytes *to, uint64_t id)
{
	bytes_put_fixed32(to, (uint32_t)id);
	bytes_put_fixed32(to, (uint32_t)(id >> 32));
}

int
saved_open_model(struct bytes_reader *r, struct slice file, struct saved_head *head, struct err *err)
{
	int rc = saved_open(r, file, SAVED_MODEL, err);

	if (rc)
		return rc;
	head->program = bytes_get_text(r, SAVED_PROGRAM_BYTES);
	head->model = bytes_get_text(r, LIMIT_NAME_BYTES);
	head->binning = get_id(r);
	head->written_ms = bytes_get_int(r);
	return r->failed ? damaged(err) : 0;
}

int
saved_open_binning(struct slice file, struct slice *model, uint64_t *id, struct err *err)
{
	struct bytes_reader r;
	int rc = saved_open(&r, file, SAVED_BINNING, err);

	if (rc)
		return rc;
	*model = bytes_get_text(&r, LIMIT_NAME_BYTES);
	*id = get_id(&r);
	return r.failed ? damaged(err) : 0;
}

/* ---- a model --------------------------------------------------------------------------------- */

static int
take(struct bytes *b, char **file, size_t *n, struct err *err)
{
	saved_end(b);
	*file = bytes_take(b, n, err);
	return *file ? 0 : ERR_NOMEM;
}

static int
model_with_baseline(const struct store *s, size_t model, const struct model **out, struct err *err)
{
	*out = store_model(s, model);
	if (*out && (*out)->baseline && !(*out)->learning)
		return 0;
	return err_set(err, ERR_NOT_FOUND, "there is no baseline yet");
}

int
saved_write_binning(const struct store *s, size_t model, char **file, size_t *n, struct err *err)
{
	const struct model *m;
	struct bytes b;
	int rc = model_with_baseline(s, model, &m, err);

	if (rc)
		return rc;
	saved_begin(&b, SAVED_BINNING);
	baseline_encode_binning(m->baseline, NULL, &b);
	return take(&b, file, n, err);
}

int
saved_write_model(const struct store *s, size_t model, const char *program, int64_t written_ms, char **file,
    size_t *n, struct err *err)
{
	struct slice by = slice_of(program);
	const struct model *m;
	struct quality_book *own = NULL;
	struct bytes b;
	int rc = model_with_baseline(s, model, &m, err);

	/* What a file brought is as it was; of its own rows more labels may have come. */
	if (!rc && !m->baseline->quality && m->quality && m->quality->reference.counts[QUALITY_LABELLED])
		rc = quality_book_of(&own, &m->classes, &m->quality->reference, m->quality->reference_cover, err);
	if (rc)
		return rc;
	by.n = by.n < SAVED_PROGRAM_BYTES ? by.n : SAVED_PROGRAM_BYTES;
	saved_begin(&b, SAVED_MODEL);
	bytes_put_text(&b, by);
	bytes_put_text(&b, m->name);
	put_id(&b, m->baseline->id);
	bytes_put_int(&b, written_ms);
	baseline_encode_reference(m->baseline, own ? own : m->baseline->quality, &b);
	quality_book_free(own);
	bytes_put_int(&b, m->evalwin.next);
	watch_encode_all(m, &b);
	return take(&b, file, n, err);
}

uint64_t
saved_revision(const struct store *s, size_t model, uint64_t *binning)
{
	const struct model *m;

	*binning = 0;
	if (model_with_baseline(s, model, &m, NULL))
		return 0;
	*binning = m->baseline->id;
	return m->revision;
}

/* ---- back ------------------------------------------------------------------------------------ */

int
saved_decode_model(struct model *m, struct bytes_reader *r, struct err *err)
{
	int64_t next = bytes_get_int(r);
	int rc = watch_decode_all(m, r, err);

	if (!rc && !bytes_at_end(r))
		rc = damaged(err);
	if (rc) {
		model_drop_watches(m);
		return rc;
	}
	evalwin_resume(&m->evalwin, next);
	return 0;
}
