/* What is typed behind `/`: it applies at once, and Tab completes names and values that rows of this screen have. */
#include <stdio.h>
#include <string.h>

#include "core/rule.h"
#include "tui/screen.h"
#include "widgets/charset.h"

#define CTRL(c) ((c) & 0x1f)

unsigned
ui_filter_scope(const struct view *v)
{
	return v->screen->scope ? v->screen->scope(v) : v->screen->rows;
}

void
ui_filter_set(struct view *v, struct slice text)
{
	if (ui_own(v))
		filter_set_own(&v->filter, text, ui_own(v));
	else
		filter_set(&v->filter, text, ui_filter_scope(v));
	v->reorder = v->stale = true;
}

void
ui_filter_start(struct ui *ui)
{
	ui->typing = true;
	ui->before = ui_view(ui)->filter;
	ui->colon.offers = (struct colon_offers){.n = 0};
}

static void
set(struct ui *ui, struct slice text)
{
	struct view *v = ui_view(ui);

	ui_filter_set(v, text);
	/* What was right a key ago may be half a word: while the text is wrong, the filter before it holds. */
	if (v->filter.wrong)
		v->filter.expr = ui->before.expr;
}

/* ---- completion ------------------------------------------------------------------------------ */

/* What is typed last: a name, or of a name that is compared a value. */
struct piece {
	size_t from;	   /* its first byte */
	struct slice name; /* what is compared with it; empty: it is a name itself */
};

static bool
is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static struct piece
piece_of(struct slice text)
{
	struct piece p = {text.n, {NULL, 0}};
	size_t i, to;

	while (p.from > 0 && !is_one_of(text.p[p.from - 1], " ()<>=|!\"'"))
		p.from--;
	i = p.from;
	while (i > 0 && text.p[i - 1] == '|')
		for (i--; i > 0 && !is_one_of(text.p[i - 1], " ()<>=|!"); i--)
			;
	while (i > 0 && text.p[i - 1] == ' ')
		i--;
	if (i == 0 || !is_one_of(text.p[i - 1], "<>="))
		return p;
	while (i > 0 && is_one_of(text.p[i - 1], "<>=! "))
		i--;
	to = i;
	while (i > 0 && !is_one_of(text.p[i - 1], " ()!"))
		i--;
	p.name = slice_make(text.p + i, to - i);
	return p;
}

static void
offer_words(struct colon_offers *o, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		colon_offer(o, slice_of(words[i]));
}

/* Names that would not be read back as one are not offered. */
static void
offer_quoted(struct colon_offers *o, struct slice text)
{
	char quoted[FILTER_BYTES];

	if (filter_quote_value(quoted, sizeof quoted, text))
		colon_offer(o, slice_of(quoted));
}

static void
offer_features(struct colon_offers *o, const struct view *v, const struct store *s, bool name)
{
	char text[FILTER_BYTES];
	struct model_figures m;

	if (v->model >= store_model_count(s))
		return;
	figures_model_brief(s, v->model, WINDOW_AUTO, &m);
	for (size_t i = 0; i < m.inputs + m.outputs; i++) {
		struct feature_figures f;

		figures_feature_brief(s, v->model, i, WINDOW_AUTO, &f);
		if (name ? filter_quote_name(text, sizeof text, f.name) : filter_quote_value(text, sizeof text, f.name))
			colon_offer(o, slice_of(text));
	}
}

/* What is known of such texts without asking the rows. */
static void
offer_texts(struct colon_offers *o, const struct ui *ui, const struct view *v, const struct store *s,
    enum metric_id metric)
{
	const struct rules *rules = store_rules(s);

	switch (metric) {
	case METRIC_MODEL:
		for (size_t i = 0; i < ui->nmodels; i++)
			offer_quoted(o, ui->models[i].f.name);
		break;
	case METRIC_FEATURE:
		offer_features(o, v, s, false);
		break;
	case METRIC_TYPE:
		offer_words(o, feature_type_names, 2);
		break;
	case METRIC_ROLE:
		offer_words(o, feature_role_names, FROLE_COUNT);
		break;
	case METRIC_RULE:
		for (size_t i = 0; rules && i < rules->n; i++)
			colon_offer(o, slice_of(rules->list[i].name));
		break;
	default:
		break;
	}
}

