#include "tui/follow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/alert.h"
#include "core/figures.h"
#include "core/kinds.h"
#include "core/mem.h"
#include "tui/plain.h"
#include "widgets/fmt.h"

#define SINCE_MS INT64_C(60000) /* what began so long ago is told with its time */
#define NOT_SEEN 0xff

struct follow {
	struct follow_options o;
	uint8_t *models; /* enum severity, as told; NOT_SEEN */
	size_t nmodels, models_cap;
	uint8_t *sources; /* whether it is told to be lost */
	size_t nsources, sources_cap;
	uint64_t *marks; /* hashes of those that were told */
	size_t nmarks, marks_cap;
	uint64_t changes; /* of alerts, told */
	uint64_t generation;
	bool settled, looked, untrusted;
	int64_t summary_ms;
	uint64_t told, summed; /* lines, ever, and at the last summary */
};

int
follow_new(struct follow **out, const struct follow_options *options, struct err *err)
{
	struct follow *f = mem_calloc(1, sizeof(*f));

	if (!f)
		return err_nomem(err);
	f->o = *options;
	*out = f;
	return 0;
}

void
follow_free(struct follow *f)
{
	if (!f)
		return;
	mem_free(f->models);
	mem_free(f->sources);
	mem_free(f->marks);
	mem_free(f);
}

/* ---- a line ---------------------------------------------------------------------------------- */

/* "2026-01-31T14:05:09Z", "2026-01-31T15:05:09+01:00" */
static void
time_text(const struct follow *f, int64_t ms, char *out, size_t bytes)
{
	int minutes = (int)(f->o.utc_offset_ms / 60000), size = minutes < 0 ? -minutes : minutes;

	snprintf(out, bytes, "%sT%s", fmt_date(ms, f->o.utc_offset_ms).s, fmt_clock(ms, f->o.utc_offset_ms).s);
	if (minutes == 0)
		snprintf(out + strlen(out), bytes - strlen(out), "Z");
	else
		snprintf(out + strlen(out), bytes - strlen(out), "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60,
		    size % 60);
}

void
follow_say(struct follow *f, int64_t now_ms, const char *word, const char *rest)
{
	char line[FOLLOW_LINE_BYTES], when[64];
	size_t n;

	time_text(f, now_ms, when, sizeof(when));
	n = (size_t)snprintf(line, sizeof(line), "%s %s ", when, word);
	n += plain_copy(line + n, sizeof(line) - n - 1, slice_of(rest), f->o.utf8);
	line[n++] = '\n';
	f->told++;
	f->o.line(f->o.ctx, line, n);
}

static int
part(struct slice s, int most)
{
	return (int)(s.n < (size_t)most ? s.n : (size_t)most);
}

/* A printf format with this takes a name of at most 256 bytes. */
#define NAME "%.*s"
#define NAME_OF(s) part((s), 256), ((s).n ? (s).p : "")

/* ---- alerts ---------------------------------------------------------------------------------- */

static const char *const change_words[] = {
    [ALERT_CHANGE_FIRED] = "alert-begins",
    [ALERT_CHANGE_ROSE] = "alert-rises",
    [ALERT_CHANGE_AGAIN] = "alert-again",
    [ALERT_CHANGE_CLEARED] = "alert-clears",
    [ALERT_CHANGE_BROKEN] = "silence-broken",
};

/* "crit card-fraud ip_risk: drift: mean up 1.3 sd, since 14:05:09 (silenced)" */
static void
tell_alert(struct follow *f, const struct alert *al, const char *word, int64_t now_ms)
{
	bool cleared = al->state == ALERT_CLEARED;
	const struct alert_key *k = &al->key;
	char rest[FOLLOW_LINE_BYTES], when[64], since[80] = "";
	struct slice subject = k->model.n ? k->model : k->source;

	if (!cleared && now_ms - al->from_ms >= SINCE_MS) {
		time_text(f, al->from_ms, when, sizeof(when));
		snprintf(since, sizeof(since), ", since %s", when);
	}
	snprintf(rest, sizeof(rest), "%s " NAME "%s" NAME "%s" NAME ": " NAME ": %s%s%s%s",
	    severity_names[cleared ? al->worst : al->severity], NAME_OF(subject), k->version.n ? " version " : "",
	    NAME_OF(k->version), k->feature.n ? " " : "", NAME_OF(k->feature), NAME_OF(k->rule), al->sentence, since,
	    al->provisional ? " (provisional)" : "", alert_silenced(al) ? " (silenced)" : "");
	follow_say(f, now_ms, word, rest);
}

