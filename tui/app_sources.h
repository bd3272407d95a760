/* What the options say about sources: which, how much of their history, with which password. */
#ifndef TUI_APP_SOURCES_H
#define TUI_APP_SOURCES_H

#include <stdbool.h>

#include "core/err.h"
#include "tui/feed.h"

struct app_setup;

struct app_sources {
	struct feed_options feed; /* all but the sink */
	const char *default_source[1];
	char *password;
	bool files_only;
	char endpoint[160]; /* as it is shown: without a password */
};

/*
 * Fills *a, which is zero and does not move any more: its parts point at each other and at the setup. Looks at every
 * source once, so that wrong ones are refused before anything is opened. ERR_USAGE with one sentence; ERR_NOMEM; a
 * password file that cannot be read. On failure *a may be released.
 */
int app_sources_resolve(struct app_sources *a, const struct app_setup *s, struct err *err);

/* Whether one of them is standard input, which cannot be read again. */
bool app_sources_read_stdin(const struct app_sources *a);

void app_sources_release(struct app_sources *a);

#endif
