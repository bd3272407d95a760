#include "tui/report_alerts.h"

#include <string.h>

#include "core/alert.h"
#include "core/alert_json.h"
#include "core/mem.h"
#include "tui/plain.h"
#include "widgets/fmt.h"

int
report_alerts_open(struct report_alerts *a, const struct store *s, int64_t since_ms, struct err *err)
{
	const struct alerts *all = store_alerts(s);
	size_t n, i;

	a->n = 0;
	a->list = mem_calloc(all->n + 1, sizeof(*a->list));
	if (!a->list)
		return err_nomem(err);
	n = alerts_order(all, a->list, all->n);
	for (i = 0; i < n; i++)
		if (!since_ms || a->list[i]->to_ms == ALERT_NEVER || a->list[i]->to_ms >= since_ms)
			a->list[a->n++] = a->list[i];
	return 0;
}

void
report_alerts_release(struct report_alerts *a)
{
	mem_free(a->list);
	a->list = NULL;
	a->n = 0;
}

static bool
is_of(const struct alert *al, uint32_t model)
{
	return al->model == model && al->state != ALERT_PENDING;
}

void
report_alerts_json(struct jsonw *w, const struct report_alerts *a, uint32_t model)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (is_of(a->list[i], model))
			alert_json(w, a->list[i], NULL);
}

static void
put_notes(FILE *to, const struct alert *al, bool utf8)
{
	if (al->raised > 1)
		fprintf(to, ", flapping x%u", al->raised);
	if (al->provisional)
		fputs(", provisional", to);
	if (!al->trusted)
		fputs(", on a feed that cannot be trusted", to);
	if (alert_silenced(al)) {
		fputs(", silenced", to);
		if (al->silence_reason[0])
			fputs(": ", to);
		plain_put(to, slice_of(al->silence_reason), ALERT_REASON_BYTES, utf8);
	}
	if (al->acked_by[0]) {
		fputs(", acknowledged by ", to);
		plain_put(to, slice_of(al->acked_by), ALERT_BY_BYTES, utf8);
	}
}

static void
put_alert(FILE *to, const struct alert *al, const struct report_options *o)
{
	fprintf(to, "%-4s %-12.*s ", severity_names[al->severity], (int)al->key.rule.n, al->key.rule.p);
	plain_pad(to, al->key.feature.n ? al->key.feature : al->key.source, 22, o->utf8);
	fprintf(to, " %s", fmt_datetime(al->from_ms, o->utc_offset_ms).s);
	if (al->state == ALERT_CLEARED)
		fprintf(to, " to %s", fmt_datetime(al->to_ms, o->utc_offset_ms).s);
	fputs("  ", to);
	plain_put(to, slice_of(al->sentence), ALERT_SENTENCE_BYTES, o->utf8);
	put_notes(to, al, o->utf8);
	fputc('\n', to);
}

void
report_alerts_text(FILE *to, const struct report_alerts *a, uint32_t model, const struct report_options *o)
{
	bool any = false;
	size_t i;

	for (i = 0; i < a->n; i++) {
		if (!is_of(a->list[i], model))
			continue;
		fputs(any ? "            " : "  alerts    ", to);
		put_alert(to, a->list[i], o);
		any = true;
	}
}
