/* Playing a recording: at every step it is what was live, however one gets there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/config_text.h"
#include "collectors/player.h"
#include "core/alert.h"
#include "core/config.h"
#include "core/figures.h"
#include "core/model.h"
#include "core/rule_bytes.h"
#include "core/state_hash.h"
#include "tests/lib_recording.h"
#include "tests/lib_rng.h"
#include "tests/lib_tmp.h"

#define MINUTES 45
#define MINUTE	60000
#define STATES	4096

struct state {
	int64_t time_ms;
	uint64_t hash, changes;
};

static struct lib_recording small;
static struct state live[STATES]; /* by rising time: at each step or key */
static size_t nlive;
static char dir[256], path[300];

static void
note_state(void *ctx, const struct store *s, enum frame_type type, int64_t time_ms)
{
	(void)ctx;
	(void)type;
	if (nlive && live[nlive - 1].time_ms == time_ms)
		nlive--;
	assert_in_range(nlive, 0, STATES - 1);
	live[nlive++] = (struct state){time_ms, state_hash(s, NULL), store_alerts(s)->changes};
}

static int
make_small(void **state)
{
	struct recording_head head = lib_recording_head();

	(void)state;
	lib_recording_init(&small, &head);
	lib_recording_fleet(&small, MINUTES, note_state, NULL);
	lib_tmp_make(dir, sizeof(dir), "player");
	snprintf(path, sizeof(path), "%s/a.dtr", dir);
	lib_recording_save(small.out.p, small.out.n, path);
	return 0;
}

static int
remove_small(void **state)
{
	(void)state;
	lib_recording_release(&small);
	lib_tmp_remove(dir);
	return 0;
}

static struct player *
open_player(struct recording **r, struct config *config, bool what_if)
{
	struct player *p = NULL;
	struct err err = {0};

	if (recording_open(r, path, &err) || player_open(&p, *r, config, what_if, &err))
		fail_msg("%s", err.msg);
	return p;
}

static void
close_player(struct player *p, struct recording *r)
{
	player_close(p);
	recording_close(r);
}

static const struct state *
live_at(int64_t time_ms)
{
	size_t i = nlive;

	while (i > 1 && live[i - 1].time_ms > time_ms)
		i--;
	return &live[i - 1];
}

static void
assert_is_live(const struct player *p, int64_t time_ms)
{
	const struct state *s = live_at(time_ms);

	assert_int_equal(player_time_ms(p), s->time_ms);
	if (state_hash(player_store(p), NULL) != s->hash)
		fail_msg("at %lld s it is not what it was", (long long)(time_ms - LIB_RECORDING_BEGIN) / 1000);
	assert_int_equal(store_alerts(player_store(p))->changes, s->changes);
	assert_int_equal(player_gaps(p), 0);
}

static void
wherever_one_jumps_it_is_what_was_live(void **state)
{
	struct recording *r;
	struct player *p = open_player(&r, NULL, false);
	uint64_t seed = 5;
	int i;

	(void)state;
	assert_is_live(p, LIB_RECORDING_BEGIN);
	for (i = 0; i < 100; i++) {
		int64_t at = LIB_RECORDING_BEGIN - MINUTE + (int64_t)rng_below(&seed, (MINUTES + 2) * MINUTE);

		assert_int_equal(player_seek(p, at, NULL), 0);
		assert_is_live(p, at);
	}
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	assert_is_live(p, INT64_MAX);
	assert_true(player_at_end(p));
	assert_int_equal(player_seek(p, INT64_MIN, NULL), 0);
	assert_is_live(p, INT64_MIN);
	assert_false(player_at_end(p));
	close_player(p, r);
}

