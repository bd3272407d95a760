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
 * At the first key. config: rules and roles of the store, borrowed; NULL: those of the recording (its head's text is
 * read by collectors/config_file.h). what_if: alerts are judged anew by that config's rules from the first key on, and
 * not as recorded. ERR_FORMAT: there is no whole key in it; ERR_NOMEM.
 */
int player_open(struct player **out, struct recording *r, const struct config *config, bool what_if, struct err *err);
void player_close(struct player *p);

const struct store *player_store(const struct player *p);
int64_t player_time_ms(const struct player *p); /* of the step it stands at */
bool player_at_end(const struct player *p);

/* To the last step with a time <= time_ms (the first key where there is none). Errors as above: it stands as it did. */
int player_seek(struct player *p, int64_t time_ms, struct err *err);
/* n steps on, or back (n < 0). */
int player_step(struct player *p, int n, struct err *err);
/* Damage that the present state rests on: steps between its key and now that could not be done. */
size_t player_gaps(const struct player *p);

#endif
