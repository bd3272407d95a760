#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/config.h"
#include "core/mem.h"
#include "core/metric.h"
#include "core/rule.h"
#include "tests/lib_alloc.h"

/* ---- metrics --------------------------------------------------------------------------------- */

/* Everything there is of one input, with figures inside every range. */
struct whole {
	struct model_figures model;
	struct version_figures version;
	struct feature_figures feature;
	struct fact_source source;
	struct fact_stream stream;
	struct raw_event event;
	struct quality_brief quality;
};

static struct whole *
whole_new(void)
{
	struct whole *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->model.name = slice_of("m");
	w->model.version = slice_of("2");
	w->model.window_events = w->model.rows = 1000;
	w->model.window_errors = 20;
	w->model.window_error_rate_frac = 0.02;
	w->model.baseline_error_rate_frac = 0.01;
	w->model.expected_rate_per_s = 10;
	w->model.rate_per_s = 5;
	w->model.stale_ms = 90000;
	w->model.longest_gap_ms = 30000;
	w->model.window_latency.p99 = 30;
	w->model.window_latency.baseline_p99 = 20;
	w->model.window_latency.baseline_count = 1000;
	w->version.version = slice_of("2");
	w->feature.name = slice_of("amount");
	w->feature.count = 1000;
	w->feature.distinct = 100;
	w->feature.std = 1;
	w->feature.drift.state = DRIFT_OK;
	w->feature.drift.evidence = 4;
	w->feature.drift.evidence_limit = 8;
	w->source.url = slice_of("redis://x");
	w->stream.key = slice_of("ml:x");
	w->event.version = slice_of("2");
	w->quality = (struct quality_brief){{.state = DRIFT_WATCH}, 500, 0.8, 0.7, 3, 0.9};
	w->event.prediction = slice_of("1");
	return w;
}

static struct metric_subject
all_of(const struct whole *w)
{
	return (struct metric_subject){&w->model, &w->version, &w->feature, &w->source, &w->stream, &w->event,
	    &w->quality, NULL};
}