static void
steps_lead_from_each_state_to_the_next_and_back(void **state)
{
	struct recording *r;
	struct player *p = open_player(&r, NULL, false);
	size_t i;

	(void)state;
	for (i = 1; i < nlive; i++) {
		assert_int_equal(player_step(p, 1, NULL), 0);
		assert_is_live(p, live[i].time_ms);
	}
	assert_true(player_at_end(p));
	assert_int_equal(player_step(p, 3, NULL), 0);
	assert_is_live(p, live[nlive - 1].time_ms);
	for (i = nlive - 1; i > nlive - 200; i -= 7) {
		assert_is_live(p, live[i].time_ms);
		assert_int_equal(player_step(p, -7, NULL), 0);
	}
	assert_int_equal(player_step(p, -100000, NULL), 0);
	assert_is_live(p, LIB_RECORDING_BEGIN);
	close_player(p, r);
}

static void
raw_events_near_the_time_come_along(void **state)
{
	struct recording *r;
	struct player *p = open_player(&r, NULL, false);
	int64_t at = LIB_RECORDING_BEGIN + 31 * MINUTE;
	struct raw_event ev;

	(void)state;
	for (; at < LIB_RECORDING_BEGIN + 40 * MINUTE; at += 3 * MINUTE) {
		uint64_t seq = UINT64_MAX;
		size_t n = 0;

		assert_int_equal(player_seek(p, at, NULL), 0);
		while (store_raw_before(player_store(p), SIZE_MAX, seq, &ev)) {
			assert_in_range(ev.arrival_ms, LIB_RECORDING_BEGIN + 20 * MINUTE, at);
			assert_true(n || ev.arrival_ms > at - 20000); /* one each quarter of a minute is kept */
			seq = ev.seq;
			n++;
		}
		assert_true(n >= 30);
	}
	close_player(p, r);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static void
damage_ends_at_the_next_key(void **state)
{
	char *copy = malloc(small.out.n);
	int64_t bad, key = LIB_RECORDING_BEGIN + 20 * MINUTE;
	struct recording *r;
	struct player *p;
	size_t step;

	(void)state;
	assert_non_null(copy);
	memcpy(copy, small.out.p, small.out.n);
	p = open_player(&r, NULL, false);
	step = recording_last(r, FRAME_STEP, LIB_RECORDING_BEGIN + 15 * MINUTE);
	bad = recording_frame(r, step)->frame.time_ms;
	copy[recording_frame(r, step)->frame.at + FRAME_BYTES + 5] ^= 4;
	close_player(p, r);
	lib_recording_save(copy, small.out.n, path);
	p = open_player(&r, NULL, false);
	assert_int_equal(player_seek(p, bad - 1, NULL), 0);
	assert_is_live(p, bad - 1);
	assert_int_equal(player_step(p, 1, NULL), 0);
	assert_int_equal(player_gaps(p), 1);
	assert_int_equal(player_step(p, 10, NULL), 0);
	assert_int_equal(player_gaps(p), 1);
	while (player_time_ms(p) <= key + MINUTE)
		assert_int_equal(player_step(p, 1, NULL), 0);
	assert_is_live(p, player_time_ms(p));
	assert_int_equal(recording_damages(r), 1);
	close_player(p, r);
	lib_recording_save(small.out.p, small.out.n, path);
	free(copy);
}

static void
behind_a_damaged_key_an_earlier_one_is_played_on(void **state)
{
	char *copy = malloc(small.out.n);
	int64_t at = LIB_RECORDING_BEGIN + 32 * MINUTE;
	struct recording *r;
	struct player *p;
	size_t key;

	(void)state;
	assert_non_null(copy);
	memcpy(copy, small.out.p, small.out.n);
	p = open_player(&r, NULL, false);
	key = recording_last(r, FRAME_KEY, at);
	copy[recording_frame(r, key + 1)->frame.at + FRAME_BYTES + 5] ^= 4; /* of its first model */
	close_player(p, r);
	lib_recording_save(copy, small.out.n, path);
	p = open_player(&r, NULL, false);
	assert_int_equal(player_seek(p, at, NULL), 0);
	assert_is_live(p, at);
	close_player(p, r);
	lib_recording_save(small.out.p, small.out.n, path);
	free(copy);
}

static void
of_two_recordings_in_one_file_each_is_played(void **state)
{
	char *twice = malloc(2 * small.out.n);
	struct recording *r;
	struct player *p;
	size_t half, end;

	(void)state;
	assert_non_null(twice);
	memcpy(twice, small.out.p, small.out.n);
	memcpy(twice + small.out.n, small.out.p, small.out.n);
	lib_recording_save(twice, 2 * small.out.n, path);
	p = open_player(&r, NULL, false);
	assert_int_equal(recording_damages(r), 0);
	half = recording_count(r) / 2;
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	assert_true(player_frame(p) > half);
	assert_is_live(p, INT64_MAX);
	/* Played over the seam. */
	end = recording_before(r, FRAME_STEP, half);
	assert_int_equal(player_seek(p, INT64_MIN, NULL), 0);
	while (player_frame(p) < end)
		assert_int_equal(player_step(p, 10, NULL), 0);
	while (player_frame(p) < half + 200)
		assert_int_equal(player_step(p, 1, NULL), 0);
	assert_is_live(p, player_time_ms(p));
	close_player(p, r);
	lib_recording_save(small.out.p, small.out.n, path);
	free(twice);
}

#define BUDGET 50.0

static double budgets[STATES]; /* beside live */

static void
note_budget(void *ctx, const struct store *s, enum frame_type type, int64_t time_ms)
{
	note_state(ctx, s, type, time_ms);
	budgets[nlive - 1] = store_budget(s);
}

static void
assert_budget(struct player *p, int64_t at)
{
	double was = budgets[live_at(at) - live];

	assert_int_equal(player_seek(p, at, NULL), 0);
	assert_is_live(p, at);
	assert_true(store_budget(player_store(p)) >= was && store_budget(player_store(p)) <= was);
}

static void
a_budget_holds_from_the_moment_at_which_it_was_said(void **state)
{
	struct recording_head head = lib_recording_head();
	int64_t said = LIB_RECORDING_BEGIN + MINUTES * MINUTE * 2 / 5;
	struct lib_recording w;
	struct recording *r;
	struct player *p;
	struct config config;
	uint64_t seed = 11;

	(void)state;
	nlive = 0;
	lib_recording_init(&w, &head);
	w.budget = BUDGET;
	lib_recording_fleet(&w, MINUTES, note_budget, NULL);
	lib_recording_save(w.out.p, w.out.n, path);
	lib_recording_release(&w);
	p = open_player(&r, NULL, false);
	assert_budget(p, said - MINUTE);
	assert_false(store_budget_told(player_store(p)));
	assert_budget(p, said + MINUTE);
	assert_true(store_budget_told(player_store(p)));
	/* From keys behind it, and back before it. */
	for (int i = 0; i < 40; i++)
		assert_budget(p, LIB_RECORDING_BEGIN + (int64_t)rng_below(&seed, MINUTES * MINUTE));
	assert_budget(p, INT64_MAX);
	assert_true(store_budget(player_store(p)) >= BUDGET);
	close_player(p, r);
	/* Who asks what another one would have raised means all of the time. */
	assert_int_equal(config_init(&config, NULL), 0);
	config.budget_per_week = 3;
	p = open_player(&r, &config, true);
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	assert_true(store_budget(player_store(p)) >= 3 && store_budget(player_store(p)) <= 3);
	close_player(p, r);
	config_release(&config);
}

static void
what_is_no_budget_is_refused(void **state)
{
	static const double wrong[] = {0, -1, NAN, INFINITY, FACT_BUDGET_MAX + 1};
	const struct store_options none = {0};
	struct fact f = {.kind = FACT_BUDGET};
	struct store *s = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(store_new(&s, &none, NULL), 0);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		f.u.budget = wrong[i];
		assert_int_equal(store_apply(s, &f, &err), ERR_INVALID);
	}
	assert_true(store_budget(s) <= 1 && store_budget(s) >= 1);
	store_free(s);
}

