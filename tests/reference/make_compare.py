#!/usr/bin/env python3
"""Reference values for tests/test_compare.c: the rule of core/compare.h written again with numpy, floats throughout.

Three windows of counts on four cells; scores are the cells' numbers less 1.5 in units of 1/1024.
"""
import numpy as np

TILTS = np.array([-0.8, -0.4, -0.2, -0.1, 0.1, 0.2, 0.4, 0.8])
RATIOS = np.array([0.25, 0.5, 2 / 3, 1.5, 2, 4])
SCORES = np.array([-1.5, -0.5, 0.5, 1.5])
WINDOWS = [  # stable, canary, rows without a value of each
    ([400, 500, 500, 400], [40, 45, 55, 60], 20, 2),
    ([420, 480, 510, 390], [35, 40, 60, 65], 18, 9),
    ([100, 200, 900, 600], [8, 20, 90, 82], 22, 0),
]


def share(level, hits, n):
    h, total = sum(hits), sum(n)
    k = hits[1]
    if h > total - h:
        h, k = total - h, n[1] - k
    pi = n[1] / total
    return np.maximum(level + k * np.log(RATIOS) - h * np.log(1 - pi + pi * RATIOS), 0)


def main():
    location, cells, missing = np.zeros(8), np.zeros((4, 6)), np.zeros(6)
    for stable, canary, lost0, lost1 in WINDOWS:
        a, b = np.array(stable), np.array(canary)
        n, m = a.sum(), b.sum()
        values = np.repeat(SCORES, a), np.repeat(SCORES, b)
        within = sum(v.var() * len(v) for v in values) / (n + m - 2)
        z = (values[1].mean() - values[0].mean()) / np.sqrt(within * (1 / n + 1 / m))
        effective = 1 / (1 / n + 1 / m)
        location = np.maximum(location + TILTS * np.sqrt(effective) * z - TILTS**2 * effective / 2, 0)
        for i in range(4):
            cells[i] = share(cells[i], (a[i], b[i]), (n, m))
        missing = share(missing, (lost0, lost1), (n + lost0, m + lost1))
        total = np.log((np.exp(location).mean() + np.exp(cells).mean() + np.exp(missing).mean()) / 3)
        print("{%.9f, %.9f, %.9f, %.9f}," % (total, location[5], cells[3][3], missing[5]))
    print("means: z = %.9f, difference %.9f, se %.9f" % (
        z, values[1].mean() - values[0].mean(),
        np.sqrt((n * values[0].var() + m * values[1].var()) / (n + m) * (1 / n + 1 / m))))
    p = (22 + 5) / (1822 + 205)
    print("rates: %.9f" % np.sqrt(p * (1 - p) * (1 / 1822 + 1 / 205)))


main()
