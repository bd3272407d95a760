/* drifttop cut: a part of a recording as a file of its own. */
#include <stdio.h>
#include <string.h>

#include "collectors/recording_cut.h"
#include "tui/command.h"
#include "tui/plain.h"
#include "tui/settings.h"
#include "tui/timearg.h"
#include "widgets/fmt.h"

static int
read_time(int64_t *ms, const struct options *o, enum option_id id, const struct timearg_place *place, struct err *err)
{
	int rc = o->given[id] ? timearg_parse_moment(ms, o->text[id], place, err) : 0;

	return rc ? err_wrap(err, "--%s", id == OPTION_FROM ? "from" : "to") : 0;
}

static void
say_result(const struct options *o, const struct env *env, const struct recording_cut *cut)
{
	int64_t zone = settings_offset_ms(o, env);
	char text[400];

	snprintf(text, sizeof(text), "%.200s: %s to %s, %s", o->text[OPTION_OUTPUT],
	    fmt_datetime(cut->from_ms, zone).s, fmt_datetime(cut->to_ms, zone).s, fmt_bytes(cut->bytes).s);
	plain_complain(text, env->utf8);
	if (!cut->left)
		return;
	snprintf(text, sizeof(text), "%zu damaged frame%s left behind", cut->left, cut->left == 1 ? " was" : "s were");
	plain_complain(text, env->utf8);
}

int
cmd_cut(const struct options *o, const struct env *env, struct err *err)
{
	struct recording *r = NULL;
	struct recording_cut cut;
	struct timearg_place place;
	int64_t from_ms, to_ms;
	int rc = recording_open(&r, o->operands[0], err);

	if (rc)
		return rc;
	recording_range(r, &from_ms, &to_ms);
	place = (struct timearg_place){to_ms, from_ms, to_ms, settings_offset_ms(o, env)};
	rc = read_time(&from_ms, o, OPTION_FROM, &place, err);
	if (!rc)
		rc = read_time(&to_ms, o, OPTION_TO, &place, err);
	if (!rc && to_ms < from_ms)
		rc = err_set(err, ERR_USAGE, "--from lies behind --to: that is empty");
	if (!rc) {
		rc = recording_cut(r, o->text[OPTION_OUTPUT], from_ms, to_ms, &cut, err);
		if (rc == ERR_FORMAT || rc == ERR_INVALID)
			err_wrap(err, "%s", recording_path(r));
	}
	if (!rc)
		say_result(o, env, &cut);
	recording_close(r);
	return rc;
}
