#include "core/alert.h"

#include <math.h>
#include <stdio.h>

#include "core/mem.h"

const char *const alert_state_names[ALERT_STATES] = {"pending", "firing", "cleared"};
const char *const alert_broken_names[ALERT_BROKENS] = {
    "", "the effect has doubled", "the severity has risen", "another cause has begun"};

enum { SINCE_WARN, SINCE_CRIT };

/* ---- keys and ids ---------------------------------------------------------------------------- */

#define KEY_PARTS 5

static void
key_parts(const struct alert_key *k, struct slice parts[KEY_PARTS])
{
	parts[0] = k->rule;
	parts[1] = k->model;
	parts[2] = k->version;
	parts[3] = k->feature;
	parts[4] = k->source;
}

static uint64_t
key_hash(const struct alert_key *k)
{
	struct slice parts[KEY_PARTS];
	uint64_t hashes[KEY_PARTS];
	size_t i;

	key_parts(k, parts);
	for (i = 0; i < KEY_PARTS; i++)
		hashes[i] = slice_hash(parts[i]);
	return slice_hash(slice_make((const char *)hashes, sizeof(hashes)));
}

static bool
key_eq(const struct alert_key *a, const struct alert_key *b)
{
	return slice_eq(a->rule, b->rule) && slice_eq(a->model, b->model) && slice_eq(a->version, b->version) &&
	       slice_eq(a->feature, b->feature) && slice_eq(a->source, b->source);
}

/* Copies the key's texts into one block. */
static int
key_copy(struct alert *al, const struct alert_key *k, struct err *err)
{
	struct slice parts[KEY_PARTS];
	struct slice *to[KEY_PARTS] = {
	    &al->key.rule, &al->key.model, &al->key.version, &al->key.feature, &al->key.source};
	size_t bytes = 0, i;

	key_parts(k, parts);
	for (i = 0; i < KEY_PARTS; i++)
		bytes += parts[i].n + 1;
	al->text = mem_calloc(1, bytes);
	if (!al->text)
		return err_nomem(err);
	for (i = 0, bytes = 0; i < KEY_PARTS; i++) {
		if (parts[i].n)
			memcpy(al->text + bytes, parts[i].p, parts[i].n);
		*to[i] = slice_make(al->text + bytes, parts[i].n);
		bytes += parts[i].n + 1;
	}
	return 0;
}

/* 0 means none everywhere, so nothing may have it. */
static uint64_t
id_of(uint64_t hash, int64_t from_ms)
{
	uint64_t parts[2] = {hash, (uint64_t)from_ms};
	uint64_t id = slice_hash(slice_make((const char *)parts, sizeof(parts)));

	return id ? id : 1;
}

char *
alert_id_text(uint64_t id, char buf[ALERT_ID_BYTES])
{
	snprintf(buf, ALERT_ID_BYTES, "%016llx", (unsigned long long)id);
	return buf;
}

bool
alert_id_parse(struct slice text, uint64_t *id)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t v = 0;
	size_t i;

	if (text.n != ALERT_ID_BYTES - 1)
		return false;
	for (i = 0; i < text.n; i++) {
		const char *d = text.p[i] ? strchr(digits, text.p[i]) : NULL;

		if (!d)
			return false;
		v = v << 4 | (uint64_t)(d - digits);
	}
	*id = v;
	return true;
}

/* Cut to whole characters. */
static void
copy_text(char *to, size_t cap, struct slice from)
{
	size_t n = from.n < cap ? from.n : cap - 1;

	while (n < from.n && n > 0 && ((unsigned char)from.p[n] & 0xc0) == 0x80)
		n--;
	if (n)
		memcpy(to, from.p, n);
	to[n] = '\0';
}

/* ---- at its worst ----------------------------------------------------------------------------- */

/*
 * As a window leaves an incident behind, what is seen last is hardly worth a warning. Whoever reads of the alert
 * afterwards wants to know how bad it was.
 */
static void
note_peak(struct alert *al)
{
	struct alert_peak *p = &al->peak;

	if (p->effect >= al->effect)
		return;
	p->metric = al->metric;
	p->cause = al->cause;
	p->value = al->value;
	p->limit = al->limit;
	p->effect = al->effect;
	memcpy(p->sentence, al->sentence, sizeof(p->sentence));
}

