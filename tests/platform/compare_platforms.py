#!/usr/bin/env python3
"""Builds the library as one file, portable_book.c and the unit tests for several platforms, runs them, and compares
what they write, byte by byte.

usage: compare_platforms.py ROOT [--all] [--tools FOLDER] [--only PLATFORM ...] [--need PLATFORM ...]

Each platform writes a journal, snapshots, reports, messages and vectors, and opens what another one wrote; then the
unit tests run there. A platform whose compiler or emulator is missing is skipped aloud; one that --need names fails
then. Without --all: fewer platforms, no optimisation, unit tests on WebAssembly alone, and objects where zig is the
only compiler. Unit tests that take long run where no emulator is.
FOLDER keeps what zig and Wine need from one run to the next.
"""
import argparse
import concurrent.futures
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from toolchains import LONG, PLATFORMS, Wine, Zig, runs

HERE = os.path.dirname(os.path.abspath(__file__))
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
STRICT = ["-std=c11", "-D_DEFAULT_SOURCE", "-ffp-contract=off", "-DARC__PRIVATE="]
FILES = ["journal.bin", "half.bin", "full.bin", "reports.txt", "messages.txt", "vectors.txt"]
# Read files that are not here, or take arguments.
NO_CORE = {"cadence_lint", "matcher_references"}
PROBE = "#include <errno.h>\n#include <stdio.h>\nint main(void) { return errno; }\n"
# MSVC's compiler is not here; clang takes the same declarations for its target. The C library's are not here either.
MSVC_STANDARDS = [("c", "c99"), ("c", "c11"), ("c++", "c++14"), ("c++", "c++17")]


class Wrong(Exception):
    pass


def run(command, cwd, **options):
    done = subprocess.run(command, cwd=cwd, capture_output=True, **options)
    if done.returncode:
        said = (done.stdout[-1500:] + done.stderr[-2500:]).decode(errors="replace")
        raise Wrong(f"{' '.join(command[:6])} ...: exit {done.returncode}\n{said}")
    return done.stdout.decode(errors="replace")


class Result:
    """What became of a platform."""

    def __init__(self, platform):
        self.platform, self.compiler, self.state, self.why = platform, "", "skipped", None
        self.book, self.tests, self.kept, self.seconds = False, 0, "", 0.0


