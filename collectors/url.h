/*
 * A SOURCE argument taken apart: [LABEL=] and then
 *
 *   redis://[user[:password]@]host[:port][/db]   also ?db=n; IPv6 in brackets; no host: 127.0.0.1; no port: 6379
 *   unix:///path[?db=n]                          also redis+socket://, and user:password@ before the path
 *   PATH, file://PATH                            a file; .gz by its content
 *   -                                            standard input
 *
 * Percent-encoding is undone in user, password, host and socket path. An empty user is the default user.
 */
#ifndef COLLECTORS_URL_H
#define COLLECTORS_URL_H

#include <stdbool.h>

#include "core/err.h"

enum url_kind {
	URL_TCP,
	URL_UNIX,
	URL_FILE,
	URL_STDIN,
};

#define URL_REDIS_PORT 6379
#define URL_UNIX_PATH_BYTES 104 /* the least of the systems' sun_path, its NUL included (Linux has 108, macOS 104) */

struct url {
	enum url_kind kind;
	char *label;	/* "" where there is none */
	char *user;	/* NULL: none */
	char *password; /* NULL: none. Never in `shown` */
	char *host;	/* URL_TCP */
	unsigned port;
	unsigned db;
	char *path;  /* URL_UNIX, URL_FILE */
	char *shown; /* what may be shown: no user, no password */
};

/* Fills *out, to be given back by url_release; on failure *out holds nothing. ERR_USAGE, ERR_NOMEM. */
int url_parse(struct url *out, const char *text, struct err *err);
void url_release(struct url *u);

#endif
