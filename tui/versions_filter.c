#include "tui/versions_filter.h"

#include <math.h>

#include "core/floor.h"
#include "tui/versions_part.h"
#include "widgets/latency.h"

enum {
	NAME_FEATURE,
	NAME_TYPE,
	NAME_ROLE,
	NAME_STATE,
	NAME_STABLE,
	NAME_CANARY,
	NAME_DIFF,
	NAME_NOISE,
	NAME_PSI,
	NAME_SHIFT_SD,
	NAME_EVIDENCE,
	NAME_MISSING,
	NAME_ROWS,
	NAME_COUNT
};

static const struct filter_name names[NAME_COUNT] = {
    [NAME_FEATURE] = {{"feature", EXPR_TEXT, NULL, 0}, "name of the input or output"},
    [NAME_TYPE] = {{"type", EXPR_TEXT, NULL, 0}, "numeric or categorical"},
    [NAME_ROLE] = {{"role", EXPR_TEXT, NULL, 0}, "value, id, counter, calendar or text"},
    [NAME_STATE] = {{"state", EXPR_WORDS, compare_state_names, COMPARE_STATES}, "what is made of the difference"},
    [NAME_STABLE] = {{"stable", EXPR_ANY, NULL, 0}, "the mean of the stable version, or the share of a value, in %"},
    [NAME_CANARY] = {{"canary", EXPR_ANY, NULL, 0}, "that of the canary"},
    [NAME_DIFF] = {{"diff", EXPR_ANY, NULL, 0}, "canary less stable: of means in sd, of shares in %"},
    [NAME_NOISE] = {{"noise", EXPR_ANY, NULL, 0}, "what of the difference is noise, likewise"},
    [NAME_PSI] = {{"psi", EXPR_PLAIN, NULL, 0}, "population stability index of the canary against the stable version"},
    [NAME_SHIFT_SD] = {{"shift_sd", EXPR_SD, NULL, 0}, "the canary's mean less the stable version's"},
    [NAME_EVIDENCE] = {{"evidence", EXPR_SHARE, NULL, 0}, "evidence of a difference as a share of its limit"},
    [NAME_MISSING] = {{"missing", EXPR_SHARE, NULL, 0}, "rows of the canary without a value"},
    [NAME_ROWS] = {{"rows", EXPR_PLAIN, NULL, 0}, "rows of the canary with a value"},
};

static void
look_up_pair(const struct compare_feature *f, size_t name, struct expr_value *out)
{
	bool numeric = f->type == FEATURE_NUMERIC;
	const struct compare_pair *p = numeric ? &f->mean : &f->share;

	out->unit = !numeric ? EXPR_SHARE : name >= NAME_DIFF ? EXPR_SD : EXPR_PLAIN;
	if (name == NAME_STABLE)
		out->number = p->stable;
	else if (name == NAME_CANARY)
		out->number = p->canary;
	else if (name == NAME_DIFF)
		out->number = numeric ? f->shift_sd : p->diff;
	else
		out->number = FLOOR_RATE_SE * (numeric ? f->shift_se : p->se);
}

static void
look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct compare_feature *f = ctx;

	switch (name) {
	case NAME_FEATURE:
		out->text = f->name;
		break;
	case NAME_TYPE:
		out->text = slice_of(feature_type_names[f->type]);
		break;
	case NAME_ROLE:
		out->text = slice_of(feature_role_names[f->role]);
		break;
	case NAME_STATE:
		out->rank = (double)f->state;
		break;
	case NAME_PSI:
		out->number = f->psi;
		break;
	case NAME_SHIFT_SD:
		out->number = f->shift_sd;
		break;
	case NAME_EVIDENCE:
		if (f->evidence_limit > 0)
			out->number = f->evidence / f->evidence_limit;
		break;
	case NAME_MISSING:
		out->number = f->missing.canary;
		break;
	case NAME_ROWS:
		out->number = (double)f->n[1];
		break;
	default:
		look_up_pair(f, name, out);
		break;
	}
}

const struct filter_own versions_filter_own = {names, NAME_COUNT, look_up, "diff>0.2sd, state>=maybe"};

bool
versions_filter_passes(const struct filter *f, const struct compare_feature *row)
{
	struct slice texts[] = {
	    row->name, row->value, slice_of(row->sentence), slice_of(compare_state_names[row->state])};

	return filter_match_own(f, texts, sizeof texts / sizeof *texts, &versions_filter_own, row);
}

