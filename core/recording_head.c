#include "core/recording_head.h"

#include <math.h>

#define CONFIG_BYTES 1048576
#define TEXT_BYTES   4096

enum field {
	F_FORMAT = 1,
	F_PROGRAM,
	F_HOST,
	F_ENDPOINT,
	F_ZONE,
	F_UTC_OFFSET,
	F_STARTED,
	F_START,
	F_ALARMS,
	F_CONFIG,
	F_MASKED,
	F_ALL_EVENTS,
};

/* ---- writing: number of the field, its length, its content --------------------------------------- */

static void
put_text(struct bytes *to, enum field field, struct slice text)
{
	bytes_put_uint(to, field);
	bytes_put_text(to, text);
}

static void
put_part(struct bytes *to, enum field field, struct bytes *part)
{
	put_text(to, field, slice_make(part->p, part->n));
	to->failed |= part->failed;
	bytes_release(part);
	bytes_init(part);
}

static void
put_int(struct bytes *to, enum field field, int64_t v)
{
	struct bytes part;

	bytes_init(&part);
	bytes_put_int(&part, v);
	put_part(to, field, &part);
}

void
recording_head_write(const struct recording_head *h, struct bytes *to)
{
	struct bytes part;

	bytes_init(&part);
	bytes_put_uint(&part, h->major);
	bytes_put_uint(&part, h->minor);
	put_part(to, F_FORMAT, &part);
	put_text(to, F_PROGRAM, h->program);
	put_text(to, F_HOST, h->host);
	put_text(to, F_ENDPOINT, h->endpoint);
	put_text(to, F_ZONE, h->zone);
	put_int(to, F_UTC_OFFSET, h->utc_offset_ms);
	put_int(to, F_STARTED, h->started_ms);
	put_int(to, F_START, h->start_ms);
	bytes_put_double(&part, h->alarms_per_week);
	put_part(to, F_ALARMS, &part);
	put_text(to, F_CONFIG, h->config);
	put_text(to, F_MASKED, h->masked);
	put_int(to, F_ALL_EVENTS, h->all_events);
	bytes_release(&part);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void
get_field(struct recording_head *h, uint64_t field, struct slice text)
{
	struct bytes_reader r;

	bytes_read(&r, text);
	switch (field) {
	case F_FORMAT:
		h->major = (unsigned)bytes_get_uint(&r, UINT32_MAX);
		h->minor = (unsigned)bytes_get_uint(&r, UINT32_MAX);
		break;
	case F_PROGRAM:
		h->program = text;
		break;
	case F_HOST:
		h->host = text;
		break;
	case F_ENDPOINT:
		h->endpoint = text;
		break;
	case F_ZONE:
		h->zone = text;
		break;
	case F_UTC_OFFSET:
		h->utc_offset_ms = bytes_get_int(&r);
		break;
	case F_STARTED:
		h->started_ms = bytes_get_int(&r);
		break;
	case F_START:
		h->start_ms = bytes_get_int(&r);
		break;
	case F_ALARMS:
		h->alarms_per_week = bytes_get_double(&r);
		break;
	case F_CONFIG:
		h->config = text;
		break;
	case F_MASKED:
		h->masked = text;
		break;
	case F_ALL_EVENTS:
		h->all_events = bytes_get_int(&r) != 0;
		break;
	default:
		break; /* of a later minor version */
	}
}

int
recording_head_read(struct recording_head *h, struct slice payload, struct err *err)
{
	struct bytes_reader r;

	memset(h, 0, sizeof(*h));
	bytes_read(&r, payload);
	while (!r.failed && !bytes_at_end(&r)) {
		uint64_t field = bytes_get_uint(&r, UINT64_MAX);
		struct slice text = bytes_get_text(&r, field == F_CONFIG ? CONFIG_BYTES : TEXT_BYTES);

		if (!r.failed)
			get_field(h, field, text);
	}
	if (h->major > RECORDING_MAJOR)
		return err_set(err, ERR_UNSUPPORTED, "format %u.%u is newer than this program reads (%d.%d)", h->major,
		    h->minor, RECORDING_MAJOR, RECORDING_MINOR);
	if (r.failed || !h->major || !(h->alarms_per_week >= 0) || !isfinite(h->alarms_per_week))
		return err_set(err, ERR_FORMAT, "what a recording says of itself is damaged");
	return 0;
}
