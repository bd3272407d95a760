/* What parsing and evaluating share; nobody else includes it. */
#ifndef CORE_EXPR_IMPL_H
#define CORE_EXPR_IMPL_H

#include "core/expr.h"

/* Marks the nodes that stand under an odd or even number of nots, whichever: at least one. */
void expr_mark_negated(const struct expr *e, bool *negated);

/* Reads "250", "-1.5e3" at p[0..n); returns the bytes it takes, 0: no number. */
size_t expr_scan_number(const char *p, size_t n, double *out);

/* A number with its unit, whole: 0 done, 1 no number at all, 2 the unit is missing, 3 not a unit of that kind. */
int expr_scan_amount(struct slice text, enum expr_unit unit, double *out);

/* "ms s m h d", for a message. */
const char *expr_unit_words(enum expr_unit unit);

/* Whether `word` alone is a unit of that kind. */
bool expr_is_unit(enum expr_unit unit, struct slice word);

#endif
