#!/usr/bin/env python3
"""The one file compiles by itself with two compilers, shows what the map names and nothing else, and two copies
of it live in one program.

usage: alone.py ROOT COMPILER...      those of the compilers that are there are used, by turns
"""
import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile

STRICT = ["-std=c99", "-O0", "-Wall", "-Wextra", "-Werror"]
STRICTER = ["-std=c11", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]  # as C99, it has assertions of C11
PROGRAM = """\
#include "arcollect.h"
#ifdef ARC_PREFIX
#error "this one is of the copy without a prefix"
#endif
const char *acme_arc_status_name(arc_status status);
const char *acme_name(void);
int main(void) { /* two copies: the same answer at two places */
  const char *mine = arc_status_name(ARC_E_NOMEM), *other = acme_name();
  return !(mine != other && mine[6] == other[6] && acme_arc_status_name(ARC_E_NOMEM) == other);
}
"""
OTHER = """\
#include "arcollect.h"
const char *acme_name(void);
const char *acme_name(void) { return arc_status_name(ARC_E_NOMEM); }
"""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}"[:3000])
    return done.stdout


def symbols(path):
    """What the linker sees of an object, and what of it can be written to."""
    listed = [line.split() for line in run("nm", "--defined-only", path).splitlines()]
    return {name for _, kind, name in listed if kind.isupper()}, [name for _, kind, name in listed if kind in "bBC"]


def main():
    root, compilers = sys.argv[1], list(dict.fromkeys(c for c in sys.argv[2:] if shutil.which(c)))
    with open(os.path.join(root, "lib", "libarcollect.map"), encoding="utf-8") as f:
        public = set(re.findall(r"^\s+(arc_\w+);", f.read(), re.M))
    with tempfile.TemporaryDirectory() as folder:
        for place, seed in ((folder, "1"), (os.path.join(folder, "again"), "2")):
            run(sys.executable, os.path.join(root, "lib", "tools", "amalgamate.py"), root, place,
                env=dict(os.environ, PYTHONHASHSEED=seed))
        same, *_ = filecmp.cmpfiles(folder, os.path.join(folder, "again"), ["arcollect.c", "arcollect.h"], shallow=False)
        assert len(same) == 2, "made twice, the files differ"

        prefix = "-DARC_PREFIX=acme_"
        for (name, text) in (("program.c", PROGRAM), ("other.c", OTHER)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                f.write(text)
        first, second = compilers[0], compilers[-1]
        run(first, *STRICT, "-c", "arcollect.c", "-o", "plain.o", cwd=folder)
        run(second, *STRICTER, prefix, "-c", "arcollect.c", "-o", "prefixed.o", cwd=folder)
        for path, want in (("plain.o", public), ("prefixed.o", {"acme_" + name for name in public})):
            shown, written = symbols(os.path.join(folder, path))
            assert shown == want, f"{path} and the map differ: {sorted(shown ^ want)[:10]}"
            assert not written, f"{path} has globals: {written}"
        run(second, *STRICT, prefix, "-c", "other.c", "-o", "other.o", cwd=folder)
        run(first, *STRICT, "program.c", "other.o", "plain.o", "prefixed.o", "-o", "program", cwd=folder)
        run("./program", cwd=folder)
        lines = sum(1 for _ in open(os.path.join(folder, "arcollect.c"), encoding="utf-8"))
        print(f"{lines} lines, alone as C99 by {first}, as C11 by {second}; {len(public)} functions shown, no globals, two copies in one program")
        if first == second:
            print("second compiler skipped: not there")


if __name__ == "__main__":
    main()
