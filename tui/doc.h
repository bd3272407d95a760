/*
 * A document made of headings, sentences, tables and charts, for those who write one and need not know whether it
 * becomes Markdown or HTML. Rows of one struct doc_ops: report_md.c, report_html.c.
 *
 * Running out of memory leaves out what there was no room for, and sticks: doc_close tells.
 */
#ifndef TUI_DOC_H
#define TUI_DOC_H

#include <stdbool.h>
#include <stdio.h>

#include "core/err.h"
#include "core/kinds.h"
#include "tui/chart.h"
#include "tui/textbuf.h"

#define DOC_COLUMNS 12

struct doc_column {
	const char *title; /* NULL: the end of the list */
	bool right;	   /* numbers */
};

struct doc_cell {
	size_t end; /* of its text */
	enum severity severity; /* OK: nothing to be pointed out */
};

/* Rows are complete: as many cells as columns. */
struct doc_table {
	const char *caption;
	const struct doc_column *columns;
	size_t ncolumns;
	struct textbuf text;
	struct doc_cell *cells;
	size_t ncells, cap;
};

struct doc;

struct doc_ops {
	void (*begin)(struct doc *d, struct slice title);
	void (*end)(struct doc *d);
	void (*heading)(struct doc *d, int level, struct slice text); /* 2 or 3; 1 is the title */
	void (*para)(struct doc *d, struct slice text);
	void (*table)(struct doc *d, const struct doc_table *t);
	void (*lanes)(struct doc *d, const struct chart_lanes *c);
	void (*bars)(struct doc *d, const struct chart_bars *c);
	void (*lines)(struct doc *d, const struct chart_lines *c);
};

extern const struct doc_ops doc_md, doc_html;

struct doc {
	const struct doc_ops *ops;
	FILE *to;
	struct doc_table table; /* the open one */
	bool failed;
};

void doc_open(struct doc *d, const struct doc_ops *ops, FILE *to, struct slice title);
/* Releases it, too. ERR_NOMEM. Errors of `to` are the caller's to look at. */
int doc_close(struct doc *d, struct err *err);

void doc_heading(struct doc *d, int level, struct slice text);
void doc_para(struct doc *d, struct slice text);

/* columns: up to DOC_COLUMNS, ended by a NULL title, borrowed until doc_table_end. A table without rows is left out. */
void doc_table(struct doc *d, const char *caption, const struct doc_column *columns);
void doc_cell(struct doc *d, struct slice text);
void doc_cellf(struct doc *d, const char *fmt, ...) ERR_PRINTF(2, 3); /* at most 255 bytes */
void doc_cell_as(struct doc *d, enum severity severity, const char *text);
void doc_table_end(struct doc *d);

/* One cell of a table; cells are counted through all rows. */
struct slice doc_table_at(const struct doc_table *t, size_t cell);

#endif
