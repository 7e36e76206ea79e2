#!/usr/bin/env python3
"""What a release promised, against what is there now. ABI.md, section 8, says what each check is for.

usage: checks.py ROOT COMPILER [LIBRARY]          LIBRARY, with debug information, is looked at by two of the checks
       checks.py ROOT COMPILER LIBRARY --write  stores the present state as that of the version in meson.build, if the
                                                promises of the releases before are kept; and ABI.md's tables

The stored state is in tests/abi/VERSION: the header without comments, the map, what abidw says of the library, and
a client as it was. It moves with what is appended, and no more once the version is released.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "lib", "tools"))
from amalgamate import Amalgam, functions  # noqa: E402

BITS = ("64", "32")
CLOSED = {"arc_text", "arc_reply_model"}  # parts of other structs, which never grow
ABIDW = ["abidw", "--drop-private-types", "--no-comp-dir-path", "--no-corpus-path", "--no-show-locs"]
# What a client of a release is made of, by its names there.
CLIENT = {"client.c": "tests/abi/client.c", "story_0_1.h": "tests/golden/story_0_1.h", "golden.h": "tests/golden/golden.h",
          "journal.bin": "tests/golden/journal_0_1.bin"}


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


def releases():
    """The folders of what is stored, the last release at the end."""
    versions = [name for name in os.listdir(HERE) if re.fullmatch(r"\d+\.\d+", name)]
    return [os.path.join(HERE, name) for name in sorted(versions, key=lambda name: [int(n) for n in name.split(".")])]


def bare(text):
    """The header without comments and empty lines, each definition in one line."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S).replace("\\\n", " ")
    return "\n".join(re.sub(r"(?<=\S)[ \t]+", " ", line).rstrip() for line in text.splitlines() if line.strip()) + "\n"


def header_of(root):
    return bare("\n".join(Amalgam(root, False).header("include", "arcollect.h")))


def squeezed(text):
    return re.sub(r"\s*([(),;{}\[\]*])\s*", r"\1", " ".join(text.split()))


def without_name(parameter):
    """A parameter's type: its name is not part of the promise."""
    return re.sub(r"([*\s])\w+((?:\[\w*\])*)$", r"\1\2", parameter.strip()) if " " in parameter.strip() else parameter


class Surface:
    """What a header declares, and what compilers make of it."""

    def __init__(self, text, compiler):
        self.text, self.compiler = text, compiler
        self.macros = {}
        for name, parameters, body in re.findall(r"^ *# *define (ARC_\w+)(\([^)]*\))?(.*)$", text, re.M):
            if not name.endswith("_H") and not name.startswith(("ARC_VERSION", "ARC_API", "ARC__")):
                self.macros[name] = squeezed(parameters + " " + body)
        self.structs = {name: self.fields(body) for name, body in
                        re.findall(r"^typedef struct (\w+) \{(.*?)^\} \w+;", text, re.M | re.S)}
        self.typedefs = {name: squeezed(line) for line, name in re.findall(r"^(typedef [^{};]*?(\w+);)$", text, re.M)}
        self.functions = {}
        for result, name, parameters in re.findall(r"^ARC_API ([^;(]*?)(\w+)\(([^;]*)\);", text, re.M):
            self.functions[name] = squeezed(result) + "(" + ",".join(squeezed(without_name(p)) for p in parameters.split(",")) + ")"
        self.values = self.layout = None

    @staticmethod
    def fields(body):
        """(name, declaration) of each field; several names of one declaration are as many fields."""
        found = []
        for declaration in re.findall(r"[^;]+;", re.sub(r"\(([^()]*)\)(?=;)", lambda m: m.group(), body)):
            text = squeezed(declaration)
            function = re.match(r".*\(\*(\w+)\)", text)
            if function:
                found.append((function.group(1), text))
                continue
            kind, names = re.match(r"((?:const )?(?:struct )?\w+)[ *]?(.*);", text).groups()
            stars = text[len(kind):].lstrip().startswith("*")
            for name in (text[len(kind):-1].strip()).split(","):
                found.append((re.sub(r"[\*\s]|\[.*", "", name), f"{kind} {name}" if stars else f"{kind} {name.strip()}"))
        return found

    def assembled(self, flag, probes):
        """Numbers that the compiler works out, read from its assembler text: nothing has to link or to run."""
        done = subprocess.run([self.compiler, flag, "-ffreestanding", "-S", "-O0", "-w", "-x", "c", "-", "-o", "-"],
                              input=self.text + "\n" + "\n".join(probes), capture_output=True, text=True)
        if done.returncode:
            return None if "sorry" in done.stderr or "not supported" in done.stderr else done.stderr
        return {name: int(value) for name, value in re.findall(r"^_?(\w+):\s*\n\s*\.(?:long|quad|int)\s+(-?\d+)", done.stdout, re.M)}

    def measure(self):
        """Values of macros; sizes of structs, offsets and sizes of fields."""
        mask = 0x5A5A5A5A5A5A5A5A  # so that none is zero, which would be written otherwise
        numeric = [name for name, body in self.macros.items() if not re.search(r"[{\"]|^\(\w+\) |__", body) and body
                   and not body.startswith("(") or re.match(r"^\(-?\w+\)$|^\(\(\w+\)-?\w+\)$", body)]
        values = self.assembled("-m64", [f"long long value_{n} = (long long)({n}) ^ {mask}LL;" for n in numeric])
        if isinstance(values, str):
            raise AssertionError("the header does not compile: " + values[:500])
        self.values = {name[len("value_"):]: value ^ mask for name, value in values.items()}
        self.layout = {}
        for bits in BITS:
            probes = []
            for struct, fields in self.structs.items():
                probes.append(f"unsigned size_of__{struct} = sizeof({struct});")
                for field, _ in fields:
                    place = f"offsetof({struct}, {field}) * 65536 + sizeof((({struct} *)0)->{field})"
                    probes.append(f"unsigned {struct}__{field} = {place};")
            found = self.assembled("-m" + bits, probes)
            if isinstance(found, str):
                raise AssertionError("the header does not compile: " + found[:500])
            if found is None:
                print(f"skipped: {self.compiler} compiles nothing for {bits} bits")
            else:
                self.layout[bits] = found


