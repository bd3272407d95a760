/*
 * What the demo raises: nothing while nothing is staged, and what is staged by its name, within its time, and one
 * incident a model. An hour is told to a store in a second or two, so that this needs no server and no waiting.
 *
 * The demo's baselines are of seven minutes: whatever fires here by chance would fire for whoever starts drifttop
 * beside a stream of his own for the first time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/figures.h"
#include "tests/lib_demo.h"
#include "tests/lib_often.h"
#include "tui/demo_fraud.h"

#define SEEDS OFTEN(3, 1)
#define QUIET_S 3600
#define LOUD_S 900
#define MODELS 4

static void
print_alert(const struct alert *al, double at_s)
{
	print_message("%.0f s: %s of %.*s %.*s: %.*s, %s%s\n", at_s, severity_names[al->severity], (int)al->key.model.n,
	    al->key.model.p, (int)al->key.feature.n, al->key.feature.p, (int)al->key.rule.n, al->key.rule.p,
	    al->sentence, al->provisional ? ", provisional" : "");
}

static void
a_demo_in_which_nothing_happens_raises_nothing_in_an_hour(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		struct lib_demo *d = lib_demo_watch_new(seed, true);
		const struct store *s = lib_demo_watch(d, QUIET_S);
		const struct alerts *a = store_alerts(s);
		size_t i;

		for (i = 0; i < a->n; i++)
			if (a->list[i]->fired_ms != ALERT_NEVER) {
				print_alert(a->list[i], lib_demo_watched_s(d));
				fail_msg("seed %llu", (unsigned long long)seed);
			}
		assert_int_equal(store_model_count(s), MODELS);
		for (i = 0; i < MODELS; i++) {
			struct model_figures f;

			figures_model_brief(s, i, WINDOW_AUTO, &f);
			assert_int_equal(f.severity, SEVERITY_OK);
		}
		lib_demo_watch_free(d);
	}
}

/* What the demo stages: from when on, what may be told of it, how bad at the most, and what must be, by when. */
struct staged {
	const char *model;
	double from_s;
	const char *rules; /* that may fire */
	enum severity most;
	const char *rule, *feature; /* that must */
	double by_s;
};

static const struct staged script[] = {
    {"birdstrike-damage", 6, "unseen drift missing", SEVERITY_WARN, "unseen", "Aircraft Make Model", 66},
    {"birdstrike-damage", 6, "quality", SEVERITY_CRIT, "quality", "", 666},
    {"card-fraud", DEMO_FRAUD_INCIDENT_S, "missing", SEVERITY_CRIT, "missing", "ip_risk", 55},
    {"card-fraud", DEMO_FRAUD_INCIDENT_S, "error_rate", SEVERITY_WARN, "error_rate", "", 85},
    {"card-fraud", DEMO_FRAUD_INCIDENT_S, "latency", SEVERITY_CRIT, "latency", "", 205},
    {"storm-wind", 90, "unseen drift missing quality", SEVERITY_WARN, "unseen", "name", 165},
    {"chicago-ridership", 180, "drift range latency quality", SEVERITY_WARN, "drift", "Clark_Lake", 290},
};

#define SCRIPT (sizeof(script) / sizeof(script[0]))

static const struct staged *
staged_for(const struct alert *al)
{
	char rule[40];
	size_t i;

	snprintf(rule, sizeof(rule), "%.*s", (int)al->key.rule.n, al->key.rule.p);
	for (i = 0; i < SCRIPT; i++)
		if (slice_is(al->key.model, script[i].model) && strstr(script[i].rules, rule))
			return &script[i];
	return NULL;
}

static void
check_fired(const struct alerts *a, double at_s, double *first_s)
{
	size_t i, k;

	for (i = 0; i < a->n; i++) {
		const struct alert *al = a->list[i];
		const struct staged *st = staged_for(al);

		if (al->state != ALERT_FIRING || al->provisional)
			continue;
		if (!st || at_s < st->from_s || al->severity > st->most) {
			print_alert(al, at_s);
			fail_msg("that is not staged, or not yet, or not so bad");
		}
		for (k = 0; k < SCRIPT; k++)
			if (slice_is(al->key.model, script[k].model) && slice_is(al->key.rule, script[k].rule) &&
			    slice_is(al->key.feature, script[k].feature) && !(first_s[k] > 0))
				first_s[k] = at_s;
	}
}

/* Of each model that has alerts the same one, but for what labels say: they are looked at every five minutes. */
static void
check_incidents(const struct store *s)
{
	const struct alerts *a = store_alerts(s);
	uint64_t incident[MODELS] = {0};
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct alert *al = a->list[i];

		if (al->state != ALERT_FIRING || al->provisional || slice_is(al->key.rule, "quality"))
			continue;
		assert_true(al->model < MODELS);
		if (incident[al->model] && incident[al->model] != al->incident) {
			print_alert(al, 0);
			fail_msg("is apart from what else this model has");
		}
		incident[al->model] = al->incident;
	}
}

static void
what_the_demo_stages_is_told_by_its_name_and_nothing_else(void **state)
{
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++) {
		struct lib_demo *d = lib_demo_watch_new(seed, false);
		double first_s[SCRIPT] = {0};
		const struct store *s = lib_demo_watch(d, 0);
		size_t k;

		while (lib_demo_watched_s(d) < LOUD_S) {
			check_fired(store_alerts(s), lib_demo_watched_s(d), first_s);
			check_incidents(s);
			s = lib_demo_watch(d, 1);
		}
		for (k = 0; k < SCRIPT; k++)
			if (!(first_s[k] > 0 && first_s[k] <= script[k].by_s))
				fail_msg("seed %llu: %s of %s: told after %.0f s, not by %.0f s",
				    (unsigned long long)seed, script[k].rule, script[k].model, first_s[k],
				    script[k].by_s);
		lib_demo_watch_free(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_demo_in_which_nothing_happens_raises_nothing_in_an_hour),
	    cmocka_unit_test(what_the_demo_stages_is_told_by_its_name_and_nothing_else),
	};

	return cmocka_run_group_tests_name("demo_alerts", tests, NULL, NULL);
}
