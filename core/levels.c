#include "core/levels.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "core/verdict.h"

static bool
is_name(struct slice name)
{
	return name.n > 0 && name.n <= LIMIT_NAME_BYTES;
}

static bool
is_level(double level)
{
	return level >= 0 && level <= LEVEL_MAX;
}

int
levels_check(const struct fact_levels *f, struct err *err)
{
	double watch = f->watch > 0 ? f->watch : VERDICT_PSI_WATCH, drift = f->drift > 0 ? f->drift : VERDICT_PSI_DRIFT;

	if (!is_name(f->model) || !is_name(f->feature))
		return err_set(err, ERR_INVALID,
		    "levels are of a model and an input, which have names of 1 to %d bytes", LIMIT_NAME_BYTES);
	if (!is_level(f->watch) || !is_level(f->drift))
		return err_set(err, ERR_INVALID, "a level is a number from 0 to %.0f", LEVEL_MAX);
	if (watch > drift)
		return err_set(err, ERR_INVALID, "watch (%.10g) is above drift (%.10g)", watch, drift);
	return 0;
}

static struct fact_levels *
find(const struct levels *l, struct slice model, struct slice feature)
{
	for (size_t i = 0; i < l->n; i++) {
		struct fact_levels *f = &l->list[i].is;

		if (slice_eq(f->feature, feature) && slice_eq(f->model, model))
			return f;
	}
	return NULL;
}

const struct fact_levels *
levels_find(const struct levels *l, struct slice model, struct slice feature)
{
	return find(l, model, feature);
}

static int
copy_row(struct levels_row *out, const struct fact_levels *f, struct err *err)
{
	out->names = mem_alloc(f->model.n + f->feature.n);
	if (!out->names)
		return err_nomem(err);
	memcpy(out->names, f->model.p, f->model.n);
	memcpy(out->names + f->model.n, f->feature.p, f->feature.n);
	out->is = *f;
	out->is.model.p = out->names;
	out->is.feature.p = out->names + f->model.n;
	return 0;
}

int
levels_put(struct levels *l, const struct fact_levels *f, struct err *err)
{
	struct fact_levels *held = find(l, f->model, f->feature);
	struct levels_row *grown;
	int rc = levels_check(f, err);

	if (rc)
		return rc;
	if (held) {
		held->watch = f->watch;
		held->drift = f->drift;
		return 0;
	}
	if (l->n == LEVELS_MAX)
		return err_set(err, ERR_LIMIT, "levels of %d inputs were set already, which is all there may be",
		    LEVELS_MAX);
	grown = mem_grow(l->list, &l->cap, l->n + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	l->list = grown;
	rc = copy_row(&grown[l->n], f, err);
	l->n += !rc;
	return rc;
}

void
levels_release(struct levels *l)
{
	for (size_t i = 0; i < l->n; i++)
		mem_free(l->list[i].names);
	mem_free(l->list);
	*l = (struct levels){NULL, 0, 0};
}

int
levels_copy(struct levels *out, const struct levels *from, struct err *err)
{
	struct levels copy = {NULL, 0, 0};
	int rc = 0;

	for (size_t i = 0; i < from->n && !rc; i++)
		rc = levels_put(&copy, &from->list[i].is, err);
	if (rc) {
		levels_release(&copy);
		return rc;
	}
	levels_release(out);
	*out = copy;
	return 0;
}

void
levels_write(const struct levels *l, struct bytes *to)
{
	bytes_put_uint(to, l->n);
	for (size_t i = 0; i < l->n; i++) {
		bytes_put_text(to, l->list[i].is.model);
		bytes_put_text(to, l->list[i].is.feature);
		bytes_put_double(to, l->list[i].is.watch);
		bytes_put_double(to, l->list[i].is.drift);
	}
}

int
levels_read(struct levels *l, struct bytes_reader *from, struct err *err)
{
	size_t n = bytes_get_count(from, LEVELS_MAX);
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		struct fact_levels f;

		f.model = bytes_get_text(from, LIMIT_NAME_BYTES);
		f.feature = bytes_get_text(from, LIMIT_NAME_BYTES);
		f.watch = bytes_get_double(from);
		f.drift = bytes_get_double(from);
		if (!from->failed)
			rc = levels_put(l, &f, err);
		if (from->failed || rc == ERR_INVALID)
			rc = ERR_FORMAT;
	}
	if (rc == ERR_NOMEM)
		return rc;
	return rc || from->failed ? err_set(err, ERR_FORMAT, "levels are none") : 0;
}