class Build:
    def __init__(self, options, work):
        self.root, self.all, self.work = os.path.abspath(options.root), options.all, work
        self.zig, self.wine = Zig(options.tools), Wine(options.tools)
        names = [os.path.basename(path)[5:-2] for path in sorted(glob.glob(os.path.join(self.root, "tests", "unit", "test_*.c")))]
        self.unit = [name for name in names if name not in NO_CORE]
        run([sys.executable, os.path.join(self.root, "lib", "tools", "amalgamate.py"), self.root, work], work)
        shutil.copy(os.path.join(HERE, "run_wasi.mjs"), work)
        with open(os.path.join(work, "probe.c"), "w", encoding="ascii") as file:
            file.write(PROBE)

    # ---- tools ----

    def environment(self, platform):
        return dict(os.environ, **(self.wine.environment if platform.runner == ["wine"] else {}))

    def started(self, platform, program):
        """The command that runs a program of the platform; None: nothing here does."""
        if platform.runner == ["wine"]:
            return [self.wine.program, program] if self.wine.program else None
        return None if platform.runner is None else platform.runner + ["./" + program]

    def compiler(self, platform):
        """The first of the compilers that compiles a program of three lines, and whether it may link."""
        why = "no compiler"
        for command in platform.compilers:
            if command[0] == "zig":
                zig = self.zig.command()
                if zig is None:
                    why = self.zig.why
                    continue
                links, command = self.all, zig + command[1:]  # before it links, zig builds a C library: minutes
            else:
                links = True
            probe = ["probe.c"] + ([] if links else ["-c"]) + ["-o", f"probe-{platform.name}"]
            if runs(command + probe, cwd=self.work):
                return command, links, None
            why = f"{' '.join(command[:3])} does not compile"
        return None, False, why

    # ---- one platform ----

    def compile(self, command, source, target, *flags):
        include = [flag for folder in ("include", "lib", "tests/support") for flag in ("-I", os.path.join(self.root, folder))]
        command = [word for word in command if not word.startswith("-Wl,") and word != "-static"]
        run(command + STRICT + list(flags) + include + ["-c", source, "-o", target], self.work)
        return target

    def core_main(self, names, target):
        """A program of all the unit tests, by the names of their files."""
        with open(target, "w", encoding="ascii") as file:
            for name in names:
                file.write(f"int core_{name}(void);\n")
            file.write("int main(void) {\n")
            for name in names:
                file.write(f"  if (core_{name}()) return 1;\n")
            file.write("  return 0;\n}\n")
        return target

    def core_tests(self, result, command, library):
        p = result.platform
        names = [name for name in self.unit if name not in p.omit and (self.all and not p.runner or name not in LONG)]
        objects, folder = [library], f"core-{p.name}"
        os.mkdir(os.path.join(self.work, folder))
        # WebAssembly has 128-bit integers, but Debian's runtime for them lacks a symbol.
        more = ["-U__SIZEOF_INT128__"] if p.name == "wasm" else []
        for name in names:
            source = os.path.join(self.root, "tests", "unit", f"test_{name}.c")
            objects.append(self.compile(command, source, f"{folder}/{name}.o", "-O0", f"-Dmain=core_{name}", "-w", *more,
                                        "-I", os.path.join(HERE, "inside")))
        main = self.core_main(names, os.path.join(self.work, folder, "main.c"))
        program = f"tests-{p.name}"  # Wine adds .exe to what has no folder
        run(command + [main] + objects + ["-o", program], self.work)
        said = run(self.started(p, program), self.work, env=self.environment(p))
        result.tests = sum(int(n) for n in re.findall(r"(\d+) test\(s\) run", said))

    def book(self, result, command, library):
        p = result.platform
        program, out, env = f"book-{p.name}", f"out-{p.name}", self.environment(p)
        book = self.compile(command, os.path.join(self.root, "tests", "platform", "portable_book.c"), program + ".o",
                            *WARNINGS, "-O1")
        run(command + [book, library, "-o", program], self.work)
        os.mkdir(os.path.join(self.work, out))
        start = self.started(p, program)
        run(start + ["write", out], self.work, env=env)
        run(start + ["open", out], self.work, env=env)
        result.kept = run(start + ["keep", out + "/file.book"], self.work, env=env).strip()
        result.book = True

    def platform(self, platform):
        result, begin = Result(platform), time.monotonic()
        try:
            command, links, result.why = self.compiler(platform)
            if command is None:
                return result
            said = subprocess.run(command[:1] + command[1:4] * ("ziglang" in command) + ["--version"], capture_output=True, text=True)
            result.compiler = said.stdout.splitlines()[0] if said.stdout else ""
            level = platform.level if self.all else platform.short_level
            # Half of an unoptimised compile, and the build warns as well.
            warnings = WARNINGS + list(platform.flags) if self.all else ["-w"]
            library = self.compile(command, "arcollect.c", f"library-{platform.name}.o", level, *warnings)
            result.state = "compiled"
            probe = self.started(platform, f"probe-{platform.name}")
            if not links or probe is None or not runs(probe, cwd=self.work, env=self.environment(platform)):
                if links:
                    book = os.path.join(self.root, "tests", "platform", "portable_book.c")
                    run(command + [self.compile(command, book, f"book-{platform.name}.o", *WARNINGS), library, "-o",
                                   f"book-{platform.name}"], self.work)
                    result.state = "linked"
                return result
            self.book(result, command, library)
            if self.all or platform.core:
                self.core_tests(result, command, library)
            result.state = "run"
        except Wrong as wrong:
            result.state, result.why = "wrong", str(wrong)
        finally:
            result.seconds = time.monotonic() - begin
            print(row(result), flush=True)
        return result

    # ---- the header as MSVC's clients see it ----

    def msvc(self):
        """How many ways of compiling the header for x86_64-pc-windows-msvc there were."""
        if not runs(["clang", "--target=x86_64-pc-windows-msvc", "--version"]):
            print("skipped: no clang for the header as MSVC sees it")
            return
        with open(os.path.join(self.work, "header.c"), "w", encoding="ascii") as file:
            file.write('#include "arcollect.h"\n')
        for language, standard in MSVC_STANDARDS:
            run(["clang", "--target=x86_64-pc-windows-msvc", "-fms-compatibility-version=19.29", "-x", language,
                 "-std=" + standard, "-Wall", "-Wextra", "-Wpedantic", "-Wpadded", "-Werror", "-fsyntax-only", "header.c"], self.work)
        print(f"the header for x86_64-pc-windows-msvc: {', '.join(standard for _, standard in MSVC_STANDARDS)} (syntax alone)")


