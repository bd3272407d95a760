#include "tui/alert_part.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/budget.h"
#include "core/metric.h"
#include "core/rule.h"

#define LINES_MAX 16
#define LINE_BYTES 240

void
alert_part_copy(struct arena *a, const struct store *s, const struct alert *al, struct alert *out)
{
	*out = *al;
	out->key.rule = arena_text(a, al->key.rule);
	out->key.model = arena_text(a, al->key.model);
	out->key.version = arena_text(a, al->key.version);
	out->key.feature = arena_text(a, al->key.feature);
	out->key.source = arena_text(a, al->key.source);
	figures_alert_sentence(s, al, out->sentence, sizeof out->sentence);
	out->text = NULL;
	out->next = NULL;
}

struct slice
alert_part_says(struct arena *a, const struct alert *al)
{
	struct slice of = al->key.feature;
	char text[ALERT_SENTENCE_BYTES + 64];

	if (!of.n || al->model == ALERT_NO_MODEL)
		return arena_text(a, slice_of(al->sentence));
	snprintf(text, sizeof text, "%.*s: %s", (int)(of.n < 60 ? of.n : 60), of.p, al->sentence);
	return arena_text(a, slice_of(text));
}

const char *
alert_part_state(const struct alert *al)
{
	bool silent = alert_silenced(al), acked = al->acked_by[0] != '\0';

	if (al->state != ALERT_FIRING || (!silent && !acked))
		return alert_state_names[al->state];
	return silent && acked ? "sil+ack" : silent ? "silent" : "acked";
}

void
alert_part_watch(struct arena *a, const struct store *s, const struct model_row *models, size_t n,
    int64_t utc_offset_ms, struct slice out[ALERT_WATCH_LINES])
{
	int64_t first_ms = INT64_MAX;
	size_t rules = store_rules(s)->chains, at = 0;
	char text[200];
	struct budget b;

	for (size_t i = 0; i < ALERT_WATCH_LINES; i++)
		out[i] = slice_of("");
	budget_of(s, &b);
	for (size_t i = 0; i < n; i++)
		if (models[i].f.events > 0 && models[i].f.first_ms < first_ms)
			first_ms = models[i].f.first_ms;
	snprintf(text, sizeof text, "%zu rule%s watch%s %s input%s and output%s of %zu model%s", rules,
	    rules == 1 ? "" : "s", rules == 1 ? "es" : "", fmt_exact(b.watched).s, b.watched == 1 ? "" : "s",
	    b.watched == 1 ? "" : "s", n, n == 1 ? "" : "s");
	if (n == 0)
		snprintf(text, sizeof text, "%zu rule%s wait%s for the first event", rules, rules == 1 ? "" : "s",
		    rules == 1 ? "s" : "");
	out[at++] = arena_text(a, slice_of(text));
	if (first_ms != INT64_MAX) {
		snprintf(text, sizeof text, "nothing has fired since %s, when the first event was",
		    fmt_datetime(first_ms, utc_offset_ms).s);
		out[at++] = arena_text(a, slice_of(text));
	}
	snprintf(text, sizeof text, "budget: %.3g false alarm%s a week by evidence of drift, over all of them",
	    b.alarms_per_week, b.alarms_per_week == 1 ? "" : "s");
	out[at++] = arena_text(a, slice_of(text));
	if (b.watched <= b.armed)
		return;
	snprintf(text, sizeof text, "armed: %s of %s; for the others 14 days and 10,000 rows are waited for",
	    fmt_exact(b.armed).s, fmt_exact(b.watched).s);
	out[at] = arena_text(a, slice_of(text));
}

void
alert_part_notes(struct grid *g, struct rect r, const struct alert *al, bool noted)
{
	char text[16] = "";
	size_t n = 0;

	if (al->provisional)
		text[n++] = 'P';
	if (!al->trusted)
		text[n++] = '?';
	if (noted)
		text[n++] = 'm';
	if (al->raised > 1 && n < 4)
		snprintf(text + n, sizeof text - n, "x%u", al->raised < 100 ? al->raised : 99);
	grid_str(g, r, 0, 0, al->trusted ? ROLE_MUTED : ROLE_WARN, text);
}

struct line {
	enum role role;
	char text[LINE_BYTES];
};

struct lines {
	struct line list[LINES_MAX];
	size_t n;
};

static char *
line_new(struct lines *l, enum role role)
{
	struct line *at = &l->list[l->n < LINES_MAX ? l->n++ : LINES_MAX - 1];

	at->role = role;
	at->text[0] = '\0';
	return at->text;
}

static struct fmt
number(enum expr_unit unit, double x)
{
	struct fmt f;

	if (unit == EXPR_SHARE)
		return fmt_pct_sign(x);
	if (unit == EXPR_MS)
		return fmt_ms(x);
	snprintf(f.s, sizeof f.s, "%.3g%s", x, unit == EXPR_PER_S ? "/s" : unit == EXPR_SD ? " sd" : "");
	return f;
}

/* "PSI 0.47 when last judged, limit 0.25": of up to five seconds ago, and the sentence above is of now. */
static void
say_value(struct lines *l, const struct alert *al)
{
	enum metric_id id = al->metric ? metric_find(slice_of(al->metric)) : METRIC_COUNT;
	enum expr_unit unit = id < METRIC_COUNT ? metric_rows[id].name.unit : EXPR_PLAIN;

	if (isnan(al->value) || id == METRIC_COUNT)
		return;
	if (unit == EXPR_WORDS || id == METRIC_EVIDENCE)
		unit = EXPR_PLAIN;
	snprintf(line_new(l, ROLE_TEXT), LINE_BYTES, "%s %s when last judged%s%s%s", metric_rows[id].title,
	    number(unit, al->value).s, isnan(al->limit) ? "" : ", limit ",
	    isnan(al->limit) ? "" : number(unit, al->limit).s, id == METRIC_EVIDENCE ? " nats" : "");
}

