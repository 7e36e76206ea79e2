#!/usr/bin/env python3
"""Writes the wrappers of sweep.h: one for every public function that can fail and tells how.

usage: make_sweep.py ROOT sweep_wrappers.c     to be linked with --wrap=NAME for each of the functions
       make_sweep.py ROOT --flags              prints those link arguments, one per line
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "structure"))
from abi import headers

BY_HAND = {"arc_ledger_open"}  # in sweep.c: its storage is wrapped, too
PLAIN = {"arc_ledger_describe"}  # copies what the sweep itself looks at
WAYS = {"arc_batch_commit": "SWEEP_DROPS", "arc_batch_bytes": "SWEEP_DROPS", "arc_ledger_post_arrow": "SWEEP_READS",
        "arc_collector_run_day": "SWEEP_IN_PARTS",
        "arc_collector_send": "SWEEP_IN_PARTS",
        "arc_ledger_drop_journal": "SWEEP_IN_PARTS"}


def functions(text):
    """Name and parameters of what returns a status and has an arc_error to explain it."""
    for name, parameters in re.findall(r"^ARC_API arc_status (\w+)\(([^;]*)\);", text, re.M):
        parameters = [" ".join(p.split()) for p in parameters.split(",")]
        if parameters[-1] == "arc_error *err" and name not in PLAIN:
            yield name, parameters


def wrapper(name, parameters):
    names = [re.search(r"(\w+)(\[\d*\])?$", p).group(1) for p in parameters]
    full = ", ".join(parameters)
    watch = f"  if (status >= 0 && {names[0]}) sweep_watch(*{names[0]});\n" if parameters[0].startswith("arc_ledger **") else ""
    return (f"arc_status __real_{name}({full});\n"
            f"arc_status __wrap_{name}({full});\n"
            f"arc_status __wrap_{name}({full}) {{\n"
            f"  struct sweep s;\n"
            f"  arc_status status = ARC_OK;\n"
            f"  sweep_begin(&s, \"{name}\", {WAYS.get(name, 'SWEEP_AGAIN')}, err);\n"
            f"  while (sweep_try(&s)) {{\n"
            f"    status = __real_{name}({', '.join(names)});\n"
            f"    sweep_tell(&s, status);\n"
            f"  }}\n"
            f"{watch}"
            f"  return status;\n"
            f"}}\n")


def main():
    root, out = sys.argv[1:]
    found = list(functions(headers(root)))
    if out == "--flags":
        print("\n".join(f"-Wl,--wrap={name}" for name in sorted([name for name, _ in found] + ["arc_ledger_close"])))
        return
    with open(out, "w", encoding="utf-8") as f:
        f.write('#include "sweep.h"\n\n')
        f.write("\n".join(wrapper(*each) for each in found if each[0] not in BY_HAND))


if __name__ == "__main__":
    main()
