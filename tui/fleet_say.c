#include "tui/fleet_say.h"

#include <stdio.h>

/* The worst; where all are unknown one that has a baseline, and so is unknown for a reason of its own. */
static struct model_row *
fleet_worst(const struct ui *ui, size_t unknown)
{
	struct model_row *worst = NULL;

	for (size_t i = 0; i < ui->nmodels; i++)
		if (!worst || held_model_order(&ui->models[i], worst) < 0)
			worst = &ui->models[i];
	for (size_t i = 0; i < ui->nmodels && unknown == ui->nmodels; i++)
		if (ui->models[i].f.baseline.kind != BASELINE_NONE)
			return &ui->models[i];
	return worst;
}

/* That all is well; with what has moved and has not moved far or long enough to fire. */
static struct slice
fleet_watched(const struct ui *ui, struct view *v)
{
	const struct model_row *first = NULL;
	size_t n = 0;
	char text[160];

	for (size_t i = 0; i < ui->nmodels; i++) {
		if (ui->models[i].worst.state < DRIFT_WATCH)
			continue;
		first = first ? first : &ui->models[i];
		n++;
	}
	if (!n)
		return slice_of("nothing drifts, nothing fails, nothing is silent");
	if (n == 1)
		snprintf(text, sizeof text, "nothing fires; inputs of %.*s have moved and are watched",
		    (int)(first->f.name.n < 60 ? first->f.name.n : 60), first->f.name.p);
	else
		snprintf(text, sizeof text, "nothing fires; inputs of %zu models have moved and are watched", n);
	return arena_text(&v->arena, slice_of(text));
}

void
fleet_say_line(struct ui *ui, struct view *v)
{
	struct model_row *worst;
	size_t unknown = 0;
	char text[480], key[48];

	for (size_t i = 0; i < ui->nmodels; i++)
		unknown += ui->models[i].f.severity == SEVERITY_UNKNOWN;
	worst = fleet_worst(ui, unknown);
	if (!worst) {
		v->severity = SEVERITY_UNKNOWN;
		snprintf(text, sizeof text, "streams were found, but none matches: press %s and pick",
		    ui_key_name(ui, ACTION_SOURCES, key));
		if (ui->past)
			v->sentence = slice_of("no events yet at this time");
		else
			v->sentence = ui->feed.nothing_matches ? arena_text(&v->arena, slice_of(text))
							       : slice_of("no events yet");
	} else if (worst->f.severity == SEVERITY_UNKNOWN && unknown < ui->nmodels) {
		snprintf(text, sizeof text, "%zu of %zu models cannot be judged yet, the others are well", unknown,
		    ui->nmodels);
		v->severity = SEVERITY_UNKNOWN;
		v->sentence = arena_text(&v->arena, slice_of(text));
	} else if (worst->f.severity == SEVERITY_UNKNOWN && worst->f.baseline.kind == BASELINE_NONE) {
		v->severity = SEVERITY_UNKNOWN;
		v->sentence = slice_of("no model can be judged yet: baselines are being learned");
	} else if (worst->f.severity == SEVERITY_OK) {
		v->severity = SEVERITY_OK;
		v->sentence = fleet_watched(ui, v);
	} else {
		v->severity = worst->f.severity;
		v->subject = arena_text(&v->arena, worst->f.name);
		v->sentence = arena_text(&v->arena, slice_of(held_model_why(worst, text, sizeof text)));
	}
}

/* Nothing to show is when one most needs to be told what to do. */
void
fleet_say_empty(const struct ui *ui, struct grid *g, struct rect r)
{
	char open[48], sources[48];
	int row = 0;

	/* Nothing comes while it stands. */
	if (ui->past) {
		grid_printf(g, r, row++, 0, ROLE_MUTED, "%s %s, %s goes on to the next alert.",
		    ui_key_name(ui, ui->past->frozen ? ACTION_TIME_PLAY : ACTION_FREEZE, open),
		    ui->past->playing ? "pauses" : "plays on from here",
		    ui_key_name(ui, ACTION_TIME_EVENT_NEXT, sources));
		grid_printf(g, r, row, 0, ROLE_MUTED, "%s goes %s.", ui_key_name(ui, ACTION_LIVE, open),
		    ui->past->frozen ? "back to now" : "to the end");
		return;
	}
	grid_str(g, r, row++, 0, ROLE_MUTED, "Every model shows up here with its first event.");
	if (ui->options.files_only)
		return;
	grid_str(g, r, row++, 0, ROLE_MUTED,
	    ui->options.own_patterns ? "Streams whose key matches the pattern of -s are read."
				     : "Streams called ml:* or model:* are read; -s PATTERN reads others.");
	grid_printf(g, r, row++, 0, ROLE_MUTED, "%s or %s shows what there is, and why nothing comes.",
	    ui_key_name(ui, ACTION_OPEN, open), ui_key_name(ui, ACTION_SOURCES, sources));
}
