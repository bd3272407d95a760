#include "tui/dash_ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "tui/dash_set.h"
#include "tui/export.h"
#include "tui/history.h"
#include "tui/reopen.h"
#include "tui/screen_setup.h"
#include "tui/settings.h"
#include "tui/ui_place.h"
#include "widgets/fmt.h"

/* ---- a screen into a file ------------------------------------------------------------------------ */

static int
write_new(const char *path, mode_t mode, const char *bytes, size_t n, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), why = 0;

	if (fd < 0)
		return err_set(err, ERR_IO, "%s", errno == EEXIST ? "is there already, and stays" : strerror(errno));
	while (n && !why) {
		ssize_t k = write(fd, bytes, n);

		if (k < 0 && errno != EINTR)
			why = errno;
		bytes += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
	if (close(fd) != 0 && !why)
		why = errno;
	if (!why)
		return 0;
	unlink(path);
	return err_set(err, ERR_IO, "%s", strerror(why));
}

static const struct theme *
theme_of(const struct dash_ask *a)
{
	const struct theme *theme = a->term ? term_theme(a->term) : a->theme->theme;

	return theme ? theme : themes[0];
}

/* Painted anew: what is in the terminal's grid may still have the prompt in it. */
static int
export_screen(const struct dash_ask *a, const struct ui_request *r, struct err *err)
{
	bool mono = a->env->no_color || a->options->given[OPTION_NO_COLOR];
	struct grid g = {0};
	char *text = NULL;
	size_t n = 0;
	int rc = grid_init(&g, a->grid->rows, a->grid->cols, a->grid->glyphs, err);

	if (!rc && r->follow)
		ui_draw_panel(a->ui, a->store, &g, a->now_ms, a->mono_ms);
	else if (!rc)
		ui_draw(a->ui, a->store, &g, a->now_ms, a->mono_ms);
	if (!rc)
		rc = export_grid(&g, export_format_of_file(slice_of(r->reason)), theme_of(a),
		    mono ? DEPTH_MONO : DEPTH_256, &text, &n, err);
	if (!rc)
		rc = write_new(r->reason, r->kind == UI_REQUEST_PRINT ? 0600 : 0666, text, n, err);
	mem_free(text);
	grid_release(&g);
	return rc;
}

static void
do_export(const struct dash_ask *a, const struct ui_request *r)
{
	struct err err = {0};
	char say[ERR_MSG_BYTES];

	if (export_screen(a, r, &err))
		snprintf(say, sizeof(say), "not written: %.100s: %.200s", r->reason, err.msg);
	else
		snprintf(say, sizeof(say), "written: %.200s", r->reason);
	ui_say(a->ui, say);
}

/* A name that says what it is of, and when that was. */
static void
do_print(const struct dash_ask *a, const struct ui_request *r)
{
	struct ui_request one = *r;
	struct fmt day = fmt_date(a->now_ms, r->utc_offset_ms), clock = fmt_clock(a->now_ms, r->utc_offset_ms);
	char name[60];

	ui_place_name(a->ui, name, sizeof(name));
	one.follow = true;
	snprintf(one.reason, sizeof(one.reason), "drifttop-%s-%.10s-%.2s%.2s%.2s.txt", name, day.s,
	    clock.s, clock.s + 3, clock.s + 6);
	do_export(a, &one);
}

/* ---- for somebody else --------------------------------------------------------------------------- */

static void
do_copy(const struct dash_ask *a)
{
	const struct reopen_view v = {a->options, a->env, a->ui, a->store};
	const struct config *c = a->options->config;
	char line[REOPEN_BYTES];
	struct err err = {0};

	if (reopen_line(line, sizeof(line), &v, &err)) {
		ui_say(a->ui, err.msg);
		return;
	}
	if (a->term && (!c || c->clipboard))
		(void)term_copy(a->term, slice_of(line));
	ui_say(a->ui, line);
}

/* ---- what an input is ---------------------------------------------------------------------------- */

static bool
do_role(const struct dash_ask *a, const struct ui_request *r)
{
	struct err err = {0};
	char say[120];

	if (!a->options->config || r->model >= store_model_count(a->store))
		return false;
	if (changes_add_role(a->changes, a->options->config, store_model_name(a->store, r->model),
		slice_of(r->reason), (enum feature_role)r->file, &err)) {
		ui_say(a->ui, err.msg);
		return false;
	}
	if (a->again)
		snprintf(say, sizeof(say), "%.40s is read again as %s; :save keeps it", r->reason,
		    feature_role_names[r->file]);
	else
		snprintf(say, sizeof(say), "this cannot be read again: :save, and it holds from the next start");
	ui_say(a->ui, say);
	return a->again;
}

/* ---- the configuration --------------------------------------------------------------------------- */

static void
do_save(const struct dash_ask *a)
{
	const struct options *o = a->options;
	const char *path = o->config && o->config->path ? o->config->path
			   : o->text[OPTION_CONFIG]	 ? o->text[OPTION_CONFIG]
							 : a->env->config_file;
	char say[160];

	a->changes->ncolumns = ui_columns_chosen(a->ui, a->changes->columns);
	settings_save(a->changes, o->config, a->env, path, say);
	ui_say(a->ui, say);
}

bool
dash_ask(const struct dash_ask *a, const struct ui_request *r, bool *rebase)
{
	switch (r->kind) {
	case UI_REQUEST_SET:
		dash_set(a, r);
		return true;
	case UI_REQUEST_EXPORT:
		do_export(a, r);
		return true;
	case UI_REQUEST_PRINT:
		do_print(a, r);
		return true;
	case UI_REQUEST_COPY:
		do_copy(a);
		return true;
	case UI_REQUEST_ROLE:
		*rebase = do_role(a, r);
		return true;
	case UI_REQUEST_CONFIG:
		do_save(a);
		return true;
	default:
		return false;
	}
}

/* ---- commands of other sessions ------------------------------------------------------------------ */

/* NULL: nothing is kept. */
static const char *
history_dir(const struct options *o, const struct env *env)
{
	const char *named = o->text[OPTION_STATE];

	if (named)
		return strcmp(named, "none") == 0 ? NULL : named;
	return env->state_home[0] ? env->state_home : NULL;
}

void
dash_history_read(struct ui *ui, const struct options *o, const struct env *env)
{
	const char *dir = history_dir(o, env);

	if (dir)
		(void)history_read(ui_history(ui), dir, NULL);
}

void
dash_history_write(struct ui *ui, const struct options *o, const struct env *env)
{
	const char *dir = ui ? history_dir(o, env) : NULL;

	if (dir)
		(void)history_write(ui_history(ui), dir, NULL);
}
