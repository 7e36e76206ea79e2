#!/usr/bin/env python3
"""Instructions of the reader for each kilobyte, by valgrind's callgrind, and its figures without.

usage: reader_cost.py BENCH_READER GENERATOR
"""

import re
import shutil
import subprocess
import sys


def main():
    program, generator = sys.argv[1:3]
    made = subprocess.run(
        [sys.executable, generator, "held", "8"], capture_output=True, text=True, check=True
    ).stdout
    print(
        subprocess.run([program, "3"], input=made, capture_output=True, text=True, check=True).stdout, end=""
    )
    if not shutil.which("valgrind"):
        print("reader: no valgrind, instructions are not counted")
        return
    few = "".join(line + "\n" for line in made.splitlines()[::10])
    kilobytes = sum(len(line.split("\t")[2].encode()) for line in few.splitlines()) / 1024

    def count(rounds):
        out = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, str(rounds)],
            input=few,
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        return int(re.search(r"Collected : (\d+)", out).group(1))

    print(f"reader: {(count(2) - count(1)) / kilobytes:.0f} instructions for each kilobyte")


if __name__ == "__main__":
    main()
