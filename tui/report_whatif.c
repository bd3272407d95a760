#include "tui/report_whatif.h"

#include "core/jsonw.h"
#include "core/mem.h"
#include "widgets/fmt.h"

static void
put_times(struct doc *d, const struct whatif_row *r, enum whatif_side side, int64_t offset_ms)
{
	if (!r->in[side]) {
		doc_cell(d, slice_of("--"));
		doc_cell(d, slice_of("--"));
		return;
	}
	doc_cellf(d, "%s %s", severity_names[r->worst[side]], fmt_datetime(r->fired_ms[side], offset_ms).s);
	if (r->ended_ms[side] == ALERT_NEVER)
		doc_cell(d, slice_of("still firing"));
	else
		doc_cellf(d, "%s", fmt_datetime(r->ended_ms[side], offset_ms).s);
}

int
report_whatif_doc(const struct whatif *w, const char *change, const char *path, const struct report_options *o,
    const struct doc_ops *ops, FILE *to, struct err *err)
{
	static const struct doc_column columns[] = {{"rule", false}, {"model", false}, {"feature", false},
	    {"difference", false}, {"was fired", false}, {"was ended", false}, {"would fire", false},
	    {"would end", false}, {"what", false}, {NULL, false}};
	char text[400], buf[48];
	struct doc d;
	size_t i;

	snprintf(text, sizeof(text), "What if: %.300s", change);
	doc_open(&d, ops, to, slice_of(text));
	snprintf(text, sizeof(text),
	    "Of %.200s: %zu alerts as recorded, %zu with this change; %zu of them the same, %zu would not have fired, "
	    "%zu only what-if.",
	    path, w->both + w->only[WHATIF_RECORDED], w->both + w->only[WHATIF_CHANGED], w->both,
	    w->only[WHATIF_RECORDED], w->only[WHATIF_CHANGED]);
	doc_para(&d, slice_of(text));
	snprintf(text, sizeof(text), "Times by the model's clock, %s.", o->zone ? o->zone : "UTC");
	doc_table(&d, text, columns);
	for (i = 0; i < w->n; i++) {
		const struct whatif_row *r = &w->rows[i];

		doc_cell(&d, r->rule);
		doc_cell(&d, r->model.n ? r->model : r->source);
		doc_cell(&d, r->feature.n ? r->feature : r->version);
		doc_cell_as(&d, r->in[0] && r->in[1] ? SEVERITY_OK : SEVERITY_WARN,
		    whatif_difference(r, buf, sizeof(buf)));
		put_times(&d, r, WHATIF_RECORDED, o->utc_offset_ms);
		put_times(&d, r, WHATIF_CHANGED, o->utc_offset_ms);
		doc_cell(&d, r->sentence);
	}
	doc_table_end(&d);
	return doc_close(&d, err);
}

static void
put_side(struct jsonw *w, const char *key, const struct whatif_row *r, enum whatif_side side)
{
	jsonw_key(w, key);
	if (!r->in[side]) {
		jsonw_null(w);
		return;
	}
	jsonw_open_object(w);
	jsonw_put_cstr(w, "severity", severity_names[r->worst[side]]);
	jsonw_put_int(w, "fired_ms", r->fired_ms[side], true);
	jsonw_put_int(w, "ended_ms", r->ended_ms[side], r->ended_ms[side] != ALERT_NEVER);
	jsonw_close(w);
}

int
report_whatif_json(const struct whatif *w, const char *change, FILE *to, struct err *err)
{
	struct jsonw j;
	size_t i, n;
	char *text;

	jsonw_init(&j);
	jsonw_open_object(&j);
	jsonw_put_cstr(&j, "what_if", change);
	jsonw_put_uint(&j, "same", w->both);
	jsonw_put_uint(&j, "only_recorded", w->only[WHATIF_RECORDED]);
	jsonw_put_uint(&j, "only_what_if", w->only[WHATIF_CHANGED]);
	jsonw_key(&j, "alerts");
	jsonw_open_array(&j);
	for (i = 0; i < w->n; i++) {
		const struct whatif_row *r = &w->rows[i];

		jsonw_newline(&j);
		jsonw_open_object(&j);
		jsonw_put_string(&j, "rule", r->rule);
		jsonw_put_text(&j, "model", r->model);
		jsonw_put_text(&j, "version", r->version);
		jsonw_put_text(&j, "feature", r->feature);
		jsonw_put_text(&j, "source", r->source);
		put_side(&j, "recorded", r, WHATIF_RECORDED);
		put_side(&j, "changed", r, WHATIF_CHANGED);
		jsonw_put_string(&j, "sentence", r->sentence);
		jsonw_close(&j);
	}
	jsonw_close(&j);
	jsonw_close(&j);
	jsonw_newline(&j);
	text = jsonw_take(&j, &n, err);
	if (!text)
		return ERR_NOMEM;
	fwrite(text, 1, n, to);
	mem_free(text);
	return 0;
}
