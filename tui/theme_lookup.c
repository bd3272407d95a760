#include "tui/theme_lookup.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/nearest.h"
#include "themes/theme_measure.h"
#include "tui/plain.h"

#define SUFFIX ".theme"
#define PATH_BYTES 1024
#define OWN_MAX 64 /* files that are listed */
#define NAME_COLS 16
#define ABOUT_COLS 100

/* ---- what was wrong -------------------------------------------------------------------------- */

static const char *
nearest_of(const char *word, const char *const *const *lists)
{
	struct nearest near;
	size_t i, k;

	nearest_init(&near, slice_of(word));
	for (i = 0; lists[i]; i++) {
		for (k = 0; lists[i][k]; k++)
			nearest_offer(&near, lists[i][k]);
	}
	return nearest_name(&near);
}

static const char *
nearest_name_of(const char *word)
{
	const char *names[ROLE_COUNT + 1] = {NULL};
	const char *const *const lists[] = {names, theme_parse_settings, NULL};

	memcpy(names, role_names, sizeof role_names);
	return nearest_of(word, lists);
}

static const char *
nearest_base(const char *word)
{
	struct nearest near;
	size_t i;

	nearest_init(&near, slice_of(word));
	for (i = 0; themes[i]; i++)
		nearest_offer(&near, themes[i]->name);
	return nearest_name(&near);
}

/* What was meant by the word of a fault; NULL: nothing comes near. */
static const char *
meant(const struct theme_fault *f)
{
	static const char *const *const looks[] = {theme_parse_words, NULL};

	switch (f->kind) {
	case THEME_FAULT_NAME:
		return nearest_name_of(f->word);
	case THEME_FAULT_BASE:
		return nearest_base(f->word);
	case THEME_FAULT_WORD:
		return nearest_of(f->word, looks);
	default:
		return NULL;
	}
}

static const struct {
	const char *before, *after; /* the word stands between them, in quotes; before NULL: there is none */
} faults[THEME_FAULT_COUNT] = {
    [THEME_FAULT_SIZE] = {NULL, "more than 64 KiB are no theme"},
    [THEME_FAULT_BYTE] = {NULL, "a byte that is no text"},
    [THEME_FAULT_FORM] = {"", " is not 'role = look'"},
    [THEME_FAULT_NAME] = {"unknown role ", ""},
    [THEME_FAULT_DEPTH] = {"'@16' or '@mono' may stand behind a role, not '@", ""},
    [THEME_FAULT_TWICE] = {NULL, "said twice"},
    [THEME_FAULT_BASE] = {"no theme of the program is called ", ""},
    [THEME_FAULT_BASE_LATE] = {NULL, "must come before the roles"},
    [THEME_FAULT_TEXT] = {NULL, "is the terminal's own and takes no look"},
    [THEME_FAULT_EMPTY] = {NULL, "nothing behind the '='; 'default' and 'plain' are something"},
    [THEME_FAULT_WORD] = {"", " is neither a colour nor an attribute"},
    [THEME_FAULT_HEX] = {"", " is no colour: # and six digits 0-9 a-f (a comment is # and a blank)"},
    [THEME_FAULT_NUMBER] = {"", " is no colour: they go from 0 to 255"},
    [THEME_FAULT_COLORS] = {"", " is a second colour: the one of the ground stands behind 'on'"},
    [THEME_FAULT_ON] = {NULL, "'on' stands once, before a colour"},
    [THEME_FAULT_SIXTEEN] = {"", " is none of the sixteen colours, or none of the eight behind 'on'"},
    [THEME_FAULT_ATTRIBUTE] = {"", " is an attribute: behind @16 there are colours alone"},
    [THEME_FAULT_COLOR] = {"", " is a colour: behind @mono there are attributes alone"},
    [THEME_FAULT_ONE_COLOR] = {"", " is not one colour"},
};

