#include "core/alert_json.h"

#include <math.h>

const char *const alert_change_names[] = {"fired", "rose", "fired again", "cleared", "silence broken"};

static void
put_id(struct jsonw *w, const char *key, uint64_t id)
{
	char text[ALERT_ID_BYTES];

	jsonw_put_text(w, key, id ? slice_of(alert_id_text(id, text)) : slice_of(""));
}

void
alert_json(struct jsonw *w, const struct alert *al, const char *change)
{
	jsonw_open_object(w);
	put_id(w, "id", al->id);
	if (change)
		jsonw_put_text(w, "change", slice_of(change));
	jsonw_put_text(w, "rule", al->key.rule);
	jsonw_put_text(w, "severity", slice_of(severity_names[al->severity]));
	jsonw_put_text(w, "model", al->key.model);
	jsonw_put_text(w, "version", al->key.version.n ? al->key.version : slice_of(al->version));
	jsonw_put_text(w, "feature", al->key.feature);
	if (al->key.source.n)
		jsonw_put_text(w, "source", al->key.source);
	jsonw_put_text(w, "metric", slice_of(al->metric));
	jsonw_put_text(w, "state", slice_of(alert_state_names[al->state]));
	jsonw_put_int(w, "from_ms", al->from_ms, true);
	jsonw_put_int(w, "to_ms", al->to_ms, al->to_ms != ALERT_NEVER);
	jsonw_put_double(w, "value", al->value);
	jsonw_put_double(w, "limit", al->limit);
	jsonw_put_bool(w, "provisional", al->provisional);
	jsonw_put_bool(w, "trusted", al->trusted);
	jsonw_put_uint(w, "raised", al->raised);
	/* Until it clears: there is no time for that. */
	jsonw_put_int(w, "silenced_to_ms", al->silenced_to_ms,
	    alert_silenced(al) && al->silenced_to_ms != ALERT_UNTIL_CLEAR);
	jsonw_put_bool(w, "silenced", alert_silenced(al));
	jsonw_put_text(w, "silence_reason", alert_silenced(al) ? slice_of(al->silence_reason) : slice_of(""));
	jsonw_put_text(w, "acked_by", slice_of(al->acked_by));
	put_id(w, "incident", al->incident);
	put_id(w, "fleet_incident", al->fleet);
	jsonw_put_text(w, "sentence", slice_of(al->sentence));
	jsonw_close(w);
}
