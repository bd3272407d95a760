#include "core/frozen.h"

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
	f->slots = nslots ? mem_calloc(nslots * nbins + 1, sizeof(*f->slots)) : NULL;
	if (!f->counts || (nslots && !f->slots)) {
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
	mem_free(f->slots);
	mem_free(f);
}
