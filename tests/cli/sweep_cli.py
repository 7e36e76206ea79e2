#!/usr/bin/env python3
"""Runs test_cli.py on a host that meets every fault (tests/support/sweep.h), and adds up what it met.

usage: sweep_cli.py ARCOLLECT_SWEPT MAKE_SAMPLE_BOOK [CLASS ...]
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOLD = re.compile(r"sweep: (\d+) calls met (\d+) allocation failures and (\d+) storage failures in every place, (\d+) ")


def main():
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "sweep.log")
        # The big books take hours this way: every failing call looks at the whole state.
        environment = dict(os.environ, ARC_TEST_SWEEP_LOG=log, ARC_TEST_DATA=os.path.join(folder, "none"))
        code = subprocess.run([sys.executable, os.path.join(HERE, "test_cli.py")] + sys.argv[1:], env=environment).returncode
        with open(log, encoding="utf-8") as f:
            runs = [[int(n) for n in found] for found in TOLD.findall(f.read())]
    calls, allocations, storage, absorbed = (sum(column) for column in zip(*runs))
    print(f"sweep: in {len(runs)} runs of the host {calls} calls met {allocations} allocation failures and "
          f"{storage} storage failures in every place, {absorbed} of them absorbed; {'0' if code == 0 else 'some'} violations")
    return code


if __name__ == "__main__":
    sys.exit(main())
