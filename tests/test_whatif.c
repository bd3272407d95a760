/* What if: a change to a recording's rules gives the alerts that the same events would have raised by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_desk.h"
#include "tests/lib_recording.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/key.h"
#include "tui/replay.h"
#include "tui/ui.h"
#include "tui/whatif.h"

#define MINUTE INT64_C(60000)
#define BEGIN LIB_RECORDING_BEGIN
#define END (BEGIN + 60 * MINUTE)

static struct desk_film film;

static int
record_fleet(void **state)
{
	(void)state;
	desk_film_open(&film, "whatif", 60);
	return 0;
}

static int
remove_fleet(void **state)
{
	(void)state;
	desk_film_close(&film);
	return 0;
}

static void
run(struct whatif *w, const char *change)
{
	struct err err = {0};

	memset(w, 0, sizeof(*w));
	if (whatif_run(w, film.rec, change, BEGIN, END, &err))
		fail_msg("%s: %s", change, err.msg);
}

static void
rules_that_are_the_same_raise_the_same_alerts_at_the_same_times(void **state)
{
	struct whatif w;
	char buf[48];
	size_t i;

	(void)state;
	/* Never true, so that nothing is changed. */
	run(&w, "rows > 1000000000");
	assert_true(w.n > 4);
	assert_int_equal(w.both, w.n);
	for (i = 0; i < w.n; i++)
		assert_string_equal(whatif_difference(&w.rows[i], buf, sizeof(buf)), "as it was");
	whatif_release(&w);
}

static void
a_rule_that_is_off_would_not_have_fired(void **state)
{
	struct whatif w;
	size_t i, latency = 0;

	(void)state;
	run(&w, "latency off");
	for (i = 0; i < w.n; i++) {
		bool is = slice_is(w.rows[i].rule, "latency");

		latency += is;
		assert_true(w.rows[i].in[WHATIF_RECORDED]);
		assert_int_equal(w.rows[i].in[WHATIF_CHANGED], !is);
	}
	assert_true(latency > 0);
	assert_int_equal(w.only[WHATIF_RECORDED], latency);
	assert_int_equal(w.only[WHATIF_CHANGED], 0);
	whatif_release(&w);
}

static void
an_expression_alone_is_one_rule_more(void **state)
{
	struct whatif w;
	size_t i;

	(void)state;
	run(&w, "psi > 0.3 and rows > 300");
	assert_true(w.only[WHATIF_CHANGED] > 0);
	assert_int_equal(w.only[WHATIF_RECORDED], 0);
	for (i = 0; i < w.n; i++) {
		const struct whatif_row *r = &w.rows[i];

		assert_int_equal(slice_is(r->rule, WHATIF_RULE), !r->in[WHATIF_RECORDED]);
		/* The trouble is between a third and a half of the hour; windows see it five minutes longer. */
		if (slice_is(r->rule, WHATIF_RULE))
			assert_in_range(r->fired_ms[WHATIF_CHANGED], BEGIN + 20 * MINUTE, BEGIN + 35 * MINUTE);
	}
	whatif_release(&w);
}

static void
a_shorter_wait_fires_earlier_and_a_longer_one_later(void **state)
{
	static const char *const changes[] = {"latency crit p99 > 15ms for 1m", "latency crit p99 > 15ms for 5m"};
	struct whatif w[2];
	char buf[48];
	size_t i, k;

	(void)state;
	for (k = 0; k < 2; k++)
		run(&w[k], changes[k]);
	assert_int_equal(w[0].n, w[1].n);
	for (i = 0; i < w[0].n; i++) {
		const struct whatif_row *a = &w[0].rows[i];

		if (!slice_is(a->rule, "latency") || !slice_is(a->model, "fraud"))
			continue;
		assert_true(a->fired_ms[WHATIF_CHANGED] < a->fired_ms[WHATIF_RECORDED]);
		assert_non_null(strstr(whatif_difference(a, buf, sizeof(buf)), " earlier"));
	}
	for (k = 0; k < 2; k++)
		whatif_release(&w[k]);
}

static void
wrong(const char *change, const char *part)
{
	struct whatif w = {0};
	struct err err = {0};

	assert_int_equal(whatif_run(&w, film.rec, change, BEGIN, END, &err), ERR_USAGE);
	if (!strstr(err.msg, part) || strstr(err.msg, "line 1"))
		fail_msg("%s: %s", change, err.msg);
	whatif_release(&w);
}

