#!/usr/bin/env python3
"""Builds every variant, runs all tests in each, and ends with one line that counts them.

usage: run.py [VARIANT ...]      the variants are listed below; without any, all run but those for a night
"""
import glob
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.join(os.path.dirname(ROOT), "shared", "data")  # tests that need it skip where it is absent
SANITIZE = ["-Db_sanitize=address,undefined", "-Db_lundef=false"]
IGNORED = os.path.join(ROOT, "tests", "support", "memory.ignore")
# name: compiler, Meson options, arguments of `meson test`
VARIANTS = {
    "gcc": ("gcc", ["-Dbuildtype=debugoptimized", "-Db_coverage=true", "-Dchecks=true"], []),
    "clang-sanitized": ("clang", ["-Dbuildtype=debug", "-Doptimization=1"] + SANITIZE, ["--no-suite", "sweep-long", "--no-suite", "crash"]),
    "clang-memory": ("clang", ["-Dbuildtype=debug", "-Doptimization=1", "-Dexamples=false", "-Db_sanitize=memory", "-Db_lundef=false", "-Dc_args=-fsanitize-ignorelist=" + IGNORED], ["--suite", "unit", "--suite", "memory"]),
    "valgrind": ("gcc", ["-Dbuildtype=debug"], ["--suite", "unit", "--suite", "memory", "--wrap", "valgrind -q --error-exitcode=9 --leak-check=full"]),
}
NIGHT = ["valgrind"]


def run(command, **options):
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, cwd=ROOT, **options)


def told(test):
    """How many single tests a program ran, and its own words: counts of what it did, and what it skipped."""
    lines = ((test.get("stdout") or "") + "\n" + (test.get("stderr") or "")).splitlines()
    single = [int(n) for line in lines for n in re.findall(r"(\d+) test\(s\) run|Ran (\d+) tests?", line) for n in n if n]
    words = [line for line in lines if re.search(r"skipped:|\.\.\. skipped|violations|kills over|lives of|comparisons|place$", line)]
    return sum(single) or 1, words


def results(build):
    """Passed, failed, skipped of the last run, and the names of what failed."""
    passed = failed = skipped = single = 0
    names = []
    # Meson names the log after the wrapper, where there is one.
    logs = glob.glob(os.path.join(build, "meson-logs", "testlog*.json"))
    with open(max(logs, key=os.path.getmtime), encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            ran, words = told(test)
            single += ran
            for word in words:
                print(f"  {test['name']}: {word}")
            if test["result"] == "OK":
                passed += 1
            elif test["result"] == "SKIP":
                skipped += 1
            else:
                failed += 1
                names.append(test["name"])
    print(f"  {single} tests in {passed + failed + skipped} programs")
    return passed, failed, skipped, names


def variant(name):
    compiler, options, arguments = VARIANTS[name]
    build = os.path.join(ROOT, "build-" + name)
    fresh = [] if os.path.isdir(build) else ["setup", "-Dwerror=true"]
    if fresh:
        setup = run(["meson"] + fresh + options + [build], env=dict(os.environ, CC=compiler), stdout=subprocess.PIPE, text=True)
        if setup.returncode:
            print(setup.stdout)
            return 0, 1, 0
    targets = ["ninja", "-C", build, "all", "meson-test-prereq"]
    if run(targets, stdout=subprocess.DEVNULL).returncode:
        run(targets)
        return 0, 1, 0
    run(["meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs", "--timeout-multiplier", "3"] + arguments, env=dict({"ARC_TEST_DATA": DATA}, **os.environ))
    passed, failed, skipped, names = results(build)
    print(f"{name}: {passed} passed, {failed} failed, {skipped} skipped" + (": " + " ".join(names) if names else ""))
    return passed, failed, skipped


def coverage():
    build = os.path.join(ROOT, "build-gcc")
    if os.path.isdir(build):
        run(["gcovr", "--root", ROOT, "--filter", "lib/", "--print-summary", "-o", os.path.join(build, "coverage.txt"), build])


def main():
    names = sys.argv[1:] or [name for name in VARIANTS if name not in NIGHT]
    unknown = [name for name in names if name not in VARIANTS]
    if unknown:
        sys.exit(f"no variant {unknown[0]}: there are {', '.join(VARIANTS)}")
    total = [0, 0, 0]
    for name in names:
        total = [a + b for a, b in zip(total, variant(name))]
    if "gcc" in names:
        coverage()
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
