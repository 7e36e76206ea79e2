#!/usr/bin/env python3
"""The Python binding from nothing: a copy of what it is built of, a fresh environment, pip install, its tests.

usage: python.py ROOT FOLDER PROGRAM HOST COMPILER...    PROGRAM: the scenario in C; HOST: the example host, or ""
What is missing (venv, Python.h, pip, a network) is said, and the test skipped (77); a failing build is a failure.
"""
import os
import shutil
import subprocess
import sys
import sysconfig

SKIPPED = 77


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def copy(root, folder):
    """What a checkout has of it, so that building leaves nothing in this one."""
    shutil.rmtree(folder, ignore_errors=True)
    made = shutil.ignore_patterns("one", "build", "*.egg-info", "*.so", "__pycache__", "rows.py", "constants.py", "_posts.py")
    for name in ("lib", "include", os.path.join("bindings", "python")):
        shutil.copytree(os.path.join(root, name), os.path.join(folder, name), ignore=made)
    shutil.copy(os.path.join(root, "meson.build"), folder)


def main():
    root, folder, program = map(os.path.abspath, sys.argv[1:4])
    host, compiler = sys.argv[4], sys.argv[5:]
    if sys.version_info < (3, 10):
        skip("Python 3.10 or later is needed")
    if not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")):
        skip("Python.h is not there (Debian: python3-dev)")
    tree, venv = os.path.join(folder, "tree"), os.path.join(folder, "venv")
    copy(root, tree)
    shutil.rmtree(venv, ignore_errors=True)
    made = run(sys.executable, "-m", "venv", venv)
    if made.returncode:
        skip("no environment can be made (Debian: python3-venv): " + made.stdout.strip().splitlines()[-1][:200])
    python = os.path.join(venv, "bin", "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--retries", "1", "--timeout", "20"]
    got = run(*pip, "install", "--quiet", "setuptools>=64", "cffi>=1.15")
    if got.returncode:
        skip("pip cannot get cffi and setuptools: " + got.stdout.strip().splitlines()[-1][:200])
    wanted = "mypy==2.4.1", "psycopg[binary]>=3.1", "aiosmtpd", "tqdm", "matplotlib", "pyarrow", "polars", "duckdb", "pandas"
    binary = "install", "--quiet", "--no-compile", "--prefer-binary"
    if run(*pip, *binary, *wanted).returncode:  # what tests with one that cannot be had, says so
        for one in wanted:
            run(*pip, *binary, one)
    built = run(*pip, "install", os.path.join(tree, "bindings", "python"),
                env=dict(os.environ, CC=" ".join(compiler), CFLAGS="-O1 -g0"))
    if built.returncode:
        sys.exit("pip install ./bindings/python:\n" + built.stdout[-5000:])
    data = os.environ.get("ARC_TEST_DATA") or os.path.join(root, os.pardir, "shared", "data")
    done = subprocess.run([python, "-m", "unittest", "discover", "-s", os.path.join(tree, "bindings", "python", "tests")], cwd=folder,
                          env=dict(os.environ, ARC_TEST_SCENARIO=os.path.join(root, "tests", "bindings", "scenario.json"),
                                   ARC_TEST_PROGRAM=program, ARC_TEST_HOST=host and os.path.abspath(host),
                                   ARC_TEST_DATA=os.path.abspath(data)))
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