def kept(field, now):
    """The same, or what was reserved is put to use."""
    return field == now or field[0].startswith("reserved") and field[1].split()[:-1] == now[1].split()[:-1]


def append_only(old, new):
    """Structs grow at their ends, signatures and types stay, nothing goes."""
    problems = []
    for name, fields in old.structs.items():
        now = new.structs.get(name)
        if now is None:
            problems.append(f"struct {name} is gone")
        elif not all(i < len(now) and kept(field, now[i]) for i, field in enumerate(fields)):
            at = next(i for i, field in enumerate(fields) if i >= len(now) or not kept(field, now[i]))
            problems.append(f"{name}: field {at + 1} was `{fields[at][1]}`, is `{now[at][1] if at < len(now) else 'gone'}`")
    for kind in ("functions", "typedefs"):
        for name, text in getattr(old, kind).items():
            now = getattr(new, kind).get(name, "gone")
            if now != text:
                problems.append(f"{name} was `{text}`, is `{now}`")
    for name, fields in new.structs.items():
        if name in CLOSED:
            problems += [f"{name} is closed, and has grown"] if len(fields) > len(old.structs.get(name, fields)) else []
        elif fields[0] != ("struct_size", "uint32_t struct_size"):
            problems.append(f"{name} does not begin with struct_size")
    for name, text in old.macros.items():
        now = new.macros.get(name, "gone")
        grown = text.endswith("}") and now.startswith(text.rstrip("}"))
        if now != text and not grown and name not in new.values:
            problems.append(f"{name} was `{text}`, is `{now}`")
    return problems


def layout(old, new):
    """Fields stay where they were, as wide as they were; structs do not shrink."""
    problems, used = [], {}
    for name, fields in old.structs.items():
        for (field, _), (now, _) in zip(fields, new.structs.get(name, [])):
            if field.startswith("reserved"):
                used[f"{name}__{field}"] = f"{name}__{now}"
    for bits, fields in old.layout.items():
        for name, place in fields.items():
            now = new.layout.get(bits, {}).get(used.get(name, name))
            if name.startswith("size_of__"):
                if now is None or now < place:
                    problems.append(f"{bits} bits: {name[len('size_of__'):]} had {place} bytes, has {now}")
            elif now != place:
                problems.append(f"{bits} bits: {name.replace('__', '.')} is not where or as wide as it was")
    return problems


