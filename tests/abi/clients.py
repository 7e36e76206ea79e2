#!/usr/bin/env python3
"""A client of every release runs on this library, and one of a later release runs on it or is refused by status.

usage: clients.py ROOT COMPILER LIBRARY

The later header is this one, whose sized structs have grown by a field: what hosts of the next release may look like.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import checks

FLAGS = ["-std=c11", "-O0", "-w"]


def compiled(compiler, folder, *flags):
    """The client in `folder`, beside its header, as an object."""
    out = os.path.join(folder, "client.o")
    subprocess.run([compiler, *FLAGS, *flags, "-I", folder, "-c", os.path.join(folder, "client.c"), "-o", out], check=True)
    return out


def run(compiler, client, *libraries, flags=()):
    """What a client said, and whether it was content."""
    folder = os.path.dirname(client)
    program = os.path.join(folder, "client")
    where = os.path.dirname(os.path.abspath(libraries[-1]))
    linked = subprocess.run([compiler, client, *libraries, *flags, "-Wl,-rpath," + where, "-o", program], capture_output=True, text=True)
    if linked.returncode:
        return linked.stderr, False
    done = subprocess.run([program, os.path.join(folder, "journal.bin")], capture_output=True, text=True)
    return done.stdout + done.stderr, done.returncode == 0


def earlier(folder, baseline):
    for name in list(checks.CLIENT) + ["arcollect.h"]:
        shutil.copy(os.path.join(baseline, name), folder)
    return folder


def grown(header):
    return re.sub(r"^(typedef struct (\w+) \{\n *uint32_t struct_size;.*?)^\} \2;", r"\1  uint64_t later;\n} \2;", header, flags=re.M | re.S)


def later(folder, root):
    for name, source in checks.CLIENT.items():
        shutil.copy(os.path.join(root, source), os.path.join(folder, name))
    with open(os.path.join(folder, "arcollect.h"), "w", encoding="utf-8") as f:
        f.write(grown(checks.header_of(root)))
    return folder


def main():
    root, compiler, library = sys.argv[1:4]
    made = [(f"client of {os.path.basename(b)}", lambda folder, b=b: earlier(folder, b), []) for b in checks.releases()]
    made.append(("client of a later release", lambda folder: later(folder, root), ["-DLATER"]))
    content = True
    for name, make, flags in made:
        with tempfile.TemporaryDirectory() as folder:
            said, well = run(compiler, compiled(compiler, make(folder), *flags), library)
            print(f"{name}: {said.strip()}")
            content = content and well
    return 0 if content else 1


if __name__ == "__main__":
    sys.exit(main())
