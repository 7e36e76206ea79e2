#!/usr/bin/env python3
"""Counts the instructions of a day of the cadence in a small and in a large book, with callgrind.

usage: cadence_cost.py BENCH_CADENCE SMALL LARGE

As many items are due in both: all of SMALL. Prints the ratio, the figure a touch, and that of a plain scan of
the large book. Fails if the large book's day costs more than twice the small one's: instructions repeat.
"""
import re
import shutil
import subprocess
import sys
import tempfile

LIMIT = 2.0


def instructions(bench, items, due, function):
    with tempfile.TemporaryDirectory() as folder:
        out = folder + "/out"
        run = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--collect-atstart=no",
                              f"--toggle-collect={function}", bench, str(items), str(due)],
                             capture_output=True, text=True)
        if run.returncode:
            sys.exit(run.stdout + run.stderr)
        with open(out, encoding="utf-8") as f:
            total = int(re.search(r"^(?:summary|totals): (\d+)", f.read(), re.M).group(1))
        touches = int(re.search(r"touches (\d+)", run.stdout).group(1))
    return total, touches


def main():
    bench, small, large = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        sys.exit(77)
    of_small, touches = instructions(bench, small, small, "measured_day")
    of_large, same = instructions(bench, large, small, "measured_day")
    of_scan, _ = instructions(bench, large, small, "measured_scan")
    assert touches == same > 0
    ratio = of_large / of_small
    print(f"{small} due of {small}: {of_small} instructions, {of_small / touches:.0f} a touch")
    print(f"{small} due of {large}: {of_large} instructions, {of_large / touches:.0f} a touch; ratio {ratio:.3f}")
    print(f"a plain scan of {large} alone: {of_scan} instructions, {of_scan / of_large:.2f} of the whole day")
    if ratio > LIMIT:
        sys.exit(f"the day costs {ratio:.2f} times as much in the large book, at most {LIMIT} is promised")


main()
