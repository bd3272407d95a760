/* Events whose names and values would mean something in HTML, SVG or Markdown, if anybody let them. */
#ifndef TESTS_LIB_HOSTILE_H
#define TESTS_LIB_HOSTILE_H

/* Lines of events, 1600 of one model; from malloc. A quarter of them drift. */
char *lib_hostile_events(void);

#endif
