/*
 * The server's side of the bench: fills streams, and is the loop that only reads bytes and drops them.
 *
 *	bench_redis fill SOCKET KEY flat|json COUNT [FIRST_MS]   entries with IDs from FIRST_MS on, twenty a millisecond
 *	bench_redis raw SOCKET KEY                  reads the stream to its end; prints "ENTRIES BYTES SECONDS"
 *	bench_redis publish SOCKET KEY PER_S SECONDS        json entries at a steady rate
 *	bench_redis fleet SOCKET PREFIX PER_S SECONDS       json entries of six features into each of eight streams
 *
 * The raw loop is the limit that any client can reach: it learns the length of each reply beforehand, then asks for the
 * same replies in the same order and looks at no byte of them.
 */
#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Best of 100 to 5,000 for this loop on a unix socket, so that the limit is an honest one. */
#define RAW_COUNT "1000"
#define BATCH	   500
#define PACE_BATCH 200

static double
now_s(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t
draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static double
draw_frac(uint64_t *seed)
{
	return (double)(draw(seed) >> 11) / 9007199254740992.0;
}

/* Roughly normal: twelve uniform draws less six. */
static double
draw_normal(uint64_t *seed)
{
	double sum = -6;
	int i;

	for (i = 0; i < 12; i++)
		sum += draw_frac(seed);
	return sum;
}

/* ---- entries --------------------------------------------------------------------------------- */

static const char *const countries[] = {"DE", "FR", "GB", "US", "PL", "NL", "ES", "IT"};

/* Sixteen numbers and four texts, 600 bytes give or take a digit. */
static int
json_event(char *buf, size_t bytes, uint64_t *seed, uint64_t i)
{
	int n = snprintf(buf, bytes, "{\"id\":\"req-%012" PRIu64 "\",\"version\":\"7\",\"features\":{", i), k;

	for (k = 0; k < 16; k++)
		n += snprintf(buf + n, bytes - (size_t)n, "\"feature_%02d_mean\":%.4f,", k,
		    100 + 10 * k + 15 * draw_normal(seed));
	n += snprintf(buf + n, bytes - (size_t)n,
	    "\"country\":\"%s\",\"device\":\"%s\",\"channel\":\"c%d\",\"plan\":\"p%d\"},", countries[draw(seed) % 8],
	    draw(seed) % 3 ? "mobile" : "desktop", (int)(draw(seed) % 5), (int)(draw(seed) % 4));
	return n + snprintf(buf + n, bytes - (size_t)n, "\"prediction\":%d,\"score\":%.4f,\"latency_ms\":%.3f}",
		       draw(seed) % 10 == 0, draw_frac(seed), exp(1.5 + 0.4 * draw_normal(seed)));
}

/* Four numbers and two texts, 200 bytes. */
static int
fleet_event(char *buf, size_t bytes, uint64_t *seed)
{
	return snprintf(buf, bytes,
	    "{\"version\":\"1\",\"features\":{\"amount\":%.4f,\"age\":%.0f,\"ratio\":%.6f,\"visits\":%.0f,"
	    "\"country\":\"%s\",\"channel\":\"%s\"},\"prediction\":%d,\"score\":%.5f,\"latency_ms\":%.3f}",
	    exp(3 + draw_normal(seed)), floor(40 + 12 * draw_normal(seed)), draw_frac(seed),
	    floor(20 * draw_frac(seed)), countries[draw(seed) % 8], draw(seed) % 3 ? "web" : "app",
	    draw(seed) % 10 == 0, draw_frac(seed) * draw_frac(seed), exp(1.5 + 0.4 * draw_normal(seed)));
}

static size_t
put_arg(char *buf, const char *p, size_t n)
{
	int head = sprintf(buf, "$%zu\r\n", n);

	memcpy(buf + head, p, n);
	memcpy(buf + head + (int)n, "\r\n", 2);
	return (size_t)head + n + 2;
}

static size_t
put_pair(char *buf, const char *name, const char *value)
{
	size_t n = put_arg(buf, name, strlen(name));

	return n + put_arg(buf + n, value, strlen(value));
}

/* Thirteen fields: ten features, and what a model says. */
static size_t
put_flat(char *buf, uint64_t *seed)
{
	char name[32], value[32];
	size_t n = 0;
	int k;

	for (k = 0; k < 8; k++) {
		snprintf(name, sizeof(name), "f%d", k);
		snprintf(value, sizeof(value), "%.3f", 50 + 10 * draw_normal(seed));
		n += put_pair(buf + n, name, value);
	}
	n += put_pair(buf + n, "country", countries[draw(seed) % 8]);
	n += put_pair(buf + n, "device", draw(seed) % 3 ? "mobile" : "desktop");
	n += put_pair(buf + n, "prediction", draw(seed) % 10 ? "0" : "1");
	snprintf(value, sizeof(value), "%.4f", draw_frac(seed));
	n += put_pair(buf + n, "score", value);
	snprintf(value, sizeof(value), "%.3f", exp(1.5 + 0.4 * draw_normal(seed)));
	return n + put_pair(buf + n, "latency_ms", value);
}

static size_t
put_xadd(char *buf, const char *key, const char *id, bool flat, uint64_t *seed, uint64_t i)
{
	char json[2048];
	size_t n = (size_t)sprintf(buf, "*%d\r\n", flat ? 3 + 26 : 3 + 2);

	n += put_arg(buf + n, "XADD", 4);
	n += put_arg(buf + n, key, strlen(key));
	n += put_arg(buf + n, id, strlen(id));
	if (flat)
		return n + put_flat(buf + n, seed);
	json_event(json, sizeof(json), seed, i);
	return n + put_pair(buf + n, "event", json);
}

/* ---- the socket ------------------------------------------------------------------------------ */

static int
dial(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static void
send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k <= 0) {
			perror("write");
			exit(1);
		}
		p += k;
		n -= (size_t)k;
	}
}

