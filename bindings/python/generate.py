"""What is made of the public header: the declarations for cffi, and three Python modules.

Every struct, function and number of the header is there, so that nothing is forgotten when the header grows.
"""
import keyword
import os
import re

# Numbers that belong together: prefix, name of the class, whether its values are bits.
FAMILIES = (
    ("ARC_CHANNEL_", "Channel", False), ("ARC_TONE_", "Tone", False), ("ARC_ROLE_", "Role", False),
    ("ARC_HOW_", "How", False), ("ARC_CREDIT_", "CreditKind", False), ("ARC_CHARGE_", "ChargeKind", False),
    ("ARC_TOUCH_", "TouchStatus", False), ("ARC_REPORT_", "ReportKind", False), ("ARC_FAULT_", "Fault", True),
    ("ARC_CUSTOMER_", "CustomerFlag", True), ("ARC_CHECK_", "Check", True), ("ARC_VERDICT_", "Verdict", False),
    ("ARC_MADE_", "MadeOf", False), ("ARC_PHASE_", "Phase", False), ("ARC_BY_", "By", False),
    ("ARC_AGING_BY_", "AgingBasis", False), ("ARC_PERIOD_", "Period", False), ("ARC_FORECAST_BY_", "ForecastBy", False),
    ("ARC_MOMENT_", "Moment", True), ("ARC_UNMATCHED_", "Unmatched", False), ("ARC_ADJUST_", "Adjust", False),
    ("ARC_DAY_COUNT_", "DayCount", False), ("ARC_ROUND_", "Rounding", False), ("ARC_COLUMN_", "ColumnType", False),
    ("ARC_COLLECTOR_", "CollectorFlag", True), ("ARC_INCOMING_", "IncomingFlag", True), ("ARC_DAY_IS_", "DayIs", False),
    ("ARC_END_", "EndKind", False), ("ARC_WRITEOFF_", "WriteoffKind", False), ("ARC_ANSWER_", "Answer", False),
    ("ARC_METRICS_", "MetricsKind", False), ("ARC_SCORE_", "ScoreKind", False), ("ARC_BACKTEST_", "BacktestOf", False),
    ("ARC_CALENDAR_", "DayKind", False),
    ("ARC_ROWS_", "Rows", False),
)
# Not numbers of their own, or of a compiler.
NOT_CONSTANTS = re.compile(r"ARC_API$|ARC_NUL_TERMINATED$|ARC_VERSION_|ARCOLLECT_|ARROW_|ARC__|\w+_INIT$")
# 64-bit fields that are no amounts.
NO_MONEY = {"instant", "not_before", "rate_invoice", "rate_credit"}
# Structs that hold functions or handles, which the modules by hand take care of.
BY_HAND = {"arc_error", "arc_text", "arc_allocator", "arc_storage", "arc_transport", "arc_ledger_options", "arc_reply_model",
           "arc_collector_options", "arc_reply"}


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def constants(text):
    """Names and values of the header's numbers, in its order."""
    found = {}
    for name, value in re.findall(r"^#define (\w+)[ \t]+(.+?)[ \t]*$", without_comments(text), re.M):
        value = value.replace("INT32_MIN", "(-2147483648)")
        if NOT_CONSTANTS.match(name) or not re.fullmatch(r"[\d\s()<u|x-]+", value):
            continue
        found[name] = eval(re.sub(r"\bu\b|(?<=\d)u", "", value), {"__builtins__": {}})  # noqa: S307 digits and brackets alone
    return found


def declarations(path):
    """The header as cffi wants it."""
    text = read(path)
    numbers = "".join(f"#define {name} {value}\n" for name, value in constants(text).items())
    plain = re.sub(r"\\\n", " ", without_comments(text))
    plain = re.sub(r"^[ \t]*#.*$", "", plain, flags=re.M).replace("ARC_API ", "")
    plain = re.sub(r'extern "C" \{', "", plain)
    plain = re.sub(r"^\}[ \t]*$", "", plain, flags=re.M)
    return numbers + re.sub(r"\n{2,}", "\n", plain)


class Field:
    def __init__(self, c_type, name, array, doc):
        self.c_type, self.name, self.array, self.doc = c_type, name, array, doc
        self.python = name + "_" if keyword.iskeyword(name) else name


def camel(name):
    return "".join(part.capitalize() for part in name[len("arc_"):].split("_"))


def words(comment):
    """The text of a comment, without its marks."""
    text = re.sub(r"^[ \t]*(/\*\*<?|\*/|\*)[ \t]?", "", comment.strip(), flags=re.M)
    return re.sub(r"\s+", " ", re.sub(r"[ \t]*\*/[ \t]*$", "", text, flags=re.M)).strip().replace("\\", "/")


