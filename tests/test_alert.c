/* The life cycle of alerts: as a table, and against a model that looks at the whole past each time. */
#include "core/alert.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

#define S 1000
#define M (60 * S)
#define H (60 * M)

static struct alert_sight
sight_of(const char *model, const char *feature, bool warn, bool crit)
{
	struct alert_key key = {.rule = slice_of("rule"), .model = slice_of(model), .feature = slice_of(feature)};
	struct alert_sight s = {.key = key,
	    .model = (uint32_t)model[0],
	    .warn = warn,
	    .crit = crit,
	    .clear = !warn && !crit,
	    .metric = "psi",
	    .value = 1,
	    .limit = 0.5,
	    .effect = 2,
	    .trusted = true,
	    .began_ms = ALERT_NEVER,
	    .version = slice_of("1"),
	    .sentence = slice_of("it moved")};

	return s;
}

static const struct alert *
newest(const struct alerts *a)
{
	return a->n ? a->list[a->n - 1] : NULL;
}

/* ---- the table ------------------------------------------------------------------------------- */

enum { NO, WARN, CRIT };

struct step {
	int64_t at;
	int is; /* NO, WARN, CRIT */
	size_t n; /* alerts kept then; 0: the table ends */
	enum alert_state state; /* of the newest */
	enum severity severity;
	unsigned raised;
};

struct row {
	const char *what;
	int64_t warn_for, crit_for, clear_for, join; /* join 0: an hour */
	struct step steps[12];
};

#define W SEVERITY_WARN
#define C SEVERITY_CRIT
#define END {0, 0, 0, ALERT_PENDING, SEVERITY_OK, 0}

static const struct row rows[] = {
    {"without `for` it fires at once, and clears at once", 0, 0, 0, 0,
	{{0, WARN, 1, ALERT_FIRING, W, 1}, {5 * S, NO, 1, ALERT_CLEARED, W, 1}, END}},
    {"it is pending until it has been true for as long as it must, to the millisecond", 2 * M, 0, 0, 0,
	{{0, WARN, 1, ALERT_PENDING, W, 0}, {2 * M - 1, WARN, 1, ALERT_PENDING, W, 0},
	    {2 * M, WARN, 1, ALERT_FIRING, W, 1}, END}},
    {"what stops before that has never been", 2 * M, 0, 0, 0,
	{{0, WARN, 1, ALERT_PENDING, W, 0}, {M, NO, SIZE_MAX, ALERT_PENDING, W, 0},
	    {90 * S, WARN, 1, ALERT_PENDING, W, 0}, {2 * M, WARN, 1, ALERT_PENDING, W, 0},
	    {90 * S + 2 * M, WARN, 1, ALERT_FIRING, W, 1}, END}},
    {"severity rises at once and falls with the hold of clearing", 0, 0, M, 0,
	{{0, WARN, 1, ALERT_FIRING, W, 1}, {5 * S, CRIT, 1, ALERT_FIRING, C, 1},
	    {10 * S, WARN, 1, ALERT_FIRING, C, 1}, {70 * S - 1, WARN, 1, ALERT_FIRING, C, 1},
	    {70 * S, WARN, 1, ALERT_FIRING, W, 1}, END}},
    {"a worse condition counts for the milder one, too", M, 2 * M, 0, 0,
	{{0, CRIT, 1, ALERT_PENDING, C, 0}, {M, CRIT, 1, ALERT_FIRING, W, 1}, {2 * M, CRIT, 1, ALERT_FIRING, C, 1},
	    END}},
    {"a flicker does not clear it", 0, 0, M, 0,
	{{0, WARN, 1, ALERT_FIRING, W, 1}, {5 * S, NO, 1, ALERT_FIRING, W, 1}, {10 * S, WARN, 1, ALERT_FIRING, W, 1},
	    {15 * S, NO, 1, ALERT_FIRING, W, 1}, {74 * S, NO, 1, ALERT_FIRING, W, 1},
	    {75 * S, NO, 1, ALERT_CLEARED, W, 1}, END}},
    {"raised within an hour it is the same alert, flapping", 0, 0, 0, 0,
	{{0, WARN, 1, ALERT_FIRING, W, 1}, {M, NO, 1, ALERT_CLEARED, W, 1}, {M + H, CRIT, 1, ALERT_FIRING, C, 2},
	    {M + H + S, NO, 1, ALERT_CLEARED, C, 2}, {2 * H, WARN, 1, ALERT_FIRING, W, 3}, END}},
    {"an hour and a millisecond later it is another one", 0, 0, 0, 0,
	{{0, WARN, 1, ALERT_FIRING, W, 1}, {M, NO, 1, ALERT_CLEARED, W, 1}, {M + H + 1, WARN, 2, ALERT_FIRING, W, 1},
	    END}},
    {"what begins to wait within the hour and fires after it is another one", 2 * M, 2 * M, 0, 0,
	{{0, WARN, 1, ALERT_PENDING, W, 0}, {2 * M, WARN, 1, ALERT_FIRING, W, 1}, {3 * M, NO, 1, ALERT_CLEARED, W, 1},
	    {2 * M + H, WARN, 1, ALERT_CLEARED, W, 1}, {4 * M + H, WARN, 2, ALERT_FIRING, W, 1}, END}},
    {"a daily batch that is bad again the next day but one is the same alert, and not after two days", 0, 0, 0, 48 * H,
	{{0, WARN, 1, ALERT_FIRING, W, 1}, {M, NO, 1, ALERT_CLEARED, W, 1}, {M + 48 * H, WARN, 1, ALERT_FIRING, W, 2},
	    {50 * H, NO, 1, ALERT_CLEARED, W, 2}, {98 * H + 1, WARN, 2, ALERT_FIRING, W, 1}, END}},
    {"no join is shorter than an hour", 0, 0, 0, S,
	{{0, WARN, 1, ALERT_FIRING, W, 1}, {M, NO, 1, ALERT_CLEARED, W, 1}, {M + H, WARN, 1, ALERT_FIRING, W, 2}, END}},
    {"nor longer than a week", 0, 0, 0, 400 * H,
	{{0, WARN, 1, ALERT_FIRING, W, 1}, {M, NO, 1, ALERT_CLEARED, W, 1},
	    {M + 168 * H + 1, WARN, 2, ALERT_FIRING, W, 1}, END}},
};

