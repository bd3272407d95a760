#include "tests/lib_demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collectors/publish.h"
#include "tui/demo_play.h"
#include "tui/env.h"

void
lib_demo_play(const char *url, int seconds)
{
	struct demo_play *play = NULL;
	struct publish *to = NULL;
	struct err err = {0};
	int64_t now = env_wall_ms(), begin = now - seconds * INT64_C(1000), wait, t;
	int rc;

	rc = demo_play_new(&play, "docs/examples", &err);
	if (!rc)
		rc = publish_open(&to, url, NULL, PUBLISH_TIMEOUT_MS, &err);
	if (!rc)
		rc = demo_play_history(play, to, begin, &err);
	for (t = begin; t <= now && !rc; t += 200)
		rc = demo_play_due(play, to, t, &wait, &err);
	publish_close(to);
	demo_play_free(play);
	if (rc)
		fail_msg("%s", err.msg);
}