static void
recall_peak(struct alert *al)
{
	const struct alert_peak *p = &al->peak;

	if (isnan(p->effect))
		return;
	al->metric = p->metric;
	al->cause = p->cause;
	al->value = p->value;
	al->limit = p->limit;
	al->effect = p->effect;
	memcpy(al->sentence, p->sentence, sizeof(al->sentence));
}

/* ---- the list -------------------------------------------------------------------------------- */

void
alerts_init(struct alerts *a)
{
	memset(a, 0, sizeof(*a));
	a->arrival_ms = ALERT_NEVER;
}

int
alert_new(struct alert **out, const struct alert_key *key, struct err *err)
{
	struct alert *al = mem_calloc(1, sizeof(*al));

	if (!al || key_copy(al, key, err)) {
		mem_free(al);
		return err_nomem(err);
	}
	al->hash = key_hash(&al->key);
	al->model = ALERT_NO_MODEL;
	al->fired_ms = al->to_ms = al->mild_ms = al->clear_ms = ALERT_NEVER;
	al->since_ms[SINCE_WARN] = al->since_ms[SINCE_CRIT] = ALERT_NEVER;
	al->judged_ms = al->resumed_ms = ALERT_NEVER;
	al->trusted = true;
	al->peak.effect = NAN;
	*out = al;
	return 0;
}

void
alert_free(struct alert *al)
{
	if (!al)
		return;
	mem_free(al->text);
	mem_free(al);
}

void
alerts_release(struct alerts *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		alert_free(a->list[i]);
	mem_free(a->list);
	alerts_init(a);
}

/* The newest alert about that. */
static struct alert *
newest(const struct alerts *a, const struct alert_key *key, uint64_t hash)
{
	struct alert *al = a->buckets[hash % ALERT_BUCKETS];

	while (al && (al->hash != hash || !key_eq(&al->key, key)))
		al = al->next;
	return al;
}

static void
remove_at(struct alerts *a, size_t i)
{
	struct alert *al = a->list[i], **at = &a->buckets[al->hash % ALERT_BUCKETS];

	while (*at != al)
		at = &(*at)->next;
	*at = al->next;
	memmove(a->list + i, a->list + i + 1, (a->n - i - 1) * sizeof(*a->list));
	a->n--;
	alert_free(al);
}

static void
forget(struct alerts *a, struct alert *al)
{
	size_t i = 0;

	while (a->list[i] != al)
		i++;
	remove_at(a, i);
}

static bool
waits_again(const struct alert *al)
{
	return al->state == ALERT_CLEARED && al->since_ms[SINCE_WARN] != ALERT_NEVER;
}

/* A place for one more: the cleared alert that began first gives up its own. */
static bool
make_room(struct alerts *a)
{
	size_t i = 0;

	if (a->n < ALERT_MAX)
		return true;
	while (i < a->n && (a->list[i]->state != ALERT_CLEARED || waits_again(a->list[i])))
		i++;
	if (i == a->n) {
		a->refused++;
		return false;
	}
	remove_at(a, i);
	a->forgotten++;
	return true;
}

/* What a person has said about the one before holds for the new one. */
static void
take_over(struct alert *al, const struct alert *before)
{
	if (!before || !before->silenced_to_ms || before->silenced_to_ms == ALERT_UNTIL_CLEAR)
		return;
	al->silenced_to_ms = before->silenced_to_ms;
	memcpy(al->silence_reason, before->silence_reason, sizeof(al->silence_reason));
	memcpy(al->silenced_by, before->silenced_by, sizeof(al->silenced_by));
	al->silence_effect = before->silence_effect;
	al->silence_severity = before->silence_severity;
	al->silence_cause = before->silence_cause;
}

