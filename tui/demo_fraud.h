/*
 * The demo's fourth model: card fraud, made up. Nine inputs, a score, a decision, latencies, a few
 * errors, and an incident at a known second. The same seed gives the same events whatever the
 * machine.
 */
#ifndef TUI_DEMO_FRAUD_H
#define TUI_DEMO_FRAUD_H

#include <stddef.h>
#include <stdint.h>

#define DEMO_FRAUD_SEED UINT64_C(20260131)
#define DEMO_FRAUD_LINE_BYTES 1024

/*
 * The incident: its feature store is slow. Latencies are four times as long, some requests fail,
 * and one input
 * (`ip_risk`) is gone. It begins so many seconds after the demo's start, lasts, and comes again.
 */
#define DEMO_FRAUD_INCIDENT_S 25.0
#define DEMO_FRAUD_INCIDENT_LENGTH_S 120.0
#define DEMO_FRAUD_INCIDENT_EVERY_S 600.0

/* The rollout: from five minutes before the start every eighth event is scored by version 8, which sees more fraud. */
#define DEMO_FRAUD_CANARY_S (-300.0)
#define DEMO_FRAUD_CANARY_EVERY 8

struct demo_fraud {
	uint64_t state[2];
	uint64_t count;
};

void demo_fraud_init(struct demo_fraud *f, uint64_t seed);

/*
 * The next event as a line of JSON without a line end; buf has DEMO_FRAUD_LINE_BYTES.
 * since_start_s: below 0 in the history before the demo. Returns the length.
 */
size_t demo_fraud_event(struct demo_fraud *f, double since_start_s, int64_t ts_ms, char *buf);

/* Uniform in [0, 1), for whoever else needs the same repeatable randomness. */
double demo_fraud_uniform(struct demo_fraud *f);

#endif
