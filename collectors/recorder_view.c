#include "collectors/recorder_impl.h"
#include "core/mem.h"

static int
copy_view_head(struct recorder_view *v, const struct recorder *r, struct err *err)
{
	struct slice *texts[6] = {&v->head.program, &v->head.host, &v->head.endpoint, &v->head.zone, &v->head.config,
	    &v->head.masked};
	size_t i;

	v->head = r->options.head;
	v->head.started_ms = r->wall_ms;
	for (i = 0; i < 6; i++) {
		v->texts[i] = mem_dup(texts[i]->p, texts[i]->n);
		if (!v->texts[i])
			return err_nomem(err);
		texts[i]->p = v->texts[i];
	}
	return 0;
}

int
recorder_view_take(struct recorder_view **out, struct recorder *r, struct err *err)
{
	struct recorder_view *v;
	size_t i, n;
	int rc;

	recorder_flush(r);
	(void)recorder_wait(r, NULL);
	n = r->ring.n;
	if (!n)
		return err_set(err, ERR_NOT_FOUND, "the flight recorder holds nothing yet");
	v = mem_calloc(1, sizeof(*v));
	if (!v)
		return err_nomem(err);
	v->frames = mem_calloc(n, sizeof(*v->frames));
	v->blocks = mem_calloc(n, sizeof(*v->blocks));
	rc = v->frames && v->blocks ? copy_view_head(v, r, err) : err_nomem(err);
	if (rc) {
		recorder_view_free(v);
		return rc;
	}
	for (i = 0; i < n; i++) {
		v->blocks[i] = r->ring.blocks[i];
		v->blocks[i]->refs++;
		v->frames[i].frame = v->blocks[i]->frame;
		v->frames[i].payload = (const unsigned char *)v->blocks[i]->payload;
	}
	v->n = n;
	*out = v;
	return 0;
}

void
recorder_view_free(struct recorder_view *v)
{
	size_t i;

	if (!v)
		return;
	for (i = 0; i < v->n; i++)
		record_block_unref(v->blocks[i]);
	for (i = 0; i < 6; i++)
		mem_free(v->texts[i]);
	mem_free(v->frames);
	mem_free(v->blocks);
	mem_free(v);
}
