#!/usr/bin/env python3
"""How much room the library takes, and how soon a program that has it is ready; printed as two tables.

usage: sizes.py ROOT FOLDER COMPILER [--rounds N]      FOLDER keeps the environment of Python from one run to the next

Sizes: the library as one file, shared and within a static program that opens a book, both stripped; the wheel. Cold
start: a fresh process that imports arcollect and opens an empty book, by turns with processes that import nothing,
pyarrow and pandas; the median of N, so that a busy machine is busy for all of them.
"""
import argparse
import glob
import os
import statistics
import subprocess
import sys
import tempfile
import time

HOST = """\
#include <arcollect.h>
#include <stdio.h>
#include <string.h>
int main(void) {
  arc_ledger_options options = ARC_LEDGER_OPTIONS_INIT;
  arc_ledger *ledger;
  arc_error err = ARC_ERROR_INIT;
  memcpy(options.currency, "EUR", 4);
  if (arc_ledger_open(&ledger, &options, &err) < 0) return puts(err.text), 1;
  arc_ledger_close(ledger);
  return 0;
}
"""
EMPTY = "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n"
OPTIONS = ["-std=c11", "-ffp-contract=off", "-g0"]
STARTS = {
    "python, nothing imported": "pass",
    "arcollect, an empty book opened": "import arcollect; arcollect.Ledger(currency='EUR').close()",
    "pyarrow imported": "import pyarrow",
    "pandas imported": "import pandas",
}


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(command[:6])} ...: exit {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def sections(path):
    text, data, bss = run("size", path).splitlines()[1].split()[:3]
    return int(text), int(data), int(bss)


def row(what, path):
    run("strip", path)
    text, data, bss = sections(path)
    print(f"| {what} | {text:,} | {data:,} | {bss:,} | {os.path.getsize(path):,} |")


def sizes(root, compiler, folder):
    made = os.path.join(folder, "made")
    run(sys.executable, os.path.join(root, "lib", "tools", "amalgamate.py"), root, made)
    for name, text in (("host.c", HOST), ("empty.c", EMPTY)):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text)
    source = os.path.join(made, "arcollect.c")
    print("| | text | data | bss | file, stripped |\n| --- | --- | --- | --- | --- |")
    for level in ("-O2", "-Os"):
        built = os.path.join(folder, "built")
        run(compiler, *OPTIONS, level, "-fPIC", "-fvisibility=hidden", "-shared", source, "-o", built)
        row(f"shared library, {level}", built)
        run(compiler, *OPTIONS, level, "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-static", "-I", made,
            os.path.join(folder, "host.c"), source, "-o", built)
        row(f"static program that opens a book, {level}, unused sections dropped", built)
    run(compiler, *OPTIONS, "-O2", "-static", os.path.join(folder, "empty.c"), "-o", built)
    row("static program without the library, for comparison", built)


def wheel(root, folder, venv):
    """Builds the wheel into `folder`, installs it; its sizes."""
    python = os.path.join(venv, "bin", "python")
    if not os.path.exists(python):
        run(sys.executable, "-m", "venv", venv)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    copy = os.path.join(folder, "tree")
    os.makedirs(os.path.join(copy, "bindings"))
    for name in ("lib", "include", "bindings/python", "meson.build"):
        run("cp", "-r", os.path.join(root, name), os.path.join(copy, name))
    run(*pip, "wheel", "--no-deps", "-w", folder, os.path.join(copy, "bindings", "python"),
        env=dict(os.environ, CFLAGS="-O2 -g0", LDFLAGS="-s"))
    made = glob.glob(os.path.join(folder, "*.whl"))[0]
    run(*pip, "install", "--force-reinstall", "--no-deps", made)
    run(*pip, "install", "cffi", "pyarrow", "pandas")
    print(f"\n{os.path.basename(made)}: {os.path.getsize(made):,} bytes")
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").strip()
    for name in ("arcollect", "pyarrow", "pandas"):
        size = sum(os.path.getsize(os.path.join(base, file)) for base, _, files in os.walk(os.path.join(site, name)) for file in files
                   if not file.endswith(".pyc"))
        print(f"installed {name}: {size / 1e6:.1f} MB")
    return python


def spent(python, code):
    """Milliseconds of a fresh process: on the wall, and of the processor, which a busy machine changes less."""
    begin = time.perf_counter()
    child = os.posix_spawn(python, [python, "-c", code], os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"{code}: {status}")
    return 1000 * (time.perf_counter() - begin), 1000 * (used.ru_utime + used.ru_stime)


def cold_start(python, rounds):
    taken = {what: [] for what in STARTS}
    for turn in range(rounds + 1):  # the first turn writes Python's caches
        for what, code in STARTS.items():
            figures = spent(python, code)
            if turn:
                taken[what].append(figures)
    print(f"\n| a fresh process, median of {rounds} | ms | ms of the processor |\n| --- | --- | --- |")
    for what, figures in taken.items():
        wall, processor = (statistics.median(column) for column in zip(*figures))
        print(f"| {what} | {wall:.0f} | {processor:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("root")
    parser.add_argument("folder")
    parser.add_argument("compiler")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sizes(options.root, options.compiler, folder)
        python = wheel(options.root, folder, os.path.join(os.path.abspath(options.folder), "venv"))
    cold_start(python, options.rounds)


if __name__ == "__main__":
    main()
