/* What a real redis-server refuses: keys of another type, passwords, rights, too many clients. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "tests/lib_world.h"

static void
a_key_of_another_type_is_set_aside_alone_and_looked_at_again(void **state)
{
	static const char *const names[] = {"ml:*", "ml:text", NULL};
	struct world *w = *state;

	begin(w, NULL, names);
	lib_redis_do(&w->r, "SET ml:text 1");
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	lib_redis_fill(&w->r, "ml:b", 100, 100, 0);
	lib_feed_open(&w->f, w->r.url);
	want_stream(w, (struct want){"ml:text", STATE, STREAM_WRONG_TYPE});
	want_stream_sentence(w, "ml:text", "not a stream");
	lib_feed_want_numbers(&w->f, 200, LIMIT_MS);
	/* While it runs, too. */
	lib_redis_do(&w->r, "MULTI");
	lib_redis_do(&w->r, "DEL ml:b");
	lib_redis_do(&w->r, "SET ml:b 1");
	lib_redis_do(&w->r, "EXEC");
	want_stream(w, (struct want){"ml:b", STATE, STREAM_WRONG_TYPE});
	lib_redis_fill(&w->r, "ml:a", 200, 100, 0);
	lib_feed_want_numbers(&w->f, 300, LIMIT_MS);
	lib_redis_do(&w->r, "DEL ml:text");
	lib_redis_fill(&w->r, "ml:text", 300, 10, 0);
	lib_feed_want_numbers(&w->f, 310, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 310);
	assert_int_equal(w->f.fact.reconnects, 0);
}

static void
a_wrong_password_is_one_sentence_and_retried_slowly(void **state)
{
	static const char *const args[] = {"--requirepass", "secret", NULL};
	struct world *w = *state;

	begin(w, args, any_ml);
	lib_redis_do(&w->r, "AUTH secret");
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	w->f.options.password = "wrong";
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_state(&w->f, FEED_REFUSED, LIMIT_MS);
	lib_feed_want_sentence(&w->f, "refuses this user name and password", LIMIT_MS);
	assert_null(strstr(w->f.sentence, "wrong"));
	lib_redis_do(&w->r, "CONFIG SET requirepass wrong");
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
}

static void
a_missing_password_is_asked_for(void **state)
{
	static const char *const args[] = {"--requirepass", "secret", NULL};
	struct world *w = *state;

	begin(w, args, any_ml);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_state(&w->f, FEED_REFUSED, LIMIT_MS);
	lib_feed_want_sentence(&w->f, "wants a password", LIMIT_MS);
}

static void
a_password_where_none_is_set_is_told(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	w->f.options.password = "needless";
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_sentence(&w->f, "has none set", LIMIT_MS);
}

static void
a_database_that_does_not_exist_is_told(void **state)
{
	struct world *w = *state;
	char url[400];

	begin(w, NULL, any_ml);
	snprintf(url, sizeof(url), "%s?db=99", w->r.url);
	lib_feed_open(&w->f, url);
	lib_feed_want_state(&w->f, FEED_REFUSED, LIMIT_MS);
	lib_feed_want_sentence(&w->f, "no database of this number", LIMIT_MS);
}

/* What docs/REDIS.md names is enough. */
static void
the_documented_rights_are_enough(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_do(&w->r,
	    "ACL SETUSER drifttop on >secret resetchannels %%R~ml:* -@all +xread +xinfo|stream +xrange +xrevrange "
	    "+scan +time +auth +select +client|setname");
	fill_by_the_second(w, "ml:a", 0, 50, w->f.options.wall_ms - 500000);
	w->f.options.since_ms = w->f.options.wall_ms - 1000;
	w->f.options.history_min = 20;
	{
		char url[400];

		snprintf(url, sizeof(url), "unix://drifttop:secret@%s", w->r.socket);
		lib_feed_open(&w->f, url);
	}
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
	lib_redis_fill(&w->r, "ml:a", 50, 10, 0);
	lib_feed_want_numbers(&w->f, 30, LIMIT_MS);
	assert_string_equal(w->f.sentence, "");
	assert_int_equal(lib_redis_int(&w->r, "ACL LOG RESET"), -1);
}

static void
a_stream_without_permission_is_set_aside_alone_until_granted(void **state)
{
	struct world *w = *state;
	char url[400];

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:open", 0, 10, 0);
	lib_redis_fill(&w->r, "ml:closed", 10, 10, 0);
	lib_redis_do(&w->r, "ACL SETUSER v on >s %%R~ml:o* +xread +xinfo +scan +time +client");
	snprintf(url, sizeof(url), "unix://v:s@%s", w->r.socket);
	lib_feed_open(&w->f, url);
	want_stream(w, (struct want){"ml:closed", STATE, STREAM_DENIED});
	want_stream_sentence(w, "ml:closed", "ACL does not allow");
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_redis_do(&w->r, "ACL SETUSER v %%R~ml:c*");
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 20);
	/* Revoked while it runs: the command itself. */
	lib_redis_do(&w->r, "ACL SETUSER v -xread");
	want_stream(w, (struct want){"ml:open", STATE, STREAM_DENIED});
	lib_redis_fill(&w->r, "ml:open", 20, 10, 0);
	lib_redis_do(&w->r, "ACL SETUSER v +xread");
	lib_feed_want_numbers(&w->f, 30, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 30);
}

static void
without_scan_named_streams_are_read_and_the_rest_is_explained(void **state)
{
	static const char *const names[] = {"ml:a", "model:*", NULL};
	struct world *w = *state;
	char url[400];

	begin(w, NULL, names);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_do(&w->r, "ACL SETUSER v on >s ~* +xread +xinfo +client");
	snprintf(url, sizeof(url), "unix://v:s@%s", w->r.socket);
	lib_feed_open(&w->f, url);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_want_sentence(&w->f, "name them with -s", LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
}

static void
too_many_clients_are_told_in_the_servers_stead(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_do(&w->r, "CONFIG SET maxclients 1");
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_sentence(&w->f, "maximum number of clients", LIMIT_MS);
	lib_redis_do(&w->r, "CONFIG SET maxclients 100");
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    e2e(a_key_of_another_type_is_set_aside_alone_and_looked_at_again),
	    e2e(a_wrong_password_is_one_sentence_and_retried_slowly),
	    e2e(a_missing_password_is_asked_for),
	    e2e(a_password_where_none_is_set_is_told),
	    e2e(a_database_that_does_not_exist_is_told),
	    e2e(the_documented_rights_are_enough),
	    e2e(a_stream_without_permission_is_set_aside_alone_until_granted),
	    e2e(without_scan_named_streams_are_read_and_the_rest_is_explained),
	    e2e(too_many_clients_are_told_in_the_servers_stead),
	};

	return world_run("redis_refusals", tests);
}
