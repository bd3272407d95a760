/*
 * What the program is told by the world around it, read once at the start by main: nothing else
 * looks at the environment, the locale or the wall clock's zone.
 */
#ifndef TUI_ENV_H
#define TUI_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define ENV_THEME_DIRS 8
#define ENV_ZONE_BYTES 16

struct env {
	const char *codeset; /* of LC_CTYPE, e.g. "UTF-8" */
	bool utf8;
	bool no_color;             /* NO_COLOR is set and not empty */
	bool frame_marks;          /* DRIFTTOP_FRAME_MARKS: test mode of the terminal */
	bool full_pace;            /* the same is "full": a machine that is slow is no slow link */
	const char *redis_url;     /* DRIFTTOP_REDIS_URL; NULL: not set or empty */
	const char *redis_auth;    /* REDISCLI_AUTH; NULL: not set or empty */
	const char *tmpdir;        /* TMPDIR, else "/tmp" */
	const char *user;          /* LOGNAME, else USER; NULL: neither */
	const char *path;          /* PATH, else the system's default */
	char state_home[512];      /* where state directories are; empty: nowhere */
	char **child;        /* the environment of commands that are run: without passwords */
	char config_file[512];     /* where the configuration is looked for; empty: nowhere */
	int64_t wall_ms;           /* at the start */
	int64_t utc_offset_ms;     /* of local time, at the start */
	char zone[ENV_ZONE_BYTES]; /* its name */
	char examples[512];        /* the directory of the example data; empty: not found */
	char theme_dirs[ENV_THEME_DIRS][512]; /* of themes for all users of the machine, whether there are any or not */
	size_t ntheme_dirs;
};

/* Sets LC_CTYPE (and no other category: the decimal point stays a point). argv0 is where the
 * examples are looked for. */
void env_read(struct env *env, const char *argv0);

int64_t env_wall_ms(void);
int64_t env_mono_ms(void);

/*
 * The first line of a password file, without its line end, from mem_alloc. ERR_IO, ERR_LIMIT
 * (longer than 4 kB), ERR_FORMAT (empty).
 */
int env_password_file(char **out, const char *path, struct err *err);

#endif
