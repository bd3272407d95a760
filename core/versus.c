#include "core/versus.h"

#include "core/mem.h"

static const struct {
	int64_t pane_ms;
	int size;
} rings[VERSUS_RINGS] = {{PANE_MS, 60}, {60000, 60}};

static int
side_init(struct versus_side *side, unsigned version, struct err *err)
{
	int rc = sums_init(&side->total, NULL, err);
	int i;

	side->version = version;
	for (i = 0; i < VERSUS_RINGS && !rc; i++)
		rc = ring_init(&side->rings[i], rings[i].pane_ms, rings[i].size, err);
	return rc;
}

int
versus_new(struct versus **out, const unsigned *versions, int64_t from_pane, const struct cell_layout *layout,
    struct err *err)
{
	struct versus *v = mem_calloc(1, sizeof(*v));
	int rc = v ? 0 : err_nomem(err);
	int i;

	for (i = 0; i < VERSUS_SIDES && !rc; i++)
		rc = side_init(&v->sides[i], versions[i], err);
	if (!rc)
		rc = versus_rebin(v, layout, err);
	if (rc) {
		versus_free(v);
		return rc;
	}
	v->from_pane = from_pane;
	*out = v;
	return 0;
}

void
versus_free(struct versus *v)
{
	int i, r;

	if (!v)
		return;
	for (i = 0; i < VERSUS_SIDES; i++) {
		for (r = 0; r < VERSUS_RINGS; r++)
			ring_release(&v->sides[i].rings[r]);
		sums_release(&v->sides[i].total);
	}
	mem_free(v);
}

int
versus_rebin(struct versus *v, const struct cell_layout *layout, struct err *err)
{
	int i, r, rc = 0;

	v->layout = layout;
	for (i = 0; i < VERSUS_SIDES && !rc; i++) {
		rc = sums_rebin(&v->sides[i].total, layout, err);
		for (r = 0; r < VERSUS_RINGS && !rc; r++)
			rc = ring_rebin(&v->sides[i].rings[r], layout, err);
	}
	return rc;
}

int
versus_side(const struct versus *v, unsigned version)
{
	int i;

	for (i = 0; i < VERSUS_SIDES; i++)
		if (v->sides[i].version == version)
			return i;
	return -1;
}

int
versus_add(struct versus *v, int side, const struct delta_pane *p, struct err *err)
{
	struct versus_side *s = &v->sides[side];
	int r, rc;

	for (r = 0; r < VERSUS_RINGS; r++) {
		rc = ring_prepare(&s->rings[r], p, 1, v->layout, err);
		if (rc)
			return rc;
		ring_add(&s->rings[r], p, v->layout);
	}
	sums_add(&s->total, p, v->layout);
	return 0;
}

void
versus_advance(struct versus *v, int64_t now_ms)
{
	int i, r;

	for (i = 0; i < VERSUS_SIDES; i++) {
		for (r = 0; r < VERSUS_RINGS; r++) {
			struct ring *ring = &v->sides[i].rings[r];

			ring_advance(ring, pane_floor(now_ms, ring->pane_ms), v->layout);
		}
	}
}