def constants(old, new):
    """Numbers are never changed, and never go."""
    return [f"{name} was {value}, is {new.values.get(name, 'gone')}" for name, value in old.values.items()
            if new.values.get(name) != value]


def nodes(text):
    return {version: set(re.findall(r"(\S+);", body.split("local:")[0].replace("global:", "")))
            for version, body in re.findall(r"^(ARCOLLECT_[\d.]+) \{(.*?)^\}", text, re.M | re.S)}


def exports(old_map, new_map, new, library):
    """Every function keeps its symbol version; the map spells out what the header declares and the library shows."""
    problems, now = [], nodes(new_map)
    for version, names in nodes(old_map).items():
        problems += [f"{name} is no more in {version}" for name in sorted(names - now.get(version, set()))]
    spelled = set().union(*now.values())
    problems += [f"lib/libarcollect.map: {name} is no name" for name in sorted(spelled) if not re.fullmatch(r"arc_\w+", name)]
    problems += [f"{name} is in the header or in the map, not in both" for name in sorted(spelled ^ set(new.functions))]
    if library:
        shown = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
        have = {tuple(symbol.replace("@@", "@").split("@")) for symbol in re.findall(r" [TDBR] (\S+@\S+)$", shown, re.M)}
        want = {(name, version) for version, names in now.items() for name in names}
        problems += [f"{'@'.join(symbol)} is in the map or in the library, not in both" for symbol in sorted(have ^ want)]
    return problems


def comments(root):
    """The comment that is above each function, or behind it, or above the run of declarations that it belongs to."""
    found = {}
    for name in sorted(os.listdir(os.path.join(root, "include", "arcollect"))):
        comment, pending = "", []
        text = read(root, "include", "arcollect", name)
        for part in re.findall(r"/\*\*(?:[^*]|\*(?!/))*\*/|^ARC_API[^;]*;|^(?:#|typedef)[^\n]*|^$", text, re.M):
            if part.startswith("/**<"):
                for function in pending:
                    found[function] = found.get(function, "") + part
            elif part.startswith("/**"):
                comment, pending = part, []
            elif part.startswith("ARC_API"):
                function = re.match(r"ARC_API[^;(]*?(\w+)\(", part).group(1)
                found[function], pending = comment, [function]
            else:
                comment = ""
    return found


def surface(root, new):
    """Every function has its row in ABI.md, a comment that says since when it is there, a test that calls it, and a
    wrapper in each binding."""
    page, said = read(root, "ABI.md"), comments(root)
    words = {}
    for what, folder in (("test", "tests"), ("wrapper in bindings/python", "bindings/python"), ("wrapper in bindings/go", "bindings/go")):
        texts = []
        for base, _, names in os.walk(os.path.join(root, folder)):
            if os.path.join("tests", "abi") not in base:
                texts += [read(base, name) for name in names if name.endswith((".c", ".h", ".py", ".go")) and name not in ("arcollect.c", "arcollect.h")]
        if texts:
            # A binding hands functions on by name, and makes those that post rows of the header.
            words[what] = set(re.findall(r"\b(arc_\w+)" + (r"\(" if what == "test" else ""), "\n".join(texts)))
            words[what] |= set() if what == "test" else {n for n in new.functions if n.startswith("arc_ledger_post_")}
            # Tests call some by macros that put the name together.
            words[what] |= {"arc_ledger_post_" + n for n in re.findall(r"(?:POST|TELL|C)\((?:\w+, )?(\w+)[,)]", "\n".join(texts))}
    problems = []
    for name in sorted(new.functions):
        if f"| `{name}` |" not in page:
            problems.append(f"{name} has no row in ABI.md")
        if not re.search(r"\bSince\s+(?:\*\s+)?\d+\.\d+", said.get(name, "")):
            problems.append(f"{name} has no comment that says since when it is there")
        problems += [f"{name} has no {what}" for what, there in words.items() if name not in there]
    return problems


