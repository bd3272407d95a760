#!/usr/bin/python3
"""Reference figures for the evidence rule and for over-dispersion, from numpy and scipy.

    /usr/bin/python3 tests/reference/make_evidence.py > tests/fixtures/evidence_reference.h

Written from the formulas in core/evidence.h and core/dispersion.h, in plain double arithmetic: no quantisation, whole
windows kept, scipy's ln gamma. Shares nothing with the C code. Made with numpy 1.24.2 and scipy 1.10.1.
"""
import contextlib
import io
import textwrap

import numpy as np
from scipy.special import gammaln, logsumexp
from scipy.stats import chi2, norm

TILTS = np.array([-0.8, -0.4, -0.2, -0.1, 0.1, 0.2, 0.4, 0.8])
BLOCKS = (1, 12, 144)
RATES = 5


class Reference:
    def __init__(self, counts, positions, seasonal, rates):
        self.c = np.asarray(counts, float)
        self.m, self.nb, self.seasonal = self.c.sum(), len(counts), seasonal
        self.bins = self.nb > 1 and self.m > 0
        self.ordered = self.spread = False
        if self.bins:
            self.p = (self.c + 0.5) / (self.m + self.nb / 2)
            self.scores(positions)
        self.rates = []
        for x, m in rates:
            p0 = (x + 0.5) / (m + 1)
            alts = [a for a in (p0 / 3, p0 * 2 / 3, p0 * 1.5, p0 * 3, p0 * 10, p0 + 0.01)]
            self.rates.append((m, p0, [a if a <= 0.99 else None for a in alts]) if m else None)

    def scores(self, positions):
        self.s = self.v = np.zeros(self.nb)
        self.square = 0
        if positions is None:
            return
        x = np.asarray(positions, float)
        s = x - (self.p * x).sum()
        sd = np.sqrt((self.p * s * s).sum())
        self.ordered = sd > 0
        if not self.ordered:
            return
        self.s = s / sd
        v = self.s**2 - 1
        v = v - self.s * (self.p * v * self.s).sum()
        v = v - (self.p * v).sum()
        sd = np.sqrt((self.p * v * v).sum())
        self.spread = sd > 1e-6
        self.v = v / sd if self.spread else v * 0
        self.square = 1 / sd if self.spread else 0  # what s^2 counts in v

    def mixture(self, a, phi):
        n = a.sum()
        t = a / (phi * (1 + n / self.m))
        out = []
        for kappa in (30, 300):
            k = kappa * self.p
            out.append(gammaln(kappa) - gammaln(kappa + t.sum()) + (gammaln(k + t) - gammaln(k)).sum()
                       - (t * np.log(self.p)).sum())
        return logsumexp(out) - np.log(2)


def effect(ref, past, phi):
    """past: list of (counts, rates) of windows."""
    a = np.sum([w for w, _ in past], axis=0)
    n = a.sum()
    out = [np.nan] * 3
    if ref.bins and n:
        q, c = a / n, 1 / n + 1 / ref.m
        floor = 0.5 * np.sqrt(2 / np.pi * c) * np.sqrt(ref.p * (1 - ref.p)).sum()
        out[2] = max(0, 0.5 * np.abs(q - ref.p).sum() - floor)
        if ref.ordered:
            out[0] = q @ ref.s
        if ref.spread:
            out[1] = np.sqrt(max(0, q @ ref.s**2 - out[0] ** 2))
    return out


SHARE = 1 / 8  # of the budget: a segment's by itself


def segment(ref, past, phi):
    """The last twelve windows as one block; also the tilt they are most like."""
    scale, free = phi["segment"]
    if free <= 2 or not ref.ordered or len(past) < 12:
        return -np.inf, None
    a = np.sum([p[0] for p in past[-12:]], axis=0)
    n, best = a.sum(), (-np.inf, None)
    for k in range(8):
        x = TILTS[k] * (a @ ref.s) - n * logsumexp(np.log(ref.p) + TILTS[k] * ref.s)
        best = max(best, (x / (scale * (1 + n / ref.m)), k))
    x, k = best
    if x <= 1:
        return -np.inf, None
    step = abs(TILTS[k]) / (scale * (1 + n / ref.m)) * np.abs(ref.s).max()
    tail = max(0, np.log(2 * np.pi * 2 * x) / 2 - step / 2)
    return (free - 1) / 2 * np.log1p(2 * x / free) - np.log(free / (free - 1)) + tail + np.log(SHARE / 2), k


