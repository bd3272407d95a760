/*
 * Rules judged, alerts raised. Figures are made once for all rules that look at the same window; what is costly in
 * them only where a rule asks for it.
 */
#include <math.h>

#include "core/figures_compare.h"
#include "core/mem.h"
#include "core/store_impl.h"

enum need {
	NEED_LATENCY = 1,   /* quantiles of latency */
	NEED_MODEL = 2,	    /* all that figures_model has */
	NEED_DISTANCES = 4, /* those of figures_feature */
	NEED_SILENCE = 8,
	NEED_STREAM = 16,
	NEED_QUALITY = 32,
	NEED_PAIR = 64, /* it is judged for stable and canary too, while there are both */
	NEED_ERRORS = 128,
};

#define QUALITY_LOOK_MS INT64_C(300000) /* of the model's time between two looks at its quality */
#define QUALITY_LOOK_MORE 10	    /* labels that must have come, and a hundredth of those that were looked at */
#define CLEAR_FOR_MS INT64_C(60000) /* of rules that say nothing about clearing: a flicker is no end */
#define WATCHED_BITS 64
#define JOIN_GAPS 2 /* longest gaps between events: a daily batch that is bad twice in a row is one alert */

/* ---- rules ----------------------------------------------------------------------------------- */

static unsigned
need_of(enum rule_scope scope, size_t metric)
{
	if (metric >= METRIC_P50 && metric <= METRIC_P99_RISE)
		return NEED_LATENCY;
	if (metric == METRIC_SILENCE || metric == METRIC_SILENCE_RATIO)
		return NEED_SILENCE;
	if (scope == RULE_OF_MODEL && metric == METRIC_MISSING)
		return NEED_MODEL;
	if (scope == RULE_OF_SOURCE && metric != METRIC_SOURCE && metric != METRIC_FEED)
		return NEED_STREAM;
	if (metric >= METRIC_QUALITY && metric <= METRIC_COVERAGE)
		return NEED_QUALITY;
	if (metric >= METRIC_ERRORS && metric <= METRIC_ERROR_RATIO)
		return NEED_ERRORS;
	return metric >= METRIC_JS && metric <= METRIC_X2 ? NEED_DISTANCES : 0;
}

static unsigned
needs_of(const struct rule *r, const struct expr *e, bool has)
{
	unsigned needs = 0;
	size_t i;

	for (i = 0; has && i < e->nnodes; i++)
		if (e->nodes[i].op == EXPR_COMPARE || e->nodes[i].op == EXPR_RANK || e->nodes[i].op == EXPR_MATCH)
			needs |= need_of(r->scope, e->nodes[i].name);
	return needs;
}

static bool
is_between(const struct expr_node *n, unsigned first, unsigned last)
{
	return (n->op == EXPR_COMPARE || n->op == EXPR_RANK || n->op == EXPR_MATCH) && n->name >= first &&
	       n->name <= last;
}

static bool
mentions(const struct expr *e, unsigned first, unsigned last)
{
	size_t i;

	for (i = 0; i < e->nnodes; i++)
		if (is_between(&e->nodes[i], first, last))
			return true;
	return false;
}

/* Rules of errors and latency, and of nothing that a version does not have; and those of missing values alone. */
static bool
text_is_for_pairs(const struct expr *e, bool has, enum rule_scope scope, bool *asks)
{
	if (!has)
		return true;
	*asks = *asks || mentions(e, METRIC_ERRORS, METRIC_ERROR_RATIO) ||
		mentions(e, METRIC_P50, METRIC_P99_RISE) || mentions(e, METRIC_MISSING, METRIC_MISSING);
	if (scope == RULE_OF_MODEL)
		return metric_scopes(e) & METRIC_OF_VERSION;
	return !mentions(e, 0, METRIC_MISSING - 1) && !mentions(e, METRIC_MISSING + 1, METRIC_COUNT);
}

static bool
is_for_pairs(const struct rule *r)
{
	bool asks = false;

	return (r->scope == RULE_OF_MODEL || r->scope == RULE_OF_FEATURE) &&
	       text_is_for_pairs(&r->warn, r->has_warn, r->scope, &asks) &&
	       text_is_for_pairs(&r->crit, r->has_crit, r->scope, &asks) &&
	       text_is_for_pairs(&r->clear, r->has_clear, r->scope, &asks) && asks;
}

static void
know_needs(struct store *s)
{
	size_t i;

	for (i = 0; i < s->rules.n; i++) {
		const struct rule *r = &s->rules.list[i];

		s->needs[i] = (uint8_t)(needs_of(r, &r->warn, r->has_warn) | needs_of(r, &r->crit, r->has_crit) |
					needs_of(r, &r->clear, r->has_clear) |
					(is_for_pairs(r) ? NEED_PAIR : 0));
	}
	s->rules_generation++;
}

