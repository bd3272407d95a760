/*
 * Parsing, by recursive descent: the grammar of expr.h, one function a line of it. Nesting is counted, so the stack is
 * bounded; nodes are written in postfix order as terms are complete.
 */
#include "core/expr.h"

#include <math.h>
#include <stdio.h>

#include "core/expr_impl.h"
#include "core/nearest.h"

const char *const expr_cmp_names[EXPR_NE + 1] = {"<", "<=", ">", ">=", "=", "!="};

struct parser {
	struct expr e; /* the result, so far */
	const struct expr_names *names;
	unsigned allow;
	size_t i; /* next byte */
	unsigned depth;
	size_t at; /* of the fault */
	struct err *err;
};

/* ---- faults ---------------------------------------------------------------------------------- */

#define FAULT(p, where, ...) ((p)->at = (where), err_set((p)->err, ERR_INVALID, __VA_ARGS__))

/* A piece of text as a message shows it: bounded, and nothing in it that is no character. */
struct shown {
	char text[48];
};

static struct shown
show(struct slice s)
{
	struct shown out;
	size_t n = 0;

	while (n < s.n && n + 4 < sizeof(out.text)) {
		unsigned char c = (unsigned char)s.p[n];

		out.text[n++] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
	}
	/* Not half a character. */
	if (n < s.n) {
		while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
		memcpy(out.text + n, "...", 3);
		n += 3;
	}
	out.text[n] = '\0';
	return out;
}

static int
fault_name(struct parser *p, size_t at, struct slice word)
{
	const char *what = p->names->what ? p->names->what : "metric";
	struct nearest near;
	const char *name;
	size_t i;

	nearest_init(&near, word);
	for (i = 0; i < p->names->n; i++)
		if (!p->names->offered || p->names->offered(p->names->ctx, i))
			nearest_offer(&near, p->names->at(p->names->ctx, i)->name);
	name = nearest_name(&near);
	if (name)
		return FAULT(p, at, "unknown %s '%s'; did you mean '%s'?", what, show(word).text, name);
	return FAULT(p, at, "unknown %s '%s'", what, show(word).text);
}

static int
fault_word(struct parser *p, size_t at, const struct expr_name *name, struct slice word)
{
	char list[160] = "";
	struct nearest near;
	const char *best;
	size_t i, n = 0;

	nearest_init(&near, word);
	for (i = 0; i < name->nwords; i++) {
		nearest_offer(&near, name->words[i]);
		if (n < sizeof(list))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "", name->words[i]);
	}
	best = nearest_name(&near);
	if (best)
		return FAULT(p, at, "'%s' is no word of %s; did you mean '%s'?", show(word).text, name->name, best);
	return FAULT(p, at, "'%s' is no word of %s, which knows %s", show(word).text, name->name, list);
}

/* "p99 > 250: say 250ms or 250s" */
static int
fault_unit(struct parser *p, size_t at, const struct expr_name *name, enum expr_cmp cmp, double number)
{
	const char *op = expr_cmp_names[cmp];

	switch (name->unit) {
	case EXPR_MS:
		return FAULT(p, at, "%s %s %.10g: say %.10gms or %.10gs", name->name, op, number, number, number);
	case EXPR_SHARE:
		return FAULT(p, at, "%s %s %.10g: say %.10g%%", name->name, op, number,
		    fabs(number) <= 1 ? number * 100 : number);
	default:
		return FAULT(p, at, "%s %s %.10g: say %.10g%s", name->name, op, number, number,
		    name->unit == EXPR_PER_S ? "/s" : "sd");
	}
}

