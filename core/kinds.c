#include "core/kinds.h"

const char *const severity_names[SEVERITY_COUNT] = {"ok", "unknown", "warn", "crit"};
const char *const drift_state_names[DRIFT_COUNT] = {"learning", "thin", "ok", "watch", "drift"};
const char *const drift_cause_names[DRIFT_CAUSES] = {"size", "missing", "unseen", "range"};
const char *const feature_type_names[2] = {"numeric", "categorical"};
const char *const feature_role_names[FROLE_COUNT] = {"value", "id", "counter", "calendar", "text"};
const char *const baseline_kind_names[BASELINE_KINDS] = {"none", "file", "saved", "learned", "version", "slice"};