def first_sizes(root, olds, new):
    """lib/struct_sizes.h says where each struct ended in the first release that had it, and nothing is read past it."""
    problems = []
    said = dict(re.findall(r"^#define ARC__FIRST_(arc_\w+) (.+)$", read(root, "lib", "struct_sizes.h"), re.M))
    wanted = {}
    for name, fields in new.structs.items():
        first = next((old.structs[name] for old in olds if name in old.structs), fields)
        if name not in CLOSED:
            wanted[name] = f"offsetof({name}, {fields[len(first)][0]})" if len(fields) > len(first) else f"sizeof({name})"
    for name in sorted(wanted.keys() | said.keys()):
        if said.get(name) != wanted.get(name):
            problems.append(f"lib/struct_sizes.h: ARC__FIRST_{name} is {said.get(name, 'missing')}, "
                            f"must be {wanted.get(name, 'gone')}")
    for name in sorted(os.listdir(os.path.join(root, "lib"))):
        if name.endswith(".c") and name not in ("error.c", "ledger_commands.c"):
            for call in re.findall(r"\barc__(?:read_struct|write_struct|check_rows)\(", read(root, "lib", name)):
                problems.append(f"lib/{name}: {call}...) is said as a macro of struct_sizes.h")
    return problems


def dump(library, include, out):
    subprocess.run(ABIDW + ["--headers-dir", include, "--out-file", out, library], check=True, capture_output=True)


def abidiff(old, new):
    """Any difference of the library's debug information but added functions."""
    done = subprocess.run(["abidiff", "--no-added-syms", old, new], capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if line.strip()] if done.returncode else []


def stored_dump(baseline):
    return os.path.join(baseline, os.uname().machine + ".abi")


def compared_dump(root, baseline, library):
    if not shutil.which("abidiff"):
        print("skipped: no abidiff (abigail-tools)")
        return []
    if not os.path.exists(stored_dump(baseline)):
        print(f"skipped: abidiff has nothing stored for {os.uname().machine}")
        return []
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "new.abi")
        dump(library, os.path.join(root, "include"), out)
        return abidiff(stored_dump(baseline), out)


def promises(baseline, new, new_map, library=None):
    """By check: what of a release is no more as it was."""
    old = Surface(read(baseline, "arcollect.h"), new.compiler)
    old.measure()
    print(f"against {os.path.basename(baseline)}: {len(old.functions)} functions, {len(old.structs)} structs with "
          f"{sum(len(fields) for fields in old.structs.values())} fields on {' and '.join(old.layout)} bits, {len(old.values)} numbers, "
          f"{len(old.macros) - len(old.values)} other macros")
    return {"append-only": append_only(old, new), "layout": layout(old, new), "constants": constants(old, new),
            "exports": exports(read(baseline, "libarcollect.map"), new_map, new, library)}


def write(root, compiler, library, kept):
    version = re.search(r"version: '(\d+\.\d+)", read(root, "meson.build")).group(1)
    folder = os.path.join(HERE, version)
    if any(any(problems.values()) for baseline, problems in kept.items() if baseline != folder):
        return 1
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "arcollect.h"), "w", encoding="utf-8") as f:
        f.write(header_of(root))
    for name, source in CLIENT.items():
        shutil.copy(os.path.join(root, source), os.path.join(folder, name))
    shutil.copy(os.path.join(root, "lib", "libarcollect.map"), folder)
    if shutil.which("abidw"):
        dump(library, os.path.join(root, "include"), stored_dump(folder))
    print(f"stored in {folder}")
    tables = os.path.join(root, "tests", "structure", "abi.py")
    return subprocess.run([sys.executable, tables, root, compiler, "--write"], check=False).returncode


def main():
    root, compiler = sys.argv[1:3]
    library = sys.argv[3] if len(sys.argv) > 3 else None
    new, new_map = Surface(header_of(root), compiler), read(root, "lib", "libarcollect.map")
    new.measure()
    kept = {baseline: promises(baseline, new, new_map, library) for baseline in releases()}
    if "--write" in sys.argv:
        return write(root, compiler, library, kept)
    olds = [Surface(read(baseline, "arcollect.h"), compiler) for baseline in releases()]
    kept[root] = {"surface": surface(root, new), "first sizes": first_sizes(root, olds, new)}
    if library:
        kept[root]["abidiff"] = compared_dump(root, releases()[-1], library)
    wrong = 0
    for results in kept.values():
        for name, problems in results.items():
            wrong += len(problems)
            for problem in problems[:10]:
                print(f"{name}: {problem}")
            if len(problems) > 10:
                print(f"{name}: and {len(problems) - 10} more")
    if wrong:
        print("What was released stays: structs grow at their ends, and lib/struct_sizes.h says where they ended at first.\n"
              "What is new, or of a release that is not out yet, is stored by: ninja -C BUILD abi-write")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