static void
the_life_cycle_is_as_the_table_says(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct alerts a;

		alerts_init(&a);
		for (k = 0; rows[i].steps[k].n; k++) {
			const struct step *st = &rows[i].steps[k];
			struct alert_sight s = sight_of("m", "f", st->is == WARN, st->is == CRIT);
			const struct alert *al;

			s.warn_for_ms = rows[i].warn_for;
			s.crit_for_ms = rows[i].crit_for;
			s.clear_for_ms = rows[i].clear_for;
			s.join_ms = rows[i].join;
			assert_int_equal(alerts_see(&a, &s, st->at, NULL), 0);
			al = newest(&a);
			if (st->n == SIZE_MAX ? a.n != 0 : a.n != st->n)
				fail_msg("%s: step %zu: %zu alerts", rows[i].what, k, a.n);
			if (!al)
				continue;
			if (al->state != st->state || al->severity != st->severity || al->raised != st->raised)
				fail_msg("%s: step %zu: %s %s, raised %u", rows[i].what, k,
				    alert_state_names[al->state], severity_names[al->severity], al->raised);
		}
		alerts_release(&a);
	}
}

/* ---- against the whole past ------------------------------------------------------------------ */

#define FUZZ_STEPS 400
#define FUZZ_KEYS  3

struct past {
	int64_t at[FUZZ_STEPS];
	int is[FUZZ_STEPS];
	size_t n;
	/* what follows */
	size_t made; /* alerts that have fired */
	bool firing;
	enum severity severity;
	unsigned raised;
	int64_t to_ms; /* of the last one */
	int64_t from_ms;
};