#define OTHER_RULES \
	"{\"rules\": [{\"name\": \"latency\", \"crit\": \"p99 > 4ms\", \"warn\": null, \"min_events\": 10}," \
	"{\"name\": \"missing\", \"off\": true}]}"

static bool rules_told[STATES]; /* beside live */

static void
note_rules(void *ctx, const struct store *s, enum frame_type type, int64_t time_ms)
{
	note_state(ctx, s, type, time_ms);
	rules_told[nlive - 1] = store_rules_told(s);
}

static void
assert_rules(struct player *p, int64_t at, const struct rules *before, const struct rules *behind)
{
	bool told = rules_told[live_at(at) - live];

	assert_int_equal(player_seek(p, at, NULL), 0);
	assert_is_live(p, at);
	assert_int_equal(store_rules_told(player_store(p)), told);
	assert_true(rules_same(store_rules(player_store(p)), told ? behind : before));
}

/* Of the rule: alerts that are not over yet. */
static size_t
open_alerts(const struct player *p, const char *rule)
{
	const struct alerts *all = store_alerts(player_store(p));
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += slice_is(all->list[i]->key.rule, rule) && all->list[i]->to_ms == ALERT_NEVER;
	return n;
}

/* Within the trouble: what is off from then on ends, and what has no other limits goes on. */
static void
rules_hold_from_the_moment_at_which_they_were_said(void **state)
{
	struct recording_head head = lib_recording_head();
	int64_t said = LIB_RECORDING_BEGIN + MINUTES * MINUTE * 2 / 5;
	struct config before, other;
	struct lib_recording w;
	struct recording *r;
	struct player *p;
	struct err why = {0};
	uint64_t seed = 12, changes;

	(void)state;
	assert_int_equal(config_init(&before, NULL), 0);
	assert_int_equal(config_text_parse(&other, slice_of(OTHER_RULES), &why, NULL), 0);
	assert_string_equal(why.msg, "");
	nlive = 0;
	lib_recording_init(&w, &head);
	w.rules = &other.rules;
	lib_recording_fleet(&w, MINUTES, note_rules, NULL);
	lib_recording_save(w.out.p, w.out.n, path);
	lib_recording_release(&w);
	p = open_player(&r, NULL, false);
	assert_rules(p, said - 1000, &before.rules, &other.rules);
	assert_false(store_rules_told(player_store(p)));
	assert_true(open_alerts(p, "missing") > 0);
	assert_rules(p, said + MINUTE, &before.rules, &other.rules);
	assert_true(store_rules_told(player_store(p)));
	assert_int_equal(open_alerts(p, "missing"), 0);
	assert_true(open_alerts(p, "latency") > 0);
	for (int i = 0; i < 40; i++)
		assert_rules(p, LIB_RECORDING_BEGIN + (int64_t)rng_below(&seed, MINUTES * MINUTE), &before.rules,
		    &other.rules);
	assert_rules(p, INT64_MAX, &before.rules, &other.rules);
	changes = store_alerts(player_store(p))->changes;
	close_player(p, r);
	/* Another budget leaves them as they were told; other rules are asked about for all of the time. */
	before.budget_per_week = 3;
	p = open_player(&r, &before, true);
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	assert_true(rules_same(store_rules(player_store(p)), &other.rules));
	assert_int_equal(store_alerts(player_store(p))->changes, changes);
	close_player(p, r);
	rules_release(&before.rules);
	p = open_player(&r, &before, true);
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	assert_int_equal(store_alerts(player_store(p))->changes, 0);
	close_player(p, r);
	config_release(&before);
	config_release(&other);
}