static void
every_metric_keeps_what_its_row_says(void **state)
{
	static const struct alert alert = {.key = {.rule = {"latency", 7}}};
	struct whole *w = whole_new();
	size_t i, k;

	(void)state;
	for (i = 0; i < METRIC_COUNT; i++) {
		const struct metric_row *r = &metric_rows[i];
		const struct metric_subject none = {0};
		struct metric_subject all = all_of(w);
		struct expr_value v = {.number = NAN, .rank = NAN}, empty = v;

		if (!r->name.name)
			fail_msg("row %zu has no name", i);
		assert_int_equal(metric_find(slice_of(r->name.name)), i);
		assert_true(strlen(r->title) > 0 && strlen(r->about) > 0 && r->scopes != 0);
		assert_true(strspn(r->name.name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(r->name.name));
		for (k = 0; k < i; k++)
			assert_string_not_equal(r->name.name, metric_rows[k].name.name);
		/* A word that reads as a number would hide that number. */
		for (k = 0; k < r->name.nwords; k++)
			assert_true(r->name.words[k][0] >= 'a' && r->name.words[k][0] <= 'z');
		metric_look_up(&none, i, &empty);
		if (!isnan(empty.number) || !isnan(empty.rank) || empty.text.p)
			fail_msg("%s is known of nothing", r->name.name);
		/* Of a version only what is counted for each version is known. */
		all.version = r->scopes & METRIC_OF_VERSION ? all.version : NULL;
		if (r->scopes == METRIC_OF_ALERT)
			all = (struct metric_subject){.alert = &alert};
		metric_look_up(&all, i, &v);
		if (isnan(v.number) && isnan(v.rank) && !v.text.p)
			fail_msg("%s is not known of a subject that has everything", r->name.name);
		assert_true((r->name.unit == EXPR_TEXT) == (v.text.p != NULL));
		assert_true(isnan(v.rank) || (v.rank >= 0 && v.rank < (double)r->name.nwords));
		assert_true(isnan(v.number) || (v.number >= r->lo && v.number <= r->hi));
		assert_true(isnan(r->lo) == (r->name.unit == EXPR_TEXT || r->name.unit == EXPR_WORDS));
	}
	free(w);
}

static void
metrics_of_a_ratio_are_known_only_with_both_sides(void **state)
{
	struct whole *w = whole_new();
	struct metric_subject s = {.model = &w->model};

	(void)state;
	assert_true(metric_number(METRIC_P99_RATIO, &s) == 1.5 && metric_number(METRIC_P99_RISE, &s) == 10);
	assert_true(metric_number(METRIC_ERROR_RATIO, &s) == 2);
	assert_true(metric_number(METRIC_SILENCE_RATIO, &s) == 3);
	assert_true(metric_number(METRIC_TRAFFIC, &s) == 0.5);
	w->model.window_latency.baseline_count = 999;
	w->model.longest_gap_ms = 0;
	w->model.expected_rate_per_s = NAN;
	assert_true(isnan(metric_number(METRIC_P99_RATIO, &s)) && isnan(metric_number(METRIC_P99_RISE, &s)));
	assert_true(isnan(metric_number(METRIC_SILENCE_RATIO, &s)) && isnan(metric_number(METRIC_TRAFFIC, &s)));
	/* Failures may page before there is a baseline. */
	w->model.baseline_error_rate_frac = NAN;
	assert_true(isinf(metric_number(METRIC_ERROR_RATIO, &s)));
	w->model.window_error_rate_frac = 0;
	assert_true(metric_number(METRIC_ERROR_RATIO, &s) == 0);
	free(w);
}

static double
rank_of(enum metric_id id, const struct metric_subject *s)
{
	struct expr_value v = {.number = NAN, .rank = NAN};

	metric_look_up(s, id, &v);
	return v.rank;
}

static void
one_value_alone_is_constant_from_500_rows_where_the_baseline_had_ten(void **state)
{
	struct whole *w = whole_new();
	struct metric_subject s = {.feature = &w->feature};

	(void)state;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 0);
	w->feature.std = 0;
	w->feature.largest_share_frac = 1;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 1);
	/* It was so by nature in more than nine of ten rows, or the baseline's bulk lies in a step or two of sums. */
	w->feature.largest_share_was_frac = 0.91;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 0);
	w->feature.largest_share_was_frac = 0.9;
	w->feature.coarse = true;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 0);
	w->feature.single_values = true;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 1);
	w->feature.unseen_rate_frac = 0.1;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 0);
	w->feature.coarse = w->feature.single_values = false;
	w->feature.distinct = 9;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 0);
	w->feature.distinct = 10;
	w->feature.count = 499;
	assert_true(isnan(rank_of(METRIC_CONSTANT, &s)));
	w->feature.count = 500;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 1);
	w->feature.std = NAN;
	assert_true(isnan(rank_of(METRIC_CONSTANT, &s)));
	w->feature.type = FEATURE_CATEGORICAL;
	w->feature.largest_share_frac = 1;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 1);
	w->feature.largest_share_frac = 0.998;
	assert_true(rank_of(METRIC_CONSTANT, &s) == 0);
	free(w);
}

/* ---- defaults -------------------------------------------------------------------------------- */

static const struct rule *
default_rule(const struct rules *r, const char *name)
{
	const struct rule *rule = rules_parent(r, slice_of(name));

	assert_non_null(rule);
	return rule;
}

static enum severity
severity_of(const struct rule *rule, const struct metric_subject *m)
{
	const struct expr_subject s = {m, metric_look_up, NULL, NULL};

	if (rule->has_crit && expr_eval(&rule->crit, &s) == EXPR_TRUE)
		return SEVERITY_CRIT;
	return rule->has_warn && expr_eval(&rule->warn, &s) == EXPR_TRUE ? SEVERITY_WARN : SEVERITY_OK;
}

