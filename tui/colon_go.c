/* :goto, to a screen, a model, an input or a time. */
#include "tui/colon_impl.h"

#include <stdio.h>
#include <string.h>

#include "core/nearest.h"

static const char *const places[] = {
    "fleet", "alerts", "sources", "events", "versions", "baseline", "timeline", "setup", "help", "compare", "what-if"};
#define PLACES (sizeof places / sizeof *places)

int
colon_go_of_model(struct colon_call *c, const struct screen *screen, const char *title, struct err *err)
{
	size_t model = colon_model_here(c->ui);

	if (model == SIZE_MAX)
		return err_set(err, ERR_USAGE, "of which model? Go to one first");
	ui_push(c->ui, screen, model, screen == &screen_events ? ui_view(c->ui)->feature : SIZE_MAX, slice_of(title));
	return 0;
}

/* Those of a time alone. */
static int
go_to_events(struct colon_call *c, const char *from, const char *to, struct err *err)
{
	size_t model = colon_model_here(c->ui);
	int64_t from_ms, to_ms;
	int rc;

	if (model == SIZE_MAX)
		return err_set(err, ERR_USAGE, "of which model? Go to one first");
	rc = ui_time_parse(c->ui, from, false, &from_ms, err);
	if (!rc)
		rc = ui_time_parse(c->ui, to, false, &to_ms, err);
	if (!rc && from_ms >= to_ms)
		rc = err_set(err, ERR_USAGE, "'%.40s' is not before '%.40s'", from, to);
	if (!rc)
		ui_open_events(c->ui, model, ui_view(c->ui)->feature, slice_of(""), from_ms, to_ms);
	return rc;
}

/* B, to what is pinned; without a text the model that is looked at. */
static int
go_to_compare(struct colon_call *c, struct slice text, struct err *err)
{
	size_t model = colon_model_here(c->ui);
	struct pin_subject with = {.model = slice_of("")};

	if (text.n == 0 && model == SIZE_MAX)
		return err_set(err, ERR_USAGE, "of which model? Go to one first");
	if (text.n == 0)
		with.model = store_model_name(c->store, model);
	else if (!pin_find_subject(c->store, text, &with))
		return err_set(err, ERR_USAGE, "'%.*s' is no model and no MODEL/VERSION",
		    (int)(text.n < 60 ? text.n : 60), text.p);
	return ui_compare_open(c->ui, c->store, &with, err);
}

/* A change is for the program to try; without one it is what was tried last. */
static int
go_to_whatif(struct colon_call *c, struct slice change, struct err *err)
{
	const struct ui_past *past = c->ui->past;

	if (!past)
		return err_set(err, ERR_USAGE, "what if: of a recording, or of a moment that is held");
	if (change.n >= sizeof c->request->reason)
		return err_set(err, ERR_USAGE, "what if: longer than %zu bytes", sizeof c->request->reason - 1);
	if (change.n == 0 && !past->whatif)
		return err_set(err, ERR_USAGE, "what if what? A rule or a budget, such as psi > 0.3");
	if (change.n == 0)
		return ui_open_whatif(c->ui), 0;
	*c->request = (struct ui_request){.kind = UI_REQUEST_WHATIF};
	snprintf(c->request->reason, sizeof c->request->reason, "%.*s", (int)change.n, change.p);
	return 0;
}

