/*
 * States of models and of the fleet as a fuzz target: whatever is read, it is no state and says so in a sentence, or
 * what it made is used: judged, hashed, written and read again as the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/figures.h"
#include "core/snapshot.h"
#include "core/state_hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static struct store *
make(void)
{
	struct store_options o = {.raw_bytes = 4096};
	struct store *s = NULL;

	must(store_new(&s, &o, NULL) == 0, "a store");
	return s;
}

static int
read_state(struct store *s, int fleet, const char *p, size_t n, struct err *err)
{
	struct bytes_reader r;

	bytes_read(&r, slice_make(p, n));
	return fleet ? snapshot_read_fleet(s, &r, err) : snapshot_read_model(s, &r, err);
}

static void
write_state(const struct store *s, int fleet, struct bytes *to)
{
	bytes_init(to);
	if (fleet)
		snapshot_write_fleet(s, NULL, to);
	else
		snapshot_write_model(s, 0, NULL, to);
	must(!to->failed, "memory");
}

static void
check_again(const struct store *s, int fleet)
{
	struct store *copy = make();
	struct bytes first, again;

	write_state(s, fleet, &first);
	must(read_state(copy, fleet, first.p, first.n, NULL) == 0, "what was written is read");
	write_state(copy, fleet, &again);
	must(first.n == again.n && memcmp(first.p, again.p, first.n) == 0, "and is the same");
	bytes_release(&first);
	bytes_release(&again);
	store_free(copy);
}

/* The first byte says which of the two it is. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct store *s = make();
	struct err err = {0};
	int fleet = size && data[0] == 'f', rc;

	rc = size ? read_state(s, fleet, (const char *)data + 1, size - 1, &err) : ERR_FORMAT;
	if (rc && size) {
		must(rc == ERR_FORMAT || rc == ERR_UNSUPPORTED || rc == ERR_LIMIT, "a code");
		must(strlen(err.msg) > 10, "a sentence");
	} else if (!rc) {
		check_again(s, fleet);
		(void)store_tick(s, INT64_C(1700000000000), NULL);
		(void)state_hash(s, NULL);
	}
	store_free(s);
	return 0;
}
