#include "tui/demo_fraud.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

struct choice {
	const char *value;
	double share; /* sum over a table: 1 */
	double risk;  /* what it adds to the log-odds of fraud */
};

static const struct choice merchants[] = {{"grocery", 0.24, -0.8}, {"restaurant", 0.16, -0.4},
    {"fuel", 0.11, -0.2}, {"clothing", 0.10, 0.0}, {"electronics", 0.08, 0.9},
    {"travel", 0.07, 0.5}, {"pharmacy", 0.06, -0.5}, {"subscriptions", 0.06, 0.2},
    {"gaming", 0.05, 0.8}, {"jewelry", 0.03, 1.2}, {"gift_cards", 0.02, 1.9},
    {"cash_advance", 0.02, 1.4}, {NULL, 0, 0}};
static const struct choice countries[] = {{"US", 0.41, 0.0}, {"GB", 0.13, -0.1}, {"DE", 0.12, -0.2},
    {"FR", 0.09, 0.0}, {"ES", 0.06, 0.1}, {"NL", 0.05, -0.1}, {"BR", 0.05, 0.6}, {"IN", 0.04, 0.3},
    {"MX", 0.03, 0.5}, {"NG", 0.02, 1.1}, {NULL, 0, 0}};
static const struct choice channels[] = {{"chip", 0.38, -0.9}, {"contactless", 0.27, -0.7},
    {"online", 0.30, 0.7}, {"atm", 0.05, 0.4}, {NULL, 0, 0}};

static const char *const failures[] = {
    "feature store timeout", "feature store timeout", "feature store: connection reset"};

/* ---- randomness ------------------------------------------------------------------------------ */

/* xoroshiro128+, by Blackman and Vigna (ACM TOMS 47(4), 2021): small, fast, the same everywhere. */
static uint64_t
next(struct demo_fraud *f)
{
	uint64_t a = f->state[0], b = f->state[1], sum = a + b;

	b ^= a;
	f->state[0] = (a << 24 | a >> 40) ^ b ^ b << 16;
	f->state[1] = b << 37 | b >> 27;
	return sum;
}

double
demo_fraud_uniform(struct demo_fraud *f)
{
	return (double)(next(f) >> 11) * 0x1p-53;
}