def run(ref, windows, phi, log_c):
    """windows: list of (counts, [(hits, rows)]). Yields total, leading component, its onset, alarm, effect."""
    nk = 19 + 6 * RATES
    level, onset, w, reached = np.zeros(nk), np.zeros(nk, int), np.zeros(nk), np.zeros(nk)
    rank = np.array([4] * 8 + [3] * 8 + [1] * 3 + [2] * 6 * RATES)  # the more specific first
    have_rates = [r for r in range(RATES) if ref.rates[r]]
    kinds = int(ref.ordered) + int(ref.spread) + int(ref.bins) + bool(have_rates)
    if ref.ordered:
        w[0:8] = 1 / kinds / 8
    if ref.spread:
        w[8:16] = 1 / kinds / 8
    if ref.bins:
        w[16:17 if ref.seasonal else 19] = 1 / kinds / (1 if ref.seasonal else 3)
    for r in have_rates:
        alts = ref.rates[r][2]
        for a in range(6):
            if alts[a]:
                w[19 + 6 * r + a] = 1 / kinds / len(have_rates) / sum(x is not None for x in alts)
    alarm, past, blocks, firsts, befores = False, [], {12: [], 144: []}, {12: 0, 144: 0}, {12: 0, 144: 0}

    seen, rate_seen, start = 0, [0] * RATES, np.zeros(nk)  # rows before this window; before each component began

    # A CUSUM that rests on more than m rows has another one beside it, no older than m rows; the greater one is kept.
    second = [[0.0, 0, 0] for _ in range(nk)]  # nats, onset, rows before

    def told(rows, m):  # rows against a baseline known exactly that tell as much
        return rows * m / (rows + m)

    def add(k, x, first, before, n, m):
        def gain(begun):
            return x * (told(before + n - begun, m) - told(before - begun, m)) / told(n, m)

        if level[k] <= 0:
            level[k], onset[k], start[k] = 0, first, before
        reached[k] = level[k] + gain(start[k])
        if before - start[k] > m:
            if second[k][0] <= 0 or before - second[k][2] > m:
                second[k] = [0.0, first, before]
            second[k][0] += gain(second[k][2])
            if second[k][0] > reached[k]:
                reached[k], onset[k], start[k] = second[k]
            second[k][0] = min(second[k][0], 2 * log_c)
        level[k] = min(reached[k], 2 * log_c)

    for t, (a, rates) in enumerate(windows):
        a = np.asarray(a, float)
        n = a.sum()
        reached[:] = level
        if n == 0 and not any(m for _, m in rates):
            yield None
            continue
        if ref.bins and n:
            g, big_m = 1 + n / ref.m, ref.m * (24 if ref.seasonal else 1)
            for k in range(8):
                for have, at, x, f in ((ref.ordered, k, ref.s, phi["loc"]), (ref.spread, 8 + k, ref.v, phi["spr"])):
                    if have:
                        log_mean = logsumexp(np.log(ref.p) + TILTS[k] * x)
                        # wider: about the window's own mean
                        own = ref.square * (a @ ref.s) ** 2 / n if at >= 12 else 0
                        add(at, (TILTS[k] * (a @ x - own) - n * log_mean) / (f * g), t, seen, n, big_m)
            add(16, ref.mixture(a, phi["shape"]), t, seen, n, big_m)
            for j, b in ((17, 12), (18, 144)):
                if ref.seasonal:
                    continue
                if not blocks[b]:
                    firsts[b], befores[b] = t, seen
                blocks[b].append(a)
                level[j] = max(level[j], 0)
                if len(blocks[b]) == b:
                    whole = np.sum(blocks[b], axis=0)
                    add(j, ref.mixture(whole, phi["shape"]), firsts[b], befores[b], whole.sum(), ref.m)
                    blocks[b] = []
            seen += n
        for r in have_rates:
            m, p0, alts = ref.rates[r]
            h, rows = rates[r]
            for i, p1 in enumerate(alts):
                if p1 is not None and rows:
                    x = h * np.log(p1 / p0) + (rows - h) * np.log((1 - p1) / (1 - p0))
                    add(19 + 6 * r + i, x / (phi["rate"][r] * (1 + rows / m)), t, rate_seen[r], rows, m)
            rate_seen[r] += rows
        past.append((a, rates, t))
        on = w > 0
        total = logsumexp(level[on] + np.log(w[on]))
        own = np.where(on, reached + np.log(np.where(on, w, 1)), -np.inf)
        lead = np.argmax(np.where(own >= log_c, own + rank * 1e9, own))
        if phi["segment"][1] > 0:
            alone, like = segment(ref, past, phi)
            alone = min(alone, 2 * log_c)
            total = max(total + np.log(1 - SHARE), alone)
            lead = like if alone == total and alone >= log_c else lead
        if not alarm and total >= log_c:
            seg = [p[:2] for p in past[-12:] if p[2] >= onset[lead]]
            e = effect(ref, seg, phi)
            moved = False
            for r in have_rates:
                rows = sum(p[1][r][1] for p in past[-12:] if p[2] >= onset[lead])
                f = sum(p[1][r][0] for p in past[-12:] if p[2] >= onset[lead]) / rows if rows else ref.rates[r][1]
                hi, lo = max(f, ref.rates[r][1]), min(f, ref.rates[r][1])
                moved |= hi >= 1.5 * lo and hi - lo >= 0.005
            alarm = bool(abs(e[0]) >= 0.05 or e[1] >= 1.1 or e[1] <= 1 / 1.1 or e[2] >= 0.01 or moved)
        yield total, lead, onset[lead], alarm, effect(ref, [p[:2] for p in past[-12:]], phi), level.copy()


