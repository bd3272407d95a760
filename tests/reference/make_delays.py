#!/usr/bin/python3
"""Median delays of the reference implementation, for `make bench-alarms` to be held against.

    /usr/bin/python3 tests/reference/make_delays.py > tests/fixtures/delays_reference.h

Numbers of rows as arguments: only these.

A run: a baseline of 14 days of 288 windows (learn), one day of nothing, then the change (run), C = 10,000 x 2016,
until the alarm; by the rule as it was published and by the rule with `own` (see drift_rule.py). 240 runs a row, but
960 where delays vary much: the median of r runs whose quartiles lie q apart has a standard error of about 0.93 q /
sqrt(r) (1.25 sd / sqrt(r), sd = q / 1.35): with q four fifths of the median, as where days wander, 5 % of it for 240
and 2.5 % for 960. Two such medians, this one and the program's, differ by a tenth by chance once in six with 240 runs
each, once in two hundred with 960.

The laws are those of tests/lib_alarms.h, drawn by numpy's PCG64 with seed 19480701 and the row's number: a normal cut
at 31 levels, two rows in a hundred missing, windows that depend on each other as the regime says. Three quarters of an
hour of processor. Made with numpy 1.24.2 and scipy 1.10.1.
"""
import os
import sys
import time

import numpy as np
from scipy.special import ndtr, ndtri

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from drift_rule import learn, run

SEED, RUNS, MANY, LONGEST = 19480701, 240, 960, 4000
LEVELS = np.array([0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55,
                   0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.925, 0.95, 0.975, 0.99, 0.995, 0.999])
EDGES, BINS, MEDIAN = ndtri(LEVELS), 32, 16
E = np.concatenate([[-np.inf], EDGES, [np.inf]])
POSITIONS = -np.diff(np.exp(-E * E / 2) / np.sqrt(2 * np.pi)) / np.diff(ndtr(E))
LOG_C = np.log(10000 * 2016)
REGIMES = {  # rows, session, wobble, keeps, wander
    "independent, 100 rows": (100, 0, 0, 0, 0),
    "independent, 1,000 rows": (1000, 0, 0, 0, 0),
    "independent, 100,000 rows": (100000, 0, 0, 0, 0),
    "sessions of ten, 1,000 rows": (1000, 10, 0, 0, 0),
    "windows wobble by 0.03 sd, 1,000 rows": (1000, 0, 0.03, 0, 0),
    "windows wobble by 0.03 sd, 100,000 rows": (100000, 0, 0.03, 0, 0),
    "AR(0.9) of 0.05 sd, 1,000 rows": (1000, 0, 0.05, 0.9, 0),
    "AR(0.9) of 0.05 sd, 100,000 rows": (100000, 0, 0.05, 0.9, 0),
    "days wander by 0.1 sd, 100 rows": (100, 0, 0, 0, 0.1),
    "days wander by 0.1 sd, 1,000 rows": (1000, 0, 0, 0, 0.1),
}
ROWS = [  # regime, what, mean, sd, mass; runs, if not RUNS
    ("independent, 100 rows", "mean +0.1 sd", 0.1, 1, 0, MANY),
    ("independent, 100 rows", "mean +0.25 sd", 0.25, 1, 0),
    ("independent, 100 rows", "mean +0.5 sd", 0.5, 1, 0),
    ("independent, 100 rows", "spread x1.3", 0, 1.3, 0),
    ("independent, 1,000 rows", "mean +0.1 sd", 0.1, 1, 0),
    ("independent, 1,000 rows", "mean +0.25 sd", 0.25, 1, 0),
    ("independent, 1,000 rows", "spread x1.3", 0, 1.3, 0),
    ("independent, 1,000 rows", "2 % of mass to one bin", 0, 1, 0.02),
    ("independent, 1,000 rows", "5 % of mass to one bin", 0, 1, 0.05),
    ("independent, 100,000 rows", "mean +0.1 sd", 0.1, 1, 0),
    ("independent, 100,000 rows", "2 % of mass to one bin", 0, 1, 0.02),
    ("sessions of ten, 1,000 rows", "mean +0.25 sd", 0.25, 1, 0),
    ("windows wobble by 0.03 sd, 1,000 rows", "mean +0.25 sd", 0.25, 1, 0),
    ("windows wobble by 0.03 sd, 100,000 rows", "mean +0.25 sd", 0.25, 1, 0),
    ("AR(0.9) of 0.05 sd, 1,000 rows", "mean +0.25 sd", 0.25, 1, 0, MANY),
    ("AR(0.9) of 0.05 sd, 100,000 rows", "mean +0.25 sd", 0.25, 1, 0, MANY),
    ("days wander by 0.1 sd, 100 rows", "mean +0.5 sd", 0.5, 1, 0, MANY),
    ("days wander by 0.1 sd, 1,000 rows", "mean +0.5 sd", 0.5, 1, 0, MANY),
]