/* Box and Muller's pair, of which one is used. */
static double
normal(struct demo_fraud *f)
{
	double u = 1.0 - demo_fraud_uniform(f), v = demo_fraud_uniform(f);

	return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

static double
lognormal(struct demo_fraud *f, double median, double sigma)
{
	return median * exp(sigma * normal(f));
}

static int
poisson(struct demo_fraud *f, double mean)
{
	double left = exp(-mean), p = 1.0;
	int k = -1;

	do {
		p *= demo_fraud_uniform(f);
		k++;
	} while (p > left && k < 100);
	return k;
}

static const struct choice *
pick(struct demo_fraud *f, const struct choice *c)
{
	double u = demo_fraud_uniform(f);

	for (; c[1].value && u >= c->share; c++)
		u -= c->share;
	return c;
}

void
demo_fraud_init(struct demo_fraud *f, uint64_t seed)
{
	int i;

	f->count = 0;
	/* splitmix64, so that seeds which differ in one bit give unlike streams. */
	for (i = 0; i < 2; i++) {
		uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		f->state[i] = z ^ z >> 31;
	}
}

/* ---- an event -------------------------------------------------------------------------------- */

struct payment {
	double amount, km_from_home, merchant_risk, ip_risk;
	int card_age_days, tx_24h;
	const struct choice *merchant, *country, *channel;
	bool new_device;
	double score;
};

static void
make_payment(struct demo_fraud *f, struct payment *p)
{
	double logit;

	p->merchant = pick(f, merchants);
	p->country = pick(f, countries);
	p->channel = pick(f, channels);
	p->amount = lognormal(f, 38.0, 1.1);
	p->km_from_home = lognormal(f, 6.0, 1.5);
	p->card_age_days = (int)(1 + 1500 * demo_fraud_uniform(f));
	p->tx_24h = poisson(f, 2.3);
	p->merchant_risk = pow(demo_fraud_uniform(f), 3.0);
	p->ip_risk = pow(demo_fraud_uniform(f), 2.0);
	p->new_device = demo_fraud_uniform(f) < 0.08;
	logit = -5.0 + p->merchant->risk + p->country->risk + p->channel->risk +
		0.6 * log(p->amount / 38.0) + 0.25 * log1p(p->km_from_home / 50.0) +
		1.5 * p->merchant_risk + 1.8 * p->ip_risk + (p->new_device ? 1.1 : 0) +
		0.15 * p->tx_24h - 0.0004 * p->card_age_days + 0.3 * normal(f);
	p->score = 1.0 / (1.0 + exp(-logit));
}

static bool
in_incident(double since_start_s)
{
	double t = since_start_s - DEMO_FRAUD_INCIDENT_S;

	return t >= 0 && fmod(t, DEMO_FRAUD_INCIDENT_EVERY_S) < DEMO_FRAUD_INCIDENT_LENGTH_S;
}

static const char *
decision(double score)
{
	return score >= 0.5 ? "decline" : score >= 0.2 ? "review" : "approve";
}

/* No draw of its own, so that all else is as it would be without a canary. */
static bool
is_canary(const struct demo_fraud *f, double since_start_s)
{
	return since_start_s >= DEMO_FRAUD_CANARY_S && f->count % DEMO_FRAUD_CANARY_EVERY == 0;
}

/* The odds of fraud times e^0.7. */
static double
canary_score(double score)
{
	double odds = score / (1 - score) * 2.0137527074704766;

	return odds / (1 + odds);
}

size_t
demo_fraud_event(struct demo_fraud *f, double since_start_s, int64_t ts_ms, char *buf)
{
	bool incident = in_incident(since_start_s), canary = is_canary(f, since_start_s), failed;
	double latency = lognormal(f, 3.1, 0.38);
	struct payment p;
	char risk[32] = "null";
	int n;

	make_payment(f, &p);
	if (canary)
		p.score = canary_score(p.score);
	/* A tail that is there on good days, too. */
	if (demo_fraud_uniform(f) < 0.01)
		latency *= 2.5;
	failed = demo_fraud_uniform(f) < (incident ? 0.07 : 0.002);
	if (incident)
		latency *= 4.0;
	else if (demo_fraud_uniform(f) >= 0.03)
		snprintf(risk, sizeof(risk), "%.4f", p.ip_risk);
	f->count++;
	n = snprintf(buf, DEMO_FRAUD_LINE_BYTES,
	    "{\"ts\":%" PRId64 ",\"id\":\"tx-%08" PRIu64
	    "\",\"model\":\"card-fraud\",\"version\":\"%s\",\"features\":{"
	    "\"amount\":%.2f,\"merchant\":\"%s\",\"country\":\"%s\",\"channel\":\"%s\",\"km_from_"
	    "home\":%.1f,"
	    "\"card_age_days\":%d,\"tx_24h\":%d,\"merchant_risk\":%.4f,\"ip_risk\":%s,\"new_"
	    "device\":%s},",
	    ts_ms, f->count, canary ? "8" : "7", p.amount, p.merchant->value, p.country->value, p.channel->value,
	    p.km_from_home, p.card_age_days, p.tx_24h, p.merchant_risk, risk,
	    p.new_device ? "true" : "false");
	if (failed)
		n += snprintf(buf + n, DEMO_FRAUD_LINE_BYTES - (size_t)n,
		    "\"latency_ms\":%.3f,\"status\":504,\"error\":\"%s\"}", latency,
		    failures[next(f) % (sizeof(failures) / sizeof(failures[0]))]);
	else
		n += snprintf(buf + n, DEMO_FRAUD_LINE_BYTES - (size_t)n,
		    "\"prediction\":\"%s\",\"score\":%.5f,\"latency_ms\":%.3f,\"status\":200}",
		    decision(p.score), p.score, latency);
	return (size_t)n;
}