static void
the_defaults_fail_at_1_and_5_percent_and_2_and_3_times_with_20_failures(void **state)
{
	struct rules r;
	struct whole *w = whole_new();
	struct metric_subject s = {.model = &w->model};
	const struct rule *rule;

	(void)state;
	assert_int_equal(rules_init(&r, NULL), 0);
	rule = default_rule(&r, "error_rate");
	assert_int_equal(rule->window, WINDOW_5M);
	assert_int_equal(rule->warn_for_ms, 0);
	w->model.baseline_error_rate_frac = 0.005;
	w->model.window_error_rate_frac = 0.01;
	w->model.window_errors = 20;
	assert_int_equal(severity_of(rule, &s), SEVERITY_WARN);
	w->model.window_errors = 19;
	assert_int_equal(severity_of(rule, &s), SEVERITY_OK);
	w->model.window_errors = 20;
	w->model.window_error_rate_frac = 0.0099;
	assert_int_equal(severity_of(rule, &s), SEVERITY_OK);
	w->model.window_error_rate_frac = 0.05;
	w->model.baseline_error_rate_frac = 0.0166;
	assert_int_equal(severity_of(rule, &s), SEVERITY_CRIT);
	w->model.baseline_error_rate_frac = 0.02;
	assert_int_equal(severity_of(rule, &s), SEVERITY_WARN);
	w->model.baseline_error_rate_frac = 0.03;
	assert_int_equal(severity_of(rule, &s), SEVERITY_OK);
	free(w);
	rules_release(&r);
}

static void
the_defaults_of_latency_traffic_and_silence_are_those_documented(void **state)
{
	struct rules r;
	struct whole *w = whole_new();
	struct metric_subject s = {.model = &w->model};
	const struct rule *rule;

	(void)state;
	assert_int_equal(rules_init(&r, NULL), 0);
	rule = default_rule(&r, "latency");
	assert_true(rule->warn_for_ms == 120000 && rule->crit_for_ms == 120000 && rule->min_events == 1000);
	assert_int_equal(severity_of(rule, &s), SEVERITY_WARN); /* 30 after 20 ms */
	w->model.window_latency.p99 = 50;
	assert_int_equal(severity_of(rule, &s), SEVERITY_CRIT);
	w->model.window_latency.baseline_p99 = 1;
	w->model.window_latency.p99 = 5.9;
	assert_int_equal(severity_of(rule, &s), SEVERITY_OK); /* less than 5 ms more */
	rule = default_rule(&r, "traffic");
	assert_true(rule->warn_for_ms == 600000 && rule->crit_for_ms == 600000);
	assert_int_equal(severity_of(rule, &s), SEVERITY_OK); /* half of it is not under half */
	w->model.rate_per_s = 4.9;
	assert_int_equal(severity_of(rule, &s), SEVERITY_WARN);
	w->model.rate_per_s = 1.9;
	assert_int_equal(severity_of(rule, &s), SEVERITY_CRIT);
	rule = default_rule(&r, "silence");
	assert_int_equal(severity_of(rule, &s), SEVERITY_WARN);
	w->model.stale_ms = 180000;
	assert_int_equal(severity_of(rule, &s), SEVERITY_CRIT);
	w->model.longest_gap_ms = 1000;
	w->model.stale_ms = 59999;
	assert_int_equal(severity_of(rule, &s), SEVERITY_OK); /* 60 s at least */
	w->model.longest_gap_ms = 3600000;
	w->model.stale_ms = 3 * 3600000 - 1;
	assert_int_equal(severity_of(rule, &s), SEVERITY_OK); /* an hourly batch is no alarm */
	free(w);
	rules_release(&r);
}

