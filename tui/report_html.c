/*
 * A document as one HTML file: it needs no network, no script and no font, follows the reader's light or dark, and
 * prints on paper. What comes from strangers goes through tui/html.h alone.
 */
#include "tui/doc.h"
#include "tui/html.h"
#include "tui/svg_chart.h"

/* Contrast of text is at least 4.5, of graphics 3, on either ground; as the themes, safe for colour-blind eyes. */
static const char style[] =
    ":root{color-scheme:light dark;--bg:#fff;--ink:#1c1c1c;--dim:#5c5c5c;--rule:#c8c8c8;--warn:#875f00;--crit:#8b0000;"
    "--base:#8a8a8a;--before:#5f87af;--now:#00529b;--mark:#87005f;--shade:#00000012}\n"
    "@media (prefers-color-scheme:dark){:root{--bg:#121212;--ink:#e4e4e4;--dim:#a8a8a8;--rule:#4a4a4a;--warn:#e6b450;"
    "--crit:#ff7070;--base:#8a8a8a;--before:#7aa2c8;--now:#5fb3ff;--mark:#ff87d7;--shade:#ffffff18}}\n"
    "body{background:var(--bg);color:var(--ink);font:15px/1.45 system-ui,sans-serif;max-width:62em;margin:1.5em auto;"
    "padding:0 1em;overflow-wrap:break-word}p{margin:.35em 0}\n"
    "h1{font-size:1.5em}h2{font-size:1.2em;border-bottom:1px solid var(--rule);margin-top:2em}h3{font-size:1em;"
    "margin:1.5em 0 .3em}\n"
    ".scroll{overflow-x:auto;margin:.5em 0}table{border-collapse:collapse;font-size:.87em}\n"
    "caption{text-align:left;color:var(--dim)}th,td{padding:.2em .7em .2em 0;text-align:left;vertical-align:top;"
    "border-bottom:1px solid var(--rule)}td,tbody th{overflow-wrap:anywhere;min-width:4.2em}\n"
    "th.n,td.n{text-align:right;font-variant-numeric:tabular-nums;min-width:0;overflow-wrap:normal}"
    "td.n,thead th{white-space:nowrap}table.wide{min-width:54em}"
    "tbody th{position:sticky;left:0;background:var(--bg)}\n"
    "figcaption{font-size:.87em;color:var(--dim);position:sticky;left:0}svg{min-width:38em}\n"
    ".w{color:var(--warn);font-weight:600}.c{color:var(--crit);font-weight:700}.u{color:var(--dim);font-style:italic}\n"
    "svg{display:block;width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--ink);"
    "unicode-bidi:isolate;paint-order:stroke;stroke:var(--bg);stroke-width:3px;stroke-linejoin:round}\n"
    ".ax{stroke:var(--dim)}.grid{stroke:var(--rule);stroke-dasharray:2 3}"
    ".level{stroke:var(--dim);stroke-dasharray:7 4}\n"
    ".mark{stroke:var(--mark);stroke-width:1.5;stroke-dasharray:4 2}.gap{fill:none;stroke:var(--dim);"
    "stroke-dasharray:3 3}.during{fill:var(--shade)}\n"
    "rect.warn{fill:var(--warn)}rect.crit{fill:var(--crit)}rect.unknown{fill:none;stroke:var(--dim)}\n"
    ".s0{fill:none;stroke:var(--base);stroke-width:1.5}.s1{fill:var(--before)}.s2{fill:var(--now)}\n"
    ".l0,.l1{fill:none;stroke-width:2;stroke-linecap:round;stroke:var(--now)}.l1{stroke:var(--base);stroke-width:1.2;"
    "stroke-dasharray:5 3}.k0{fill:var(--now)}.k1{fill:none;stroke:var(--base);stroke-dasharray:3 2}\n"
    "@media print{:root{--bg:#fff;--ink:#000;--dim:#444;--rule:#bbb;--warn:#6b4a00;--crit:#8b0000;--base:#777;"
    "--before:#6b93bb;--now:#00417a;--mark:#6b004c;--shade:#00000012}body{max-width:none;margin:0;font-size:10pt}"
    ".scroll{overflow:visible}h2,h3,figcaption{break-after:avoid}tr,figure{break-inside:avoid}svg{min-width:0}"
    "table{font-size:8pt;width:100%}th,td{padding-right:.5em}td,tbody th{min-width:3.4em}p{orphans:3;widows:3}"
    "table.wide{min-width:0}thead th{white-space:normal}"
    "thead{display:table-header-group}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

