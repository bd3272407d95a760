/*
 * The command line that y says opens the same screen: keys are pressed on a recording, the line that y gives is run,
 * and what that shows is what was there before, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tests/lib_recording.h"
#include "tests/lib_run.h"

#define LIMIT_MS 60000

static struct desk_shelf shelf;
static char canary[300]; /* the same with a second version from half of it on */
static const char *const sizes[] = {"80x24", "120x40", "200x60"};

static int
begin(void **state)
{
	struct recording_head head = lib_recording_head();
	struct lib_recording w;

	(void)state;
	desk_shelf_open(&shelf, "sameview", 60);
	snprintf(canary, sizeof canary, "%s/b.dtr", shelf.root);
	lib_recording_init(&w, &head);
	w.canary = true;
	lib_recording_fleet(&w, 60, NULL, NULL);
	lib_recording_save(w.out.p, w.out.n, canary);
	lib_recording_release(&w);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	desk_shelf_close(&shelf);
	return 0;
}

static void
snapshot(struct lib_run *r, const char *film, const char *keys, const char *at, const char *size, const char *format)
{
	const char *const args[] = {
	    "snapshot", film, "--at", at, "--size", size, "--format", format, "--keys", keys, NULL};
	static const char *const env[] = {"TZ=America/St_Johns", "LC_ALL=C.UTF-8", NULL};

	lib_run(r, args, env, NULL, LIMIT_MS);
	if (r->status != 0)
		fail_msg("%s: %s", keys, r->err);
}

/* As a shell takes it apart: words, and quotes around some of them. */
static size_t
split(char *line, const char **words, size_t most)
{
	char *to = line;
	size_t n = 0;

	while (*line && *line != '\n' && n + 1 < most) {
		bool quoted = false;

		words[n++] = to;
		for (; *line && *line != '\n' && (quoted || *line != ' '); line++) {
			if (*line == '\'')
				quoted = !quoted;
			else if (*line == '\\' && !quoted)
				*to++ = *++line;
			else
				*to++ = *line;
		}
		while (*line == ' ')
			line++;
		*to++ = '\0';
	}
	words[n] = NULL;
	return n;
}

/* "drifttop replay FILE ..." is printed in place of being shown. Returns whether it is the same. */
static bool
check(const char *film, const char *keys, const char *at, const char *size, const char *format)
{
	static const char *const env[] = {"TZ=America/St_Johns", "LC_ALL=C.UTF-8", NULL};
	struct lib_run was, line, again;
	const char *words[LIB_RUN_ARGS], *args[LIB_RUN_ARGS + 8];
	char with[400], said[1400];
	size_t n, k = 0;
	bool same;

	/* A command that is not given takes what the last key has said away. */
	snprintf(with, sizeof with, "%s:<Esc>", keys);
	snapshot(&was, film, with, at, size, format);
	snprintf(with, sizeof with, "%sy", keys);
	snapshot(&line, film, with, at, size, format);
	snprintf(said, sizeof said, "%s", line.err);
	n = split(line.err, words, LIB_RUN_ARGS - 8);
	assert_true(n > 3);
	assert_string_equal(words[0], "drifttop");
	assert_string_equal(words[1], "replay");
	args[k++] = "snapshot";
	for (size_t i = 2; i < n; i++)
		args[k++] = words[i];
	args[k++] = "--size";
	args[k++] = size;
	args[k++] = "--format";
	args[k++] = format;
	args[k] = NULL;
	lib_run(&again, args, env, NULL, LIMIT_MS);
	same = again.status == 0 && was.nout == again.nout && memcmp(was.out, again.out, was.nout) == 0;
	for (k = 0; !same && k < was.nout && k < again.nout && was.out[k] == again.out[k]; k++)
		;
	if (!same)
		print_error("'%s' is not opened again by\n%s%s\nwas ...%.200s\nis  ...%.200s\n", keys, said, again.err,
		    was.out + k, again.out + k);
	lib_run_free(&was);
	lib_run_free(&line);
	lib_run_free(&again);
	return same;
}