/* Reads until `lines` replies to XADD have come, each a length line and an ID line; an error line ends the bench. */
static void
take_ids(int fd, size_t lines)
{
	char buf[65536];

	for (lines *= 2; lines > 0;) {
		ssize_t k = read(fd, buf, sizeof(buf)), i;

		if (k <= 0 || buf[0] == '-') {
			fprintf(stderr, "XADD: %.*s\n", k > 0 ? (int)k : 0, buf);
			exit(1);
		}
		for (i = 0; i < k; i++)
			lines -= buf[i] == '\n';
	}
}

static void
add_batch(int fd, char *buf, const char *key, bool flat, uint64_t *seed, uint64_t from, size_t count, int64_t first_ms)
{
	size_t n = 0, i;
	char id[48];

	for (i = 0; i < count; i++) {
		uint64_t k = from + i;

		if (first_ms)
			snprintf(id, sizeof(id), "%" PRIu64 "-%" PRIu64, (uint64_t)first_ms + k / 20, k % 20);
		else
			snprintf(id, sizeof(id), "*");
		n += put_xadd(buf + n, key, id, flat, seed, k);
	}
	send_all(fd, buf, n);
	take_ids(fd, count);
}

static int
fill(const char *path, const char *key, bool flat, uint64_t count, int64_t first_ms)
{
	static char buf[BATCH * 4096];
	uint64_t seed = 88172645463325252u, i;
	int fd = dial(path);

	for (i = 0; i < count; i += BATCH)
		add_batch(fd, buf, key, flat, &seed, i, count - i < BATCH ? (size_t)(count - i) : BATCH, first_ms);
	close(fd);
	return 0;
}

#define PREPARED 8 /* batches, made beforehand and sent in turn: what is measured is not the making of entries */

struct batch {
	char *bytes;
	size_t n;
};

static void
prepare(struct batch *b, const char *key, uint64_t *seed)
{
	size_t i;

	b->bytes = malloc((size_t)PACE_BATCH * 4096);
	b->n = 0;
	for (i = 0; b->bytes && i < PACE_BATCH; i++)
		b->n += put_xadd(b->bytes + b->n, key, "*", false, seed, i);
}

/* By the clock, so that a late batch is made up for. */
static int
publish(const char *path, const char *key, double per_s, double seconds)
{
	struct batch batches[PREPARED];
	uint64_t seed = 88172645463325252u, sent = 0;
	double began, t = 0;
	int fd = dial(path), i;

	for (i = 0; i < PREPARED; i++)
		prepare(&batches[i], key, &seed);
	began = now_s(CLOCK_MONOTONIC);
	while (t < seconds) {
		t = now_s(CLOCK_MONOTONIC) - began;
		while (sent + PACE_BATCH <= (uint64_t)(t * per_s)) {
			const struct batch *b = &batches[sent / PACE_BATCH % PREPARED];

			send_all(fd, b->bytes, b->n);
			take_ids(fd, PACE_BATCH);
			sent += PACE_BATCH;
		}
		poll(NULL, 0, 1);
	}
	for (i = 0; i < PREPARED; i++)
		free(batches[i].bytes);
	close(fd);
	return 0;
}

#define FLEET	    8
#define FLEET_TURNS 512 /* of one event of each stream, made beforehand */

static void
prepare_fleet(struct batch *b, const char *prefix, uint64_t *seed)
{
	char key[64], json[512];
	int i;

	b->bytes = malloc(FLEET * sizeof(json) * 2);
	b->n = 0;
	for (i = 0; b->bytes && i < FLEET; i++) {
		snprintf(key, sizeof(key), "%.40s%d", prefix, i);
		fleet_event(json, sizeof(json), seed);
		b->n += (size_t)sprintf(b->bytes + b->n, "*5\r\n$4\r\nXADD\r\n");
		b->n += put_arg(b->bytes + b->n, key, strlen(key));
		b->n += put_pair(b->bytes + b->n, "*", "event");
		b->n += put_arg(b->bytes + b->n, json, strlen(json));
	}
}

