/* Commands on a pseudo-terminal: what they change, write and keep; and that no paste is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "collectors/json_doc.h"
#include "core/mem.h"
#include "tests/lib_pty.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

static const char *const marks[] = {"DRIFTTOP_FRAME_MARKS=1", NULL};

static char events[300], config[300], state_dir[300], screen[300];

static int
setup(void **state)
{
	FILE *f;

	(void)lib_tmp_begin(state);
	snprintf(events, sizeof events, "%s/e.ndjson", lib_tmp_dir);
	snprintf(config, sizeof config, "%s/c.json", lib_tmp_dir);
	snprintf(state_dir, sizeof state_dir, "%s/state", lib_tmp_dir);
	snprintf(screen, sizeof screen, "%s/s.txt", lib_tmp_dir);
	f = fopen(events, "w");
	if (!f)
		return -1;
	for (int i = 0; i < 400; i++)
		fprintf(f, "{\"ts\":%lld,\"model\":\"m\",\"features\":{\"a\":%d,\"user\":%d},\"latency_ms\":3}\n",
		    1764072000000LL + i * 1000LL, i % 7, i % 11);
	fclose(f);
	f = fopen(config, "w");
	if (!f)
		return -1;
	fputs("// ours\n{\n  \"keys\": {\"freeze\": \"f\"} // as on the other one\n}\n", f);
	fclose(f);
	return 0;
}

static void
start(struct pty *p)
{
	const char *argv[] = {
	    lib_run_program(), "--config", config, "--state", state_dir, "--glyphs", "ascii", events, NULL};
	const struct pty_options o = {.rows = 24, .cols = 120, .argv = argv, .env = marks};

	pty_start(p, &o);
	pty_wait(p, "END");
	pty_wait(p, "f freeze");
}

static char *
read_file(const char *path)
{
	char *text = NULL;
	size_t n;

	assert_int_equal(json_doc_read_file(path, 1 << 20, &text, &n, NULL), 0);
	return text;
}

static void
a_paste_is_text_in_a_prompt_and_nothing_elsewhere(void **state)
{
	struct pty p;

	(void)state;
	start(&p);
	pty_send(&p, "\033[200~Q\r:quit\rq\x03\033[201~");
	pty_send(&p, ":");
	pty_wait(&p, "Tab completes");
	pty_send(&p, "\033[200~goto\nalerts\rQ\t\x03\033[201~");
	pty_wait(&p, ":gotoalertsQ");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, ":gotoalertsQ");
	pty_leave(&p);
}

static void
a_screen_is_written_once_and_never_over_a_file(void **state)
{
	struct pty p;
	char keys[400], *text;

	(void)state;
	start(&p);
	snprintf(keys, sizeof keys, ":goto m\r:export %s\r", screen);
	pty_send(&p, keys);
	pty_wait(&p, "written: ");
	pty_send(&p, ":\x1b[A\r");
	pty_wait(&p, "is there already, and stays");
	text = read_file(screen);
	assert_non_null(strstr(text, "fleet > m"));
	assert_null(strstr(text, ":export"));
	mem_free(text);
	pty_leave(&p);
}

static void
what_is_changed_is_saved_when_asked_and_only_that(void **state)
{
	struct stat st;
	struct pty p;
	char *text;

	(void)state;
	start(&p);
	pty_send(&p, ":theme light\r:set utc on\r:set glyphs braille\r");
	pty_wait(&p, "drawn with ascii, which is what terminal and link take; :save keeps it");
	pty_send(&p, ":goto m\r:as user id\r");
	pty_wait(&p, "user is read again as id; :save keeps it");
	pty_wait_gone(&p, "fleet > m");
	pty_wait(&p, ".  m "); /* it has been read again */
	pty_send(&p, ":goto m/user\r");
	pty_wait(&p, "fleet > m > user");
	pty_wait(&p, " id");
	text = read_file(config);
	assert_null(strstr(text, "light"));
	mem_free(text);
	pty_send(&p, ":columns fleet model,rate\r");
	pty_wait(&p, "fleet: model, rate");
	pty_send(&p, ":save\r");
	pty_wait(&p, "saved 3 settings, 1 role, columns in ");
	text = read_file(config);
	assert_string_equal(text,
	    "// ours\n{\n  \"keys\": {\"freeze\": \"f\"}, // as on the other one\n  \"theme\": \"light\",\n"
	    "  \"utc\": true,\n  \"glyphs\": \"braille\",\n"
	    "  \"models\": {\"m\": {\"features\": {\"user\": {\"role\": \"id\"}}}},\n"
	    "  \"columns\": {\"fleet\": [\"model\",\"rate\"]}\n}\n");
	mem_free(text);
	assert_int_equal(stat(config, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	pty_leave(&p);
}

static void
what_was_typed_is_there_in_the_next_session(void **state)
{
	struct stat st;
	struct pty p;
	char path[340];

	(void)state;
	start(&p);
	pty_send(&p, ":window 24h\r");
	pty_wait(&p, "24h\" from now on; :save keeps it");
	pty_leave(&p);
	snprintf(path, sizeof path, "%s/commands", state_dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	start(&p);
	pty_send(&p, ":\x1b[A");
	pty_wait(&p, ":window 24h");
	pty_send(&p, "\x1b");
	pty_wait_gone(&p, ":window 24h");
	pty_leave(&p);
}

int
main(void)
{
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, setup, lib_tmp_end)
	const struct CMUnitTest tests[] = {
	    IN_DIR(a_paste_is_text_in_a_prompt_and_nothing_elsewhere),
	    IN_DIR(a_screen_is_written_once_and_never_over_a_file),
	    IN_DIR(what_is_changed_is_saved_when_asked_and_only_that),
	    IN_DIR(what_was_typed_is_there_in_the_next_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
