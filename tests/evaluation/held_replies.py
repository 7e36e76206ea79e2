#!/usr/bin/env python3
"""Measures the reader on the project's own replies that its model was never trained on.

usage: held_replies.py READ_REPLIES GENERATOR [WHICH]       WHICH: held (default), held-families, or a file such as
                                                            foreign_replies.txt

Prints accuracy, precision, recall and F1 of each kind, the share that it is sure of and how often that is
right, by language and by confidence. Fails if what it is sure of is right less often than 98 %, or if
accuracy is below 0.8 or less than 35 % are sure (held), or if it is sure of less than 20 % (a file).
"""

import collections
import subprocess
import sys

KINDS = (
    "other dispute promise paid copy document plan process wrong_contact absent legal opt_out thanks".split()
)


def read(program, rows):
    text = "".join(f"{i}\t2025-01-15\t\t{row[2]}\n" for i, row in enumerate(rows))
    out = subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def replies(generator, which):
    """Rows of kinds, language and text."""
    if not which.endswith(".txt"):
        made = subprocess.run([sys.executable, generator, which, "8"], capture_output=True, text=True, check=True)
        return [line.split("\t") for line in made.stdout.splitlines()]
    rows = []
    with open(which, encoding="utf-8") as f:
        for line in f.read().splitlines():
            if line.startswith("="):
                language, *kinds = line[1:].split()
                kinds = "+".join(str(KINDS.index(k.replace("none", "other"))) for k in kinds)
            elif line and not line.startswith("#"):
                rows.append([kinds, language, line])
    return rows


def share(hits):
    return sum(hits) / len(hits) if hits else 0.0


def main():
    program, generator = sys.argv[1:3]
    which = sys.argv[3] if len(sys.argv) > 3 else "held"
    rows = replies(generator, which)
    true, found, false, missed = (collections.Counter() for _ in range(4))
    right, sure, bins = (
        collections.defaultdict(list),
        collections.defaultdict(list),
        collections.defaultdict(list),
    )
    for row, got in zip(rows, read(program, rows)):
        of, kinds = {int(k) for k in row[0].split("+")}, [int(k) for k in got[1].split("+")]
        right[row[1]].append(kinds[0] in of)
        if kinds[0]:
            bins[int(got[2]) // 100000].append(kinds[0] in of)
        if got[3] == "1":
            sure[row[1]].append(set(kinds) <= of)
            if not sure[row[1]][-1]:
                print("wrong:", "+".join(KINDS[k] for k in kinds), "for", "+".join(KINDS[k] for k in of), row[2])
        for k in of | set(kinds):
            (found if k in of and k in kinds else false if k in kinds else missed)[k] += 1
    scores = []
    for k, name in enumerate(KINDS):
        p, r = found[k] / max(1, found[k] + false[k]), found[k] / max(1, found[k] + missed[k])
        scores.append(2 * p * r / (p + r) if p + r else 0.0)
        print(f"{name:14} precision {p:.3f} recall {r:.3f} F1 {scores[-1]:.3f}")
    for language in right:
        print(
            f"{language}: {len(right[language])} messages, accuracy {share(right[language]):.3f}, sure of "
            f"{len(sure[language]) / len(right[language]):.3f}, right {share(sure[language]):.3f}"
        )
    print(
        "by confidence:",
        ", ".join(f"{b / 10:.1f}: {share(hits):.3f} of {len(hits)}" for b, hits in sorted(bins.items())),
    )
    every, acted = sum(right.values(), []), sum(sure.values(), [])
    print(
        f"{len(every)} messages: accuracy {share(every):.3f}, macro F1 {sum(scores) / len(scores):.3f}, sure of "
        f"{len(acted) / len(every):.3f}, right {share(acted):.3f}"
    )
    held = which == "held" and (len(every) < 1000 or share(every) < 0.8 or len(acted) < 0.35 * len(every))
    few = which.endswith(".txt") and len(acted) < 0.2 * len(every)
    if held or few or (which != "held-families" and share(acted) < 0.98):
        sys.exit("worse than it was")


if __name__ == "__main__":
    main()
