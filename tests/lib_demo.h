/* The demo's events in a server of the test's own, as if the demo had been running there for a while. */
#ifndef TESTS_LIB_DEMO_H
#define TESTS_LIB_DEMO_H

/* Publishes the demo's history and what it plays in its first `seconds`, which end now. Fails the running test. */
void lib_demo_play(const char *url, int seconds);

#endif
