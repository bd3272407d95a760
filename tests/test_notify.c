/* Which alerts run which commands, and which do not. */
#include "tui/notify.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/alert.h"
#include "tests/lib_maker.h"
#include "tests/lib_tmp.h"

#define START (T0 - T0 % 86400000)

struct world {
	uv_loop_t loop;
	struct notify *notify;
	struct config config;
	struct config_action action;
	char *argv[5];
	char dir[500], out[520];
	struct store *store;
	int64_t at;
};

static int
setup(void **state)
{
	static char sh[] = "/bin/sh", minus_c[] = "-c", script[] = "cat >>\"$0\"";
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	lib_tmp_make(w->dir, sizeof(w->dir), "notify");
	snprintf(w->out, sizeof(w->out), "%s/out", w->dir);
	assert_int_equal(uv_loop_init(&w->loop), 0);
	w->argv[0] = sh;
	w->argv[1] = minus_c;
	w->argv[2] = script;
	w->argv[3] = w->out;
	w->action = (struct config_action){.argv = w->argv,
	    .argc = 4,
	    .severities = 1u << SEVERITY_WARN | 1u << SEVERITY_CRIT,
	    .timeout_ms = 10000,
	    .output_bytes = 1000};
	w->config.actions = &w->action;
	w->config.nactions = 1;
	w->config.bell = true;
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	notify_free(w->notify);
	store_free(w->store);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	lib_tmp_remove(w->dir);
	free(w);
	return 0;
}

static void
begin(struct world *w, bool run, int64_t start_ms)
{
	struct store_options o = {.learn = true, .start_ms = start_ms};
	struct fact f = {.kind = FACT_SOURCE};

	assert_int_equal(store_new(&w->store, &o, NULL), 0);
	f.u.source.url = slice_of("redis://h");
	f.u.source.state = FEED_LIVE;
	store_apply(w->store, &f, NULL);
	history_ends(w->store);
	w->at = START;
	assert_int_equal(store_tick(w->store, w->at, NULL), 0);
	assert_int_equal(notify_new(&w->notify, &w->loop, &w->config, run, NULL, NULL, NULL), 0);
}

/* Events of ten seconds, of which so many of a hundred fail; and a tick. True: the bell is to be rung. */
static bool
ten_seconds(struct world *w, int failed)
{
	struct maker mk;
	bool rung;
	int i;

	for (i = 0; i < 100; i++) {
		event_make(&mk, "m", w->at + i * 100);
		mk.ev.failed = i < failed;
		assert_int_equal(store_ingest(w->store, &mk.ev, NULL), 0);
	}
	w->at += 10000;
	assert_int_equal(store_tick(w->store, w->at, NULL), 0);
	rung = notify_tick(w->notify, w->store, w->at);
	notify_finish(w->notify);
	return rung;
}

/* What the command has been given so far, one object a line; the caller frees them. */
static size_t
given(const struct world *w, cJSON **list, size_t most)
{
	char line[4096];
	FILE *f = fopen(w->out, "r");
	size_t n = 0;

	while (f && fgets(line, sizeof(line), f)) {
		assert_true(n < most);
		list[n] = cJSON_Parse(line);
		assert_non_null(list[n]);
		n++;
	}
	if (f)
		fclose(f);
	return n;
}

static const char *
text_of(const cJSON *o, const char *key)
{
	const cJSON *v = cJSON_GetObjectItem(o, key);

	assert_true(cJSON_IsString(v));
	return v->valuestring;
}

static void
free_all(cJSON **list, size_t n)
{
	while (n-- > 0)
		cJSON_Delete(list[n]);
}

