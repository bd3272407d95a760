/*
 * Expressions as a fuzz target. The first byte says what is allowed: words, "for". Beside not crashing: what is taken
 * evaluates on a stack that comes out even, is taken again in the same way, and in three values `not` is its own
 * inverse; what is refused is so for a reason with its place.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/expr.h"
#include "core/metric.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

/* Values that depend on the name alone: some known, some not. */
static void
look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const size_t *turn = ctx;
	size_t x = name + *turn;

	must(name < METRIC_COUNT, "a name of the table");
	out->number = x % 3 ? (double)(x % 7) * 10 : NAN;
	out->rank = x % 4 ? (double)(x % 3) : NAN;
	out->text = x % 5 ? slice_of("fraud-eu") : slice_make(NULL, 0);
}

static bool
has_word(const void *ctx, struct slice word)
{
	const size_t *turn = ctx;

	return (word.n + *turn) % 2;
}

static void
check(const struct expr *e, unsigned allow)
{
	struct expr again;
	struct expr_reason why;
	double limit;
	size_t turn, leaves = 0, i;

	for (i = 0; i < e->nnodes; i++) {
		must(e->nodes[i].op <= EXPR_WORD && e->nodes[i].cmp <= EXPR_NE, "nodes");
		must((size_t)e->nodes[i].at + e->nodes[i].n <= e->n, "places of nodes");
		must(!isnan(e->nodes[i].number) || e->nodes[i].op > EXPR_RANK, "limits");
		leaves += e->nodes[i].op >= EXPR_COMPARE;
	}
	must(leaves * 2 <= EXPR_NODES + 1u, "leaves");
	must(!expr_parse(&again, slice_make(e->text, e->n), &metric_names, allow, NULL, NULL), "it is taken again");
	must(again.nnodes == e->nnodes && again.for_ms == e->for_ms, "and is the same");
	for (turn = 0; turn < 4; turn++) {
		const struct expr_subject s = {&turn, look_up, has_word, NULL};
		enum expr_truth t = expr_eval(e, &s);

		must(t <= EXPR_UNKNOWN, "a truth");
		must(expr_eval(&again, &s) == t, "the same truth");
		if (expr_reason(e, &s, &why))
			must(why.name < METRIC_COUNT && !isnan(why.value) && !isnan(why.limit), "a reason");
		/* Turned round it has one node more, behind all others. */
		if (e->nnodes && e->nnodes < EXPR_NODES) {
			again = *e;
			memset(&again.nodes[again.nnodes], 0, sizeof(again.nodes[0]));
			again.nodes[again.nnodes++].op = EXPR_NOT;
			must(expr_eval(&again, &s) == (t == EXPR_UNKNOWN ? t : t == EXPR_TRUE ? EXPR_FALSE : EXPR_TRUE),
			    "the opposite");
			again = *e;
		}
	}
	must(!expr_exceeds(e, e, &limit), "nothing is beyond itself");
	(void)metric_scopes(e);
	(void)metric_needs_distances(e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned allow;
	struct expr e;
	struct err err = {0};
	size_t at = SIZE_MAX;
	int64_t ms;

	if (!size)
		return 0;
	memset(&e, 0, sizeof(e));
	allow = data[0] % 4u;
	data++;
	size--;
	if (!expr_parse(&e, slice_make((const char *)data, size), &metric_names, allow, &at, &err)) {
		must(e.n == size && memcmp(e.text, data, size) == 0, "the text is kept");
		check(&e, allow);
	} else {
		must(err.msg[0] && at <= size, "a reason and its place");
		must(e.nnodes == 0 && e.n == 0, "untouched");
	}
	if (expr_parse_span(slice_make((const char *)data, size), &ms))
		must(ms >= 0, "a span");
	return 0;
}