/* Since when it has been at least (or, with `below`, less than) that bad without a break; INT64_MAX: it is not. */
static int64_t
since(const struct past *p, int level, bool below, size_t first)
{
	int64_t at = INT64_MAX;
	size_t i;

	for (i = p->n; i-- > first && (p->is[i] >= level) != below;)
		at = p->at[i];
	return at;
}

static bool
held(int64_t since_ms, int64_t for_ms, int64_t now)
{
	return since_ms != INT64_MAX && now - since_ms >= for_ms;
}

static void
follow(struct past *p, int64_t warn_for, int64_t crit_for, int64_t clear_for, size_t *fired_at)
{
	int64_t now = p->at[p->n - 1];
	enum severity due = held(since(p, CRIT, false, 0), crit_for, now)   ? C
			    : held(since(p, WARN, false, 0), warn_for, now) ? W
									    : SEVERITY_OK;

	if (!p->firing) {
		if (!due)
			return;
		if (!p->made || now - p->to_ms > ALERT_JOIN_MS) {
			p->made++;
			p->raised = 0;
			p->from_ms = since(p, WARN, false, 0);
		}
		p->firing = true;
		p->raised++;
		p->severity = due;
		*fired_at = p->n;
		return;
	}
	if (held(since(p, WARN, true, *fired_at), clear_for, now)) {
		p->firing = false;
		p->to_ms = since(p, WARN, true, *fired_at);
		return;
	}
	if (due > p->severity)
		p->severity = due;
	else if (p->severity == C && p->is[p->n - 1] >= WARN && held(since(p, CRIT, true, *fired_at), clear_for, now))
		p->severity = W;
}

static void
random_sequences_end_as_the_whole_past_says(void **state)
{
	static const int64_t holds[] = {0, 5 * S, 60 * S, 10 * M};
	static struct past past[FUZZ_KEYS];
	static const char *const names[FUZZ_KEYS] = {"a", "b", "c"};
	uint64_t seed = 20251125, round;

	(void)state;
	for (round = 0; round < 300; round++) {
		int64_t warn_for = holds[rng_below(&seed, 4)], crit_for = holds[rng_below(&seed, 4)];
		int64_t clear_for = holds[rng_below(&seed, 4)], now = 0;
		size_t fired_at[FUZZ_KEYS] = {0}, i, k, made = 0;
		struct alerts a;

		alerts_init(&a);
		memset(past, 0, sizeof(past));
		for (i = 0; i < FUZZ_STEPS; i++) {
			/* Mostly a pane further, at times a quiet hour. */
			now += rng_below(&seed, 40) ? 5 * S : (int64_t)rng_below(&seed, 3 * H);
			for (k = 0; k < FUZZ_KEYS; k++) {
				struct past *p = &past[k];
				int is = p->n && rng_below(&seed, 8) ? p->is[p->n - 1] : (int)rng_below(&seed, 3);
				struct alert_sight s = sight_of("m", names[k], is == WARN, is == CRIT);

				s.warn_for_ms = warn_for;
				s.crit_for_ms = crit_for;
				s.clear_for_ms = clear_for;
				p->at[p->n] = now;
				p->is[p->n++] = is;
				follow(p, warn_for, crit_for, clear_for, &fired_at[k]);
				assert_int_equal(alerts_see(&a, &s, now, NULL), 0);
			}
			for (k = 0; k < FUZZ_KEYS; k++) {
				const struct alert *last = NULL;
				size_t at, firing = 0, count = 0;

				for (at = 0; at < a.n; at++) {
					if (!slice_is(a.list[at]->key.feature, names[k]) ||
					    a.list[at]->state == ALERT_PENDING)
						continue;
					last = a.list[at];
					count++;
					firing += last->state == ALERT_FIRING;
				}
				if (count != past[k].made || firing != past[k].firing ||
				    (last && (last->raised != past[k].raised || last->from_ms != past[k].from_ms ||
						 (firing && last->severity != past[k].severity) ||
						 (!firing && last->to_ms != past[k].to_ms))))
					fail_msg("round %d, step %zu, %s: %zu alerts, %zu firing, raised %u",
					    (int)round, i, names[k], count, firing, last ? last->raised : 0);
				made += past[k].made;
			}
		}
		assert_true(round > 0 || made > 0);
		alerts_release(&a);
	}
}