static void
every_screen_is_opened_again_byte_for_byte(void **state)
{
	static const char *const scripts[] = {
	    "k", "j", "jU", "/fr<Enter>", ":sort rate reverse<Enter>j", "oo", "F",
	    "<Enter>", "<Enter>jj", "<Enter><Tab>e", "<Enter>4e<Left><Left>", "<Enter>>>r",
	    "<Enter>5<Left><Left><Left>+",
	    "<Enter>/am<Enter>", "<Enter>2j", "<Enter>3j",
	    ":goto fraud/amount<Enter>", ":goto fraud/amount<Enter><Right><Right><Right>",
	    ":goto fraud/amount<Enter>3<Left><Left>e", ":goto fraud/amount<Enter>4e", ":goto fraud/country<Enter>jj+",
	    ":goto fraud/amount<Enter><Right><Right><Enter>", /* the events of a bin */
	    ":goto fraud/amount<Enter>3<Left><Left><Left><Enter>", /* of a moment */
	    "<Enter>E", "<Enter>Ejj<Tab>j", "<Enter>E/!nothing<Enter>",
	    "a", "aj", "aj<Enter>", "ajj<Tab>e", "a/rule=latency<Enter>",
	    "i", "ij", "i3e", "ij3j",
	    "z", "zjj", "z<Left><Left><Left>", "<Enter>z", "zj<Enter>", "<Enter>z-<Left><Left>",
	    "<Enter>v", "<Enter>v2", "<Enter>vj<Enter>",
	    "S", "Sjjjjj", "<Enter>B", "<Enter>Bj",
	};

	size_t other = 0;

	(void)state;
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		other += !check(shelf.film, scripts[i], i % 2 ? "2023-11-14T22:41:20Z" : "2023-11-14T22:55:00Z",
		    sizes[i % 3], i % 4 ? "ansi" : "text");
	assert_int_equal(other, 0);
}

/* With sanitizers one run takes ten times as long: there each script has one size, in turn. */
#if defined(__SANITIZE_ADDRESS__)
#define SIZE_STEP 3
#else
#define SIZE_STEP 1
#endif

/* Each at all sizes: of what was held and asked here, beside where one is. */
static void
what_is_compared_asked_chosen_and_scrolled_is_opened_again(void **state)
{
	static const char *const scripts[] = {
	    /* A and B: two models; a moment and now, a moment of another model; two versions, a version and a model */
	    "cj", "cjc", "jckc", "cjcjj", "cjc>>r", "cjc/amount<Enter>j", "cjcj<Enter>", "oocjc", "cUjc",
	    "<Enter>c", "<Enter>c:goto -20m<Enter>c", "j<Enter>c:goto -20m<Enter>cj", "<Enter>c:goto -9m<Enter>0jc",
	    "<Enter>c:goto -20m<Enter>:goto compare fraud<Enter>", ":goto fraud<Enter>v2cjc",
	    ":goto fraud<Enter>v2jckc",
	    ":goto fraud<Enter>v2c0:goto compare churn<Enter>", "c:goto fraud<Enter>v2jc", "cjci", "cjc<Esc>",
	    /* what if */
	    "%psi > 0.3<Enter>", "%psi > 0.1<Enter>j", "%latency off<Enter>>>r", "%alarms_per_week 10<Enter>",
	    "<Enter>%psi > 0.1<Enter>i", "%psi > 0.1<Enter>/change=new<Enter>", ":goto what-if drift off<Enter>",
	    "jc<Enter>%psi > 0.1<Enter>:goto compare churn<Enter>",
	    /* Timeline with marks */
	    "z", "zk", "zjk", "zg", "zjkg", "zkz", "<Enter>zk", "zk<Left>",
	    /* columns */
	    ":columns fleet model,rate,p99<Enter>", ":columns fleet p99 age model<Enter>:columns fleet default<Enter>",
	    "<Enter>:columns model input,drift rows<Enter>j", "a:columns alerts rule,model<Enter>",
	    /* a list that was scrolled, and then the cursor upwards */
	    "<Enter>E<PgDn><PgDn>kkk", "<Enter>E<End>k", "S<PgDn>kk", "S<End>kkk", "<Enter>E<PgDn>kk/DE<Enter>",
	    "S<PgDn><PgDn>k/theme<Enter>", "ij3jjjk", "zjjjk",
	    /* two lists with a filter each; Help; an event that the list has no more */
	    ":goto fraud<Enter>v/amount<Enter>2/2<Enter>>", "<Enter>?<PgDn>j", "z?/filter<Enter>nn",
	    "<Enter>Ejjj/DE<Enter><Tab>",
	};
	size_t other = 0;

	(void)state;
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		for (size_t k = i % SIZE_STEP; k < sizeof sizes / sizeof *sizes; k += SIZE_STEP)
			other += !check(canary, scripts[i], "2023-11-14T22:55:00Z", sizes[k], "text");
	assert_int_equal(other, 0);
}

static void
a_time_without_a_zone_is_local_and_utc_where_that_is_said(void **state)
{
	static const char *const env[] = {"TZ=EET-2", "LC_ALL=C.UTF-8", NULL};
	const char *const local[] = {"snapshot", shelf.film, "--at", "2023-11-15 00:41:20", NULL};
	const char *const utc[] = {"snapshot", shelf.film, "--at", "2023-11-14 22:41:20", "--utc", NULL};
	struct lib_run r;

	(void)state;
	lib_run(&r, local, env, NULL, LIMIT_MS);
	assert_non_null(strstr(r.out, "00:41:20"));
	lib_run_free(&r);
	lib_run(&r, utc, env, NULL, LIMIT_MS);
	assert_non_null(strstr(r.out, "22:41:20 UTC"));
	lib_run_free(&r);
}

