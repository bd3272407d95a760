/*
 * Going there: step by step, since what is to be shown may come later, and since a moment that is pinned has to be gone
 * to and come back from by whoever can go to moments.
 */
#include "tui/reopen.h"

#include <string.h>

#include "core/slice.h"
#include "tui/settings.h"
#include "tui/timearg.h"
#include "tui/ui_place.h"

#define WHAT_IF "what-if "

/* ---- moments ----------------------------------------------------------------------------------------------------- */

static int
parse_moment(const struct reopen *r, const struct store *s, const char *text, int64_t *out, struct err *err)
{
	const struct ui_past *past = ui_place_past(r->ui);
	struct timearg_place place = {.now_ms = past && !past->frozen ? past->to_ms : store_now_ms(s),
	    .from_ms = past && !past->frozen ? past->from_ms : INT64_MIN,
	    .utc_offset_ms = settings_utc(r->options) || !r->env ? 0 : r->env->utc_offset_ms};

	place.to_ms = place.now_ms;
	return timearg_parse_shown(out, text, &place, err);
}

static void
ask_time(struct reopen *r, struct ui_request *q, enum ui_time time, int64_t to_ms)
{
	r->asked_ms = r->mono_ms;
	*q = (struct ui_request){.kind = UI_REQUEST_TIME, .time = time, .to_ms = to_ms};
}

/* While history is read the clock is that of what was read: there a moment of later would be the present. */
static int
await_present(const struct store *s, int64_t ms, const char *option, struct err *err)
{
	for (size_t i = 0; i < store_source_count(s); i++)
		if (store_source(s, i)->state == FEED_CATCHING_UP)
			return err_set(err, ERR_USAGE, "--%s: the streams are still being read", option);
	return ms > store_now_ms(s) ? err_set(err, ERR_USAGE, "--%s: that moment is yet to come", option) : 0;
}

/* What has been asked for may take a while: entries are read again for it, and before that some are to be there. */
static int
await_moment(struct reopen *r, int64_t ms, const char *option, struct ui_request *q, struct err *err)
{
	const struct ui_past *past = ui_place_past(r->ui);

	if (past && past->at_ms <= ms)
		return 0;
	if (!past && r->mono_ms - r->asked_ms >= REOPEN_ASK_MS) {
		ui_say(r->ui, "");
		ask_time(r, q, UI_TIME_JUMP, ms);
	}
	return err_set(err, ERR_USAGE, "--%s: that moment cannot be gone back to", option);
}

/* ---- what is pinned ---------------------------------------------------------------------------------------------- */

static int
pin_begin(struct reopen *r, const struct store *s, bool live, struct ui_request *q, struct err *err)
{
	const struct options *o = r->options;
	const struct ui_past *past = ui_place_past(r->ui);
	int rc;

	if (!o->given[OPTION_PIN] && o->given[OPTION_PIN_AT])
		return err_set(err, ERR_USAGE, "--pin-at: of which model? --pin names it");
	if (!o->given[OPTION_PIN] || !o->given[OPTION_PIN_AT]) {
		rc = o->given[OPTION_PIN] ? ui_place_pin(r->ui, s, o->text[OPTION_PIN], false, err) : 0;
		r->stage = rc ? r->stage : REOPEN_PLACES;
		return rc ? err_wrap(err, "--pin") : 0;
	}
	rc = parse_moment(r, s, o->text[OPTION_PIN_AT], &r->pin_ms, err);
	if (rc)
		return err_wrap(err, "--pin-at");
	rc = live && !past ? await_present(s, r->pin_ms, "pin-at", err) : 0;
	if (rc)
		return rc;
	if (!past && r->pin_ms < store_now_ms(s) && !live)
		return err_set(err, ERR_USAGE, "--pin-at: nothing is kept here to go back to");
	r->stage = REOPEN_PIN;
	r->back = past != NULL;
	r->back_ms = past ? past->at_ms : 0;
	if (past || r->pin_ms < store_now_ms(s))
		ask_time(r, q, UI_TIME_JUMP, r->pin_ms);
	return 0;
}

