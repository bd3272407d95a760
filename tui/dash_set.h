/* Carries out what was set (tui/setting.h): how things are shown by itself, what alerts go by through whoever can. */
#ifndef TUI_DASH_SET_H
#define TUI_DASH_SET_H

#include "tui/dash_ask.h"

/* r: of kind UI_REQUEST_SET. Says what came of it, unless a key asked and it went well. */
void dash_set(const struct dash_ask *a, const struct ui_request *r);

#endif
