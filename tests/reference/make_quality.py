#!/usr/bin/python3
"""Reference figures of quality over the real data sets, from numpy alone.

    /usr/bin/python3 tests/reference/make_quality.py [DATA] > tests/fixtures/quality_reference.h

For each file: all events, labelled by their own `label`. Written from the definitions in docs/METRICS.md, from raw
scores without bins; shares nothing with the C code. Made with numpy 1.24.2.
"""
import gzip
import json
import math
import os
import sys

import numpy as np

DATA = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../../docs/examples")
FILES = ["birdstrikes.events", "birdstrikes.train", "storms.events", "storms.train", "chicago.events", "chicago.train"]


def auc(y, s):
    """The share of pairs of a positive and a negative that are in order, ties half: by mid-ranks."""
    order = np.argsort(s, kind="stable")
    ranks = np.empty(len(s))
    sorted_s = s[order]
    first = np.searchsorted(sorted_s, sorted_s, side="left")
    last = np.searchsorted(sorted_s, sorted_s, side="right")
    ranks[order] = (first + last + 1) / 2
    p = y.sum()
    n = len(y) - p
    return (ranks[y].sum() - p * (p + 1) / 2) / (p * n), p, n


def classes(rows):
    said = np.array([r["prediction"] for r in rows])
    was = np.array([r["label"] for r in rows])
    s = np.array([r["score"] for r in rows], float)
    y = was == "damage"
    tp = ((said == "damage") & y).sum()
    n = len(rows)
    acc = (said == was).mean()
    z = 1.959963984540054
    middle = (acc + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(acc * (1 - acc) / n + z * z / (4 * n * n))
    f1 = []
    for c in np.unique(was):
        hit = ((said == c) & (was == c)).sum()
        f1.append(2 * hit / ((said == c).sum() + (was == c).sum()))
    a, p, q = auc(y, s)
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    se = math.sqrt((a * (1 - a) + (p - 1) * (q1 - a * a) + (q - 1) * (q2 - a * a)) / (p * q))
    return dict(accuracy=acc, low=middle - half, high=middle + half, precision=tp / (said == "damage").sum(),
                recall=tp / y.sum(), macro_f1=np.mean(f1), auc=a, auc_se=se, brier=np.mean((s - y) ** 2),
                calibration=s.mean() - y.mean(), mae=math.nan, bias=math.nan)


def regression(rows):
    e = np.array([r["prediction"] - r["label"] for r in rows], float)
    none = dict.fromkeys("accuracy low high precision recall macro_f1 auc auc_se brier calibration".split(), math.nan)
    return dict(none, mae=np.abs(e).mean(), bias=e.mean())


print("/* Made by tests/reference/make_quality.py. */")
print("#include <math.h>\n")
print("static const struct quality_case {")
print("\tconst char *file;\n\tunsigned long labelled;")
print("\tdouble accuracy, low, high, precision, recall, macro_f1, auc, auc_se, brier, calibration, mae, bias;")
print("} quality_cases[] = {")
for name in FILES:
    with gzip.open(os.path.join(DATA, name + ".ndjson.gz"), "rt") as f:
        rows = [json.loads(line) for line in f]
    rows = [r for r in rows if r.get("label") is not None and r.get("prediction") is not None]
    r = classes(rows) if "score" in rows[0] else regression(rows)
    values = ["NAN" if math.isnan(v) else repr(float(v)) for v in r.values()]
    lines = [", ".join(values[i:i + 4]) for i in range(0, len(values), 4)]
    print('\t{"%s", %d,\n\t    %s},' % (name, len(rows), ",\n\t    ".join(lines)))
print("};")
