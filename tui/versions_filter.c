#include "tui/versions_filter.h"

#include <math.h>

#include "core/floor.h"

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