# ---- the cases -----------------------------------------------------------------------------------------------------

LEVELS = np.array([.001, .005, .01, .025, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85,
                   .9, .95, .975, .99, .995, .999])
EDGES = norm.ppf(LEVELS)


def normal_shares(mean=0.0, sd=1.0):
    return np.diff(np.concatenate([[0], norm.cdf(EDGES, mean, sd), [1]]))


def positions():
    e = np.concatenate([[-np.inf], EDGES, [np.inf]])
    return -np.diff(norm.pdf(e)) / np.diff(norm.cdf(e))


def no_rates():
    return [(0, 0)] * RATES


def case(rng, name, ref_counts, pos, seasonal, ref_rates, phi, log_c, windows):
    ref = Reference(ref_counts, pos, seasonal, ref_rates)
    nan = lambda x: "NAN" if np.isnan(x) else repr(float(x))
    rows = list(run(ref, windows, phi, log_c))
    nb, out = len(ref_counts), []
    ident = name.replace(" ", "_").replace(",", "").replace("-", "_")
    ints = lambda xs: ", ".join(str(int(x)) for x in xs) or "0"
    out.append("static const uint64_t ev_%s_counts[] = {%s};" % (ident, ints(ref_counts)))
    if pos is not None:
        out.append("static const double ev_%s_positions[] = {%s};" % (ident, ", ".join(repr(float(x)) for x in pos)))
    out.append("static const uint64_t ev_%s_windows[] = {%s};" % (ident, ints(x for w, _ in windows for x in w)))
    out.append("static const struct evidence_count ev_%s_rates[] = {%s};" % (
        ident, ", ".join("{%d, %d}" % r for _, rs in windows for r in rs)))
    out.append("static const struct ev_step ev_%s_steps[] = {" % ident)
    for r in rows:
        if r is None:
            out.append("\t{.empty = true},")
        else:
            out.append("\t{.total = %r, .leading = %d, .onset = %d, .alarm = %s, .effect = {%s}}," % (
                float(r[0]), r[1], r[2], "true" if r[3] else "false", ", ".join(nan(x) for x in r[4])))
    out.append("};")
    print("\n".join(out))
    where = "ev_%s_positions" % ident if pos is not None else "NULL"
    return ('\t{"%s", %d, %s, %s, {%s}, ev_%s_counts, %s, {%r, %r, %r, {%s}, %r, %r}, %r, %d, ev_%s_windows, '
            "ev_%s_rates,\n\t    ev_%s_steps}," % (
                name, nb, "true" if seasonal else "false", "true" if pos is not None else "false",
                ", ".join("{%d, %d}" % r for r in ref_rates), ident, where, phi["loc"], phi["spr"], phi["shape"],
                ", ".join(repr(float(x)) for x in phi["rate"]), *phi["segment"], log_c, len(windows), ident,
                ident, ident))