static int
fault_number(struct parser *p, size_t at, const struct expr_name *name, struct slice word, bool is_number)
{
	if (!is_number)
		return FAULT(p, at, "'%s' is no number, which %s is compared with", show(word).text, name->name);
	return FAULT(p, at, "'%s' has a unit that %s has not: %s is given %s%s", show(word).text, name->name,
	    name->name, name->unit == EXPR_PLAIN ? "plain or with " : "in ", expr_unit_words(name->unit));
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static char
peek(const struct parser *p)
{
	return p->i < p->e.n ? p->e.text[p->i] : '\0';
}

static void
skip_blanks(struct parser *p)
{
	while (p->i < p->e.n && strchr(" \t\r\n", p->e.text[p->i]) && p->e.text[p->i])
		p->i++;
}

static bool
ends_word(const struct parser *p, size_t i)
{
	char c = p->e.text[i];

	if (p->allow & EXPR_WORDS_ALONE)
		return c && strchr(" \t\r\n()", c);
	return (c && strchr(" \t\r\n()<>=", c)) || (c == '!' && i + 1 < p->e.n && p->e.text[i + 1] == '=');
}

/* The run of bytes here that belong to one word; taken by advancing p->i. */
static struct slice
word_here(const struct parser *p)
{
	size_t i = p->i;

	while (i < p->e.n && !ends_word(p, i))
		i++;
	return slice_make(p->e.text + p->i, i - p->i);
}

static bool
is_keyword(struct slice word, const char *keyword)
{
	size_t i, n = strlen(keyword);

	for (i = 0; i < word.n && i < n; i++)
		if ((word.p[i] | 0x20) != keyword[i])
			return false;
	return word.n == n;
}

static bool
take_keyword(struct parser *p, const char *keyword)
{
	struct slice word;

	skip_blanks(p);
	word = word_here(p);
	if (!is_keyword(word, keyword))
		return false;
	p->i += word.n;
	return true;
}

/* An operator here; false: none. */
static bool
take_cmp(struct parser *p, enum expr_cmp *out)
{
	char c = peek(p);
	bool equal = p->i + 1 < p->e.n && p->e.text[p->i + 1] == '=';

	if (p->allow & EXPR_WORDS_ALONE)
		return false;
	if (c != '<' && c != '>' && c != '=' && !(c == '!' && equal))
		return false;
	*out = c == '<'	  ? (equal ? EXPR_LE : EXPR_LT)
	       : c == '>' ? (equal ? EXPR_GE : EXPR_GT)
	       : c == '=' ? EXPR_EQ
			  : EXPR_NE;
	p->i += equal ? 2 : 1;
	return true;
}

/* A word, or what stands between quotes; *at receives where it begins. */
static int
take_text(struct parser *p, struct slice *out, size_t *at)
{
	char quote = peek(p);
	const char *end;

	*at = p->i;
	if (quote != '"' && quote != '\'') {
		*out = word_here(p);
		p->i += out->n;
		return 0;
	}
	end = memchr(p->e.text + p->i + 1, quote, p->e.n - p->i - 1);
	if (!end)
		return FAULT(p, p->i, "the quote is not closed");
	*at = p->i + 1;
	*out = slice_make(p->e.text + *at, (size_t)(end - (p->e.text + *at)));
	p->i = *at + out->n + 1;
	if (p->i < p->e.n && !strchr(p->allow & EXPR_ALLOW_FIELDS ? " \t\r\n)<>=!" : " \t\r\n)", peek(p)))
		return FAULT(p, p->i, "something stands right behind a closed quote");
	return 0;
}

static int
put(struct parser *p, struct expr_node node)
{
	if (p->e.nnodes == EXPR_NODES) {
		p->at = p->i;
		return err_set(p->err, ERR_LIMIT, "too long: more than %d parts", EXPR_NODES);
	}
	p->e.nodes[p->e.nnodes++] = node;
	return 0;
}

/* ---- terms ----------------------------------------------------------------------------------- */

static int parse_or(struct parser *p);

static const struct expr_name *
name_find(const struct parser *p, struct slice word, size_t *index)
{
	size_t i;

	for (i = 0; i < p->names->n; i++) {
		if (slice_is(word, p->names->at(p->names->ctx, i)->name)) {
			*index = i;
			return p->names->at(p->names->ctx, i);
		}
	}
	return NULL;
}

static int
put_match(struct parser *p, const struct expr_name *name, struct expr_node *node, struct slice value, size_t at)
{
	if (node->cmp != EXPR_EQ && node->cmp != EXPR_NE)
		return FAULT(p, node->at, "%s is a text: only = and != compare it", name->name);
	node->op = EXPR_MATCH;
	node->at = (uint16_t)at;
	node->n = (uint16_t)value.n;
	return put(p, *node);
}

/* The unit may stand apart: "250 ms". */
static struct slice
amount_with_unit(struct parser *p, enum expr_unit unit, struct slice value)
{
	size_t back = p->i;
	struct slice word;

	if (unit == EXPR_PLAIN)
		return value;
	skip_blanks(p);
	word = word_here(p);
	if (word.n && expr_is_unit(unit, word)) {
		p->i += word.n;
		return word;
	}
	p->i = back;
	return slice_make("", 0);
}

/* As expr_scan_amount, of a number whose unit stands behind it. 2: there is none, or not of that kind. */
static int
scan_apart(struct parser *p, enum expr_unit kind, struct slice value, double *out)
{
	struct slice unit = amount_with_unit(p, kind, slice_make("", 0));
	char buf[80];

	if (!unit.n || value.n + unit.n > sizeof(buf))
		return 2;
	memcpy(buf, value.p, value.n);
	memcpy(buf + value.n, unit.p, unit.n);
	return expr_scan_amount(slice_make(buf, value.n + unit.n), kind, out);
}

/* A number with whatever unit it has. */
static int
put_any(struct parser *p, const struct expr_name *name, struct expr_node *node, struct slice value, size_t at)
{
	static const enum expr_unit units[] = {EXPR_SHARE, EXPR_MS, EXPR_PER_S, EXPR_SD};
	int rc = expr_scan_amount(value, EXPR_PLAIN, &node->number), plain = rc;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		rc = plain ? expr_scan_amount(value, units[i], &node->number)
			   : scan_apart(p, units[i], value, &node->number);
		if (rc)
			continue;
		node->unit = (uint8_t)(units[i] & 0xf);
		return put(p, *node);
	}
	return plain ? fault_number(p, at, name, value, rc == 3) : put(p, *node);
}

