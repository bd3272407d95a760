/* drifttop replay: the dashboard over a recording. */
#include "tui/command.h"
#include "tui/dash.h"
#include "tui/follow_run.h"
#include "tui/replay_file.h"
#include "tui/screen_setup.h"

int
cmd_replay(const struct options *o, const struct env *env, struct err *err)
{
	struct theme_choice theme;
	struct replay_file f;
	struct ui_options uo;
	int rc = screen_setup_theme(o, env, &theme, err);

	if (!rc)
		rc = replay_file_open(&f, o, env, true, err);
	if (rc)
		return rc;
	replay_file_ui(o, env, &uo);
	if (o->given[OPTION_PLAIN])
		rc = follow_replay(o, env, f.replay, uo.endpoint, err);
	else
		rc = dash_replay(o, env, f.replay, &uo, err);
	replay_file_close(&f);
	return rc;
}