static void
offer_values(
    struct colon_offers *o, const struct ui *ui, const struct view *v, const struct store *s, struct slice name)
{
	const struct expr_name *e;
	size_t i = 0;

	while ((e = filter_next_name(ui_filter_scope(v), ui_own(v), &i, NULL)))
		if (slice_is(name, e->name)) {
			offer_words(o, e->words, e->nwords);
			if (!ui_own(v))
				offer_texts(o, ui, v, s, (enum metric_id)(i - 1));
		}
}

static void
complete(struct ui *ui, const struct store *s)
{
	struct view *v = ui_view(ui);
	struct colon_offers *o = &ui->colon.offers;
	struct slice text = slice_make(v->filter.text, v->filter.n);
	struct piece p = piece_of(text);
	char out[FILTER_BYTES + 1];
	const struct expr_name *e;
	size_t i = 0;

	*o = (struct colon_offers){.prefix = slice_make(text.p + p.from, text.n - p.from)};
	if (p.name.n)
		offer_values(o, ui, v, s, p.name);
	while (!p.name.n && (e = filter_next_name(ui_filter_scope(v), ui_own(v), &i, NULL)))
		colon_offer(o, slice_of(e->name));
	if (!p.name.n && ui_filter_scope(v) & METRIC_OF_EVENT && !ui_own(v))
		offer_features(o, v, s, true);
	if (o->n && p.from + o->ncommon <= FILTER_BYTES && o->ncommon >= o->prefix.n) {
		memcpy(out, text.p, p.from);
		memcpy(out + p.from, o->common, o->ncommon);
		set(ui, slice_make(out, p.from + o->ncommon));
	}
	o->prefix = slice_of("");
	if (o->n == 1)
		o->n = 0;
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Where the last character, or the last word, begins. */
static size_t
last_from(struct slice text, bool word)
{
	size_t n = text.n;

	while (word && n > 0 && text.p[n - 1] == ' ')
		n--;
	if (word) {
		while (n > 0 && text.p[n - 1] != ' ')
			n--;
		return n;
	}
	while (n > 0 && ((unsigned char)text.p[n - 1] & 0xc0) == 0x80)
		n--;
	return n > 0 ? n - 1 : 0;
}

/* Applies as one types, so that the rows that remain are seen before Enter. */
void
ui_filter_key(struct ui *ui, const struct store *s, uint32_t key)
{
	struct view *v = ui_view(ui);
	char text[FILTER_BYTES + 8];
	size_t n = v->filter.n;
	bool offered = ui->colon.offers.n > 0;

	ui->colon.offers.n = 0;
	memcpy(text, v->filter.text, n);
	if (key == KEYCODE_TAB) {
		complete(ui, s);
	} else if (key == KEYCODE_ENTER) {
		/* What is wrong stays to be put right: its reason stands beside it. */
		ui->typing = v->filter.wrong;
	} else if (key == KEYCODE_ESC && offered) {
		return; /* one thing at a time: the list first */
	} else if (key == KEYCODE_ESC) {
		ui->typing = false;
		v->filter = ui->before;
		v->reorder = v->stale = true;
	} else if (key == KEYCODE_BACKSPACE || key == CTRL('w')) {
		ui->typing = n > 0;
		set(ui, slice_make(text, last_from(slice_make(text, n), key == CTRL('w'))));
	} else if (key == CTRL('u')) {
		set(ui, slice_of(""));
	} else if (key >= ' ' && key < 0x110000 && charset_width(key) > 0) {
		/* One that has no room any more makes it wrong, and is not taken. */
		n += charset_encode(key, text + n);
		set(ui, slice_make(text, n));
	}
}
