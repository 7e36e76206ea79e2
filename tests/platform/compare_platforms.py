#!/usr/bin/env python3
"""Builds the library and portable_book.c for several platforms and compares what they write, byte by byte.

usage: compare_platforms.py ROOT [--need PLATFORM ...]

Each platform writes a journal, snapshots, reports, messages and vectors; each opens what every other one
wrote. A platform whose compiler or emulator is missing is skipped aloud; one that --need names fails then.
"""
import argparse
import glob
import hashlib
import os
import subprocess
import sys
import tempfile

STRICT = ["-std=c11", "-D_DEFAULT_SOURCE"]
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
# The 32-bit system headers of Debian's libc6-dev-i386 are those of the 64-bit package.
BITS_32 = ["-m32", "-static", "-idirafter", "/usr/include/x86_64-linux-gnu"]
# name: compiler with arguments, emulator
PLATFORMS = {
    "native": (["gcc", "-O2"], []),
    "native-unoptimised": (["clang", "-O0"], []),
    "native-unsigned-char": (["gcc", "-O3", "-funsigned-char", "-Wno-maybe-uninitialized"], []),
    "32-bit": (["gcc", "-O2"] + BITS_32, []),
    "s390x": (["s390x-linux-gnu-gcc", "-O2", "-static"], ["qemu-s390x"]),
}
FILES = ["journal.bin", "half.bin", "full.bin", "reports.txt", "messages.txt", "vectors.txt"]


def run(command):
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        sys.exit(f"{' '.join(command[:6])} ...: exit {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def runs(command):
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def missing(work, compiler, emulator):
    """Why a program of three lines does not run on this platform; None if it does."""
    source, program = os.path.join(work, "probe.c"), os.path.join(work, "probe")
    with open(source, "w", encoding="ascii") as file:
        file.write("#include <errno.h>\n#include <stdio.h>\nint main(void) { return errno; }\n")
    if not runs(compiler + [source, "-o", program]):
        return f"{' '.join(compiler[:3])} does not compile"
    return None if runs(emulator + [program]) else "its programs do not run here"


def build(root, work, name, compiler):
    program = os.path.join(work, name)
    include = [flag for folder in ("include", "lib", "tests/support") for flag in ("-I", os.path.join(root, folder))]
    run(compiler[:1] + WARNINGS + compiler[1:] + STRICT + include + sorted(glob.glob(os.path.join(root, "lib", "*.c")))
        + [os.path.join(root, "tests", "platform", "portable_book.c"), "-o", program])
    return program


def content(work, name, file):
    with open(os.path.join(work, "out-" + name, file), "rb") as opened:
        return opened.read()


def differences(work, names):
    first = names[0]
    for name in names[1:]:
        for file in FILES:
            a, b = content(work, first, file), content(work, name, file)
            if a != b:
                at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
                yield f"{file}: {name} differs from {first} at byte {at}: {a[at:at + 60]!r} and {b[at:at + 60]!r}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--need", nargs="*", default=[])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        commands = {}
        for name, (compiler, emulator) in PLATFORMS.items():
            why = missing(work, compiler, emulator)
            if why is None:
                commands[name] = emulator + [build(options.root, work, name, compiler)]
            elif name in options.need:
                sys.exit(f"{name} is needed, but {why}")
            else:
                print(f"skipped: platform {name}: {why}")
        if "native" not in commands:
            sys.exit(77)
        for name, command in commands.items():
            os.mkdir(os.path.join(work, "out-" + name))
            run(command + ["write", os.path.join(work, "out-" + name)])
        names = list(commands)
        wrong = list(differences(work, names))
        # What one wrote another one opens: with the snapshot, and on from it.
        opened = 0
        for writer in names:
            for reader, command in commands.items():
                if run(command + ["open", os.path.join(work, "out-" + writer)]) != content(work, writer, "reports.txt"):
                    wrong.append(f"{reader} reports something else of the book that {writer} wrote")
                opened += 1
        size = sum(len(content(work, names[0], file)) for file in FILES)
        digest = hashlib.sha256(content(work, names[0], "journal.bin")).hexdigest()
        for line in wrong:
            print("wrong:", line)
        print(f"{len(names)} platforms ({', '.join(names)}): {size} bytes in {len(FILES)} files each, "
              f"{opened} books and snapshots opened across, journal {digest[:16]}; {len(wrong)} violations")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
