/* The inside of whole states as bytes, for snapshot_*.c. */
#ifndef CORE_SNAPSHOT_IMPL_H
#define CORE_SNAPSHOT_IMPL_H

#include "core/model.h"
#include "core/snapshot.h"

#define SNAPSHOT_SUM_MAX  (INT64_C(1) << 56) /* of the moments of one pane */
#define SNAPSHOT_SUMS_MAX (INT64_C(1) << 61) /* of more than that */

/* "a state of the recording is not one" */
int snapshot_damaged(struct err *err);

/* What is quoted in a sentence is a value: nothing from the first quote on is kept. */
void snapshot_mask_sentence(char *sentence, size_t cap);
bool snapshot_is_masked(const struct snapshot_mask *mask, const struct store *s, size_t model, size_t fid);

/* A copy, into *out; NULL and ERR_NOMEM. */
int snapshot_get_text(struct bytes_reader *r, size_t max, char **out, size_t *n, struct err *err);

/* snapshot_sums.c. What is read into is as it was made, on the same layout (NULL: none). */
void snapshot_put_sums(struct bytes *to, const struct sums *s, const struct cell_layout *layout);
int snapshot_get_sums(struct bytes_reader *r, struct sums *s, const struct cell_layout *layout, struct err *err);
void snapshot_put_rings(struct bytes *to, const struct ring *rings, size_t n, const struct cell_layout *layout);
int snapshot_get_rings(
    struct bytes_reader *r, struct ring *rings, size_t n, const struct cell_layout *layout, struct err *err);
void snapshot_put_evalwin(struct bytes *to, const struct evalwin *w);
int snapshot_get_evalwin(struct bytes_reader *r, struct evalwin *w, struct err *err);
void snapshot_put_versus(struct bytes *to, const struct versus *v);
int snapshot_get_versus(struct bytes_reader *r, struct model *m, struct err *err);

/* snapshot_quality.c */
void snapshot_put_quality(struct bytes *to, const struct model *m, bool masked);
int snapshot_get_quality(struct bytes_reader *r, struct model *m, struct err *err);

#endif
