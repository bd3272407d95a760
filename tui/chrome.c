/*
 * What surrounds every screen: line 1, the alert line, the last line.
 *
 * Line 1 answers where one is, whether this is now, and whether the feed can be believed; when it grows narrow, what
 * says that all is well goes first and trouble stays.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screen.h"
#include "widgets/alertline.h"
#include "widgets/fmt.h"
#include "widgets/keybar.h"
#include "widgets/mark.h"

#define CHROME_DEAF_MS 10000 /* no byte for so long, though a blocking read answers every second */
#define CHROME_LAG_MS 2000
#define CRUMB_LEAST 5	  /* a title is cut to so many columns before an outer one goes; */
#define CRUMB_LAST_LEAST 12 /* that of where one is to these, which leave the names of screens whole */
#define ENDPOINT_LIKED 14 /* an endpoint that gets no more takes the place of the fleet's crumb */
#define ENDPOINT_LEAST 7  /* and is cut to so many */
#define PAST_COLS 40	  /* state, time, zone and alerts of a moment that was */
#define ALERTS_MANY 10 /* so many that the number of what has happened says more */
#define TINY_ROWS 3
#define TINY_COLS 20
#define BAR_REST_COLS 28 /* trouble with the feed, the beginning of an endpoint */

static void
feed_stream(struct feed *feed, const struct fact_stream *st)
{
	feed->lost += st->trimmed + st->deleted + st->recreated + st->rolled_back;
	feed->behind += st->behind;
	feed->uncertain |= st->loss_uncertain;
	if (st->state != STREAM_OFFERED && st->lag_ms > feed->lag_ms)
		feed->lag_ms = st->lag_ms;
}

static void
feed_source(struct feed *feed, const struct fact_source *so)
{
	bool down = so->state == FEED_WAITING || so->state == FEED_REFUSED || so->state == FEED_FAILED;

	feed->live += so->state == FEED_LIVE;
	feed->waiting += down;
	feed->catching += so->state == FEED_CATCHING_UP;
	feed->ended += so->state == FEED_ENDED;
	feed->entries += so->entries;
	feed->nothing_matches |= so->nothing_matches;
	if (so->last_byte_ms > feed->last_byte_ms)
		feed->last_byte_ms = so->last_byte_ms;
	if (down && so->retry_ms > 0 && (feed->retry_ms == 0 || so->retry_ms < feed->retry_ms))
		feed->retry_ms = so->retry_ms;
	if (!down || feed->trouble[0] != '\0')
		return;
	if (feed->sources > 1)
		snprintf(feed->trouble, sizeof feed->trouble, "%.*s: %.*s", (int)so->url.n, so->url.p,
		    (int)so->sentence.n, so->sentence.p);
	else
		snprintf(feed->trouble, sizeof feed->trouble, "%.*s", (int)so->sentence.n, so->sentence.p);
}

static void
feed_recording(struct feed *feed, const struct store *s)
{
	const struct fact_recording *f = store_recording(s);

	feed->recording = f->state;
	if (f->state == RECORDING_FAILED)
		snprintf(feed->recording_why, sizeof feed->recording_why, "the recording has ended: %.*s",
		    (int)(f->sentence.n < 300 ? f->sentence.n : 300), f->sentence.p);
}

static void
feed_state(struct feed *feed, const struct store *s)
{
	const struct fact_state *st = store_state(s);
	struct slice why = st->sentence.n ? st->sentence : slice_of(store_saved_why(s));

	feed->state = st->keeping;
	if (why.n)
		snprintf(feed->state_why, sizeof feed->state_why, "state directory: %.*s",
		    (int)(why.n < 200 ? why.n : 200), why.p);
}

void
chrome_feed(struct feed *feed, const struct store *s)
{
	*feed = (struct feed){.sources = store_source_count(s)};
	for (size_t i = 0; i < feed->sources; i++) {
		feed_source(feed, store_source(s, i));
		for (size_t k = 0; k < store_stream_count(s, i); k++)
			feed_stream(feed, store_stream(s, i, k));
	}
	feed->trusted = store_trusted(s, feed->untrusted, sizeof feed->untrusted);
	feed_state(feed, s);
	feed_recording(feed, s);
}

