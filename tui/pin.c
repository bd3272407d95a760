#include "tui/pin.h"

#include <stdio.h>
#include <string.h>

#include "tui/part.h"

/* ---- finding ----------------------------------------------------------------------------------- */

static bool
find_version(const struct store *s, const struct pin_subject *of, struct side_of *out)
{
	struct model_figures m;

	figures_model_brief(s, out->model, WINDOW_5M, &m);
	for (size_t i = 0; i < m.versions; i++) {
		struct version_figures f;

		figures_version(s, out->model, i, &f);
		if (!slice_eq(f.version, of->version))
			continue;
		out->version = i;
		return true;
	}
	return false;
}

bool
pin_find(const struct store *s, const struct pin_subject *of, struct side_of *out)
{
	memset(out, 0, sizeof *out);
	out->one = of->one;
	for (size_t i = 0; i < store_model_count(s); i++) {
		if (!slice_eq(store_model_name(s, i), of->model))
			continue;
		out->model = i;
		return !of->one || find_version(s, of, out);
	}
	return false;
}

void
pin_write_subject(const struct pin_subject *of, char *buf, size_t bytes)
{
	snprintf(buf, bytes, "%.*s%s%.*s", (int)of->model.n, of->model.n ? of->model.p : "", of->one ? "/" : "",
	    of->one ? (int)of->version.n : 0, of->one && of->version.n ? of->version.p : "");
}

bool
pin_find_subject(const struct store *s, struct slice text, struct pin_subject *out)
{
	struct side_of at;

	*out = (struct pin_subject){.model = text};
	if (pin_find(s, out, &at))
		return true;
	for (size_t i = text.n; i-- > 1;) {
		if (text.p[i] != '/')
			continue;
		*out = (struct pin_subject){slice_make(text.p, i), slice_make(text.p + i + 1, text.n - i - 1), true};
		if (pin_find(s, out, &at))
			return true;
	}
	return false;
}

/* ---- holding ----------------------------------------------------------------------------------- */

static bool
hold_column(struct arena *a, const struct side_column *from, struct side_column *to)
{
	*to = *from;
	to->name = arena_text(a, from->name);
	to->bins = from->nbins ? arena_take(a, from->nbins * sizeof *to->bins) : NULL;
	if ((from->nbins && !to->bins) || (from->name.n && !to->name.n))
		return false;
	for (size_t i = 0; i < from->nbins; i++) {
		to->bins[i] = from->bins[i];
		to->bins[i].label = arena_text(a, from->bins[i].label);
	}
	return true;
}

void
pin_hold(struct arena *a, const struct store *s, const struct side_of *of, enum window w, struct pin_side *out)
{
	struct side_bin bins[FIGURE_BINS];

	memset(out, 0, sizeof *out);
	out->no_window = of->one && !figures_side_windows(s, of);
	figures_side(s, of, w, &out->f);
	out->columns = arena_take(a, (out->f.columns + 1) * sizeof *out->columns);
	for (size_t i = 0; i < out->f.columns && out->columns; i++) {
		struct side_column c;

		figures_side_column(s, of, out->f.window, i, bins, &c);
		if (!hold_column(a, &c, &out->columns[out->n]))
			break;
		out->n++;
	}
	out->left = out->f.columns - out->n;
}

void
pin_release(struct pin *p)
{
	uint64_t serial = p->serial;

	arena_release(&p->texts);
	memset(p, 0, sizeof *p);
	p->serial = serial;
}

void
pin_take(struct pin *p, const struct store *s, const struct pin_subject *of, bool moment)
{
	struct arena texts = {0};
	struct pin_subject own = {arena_text(&texts, of->model), arena_text(&texts, of->version), of->one};
	struct side_of at;

	/* The subject may be this pin's own. */
	pin_release(p);
	p->texts = texts;
	p->of = own;
	p->set = true;
	p->serial++;
	p->at_ms = store_now_ms(s);
	if (!moment || !pin_find(s, of, &at))
		return;
	p->moment = true;
	p->automatic = figures_side_window(s, &at, WINDOW_AUTO);
	for (int w = WINDOW_AUTO + 1; w < WINDOW_COUNT; w++) {
		p->held[w] = arena_take(&p->texts, sizeof *p->held[w]);
		if (p->held[w])
			pin_hold(&p->texts, s, &at, (enum window)w, p->held[w]);
	}
}

bool
pin_is(const struct pin *p, const struct pin_subject *of)
{
	return p->set && p->of.one == of->one && slice_eq(p->of.model, of->model) &&
	       (!of->one || slice_eq(p->of.version, of->version));
}

/* ---- both sides -------------------------------------------------------------------------------- */

/* Where one version has only its totals the other's totals stand beside them. */
static enum window
one_window(const struct store *s, struct side_of *a, struct side_of *b, enum window w)
{
	enum window wa, wb;

	if (!figures_side_windows(s, a) || !figures_side_windows(s, b)) {
		a->total = a->one;
		b->total = b->one;
		return WINDOW_ALL;
	}
	if (w != WINDOW_AUTO)
		return w;
	wa = figures_side_window(s, a, w);
	wb = figures_side_window(s, b, w);
	return wa > wb ? wa : wb;
}

bool
pin_sides(const struct pin *p, struct arena *arena, const struct store *s, const struct pin_subject *with,
    enum window w, const struct pin_side **out_a, struct pin_side *out_b)
{
	struct pin_side *own;
	struct side_of a, b;

	*out_a = NULL;
	if (!p->set || !pin_find(s, with, &b))
		return false;
	if (p->moment) {
		w = w == WINDOW_AUTO ? p->automatic : w;
		*out_a = p->held[w];
		b.total = b.one && !figures_side_windows(s, &b);
		pin_hold(arena, s, &b, w, out_b);
		return *out_a != NULL;
	}
	own = arena_take(arena, sizeof *own);
	if (!own || !pin_find(s, &p->of, &a))
		return false;
	w = one_window(s, &a, &b, w);
	pin_hold(arena, s, &a, w, own);
	pin_hold(arena, s, &b, w, out_b);
	*out_a = own;
	return true;
}

/* ---- words ------------------------------------------------------------------------------------- */

const char *
pin_words(const struct pin *p, int64_t now_ms, int64_t utc_offset_ms, char *buf, size_t bytes)
{
	int model = p->of.model.n < 40 ? (int)p->of.model.n : 40;
	int version = p->of.version.n < 24 ? (int)p->of.version.n : 24;
	bool far = part_is_far(p->at_ms, now_ms);

	snprintf(buf, bytes, "%.*s%s%.*s%s%s", model, p->of.model.n ? p->of.model.p : "", p->of.one ? " " : "",
	    p->of.one && version ? version : 0, p->of.one && version ? p->of.version.p : "",
	    p->of.one && !version ? "(none)" : p->moment ? " " : "",
	    !p->moment ? "" : far ? fmt_datetime(p->at_ms, utc_offset_ms).s : fmt_clock(p->at_ms, utc_offset_ms).s);
	return buf;
}
