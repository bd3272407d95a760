/* What an expression says of a subject. */
#include <math.h>
#include <string.h>

#include "core/expr_impl.h"

#define LIMIT_SLACK 1e-12 /* of a limit: thousands of roundings, far below what anybody would write */

/* ---- texts ----------------------------------------------------------------------------------- */

bool
expr_is_quoted(const struct expr *e, const struct expr_node *n)
{
	return n->at > 0 && (e->text[n->at - 1] == '"' || e->text[n->at - 1] == '\'');
}

struct slice
expr_field_name(const struct expr *e, const struct expr_node *n)
{
	const char *from = e->text + n->name;
	char quote = n->name > 0 && (from[-1] == '"' || from[-1] == '\'') ? from[-1] : '\0';
	size_t len = 0;

	while (from[len] && (quote ? from[len] != quote : !strchr(" \t\r\n()<>=", from[len]) &&
		      !(from[len] == '!' && from[len + 1] == '=')))
		len++;
	return slice_make(from, len);
}

/* Calls `hit` with each of a|b until one hits. */
static bool
any_of(const struct expr *e, const struct expr_node *n, bool (*hit)(const void *ctx, struct slice one), const void *ctx)
{
	struct slice rest = slice_make(e->text + n->at, n->n);

	for (;;) {
		const char *bar = expr_is_quoted(e, n) || !rest.n ? NULL : memchr(rest.p, '|', rest.n);
		size_t len = bar ? (size_t)(bar - rest.p) : rest.n;

		/* While "a|" is being typed nothing else is asked for yet. */
		if ((len > 0 || expr_is_quoted(e, n)) && hit(ctx, slice_make(rest.p, len)))
			return true;
		if (!bar)
			return false;
		rest = slice_make(bar + 1, rest.n - len - 1);
	}
}

static bool
glob_hit(const void *ctx, struct slice pattern)
{
	const struct slice *text = ctx;

	return slice_glob(pattern, *text);
}

struct word_ctx {
	const struct expr_subject *s;
};

