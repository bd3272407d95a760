/* What keys and commands ask the program for, carried out by whoever can. */
#include "tui/dash_impl.h"

#include <stdio.h>

#include "core/rule_bytes.h"
#include "tui/dash_ask.h"
#include "tui/record.h"
#include "tui/setting.h"
#include "tui/settings.h"

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
tell(struct dash *d, const struct config *is, const struct config *next, const struct ui_request *r, struct err *err)
{
	struct ui_request mark = {.kind = UI_REQUEST_NOTE, .model = SIZE_MAX, .to_ms = dash_now_ms(d)};
	struct ui_request budget = {.kind = UI_REQUEST_BUDGET, .number = next->budget_per_week};
	bool other = is->budget_per_week < next->budget_per_week || is->budget_per_week > next->budget_per_week;
	int rc = 0;

	if (!other && rules_same(&is->rules, &next->rules))
		return 0;
	if (!d->app || d->replay)
		return err_set(err, ERR_USAGE, "what alerts go by is set where it is live");
	if (other)
		rc = app_request(d->app, &budget);
	else
		rc = app_set_rules(d->app, &next->rules, err);
	snprintf(mark.reason, sizeof(mark.reason), "%.60s: %.120s", r->by, r->reason);
	return rc ? rc : app_request(d->app, &mark);
}

/* Takes over what a setting can change, and leaves what others look at where it is. */
static void
take_over(struct config *c, struct config *next)
{
	struct rules rules = c->rules;
	char *text = c->text;

	c->rules = next->rules;
	next->rules = rules;
	c->text = next->text;
	c->text_n = next->text_n;
	next->text = text;
	c->bell = next->bell;
	c->clipboard = next->clipboard;
	c->budget_per_week = next->budget_per_week;
	c->drift_rule = next->drift_rule;
}

static void
set(struct dash *d, const struct ui_request *r)
{
	struct config *c = d->options->config, next = {0};
	struct err err = {0};
	char say[ERR_MSG_BYTES];
	int rc = c ? settings_try(&next, c, slice_of(r->by), r->reason, d->env, &err)
		   : err_set(&err, ERR_USAGE, "there is no configuration here");

	if (!rc)
		rc = tell(d, c, &next, r, &err);
	if (!rc)
		rc = setting_note(c, r->by, r->reason, &err);
	if (!rc) {
		take_over(c, &next);
		snprintf(say, sizeof(say), "%.60s is %.200s from now on; :save keeps it", r->by, r->reason);
	}
	ui_say(d->ui, rc ? err.msg : say);
	config_release(&next);
}

/* What is none of the data's. */
static bool
ask(struct dash *d, const struct ui_request *r)
{
	const struct dash_ask a = {d->options, d->env, d->term, d->ui, &d->grid, dash_shown(d), dash_now_ms(d),
	    (int64_t)uv_now(d->loop), &d->changes, &d->theme, d->app && app_can_rebase(d->app),
	    d->replay ? replay_past(d->replay) : NULL};
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
	case UI_REQUEST_SET:
		set(d, r);
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
