#!/usr/bin/env python3
"""Keeps ABI.md equal to the headers: functions, numbers, and struct sizes on 64 and 32 bits.

usage: abi.py ROOT COMPILER [--write]      --write brings ABI.md's tables up to date
"""
import os
import re
import subprocess
import sys
import tempfile

SIZES = {"64": "-m64", "32": "-m32"}


def headers(root):
    """What arcollect.h includes, in one text: other headers there belong to other libraries."""
    with open(os.path.join(root, "include", "arcollect.h"), encoding="utf-8") as f:
        text = f.read()
    for name in re.findall(r'#include "(arcollect/\w+\.h)"', text):
        with open(os.path.join(root, "include", name), encoding="utf-8") as f:
            text += f.read() + "\n"
    return text


def functions(root, text):
    """With the version whose node in the map has them."""
    names = re.findall(r"^ARC_API[^;(]*?(\w+)\(", text, re.M)
    with open(os.path.join(root, "lib", "libarcollect.map"), encoding="utf-8") as f:
        nodes = re.findall(r"^ARCOLLECT_([\d.]+) \{(.*?)^\}", f.read(), re.M | re.S)
    since = {name: version for version, body in nodes for name in re.findall(r"(\w+);", body)}
    return [f"| `{name}` | {since.get(name, 'not in lib/libarcollect.map')} |" for name in sorted(names)]


def numbers(text):
    found = re.findall(r"^#define (ARC_[A-Z0-9_]+) +(\(?-?(?:0x)?[0-9A-Fa-f]+u?\)?)(?:\s|$)", text, re.M)
    return [f"| `{name}` | {value.strip('()').rstrip('u')} |" for name, value in sorted(found) if not name.startswith("ARC_VERSION")]


def sizes(root, text, compiler):
    names = re.findall(r"^typedef struct (arc_\w+) \{", text, re.M)
    table = {name: {} for name in names}
    with tempfile.TemporaryDirectory() as folder:
        for bits, flag in SIZES.items():
            # The sizes are read from the assembler text, so that nothing has to run or to link.
            source = os.path.join(folder, "sizes.c")
            with open(source, "w", encoding="utf-8") as f:
                f.write('#include "arcollect.h"\n')
                for name in names:
                    f.write(f'unsigned size_{name} = sizeof({name});\n')
            asm = subprocess.run([compiler, flag, "-ffreestanding", "-S", "-O0", "-I", os.path.join(root, "include"), source, "-o", "-"],
                                 capture_output=True, text=True)
            if asm.returncode:
                print(f"{bits}-bit sizes skipped: {compiler} cannot compile for {flag}")
                continue
            for name, size in re.findall(r"^size_(\w+):\s+\.long\s+(\d+)", asm.stdout, re.M):
                table[name][bits] = size
    return [f"| `{name}` | {row.get('64', '-')} | {row.get('32', '-')} |" for name, row in sorted(table.items())]


def main():
    root, compiler = sys.argv[1:3]
    text = headers(root)
    parts = {"functions": functions(root, text), "sizes": sizes(root, text, compiler), "numbers": numbers(text)}
    path = os.path.join(root, "ABI.md")
    with open(path, encoding="utf-8") as f:
        page = f.read()
    wanted = page
    wanted = re.sub(r"(?<=There are )\d+(?= functions\.)", str(len(parts["functions"])), wanted)
    for name, lines in parts.items():
        pattern = re.compile(rf"(<!-- {name} -->\n(?:\|.*\n){{2}})(?:\|.*\n)*")
        assert pattern.search(wanted), f"ABI.md has no table of {name}"
        wanted = pattern.sub(lambda m, lines=lines: m.group(1) + "\n".join(lines) + "\n", wanted)
    if "--write" in sys.argv:
        with open(path, "w", encoding="utf-8") as f:
            f.write(wanted)
    elif wanted != page:
        have, want = page.splitlines(), wanted.splitlines()
        changed = [line for line in want if line not in have] + ["gone: " + line for line in have if line not in want]
        sys.exit("ABI.md and the headers differ (abi.py --write brings it up to date):\n" + "\n".join(changed[:20]))
    print(f"{len(parts['functions'])} functions, {len(parts['sizes'])} structs, {len(parts['numbers'])} numbers as ABI.md says")


if __name__ == "__main__":
    main()
