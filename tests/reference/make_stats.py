#!/usr/bin/python3
"""Reference values for the statistics of core/, from numpy and scipy.

    /usr/bin/python3 tests/reference/make_stats.py [DATA] > tests/fixtures/stats_reference.h

DATA is the directory of the real data sets, docs/examples by default. Everything here is written from the definitions
in docs/METRICS.md with library functions where there are any, and shares nothing with the C code. Made with numpy
1.24.2 and scipy 1.10.1.
"""
import builtins
import gzip
import json
import os
import sys
import textwrap

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

DATA = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../../docs/examples")
rng = np.random.default_rng(20240607)


def print(*words):
    """Lines of at most 118 columns: rows are broken behind a comma."""
    for line in " ".join(map(str, words)).split("\n"):
        lead = line[:len(line) - len(line.lstrip(" "))]
        if len(line) > 118:
            line = textwrap.fill(line.lstrip(" "), 118, initial_indent=lead, subsequent_indent="     ",
                                 break_long_words=False, break_on_hyphens=False)
        builtins.print(line)


def c_double(x):
    if np.isnan(x):
        return "NAN"
    if np.isinf(x):
        return "INFINITY" if x > 0 else "-INFINITY"
    return float(x).hex()


def c_list(name, values, fmt=c_double, kind="double"):
    print(f"static const {kind} {name}[] = {{")
    line = "   "
    for v in values:
        word = " " + fmt(v) + ","
        if len(line) + len(word) > 118:
            print(line)
            line = "   "
        line += word
    print(line)
    print("};\n")


def rows_of(name):
    with gzip.open(os.path.join(DATA, name), "rt") as f:
        return [json.loads(line) for line in f]


# ---- distributions -----------------------------------------------------------------------------------------------


def chi_squares():
    print("/* Upper chi-square quantiles: scipy.stats.chi2.isf. */")
    print("static const struct { double tail; unsigned dof; double x; } ref_chi2[] = {")
    for tail in (0.999, 0.95, 0.5, 0.1, 0.05, 0.01, 1e-3, 1e-4, 1e-6, 1e-9, 1e-15):
        for dof in (1, 2, 3, 4, 5, 7, 9, 10, 15, 20, 31, 50, 51, 100, 500):
            print(f"    {{{tail!r}, {dof}, {c_double(stats.chi2.isf(tail, dof))}}},")
    print("};\n")
    print("/* Upper tails of chi-square: scipy.stats.chi2.sf. */")
    print("static const struct { double x; unsigned dof; double tail; } ref_chi2_tail[] = {")
    for dof in (1, 2, 3, 9, 20, 50, 200):
        for factor in (0.01, 0.3, 0.9, 1.0, 1.2, 2.0, 5.0):
            x = dof * factor
            print(f"    {{{c_double(x)}, {dof}, {c_double(stats.chi2.sf(x, dof))}}},")
    print("};\n")
    print("/* Normal quantiles: scipy.stats.norm.ppf. */")
    print("static const struct { double p, x; } ref_normal[] = {")
    for p in (1e-300, 1e-20, 1e-9, 1e-5, 5e-5, 0.001, 0.025, 0.1, 0.3, 0.4999, 0.5, 0.6, 0.9, 0.975, 0.999, 1 - 1e-9):
        print(f"    {{{c_double(p)}, {c_double(stats.norm.ppf(p))}}},")
    print("};\n")


def rates():
    print("/* z of two shares: scipy's chi-square of the 2x2 table without correction is z squared. */")
    print("static const struct { unsigned a, n, b, m; double z2; } ref_rate[] = {")
    tables = ((14, 100, 2, 1000), (5, 50, 5, 50), (1, 500, 30, 3000), (499, 500, 10, 20000), (37, 613, 211, 9000))
    for a, n, b, m in tables:
        z2 = stats.chi2_contingency([[a, n - a], [b, m - b]], correction=False)[0]
        print(f"    {{{a}, {n}, {b}, {m}, {c_double(z2)}}},")
    print("};\n")


# ---- distances on counts -----------------------------------------------------------------------------------------


def psi(ref, cur):
    p = (ref + 0.5) / (ref.sum() + len(ref) / 2)
    q = (cur + 0.5) / (cur.sum() + len(cur) / 2)
    return np.sum((q - p) * np.log(q / p))


def x2(ref, cur):
    some = (ref + cur) > 0
    return stats.chi2_contingency([ref[some], cur[some]], correction=False)[0] if some.sum() > 1 else 0.0