def phi(loc=1.0, spr=1.0, shape=1.0, rate=1.0, segment=(1.0, 0.0)):
    return {"loc": loc, "spr": spr, "shape": shape, "rate": [rate] * RATES, "segment": segment}


def draw(rng, shares, n, t, rates=None):
    return [(rng.multinomial(n, shares), rates(rng) if rates else no_rates()) for _ in range(t)]


def evidence_cases():
    rng = np.random.default_rng(42)
    q, rows = normal_shares(), []
    big = np.round(q * 400000).astype(int)
    rows.append(case(rng, "quiet then up", big, positions(), False, no_rates(), phi(), 16.8,
                     draw(rng, q, 1000, 160) + draw(rng, normal_shares(0.25), 1000, 6)))
    rows.append(case(rng, "wider, over-dispersed", big, positions(), False, no_rates(), phi(2.5, 1.7, 3.1), 16.8,
                     draw(rng, q, 200, 20) + draw(rng, normal_shares(0, 1.4), 200, 20)))
    cat = np.array([5000, 2500, 1250, 600, 300, 200, 100, 40, 9, 1, 0])
    moved = cat / cat.sum() * 0.97
    moved[10] += 0.03
    rows.append(case(rng, "category moves", cat, None, False, no_rates(), phi(), 16.8,
                     draw(rng, cat / cat.sum(), 300, 30) + draw(rng, moved, 300, 20)))

    def rates(p, q):
        return lambda g: [(g.binomial(500, p), 500), (0, 500), (g.binomial(450, q), 450), (0, 0), (0, 0)]

    base = [(300, 30000), (0, 30000), (2, 29700), (0, 0), (0, 0)]
    rows.append(case(rng, "missing rises", np.round(q * 29700).astype(int), positions(), True, base, phi(rate=1.5),
                     16.8, draw(rng, q, 450, 20, rates(0.01, 0.0001)) + draw(rng, q, 450, 10, rates(0.03, 0.0001))))
    failing = [0.005] * 15 + [0.0] * 5 + [0.08] * 6
    rows.append(case(rng, "errors alone", [], None, False, [(0, 0)] * 4 + [(50, 10000)], phi(), 12.0,
                     [([], [(0, 0)] * 4 + [(rng.binomial(200, p), 200)]) for p in failing]))
    rows.append(case(rng, "two values", [700, 300], [0.0, 1.0], False, no_rates(), phi(), 10.0,
                     draw(rng, [0.7, 0.3], 60, 10) + [(np.zeros(2, int), no_rates())] +
                     draw(rng, [0.45, 0.55], 60, 8)))
    rows.append(case(rng, "never two values", [1000, 0], [5.0, 6.0], False, no_rates(), phi(), 10.0,
                     draw(rng, [1.0, 0.0], 60, 5) + draw(rng, [0.9, 0.1], 60, 5)))
    rows.append(case(rng, "more rows than the baseline", [499, 1, 0, 0, 0, 0], None, False, no_rates(), phi(), 16.8,
                     draw(rng, [1, 0, 0, 0, 0, 0], 200, 30) + draw(rng, [0.975, 0.015, 0, 0, 0, 0.01], 200, 12)))
    rows.append(case(rng, "an hour is off", big, positions(), False, no_rates(), phi(80.0, 4.0, 80.0, 1.0, (8.0, 50.0)),
                     16.8, draw(rng, q, 1000, 30) + draw(rng, normal_shares(-0.4), 1000, 16)))
    return rows


# ---- over-dispersion -----------------------------------------------------------------------------------------------

LENGTHS = (1, 4, 16, 64, "day")
ROWS_MIN = 200


def enough(ref):
    return ref[0].sum() >= ROWS_MIN


def estimate(windows, pos, seasonal):
    """windows: list of (day, hour, counts, [(hits, rows)]). Whole windows are kept and looked back on."""
    nb = len(windows[0][2])
    stats = {k: {"loc": [], "spr": [], "r": [], "dof": [], "rate": [[] for _ in range(RATES)]} for k in LENGTHS}
    first_day = windows[0][0]
    for k in LENGTHS:
        at = 0
        usable = [i for i in range(len(windows)) if enough(reference(windows, i, seasonal, i, nb))
                  and windows[i][0] > first_day]
        while at < len(usable):
            if k == "day":
                day = windows[usable[at]][0]
                block = [i for i in usable[at:] if windows[i][0] == day]
            else:
                block = usable[at:at + k]
                if len(block) < k:
                    break
            at += len(block)
            one_block(stats[k], windows, block, pos, seasonal, nb)
    return bounds(stats, nb)