static int
pin_there(struct reopen *r, const struct store *s, struct ui_request *q, struct err *err)
{
	bool went = ui_place_past(r->ui) != NULL;
	int rc = went || r->pin_ms < store_now_ms(s) ? await_moment(r, r->pin_ms, "pin-at", q, err) : 0;

	if (!rc && ui_place_pin(r->ui, s, r->options->text[OPTION_PIN], true, err))
		rc = err_wrap(err, "--pin");
	if (rc)
		return rc;
	r->stage = REOPEN_PIN_BACK;
	if (went)
		ask_time(r, q, r->back ? UI_TIME_JUMP : UI_TIME_LIVE, r->back_ms);
	return 0;
}

static int
pin_back(struct reopen *r, struct err *err)
{
	const struct ui_past *past = ui_place_past(r->ui);

	if (past && !r->back)
		return err_set(err, ERR_USAGE, "--pin-at: there is no coming back to now");
	r->stage = REOPEN_PLACES;
	ui_say(r->ui, "");
	return 0;
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

/* The nth of the words of that option; NULL: there are not so many. */
static const char *
word_of(const struct options *o, enum option_id id, size_t n)
{
	for (size_t i = 0; i < o->nwords; i++)
		if (o->words[i].id == id && n-- == 0)
			return o->words[i].value;
	return NULL;
}

static bool
is_of_the_past(const struct options *o)
{
	const char *place;

	for (size_t i = 0; (place = word_of(o, OPTION_GOTO, i)) != NULL; i++)
		if (strncmp(place, WHAT_IF, strlen(WHAT_IF)) == 0)
			return true;
	return false;
}

/* Only of what is live: a recording was opened at its moment. */
static int
ask_at(struct reopen *r, const struct store *s, struct ui_request *q, struct err *err)
{
	int rc;

	if (!r->options->given[OPTION_AT] || r->timed)
		return 0;
	rc = parse_moment(r, s, r->options->text[OPTION_AT], &r->at_ms, err);
	if (!rc && !ui_place_past(r->ui))
		rc = await_present(s, r->at_ms, "at", err);
	r->timed = !rc;
	if (!rc)
		ask_time(r, q, UI_TIME_JUMP, r->at_ms);
	return rc;
}

/* One on top of the other; where somebody has to do something for it first, that is asked for. */
static int
go_places(struct reopen *r, const struct store *s, struct ui_request *q, struct err *err)
{
	const char *place = NULL;
	int rc = 0;

	while (!rc && q->kind == UI_REQUEST_NONE && (place = word_of(r->options, OPTION_GOTO, r->placed)) != NULL) {
		if (r->asked && !ui_place_is_whatif(r->ui)) {
			rc = err_set(err, ERR_USAGE, "%.200s", ui_said(r->ui));
		} else if (r->asked) {
			ui_say(r->ui, "");
			r->asked = false;
			r->placed++;
		} else {
			rc = ui_place_go(r->ui, s, place, q, err);
			r->asked = q->kind == UI_REQUEST_WHATIF;
			r->placed += !rc && !r->asked;
		}
	}
	return rc ? err_wrap(err, "--goto %s", place) : 0;
}

static const char *
option_name(enum option_id id)
{
	size_t i = 0;

	while (option_rows[i].id != id)
		i++;
	return option_rows[i].name;
}

/* Parts of that time, in the order of the table, but those that were put already. */
static int
put_parts(struct reopen *r, const struct store *s, enum ui_part_when when, struct err *err)
{
	size_t at = 0;

	for (size_t i = 0; i < ui_part_count; i++) {
		enum option_id id = ui_parts[i].option;
		const char *value;
		int rc;

		for (size_t k = 0; ui_parts[i].when == when && (value = word_of(r->options, id, k)) != NULL; k++) {
			if (at++ < r->put)
				continue;
			rc = ui_part_put(r->ui, s, id, value, err);
			if (rc)
				return err_wrap(err, "--%s", option_name(id));
			r->put++;
		}
	}
	r->put = 0;
	return 0;
}

static int
go(struct reopen *r, const struct store *s, bool live, struct ui_request *q, struct err *err)
{
	bool past = live && is_of_the_past(r->options);
	int rc = past ? ask_at(r, s, q, err) : 0;

	if (!rc && q->kind == UI_REQUEST_NONE && past && r->timed)
		rc = await_moment(r, r->at_ms, "at", q, err);
	if (!rc && q->kind == UI_REQUEST_NONE)
		rc = go_places(r, s, q, err);
	if (rc || q->kind != UI_REQUEST_NONE)
		return rc;
	rc = put_parts(r, s, UI_PART_SCREEN, err);
	r->stage = rc ? r->stage : REOPEN_MOMENT;
	return rc;
}

/* Rows are of the moment that is shown. */
static int
go_to_moment(struct reopen *r, const struct store *s, bool live, struct ui_request *q, struct err *err)
{
	int rc = live ? ask_at(r, s, q, err) : 0;

	if (!rc && r->timed && q->kind == UI_REQUEST_NONE)
		rc = await_moment(r, r->at_ms, "at", q, err);
	if (!rc && q->kind == UI_REQUEST_NONE)
		r->stage = REOPEN_ROWS;
	return rc;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

bool
reopen_rows(const struct reopen *r)
{
	return r->stage == REOPEN_ROWS && !r->over;
}

static bool
asks(const struct options *o, enum ui_part_when when)
{
	for (size_t i = 0; i < o->nwords; i++) {
		const struct ui_part *part = ui_part_find(o->words[i].id);

		if (part && part->when >= when)
			return true;
	}
	return false;
}

static int
go_to_rows(struct reopen *r, const struct store *s, struct err *err)
{
	int rc = put_parts(r, s, UI_PART_ROWS, err);

	r->over = !rc;
	return rc;
}

static int
go_on(struct reopen *r, const struct store *s, bool live, struct ui_request *q, struct err *err)
{
	switch (r->stage) {
	case REOPEN_BEGIN:
		return pin_begin(r, s, live, q, err);
	case REOPEN_PIN:
		return pin_there(r, s, q, err);
	case REOPEN_PIN_BACK:
		return pin_back(r, err);
	case REOPEN_PLACES:
		return go(r, s, live, q, err);
	case REOPEN_MOMENT:
		return go_to_moment(r, s, live, q, err);
	default:
		return go_to_rows(r, s, err);
	}
}

/* Moments: history is read before them, and for them older entries. */
static bool
is_slow(const struct reopen *r)
{
	return r->stage == REOPEN_PIN || r->stage == REOPEN_MOMENT || r->timed ||
	    (r->stage == REOPEN_BEGIN && r->options->given[OPTION_PIN_AT]);
}

int
reopen_step(struct reopen *r, struct ui *ui, const struct store *s, int64_t mono_ms, bool whole,
    struct ui_request *q, struct err *err)
{
	const struct options *o = r->options;
	enum reopen_stage stage, before = r->stage;
	struct err why = {0};
	bool live = !whole;
	int rc;

	*q = (struct ui_request){.kind = UI_REQUEST_NONE};
	if (r->over || !o || !asks(o, UI_PART_STEPS))
		return 0;
	if (!r->began_ms)
		r->began_ms = mono_ms;
	whole |= mono_ms - r->began_ms >= (is_slow(r) ? REOPEN_READ_MS : REOPEN_WAIT_MS);
	if (!whole && !store_model_count(s))
		return 0;
	r->ui = ui;
	r->mono_ms = mono_ms;
	do {
		stage = r->stage;
		rc = go_on(r, s, live, q, &why);
	} while (!rc && q->kind == UI_REQUEST_NONE && r->stage != stage && r->stage != REOPEN_ROWS);
	if (r->stage != before)
		r->began_ms = mono_ms;
	if (rc && !whole)
		return 0;
	r->over |= rc || (r->stage == REOPEN_ROWS && !asks(o, UI_PART_ROWS));
	if (rc)
		ui_say(ui, why.msg);
	return rc ? err_set(err, ERR_USAGE, "%s", why.msg) : 0;
}