# ---- comparing ----

def content(work, name, file):
    with open(os.path.join(work, "out-" + name, file), "rb") as opened:
        return opened.read()


def differ(file, name, a, b):
    if a == b:
        return []
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return [f"{file} of {name}: differs at byte {at}: {a[at:at + 60]!r} and {b[at:at + 60]!r}"]


def differences(work, results):
    """All against the first, which opens what it wrote itself; what others open is the same bytes then."""
    first, wrong = results[0].platform.name, []
    journal = content(work, first, "journal.bin")
    for result in results:
        name = result.platform.name
        for file in FILES:
            wrong += differ(file, name, content(work, first, file), content(work, name, file))
        wrong += differ("reopened.txt", name, content(work, first, "reports.txt"), content(work, name, "reopened.txt"))
        if (result.kept == "kept") != result.platform.keeps:
            wrong.append(f"{name}: {result.kept}")
        if result.platform.keeps and result.kept == "kept":
            kept = content(work, name, "file.book")
            wrong += differ("file.book", name, journal[:len(kept)], kept)
    return wrong


def row(r):
    """What became of a platform, in a line."""
    if r.state == "run":
        did = ", ".join(["run: book"] + ["file storage"] * (r.kept == "kept") + [f"{r.tests} unit tests"] * (r.tests > 0))
    else:
        did = r.state + (": " + r.why.splitlines()[0] if r.why else "")
    prefix = "skipped: platform " if r.state == "skipped" else ""
    return f"{prefix}{r.platform.name:22} {r.compiler[:44]:44} {r.seconds:6.1f} s  {did}"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("root")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--tools")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--need", nargs="*", default=[])
    options = parser.parse_args()
    chosen = [p for p in PLATFORMS if p.name == "native" or
              (p.name in options.only if options.only else options.all or p.short)]
    with tempfile.TemporaryDirectory() as work:
        options.tools = os.path.abspath(options.tools or os.path.join(work, "tools"))
        os.makedirs(options.tools, exist_ok=True)
        build = Build(options, work)
        build.zig.command()  # before the threads ask for it
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(build.platform, chosen))
        build.wine.stop()
        wrong = [f"{r.platform.name}: {r.why}" for r in results if r.state == "wrong"]
        wrong += [f"{r.platform.name} is needed: {r.why}" for r in results if r.platform.name in options.need and r.state != "run"]
        try:
            build.msvc()
        except Wrong as problem:
            wrong.append(str(problem))
        ran = [r for r in results if r.state == "run"]
        if not ran and not wrong:
            print("skipped: no platform runs")
            sys.exit(77)
        if ran:
            wrong += differences(work, ran)
            digest = hashlib.sha256(content(work, ran[0].platform.name, "journal.bin")).hexdigest()
            size = sum(len(content(work, ran[0].platform.name, file)) for file in FILES)
            print(f"{len(ran)} platforms wrote and opened {size} bytes in {len(FILES)} files each, journal {digest[:16]}")
        for line in wrong:
            print("wrong:", line)
        states = [r.state for r in results]
        print(f"{states.count('run')} platforms run, {states.count('linked') + states.count('compiled')} compiled, "
              f"{states.count('skipped')} left out; {len(wrong)} violations")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
