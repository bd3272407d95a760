/* The pool's side of the recorder: it owns the packer and the files while a job runs. */
#include <stdio.h>

#include "collectors/recorder_impl.h"

static void
out_failed(struct recorder *r, const struct err *why)
{
	struct recorder_outcome *o = &r->outcome;

	o->failed = true;
	snprintf(o->why, sizeof(o->why), "%s", why->msg);
}

static void
add_block(struct recorder *r, struct record_block *b)
{
	struct err why = {0};

	b->next = NULL;
	*r->outcome.end = b;
	r->outcome.end = &b->next;
	if (record_out_put(&r->out, b, &r->options.head, r->job_wall_ms, &why))
		out_failed(r, &why);
}

static void
do_frame(struct recorder *r, struct recorder_item *item)
{
	struct record_block *b = NULL;
	char *raw = item->raw;

	item->raw = NULL;
	if (record_pack_frame(&r->pack, &b, item->type, item->time_ms, item->model, raw, item->n, NULL))
		r->outcome.lost = true;
	else
		add_block(r, b);
}

static void
do_gap(struct recorder *r, const struct recorder_item *item)
{
	struct record_block *b = NULL;

	r->pack.want_base = true;
	if (!record_pack_gap(&b, r->pack.seq + 1, item->from_ms, item->time_ms, item->why, NULL)) {
		r->pack.seq++;
		add_block(r, b);
	}
}

static void
do_sync(struct recorder *r)
{
	struct err why = {0};

	r->synced_ms = r->job_wall_ms;
	if (record_out_sync(&r->out, &why))
		out_failed(r, &why);
}

static void
do_file(struct recorder *r, const struct recorder_item *item)
{
	struct err why = {0};
	int rc;

	r->pack.want_base |= item->kind == ITEM_START;
	if (item->kind == ITEM_START)
		rc = record_out_open(&r->out, &item->to, &r->options.head, r->job_wall_ms, &why);
	else
		rc = record_out_close(&r->out, &why);
	if (rc)
		out_failed(r, &why);
}

static void
do_save(struct recorder *r, const struct recorder_item *item)
{
	struct recorder_outcome *o = &r->outcome;
	struct err why = {0};

	o->saved = true;
	o->save_why[0] = '\0';
	if (record_out_save(&item->to, &r->options.head, item->blocks, item->n, r->job_wall_ms, o->saved_path, &why))
		snprintf(o->save_why, sizeof(o->save_why), "%s", why.msg);
}

/* By the clock of ticks, so that the step of one goes to the disk with it; one that was set back waits for nothing. */
static bool
is_due(const struct recorder *r)
{
	return r->job_wall_ms < r->synced_ms || r->job_wall_ms - r->synced_ms >= RECORDER_SYNC_MS;
}

/* Alerts and marks are on the disk before anything else is taken up; the rest once a second. */
static bool
is_urgent(const struct recorder_item *item)
{
	return item->kind == ITEM_FRAME && (item->type == FRAME_ALERT || item->type == FRAME_MARK);
}

void
recorder_do_job(struct recorder *r)
{
	struct recorder_outcome *o = &r->outcome;
	bool urgent = false;
	struct recorder_item *item;

	for (item = r->job.first; item; item = item->next) {
		if (item->kind == ITEM_FRAME)
			do_frame(r, item);
		else if (item->kind == ITEM_GAP)
			do_gap(r, item);
		else if (item->kind == ITEM_SAVE)
			do_save(r, item);
		else if (item->kind != ITEM_SYNC)
			do_file(r, item);
		urgent |= is_urgent(item) || item->kind == ITEM_SYNC;
	}
	if (r->out.file && record_file_dirty(r->out.file) && (urgent || is_due(r)))
		do_sync(r);
	o->writes = r->out.file != NULL;
	o->full = r->out.full;
	o->dirty = r->out.file && record_file_dirty(r->out.file);
	o->bytes = r->out.bytes;
	snprintf(o->path, sizeof(o->path), "%s", r->out.path);
}
