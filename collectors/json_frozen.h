/*
 * What a feature of a baseline file says about natural variation, where it says that: its member `natural`, as
 * core/baseline_write.h has it. Then the feature is armed.
 */
#ifndef COLLECTORS_JSON_FROZEN_H
#define COLLECTORS_JSON_FROZEN_H

#include "collectors/json_doc.h"
#include "core/baseline.h"
#include "core/err.h"

/* feature: its object, f: filled but for this. ERR_FORMAT says which key is wrong; ERR_NOMEM. */
int json_frozen_read(const struct json_node *feature, struct baseline_feature *f, struct err *err);

#endif