static void
say_when(struct lines *l, const struct alert *al, int64_t now_ms, int64_t offset_ms)
{
	char *text = line_new(l, ROLE_TEXT);
	size_t n;

	n = (size_t)snprintf(text, LINE_BYTES, "%s since %s, for %s", alert_state_names[al->state],
	    fmt_datetime(al->from_ms, offset_ms).s,
	    fmt_age((al->state == ALERT_CLEARED ? al->to_ms : now_ms) - al->from_ms).s);
	if (al->state == ALERT_CLEARED)
		n = (size_t)snprintf(text, LINE_BYTES, "cleared: from %s to %s", fmt_datetime(al->from_ms, offset_ms).s,
		    fmt_datetime(al->to_ms, offset_ms).s);
	if (al->version[0] && n < LINE_BYTES)
		n += (size_t)snprintf(text + n, LINE_BYTES - n, ", version %.40s", al->version);
	if (al->raised > 1 && n < LINE_BYTES)
		snprintf(text + n, LINE_BYTES - n, ", flapping x%u", al->raised);
}

static void
say_silence(struct lines *l, const struct alert *al, int64_t offset_ms)
{
	char *text;

	if (alert_silenced(al)) {
		text = line_new(l, ROLE_TEXT);
		snprintf(text, LINE_BYTES, "silenced until %s%s%.40s%s%.110s",
		    al->silenced_to_ms == ALERT_UNTIL_CLEAR ? "it clears"
							    : fmt_datetime(al->silenced_to_ms, offset_ms).s,
		    al->silenced_by[0] ? " by " : "", al->silenced_by, al->silence_reason[0] ? ": " : "",
		    al->silence_reason);
	} else if (al->broken) {
		snprintf(line_new(l, ROLE_WARN), LINE_BYTES, "its silence ended: %s", alert_broken_names[al->broken]);
	}
	if (al->acked_by[0])
		snprintf(line_new(l, ROLE_TEXT), LINE_BYTES, "acknowledged by %.60s at %s", al->acked_by,
		    fmt_datetime(al->acked_ms, offset_ms).s);
}

static void
say_notes(struct lines *l, const struct alert_notes *notes, int64_t now_ms, int64_t offset_ms)
{
	size_t n = notes->n < ALERT_NOTES_SHOWN ? notes->n : ALERT_NOTES_SHOWN;

	for (size_t i = 0; i < n; i++)
		snprintf(line_new(l, ROLE_TITLE), LINE_BYTES, "note %s %.*s",
		    part_time(notes->last[i].at_ms, now_ms, offset_ms).s,
		    (int)(notes->last[i].text.n < 200 ? notes->last[i].text.n : 200), notes->last[i].text.p);
	if (notes->n > n)
		snprintf(line_new(l, ROLE_MUTED), LINE_BYTES, "%zu earlier notes: see the Timeline", notes->n - n);
}

static void
say_all(struct lines *l, const struct alert *al, const char *members, const struct alert_notes *notes, int64_t now_ms,
    int64_t offset_ms)
{
	snprintf(line_new(l, al->state != ALERT_FIRING || alert_weight(al) < SEVERITY_WARN ? ROLE_TEXT
			     : al->severity == SEVERITY_CRIT				    ? ROLE_CRIT
											    : ROLE_WARN),
	    LINE_BYTES, "%s", al->sentence);
	say_value(l, al);
	say_when(l, al, now_ms, offset_ms);
	say_notes(l, notes, now_ms, offset_ms);
	if (!al->trusted)
		snprintf(line_new(l, ROLE_WARN), LINE_BYTES, "the feed it was seen on cannot be trusted: see Sources");
	if (al->provisional)
		snprintf(line_new(l, ROLE_WARN), LINE_BYTES,
		    "provisional: it rests on a baseline of too few days; no action is run");
	say_silence(l, al, offset_ms);
	if (members[0])
		snprintf(line_new(l, ROLE_TEXT), LINE_BYTES, "%s", members);
	snprintf(line_new(l, ROLE_MUTED), LINE_BYTES, "rule %.*s", (int)(al->key.rule.n < 60 ? al->key.rule.n : 60),
	    al->key.rule.p);
}

void
alert_part_detail(struct grid *g, struct rect r, const struct alert *al, const char *members,
    const struct alert_notes *notes, int64_t now_ms, int64_t utc_offset_ms, size_t *scroll,
    const struct alert_course *course)
{
	struct lines lines = {.n = 0};
	int cols = r.cols;
	size_t most;

	say_all(&lines, al, members, notes, now_ms, utc_offset_ms);
	most = r.rows > 0 && lines.n > (size_t)r.rows ? lines.n - (size_t)r.rows : 0;
	*scroll = *scroll < most ? *scroll : most;
	if (course)
		cols = alert_course_paint(g, r, course, (int)lines.n);
	for (int row = 0; row < r.rows && *scroll + (size_t)row < lines.n; row++) {
		const struct line *at = &lines.list[*scroll + (size_t)row];

		grid_text(g, row ? rect_cols(r, 0, cols) : r, row, 0, at->role, slice_of(at->text), FIT_ELLIPSIS);
	}
}
