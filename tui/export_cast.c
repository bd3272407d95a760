#include "tui/export_cast.h"

#include <string.h>

#include "tui/cast.h"
#include "tui/cast_marks.h"
#include "tui/plain.h"
#include "tui/report_recording.h"
#include "tui/screen_setup.h"
#include "tui/settings.h"
#include "tui/screencast.h"
#include "tui/shot.h"

#define FRAME_MS 100 /* of the cast, as on a terminal */

struct film {
	struct shot shot;
	struct ui *ui;
	struct grid grid;
	struct cast cast;
	struct cast_marks marks;
	struct theme_choice chosen;
	const struct theme *theme;
	int64_t at_ms; /* into the cast */
	int64_t moment_ms, to_ms; /* of the recording */
	FILE *to;
};

int
export_cast_refuse(const struct options *o, struct err *err)
{
	static const char *const names[] = {
	    "size", "keys", "speed", "window", "theme", "no-color", "ascii", "glyphs"};
	bool cast = strcmp(o->text[OPTION_FORMAT], "cast") == 0;
	size_t i;

	if (cast && o->given[OPTION_WHAT])
		return err_set(err, ERR_USAGE, "--what is no option of a cast, which is of the screen");
	for (i = 0; i < sizeof(names) / sizeof(names[0]) && !cast; i++) {
		const struct option_row *r = options_find(names[i], COMMAND_EXPORT);

		if (r && o->given[r->id])
			return err_set(err, ERR_USAGE, "--%s is an option of --format cast alone", names[i]);
	}
	return 0;
}

/* ---- playing --------------------------------------------------------------------------------- */

static void
put_marker(void *ctx, struct slice label)
{
	struct film *f = ctx;

	cast_marker(&f->cast, label, f->at_ms);
}

static void
flush(struct film *f)
{
	fwrite(f->cast.out.p, 1, f->cast.out.n, f->to);
	f->cast.out.n = 0;
}

static void
take(struct film *f)
{
	struct replay *r = f->shot.past.replay;
	int64_t moment = replay_time_ms(r);

	shot_draw(&f->shot, f->ui, &f->grid, 2 * SHOT_REST_MS + f->at_ms);
	cast_frame(&f->cast, &f->grid, f->theme, f->at_ms);
	cast_marks_past(&f->marks, f->shot.past.rec, replay_store(r), f->moment_ms, moment);
	f->moment_ms = moment;
	flush(f);
}

/* Up to the last moment of the range; what cannot be read in it stands still, and that ends it, too. */
static void
play(struct film *f)
{
	struct replay *r = f->shot.past.replay;
	char say[REPLAY_SAY_BYTES];

	f->moment_ms = replay_time_ms(r);
	replay_play(r, true, 0);
	take(f);
	while (replay_past(r)->playing && f->moment_ms < f->to_ms && !ferror(f->to)) {
		bool moved;

		f->at_ms += FRAME_MS;
		moved = replay_tick(r, f->at_ms, say);
		if (replay_time_ms(r) > f->to_ms)
			break;
		if (say[0])
			ui_say(f->ui, say);
		if (moved || say[0])
			take(f);
	}
}

/* ---- from start to end ----------------------------------------------------------------------- */

static int
open_film(struct film *f, const struct options *o, const struct env *env, struct err *err)
{
	struct replay_file *past = &f->shot.past;
	struct cast_options co = {.depth = screencast_depth(o, env)};
	struct ui_options uo;
	int64_t from_ms = 0, end_ms;
	int rc = screen_setup_theme(o, env, &f->chosen, err);

	f->theme = f->chosen.theme ? f->chosen.theme : themes[0];
	if (!rc && f->chosen.warning[0])
		plain_complain(f->chosen.warning, env->utf8);
	if (!rc && o->text[OPTION_KEYS])
		rc = shot_check_keys(o->text[OPTION_KEYS], err);
	if (!rc)
		rc = replay_file_open(past, o, env, true, err);
	if (!rc)
		rc = report_recording_range(past->rec, o, env->utc_offset_ms, &from_ms, &f->to_ms, err);
	if (!rc)
		rc = replay_seek(past->replay, from_ms, err);
	if (!rc)
		rc = grid_init(&f->grid, o->rows, o->cols, settings_glyphs(o, GLYPHS_BRAILLE), err);
	if (rc)
		return rc;
	recording_range(past->rec, &from_ms, &end_ms);
	f->to_ms = end_ms < f->to_ms ? end_ms : f->to_ms;
	replay_file_ui(o, env, &uo);
	co.began_ms = replay_time_ms(past->replay);
	co.title = uo.endpoint;
	cast_init(&f->cast, &co);
	cast_marks_init(&f->marks, co.began_ms, put_marker, f);
	rc = ui_new(&f->ui, &uo, err);
	if (!rc)
		ui_set_past(f->ui, replay_past(past->replay));
	return rc;
}

int
export_cast(const struct options *o, const struct env *env, FILE *to, struct err *err)
{
	struct film f = {.to = to, .shot = {.options = o, .env = env}};
	int rc = open_film(&f, o, env, err);

	f.shot.theme = &f.chosen;
	if (!rc && o->text[OPTION_KEYS])
		rc = shot_press(&f.shot, f.ui, &f.grid, o->text[OPTION_KEYS], SHOT_REST_MS, err);
	f.theme = f.chosen.theme ? f.chosen.theme : themes[0];
	if (!rc)
		play(&f);
	if (!rc && !f.cast.begun)
		rc = err_nomem(err);
	ui_free(f.ui);
	cast_marks_release(&f.marks);
	cast_release(&f.cast);
	grid_release(&f.grid);
	replay_file_close(&f.shot.past);
	return rc;
}