/* ---- what persons say ------------------------------------------------------------------------ */

static void
an_acknowledgement_lasts_until_it_is_raised_again(void **state)
{
	struct alert_sight on = sight_of("m", "f", true, false), off = sight_of("m", "f", false, false);
	struct alerts a;
	uint64_t id;

	(void)state;
	alerts_init(&a);
	assert_int_equal(alerts_acknowledge(&a, 7, slice_of("ada"), 0, NULL), ERR_NOT_FOUND);
	alerts_see(&a, &on, 0, NULL);
	id = newest(&a)->id;
	assert_int_equal(alerts_acknowledge(&a, id, slice_of("ada"), 99, NULL), 0);
	assert_string_equal(newest(&a)->acked_by, "ada");
	on.crit = true;
	alerts_see(&a, &on, S, NULL);
	assert_string_equal(newest(&a)->acked_by, "ada");
	alerts_see(&a, &off, M, NULL);
	assert_int_equal(alerts_acknowledge(&a, id, slice_of("ada"), 99, NULL), ERR_INVALID);
	alerts_see(&a, &on, 2 * M, NULL);
	assert_int_equal(newest(&a)->id, id);
	assert_string_equal(newest(&a)->acked_by, "");
	assert_int_equal(alerts_acknowledge(&a, id, slice_of("ada"), 99, NULL), 0);
	assert_int_equal(alerts_acknowledge(&a, id, slice_of(""), 99, NULL), 0);
	assert_string_equal(newest(&a)->acked_by, "");
	alerts_release(&a);
}

/* A warning that is silenced for an hour, then what happens. */
static enum alert_broken
silenced_then(const struct alert_sight *next, int64_t at)
{
	struct alert_sight on = sight_of("m", "f", true, false);
	enum alert_broken broken;
	struct alerts a;

	alerts_init(&a);
	alerts_see(&a, &on, 0, NULL);
	assert_int_equal(alerts_silence(&a, newest(&a)->id, H, slice_of("known"), slice_of("ada"), NULL), 0);
	alerts_see(&a, &on, S, NULL);
	assert_true(alert_silenced(newest(&a)));
	alerts_see(&a, next, at, NULL);
	broken = newest(&a)->broken;
	assert_int_equal(alert_silenced(newest(&a)), !broken);
	if (broken)
		assert_int_equal(a.changed[(a.changes - 1) % ALERT_CHANGES].kind,
		    broken == ALERT_BROKEN_SEVERITY ? ALERT_CHANGE_ROSE : ALERT_CHANGE_BROKEN);
	alerts_release(&a);
	return broken;
}

static void
a_silence_breaks_when_the_effect_doubles_the_severity_rises_or_another_cause_begins(void **state)
{
	struct alert_sight next = sight_of("m", "f", true, false);

	(void)state;
	next.effect = 3.999;
	assert_int_equal(silenced_then(&next, 2 * S), ALERT_UNBROKEN);
	next.effect = 4;
	assert_int_equal(silenced_then(&next, 2 * S), ALERT_BROKEN_EFFECT);
	next.effect = 2;
	next.cause = 9;
	assert_int_equal(silenced_then(&next, 2 * S), ALERT_BROKEN_CAUSE);
	next.cause = 0;
	next.crit = true;
	assert_int_equal(silenced_then(&next, 2 * S), ALERT_BROKEN_SEVERITY);
	next.crit_for_ms = M;
	assert_int_equal(silenced_then(&next, 2 * S), ALERT_UNBROKEN); /* it has not risen yet */
}