def distances():
    cases = []
    for cells in (2, 3, 10, 33, 51):
        for n, m in ((50, 50), (60, 10000), (1000, 5000), (200000, 3000000)):
            share = rng.dirichlet(np.ones(cells))
            other = rng.dirichlet(np.ones(cells) * 5) * 0.3 + share * 0.7
            cases.append((rng.multinomial(m, share), rng.multinomial(n, other)))
    cases += [
        (np.array([10, 0]), np.array([0, 10])),
        (np.array([5, 5, 0]), np.array([5, 5, 0])),
        (np.array([1, 0]), np.array([1, 0])),
        (np.array([1000000, 1]), np.array([1, 1000000])),
        (np.array([0, 0, 7]), np.array([3, 0, 0])),
        (np.array([3, 3, 3, 3]), np.array([300, 300, 300, 300])),
    ]
    print("/* Counts of both sides; PSI (0.5 added), Jensen-Shannon distance base 2, total variation, Pearson X2. */")
    print("#define REF_CELLS 51")
    print("static const struct { unsigned cells; uint64_t ref[REF_CELLS], cur[REF_CELLS]; double psi, js, tv, x2; }")
    print("ref_distance[] = {")
    for ref, cur in cases:
        p, q = ref / ref.sum(), cur / cur.sum()
        words = [c_double(v) for v in (psi(ref, cur), jensenshannon(p, q, 2), np.abs(p - q).sum() / 2, x2(ref, cur))]
        print(f"    {{{len(ref)}, {{{', '.join(map(str, ref))}}},\n     {{{', '.join(map(str, cur))}}},")
        print(f"     {', '.join(words)}}},")
    print("};\n")


# ---- distances and quantiles on samples --------------------------------------------------------------------------

LEVELS = (0, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 1 / 3, 0.3, 0.5, 0.6, 0.7, 0.9, 0.95, 0.99, 0.999, 1)


def sample_pairs():
    n, m = 150, 250
    yield "normal_shifted", rng.normal(10, 3, m), rng.normal(11.5, 3, n)
    yield "normal_wider", rng.normal(0, 1, m), rng.normal(0, 1.6, n)
    yield "normal_same", rng.normal(-5, 0.01, m), rng.normal(-5, 0.01, n)
    yield "lognormal", rng.lognormal(0, 1, m), rng.lognormal(0.4, 1, n)
    yield "heavy_tail", rng.standard_cauchy(m), rng.standard_cauchy(n) + 1
    yield "two_values", rng.integers(0, 2, m).astype(float), (rng.random(n) < 0.8).astype(float)
    yield "counts", rng.poisson(3, m).astype(float), rng.poisson(4, n).astype(float)
    yield "beyond", rng.uniform(0, 1, m), np.where(rng.random(n) < 0.1, 5, rng.uniform(0, 1, n))
    yield "unit_change", rng.gamma(4, 2, m), 1000 * rng.gamma(4, 2, n)
    yield "huge", rng.normal(0, 1e300, m), rng.normal(0, 1e300, n)
    yield "large_offset", 1e9 + rng.normal(0, 1, m), 1e9 + rng.normal(0.5, 1, n)
    yield ("atoms", np.where(rng.random(m) < 0.3, 0, rng.normal(5, 2, m)),
           np.where(rng.random(n) < 0.6, 0, rng.normal(5, 2, n)))
    yield "constant", np.full(m, 7.25), rng.normal(7.25, 1, n)


def samples():
    pairs = list(sample_pairs())
    for name, ref, cur in pairs:
        c_list(f"ref_sample_{name}", ref)
        c_list(f"cur_sample_{name}", cur)
    print("#define REF_LEVELS", len(LEVELS))
    c_list("ref_levels", LEVELS)
    print("/* Of each pair: numpy's linear quantiles of the baseline at ref_levels, moments, scipy's KS and W1. */")
    print("static const struct { const char *name; const double *ref, *cur; size_t m, n;")
    print("\tdouble quantiles[REF_LEVELS], ref_mean, ref_sd, cur_mean, cur_sd, ks, w1; } ref_samples[] = {")
    for name, ref, cur in pairs:
        scale = np.abs(ref).max() if np.abs(ref).max() > 1e200 else 1.0
        quantiles = [np.quantile(ref, q) for q in LEVELS]
        values = [ref.mean(), (ref / scale).std() * scale, cur.mean(), (cur / scale).std() * scale,
                  stats.ks_2samp(ref, cur).statistic, stats.wasserstein_distance(ref / scale, cur / scale) * scale]
        print(f'    {{"{name}", ref_sample_{name}, cur_sample_{name}, {len(ref)}, {len(cur)},')
        print("     {" + ", ".join(map(c_double, quantiles)) + "},")
        print("     " + ", ".join(map(c_double, values)) + "},")
    print("};\n")


