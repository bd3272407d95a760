/* What keys and commands ask the program for, carried out by whoever can. */
#include "tui/dash_impl.h"

#include <stdio.h>

#include "core/rule_bytes.h"
#include "tui/dash_ask.h"
#include "tui/record.h"
#include "tui/setting.h"

void
dash_stop(void *ctx)
{
	struct dash *d = ctx;

	d->quit = true;
	uv_stop(d->loop);
}

/* Live it is a fact like others, also of a moment that is gone back to; of a file it goes beside that. */
static void
note(struct dash *d, const struct ui_request *r)
{
	char say[REPLAY_SAY_BYTES];

	if (d->app) {
		(void)app_request(d->app, r);
		return;
	}
	replay_note(d->replay, r, env_wall_ms(), say);
	ui_say(d->ui, say);
	d->urgent = true;
}

static void
what_if(struct dash *d, const struct ui_request *r)
{
	char say[REPLAY_SAY_BYTES];

	if (!d->replay)
		return;
	if (replay_whatif(d->replay, r, say))
		ui_open_whatif(d->ui);
	ui_say(d->ui, say);
	d->urgent = true;
}

static void
record(struct dash *d, const struct ui_request *r)
{
	char say[ERR_MSG_BYTES];

	record_do(d->app ? app_recorder(d->app) : NULL, r, d->options, d->env, say, sizeof(say));
	if (say[0])
		ui_say(d->ui, say);
}

/* What evidence and rules go by from now on is a fact like others; and a mark, so that it is seen when. */
static int
judge(void *ctx, const struct config *next, const struct ui_request *r, struct err *err)
{
	struct dash *d = ctx;
	const struct config *is = d->options->config;
	struct ui_request mark = {.kind = UI_REQUEST_NOTE, .model = SIZE_MAX, .to_ms = dash_now_ms(d)};
	struct ui_request budget = {.kind = UI_REQUEST_BUDGET, .number = next->budget_per_week};
	bool other = is->budget_per_week < next->budget_per_week || is->budget_per_week > next->budget_per_week;
	char called[SETTING_CALLED_BYTES];
	struct setting s;
	struct fact_levels told;
	bool levels = setting_find(&s, next, slice_of(r->by)) && setting_levels(&s, next, &told);
	int rc = 0;

	if (!levels && !other && rules_same(&is->rules, &next->rules))
		return 0;
	if (!d->app || d->replay)
		return err_set(err, ERR_USAGE, "what alerts go by is set where it is live");
	if (levels)
		rc = app_set_levels(d->app, &told, err);
	else if (other)
		rc = app_request(d->app, &budget);
	else
		rc = app_set_rules(d->app, &next->rules, err);
	snprintf(mark.reason, sizeof(mark.reason), "%s: %.120s",
	    setting_called(slice_of(r->by), called, sizeof(called)), r->reason);
	return rc ? rc : app_request(d->app, &mark);
}

/* What is none of the data's. */
static bool
ask(struct dash *d, const struct ui_request *r)
{
	const struct dash_ask a = {d->options, d->env, d->term, d->ui, &d->grid, dash_shown(d), dash_now_ms(d),
	    (int64_t)uv_now(d->loop), &d->changes, &d->theme, d->app && app_can_rebase(d->app),
	    d->replay ? replay_past(d->replay) : NULL, &d->pace, judge, d};
	bool rebase = false, done = dash_ask(&a, r, &rebase);

	if (rebase) {
		d->file = SIZE_MAX;
		d->rebase = true;
		uv_stop(d->loop);
	}
	return done;
}

void
dash_do(struct dash *d, const struct ui_request *r)
{
	if (ask(d, r))
		return;
	switch (r->kind) {
	case UI_REQUEST_FILE:
		d->file = r->file;
		d->rebase = true;
		uv_stop(d->loop);
		break;
	case UI_REQUEST_CHOOSE:
	case UI_REQUEST_ACK:
	case UI_REQUEST_SILENCE:
	case UI_REQUEST_PICK:
	case UI_REQUEST_LIVE:
	case UI_REQUEST_RETRY:
		if (d->app)
			(void)app_request(d->app, r);
		break;
	case UI_REQUEST_NOTE:
		note(d, r);
		break;
	case UI_REQUEST_WHATIF:
		what_if(d, r);
		break;
	case UI_REQUEST_SAVE:
	case UI_REQUEST_RECORD:
		record(d, r);
		break;
	case UI_REQUEST_TIME:
		dash_past_do(d, r);
		break;
	case UI_REQUEST_QUIT:
		dash_stop(d);
		break;
	case UI_REQUEST_SUSPEND:
		term_suspend(d->term);
		break;
	default:
		break;
	}
}