static void
a_silence_runs_out_ends_with_the_alert_or_outlives_it_as_was_said(void **state)
{
	struct alert_sight on = sight_of("m", "f", true, false), off = sight_of("m", "f", false, false);
	struct alerts a;

	(void)state;
	alerts_init(&a);
	alerts_see(&a, &on, 0, NULL);
	alerts_silence(&a, newest(&a)->id, 5 * H, slice_of(""), slice_of(""), NULL);
	alerts_tick(&a, 5 * H - 1);
	assert_true(alert_silenced(newest(&a)));
	alerts_see(&a, &off, M, NULL);
	assert_int_equal(
	    alerts_silence(&a, newest(&a)->id, ALERT_UNTIL_CLEAR, slice_of(""), slice_of(""), NULL), ERR_INVALID);
	alerts_see(&a, &on, 2 * H, NULL); /* a new alert about the same */
	assert_int_equal(a.n, 2);
	assert_true(alert_silenced(newest(&a)));
	alerts_tick(&a, 5 * H);
	assert_false(alert_silenced(newest(&a)));
	assert_int_equal(newest(&a)->broken, ALERT_UNBROKEN);
	alerts_silence(&a, newest(&a)->id, ALERT_UNTIL_CLEAR, slice_of(""), slice_of(""), NULL);
	alerts_tick(&a, 500 * (int64_t)H);
	assert_true(alert_silenced(newest(&a)));
	alerts_see(&a, &off, 2 * H + M, NULL);
	assert_false(alert_silenced(newest(&a)));
	alerts_see(&a, &on, 2 * H + 2 * M, NULL);
	assert_false(alert_silenced(newest(&a)));
	alerts_release(&a);
}

/* ---- incidents ------------------------------------------------------------------------------- */

static void
alerts_of_one_model_that_begin_together_are_one_incident_headed_by_the_largest(void **state)
{
	struct alert_sight x = sight_of("m", "x", true, false), y = sight_of("m", "y", true, false);
	struct alert_sight z = sight_of("m", "z", true, false), other = sight_of("n", "x", true, false);
	const struct alert *order[8];
	struct alerts a;

	(void)state;
	alerts_init(&a);
	y.effect = 7;
	alerts_see(&a, &x, 0, NULL);
	alerts_see(&a, &other, 0, NULL);
	alerts_see(&a, &y, ALERT_TOGETHER_MS, NULL);
	alerts_see(&a, &z, ALERT_TOGETHER_MS + 1, NULL);
	assert_int_equal(a.list[2]->incident, a.list[0]->id);
	assert_int_not_equal(a.list[1]->incident, a.list[0]->incident); /* another model */
	/* z began together with y, though not with x. */
	assert_int_equal(a.list[3]->incident, a.list[0]->id);
	assert_int_equal(alerts_in_incident(&a, a.list[0]->id), 3);
	assert_ptr_equal(alerts_head(&a, a.list[0]->id), a.list[2]);
	assert_int_equal(alerts_order(&a, order, 8), 4);
	assert_ptr_equal(order[0], a.list[2]);
	assert_int_equal(order[1]->incident, order[0]->incident);
	assert_int_equal(order[2]->incident, order[0]->incident);
	assert_ptr_equal(order[3], a.list[1]);
	y = sight_of("m", "w", true, false);
	y.version = slice_of("2");
	alerts_see(&a, &y, ALERT_TOGETHER_MS, NULL);
	assert_int_equal(newest(&a)->incident, newest(&a)->id); /* of another version */
	/* What may well be wrong is no part of it that is counted. */
	y = sight_of("m", "v", true, false);
	y.provisional = true;
	alerts_see(&a, &y, ALERT_TOGETHER_MS, NULL);
	assert_int_equal(newest(&a)->incident, a.list[0]->id);
	assert_int_equal(alerts_in_incident(&a, a.list[0]->id), 3);
	/* The model's, the other version's, the other model's; the last is silenced then. */
	assert_int_equal(alerts_count_incidents(&a, SEVERITY_WARN), 3);
	assert_int_equal(alerts_count_incidents(&a, SEVERITY_CRIT), 0);
	assert_int_equal(
	    alerts_silence(&a, a.list[1]->id, ALERT_UNTIL_CLEAR, slice_of("known"), slice_of("ada"), NULL), 0);
	assert_int_equal(alerts_count_incidents(&a, SEVERITY_WARN), 2);
	alerts_release(&a);
}

