/*
 * The small vocabularies that statistics, figures and screens share, with the names that reports use.
 * Nothing here depends on the store, so that pure statistics can speak of states without knowing it.
 */
#ifndef CORE_KINDS_H
#define CORE_KINDS_H

enum severity { SEVERITY_OK = 0, SEVERITY_UNKNOWN, SEVERITY_WARN, SEVERITY_CRIT, SEVERITY_COUNT };
extern const char *const severity_names[SEVERITY_COUNT]; /* "ok" "unknown" "warn" "crit" */

/* In order of badness, so that the worse of two is the greater. */
enum drift_state { DRIFT_LEARNING = 0, DRIFT_THIN, DRIFT_OK, DRIFT_WATCH, DRIFT_DRIFT, DRIFT_COUNT };
extern const char *const drift_state_names[DRIFT_COUNT];

enum drift_cause { CAUSE_SIZE = 1, CAUSE_MISSING = 2, CAUSE_UNSEEN = 4, CAUSE_RANGE = 8 };
#define DRIFT_CAUSES 4
extern const char *const drift_cause_names[DRIFT_CAUSES]; /* in order of the bits */

enum feature_type { FEATURE_NUMERIC, FEATURE_CATEGORICAL };
extern const char *const feature_type_names[2];

enum feature_role { FROLE_VALUE = 0, FROLE_ID, FROLE_COUNTER, FROLE_CALENDAR, FROLE_TEXT, FROLE_COUNT };
extern const char *const feature_role_names[FROLE_COUNT];

/* Where a figure's baseline comes from. */
enum baseline_kind {
	BASELINE_NONE = 0,
	BASELINE_FILE,
	BASELINE_SAVED,
	BASELINE_LEARNED,
	BASELINE_VERSION,
	BASELINE_SLICE,
};
#define BASELINE_KINDS 6
extern const char *const baseline_kind_names[BASELINE_KINDS];

#endif