def reference(windows, i, seasonal, block_first, nb):
    """Counts and rates before window i: of its slot before its hour; without slots everything before the block."""
    day, hour = windows[i][:2]
    if seasonal:
        use = [w for w in windows[:i] if w[1] % 24 == hour % 24 and w[1] < hour]
    else:
        use = windows[:block_first]
    c = np.sum([w[2] for w in use], axis=0) if use else np.zeros(nb)
    rates = [(sum(w[3][r][0] for w in use), sum(w[3][r][1] for w in use)) for r in range(RATES)]
    return np.asarray(c, float), rates


def one_block(out, windows, block, pos, seasonal, nb):
    n = loc = spr = 0.0
    a, e = np.zeros(nb), np.zeros(nb)
    per_hour, m_of, ordered = {}, {}, False
    rate = [[0.0, 0.0, 0.0, 0] for _ in range(RATES)]
    for i in block:
        c, base = reference(windows, i, seasonal, block[0], nb)
        ref = Reference(c, pos, seasonal, no_rates())
        w = np.asarray(windows[i][2], float)
        n, a, e = n + w.sum(), a + w, e + w.sum() * ref.p
        ordered, square = ref.ordered, ref.square
        if ref.ordered:
            loc, spr = loc + w @ ref.s, spr + w @ ref.v
        key = windows[i][1] if seasonal else 0
        per_hour[key] = per_hour.get(key, 0) + w.sum()
        m_of[key] = c.sum()
        for r in range(RATES):
            hits, rows = windows[i][3][r]
            if rows and base[r][1]:
                p = (base[r][0] + 0.5) / (base[r][1] + 1)
                rate[r][0] += hits
                rate[r][1] += rows * p
                rate[r][2] += rows * p * (1 - p)
    g = 1 + sum(per_hour[h] ** 2 / m_of[h] for h in per_hour) / sum(per_hour.values())
    if ordered:
        out["loc"].append(loc**2 / n / g)
        out["spr"].append((spr - square * loc**2 / n) ** 2 / n / g)
    small = e < 5
    a2, e2 = a[~small], e[~small]
    if small.any():
        a2, e2 = np.append(a2, a[small].sum()), np.append(e2, e[small].sum())
    if len(e2) > 1:
        out["r"].append(((a2 - e2) ** 2 / e2).sum() / g / (len(e2) - 1))
        out["dof"].append(len(e2) - 1)
    for r in range(RATES):
        if rate[r][2] > 0:
            out["rate"][r].append((rate[r][0] - rate[r][1]) ** 2 / rate[r][2] / g)


def bounds(stats, nb):
    f = {"loc": 1.0, "spr": 1.0, "shape": 1.0, "rate": [1.0] * RATES}

    def up(x, k, point=0.1):  # k residuals are k + 1 blocks about their mean
        x *= k / (k + 1)
        return x * (k + 1) / chi2.ppf(point, k + 1) if x > 1 else 1.0

    for k in LENGTHS:
        s = stats[k]
        for name in ("loc", "spr"):
            if len(s[name]) >= 7:
                f[name] = max(f[name], up(np.mean(s[name]), len(s[name])))
        if len(s["r"]) >= 7:
            mean, scale = np.mean(s["r"]), np.mean(s["dof"]) * np.var(s["r"]) / (2 * np.mean(s["r"]))
            f["shape"] = max(f["shape"], up(max(mean, scale if scale > 1.25 else 0), len(s["r"])))
        for r in range(RATES):
            if len(s["rate"][r]) >= 7:
                f["rate"][r] = max(f["rate"][r], up(np.mean(s["rate"][r]), len(s["rate"][r]), 0.01))
    return f


