#!/usr/bin/python3
"""The two small real data sets of tests/fixtures, from the npm package vega-datasets (3.2.1).

    /usr/bin/python3 tests/reference/make_sets.py PACKAGE/data tests/fixtures

flights   US domestic flights of January to March 2001, 10,000 of them at random: U.S. Bureau of Transportation
          Statistics (reports under 14 CFR part 234), a work of the US government. January is the baseline. `route` is
          origin and destination together, more than a thousand different ones.
weather   daily weather of Seattle, 2012 to 2015: NOAA National Climatic Data Center, a work of the US government. The
          first two years are the baseline.
"""
import csv
import datetime
import gzip
import json
import os
import sys

source, target = sys.argv[1:]
UTC = datetime.timezone.utc


def ms(text, form):
    return int(datetime.datetime.strptime(text, form).replace(tzinfo=UTC).timestamp() * 1000)


def write(name, rows):
    with open(os.path.join(target, name), "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as f:
        for row in rows:
            f.write((json.dumps(row, separators=(",", ":")) + "\n").encode())


def flights():
    for r in json.load(open(os.path.join(source, "flights-10k.json"))):
        yield {"ts": ms(r["date"], "%Y/%m/%d %H:%M"), "model": "flights",
               "features": {"delay": r["delay"], "distance": r["distance"], "origin": r["origin"],
                            "destination": r["destination"], "route": r["origin"] + "-" + r["destination"]}}


def weather():
    for r in csv.DictReader(open(os.path.join(source, "seattle-weather.csv"))):
        yield {"ts": ms(r["date"], "%Y-%m-%d"), "model": "weather",
               "features": {k: float(r[k]) for k in ("precipitation", "temp_max", "temp_min", "wind")} |
               {"weather": r["weather"]}}


for name, rows, until in (("flights", flights(), ms("2001-02-01", "%Y-%m-%d")),
                          ("weather", weather(), ms("2014-01-01", "%Y-%m-%d"))):
    rows = sorted(rows, key=lambda r: r["ts"])
    write(name + ".train.ndjson.gz", [r for r in rows if r["ts"] < until])
    write(name + ".events.ndjson.gz", [r for r in rows if r["ts"] >= until])
