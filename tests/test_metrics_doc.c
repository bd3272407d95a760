/*
 * docs/METRICS.md says what the program does: between "<!-- table NAME -->" and "<!-- end -->" stands what the
 * program's own tables and functions give. `make docs/METRICS.md` writes it anew.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/evidence.h"
#include "core/floor.h"
#include "core/metric.h"
#include "core/numbins.h"
#include "core/rule.h"
#include "core/stat.h"
#include "core/verdict.h"
#include "core/watch.h"

#define DOCUMENT "docs/METRICS.md"
#define WIDTH	 118
#define BELL	 10000 /* rows of the bell curve that stands for a baseline */

/* ---- a bell curve ------------------------------------------------------------------------------------------------ */

/* n rows at the quantiles of a bell curve against BELL rows, so that there is no noise in the example. */
struct bell {
	struct numbins bins;
	uint64_t fine_ref[NUMBINS_MAX], fine_cur[NUMBINS_MAX], ref[NUMBINS_PSI_MAX], cur[NUMBINS_PSI_MAX];
	double means[NUMBINS_MAX];
	struct stat_input in;
};

static void
bell_make(struct bell *b, size_t n)
{
	static double rows[BELL];
	struct err err;
	size_t i;

	for (i = 0; i < BELL; i++)
		rows[i] = floor_normal(((double)i + 0.5) / BELL);
	assert_int_equal(numbins_make(&b->bins, rows, BELL, &err), 0);
	numbins_tally(&b->bins, rows, BELL, b->fine_ref, b->means);
	for (i = 0; i < n; i++)
		rows[i] = floor_normal(((double)i + 0.5) / (double)n);
	numbins_tally(&b->bins, rows, n, b->fine_cur, NULL);
	numbins_merge(&b->bins, b->fine_ref, b->ref);
	numbins_merge(&b->bins, b->fine_cur, b->cur);
	b->in = (struct stat_input){.cur = b->cur, .ref = b->ref, .ncells = b->bins.npsi, .fine_cur = b->fine_cur,
	    .fine_ref = b->fine_ref, .nfine = numbins_count(&b->bins), .edges = b->bins.edges, .ref_means = b->means,
	    .ref_sd = b->bins.sd, .ref_mean = b->bins.mean, .cur_mean = 0, .ref_min = b->bins.min,
	    .ref_max = b->bins.max, .cur_min = rows[0], .cur_max = rows[n - 1]};
}