/* NULL without an error: the list is full. */
static int
add(struct alerts *a, const struct alert_sight *s, uint64_t hash, int64_t now_ms, struct alert **out, struct err *err)
{
	struct alert **grown = mem_grow(a->list, &a->cap, a->n + 1, sizeof(*grown));
	struct alert *al;

	*out = NULL;
	if (!grown)
		return err_nomem(err);
	a->list = grown;
	if (alert_new(&al, &s->key, err))
		return ERR_NOMEM;
	take_over(al, newest(a, &s->key, hash));
	if (!make_room(a)) {
		alert_free(al);
		return 0;
	}
	al->model = s->model;
	al->from_ms = s->began_ms != ALERT_NEVER && s->began_ms < now_ms ? s->began_ms : now_ms;
	al->id = id_of(hash, al->from_ms);
	al->next = a->buckets[hash % ALERT_BUCKETS];
	a->buckets[hash % ALERT_BUCKETS] = al;
	a->list[a->n++] = al;
	*out = al;
	return 0;
}

int
alerts_adopt(struct alerts *a, struct alert *al, uint32_t model, struct err *err)
{
	struct alert **grown = mem_grow(a->list, &a->cap, a->n + 1, sizeof(*grown));
	struct alert **at = &a->buckets[al->hash % ALERT_BUCKETS];
	size_t i;

	if (grown)
		a->list = grown;
	if (!grown || !make_room(a)) {
		alert_free(al);
		return grown ? err_set(err, ERR_LIMIT, "more than %d alerts", ALERT_MAX) : err_nomem(err);
	}
	al->model = model;
	if (al->state != ALERT_PENDING)
		note_peak(al);
	/* Both orders are of when they began. */
	for (i = a->n++; i > 0 && a->list[i - 1]->from_ms > al->from_ms; i--)
		a->list[i] = a->list[i - 1];
	a->list[i] = al;
	while (*at && (*at)->from_ms > al->from_ms)
		at = &(*at)->next;
	al->next = *at;
	*at = al;
	a->active += al->state != ALERT_CLEARED || waits_again(al);
	return 0;
}

int
alerts_restore(struct alerts *a, struct alert *al, uint32_t model, struct err *err)
{
	struct alert **grown = mem_grow(a->list, &a->cap, a->n + 1, sizeof(*grown));
	struct alert **at = &a->buckets[al->hash % ALERT_BUCKETS];

	if (!grown) {
		alert_free(al);
		return err_nomem(err);
	}
	a->list = grown;
	al->model = model;
	grown[a->n++] = al;
	al->next = *at;
	*at = al;
	a->active += al->state != ALERT_CLEARED || waits_again(al);
	return 0;
}

static void
tell(struct alerts *a, const struct alert *al, enum alert_change_kind kind, int64_t now_ms, bool history)
{
	a->changed[a->changes++ % ALERT_CHANGES] = (struct alert_change){al->id, kind, now_ms, history};
}

/* ---- incidents ------------------------------------------------------------------------------- */

static bool
begin_together(const struct alert *x, const struct alert *y)
{
	int64_t apart = x->from_ms > y->from_ms ? x->from_ms - y->from_ms : y->from_ms - x->from_ms;

	return apart <= ALERT_TOGETHER_MS;
}

/* Firing, or so short ago that it belongs together with what fires now. */
static bool
is_companion(const struct alert *x, const struct alert *al)
{
	return x != al && x->state != ALERT_PENDING && x->fired_ms != ALERT_NEVER && begin_together(x, al);
}

/* An alert of several versions belongs to each of them. */
static bool
share_version(const struct alert *x, const struct alert *y)
{
	return !x->version[0] || !y->version[0] || strcmp(x->version, y->version) == 0;
}

static void
join_incident(struct alerts *a, struct alert *al)
{
	size_t i;

	al->incident = al->id;
	if (al->model == ALERT_NO_MODEL)
		return;
	for (i = 0; i < a->n; i++) {
		const struct alert *x = a->list[i];

		if (is_companion(x, al) && x->model == al->model && share_version(x, al)) {
			al->incident = x->incident;
			return;
		}
	}
}

static bool
same_in_fleet(const struct alert *x, const struct alert *al)
{
	return (x == al || is_companion(x, al)) && x->key.feature.n && slice_eq(x->key.feature, al->key.feature) &&
	       slice_eq(x->key.rule, al->key.rule);
}

