/*
 * Rows of comma-separated values (RFC 4180, lines ended by LF): a field with a comma, a quote or a line end in it
 * stands in quotes, its quotes doubled. What is not known is an empty field. A text that a spreadsheet would run as a
 * formula (it begins with = + - @, a tab or a line end, and is no number) has a ' in front, which makes it a text:
 * names and values are whatever events say.
 */
#ifndef TUI_CSV_H
#define TUI_CSV_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/slice.h"

struct csv {
	FILE *to;
	bool within; /* a row is begun */
};

void csv_text(struct csv *c, struct slice text);
void csv_cstr(struct csv *c, const char *text); /* NULL: empty */
void csv_number(struct csv *c, double x);	/* reads back as the same double; NaN, infinite: empty */
void csv_int(struct csv *c, int64_t x, bool known);
void csv_uint(struct csv *c, uint64_t x);
void csv_time(struct csv *c, int64_t ms); /* RFC 3339 in UTC */
void csv_end_row(struct csv *c);

#endif
