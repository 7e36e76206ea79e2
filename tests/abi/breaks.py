#!/usr/bin/env python3
"""Breaks what a release promised, one promise at a time, and asks every check: the named ones must see it. What may
be appended passes.

usage: breaks.py ROOT COMPILER LIBRARY STATIC_LIBRARY [--all] [LINK FLAG...]

Headers are broken as text; abidiff then looks at a library of empty functions made of them. Breaks inside the library
are one file compiled anew before the static library, and a client of the release. --all asks abidiff about every break.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import checks
import clients

sys.path.insert(0, os.path.join(checks.HERE, "..", "structure"))
import headers  # noqa: E402

SIZED = r"(typedef struct {} \{{.*?)"  # a struct from its beginning on


def struct(name, old, new):
    return (SIZED.format(name) + old, lambda m: m.group(1) + m.expand(new))


APPEND, LAYOUT, NUMBERS, EXPORTS, DUMP, HOLES = "append-only", "layout", "constants", "exports", "abidiff", "headers"
FIRST = "first sizes"
# What is broken, how (pattern and replacement, once), and who must see it.
HEADER = [
    ("a field in the middle", struct("arc_invoice", r"  int64_t amount;", "  uint64_t weight;\n  int64_t amount;"), {APPEND, LAYOUT, DUMP}),
    ("a field at the beginning", struct("arc_payment", r"  uint32_t struct_size;", "  uint64_t magic;\n  uint32_t struct_size;"), {APPEND, LAYOUT, DUMP}),
    ("a field removed", struct("arc_dispute", r"  arc_text owner;\n", ""), {APPEND, LAYOUT, DUMP}),
    ("the last field removed", struct("arc_rejection", r"  uint32_t invoice_count;\n  arc_day day;\n", ""), {APPEND, LAYOUT, DUMP}),
    ("two fields of one type swapped", struct("arc_rejection", r"  arc_text author;\n  arc_text reason;", "  arc_text reason;\n  arc_text author;"), {APPEND, LAYOUT, DUMP}),
    ("a field renamed", struct("arc_refund", r"  arc_text reason;", "  arc_text remark;"), {APPEND, LAYOUT}),
    ("a field widened", struct("arc_rejection", r"  uint32_t invoice_count;", "  uint64_t invoice_count;"), {APPEND, LAYOUT, DUMP}),
    ("a field narrowed", struct("arc_score_query", r"  uint32_t (\w+);\n\}", r"  uint16_t \2, later;\n}"), {APPEND, LAYOUT, DUMP}),
    ("a sign lost", struct("arc_refund", r"  int32_t credit_kind;", "  uint32_t credit_kind;"), {APPEND, DUMP}),
    ("an array shortened", struct("arc_error", r"  char text\[224\];", "  char text[216];"), {APPEND, LAYOUT, DUMP}),
    ("an array lengthened at the end", struct("arc_error", r"  char text\[224\];", "  char text[232];"), {APPEND, LAYOUT, DUMP}),
    ("a pointer where text was", struct("arc_refund", r"  arc_text key;", "  const arc_text *key;"), {APPEND, LAYOUT, DUMP}),
    ("a type widened", ("typedef int32_t arc_day;", "typedef int64_t arc_day;"), {APPEND, LAYOUT, DUMP}),
    ("a type's sign lost", ("typedef int32_t arc_status;", "typedef uint32_t arc_status;"), {APPEND, DUMP}),
    ("a status renumbered", (r"#define ARC_E_BUSY \(-6\)", "#define ARC_E_BUSY (-60)"), {NUMBERS}),
    ("two numbers swapped", (r"#define ARC_TONE_FIRM 3\n#define ARC_TONE_FINAL 4", "#define ARC_TONE_FINAL 3\n#define ARC_TONE_FIRM 4"), {NUMBERS}),
    ("a flag's bit moved", (r"#define ARC_REPLY_HTML 1u", "#define ARC_REPLY_HTML 2u"), {NUMBERS}),
    ("a number removed", (r"#define ARC_TONE_FIRM 3\n", ""), {NUMBERS, APPEND}),
    ("a value that is no number changed", (r"#define ARC_DAY_NONE INT32_MIN", "#define ARC_DAY_NONE INT32_MAX"), {NUMBERS}),
    ("an initializer changed", (r"(#define ARC_REVERSAL_INIT [^\n]*)ARC_DAY_NONE", r"\g<1>0"), {APPEND}),
    ("a macro with arguments changed", (r"#define ARC_TEXT\(string\)[^\n]*", "#define ARC_TEXT(string) {(string), sizeof(string)}"), {APPEND}),
    ("a function removed", (r"ARC_API int32_t arc_day_weekday\(arc_day day\);\n", ""), {APPEND, EXPORTS, DUMP}),
    ("a function renamed", (r"arc_day_weekday\(", "arc_day_of_week("), {APPEND, EXPORTS, DUMP}),
    ("a parameter more", (r"arc_day_weekday\(arc_day day\)", "arc_day_weekday(arc_day day, uint32_t flags)"), {APPEND, DUMP}),
    ("a parameter narrowed", (r"(arc_status arc_money_format\([^;]*)int64_t minor", r"\1int32_t minor"), {APPEND, DUMP}),
    ("a pointer where a number was", (r"int64_t numerator, int64_t denominator", "int64_t *numerator, int64_t denominator"), {APPEND, DUMP}),
    ("a result widened", (r"ARC_API int32_t arc_day_weekday", "ARC_API int64_t arc_day_weekday"), {APPEND, DUMP}),
    ("a constant handle no more", (r"(ARC_API arc_status arc_ledger_balance\()const arc_ledger", r"\1arc_ledger"), {APPEND}),
    ("a callback's parameter more", (r"(\(\*append\)\(void \*user, )", r"\1uint32_t flags, "), {APPEND, DUMP}),
    ("two callbacks swapped", (r"\(\*save_snapshot\)([^;]*;)([^;]*)\(\*load_snapshot\)", r"(*load_snapshot)\1\2(*save_snapshot)"), {APPEND, LAYOUT}),
    ("a callback in the middle", (r"  void \(\*close\)\(void \*user\);", "  int32_t (*sync)(void *user);\n  void (*close)(void *user);"), {APPEND, LAYOUT, DUMP}),
    ("a struct without its size", (r"\Z", "typedef struct arc_shade {\n  uint64_t first;\n} arc_shade;\n"), {APPEND}),
    ("a grown struct whose first size is not told", struct("arc_refund", r"  int64_t amount;", "  int64_t amount;\n  uint64_t more;"), {FIRST}),
    ("a hole at a new end", struct("arc_refund", r"  int64_t amount;", "  int64_t amount;\n  uint32_t more;"), {HOLES}),
]
MAP = [
    ("a function not in the map", (r"    arc_day_weekday;\n", ""), {EXPORTS}),
    ("a function of a later version", (r"    arc_day_weekday;\n(.*)\Z", r"\1\nARCOLLECT_0.2 {\n  global:\n    arc_day_weekday;\n} ARCOLLECT_0.1;\n"), {EXPORTS}),
    ("a pattern in the map", (r"    arc_day_weekday;\n", "    arc_day_*;\n"), {EXPORTS}),
    ("a version renamed", (r"ARCOLLECT_0.1", "ARCOLLECT_0.9"), {EXPORTS}),
]
# In a copy of the project: file, pattern, replacement.
SURFACE = [
    ("a row of ABI.md removed", "ABI.md", r"\| `arc_day_weekday` \|[^\n]*\n", ""),
    ("a comment removed", "include/arcollect/status.h", r"/\*\* The version of the library.*?\*/\n", ""),
    ("a comment that says not since when", "include/arcollect/status.h", r" Since 0\.1\. \*/\n(ARC_API uint32_t arc_library)", r" */\n\1"),
    ("a function without a test", "include/arcollect/status.h", r"(ARC_API uint32_t arc_library_version)", r"/** New. Since 0.1. */\nARC_API void arc_untested(void);\n\1"),
]
# A file of lib/ and one of include/ broken, then seen by a client of the release.
GROW = ("include/arcollect/terms.h", r"(typedef struct arc_terms_invoice \{.*?)\} arc_terms_invoice;", r"\1  uint64_t later;\n} arc_terms_invoice;")
LIBRARY = [
    ("a record's layout changed", "records.c", [("lib/records.c", r"  record_i32\(c, &r->received\);\n  record_i32\(c, &r->value_day\);", "  record_i32(c, &r->value_day);\n  record_i32(c, &r->received);")]),
    ("a field more in a record", "records.c", [("lib/records.c", r"  record_i32\(c, &r->received\);", "  uint32_t more = 0;\n  record_u32(c, &more);\n\\g<0>")]),
    ("a grown struct whose old size is refused", "terms.c", [GROW]),
]


def once(text, pattern, new, what):
    changed, count = re.subn(pattern, new, text, count=1, flags=re.S)
    assert count == 1, f"{what}: there is nothing to break any more, see breaks.py"
    return changed


def stub(compiler, text, functions, folder):
    """A library of empty functions with this header, as abidw sees it; None if it does not compile."""
    include = os.path.join(folder, "include")
    os.makedirs(include)
    with open(os.path.join(include, "arcollect.h"), "w", encoding="utf-8") as f:
        f.write(text)
    bodies = ['#include "arcollect.h"']
    for declared in re.findall(r"^ARC_API ([^;]*?\w+\([^;]*\));", text, re.M):
        bodies.append(declared + (" {}" if declared.startswith("void arc") else " { return 0; }"))
    # Handles are whatever the library likes.
    handles = re.findall(r"^typedef struct (\w+) \1;", text, re.M)
    bodies += [f"struct {name} {{ int inside; }};" for name in handles]
    library = os.path.join(folder, "libstub.so")
    map_ = os.path.join(folder, "map")
    with open(map_, "w", encoding="utf-8") as f:
        f.write("ARCOLLECT_0.1 { global: " + "".join(name + "; " for name in functions) + "local: *; };\n")
    subprocess.run([compiler, "-g", "-w", "-fPIC", "-shared", "-I", include, "-x", "c", "-", "-Wl,--version-script=" + map_, "-o", library],
                   input="\n".join(bodies), text=True, check=True, capture_output=True)
    out = os.path.join(folder, "stub.abi")
    checks.dump(library, include, out)
    return out


class Bench:
    def __init__(self, root, compiler):
        self.root, self.compiler = root, compiler
        self.map = checks.read(root, "lib", "libarcollect.map")
        self.text = checks.header_of(root)
        self.old = checks.Surface(self.text, compiler)
        self.old.measure()
        self.folder = tempfile.TemporaryDirectory()
        self.dump = stub(compiler, self.text, self.old.functions, os.path.join(self.folder.name, "old")) if shutil.which("abidiff") else None

    def seen(self, text, map_, ask_dump):
        """By which checks, with the first problem of each."""
        new = checks.Surface(text, self.compiler)
        new.measure()
        found = {APPEND: checks.append_only(self.old, new), LAYOUT: checks.layout(self.old, new),
                 NUMBERS: checks.constants(self.old, new), EXPORTS: checks.exports(self.map, map_, new, None),
                 FIRST: checks.first_sizes(self.root, [self.old], new)}
        with tempfile.TemporaryDirectory() as folder:
            if ask_dump and self.dump:
                found[DUMP] = checks.abidiff(self.dump, stub(self.compiler, text, new.functions, folder))
            with open(os.path.join(folder, "arcollect.h"), "w", encoding="utf-8") as f:
                f.write(text)
            found[HOLES] = headers.compiles(self.compiler, "c", "c99", folder, "arcollect.h", "-Wpadded", "-ffreestanding", "-m64")
        return {name for name, problems in found.items() if problems}


def surface_seen(root, path, pattern, new):
    """The project's files by links, one of them broken."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(root, "include"), os.path.join(folder, "include"))
        shutil.copy(os.path.join(root, "ABI.md"), folder)
        os.symlink(os.path.join(root, "tests"), os.path.join(folder, "tests"))
        whole = {name: checks.read(folder, name) for name in ("ABI.md", path)}
        with open(os.path.join(folder, path), "w", encoding="utf-8") as f:
            f.write(once(whole[path], pattern, new, path))
        surface = checks.Surface(checks.header_of(folder), "")
        return checks.surface(folder, surface)


