#include "core/quality_book.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"

static int
tell(void *ctx, unsigned model, enum labels_what what, const struct label_pair *pair, int sign, struct err *err)
{
	struct quality_book *b = ctx;
	int rc;

	(void)model;
	if (what == LABELS_PREDICTED)
		b->cover[COVER_PREDICTED] += sign < 0 ? UINT64_MAX : 1;
	if (what != LABELS_MATCHED)
		return 0;
	rc = quality_fit(&b->sums, (unsigned)b->classes.names.count, err);
	if (rc)
		return rc;
	quality_add(&b->sums, pair, sign);
	quality_cover_add(b->cover, pair, sign);
	return 0;
}

int
quality_book_new(struct quality_book **out, struct err *err)
{
	struct quality_book *b = mem_calloc(1, sizeof(*b));

	if (!b)
		return err_nomem(err);
	classes_init(&b->classes);
	quality_init(&b->sums);
	labels_pool_init(&b->pool, LIMIT_LABEL_BYTES_UNUSED, tell, b);
	labels_init(&b->labels, &b->pool, 0);
	*out = b;
	return 0;
}

void
quality_book_close(struct quality_book *b)
{
	labels_release(&b->labels, &b->pool);
	labels_init(&b->labels, &b->pool, 0);
}

void
quality_book_free(struct quality_book *b)
{
	if (!b)
		return;
	labels_release(&b->labels, &b->pool);
	quality_release(&b->sums);
	classes_release(&b->classes);
	mem_free(b);
}

int
quality_book_of(struct quality_book **out, const struct classes *classes, const struct quality *sums,
    const uint64_t cover[COVER_COUNT], struct err *err)
{
	struct quality_book *b = NULL;
	size_t i, index;
	int rc = quality_book_new(&b, err);

	for (i = 0; i < classes->names.count && !rc; i++)
		rc = names_add(&b->classes.names, names_at(&classes->names, i), &index, err);
	if (!rc && sums->cells)
		rc = quality_fit(&b->sums, sums->classes, err);
	if (rc) {
		quality_book_free(b);
		return rc;
	}
	quality_merge(&b->sums, sums, 1);
	memcpy(b->cover, cover, sizeof(b->cover));
	*out = b;
	return 0;
}

int
quality_book_add(struct quality_book *b, const struct event *ev, struct err *err)
{
	struct label_event l;

	if (!label_event_of(&l, &b->classes, ev))
		return 0;
	return labels_add(&b->labels, &b->pool, &l, err);
}

int
quality_book_give(const struct quality_book *b, struct classes *classes, struct quality *to, struct err *err)
{
	uint8_t map[LIMIT_CLASSES];
	unsigned i, n = (unsigned)b->classes.names.count;
	int rc;

	for (i = 0; i < n; i++) {
		const struct value v = {VALUE_TEXT, 0, classes_name(&b->classes, i)};

		map[i] = classes_truth(classes, &v).cls;
	}
	rc = quality_fit(to, (unsigned)classes->names.count, err);
	if (!rc)
		quality_merge_mapped(to, &b->sums, map, n);
	return rc;
}

/* ---- as a list of words ---------------------------------------------------------------------- */

enum { WORD_COVER = QUALITY_COUNTS, WORD_ERROR = WORD_COVER + COVER_COUNT, WORD_CELLS = WORD_ERROR + 4 };

size_t
quality_book_words(const struct quality_book *b)
{
	return WORD_CELLS + (b->sums.cells ? quality_cells(b->sums.classes) : 0);
}

uint64_t
quality_book_word(const struct quality_book *b, size_t i)
{
	if (i < WORD_COVER)
		return b->sums.counts[i];
	if (i < WORD_ERROR)
		return b->cover[i - WORD_COVER];
	if (i < WORD_CELLS) {
		wide_uint wide = i < WORD_ERROR + 2 ? b->sums.error : b->sums.abs_error;

		return (uint64_t)(wide >> ((i - WORD_ERROR) % 2 ? 64 : 0));
	}
	return b->sums.cells[i - WORD_CELLS];
}

bool
quality_book_set(struct quality_book *b, size_t i, uint64_t word)
{
	if (i >= quality_book_words(b))
		return false;
	if (i < WORD_COVER) {
		b->sums.counts[i] = word;
	} else if (i < WORD_ERROR) {
		b->cover[i - WORD_COVER] = word;
	} else if (i < WORD_CELLS) {
		wide_uint *wide = i < WORD_ERROR + 2 ? &b->sums.error : &b->sums.abs_error;
		int shift = (i - WORD_ERROR) % 2 ? 64 : 0;

		*wide = (*wide & ~((wide_uint)UINT64_MAX << shift)) | (wide_uint)word << shift;
	} else {
		b->sums.cells[i - WORD_CELLS] = word;
	}
	return true;
}