int
store_alerts_init(struct store *s, struct err *err)
{
	int rc = rules_init(&s->rules, err);

	know_needs(s);
	return rc;
}

static bool
still_holds(const struct store *s, const struct alert *al)
{
	size_t c;

	for (c = 0; c < s->rules.chains; c++) {
		const struct rule *first = &s->rules.list[s->rules.chain_first[c]];

		if (slice_is(al->key.rule, first->name))
			return rules_pick(&s->rules, c, al->key.model, al->key.version, al->key.feature) != NULL;
	}
	return false;
}

void
store_alerts_adopt(struct store *s, struct alert *al, uint32_t model)
{
	int64_t now = al->judged_ms;

	if (alerts_adopt(&s->alerts, al, model, NULL))
		return;
	if (!still_holds(s, al))
		alerts_end(&s->alerts, al, now);
	s->generation++;
}

void
store_alerts_rules(struct store *s, struct rules *rules)
{
	size_t i, fid;

	rules_release(&s->rules);
	s->rules = *rules;
	memset(rules, 0, sizeof(*rules));
	know_needs(s);
	for (i = s->alerts.n; i-- > 0;) {
		struct alert *al = s->alerts.list[i];
		int64_t now = al->model < s->nmodels ? s->models[al->model]->now_ms : s->now_ms;

		if (!still_holds(s, al))
			alerts_end(&s->alerts, al, now);
	}
	for (i = 0; i < s->nmodels; i++) { /* chains have other numbers now: look at each once */
		s->models[i]->judged_otherwise = true;
		s->models[i]->watched = UINT64_MAX;
		for (fid = 0; fid < s->models[i]->nfeatures; fid++)
			s->models[i]->features[fid].watched = UINT64_MAX;
	}
	s->generation++;
}

/* ---- which rules hold ------------------------------------------------------------------------ */

static uint16_t
pick(const struct rules *r, size_t chain, struct slice model, struct slice feature)
{
	const struct rule *rule = rules_pick(r, chain, model, slice_of(""), feature);

	return rule ? (uint16_t)(rule - r->list + 1) : 0;
}

static void
pick_all(const struct store *s, struct model *m)
{
	const struct rules *r = &s->rules;
	size_t c, fid;

	for (c = 0; c < r->chains; c++) {
		enum rule_scope scope = r->list[r->chain_first[c]].scope;

		m->picks[c] = scope == RULE_OF_MODEL ? pick(r, c, m->name, slice_of("")) : 0;
		for (fid = 0; fid < m->nfeatures; fid++)
			m->picks[(1 + fid) * r->chains + c] =
			    scope == RULE_OF_FEATURE ? pick(r, c, m->name, model_feature_name(m, fid)) : 0;
	}
}

/* False: no memory for them now. */
static bool
know_picks(const struct store *s, struct model *m)
{
	size_t need = (1 + m->nfeatures) * s->rules.chains;
	uint16_t *grown;

	if (m->npicks == need && m->picks_generation == s->rules_generation)
		return true;
	grown = mem_grow(m->picks, &m->picks_cap, need, sizeof(*grown));
	if (!grown)
		return false;
	m->picks = grown;
	m->npicks = need;
	m->picks_generation = s->rules_generation;
	pick_all(s, m);
	return true;
}

/* ---- one rule -------------------------------------------------------------------------------- */

/*
 * That the model's events are of; empty while two versions share the traffic. What shows in the sum of both is often
 * the canary's doing: whoever takes a version back by this must not take back the one that most events are of.
 */
static struct slice
only_version(const struct model *m)
{
	return m->versus || m->stable == VERSION_NONE ? slice_of("") : m->versions[m->stable].name;
}

static bool
is_trusted(const struct store *s, const struct model *m)
{
	size_t i;

	if (s->dropped)
		return false;
	for (i = 0; i < s->nsources && i < 64; i++) {
		const struct source_record *r = &s->sources[i];

		if (m && !(m->sources >> i & 1))
			continue;
		if (r->lost || r->fact.state == FEED_WAITING || r->fact.state == FEED_REFUSED ||
		    r->fact.state == FEED_FAILED)
			return false;
	}
	return true;
}

static bool
is_true(const struct expr *e, bool has, const struct metric_subject *subject)
{
	struct expr_subject es = {subject, metric_look_up, NULL, NULL};

	return has && expr_eval(e, &es) == EXPR_TRUE;
}