/* The figure that stands for this shift: where the row's own function gives it back. */
static double
figure_of_shift(const struct stat_input *in, size_t stat, double shift)
{
	double lo = 0, hi = isinf(stat_rows[stat].hi) ? 1e5 : stat_rows[stat].hi;
	int step;

	for (step = 0; step < 100; step++) {
		double mid = (lo + hi) / 2;

		if (stat_rows[stat].shift(in, mid) < shift)
			lo = mid;
		else
			hi = mid;
	}
	return (lo + hi) / 2;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/* A list item, its words wrapped. */
static void
put_item(FILE *f, const char *head, const char *text, const char *tail)
{
	char all[1200];
	size_t column;
	const char *p;

	snprintf(all, sizeof(all), "%s%s%s", head, text, tail);
	column = 2;
	fputs("* ", f);
	for (p = all; *p;) {
		size_t n = strcspn(p, " ");

		if (column + n > WIDTH) {
			fputs("\n  ", f);
			column = 2;
		} else if (p != all) {
			fputc(' ', f);
			column++;
		}
		fwrite(p, 1, n, f);
		column += n;
		p += n + (p[n] == ' ');
	}
	fputc('\n', f);
}

static void
put_statistics(FILE *f)
{
	size_t s;

	for (s = 0; s < STAT_COUNT; s++) {
		const struct stat_row *r = &stat_rows[s];
		char range[160], source[300];

		if (isinf(r->hi))
			snprintf(range, sizeof(range), "%s; from %g upwards", r->unit[0] ? r->unit : "none", r->lo);
		else
			snprintf(
			    range, sizeof(range), "%s; from %g to %g", r->unit[0] ? r->unit : "none", r->lo, r->hi);
		snprintf(source, sizeof(source), " (%s)", r->noise_source);
		fprintf(f, "\n### %s (`%s`)\n\n", r->title, r->name);
		put_item(f, "unit: ", range, r->ordered_only ? "; numbers only" : "");
		fprintf(f, "* formula: %s\n* source: %s\n", r->formula, r->source);
		put_item(f, "noise floor: ", r->noise, source);
		if (r->error)
			put_item(f, "error of bins: ", r->error, "");
		put_item(f, "in plain words: ", r->plain, "");
	}
	fputc('\n', f);
}

/* Two digits, never with an exponent. */
static void
put_number(FILE *f, double x)
{
	if (x >= 100)
		fprintf(f, " %.0f |", x);
	else
		fprintf(f, " %.2g |", x);
}

static void
put_shifts(FILE *f)
{
	static const double shifts[] = {0.1, 0.2, 0.3, 0.5, 1, 2};
	struct bell b;
	size_t s, k;

	bell_make(&b, 1000);
	fputs("\n| shift, sd |", f);
	for (s = 0; s < STAT_COUNT; s++)
		fprintf(f, " %s |", stat_rows[s].name);
	fputs("\n|---|---|---|---|---|---|---|\n", f);
	for (k = 0; k < sizeof(shifts) / sizeof(shifts[0]); k++) {
		fprintf(f, "| %g |", shifts[k]);
		for (s = 0; s < STAT_COUNT; s++)
			put_number(f, figure_of_shift(&b.in, s, shifts[k]));
		fputc('\n', f);
	}
	fputc('\n', f);
}

static const size_t sizes[] = {50, 100, 500, 1000, 5000, 10000};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static void
put_psi_floor(FILE *f)
{
	static const uint64_t base[] = {1000, 10000, 100000};
	size_t i, k;

	fputs("\n| n \\ m | 1,000 | 10,000 | 100,000 |\n|---|---|---|---|\n", f);
	for (i = 0; i < SIZES; i++) {
		fprintf(f, "| %zu |", sizes[i]);
		for (k = 0; k < 3; k++)
			put_number(f, floor_psi(10, sizes[i], base[k]));
		fputc('\n', f);
	}
	fputc('\n', f);
}

static void
put_floors(FILE *f)
{
	struct bell b;
	size_t i, s;

	fputs("\n| n |", f);
	for (s = 0; s < STAT_COUNT; s++)
		fprintf(f, " %s |", stat_rows[s].name);
	fputs("\n|---|---|---|---|---|---|---|\n", f);
	for (i = 0; i < SIZES; i++) {
		bell_make(&b, sizes[i]);
		fprintf(f, "| %zu |", sizes[i]);
		for (s = 0; s < STAT_COUNT; s++)
			put_number(f, stat_rows[s].floor(&b.in, FLOOR_TAIL));
		fputc('\n', f);
	}
	fputc('\n', f);
}

static void
put_gates(FILE *f)
{
	fputs("\n| what | value |\n|---|---|\n", f);
	fputs("| tilts of location and spread | 0.1 0.2 0.4 0.8, up and down |\n", f);
	fputs("| alternatives of a rate | 1/3 2/3 1.5 3 10 times, and 1 point more |\n", f);
	fprintf(f, "| a change of location matters from | %g sd |\n", EVIDENCE_GATE_SHIFT);
	fprintf(f, "| of spread | %g times, or 1/%g |\n", EVIDENCE_GATE_SPREAD, EVIDENCE_GATE_SPREAD);
	fprintf(f, "| of shape | %g %% of the rows in other bins, beyond noise |\n", 100 * EVIDENCE_GATE_TV);
	fprintf(f, "| of a rate | %g times and %g points |\n", EVIDENCE_GATE_TIMES, 100 * EVIDENCE_GATE_POINTS);
	fprintf(f, "| the effect is measured over | the active stretch, at most %d windows |\n", EVIDENCE_SEGMENT);
	fprintf(f, "| windows a week | %g |\n", WATCH_WINDOWS_A_WEEK);
	fprintf(f, "| a baseline is armed from | %d different days and %d values |\n\n", GROWTH_DAYS, GROWTH_VALUES);
}

static void
put_rows(FILE *f)
{
	static const double shifts[] = {0.1, 0.25, 0.5, 1};
	static const double fleets[] = {10, 1000, 10000};
	size_t i, k;

	fputs("\n| shift, sd |", f);
	for (k = 0; k < 3; k++)
		fprintf(f, " %g features, limit %.1f |", fleets[k], evidence_limit(fleets[k], WATCH_WINDOWS_A_WEEK, 1));
	fputs("\n|---|---|---|---|\n", f);
	for (i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
		fprintf(f, "| %g |", shifts[i]);
		for (k = 0; k < 3; k++)
			fprintf(f, " %.0f rows |",
			    2 * (evidence_limit(fleets[k], WATCH_WINDOWS_A_WEEK, 1) + log(WATCH_TILTS)) /
				(shifts[i] * shifts[i]));
		fputc('\n', f);
	}
	fputc('\n', f);
}

static void
put_code(FILE *f, const char *text)
{
	if (text)
		fprintf(f, " `%s` |", text);
	else
		fputs(" |", f);
}

static void
put_rules(FILE *f)
{
	size_t i;

	fputs("\n| rule | of each | warn | crit | says |\n|---|---|---|---|---|\n", f);
	for (i = 0; i < rule_default_count; i++) {
		const struct rule_default *r = &rule_defaults[i];

		fprintf(f, "| `%s` | %s |", r->name, rule_scope_names[r->scope]);
		put_code(f, r->warn);
		put_code(f, r->crit);
		fprintf(f, " %s |\n", r->about);
	}
	fputc('\n', f);
}

static void
put_metrics(FILE *f)
{
	static const char *const units[EXPR_UNITS] = {"", "share", "ms", "a second", "sd", "text", "word", "any"};
	static const char *const scopes[] = {"model", "version", "feature", "source", "event", "alert"};
	size_t i, k;

	fputs("\n| metric | unit | of | what |\n|---|---|---|---|\n", f);
	for (i = 0; i < METRIC_COUNT; i++) {
		const struct metric_row *m = &metric_rows[i];
		const char *lead = " ";

		fprintf(f, "| `%s` | %s |", m->name.name, units[m->name.unit]);
		for (k = 0; k < sizeof(scopes) / sizeof(scopes[0]); k++) {
			if (!(m->scopes & 1u << k))
				continue;
			fprintf(f, "%s%s", lead, scopes[k]);
			lead = ", ";
		}
		fprintf(f, " | %s |\n", m->about);
	}
	fputc('\n', f);
}

static const struct {
	const char *name;
	void (*put)(FILE *f);
} tables[] = {
    {"statistics", put_statistics},
    {"shifts", put_shifts},
    {"psifloor", put_psi_floor},
    {"floors", put_floors},
    {"gates", put_gates},
    {"rows", put_rows},
    {"rules", put_rules},
    {"metrics", put_metrics},
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

/* ---- the document ------------------------------------------------------------------------------------------------ */

static char *
read_document(void)
{
	FILE *f = fopen(DOCUMENT, "r");
	char *text = calloc(1, 1 << 20);
	size_t n;

	assert_non_null(f);
	assert_non_null(text);
	n = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	assert_true(n > 0 && n < (1 << 20) - 1);
	return text;
}

static char *
with_tables(const char *text)
{
	char *out = NULL;
	size_t n = 0, i, seen = 0;
	FILE *f = open_memstream(&out, &n);
	const char *p = text, *open, *close;

	assert_non_null(f);
	while ((open = strstr(p, "<!-- table ")) != NULL) {
		char name[32] = "";

		assert_int_equal(sscanf(open, "<!-- table %31[a-z] -->\n", name), 1);
		open = strchr(open, '\n') + 1;
		close = strstr(open, "<!-- end -->");
		assert_non_null(close);
		fwrite(p, 1, (size_t)(open - p), f);
		for (i = 0; i < TABLES && strcmp(tables[i].name, name) != 0; i++)
			;
		assert_true(i < TABLES);
		tables[i].put(f);
		seen |= (size_t)1 << i;
		p = close;
	}
	fputs(p, f);
	fclose(f);
	assert_int_equal(seen, ((size_t)1 << TABLES) - 1);
	return out;
}

static void
the_document_says_what_the_program_does(void **state)
{
	char *text = read_document(), *must = with_tables(text);

	(void)state;
	if (getenv("UPDATE")) {
		FILE *f = fopen(DOCUMENT, "w");

		assert_non_null(f);
		fputs(must, f);
		assert_int_equal(fclose(f), 0);
	} else {
		assert_string_equal(text, must);
	}
	free(must);
	free(text);
}

/* Levels that the prose names. */
static void
the_documents_words_hold(void **state)
{
	char *text = read_document();

	(void)state;
	assert_true(VERDICT_PSI_WATCH == 0.1 && VERDICT_PSI_DRIFT == 0.25 && VERDICT_ROWS_MIN == 50);
	assert_true(floor_psi(10, 350, 1000000) < 0.1 && floor_psi(10, 330, 1000000) > 0.1);
	assert_true(floor_psi(10, 140, 1000000) < 0.25 && floor_psi(10, 130, 1000000) > 0.25);
	assert_true(fabs(floor_psi(51, 1000, 1000) / floor_psi(10, 1000, 1000) - 2.8) < 0.1);
	assert_non_null(strstr(text, "Below 50 on either side"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_document_says_what_the_program_does),
	    cmocka_unit_test(the_documents_words_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
