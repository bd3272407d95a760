/* drifttop verify: what is in a recording, and what is missing or damaged. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collectors/player.h"
#include "core/events_bytes.h"
#include "core/fact_bytes.h"
#include "core/mem.h"
#include "tui/command.h"
#include "tui/plain.h"
#include "tui/settings.h"
#include "widgets/fmt.h"

#define WORDS_BYTES 400
#define PLACES 100 /* damaged ones that are named */

struct kind {
	enum frame_type type;
	const char *name;
};

static const struct kind kinds[] = {
    {FRAME_HEADER, "heads"},
    {FRAME_KEY, "states of the fleet"},
    {FRAME_KEY_MODEL, "states of models"},
    {FRAME_STEP, "steps"},
    {FRAME_EVENTS, "raw events"},
    {FRAME_ALERT, "changes of alerts"},
    {FRAME_MARK, "lists of marks"},
    {FRAME_GAP, "gaps"},
    {FRAME_INDEX, "indexes"},
    {FRAME_END, "ends"},
    {FRAME_BUDGET, "budgets of alarms"},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct verify {
	struct recording *r;
	const struct env *env;
	int64_t utc_offset_ms;
	uint64_t frames[KINDS + 1], bytes[KINDS + 1], raw[KINDS + 1]; /* the last: of kinds that are not known here */
	uint64_t events;
	size_t undone; /* steps that are whole and cannot be done again, or rest on none that is */
	size_t short_of; /* budgets of evidence that are of more than what can be done again */
	bool stateless; /* there is nothing to begin with */
	size_t unread; /* payloads that cannot be unpacked or are not what they should be */
};

/* For %.*s: at most so many bytes of a text that may be none. */
#define PART(s, most) (int)((s).n < (most) ? (s).n : (most)), ((s).n ? (s).p : "")

static void
say(const struct verify *v, const char *text)
{
	plain_put(stdout, slice_of(text), WORDS_BYTES, v->env->utf8);
	putchar('\n');
}

static struct fmt
when(const struct verify *v, int64_t ms)
{
	return fmt_datetime(ms, v->utc_offset_ms);
}

/* ---- looking --------------------------------------------------------------------------------- */

static void
count_event(void *ctx, size_t model, const struct event *ev)
{
	struct verify *v = ctx;

	(void)model;
	(void)ev;
	v->events++;
}

static int
look_at(struct verify *v, size_t index, struct err *err)
{
	const struct frame *f = &recording_frame(v->r, index)->frame;
	size_t kind = 0, n = 0;
	char *payload = NULL;
	int rc;

	while (kind < KINDS && kinds[kind].type != f->type)
		kind++;
	v->frames[kind]++;
	v->bytes[kind] += FRAME_BYTES + (uint64_t)f->stored;
	v->raw[kind] += f->raw;
	rc = recording_payload(v->r, index, &payload, &n, err);
	if (!rc && f->type == FRAME_EVENTS)
		rc = events_read(slice_make(payload, n), count_event, v, err);
	mem_free(payload);
	if (rc && rc != ERR_NOMEM)
		v->unread++;
	return rc == ERR_NOMEM ? rc : 0;
}

static int
look_at_all(struct verify *v, struct err *err)
{
	size_t i;
	int rc = recording_check(v->r, err);

	for (i = 0; i < recording_count(v->r) && !rc; i++)
		rc = look_at(v, i, err);
	return rc;
}

/* A step may be what was written and still mean nothing. */
static int
play_all(struct verify *v, struct err *err)
{
	struct player *p = NULL;
	int rc = player_open(&p, v->r, NULL, false, err);

	v->stateless = rc == ERR_FORMAT;
	while (!rc && !player_at_end(p)) {
		size_t before = player_gaps(p);

		rc = player_step(p, 1, err);
		v->undone += player_gaps(p) > before;
	}
	if (p)
		v->short_of = player_short_of(p);
	player_close(p);
	return v->stateless ? 0 : rc;
}

/* ---- saying ---------------------------------------------------------------------------------- */

static void
say_head(const struct verify *v)
{
	const struct recording_head *h = recording_head(v->r);
	char words[WORDS_BYTES];

	if (!h->major) {
		say(v, "its first frame is damaged: who wrote it, and by which rules, is not known");
		return;
	}
	snprintf(words, sizeof(words), "format %u.%u, written by drifttop %.*s on %.*s, begun %s", h->major, h->minor,
	    PART(h->program, 64), PART(h->host, 128), when(v, h->started_ms).s);
	say(v, words);
	snprintf(words, sizeof(words), "of %.*s", PART(h->endpoint, 300));
	if (h->endpoint.n)
		say(v, words);
	snprintf(words, sizeof(words), "masked: %.*s", PART(h->masked, 300));
	say(v, h->masked.n ? words : "masked: nothing");
}

static void
say_range(const struct verify *v)
{
	char words[WORDS_BYTES];
	int64_t from, to;

	recording_range(v->r, &from, &to);
	if (from || to) {
		snprintf(words, sizeof(words), "from %s to %s (%s), %s", when(v, from).s, when(v, to).s,
		    fmt_age(to - from).s, fmt_bytes(recording_bytes(v->r)).s);
		say(v, words);
	}
	say(v, recording_ended(v->r) ? "it was ended by its writer"
				     : "it was not ended: its writer is still writing, or was cut off");
}

/*
 * Somebody went on with a file, or put two together: nothing is joined. Of a time that both have is shown what comes
 * later in the file.
 */
static void
say_parts(const struct verify *v)
{
	size_t parts = 1, overlaps = 0, i = recording_behind(v->r, FRAME_HEADER, SIZE_MAX);
	char words[WORDS_BYTES];

	while ((i = recording_behind(v->r, FRAME_HEADER, i)) != SIZE_MAX) {
		size_t before = recording_before(v->r, FRAME_STEP, i), behind = recording_behind(v->r, FRAME_KEY, i);

		parts++;
		if (before != SIZE_MAX && behind != SIZE_MAX)
			overlaps += recording_frame(v->r, behind)->frame.time_ms <
				    recording_frame(v->r, before)->frame.time_ms;
	}
	snprintf(words, sizeof(words), "%zu recordings in one file%s", parts,
	    overlaps ? ", which overlap: of a time that two have the later one in the file is shown" : "");
	if (parts > 1)
		say(v, words);
}

static void
say_kinds(const struct verify *v)
{
	size_t i;

	printf("\n%-20s %10s %10s %10s\n", "", "frames", "bytes", "unpacked");
	for (i = 0; i <= KINDS; i++)
		if (v->frames[i])
			printf("%-20s %10s %10s %10s\n", i < KINDS ? kinds[i].name : "unknown ones",
			    fmt_exact(v->frames[i]).s, fmt_bytes(v->bytes[i]).s, fmt_bytes(v->raw[i]).s);
	putchar('\n');
}

static void
say_lists(const struct verify *v)
{
	char words[WORDS_BYTES];
	size_t alerts = recording_alerts(v->r), fired = 0, i;

	for (i = 0; i < alerts; i++)
		fired += recording_alert(v->r, i)->kind == ALERT_CHANGE_FIRED;
	snprintf(words, sizeof(words), "%s alert%s fired; %zu mark%s and notes; %s raw event%s", fmt_exact(fired).s,
	    fired == 1 ? "" : "s", recording_marks(v->r), recording_marks(v->r) == 1 ? "" : "s",
	    fmt_exact(v->events).s, v->events == 1 ? "" : "s");
	say(v, words);
}

/* What its writer knew that it could not write. */
static void
say_gaps(const struct verify *v)
{
	size_t i = recording_behind(v->r, FRAME_GAP, SIZE_MAX), n;

	for (; i != SIZE_MAX; i = recording_behind(v->r, FRAME_GAP, i)) {
		char *payload = NULL, words[WORDS_BYTES];
		struct bytes_reader in;
		struct fact f;

		if (recording_payload(v->r, i, &payload, &n, NULL))
			continue;
		bytes_read(&in, slice_make(payload, n));
		if (!fact_read(&f, &in, NULL) && f.kind == FACT_GAP) {
			snprintf(words, sizeof(words), "gap from %s to %s: %.*s", when(v, f.u.gap.from_ms).s,
			    when(v, f.u.gap.to_ms).s, PART(f.u.gap.why, 250));
			say(v, words);
		}
		mem_free(payload);
	}
}

static void
say_damage(const struct verify *v, const struct recording_damage *d)
{
	char words[WORDS_BYTES], where[100];

	if (d->from_ms == INT64_MIN && d->to_ms == INT64_MAX)
		snprintf(where, sizeof(where), "all of it");
	else if (d->from_ms == INT64_MIN)
		snprintf(where, sizeof(where), "up to %s", when(v, d->to_ms).s);
	else if (d->to_ms == INT64_MAX)
		snprintf(where, sizeof(where), "from %s on", when(v, d->from_ms).s);
	else
		snprintf(where, sizeof(where), "%s to %s", when(v, d->from_ms).s, when(v, d->to_ms).s);
	if (!d->bytes)
		snprintf(words, sizeof(words), "%s: frames are missing at byte %" PRIu64, where, d->at);
	else
		snprintf(words, sizeof(words), "%s: %s bytes at byte %" PRIu64 " are %s", where, fmt_exact(d->bytes).s,
		    d->at, d->torn ? "a frame that was not written whole" : "damaged");
	say(v, words);
}

static void
say_all_damage(const struct verify *v)
{
	size_t n = recording_damages(v->r), i;
	char words[WORDS_BYTES];

	for (i = 0; i < n && i < PLACES; i++)
		say_damage(v, recording_damage(v->r, i));
	snprintf(words, sizeof(words), "and %zu more places", n - i);
	if (i < n)
		say(v, words);
	snprintf(words, sizeof(words), "%zu place%s damaged; everything else in it can be read", n,
	    n == 1 ? " is" : "s are");
	if (n)
		say(v, words);
	snprintf(words, sizeof(words), "%zu frame%s cannot be read, being damaged or resting on what is", v->unread,
	    v->unread == 1 ? "" : "s");
	if (v->unread)
		say(v, words);
	snprintf(words, sizeof(words), "%zu step%s cannot be replayed", v->undone, v->undone == 1 ? "" : "s");
	if (v->undone)
		say(v, words);
	snprintf(words, sizeof(words), "%zu budget%s of alarms %s of more inputs and outputs than can be "
	    "replayed; their limits hold", v->short_of, v->short_of == 1 ? "" : "s", v->short_of == 1 ? "is" : "are");
	if (v->short_of)
		say(v, words);
	if (v->stateless)
		say(v, "there is no whole state in it to replay from");
	if (!n && !v->unread && !v->undone && !v->stateless)
		say(v, "it is whole");
}

int
cmd_verify(const struct options *o, const struct env *env, int *status, struct err *err)
{
	struct verify v = {.env = env, .utc_offset_ms = settings_offset_ms(o, env)};
	int rc;

	*status = 1;
	rc = recording_open(&v.r, o->operands[0], err);
	if (!rc)
		rc = look_at_all(&v, err);
	if (!rc)
		rc = play_all(&v, err);
	if (!rc) {
		say(&v, recording_path(v.r));
		say_head(&v);
		say_range(&v);
		say_parts(&v);
		say_kinds(&v);
		say_lists(&v);
		say_gaps(&v);
		say_all_damage(&v);
		*status = recording_damages(v.r) || v.unread || v.undone || v.stateless;
	}
	recording_close(v.r);
	return rc;
}
