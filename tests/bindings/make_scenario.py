#!/usr/bin/env python3
"""Says scenario.json in C: what it prints is compiled with scenario.c.

usage: make_scenario.py HEADER GENERATE SCENARIO    HEADER: arcollect.h as one file or its folder; GENERATE: generate.py
"""
import datetime
import importlib.util
import json
import os
import re
import sys


MARKS = {"matching": "ARC_DAY_IS_MATCHED", "planning": "ARC_DAY_IS_PLANNED", "day_run": "ARC_DAY_IS_RUN", "period_close": "ARC_DAY_IS_CLOSED"}


def load(path):
    spec = importlib.util.spec_from_file_location("generate", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def day(text):
    return str((datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days) if text else "ARC_DAY_NONE"


def string(text):
    """A C string of UTF-8, without what a compiler may take for something else."""
    out = ""
    for byte in text.encode():
        plain = 32 <= byte < 127 and chr(byte) not in '"\\?'
        out += chr(byte) if plain else f"\\{byte:03o}"
    return f'"{out}"'


class Writer:
    def __init__(self, header, generate, script):
        self.structs = generate.structs(header)
        self.defaults = {name: generate.defaults(header, name, fields) for name, (fields, _) in self.structs.items()}
        self.count_of = generate.count_of
        self.row_of = dict(re.findall(r"arc_ledger_post_(\w+)\(arc_ledger \*ledger,\s+const (arc_\w+) \*rows", header))
        self.script, self.out, self.steps, self.number = script, [], [], 0

    # ---- rows ----

    def name(self):
        self.number += 1
        return f"rows_{self.number}"

    def array(self, struct, rows):
        """The name of an array of structs, written down before."""
        name, values = self.name(), [self.row(struct, given) for given in rows]
        self.out.append(f"static const {struct} {name}[] = {{{', '.join(values)}}};")
        return name

    def row(self, struct, given):
        fields, cells, known = self.structs[struct][0], [f".struct_size = (uint32_t)sizeof({struct})"], {f.name for f in self.structs[struct][0]}
        assert set(given) <= known, f"{struct} has no {set(given) - known}"
        for field in fields:
            if field.name in given:
                cells += self.cell(field, given[field.name], fields)
            elif field.c_type == "arc_day":
                cells.append(f".{field.name} = ARC_DAY_NONE")
            elif field.name in self.defaults[struct]:
                cells.append(f".{field.name} = {self.defaults[struct][field.name]}")
        return "{" + ", ".join(cells) + "}"

    def cell(self, field, value, fields):
        plain = field.c_type.replace("const ", "")
        if plain == "arc_text" and field.array:
            return [f".{field.name} = {{{', '.join(f'ARC_TEXT({string(one)})' for one in value)}}}"]
        if plain == "arc_text":
            return [f".{field.name} = ARC_TEXT({string(value)})"]
        if plain == "arc_day":
            return [f".{field.name} = {day(value)}"]
        if plain == "char":
            return [f".{field.name} = {string(value)}"]
        if not plain.endswith(" *"):
            return [f".{field.name} = {value}"]
        count = self.count_of(field, fields)
        if plain == "arc_text *":
            name = self.name()
            self.out.append(f"static const arc_text {name}[] = {{{', '.join(f'ARC_TEXT({string(one)})' for one in value)}}};")
        else:
            name = self.array(plain[:-2], value if count else [value])
        return [f".{field.name} = {name}"] + ([f".{count} = {len(value)}"] if count else [])

    # ---- steps ----

    def say(self, line):
        self.steps.append("  " + line)

    def status(self, call, step, struct=None):
        """A call, and the status and error detail that it has to end with."""
        want = step.get("error", {})
        field = next((at for at, one in enumerate(self.structs[struct][0]) if one.name == want["field"]), None) if "field" in want else 0
        self.say(f'ended(s, {string(self.where)}, {call}, {want.get("status", step.get("is", "ARC_OK"))}, {want.get("record", 0)}, {field}, '
                 f'{want.get("line", 0)}, {want.get("column", 0)}, {string(want.get("text", ""))});')

    def table(self, call, step, struct=None):
        self.status(call, step, struct)
        if "error" in step:
            return
        name, cells = self.name(), [cell for row in [step["columns"], *step["rows"]] for cell in row]
        self.out.append(f"static const char *const {name}[] = {{{', '.join(string(cell) for cell in cells)}}};")
        self.say(f'listed(s, {string(self.where)}, {name}, {len(step["columns"])}, {len(step["rows"])}, {step.get("count", len(step["rows"]))});')

    def text(self, value):
        return f"{string(value)}, {len(value.encode())}"

    def write(self, steps, path="steps"):
        for at, step in enumerate(steps):
            self.where = f"{path}[{at}]"
            getattr(self, "do_" + next(iter(step)))(step)

    def do_clock(self, step):
        self.status(f"arc_ledger_set_clock(s->ledger, (int64_t){day(step['clock'])} * 86400000, &s->err)", step)

    def do_post(self, step):
        struct = self.row_of[step["post"]]
        rows = self.array(struct, step["rows"])
        self.status(f"arc_ledger_post_{step['post']}(s->ledger, {rows}, {len(step['rows'])}, &s->err)", step, struct)

    def do_mark(self, step):
        self.status(f"arc_ledger_post_day(s->ledger, {day(step['day'])}, {MARKS[step['mark']]}, &s->err)", step)

    def within(self, step, word, end):
        self.say("arc_batch_begin(s->ledger, NULL);")
        where = self.where
        self.write(step[word], f"{where}.{word}")
        self.where = where
        end()

    def do_batch(self, step):
        self.within(step, "batch", lambda: self.status("arc_batch_commit(s->ledger, &s->err)", step))

    def do_abort(self, step):
        self.within(step, "abort", lambda: self.say("arc_batch_abort(s->ledger);"))

    def compare(self, what, struct, want):
        for field in self.structs[struct][0]:
            if field.name in want:
                value, label = want[field.name], string(f"{self.where} {field.name}")
                if field.c_type == "arc_text":
                    yield f"same_text({label}, {what}->{field.name}, {string(value)});"
                elif field.c_type == "char":
                    yield f"same_string({label}, {what}->{field.name}, {string(value)});"
                else:
                    yield f"same_number({label}, (int64_t){what}->{field.name}, {day(value) if field.c_type == 'arc_day' else value});"

    def do_run(self, step):
        checks = []
        for message in step.get("offered", []):
            checks.append(self.name())
            self.out.append(f"static void {checks[-1]}(const arc_message *message) {{ {' '.join(self.compare('message', 'arc_message', message))} }}")
        name = self.name()
        self.out.append(f"static void (*const {name}[])(const arc_message *) = {{{', '.join([*checks, 'NULL'])}}};")
        self.say(f"s->checks = {name}, s->offered = 0;")
        self.status(f"arc_collector_run_day(s->collector, {day(step['run'])}, &s->did, &s->err)", step)
        self.say(f'same_number({string(self.where + " offered")}, (int64_t)s->offered, {len(checks)});')
        numbers = {f.name: 0 for f in self.structs["arc_day_report"][0] if f.name not in ("struct_size", "day")}
        for line in self.compare("(&s->did)", "arc_day_report", {**numbers, **step.get("did", {})}):
            self.say(line)

    def do_train(self, step):
        self.status(f"arc_scorer_train(s->scorer, {day(step['train'])}, &s->err)", step)
        self.say(f"model_size({string(self.where)}, s, {step['bytes']});")

    def do_reply(self, step):
        self.table(f"arc_collector_reply(&s->report, s->collector, {self.array('arc_incoming', [step['reply']])}, &s->err)", step, "arc_incoming")

    def do_answer(self, step):
        answer = self.array("arc_match_answer", [{**step["with"], "answer": "ARC_ANSWER_" + step["answer"].upper()}])
        self.status(f"arc_matcher_answer(s->matcher, {answer}, &s->err)", step, "arc_match_answer")

    def do_ask(self, step):
        word, key = step["ask"], self.text(step["key"]) if "key" in step else ""
        on = {"as_of": step["day"]} if "day" in step else {}
        given = {
            "report": ("arc_query", lambda: step["with"]),
            "forecast": ("arc_forecast_options", lambda: step["with"]),
            "aging": ("arc_metrics_query", lambda: {"report": "ARC_METRICS_AGING", **step["with"]}),
            "metrics": ("arc_metrics_query", lambda: {"report": "ARC_METRICS_FIGURES", "days": step["days"], "by": "ARC_BY_CURRENCY", **on}),
            "worklist": ("arc_score_query", lambda: {"report": "ARC_SCORE_WORKLIST", "limit": step["limit"], **on}),
            "why": ("arc_score_query", lambda: {"report": "ARC_SCORE_PRIORITY", "customer": step["key"], **on}),
            "predict": ("arc_score_query", lambda: {"report": "ARC_SCORE_PREDICTIONS", "customer": step["key"], **on}),
            "explain": ("arc_score_query", lambda: {"report": "ARC_SCORE_EXPLANATION", "invoice": step["key"],
                                                    "instalment": step["instalment"], **on}),
            "customers": ("arc_score_query", lambda: {"report": "ARC_SCORE_CUSTOMERS", **on}),
        }
        calls = {
            "report": "arc_ledger_report(&s->report, s->ledger", "forecast": "arc_scorer_forecast(&s->report, s->scorer",
            "aging": "arc_metrics_report(&s->report, s->ledger", "metrics": "arc_metrics_report(&s->report, s->ledger",
            "propose": f"arc_matcher_propose(&s->report, s->matcher, {key}", "match_why": f"arc_matcher_why(&s->report, s->matcher, {key}",
            "cadence_why": f"arc_cadence_why(&s->report, s->cadence, {key}", "coverage": "arc_cadence_coverage(&s->report, NULL, s->cadence",
            "exceptions": "arc_collector_exceptions(&s->report, s->collector", "preview": "arc_collector_preview(&s->report, s->collector",
        }
        struct, options = given.get(word, (None, None))
        arguments = self.array(struct, [options()]) if struct else ", ".join(day(step[name]) for name in ("day", "to") if name in step)
        self.table(f"{calls.get(word, 'arc_scorer_report(&s->report, s->scorer')}, {arguments}, &s->err)", step, struct)

    def do_balance(self, step):
        self.say(f"balance({string(self.where)}, s, {self.text(step['balance'])}, {string(step['currency'])}, {day(step['day'])}, "
                 f"{step['receivable']}, {step['unapplied']});")

    def do_journal(self, step):
        self.say(f"journal({string(self.where)}, s, {step['journal']['next']}, {string(step['journal']['head'])});")

    def do_reopen(self, step):
        self.say("reopen(s);")

    def do_snapshot(self, step):
        self.status("arc_ledger_snapshot(s->ledger, &s->err)", step)

    def program(self):
        self.write(self.script["steps"])
        answers = ", ".join(f"{{{string(customer)}, ARC_{answer}}}" for customer, answer in self.script["transport"].items())
        return "\n".join([
            '#include "scenario.h"', "", *self.out, "",
            f"const transport_answer scenario_answers[] = {{{answers}, {{NULL, ARC_SENT}}}};",
            f"const char scenario_book[] = {string(self.script['book'])}, scenario_currency[] = {string(self.script['currency'])};",
            f"const long scenario_bytes = {self.script['file_bytes']};", "", "void scenario_steps(story *s) {", *self.steps, "}", ""])


def main():
    header, generate, scenario = sys.argv[1:]
    with open(scenario, encoding="utf-8") as f:
        script = json.load(f)
    text = ""
    for name in sorted(os.listdir(header)):
        with open(os.path.join(header, name), encoding="utf-8") as f:
            text += f.read()
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    print(Writer(text, load(generate), script).program(), end="")


if __name__ == "__main__":
    main()
