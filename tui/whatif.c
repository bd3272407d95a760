#include "tui/whatif.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collectors/config_file.h"
#include "collectors/player.h"
#include "core/jsonw.h"
#include "core/mem.h"
#include "widgets/fmt.h"

#define BUDGET "alarms_per_week"
#define BUDGET_MAX 1000.0 /* a limit of evidence below nothing means nothing */

/* ---- what is to be changed ------------------------------------------------------------------- */

/* The next word of *text, which is taken off it. */
static struct slice
take_word(const char **text)
{
	const char *p = *text + strspn(*text, " ");
	size_t n = strcspn(p, " ");

	*text = p + n + strspn(p + n, " ");
	return slice_make(p, n);
}

static bool
is_key(struct slice word)
{
	static const char *const keys[] = {"warn", "crit", "clear", "for", "window", "min_events"};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (slice_is(word, keys[i]))
			return true;
	return false;
}

static void
put_rule(struct jsonw *w, struct slice name, struct slice key, const char *value)
{
	jsonw_open_object(w);
	jsonw_key(w, "rules");
	jsonw_open_array(w);
	jsonw_open_object(w);
	jsonw_put_string(w, "name", name);
	jsonw_key_slice(w, key);
	if (slice_is(key, "off"))
		jsonw_bool(w, true);
	else if (slice_is(key, "min_events"))
		jsonw_int(w, strtoll(value, NULL, 10));
	else
		jsonw_cstr(w, value);
	jsonw_close(w);
	jsonw_close(w);
	jsonw_close(w);
}

/* Where in a file it stands is nothing to whoever has typed it here. */
static int
reword(const struct err *why, struct err *err)
{
	const char *place = strstr(why->msg, "rules[0]"), *rest = place ? strchr(place, ':') : NULL;

	return err_set(err, ERR_USAGE, "what-if: %s", rest ? rest + 2 : why->msg);
}

/* Said as a configuration says it, so that it is held to the same rules and gets the same sentences. */
static int
change_rule(struct config *c, const char *change, struct err *err)
{
	const struct config_names any = {.nthemes = 0};
	const char *rest = change;
	struct slice name = take_word(&rest), key = take_word(&rest);
	struct err why = {0};
	struct jsonw w;
	char *text;
	size_t n;
	int rc;

	jsonw_init(&w);
	if (slice_is(key, "off") && !*rest)
		put_rule(&w, name, key, "");
	else if (is_key(key))
		put_rule(&w, name, key, rest);
	else
		put_rule(&w, slice_of(WHATIF_RULE), slice_of("warn"), change);
	text = jsonw_take(&w, &n, err);
	if (!text)
		return ERR_NOMEM;
	rc = config_file_parse(c, "what-if", text, n, &any, &why);
	mem_free(text);
	if (rc == ERR_NOMEM)
		return err_nomem(err);
	return rc ? reword(&why, err) : 0;
}

static int
change_budget(struct config *c, const char *value, struct err *err)
{
	char *end;
	double x = strtod(value, &end);

	if (end == value || *end || !(x > 0) || x > BUDGET_MAX)
		return err_set(err, ERR_USAGE, BUDGET " takes a number above 0, up to 1,000");
	c->budget_per_week = x;
	return 0;
}

static int
recorded_config(struct config *c, const struct recording_head *head, struct err *err)
{
	const struct config_names any = {.nthemes = 0};
	char *copy;
	int rc = config_init(c, err);

	if (!rc && head->config.n) {
		copy = mem_dup(head->config.p, head->config.n);
		if (!copy)
			return err_nomem(err);
		rc = config_file_parse(c, "of the recording", copy, head->config.n, &any, err);
		mem_free(copy);
	}
	if (!rc && head->alarms_per_week > 0)
		c->budget_per_week = head->alarms_per_week;
	return rc;
}

int
whatif_config(struct config *c, const struct recording_head *head, const char *change, struct err *err)
{
	const char *rest = change;
	int rc = recorded_config(c, head, err);

	if (rc)
		return rc;
	if (slice_is(take_word(&rest), BUDGET))
		return change_budget(c, rest, err);
	return change_rule(c, change, err);
}

/* ---- two lists ------------------------------------------------------------------------------- */

static bool
is_within(const struct alert *al, int64_t from_ms, int64_t to_ms)
{
	return al->state != ALERT_PENDING && al->fired_ms != ALERT_NEVER && al->fired_ms <= to_ms &&
	       (al->to_ms == ALERT_NEVER || al->to_ms >= from_ms);
}

static void
put_side(struct whatif_row *row, enum whatif_side side, const struct alert *al)
{
	row->in[side] = true;
	row->worst[side] = al->worst;
	row->fired_ms[side] = al->fired_ms;
	row->ended_ms[side] = al->to_ms;
}

static int
add_row(struct whatif *w, enum whatif_side side, const struct alert *al, struct err *err)
{
	struct whatif_row *rows = mem_grow(w->rows, &w->cap, w->n + 1, sizeof(*rows));

	if (!rows)
		return err_nomem(err);
	w->rows = rows;
	rows[w->n] = (struct whatif_row){.rule = arena_text(&w->texts, al->key.rule),
	    .model = arena_text(&w->texts, al->key.model),
	    .version = arena_text(&w->texts, al->key.version),
	    .feature = arena_text(&w->texts, al->key.feature),
	    .source = arena_text(&w->texts, al->key.source),
	    .fired_ms = {ALERT_NEVER, ALERT_NEVER},
	    .ended_ms = {ALERT_NEVER, ALERT_NEVER},
	    .sentence = arena_text(&w->texts, slice_of(al->sentence))};
	put_side(&rows[w->n++], side, al);
	return 0;
}

