#!/usr/bin/env python3
"""Tests the example host's page: it is sound HTML that needs nothing else, and its figures are those of the commands.

usage: test_page.py ARCOLLECT MAKE_SAMPLE_BOOK [--browser FOLDER]

With --browser it is also opened in a headless Chromium, narrow and wide, light and dark; pictures of it go to the folder.
"""
import csv
import html.parser
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal

VOID = {"meta", "link", "br", "rect", "line", "path", "polyline"}
FIRST, LAST = "2023-10-01", "2024-06-30"


def call(*command):
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == 0, f"{command}: {done.returncode}: {done.stderr.decode()}"
    return done.stdout.decode()


class Page(html.parser.HTMLParser):
    """Elements that hold others are closed in order; what data- attributes say is kept."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.cells, self.sums, self.links, self.days = [], [], {}, [], {}
        self.text, self.row, self.report, self.sum = [], None, None, None
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        assert tag not in ("script", "img", "iframe", "object"), f"a {tag} in the page"
        self.links += [value for name, value in pairs if name in ("href", "src", "srcset", "action") and not value.startswith("data:")]
        if tag not in VOID:
            self.open.append(tag)
        if "data-report" in attributes:
            self.report = attributes["data-report"]
            self.days[self.report] = attributes.get("data-day")
        if tag == "tr":
            self.row = attributes.get("data-row")
        if "data-sum" in attributes:
            self.sum = attributes["data-sum"]
        if "data-value" in attributes:
            self.cells.append([self.report, self.row, attributes, ""])

    def handle_startendtag(self, tag, pairs):
        assert tag in VOID, f"<{tag}/> is no empty element"

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> inside {self.open[-3:]}"
        self.open.pop()
        if tag == "td" and self.cells:
            self.cells[-1].append(None)  # its text is whole

    def handle_data(self, data):
        if self.sum:
            self.sums[self.sum], self.sum = data, None
        if self.cells and len(self.cells[-1]) == 4:
            self.cells[-1][3] += data


def shown(text):
    """What a reader sees, as the number it stands for."""
    return text.replace(",", "").replace("\u2212", "-").split(" ")[-1]


def check(arcollect, book, page_file):
    def rows(*command):
        return list(csv.DictReader(io.StringIO(call(arcollect, "--book", book, *command, "--format", "csv"), newline="")))
    with open(page_file, encoding="utf-8") as f:
        text = f.read()
    page = Page(text)
    assert not page.links and not re.search(r"https?:|@import|url\(", text), "it asks for something else"
    commands = {"aging": rows("aging", "--by", "currency"), "forecast": rows("forecast"), "worklist": rows("worklist", "--limit", "15"),
                "disputes": rows("disputes")}
    metrics, seen = {}, {}
    for report, row, attributes, words, *_ in page.cells:
        value = attributes["data-value"]
        if report == "metrics":
            day = attributes["data-day"]
            if day not in metrics:
                metrics[day] = {(r["currency"], r["metric"], r["variant"]): r["value"] for r in rows("metrics", "--as-of", day)}
            key = attributes["data-currency"], attributes["data-metric"], attributes["data-variant"]
            assert metrics[day].get(key, "") == value, (day, key, value)
        else:
            assert commands[report][int(row)][attributes["data-column"]] == value, (report, row, attributes)
        if re.fullmatch(r"-?\d+(\.\d+)?", value):
            assert Decimal(shown(words)) == Decimal(value), (words, value)
        seen.setdefault(report, set()).add((row, attributes.get("data-column")))
    currencies = len(commands["aging"])
    assert currencies >= 1 and len(seen["aging"]) == 6 * currencies, "every bucket of every currency"
    assert {row for row, _ in seen["worklist"]} == {str(i) for i in range(len(commands["worklist"]))}, "every row of the worklist"
    assert len(seen["forecast"]) == 4 * len(commands["forecast"]), "every week of the forecast"
    assert len(metrics) == 12 and LAST in metrics, "twelve months"
    coverage = rows("coverage", "--as-of", page.days["coverage"])
    states = [r["state"] for r in coverage]
    assert page.sums == {"overdue": str(len(states)), **{s: str(states.count(s)) for s in ("touched", "withheld", "failed")}}, page.sums
    return len(page.cells)


def browse(page_file, folder):
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        print("no Chromium is installed: the page was not looked at")
        return
    for width, height in ((390, 5200), (1280, 3600)):
        for scheme, option in (("light", []), ("dark", ["--blink-settings=preferredColorScheme=0"])):
            picture = os.path.join(folder, f"page-{width}-{scheme}.png")
            done = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
                                   f"--window-size={width},{height}", *option, f"--screenshot={picture}", "file://" + page_file],
                                  capture_output=True, timeout=120)
            said = [line for line in done.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]
            assert done.returncode == 0 and os.path.getsize(picture) > 50000 and not said, (done.returncode, said)
            print(picture)


def main():
    arcollect, make_sample_book, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        book, page = os.path.join(folder, "my <&> \"book\".book"), os.path.join(folder, "page.html")
        call(make_sample_book, os.path.join(folder, "csv"), "--customers", "20", "--from", FIRST, "--to", LAST)
        call(arcollect, "--book", book, "init", "--currency", "USD")
        missing = subprocess.run([arcollect, "--book", book, "report", "--html", page], capture_output=True)
        assert missing.returncode == 2 and not os.path.exists(page), "a book that was never run"
        call(arcollect, "--book", book, "report", "--html", page, "--as-of", LAST)
        Page(open(page, encoding="utf-8").read())  # of an empty book, too
        call(arcollect, "--book", book, "import", os.path.join(folder, "csv"))
        call(arcollect, "--book", book, "run", "--from", FIRST, "--to", LAST)
        call(arcollect, "--book", book, "report", "--html", page)
        cells = check(arcollect, book, page)
        again = page + "2"
        call(arcollect, "--book", book, "report", "--html", again)
        assert open(page, "rb").read() == open(again, "rb").read(), "the same book, the same bytes"
        nowhere = os.path.join(folder, "no", "page.html")
        assert subprocess.run([arcollect, "--book", book, "report", "--html", nowhere], capture_output=True).returncode == 3
        assert subprocess.run([arcollect, "--book", book, "report"], capture_output=True).returncode == 2
        print(f"{cells} figures on the page are those of the commands")
        if options[:1] == ["--browser"]:
            os.makedirs(options[1], exist_ok=True)
            browse(page, options[1])


if __name__ == "__main__":
    main()