static int
go_to_place(struct colon_call *c, size_t place, struct err *err)
{
	struct ui *ui = c->ui;

	switch (place) {
	case 0:
		ui_to_fleet(ui);
		break;
	case 1:
		ui_push(ui, &screen_alerts, SIZE_MAX, SIZE_MAX, slice_of("alerts"));
		break;
	case 2:
		ui_push(ui, &screen_sources, SIZE_MAX, SIZE_MAX, slice_of("sources"));
		break;
	case 3:
		return colon_go_of_model(c, &screen_events, "events", err);
	case 4:
		return colon_go_of_model(c, &screen_versions, "versions", err);
	case 5:
		return colon_go_of_model(c, &screen_choose, "baseline", err);
	case 6:
		ui_push(ui, &screen_timeline, colon_model_here(ui),
		    colon_model_here(ui) == SIZE_MAX ? SIZE_MAX : ui_view(ui)->feature, slice_of("timeline"));
		break;
	case 7:
		ui_push(ui, &screen_inforce, colon_model_here(ui), SIZE_MAX, slice_of("setup"));
		break;
	case 8:
		ui_open_help(ui);
		break;
	case 9:
		return go_to_compare(c, slice_of(""), err);
	default:
		return go_to_whatif(c, slice_of(""), err);
	}
	return 0;
}

/*
 * Screens that are of more than their name, which is that word of the line: "compare MODEL", "what-if CHANGE", "events
 * FROM TO". False: none of them.
 */
static bool
go_to_more(struct colon_call *c, size_t first, struct slice rest, int *rc, struct err *err)
{
	const struct colon_line *l = c->line;

	if (l->n < first + 2)
		return false;
	if (slice_is(l->word[first], "compare"))
		*rc = go_to_compare(c, rest, err);
	else if (slice_is(l->word[first], "what-if"))
		*rc = go_to_whatif(c, rest, err);
	else if (slice_is(l->word[first], "events") && l->n == first + 3)
		*rc = go_to_events(c, l->word[first + 1].p, l->word[first + 2].p, err);
	else
		return false;
	return true;
}

static int
go_to_model(struct colon_call *c, size_t model, struct slice feature, struct err *err)
{
	size_t index = feature.n ? colon_find_feature(c->store, model, feature) : SIZE_MAX;

	if (feature.n && index == SIZE_MAX)
		return colon_fault_feature(c, model, feature, err);
	if (!c->deeper)
		ui_to_fleet(c->ui);
	/* An input of what is looked at is on top of that. */
	if (!c->deeper || !feature.n || colon_model_here(c->ui) != model)
		ui_push(c->ui, &screen_model, model, SIZE_MAX, store_model_name(c->store, model));
	if (feature.n)
		ui_push(c->ui, &screen_feature, model, index, feature);
	return 0;
}

static int
go_to_time(struct colon_call *c, const char *text, struct err *err)
{
	struct ui *ui = c->ui;
	int64_t to_ms;
	int rc = ui_time_parse(ui, text, true, &to_ms, err);

	if (rc)
		return rc;
	if (!ui->past && !ui->options.flight)
		return err_set(err, ERR_USAGE, "nothing is kept to go back to here");
	*c->request = (struct ui_request){
	    .kind = UI_REQUEST_TIME, .time = UI_TIME_JUMP, .to_ms = to_ms, .utc_offset_ms = ui_offset_ms(ui)};
	return 0;
}

static int
fault_place(const struct colon_call *c, struct slice word, struct err *err)
{
	struct nearest near;
	char held[320], best[320] = "";
	size_t n = store_model_count(c->store);

	nearest_init(&near, word);
	for (size_t i = 0; i < PLACES + n; i++) {
		struct slice name = i < PLACES ? slice_of(places[i]) : store_model_name(c->store, i - PLACES);

		snprintf(held, sizeof held, "%.*s", (int)name.n, name.p);
		nearest_offer(&near, held);
		if (near.best == held) {
			memcpy(best, held, sizeof best);
			near.best = best;
		}
	}
	if (nearest_name(&near))
		return err_set(err, ERR_USAGE, "no screen, model or time '%.*s'; did you mean '%s'?",
		    (int)(word.n < 60 ? word.n : 60), word.p, best);
	return err_set(err, ERR_USAGE, "'%.*s' is no screen, no model, no MODEL/INPUT and no time such as 14:05",
	    (int)(word.n < 60 ? word.n : 60), word.p);
}

