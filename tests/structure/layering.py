#!/usr/bin/env python3
"""Keeps the house in order: who may include whom, who writes state, who knows bytes.

usage: layering.py ROOT
"""
import os
import re
import sys

# Floors, lowest first: a file belongs to the first pattern that its name (without ending) matches.
FLOORS = [
    (1, r"status|error|heap|checked|buffer|text|hash|currency|money|dates|calendar\w*|report\w*|references|wide|arrow|owners|struct_sizes|terms|interest"),
    (2, r"storage_\w+|commit_frame|template\w*"),
    (3, r"journal|records|tables"),
    (4, r"ledger\w*"),
    (5, r"(cadence|matcher|scorer|metrics|reader|rendering)\w*"),
    (6, r"collector\w*"),
]
# Public headers by floor; the others are floor 1.
FACES = {"storage": 2, "transport": 2, "template": 2, "ledger": 4, "cadence": 5, "matcher": 5, "scorer": 5, "metrics": 5, "reader": 5, "collector": 6}
LIBC = {"assert.h", "ctype.h", "errno.h", "limits.h", "stdarg.h", "stdatomic.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"}
PLATFORM = {"storage_file"}  # the one file that talks to an operating system
NO_FLOATS = r"ledger\w*|tables|records|money|journal|checked|cadence\w*|collector|interest|terms|template\w*|rendering|reader\w*"
problems = []


def floor(name):
    for number, pattern in FLOORS:
        if re.fullmatch(pattern, name):
            return number
    problems.append(f"lib/{name}: on no floor; say where it belongs in layering.py")
    return 0


def engine(name):
    return re.match(r"[a-z]+", name).group()


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def code(text):
    """The text without comments and strings, lines kept."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def includes(text):
    return re.findall(r'^\s*#\s*include\s+(["<])([^">]+)[">]', text, re.M)


def check_lib_file(path, name):
    text, own = read(path), floor(name)
    listed = includes(text)
    if path.endswith(".c") and not re.search(r'#\s*include\s+"', text):
        problems.append(f"{path}: includes none of our headers")
    for kind, header in listed:
        base = os.path.splitext(os.path.basename(header))[0]
        if kind == "<":
            if header not in LIBC and name not in PLATFORM:
                problems.append(f"{path}: includes <{header}>, which is not the C library's")
        elif header.startswith("arcollect"):
            if FACES.get(base, 1) > own:
                problems.append(f"{path}: includes {header} of a higher floor")
        else:
            if floor(base) > own:
                problems.append(f"{path}: includes {header} of a higher floor")
            if own == 5 and floor(base) == 5 and engine(base) != engine(name):
                problems.append(f"{path}: an engine includes another's {header}")
            if base.endswith("_internal") and engine(base) != engine(name):
                problems.append(f"{path}: includes {header}, which is inside another module")
    bare = code(text)
    if re.fullmatch(NO_FLOATS, name) and re.search(r"\b(float|double)\b", bare):
        problems.append(f"{path}: floating point where money is")
    if own > 4 and re.search(r"\barc__(put|put_text|append_row|index_add)\s*\(", bare):
        problems.append(f"{path}: writes state, which only the ledger does")
    if own > 4 and re.search(r"\barc__(commit|record|fields|journal)_\w+\s*\(", bare):
        problems.append(f"{path}: knows the journal's bytes")


def check_hosts(root):
    for folder in ("examples", "bindings"):
        for base, _, names in os.walk(os.path.join(root, folder)):
            for name in names:
                if not name.endswith((".c", ".h")):
                    continue
                path = os.path.join(base, name)
                for kind, header in includes(read(path)):
                    if kind == '"' and not header.startswith("arcollect") and ("/lib/" in header or os.path.exists(os.path.join(root, "lib", header)) and not os.path.exists(os.path.join(base, header))):
                        problems.append(f"{path}: a host sees include/ only, not {header}")


def main():
    root = sys.argv[1]
    lib = os.path.join(root, "lib")
    count = 0
    for entry in sorted(os.listdir(lib)):
        name, ending = os.path.splitext(entry)
        if ending in (".c", ".h"):
            check_lib_file(os.path.join(lib, entry), name)
            count += 1
    check_hosts(root)
    for problem in problems:
        print(problem)
    print(f"{count} files of lib/ on {len(FLOORS)} floors, {len(problems)} out of place")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