/* An event of each stream in turn, by the clock: PER_S of each. */
static int
fleet(const char *path, const char *prefix, double per_s, double seconds)
{
	static struct batch turns[FLEET_TURNS];
	uint64_t seed = 88172645463325252u, sent = 0;
	double began, t = 0;
	int fd = dial(path), i;

	for (i = 0; i < FLEET_TURNS; i++)
		prepare_fleet(&turns[i], prefix, &seed);
	began = now_s(CLOCK_MONOTONIC);
	while (t < seconds) {
		t = now_s(CLOCK_MONOTONIC) - began;
		for (; sent + 1 <= (uint64_t)(t * per_s); sent++) {
			const struct batch *b = &turns[sent * 7 % FLEET_TURNS];

			send_all(fd, b->bytes, b->n);
			take_ids(fd, FLEET);
		}
		poll(NULL, 0, 1);
	}
	for (i = 0; i < FLEET_TURNS; i++)
		free(turns[i].bytes);
	close(fd);
	return 0;
}

/* ---- the raw loop ---------------------------------------------------------------------------- */

struct round {
	char *request;
	size_t request_bytes, reply_bytes;
};

static size_t
digits(size_t n)
{
	char b[32];

	return (size_t)snprintf(b, sizeof(b), "%zu", n);
}

/* Bytes of a reply of strings and arrays as RESP2 puts it on the wire. */
static size_t
reply_bytes(const redisReply *r)
{
	size_t n, i;

	if (r->type != REDIS_REPLY_ARRAY)
		return 1 + digits(r->len) + 2 + r->len + 2;
	n = 1 + digits(r->elements) + 2;
	for (i = 0; i < r->elements; i++)
		n += reply_bytes(r->element[i]);
	return n;
}

static struct round *
learn(const char *path, const char *key, size_t *nrounds, uint64_t *entries)
{
	redisContext *c = redisConnectUnix(path);
	struct round *rounds = NULL;
	char id[64] = "0-0";
	size_t n = 0;

	*entries = 0;
	for (;; n++) {
		const char *argv[] = {"XREAD", "COUNT", RAW_COUNT, "STREAMS", key, id};
		redisReply *r = NULL;
		char *request;
		int bytes = redisFormatCommandArgv(&request, 6, argv, NULL);
		const redisReply *list;

		if (redisAppendFormattedCommand(c, request, (size_t)bytes) != REDIS_OK ||
		    redisGetReply(c, (void **)&r) != REDIS_OK || r->type == REDIS_REPLY_ERROR) {
			fprintf(stderr, "XREAD: %s\n", r ? r->str : c->errstr);
			exit(1);
		}
		if (r->type == REDIS_REPLY_NIL) {
			freeReplyObject(r);
			break;
		}
		list = r->element[0]->element[1];
		*entries += list->elements;
		snprintf(id, sizeof(id), "%s", list->element[list->elements - 1]->element[0]->str);
		rounds = realloc(rounds, (n + 1) * sizeof(*rounds));
		rounds[n] = (struct round){request, (size_t)bytes, reply_bytes(r)};
		freeReplyObject(r);
	}
	redisFree(c);
	*nrounds = n;
	return rounds;
}

static int
raw(const char *path, const char *key)
{
	static char buf[1 << 20];
	size_t nrounds, total = 0, i;
	uint64_t entries;
	struct round *rounds = learn(path, key, &nrounds, &entries);
	int fd = dial(path);
	double began = now_s(CLOCK_MONOTONIC);

	for (i = 0; i < nrounds; i++) {
		size_t left = rounds[i].reply_bytes;

		send_all(fd, rounds[i].request, rounds[i].request_bytes);
		while (left > 0) {
			ssize_t k = read(fd, buf, left < sizeof(buf) ? left : sizeof(buf));

			if (k <= 0)
				return 1;
			left -= (size_t)k;
		}
		total += rounds[i].reply_bytes;
	}
	printf("%" PRIu64 " %zu %.3f\n", entries, total, now_s(CLOCK_MONOTONIC) - began);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc >= 6 && strcmp(argv[1], "fill") == 0)
		return fill(argv[2], argv[3], strcmp(argv[4], "flat") == 0, strtoull(argv[5], NULL, 10),
		    argc > 6 ? strtoll(argv[6], NULL, 10) : 0);
	if (argc == 4 && strcmp(argv[1], "raw") == 0)
		return raw(argv[2], argv[3]);
	if (argc == 6 && strcmp(argv[1], "publish") == 0)
		return publish(argv[2], argv[3], strtod(argv[4], NULL), strtod(argv[5], NULL));
	if (argc == 6 && strcmp(argv[1], "fleet") == 0)
		return fleet(argv[2], argv[3], strtod(argv[4], NULL), strtod(argv[5], NULL));
	fprintf(stderr, "usage: bench_redis fill SOCKET KEY flat|json COUNT [FIRST_MS] | raw SOCKET KEY |"
			" publish SOCKET KEY PER_S SECONDS | fleet SOCKET PREFIX PER_S SECONDS\n");
	return 2;
}
