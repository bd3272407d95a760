/*
 * A fleet made up for tests that look at screens: always the same events, told to a real store as a source would.
 */
#ifndef TESTS_LIB_FLEET_H
#define TESTS_LIB_FLEET_H

#include "core/store.h"

enum fleet_scene {
	FLEET_INCIDENT = 0, /* six models, three in trouble, all sources well */
	FLEET_DOWN,         /* the same, then the server goes away */
	FLEET_OFFERED,      /* streams were found, none matches */
	FLEET_NOTHING,      /* no source has said anything yet */
	FLEET_CROWD,        /* sixty models of few rows, hostile names among them */
	FLEET_GROUPS,       /* the same, but two of three are of one of two groups */
	FLEET_ALERTS,       /* as the first, and somebody has been at the alerts */
	FLEET_CANARY,       /* as the first, but one model rolls a version out to a fifth of its events */
	FLEET_SCENES,
};

#define FLEET_T0 INT64_C(1764072000000) /* 2025-11-25 12:00:00 UTC */

/* Fails the running test where it cannot. *now_ms: what screens shall take for now. */
struct store *fleet_make(enum fleet_scene scene, int64_t *now_ms);

/* Goes on for so many seconds. */
void fleet_run(struct store *s, enum fleet_scene scene, int64_t *now_ms, int seconds);

/* One more event of a model, at that time. */
void fleet_revive(struct store *s, const char *model, int64_t ts_ms);

#endif