struct looked {
	struct store *s;
	struct model *m; /* NULL: of a source */
	const struct judge *j;
	int64_t now_ms;
	struct metric_subject subject;
	struct alert_key key; /* but for the rule */
};

/* known: there are rows enough. watched: the bits of chains that have an alert about this subject. */
static void
judge_rule(const struct looked *l, const struct rule *rule, size_t chain, bool known, uint64_t *watched)
{
	uint64_t bit = chain < WATCHED_BITS ? UINT64_C(1) << chain : 0;
	struct alert_sight sight = {.key = l->key, .model = l->m ? l->m->index : ALERT_NO_MODEL};
	char sentence[SIGHT_BYTES];

	sight.key.rule = slice_of(rule->name);
	sight.crit = known && is_true(&rule->crit, rule->has_crit, &l->subject);
	sight.warn = known && is_true(&rule->warn, rule->has_warn, &l->subject);
	sight.clear = rule->has_clear ? known && is_true(&rule->clear, true, &l->subject) : !sight.warn && !sight.crit;
	if (!sight.warn && !sight.crit && (!l->s->alerts.active || (bit && !(*watched & bit))))
		return;
	sight.warn_for_ms = rule->warn_for_ms;
	sight.crit_for_ms = rule->crit_for_ms;
	sight.clear_for_ms = rule->has_clear ? rule->clear_for_ms : CLEAR_FOR_MS;
	sight.join_ms = l->m && l->m->longest_gap_ms < ALERT_JOIN_MOST_MS ? JOIN_GAPS * l->m->longest_gap_ms
			: l->m						   ? ALERT_JOIN_MOST_MS
									   : 0;
	sight.history = l->j->history;
	sight.began_ms = ALERT_NEVER;
	if (sight.warn || sight.crit) {
		sight.trusted = is_trusted(l->s, l->m);
		sight.version = l->m ? only_version(l->m) : slice_of("");
		store_sight(l->s, l->m, rule, &l->subject, &sight, sentence);
	} else if (l->m && known) {
		const struct alert *al = alerts_firing(&l->s->alerts, &sight.key);

		if (al)
			store_sight_again(l->s, l->m, rule, &l->subject, al, &sight, sentence);
	}
	(void)alerts_see(&l->s->alerts, &sight, l->now_ms, NULL);
	l->s->generation++;
	if (alerts_watches(&l->s->alerts, &sight.key))
		*watched |= bit;
	else
		*watched &= ~bit;
}

/* ---- models ---------------------------------------------------------------------------------- */

struct model_looks {
	struct model_figures figures;
	enum window window;
	unsigned have; /* enum need */
	bool made;
};

static const struct model_figures *
model_look(const struct looked *l, const struct rule *rule, unsigned needs, struct model_looks *looks)
{
	needs &= NEED_LATENCY | NEED_MODEL;
	/* So few rows are unknown anyway. */
	if (looks->made && looks->window == rule->window && looks->figures.window_latency.count < rule->min_events)
		needs &= NEED_MODEL;
	if (!looks->made || looks->window != rule->window) {
		figures_model_brief(l->s, l->m->index, rule->window, &looks->figures);
		looks->have = 0;
		looks->window = rule->window;
		looks->made = true;
	}
	if (needs & ~looks->have & NEED_MODEL)
		figures_model(l->s, l->m->index, rule->window, &looks->figures);
	else if (needs & ~looks->have & NEED_LATENCY)
		figures_model_latency(l->s, l->m->index, &looks->figures);
	looks->have |= needs & NEED_MODEL ? NEED_MODEL | NEED_LATENCY : needs;
	return &looks->figures;
}

/* A sum over a day of labels: not at every pane, and not for a handful of new ones. NULL: no labels. */
static const struct quality_brief *
quality_look(const struct store *s, struct model *m)
{
	uint64_t labelled = m->quality ? m->quality->total.counts[QUALITY_LABELLED] : 0;
	int64_t slot = pane_floor(m->now_ms, QUALITY_LOOK_MS);
	struct quality_look *q = &m->quality_look;
	uint64_t more = q->brief.change.n / 100 + QUALITY_LOOK_MORE;

	if (!labelled)
		return NULL;
	if (!q->labelled || (slot != q->slot && labelled >= q->labelled + more)) {
		figures_quality_brief(s, m->index, &q->brief);
		q->labelled = labelled;
		q->slot = slot;
	}
	return &q->brief;
}

