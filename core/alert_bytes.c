#include "core/alert_bytes.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "core/metric.h"

#define METRIC_BYTES 64
#define KEY_BYTES    1024 /* of each part: a path or an address may be longer than a name */

void
alert_encode(const struct alert *al, struct bytes *to)
{
	bytes_put_text(to, al->key.rule);
	bytes_put_text(to, al->key.model);
	bytes_put_text(to, al->key.version);
	bytes_put_text(to, al->key.feature);
	bytes_put_text(to, al->key.source);
	bytes_put_uint(to, al->id);
	bytes_put_uint(to, al->state);
	bytes_put_uint(to, al->severity);
	bytes_put_uint(to, al->worst);
	bytes_put_int(to, al->from_ms);
	bytes_put_int(to, al->fired_ms);
	bytes_put_int(to, al->to_ms);
	bytes_put_text(to, slice_of(al->metric ? al->metric : ""));
	bytes_put_uint(to, al->cause);
	bytes_put_double(to, al->value);
	bytes_put_double(to, al->limit);
	bytes_put_double(to, al->effect);
	bytes_put_uint(to, al->provisional);
	bytes_put_uint(to, al->trusted);
	bytes_put_uint(to, al->history);
	bytes_put_uint(to, al->raised);
	bytes_put_text(to, slice_of(al->version));
	bytes_put_text(to, slice_of(al->sentence));
	bytes_put_uint(to, al->incident);
	bytes_put_uint(to, al->fleet);
	bytes_put_text(to, slice_of(al->acked_by));
	bytes_put_int(to, al->acked_ms);
	bytes_put_int(to, al->silenced_to_ms);
	bytes_put_text(to, slice_of(al->silence_reason));
	bytes_put_text(to, slice_of(al->silenced_by));
	bytes_put_uint(to, al->broken);
	bytes_put_int(to, al->since_ms[0]);
	bytes_put_int(to, al->since_ms[1]);
	bytes_put_int(to, al->mild_ms);
	bytes_put_int(to, al->clear_ms);
	bytes_put_double(to, al->silence_effect);
	bytes_put_uint(to, al->silence_severity);
	bytes_put_uint(to, al->silence_cause);
	bytes_put_int(to, al->judged_ms);
}

static void
get_cstr(struct bytes_reader *r, char *to, size_t cap)
{
	struct slice s = bytes_get_text(r, cap - 1);

	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = '\0';
}

/* The name is one of the table's, whose text outlives all alerts. */
static const char *
get_metric(struct bytes_reader *r)
{
	struct slice name = bytes_get_text(r, METRIC_BYTES);
	enum metric_id id = metric_find(name);

	return id < METRIC_COUNT ? metric_rows[id].name.name : NULL;
}

static void
get_rest(struct alert *al, struct bytes_reader *r)
{
	al->id = bytes_get_uint(r, UINT64_MAX);
	al->state = (enum alert_state)bytes_get_uint(r, ALERT_STATES - 1);
	al->severity = (enum severity)bytes_get_uint(r, SEVERITY_COUNT - 1);
	al->worst = (enum severity)bytes_get_uint(r, SEVERITY_COUNT - 1);
	al->from_ms = bytes_get_int(r);
	al->fired_ms = bytes_get_int(r);
	al->to_ms = bytes_get_int(r);
	al->metric = get_metric(r);
	al->cause = (unsigned)bytes_get_uint(r, UINT32_MAX);
	al->value = bytes_get_double(r);
	al->limit = bytes_get_double(r);
	al->effect = bytes_get_double(r);
	al->provisional = bytes_get_bool(r);
	al->trusted = bytes_get_bool(r);
	al->history = bytes_get_bool(r);
	al->raised = (unsigned)bytes_get_uint(r, UINT32_MAX);
	get_cstr(r, al->version, sizeof(al->version));
	get_cstr(r, al->sentence, sizeof(al->sentence));
	al->incident = bytes_get_uint(r, UINT64_MAX);
	al->fleet = bytes_get_uint(r, UINT64_MAX);
	get_cstr(r, al->acked_by, sizeof(al->acked_by));
	al->acked_ms = bytes_get_int(r);
	al->silenced_to_ms = bytes_get_int(r);
	get_cstr(r, al->silence_reason, sizeof(al->silence_reason));
	get_cstr(r, al->silenced_by, sizeof(al->silenced_by));
	al->broken = (enum alert_broken)bytes_get_uint(r, ALERT_BROKENS - 1);
	al->since_ms[0] = bytes_get_int(r);
	al->since_ms[1] = bytes_get_int(r);
	al->mild_ms = bytes_get_int(r);
	al->clear_ms = bytes_get_int(r);
	al->silence_effect = bytes_get_double(r);
	al->silence_severity = (enum severity)bytes_get_uint(r, SEVERITY_COUNT - 1);
	al->silence_cause = (unsigned)bytes_get_uint(r, UINT32_MAX);
	al->judged_ms = al->resumed_ms = bytes_get_int(r);
}

int
alert_decode(struct alert **out, struct bytes_reader *r, struct err *err)
{
	struct alert_key key;
	struct alert *al;
	int rc;

	key.rule = bytes_get_text(r, KEY_BYTES);
	key.model = bytes_get_text(r, KEY_BYTES);
	key.version = bytes_get_text(r, KEY_BYTES);
	key.feature = bytes_get_text(r, KEY_BYTES);
	key.source = bytes_get_text(r, KEY_BYTES);
	rc = alert_new(&al, &key, err);
	if (rc)
		return rc;
	get_rest(al, r);
	if (r->failed) {
		alert_free(al);
		return err_set(err, ERR_FORMAT, "an alert is not one");
	}
	*out = al;
	return 0;
}
