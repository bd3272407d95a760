#include "core/topvals.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static uint32_t
power_of_two(size_t at_least)
{
	uint32_t size = 4;

	while (size < at_least)
		size *= 2;
	return size;
}

void
topvals_release(struct topvals *t)
{
	mem_free(t->named);
	mem_free(t->bytes);
	mem_free(t->index);
	mem_free(t->known);
	memset(t, 0, sizeof(*t));
}

static bool
is_known(const struct topvals *t, uint64_t hash)
{
	uint32_t at;

	if (!t->known)
		return false;
	if (hash == 0)
		return t->known_zero;
	for (at = (uint32_t)hash & t->known_mask; t->known[at]; at = (at + 1) & t->known_mask) {
		if (t->known[at] == hash)
			return true;
	}
	return false;
}

unsigned
topvals_find_hash(const struct topvals *t, struct slice value, uint64_t hash)
{
	uint32_t at;

	if (t->index) {
		for (at = (uint32_t)hash & t->index_mask; t->index[at]; at = (at + 1) & t->index_mask) {
			unsigned cell = t->index[at] - 1u;

			if (t->named[cell].hash == hash && slice_eq_short(t->named[cell].value, value))
				return cell;
		}
	}
	return t->open || is_known(t, hash) ? TOPVALS_OTHER : TOPVALS_UNSEEN;
}

static int
check_parts(const struct topvals_parts *p, struct err *err)
{
	uint64_t sum = 0;
	size_t i;

	if (p->k > LIMIT_TOP_VALUES || p->nknown > LIMIT_KNOWN_VALUES)
		return err_set(err, ERR_INVALID, "%zu values and %zu hashes, at most %d and %d", p->k, p->nknown,
		    LIMIT_TOP_VALUES, LIMIT_KNOWN_VALUES);
	for (i = 0; i < p->k; i++) {
		if (p->values[i].n > LIMIT_NAME_BYTES)
			return err_set(err, ERR_INVALID, "value %zu is longer than %d bytes", i, LIMIT_NAME_BYTES);
		if (p->counts[i] == 0 || p->counts[i] > p->rows - sum)
			return err_set(err, ERR_INVALID, "counts of values do not add up to at most %llu rows",
			    (unsigned long long)p->rows);
		sum += p->counts[i];
	}
	if (!p->open && (p->hidden ? p->distinct < p->k : p->distinct != p->k + p->nknown))
		return err_set(err, ERR_INVALID, "%llu distinct values, but %zu are given",
		    (unsigned long long)p->distinct, p->k + p->nknown);
	if (p->distinct > p->rows || p->once > p->distinct)
		return err_set(err, ERR_INVALID, "more values than rows");
	return 0;
}

static int
copy_named(struct topvals *t, const struct topvals_parts *p, struct err *err)
{
	size_t i, bytes = 0, used = 0;

	for (i = 0; i < p->k; i++)
		bytes += p->values[i].n + 1;
	t->index_mask = power_of_two(2 * p->k) - 1;
	t->named = mem_calloc(p->k, sizeof(*t->named));
	t->bytes = mem_alloc(bytes);
	t->index = mem_calloc(t->index_mask + (size_t)1, 1);
	if (!t->named || !t->bytes || !t->index)
		return err_nomem(err);
	for (i = 0; i < p->k; i++) {
		struct topval *v = &t->named[i];
		uint32_t at;

		v->hash = slice_hash(p->values[i]);
		if (topvals_find_hash(t, p->values[i], v->hash) < LIMIT_TOP_VALUES)
			return err_set(err, ERR_INVALID, "value %zu is there twice", i);
		if (p->values[i].n)
			memcpy(t->bytes + used, p->values[i].p, p->values[i].n);
		t->bytes[used + p->values[i].n] = '\0';
		v->value = slice_make(t->bytes + used, p->values[i].n);
		v->count = p->counts[i];
		used += p->values[i].n + 1;
		at = (uint32_t)v->hash & t->index_mask;
		while (t->index[at])
			at = (at + 1) & t->index_mask;
		t->index[at] = (uint8_t)(i + 1);
		t->k = i + 1;
	}
	return 0;
}

/* The keys are hashes already: their low bits are as good as any. At most four fifths of the slots are taken. */
static int
copy_known(struct topvals *t, const struct topvals_parts *p, struct err *err)
{
	size_t i;

	if (p->open || p->nknown == 0)
		return 0;
	t->known_mask = power_of_two(p->nknown + p->nknown / 4 + 1) - 1;
	t->known = mem_calloc(t->known_mask + (size_t)1, sizeof(*t->known));
	if (!t->known)
		return err_nomem(err);
	for (i = 0; i < p->nknown; i++) {
		uint64_t hash = p->known[i];
		uint32_t at = (uint32_t)hash & t->known_mask;

		if (hash == 0)
			t->known_zero = true;
		if (hash == 0 || is_known(t, hash))
			continue;
		while (t->known[at])
			at = (at + 1) & t->known_mask;
		t->known[at] = hash;
	}
	return 0;
}

int
topvals_init(struct topvals *t, const struct topvals_parts *parts, struct err *err)
{
	size_t i;
	int rc;

	memset(t, 0, sizeof(*t));
	rc = check_parts(parts, err);
	if (!rc)
		rc = copy_named(t, parts, err);
	if (!rc)
		rc = copy_known(t, parts, err);
	if (rc) {
		topvals_release(t);
		return rc;
	}
	t->open = parts->open;
	t->hidden = parts->hidden;
	t->distinct = parts->distinct;
	t->once = parts->once;
	t->rows = t->other = parts->rows;
	for (i = 0; i < t->k; i++)
		t->other -= t->named[i].count;
	return 0;
}

static int
order_hashes(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t
topvals_known(const struct topvals *t, uint64_t *out, size_t cap)
{
	size_t n = 0;
	uint32_t at;

	if (!t->known)
		return 0;
	if (t->known_zero && n < cap)
		out[n++] = 0;
	for (at = 0; at <= t->known_mask && n < cap; at++) {
		if (t->known[at])
			out[n++] = t->known[at];
	}
	qsort(out, n, sizeof(*out), order_hashes);
	return n;
}
