/* Notes: asked for by a key, kept beside a recording, which stays as it was; read by whoever opens it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/notes.h"
#include "collectors/recording.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"
#include "tests/lib_recording.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/alert_notes.h"
#include "tui/key.h"
#include "tui/ui.h"

#define BEGIN LIB_RECORDING_BEGIN

static char dir[200], path[300], notes[320];

static int
record_fleet(void **state)
{
	struct recording_head head = lib_recording_head();
	struct lib_recording w;

	(void)state;
	lib_tmp_make(dir, sizeof(dir), "notes");
	snprintf(path, sizeof(path), "%s/a.dtr", dir);
	snprintf(notes, sizeof(notes), "%s.notes", path);
	lib_recording_init(&w, &head);
	lib_recording_fleet(&w, 12, NULL, NULL);
	lib_recording_save(w.out.p, w.out.n, path);
	lib_recording_release(&w);
	return 0;
}

static int
remove_fleet(void **state)
{
	(void)state;
	lib_tmp_remove(dir);
	return 0;
}

static int
take_notes_away(void **state)
{
	(void)state;
	unlink(notes);
	return 0;
}

static void
note(const char *text, int64_t at_ms)
{
	const struct fact_mark mark = {MARK_NOTE, 0, at_ms, slice_of(text)};
	struct err err = {0};

	if (notes_append(path, &mark, 1800000000000, &err))
		fail_msg("%s", err.msg);
}

static bool
has(struct recording *r, const char *text)
{
	size_t n = recording_marks(r), i;

	for (i = 0; i < n; i++)
		if (slice_is(recording_mark(r, i)->text, text))
			return true;
	return false;
}

static struct recording *
open_it(void)
{
	struct recording *r = NULL;

	assert_int_equal(recording_open(&r, path, NULL), 0);
	return r;
}

static void
a_note_is_read_with_the_recording_which_stays_as_it_was(void **state)
{
	struct stat before, after, own;
	struct recording *r;
	size_t marks;

	(void)state;
	r = open_it();
	marks = recording_marks(r);
	recording_close(r);
	assert_int_equal(stat(path, &before), 0);
	note("anna: the cache was cold", BEGIN + 60000);
	note("ben: <b> it was not & \"why\"", BEGIN + 30000);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(stat(notes, &own), 0);
	assert_int_equal(own.st_mode & 0777, 0600);
	r = open_it();
	assert_int_equal(recording_marks(r), marks + 2);
	assert_true(has(r, "anna: the cache was cold") && has(r, "ben: <b> it was not & \"why\""));
	recording_close(r);
}

static void
the_first_note_is_seen_by_who_has_it_open_already(void **state)
{
	struct recording *r = open_it();

	(void)state;
	assert_false(has(r, "x: one"));
	note("x: one", BEGIN);
	assert_true(has(r, "x: one"));
	note("x: two", BEGIN);
	assert_true(has(r, "x: two") && has(r, "x: one"));
	recording_close(r);
}

static void
a_note_that_was_cut_off_costs_itself_alone(void **state)
{
	struct recording *r;
	struct stat st;

	(void)state;
	note("x: one", BEGIN);
	note("x: two", BEGIN);
	assert_int_equal(stat(notes, &st), 0);
	assert_int_equal(truncate(notes, st.st_size - 3), 0);
	note("x: three", BEGIN);
	r = open_it();
	assert_true(has(r, "x: one") && has(r, "x: three"));
	assert_false(has(r, "x: two"));
	recording_close(r);
}

static void
a_note_goes_through_no_link_and_says_why_it_could_not_be_written(void **state)
{
	const struct fact_mark mark = {MARK_NOTE, SIZE_MAX, BEGIN, slice_of("x")};
	char elsewhere[320];
	struct err err = {0};
	struct stat st;

	(void)state;
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", dir);
	assert_int_equal(symlink(elsewhere, notes), 0);
	assert_int_equal(notes_append(path, &mark, 1, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "a.dtr.notes"));
	assert_int_not_equal(stat(elsewhere, &st), 0);
	memset(&err, 0, sizeof(err));
	assert_int_equal(notes_append("/nowhere/b.dtr", &mark, 1, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "/nowhere/b.dtr.notes"));
}

static int
append_one(void *ctx, struct err *err)
{
	const struct fact_mark mark = {MARK_NOTE, SIZE_MAX, BEGIN, slice_of("x")};

	(void)ctx;
	return notes_append(path, &mark, 1, err);
}

static void
without_memory_nothing_is_half_written(void **state)
{
	struct recording *r;
	size_t i, n;

	(void)state;
	/* What it cannot read of the notes before it only leaves the number of the frame to chance. */
	assert_true(alloc_survive_each(append_one, NULL) > 0);
	r = open_it();
	n = recording_marks(r);
	for (i = 0; i < recording_damages(r); i++)
		assert_int_equal(recording_damage(r, i)->bytes, 0);
	assert_true(n > 0);
	recording_close(r);
}

static void
a_report_tells_the_notes(void **state)
{
	const char *const args[] = {"report", path, "--format", "html", NULL};
	struct lib_run r;

	(void)state;
	note("ben: <b> it was not & \"why\"", BEGIN + 30000);
	lib_run(&r, args, NULL, NULL, 30000);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "ben: &lt;b&gt; it was not &amp; &quot;why&quot;"));
	lib_run_free(&r);
}

/* ---- the key --------------------------------------------------------------------------------- */