/* One alert a model and feature fires at a time, so alerts of that rule are models. */
static void
join_fleet(struct alerts *a, struct alert *al)
{
	uint64_t fleet = al->id;
	size_t i, models = 0;

	for (i = 0; i < a->n; i++) {
		if (!same_in_fleet(a->list[i], al) || (a->list[i]->state != ALERT_FIRING && a->list[i] != al))
			continue;
		models++;
		if (a->list[i]->fleet)
			fleet = a->list[i]->fleet;
		else if (models == 1)
			fleet = a->list[i]->id;
	}
	if (models < ALERT_FLEET_MODELS)
		return;
	for (i = 0; i < a->n; i++)
		if (same_in_fleet(a->list[i], al) && (a->list[i]->state == ALERT_FIRING || a->list[i] == al))
			a->list[i]->fleet = fleet;
}

/* ---- the life cycle -------------------------------------------------------------------------- */

static void
note_since(int64_t *since_ms, bool is, int64_t now_ms)
{
	if (!is)
		*since_ms = ALERT_NEVER;
	else if (*since_ms == ALERT_NEVER)
		*since_ms = now_ms;
}

static bool
has_held(int64_t since_ms, int64_t for_ms, int64_t now_ms)
{
	return since_ms != ALERT_NEVER && now_ms - since_ms >= for_ms;
}

/* The worst that has been true for as long as it must. */
static enum severity
due(const struct alert *al, const struct alert_sight *s, int64_t now_ms)
{
	if (has_held(al->since_ms[SINCE_CRIT], s->crit_for_ms, now_ms))
		return SEVERITY_CRIT;
	return has_held(al->since_ms[SINCE_WARN], s->warn_for_ms, now_ms) ? SEVERITY_WARN : SEVERITY_OK;
}

static void
look(struct alert *al, const struct alert_sight *s)
{
	al->metric = s->metric;
	al->cause = s->cause;
	al->value = s->value;
	al->limit = s->limit;
	al->effect = s->effect;
	al->provisional = s->provisional;
	al->trusted = s->trusted;
	copy_text(al->sentence, sizeof(al->sentence), s->sentence);
}

/* True: there was one, and it holds no longer. */
static bool
break_silence(struct alert *al)
{
	if (!al->silenced_to_ms)
		return false;
	al->broken = al->severity > al->silence_severity ? ALERT_BROKEN_SEVERITY
		     : al->cause != al->silence_cause	 ? ALERT_BROKEN_CAUSE
		     : al->effect >= 2 * al->silence_effect && al->silence_effect > 0 ? ALERT_BROKEN_EFFECT
										      : ALERT_UNBROKEN;
	if (al->broken)
		al->silenced_to_ms = 0;
	return al->broken != ALERT_UNBROKEN;
}

static void
fire(struct alerts *a, struct alert *al, const struct alert_sight *s, enum severity severity, int64_t now_ms)
{
	bool again = al->state == ALERT_CLEARED;

	note_peak(al);
	al->state = ALERT_FIRING;
	al->severity = severity;
	if (severity > al->worst)
		al->worst = severity;
	al->to_ms = al->clear_ms = al->mild_ms = ALERT_NEVER;
	al->history = s->history;
	al->raised++;
	al->acked_by[0] = '\0'; /* whoever took it on did so before */
	if (!again) {
		al->fired_ms = now_ms;
		copy_text(al->version, sizeof(al->version), s->version);
		join_incident(a, al);
		join_fleet(a, al);
	}
	(void)break_silence(al); /* one thing is told, not two */
	tell(a, al, again ? ALERT_CHANGE_AGAIN : ALERT_CHANGE_FIRED, now_ms, s->history);
}

static void
clear(struct alerts *a, struct alert *al, int64_t to_ms, int64_t now_ms)
{
	recall_peak(al);
	al->state = ALERT_CLEARED;
	al->to_ms = to_ms;
	al->since_ms[SINCE_WARN] = al->since_ms[SINCE_CRIT] = ALERT_NEVER;
	if (al->silenced_to_ms == ALERT_UNTIL_CLEAR)
		al->silenced_to_ms = 0;
	tell(a, al, ALERT_CHANGE_CLEARED, now_ms, al->history);
	a->active--;
}

