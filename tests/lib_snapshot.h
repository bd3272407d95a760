/*
 * A store with everything in it that states are written of: models with a baseline by hand, learned, and none; history
 * of sixteen days; two versions of which one is bad for a while; labels, late and early events; two sources, streams,
 * rejects, gaps, marks; alerts that wait, fire, are silenced and over. The same events each time.
 */
#ifndef TESTS_LIB_SNAPSHOT_H
#define TESTS_LIB_SNAPSHOT_H

#include "core/store.h"

#define SNAPSHOT_T0	INT64_C(1700000000000) /* live from here on */
#define SNAPSHOT_MINUTE 60000

/* With its history read. Fails the running test where it cannot. */
struct store *snapshot_store(void);

/* Goes on live for so many minutes, ticking a second or so; from_ms: where it stands, a whole minute. */
void snapshot_run(struct store *s, int64_t from_ms, unsigned minutes);

/* What is done beside events, at a few points: acks, silences, marks, sources that go. n counts up. */
void snapshot_act(struct store *s, int64_t now_ms, unsigned n);

#endif
