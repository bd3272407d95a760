/*
 * What if a rule had been another one, or the budget of false alarms: the alerts of a recording as they were, beside
 * those that the same events would have raised.
 *
 * A change is said as one line:
 *
 *	alarms_per_week N         that many false alarms a week that evidence may raise
 *	RULE warn EXPR            a rule's expression: drift crit psi > 0.3 for 10m. RULE clear, for, window, min_events
 *	RULE off                  as in a configuration's file (docs/CONFIG.md)
 *	EXPR                      one rule more, a warning where that is true: psi > 0.3
 */
#ifndef TUI_WHATIF_H
#define TUI_WHATIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/recording.h"
#include "core/alert.h"
#include "core/config.h"
#include "core/err.h"
#include "tui/arena.h"

#define WHATIF_RULE "what-if" /* the name of a rule that is an expression alone */
#define WHATIF_NEAR_MS INT64_C(3600000) /* the same alert, begun so much earlier or later */

enum whatif_side { WHATIF_RECORDED, WHATIF_CHANGED, WHATIF_SIDES };

/* One alert; of that it is on one side alone the other's times are ALERT_NEVER. Texts are whatif's own. */
struct whatif_row {
	struct slice rule, model, version, feature, source;
	enum severity worst[WHATIF_SIDES];
	bool in[WHATIF_SIDES];
	int64_t fired_ms[WHATIF_SIDES], ended_ms[WHATIF_SIDES]; /* ended ALERT_NEVER: still firing */
	struct slice sentence;					/* of what would have been, else of what was */
};

/* An all-zero struct is empty. */
struct whatif {
	struct whatif_row *rows; /* by rising time */
	size_t n, cap;
	size_t only[WHATIF_SIDES], both;
	int64_t from_ms, to_ms; /* of this time */
	struct arena texts;
};
void whatif_release(struct whatif *w);

/* The configuration that a recording has, with the change. config_init is this function's business; *c may be released
 * whatever comes of it. ERR_USAGE with what is wrong; ERR_NOMEM. */
int whatif_config(struct config *c, const struct recording_head *head, const char *change, struct err *err);

/* What two lists say of from_ms..to_ms. Alerts that are pending have not happened. O(n^2) of those with one key. */
int whatif_compare(struct whatif *w, const struct alerts *recorded, const struct alerts *changed, int64_t from_ms,
    int64_t to_ms, struct err *err);

/* Plays the recording from its beginning to to_ms with that change; O(its steps). As player_open, and whatif_config. */
int whatif_run(struct whatif *w, struct recording *r, const char *change, int64_t from_ms, int64_t to_ms,
    struct err *err);

/* "12 min earlier", "only so", "as it was"; buf: 48 bytes. Returns buf. */
const char *whatif_difference(const struct whatif_row *row, char *buf, size_t bytes);

#endif
