/*
 * A recording played: a store that is what the recorded one was at the time it stands at.
 *
 * Jumping reads the last key before that time and does again what was recorded behind it; going on does only that.
 * Raw events near the time come along. A player owns its store and a view of the recording, which outlives it.
 */
#ifndef COLLECTORS_PLAYER_H
#define COLLECTORS_PLAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "collectors/recording.h"
#include "core/store.h"

struct config;
struct player;

/*
 * At the first key. config: rules, roles and levels of the store, borrowed; NULL: those of the recording, by the head
 * that the key lies behind (its text is read by collectors/config_file.h), and rules that others were changed to later.
 * what_if: alerts are judged anew by that config's rules from the first key on, and not as recorded: then every jump
 * back is played from there. ERR_FORMAT: there is no whole key in it; ERR_NOMEM.
 */
int player_open(struct player **out, struct recording *r, struct config *config, bool what_if, struct err *err);
void player_close(struct player *p);

/* Another store, at another address, behind every jump. */
const struct store *player_store(const struct player *p);
int64_t player_time_ms(const struct player *p); /* of the step it stands at */
size_t player_frame(const struct player *p);	/* the last that was done; what lies behind it is still to come */
bool player_at_end(const struct player *p);

/*
 * To the last step with a time <= time_ms (the first key where there is none). What is damaged is passed over. Errors
 * as above; ERR_NOMEM: it stands where it got to.
 */
int player_seek(struct player *p, int64_t time_ms, struct err *err);
/* n steps on, or back (n < 0); to the last one or the first key where there are no more. */
int player_step(struct player *p, int n, struct err *err);
/* Damage that the present state rests on: steps between its key and now that are missing or could not be done. */
size_t player_gaps(const struct player *p);
/* How often since it was opened evidence came to be judged by more inputs and outputs than it has (core/budget.h). */
size_t player_short_of(const struct player *p);
/* Why the configuration in the recording could not be read, and what is built in holds; "": it could. */
const char *player_why(const struct player *p);

#endif