static int
put_number(struct parser *p, const struct expr_name *name, struct expr_node *node, struct slice value, size_t at)
{
	int rc = expr_scan_amount(value, name->unit, &node->number);

	if (rc == 2) {
		double number = node->number;

		rc = scan_apart(p, name->unit, value, &node->number);
		if (rc == 2)
			return fault_unit(p, at, name, (enum expr_cmp)node->cmp, number);
	}
	if (rc)
		return name->nwords ? fault_word(p, at, name, value) : fault_number(p, at, name, value, rc == 3);
	return put(p, *node);
}

/* at, n: of the value, which may be a number, if it is not in quotes. */
static int
put_field(struct parser *p, struct expr_node *node, size_t name_at, struct slice value, size_t at)
{
	struct slice shown = slice_make(p->e.text + node->at, node->n);

	node->op = EXPR_FIELD;
	node->name = (uint16_t)name_at;
	if (at == p->i - value.n && expr_scan_amount(value, EXPR_PLAIN, &node->number))
		node->number = (double)NAN;
	if (at != p->i - value.n)
		node->number = (double)NAN;
	if (isnan(node->number) && node->cmp != EXPR_EQ && node->cmp != EXPR_NE)
		return FAULT(p, at, "'%s': only = and != compare a text", show(shown).text);
	node->at = (uint16_t)at;
	node->n = (uint16_t)value.n;
	return put(p, *node);
}

static int
parse_comparison(struct parser *p, struct slice word, size_t at, enum expr_cmp cmp)
{
	bool fields = p->allow & EXPR_ALLOW_FIELDS;
	struct expr_node node = {.op = EXPR_COMPARE, .cmp = (uint8_t)(cmp & 0xf)};
	const struct expr_name *name;
	size_t index = 0, from, i;
	struct slice value;
	int rc;

	name = word.p == p->e.text + at ? name_find(p, word, &index) : NULL;
	if (!name && !fields)
		return fault_name(p, at, word);
	node.name = (uint16_t)index;
	node.at = (uint16_t)at;
	skip_blanks(p);
	rc = take_text(p, &value, &from);
	if (rc)
		return rc;
	if (value.n == 0 && from == p->i)
		return FAULT(p, from, "nothing to compare %s with", name ? name->name : show(word).text);
	node.n = (uint16_t)(p->i - at);
	if (!name)
		return put_field(p, &node, (size_t)(word.p - p->e.text), value, from);
	if (name->unit == EXPR_TEXT)
		return put_match(p, name, &node, value, from);
	for (i = 0; i < name->nwords; i++) {
		if (slice_is(value, name->words[i])) {
			node.op = EXPR_RANK;
			node.number = (double)i;
			return put(p, node);
		}
	}
	if (name->unit == EXPR_WORDS)
		return fault_word(p, from, name, value);
	return name->unit == EXPR_ANY ? put_any(p, name, &node, value, from)
				      : put_number(p, name, &node, value, from);
}

static int
parse_word(struct parser *p)
{
	struct expr_node node = {.op = EXPR_WORD};
	size_t start = p->i, at, behind;
	bool quoted = peek(p) == '"' || peek(p) == '\'';
	struct slice word;
	enum expr_cmp cmp;
	int rc = take_text(p, &word, &at);

	if (rc)
		return rc;
	behind = p->i;
	skip_blanks(p);
	if ((!quoted || (p->allow & EXPR_ALLOW_FIELDS)) && word.n && take_cmp(p, &cmp))
		return parse_comparison(p, word, start, cmp);
	p->i = behind;
	if (!word.n && !quoted && (p->allow & EXPR_WORDS_ALONE))
		return FAULT(p, start, "a word is missing here");
	if (!word.n && !quoted)
		return FAULT(p, start, "a name is missing here: a comparison is such as p99 > 250ms");
	if (!(p->allow & EXPR_ALLOW_WORDS)) {
		size_t index;

		if (!quoted && !name_find(p, word, &index))
			return fault_name(p, start, word);
		return FAULT(p, start, "'%s' is compared with nothing: say such as p99 > 250ms", show(word).text);
	}
	node.at = (uint16_t)at;
	node.n = (uint16_t)word.n;
	return put(p, node);
}

