#!/usr/bin/env python3
"""Makes one C file and one header of the library: arcollect.c and arcollect.h.

usage: amalgamate.py ROOT FOLDER [--lines] [--depfile FILE]
--lines: compilers speak of the files of lib/ instead; --depfile: for the build, what they were made of

The sources are those of lib/meson.build in its order. A header is written out where it is first included, so
everything stands behind what it needs. What is internal becomes ARC__PRIVATE, which is static. The same
sources give the same bytes. Needs nothing but Python 3.8.
"""
import argparse
import os
import re
import sys

LOCAL = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"[^\n]*$')
# A function or an object of the inside, at the beginning of its declaration or definition.
FUNCTION = re.compile(r"^(?!static\b|typedef\b|return\b|else\b|extern\b)((?:\w+ )+\**)(?=arc__[\w#]+\()")
OBJECT = re.compile(r"^(?:extern )?(?=const [^(]*$)")
UNSIZED = re.compile(r"^extern const [^(]*\b(arc__\w+)\[\];", re.M)  # static, it must not be declared before it is defined

HEADER = """\
/* libarcollect {version}: arcollect.h, made of include/ by lib/tools/amalgamate.py; not to be edited.
 *
 * To build: compile arcollect.c with your program, as C99 or later. Where a second copy of the library may end
 * up in the same program, compile both arcollect.c and whatever includes this header with a prefix of your own,
 * such as -DARC_PREFIX=acme_ : every function is then called acme_arc_... for the linker, and the same as ever
 * in your source. With -DARC_API=static, #include "arcollect.c" in the one file that uses it. */
"""
PREFIX = """\
#ifndef ARCOLLECT_PREFIX_H
#define ARCOLLECT_PREFIX_H
#ifdef ARC_PREFIX
#define ARC__PASTE(prefix, name) prefix##name
#define ARC__EXPAND(prefix, name) ARC__PASTE(prefix, name)
#define ARC__PREFIXED(name) ARC__EXPAND(ARC_PREFIX, name)
{names}
#endif
#endif
"""
SOURCE = """\
/* libarcollect {version}: arcollect.c, made of lib/ by lib/tools/amalgamate.py; not to be edited.
 * Compiles by itself beside arcollect.h, which says how to build it. */
"""
PRIVATE = """\
#ifndef ARC__PRIVATE
#define ARC__PRIVATE static
#endif
#if defined(__GNUC__)
/* Some of the inside is for the library's own tests. */
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
"""


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


def private(line, in_macro):
    """The line with ARC__PRIVATE where it declares something internal."""
    indent = "  " if in_macro and re.match(r"  \w", line) else ""
    rest = line[len(indent):]
    found = FUNCTION.match(rest)
    if found:
        return indent + "ARC__PRIVATE " + rest
    if not indent and OBJECT.match(rest):
        return "ARC__PRIVATE " + OBJECT.sub("", rest)
    return line


class Amalgam:
    def __init__(self, root, lines):
        self.root, self.lines = root, lines
        self.seen, self.feature_macros, self.files = set(), [], []

    def read(self, path):
        self.files.append(path)
        return read(self.root, path)

    def mark(self, number, path):
        return [f'#line {number} "{path}"'] if self.lines else []

    def header(self, folder, name):
        """The text of a header that was not there yet."""
        path = os.path.normpath(os.path.join(folder, name)).replace(os.sep, "/")
        if path in self.seen:
            return []
        self.seen.add(path)
        text = self.read(path)
        guard = re.search(r"^#ifndef (\w+)\n#define (\w+)$", text, re.M)
        if not guard or guard.group(1) != guard.group(2):
            sys.exit(f"{path}: has no include guard")
        return self.mark(1, path) + self.inlined(path, text)

    def find(self, path, name):
        for folder in (os.path.dirname(path), "lib", "include"):
            if os.path.exists(os.path.join(self.root, folder, name)):
                return folder
        sys.exit(f"{path}: includes {name}, which is not there")

    def inlined(self, path, text, start=0):
        """The lines from `start` on, with what they include."""
        out, in_macro = [], False
        public = path.startswith("include/")
        for number, line in enumerate(text[start:].splitlines(), text[:start].count("\n") + 1):
            include = LOCAL.match(line)
            if include:
                folder = self.find(path, include.group(1))
                if public or folder != "include":
                    out += self.header(folder, include.group(1)) + self.mark(number + 1, path)
                continue  # the public ones are in arcollect.h
            if not UNSIZED.match(line):
                out.append(line if public else private(line, in_macro))
            in_macro = line.endswith("\\")
        return out

    def source(self, path):
        text = self.read(path)
        # What stands between the first comment and the first include is for the system's headers: it goes before all.
        first, start = (re.search(pattern, text, re.M).start() for pattern in (r"^#", r"^#include"))
        self.feature_macros += text[first:start].splitlines()
        mark = self.mark(text[:start].count("\n") + 1, path)
        return ["", f"/* ==== {path} ==== */"] + text[:first].splitlines() + mark + self.inlined(path, text, start)


def sources(root):
    listed = re.search(r"^sources = files\((.*?)^\)", read(root, "lib", "meson.build"), re.S | re.M)
    names = re.findall(r"'(\w+\.c)'", listed.group(1))
    texts = {name: read(root, "lib", name) for name in names}
    headers = "".join(read(root, "lib", name) for name in sorted(os.listdir(os.path.join(root, "lib"))) if name.endswith(".h"))
    unsized = [f" {name}[] = {{" for name in UNSIZED.findall(headers)]
    # Before all others what defines an array that is declared without its size; behind them what includes windows.h,
    # which has macros with the names of many things.
    return sorted(names, key=lambda name: ("<windows.h>" in texts[name]) - any(array in texts[name] for array in unsized))


def functions(text):
    return sorted(re.findall(r"^ARC_API[^;(]*?(\w+)\(", text, re.M))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("root")
    parser.add_argument("folder")
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("--depfile")
    arguments = parser.parse_args()
    root, folder = arguments.root, arguments.folder
    version = re.search(r"version: '([^']+)'", read(root, "meson.build")).group(1)

    amalgam = Amalgam(root, arguments.lines)
    public = "\n".join(amalgam.header("include", "arcollect.h")) + "\n"
    names = "\n".join(f"#define {name} ARC__PREFIXED({name})" for name in functions(public))
    header = HEADER.format(version=version) + PREFIX.format(names=names) + public

    body = []
    for name in sources(root):
        body += amalgam.source("lib/" + name)
    text = "\n".join(amalgam.feature_macros + ["", '#include "arcollect.h"', ""]) + PRIVATE + "\n".join(body) + "\n"
    source = SOURCE.format(version=version) + text

    os.makedirs(folder, exist_ok=True)
    for name, content in (("arcollect.h", header), ("arcollect.c", source)):
        if not arguments.lines:
            content = re.sub(r"\n{3,}", "\n\n", content)
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n") as f:
            f.write(content)
    if arguments.depfile:
        with open(arguments.depfile, "w", encoding="utf-8") as f:
            made = [os.path.join(folder, name) for name in ("arcollect.c", "arcollect.h")]
            f.write(" ".join(made) + ": " + " ".join(os.path.join(root, path) for path in amalgam.files) + "\n")


if __name__ == "__main__":
    main()