def structs(text):
    """Each struct's fields and comment, in the order of the header."""
    found = {}
    pattern = re.compile(r"(/\*\*(?:(?!\*/).)*\*/\n)?typedef struct (arc_\w+) \{\n(.*?)\n\} \2;", re.S)
    for comment, name, body in pattern.findall(text):
        fields = []
        for declared, doc in re.findall(r"([^;{}]+);[ \t]*((?:/\*\*<.*?\*/)?)", re.sub(r"/\*(?!\*<).*?\*/", "", body, flags=re.S), re.S):
            declared = " ".join(declared.split())
            if "(" in declared:
                fields.append(Field("function", re.search(r"\(\*(\w+)\)", declared).group(1), "", words(doc)))
                continue
            c_type, names = re.match(r"((?:const )?\w+ ?)(.*)", declared).groups()
            for one in names.split(","):
                stars, field, array = re.match(r"\s*(\**)(\w+)((?:\[\w+\])?)", one).groups()
                fields.append(Field(c_type.strip() + (" *" if stars else ""), field, array[1:-1], words(doc)))
        found[name] = (fields, words(comment))
    return found


def defaults(text, name, fields):
    """What the struct's INIT macro gives its fields other than nothing."""
    macro = re.search(rf"^#define \w+_INIT[ \t\\\n]*\{{\(uint32_t\)sizeof\({name}\)((?:[^\n]*\\\n)*[^\n]*)", text, re.M)
    if not macro:
        return {}
    values = re.sub(r"\{[^{}]*\}", "0", re.sub(r"\{[^{}]*\}", "0", macro.group(1).replace("\\\n", " "))).strip().strip("{},").split(",")
    return {field.name: int(value) for field, value in zip(fields[1:], (v.strip(" }") for v in values)) if re.fullmatch(r"-?[1-9]\d*", value)}


def count_of(field, fields):
    """The field that counts what a pointer points to."""
    one = field.name[:-3] + "y" if field.name.endswith("ies") else field.name
    for other in fields:
        if other.name.endswith("_count") and one.startswith(other.name[: -len("_count")]):
            return other.name
    return None


def kind(field, fields, known, numbers):
    """Kind, annotation, default and detail of a field in Python; None if it has none."""
    size = int(numbers.get(field.array, field.array or 0)) if field.array else 0
    plain = field.c_type.replace("const ", "")
    if field.name.startswith("reserved") or field.name == "struct_size":
        return None
    if field.c_type == "arc_text":
        return ("texts_in", "Sequence[str]", "()", size) if size else ("text", "str", '""', None)
    if field.c_type == "char" and size:
        return "chars", "str", '""', size
    if field.c_type == "arc_day":
        return "day", "date | None", "None", None
    if field.c_type == "int64_t":
        if field.name in NO_MONEY:
            return "int", "int", "0", None
        return ("money_in", "Sequence[Amount]", "()", size) if size else ("money", "Amount", "0", None)
    if plain in ("int32_t", "uint32_t", "uint64_t"):
        return ("ints_in", "Sequence[int]", "()", size) if size else ("int", "int", "0", None)
    if plain == "arc_text *":
        return "texts", "Sequence[str]", "()", count_of(field, fields)
    if plain in ("int32_t *", "uint32_t *"):
        return "ints", "Sequence[int]", "()", (count_of(field, fields), plain[:-2])
    if plain.endswith(" *") and plain[:-2] in known:
        name, count = plain[:-2], count_of(field, fields)
        if count:
            return "rows", f"Sequence[{camel(name)}]", "()", (count, camel(name))
        return "row", f"{camel(name)} | None", "None", camel(name)
    if plain == "arc_calendar *":
        return "handle", "Any", "None", None
    return None