static int
complain(const struct theme_fault *f, const char *path, struct err *err)
{
	const char *near = meant(f), *before = faults[f->kind].before;
	char line[32] = "", name[THEME_WORD_BYTES + 4] = "", word[THEME_WORD_BYTES + 4] = "";

	if (f->line)
		snprintf(line, sizeof(line), " line %u", f->line);
	if (f->name[0] && f->kind != THEME_FAULT_NAME)
		snprintf(name, sizeof(name), "%s: ", f->name);
	if (before)
		snprintf(word, sizeof(word), "%s%s'", f->kind == THEME_FAULT_DEPTH ? "" : "'", f->word);
	return err_set(err, ERR_USAGE, "theme '%s'%s: %s%s%s%s%s%s%s", path, line, name, before ? before : "", word,
	    faults[f->kind].after, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- one of the user's ----------------------------------------------------------------------- */

static int
read_text(const char *path, char **text, size_t *n, struct err *err)
{
	FILE *f = fopen(path, "rb");
	int rc = 0;

	*text = NULL;
	if (!f)
		return err_set(err, errno == ENOENT ? ERR_USAGE : ERR_IO, "theme '%s' cannot be opened: %s", path,
		    strerror(errno));
	*text = mem_alloc(THEME_TEXT_BYTES_MAX + 1);
	if (!*text)
		rc = err_nomem(err);
	else
		*n = fread(*text, 1, THEME_TEXT_BYTES_MAX + 1, f);
	if (!rc && ferror(f))
		rc = err_set(err, ERR_IO, "theme '%s' cannot be read: %s", path, strerror(errno));
	fclose(f);
	return rc;
}

/* "./warm.theme" is called "warm". */
static void
name_of_path(char name[THEME_NAME_BYTES], const char *path)
{
	const char *last = strrchr(path, '/');
	size_t n;

	last = last ? last + 1 : path;
	n = strlen(last);
	if (n > strlen(SUFFIX) && strcmp(last + n - strlen(SUFFIX), SUFFIX) == 0)
		n -= strlen(SUFFIX);
	if (n >= THEME_NAME_BYTES)
		n = THEME_NAME_BYTES - 1;
	memcpy(name, last, n);
	name[n] = '\0';
}

/* What a path is called in a sentence: of the user's own directory the end says enough, and fits a status line. */
static const char *
short_path(const char *path, bool in_dir)
{
	const char *last = strrchr(path, '/');

	if (!in_dir || !last)
		return path;
	while (last > path && last[-1] != '/')
		last--;
	return last;
}

static int
read_own(struct theme_own *out, const char *path, bool in_dir, struct err *err)
{
	char name[THEME_NAME_BYTES], *text = NULL;
	struct theme_fault fault;
	size_t n = 0;
	int rc = read_text(path, &text, &n, err);

	name_of_path(name, path);
	if (!rc && !theme_parse(out, name, text, n, &fault))
		rc = complain(&fault, short_path(path, in_dir), err);
	mem_free(text);
	return rc;
}

/* It is taken all the same: whoever made it may see better than the contract. */
static void
warn(char out[THEME_WARNING_BYTES], const struct theme *t)
{
	struct theme_finding worst;

	out[0] = '\0';
	if (theme_measure_holds(t, &worst))
		return;
	if (worst.got > 0)
		snprintf(out, THEME_WARNING_BYTES,
		    "theme '%s' is hard to read, most of all '%s': %s %.1f, should be %.3g", t->name,
		    role_names[worst.role], worst.what, worst.got, worst.least);
	else
		snprintf(out, THEME_WARNING_BYTES, "theme '%s' is hard to read, most of all '%s': no %s", t->name,
		    role_names[worst.role], worst.what);
}

static int
take_own(struct theme_choice *out, const char *path, bool in_dir, struct err *err)
{
	struct theme_own own;
	int rc = read_own(&own, path, in_dir, err);

	if (rc)
		return rc;
	theme_own_copy(&out->own, &own);
	out->theme = &out->own.theme;
	warn(out->warning, out->theme);
	return 0;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* The directory of the configuration, "/themes" behind it; then what the environment says. */
bool
theme_lookup_dir(char *out, size_t bytes, const struct env *env, size_t i)
{
	const char *slash = env ? strrchr(env->config_file, '/') : NULL;
	int n = -1;

	if (i == 0 && slash)
		n = snprintf(out, bytes, "%.*s/themes", (int)(slash - env->config_file), env->config_file);
	else if (env && i > 0 && i <= env->ntheme_dirs)
		n = snprintf(out, bytes, "%s", env->theme_dirs[i - 1]);
	return n > 0 && (size_t)n < bytes;
}

static bool
is_there(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (f)
		fclose(f);
	return f || errno != ENOENT;
}

/* The first of that name. */
static bool
own_path(char *out, size_t bytes, const char *name, const struct env *env)
{
	char dir[PATH_BYTES];

	for (size_t i = 0; i <= (env ? env->ntheme_dirs : 0); i++) {
		bool known = theme_lookup_dir(dir, sizeof(dir), env, i);
		int n = known ? snprintf(out, bytes, "%s/%s" SUFFIX, dir, name) : -1;

		if (n > 0 && (size_t)n < bytes && is_there(out))
			return true;
	}
	return false;
}

static bool
ends_in_suffix(const char *name)
{
	size_t n = strlen(name);

	return n > strlen(SUFFIX) && strcmp(name + n - strlen(SUFFIX), SUFFIX) == 0;
}

bool
theme_lookup_is_path(const char *name)
{
	return strchr(name, '/') || ends_in_suffix(name);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Those of one directory behind the n there are; those the program has itself are never found, and left out. */
static size_t
names_of(char (*names)[THEME_NAME_BYTES], size_t n, const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;

	while (d && n < OWN_MAX && (entry = readdir(d)) != NULL) {
		size_t k = 0;

		if (entry->d_name[0] == '.' || !ends_in_suffix(entry->d_name) ||
		    strlen(entry->d_name) - strlen(SUFFIX) >= THEME_NAME_BYTES)
			continue;
		name_of_path(names[n], entry->d_name);
		while (k < n && strcmp(names[k], names[n]) != 0)
			k++;
		if (k == n && !theme_find(names[n]))
			n++;
	}
	if (d)
		closedir(d);
	return n;
}

/* Those that are files, in the order of their names. */
static size_t
own_names(char (*names)[THEME_NAME_BYTES], const struct env *env)
{
	char dir[PATH_BYTES];
	size_t n = 0;

	for (size_t i = 0; i <= (env ? env->ntheme_dirs : 0); i++)
		if (theme_lookup_dir(dir, sizeof(dir), env, i))
			n = names_of(names, n, dir);
	qsort(names, n, sizeof(names[0]), by_name);
	return n;
}

void
theme_lookup_each(const struct env *env, theme_lookup_fn *take, void *ctx)
{
	char names[OWN_MAX][THEME_NAME_BYTES], path[PATH_BYTES];
	size_t i, n = own_names(names, env);
	struct theme_own own;
	struct err err;

	for (i = 0; themes[i]; i++)
		take(ctx, themes[i]->name, themes[i]->about, false);
	for (i = 0; i < n; i++) {
		bool wrong = own_path(path, sizeof(path), names[i], env) && read_own(&own, path, true, &err) != 0;

		take(ctx, names[i], wrong ? err.msg : own.about, wrong);
	}
}

static void
take_name(void *ctx, const char *name, const char *about, bool wrong)
{
	struct theme_names *t = ctx;

	/* A file that is wrong has its own sentence when it is asked for. */
	(void)about;
	(void)wrong;
	if (t->n == THEME_NAMES_MAX)
		return;
	snprintf(t->text[t->n], THEME_NAME_BYTES, "%s", name);
	t->names[t->n] = t->text[t->n];
	t->n++;
}

void
theme_names_read(struct theme_names *out, const struct env *env)
{
	out->n = 0;
	theme_lookup_each(env, take_name, out);
}

/* ---- by name --------------------------------------------------------------------------------- */

struct listing {
	char text[400];
	size_t n;
};

static void
add_name(void *ctx, const char *name, const char *about, bool wrong)
{
	struct listing *l = ctx;
	int n = snprintf(l->text + l->n, sizeof(l->text) - l->n, "%s%s", l->n ? ", " : "", name);

	(void)about;
	(void)wrong;
	if (n > 0)
		l->n = l->n + (size_t)n < sizeof(l->text) ? l->n + (size_t)n : sizeof(l->text) - 1;
}

int
theme_lookup(struct theme_choice *out, const char *name, const struct env *env, struct err *err)
{
	const struct theme *own = theme_find(name);
	struct listing l = {.n = 0};
	char path[PATH_BYTES];

	if (own) {
		out->theme = own;
		out->warning[0] = '\0';
		return 0;
	}
	if (theme_lookup_is_path(name))
		return take_own(out, name, false, err);
	if (name[0] && name[0] != '.' && own_path(path, sizeof(path), name, env))
		return take_own(out, path, true, err);
	theme_lookup_each(env, add_name, &l);
	return err_set(
	    err, ERR_USAGE, "theme '%.*s': there is no such theme; there are: %s", THEME_NAME_BYTES, name, l.text);
}

/* ---- the list -------------------------------------------------------------------------------- */

struct printing {
	FILE *to;
	bool utf8;
};

static void
print_row(void *ctx, const char *name, const char *about, bool wrong)
{
	const struct printing *p = ctx;

	plain_pad(p->to, slice_of(name), NAME_COLS, p->utf8);
	fputs("  ", p->to);
	plain_put(p->to, slice_of(about[0] ? about : "of your own"), wrong ? PATH_BYTES : ABOUT_COLS, p->utf8);
	putc('\n', p->to);
}

void
theme_lookup_print(FILE *to, const struct env *env)
{
	struct printing p = {to, env->utf8};

	theme_lookup_each(env, print_row, &p);
}