/* ---- line 1 ------------------------------------------------------------------------------------------------------
 */

/* LIVE only where that is true: a server that is down leaves the last figures on the screen. */
static const char *
bar_state(const struct ui *ui, const struct view *v, enum role *role)
{
	const struct feed *f = &ui->feed;

	*role = ROLE_FROZEN;
	if (v->frozen)
		return "FROZEN";
	if (ui->past)
		return ui->past->again ? "READ AGAIN" : ui->past->frozen ? "FROZEN" : "REPLAY";
	*role = ROLE_CRIT;
	if (f->sources > 0 && f->waiting == f->sources)
		return "DOWN";
	*role = ROLE_WARN;
	if (f->catching > 0)
		return "READING";
	if (f->live + f->ended == 0)
		return f->sources > 0 ? "CONNECTING" : "STARTING";
	*role = ROLE_LIVE;
	return ui->options.files_only && f->live == 0 ? "END" : "LIVE";
}

/* A view above a frozen one shows live figures; it says so, because one came from figures that were held. */
static bool
bar_under_frozen(const struct ui *ui, const struct view *v)
{
	for (size_t i = 0; i + 1 < ui->depth; i++)
		if (ui->views[i].frozen)
			return !v->frozen;
	return false;
}

/* "4x", "1/4x", or that it stands. */
static void
bar_speed(const struct ui_past *p, char *out, size_t bytes)
{
	if (!p->playing)
		snprintf(out, bytes, "%s", p->frozen ? "" : " PAUSED");
	else if (p->speed < 1)
		snprintf(out, bytes, " 1/%.0fx", 1 / p->speed);
	else
		snprintf(out, bytes, " %.0fx", p->speed);
}

/* Columns of the crumbs from that one on. */
static int
bar_crumbs_width(const struct ui *ui, size_t from)
{
	int width = 1;

	for (size_t i = from; i < ui->depth; i++)
		width += grid_text_width(slice_of(ui->views[i].title)) + (i > from ? 3 : 0);
	return width;
}

/* Those within the fleet: where one is, without what everything is in. */
static int
bar_inner_width(const struct ui *ui)
{
	return bar_crumbs_width(ui, ui->depth > 1 ? 1 : 0);
}

/* How far from the end, or how old. */
static void
bar_end(const struct ui_past *p, char *out, size_t bytes)
{
	int64_t to_ms = p->frozen ? p->live_ms : p->to_ms, left = to_ms > p->at_ms ? to_ms - p->at_ms : 0;

	if (p->frozen)
		snprintf(out, bytes, ", %s ago", fmt_age(left).s);
	else if (left > 0)
		snprintf(out, bytes, ", %s to the end", fmt_age(left).s);
	else
		snprintf(out, bytes, p->grows && p->playing ? ", waits for more" : ", at the end");
}

/* How far it is to the end is what the time bar shows, too: where one is comes before that. */
static void
bar_past(const struct ui *ui, int room, char *out, size_t bytes)
{
	const struct ui_past *p = ui->past;
	const char *zone = ui->utc ? "UTC" : ui->options.zone;
	int64_t offset = ui_offset_ms(ui);
	char speed[16], end[64];

	bar_speed(p, speed, sizeof speed);
	bar_end(p, end, sizeof end);
	if (bar_inner_width(ui) + 2 + PAST_COLS + (int)strlen(end) > room)
		end[0] = '\0';
	if (room >= 100)
		snprintf(out, bytes, "%s %s %s%s", speed, fmt_datetime(p->at_ms, offset).s, zone, end);
	else if (room >= 60)
		snprintf(out, bytes, "%s %s %s%s", speed, fmt_clock(p->at_ms, offset).s, zone, end);
	else if (room >= 30)
		snprintf(out, bytes, "%s %s %s", speed, fmt_clock(p->at_ms, offset).s, zone);
	else
		snprintf(out, bytes, " %s", fmt_clock(p->at_ms, offset).s);
}

