/*
 * Events of the last minute of the model's clock, by the seconds that it has been known. Fewer than
 * RATE_EVENTS there say little: one event a day would be 60 an hour whenever it comes. The shortest
 * window that holds so many is taken then, or all there is; a model at rest has 0.
 */
#include <math.h>

#include "core/store_impl.h"

#define RATE_EVENTS 5 /* fewer in a minute say little of a rate */

static uint64_t
events_last_minute(const struct model *m, int64_t last)
{
	uint64_t events = 0;
	int64_t i;

	for (i = last - 11; i <= last; i++) {
		const struct pane *p = ring_find(&m->rings[RING_5M], i);

		events += p ? p->tally.events : 0;
	}
	return events;
}

double
figures_rate_per_s(const struct model *m)
{
	enum window w = WINDOW_5M;
	int64_t last, span;
	uint64_t events;

	if (m->newest_ms == INT64_MIN || m->now_ms == INT64_MIN)
		return NAN;
	last = pane_floor(m->now_ms, PANE_MS);
	events = events_last_minute(m, last);
	span = m->now_ms - (last - 11) * PANE_MS;
	if (events && events < RATE_EVENTS) {
		while (w < WINDOW_ALL && model_sums(m, w)->tally.events < RATE_EVENTS)
			w++;
		events = model_sums(m, w)->tally.events;
		span = w == WINDOW_ALL ? m->now_ms - m->first_ms : window_ms(w);
	}
	if (m->first_ms > m->now_ms - span)
		span = m->now_ms - m->first_ms;
	return (double)events / (span < 1000 ? 1.0 : (double)span / 1000.0);
}
