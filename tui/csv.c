#include "tui/csv.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/jsonw.h"
#include "widgets/fmt.h"

static void
begin_field(struct csv *c)
{
	if (c->within)
		fputc(',', c->to);
	c->within = true;
}

static size_t
digits(struct slice s, size_t from)
{
	size_t n = 0;

	while (from + n < s.n && s.p[from + n] >= '0' && s.p[from + n] <= '9')
		n++;
	return n;
}

/* A number below zero as JSON has it: the one text with a sign in front that a spreadsheet may read as it likes. */
static bool
is_negative(struct slice s)
{
	size_t at = 1, n;

	if (!s.n || s.p[0] != '-' || !(n = digits(s, at)))
		return false;
	at += n;
	if (at < s.n && s.p[at] == '.') {
		n = digits(s, ++at);
		at += n;
		if (!n)
			return false;
	}
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at++;
		at += at < s.n && (s.p[at] == '+' || s.p[at] == '-');
		n = digits(s, at);
		at += n;
		if (!n)
			return false;
	}
	return at == s.n;
}

/* What spreadsheets take for a formula, whatever quotes stand around it. */
static bool
is_formula(struct slice s)
{
	return s.n && s.p[0] && strchr("=+-@\t\r\n", s.p[0]) && !is_negative(s);
}

void
csv_text(struct csv *c, struct slice text)
{
	bool quoted = false;
	size_t i;

	begin_field(c);
	for (i = 0; i < text.n; i++)
		quoted |= text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\n' || text.p[i] == '\r';
	if (quoted)
		fputc('"', c->to);
	if (is_formula(text))
		fputc('\'', c->to);
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			fputc('"', c->to);
		fputc(text.p[i], c->to);
	}
	if (quoted)
		fputc('"', c->to);
}

void
csv_cstr(struct csv *c, const char *text)
{
	csv_text(c, slice_of(text));
}

void
csv_number(struct csv *c, double x)
{
	char buf[JSONW_NUMBER_BYTES];

	begin_field(c);
	if (isfinite(x))
		fputs(jsonw_format_number(x, buf), c->to);
}

void
csv_int(struct csv *c, int64_t x, bool known)
{
	begin_field(c);
	if (known)
		fprintf(c->to, "%" PRId64, x);
}

void
csv_uint(struct csv *c, uint64_t x)
{
	begin_field(c);
	fprintf(c->to, "%" PRIu64, x);
}

void
csv_time(struct csv *c, int64_t ms)
{
	begin_field(c);
	fprintf(c->to, "%sT%sZ", fmt_date(ms, 0).s, fmt_clock_ms(ms, 0).s);
}

void
csv_end_row(struct csv *c)
{
	fputc('\n', c->to);
	c->within = false;
}
