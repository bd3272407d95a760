#include "tui/doc.h"

#include <stdarg.h>

#include "core/mem.h"

void
doc_open(struct doc *d, const struct doc_ops *ops, FILE *to, struct slice title)
{
	*d = (struct doc){.ops = ops, .to = to};
	ops->begin(d, title);
}

int
doc_close(struct doc *d, struct err *err)
{
	bool failed = d->failed;

	d->ops->end(d);
	textbuf_release(&d->table.text);
	mem_free(d->table.cells);
	*d = (struct doc){0};
	return failed ? err_nomem(err) : 0;
}

void
doc_heading(struct doc *d, int level, struct slice text)
{
	d->ops->heading(d, level, text);
}

void
doc_para(struct doc *d, struct slice text)
{
	if (text.n)
		d->ops->para(d, text);
}

/* ---- tables: collected first, since widths of columns are known at the end ------------------- */

void
doc_table(struct doc *d, const char *caption, const struct doc_column *columns)
{
	struct doc_table *t = &d->table;

	t->caption = caption;
	t->columns = columns;
	t->text.n = 0;
	t->ncells = 0;
	for (t->ncolumns = 0; t->ncolumns < DOC_COLUMNS && columns[t->ncolumns].title;)
		t->ncolumns++;
}

static void
end_cell(struct doc *d, enum severity severity)
{
	struct doc_table *t = &d->table;
	struct doc_cell *cells = mem_grow(t->cells, &t->cap, t->ncells + 1, sizeof(*cells));

	if (!cells || t->text.failed) {
		d->failed = true;
		t->cells = cells ? cells : t->cells;
		return;
	}
	t->cells = cells;
	cells[t->ncells++] = (struct doc_cell){t->text.n, severity};
}

void
doc_cell(struct doc *d, struct slice text)
{
	textbuf_add(&d->table.text, text.p, text.n);
	end_cell(d, SEVERITY_OK);
}

void
doc_cellf(struct doc *d, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	doc_cell(d, slice_of(text));
}

void
doc_cell_as(struct doc *d, enum severity severity, const char *text)
{
	textbuf_str(&d->table.text, text);
	end_cell(d, severity);
}

struct slice
doc_table_at(const struct doc_table *t, size_t cell)
{
	size_t from = cell ? t->cells[cell - 1].end : 0;

	return slice_make(t->text.p + from, t->cells[cell].end - from);
}

void
doc_table_end(struct doc *d)
{
	struct doc_table *t = &d->table;

	/* Without memory for a cell the last row is short. */
	t->ncells -= t->ncells % t->ncolumns;
	if (t->ncells)
		d->ops->table(d, t);
}