static void
what_cannot_be_changed_is_one_sentence(void **state)
{
	(void)state;
	wrong("p09 > 3", "did you mean 'p90'?");
	wrong("lateny off", "did you mean 'latency'?");
	wrong("alarms_per_week", "takes a number");
	wrong("alarms_per_week -1", "takes a number");
	wrong("alarms_per_week 5 or so", "takes a number");
	wrong("psi >", "what-if: ");
	wrong("", "what-if: ");
	wrong("\"}],\"actions\":[{\"run\":[\"touch\",\"x\"]}],\"x\":[{\"y\":\"", "what-if: ");
}

static void
the_budget_is_what_evidence_is_held_against(void **state)
{
	struct whatif few, many;
	size_t i;

	(void)state;
	run(&few, "alarms_per_week 0.01");
	run(&many, "alarms_per_week 100");
	assert_true(few.n > 0);
	/* Who allows more is never told later. */
	for (i = 0; i < few.n && i < many.n; i++) {
		const struct whatif_row *a = &few.rows[i], *b = &many.rows[i];

		if (slice_eq(a->rule, b->rule) && slice_eq(a->model, b->model) && slice_eq(a->feature, b->feature) &&
		    a->in[WHATIF_CHANGED] && b->in[WHATIF_CHANGED])
			if (b->fired_ms[WHATIF_CHANGED] > a->fired_ms[WHATIF_CHANGED])
				fail_msg("%.*s %.*s %.*s: %lld, %lld s", (int)a->rule.n, a->rule.p, (int)a->model.n,
				    a->model.p, (int)a->feature.n, a->feature.p,
				    (long long)(a->fired_ms[1] - BEGIN) / 1000,
				    (long long)(b->fired_ms[1] - BEGIN) / 1000);
	}
	assert_true(many.n >= few.n - few.only[WHATIF_RECORDED]);
	whatif_release(&few);
	whatif_release(&many);
}

/* ---- two lists ------------------------------------------------------------------------------- */

static void
see(struct alerts *a, const char *rule, int64_t from_minute, int64_t to_minute)
{
	struct alert_sight sight = {.key = {.rule = slice_of(rule), .model = slice_of("m")},
	    .crit = true,
	    .trusted = true,
	    .began_ms = ALERT_NEVER,
	    .sentence = slice_of("x")};

	assert_int_equal(alerts_see(a, &sight, BEGIN + from_minute * MINUTE, NULL), 0);
	sight.crit = false;
	sight.clear = true;
	if (to_minute)
		assert_int_equal(alerts_see(a, &sight, BEGIN + to_minute * MINUTE, NULL), 0);
}

static void
alerts_are_the_same_where_they_are_about_the_same_and_near_in_time(void **state)
{
	struct alerts *was = calloc(1, sizeof(*was)), *is = calloc(1, sizeof(*is));
	struct whatif w = {0};
	char buf[48];

	(void)state;
	alerts_init(was);
	alerts_init(is);
	see(was, "a", 10, 20);
	see(is, "a", 30, 40); /* within the hour */
	see(was, "b", 10, 20);
	see(is, "b", 100, 110); /* another one */
	see(was, "c", 10, 0);
	see(is, "c", 100, 0); /* while that one still fires */
	see(was, "old", -100, -90);
	assert_int_equal(whatif_compare(&w, was, is, BEGIN, BEGIN + 120 * MINUTE, NULL), 0);
	assert_int_equal(w.n, 4);
	assert_int_equal(w.both, 2);
	assert_int_equal(w.only[WHATIF_RECORDED], 1);
	assert_int_equal(w.only[WHATIF_CHANGED], 1);
	assert_string_equal(whatif_difference(&w.rows[0], buf, sizeof(buf)), "20m later");
	whatif_release(&w);
	alerts_release(was);
	alerts_release(is);
	free(was);
	free(is);
}

static int
compare_some(void *ctx, struct err *err)
{
	struct alerts **lists = ctx;
	struct whatif w = {0};
	int rc = whatif_compare(&w, lists[0], lists[1], BEGIN, BEGIN + 120 * MINUTE, err);

	whatif_release(&w);
	return rc;
}