static int
deeper(struct parser *p, size_t at)
{
	if (++p->depth <= EXPR_DEPTH)
		return 0;
	p->at = at;
	return err_set(p->err, ERR_LIMIT, "nested deeper than %d", EXPR_DEPTH);
}

static int
parse_parentheses(struct parser *p)
{
	size_t open = p->i++;
	int rc = deeper(p, open);

	if (!rc)
		rc = parse_or(p);
	if (rc)
		return rc;
	p->depth--;
	skip_blanks(p);
	if (peek(p) != ')')
		return p->i < p->e.n ? FAULT(p, p->i, "this is not expected here")
				     : FAULT(p, open, "the parenthesis is not closed");
	p->i++;
	return 0;
}

static int
parse_term(struct parser *p)
{
	size_t at;
	bool not;
	int rc;

	skip_blanks(p);
	at = p->i;
	not= take_keyword(p, "not");
	if (!not&&peek(p) == '!' && !(p->i + 1 < p->e.n && p->e.text[p->i + 1] == '=')) {
		not= true;
		p->i++;
	}
	if (not) {
		rc = deeper(p, at);
		if (!rc)
			rc = parse_term(p);
		p->depth--;
		return rc ? rc : put(p, (struct expr_node){.op = EXPR_NOT, .at = (uint16_t)at, .n = 1});
	}
	if (peek(p) == '(')
		return parse_parentheses(p);
	if (p->i == p->e.n)
		return FAULT(p, at, "something is missing at the end");
	return parse_word(p);
}

/* Whether another term follows without a word between, which a filter takes as `and`. */
static bool
term_follows(struct parser *p)
{
	struct slice word;

	skip_blanks(p);
	word = word_here(p);
	return (p->allow & EXPR_ALLOW_WORDS) && p->i < p->e.n && peek(p) != ')' && !is_keyword(word, "or");
}

static int
parse_and(struct parser *p)
{
	int rc = parse_term(p);

	while (!rc && (take_keyword(p, "and") || term_follows(p))) {
		rc = parse_term(p);
		if (!rc)
			rc = put(p, (struct expr_node){.op = EXPR_AND});
	}
	return rc;
}

static int
parse_or(struct parser *p)
{
	int rc = parse_and(p);

	while (!rc && take_keyword(p, "or")) {
		rc = parse_and(p);
		if (!rc)
			rc = put(p, (struct expr_node){.op = EXPR_OR});
	}
	return rc;
}

static int
parse_for(struct parser *p)
{
	struct slice span;

	if (!(p->allow & EXPR_ALLOW_FOR) || !take_keyword(p, "for"))
		return 0;
	skip_blanks(p);
	span = word_here(p);
	if (!expr_parse_span(span, &p->e.for_ms))
		return FAULT(p, p->i, "'%s' is no time: say such as 2m or 90s", show(span).text);
	p->i += span.n;
	return 0;
}

static int
parse_all(struct parser *p)
{
	int rc;

	skip_blanks(p);
	if (p->i == p->e.n)
		return p->allow & EXPR_ALLOW_WORDS ? 0 : FAULT(p, 0, "an expression is missing");
	rc = parse_or(p);
	if (!rc)
		rc = parse_for(p);
	if (rc)
		return rc;
	skip_blanks(p);
	if (p->i < p->e.n)
		return peek(p) == ')' ? FAULT(p, p->i, "this parenthesis was not opened")
				      : FAULT(p, p->i, "'%s' is not expected here: and, or, or the end is",
					    show(word_here(p).n ? word_here(p) : slice_make(p->e.text + p->i, 1)).text);
	return 0;
}

int
expr_parse(struct expr *out, struct slice text, const struct expr_names *names, unsigned allow, size_t *at,
    struct err *err)
{
	struct parser p;
	int rc;

	/* The nodes are written before they are read: to clear them would cost more than most texts. */
	p.names = names;
	p.allow = allow;
	p.err = err;
	p.i = p.at = p.depth = 0;
	p.e.nnodes = 0;
	p.e.for_ms = 0;
	if (text.n > EXPR_BYTES) {
		if (at)
			*at = EXPR_BYTES;
		return err_set(err, ERR_LIMIT, "longer than %d bytes", EXPR_BYTES);
	}
	if (text.n)
		memcpy(p.e.text, text.p, text.n);
	p.e.text[text.n] = '\0';
	p.e.n = (uint16_t)text.n;
	rc = parse_all(&p);
	if (!rc) {
		memcpy(out->text, p.e.text, text.n + 1);
		out->n = p.e.n;
		out->nnodes = p.e.nnodes;
		out->for_ms = p.e.for_ms;
		memcpy(out->nodes, p.e.nodes, p.e.nnodes * sizeof(p.e.nodes[0]));
	}
	if (rc && at)
		*at = p.at;
	return rc;
}
