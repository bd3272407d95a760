#include "tui/screencast.h"

#include <stdio.h>

#include "core/mem.h"
#include "tui/cast_file.h"
#include "tui/cast_marks.h"

struct screencast {
	struct cast_file *file;
	struct cast_marks marks;
	int64_t begun_mono_ms; /* of the first picture */
	int64_t marked_ms;     /* the moment of a recording up to which there are markers */
	int64_t at_ms;	       /* into the cast, of the present call */
};

enum color_depth
screencast_depth(const struct options *o, const struct env *env)
{
	return env->no_color || o->given[OPTION_NO_COLOR] ? DEPTH_MONO : DEPTH_256;
}

static void
put_marker(void *ctx, struct slice label)
{
	struct screencast *c = ctx;

	cast_file_marker(c->file, label, c->at_ms);
}

int
screencast_open(struct screencast **out, uv_loop_t *loop, const struct options *o, const struct env *env,
    const char *name, struct err *err)
{
	struct cast_options co = {.depth = screencast_depth(o, env), .began_ms = env_wall_ms()};
	char title[256];
	struct screencast *c;
	int rc;

	*out = NULL;
	if (!o->text[OPTION_CAST])
		return 0;
	c = mem_calloc(1, sizeof(*c));
	if (!c)
		return err_nomem(err);
	snprintf(title, sizeof(title), "drifttop %s", name);
	co.title = title;
	rc = cast_file_open(&c->file, loop, o->text[OPTION_CAST], &co, err);
	if (rc) {
		mem_free(c);
		return rc;
	}
	cast_marks_init(&c->marks, co.began_ms, put_marker, c);
	*out = c;
	return 0;
}

int
screencast_close(struct screencast *c, struct err *err)
{
	int rc;

	if (!c)
		return 0;
	rc = cast_file_close(c->file, err);
	cast_marks_release(&c->marks);
	mem_free(c);
	return rc;
}

/* What lies between two moments shown has happened meanwhile, also where that was a jump; going back tells nothing. */
static void
put_markers(struct screencast *c, const struct screencast_view *v, bool first)
{
	if (v->live)
		cast_marks_live(&c->marks, v->live);
	else if (!first)
		cast_marks_past(&c->marks, v->rec, v->shown, c->marked_ms, v->at_ms);
	c->marked_ms = v->at_ms;
}

void
screencast_frame(struct screencast *c, const struct screencast_view *v, int64_t mono_ms)
{
	bool first;

	if (!c || !v->theme)
		return;
	first = !cast_file_begun(c->file);
	if (first)
		c->begun_mono_ms = mono_ms;
	c->at_ms = mono_ms - c->begun_mono_ms;
	cast_file_frame(c->file, v->grid, v->theme, c->at_ms);
	if (cast_file_begun(c->file))
		put_markers(c, v, first);
}

void
screencast_tick(struct screencast *c, int64_t mono_ms)
{
	if (c && cast_file_begun(c->file))
		cast_file_tick(c->file, mono_ms - c->begun_mono_ms);
}

bool
screencast_waits(const struct screencast *c)
{
	return c && !cast_file_begun(c->file);
}

bool
screencast_news(struct screencast *c, char *say, size_t bytes)
{
	return c && cast_file_news(c->file, say, bytes);
}