static void
bar_time(const struct ui *ui, const struct view *v, int room, char *out, size_t bytes)
{
	int64_t at = v->frozen ? v->frozen_ms : ui->now_ms;
	int64_t offset = ui_offset_ms(ui);
	const char *zone = ui->utc ? "UTC" : ui->options.zone;

	out[0] = '\0';
	if (ui->past)
		bar_past(ui, room, out, bytes);
	if (at == 0 || ui->past)
		return;
	if (room >= 80 && ui->options.files_only)
		snprintf(out, bytes, " %s %s", fmt_datetime(at, offset).s, zone);
	else if (room >= 30)
		snprintf(out, bytes, " %s %s", fmt_clock(at, offset).s, zone);
	else if (room >= 18)
		snprintf(out, bytes, " %s", fmt_clock(at, offset).s);
	if (v->frozen && room >= 60)
		snprintf(out + strlen(out), bytes - strlen(out), ", %s ago", fmt_age(ui->now_ms - at).s);
}

/* Puts a part at the right end of what is left, two columns apart; nothing if it does not fit. */
static int
bar_right(struct grid *g, struct rect r, int right, enum role role, const char *text)
{
	int width = grid_text_width(slice_of(text));

	if (width == 0 || width + 2 > right)
		return right;
	grid_text_right(g, r, 0, right, role, slice_of(text));
	return right - width - 2;
}

/* Age of the last byte, lag, losses: what line 1 says of the feed, whatever stands before it. */
static void
feed_rest(const struct feed *f, int64_t age, char *out, size_t bytes)
{
	if (f->lost > 0)
		snprintf(out, bytes, ", lag %s, last byte %s", fmt_age(f->lag_ms).s, fmt_age(age).s);
	else
		snprintf(out, bytes, ", lag %s, lost 0", fmt_age(f->lag_ms).s);
}

static void
feed_down(const struct ui *ui, char *out, size_t bytes)
{
	const struct feed *f = &ui->feed;
	int64_t left = f->retry_ms > ui->now_ms ? f->retry_ms - ui->now_ms : 0;
	char which[48] = "";

	if (f->sources > 1)
		snprintf(which, sizeof which, "%zu of %zu ", f->waiting, f->sources);
	if (f->retry_ms > 0)
		snprintf(out, bytes, "%sdown, retry %s", which, fmt_age(left + 999).s);
	else
		snprintf(out, bytes, "%sdown", which);
}

/* What is wrong with the feed, worst first, or that nothing is; *rest is what is left out where it does not fit. */
static enum role
bar_feed(const struct ui *ui, char *out, char *rest, size_t bytes)
{
	const struct feed *f = &ui->feed;
	int64_t age = f->last_byte_ms > 0 && ui->now_ms > f->last_byte_ms ? ui->now_ms - f->last_byte_ms : 0;

	out[0] = rest[0] = '\0';
	if (f->waiting > 0) {
		feed_down(ui, out, bytes);
		return ROLE_CRIT;
	}
	if (f->live > 0)
		feed_rest(f, age, rest, bytes);
	if (f->lost > 0)
		snprintf(out, bytes, "lost %s%s", fmt_exact(f->lost).s, f->uncertain ? " or more" : "");
	else if (f->live > 0 && age >= CHROME_DEAF_MS)
		snprintf(out, bytes, "deaf for %s", fmt_age(age).s);
	else if (f->behind > 0 && (f->catching > 0 || f->lag_ms >= CHROME_LAG_MS))
		snprintf(out, bytes, "%s behind", fmt_count(f->behind).s);
	else if (f->lag_ms >= CHROME_LAG_MS)
		snprintf(out, bytes, "last byte %s", fmt_age(age).s);
	if (out[0] != '\0')
		return ROLE_WARN;
	if (f->live > 0)
		snprintf(out, bytes, "last byte %s", fmt_age(age).s);
	else if (f->ended > 0)
		snprintf(out, bytes, "%s entries read", fmt_count(f->entries).s);
	return ROLE_BAR;
}