def client_seen(root, compiler, static, flags, name, edits, client):
    """A file of lib/ compiled anew before the static library; the client of the release runs on that."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(root, "include"), os.path.join(folder, "include"))
        os.makedirs(os.path.join(folder, "lib"))
        for part in (name, "struct_sizes.h"):
            shutil.copy(os.path.join(root, "lib", part), os.path.join(folder, "lib"))
        for path, pattern, new in edits:
            text = checks.read(folder, path)
            with open(os.path.join(folder, path), "w", encoding="utf-8") as f:
                f.write(once(text, pattern, new, path))
        source = os.path.join(folder, "lib", name)
        subprocess.run([compiler, "-std=c11", "-O0", "-w", "-I", os.path.join(folder, "include"), "-I", os.path.join(root, "lib"),
                        "-c", source, "-o", source + ".o"], check=True)
        said, content = clients.run(compiler, client, source + ".o", static, flags=flags)
        return not content, said.strip().splitlines()[0]


def main():
    root, compiler, _, static = sys.argv[1:5]
    ask_all, flags = "--all" in sys.argv, [flag for flag in sys.argv[5:] if flag != "--all"]
    bench, missed, count = Bench(root, compiler), [], 0

    def tell(what, seen, wanted):
        nonlocal count
        count += 1
        wanted = wanted - ({DUMP} if not bench.dump else set())
        if not wanted <= seen:
            missed.append(f"{what}: not seen by {', '.join(sorted(wanted - seen))}")
        print(f"{what}: {', '.join(sorted(seen)) or 'seen by none'}")

    for what, (pattern, new), wanted in HEADER:
        tell(what, bench.seen(once(bench.text, pattern, new, what), bench.map, ask_all or DUMP in wanted), wanted)
    for what, (pattern, new), wanted in MAP:
        tell(what, bench.seen(bench.text, once(bench.map, pattern, new, what), False), wanted)
    for what, path, pattern, new in SURFACE:
        tell(what, {"surface"} if surface_seen(root, path, pattern, new) else set(), {"surface"})
    with tempfile.TemporaryDirectory() as folder:
        client = clients.compiled(compiler, clients.earlier(folder, checks.releases()[-1]))
        said, content = clients.run(compiler, client, static, flags=flags)
        assert content, said
        for what, name, edits in LIBRARY:
            seen, said = client_seen(root, compiler, static, flags, name, edits, client)
            tell(f"{what} ({said})", {"client"} if seen else set(), {"client"})

        # What may be appended: a field, its initializer, a callback, a struct, a function in a node of its own, a number.
        text = once(bench.text, *struct("arc_refund", r"\} arc_refund;", "  uint64_t later;\n} arc_refund;"), "a field")
        text = once(text, r"(#define ARC_REFUND_INIT [^\n]*)\}\n", r"\1, 0}\n", "an initializer")
        text = once(text, *struct("arc_ledger_options", r"  uint32_t reserved;", "  uint32_t used;"), "a reserved field")
        text = once(text, r"(\(\*drop\)[^;]*;)", r"\1\n  int32_t (*later)(void *user);", "a callback")
        text += ("#define ARC_LATER 77\ntypedef struct arc_later {\n  uint32_t struct_size;\n  uint32_t flags;\n} arc_later;\n"
                 "ARC_API arc_status arc_later_do(const arc_later *later);\n")
        later = bench.map + "\nARCOLLECT_0.2 {\n  global:\n    arc_later_do;\n} ARCOLLECT_0.1;\n"
        seen = bench.seen(text, later, True) - {DUMP, FIRST}  # which move with each new field
        if seen:
            missed.append(f"what may be appended is refused by {', '.join(seen)}")
        grown = [GROW, ("lib/struct_sizes.h", r"(ARC__FIRST_arc_terms_invoice )[^\n]*", r"\1offsetof(arc_terms_invoice, later)")]
        seen, said = client_seen(root, compiler, static, flags, "terms.c", grown, client)
        if seen:
            missed.append(f"a struct that grew as it may: {said}")
    for line in missed:
        print("MISSED " + line)
    if not bench.dump:
        print("skipped: no abidiff (abigail-tools)")
    print(f"{count} planted breaks, {len(missed)} missed; what may be appended passes")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
