/*
 * Recordings as a fuzz target: whatever the bytes are, they are no recording and a sentence says so, or what is in them
 * is listed, unpacked and played without harm.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collectors/player.h"
#include "collectors/recording.h"
#include "core/mem.h"

#define STEPS 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void
unpack_all(struct recording *r)
{
	struct err err = {0};
	size_t i, n;

	for (i = 0; i < recording_count(r); i++) {
		char *payload = NULL;
		int rc = recording_payload(r, i, &payload, &n, &err);

		must(rc == 0 || (rc == ERR_FORMAT && strlen(err.msg) > 10), "a payload, or a sentence");
		must(rc || n == recording_frame(r, i)->frame.raw, "its length");
		mem_free(payload);
	}
}

static void
play(struct recording *r)
{
	struct player *p = NULL;
	struct err err = {0};
	int rc = player_open(&p, r, NULL, false, &err), i;

	must(rc == 0 || strlen(err.msg) > 10, "a player, or a sentence");
	for (i = 0; i < STEPS && !rc && !player_at_end(p); i++)
		rc = player_step(p, 1, &err);
	if (!rc)
		rc = player_seek(p, player_time_ms(p) - 60000, &err);
	if (!rc)
		(void)player_step(p, -3, &err);
	player_close(p);
}

static void
try_bytes(const uint8_t *data, size_t size)
{
	struct recording *r = NULL;
	struct err err = {0};
	size_t found;

	if (recording_of_bytes(&r, data, size, &err)) {
		must(strlen(err.msg) > 10, "a sentence");
		return;
	}
	unpack_all(r);
	(void)recording_alerts(r);
	(void)recording_marks(r);
	play(r);
	found = recording_count(r);
	must(recording_check(r, &err) == 0, "memory");
	must(recording_count(r) <= found + size / FRAME_BYTES, "frames");
	unpack_all(r);
	recording_close(r);
}

/* Checksums that hold, so that what is behind them is reached. */
static void
mend(uint8_t *p, size_t n)
{
	size_t at = 0;
	struct frame f;

	while (at + FRAME_BYTES <= n) {
		uint32_t stored, crc;
		uint8_t *h = p + at;

		at++;
		if (memcmp(h, "\xd7" "DTR", 4) != 0)
			continue;
		stored = (uint32_t)(h[8] | h[9] << 8 | h[10] << 16 | (uint32_t)h[11] << 24);
		if (stored <= n - at + 1 - FRAME_BYTES) {
			crc = frame_crc(slice_make((const char *)h + FRAME_BYTES, stored));
			memcpy(h + 40, &crc, sizeof(crc));
		}
		crc = frame_crc(slice_make((const char *)h, FRAME_BYTES - 4));
		memcpy(h + FRAME_BYTES - 4, &crc, sizeof(crc));
		if (frame_read(&f, h) && stored <= n - at + 1 - FRAME_BYTES)
			at += FRAME_BYTES - 1 + stored;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *mended = malloc(size ? size : 1);

	must(mended != NULL, "memory");
	if (size)
		memcpy(mended, data, size);
	mend(mended, size);
	if (size && memcmp(mended, data, size) != 0)
		try_bytes(mended, size);
	free(mended);
	try_bytes(data, size);
	return 0;
}