/* Screens first, then models, MODEL/FEATURE at the last bar that makes one. False: it is none of them. */
static bool
go_to_named(struct colon_call *c, struct slice word, int *rc, struct err *err)
{
	size_t place, model;

	if (colon_find_word(word, places, PLACES, &place)) {
		*rc = go_to_place(c, place, err);
		return true;
	}
	model = colon_find_model(c->store, word);
	if (model != SIZE_MAX) {
		*rc = go_to_model(c, model, slice_of(""), err);
		return true;
	}
	for (size_t i = word.n; i-- > 1;) {
		if (word.p[i] != '/')
			continue;
		model = colon_find_model(c->store, slice_make(word.p, i));
		if (model == SIZE_MAX)
			continue;
		c->at += i + 1 + (c->line->text[c->at] == '"');
		*rc = go_to_model(c, model, slice_make(word.p + i + 1, word.n - i - 1), err);
		return true;
	}
	return false;
}

int
colon_goto(struct ui *ui, const struct store *s, struct slice place, struct ui_request *request, struct err *err)
{
	struct colon_line line;
	struct colon_call c = {ui, s, &line, request, true, 0};
	size_t first = 0;
	int rc = 0;

	/* Names of models are longer than any line that is typed. */
	while (first < place.n && place.p[first] != ' ')
		first++;
	first += first < place.n;
	colon_split(&line, place);
	if (go_to_more(&c, 0, slice_make(place.p + first, place.n - first), &rc, err))
		return rc;
	if (place.n == 0 || go_to_named(&c, place, &rc, err))
		return rc;
	return fault_place(&c, place, err);
}

/* MODEL INPUT is as good as MODEL/INPUT; what is none of these is a time. */
int
colon_run_goto(struct colon_call *c, struct err *err)
{
	struct slice word = c->line->word[1], rest = colon_rest(c->line, 1);
	char text[PROMPT_BYTES + 1];
	size_t model;
	int rc = 0;

	model = c->line->n > 2 ? colon_find_model(c->store, word) : SIZE_MAX;
	if (model != SIZE_MAX) {
		c->at = c->line->from[2];
		return go_to_model(c, model, c->line->word[2], err);
	}
	if ((c->line->n == 2 || !colon_find_word(word, places, PLACES, &model)) && go_to_named(c, word, &rc, err))
		return rc;
	c->at = c->line->from[c->line->n > 2 ? 2 : 1];
	if (go_to_more(c, 1, c->line->n == 3 ? c->line->word[2] : colon_rest(c->line, 2), &rc, err))
		return rc;
	c->at = c->line->from[1];
	snprintf(text, sizeof text, "%.*s", (int)rest.n, rest.p);
	if (strpbrk(text, "0123456789") || slice_is(rest, "start") || slice_is(rest, "end"))
		return go_to_time(c, text, err);
	return fault_place(c, word, err);
}

void
colon_complete_goto(
    const struct ui *ui, const struct store *s, const struct colon_line *l, size_t i, struct colon_offers *o)
{
	size_t model;

	(void)ui;
	for (size_t k = 0; i == 2 && slice_is(l->word[1], "compare") && k < store_model_count(s); k++)
		colon_offer(o, store_model_name(s, k));
	if (i == 2 && (model = colon_find_model(s, l->word[1])) != SIZE_MAX)
		colon_offer_features(s, model, slice_of(""), o);
	if (i != 1)
		return;
	for (size_t k = o->prefix.n; k-- > 1;)
		if (o->prefix.p[k] == '/' && (model = colon_find_model(s, slice_make(o->prefix.p, k))) != SIZE_MAX)
			colon_offer_features(s, model, slice_make(o->prefix.p, k), o);
	colon_offer_all(o, places, PLACES);
	for (size_t k = 0; k < store_model_count(s); k++)
		colon_offer(o, store_model_name(s, k));
}