static void
the_same_feature_in_three_models_is_one_fleet_incident(void **state)
{
	static const char *const models[] = {"a", "b", "c", "d"};
	struct alerts a;
	size_t i;

	(void)state;
	alerts_init(&a);
	for (i = 0; i < 4; i++) {
		struct alert_sight s = sight_of(models[i], "amount", true, false);
		size_t k;

		alerts_see(&a, &s, (int64_t)i * M, NULL);
		for (k = 0; k <= i; k++)
			assert_int_equal(a.list[k]->fleet, i >= 2 ? a.list[0]->id : 0);
	}
	assert_int_equal(alerts_in_fleet(&a, a.list[0]->id), 4);
	alerts_release(&a);
	alerts_init(&a);
	for (i = 0; i < 3; i++) { /* not together */
		struct alert_sight s = sight_of(models[i], "amount", true, false);

		alerts_see(&a, &s, (int64_t)i * H, NULL);
	}
	assert_int_equal(newest(&a)->fleet, 0);
	alerts_release(&a);
}

static void
a_cleared_alert_says_how_bad_it_was_and_not_how_it_ended(void **state)
{
	struct alert_sight s = sight_of("m", "f", true, false), over = sight_of("m", "f", false, false);
	static const double effects[] = {1, 6, 1.1};
	struct alerts a;
	char text[32];
	size_t i;

	(void)state;
	alerts_init(&a);
	for (i = 0; i < 3; i++) { /* the window fills with the incident, and empties */
		snprintf(text, sizeof(text), "%.3g %% of requests fail", effects[i]);
		s.sentence = slice_of(text);
		s.effect = s.value = effects[i];
		alerts_see(&a, &s, (int64_t)i * M, NULL);
		assert_string_equal(newest(&a)->sentence, text); /* as it is now, while it fires */
	}
	alerts_see(&a, &over, 3 * M, NULL);
	assert_int_equal(newest(&a)->state, ALERT_CLEARED);
	assert_string_equal(newest(&a)->sentence, "6 % of requests fail");
	assert_true(newest(&a)->value == 6 && newest(&a)->effect == 6);

	/* A flicker that does not fire leaves that as it is; raised again, the worst of both times is told. */
	s.warn_for_ms = M;
	alerts_see(&a, &s, 4 * M, NULL);
	alerts_see(&a, &over, 4 * M + S, NULL);
	assert_string_equal(newest(&a)->sentence, "6 % of requests fail");
	s.warn_for_ms = 0;
	alerts_see(&a, &s, 5 * M, NULL);
	assert_string_equal(newest(&a)->sentence, "1.1 % of requests fail");
	alerts_see(&a, &over, 6 * M, NULL);
	assert_int_equal(newest(&a)->raised, 2);
	assert_string_equal(newest(&a)->sentence, "6 % of requests fail");
	alerts_release(&a);
}

/* ---- bounds and ids -------------------------------------------------------------------------- */

static void
what_is_kept_is_bounded_the_oldest_cleared_go_first_and_are_counted(void **state)
{
	struct alerts a;
	char name[16];
	size_t i;

	(void)state;
	alerts_init(&a);
	for (i = 0; i < ALERT_MAX; i++) {
		struct alert_sight s;

		snprintf(name, sizeof(name), "f%zu", i);
		s = sight_of("m", name, true, false);
		alerts_see(&a, &s, (int64_t)i * H, NULL);
		s = sight_of("m", name, false, false);
		if (i == 3 || i == 5)
			alerts_see(&a, &s, (int64_t)i * H + 1, NULL);
	}
	assert_int_equal(a.n, ALERT_MAX);
	for (i = 0; i < 3; i++) {
		struct alert_sight s;

		snprintf(name, sizeof(name), "new%zu", i);
		s = sight_of("m", name, true, false);
		assert_int_equal(alerts_see(&a, &s, (int64_t)ALERT_MAX * H, NULL), 0);
		assert_int_equal(a.n, ALERT_MAX);
		assert_int_equal(a.forgotten, i < 2 ? i + 1 : 2);
		assert_int_equal(a.refused, i < 2 ? 0 : 1);
	}
	for (i = 0; i < a.n; i++)
		assert_false(slice_is(a.list[i]->key.feature, "f3") || slice_is(a.list[i]->key.feature, "f5"));
	alerts_release(&a);
}

