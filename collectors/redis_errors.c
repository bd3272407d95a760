#include "collectors/redis_errors.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * Only the first words are matched: the rest differs between versions ("to access one of the keys used as arguments" in
 * 7.0, "No permissions to access a key" in 7.4). Order matters: the longer prefix first.
 */
static const struct error_row {
	const char *prefix;
	enum redis_error_class cls;
	const char *sentence;
	bool quote; /* the server's words say more */
} rows[] = {
    {"NOAUTH", REDIS_ERROR_AUTH, "the server wants a password: set REDISCLI_AUTH or use --password-file", false},
    {"WRONGPASS", REDIS_ERROR_AUTH, "the server refuses this user name and password, or the user is switched off",
	false},
    {"ERR AUTH <password> called without any password configured", REDIS_ERROR_AUTH,
	"a password was given, but the server has none set for the default user: leave it out", false},
    {"ERR Client sent AUTH, but no password is set", REDIS_ERROR_AUTH,
	"a password was given, but the server has none set: leave it out", false},
    {"ERR invalid password", REDIS_ERROR_AUTH, "the server refuses this password", false},
    {"NOPERM", REDIS_ERROR_DENIED, "the server's ACL does not allow this", true},
    {"WRONGTYPE", REDIS_ERROR_TYPE, "the key is not a stream", false},
    {"ERR no such key", REDIS_ERROR_NO_KEY, "there is no such key", false},
    {"LOADING", REDIS_ERROR_WAIT, "the server is loading its data, it will answer when that is done", false},
    {"BUSY", REDIS_ERROR_WAIT, "the server is busy with a script that runs too long", false},
    {"MASTERDOWN", REDIS_ERROR_WAIT,
	"this replica has lost its master and is configured not to answer then (replica-serve-stale-data no)", false},
    {"TRYAGAIN", REDIS_ERROR_WAIT, "the cluster is moving this key, asking again", false},
    {"CLUSTERDOWN", REDIS_ERROR_WAIT, "the cluster is down", true},
    {"UNBLOCKED", REDIS_ERROR_CONNECTION, "the server changed its role and let go of its readers", false},
    {"READONLY", REDIS_ERROR_CONNECTION, "this server is a replica and refused the command", true},
    {"MOVED", REDIS_ERROR_CONNECTION,
	"this is one node of a Redis Cluster and the key lives on another one; clusters are not supported by this "
	"version",
	false},
    {"ASK", REDIS_ERROR_CONNECTION,
	"this is one node of a Redis Cluster and the key is moving; clusters are not supported by this version",
	false},
    {"CROSSSLOT", REDIS_ERROR_CONNECTION,
	"this is a node of a Redis Cluster; clusters are not supported by this version", false},
    {"MISCONF", REDIS_ERROR_WAIT, "the server cannot save to its disk and refuses commands", false},
    {"OOM", REDIS_ERROR_WAIT, "the server is out of memory", false},
    {"DENIED", REDIS_ERROR_AUTH,
	"the server is in protected mode: it has no password and takes connections from its own machine only", false},
    {"ERR max number of clients", REDIS_ERROR_CONNECTION, "the server has reached its maximum number of clients",
	false},
    {"ERR DB index", REDIS_ERROR_AUTH, "the server has no database of this number", false},
    {"ERR invalid DB index", REDIS_ERROR_AUTH, "the server has no database of this number", false},
    {"ERR SELECT is not allowed", REDIS_ERROR_AUTH, "this server has no databases but 0", false},
    {"ERR unknown", REDIS_ERROR_COMMAND, "the server does not know a command", true},
    {"ERR Unknown", REDIS_ERROR_COMMAND, "the server does not know a command", true},
    {"ERR syntax error", REDIS_ERROR_COMMAND, "the server does not know an option", false},
    {"ERR wrong number of arguments", REDIS_ERROR_COMMAND, "the server does not know a command in this form", true},
    {"ERR This instance has cluster support disabled", REDIS_ERROR_COMMAND, "this server is no cluster", false},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static const struct error_row *
find_row(struct slice reply)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		struct slice prefix = slice_of(rows[i].prefix);

		if (reply.n >= prefix.n && memcmp(reply.p, prefix.p, prefix.n) == 0)
			return &rows[i];
	}
	return NULL;
}

enum redis_error_class
redis_error_classify(struct slice reply)
{
	const struct error_row *row = find_row(reply);

	return row ? row->cls : REDIS_ERROR_OTHER;
}

static void
append_words(char *buf, size_t bytes, const char *lead, struct slice words)
{
	size_t n = strlen(buf), i;

	if (n + 1 >= bytes)
		return;
	snprintf(buf + n, bytes - n, "%s%.*s", lead, (int)(words.n < 160 ? words.n : 160), words.p ? words.p : "");
	for (i = n; buf[i]; i++) {
		if ((unsigned char)buf[i] < 0x20 || (unsigned char)buf[i] == 0x7f)
			buf[i] = '?';
	}
}

void
redis_error_sentence(struct slice reply, char *buf, size_t bytes)
{
	const struct error_row *row = find_row(reply);

	snprintf(buf, bytes, "%s", row ? row->sentence : "the server answered");
	if (!row || row->quote)
		append_words(buf, bytes, ": ", reply);
}

const char *
redis_error_prefix(size_t index)
{
	return index < ROWS ? rows[index].prefix : NULL;
}