static void
judge_versions(struct looked *l, size_t chain, struct model_looks *looks)
{
	uint64_t watched = UINT64_MAX; /* there are few versions, and they change places */
	struct version_figures figures;
	size_t v;

	for (v = 0; v < l->m->nversions; v++) {
		const struct rule *rule;

		figures_version(l->s, l->m->index, v, &figures);
		rule = rules_pick(&l->s->rules, chain, l->m->name, figures.version, slice_of(""));
		if (!rule)
			continue;
		l->subject.model = model_look(l, rule, 0, looks);
		l->subject.version = &figures;
		l->key.version = figures.version;
		judge_rule(l, rule, chain, figures.events >= rule->min_events, &watched);
	}
	l->subject.version = NULL;
	l->key.version = slice_of("");
}

/* ---- stable and canary ----------------------------------------------------------------------- */

/* Alerts about one version need a key that is not the model's own. */
static struct slice
version_key(struct slice version)
{
	return version.n ? version : slice_of("(none)");
}

/* Those about a version that is no longer one of the two. */
static void
end_pair_alerts(struct store *s, const struct model *m)
{
	struct slice pair[2] = {slice_of(""), slice_of("")};
	size_t i;

	if (m->versus) {
		pair[0] = version_key(m->versions[m->stable].name);
		pair[1] = version_key(m->versions[m->canary].name);
	}
	for (i = s->alerts.n; s->alerts.active && i-- > 0;) {
		struct alert *al = s->alerts.list[i];
		size_t c = 0;

		if (al->model != m->index || al->to_ms != ALERT_NEVER || !al->key.version.n ||
		    slice_eq(al->key.version, pair[0]) || slice_eq(al->key.version, pair[1]))
			continue;
		while (c < s->rules.chains && !slice_is(al->key.rule, s->rules.list[s->rules.chain_first[c]].name))
			c++;
		if (c == s->rules.chains || s->rules.list[s->rules.chain_first[c]].scope != RULE_OF_VERSION)
			alerts_end(&s->alerts, al, m->now_ms);
	}
}

/* One version is judged for what it does worse than the other, beyond noise: what both do is the model's own alert. */
static void
judge_outcomes(struct looked *l, const struct rule *rule, size_t chain, unsigned needs, struct model_looks *looks)
{
	struct compare_pair errors, p99;
	uint64_t watched;
	int side;

	l->subject.model = model_look(l, rule, needs | NEED_LATENCY, looks);
	figures_pair_outcomes(l->m, rule->window, &errors, &p99);
	for (side = 0; side < VERSUS_SIDES; side++) {
		struct version_figures v;
		bool worse = ((needs & NEED_ERRORS) && figures_is_worse(&errors, side)) ||
			     ((needs & NEED_LATENCY) && figures_is_worse(&p99, side));

		figures_pair_version(l->m, side, rule->window, &v);
		l->subject.version = &v;
		l->key.version = version_key(v.version);
		watched = UINT64_MAX;
		judge_rule(l, rule, chain, worse && v.events >= COMPARE_EVENTS_MIN, &watched);
	}
	l->subject.version = NULL;
	l->key.version = slice_of("");
}

static void
judge_missing(
    struct looked *l, const struct rule *rule, size_t chain, size_t fid, const struct version_figures *versions)
{
	struct feature_figures f;
	struct compare_pair missing;
	uint64_t watched;
	int side;

	for (side = 0; side < VERSUS_SIDES; side++) {
		if (!figures_pair_missing(l->m, side, fid, rule->window, &f, &missing))
			return;
		l->subject.version = &versions[side];
		l->subject.feature = &f;
		l->key.version = version_key(versions[side].version);
		l->key.feature = f.name;
		watched = UINT64_MAX;
		judge_rule(l, rule, chain,
		    figures_is_worse(&missing, side) && f.count + f.missing >= COMPARE_EVENTS_MIN, &watched);
	}
}

static void
judge_pair(struct looked *l, struct model_looks *looks)
{
	const struct rules *r = &l->s->rules;
	struct version_figures versions[VERSUS_SIDES];
	struct looked columns = *l;
	size_t c, fid;

	end_pair_alerts(l->s, l->m);
	if (!l->m->versus)
		return;
	figures_pair_version(l->m, 0, WINDOW_5M, &versions[0]);
	figures_pair_version(l->m, 1, WINDOW_5M, &versions[1]);
	for (c = 0; c < r->chains; c++) {
		uint16_t at = l->m->picks[c];

		if (at && (l->s->needs[at - 1] & NEED_PAIR))
			judge_outcomes(l, &r->list[at - 1], c, l->s->needs[at - 1], looks);
		if (r->list[r->chain_first[c]].scope != RULE_OF_FEATURE)
			continue;
		for (fid = FID_INPUT; fid < l->m->nfeatures; fid++) {
			at = l->m->picks[(1 + fid) * r->chains + c];
			if (at && (l->s->needs[at - 1] & NEED_PAIR))
				judge_missing(&columns, &r->list[at - 1], c, fid, versions);
		}
	}
}

