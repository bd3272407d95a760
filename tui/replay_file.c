#include "tui/replay_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/screen_setup.h"
#include "tui/settings.h"
#include "tui/timearg.h"

#define SUFFIX ".dtr"

static bool
named_so(const char *path)
{
	size_t n = strlen(path);

	return n > strlen(SUFFIX) && strcmp(path + n - strlen(SUFFIX), SUFFIX) == 0;
}

bool
replay_file_is(const char *source)
{
	static const unsigned char sync[4] = {0xd7, 'D', 'T', 'R'};
	unsigned char head[4];
	FILE *f;
	size_t n;

	if (strcmp(source, "-") == 0 || strstr(source, "://"))
		return false;
	if (named_so(source))
		return true;
	f = fopen(source, "rb");
	n = f ? fread(head, 1, sizeof(head), f) : 0;
	if (f)
		fclose(f);
	return n == sizeof(head) && memcmp(head, sync, sizeof(sync)) == 0;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int
go_to(struct replay_file *f, const struct options *o, const struct env *env, bool begin, struct err *err)
{
	const char *at = o->text[OPTION_AT];
	struct timearg_place place = {.utc_offset_ms = settings_offset_ms(o, env)};
	int64_t ms;
	int rc;

	recording_range(f->rec, &place.from_ms, &place.to_ms);
	place.now_ms = place.to_ms;
	if (!at)
		return begin ? replay_seek_first(f->replay, err) : replay_seek(f->replay, place.to_ms, err);
	rc = timearg_parse_shown(&ms, at, &place, err);
	if (rc) {
		err_wrap(err, "--at");
		return rc;
	}
	return replay_seek(f->replay, ms, err);
}

int
replay_file_open(struct replay_file *f, const struct options *o, const struct env *env, bool begin, struct err *err)
{
	struct replay_options ro = {.name = base_name(o->operands[0])};
	int rc;

	memset(f, 0, sizeof(*f));
	rc = recording_open(&f->rec, o->operands[0], err);
	if (!rc) {
		rc = replay_open(&f->replay, f->rec, &ro, err);
		if (rc)
			err_wrap(err, "%s", o->operands[0]);
	}
	if (!rc)
		rc = go_to(f, o, env, begin, err);
	if (!rc && o->given[OPTION_SPEED] && !isnan(o->number[OPTION_SPEED]))
		replay_set_speed(f->replay, o->number[OPTION_SPEED], 0);
	if (rc)
		replay_file_close(f);
	return rc;
}

void
replay_file_close(struct replay_file *f)
{
	replay_close(f->replay);
	recording_close(f->rec);
	memset(f, 0, sizeof(*f));
}

void
replay_file_ui(const struct options *o, const struct env *env, struct ui_options *out)
{
	screen_setup_ui(o, env, NULL, out);
	out->endpoint = base_name(o->operands[0]);
}