def every_thousandth():
    few = np.sort(rng.normal(0, 1, 11))
    c_list("few_sorted", few)
    print("/* numpy.quantile of few_sorted at 0.000, 0.001, ... 1.000. */")
    c_list("few_quantiles", [np.quantile(few, i / 1000) for i in range(1001)])


# ---- real data ---------------------------------------------------------------------------------------------------


def numbers(rows, feature):
    values = (row["features"].get(feature) for row in rows)
    return np.array([v for v in values if isinstance(v, (int, float))], float)


def real_numbers():
    train, events = rows_of("chicago.train.ndjson.gz"), rows_of("chicago.events.ndjson.gz")[1826:4258]
    print("/* Chicago ridership, 2001-04 against 2010-16: decile edges of numpy, counts on (a, b], distances. */")
    print("static const struct { const char *name; double edges[9]; uint64_t ref[10], cur[10];")
    print("\tdouble psi, js, ks, w1_sd; } ref_real[] = {")
    for name in ("Clark_Lake", "Polk", "Austin", "Quincy_Wells", "California"):
        ref, cur = numbers(train, name), numbers(events, name)
        edges = np.quantile(ref, np.arange(1, 10) / 10)
        assert len(np.unique(edges)) == 9
        a = np.bincount(np.searchsorted(edges, ref, side="left"), minlength=10)
        b = np.bincount(np.searchsorted(edges, cur, side="left"), minlength=10)
        values = [psi(a, b), jensenshannon(a / a.sum(), b / b.sum(), 2), stats.ks_2samp(ref, cur).statistic,
                  stats.wasserstein_distance(ref, cur) / ref.std()]
        print(f'    {{"{name}", {{{", ".join(map(c_double, edges))}}},')
        print(f"     {{{', '.join(map(str, a))}}}, {{{', '.join(map(str, b))}}},")
        print("     " + ", ".join(map(c_double, values)) + "},")
    print("};\n")
    c_list("real_ref", numbers(train, "Clark_Lake"), repr)
    c_list("real_cur", numbers(events, "Clark_Lake"), repr)


def real_words():
    train, events = rows_of("birdstrikes.train.ndjson.gz"), rows_of("birdstrikes.events.ndjson.gz")[4845:7632]
    print("/* Bird strikes, 1990-93 against 2000-02: cells as in docs/METRICS.md, the last one all the rest. */")
    print("static const struct { const char *name; unsigned named, cells; uint64_t named_ref[50], named_cur[50];")
    print("\tuint64_t rest_ref, rest_cur, once, rows; double psi, js, tv; } ref_words[] = {")
    features = sorted(k for k, v in train[0]["features"].items() if isinstance(v, str))
    for name in features:
        ref = [r["features"].get(name) for r in train if isinstance(r["features"].get(name), str)]
        cur = [r["features"].get(name) for r in events if isinstance(r["features"].get(name), str)]
        count = {}
        for v in ref:
            count[v] = count.get(v, 0) + 1
        top = sorted(count, key=lambda v: (-count[v], v.encode()))[:50]
        now = {v: cur.count(v) for v in top}
        own = [v for v in top if count[v] >= 10]
        a = np.array([count[v] for v in own] + [len(ref) - sum(count[v] for v in own)])
        b = np.array([now[v] for v in own] + [len(cur) - sum(now[v] for v in own)])
        values = [psi(a, b), jensenshannon(a / a.sum(), b / b.sum(), 2), np.abs(a / a.sum() - b / b.sum()).sum() / 2]
        print(f'    {{"{name}", {len(top)}, {len(a)},')
        print(f"     {{{', '.join(str(count[v]) for v in top)}}},")
        print(f"     {{{', '.join(str(now[v]) for v in top)}}},")
        print(f"     {len(ref) - sum(count[v] for v in top)}, {len(cur) - sum(now.values())}, "
              f"{sum(c == 1 for c in count.values())}, {len(ref)},")
        print("     " + ", ".join(map(c_double, values)) + "},")
    print("};\n")


print("/* Made by tests/reference/make_stats.py with numpy and scipy; not to be edited. */")
print("#ifndef TESTS_STATS_REFERENCE_H\n#define TESTS_STATS_REFERENCE_H\n")
print("#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n")
chi_squares()
rates()
distances()
samples()
every_thousandth()
real_numbers()
real_words()
print("#endif")