/* Severity rises at once, and falls once it has been milder for as long as clearing takes. */
static void
follow(struct alerts *a, struct alert *al, const struct alert_sight *s, enum severity severity, int64_t now_ms)
{
	note_peak(al);
	note_since(&al->clear_ms, s->clear, now_ms);
	note_since(&al->mild_ms, !s->crit, now_ms);
	if (has_held(al->clear_ms, s->clear_for_ms, now_ms)) {
		clear(a, al, al->clear_ms, now_ms);
		return;
	}
	if (severity > al->severity) {
		al->severity = severity;
		al->worst = severity > al->worst ? severity : al->worst;
		al->history = s->history;
		(void)break_silence(al);
		tell(a, al, ALERT_CHANGE_ROSE, now_ms, s->history);
	} else if (al->severity == SEVERITY_CRIT && s->warn && has_held(al->mild_ms, s->clear_for_ms, now_ms)) {
		al->severity = SEVERITY_WARN;
	}
	if (break_silence(al))
		tell(a, al, ALERT_CHANGE_BROKEN, now_ms, s->history);
}

/* Whether it has been clear for so long that what begins now is something else. */
static bool
is_bygone(const struct alert *al, const struct alert_sight *s, int64_t now_ms)
{
	int64_t join_ms = s->join_ms < ALERT_JOIN_MS	     ? ALERT_JOIN_MS
			  : s->join_ms > ALERT_JOIN_MOST_MS ? ALERT_JOIN_MOST_MS
							     : s->join_ms;

	return al->state == ALERT_CLEARED && now_ms - al->to_ms > join_ms;
}

/* Not firing yet, or again. */
static int
wait(struct alerts *a, struct alert *al, const struct alert_sight *s, enum severity severity, int64_t now_ms,
    struct err *err)
{
	if (al->since_ms[SINCE_WARN] == ALERT_NEVER) {
		a->active--;
		if (al->state == ALERT_PENDING)
			forget(a, al);
		else
			recall_peak(al);
		return 0;
	}
	if (!severity) {
		if (al->state == ALERT_PENDING)
			al->severity = al->since_ms[SINCE_CRIT] != ALERT_NEVER ? SEVERITY_CRIT : SEVERITY_WARN;
		return 0;
	}
	if (is_bygone(al, s, now_ms)) {
		int64_t since[2] = {al->since_ms[SINCE_WARN], al->since_ms[SINCE_CRIT]};
		struct alert *fresh;
		int rc = add(a, s, al->hash, since[SINCE_WARN], &fresh, err);

		if (rc || !fresh)
			return rc;
		/* `al` waits no longer, the new one does in its place. */
		al->since_ms[SINCE_WARN] = al->since_ms[SINCE_CRIT] = ALERT_NEVER;
		recall_peak(al);
		memcpy(fresh->since_ms, since, sizeof(since));
		look(fresh, s);
		al = fresh;
	}
	fire(a, al, s, severity, now_ms);
	return 0;
}

int
alerts_see(struct alerts *a, const struct alert_sight *s, int64_t now_ms, struct err *err)
{
	bool is = s->warn || s->crit;
	uint64_t hash = is || a->active ? key_hash(&s->key) : 0;
	struct alert *al = is || a->active ? newest(a, &s->key, hash) : NULL;
	bool asleep = !al || (al->state == ALERT_CLEARED && !waits_again(al));
	enum severity severity;
	int rc;

	if ((asleep && !is) || (al && now_ms <= al->resumed_ms))
		return 0;
	if (!al || (asleep && is_bygone(al, s, now_ms))) {
		rc = add(a, s, hash, now_ms, &al, err);
		if (rc || !al)
			return rc;
	}
	a->active += asleep;
	al->judged_ms = now_ms;
	note_since(&al->since_ms[SINCE_WARN], is, now_ms);
	note_since(&al->since_ms[SINCE_CRIT], s->crit, now_ms);
	if (is) {
		look(al, s);
	} else if (al->state == ALERT_FIRING && s->sentence.n) {
		al->value = s->value;
		copy_text(al->sentence, sizeof(al->sentence), s->sentence);
	}
	severity = due(al, s, now_ms);
	if (al->state != ALERT_FIRING)
		return wait(a, al, s, severity, now_ms, err);
	follow(a, al, s, severity, now_ms);
	return 0;
}