def shares(means, sd, mass):
    c = ndtr((EDGES[None, :] - means[:, None]) / sd)
    p = np.diff(np.concatenate([np.zeros((len(means), 1)), c, np.ones((len(means), 1))], 1), axis=1) * (1 - mass)
    p[:, MEDIAN] += mass
    return np.clip(p, 0, None) / p.sum(1, keepdims=True)


def windows(rng, regime, days, change, wave):
    """days x 288 windows; wave: the AR's last value, handed on."""
    rows, session, wobble, keeps, wander = regime
    mean, sd, mass = change
    t = int(days * 288)
    off = np.repeat(rng.normal(0, wander, int(np.ceil(days))) if wander else np.zeros(int(np.ceil(days))), 288)[:t]
    if wobble and keeps:
        steps, x = rng.normal(0, wobble * np.sqrt(1 - keeps**2), t), np.empty(t)
        for i in range(t):
            wave = x[i] = keeps * wave + steps[i]
        off = off + x
    elif wobble:
        off = off + rng.normal(0, wobble, t)
    if session:
        grid = shares(mean + sd * np.sqrt(0.3) * ndtri((np.arange(64) + 0.5) / 64), sd * np.sqrt(0.7), 0)
        here = rng.binomial(rows // session, 0.98, t)
        which = rng.integers(0, 64, here.sum())
        c = rng.multinomial(session, grid[which])
        return np.add.reduceat(c, np.concatenate([[0], np.cumsum(here)[:-1]]), axis=0), wave
    n = rows - rng.binomial(rows, np.minimum(0.5, 0.02 * np.exp(2 * off)))
    return rng.multinomial(n, shares(off + mean, sd, mass)), wave


def delay(rng, regime, change):
    wave = rng.normal(0, regime[2]) if regime[3] else 0
    base, wave = windows(rng, regime, 14, (0, 1, 0), wave)
    quiet, wave = windows(rng, regime, 1, (0, 1, 0), wave)
    rules = [learn(base, POSITIONS, own=own) for own in (False, True)]
    found = [None, None]
    after, wave = windows(rng, regime, 1, change, wave)
    while True:  # as many days as it takes
        for k in range(2):
            if found[k] is None:
                alarm, _ = run(rules[k], np.concatenate([quiet, after]), LOG_C)
                hits = np.flatnonzero(alarm[len(quiet):])
                if alarm[:len(quiet)].any():
                    print("an alarm before the change", file=sys.stderr)
                if len(hits) or len(after) >= LONGEST:
                    found[k] = hits[0] + 1 if len(hits) else LONGEST + 1
        if None not in found:
            return found
        more, wave = windows(rng, regime, len(after) // 288, change, wave)
        after = np.concatenate([after, more])


def main():
    print("/* Made by tests/reference/make_delays.py with seed %d; not to be edited. */" % SEED)
    print("#ifndef TESTS_FIXTURES_DELAYS_REFERENCE_H\n#define TESTS_FIXTURES_DELAYS_REFERENCE_H\n")
    print("/* mean, sd: of the normal after the change; mass: moved into the median's bin. In windows: the medians of\n"
          " * the rule without and with `own`, and the latter's quartiles, over so many runs. */")
    print("static const struct {\n\tconst char *regime, *change;")
    print("\tdouble mean, sd, mass, plain, median, lower, upper;\n\tunsigned runs;\n} ref_delays[] = {")
    for i, (name, what, mean, sd, mass, *many) in enumerate(ROWS):
        if len(sys.argv) > 1 and str(i) not in sys.argv[1:]:
            continue
        rng = np.random.default_rng([SEED, i])
        began = time.time()
        runs = many[0] if many else RUNS
        d = np.array([delay(rng, REGIMES[name], (mean, sd, mass)) for _ in range(runs)])
        print('\t{"%s", "%s", %g, %g, %g, %g, %g, %g, %g, %d},' % (
            name, what, mean, sd, mass, np.median(d[:, 0]), np.median(d[:, 1]), np.quantile(d[:, 1], 0.25),
            np.quantile(d[:, 1], 0.75), runs), flush=True)
        print("%s, %s: %.0f s" % (name, what, time.time() - began), file=sys.stderr)
    print("};\n\n#endif")


if __name__ == "__main__":
    main()
