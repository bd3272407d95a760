/* Every screen: one file and one row here. */
#include "tui/screen.h"

const struct screen *const screens[SCREEN_COUNT] = {
    [SCREEN_FLEET] = &screen_fleet,
    [SCREEN_MODEL] = &screen_model,
    [SCREEN_FEATURE] = &screen_feature,
    [SCREEN_EVENTS] = &screen_events,
    [SCREEN_SOURCES] = &screen_sources,
    [SCREEN_ALERTS] = &screen_alerts,
    [SCREEN_CHOOSE] = &screen_choose,
    [SCREEN_VERSIONS] = &screen_versions,
    [SCREEN_WHATIF] = &screen_whatif,
    [SCREEN_COMPARE] = &screen_compare,
    [SCREEN_TIMELINE] = &screen_timeline,
    [SCREEN_SETUP] = &screen_inforce,
    [SCREEN_HELP] = &screen_help,
};