static bool
is_about(const struct whatif_row *row, const struct alert_key *key)
{
	return slice_eq(row->rule, key->rule) && slice_eq(row->model, key->model) &&
	       slice_eq(row->version, key->version) && slice_eq(row->feature, key->feature) &&
	       slice_eq(row->source, key->source);
}

/* At the same time for a while, or begun not far from each other. */
static bool
is_same(const struct whatif_row *row, const struct alert *al)
{
	int64_t fired = row->fired_ms[WHATIF_RECORDED], ended = row->ended_ms[WHATIF_RECORDED];

	if (row->in[WHATIF_CHANGED] || !is_about(row, &al->key))
		return false;
	if (llabs(fired - al->fired_ms) <= WHATIF_NEAR_MS)
		return true;
	return (ended == ALERT_NEVER || ended >= al->fired_ms) && (al->to_ms == ALERT_NEVER || al->to_ms >= fired);
}

static int64_t
first_of(const struct whatif_row *r)
{
	if (!r->in[WHATIF_RECORDED])
		return r->fired_ms[WHATIF_CHANGED];
	if (!r->in[WHATIF_CHANGED])
		return r->fired_ms[WHATIF_RECORDED];
	return r->fired_ms[0] < r->fired_ms[1] ? r->fired_ms[0] : r->fired_ms[1];
}

static int
by_time(const void *pa, const void *pb)
{
	const struct whatif_row *a = pa, *b = pb;
	int64_t x = first_of(a), y = first_of(b);
	int order;

	if (x != y)
		return x < y ? -1 : 1;
	order = slice_cmp(a->model, b->model);
	if (!order)
		order = slice_cmp(a->feature, b->feature);
	return order ? order : slice_cmp(a->rule, b->rule);
}

int
whatif_compare(struct whatif *w, const struct alerts *recorded, const struct alerts *changed, int64_t from_ms,
    int64_t to_ms, struct err *err)
{
	size_t i, k, n;

	w->from_ms = from_ms;
	w->to_ms = to_ms;
	for (i = 0; i < recorded->n; i++)
		if (is_within(recorded->list[i], from_ms, to_ms) && add_row(w, WHATIF_RECORDED, recorded->list[i], err))
			return ERR_NOMEM;
	n = w->n;
	for (i = 0; i < changed->n; i++) {
		const struct alert *al = changed->list[i];

		if (!is_within(al, from_ms, to_ms))
			continue;
		for (k = 0; k < n && !is_same(&w->rows[k], al);)
			k++;
		if (k < n) {
			put_side(&w->rows[k], WHATIF_CHANGED, al);
			w->rows[k].sentence = arena_text(&w->texts, slice_of(al->sentence));
		} else if (add_row(w, WHATIF_CHANGED, al, err)) {
			return ERR_NOMEM;
		}
	}
	if (w->n)
		qsort(w->rows, w->n, sizeof(*w->rows), by_time);
	for (i = 0; i < w->n; i++) {
		const struct whatif_row *r = &w->rows[i];

		w->both += r->in[0] && r->in[1];
		w->only[WHATIF_RECORDED] += !r->in[WHATIF_CHANGED];
		w->only[WHATIF_CHANGED] += !r->in[WHATIF_RECORDED];
	}
	return 0;
}

void
whatif_release(struct whatif *w)
{
	mem_free(w->rows);
	arena_release(&w->texts);
	*w = (struct whatif){0};
}

const char *
whatif_difference(const struct whatif_row *r, char *buf, size_t bytes)
{
	int64_t by = r->fired_ms[WHATIF_CHANGED] - r->fired_ms[WHATIF_RECORDED];

	if (!r->in[WHATIF_CHANGED])
		snprintf(buf, bytes, "would not fire");
	else if (!r->in[WHATIF_RECORDED])
		snprintf(buf, bytes, "only what-if");
	else if (by)
		snprintf(buf, bytes, "%s %s", fmt_age(by < 0 ? -by : by).s, by < 0 ? "earlier" : "later");
	else if (r->worst[0] != r->worst[1])
		snprintf(buf, bytes, "%s, was %s", severity_names[r->worst[1]], severity_names[r->worst[0]]);
	else if (r->ended_ms[0] != r->ended_ms[1])
		snprintf(buf, bytes, "ends at another time");
	else
		snprintf(buf, bytes, "as it was");
	return buf;
}

/* ---- played ---------------------------------------------------------------------------------- */

int
whatif_run(struct whatif *w, struct recording *r, const char *change, int64_t from_ms, int64_t to_ms, struct err *err)
{
	struct player *was = NULL, *is = NULL;
	struct config c = {0};
	int rc = whatif_config(&c, recording_head(r), change, err);

	if (!rc)
		rc = player_open(&was, r, NULL, false, err);
	if (!rc)
		rc = player_open(&is, r, &c, true, err);
	if (!rc)
		rc = player_seek(was, to_ms, err);
	if (!rc)
		rc = player_seek(is, to_ms, err);
	if (!rc)
		rc = whatif_compare(w, store_alerts(player_store(was)), store_alerts(player_store(is)), from_ms, to_ms,
		    err);
	player_close(is);
	player_close(was);
	config_release(&c);
	return rc;
}