/* Between two looks at a file much can happen, and the sentence is that of the end: once is enough. */
static bool
comes_again(const struct alerts *a, uint64_t i)
{
	const struct alert_change *c = &a->changed[i % ALERT_CHANGES];

	while (++i < a->changes) {
		const struct alert_change *later = &a->changed[i % ALERT_CHANGES];

		if (later->id == c->id && later->kind == c->kind)
			return true;
	}
	return false;
}

static void
look_alerts(struct follow *f, const struct store *s, int64_t now_ms)
{
	const struct alerts *a = store_alerts(s);

	/* Another store has begun to count anew. */
	if (a->changes < f->changes)
		f->changes = 0;
	if (a->changes - f->changes > ALERT_CHANGES)
		f->changes = a->changes - ALERT_CHANGES;
	for (; f->changes < a->changes; f->changes++) {
		const struct alert_change *c = &a->changed[f->changes % ALERT_CHANGES];
		const struct alert *al = alerts_find(a, c->id);

		if (al && !comes_again(a, f->changes))
			tell_alert(f, al, change_words[c->kind], now_ms);
	}
}

/* Those that began before anybody looked. */
static void
tell_firing(struct follow *f, const struct store *s, int64_t now_ms)
{
	const struct alerts *a = store_alerts(s);

	for (size_t i = 0; i < a->n; i++)
		if (a->list[i]->state == ALERT_FIRING)
			tell_alert(f, a->list[i], "alert-fires", now_ms);
	f->changes = a->changes;
}

/* ---- models, versions, marks ----------------------------------------------------------------- */

/* One that there is no memory for is told of at the next look. */
static uint8_t *
place(uint8_t **list, size_t *n, size_t *cap, size_t i, uint8_t fresh)
{
	uint8_t *grown;

	if (i >= *n) {
		grown = mem_grow(*list, cap, i + 1, 1);
		if (!grown)
			return NULL;
		memset(grown + *n, fresh, i + 1 - *n);
		*list = grown;
		*n = i + 1;
	}
	return &(*list)[i];
}

static void
look_model(struct follow *f, const struct store *s, size_t i, int64_t now_ms)
{
	uint8_t *told = place(&f->models, &f->nmodels, &f->models_cap, i, NOT_SEEN);
	struct model_figures m;
	char rest[FOLLOW_LINE_BYTES];

	figures_model_brief(s, i, WINDOW_AUTO, &m);
	if (!told || *told == (uint8_t)m.severity)
		return;
	snprintf(rest, sizeof(rest), NAME ": %s%s%s%s" NAME, NAME_OF(m.name),
	    *told == NOT_SEEN ? "" : severity_names[*told], *told == NOT_SEEN ? "" : " -> ",
	    severity_names[m.severity], m.why.n ? ": " : "", NAME_OF(m.why));
	*told = (uint8_t)m.severity;
	follow_say(f, now_ms, "model", rest);
}

static uint64_t
mark_hash(const struct fact_mark *m)
{
	const uint64_t parts[4] = {(uint64_t)m->kind, (uint64_t)m->model, (uint64_t)m->at_ms, slice_hash(m->text)};

	return slice_hash(slice_make((const char *)parts, sizeof(parts)));
}

/* Marks lie by their time and not as they came: only what has been told tells which are new. */
static bool
is_new(struct follow *f, const struct fact_mark *m)
{
	uint64_t hash = mark_hash(m), *grown;

	for (size_t i = f->nmarks; i > 0; i--)
		if (f->marks[i - 1] == hash)
			return false;
	grown = mem_grow(f->marks, &f->marks_cap, f->nmarks + 1, sizeof(*grown));
	if (!grown)
		return false;
	f->marks = grown;
	grown[f->nmarks++] = hash;
	return true;
}

static void
tell_mark(struct follow *f, const struct store *s, const struct fact_mark *m, int64_t now_ms)
{
	static const char *const words[] = {"mark", "version-begins", "version-ends"};
	struct slice model = m->model < store_model_count(s) ? store_model_name(s, m->model) : slice_of("");
	char rest[FOLLOW_LINE_BYTES], when[64], at[80] = "";

	if (now_ms - m->at_ms >= SINCE_MS) {
		time_text(f, m->at_ms, when, sizeof(when));
		snprintf(at, sizeof(at), ", at %s", when);
	}
	snprintf(rest, sizeof(rest), NAME "%s" NAME "%s", NAME_OF(model), model.n ? ": " : "", NAME_OF(m->text), at);
	follow_say(f, now_ms, words[m->kind], rest);
}

