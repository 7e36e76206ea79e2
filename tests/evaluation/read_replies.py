#!/usr/bin/env python3
"""Lets the reader read the data folder's replies, dates and far sentences, as predictions for the evaluator.

usage: read_replies.py READ_REPLIES DATA OUT_FOLDER      writes classes.csv, dates_sentence.csv, dates_span.csv; prints false alarms
"""

import collections
import csv
import datetime
import os
import re
import subprocess
import sys

CLASSES = {
    0: "other",
    1: "dispute",
    2: "promise",
    3: "paid",
    4: "document",
    5: "document",
    6: "plan",
    7: "process",
    8: "other",
    9: "other",
    10: "other",
    11: "opt_out",
    12: "other",
}
LOCALES = {"en": "en-US", "en-US": "en-US", "en-GB": "en-GB", "de": "de", "fr": "fr", "es": "es"}


def read(program, rows):
    """rows: (id, day, language, text)"""
    text = "".join("\t".join([str(r[0]), r[1], r[2], re.sub(r"[\t\r\n]", " ", r[3])]) + "\n" for r in rows)
    out = subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def single_day(row):
    """The day that a row asks for, as a promise means it: the later reading, from the day of writing to a year ahead."""
    days = [
        d[:10]
        for d in row["value"].split(";")
        if re.match(r"\d{4}-\d\d-\d\d", d) and not d.startswith("0001")
    ]
    single = row["type"] == "date" or (row["type"] == "instant" and row["grain"] == "Day")
    holiday = row["note"] and not row["note"].startswith(("chrono", "custom"))
    if not single or not days or holiday:
        return ""
    written = datetime.date.fromisoformat(row["reference"][:10])
    return (
        max(days)
        if written <= datetime.date.fromisoformat(max(days)) <= written + datetime.timedelta(366)
        else ""
    )


def tell_dates(name, rows, got):
    """How many of the single days ahead are right and wrong, by language and by source."""
    scores = collections.defaultdict(lambda: [0, 0, 0])
    for g in got:
        row = rows[int(g[0])]
        asked = single_day(row)
        if asked:
            for key in ("all", row["locale"][:2], row["source"]):
                score = scores[key]
                score[0] += 1
                score[1] += g[4] == asked
                score[2] += g[4] not in ("", asked)
    for key, (n, right, wrong) in sorted(scores.items()):
        print(f"dates, {name}, {key}: {n} days ahead, right {right / n:.3f}, wrong {wrong / n:.3f}")


def classes(found):
    return list(dict.fromkeys(CLASSES[int(k)] for k in found.split("+")))


def main():
    program, data, folder = sys.argv[1:]
    with open(os.path.join(data, "replies/ar_replies.csv"), encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    got = read(
        program, [(r["set"] + ":" + r["id"], r["as_of"][:10] or "2025-01-15", "", r["text"]) for r in rows]
    )
    with open(os.path.join(folder, "classes.csv"), "w", encoding="utf-8") as f:
        f.write("id,label,confidence,date\n")
        for r, g in zip(rows, got):
            f.write(f"{g[0]},{'+'.join(classes(g[1]))},{int(g[2]) / 1e6},{g[4]}\n")
    with open(os.path.join(folder, "decided.csv"), "w", encoding="utf-8") as f:
        f.write("id,decided\n" + "".join(f"{g[0]},{g[3]}\n" for g in got))

    with open(os.path.join(data, "dates/date_expressions.csv"), encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    for name, of in (("span", lambda r: r["match"] or r["text"]), ("sentence", lambda r: r["text"])):
        asked = [
            (k, r["reference"][:10], LOCALES[r["locale"]], of(r))
            for k, r in enumerate(rows)
            if r["locale"] in LOCALES and re.match(r"\d{4}-(0[1-9]|1[0-2])-\d\d", r["reference"])
        ]
        got = read(program, asked)
        with open(os.path.join(folder, f"dates_{name}.csv"), "w", encoding="utf-8") as f:
            f.write("id,date\n" + "".join(f"{g[0]},{g[4]}\n" for g in got))
        tell_dates(name, rows, got)
    for name in ("banking77_payments_train", "clinc150_subset_val"):
        with open(os.path.join(data, f"replies/{name}.csv"), encoding="utf-8") as f:
            far = [row[0] for row in list(csv.reader(f))[1:]]
        got = read(program, [(i, "2025-01-15", "", text) for i, text in enumerate(far)])
        claimed = [g for g in got if classes(g[1])[0] != "other"]
        acted = [g for g in got if g[3] == "1" and classes(g[1])[0] != "other"]
        print(
            f"{name}: {len(far)} sentences, claimed {len(claimed) / len(far):.3f}, decided {len(acted) / len(far):.3f}"
        )


if __name__ == "__main__":
    main()