static void
ids_are_the_same_in_every_run_and_read_back(void **state)
{
	struct alert_sight s = sight_of("m", "f", true, false);
	char text[ALERT_ID_BYTES];
	struct alerts a, b;
	uint64_t id;

	(void)state;
	alerts_init(&a);
	alerts_init(&b);
	alerts_see(&a, &s, 12345, NULL);
	alerts_see(&b, &s, 12345, NULL);
	assert_int_equal(newest(&a)->id, newest(&b)->id);
	assert_true(alert_id_parse(slice_of(alert_id_text(newest(&a)->id, text)), &id));
	assert_int_equal(id, newest(&a)->id);
	assert_ptr_equal(alerts_find(&a, id), newest(&a));
	assert_false(alert_id_parse(slice_of("xyz"), &id));
	assert_false(alert_id_parse(slice_of("00000000000000g0"), &id));
	alerts_release(&a);
	alerts_release(&b);
	s.key.feature = slice_of("g");
	alerts_see(&a, &s, 12345, NULL);
	assert_int_not_equal(newest(&a)->id, id);
	alerts_release(&a);
}

static void
texts_are_cut_to_whole_characters_whatever_is_in_them(void **state)
{
	struct alert_sight s = sight_of("m", "f", true, false);
	char text[1001];
	struct alerts a;
	size_t i;

	(void)state;
	for (i = 0; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	text[1000] = '\0';
	s.sentence = s.version = slice_of(text);
	alerts_init(&a);
	alerts_see(&a, &s, 0, NULL);
	alerts_silence(&a, newest(&a)->id, H, slice_of(text), slice_of(text), NULL);
	assert_int_equal(strlen(newest(&a)->sentence) % 2, 0);
	assert_true(strlen(newest(&a)->sentence) > ALERT_SENTENCE_BYTES - 4);
	assert_int_equal(strlen(newest(&a)->version) % 2, 0);
	assert_int_equal(strlen(newest(&a)->silence_reason) % 2, 0);
	alerts_release(&a);
}

static int
live_a_life(void *ctx, struct err *err)
{
	static const int is[] = {WARN, CRIT, NO, WARN, NO};
	struct alerts a;
	size_t i;
	int rc = 0;

	(void)ctx;
	alerts_init(&a);
	for (i = 0; i < 5 && !rc; i++) {
		struct alert_sight s = sight_of("m", "f", is[i] == WARN, is[i] == CRIT);

		rc = alerts_see(&a, &s, (int64_t)i * 2 * H, err);
	}
	alerts_release(&a);
	return rc;
}

static void
without_memory_an_alert_is_seen_the_next_time(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(live_a_life, NULL) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_life_cycle_is_as_the_table_says),
	    cmocka_unit_test(random_sequences_end_as_the_whole_past_says),
	    cmocka_unit_test(an_acknowledgement_lasts_until_it_is_raised_again),
	    cmocka_unit_test(a_silence_breaks_when_the_effect_doubles_the_severity_rises_or_another_cause_begins),
	    cmocka_unit_test(a_silence_runs_out_ends_with_the_alert_or_outlives_it_as_was_said),
	    cmocka_unit_test(alerts_of_one_model_that_begin_together_are_one_incident_headed_by_the_largest),
	    cmocka_unit_test(the_same_feature_in_three_models_is_one_fleet_incident),
	    cmocka_unit_test(a_cleared_alert_says_how_bad_it_was_and_not_how_it_ended),
	    cmocka_unit_test(what_is_kept_is_bounded_the_oldest_cleared_go_first_and_are_counted),
	    cmocka_unit_test(ids_are_the_same_in_every_run_and_read_back),
	    cmocka_unit_test(texts_are_cut_to_whole_characters_whatever_is_in_them),
	    cmocka_unit_test(without_memory_an_alert_is_seen_the_next_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
