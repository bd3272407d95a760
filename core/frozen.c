#include "core/frozen.h"

#include <string.h>

#include "core/mem.h"

int
frozen_new(struct frozen **out, size_t nbins, unsigned nslots, struct err *err)
{
	struct frozen *f;

	if (nslots && nslots != FROZEN_HOURS && nslots != FROZEN_SLOTS)
		return err_set(err, ERR_INVALID, "%u slots, not %d or %d", nslots, FROZEN_HOURS, FROZEN_SLOTS);
	f = mem_calloc(1, sizeof(*f));
	if (!f)
		return err_nomem(err);
	f->nbins = nbins;
	f->nslots = nslots;
	f->phi = evidence_phi_none;
	f->counts = mem_calloc(nbins + 1, sizeof(*f->counts));
	if (!f->counts) {
		frozen_free(f);
		return err_nomem(err);
	}
	*out = f;
	return 0;
}

void
frozen_free(struct frozen *f)
{
	if (!f)
		return;
	mem_free(f->counts);
	packed_release(&f->slots);
	mem_free(f);
}

void
frozen_get(const struct frozen *f, unsigned slot, uint64_t *counts)
{
	if (f->nslots)
		packed_get(&f->slots, frozen_slot(f, slot) * f->nbins, counts, f->nbins);
	else
		memcpy(counts, f->counts, f->nbins * sizeof(*counts));
}