static bool
word_hit(const void *ctx, struct slice word)
{
	const struct word_ctx *w = ctx;

	return w->s->has_word && w->s->has_word(w->s->ctx, word);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

/* Most numbers are quotients of whole ones, and 0.3 / 0.1 is not quite 3: a limit met exactly is met. */
static enum expr_truth
compare(enum expr_cmp cmp, double value, double limit)
{
	double slack = fabs(limit) * LIMIT_SLACK;
	bool below = value < limit - slack, above = value > limit + slack;

	if (isnan(value))
		return EXPR_UNKNOWN;
	switch (cmp) {
	case EXPR_LT:
		return below ? EXPR_TRUE : EXPR_FALSE;
	case EXPR_LE:
		return above ? EXPR_FALSE : EXPR_TRUE;
	case EXPR_GT:
		return above ? EXPR_TRUE : EXPR_FALSE;
	case EXPR_GE:
		return below ? EXPR_FALSE : EXPR_TRUE;
	case EXPR_EQ:
		return below || above ? EXPR_FALSE : EXPR_TRUE;
	default:
		return below || above ? EXPR_TRUE : EXPR_FALSE;
	}
}

static enum expr_truth
leaf(const struct expr *e, const struct expr_node *n, const struct expr_subject *s, double *value)
{
	struct expr_value v = {.number = NAN, .rank = NAN, .text = {NULL, 0}, .unit = EXPR_PLAIN};

	*value = NAN;
	if (n->op == EXPR_WORD) {
		struct word_ctx ctx = {s};

		return any_of(e, n, word_hit, &ctx) ? EXPR_TRUE : EXPR_FALSE;
	}
	if (n->op == EXPR_FIELD) {
		if (s->field)
			s->field(s->ctx, expr_field_name(e, n), &v);
		if (!isnan(n->number) && !isnan(v.number))
			return compare((enum expr_cmp)n->cmp, v.number, n->number);
		if (n->cmp != EXPR_EQ && n->cmp != EXPR_NE)
			return EXPR_UNKNOWN;
	} else {
		s->look_up(s->ctx, n->name, &v);
	}
	if (n->op == EXPR_MATCH || n->op == EXPR_FIELD) {
		if (!v.text.p)
			return EXPR_UNKNOWN;
		return any_of(e, n, glob_hit, &v.text) == (n->cmp == EXPR_EQ) ? EXPR_TRUE : EXPR_FALSE;
	}
	if (n->unit != EXPR_PLAIN && n->unit != v.unit)
		return EXPR_UNKNOWN;
	*value = n->op == EXPR_RANK ? v.rank : v.number;
	return compare((enum expr_cmp)n->cmp, *value, n->number);
}

static enum expr_truth
both(enum expr_truth a, enum expr_truth b)
{
	if (a == EXPR_FALSE || b == EXPR_FALSE)
		return EXPR_FALSE;
	return a == EXPR_TRUE && b == EXPR_TRUE ? EXPR_TRUE : EXPR_UNKNOWN;
}

static enum expr_truth
opposite(enum expr_truth a)
{
	return a == EXPR_TRUE ? EXPR_FALSE : a == EXPR_FALSE ? EXPR_TRUE : EXPR_UNKNOWN;
}

enum expr_truth
expr_eval(const struct expr *e, const struct expr_subject *s)
{
	enum expr_truth stack[EXPR_NODES];
	size_t i, n = 0;
	double value;

	for (i = 0; i < e->nnodes; i++) {
		const struct expr_node *node = &e->nodes[i];

		if (node->op == EXPR_NOT) {
			stack[n - 1] = opposite(stack[n - 1]);
		} else if (node->op == EXPR_AND) {
			n--;
			stack[n - 1] = both(stack[n - 1], stack[n]);
		} else if (node->op == EXPR_OR) {
			n--;
			stack[n - 1] = opposite(both(opposite(stack[n - 1]), opposite(stack[n])));
		} else {
			stack[n++] = leaf(e, node, s, &value);
		}
	}
	return n ? stack[n - 1] : EXPR_TRUE;
}

/* ---- reasons --------------------------------------------------------------------------------- */

void
expr_mark_negated(const struct expr *e, bool *negated)
{
	size_t first[EXPR_NODES]; /* of each operand on the stack, its first node */
	size_t i, k, n = 0;

	for (i = 0; i < e->nnodes; i++) {
		negated[i] = false;
		if (e->nodes[i].op == EXPR_NOT) {
			for (k = first[n - 1]; k < i; k++)
				negated[k] = true;
		} else if (e->nodes[i].op == EXPR_AND || e->nodes[i].op == EXPR_OR) {
			n--;
		} else {
			first[n++] = i;
		}
	}
}

static bool
is_comparison(const struct expr_node *n)
{
	return n->op == EXPR_COMPARE || n->op == EXPR_RANK;
}

bool
expr_reason(const struct expr *e, const struct expr_subject *s, struct expr_reason *out)
{
	bool negated[EXPR_NODES];
	double value;
	size_t i;

	expr_mark_negated(e, negated);
	for (i = 0; i < e->nnodes; i++) {
		const struct expr_node *n = &e->nodes[i];

		if (!is_comparison(n) || negated[i] || leaf(e, n, s, &value) != EXPR_TRUE)
			continue;
		*out = (struct expr_reason){n->name, (enum expr_cmp)n->cmp, value, n->number, n->op == EXPR_RANK};
		return true;
	}
	return false;
}

/* 1: it is for greater values, -1: for smaller ones, 0: neither. */
static int
direction(const struct expr_node *n)
{
	return n->cmp == EXPR_GT || n->cmp == EXPR_GE ? 1 : n->cmp == EXPR_LT || n->cmp == EXPR_LE ? -1 : 0;
}

static bool
are_alike(const struct expr_node *a, const struct expr_node *b)
{
	return a->op == b->op && a->name == b->name && direction(a) == direction(b);
}

/* The first node before `end` that is like n and stands under no `not`; NULL: none. */
static const struct expr_node *
first_like(const struct expr *e, const bool *negated, size_t end, const struct expr_node *n)
{
	size_t i;

	for (i = 0; i < end; i++)
		if (!negated[i] && are_alike(&e->nodes[i], n))
			return &e->nodes[i];
	return NULL;
}

const struct expr_node *
expr_exceeds(const struct expr *warn, const struct expr *crit, double *limit)
{
	bool no_warn[EXPR_NODES], no_crit[EXPR_NODES];
	size_t i;

	expr_mark_negated(warn, no_warn);
	expr_mark_negated(crit, no_crit);
	for (i = 0; i < warn->nnodes; i++) {
		const struct expr_node *w = &warn->nodes[i], *c;

		if (no_warn[i] || !is_comparison(w) || !direction(w) || first_like(warn, no_warn, i, w))
			continue;
		c = first_like(crit, no_crit, crit->nnodes, w);
		if (c && direction(w) * (w->number - c->number) > 0) {
			*limit = c->number;
			return w;
		}
	}
	return NULL;
}

struct words {
	struct slice *out;
	size_t n, most;
};

static bool
add_word(const void *ctx, struct slice word)
{
	struct words *w = *(struct words *const *)ctx;

	if (w->n < w->most && word.n > 0)
		w->out[w->n++] = word;
	return false;
}

size_t
expr_words(const struct expr *e, struct slice *out, size_t most)
{
	bool negated[EXPR_NODES];
	struct words words = {out, 0, most}, *w = &words;
	size_t i;

	expr_mark_negated(e, negated);
	for (i = 0; i < e->nnodes; i++)
		if (e->nodes[i].op == EXPR_WORD && !negated[i])
			any_of(e, &e->nodes[i], add_word, &w);
	return words.n;
}
