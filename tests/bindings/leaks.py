#!/usr/bin/env python3
"""The tests of the Python binding under AddressSanitizer: no access of the extension is out of bounds, and no block that
the library or the extension took is lost.

usage: leaks.py ROOT FOLDER COMPILER [TEST ...]     TESTs are classes or methods of bindings/python/tests/test_binding.py

The extension alone is instrumented; the sanitizer is loaded before Python, whose own blocks are malloc's. A block that
is lost on purpose shows first that losing one is seen.
"""
import os
import shutil
import subprocess
import sys

from python import copy, run, skip

# What takes a block decides whose it is: with few frames in a report, Python's own are told by their file.
SUPPRESSED = ["bin/python", "libpython", "_cffi_backend", "lib-dynload", "libsqlite3", "libcrypto", "libc.so"]
LOSE = """
import ctypes, gc, arcollect
from arcollect._base import ffi, lib
out, err = ffi.new("arc_ledger **"), ffi.new("arc_error *")
err.struct_size = ffi.sizeof("arc_error")
options = ffi.new("arc_ledger_options *")
options.struct_size = ffi.sizeof("arc_ledger_options")
ffi.memmove(options.currency, b"EUR", 3)
assert lib.arc_ledger_open(out, options, err) == 0
"""


def sanitizer(compiler):
    """The runtime that is loaded before Python, if there is one."""
    path = run(*compiler, "-print-file-name=libasan.so").stdout.strip()
    return path if os.path.isabs(path) else None


def prepare(root, folder, compiler):
    """An environment of Python with an instrumented extension."""
    tree, venv = os.path.join(folder, "tree"), os.path.join(folder, "venv")
    copy(root, tree)
    python = os.path.join(venv, "bin", "python")
    shutil.rmtree(venv, ignore_errors=True)
    made = run(sys.executable, "-m", "venv", venv)
    if made.returncode:
        skip("no environment can be made: " + made.stdout.strip()[-200:])
    got = run(python, "-m", "pip", "--disable-pip-version-check", "--retries", "1", "install", "--quiet", "setuptools>=64", "cffi>=1.15")
    if got.returncode:
        skip("pip cannot get cffi and setuptools: " + got.stdout.strip().splitlines()[-1][:200])
    flags = "-O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
    built = run(python, "-m", "pip", "install", os.path.join(tree, "bindings", "python"),
                env=dict(os.environ, CC=" ".join(compiler), CFLAGS=flags, LDFLAGS="-fsanitize=address,undefined"))
    if built.returncode:
        sys.exit("pip install ./bindings/python:\n" + built.stdout[-5000:])
    return python, tree


def main():
    root, folder, compiler = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
    runtime = sanitizer([compiler])
    if not runtime:
        skip(f"{compiler} has no libasan.so to load before Python")
    os.makedirs(folder, exist_ok=True)
    python, tree = prepare(root, folder, [compiler])
    suppressed = os.path.join(folder, "lsan.txt")
    with open(suppressed, "w", encoding="ascii") as file:
        file.write("".join(f"leak:{name}\n" for name in SUPPRESSED))
    env = dict(os.environ, LD_PRELOAD=runtime, PYTHONMALLOC="malloc",
               ASAN_OPTIONS="detect_leaks=1:malloc_context_size=4:exitcode=23", LSAN_OPTIONS="print_suppressions=0:suppressions=" + suppressed)
    lost = run(python, "-c", LOSE, env=env)
    if lost.returncode != 23 or "arc__ledger_new" not in lost.stdout:
        sys.exit(f"a lost ledger is not seen: exit {lost.returncode}\n{lost.stdout[-3000:]}")
    print("a ledger that is never closed is seen")
    done = run(python, os.path.join(tree, "bindings", "python", "tests", "test_binding.py"), *sys.argv[4:], cwd=folder, env=env)
    print(done.stdout[-6000:])
    sys.exit(done.returncode != 0)


if __name__ == "__main__":
    main()
