/* drifttop demo: a private server with four models in it, and the dashboard on them. */
#include "tui/dash.h"
#include "tui/command.h"
#include "tui/demo.h"

int
cmd_demo(const struct options *o, const struct env *env, struct err *err)
{
	const char *sources[1];
	struct demo *d = NULL;
	int rc;

	rc = demo_start(&d, env, err);
	if (rc)
		return rc;
	sources[0] = demo_url(d);
	rc = dash_run(o, env, sources, 1, "demo", err);
	demo_stop(d);
	return rc;
}
