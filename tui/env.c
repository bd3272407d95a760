#include "tui/env.h"

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"

#ifndef DRIFTTOP_DATADIR
#define DRIFTTOP_DATADIR "/usr/local/share/drifttop"
#endif

#define PASSWORD_MAX 4096

static const char *
not_empty(const char *name)
{
	const char *v = getenv(name);

	return v && *v ? v : NULL;
}

static int64_t
clock_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
env_wall_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t
env_mono_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

static bool
names_utf8(const char *v)
{
	const char *dot = v ? strchr(v, '.') : NULL;

	return dot &&
	       (strncasecmp(dot + 1, "utf-8", 5) == 0 || strncasecmp(dot + 1, "utf8", 4) == 0);
}

/* A login often brings the name of a locale that this machine does not have; that it is UTF-8 is
 * still true. */
static void
set_locale(void)
{
	const char *asked = not_empty("LC_ALL");

	if (setlocale(LC_CTYPE, ""))
		return;
	asked = asked ? asked : not_empty("LC_CTYPE");
	asked = asked ? asked : not_empty("LANG");
	if (!names_utf8(asked) ||
	    (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "en_US.UTF-8")))
		setlocale(LC_CTYPE, "C");
}

static bool
examples_at(char *buf, size_t bytes, const char *dir, const char *below)
{
	char probe[PATH_MAX];
	int n;

	n = snprintf(probe, sizeof(probe), "%s%s/storms.train.ndjson.gz", dir, below);
	if (n < 0 || (size_t)n >= sizeof(probe) || access(probe, R_OK) != 0)
		return false;
	n = snprintf(buf, bytes, "%s%s", dir, below);
	return n > 0 && (size_t)n < bytes;
}

/* Beside the program in the source tree, below its prefix where it was installed, or where the
 * build was told. */
static void
find_examples(struct env *env, const char *argv0)
{
	char dir[PATH_MAX], self[PATH_MAX];
	static const char *const places[] = {"/docs/examples", "/../docs/examples",
	    "/../../docs/examples", "/../share/drifttop/examples"};
	char *slash;
	size_t i;
	ssize_t n;

	env->examples[0] = '\0';
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0) {
		self[n] = '\0';
		argv0 = self;
	}
	if (argv0 && strchr(argv0, '/') && realpath(argv0, dir)) {
		slash = strrchr(dir, '/');
		*slash = '\0';
		for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			if (examples_at(env->examples, sizeof(env->examples), dir, places[i]))
				return;
		}
	}
	if (!examples_at(env->examples, sizeof(env->examples), DRIFTTOP_DATADIR, "/examples"))
		env->examples[0] = '\0';
}

/* A relative XDG_CONFIG_HOME counts as not set, as its specification says. */
static void
find_config(struct env *env)
{
	const char *base = not_empty("XDG_CONFIG_HOME"), *home = not_empty("HOME");
	int n = -1;

	if (base && base[0] == '/')
		n = snprintf(env->config_file, sizeof(env->config_file), "%s/drifttop/config.json", base);
	else if (home)
		n = snprintf(env->config_file, sizeof(env->config_file), "%s/.config/drifttop/config.json", home);
	if (n < 0 || (size_t)n >= sizeof(env->config_file))
		env->config_file[0] = '\0';
}

static void
add_theme_dir(struct env *env, const char *base, size_t n)
{
	char *out = env->theme_dirs[env->ntheme_dirs < ENV_THEME_DIRS ? env->ntheme_dirs : 0];
	int len;

	if (env->ntheme_dirs >= ENV_THEME_DIRS || n == 0 || base[0] != '/')
		return;
	len = snprintf(out, sizeof(env->theme_dirs[0]), "%.*s/drifttop/themes", (int)n, base);
	if (len < 0 || (size_t)len >= sizeof(env->theme_dirs[0]))
		return;
	for (size_t i = 0; i < env->ntheme_dirs; i++)
		if (strcmp(env->theme_dirs[i], out) == 0)
			return;
	env->ntheme_dirs++;
}

/* XDG_DATA_DIRS, in its order, then what was installed with this program, perhaps under another PREFIX. */
static void
find_themes(struct env *env)
{
	const char *dirs = not_empty("XDG_DATA_DIRS");
	char self[PATH_MAX], share[PATH_MAX];
	ssize_t n;

	for (dirs = dirs ? dirs : "/usr/local/share:/usr/share"; *dirs; dirs += dirs[0] == ':') {
		size_t len = strcspn(dirs, ":");

		add_theme_dir(env, dirs, len);
		dirs += len;
	}
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		n = snprintf(share, sizeof(share), "%s", self);
		if (n > 4 && (size_t)n < sizeof(share) && strcmp(share + n - 4, "/bin") == 0) {
			snprintf(share + n - 4, sizeof(share) - (size_t)n + 4, "/share");
			add_theme_dir(env, share, strlen(share));
		}
	}
	add_theme_dir(env, DRIFTTOP_DATADIR, strlen(DRIFTTOP_DATADIR) - strlen("/drifttop"));
}