def row_module(text):
    all_structs, numbers = structs(text), constants(text)
    known = {name for name in all_structs if name not in BY_HAND}
    out = ['"""The library\'s structs as dataclasses, made of arcollect.h: what its commands take, and what it tells. Not to be edited.',
           "", "Amounts are of the currency that the row, its customer or its invoice is in: see arcollect.Amount.", '"""',
           "from __future__ import annotations", "", "from collections.abc import Sequence", "from dataclasses import dataclass",
           "from datetime import date", "from typing import Any, ClassVar", "", "from ._base import Amount, Row", ""]
    names = []
    for name in all_structs:
        if name not in known:
            continue
        fields, comment = all_structs[name]
        counts = {count_of(f, fields) for f in fields if f.c_type.endswith("*")}
        given = defaults(text, name, fields)
        table, lines, docs = [], [], []
        for position, field in enumerate(fields):
            described = kind(field, fields, known, numbers)
            if field.name in counts or described is None:
                continue
            what, annotation, default, detail = described
            lines.append(f"    {field.python}: {annotation} = {given.get(field.name, default)}")
            table.append(f"        ({field.python!r}, {field.name!r}, {what!r}, {detail!r}),")
            docs.append(f"    {field.python}: {field.doc.replace('minor units', 'money')}" if field.doc else f"    {field.python}")
        names.append(camel(name))
        out += ["", "@dataclass(kw_only=True)", f"class {camel(name)}(Row):", f'    """{comment or camel(name) + "."}', "", *docs, '    """', "",
                f"    STRUCT: ClassVar[str] = {name!r}",
                "    FIELDS: ClassVar[tuple[tuple[str, str, str, Any], ...]] = (", *table, "    )",
                *lines, ""]
    out += ["", f"__all__ = {names!r}", ""]
    return "\n".join(out)


def constant_docs(text):
    """What the header says beside its numbers, and before the first one of a run of them."""
    beside = {name: words(doc) for name, doc in re.findall(r"^#define (\w+)[ \t]+[^\n/]+/\*\*<(.*?)\*/", text, re.M | re.S)}
    before = {name: words(doc) for doc, name in re.findall(r"^(/\*\*[^<](?:(?!\*/).)*\*/)\n#define (\w+)", text, re.M | re.S)}
    return beside, before


def constant_module(text):
    numbers = constants(text)
    beside, before = constant_docs(text)
    prefixes = sorted((prefix for prefix, _, _ in FAMILIES), key=len, reverse=True)
    out = ['"""The numbers of arcollect.h, without ARC_, and those that belong together as enumerations. Not to be edited."""',
           "from enum import IntEnum, IntFlag", ""]
    out += [f"{name[len('ARC_'):]} = {value}" for name, value in numbers.items()]
    for prefix, name, bits in FAMILIES:
        members = {n[len(prefix):]: v for n, v in numbers.items() if next((p for p in prefixes if n.startswith(p)), "") == prefix}
        first = next(iter(members))
        docs = [f"    {member}: {beside[prefix + member]}" for member in members if prefix + member in beside]
        about = '    """' + before.get(prefix + first, prefix + "* of arcollect.h.")
        out += ["", "", f"class {name}({'IntFlag' if bits else 'IntEnum'}):"]
        out += [about, "", *docs, '    """', ""] if docs else [about + '"""', ""]
        out += [f"    {member if member.isidentifier() else '_' + member} = {value}" for member, value in members.items()]
    return "\n".join([*out, "", f"__all__ = {[name for _, name, _ in FAMILIES]!r}", ""])


def post_module(text):
    """A method for each command that takes rows."""
    out = ['"""The ledger\'s commands that take rows, made of arcollect.h. Not to be edited."""', "from __future__ import annotations", "",
           "from collections.abc import Iterable, Mapping", "from typing import Any", "", "from . import rows as _rows", "from ._base import Row", "",
           "", "class Posts:", '    """Commands. Each records all of its rows or none; False: they were recorded before."""', "",
           "    def _post(self, function: str, kind: type[Row], rows: Any) -> bool:", "        raise NotImplementedError", ""]
    pattern = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\nARC_API arc_status arc_ledger_(post_\w+)\(arc_ledger \*ledger,\s+const (arc_\w+) \*rows", re.S)
    of_kind = {}
    for comment, name, row in pattern.findall(text):
        row = camel(row)
        of_kind.setdefault(row, name)
        comment = words(comment).replace(" Since 0.1.", "")
        out += [f"    def {name}(self, rows: _rows.{row} | Mapping[str, Any] | Iterable[_rows.{row} | Mapping[str, Any]]) -> bool:",
                f'        """{comment} """' if comment.endswith('"') else f'        """{comment}"""', f'        return self._post("arc_ledger_{name}", _rows.{row}, rows)', ""]
    out += ["", "COMMANDS: dict[type[Row], str] = {"] + [f'    _rows.{row}: "arc_ledger_{name}",' for row, name in of_kind.items()] + ["}", ""]
    return "\n".join(out)


def write_modules(header, folder):
    text = read(header)
    for name, content in (("rows", row_module(text)), ("constants", constant_module(text)), ("_posts", post_module(text))):
        path = os.path.join(folder, name + ".py")
        with open(path, "w", encoding="utf-8", newline="\n") as f:
            f.write(content)
