/* Alerts as bytes, for the state directory: all that their life cycle rests on, so that it goes on. */
#ifndef CORE_ALERT_BYTES_H
#define CORE_ALERT_BYTES_H

#include "core/alert.h"
#include "core/bytes.h"
#include "core/err.h"

void alert_encode(const struct alert *al, struct bytes *to);

/* One alert, in no list; its model is ALERT_NO_MODEL. To be given to alerts_adopt, or back by alert_free. ERR_FORMAT,
 * ERR_NOMEM. */
int alert_decode(struct alert **out, struct bytes_reader *from, struct err *err);

#endif
