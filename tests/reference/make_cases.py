#!/usr/bin/python3
"""Reference figures for whole reports over the real data sets, from numpy and scipy.

    /usr/bin/python3 tests/reference/make_cases.py > tests/fixtures/cases_reference.h

For each case: the training file as baseline, the events with from <= ts < to as the present. Written from the
definitions in docs/METRICS.md; shares nothing with the C code. Made with numpy 1.24.2 and scipy 1.10.1.
"""
import collections
import gzip
import json
import math
import os
import sys

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

ROOT = os.path.join(os.path.dirname(__file__), "../..")
EXAMPLES, FIXTURES = "docs/examples", "tests/fixtures"
CASES = [
    (EXAMPLES, "birdstrikes", 946684800000, 1100000000000),
    (EXAMPLES, "storms", 1072915200000, 1700000000000),
    (EXAMPLES, "chicago", 1262304000000, 1500000000000),
    (FIXTURES, "flights", 983404800000, 1000000000000),
    (FIXTURES, "weather", 1388534400000, 1500000000000),
]


def rows(folder, name):
    with gzip.open(os.path.join(ROOT, folder, name), "rt") as f:
        return [json.loads(line) for line in f]


def psi(cur, ref):
    p = (np.asarray(cur, float) + 0.5) / (np.sum(cur) + 0.5 * len(cur))
    q = (np.asarray(ref, float) + 0.5) / (np.sum(ref) + 0.5 * len(ref))
    return float(np.sum((p - q) * np.log(p / q)))


def unsmoothed(cur, ref):
    p, q = np.asarray(cur, float) / np.sum(cur), np.asarray(ref, float) / np.sum(ref)
    return float(jensenshannon(p, q, base=2)), float(np.abs(p - q).sum() / 2)


def decile_counts(ref, cur):
    """Bins closed on the right; where single values have bins, a decile between two cuts at the lower one."""
    edges = np.quantile(ref, np.arange(1, 10) / 10)
    distinct = np.unique(ref)
    if len(distinct) <= 32:
        edges = np.array([distinct[np.searchsorted(distinct, e, side="right") - 1] for e in edges])
    edges = np.unique(edges)
    count = lambda x: np.bincount(np.searchsorted(edges, x, side="left"), minlength=len(edges) + 1)
    return count(cur), count(ref)


def category_counts(ref, cur):
    """A cell for each of the 50 most frequent values with 10 rows, one for the rest."""
    freq = collections.Counter(ref)
    top = sorted(freq, key=lambda v: (-freq[v], v.encode()))[:50]
    cells = [v for v in top if freq[v] >= 10]
    now = collections.Counter(cur)
    a = [now[v] for v in cells] + [len(cur) - sum(now[v] for v in cells)]
    b = [freq[v] for v in cells] + [len(ref) - sum(freq[v] for v in cells)]
    return a, b


def num(x):
    return "NAN" if x is None or math.isnan(x) else float(x).hex()


def print_wrapped(head, words):
    """Lines of at most 110 columns, the tab counted as eight."""
    line = head
    for i, word in enumerate(words):
        word += "}," if i == len(words) - 1 else ","
        if len(line) + 8 + len(word) > 110:
            print(line)
            line = "\t   "
        line += " " + word
    print(line)


def row(case, name, kind, n, missing, figures):
    head = '\t{%s, "%s", %d, %d, %d,' % (case, name, kind, n, missing)
    print_wrapped(head, [num(x) for x in figures])


print("""/* Made by tests/reference/make_cases.py from the data sets named there. Do not edit. */
#ifndef TESTS_FIXTURES_CASES_REFERENCE_H
#define TESTS_FIXTURES_CASES_REFERENCE_H

#include <math.h>

struct case_reference {
	int set;
	const char *input;
	int categorical;
	int count, missing;
	double psi, psi_floor, js, tv, x2, ks, wasserstein, mean, std, unseen;
	double largest_bin; /* share of the baseline in its fullest bin between neighbouring fine edges */
};
""")
print("static const struct {\n\tconst char *folder, *name;\n\tlong long from_ms, to_ms;\n\tint events;")
print("\tdouble p50, p90, p99, p999; /* latency at rank ceil(q n), ms */\n} case_sets[] = {")
parts = []
for folder, name, lo, hi in CASES:
    ref = rows(folder, name + ".train.ndjson.gz")
    cur = [r for r in rows(folder, name + ".events.ndjson.gz") if lo <= r["ts"] < hi]
    parts.append((ref, cur))
    latency = np.sort([r["latency_ms"] for r in cur if r.get("latency_ms") is not None])
    ranks = [latency[math.ceil(q * len(latency)) - 1] if len(latency) else math.nan for q in (.5, .9, .99, .999)]
    print_wrapped('\t{"%s", "%s", %dLL, %dLL, %d,' % (folder, name, lo, hi, len(cur)), [num(x) for x in ranks])
print("};\n\nstatic const struct case_reference case_references[] = {")
LEVELS = [.001, .005, .01, .025, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .9, .95,
          .975, .99, .995, .999]
for i, (ref, cur) in enumerate(parts):
    for f in ref[0]["features"]:
        a = [r["features"][f] for r in cur if r["features"].get(f) is not None]
        b = [r["features"][f] for r in ref if r["features"].get(f) is not None]
        if not b:
            continue
        missing = len(cur) - len(a)
        if isinstance(b[0], str):
            ca, cb = category_counts(b, a)
            known = set(b)
            unseen = sum(v not in known for v in a) / len(a)
            tail = [math.nan] * 4 + [unseen, math.nan]
            kind = 1
        else:
            a, b = np.array(a, float), np.array(b, float)
            ca, cb = decile_counts(b, a)
            sd = b.std()
            edges = np.unique(np.quantile(b, LEVELS))
            share = np.bincount(np.searchsorted(edges, b, side="left")).max() / len(b)
            unseen = np.mean(~np.isin(a, b)) if len(np.unique(b)) <= 32 else math.nan
            tail = [stats.ks_2samp(a, b).statistic, stats.wasserstein_distance(a, b) / sd if sd > 0 else math.nan,
                    a.mean(), a.std(), unseen, share]
            kind = 0
        floor = stats.chi2.isf(1e-4, len(ca) - 1) * (1 / len(a) + 1 / len(b))
        js, tv = unsmoothed(ca, cb)
        some = (np.asarray(ca) + np.asarray(cb)) > 0
        table = [np.asarray(ca)[some], np.asarray(cb)[some]]
        x2 = stats.chi2_contingency(table, correction=False)[0] if some.sum() > 1 else 0.0
        row(i, f, kind, len(a), missing, [psi(ca, cb), floor, js, tv, x2] + tail)
print("};\n\n#endif")