def dispersion_cases():
    rng = np.random.default_rng(7)
    rows = []
    for name, seasonal, sd_window, sd_day, season, per_day, n in [
            ("sampling alone", False, 0, 0, 0, 24, 150), ("windows wobble", False, 0.2, 0, 0, 24, 150),
            ("days wander", False, 0, 0.3, 0, 24, 150), ("a season, one reference", False, 0, 0, 0.5, 48, 120),
            ("a season, 24 slots", True, 0.05, 0, 0.5, 48, 120)]:
        ident = "".join(c if c.isalnum() else "_" for c in name)
        windows = []
        for d in range(11):
            off = rng.normal(0, sd_day) if sd_day else 0
            for w in range(per_day):
                hour = d * 24 + w * 24 // per_day
                mean = off + season * np.sin(2 * np.pi * hour / 24) + (rng.normal(0, sd_window) if sd_window else 0)
                shares = np.diff(np.concatenate([[0], norm.cdf(EDGES[::4], mean), [1]]))
                p = min(0.5, 0.05 * np.exp(3 * (mean - season * np.sin(2 * np.pi * hour / 24))))
                miss = (rng.binomial(n, p), n)
                windows.append((d, hour, rng.multinomial(n - miss[0], shares), [miss] + [(0, 0)] * 4))
        pos = np.arange(len(EDGES[::4]) + 1, dtype=float)
        f = estimate(windows, pos, seasonal)
        print("static const struct dp_window dp_%s[] = {" % ident)
        for d, h, c, r in windows:
            print("\t{%d, %d, {%s}, {%d, %d}}," % (d, h, ", ".join(map(str, c)), r[0][0], r[0][1]))
        print("};")
        rows.append('\t{"%s", %s, %d, dp_%s, {%r, %r, %r, {%s}, 1.0, 0.0}},' % (
            name, "true" if seasonal else "false", len(windows), ident, float(f["loc"]), float(f["spr"]),
            float(f["shape"]), ", ".join(repr(float(x)) for x in f["rate"])))
    return rows


def main():
    print("/* Made by tests/reference/make_evidence.py; not to be edited. */")
    print("#ifndef TESTS_FIXTURES_EVIDENCE_REFERENCE_H\n#define TESTS_FIXTURES_EVIDENCE_REFERENCE_H\n")
    print("#include <math.h>\n#include <stdbool.h>\n#include <stdint.h>\n\n#include \"core/evidence.h\"\n")
    print("static const struct {\n\tdouble x, ln_gamma;\n} ref_ln_gamma[] = {")
    for x in [1e-9, 1e-4, 0.003, 0.3, 1, 1.5, 2, 3.7, 7.999, 8, 30, 300, 1234.5, 1e6, 1e9 + 0.25, 1e15]:
        print("\t{%r, %r}," % (float(x), float(gammaln(x))))
    print("};\n")
    print("struct ev_step {\n\tbool empty, alarm;\n\tdouble total;\n\tunsigned leading;\n\tint64_t onset;\n"
          "\tdouble effect[3]; /* shift, spread, TV beyond noise, over the last 12 windows */\n};\n")
    rows = evidence_cases()
    print("\nstatic const struct {\n\tconst char *name;\n\tsize_t nbins;\n\tbool seasonal, ordered;\n"
          "\tstruct evidence_count base[EVIDENCE_RATES];\n\tconst uint64_t *counts;\n\tconst double *positions;\n"
          "\tstruct evidence_phi phi;\n\tdouble log_c;\n\tsize_t nwindows;\n\tconst uint64_t *windows;\n"
          "\tconst struct evidence_count *rates;\n\tconst struct ev_step *steps;\n} ref_evidence[] = {")
    print("\n".join(rows))
    print("};\n\n#define DP_BINS 8\nstruct dp_window {\n\tint64_t day, hour;\n\tuint64_t counts[DP_BINS];\n"
          "\tstruct evidence_count missing;\n};\n")
    rows = dispersion_cases()
    print("\nstatic const struct {\n\tconst char *name;\n\tbool seasonal;\n\tsize_t nwindows;\n"
          "\tconst struct dp_window *windows;\n\tstruct evidence_phi phi;\n} ref_dispersion[] = {")
    print("\n".join(rows))
    print("};\n\n#endif")


def wrapped(text):
    for line in text.splitlines():
        inner = "\t\t" if line.startswith("\t") else "\t"
        tabs = 8 * len(line) - 8 * len(line.lstrip("\t"))
        if len(line) + tabs <= 112:
            yield line
            continue
        yield from textwrap.wrap(line, 96, subsequent_indent=inner, tabsize=8, expand_tabs=False,
                                 break_long_words=False, break_on_hyphens=False, replace_whitespace=False)


if __name__ == "__main__":
    whole = io.StringIO()
    with contextlib.redirect_stdout(whole):
        main()
    print("\n".join(wrapped(whole.getvalue())))