static void
look_marks(struct follow *f, const struct store *s, int64_t now_ms, bool tell)
{
	for (size_t i = 0; i < store_mark_count(s); i++)
		if (is_new(f, store_mark(s, i)) && tell)
			tell_mark(f, s, store_mark(s, i), now_ms);
}

/* ---- the feed -------------------------------------------------------------------------------- */

static void
look_feed(struct follow *f, const struct store *s, int64_t now_ms)
{
	char rest[FOLLOW_LINE_BYTES];

	for (size_t i = 0; i < store_source_count(s); i++) {
		const struct fact_source *so = store_source(s, i);
		uint8_t *lost = place(&f->sources, &f->nsources, &f->sources_cap, i, 0);
		bool down = so->state == FEED_WAITING || so->state == FEED_REFUSED || so->state == FEED_FAILED;
		bool up = so->state == FEED_LIVE || so->state == FEED_CATCHING_UP || so->state == FEED_ENDED;

		if (!lost || !(*lost ? up : down))
			continue;
		*lost = down;
		snprintf(rest, sizeof(rest), NAME "%s" NAME, NAME_OF(so->url), down && so->sentence.n ? ": " : "",
		    NAME_OF(down ? so->sentence : slice_of("")));
		follow_say(f, now_ms, down ? "feed-lost" : "feed-back", rest);
	}
}

static void
look_trust(struct follow *f, const struct store *s, int64_t now_ms)
{
	char why[256] = "";
	bool untrusted = !store_trusted(s, why, sizeof(why));

	if (untrusted != f->untrusted)
		follow_say(f, now_ms, untrusted ? "feed-untrusted" : "feed-trusted",
		    untrusted ? why : "every figure can be trusted again");
	f->untrusted = untrusted;
}

/* ---- all of it ------------------------------------------------------------------------------- */

void
follow_summary(struct follow *f, const struct store *s, int64_t now_ms)
{
	static const enum severity order[] = {SEVERITY_CRIT, SEVERITY_WARN, SEVERITY_UNKNOWN, SEVERITY_OK};
	size_t n[SEVERITY_COUNT] = {0}, alerts[2], models = store_model_count(s), i;
	char rest[FOLLOW_LINE_BYTES];
	double rate = 0;
	int at;

	for (i = 0; i < models; i++) {
		struct model_figures m;

		figures_model_brief(s, i, WINDOW_AUTO, &m);
		n[m.severity]++;
		rate += m.rate_per_s > 0 ? m.rate_per_s : 0;
	}
	alerts_count(store_alerts(s), SEVERITY_WARN, alerts);
	at = snprintf(rest, sizeof(rest), "%zu model%s", models, models == 1 ? "" : "s");
	for (i = 0; i < 4; i++)
		if (n[order[i]])
			at += snprintf(rest + at, sizeof(rest) - (size_t)at, ", %zu %s", n[order[i]],
			    severity_names[order[i]]);
	snprintf(rest + at, sizeof(rest) - (size_t)at, "; %zu alert%s, %zu silenced; %" PRIu64 " events, %s%s",
	    alerts[0], alerts[0] == 1 ? "" : "s", alerts[1], store_events(s), fmt_rate(rate).s,
	    strchr(fmt_rate(rate).s, '/') ? "" : " a second"); /* a slow rate brings its own unit */
	follow_say(f, now_ms, "summary", rest);
	f->summary_ms = now_ms;
	f->summed = f->told;
}

static void
first_look(struct follow *f, const struct store *s, int64_t now_ms)
{
	f->settled = true;
	for (size_t i = 0; i < store_model_count(s); i++)
		look_model(f, s, i, now_ms);
	tell_firing(f, s, now_ms);
	look_marks(f, s, now_ms, false);
	look_trust(f, s, now_ms);
	follow_summary(f, s, now_ms);
}

void
follow_look(struct follow *f, const struct store *s, int64_t now_ms, bool settled)
{
	int64_t after_ms;

	look_feed(f, s, now_ms);
	if (!f->settled) {
		if (settled)
			first_look(f, s, now_ms);
		return;
	}
	if (!f->looked || store_generation(s) != f->generation) {
		f->looked = true;
		f->generation = store_generation(s);
		/* What explains comes before what follows from it. */
		look_trust(f, s, now_ms);
		look_marks(f, s, now_ms, true);
		look_alerts(f, s, now_ms);
		for (size_t i = 0; i < store_model_count(s); i++)
			look_model(f, s, i, now_ms);
	}
	after_ms = f->told > f->summed ? FOLLOW_SUMMARY_MS : FOLLOW_QUIET_MS;
	if (now_ms - f->summary_ms >= after_ms)
		follow_summary(f, s, now_ms);
}