static size_t levels_told[STATES]; /* beside live */

static void
note_levels(void *ctx, const struct store *s, enum frame_type type, int64_t time_ms)
{
	note_state(ctx, s, type, time_ms);
	levels_told[nlive - 1] = store_levels_count(s);
}

static void
assert_levels(struct player *p, int64_t at)
{
	size_t told = levels_told[live_at(at) - live];

	assert_int_equal(player_seek(p, at, NULL), 0);
	assert_is_live(p, at);
	assert_int_equal(store_levels_count(player_store(p)), told);
}

static struct drift_figures
amount_of_fraud(const struct player *p)
{
	const struct store *s = player_store(p);
	size_t model = store_model_find(s, slice_of("fraud"))->index;
	struct feature_figures f;

	figures_feature_brief(s, model, figures_feature_find(s, model, slice_of("amount")), WINDOW_5M, &f);
	return f.drift;
}

static size_t
keys_behind(const struct recording *r, int64_t ms)
{
	size_t n = 0;

	for (size_t i = recording_behind(r, FRAME_KEY, SIZE_MAX); i != SIZE_MAX; i = recording_behind(r, FRAME_KEY, i))
		n += recording_frame(r, i)->frame.time_ms > ms;
	return n;
}

/*
 * Within the trouble, alone and with a budget and rules that were told with them. From each key on: a state hash has
 * what was told in it, and each column's levels.
 */
