/*
 * One language for alert rules and filters.
 *
 *   expression  term { ("and" | "or") term }, `and` binds tighter; beside each other in a filter means `and`
 *   term        [ "not" | "!" ] ( comparison | word | "(" expression ")" )
 *   comparison  name op number [unit]         p99 > 250ms   error_rate >= 1%   rows<1k   shift_sd > 0.3sd
 *               name op word                  drift >= watch (names with an order of words)
 *               name = pattern                model=fraud*   version!=1|2 ("=" and "!=" alone, slice_glob's rules)
 *   op          < <= > >= = == !=
 *   field       where the caller allows it, in place of a name: any other one, or one in quotes (amount>120,
 *               "my x"=a*); its value is a plain number, or, with = and !=, a pattern
 *   word        in filters only: text that a row must have; a|b: one of them; "two words" or 'two words'
 *               where the caller allows nothing else, < > = are bytes of words as others are
 *   end         in rules only, where the caller allows it: "for 2m"
 *
 * Units: us ms s m h d (also 1h30m), % of shares, /s (k/s) of rates, sd of shifts; k and M for thousand and million,
 * x for times, of plain numbers. A name with a unit takes no number without one, but 0: 250 of what is not guessed. Of
 * a name whose values are now of this unit, now of that, a number with a unit is compared with values of that unit
 * alone.
 *
 * Three values: what is not known makes a comparison unknown, and unknown is passed on as Kleene's logic has it (false
 * and unknown is false, true or unknown is true): a rule fires on true alone.
 *
 * Parsed into a flat array in postfix order, bounded by the limits below; no allocation, no globals, reentrant.
 */
#ifndef CORE_EXPR_H
#define CORE_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/slice.h"

#define EXPR_BYTES 256 /* of text */
#define EXPR_NODES 64
#define EXPR_DEPTH 16 /* parentheses and nots within each other */

/* What the numbers of a name are, and so what may be written behind one. */
enum expr_unit {
	EXPR_PLAIN, /* a count or a pure number; k, M or x may follow */
	EXPR_SHARE, /* 0 to 1, written with % */
	EXPR_MS,    /* time in milliseconds */
	EXPR_PER_S, /* events a second */
	EXPR_SD,    /* standard deviations of the baseline */
	EXPR_TEXT,  /* no number: texts, compared by pattern */
	EXPR_WORDS, /* no number: only the name's words */
	EXPR_ANY,   /* a number with any of these units, which each value says, or with none */
	EXPR_UNITS,
};

struct expr_name {
	const char *name;
	enum expr_unit unit;
	const char *const *words; /* in order, worse is later; may be there beside a unit. NULL: none */
	size_t nwords;
};

/* The names that a text may use: at(i) for i < n. */
struct expr_names {
	size_t n;
	const struct expr_name *(*at)(const void *ctx, size_t i);
	const char *what;			    /* what messages call one; NULL: "metric" */
	bool (*offered)(const void *ctx, size_t i); /* whether it may be what was meant; NULL: all */
	const void *ctx;
};

enum expr_allow {
	EXPR_ALLOW_WORDS = 1, /* a filter: words, and terms beside each other */
	EXPR_ALLOW_FOR = 2,   /* a rule: "for 2m" at the end */
	EXPR_ALLOW_FIELDS = 4, /* names that are not among those given */
	EXPR_WORDS_ALONE = 8, /* beside EXPR_ALLOW_WORDS: nothing is compared */
};

enum expr_op { EXPR_AND, EXPR_OR, EXPR_NOT, EXPR_COMPARE, EXPR_RANK, EXPR_MATCH, EXPR_FIELD, EXPR_WORD };
enum expr_cmp { EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE, EXPR_EQ, EXPR_NE };

struct expr_node {
	uint8_t op;    /* enum expr_op */
	uint8_t cmp : 4, unit : 4; /* enum expr_cmp, of comparisons; of EXPR_ANY the unit typed, EXPR_PLAIN: none */
	uint16_t name; /* index of the name compared; of a field the byte of text where its name begins */
	uint16_t at, n; /* the bytes of text it stands for: of a match, field or word the pattern alone */
	double number;  /* limit in the name's unit; of EXPR_RANK the place of the word; of a field NaN: no number */
};

struct expr {
	char text[EXPR_BYTES + 1]; /* as given, NUL-terminated */
	uint16_t n, nnodes;        /* no nodes: an empty text, which is true */
	int64_t for_ms;            /* "for 2m"; 0: not said */
	struct expr_node nodes[EXPR_NODES];
};

/*
 * ERR_INVALID (ERR_LIMIT beyond the limits above) with what is wrong and, where there is one, the nearest name that
 * exists: "unknown metric 'p09'; did you mean 'p90'?". *at (may be NULL) receives the byte where it is. *out is
 * untouched on failure. An empty text is an error unless words are allowed.
 */
int expr_parse(struct expr *out, struct slice text, const struct expr_names *names, unsigned allow, size_t *at,
    struct err *err);

/* What is known of one name of a subject. Set to unknown (NaN, NaN, NULL) before the look-up is asked. */
struct expr_value {
	double number;     /* in the name's unit; NaN: unknown */
	double rank;       /* place among the name's words; NaN: unknown */
	struct slice text; /* of EXPR_TEXT; p NULL: unknown */
	enum expr_unit unit; /* of EXPR_ANY: that of the number */
};

struct expr_subject {
	const void *ctx;
	void (*look_up)(const void *ctx, size_t name, struct expr_value *out);
	bool (*has_word)(const void *ctx, struct slice word); /* NULL where words are not allowed */
	void (*field)(const void *ctx, struct slice name, struct expr_value *out); /* NULL where fields are not */
};

enum expr_truth { EXPR_FALSE, EXPR_TRUE, EXPR_UNKNOWN };

/* O(nodes); every look-up is asked at most once a comparison. */
enum expr_truth expr_eval(const struct expr *e, const struct expr_subject *s);

/* Why it is true: the first comparison that is true by itself and stands under no `not`. False if there is none. */
struct expr_reason {
	size_t name;
	enum expr_cmp cmp;
	double value, limit; /* in the name's unit, or ranks */
	bool ranked;
};
bool expr_reason(const struct expr *e, const struct expr_subject *s, struct expr_reason *out);

/*
 * A comparison that both have, in the same direction, with the limit of `warn` beyond that of `crit`: p99 > 500ms for a
 * warning, p99 > 250ms for what is worse. NULL if there is none. Only the first comparison of a name in a direction
 * counts, and only under no `not`. *limit receives the number in `crit`.
 */
const struct expr_node *expr_exceeds(const struct expr *warn, const struct expr *crit, double *limit);

/* The words that may be there, as they stand under no `not`; each of a|b. Returns how many, at most `most`. */
size_t expr_words(const struct expr *e, struct slice *out, size_t most);

/* The name of a field that is compared. */
struct slice expr_field_name(const struct expr *e, const struct expr_node *n);

/* Whether the text of a match or a word stood in quotes, where a bar is a bar. */
bool expr_is_quoted(const struct expr *e, const struct expr_node *n);

/* A time as expressions write it: "250ms", "2m", "1h30m". *ms >= 0. False if it is anything else. */
bool expr_parse_span(struct slice text, int64_t *ms);

/* "250ms", "1%", "20/s", "0.3sd", "1000": a number as it would be typed. Returns buf. */
#define EXPR_NUMBER_BYTES 40
char *expr_format_number(char *buf, enum expr_unit unit, double number);

/* The words for an expr_cmp as typed: "<", ">=". */
extern const char *const expr_cmp_names[EXPR_NE + 1];

#endif
