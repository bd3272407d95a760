#include "core/rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

void
rows_init(struct rows *r)
{
	memset(r, 0, sizeof(*r));
	r->keep_below = UINT64_MAX;
}

static void
column_release(struct rows_column *c)
{
	mem_free(c->dense);
	mem_free(c->sparse);
	names_release(&c->texts);
}

void
rows_release(struct rows *r)
{
	size_t i;

	for (i = 0; i < rows_columns(r); i++)
		column_release(rows_column(r, i));
	mem_free(r->inputs);
	mem_free(r->meta);
	names_release(&r->names);
	names_release(&r->versions);
	rows_init(r);
}

static uint64_t
row_hash(uint64_t number)
{
	return slice_hash(slice_make((const char *)&number, sizeof(number)));
}

/* A row without a number has come: from now on each value carries its row. */
static int
column_make_sparse(struct rows_column *c, struct err *err)
{
	size_t k, cap = 0;
	struct rows_value *sparse = mem_grow(NULL, &cap, c->count + 1, sizeof(*sparse));

	if (!sparse)
		return err_nomem(err);
	for (k = 0; k < c->count; k++)
		sparse[k] = rows_at(c, k);
	mem_free(c->dense);
	c->dense = NULL;
	c->sparse = sparse;
	c->cap = cap;
	return 0;
}

static int
column_push(struct rows_column *c, struct rows_value v, struct err *err)
{
	bool dense = !c->sparse && v.row == c->count && v.text == ROWS_TEXT_NONE;
	struct rows_value *sparse;
	double *numbers;
	int rc;

	if (dense) {
		numbers = mem_grow(c->dense, &c->cap, c->count + 1, sizeof(*numbers));
		if (!numbers)
			return err_nomem(err);
		c->dense = numbers;
		c->dense[c->count++] = v.num;
		return 0;
	}
	rc = c->sparse ? 0 : column_make_sparse(c, err);
	if (rc)
		return rc;
	sparse = mem_grow(c->sparse, &c->cap, c->count + 1, sizeof(*sparse));
	if (!sparse)
		return err_nomem(err);
	c->sparse = sparse;
	c->sparse[c->count++] = v;
	return 0;
}

static int
column_add(struct rows_column *c, uint32_t row, const struct value *v, struct err *err)
{
	struct rows_value out = {v->num, row, ROWS_TEXT_NONE};
	size_t index;
	int rc;

	if (v->kind == VALUE_NONFINITE) {
		out.text = ROWS_TEXT_NONFINITE;
	} else if (v->kind != VALUE_NUMBER) {
		index = names_find(&c->texts, v->text);
		if (index == NAMES_NONE && c->texts.count >= LIMIT_KNOWN_VALUES) {
			out.text = ROWS_TEXT_OTHER;
		} else {
			rc = index == NAMES_NONE ? names_add(&c->texts, v->text, &index, err) : 0;
			if (rc)
				return rc;
			out.text = (uint32_t)index;
		}
	}
	return column_push(c, out, err);
}