/* Its root may be given by XDG_STATE_HOME, as that of the configuration by XDG_CONFIG_HOME. */
static void
find_state(struct env *env)
{
	const char *base = not_empty("XDG_STATE_HOME"), *home = not_empty("HOME");
	int n = -1;

	if (base && base[0] == '/')
		n = snprintf(env->state_home, sizeof(env->state_home), "%s/drifttop", base);
	else if (home && home[0] == '/')
		n = snprintf(env->state_home, sizeof(env->state_home), "%s/.local/state/drifttop", home);
	if (n < 0 || (size_t)n >= sizeof(env->state_home))
		env->state_home[0] = '\0';
}

extern char **environ;

#define CHILD_MAX 1024 /* variables: what is beyond is left out */

/* What a command that is run gets: everything but secrets. */
static char **
child_environment(void)
{
	static const char *const secrets[] = {"DRIFTTOP_REDIS_URL=", "REDISCLI_AUTH="};
	static char *child[CHILD_MAX + 1];
	size_t i, k, n = 0;

	for (i = 0; environ[i] && n < CHILD_MAX; i++) {
		for (k = 0; k < 2 && strncmp(environ[i], secrets[k], strlen(secrets[k])) != 0; k++)
			;
		if (k == 2)
			child[n++] = environ[i];
	}
	child[n] = NULL;
	return child;
}

void
env_read(struct env *env, const char *argv0)
{
	struct tm local;
	time_t now;

	memset(env, 0, sizeof(*env));
	set_locale();
	env->codeset = nl_langinfo(CODESET);
	env->utf8 = strcasecmp(env->codeset, "UTF-8") == 0 || strcasecmp(env->codeset, "UTF8") == 0;
	env->no_color = not_empty("NO_COLOR") != NULL;
	env->frame_marks = not_empty("DRIFTTOP_FRAME_MARKS") != NULL;
	env->full_pace = env->frame_marks && strcmp(not_empty("DRIFTTOP_FRAME_MARKS"), "full") == 0;
	env->redis_url = not_empty("DRIFTTOP_REDIS_URL");
	env->redis_auth = not_empty("REDISCLI_AUTH");
	env->user = not_empty("LOGNAME");
	if (!env->user)
		env->user = not_empty("USER");
	env->child = child_environment();
	env->tmpdir = not_empty("TMPDIR");
	if (!env->tmpdir)
		env->tmpdir = "/tmp";
	env->path = not_empty("PATH");
	if (!env->path)
		env->path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin";
	env->wall_ms = env_wall_ms();
	now = (time_t)(env->wall_ms / 1000);
	tzset();
	if (localtime_r(&now, &local)) {
		env->utc_offset_ms = (int64_t)local.tm_gmtoff * 1000;
		snprintf(
		    env->zone, sizeof(env->zone), "%s", local.tm_zone ? local.tm_zone : "local");
	} else {
		snprintf(env->zone, sizeof(env->zone), "UTC");
	}
	find_examples(env, argv0);
	find_config(env);
	find_themes(env);
	find_state(env);
}

int
env_password_file(char **out, const char *path, struct err *err)
{
	char line[PASSWORD_MAX + 2];
	FILE *f = fopen(path, "re");
	size_t n;
	int rc = 0;

	if (!f)
		return err_set(err, ERR_IO, "--password-file '%s': %s", path, strerror(errno));
	setvbuf(f, NULL, _IONBF, 0); /* no copy of the secret stays in a buffer that is not ours to wipe */
	if (!fgets(line, sizeof(line), f)) {
		rc =
		    ferror(f)
			? err_set(err, ERR_IO, "--password-file '%s': %s", path, strerror(errno))
			: err_set(err, ERR_FORMAT, "--password-file '%s': the file is empty", path);
		goto out;
	}
	n = strcspn(line, "\r\n");
	if (n > PASSWORD_MAX)
		rc = err_set(err, ERR_LIMIT,
		    "--password-file '%s': the first line is longer than %d bytes", path,
		    PASSWORD_MAX);
	else if (n == 0)
		rc =
		    err_set(err, ERR_FORMAT, "--password-file '%s': the first line is empty", path);
	else if (!(*out = mem_dup(line, n)))
		rc = err_nomem(err);
out:
	fclose(f);
	mem_wipe(line, sizeof(line));
	return rc;
}
