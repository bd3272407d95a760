#include "core/alert_json.h"

#include <math.h>

const char *const alert_change_names[] = {"fired", "rose", "fired again", "cleared", "silence broken"};

static void
put_text(struct jsonw *w, const char *key, struct slice v)
{
	jsonw_key(w, key);
	if (v.n)
		jsonw_string(w, v);
	else
		jsonw_null(w);
}

static void
put_ms(struct jsonw *w, const char *key, int64_t ms, bool has)
{
	jsonw_key(w, key);
	if (has)
		jsonw_int(w, ms);
	else
		jsonw_null(w);
}

static void
put_id(struct jsonw *w, const char *key, uint64_t id)
{
	char text[ALERT_ID_BYTES];

	put_text(w, key, id ? slice_of(alert_id_text(id, text)) : slice_of(""));
}

static void
put_bool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

void
alert_json(struct jsonw *w, const struct alert *al, const char *change)
{
	jsonw_open_object(w);
	put_id(w, "id", al->id);
	if (change)
		put_text(w, "change", slice_of(change));
	put_text(w, "rule", al->key.rule);
	put_text(w, "severity", slice_of(severity_names[al->severity]));
	put_text(w, "model", al->key.model);
	put_text(w, "version", al->key.version.n ? al->key.version : slice_of(al->version));
	put_text(w, "feature", al->key.feature);
	if (al->key.source.n)
		put_text(w, "source", al->key.source);
	put_text(w, "metric", slice_of(al->metric));
	put_text(w, "state", slice_of(alert_state_names[al->state]));
	put_ms(w, "from_ms", al->from_ms, true);
	put_ms(w, "to_ms", al->to_ms, al->to_ms != ALERT_NEVER);
	jsonw_key(w, "value");
	jsonw_double(w, al->value);
	jsonw_key(w, "limit");
	jsonw_double(w, al->limit);
	put_bool(w, "provisional", al->provisional);
	put_bool(w, "trusted", al->trusted);
	jsonw_key(w, "raised");
	jsonw_uint(w, al->raised);
	/* Until it clears: there is no time for that. */
	put_ms(w, "silenced_to_ms", al->silenced_to_ms, alert_silenced(al) && al->silenced_to_ms != ALERT_UNTIL_CLEAR);
	put_bool(w, "silenced", alert_silenced(al));
	put_text(w, "silence_reason", alert_silenced(al) ? slice_of(al->silence_reason) : slice_of(""));
	put_text(w, "acked_by", slice_of(al->acked_by));
	put_id(w, "incident", al->incident);
	put_id(w, "fleet_incident", al->fleet);
	put_text(w, "sentence", slice_of(al->sentence));
	jsonw_close(w);
}
