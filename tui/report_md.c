/*
 * A document as Markdown (CommonMark with the tables of GitHub): read as it is or rendered, tables line up. Whatever
 * would mean something in a name is preceded by a backslash, so that it means itself.
 */
#include <math.h>
#include <string.h>

#include "tui/doc.h"
#include "tui/plain.h"
#include "widgets/charset.h"
#include "widgets/fmt.h"

enum { AXIS_COLUMNS = 60, LABEL_COLUMNS = 38 };

static bool
is_word(uint32_t ch)
{
	return ch >= 0x80 || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

/* Between two letters an underscore is none; what makes an address of a text is taken apart. */
static bool
is_special(uint32_t ch, uint32_t before, struct slice after)
{
	if (ch == '_')
		return !is_word(before) || !after.n || !is_word((unsigned char)after.p[0]);
	if (ch == ':')
		return after.n && after.p[0] == '/';
	if (ch == '.')
		return before == 'w' || before == 'W';
	if (ch == '>' || ch == '#')
		return before == 0; /* a quotation, a heading */
	return ch < 0x80 && ch && strchr("\\`*[]<|~&$@", (int)ch) != NULL;
}

/* Escaped text; returns its columns. to NULL: only those. */
static int
put(FILE *to, struct slice text)
{
	char bytes[CHARSET_UTF8_MAX];
	uint32_t before = 0;
	int columns = 0;

	while (text.n) {
		uint32_t ch = charset_filter(charset_decode(&text));
		bool special = is_special(ch, before, text);

		if (special && to)
			fputc('\\', to);
		if (to)
			fwrite(bytes, 1, charset_encode(ch, bytes), to);
		columns += special + charset_width(ch);
		before = ch;
	}
	return columns;
}

static void
put_blanks(FILE *to, int n)
{
	for (; n > 0; n--)
		fputc(' ', to);
}

static void
begin(struct doc *d, struct slice title)
{
	fputs("# ", d->to);
	put(d->to, title);
	fputs("\n", d->to);
}

static void
end(struct doc *d)
{
	(void)d;
}

static void
heading(struct doc *d, int level, struct slice text)
{
	fprintf(d->to, "\n%s ", level == 2 ? "##" : "###");
	put(d->to, text);
	fputc('\n', d->to);
}

/* What a line begins with could make a list or a rule of it. */
static void
para(struct doc *d, struct slice text)
{
	size_t digits = 0;

	while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	fputc('\n', d->to);
	if (digits && digits < text.n && (text.p[digits] == '.' || text.p[digits] == ')')) {
		fwrite(text.p, 1, digits, d->to);
		fputc('\\', d->to);
		text = slice_make(text.p + digits, text.n - digits);
	} else if (text.n && strchr("-+=", text.p[0])) {
		fputc('\\', d->to);
	}
	put(d->to, text);
	fputc('\n', d->to);
}

static void
put_rule(FILE *to, const struct doc_table *t, const int *widths)
{
	size_t i;
	int k;

	for (i = 0; i < t->ncolumns; i++) {
		fputs(i ? " " : "| ", to);
		for (k = 0; k < widths[i] - (t->columns[i].right ? 1 : 0); k++)
			fputc('-', to);
		fputs(t->columns[i].right ? ": |" : " |", to);
	}
	fputc('\n', to);
}

static void
put_cell(FILE *to, const struct doc_table *t, const int *widths, size_t column, struct slice text)
{
	int blanks = widths[column] - put(NULL, text);

	fputs(column ? " " : "| ", to);
	if (t->columns[column].right)
		put_blanks(to, blanks);
	put(to, text);
	if (!t->columns[column].right)
		put_blanks(to, blanks);
	fputs(column + 1 == t->ncolumns ? " |\n" : " |", to);
}

static void
table(struct doc *d, const struct doc_table *t)
{
	int widths[DOC_COLUMNS];
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		widths[i] = put(NULL, slice_of(t->columns[i].title)) < 3 ? 3 : put(NULL, slice_of(t->columns[i].title));
	for (i = 0; i < t->ncells; i++) {
		int w = put(NULL, doc_table_at(t, i));

		if (w > widths[i % t->ncolumns])
			widths[i % t->ncolumns] = w;
	}
	fputc('\n', d->to);
	for (i = 0; i < t->ncolumns; i++)
		put_cell(d->to, t, widths, i, slice_of(t->columns[i].title));
	put_rule(d->to, t, widths);
	for (i = 0; i < t->ncells; i++)
		put_cell(d->to, t, widths, i % t->ncolumns, doc_table_at(t, i));
}

/* ---- charts, as characters in a block of code; each line begins with two blanks or a letter --- */

static int
place_of(const struct chart_time *t, int64_t ms)
{
	double frac = (double)(ms - t->from_ms) / (double)(t->to_ms - t->from_ms);
	int at = (int)((frac < 0 ? 0 : frac > 1 ? 1 : frac) * AXIS_COLUMNS);

	return at < AXIS_COLUMNS ? at : AXIS_COLUMNS - 1;
}

static void
put_axis(FILE *to, const struct chart_time *t)
{
	fprintf(to, "    %*s %s", LABEL_COLUMNS, "", fmt_datetime(t->from_ms, t->utc_offset_ms).s);
	fprintf(to, "%*s %s\n", AXIS_COLUMNS - 19, fmt_datetime(t->to_ms, t->utc_offset_ms).s,
	    t->zone ? t->zone : "UTC");
}

static void
draw_spans(char *row, const struct chart_time *t, const struct chart_span *s, size_t n, size_t lane)
{
	static const char letters[SEVERITY_COUNT] = {'.', '?', 'W', 'C'};
	size_t i;

	for (i = 0; i < n; i++) {
		int at = place_of(t, s[i].from_ms), last = s[i].open ? AXIS_COLUMNS - 1 : place_of(t, s[i].to_ms);

		if (s[i].lane != lane)
			continue;
		for (; at <= last; at++)
			if (row[at] != 'C')
				row[at] = letters[s[i].severity];
	}
}

static void
put_lane(FILE *to, struct slice label, const char *row)
{
	fputs("    ", to);
	plain_pad(to, label, LABEL_COLUMNS, true);
	fprintf(to, "|%.*s|\n", AXIS_COLUMNS, row);
}

static void
lanes(struct doc *d, const struct chart_lanes *c)
{
	char row[AXIS_COLUMNS];
	size_t i;

	fprintf(d->to, "\n%s (W: warning, C: critical, x: nothing is known, |: a mark)\n\n```text\n", c->title);
	for (i = 0; i < c->nlanes && i < CHART_LANES; i++) {
		memset(row, '.', sizeof(row));
		draw_spans(row, &c->time, c->spans, c->nspans, i);
		put_lane(d->to, c->lanes[i], row);
	}
	memset(row, ' ', sizeof(row));
	for (i = 0; i < c->ngaps; i++)
		memset(row + place_of(&c->time, c->gaps[i].from_ms), 'x',
		    (size_t)(place_of(&c->time, c->gaps[i].to_ms) - place_of(&c->time, c->gaps[i].from_ms)) + 1);
	for (i = 0; i < c->nmarks; i++)
		row[place_of(&c->time, c->marks[i].at_ms)] = '|';
	put_lane(d->to, slice_of(""), row);
	put_axis(d->to, &c->time);
	fputs("```\n", d->to);
}

static void
bars(struct doc *d, const struct chart_bars *c)
{
	struct doc_column columns[CHART_SERIES + 2] = {{"part", false}};
	size_t i, s;

	for (s = 0; s < c->nseries; s++)
		columns[s + 1] = (struct doc_column){c->names[s], true};
	doc_table(d, c->title, columns);
	for (i = 0; i < c->n; i++) {
		doc_cell(d, c->labels[i]);
		for (s = 0; s < c->nseries; s++)
			doc_cellf(d, "%s", fmt_pct_sign(c->shares[s][i]).s);
	}
	doc_table_end(d);
}

static void
lines(struct doc *d, const struct chart_lines *c)
{
	static const char *const eighths[9] = {" ", "\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83", "\xe2\x96\x84",
	    "\xe2\x96\x85", "\xe2\x96\x86", "\xe2\x96\x87", "\xe2\x96\x88"};
	double most = 0;
	size_t i, s;

	for (s = 0; s < c->nseries; s++)
		for (i = 0; i < c->n; i++)
			most = c->values[s][i] > most ? c->values[s][i] : most;
	if (!(most > 0) || !c->n)
		return;
	fprintf(d->to, "\n%s, largest %s\n\n```text\n", c->title, (c->share ? fmt_pct_sign(most) : fmt_drift(most)).s);
	for (s = 0; s < c->nseries; s++) {
		fputs("    ", d->to);
		plain_pad(d->to, slice_of(c->names[s]), LABEL_COLUMNS, true);
		fputc('|', d->to);
		for (i = 0; i < AXIS_COLUMNS; i++) {
			double v = c->values[s][i * c->n / AXIS_COLUMNS];

			/* What is known and small is not nothing. */
			fputs(eighths[isnan(v) ? 0 : 1 + (int)(v / most * 7)], d->to);
		}
		fputs("|\n", d->to);
	}
	put_axis(d->to, &c->time);
	fputs("```\n", d->to);
}

const struct doc_ops doc_md = {begin, end, heading, para, table, lanes, bars, lines};