static struct ui_request
type(struct ui *ui, const struct store *s, const char *text, uint32_t last)
{
	assert_int_equal(ui_key(ui, s, 'm', 0).kind, UI_REQUEST_NONE);
	assert_true(ui_takes_text(ui));
	for (; *text; text++)
		assert_int_equal(ui_key(ui, s, (unsigned char)*text, 0).kind, UI_REQUEST_NONE);
	return ui_key(ui, s, last, 0);
}

static void
the_key_asks_and_what_is_typed_is_a_mark_with_its_author(void **state)
{
	const struct ui_options o = {.user = "anna", .version = "1", .endpoint = "a", .zone = "UTC"};
	const struct store_options so = {0};
	struct ui_request r;
	struct fact f;
	struct store *s;
	struct ui *ui;

	(void)state;
	assert_int_equal(store_new(&s, &so, NULL), 0);
	assert_int_equal(ui_new(&ui, &o, NULL), 0);
	r = type(ui, s, "rolled back, q", KEYCODE_ENTER);
	assert_int_equal(r.kind, UI_REQUEST_NOTE);
	assert_string_equal(r.reason, "anna: rolled back, q");
	assert_true(r.model == SIZE_MAX);
	assert_true(ui_request_fact(&r, 5, &f));
	assert_int_equal(f.kind, FACT_MARK);
	assert_int_equal(store_apply(s, &f, NULL), 0);
	assert_int_equal(store_mark_count(s), 1);
	assert_false(ui_takes_text(ui));
	assert_int_equal(type(ui, s, "no", KEYCODE_ESC).kind, UI_REQUEST_NONE);
	assert_int_equal(type(ui, s, "", KEYCODE_ENTER).kind, UI_REQUEST_NONE);
	ui_free(ui);
	store_free(s);
}

/* What fires in the sixth minute has the notes of that minute beside it and in its details, others not. */
static void
alerts_have_the_notes_that_were_made_meanwhile(void **state)
{
	const char *const at[] = {"snapshot", path, "--utc", "--at", "22:18:50", "--goto", "alerts", "--size", "100x24",
	    NULL};
	const char *const before[] = {"snapshot", path, "--utc", "--at", "22:18:20", "--goto", "alerts", "--size",
	    "100x24", NULL};
	const struct fact_mark mark = {MARK_NOTE, SIZE_MAX, BEGIN + 320000, slice_of("anna: the cache was cold")};
	struct lib_run r;

	(void)state;
	assert_int_equal(notes_append(path, &mark, 1800000000000, NULL), 0);
	lib_run(&r, at, NULL, NULL, 30000);
	assert_int_equal(r.status, 0);
	if (!strstr(r.out, "note 22:18:40 anna: the cache") || !strstr(r.out, " m "))
		fail_msg("%s", r.out);
	assert_null(strstr(r.out, "rolled back")); /* of later */
	lib_run_free(&r);
	lib_run(&r, before, NULL, NULL, 30000);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "firing"));
	assert_null(strstr(r.out, "anna: the cache"));
	lib_run_free(&r);
}

static void
a_note_is_of_an_alert_of_its_model_and_time(void **state)
{
	struct store *s = store_make(true);
	struct alert al = {.from_ms = 1000, .to_ms = 5000, .model = 3};
	const struct fact_mark marks[] = {{MARK_NOTE, 3, 999, slice_of("early")}, {MARK_NOTE, 3, 1000, slice_of("one")},
	    {MARK_NOTE, 2, 2000, slice_of("another model's")}, {MARK_VERSION_BEGAN, 3, 2000, slice_of("2")},
	    {MARK_NOTE, SIZE_MAX, 3000, slice_of("two")}, {MARK_NOTE, 3, 4000, slice_of("three")},
	    {MARK_NOTE, 3, 5000, slice_of("four")}, {MARK_NOTE, 3, 5001, slice_of("late")}};
	struct alert_notes found;
	struct arena a = {0};
	size_t i;

	(void)state;
	al.key.model = slice_of("m");
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		struct fact f = {.kind = FACT_MARK};

		f.u.mark = marks[i];
		assert_int_equal(store_apply(s, &f, NULL), 0);
	}
	alert_notes_find(&found, &a, &al, s, NULL);
	assert_int_equal(found.n, 4);
	assert_true(slice_is(found.last[0].text, "two"));
	assert_true(slice_is(found.last[2].text, "four"));
	assert_int_equal(found.last[2].at_ms, 5000);
	al.to_ms = ALERT_NEVER;
	alert_notes_find(&found, &a, &al, s, NULL);
	assert_int_equal(found.n, 5);
	arena_release(&a);
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(a_note_is_read_with_the_recording_which_stays_as_it_was, take_notes_away),
	    cmocka_unit_test_teardown(the_first_note_is_seen_by_who_has_it_open_already, take_notes_away),
	    cmocka_unit_test_teardown(a_note_that_was_cut_off_costs_itself_alone, take_notes_away),
	    cmocka_unit_test_teardown(
		a_note_goes_through_no_link_and_says_why_it_could_not_be_written, take_notes_away),
	    cmocka_unit_test_teardown(without_memory_nothing_is_half_written, take_notes_away),
	    cmocka_unit_test_teardown(a_report_tells_the_notes, take_notes_away),
	    cmocka_unit_test_teardown(alerts_have_the_notes_that_were_made_meanwhile, take_notes_away),
	    cmocka_unit_test(a_note_is_of_an_alert_of_its_model_and_time),
	    cmocka_unit_test(the_key_asks_and_what_is_typed_is_a_mark_with_its_author),
	};

	return cmocka_run_group_tests_name("notes", tests, record_fleet, remove_fleet);
}
