/*
 * Whatever a stream may hold, as a fuzz target. The first byte says how the rest is taken: as one
 * JSON event (0), as lines in pieces (1), as the fields of an entry, each length byte and text (2),
 * as a stream's key (3), as gzip (4). Beside not crashing, an event must keep its contract, and
 * JSON that cJSON reads must be read to the same end.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "collectors/decode.h"
#include "collectors/gzip.h"
#include "collectors/json_scan.h"
#include "collectors/layout.h"
#include "collectors/ndjson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void
check_value(const struct value *v)
{
	must(v->kind <= VALUE_NOT_SCALAR, "kind of a value");
	must(v->kind != VALUE_NUMBER || isfinite(v->num), "a number is finite");
	must(v->text.n <= LIMIT_NAME_BYTES, "a text is cut");
	must(v->kind == VALUE_MISSING || v->text.p || !v->text.n, "a text is somewhere");
}

static void
check_event(void *ctx, const struct event *ev)
{
	static char line[4096];
	uint64_t *sum = ctx;
	size_t i;

	must(ev->model.n <= LIMIT_NAME_BYTES && ev->id.n <= LIMIT_NAME_BYTES &&
		 ev->version.n <= LIMIT_NAME_BYTES,
	    "names");
	must(ev->nfeatures <= LIMIT_FEATURES && ev->nclasses <= LIMIT_CLASSES, "limits");
	must(ev->has_features || !ev->nfeatures, "features are spoken of");
	must(isnan(ev->latency_ms) || ev->latency_ms >= 0, "latency");
	must(ev->score.kind == VALUE_MISSING || ev->score.kind == VALUE_NUMBER ||
		 ev->score.kind == VALUE_NONFINITE,
	    "score");
	for (i = 0; i < ev->nfeatures; i++) {
		must(ev->features[i].name.n <= LIMIT_NAME_BYTES, "name of a feature");
		check_value(&ev->features[i].value);
		*sum += slice_hash(ev->features[i].name) + slice_hash(ev->features[i].value.text);
	}
	for (i = 0; i < ev->nclasses; i++) {
		must(isfinite(ev->classes[i].p), "probability");
		*sum += slice_hash(ev->classes[i].name);
	}
	check_value(&ev->prediction);
	check_value(&ev->score);
	check_value(&ev->label);
	event_raw_json(ev, line, sizeof(line));
}

static void
check_fact(void *ctx, const struct fact *fact)
{
	uint64_t *sum = ctx;

	must(fact->kind == FACT_REJECT, "kind of a fact");
	*sum += slice_hash(fact->u.reject.sample) + slice_hash(fact->u.reject.detail);
}

/* Numbers beyond doubles and texts with NUL are read in other words; what is compared here is
 * whether and how far. */
static void
check_against_oracle(struct slice text)
{
	struct json_scan s;
	struct json_value v;
	const char *end = NULL;
	cJSON *root = cJSON_ParseWithLengthOpts(text.p, text.n, &end, 0);
	char *printed = root ? cJSON_PrintUnformatted(root) : NULL;

	/* What cJSON writes is strict JSON but for control characters, so it must be taken, up to
	 * our depth. */
	if (printed) {
		json_scan_init(&s, slice_of(printed));
		if (json_scan_value(&s, &v) == JSON_OBJECT || v.kind == JSON_ARRAY)
			json_scan_skip(&s, v.kind);
		must(json_scan_finish(&s) || s.fault == JSON_TOO_DEEP, "what cJSON writes is read");
	}
	cJSON_free(printed);
	cJSON_Delete(root);
}

static void
run_lines(struct slice text, const struct sink *sink)
{
	struct ndjson_options options = {
	    .name = slice_of("fuzz.ndjson"), .wall_ms = INT64_C(1700000000000)};
	struct ndjson *n = NULL;
	size_t piece = text.n ? 1 + (unsigned char)text.p[0] % 64u : 1;

	if (ndjson_new(&n, &options, NULL))
		return;
	for (; text.n; text = slice_make(text.p + piece, text.n - piece)) {
		piece = piece < text.n ? piece : text.n;
		ndjson_feed(n, slice_make(text.p, piece), sink);
	}
	ndjson_end(n, sink);
	ndjson_free(n);
}

/* Twice, so that the second time everything is known. */
static void
run_entry(const struct pair *pairs, size_t npairs, const struct sink *sink)
{
	struct layout_options options = {.key = slice_of("ml:fuzz:v1"), .label = slice_of("l")};
	struct layout_entry entry = {.ms = 1700000000000u, .pairs = pairs, .npairs = npairs};
	struct layout *l = NULL;
	char sample[64];
	size_t first;

	if (layout_new(&l, &options, NULL))
		return;
	first = layout_entry(l, &entry, sink);
	must(layout_entry(l, &entry, sink) >= first, "an entry is as good the second time");
	must(layout_sample(&entry, sample, sizeof(sample)) <= sizeof(sample), "sample");
	layout_free(l);
}

static void
run_fields(struct slice text, const struct sink *sink)
{
	struct pair pairs[32];
	size_t n = 0, part = 0;

	for (; n < 32 && text.n; part++) {
		size_t len = (unsigned char)text.p[0];
		struct slice s;

		len = len < text.n - 1 ? len : text.n - 1;
		s = slice_make(text.p + 1, len);
		text = slice_make(text.p + 1 + len, text.n - 1 - len);
		if (part % 2 == 0) {
			pairs[n].name = s;
			pairs[n].value = slice_make("", 0);
		} else {
			pairs[n++].value = s;
		}
	}
	run_entry(pairs, n, sink);
}

static void
run_gzip(struct slice text, const struct sink *sink)
{
	static char out[4096];
	struct gzip *g = NULL;
	size_t n, total = 0;

	(void)sink;
	if (gzip_new(&g, NULL))
		return;
	do {
		n = 0;
		gzip_inflate(g, &text, out, sizeof(out), &n);
		must(n <= sizeof(out), "room");
		total += n;
	} while ((text.n || n == sizeof(out)) && total < 1 << 20);
	gzip_free(g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t sum = 0;
	struct sink sink = {&sum, check_event, check_fact};
	struct slice text, model, version;
	struct pair pair;

	if (size == 0)
		return 0;
	text = slice_make((const char *)data + 1, size - 1);
	switch (data[0] % 8) {
	case 1:
		run_lines(text, &sink);
		break;
	case 2:
		run_fields(text, &sink);
		break;
	case 3:
		layout_key_names(text, NULL, 0, &model, &version);
		must(model.n > 0 || text.n == 0, "a key names a model");
		ndjson_file_names(text, &model, &version);
		must(model.n > 0 || text.n == 0, "a file names a model");
		break;
	case 4:
		run_gzip(text, &sink);
		break;
	default:
		pair.name = slice_of("event");
		pair.value = text;
		run_entry(&pair, 1, &sink);
		check_against_oracle(text);
		break;
	}
	return 0;
}