/*
 * Columns for each crumb; returns the first that is shown. Where not all fit the fleet goes; then the longest are cut,
 * so that a model with a long name can still be told; only then the outermost go.
 */
static size_t
bar_crumbs_fit(const struct ui *ui, int cols, int *width)
{
	size_t from = bar_crumbs_width(ui, 0) > cols && ui->depth > 1 ? 1 : 0, last = ui->depth - 1;
	int over;

	for (size_t i = 0; i < ui->depth; i++)
		width[i] = grid_text_width(slice_of(ui->views[i].title));
	for (over = bar_crumbs_width(ui, from) - cols; over > 0;) {
		size_t longest = SIZE_MAX;

		for (size_t i = from; i < ui->depth; i++)
			if (width[i] > (i == last ? CRUMB_LAST_LEAST : CRUMB_LEAST) &&
			    (longest == SIZE_MAX || width[i] > width[longest]))
				longest = i;
		if (longest == SIZE_MAX && from == last)
			break;
		if (longest == SIZE_MAX) {
			over -= width[from++] + 3;
			continue;
		}
		width[longest]--;
		over--;
	}
	return from;
}

static void
bar_crumbs(const struct ui *ui, struct grid *g, struct rect r)
{
	int width[UI_DEPTH_MAX], col = 1;
	size_t from = bar_crumbs_fit(ui, r.cols, width);

	for (size_t i = from; i < ui->depth; i++) {
		int used;

		if (i > from)
			col += grid_str(g, r, 0, col, ROLE_BAR, " > ");
		used = grid_text(g, rect_cols(r, col, width[i]), 0, 0, ROLE_BAR, slice_of(ui->views[i].title),
		    FIT_ELLIPSIS);
		if (i + 1 == ui->depth)
			grid_attr(g, r, 0, col, used, STYLE_BOLD);
		col += used;
	}
}

static struct slice
bar_endpoint(const struct ui *ui)
{
	return slice_of(ui->past && !ui->past->frozen ? ui->past->name : ui->options.endpoint);
}

/* Trouble stands even at the cost of the outer crumbs; that all is well only where there is room. */
static int
bar_trust(const struct ui *ui, struct grid *g, struct rect r, int right, int crumbs)
{
	char feed[200], rest[96];
	enum role role = bar_feed(ui, feed, rest, sizeof rest);
	int room = right - crumbs - 2, width = grid_text_width(slice_of(feed)) + 2;
	int endpoint = grid_text_width(bar_endpoint(ui)) + 2;

	/* Which server this is comes before the rest. */
	if (width + grid_text_width(slice_of(rest)) + endpoint <= room)
		snprintf(feed + strlen(feed), sizeof feed - strlen(feed), "%s", rest);
	else if (role == ROLE_BAR &&
		 (width + (endpoint < ENDPOINT_LIKED ? endpoint : ENDPOINT_LIKED) > room || ui->past))
		return right;
	return bar_right(g, r, right, role, feed);
}

/* The server, or the recording: beside all crumbs where that leaves it enough, else where the fleet stood. */
static int
bar_source(const struct ui *ui, struct grid *g, struct rect r, int right, int crumbs)
{
	struct slice endpoint = bar_endpoint(ui);
	const char *scheme = ui->past ? NULL : strstr(ui->options.endpoint, "://");
	int width = grid_text_width(endpoint), liked = width < ENDPOINT_LIKED ? width : ENDPOINT_LIKED;
	int room = right - crumbs - 2;

	if (room < liked)
		room = right - bar_inner_width(ui) - 2;
	if (room < (liked < ENDPOINT_LEAST ? liked : ENDPOINT_LEAST) || width == 0)
		return right;
	/* Of a server the host says most. */
	if (room < width && scheme) {
		endpoint = slice_of(scheme + strlen("://"));
		width = grid_text_width(endpoint);
	}
	width = width < room ? width : room;
	grid_text(g, rect_cols(r, right - width, width), 0, 0, ROLE_BAR, endpoint, FIT_ELLIPSIS);
	return right - width - 2;
}