static void
the_defaults_of_inputs_follow_their_verdicts_and_the_evidence(void **state)
{
	struct rules r;
	struct whole *w = whole_new();
	struct metric_subject s = {.feature = &w->feature};
	struct drift_figures *d = &w->feature.drift;

	(void)state;
	assert_int_equal(rules_init(&r, NULL), 0);
	d->causes = CAUSE_MISSING | CAUSE_UNSEEN | CAUSE_RANGE | CAUSE_SIZE;
	d->state = DRIFT_WATCH;
	assert_int_equal(severity_of(default_rule(&r, "missing"), &s), SEVERITY_WARN);
	assert_int_equal(severity_of(default_rule(&r, "unseen"), &s), SEVERITY_WARN);
	assert_int_equal(severity_of(default_rule(&r, "range"), &s), SEVERITY_WARN);
	d->drift_causes = d->causes;
	d->state = DRIFT_DRIFT;
	assert_int_equal(severity_of(default_rule(&r, "missing"), &s), SEVERITY_CRIT);
	assert_int_equal(severity_of(default_rule(&r, "unseen"), &s), SEVERITY_CRIT);
	assert_int_equal(severity_of(default_rule(&r, "range"), &s), SEVERITY_CRIT);
	d->evidence = NAN;
	assert_int_equal(severity_of(default_rule(&r, "drift"), &s), SEVERITY_WARN); /* size alone is no crit */
	d->causes = d->drift_causes = 0;
	assert_int_equal(severity_of(default_rule(&r, "drift"), &s), SEVERITY_OK);
	d->evidence = 4;
	assert_int_equal(severity_of(default_rule(&r, "drift"), &s), SEVERITY_WARN); /* half */
	d->evidence = 8;
	assert_int_equal(severity_of(default_rule(&r, "drift"), &s), SEVERITY_WARN); /* too small an effect */
	d->alarm = true;
	assert_int_equal(severity_of(default_rule(&r, "drift"), &s), SEVERITY_CRIT);
	d->evidence = 4; /* it keeps until it clears */
	assert_int_equal(severity_of(default_rule(&r, "drift"), &s), SEVERITY_CRIT);
	w->feature.std = 0;
	w->feature.largest_share_frac = 1;
	assert_int_equal(severity_of(default_rule(&r, "constant"), &s), SEVERITY_CRIT);
	free(w);
	rules_release(&r);
}

