/*
 * Rows kept as columns while a baseline is being made: from a file, or from the oldest rows of a
 * model's own stream.
 *
 * A row is one event. Only what a baseline needs is kept: values of features and outputs, event
 * time, latency, outcome. 8 bytes a value in columns that have a number in every row, else 16; 24 a
 * row. Texts are interned per column, up to LIMIT_KNOWN_VALUES different ones.
 */
#ifndef CORE_ROWS_H
#define CORE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/names.h"

#define ROWS_TEXT_NONE UINT32_MAX            /* a number */
#define ROWS_TEXT_NONFINITE (UINT32_MAX - 1) /* NaN, Infinity: no value */
#define ROWS_TEXT_OTHER (UINT32_MAX - 2)     /* a text beyond LIMIT_KNOWN_VALUES different ones */

struct rows_value {
	double num;
	uint32_t row;
	uint32_t text; /* index into the column's texts, or one of the above */
};

struct rows_column {
	double *dense; /* row i's number, as long as every row from the first on has one; else NULL
			  and */
	struct rows_value *sparse; /* by rising row; missing ones are simply not there */
	size_t count, cap;
	struct names texts;
};

struct rows_meta {
	int64_t ts_ms;
	double latency_ms; /* NaN: none */
	uint32_t version; /* in rows.versions */
	uint8_t has_features, failed, client_error;
};

enum rows_output { ROWS_PREDICTION, ROWS_SCORE, ROWS_OUTPUTS };

struct rows {
	struct rows_meta *meta;
	size_t count, cap;
	struct names names; /* of inputs, in order of first sight */
	struct names versions;
	struct rows_column *inputs;
	size_t inputs_cap;
	struct rows_column outputs[ROWS_OUTPUTS];
	size_t values;       /* over all columns */
	int64_t utc_offset_ms; /* of the clock by which hours and weekends of these rows are told */
	uint64_t seen;       /* rows offered, also those that a sample left out */
	uint64_t keep_below; /* a row is kept if the hash of its number is below: all until a sample
				is needed */
};

void rows_init(struct rows *r);
void rows_release(struct rows *r);

/*
 * Adds one event; one that is a label and nothing else is no row.
 * ERR_NOMEM leaves the rows as they were, ERR_LIMIT: more than LIMIT_FEATURES
 * inputs (the row is kept without the rest). Above max_values values the rows are thinned by half,
 * by a hash of the row's number, as often as needed (0: never): a sample that does not depend on
 * the order of the columns.
 */
int rows_add(struct rows *r, const struct event *ev, size_t max_values, struct err *err);

/* The k-th value of a column. */
static inline struct rows_value
rows_at(const struct rows_column *c, size_t k)
{
	return c->dense ? (struct rows_value){c->dense[k], (uint32_t)k, ROWS_TEXT_NONE}
			: c->sparse[k];
}

/* The place of the first value at or behind this row; count if there is none. */
size_t rows_seek(const struct rows_column *c, size_t row);

/*
 * The value as it came, except that a number has no text: value_key makes one from the number.
 * Texts live as long as the column is not added to. Too many different texts are all one.
 */
struct value rows_value_of(const struct rows_column *c, const struct rows_value *v);

/*
 * The category that a value stands for, as value_key. A number that is not whole gets the shortest
 * text that reads back, because how it was written is not kept. buf: VALUE_KEY_BYTES.
 */
struct slice rows_key(const struct value *v, char *buf);

size_t rows_bytes(const struct rows *r);

/* The number of ROWS_OUTPUTS + input: every column under one index. */
static inline struct rows_column *
rows_column(struct rows *r, size_t fid)
{
	return fid < ROWS_OUTPUTS ? &r->outputs[fid] : &r->inputs[fid - ROWS_OUTPUTS];
}

static inline size_t
rows_columns(const struct rows *r)
{
	return ROWS_OUTPUTS + r->names.count;
}

#endif
