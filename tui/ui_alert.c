/* Alerts, as every screen has them: which one is next, what it is about, for how long it is to be silent. */
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "tui/screen.h"

bool
ui_request_fact(const struct ui_request *r, int64_t now_ms, struct fact *out)
{
	memset(out, 0, sizeof *out);
	if (r->kind == UI_REQUEST_ACK) {
		out->kind = FACT_ACK;
		out->u.ack = (struct fact_ack){r->alert, slice_of(r->by), now_ms};
	} else if (r->kind == UI_REQUEST_SILENCE) {
		out->kind = FACT_SILENCE;
		out->u.silence = (struct fact_silence){r->alert, r->to_ms, slice_of(r->reason), slice_of(r->by)};
	}
	if (r->kind == UI_REQUEST_NOTE) {
		out->kind = FACT_MARK;
		out->u.mark = (struct fact_mark){MARK_NOTE, r->model, r->to_ms, slice_of(r->reason)};
	}
	if (r->kind == UI_REQUEST_BUDGET) {
		out->kind = FACT_BUDGET;
		out->u.budget = r->number;
	}
	if (r->kind == UI_REQUEST_CHOOSE) {
		out->kind = FACT_CHOICE;
		out->u.choice = r->choice;
	}
	return r->kind == UI_REQUEST_ACK || r->kind == UI_REQUEST_SILENCE || r->kind == UI_REQUEST_CHOOSE ||
	       r->kind == UI_REQUEST_NOTE || r->kind == UI_REQUEST_BUDGET;
}

void
ui_ask_silence(struct ui *ui, uint64_t alert)
{
	prompt_open(&ui->prompt, alert);
}

/* The index of an input or output as figures number them. */
static size_t
feature_of(const struct store *s, const struct alert *al)
{
	return s && al->key.feature.n ? figures_feature_find(s, al->model, al->key.feature) : SIZE_MAX;
}

static void
open_subject(struct ui *ui, const struct store *s, const struct alert *al)
{
	size_t feature = feature_of(s, al);

	if (al->model == ALERT_NO_MODEL) {
		ui_push(ui, &screen_sources, SIZE_MAX, SIZE_MAX, slice_of("sources"));
		return;
	}
	if (ui_push(ui, &screen_model, al->model, SIZE_MAX, al->key.model) && feature != SIZE_MAX)
		ui_push(ui, &screen_feature, al->model, feature, al->key.feature);
}

void
ui_open_alert(struct ui *ui, const struct alert *al)
{
	open_subject(ui, ui->store, al);
}

void
ui_go_to_alert(struct ui *ui, const struct alert *al, struct ui_request *request)
{
	size_t depth = ui->depth;

	ui_open_alert(ui, al);
	if (al->fired_ms == ALERT_NEVER) {
		ui_say(ui, "it has not fired yet");
		return;
	}
	if (!ui->past && !ui->options.flight)
		return;
	if (ui->depth > depth) {
		ui->views[depth].returns = ui->past ? VIEW_TO_MOMENT : VIEW_TO_NOW;
		ui->views[depth].returns_ms = ui->past ? ui->past->at_ms : 0;
	}
	*request = (struct ui_request){.kind = UI_REQUEST_TIME,
	    .time = UI_TIME_ALERT,
	    .alert = al->id,
	    .to_ms = al->fired_ms,
	    .utc_offset_ms = ui_offset_ms(ui)};
}

/* The alert before or behind the last one in the order of the list, around; it fires. */
static const struct alert *
next_alert(const struct ui *ui, const struct alert *const *order, size_t n, bool forward, size_t *place)
{
	size_t at = 0;

	while (at < n && order[at]->id != ui->alert_at)
		at++;
	if (at == n)
		at = forward ? 0 : n - 1;
	else
		at = forward ? (at + 1) % n : (at + n - 1) % n;
	*place = at;
	return order[at];
}

void
ui_alert_step(struct ui *ui, const struct store *s, bool forward)
{
	const struct alerts *all = store_alerts(s);
	const struct alert **order = mem_calloc(all->n + 1, sizeof *order);
	const struct alert *al;
	size_t n = order ? alerts_order(all, order, all->n) : 0, firing = 0, place;

	/* What is provisional is nothing to be led to. */
	for (size_t i = 0; i < n && order[i]->state == ALERT_FIRING; i++)
		if (!order[i]->provisional)
			order[firing++] = order[i];
	if (firing == 0) {
		snprintf(ui->message, sizeof ui->message, "no alert fires");
	} else {
		al = next_alert(ui, order, firing, forward, &place);
		ui->alert_at = al->id;
		ui_to_fleet(ui);
		open_subject(ui, s, al);
		snprintf(ui->message, sizeof ui->message, "alert %zu of %zu: %.*s", place + 1, firing,
		    (int)(al->key.rule.n < 31 ? al->key.rule.n : 31), al->key.rule.p);
	}
	mem_free(order);
}

void
ui_silence_key(struct ui *ui, uint32_t key, struct ui_request *request)
{
	struct slice reason = {NULL, 0};

	if (!prompt_key(&ui->prompt, key, ui->now_ms, ui_offset_ms(ui), &request->to_ms, &reason))
		return;
	request->kind = UI_REQUEST_SILENCE;
	request->alert = ui->prompt.alert;
	snprintf(request->by, sizeof request->by, "%.63s", ui->options.user);
	snprintf(request->reason, sizeof request->reason, "%.*s", (int)(reason.n < 120 ? reason.n : 120),
	    reason.n ? reason.p : "");
	snprintf(ui->message, sizeof ui->message, "silenced");
	ui_view(ui)->stale = true;
}