static void
every_default_and_every_preset_is_a_rule_that_can_be_added(void **state)
{
	struct rules r;
	struct err err = {0};
	size_t i;

	(void)state;
	if (rules_init(&r, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(r.n, rule_default_count);
	assert_int_equal(r.chains, rule_default_count);
	for (i = 0; i < rule_default_count; i++) {
		assert_true(strlen(rule_defaults[i].about) > 0);
		assert_true(rule_defaults[i].warn || rule_defaults[i].crit);
	}
	for (i = 0; i < rule_drift_preset_count; i++) {
		if (rules_set_drift(&r, &rule_drift_presets[i], &err))
			fail_msg("%s: %s", rule_drift_presets[i].name, err.msg);
	}
	assert_string_equal(default_rule(&r, "drift")->warn.text, "js > 0.1");
	assert_false(default_rule(&r, "drift")->has_crit);
	assert_true(metric_needs_distances(&default_rule(&r, "drift")->warn));
	assert_false(metric_needs_distances(&default_rule(&r, "missing")->warn));
	rules_release(&r);
}

/* ---- chains ---------------------------------------------------------------------------------- */

static char *
dup(const char *s)
{
	return s ? mem_dup(s, strlen(s)) : NULL;
}

/* A rule as a configuration makes it; NULL: not said. */
static int
add(struct rules *r, const char *name, const char *model, const char *feature, const char *warn, const char *crit,
    enum rule_scope scope, struct err *err)
{
	struct rule *rule = calloc(1, sizeof(*rule));
	int rc = 0;

	rule->scope = scope;
	rule->name = dup(name);
	rule->model = dup(model);
	rule->feature = dup(feature);
	rule->has_warn = warn != NULL;
	rule->has_crit = crit != NULL;
	rule->off = !warn && !crit;
	if (warn)
		rc = rule_parse(&rule->warn, slice_of(warn), NULL, err);
	if (!rc && crit)
		rc = rule_parse(&rule->crit, slice_of(crit), NULL, err);
	if (!rc)
		rc = rules_add_take(r, rule, err);
	rule_release(rule);
	free(rule);
	return rc;
}

static const char *
crit_of(const struct rules *r, size_t chain, const char *model, const char *feature)
{
	const struct rule *rule = rules_pick(r, chain, slice_of(model), slice_of(""), slice_of(feature));

	return rule ? rule->crit.text : NULL;
}

static void
of_a_chain_the_last_rule_that_matches_holds(void **state)
{
	struct rules r;
	size_t chain = 1; /* latency is the second default */

	(void)state;
	assert_int_equal(rules_init(&r, NULL), 0);
	assert_string_equal(r.list[r.chain_first[chain]].name, "latency");
	assert_int_equal(add(&r, "latency", "fraud*", NULL, NULL, "p99 > 250ms", RULE_OF_MODEL, NULL), 0);
	assert_int_equal(add(&r, "latency", "fraud-test", NULL, NULL, NULL, RULE_OF_MODEL, NULL), 0);
	assert_int_equal(add(&r, "amount", NULL, "amount*", NULL, "psi > 1", RULE_OF_FEATURE, NULL), 0);
	assert_int_equal(r.chains, rule_default_count + 1);
	assert_string_equal(crit_of(&r, chain, "churn", ""), rule_defaults[chain].crit);
	assert_string_equal(crit_of(&r, chain, "fraud-eu", ""), "p99 > 250ms");
	assert_null(crit_of(&r, chain, "fraud-test", ""));
	assert_string_equal(crit_of(&r, rule_default_count, "x", "amount_eur"), "psi > 1");
	assert_null(crit_of(&r, rule_default_count, "x", "age"));
	/* What a rule of the name takes over is the default, not what is said of some models. */
	assert_string_equal(rules_parent(&r, slice_of("latency"))->crit.text, rule_defaults[chain].crit);
	assert_null(rules_parent(&r, slice_of("nothing")));
	rules_release(&r);
}

static void
a_rule_that_cannot_be_judged_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *name, *model, *feature, *warn, *crit;
		enum rule_scope scope;
		const char *says;
	} rows[] = {
	    {"slow", NULL, NULL, "p99 > 500ms", "p99 > 250ms", RULE_OF_MODEL,
		"warn: 'p99 > 500ms' is beyond the limit of crit, 250ms"},
	    {"slow", NULL, NULL, "drift >= drift", "drift >= watch", RULE_OF_MODEL, "beyond the limit of crit, watch"},
	    {"slow", NULL, NULL, "lag > 5s", NULL, RULE_OF_MODEL, "warn: 'lag' is not known of a model"},
	    {"slow", NULL, NULL, NULL, "p99 > 5s and lag > 5s", RULE_OF_SOURCE, "crit: 'p99' is not known of a source"},
	    {"slow", NULL, "amount", "p99 > 5s", NULL, RULE_OF_MODEL, "feature: this is a rule of each model"},
	    {"latency", NULL, NULL, "psi > 1", NULL, RULE_OF_FEATURE, "'latency' is a rule of each model"},
	    {"feed", "m", NULL, "feed = down", NULL, RULE_OF_SOURCE, "model: this is a rule of each source"},
	    {"a b", NULL, NULL, "p99 > 5s", NULL, RULE_OF_MODEL, "name: 'a b' must be letters"},
	    {"", NULL, NULL, "p99 > 5s", NULL, RULE_OF_MODEL, "name: '' must be letters"},
	};
	struct rules r;
	size_t i;

	(void)state;
	assert_int_equal(rules_init(&r, NULL), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = {0};
		int rc = add(&r, rows[i].name, rows[i].model, rows[i].feature, rows[i].warn, rows[i].crit,
		    rows[i].scope, &err);

		if (rc != ERR_INVALID || !strstr(err.msg, rows[i].says))
			fail_msg("%s: %d %s", rows[i].says, rc, err.msg);
		assert_int_equal(r.n, rule_default_count);
	}
	rules_release(&r);
}

