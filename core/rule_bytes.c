#include "core/rule_bytes.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"

#define PLACE_BYTES 1024

/* ---- writing --------------------------------------------------------------------------------- */

/* 0: none; else one more than its bytes. */
static void
put_maybe(struct bytes *to, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	bytes_put_uint(to, text ? n + 1 : 0);
	if (n)
		bytes_put(to, text, n);
}

static void
put_expr(struct bytes *to, bool has, const struct expr *e, int64_t for_ms)
{
	bytes_put_uint(to, has);
	if (!has)
		return;
	bytes_put_text(to, slice_make(e->text, e->n));
	bytes_put_int(to, for_ms);
}

static void
put_rule(struct bytes *to, const struct rule *r)
{
	bytes_put_text(to, slice_of(r->name));
	bytes_put_uint(to, r->scope);
	put_maybe(to, r->model);
	put_maybe(to, r->version);
	put_maybe(to, r->feature);
	bytes_put_uint(to, r->off);
	put_expr(to, r->has_warn, &r->warn, r->warn_for_ms);
	put_expr(to, r->has_crit, &r->crit, r->crit_for_ms);
	put_expr(to, r->has_clear, &r->clear, r->clear_for_ms);
	bytes_put_uint(to, r->min_events);
	bytes_put_uint(to, r->window);
	bytes_put_uint(to, r->from_config);
	put_maybe(to, r->place);
}

void
rules_write(const struct rules *r, struct bytes *to)
{
	bytes_put_uint(to, r->n);
	for (size_t i = 0; i < r->n; i++)
		put_rule(to, &r->list[i]);
}

/* ---- reading --------------------------------------------------------------------------------- */

static int
damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "rules are none");
}

/* Of a text with a NUL in it the rest would be lost. */
static int
take_text(struct slice text, char **out, struct bytes_reader *from, struct err *err)
{
	if (from->failed || (text.n && memchr(text.p, '\0', text.n)))
		return damaged(err);
	*out = mem_dup(text.p, text.n);
	return *out ? 0 : err_nomem(err);
}

static int
get_maybe(struct bytes_reader *from, size_t most, char **out, struct err *err)
{
	uint64_t n = bytes_get_uint(from, most + 1);

	if (from->failed || !n)
		return from->failed ? damaged(err) : 0;
	return take_text(bytes_get(from, (size_t)n - 1), out, from, err);
}

static int
get_expr(struct bytes_reader *from, bool *has, struct expr *e, int64_t *for_ms, struct err *err)
{
	struct slice text;

	*has = bytes_get_bool(from);
	if (from->failed || !*has)
		return from->failed ? damaged(err) : 0;
	text = bytes_get_text(from, EXPR_BYTES);
	*for_ms = bytes_get_int(from);
	return from->failed || *for_ms < 0 || rule_parse(e, text, NULL, NULL) ? damaged(err) : 0;
}

static int
get_rule(struct bytes_reader *from, struct rule *r, struct err *err)
{
	int rc = take_text(bytes_get_text(from, RULE_NAME_BYTES), &r->name, from, err);

	r->scope = (enum rule_scope)bytes_get_uint(from, RULE_SCOPES - 1);
	if (!rc)
		rc = get_maybe(from, LIMIT_NAME_BYTES, &r->model, err);
	if (!rc)
		rc = get_maybe(from, LIMIT_NAME_BYTES, &r->version, err);
	if (!rc)
		rc = get_maybe(from, LIMIT_NAME_BYTES, &r->feature, err);
	r->off = bytes_get_bool(from);
	if (!rc)
		rc = get_expr(from, &r->has_warn, &r->warn, &r->warn_for_ms, err);
	if (!rc)
		rc = get_expr(from, &r->has_crit, &r->crit, &r->crit_for_ms, err);
	if (!rc)
		rc = get_expr(from, &r->has_clear, &r->clear, &r->clear_for_ms, err);
	r->min_events = bytes_get_uint(from, UINT64_MAX);
	r->window = (enum window)bytes_get_uint(from, WINDOW_COUNT - 1);
	r->from_config = bytes_get_bool(from);
	if (!rc)
		rc = get_maybe(from, PLACE_BYTES, &r->place, err);
	return !rc && from->failed ? damaged(err) : rc;
}

int
rules_read(struct rules *r, struct bytes_reader *from, struct err *err)
{
	size_t n = bytes_get_count(from, RULE_MAX);
	struct rule *rule = mem_calloc(1, sizeof(*rule));
	int rc = rule ? 0 : err_nomem(err);

	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < n && !rc; i++) {
		memset(rule, 0, sizeof(*rule));
		rc = get_rule(from, rule, err);
		if (!rc)
			rc = rules_add_take(r, rule, err);
		rule_release(rule);
	}
	mem_free(rule);
	if (rc == ERR_NOMEM)
		return rc;
	return rc || from->failed ? damaged(err) : 0;
}

/* ---- another of the same --------------------------------------------------------------------- */

static bool
copy_text(char **text)
{
	if (*text)
		*text = mem_dup(*text, strlen(*text));
	return *text != NULL;
}

/* All of its texts are its own, or nothing. */
static bool
copy_rule(struct rule *out, const struct rule *from)
{
	bool whole = true;

	*out = *from;
	whole &= copy_text(&out->name) || !from->name;
	whole &= copy_text(&out->model) || !from->model;
	whole &= copy_text(&out->version) || !from->version;
	whole &= copy_text(&out->feature) || !from->feature;
	whole &= copy_text(&out->place) || !from->place;
	return whole;
}

int
rules_copy(struct rules *out, const struct rules *from, struct err *err)
{
	bool whole = true;

	*out = *from;
	out->n = out->cap = 0;
	out->list = NULL;
	if (!from->n)
		return 0;
	out->list = mem_grow(NULL, &out->cap, from->n, sizeof(*out->list));
	while (whole && out->list && out->n < from->n) {
		whole = copy_rule(&out->list[out->n], &from->list[out->n]);
		out->n++;
	}
	if (whole && out->list)
		return 0;
	rules_release(out);
	return err_nomem(err);
}

bool
rules_same(const struct rules *a, const struct rules *b)
{
	struct bytes x, y;
	bool same;

	bytes_init(&x);
	bytes_init(&y);
	rules_write(a, &x);
	rules_write(b, &y);
	same = !x.failed && !y.failed && x.n == y.n && (x.n == 0 || memcmp(x.p, y.p, x.n) == 0);
	bytes_release(&x);
	bytes_release(&y);
	return same;
}
