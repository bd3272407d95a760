#include "themes/theme_measure.h"

#include <math.h>

#define CONTRAST_TEXT 4.5
#define CONTRAST_GRAPHIC 3.0
#define CONTRAST_ROW 1.2 /* the selected row against the ground, beside the weight of its text */
#define APART_SEVERITY 30.0
#define APART 25.0

/* Of a cell, what is coloured. */
#define SHARE_STROKES	0.2
#define SHARE_BOLD	0.25
#define SHARE_UNDERLINE 0.0625
#define SHARE_BLOCK	0.75

enum { EYES = 4 };

static const double vision[EYES][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
};

/* ---- colours --------------------------------------------------------------------------------- */

static void
linear_rgb(uint32_t rgb, double out[3])
{
	int i;

	for (i = 0; i < 3; i++) {
		double c = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;

		out[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
	}
}

static double
luminance(int color)
{
	double c[3];

	linear_rgb(theme_palette_rgb(color), c);
	return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

double
theme_measure_contrast(int a, int b)
{
	double la = luminance(a), lb = luminance(b);

	return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

static double
lab_curve(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static void
lab_seen(uint32_t rgb, int eye, double out[3])
{
	double c[3], v[3], x, y, z;
	int i;

	linear_rgb(rgb, c);
	for (i = 0; i < 3; i++) {
		const double *m = vision[eye][i];

		v[i] = fmin(1, fmax(0, m[0] * c[0] + m[1] * c[1] + m[2] * c[2]));
	}
	x = lab_curve((0.4124564 * v[0] + 0.3575761 * v[1] + 0.1804375 * v[2]) / 0.95047);
	y = lab_curve(0.2126729 * v[0] + 0.7151522 * v[1] + 0.0721750 * v[2]);
	z = lab_curve((0.0193339 * v[0] + 0.1191920 * v[1] + 0.9503041 * v[2]) / 1.08883);
	out[0] = 116 * y - 16;
	out[1] = 500 * (x - y);
	out[2] = 200 * (y - z);
}

static double
distance(uint32_t a, uint32_t b, int eye)
{
	double p[3], q[3];

	lab_seen(a, eye, p);
	lab_seen(b, eye, q);
	return sqrt((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) + (p[2] - q[2]) * (p[2] - q[2]));
}

double
theme_measure_apart(int a, int b)
{
	double least = INFINITY;
	int eye;

	for (eye = 0; eye < EYES; eye++)
		least = fmin(least, distance(theme_palette_rgb(a), theme_palette_rgb(b), eye));
	return least;
}

int
theme_measure_nearest(uint32_t rgb)
{
	double least = INFINITY;
	int i, best = 16;

	for (i = 16; i < 256; i++) {
		double d = distance(rgb, theme_palette_rgb(i), 0);

		if (d < least) {
			least = d;
			best = i;
		}
	}
	return best;
}

/* ---- the contract ---------------------------------------------------------------------------- */

struct audit {
	const struct theme *t;
	struct theme_finding worst;
	double ratio; /* of the worst; 1 and more: nothing falls short */
};

static void
hold(struct audit *a, enum role role, const char *what, double got, double least)
{
	if (got / least >= a->ratio)
		return;
	a->ratio = got / least;
	a->worst = (struct theme_finding){role, what, got, least};
}

/* Lines only; never words or figures. */
static bool
is_line(enum role role)
{
	return role == ROLE_FRAME || role == ROLE_FLOOR;
}

/* Pictures, and the figures that belong to them; they are not in the rows that can be selected. */
static bool
is_picture(enum role role)
{
	return role == ROLE_BASELINE || role == ROLE_CURRENT || role == ROLE_GRAPH || role == ROLE_GRAPH2;
}

static int
ink_of(const struct theme *t, enum role role)
{
	return t->styles[role].fg == COLOR_DEFAULT ? t->ink : t->styles[role].fg;
}

/* What the eye takes it for. */
static int
seen(const struct theme *t, enum role role)
{
	return t->styles[role].bg == COLOR_DEFAULT ? ink_of(t, role) : t->styles[role].bg;
}

static int
seen16(const struct theme *t, enum role role)
{
	const struct style *s = &t->styles[role];

	return s->bg16 == COLOR_DEFAULT ? s->fg16 : s->bg16;
}

static double
least_contrast(const struct theme *t, enum role role)
{
	if (t->contrast > CONTRAST_TEXT)
		return is_line(role) ? CONTRAST_TEXT : t->contrast;
	return is_line(role) ? CONTRAST_GRAPHIC : CONTRAST_TEXT;
}

static void
audit_contrast(struct audit *a, enum role role)
{
	const struct theme *t = a->t;
	const struct style *s = &t->styles[role];
	int fg = ink_of(t, role), ground = s->bg == COLOR_DEFAULT ? t->ground : s->bg;
	int selected = t->styles[ROLE_CURSOR].bg;
	double least = fg < 16 ? CONTRAST_GRAPHIC : least_contrast(t, role);

	hold(a, role, "contrast on the ground", theme_measure_contrast(fg, ground), least);
	if (selected != COLOR_DEFAULT && s->bg == COLOR_DEFAULT && !is_line(role) && !is_picture(role))
		hold(a, role, "contrast on the selected row", theme_measure_contrast(fg, selected), least);
	if (s->fg16 != COLOR_DEFAULT)
		hold(a, role, "contrast with 16 colours",
		    theme_measure_contrast(s->fg16, s->bg16 == COLOR_DEFAULT ? t->ground : s->bg16), CONTRAST_GRAPHIC);
}

static void
audit_selection(struct audit *a)
{
	const struct style *s = &a->t->styles[ROLE_CURSOR];

	if (s->bg != COLOR_DEFAULT)
		hold(a, ROLE_CURSOR, "contrast of the selected row with the ground",
		    theme_measure_contrast(s->bg, a->t->ground), CONTRAST_ROW);
}

static const enum role severities[] = {ROLE_OK, ROLE_WARN, ROLE_CRIT};

static bool
same_look(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

/* 0 or 1: looks are the same or not. */
static void
hold_form(struct audit *a, enum color_depth depth, enum role one, enum role other, enum role ground)
{
	static const char *const what[] = {
	    "difference in form without colour", "difference in form with 16 colours", "difference in form"};

	if (same_look(theme_look(a->t, depth, one, 0, ground), theme_look(a->t, depth, other, 0, ground)))
		hold(a, one, what[depth], 0, 1);
}

static bool
has_color(const struct theme *t, enum role role)
{
	return t->styles[role].fg != COLOR_DEFAULT || t->styles[role].bg != COLOR_DEFAULT;
}

/* What the terminal's own foreground is nobody knows: where one has no colour, form must do. */
static void
audit_apart(struct audit *a, enum role one, enum role other, const char *what, double least)
{
	if (has_color(a->t, one) && has_color(a->t, other))
		hold(a, one, what, theme_measure_apart(seen(a->t, one), seen(a->t, other)), least);
	else
		hold_form(a, DEPTH_256, one, other, ROLE_TEXT);
}

static void
audit_colors(struct audit *a)
{
	static const char *const apart[] = {"distance from ok", "distance from warn", "distance from crit"};
	static const char *const apart16[] = {"distance from ok with 16 colours", "distance from warn with 16 colours",
	    "distance from crit with 16 colours"};
	static const enum role pictures[] = {ROLE_CURRENT, ROLE_GRAPH, ROLE_GRAPH2};
	int i, k;

	for (i = 0; i < 3; i++) {
		for (k = 0; k < i; k++) {
			int one = seen16(a->t, severities[i]), other = seen16(a->t, severities[k]);

			audit_apart(a, severities[i], severities[k], apart[k], APART_SEVERITY);
			if (one != COLOR_DEFAULT && other != COLOR_DEFAULT)
				hold(a, severities[i], apart16[k], theme_measure_apart(one, other), APART_SEVERITY);
		}
	}
	/* What is muted must not be taken for a warning, but no text is taken for a block; that what is well is nearly
	 * muted does no harm. */
	for (i = 1; i < 3; i++) {
		if (a->t->styles[severities[i]].bg == COLOR_DEFAULT)
			audit_apart(a, severities[i], ROLE_MUTED, "distance from muted", APART);
	}
	/* Nor a line that is only a line. */
	for (i = 0; i < 3; i++) {
		audit_apart(a, pictures[i], ROLE_WARN, apart[1], APART);
		audit_apart(a, pictures[i], ROLE_CRIT, apart[2], APART);
	}
	audit_apart(a, ROLE_CURRENT, ROLE_BASELINE, "distance from baseline", APART);
	audit_apart(a, ROLE_GRAPH2, ROLE_GRAPH, "distance from graph", APART);
}

/* What the cells of a role differ from the ground, to one kind of eyes. */
static double
prominence(const struct theme *t, enum color_depth depth, enum role role, int eye)
{
	struct look look = theme_look(t, depth, role, 0, ROLE_TEXT);
	int fg = look.fg == COLOR_DEFAULT ? t->ink : look.fg;
	double share = look.attrs & STYLE_BOLD ? SHARE_BOLD : SHARE_STROKES;

	if (look.attrs & STYLE_UNDERLINE)
		share += SHARE_UNDERLINE;
	if (look.bg != COLOR_DEFAULT || (look.attrs & STYLE_REVERSE))
		share = SHARE_BLOCK;
	if (look.bg != COLOR_DEFAULT && !(look.attrs & STYLE_REVERSE))
		fg = look.bg;
	return share * distance(theme_palette_rgb(fg), theme_palette_rgb(t->ground), eye);
}

double
theme_measure_prominence(const struct theme *t, enum color_depth depth)
{
	double least = INFINITY;
	int eye;

	for (eye = 0; eye < EYES; eye++)
		least = fmin(least, prominence(t, depth, ROLE_CRIT, eye) / prominence(t, depth, ROLE_WARN, eye));
	return least;
}

static void
audit_prominence(struct audit *a, enum color_depth depth)
{
	static const char *const what[] = {"prominence beside warn without colour",
	    "prominence beside warn with 16 colours", "prominence beside warn"};

	hold(a, ROLE_CRIT, what[depth], theme_measure_prominence(a->t, depth), 1);
}

static void
audit_form(struct audit *a, enum color_depth depth)
{
	static const enum role kinds[] = {ROLE_OK, ROLE_STALE, ROLE_WARN, ROLE_CRIT};
	static const enum role grounds[] = {ROLE_TEXT, ROLE_CURSOR};
	int g, i, k;

	for (g = 0; g < 2; g++) {
		for (i = 0; i < 4; i++) {
			for (k = 0; k < i; k++)
				hold_form(a, depth, kinds[i], kinds[k], grounds[g]);
		}
	}
	hold_form(a, depth, ROLE_FROZEN, ROLE_LIVE, ROLE_TEXT);
	if (same_look(theme_look(a->t, depth, ROLE_TEXT, 0, ROLE_CURSOR),
		theme_look(a->t, depth, ROLE_TEXT, 0, ROLE_TEXT)))
		hold(a, ROLE_CURSOR, "difference in form from the other rows", 0, 1);
}

bool
theme_measure_holds(const struct theme *t, struct theme_finding *worst)
{
	struct audit a = {.t = t, .ratio = 1};
	int i;

	for (i = 0; i < ROLE_COUNT; i++)
		audit_contrast(&a, (enum role)i);
	audit_selection(&a);
	audit_colors(&a);
	for (i = DEPTH_MONO; i <= DEPTH_256; i++) {
		audit_form(&a, (enum color_depth)i);
		audit_prominence(&a, (enum color_depth)i);
	}
	if (a.ratio < 1 && worst)
		*worst = a.worst;
	return a.ratio >= 1;
}
