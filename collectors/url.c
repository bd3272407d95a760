#include "collectors/url.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "core/slice.h"

/*
 * No sentence here quotes what stands between "://" and the host: that may be a password, also where the URL is so
 * broken that nobody can say which part of it is one.
 */

static const char LABEL_BYTES[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* A copy of s with %XX undone. A byte 0 is refused: it would cut the text for every C function behind. */
static int
copy_decoded(char **out, struct slice s, const char *what, struct err *err)
{
	char *text = mem_alloc(s.n + 1);
	size_t i, n = 0;

	if (!text)
		return err_nomem(err);
	for (i = 0; i < s.n; i++) {
		int hi = -1, lo = -1;

		text[n] = s.p[i];
		if (s.p[i] == '%' && i + 2 < s.n) {
			hi = hex_digit(s.p[i + 1]);
			lo = hex_digit(s.p[i + 2]);
		}
		if (s.p[i] == '%' && (hi < 0 || lo < 0 || hi + lo == 0)) {
			mem_free(text);
			return err_set(err, ERR_USAGE,
			    "URL: '%%' in the %s must be followed by two hex digits (a '%%' itself is %%25)", what);
		}
		if (s.p[i] == '%') {
			text[n] = (char)(hi * 16 + lo);
			i += 2;
		}
		n++;
	}
	text[n] = '\0';
	*out = text;
	return 0;
}

/* Digits only, at most max. */
static bool
number_parse(struct slice s, unsigned max, unsigned *out)
{
	unsigned long v = 0;
	size_t i;

	if (s.n == 0 || s.n > 9)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (unsigned long)(s.p[i] - '0');
	}
	*out = (unsigned)v;
	return v <= max;
}

/* Cuts s at the first (or last) c: the part before it is returned in *head; false where there is none. */
static bool
cut_at(struct slice *s, char c, bool last, struct slice *head)
{
	size_t i, at = s->n;

	for (i = 0; i < s->n; i++) {
		if (s->p[i] == c && (last || at == s->n))
			at = i;
	}
	if (at == s->n)
		return false;
	*head = slice_make(s->p, at);
	*s = slice_make(s->p + at + 1, s->n - at - 1);
	return true;
}

static int
parse_db(struct url *u, struct slice text, struct err *err)
{
	if (!number_parse(text, 999999, &u->db))
		return err_set(err, ERR_USAGE, "URL: the database must be a number, as in redis://host/2");
	return 0;
}

/* Takes "?db=n" off the end of *rest. */
static int
parse_query(struct url *u, struct slice *rest, struct err *err)
{
	struct slice head, query = *rest;

	if (!cut_at(&query, '?', true, &head))
		return 0;
	*rest = head;
	if (query.n < 3 || memcmp(query.p, "db=", 3) != 0)
		return err_set(err, ERR_USAGE, "URL: the only parameter known behind '?' is db=NUMBER");
	return parse_db(u, slice_make(query.p + 3, query.n - 3), err);
}

/* Takes "user:password@" off the front of *rest. The last @ counts: passwords hold them, hosts do not. */
static int
parse_credentials(struct url *u, struct slice *rest, struct err *err)
{
	struct slice user, password = {NULL, 0};
	bool has_password;
	int rc = 0;

	if (!cut_at(rest, '@', true, &user))
		return 0;
	password = user;
	has_password = cut_at(&password, ':', false, &user);
	if (user.n)
		rc = copy_decoded(&u->user, user, "user name", err);
	if (!rc && has_password && password.n)
		rc = copy_decoded(&u->password, password, "password", err);
	return rc;
}

static int
parse_tcp(struct url *u, struct slice rest, struct err *err)
{
	struct slice host, tail;
	bool brackets;
	int rc;

	if ((rc = parse_query(u, &rest, err)) || (rc = parse_credentials(u, &rest, err)))
		return rc;
	tail = rest;
	if (cut_at(&tail, '/', false, &rest) && tail.n && (rc = parse_db(u, tail, err)))
		return rc;
	brackets = rest.n && rest.p[0] == '[';
	host = rest;
	if (brackets) {
		rest = slice_make(rest.p + 1, rest.n - 1);
		if (!cut_at(&rest, ']', false, &host))
			return err_set(err, ERR_USAGE, "URL: the IPv6 address has no closing ']'");
	} else if (!cut_at(&rest, ':', false, &host)) {
		host = rest;
		rest = slice_make("", 0);
	} else {
		rest = slice_make(rest.p - 1, rest.n + 1);
	}
	u->port = URL_REDIS_PORT;
	if (rest.n &&
	    (rest.p[0] != ':' || !number_parse(slice_make(rest.p + 1, rest.n - 1), 65535, &u->port) || !u->port))
		return err_set(err, ERR_USAGE,
		    "URL: behind the host a port from 1 to 65535 is expected, as in redis://user:password@host:6379/0"
		    " (':', '/' and '@' in a user name or password are written %%3A, %%2F, %%40)");
	if (host.n == 0)
		host = slice_of("127.0.0.1");
	return copy_decoded(&u->host, host, "host", err);
}

