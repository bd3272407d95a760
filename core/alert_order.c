/*
 * Alerts as lists show them. An incident stands where its worst alert would: sorting by the head first, then by what
 * is below it, keeps incidents whole.
 */
#include <stdlib.h>

#include "core/alert.h"
#include "core/mem.h"

/* Positive: x is worse than y. Ends in the id, so that the order is the same everywhere. */
static int
worse(const struct alert *x, const struct alert *y)
{
	if (alert_weight(x) != alert_weight(y))
		return alert_weight(x) > alert_weight(y) ? 1 : -1;
	if (x->effect != y->effect)
		return x->effect > y->effect ? 1 : -1;
	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? 1 : -1;
	return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

struct place {
	const struct alert *alert, *head;
};

static int
state_rank(enum alert_state s)
{
	return s == ALERT_FIRING ? 0 : s == ALERT_PENDING ? 1 : 2;
}

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int by_state = state_rank(x->alert->state) - state_rank(y->alert->state), by_head;

	if (by_state)
		return by_state;
	if (x->alert->state == ALERT_CLEARED && x->alert->to_ms != y->alert->to_ms)
		return x->alert->to_ms > y->alert->to_ms ? -1 : 1;
	by_head = worse(y->head, x->head);
	if (by_head)
		return by_head;
	if (x->alert == x->head || y->alert == y->head)
		return (y->alert == y->head) - (x->alert == x->head);
	return worse(y->alert, x->alert);
}

static int
by_incident(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->alert->incident != y->alert->incident)
		return x->alert->incident < y->alert->incident ? -1 : 1;
	return worse(y->alert, x->alert);
}

/* Only alerts that fire belong to the incident as it is now. */
static void
find_heads(struct place *places, size_t n)
{
	size_t i, from = 0;

	qsort(places, n, sizeof(*places), by_incident);
	for (i = 0; i < n; i++) {
		const struct alert *al = places[i].alert;

		if (al->state != ALERT_FIRING)
			continue;
		if (places[from].alert->incident != al->incident || places[from].alert->state != ALERT_FIRING)
			from = i;
		places[i].head = places[from].alert;
	}
}

size_t
alerts_order(const struct alerts *a, const struct alert **out, size_t cap)
{
	struct place *places = mem_alloc((a->n ? a->n : 1) * sizeof(*places));
	size_t i, n = a->n < cap ? a->n : cap;

	if (!places) { /* unordered is better than nothing */
		for (i = 0; i < n; i++)
			out[i] = a->list[i];
		return a->n;
	}
	for (i = 0; i < a->n; i++)
		places[i] = (struct place){a->list[i], a->list[i]};
	find_heads(places, a->n);
	qsort(places, a->n, sizeof(*places), by_place);
	for (i = 0; i < n; i++)
		out[i] = places[i].alert;
	mem_free(places);
	return a->n;
}

const struct alert *
alerts_head(const struct alerts *a, uint64_t incident)
{
	const struct alert *head = NULL;
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct alert *al = a->list[i];

		if (al->incident != incident)
			continue;
		if (!head || (al->state == ALERT_FIRING) > (head->state == ALERT_FIRING) ||
		    ((al->state == ALERT_FIRING) == (head->state == ALERT_FIRING) && worse(al, head) > 0))
			head = al;
	}
	return head;
}

size_t
alerts_in_incident(const struct alerts *a, uint64_t incident)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		n += incident && a->list[i]->incident == incident && a->list[i]->state == ALERT_FIRING &&
		     !a->list[i]->provisional;
	return n;
}

#define INCIDENTS_TOLD_APART 256 /* beyond, each alert counts as one */

size_t
alerts_count_incidents(const struct alerts *a, enum severity least)
{
	uint64_t seen[INCIDENTS_TOLD_APART];
	size_t i, k, n = 0;

	for (i = 0; i < a->n; i++) {
		const struct alert *al = a->list[i];

		if (al->state != ALERT_FIRING || alert_weight(al) < least || alert_silenced(al))
			continue;
		for (k = 0; k < n && k < INCIDENTS_TOLD_APART && seen[k] != al->incident; k++)
			;
		if (k < n && k < INCIDENTS_TOLD_APART)
			continue;
		if (n < INCIDENTS_TOLD_APART)
			seen[n] = al->incident;
		n++;
	}
	return n;
}

size_t
alerts_in_fleet(const struct alerts *a, uint64_t fleet)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		n += fleet && a->list[i]->fleet == fleet && a->list[i]->state == ALERT_FIRING;
	return n;
}