/* How many alerts fire, of many also how many incidents they come to; silenced ones are said to be there, and no more:
 * in a word where there is room, at least by their number where nothing else fires. */
static int
bar_alerts(const struct ui *ui, struct grid *g, struct rect r, int right, int crumbs)
{
	enum role role = ui->alerts_worst == SEVERITY_CRIT ? ROLE_CRIT : ROLE_WARN;
	size_t shown = ui->alerts[0], silenced = ui->alerts[1];
	char text[80] = "", quiet[40] = "";

	if (shown && r.cols >= 60)
		snprintf(text, sizeof text, "%zu alert%s", shown, shown == 1 ? "" : "s");
	else if (shown && r.cols >= 30)
		snprintf(text, sizeof text, "%zu!", shown);
	if (shown >= ALERTS_MANY && r.cols >= 60 && ui->incidents) {
		size_t n = strlen(text);

		snprintf(text + n, sizeof text - n, " in %zu%s", ui->incidents,
		    r.cols < 100 ? "" : ui->incidents == 1 ? " incident" : " incidents");
	}
	if (silenced && r.cols >= 60)
		snprintf(quiet, sizeof quiet, "%s%zu silenced", shown ? " + " : "", silenced);
	/* What else line 1 has to say has its place left. */
	if (shown && r.cols < 100 && right - crumbs - 2 < (int)(strlen(text) + strlen(quiet)) + BAR_REST_COLS)
		snprintf(quiet, sizeof quiet, " +%zu sil", silenced);
	if (silenced && r.cols >= 60) {
		size_t n = strlen(text);

		snprintf(text + n, sizeof text - n, "%s", quiet);
		role = shown ? role : ROLE_BAR;
	}
	return text[0] ? bar_right(g, r, right, role, text) : right;
}

/* A moment that rests on damage is not what it was. */
static int
bar_missing(const struct ui *ui, struct grid *g, struct rect r, int right)
{
	char text[48];

	if (!ui->past || !ui->past->missing || r.cols < 60)
		return right;
	snprintf(text, sizeof text, "%zu step%s missing", ui->past->missing, ui->past->missing == 1 ? "" : "s");
	return bar_right(g, r, right, ROLE_CRIT, text);
}

/* Figures that stand still for a while are no fault of the models. Trouble with the feed has the room first. */
static int
bar_link(const struct ui *ui, struct grid *g, struct rect r, int right, int crumbs)
{
	char feed[96], rest[96];
	bool trouble = bar_feed(ui, feed, rest, sizeof feed) != ROLE_BAR;
	bool fits = !trouble && grid_text_width(slice_of(ui->link[0])) + 2 <= right - crumbs - 2;

	return r.cols < 30 ? right : bar_right(g, r, right, ROLE_WARN, ui->link[fits ? 0 : 1]);
}

void
chrome_bar(const struct ui *ui, const struct view *v, struct grid *g, struct rect r)
{
	char when[160], state[200];
	enum role role;
	const char *word = bar_state(ui, v, &role);
	int right = r.cols - 1, crumbs = bar_crumbs_width(ui, 0);

	grid_fill(g, r, ROLE_BAR, ' ');
	bar_time(ui, v, r.cols, when, sizeof when);
	snprintf(state, sizeof state, "%s%s%s", bar_under_frozen(ui, v) ? "below FROZEN: " : "", word, when);
	if (r.cols >= 12)
		right = bar_right(g, r, right, role, state);
	if (ui->feed.recording >= RECORDING_WRITING && !ui->past && r.cols >= 30)
		right = bar_right(g, r, right, ui->feed.recording == RECORDING_FAILED ? ROLE_CRIT : ROLE_LIVE,
		    ui->feed.recording == RECORDING_FAILED ? "REC!" : "REC");
	right = bar_alerts(ui, g, r, right, crumbs);
	right = bar_missing(ui, g, r, right);
	right = bar_link(ui, g, r, right, crumbs);
	right = bar_trust(ui, g, r, right, crumbs);
	if (ui->feed.state == STATE_FAILING)
		right = bar_right(g, r, right, ROLE_WARN, "state not kept");
	else if (ui->feed.state == STATE_READING && right - crumbs > 30)
		right = bar_right(g, r, right, ROLE_BAR, "state read only");
	right = bar_source(ui, g, r, right, crumbs);
	bar_crumbs(ui, g, rect_cols(r, 0, right > 0 ? right : r.cols));
	grid_ground(g, r, 0, 0, r.cols, ROLE_BAR);
}