static void
levels_hold_from_the_moment_at_which_they_were_said(void **state)
{
	static const struct fact_levels said[] = {{{"fraud", 5}, {"amount", 6}, 6, 7},
	    {{"fraud", 5}, {"country", 7}, 0, 0.5}, {{"nobody", 6}, {"nothing", 7}, 0.01, 0}};
	struct recording_head head = lib_recording_head();
	int64_t at = LIB_RECORDING_BEGIN + MINUTES * MINUTE * 2 / 5;
	struct config other;
	struct err why = {0};
	uint64_t seed = 13;

	(void)state;
	assert_int_equal(config_text_parse(&other, slice_of(OTHER_RULES), &why, NULL), 0);
	for (int with = 0; with < 2; with++) {
		struct lib_recording w;
		struct recording *r;
		struct player *p;

		nlive = 0;
		lib_recording_init(&w, &head);
		w.levels = said;
		w.nlevels = sizeof said / sizeof *said;
		w.rules = with ? &other.rules : NULL;
		w.budget = with ? BUDGET : 0;
		lib_recording_fleet(&w, MINUTES, note_levels, NULL);
		lib_recording_save(w.out.p, w.out.n, path);
		lib_recording_release(&w);
		p = open_player(&r, NULL, false);
		assert_true(keys_behind(r, at) >= 2);
		assert_levels(p, at - 1000);
		assert_int_equal(store_levels_count(player_store(p)), 0);
		assert_true(amount_of_fraud(p).psi_drift < 6);
		assert_levels(p, at + MINUTE);
		assert_int_equal(store_levels_count(player_store(p)), w.nlevels);
		assert_true(slice_is(store_levels_told(player_store(p), 2)->model, "nobody"));
		assert_true(amount_of_fraud(p).psi_watch == 6 && amount_of_fraud(p).psi_drift == 7);
		for (int i = 0; i < 40; i++)
			assert_levels(p, LIB_RECORDING_BEGIN + (int64_t)rng_below(&seed, MINUTES * MINUTE));
		for (size_t i = recording_behind(r, FRAME_KEY, SIZE_MAX); i != SIZE_MAX;
		     i = recording_behind(r, FRAME_KEY, i))
			assert_levels(p, recording_frame(r, i)->frame.time_ms + 5000);
		assert_levels(p, INT64_MAX);
		assert_int_equal(store_rules_told(player_store(p)), with);
		assert_int_equal(store_budget_told(player_store(p)), with);
		close_player(p, r);
	}
	config_release(&other);
}