/* ---- all versions ---------------------------------------------------------------------------- */

enum {
	SEEN_VERSION,
	SEEN_ROLE,
	SEEN_EVENTS,
	SEEN_ERROR_RATE,
	SEEN_P50,
	SEEN_P99,
	SEEN_FIRST,
	SEEN_LAST,
	SEEN_SHARE,
	SEEN_COUNT
};

static const struct filter_name seen_names[SEEN_COUNT] = {
    [SEEN_VERSION] = {{"version", EXPR_TEXT, NULL, 0}, "its name; empty: of events that name none"},
    [SEEN_ROLE] = {{"role", EXPR_TEXT, NULL, 0}, "stable, canary, other, ended; empty: one version alone has events"},
    [SEEN_EVENTS] = {{"events", EXPR_PLAIN, NULL, 0}, "events in all"},
    [SEEN_ERROR_RATE] = {{"error_rate", EXPR_SHARE, NULL, 0}, "failed events over events"},
    [SEEN_P50] = {{"p50", EXPR_MS, NULL, 0}, "median latency"},
    [SEEN_P99] = {{"p99", EXPR_MS, NULL, 0}, "99th percentile, from 1,000 events on"},
    [SEEN_FIRST] = {{"first", EXPR_MS, NULL, 0}, "how long ago its first event was"},
    [SEEN_LAST] = {{"last", EXPR_MS, NULL, 0}, "how long ago its newest event was"},
    [SEEN_SHARE] = {{"share", EXPR_SHARE, NULL, 0}, "its share of the model's events of the last hour"},
};

static struct slice
seen_role(const struct version_figures *f)
{
	return slice_of(f->ended_ms ? "ended" : version_role_names[f->role]);
}

static double
seen_p99(const struct version_figures *f)
{
	return f->events >= LATENCY_P99_ROWS ? f->p99 : NAN;
}

static void
seen_look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct versions_seen_row *row = ctx;
	const struct version_figures *f = row->f;

	switch (name) {
	case SEEN_VERSION:
		out->text = f->version.p ? f->version : slice_of("");
		break;
	case SEEN_ROLE:
		out->text = seen_role(f);
		break;
	case SEEN_EVENTS:
		out->number = (double)f->events;
		break;
	case SEEN_ERROR_RATE:
		out->number = f->error_rate_frac;
		break;
	case SEEN_P50:
		out->number = f->p50;
		break;
	case SEEN_P99:
		out->number = seen_p99(f);
		break;
	case SEEN_SHARE:
		out->number = row->share_frac;
		break;
	default:
		out->number = (double)(row->now_ms - (name == SEEN_FIRST ? f->first_ms : f->last_ms));
		break;
	}
}

const struct filter_own versions_seen_own = {seen_names, SEEN_COUNT, seen_look_up, "error_rate>1%, share<50%"};

bool
versions_seen_passes(const struct filter *f, const struct versions_seen_row *row)
{
	struct slice texts[] = {row->f->version.n ? row->f->version : slice_of("(none)"), seen_role(row->f)};

	return filter_match_own(f, texts, sizeof texts / sizeof *texts, &versions_seen_own, row);
}

int
versions_seen_order(const struct version_figures *a, const struct version_figures *b, size_t column)
{
	switch (column) {
	case VERSIONS_SEEN_NAME:
		return slice_cmp(a->version, b->version);
	case VERSIONS_SEEN_ROLE:
		return slice_cmp(seen_role(a), seen_role(b));
	case VERSIONS_SEEN_EVENTS:
		return held_number_order((double)a->events, (double)b->events);
	case VERSIONS_SEEN_ERRORS:
		return held_number_order(a->error_rate_frac, b->error_rate_frac);
	case VERSIONS_SEEN_P50:
		return held_number_order(a->p50, b->p50);
	case VERSIONS_SEEN_P99:
		return held_number_order(seen_p99(a), seen_p99(b));
	case VERSIONS_SEEN_FIRST:
		return held_number_order((double)a->first_ms, (double)b->first_ms);
	case VERSIONS_SEEN_LAST:
		return held_number_order((double)a->last_ms, (double)b->last_ms);
	default:
		return 0;
	}
}