static int
input_index(struct rows *r, struct slice name, size_t *index, struct err *err)
{
	struct rows_column *grown;
	size_t before = r->names.count;
	int rc;

	*index = names_find(&r->names, name);
	if (*index != NAMES_NONE)
		return 0;
	if (before >= LIMIT_FEATURES)
		return err_set(err, ERR_LIMIT, "more than %d features", LIMIT_FEATURES);
	grown = mem_grow(r->inputs, &r->inputs_cap, before + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	r->inputs = grown;
	memset(&r->inputs[before], 0, sizeof(r->inputs[before]));
	rc = names_add(&r->names, name, index, err);
	return rc;
}

static bool
is_value(const struct value *v)
{
	return v->kind == VALUE_NUMBER || v->kind == VALUE_NONFINITE || v->kind == VALUE_TEXT ||
	       v->kind == VALUE_BOOL;
}

/* A row that could not be kept whole is taken back, so that a row is either there with all its
 * values or not at all. */
static void
take_back(struct rows *r, uint32_t row)
{
	size_t i;

	for (i = 0; i < rows_columns(r); i++) {
		struct rows_column *c = rows_column(r, i);

		while (c->count && rows_at(c, c->count - 1).row == row) {
			c->count--;
			r->values--;
		}
	}
}

static int
row_values(struct rows *r, uint32_t row, const struct event *ev, struct err *err)
{
	const struct value *outputs[ROWS_OUTPUTS] = {&ev->prediction, &ev->score};
	int rc, limit = 0;
	size_t i, index;

	for (i = 0; i < ROWS_OUTPUTS; i++) {
		if (!is_value(outputs[i]))
			continue;
		rc = column_add(&r->outputs[i], row, outputs[i], err);
		if (rc)
			return rc;
		r->values++;
	}
	for (i = 0; i < ev->nfeatures; i++) {
		rc = input_index(r, ev->features[i].name, &index, err);
		if (rc == ERR_LIMIT) {
			limit = rc;
			continue;
		}
		if (rc)
			return rc;
		if (!is_value(&ev->features[i].value))
			continue;
		rc = column_add(&r->inputs[index], row, &ev->features[i].value, err);
		if (rc)
			return rc;
		r->values++;
	}
	return limit;
}

/* Every row whose number hashes to the upper half goes, and the rest close up. */
static void
thin(struct rows *r, uint32_t *kept_as)
{
	size_t i, k, kept = 0;

	for (i = 0; i < r->count; i++)
		if (kept_as[i] != UINT32_MAX)
			r->meta[kept++] = r->meta[i];
	r->count = kept;
	r->values = 0;
	for (i = 0; i < rows_columns(r); i++) {
		struct rows_column *c = rows_column(r, i);
		size_t n = 0;

		for (k = 0; k < c->count; k++) {
			struct rows_value v = rows_at(c, k);

			if (kept_as[v.row] == UINT32_MAX)
				continue;
			v.row = kept_as[v.row];
			if (c->dense)
				c->dense[n++] = v.num;
			else
				c->sparse[n++] = v;
		}
		c->count = n;
		r->values += n;
	}
}

static int
thin_by_half(struct rows *r, struct err *err)
{
	uint32_t *kept_as = mem_alloc(r->count * sizeof(*kept_as));
	uint64_t number = 0, below = r->keep_below;
	uint32_t kept = 0;
	size_t i = 0;

	if (!kept_as)
		return err_nomem(err);
	r->keep_below = below / 2;
	for (number = 0; number < r->seen && i < r->count; number++) {
		uint64_t h = row_hash(number);

		if (h >= below)
			continue;
		kept_as[i++] = h < r->keep_below ? kept++ : UINT32_MAX;
	}
	thin(r, kept_as);
	mem_free(kept_as);
	return 0;
}

int
rows_add(struct rows *r, const struct event *ev, size_t max_values, struct err *err)
{
	struct rows_meta *meta;
	size_t version;
	int rc;

	if (event_is_label(ev))
		return 0;
	if (row_hash(r->seen) >= r->keep_below) {
		r->seen++;
		return 0;
	}
	meta = mem_grow(r->meta, &r->cap, r->count + 1, sizeof(*meta));
	if (!meta)
		return err_nomem(err);
	r->meta = meta;
	rc = names_add(&r->versions, ev->version, &version, err);
	if (rc)
		return rc;
	rc = row_values(r, (uint32_t)r->count, ev, err);
	if (rc && rc != ERR_LIMIT) {
		take_back(r, (uint32_t)r->count);
		return rc;
	}
	r->meta[r->count++] = (struct rows_meta){
	    ev->ts_ms, ev->latency_ms, (uint32_t)version, ev->has_features, ev->failed, ev->client_error};
	r->seen++;
	if (max_values && r->values > max_values && r->count > 1) {
		int thinned = thin_by_half(r, err);

		return thinned ? thinned : rc;
	}
	return rc;
}

size_t
rows_bytes(const struct rows *r)
{
	size_t bytes = r->count * sizeof(struct rows_meta);
	size_t i;

	for (i = 0; i < r->names.count; i++)
		bytes += r->inputs[i].count *
			 (r->inputs[i].dense ? sizeof(double) : sizeof(struct rows_value));
	return bytes;
}

size_t
rows_seek(const struct rows_column *c, size_t row)
{
	size_t lo = 0, hi = c->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (rows_at(c, mid).row < row)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct value
rows_value_of(const struct rows_column *c, const struct rows_value *v)
{
	struct value out = {VALUE_NUMBER, v->num, {NULL, 0}};

	if (v->text == ROWS_TEXT_NONE)
		return out;
	out.num = 0;
	out.kind = v->text == ROWS_TEXT_NONFINITE ? VALUE_NONFINITE : VALUE_TEXT;
	if (v->text == ROWS_TEXT_OTHER)
		out.text = slice_of("(one of too many values)");
	else if (out.kind == VALUE_TEXT)
		out.text = names_at(&c->texts, v->text);
	return out;
}

struct slice
rows_key(const struct value *v, char *buf)
{
	struct slice key = value_key(v, buf);
	int digits;

	if (key.n || v->kind != VALUE_NUMBER)
		return key;
	for (digits = 15; digits <= 17; digits++) {
		snprintf(buf, VALUE_KEY_BYTES, "%.*g", digits, v->num);
		if (strtod(buf, NULL) == v->num)
			break;
	}
	return slice_of(buf);
}