static int
parse_unix(struct url *u, struct slice rest, struct err *err)
{
	struct slice before_path = rest;
	size_t slash = 0;
	int rc;

	if ((rc = parse_query(u, &rest, err)))
		return rc;
	while (slash < rest.n && rest.p[slash] != '/')
		slash++;
	before_path = slice_make(rest.p, slash);
	if (slash == rest.n)
		return err_set(
		    err, ERR_USAGE, "URL: a unix socket needs an absolute path, as in unix:///run/redis/redis.sock");
	if ((rc = parse_credentials(u, &before_path, err)))
		return rc;
	if (before_path.n)
		return err_set(
		    err, ERR_USAGE, "URL: a unix socket has three slashes, as in unix:///run/redis/redis.sock");
	if ((rc = copy_decoded(&u->path, slice_make(rest.p + slash, rest.n - slash), "path", err)))
		return rc;
	if (strlen(u->path) >= URL_UNIX_PATH_BYTES)
		return err_set(err, ERR_USAGE, "the path of the unix socket is %zu bytes long, the system allows %d",
		    strlen(u->path), URL_UNIX_PATH_BYTES - 1);
	return 0;
}

static int
parse_file(struct url *u, struct slice rest, struct err *err)
{
	if (rest.n == 0)
		return err_set(err, ERR_USAGE, "a source is missing: a URL, a file, or - for standard input");
	u->path = mem_dup(rest.p, rest.n);
	return u->path ? 0 : err_nomem(err);
}

static int
refuse_tls(struct url *u, struct slice rest, struct err *err)
{
	(void)u;
	(void)rest;
	return err_set(err, ERR_USAGE,
	    "rediss:// (TLS) is not supported by this version: use redis:// through a tunnel, or a unix socket");
}

static const struct {
	const char *prefix;
	enum url_kind kind;
	int (*parse)(struct url *u, struct slice rest, struct err *err);
} schemes[] = {
    {"redis://", URL_TCP, parse_tcp},
    {"rediss://", URL_TCP, refuse_tls},
    {"unix://", URL_UNIX, parse_unix},
    {"redis+socket://", URL_UNIX, parse_unix},
    {"file://", URL_FILE, parse_file},
};

static int
parse_scheme(struct url *u, struct slice text, struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		struct slice prefix = slice_of(schemes[i].prefix);

		if (text.n >= prefix.n && memcmp(text.p, prefix.p, prefix.n) == 0) {
			u->kind = schemes[i].kind;
			return schemes[i].parse(u, slice_make(text.p + prefix.n, text.n - prefix.n), err);
		}
	}
	for (i = 0; i + 3 <= text.n && text.p[i] != '/'; i++) {
		if (memcmp(text.p + i, "://", 3) == 0)
			return err_set(err, ERR_USAGE, "URL: '%.*s://' is not known; redis://, unix:// and files are",
			    (int)(i < 32 ? i : 32), text.p);
	}
	u->kind = slice_is(text, "-") ? URL_STDIN : URL_FILE;
	return u->kind == URL_STDIN ? 0 : parse_file(u, text, err);
}

static int
make_shown(struct url *u, struct err *err)
{
	const char *where = u->kind == URL_TCP ? u->host : u->kind == URL_STDIN ? "-" : u->path;
	size_t room = strlen(where) + 64;
	bool brackets = u->kind == URL_TCP && strchr(where, ':');
	int n;

	u->shown = mem_alloc(room);
	if (!u->shown)
		return err_nomem(err);
	switch (u->kind) {
	case URL_TCP:
		n = snprintf(
		    u->shown, room, "redis://%s%s%s:%u", brackets ? "[" : "", where, brackets ? "]" : "", u->port);
		if (u->db)
			snprintf(u->shown + n, room - (size_t)n, "/%u", u->db);
		break;
	case URL_UNIX:
		n = snprintf(u->shown, room, "unix://%s", where);
		if (u->db)
			snprintf(u->shown + n, room - (size_t)n, "?db=%u", u->db);
		break;
	case URL_FILE:
	case URL_STDIN:
		snprintf(u->shown, room, "%s", where);
		break;
	}
	return 0;
}

int
url_parse(struct url *out, const char *text, struct err *err)
{
	struct url u = {0};
	size_t label = strspn(text, LABEL_BYTES);
	int rc;

	if (label == 0 || text[label] != '=')
		label = 0;
	u.label = mem_dup(text, label);
	if (!u.label)
		rc = err_nomem(err);
	else if (!(rc = parse_scheme(&u, slice_of(text + label + (label ? 1 : 0)), err)))
		rc = make_shown(&u, err);
	if (rc)
		url_release(&u);
	*out = u;
	return rc;
}

void
url_release(struct url *u)
{
	mem_free(u->label);
	mem_free(u->user);
	mem_free_secret(u->password);
	mem_free(u->host);
	mem_free(u->path);
	mem_free(u->shown);
	memset(u, 0, sizeof(*u));
}