enum { WIDE = 5 }; /* columns that a narrow screen has no room for */

static void
begin(struct doc *d, struct slice title)
{
	/* The policy is a second lock: even a page that held a reference would load nothing. */
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" "
	      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	    d->to);
	html_put(d->to, title);
	fprintf(d->to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>", style);
	html_put_name(d->to, title);
	fputs("</h1>\n", d->to);
}

static void
end(struct doc *d)
{
	fputs("</main>\n</body>\n</html>\n", d->to);
}

static void
heading(struct doc *d, int level, struct slice text)
{
	fprintf(d->to, "<h%d>", level);
	html_put_name(d->to, text);
	fprintf(d->to, "</h%d>\n", level);
}

static void
para(struct doc *d, struct slice text)
{
	fputs("<p>", d->to);
	html_put_name(d->to, text);
	fputs("</p>\n", d->to);
}

static void
put_cell(FILE *to, const struct doc_table *t, size_t cell)
{
	static const char *const classes[SEVERITY_COUNT] = {NULL, "u", "w", "c"};
	const char *class = classes[t->cells[cell].severity];
	size_t column = cell % t->ncolumns;

	/* The first column is what a row is about: its header. */
	if (column == 0)
		fputs("<tr><th scope=\"row\">", to);
	else
		fputs(t->columns[column].right ? "<td class=\"n\">" : "<td>", to);
	if (class)
		fprintf(to, "<span class=\"%s\">", class);
	html_put_name(to, doc_table_at(t, cell));
	fprintf(to, "%s%s%s", class ? "</span>" : "", column == 0 ? "</th>" : "</td>",
	    column + 1 == t->ncolumns ? "</tr>\n" : "");
}

static void
table(struct doc *d, const struct doc_table *t)
{
	size_t i;

	fprintf(d->to, "<div class=\"scroll\"><table%s><caption>", t->ncolumns > WIDE ? " class=\"wide\"" : "");
	html_puts(d->to, t->caption);
	fputs("</caption>\n<thead><tr>", d->to);
	for (i = 0; i < t->ncolumns; i++) {
		fprintf(d->to, "<th scope=\"col\"%s>", t->columns[i].right ? " class=\"n\"" : "");
		html_puts(d->to, t->columns[i].title);
		fputs("</th>", d->to);
	}
	fputs("</tr></thead>\n<tbody>\n", d->to);
	for (i = 0; i < t->ncells; i++)
		put_cell(d->to, t, i);
	fputs("</tbody></table></div>\n", d->to);
}

/* On a narrow screen a picture keeps a size at which it can be read, and is moved aside as tables are. */
static void
begin_figure(struct doc *d, const char *title)
{
	fputs("<figure class=\"scroll\"><figcaption>", d->to);
	html_puts(d->to, title);
	fputs("</figcaption>\n", d->to);
}

static void
lanes(struct doc *d, const struct chart_lanes *c)
{
	begin_figure(d, c->title);
	svg_lanes(d->to, c);
	fputs("</figure>\n", d->to);
}

static void
bars(struct doc *d, const struct chart_bars *c)
{
	begin_figure(d, c->title);
	svg_bars(d->to, c);
	fputs("</figure>\n", d->to);
}

static void
lines(struct doc *d, const struct chart_lines *c)
{
	begin_figure(d, c->title);
	svg_lines(d->to, c);
	fputs("</figure>\n", d->to);
}

const struct doc_ops doc_html = {begin, end, heading, para, table, lanes, bars, lines};
