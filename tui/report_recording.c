#include "tui/report_recording.h"

#include <stdio.h>
#include <string.h>

#include "core/fact_bytes.h"
#include "core/mem.h"
#include "tui/settings.h"
#include "tui/timearg.h"

bool
report_is_recording(const char *path)
{
	unsigned char sync[4] = {0};
	FILE *f = strcmp(path, "-") == 0 ? NULL : fopen(path, "rb");
	size_t n = f ? fread(sync, 1, sizeof(sync), f) : 0;

	if (f)
		fclose(f);
	return n == sizeof(sync) && memcmp(sync, "\xd7" "DTR", sizeof(sync)) == 0;
}

static int
one_time(const struct options *o, enum option_id id, const struct timearg_place *place, int64_t *ms, struct err *err)
{
	int rc = o->given[id] ? timearg_parse_moment(ms, o->text[id], place, err) : 0;

	return rc ? (err_wrap(err, "--%s", id == OPTION_FROM ? "from" : "to"), rc) : 0;
}

int
report_recording_range(const struct recording *file, const struct options *o, int64_t utc_offset_ms,
    int64_t *from_ms, int64_t *to_ms, struct err *err)
{
	struct timearg_place place = {.utc_offset_ms = settings_utc(o) ? 0 : utc_offset_ms};
	int rc;

	recording_range(file, from_ms, to_ms);
	place.from_ms = *from_ms;
	place.now_ms = place.to_ms = *to_ms;
	rc = one_time(o, OPTION_FROM, &place, from_ms, err);
	if (!rc)
		rc = one_time(o, OPTION_TO, &place, to_ms, err);
	if (!rc && *from_ms > *to_ms)
		rc = err_set(err, ERR_USAGE, "there is nothing of the recording between --from and --to");
	return rc;
}

static int
go_to(void *ctx, int64_t time_ms, const struct store **out, struct err *err)
{
	struct player *p = ctx;
	int rc = player_seek(p, time_ms, err);

	*out = player_store(p);
	return rc;
}

/* What its writer knew that it could not write; false: it cannot be read, which is damage. */
static bool
read_gap(struct report_recording *r, size_t frame)
{
	struct chart_span *hole = &r->holes[r->nholes];
	char *payload = NULL, *text = r->texts[r->nholes];
	struct bytes_reader in;
	struct fact f;
	bool ok;
	size_t n;

	if (recording_payload(r->file, frame, &payload, &n, NULL))
		return false;
	bytes_read(&in, slice_make(payload, n));
	ok = !fact_read(&f, &in, NULL) && f.kind == FACT_GAP;
	if (ok) {
		snprintf(text, sizeof(r->texts[0]), "not recorded: %.*s",
		    (int)(f.u.gap.why.n < 48 ? f.u.gap.why.n : 48), f.u.gap.why.p);
		*hole = (struct chart_span){
		    .from_ms = f.u.gap.from_ms, .to_ms = f.u.gap.to_ms, .title = slice_of(text)};
	}
	mem_free(payload);
	return ok;
}

static size_t
count_gaps(const struct recording *file)
{
	size_t n = 0, i = SIZE_MAX;

	while ((i = recording_behind(file, FRAME_GAP, i)) != SIZE_MAX)
		n++;
	return n;
}

/* Marks are copied: looking further into the recording may move its list. */
static int
collect(struct report_recording *r, struct err *err)
{
	size_t marks = recording_marks(r->file), damages = recording_damages(r->file);
	size_t room = damages + count_gaps(r->file) + 1, i;

	r->marks = mem_calloc(marks + 1, sizeof(*r->marks));
	r->holes = mem_calloc(room, sizeof(*r->holes));
	r->texts = mem_calloc(room, sizeof(*r->texts));
	if (!r->marks || !r->holes || !r->texts)
		return err_nomem(err);
	for (i = 0; i < marks; i++)
		r->marks[r->nmarks++] = *recording_mark(r->file, i);
	for (i = 0; i < damages; i++) {
		const struct recording_damage *d = recording_damage(r->file, i);

		if (d->torn)
			snprintf(r->texts[i], sizeof(r->texts[i]), "the recording was cut off");
		else if (d->bytes)
			snprintf(r->texts[i], sizeof(r->texts[i]), "%llu bytes of the recording are damaged",
			    (unsigned long long)d->bytes);
		else
			snprintf(r->texts[i], sizeof(r->texts[i]), "frames of the recording are missing");
		r->holes[r->nholes++] = (struct chart_span){
		    .from_ms = d->from_ms, .to_ms = d->to_ms, .title = slice_of(r->texts[i])};
	}
	for (i = SIZE_MAX; (i = recording_behind(r->file, FRAME_GAP, i)) != SIZE_MAX;)
		r->nholes += read_gap(r, i);
	return 0;
}

int
report_recording_open(struct report_recording *r, const char *path, const struct options *o, int64_t utc_offset_ms,
    struct err *err)
{
	const struct store *s;
	int rc;

	*r = (struct report_recording){0};
	rc = recording_open(&r->file, path, err);
	if (!rc)
		rc = report_recording_range(
		    r->file, o, utc_offset_ms, &r->past.from_ms, &r->past.to_ms, err);
	if (!rc)
		rc = player_open(&r->player, r->file, NULL, false, err);
	r->past.ctx = r->player;
	r->past.at = go_to;
	if (!rc)
		rc = collect(r, err);
	if (!rc)
		rc = go_to(r->player, r->past.to_ms, &s, err);
	return rc;
}

void
report_recording_close(struct report_recording *r)
{
	player_close(r->player);
	recording_close(r->file);
	mem_free(r->marks);
	mem_free(r->holes);
	mem_free(r->texts);
	*r = (struct report_recording){0};
}