const struct alert *
alerts_firing(const struct alerts *a, const struct alert_key *key)
{
	const struct alert *al = a->active ? newest(a, key, key_hash(key)) : NULL;

	return al && al->state == ALERT_FIRING ? al : NULL;
}

bool
alerts_watches(const struct alerts *a, const struct alert_key *key)
{
	const struct alert *al = a->active ? newest(a, key, key_hash(key)) : NULL;

	return al && (al->state != ALERT_CLEARED || waits_again(al));
}

void
alerts_tick(struct alerts *a, int64_t arrival_ms)
{
	size_t i;

	if (arrival_ms <= a->arrival_ms)
		return;
	a->arrival_ms = arrival_ms;
	for (i = 0; i < a->n; i++)
		if (a->list[i]->silenced_to_ms && a->list[i]->silenced_to_ms <= arrival_ms)
			a->list[i]->silenced_to_ms = 0;
}

void
alerts_end(struct alerts *a, struct alert *al, int64_t now_ms)
{
	switch (al->state) {
	case ALERT_PENDING:
		a->active--;
		forget(a, al);
		break;
	case ALERT_FIRING:
		clear(a, al, now_ms, now_ms);
		break;
	default:
		if (waits_again(al))
			recall_peak(al);
		a->active -= waits_again(al);
		al->since_ms[SINCE_WARN] = al->since_ms[SINCE_CRIT] = ALERT_NEVER;
	}
}

/* ---- what persons say ------------------------------------------------------------------------ */

static struct alert *
find(const struct alerts *a, uint64_t id)
{
	size_t i;

	for (i = a->n; i-- > 0;)
		if (a->list[i]->id == id)
			return a->list[i];
	return NULL;
}

const struct alert *
alerts_find(const struct alerts *a, uint64_t id)
{
	return find(a, id);
}

static int
find_for(const struct alerts *a, uint64_t id, bool firing, struct alert **out, struct err *err)
{
	char text[ALERT_ID_BYTES];

	*out = find(a, id);
	if (!*out)
		return err_set(err, ERR_NOT_FOUND, "there is no alert %s", alert_id_text(id, text));
	if (firing && (*out)->state != ALERT_FIRING)
		return err_set(err, ERR_INVALID, "the alert is not firing: it is %s", alert_state_names[(*out)->state]);
	return 0;
}

int
alerts_acknowledge(struct alerts *a, uint64_t id, struct slice by, int64_t at_ms, struct err *err)
{
	struct alert *al;
	int rc = find_for(a, id, true, &al, err);

	if (rc)
		return rc;
	copy_text(al->acked_by, sizeof(al->acked_by), by);
	al->acked_ms = at_ms;
	return 0;
}

int
alerts_silence(struct alerts *a, uint64_t id, int64_t to_ms, struct slice reason, struct slice by, struct err *err)
{
	struct alert *al;
	int rc = find_for(a, id, to_ms == ALERT_UNTIL_CLEAR, &al, err);

	if (rc)
		return rc;
	al->silenced_to_ms = to_ms;
	al->broken = ALERT_UNBROKEN;
	copy_text(al->silence_reason, sizeof(al->silence_reason), reason);
	copy_text(al->silenced_by, sizeof(al->silenced_by), by);
	al->silence_effect = al->effect;
	al->silence_severity = al->state == ALERT_CLEARED ? al->worst : al->severity;
	al->silence_cause = al->cause;
	return 0;
}

void
alerts_count(const struct alerts *a, enum severity least, size_t counts[2])
{
	size_t i;

	counts[0] = counts[1] = 0;
	for (i = 0; i < a->n; i++)
		if (a->list[i]->state == ALERT_FIRING && alert_weight(a->list[i]) >= least)
			counts[alert_silenced(a->list[i])]++;
}