static void
more_rules_than_the_limit_are_refused(void **state)
{
	struct rules r;
	struct err err = {0};
	char name[16];
	size_t i;

	(void)state;
	assert_int_equal(rules_init(&r, NULL), 0);
	for (i = r.n; i < RULE_MAX; i++) {
		snprintf(name, sizeof(name), "r%zu", i);
		assert_int_equal(add(&r, name, NULL, NULL, "p99 > 5s", NULL, RULE_OF_MODEL, &err), 0);
	}
	assert_int_equal(add(&r, "over", NULL, NULL, "p99 > 5s", NULL, RULE_OF_MODEL, &err), ERR_LIMIT);
	rules_release(&r);
}

static int
init_config(void *ctx, struct err *err)
{
	struct config c;
	int rc = config_init(&c, err);

	(void)ctx;
	config_release(&c);
	return rc;
}

static void
no_allocation_of_the_defaults_can_fail_unseen(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(init_config, NULL) > 2 * rule_default_count);
}

static void
of_several_entries_about_a_feature_the_later_wins_key_by_key(void **state)
{
	char all[] = "*", fraud[] = "fraud", amount[] = "amount*", yes[] = "yes";
	struct config_feature features[] = {
	    {.model = all, .feature = all, .watch = 0.2, .drift = 0.4},
	    {.model = fraud, .feature = amount, .has_role = true, .role = FROLE_ID, .watch = NAN, .drift = 0.5},
	    {.model = fraud, .feature = all, .has_mask = true, .mask = true, .watch = 0.3, .drift = NAN},
	};
	struct config_model models[] = {{all, yes}, {fraud, NULL}};
	const struct config c = {.features = features, .nfeatures = 3, .models = models, .nmodels = 2};
	struct config_feature f = config_feature_of(&c, slice_of("fraud"), slice_of("amount_eur"));

	(void)state;
	assert_true(f.has_role && f.role == FROLE_ID && f.has_mask && f.mask && f.watch == 0.3 && f.drift == 0.5);
	f = config_feature_of(&c, slice_of("churn"), slice_of("amount"));
	assert_true(!f.has_role && !f.has_mask && f.watch == 0.2 && f.drift == 0.4);
	f = config_feature_of(NULL, slice_of("churn"), slice_of("amount"));
	assert_true(!f.has_role && isnan(f.watch) && isnan(f.drift));
	assert_string_equal(config_model_of(&c, slice_of("fraud")).positive, "yes");
	assert_null(config_model_of(NULL, slice_of("fraud")).positive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_metric_keeps_what_its_row_says),
	    cmocka_unit_test(metrics_of_a_ratio_are_known_only_with_both_sides),
	    cmocka_unit_test(one_value_alone_is_constant_from_500_rows_where_the_baseline_had_ten),
	    cmocka_unit_test(the_defaults_fail_at_1_and_5_percent_and_2_and_3_times_with_20_failures),
	    cmocka_unit_test(the_defaults_of_latency_traffic_and_silence_are_those_documented),
	    cmocka_unit_test(the_defaults_of_inputs_follow_their_verdicts_and_the_evidence),
	    cmocka_unit_test(every_default_and_every_preset_is_a_rule_that_can_be_added),
	    cmocka_unit_test(of_a_chain_the_last_rule_that_matches_holds),
	    cmocka_unit_test(a_rule_that_cannot_be_judged_is_refused_with_its_reason),
	    cmocka_unit_test(more_rules_than_the_limit_are_refused),
	    cmocka_unit_test(no_allocation_of_the_defaults_can_fail_unseen),
	    cmocka_unit_test(of_several_entries_about_a_feature_the_later_wins_key_by_key),
	};

	return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