/* What y says of a cursor, with the recording and the moment before it. */
static void
read_line(const char *film, const char *at, const char *select, const char *keys, char *out, size_t bytes)
{
	const char *const args[] = {"snapshot", film, "--at", at, "--size", "120x40", "--goto", "alerts", "--select",
	    select, "--keys", keys, NULL};
	struct lib_run r;

	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	snprintf(out, bytes, "%d %s", r.status, r.err);
	lib_run_free(&r);
}

static void
a_line_names_what_the_cursor_is_on(void **state)
{
	static const char *const names[][2] = {{"aj", "--goto alerts --select 'missing fraud amount 2023-"},
	    {"ij", "--goto sources --select ml:"}, {"zj", "--goto timeline --select "},
	    {"<Enter>j", " --select "}, {"<Enter>2j", " --select 2:score"},
	    {"<Enter>zj", "--goto timeline --select '"}, {"<Enter>Ejj", "--goto events --select 'ml:fraud 17"},
	    {":goto fraud<Enter>v2j", " --select 2:"}, {"cjcj", "--goto 'compare fraud' --select errors"},
	    {":goto fraud/prediction<Enter>j", "--goto fraud/prediction --pick ="}};
	struct lib_run r;
	char keys[60];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n;
		const char *at;

		snprintf(keys, sizeof keys, "%sy", names[i][0]);
		snapshot(&r, canary, keys, "2023-11-14T22:55:00Z", "120x40", "text");
		at = strstr(r.err, names[i][1]);
		if (!at)
			fail_msg("%s: no '%s' in %s", keys, names[i][1], r.err);
		n = strlen(names[i][1]);
		/* A name, where it is not all of it. */
		if (at[n - 1] == ' ')
			assert_false(at[n] >= '0' && at[n] <= '9');
		lib_run_free(&r);
	}
}

/* At another moment it stands elsewhere; read from another stretch of history it may have begun a little later. */
static void
a_row_is_found_by_its_name_wherever_it_stands(void **state)
{
	static const char *const moments[] = {"2023-11-14T22:41:20Z", "2023-11-14T22:55:00Z"};
	char name[200], line[1400], near[200], *to;

	(void)state;
	read_line(shelf.film, moments[0], "3", "y", line, sizeof line);
	assert_non_null(strstr(line, "--select '"));
	snprintf(name, sizeof name, "%s", strstr(line, "--select '") + 10);
	*strchr(name, '\'') = '\0';
	read_line(shelf.film, moments[1], name, "y", line, sizeof line);
	if (!strstr(line, name))
		fail_msg("'%s' is not gone to: %s", name, line);
	snprintf(near, sizeof near, "%s", name);
	to = strrchr(near, ':') - 1; /* minutes */
	assert_in_range(to[0], '0', '9');
	to[0] = to[0] == '0' ? '1' : (char)(to[0] - 1);
	read_line(shelf.film, moments[1], near, "y", line, sizeof line);
	if (!strstr(line, name))
		fail_msg("'%s' does not lead to '%s': %s", near, name, line);
	/* Of another hour it is another one, which is not there. */
	strrchr(near, 'T')[1] = '1';
	read_line(shelf.film, moments[1], near, "y", line, sizeof line);
	assert_int_equal(line[0], '2');
	assert_non_null(strstr(line, "there is no row '"));
}

static void
a_place_that_is_not_there_is_one_sentence(void **state)
{
	static const char *const wrong[][3] = {{"--select", "nobody", "--select: there is no row 'nobody'"},
	    {"--select", "2000", "there is no row '2000'"},
	    {"--pick", "x", "'x' is no value and no number of a bin or a moment"},
	    {"--sort", "rte", "nothing on this screen is sorted by 'rte'"},
	    {"--zoom", "2h", "must be one of 5m, 1h, 24h"}};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const char *const args[] = {"snapshot", shelf.film, wrong[i][0], wrong[i][1], NULL};
		struct lib_run r;

		lib_run(&r, args, NULL, NULL, LIMIT_MS);
		assert_int_equal(r.status, 2);
		if (!strstr(r.err, wrong[i][2]))
			fail_msg("'%s' is not in '%s'", wrong[i][2], r.err);
		lib_run_free(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_screen_is_opened_again_byte_for_byte),
	    cmocka_unit_test(what_is_compared_asked_chosen_and_scrolled_is_opened_again),
	    cmocka_unit_test(a_time_without_a_zone_is_local_and_utc_where_that_is_said),
	    cmocka_unit_test(a_line_names_what_the_cursor_is_on),
	    cmocka_unit_test(a_row_is_found_by_its_name_wherever_it_stands),
	    cmocka_unit_test(a_place_that_is_not_there_is_one_sentence),
	};

	if (getenv("TEST_ONLY"))
		cmocka_set_test_filter(getenv("TEST_ONLY"));
	return cmocka_run_group_tests_name("the same view", tests, begin, end);
}