static void
a_command_is_told_what_fires_rises_and_is_over(void **state)
{
	struct world *w = *state;
	cJSON *list[8];
	size_t n;
	int i;

	w->action.on_clear = true;
	begin(w, true, START);
	for (i = 0; i < 20; i++)
		assert_false(ten_seconds(w, 0)); /* no failures: so is its baseline */
	assert_int_equal(given(w, list, 8), 0);
	for (i = 0; i < 20; i++)
		ten_seconds(w, 2); /* 2 %: 20 failures after a while */
	ten_seconds(w, 100);
	assert_true(ten_seconds(w, 100)); /* above 5 % of the window now */
	for (i = 0; i < 60; i++)
		assert_false(ten_seconds(w, 0));
	n = given(w, list, 8);
	assert_int_equal(n, 3);
	assert_string_equal(text_of(list[0], "change"), "fired");
	assert_string_equal(text_of(list[0], "rule"), "error_rate");
	assert_string_equal(text_of(list[0], "severity"), "warn");
	assert_string_equal(text_of(list[0], "model"), "m");
	assert_string_equal(text_of(list[1], "change"), "rose");
	assert_string_equal(text_of(list[1], "severity"), "crit");
	assert_string_equal(text_of(list[1], "id"), text_of(list[0], "id"));
	assert_string_equal(text_of(list[2], "change"), "cleared");
	assert_string_equal(text_of(list[2], "state"), "cleared");
	free_all(list, n);
}

static void
the_severity_the_rule_and_the_model_must_be_those_it_is_for(void **state)
{
	static const struct {
		unsigned severities;
		const char *rule, *model;
		size_t runs;
	} rows[] = {
	    {1u << SEVERITY_CRIT, NULL, NULL, 1},
	    {1u << SEVERITY_CRIT, "error*", "m", 1},
	    {1u << SEVERITY_WARN, NULL, NULL, 0}, /* it was critical at once */
	    {1u << SEVERITY_CRIT, "latency", NULL, 0},
	    {1u << SEVERITY_CRIT, NULL, "n*", 0},
	};
	struct world *w = *state;
	cJSON *list[8];
	size_t i, n, was = 0;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		w->action.severities = rows[i].severities;
		w->action.rule = (char *)(uintptr_t)rows[i].rule;
		w->action.model = (char *)(uintptr_t)rows[i].model;
		begin(w, true, START);
		assert_true(ten_seconds(w, 50)); /* the bell is for all */
		n = given(w, list, 8);
		free_all(list, n);
		assert_int_equal(n - was, rows[i].runs);
		was = n;
		notify_free(w->notify);
		store_free(w->store);
		w->notify = NULL;
		w->store = NULL;
	}
}

static void
nothing_is_run_for_what_was_before_the_start_nor_where_none_is_to_be(void **state)
{
	struct world *w = *state;
	cJSON *list[8];

	begin(w, true, START + 1000000);
	assert_false(ten_seconds(w, 50));
	assert_int_equal(store_alerts(w->store)->n, 1);
	assert_int_equal(given(w, list, 8), 0);
	notify_free(w->notify);
	store_free(w->store);
	begin(w, false, START); /* the dashboard without --actions: the bell alone */
	assert_true(ten_seconds(w, 50));
	assert_int_equal(given(w, list, 8), 0);
	w->config.bell = false;
	notify_free(w->notify);
	store_free(w->store);
	begin(w, false, START);
	assert_false(ten_seconds(w, 50));
}

static void
what_is_silenced_is_quiet_until_its_silence_breaks(void **state)
{
	struct world *w = *state;
	struct fact f = {.kind = FACT_SILENCE};
	cJSON *list[8];
	size_t n;
	int i;

	w->action.severities = 1u << SEVERITY_CRIT;
	begin(w, true, START);
	for (i = 0; i < 40; i++)
		ten_seconds(w, i < 20 ? 0 : 2);
	assert_int_equal(store_alerts(w->store)->n, 1);
	f.u.silence.alert = store_alerts(w->store)->list[0]->id;
	f.u.silence.to_ms = w->at + 3600000;
	assert_int_equal(store_apply(w->store, &f, NULL), 0);
	assert_false(ten_seconds(w, 2));
	assert_int_equal(given(w, list, 8), 0);
	ten_seconds(w, 100);
	assert_true(ten_seconds(w, 100)); /* critical now */
	n = given(w, list, 8);
	assert_int_equal(n, 1);
	assert_string_equal(text_of(list[0], "change"), "rose");
	free_all(list, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_command_is_told_what_fires_rises_and_is_over, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		the_severity_the_rule_and_the_model_must_be_those_it_is_for, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		nothing_is_run_for_what_was_before_the_start_nor_where_none_is_to_be, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_is_silenced_is_quiet_until_its_silence_breaks, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
