#!/usr/bin/env python3
"""Every public header compiles alone, every public function is documented, exported and listed.

usage: headers.py ROOT SHARED_LIBRARY C_COMPILER [CXX_COMPILER]

No struct has a hole, whatever size and alignment a platform gives its fields.
"""
import os
import re
import shutil
import subprocess
import sys

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]


# 4-byte pointers with fields of 8 bytes aligned to 4 and to 8, and 8-byte pointers.
PLATFORMS = ["-m64", "-m32"]
TARGETS = ["armv7-none-eabi", "wasm32", "x86_64-windows-gnu"]


def compiles(compiler, language, standard, include, header, *flags):
    result = subprocess.run([compiler, "-x", language, f"-std={standard}", *WARNINGS, *flags, "-I", include, "-"],
                            input=f'#include "{header}"\n', capture_output=True, text=True)
    return [] if result.returncode == 0 else [f"{header} as {' '.join((standard,) + flags)}: {result.stderr.strip()[:300]}"]


# Structs of others, which stay as their makers laid them out.
NOT_OURS = ["-DARROW_C_DATA_INTERFACE", "-DARROW_C_STREAM_INTERFACE"]


def padded(compiler, cxx, include):
    """Holes in structs."""
    problems = []
    for flag in PLATFORMS:
        for standard in ("c99", "c11"):
            problems += compiles(compiler, "c", standard, include, "arcollect.h", "-Wpadded", *NOT_OURS, "-ffreestanding", flag)
        if cxx:
            problems += compiles(cxx, "c++", "c++17", include, "arcollect.h", "-Wpadded", *NOT_OURS, "-ffreestanding", flag)
    for target in TARGETS if shutil.which("clang") else []:
        problems += compiles("clang", "c", "c99", include, "arcollect.h", "-Wpadded", *NOT_OURS, "-ffreestanding", "--target=" + target)
    return problems


def declared(folder):
    """Functions of the headers that arcollect.h includes, and those without a comment."""
    names, bare = set(), []
    with open(os.path.join(folder, "arcollect.h"), encoding="utf-8") as f:
        headers = re.findall(r'#include "(arcollect/\w+\.h)"', f.read())
    for header in headers:
        with open(os.path.join(folder, header), encoding="utf-8") as f:
            text = f.read()
        for match in re.finditer(r"^ARC_API[^;(]*?(\w+)\([^;]*;([^\n]*)", text, re.M):
            names.add(match.group(1))
            before = text[: match.start()].rstrip()
            # A comment above it, or behind it, or above a run of declarations that belong together.
            above = before.endswith("*/") or re.search(r"\*/\s*(?:ARC_API[^;]*;\s*(?:/\*\*<[^\n]*)?\s*)*$", before)
            if not above and "/**<" not in match.group(2):
                bare.append(match.group(1))
    return names, bare


def exported(library):
    out = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    return {line.split()[2].split("@")[0] for line in out.splitlines() if line.split()[1] in "TDBR" and not line.split()[2].startswith("ARCOLLECT_")}


def mapped(path):
    with open(path, encoding="utf-8") as f:
        return set(re.findall(r"^\s+(arc_\w+);", f.read(), re.M))


def differ(what, left, right):
    return [f"{what}: {name}" for name in sorted(left ^ right)]


def main():
    root, library, compiler = sys.argv[1:4]
    cxx = sys.argv[4] if len(sys.argv) > 4 else None
    include = os.path.join(root, "include")
    headers = ["arcollect.h"] + ["arcollect/" + name for name in sorted(os.listdir(os.path.join(include, "arcollect")))]
    problems = []
    for header in headers:
        for standard in ("c99", "c11"):
            problems += compiles(compiler, "c", standard, include, header)
        if cxx:
            problems += compiles(cxx, "c++", "c++11", include, header)
    problems += padded(compiler, cxx, include)
    names, bare = declared(include)
    problems += [f"no comment: {name}" for name in bare]
    problems += differ("in headers or exported, not both", names, exported(library))
    problems += differ("in headers or lib/libarcollect.map, not both", names, mapped(os.path.join(root, "lib", "libarcollect.map")))
    for problem in problems:
        print(problem)
    print(f"{len(headers)} headers alone as C99, C11{' and C++11' if cxx else ' (C++ skipped: no compiler)'}, without holes on 32 and 64 bits; {len(names)} functions; {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