/* What other rules would have raised is asked of what was said, too. */
static void
other_rules_are_judged_by_the_levels_that_were_said(void **state)
{
	static const struct fact_levels said = {{"fraud", 5}, {"amount", 6}, 6, 7};
	static const char text[] =
	    "{\"rules\": [{\"name\": \"big\", \"feature\": \"amount\", \"warn\": \"size >= watch\"}]}";
	struct recording_head head = lib_recording_head();
	int64_t at = LIB_RECORDING_BEGIN + MINUTES * MINUTE * 2 / 5;
	struct config config;
	struct err why = {0};
	size_t firing[2];

	(void)state;
	assert_int_equal(config_text_parse(&config, slice_of(text), &why, NULL), 0);
	for (int with = 0; with < 2; with++) {
		struct lib_recording w;
		struct recording *r;
		struct player *p;

		nlive = 0;
		lib_recording_init(&w, &head);
		w.levels = with ? &said : NULL;
		w.nlevels = with;
		lib_recording_fleet(&w, MINUTES, note_levels, NULL);
		lib_recording_save(w.out.p, w.out.n, path);
		lib_recording_release(&w);
		p = open_player(&r, &config, true);
		assert_int_equal(player_seek(p, at - 1000, NULL), 0);
		assert_int_equal(open_alerts(p, "big"), 2);
		/* It clears when it has been so for a while, and the trouble lasts longer. */
		assert_int_equal(player_seek(p, LIB_RECORDING_BEGIN + MINUTES * MINUTE / 2 - 5000, NULL), 0);
		firing[with] = open_alerts(p, "big");
		close_player(p, r);
	}
	/* That of the other model goes on. */
	assert_int_equal(firing[0], 2);
	assert_int_equal(firing[1], 1);
	config_release(&config);
}

/* ---- what if --------------------------------------------------------------------------------- */

static void
the_same_rules_raise_the_same_alerts_anew(void **state)
{
	struct recording *r;
	struct config config;
	struct player *p;

	(void)state;
	assert_int_equal(config_init(&config, NULL), 0);
	p = open_player(&r, &config, true);
	assert_int_equal(player_seek(p, LIB_RECORDING_BEGIN + 30 * MINUTE, NULL), 0);
	assert_is_live(p, LIB_RECORDING_BEGIN + 30 * MINUTE);
	assert_int_equal(player_seek(p, LIB_RECORDING_BEGIN + 17 * MINUTE, NULL), 0);
	assert_is_live(p, LIB_RECORDING_BEGIN + 17 * MINUTE);
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	assert_is_live(p, INT64_MAX);
	close_player(p, r);
	config_release(&config);
}

static void
without_rules_nothing_fires(void **state)
{
	struct recording *r;
	struct config config;
	struct player *p;

	(void)state;
	assert_int_equal(config_init(&config, NULL), 0);
	rules_release(&config.rules);
	memset(&config.rules, 0, sizeof(config.rules));
	p = open_player(&r, &config, true);
	assert_int_equal(player_seek(p, INT64_MAX, NULL), 0);
	assert_int_equal(store_alerts(player_store(p))->changes, 0);
	assert_true(live[nlive - 1].changes > 0);
	close_player(p, r);
	config_release(&config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wherever_one_jumps_it_is_what_was_live),
		cmocka_unit_test(steps_lead_from_each_state_to_the_next_and_back),
		cmocka_unit_test(raw_events_near_the_time_come_along),
		cmocka_unit_test(damage_ends_at_the_next_key),
		cmocka_unit_test(behind_a_damaged_key_an_earlier_one_is_played_on),
		cmocka_unit_test(of_two_recordings_in_one_file_each_is_played),
		cmocka_unit_test(the_same_rules_raise_the_same_alerts_anew),
		cmocka_unit_test(without_rules_nothing_fires),
		cmocka_unit_test(what_is_no_budget_is_refused),
		cmocka_unit_test(a_budget_holds_from_the_moment_at_which_it_was_said), /* last: of another recording */
		cmocka_unit_test(rules_hold_from_the_moment_at_which_they_were_said), /* likewise */
		cmocka_unit_test(levels_hold_from_the_moment_at_which_they_were_said), /* likewise */
		cmocka_unit_test(other_rules_are_judged_by_the_levels_that_were_said), /* likewise */
	};

	return cmocka_run_group_tests(tests, make_small, remove_small);
}
