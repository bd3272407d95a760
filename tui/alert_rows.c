#include "tui/alert_rows.h"

#include <stdio.h>
#include <string.h>

#include "tui/alert_part.h"
#include "tui/row_name.h"

#define INCIDENT_LISTED 5 /* alerts of an incident that are listed one by one */
#define NAMES_BYTES 160

struct slice
alert_rows_subject(const struct alert *al)
{
	return al->key.feature.n ? al->key.feature : al->key.source.n ? al->key.source : al->key.rule;
}

static void
keep_row(struct arena *a, const struct store *s, struct alert_row *row, const struct alert *al)
{
	const struct alerts *all = store_alerts(s);
	const struct alert *head = al->incident ? alerts_head(all, al->incident) : NULL;

	row->kind = ROW_ALERT;
	row->group = 0;
	row->now = row->over = 0;
	row->names = slice_of("");
	row->notes.n = 0;
	alert_part_copy(a, s, al, &row->a);
	row->incident = al->state == ALERT_FIRING && !al->provisional ? alerts_in_incident(all, al->incident) : 0;
	row->fleet = al->fleet ? alerts_in_fleet(all, al->fleet) : 0;
	row->member = al->state == ALERT_FIRING && head && head != al && head->state == ALERT_FIRING;
	row->head = head && head != al ? arena_text(a, alert_rows_subject(head)) : slice_of("");
}

/* The group of a model and what is in it, where it has any. */
static void
collect_group(struct arena *a, struct alert_rows *st, const struct store *s, const struct alert *const *order,
    size_t n, size_t first)
{
	struct alert_row *group = &st->list[st->n++];
	uint32_t model = order[first]->model;

	*group = (struct alert_row){.kind = ROW_PROVISIONAL, .group = ~(uint64_t)model};
	group->a.model = model;
	group->a.key.model = arena_text(a, order[first]->key.model);
	group->a.from_ms = order[first]->from_ms;
	group->a.to_ms = ALERT_NEVER;
	for (size_t i = first; i < n; i++) {
		if (!order[i]->provisional || order[i]->model != model)
			continue;
		if (order[i]->from_ms < group->a.from_ms)
			group->a.from_ms = order[i]->from_ms;
		group->now += order[i]->state == ALERT_FIRING;
		group->over += order[i]->state != ALERT_FIRING;
		keep_row(a, s, &st->list[st->n], order[i]);
		st->list[st->n++].group = group->group;
	}
	st->provisional += group->now + group->over;
}

static void
collect_groups(struct arena *a, struct alert_rows *st, const struct store *s, const struct alert *const *order,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t before = 0;

		while (before < i && !(order[before]->provisional && order[before]->model == order[i]->model))
			before++;
		if (order[i]->provisional && before == i)
			collect_group(a, st, s, order, n, i);
	}
}

/* ": Clinton, Polk, California": each once, as far as they fit. */
static void
others_name(char *names, struct slice name)
{
	char part[NAMES_BYTES];
	size_t n = strlen(names);

	snprintf(part, sizeof part, "%s%.*s,", n ? " " : "", (int)(name.n < 60 ? name.n : 60), name.p);
	if (!strstr(names, part) && n + strlen(part) < NAMES_BYTES)
		memcpy(names + n, part, strlen(part) + 1);
}

/* What fires behind a head that has more than a few: one line, and they are in it. Returns where it ends. */
static size_t
collect_others(struct arena *a, struct alert_rows *st, const struct store *s, const struct alert *const *order,
    size_t n, size_t first)
{
	uint64_t incident = order[first]->incident;
	struct alert_row *others = &st->list[st->n++];
	char names[NAMES_BYTES] = "";
	size_t i;

	*others = st->list[st->n - 2];
	others->kind = ROW_OTHERS;
	others->group = ~incident;
	for (i = first; i < n && order[i]->incident == incident && order[i]->state == ALERT_FIRING; i++) {
		if (order[i]->provisional)
			continue;
		keep_row(a, s, &st->list[st->n], order[i]);
		st->list[st->n++].group = others->group;
		others_name(names, alert_rows_subject(order[i]));
		if (order[i]->from_ms < others->a.from_ms || !others->now)
			others->a.from_ms = order[i]->from_ms;
		others->now++;
	}
	if (names[0])
		names[strlen(names) - 1] = '\0';
	others->names = arena_text(a, slice_of(names));
	return i;
}

void
alert_rows_collect(struct alert_rows *out, struct arena *a, const struct store *s, const struct ui_past *past)
{
	const struct alerts *all = store_alerts(s);
	const struct alert **order = arena_take(a, (all->n + 1) * sizeof *order);
	size_t n, i = 0;

	memset(out, 0, sizeof *out);
	out->list = arena_take(a, (2 * all->n + 1) * sizeof *out->list); /* at worst each is a group */
	n = order && out->list ? alerts_order(all, order, all->n) : 0;
	out->forgotten = all->forgotten;
	out->refused = all->refused;
	while (i < n && order[i]->state != ALERT_CLEARED) {
		const struct alert *al = order[i++];

		if (al->provisional)
			continue;
		keep_row(a, s, &out->list[out->n++], al);
		if (out->list[out->n - 1].incident > INCIDENT_LISTED && !out->list[out->n - 1].member)
			i = collect_others(a, out, s, order, n, i);
	}
	collect_groups(a, out, s, order, n);
	for (; i < n; i++)
		if (!order[i]->provisional)
			keep_row(a, s, &out->list[out->n++], order[i]);
	for (i = 0; i < n; i++)
		out->counts[order[i]->state] += !order[i]->provisional;
	for (i = 0; i < out->n; i++)
		if (out->list[i].kind == ROW_ALERT)
			alert_notes_find(&out->list[i].notes, a, &out->list[i].a, s, past);
}

struct slice
alert_rows_apart(const struct alert_rows *rows, const size_t *order, size_t n, const struct alert_row *row)
{
	const struct alert_key *key = &row->a.key;

	for (size_t i = 0; i < n; i++) {
		const struct alert_row *at = &rows->list[order[i]];
		const struct alert_key *other = &at->a.key;

		if (at == row || at->kind != ROW_ALERT || !slice_eq(key->model, other->model) ||
		    !slice_eq(key->feature, other->feature) || !slice_eq(key->source, other->source))
			continue;
		if (!slice_eq(key->rule, other->rule))
			return key->rule;
		if (key->version.n && !slice_eq(key->version, other->version))
			return key->version;
	}
	return slice_of("");
}

void
alert_rows_name(const struct alert_row *row, char *buf)
{
	char name[ROW_NAME_BYTES];

	row_name_alert(name, &row->a.key, row->a.from_ms);
	if (row->kind == ROW_ALERT)
		memcpy(buf, name, sizeof name);
	else
		snprintf(buf, ROW_NAME_BYTES, "%s %.*s", row->kind == ROW_OTHERS ? "others" : "provisional",
		    ROW_NAME_BYTES - 16, name);
}