void
store_alerts_model(struct store *s, struct model *m, const struct judge *j)
{
	struct looked l = {.s = s, .m = m, .j = j, .now_ms = m->now_ms, .key = {.model = m->name}};
	struct model_looks looks = {.made = false};
	size_t c;

	if (!know_picks(s, m))
		return;
	for (c = 0; c < s->rules.chains; c++) {
		const struct rule *rule = m->picks[c] ? &s->rules.list[m->picks[c] - 1] : NULL;
		unsigned needs = rule ? s->needs[m->picks[c] - 1] : 0;

		if (s->rules.list[s->rules.chain_first[c]].scope == RULE_OF_VERSION)
			judge_versions(&l, c, &looks);
		if (!rule || ((needs & NEED_SILENCE) && !j->silence))
			continue;
		l.subject.model = model_look(&l, rule, needs, &looks);
		if (needs & NEED_QUALITY)
			l.subject.quality = quality_look(s, m);
		judge_rule(&l, rule, c,
		    (needs & NEED_LATENCY ? looks.figures.window_latency.count : looks.figures.window_events) >=
			rule->min_events,
		    &m->watched);
	}
	judge_pair(&l, &looks);
}

void
store_alerts_column(
    struct store *s, struct model *m, const struct judge *j, size_t fid, const struct feature_figures *figures)
{
	struct looked l = {.s = s, .m = m, .j = j, .now_ms = m->now_ms};
	const struct rules *r = &s->rules;
	struct feature_figures other;
	struct model_figures model;
	bool have_model = false;
	size_t c;

	l.key.model = m->name;
	l.key.feature = figures->name;
	if (!know_picks(s, m))
		return;
	for (c = 0; c < r->chains; c++) {
		uint16_t at = m->picks[(1 + fid) * r->chains + c];
		const struct rule *rule = at ? &r->list[at - 1] : NULL;

		if (!rule)
			continue;
		l.subject.feature = figures;
		if (s->needs[at - 1] & NEED_DISTANCES) {
			figures_feature(s, m->index, figures_index(m, fid), rule->window, &other);
			l.subject.feature = &other;
		} else if (rule->window != WINDOW_AUTO) {
			figures_column(s, m, fid, rule->window, &other);
			l.subject.feature = &other;
		}
		if (rule->from_config && !have_model) { /* it may speak of the model, too */
			figures_model(s, m->index, rule->window, &model);
			l.subject.model = &model;
			have_model = true;
		}
		judge_rule(&l, rule, c,
		    l.subject.feature->count + l.subject.feature->missing + l.subject.feature->nonfinite >=
			rule->min_events,
		    &m->features[fid].watched);
	}
}

/* ---- sources --------------------------------------------------------------------------------- */

static void
judge_source(struct store *s, size_t chain, const struct source_record *r)
{
	struct judge j = {.tick = true, .history = s->now_ms < s->options.start_ms || !s->history_done};
	struct looked l = {.s = s, .j = &j, .now_ms = s->now_ms, .key = {.source = r->fact.url}};
	const struct rule *rule = rules_pick(&s->rules, chain, slice_of(""), slice_of(""), slice_of(""));
	uint64_t watched = UINT64_MAX;
	size_t i;

	if (!rule)
		return;
	l.subject.source = &r->fact;
	if (!(s->needs[rule - s->rules.list] & NEED_STREAM)) {
		judge_rule(&l, rule, chain, true, &watched);
		return;
	}
	for (i = 0; i < r->nstreams; i++) {
		if (!r->streams[i].fact.key.n)
			continue;
		l.subject.stream = &r->streams[i].fact;
		l.key.feature = r->streams[i].fact.key; /* two streams of a source are two alerts */
		judge_rule(&l, rule, chain, r->streams[i].fact.events >= rule->min_events, &watched);
	}
}

void
store_alerts_sources(struct store *s)
{
	size_t c, i;

	if (s->now_ms == INT64_MIN)
		return;
	for (c = 0; c < s->rules.chains; c++) {
		if (s->rules.list[s->rules.chain_first[c]].scope != RULE_OF_SOURCE)
			continue;
		for (i = 0; i < s->nsources; i++)
			if (s->sources[i].fact.url.n)
				judge_source(s, c, &s->sources[i]);
	}
}
