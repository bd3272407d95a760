#include "tests/lib_reel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/squeeze.h"
#include "core/tape.h"

static void
add(struct reel *r, const struct frame *f, const unsigned char *payload)
{
	struct slice prefix = {NULL, 0};
	char *raw = malloc((size_t)f->raw + 1);
	size_t i;

	assert_non_null(raw);
	assert_in_range(r->n + 1, 1, REEL_FRAMES);
	if (f->flags & FRAME_PREFIXED) {
		for (i = r->n; i-- > 0 && r->frames[i].frame.seq != f->base;)
			;
		assert_true(i < r->n);
		prefix = slice_make(r->frames[i].raw, r->frames[i].frame.raw);
	}
	if (f->flags & FRAME_PACKED)
		assert_int_equal(
		    squeeze_undo(raw, f->raw, slice_make((const char *)payload, f->stored), prefix, NULL), 0);
	else
		memcpy(raw, payload, f->raw);
	r->frames[r->n++] = (struct reel_frame){*f, raw};
	r->bytes += FRAME_BYTES + (size_t)f->stored;
	if ((unsigned)f->type < 16) {
		r->stored[f->type] += FRAME_BYTES + (size_t)f->stored;
		r->count[f->type]++;
	}
}

struct reel *
reel_read(const char *path)
{
	struct reel *r = calloc(1, sizeof(*r));
	FILE *file = fopen(path, "rb");
	struct frame_walk w = {.check = true};
	struct frame f;
	enum frame_found found;
	unsigned char *p;
	long n;

	assert_non_null(r);
	if (!file)
		fail_msg("%s is not there", path);
	fseek(file, 0, SEEK_END);
	n = ftell(file);
	rewind(file);
	p = malloc((size_t)n + 1);
	assert_non_null(p);
	assert_int_equal(fread(p, 1, (size_t)n, file), (size_t)n);
	fclose(file);
	w.p = p;
	w.n = (size_t)n;
	while ((found = frame_next(&w, &f)) != FRAME_OVER) {
		if (found == FRAME_FOUND)
			add(r, &f, p + f.at + FRAME_BYTES);
		else
			r->damages++;
	}
	free(p);
	return r;
}

struct reel *
reel_of_view(const struct recorder_view *v)
{
	struct reel *r = calloc(1, sizeof(*r));
	size_t i;

	assert_non_null(r);
	for (i = 0; i < v->n; i++)
		add(r, &v->frames[i].frame, v->frames[i].payload);
	return r;
}

void
reel_free(struct reel *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		free(r->frames[i].raw);
	free(r);
}

size_t
reel_find(const struct reel *r, enum frame_type type, size_t from)
{
	for (; from < r->n; from++)
		if (r->frames[from].frame.type == type)
			return from;
	return SIZE_MAX;
}

/* Keys of which not all models are there do not count. */
static bool
is_key(const struct reel *r, size_t at, size_t *models)
{
	struct bytes_reader reader;
	size_t i;

	if (r->frames[at].frame.type != FRAME_KEY)
		return false;
	bytes_read(&reader, slice_make(r->frames[at].raw, r->frames[at].frame.raw));
	*models = (size_t)bytes_get_uint(&reader, 1024);
	for (i = 0; i < *models; i++)
		if (at + 1 + i >= r->n || r->frames[at + 1 + i].frame.type != FRAME_KEY_MODEL)
			return false;
	return true;
}

struct store *
reel_play(const struct reel *r, size_t back, int64_t *time_ms)
{
	struct store_options o = {.learn = false};
	size_t models = 0, at = r->n, i, said;
	struct store *s = NULL;

	do {
		assert_true(at > 0);
		at--;
		while (at > 0 && !is_key(r, at, &models))
			at--;
		assert_true(is_key(r, at, &models));
	} while (back--);
	assert_int_equal(store_new(&s, &o, NULL), 0);
	assert_int_equal(tape_read_key(s, slice_make(r->frames[at].raw, r->frames[at].frame.raw), &said, NULL), 0);
	for (i = at + 1; i <= at + models; i++)
		assert_int_equal(
		    tape_read_key_model(s, slice_make(r->frames[i].raw, r->frames[i].frame.raw), NULL), 0);
	*time_ms = r->frames[at].frame.time_ms;
	for (; i < r->n; i++) {
		if (r->frames[i].frame.type != FRAME_STEP)
			continue;
		assert_int_equal(tape_play_step(s, slice_make(r->frames[i].raw, r->frames[i].frame.raw), NULL), 0);
		*time_ms = r->frames[i].frame.time_ms;
	}
	return s;
}

bool
reel_has(const struct reel *r, const char *text)
{
	size_t n = strlen(text), i, k;

	for (i = 0; i < r->n; i++)
		for (k = 0; k + n <= r->frames[i].frame.raw; k++)
			if (memcmp(r->frames[i].raw + k, text, n) == 0)
				return true;
	return false;
}

bool
reel_is_twice(const struct reel *reel, size_t frame)
{
	const struct reel_frame *f = &reel->frames[frame];
	size_t i = frame;

	for (; i > 0 && reel->frames[i - 1].frame.time_ms == f->frame.time_ms; i--) {
		const struct reel_frame *o = &reel->frames[i - 1];

		if (o->frame.type == f->frame.type && o->frame.raw == f->frame.raw &&
		    memcmp(o->raw, f->raw, f->frame.raw) == 0)
			return true;
	}
	return false;
}