/* ---- the alert line ----------------------------------------------------------------------------------------------
 */

void
chrome_alert(const struct ui *ui, const struct view *v, struct grid *g, struct rect r)
{
	struct alertline a = {.severity = v->severity, .subject = v->subject, .sentence = v->sentence};

	const struct feed *f = &ui->feed;
	char down[ERR_MSG_BYTES + 64];

	memcpy(a.counts, v->counts, sizeof a.counts);
	snprintf(down, sizeof down, "%s", f->trouble);
	if (f->waiting > 0 && f->last_byte_ms > 0 && ui->now_ms > f->last_byte_ms)
		snprintf(
		    down, sizeof down, "%s; last byte %s ago", f->trouble, fmt_age(ui->now_ms - f->last_byte_ms).s);
	/* What is on the screen grows old while no source answers: that comes before whatever it says. */
	if (ui->feed.sources > 0 && ui->feed.waiting == ui->feed.sources) {
		a.severity = SEVERITY_CRIT;
		a.subject = slice_of("");
		a.sentence = slice_of(down);
	} else if (a.severity <= SEVERITY_UNKNOWN && ui->feed.waiting > 0) {
		a.severity = SEVERITY_WARN;
		a.subject = slice_of("");
		a.sentence = slice_of(down);
	} else if (a.severity <= SEVERITY_UNKNOWN && !ui->feed.trusted && ui->feed.untrusted[0]) {
		a.severity = SEVERITY_WARN;
		a.subject = slice_of("feed");
		a.sentence = slice_of(ui->feed.untrusted);
	} else if (a.severity <= SEVERITY_UNKNOWN && ui->feed.recording_why[0]) {
		a.severity = SEVERITY_WARN;
		a.subject = slice_of("");
		a.sentence = slice_of(ui->feed.recording_why);
	} else if (a.severity == SEVERITY_OK && ui->feed.state_why[0] && ui->feed.state != STATE_READING) {
		a.severity = SEVERITY_WARN;
		a.subject = slice_of("");
		a.sentence = slice_of(ui->feed.state_why);
	}
	alertline_paint(g, rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols), &a);
}

/* ---- no room for anything else ----------------------------------------------------------------------------------- */

bool
chrome_is_tiny(struct rect r)
{
	return r.rows <= TINY_ROWS && r.cols < TINY_COLS;
}

/* How bad it is, with which model; how many are; whether that is so now. One sees no row but this, wherever one is. */
void
chrome_tiny(const struct ui *ui, const struct view *v, struct grid *g, struct rect r)
{
	const struct feed *f = &ui->feed;
	const struct model_row *worst = NULL;
	size_t n[SEVERITY_COUNT] = {0};
	enum role role;
	const char *state = bar_state(ui, v, &role);
	bool down = f->sources > 0 && f->waiting == f->sources;
	struct mark mark;
	int col = 0;

	for (size_t i = 0; i < ui->nmodels; i++) {
		n[ui->models[i].f.severity]++;
		if (!worst || held_model_order(&ui->models[i], worst) < 0)
			worst = &ui->models[i];
	}
	mark = mark_severity(g, down ? SEVERITY_CRIT : worst ? worst->f.severity : SEVERITY_UNKNOWN);
	mark_paint(g, r, 0, 0, mark);
	grid_text(g, rect_cols(r, 3, r.cols), 0, 0, mark.role, down || !worst ? slice_of(state) : worst->f.name,
	    FIT_ELLIPSIS);
	for (int i = SEVERITY_CRIT; i >= SEVERITY_WARN; i--)
		if (n[i]) {
			mark = mark_severity(g, (enum severity)i);
			col += grid_printf(g, r, 1, col, mark.role, "%zu%c ", n[i], mark.letter);
		}
	grid_str(g, r, 2, 0, role, state);
}