static void
without_memory_it_is_an_error_or_a_text_less(void **state)
{
	struct alerts *lists[2] = {calloc(1, sizeof(*lists[0])), calloc(1, sizeof(*lists[0]))};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++)
		alerts_init(lists[i]);
	see(lists[0], "a", 10, 20);
	see(lists[1], "b", 10, 20);
	assert_true(alloc_survive_each(compare_some, lists) > 0);
	for (i = 0; i < 2; i++) {
		alerts_release(lists[i]);
		free(lists[i]);
	}
}

static void
the_command_tells_it_in_every_format(void **state)
{
	static const char *const formats[] = {"text", "md", "html", "json"};
	static const char *const parts[] = {"only what-if", "only what-if",
	    "<span class=\"w\"><bdi>only what-if", "\"recorded\":null"};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		const char *const args[] = {
		    "report", film.path, "--what-if", "psi > 0.3", "--format", formats[i], NULL};
		struct lib_run r;

		lib_run(&r, args, NULL, NULL, 30000);
		assert_int_equal(r.status, 0);
		if (!strstr(r.out, parts[i]))
			fail_msg("%s: %s", formats[i], r.out);
		lib_run_free(&r);
	}
}

/* ---- on the screen --------------------------------------------------------------------------- */

/* Types a line and Enter; what is asked for is drawn by whoever answers. */
static struct ui_request
type(struct desk *d, const char *text)
{
	desk_draw(d);
	for (; *text; text++)
		assert_int_equal(desk_key(d, (unsigned char)*text).kind, UI_REQUEST_NONE);
	return desk_key(d, KEYCODE_ENTER);
}

static void
a_key_asks_and_the_list_leads_to_the_moment(void **state)
{
	const struct ui_options o = {.version = "1", .endpoint = "a", .zone = "UTC", .utc = true};
	char say[REPLAY_SAY_BYTES];
	struct ui_request q;
	struct desk d;

	(void)state;
	desk_init_replay(&d, film.rec, &o);
	desk_size(&d, 24, 120, GLYPHS_ASCII);
	q = type(&d, "%p09 > 1");
	assert_int_equal(q.kind, UI_REQUEST_WHATIF);
	assert_false(replay_whatif(d.r, &q, say));
	assert_non_null(strstr(say, "did you mean 'p90'?"));
	q = type(&d, "%latency off");
	assert_int_equal(q.kind, UI_REQUEST_WHATIF);
	assert_string_equal(q.reason, "latency off");
	assert_true(replay_whatif(d.r, &q, say));
	ui_open_whatif(d.ui);
	desk_draw(&d);
	assert_true(desk_shows(&d, "latency off"));
	assert_true(desk_shows(&d, "would not fire"));
	q = desk_key(&d, KEYCODE_ENTER);
	assert_int_equal(q.kind, UI_REQUEST_TIME);
	assert_int_equal(q.time, UI_TIME_JUMP);
	assert_in_range(q.to_ms, BEGIN + 20 * MINUTE, BEGIN + 35 * MINUTE);
	/* Another one takes its place while the list is open. */
	q = type(&d, "%rows > 1000000000");
	assert_true(replay_whatif(d.r, &q, say));
	ui_open_whatif(d.ui);
	desk_draw(&d);
	assert_true(desk_shows(&d, "as it was"));
	assert_false(desk_shows(&d, "would not fire"));
	desk_release(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rules_that_are_the_same_raise_the_same_alerts_at_the_same_times),
	    cmocka_unit_test(a_rule_that_is_off_would_not_have_fired),
	    cmocka_unit_test(an_expression_alone_is_one_rule_more),
	    cmocka_unit_test(a_shorter_wait_fires_earlier_and_a_longer_one_later),
	    cmocka_unit_test(what_cannot_be_changed_is_one_sentence),
	    cmocka_unit_test(the_budget_is_what_evidence_is_held_against),
	    cmocka_unit_test(alerts_are_the_same_where_they_are_about_the_same_and_near_in_time),
	    cmocka_unit_test(without_memory_it_is_an_error_or_a_text_less),
	    cmocka_unit_test(the_command_tells_it_in_every_format),
	    cmocka_unit_test(a_key_asks_and_the_list_leads_to_the_moment),
	};

	return cmocka_run_group_tests_name("what if", tests, record_fleet, remove_fleet);
}
