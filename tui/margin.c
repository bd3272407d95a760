#include "tui/margin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define POINT_COLS 4 /* right of where points stand: ".2pt", ".245", "ms" */

/* How both are written. */
struct scale {
	double factor;
	int decimals; /* below 0: with an exponent */
	const char *unit;
};

static int
few_decimals(double x)
{
	return x > 0 && x < 9.95 ? 1 : 0;
}

static struct scale
rate_scale(double a)
{
	static const char *const units[] = {"", "k", "M", "G"};
	double factor = 1;
	int u = 0;

	if (a > 0 && a < 0.05) {
		factor = a * 3600 >= 0.95 ? 3600 : 86400;
		return (struct scale){factor, few_decimals(a * factor), factor < 86400 ? "/h" : "/d"};
	}
	while (u < 3 && a * factor >= (u ? 999.5 : 9999.5)) {
		factor /= 1000;
		u++;
	}
	return (struct scale){factor, a * factor < (u ? 99.95 : 9.95) ? 1 : 0, units[u]};
}

static struct scale
ms_scale(double a)
{
	if (a > 0 && a < 0.9995)
		return (struct scale){1000, 0, "us"};
	if (a < 999.5)
		return (struct scale){1, few_decimals(a), "ms"};
	return (struct scale){0.001, few_decimals(a / 1000), "s"};
}

/* As many digits as a value of its size has elsewhere. */
static struct scale
value_scale(double a)
{
	int decimals = a >= 999.95 ? 0 : a >= 99.995 ? 1 : a >= 9.9995 ? 2 : a >= 0.01 ? 3 : 5;

	if (a >= 9999999.5 || (a > 0 && a < 0.0001))
		decimals = -2;
	return (struct scale){1, a > 0 ? decimals : 0, ""};
}

static struct scale
scale_of(enum margin_kind kind, double a)
{
	switch (kind) {
	case MARGIN_RATE:
		return rate_scale(a);
	case MARGIN_POINTS:
		return (struct scale){100, 1, "pt"};
	case MARGIN_MS:
		return ms_scale(a);
	case MARGIN_DRIFT:
		return (struct scale){1, a < 9.995 ? 2 : few_decimals(a / 10), ""};
	default:
		return value_scale(a);
	}
}

static struct fmt
signed_number(const struct scale *s, double x)
{
	struct fmt f;

	if (s->decimals < 0)
		snprintf(f.s, sizeof f.s, "%+.*e%s", -s->decimals, x * s->factor, s->unit);
	else
		snprintf(f.s, sizeof f.s, "%.24s%s", fmt_signed(x * s->factor, s->decimals).s, s->unit);
	return f;
}

/* Little is not nothing, where another number is held against it. */
static struct fmt
size_number(const struct scale *s, double x)
{
	double least = pow(10, -s->decimals);
	struct fmt f;

	x = fabs(x) * s->factor;
	if (s->decimals < 0)
		snprintf(f.s, sizeof f.s, "%.*e%s", -s->decimals, x, s->unit);
	else if (x > 0 && x < least / 2)
		snprintf(f.s, sizeof f.s, "<%.*f%s", s->decimals, least, s->unit);
	else
		snprintf(f.s, sizeof f.s, "%.*f%s", s->decimals, x, s->unit);
	return f;
}

void
margin_format(enum margin_kind kind, double diff, double noise, struct fmt *diff_out, struct fmt *noise_out)
{
	struct scale s = scale_of(kind, fmax(fabs(diff), fabs(noise))); /* fmax leaves out what is NaN */

	*diff_out = (struct fmt){"--"};
	*noise_out = (struct fmt){""};
	if (!isnan(diff))
		*diff_out = kind == MARGIN_DRIFT ? size_number(&s, diff) : signed_number(&s, diff);
	if (!isnan(noise))
		*noise_out = size_number(&s, noise);
}

void
margin_paint(struct grid *g, struct rect r, enum role role, const char *text, bool plusminus)
{
	int width = (int)strlen(text), whole = (int)strcspn(text, "."), col;

	if (!text[whole]) { /* no point: up to the last digit */
		whole = (int)strcspn(text, "0123456789");
		whole += (int)strspn(text + whole, "0123456789");
	}
	col = r.cols - POINT_COLS - whole;
	/* Where what stands right of the point needs more, or left of it: at the edge. */
	if (width - whole > POINT_COLS || col < plusminus)
		col = r.cols - width;
	if (!width || col < plusminus)
		return;
	if (plusminus)
		grid_put(g, r, 0, col - 1, role, grid_glyph(g, GLYPH_PLUSMINUS));
	grid_str(g, r, 0, col, role, text);
}
