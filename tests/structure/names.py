#!/usr/bin/env python3
"""No two files of lib/ use one name for what is theirs alone: all of them also compile as one file.

usage: names.py ROOT

Functions, objects, types, tags and enumerators of a file share one space here, and so do macros that a .c file
leaves defined; such a macro also carries its module's name (a capital word and an underscore), as a host may include
the one file in its own.
"""
import os
import re
import sys
from collections import defaultdict

DECLARED = [
    r"^static\s[^;{}()=]*?\b(\w+)\s*(?:\(|\[[^;{}=]*\]|=|;)",       # functions and objects
    r"^typedef\s[^;{}()]*?\b(\w+)(?:\[\w*\])?;",                     # types in one line
    r"^typedef\s[^;{}]*\(\*(\w+)\)",                                 # of functions
    r"^\}\s*(\w+);",                                                 # types with a body
    r"^(?:typedef\s+)?(?:struct|union|enum)\s+(\w+)\s*\{",           # tags
]


def code(text):
    """The text without comments and strings."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def names(bare):
    """What a file declares at its outermost level."""
    found = set()
    bare = re.sub(r"^typedef (?:struct|union) (\w+) \1;", "", bare, flags=re.M)  # opaque: the body is in one other file
    for pattern in DECLARED:
        found |= set(re.findall(pattern, bare, re.M))
    for body in re.findall(r"^(?:static\s+|typedef\s+)?enum\s*\w*\s*\{(.*?)\}", bare, re.M | re.S):
        body = re.sub(r"^\s*#.*$", "", body, flags=re.M)
        found |= set(re.findall(r"(?:^|,)\s*(\w+)", body))
    return found


def macros(bare):
    """What is still defined at the end."""
    return set(re.findall(r"^\s*#\s*define\s+(\w+)", bare, re.M)) - set(re.findall(r"^\s*#\s*undef\s+(\w+)", bare, re.M))


def clashes(files):
    """files: path to text. Returns what is wrong, in words."""
    seen, problems = defaultdict(set), []
    for path, text in files.items():
        bare = code(text)
        for name in names(bare):
            seen[name].add(path)
        for name in macros(bare):
            seen[name].add(path)
            if path.endswith(".c") and "_" not in name:
                problems.append(f"{path}: the macro {name} has no module's name before it")
    for name, paths in sorted(seen.items()):
        if len(paths) > 1:
            problems.append(f"{name} is in {', '.join(sorted(paths))}: all files also compile as one")
    return problems, len(seen)


def main():
    lib = os.path.join(sys.argv[1], "lib")
    files = {}
    for entry in sorted(os.listdir(lib)):
        if entry.endswith((".c", ".h")):
            with open(os.path.join(lib, entry), encoding="utf-8") as f:
                files[f"lib/{entry}"] = f.read()
    problems, count = clashes(files)
    for problem in problems:
        print(problem)
    print(f"{count} names of {len(files)} files, {len(problems)} clashes")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