/* ---- the last line ------------------------------------------------------------------------------------------------
 */

/* What Space does depends on what it has done. NULL: here it does nothing. */
static const char *
keys_label(const struct ui *ui, const struct view *v, const struct keymap_row *row)
{
	/* An event that is whole already does not become it. */
	if (row->action == ACTION_OPEN && v->screen->id == SCREEN_EVENTS && v->expanded && v->panel > 0)
		return NULL;
	if (row->action != ACTION_FREEZE)
		return row->label;
	if (v->frozen || (ui->past && ui->past->frozen))
		return "resume";
	return ui->past && ui->past->playing ? "pause" : row->label;
}

/* "Enter"; "<>" of the two that sort, where both are one character. False: no key does it. */
static bool
keys_item(const struct bindings *b, enum action action, char *buf, size_t bytes)
{
	char name[48], other[48];

	bindings_names(b, action, 1, name, sizeof name);
	if (!b->keys[action][0])
		return false;
	if (action == ACTION_SORT_LEFT) {
		bindings_names(b, ACTION_SORT_RIGHT, 1, other, sizeof other);
		if (b->keys[ACTION_SORT_RIGHT][0] && grid_text_width(slice_of(name)) == 1 &&
		    grid_text_width(slice_of(other)) == 1)
			snprintf(name + strlen(name), sizeof name - strlen(name), "%s", other);
	}
	snprintf(buf, bytes, "%.*s", (int)bytes - 1, name);
	return true;
}

/* What is held to be compared with stands before the keys until it is let go. */
static int
keys_pin(const struct ui *ui, struct grid *g, struct rect r, int col)
{
	char words[128];
	int used = grid_str(g, r, 0, col, ROLE_BASELINE, "A: ");

	pin_words(&ui->pin, ui->now_ms, ui_offset_ms(ui), words, sizeof words);
	used += grid_text(g, r, 0, col + used, ROLE_BASELINE, slice_of(words), FIT_WORDS);
	return used + 2;
}

void
chrome_keys(const struct ui *ui, const struct view *v, struct grid *g, struct rect r)
{
	struct keybar_item items[40];
	char names[40][16], passed[48];
	size_t n = 0;
	int col = 1;

	if (ui->message[0])
		col += grid_text(g, r, 0, col, ROLE_WARN, slice_of(ui->message), FIT_WORDS) + 2;
	else if (v->filter.n > 0) {
		col += grid_str(g, r, 0, col, ROLE_MATCH, "/");
		col += grid_text(g, rect_cols(r, 0, r.cols / 2), 0, col, ROLE_MATCH, slice_of(v->filter.text),
			   FIT_ELLIPSIS);
		ui_list_passed(v->list, passed, sizeof passed);
		if (col + 1 + grid_text_width(slice_of(passed)) <= r.cols)
			col += grid_str(g, r, 0, col + 1, ROLE_TEXT, passed) + 3;
	}
	/* Compare says it in line 1. */
	if (ui->pin.set && !ui->message[0] && v->screen->id != SCREEN_COMPARE)
		col += keys_pin(ui, g, rect_cols(r, 0, col + r.cols * 2 / 5), col);
	for (size_t i = 0; i < keymap_rows && n < 40; i++) {
		if (!keymap[i].label || !keymap_holds(&keymap[i], v->screen->id, ui->past != NULL))
			continue;
		items[n].label = keys_label(ui, v, &keymap[i]);
		if (!items[n].label || !keys_item(&ui->keys, keymap[i].action, names[n], sizeof names[n]))
			continue;
		items[n].key = names[n];
		n++;
	}
	keybar_paint(g, rect_cols(r, col, r.cols - col), items, n);
}
