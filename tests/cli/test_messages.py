#!/usr/bin/env python3
"""Messages of the example host: what data may do to them (nothing), and the commands around them.

usage: test_messages.py ARCOLLECT [unittest's arguments]

The HTML of every message is read by expat, which takes nothing that is not well formed, and by html5lib if that is
installed.
"""
import csv
import email
import email.policy
import glob
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.parsers.expat

try:
    import html5lib
except ImportError:
    html5lib = None

ARCOLLECT, WORK = "arcollect", ""
LANGUAGES = ["en", "de-AT", "fr-CA", "es-MX", "it", ""]
POLICY = """cadence "all tones"
step 0d email friendly hello
step +5d email neutral due
step +10d email firm overdue
step +15d email final final-notice
step +20d letter firm letter
step +25d sms final text
"""
LETTERHEAD = """name: Nordlicht Werkzeuge GmbH
address: Hafenstraße 12
address: 20457 Hamburg
contact: Tel. +49 40 5550 120
mail: buchhaltung@nordlicht.example
language: de
deadline: 10
account: IBAN DE89 3704 0044 0532 0130 00
link: https://pay.nordlicht.example/?a=1&b=2
account USD: 123456 at First Bank
"""
HOSTILE = ["=?utf-8?q?Evil?= Co", "Evil\\r\\nBcc: a@b.example", "Evil%0d%0aBcc: a@b.example", "{{amount}} {{if count}}",
           "{{end}}{{each items}}", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onclick='x",
           "</td></tr></table></body></html>", "<!--", "-->", "]]>", "&lt;b&gt; &amp; &#60;", "javascript:alert(1)",
           "\u202eevil\u202c \u2066x\u2069 \u200f\u061c", "\U0001f4b8\U0001f9fe \U00020000", "a\u0301\u0327 \u00ad",
           "x" * 200, ".", "From me", "--=_arcollect", "'; DROP TABLE x; --", "@subject@", "%s%n%d", "\\", "\"", "<", "&"]
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def setUpModule():
    global WORK
    WORK = tempfile.mkdtemp(prefix="arcollect-messages-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)


def tearDownModule():
    shutil.rmtree(WORK)


def attempt(*arguments):
    process = subprocess.run([ARCOLLECT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return process.returncode, process.stdout, process.stderr


def call(*arguments):
    code, out, err = attempt(*arguments)
    assert code == 0, (arguments, code, err)
    return out


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    return path


def table(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def new_book(customers, invoices, policy=POLICY):
    folder = tempfile.mkdtemp(dir=WORK)
    book = os.path.join(folder, "book")
    call("--book", book, "init", "--currency", "EUR", "--policy", write(folder, "policy", policy))
    call("--book", book, "letterhead", write(folder, "letterhead", LETTERHEAD))
    write(folder, "customers.csv", table(customers))
    write(folder, "invoices.csv", table(invoices))
    call("--book", book, "import", folder)
    return book


def book_of(values):
    """Each value as name, contact, number, PO number and postal address of a customer in one of the languages."""
    customers = [["key", "name", "email", "contact", "postal", "phone", "language"]]
    invoices = [["key", "number", "customer", "issued", "due", "amount", "po"]]
    for i, value in enumerate(values):
        customers.append([f"C{i}", value, f"c{i}@example.com", value if i % 5 else "", f"{value}\nRoad 1", "+49 1",
                          LANGUAGES[i % len(LANGUAGES)]])
        for k in range(1 + i % 2):
            invoices.append([f"I{i}-{k}", (value[:30] + str(k)), f"C{i}", "2024-01-02", "2024-02-01", "12.34", value])
    return new_book(customers, invoices)


def mails(book):
    """By name of the file, which follows from the touch."""
    found = {}
    for path in sorted(glob.glob(book + "-outbox/*.eml")):
        with open(path, "rb") as f:
            found[os.path.basename(path)] = f.read()
    return found


def skeleton(html):
    """Tags with their attributes' names and styles: what data must not change."""
    events = []
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: events.append(
        (name, sorted(attributes), attributes.get("style"), attributes.get("href")))
    parser.EndElementHandler = lambda name: events.append("/" + name)
    parser.CommentHandler = lambda text: events.append(("comment", text))
    parser.Parse(html, True)
    return events


def nodes(tree):
    """Elements and attributes of a tree as html5lib reads it."""
    return [(node.tag if isinstance(node.tag, str) else "comment", sorted(node.attrib)) for node in tree.iter()]


class Injection(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.books = [book_of(HOSTILE), book_of(["Meyer & Co"] * len(HOSTILE))]
        for book in cls.books:
            call("--book", book, "run", "--from", "2024-02-01", "--to", "2024-03-10")
        cls.pairs = [(name, *(email.message_from_bytes(mails(book)[name], policy=email.policy.default)
                              for book in cls.books)) for name in mails(cls.books[0])]

    def test_the_same_messages_go_out(self):
        names = [set(mails(book)) for book in self.books]
        self.assertEqual(names[0], names[1])
        self.assertEqual(len(names[0]), 6 * len(HOSTILE))

    def test_headers_stay(self):
        for name, hostile, plain in self.pairs:
            self.assertEqual(hostile.keys(), plain.keys(), name)
            self.assertEqual(len(hostile["To"].addresses), 1)
            self.assertEqual([a.addr_spec for a in hostile["To"].addresses], [a.addr_spec for a in plain["To"].addresses])
            self.assertEqual(str(hostile["From"]), "Nordlicht Werkzeuge GmbH <buchhaltung@nordlicht.example>")
            for header in ("Subject", "To"):
                self.assertNotRegex(str(hostile[header]), r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
                self.assertNotRegex(str(hostile[header]), BIDI)

    def test_structure_of_mime_stays(self):
        for name, hostile, plain in self.pairs:
            self.assertEqual([p.get_content_type() for p in hostile.walk()], [p.get_content_type() for p in plain.walk()])
            for part in hostile.walk():
                self.assertEqual(part.defects, [])

    def test_markup_stays(self):
        read = 0
        for name, hostile, plain in self.pairs:
            body, other = hostile.get_body(("html",)), plain.get_body(("html",))
            if body is None:
                self.assertEqual(hostile["X-Channel"], "sms")
                continue
            html = body.get_content()
            self.assertEqual(skeleton(html), skeleton(other.get_content()), name)
            self.assertNotRegex(html, BIDI)
            if html5lib:
                self.assertEqual(nodes(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)),
                                 nodes(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
                                       .parse(other.get_content())))
            read += 1
        self.assertEqual(read, 5 * len(HOSTILE))

    def test_text_keeps_its_lines(self):
        for name, hostile, plain in self.pairs:
            lines = [m.get_body(("plain",)).get_content().splitlines() for m in (hostile, plain)]
            self.assertEqual(len(lines[0]), len(lines[1]), name)
            self.assertNotRegex("\n".join(lines[0]), BIDI)
            for ours, theirs in zip(*lines):  # what is not data is the same
                if "Meyer" not in theirs:
                    self.assertEqual(ours, theirs)

    def test_data_is_there_as_it_is(self):
        customers = {}
        for name, hostile, _ in self.pairs:
            if hostile["X-Channel"] == "letter":
                customers[str(hostile["X-Customer"])] = hostile.get_body(("plain",)).get_content()
        for i, value in enumerate(HOSTILE):
            self.assertIn(BIDI.sub("", value).strip(), customers[f"C{i}"])


class Commands(unittest.TestCase):
    def setUp(self):
        self.book = new_book([["key", "name", "email", "contact", "postal", "language"],
                              ["C1", "Eins GmbH", "a@eins.example", "Pat Doe", "Road 1", "de"],
                              ["C2", "Deux SARL", "a@deux.example", "Pat Doe", "Road 2", "fr"]],
                             [["key", "customer", "issued", "due", "amount", "currency"],
                              ["I1", "C1", "2024-01-02", "2024-02-01", "1234.50", "EUR"],
                              ["I2", "C2", "2024-01-02", "2024-02-03", "1234.50", "USD"]],
                             'cadence "p"\nstep 0d email neutral due\nstep +7d email firm overdue needs approval\n')

    def run_to(self, day):
        call("--book", self.book, "run", "--from", "2024-02-01", "--to", day)

    def rows(self, command, *options):
        return list(csv.DictReader(io.StringIO(call("--book", self.book, command, *options, "--format", "csv"))))

    def texts(self):
        return [email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",)).get_content()
                .replace("\r\n", "\n") for raw in mails(self.book).values()]

    def test_letterhead_and_languages(self):
        self.run_to("2024-02-03")
        texts = self.texts()
        self.assertEqual(len(texts), 2)
        self.assertIn("1.234,50 €", texts[0])
        self.assertIn("IBAN DE89 3704 0044 0532 0130 00", texts[0])
        self.assertIn("1 234,50 USD", texts[1])
        self.assertIn("123456 at First Bank", texts[1])
        self.assertIn("Hafenstraße 12\n20457 Hamburg", texts[1])

    def test_bad_letterheads(self):
        for text, said in [("nmae: x", ":1: expected"), ("name: x\naccount EURO: y", ":2: expected"),
                           ("deadline: soon", ":1: expected"), ("mail: a b", ":1: expected"), ("x" * 9000, "at most")]:
            code, _, err = attempt("--book", self.book, "letterhead", write(WORK, "bad", text))
            self.assertEqual(code, 1, text[:20])
            self.assertIn(said, err)

    def test_templates(self):
        path = write(WORK, "firm.de.txt", "language de\nfor neutral\n---- text\nBitte {{amount}} bis {{deadline}}.\n")
        call("--book", self.book, "templates", path)
        self.run_to("2024-02-03")
        self.assertEqual(self.texts()[0], "Bitte 1.234,50 € bis 11. Februar 2024.\n")
        code, _, err = attempt("--book", self.book, "templates", write(WORK, "bad.txt", "language de\n---- text\n{{amuont}}"))
        self.assertEqual(code, 1)
        self.assertIn('bad.txt:3:3: template, line 3: there is no variable "amuont"', err)
        text = call("template", "final", "letter", "fr")
        call("--book", self.book, "templates", write(WORK, "mine.txt", text))
        self.assertEqual(attempt("template", "angry", "letter", "fr")[0], 1)
        self.assertEqual(attempt("template", "firm")[0], 2)

    def test_preview_is_what_comes(self):
        self.run_to("2024-02-01")
        preview = [row for row in self.rows("preview", "--days", "5") if row["what"] == "message"]
        self.run_to("2024-02-06")
        sent = [row for row in self.rows("touches") if row["status"] == "sent" and row["date"] > "2024-02-01"]
        self.assertEqual([(r["touch"], r["date"], r["amount"]) for r in preview],
                         [(r["key"], r["date"], r["amount"]) for r in sent])
        self.assertEqual(len(sent), 1)
        self.assertEqual(preview[0]["subject"], email.message_from_bytes(
            list(mails(self.book).values())[1], policy=email.policy.default)["Subject"])

    def test_compare_says_what_changed(self):
        self.run_to("2024-02-01")
        path = write(WORK, "preview.csv", call("--book", self.book, "preview", "--days", "5", "--format", "csv"))
        pay = write(WORK, "payments.csv", "key,customer,received,amount,currency,remittance\nP1,C2,2024-02-02,234.50,USD,I2\n")
        call("--book", self.book, "import", pay)
        self.run_to("2024-02-06")
        rows = self.rows("compare", path)
        self.assertEqual((rows[0]["outcome"], rows[0]["amount"]), ("another amount", "1000.00"))
        self.assertTrue(any(r["outcome"] == "since" and "payment" in r["what"] for r in rows))
        code, _, err = attempt("--book", self.book, "compare", write(WORK, "bad.csv", "touch,date\n"))
        self.assertEqual((code, "no column" in err), (1, True))
        with open(path, encoding="utf-8") as f:
            bad = f.read().replace("1234.50", "soon")
        code, _, err = attempt("--book", self.book, "compare", write(WORK, "bad.csv", bad))
        self.assertEqual((code, ":2: this is no row" in err), (1, True))

    def test_exceptions_and_answers(self):
        self.run_to("2024-02-09")
        rows = self.rows("exceptions")
        self.assertEqual([(r["kind"], r["customer"], r["choices"]) for r in rows], [("approval", "C1", "approve, refuse")])
        code, _, err = attempt("--book", self.book, "approve", "no such touch")
        self.assertEqual((code, "no touch has the key" in err), (1, True))
        call("--book", self.book, "refuse", rows[0]["key"], "--by", "Ida")
        self.assertEqual(self.rows("exceptions"), [])
        self.assertEqual([r["status"] for r in self.rows("touches") if r["step"] == "overdue"], ["refused"])

    def test_the_readmes_commands(self):
        """The block under "Messages", but for the answer to a touch that this book has not."""
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "README.md"), encoding="utf-8") as f:
            block = re.search(r"## Messages\n\n```sh\n(.*?)```", f.read(), re.S).group(1).strip().splitlines()
        self.run_to("2024-02-03")
        folder = os.path.dirname(self.book)
        write(folder, "letterhead.txt", LETTERHEAD)
        write(folder, "bounces.csv", "touch,status,date\n")
        for line in block:
            words = line.split(" #")[0].strip().replace("arcollect", ARCOLLECT, 1).replace("my.book", "book")
            code = subprocess.run(words, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE).returncode
            self.assertEqual(code, 1 if " approve " in line else 0, line)

    ZONES = {"C1": "-08:00", "C2": "+00:00", "C3": "+05:30", "C4": "+12:00"}

    def zones(self):
        """Runs a book with a debtor in each zone up to a day; what it said, and when each debtor was written to."""
        book = new_book([["key", "name", "email", "contact", "postal", "language", "utc_offset"]] +
                        [[key, key, key + "@x.example", "Pat Doe", "Road 1", "en", zone] for key, zone in self.ZONES.items()],
                        [["key", "customer", "issued", "due", "amount", "currency"]] +
                        [["I" + key, key, "2024-01-02", "2024-02-01", "10.00", "EUR"] for key in self.ZONES],
                        'cadence "p"\nprofile consumer-us\nstep 0d email neutral due\n')

        def to(day, *more):
            said = call("--book", book, "run", "--from", "2024-02-01", "--to", day, *more)
            sent = [email.message_from_bytes(raw, policy=email.policy.default) for raw in mails(book).values()]
            return said, {m["X-Customer"]: m["Date"].datetime.strftime("%d %H:%M") for m in sent}

        to.book = book
        return to

    def test_quiet_hours(self):
        """Each debtor's own clock counts: what falls into quiet hours waits for a run at another time."""
        to = self.zones()
        said, sent = to("2024-02-01")  # 16:00 UTC: 8:00 in the west, 21:30 in India, 4:00 in the far east
        self.assertEqual(set(sent), {"C1", "C2"})
        self.assertIn("touches planned    4\ntouches sent       2\n", said)
        self.assertIn("wait, quiet hours  2,", said)
        said, sent = to("2024-02-01", "--at", "20:30")  # 8:30 in the far east: the same day again
        self.assertEqual(set(sent), {"C1", "C2", "C4"})
        self.assertIn("touches sent       1\n", said)
        said, sent = to("2024-02-02", "--at", "02:29")  # 7:59 in India
        self.assertEqual(set(sent), {"C1", "C2", "C4"})
        self.assertIn("wait, quiet hours  1,", said)
        said, sent = to("2024-02-03", "--at", "02:30")
        self.assertEqual(set(sent), set(self.ZONES))
        self.assertNotIn("quiet", said)

    def test_cash_imported_since_counts(self):
        """Who paid before what waits for an hour of his goes out, hears nothing."""
        for more in (("2024-02-01", "--at", "20:30"), ("2024-02-02", "--hourly")):
            to = self.zones()
            self.assertEqual(set(to("2024-02-01")[1]), {"C1", "C2"})
            book = to.book
            csv = write(WORK, "payments.csv", "key,customer,received,amount,currency,remittance\nP4,C4,2024-02-01,10.00,EUR,IC4\n")
            call("--book", book, "import", csv)
            csv = write(WORK, "applications.csv", "payment,invoice,date,amount\nP4,IC4,2024-02-01,10.00\n")
            call("--book", book, "import", csv)
            self.assertNotIn("C4", to(*more)[1])

    def test_hours_of_days_past(self):
        """With --hourly what waits goes out at the first full hour at which it may; what the last day leaves waits on."""
        to = self.zones()
        self.assertEqual(set(to("2024-02-01", "--hourly")[1]), {"C1", "C2"})
        said, sent = to("2024-02-02", "--hourly")
        self.assertEqual(sent, {"C1": "01 16:00", "C2": "01 16:00", "C4": "01 20:00", "C3": "02 03:00"})
        self.assertNotIn("quiet", said)

    def test_delivery(self):
        self.run_to("2024-02-03")
        key = [r["key"] for r in self.rows("touches") if r["customer"] == "C1"][0]
        header = "touch,status,date,detail\n"
        for text, said in [(header + "x,sent,2024-02-04,\n", "no touch"), (header + f"{key},lost,2024-02-04,\n", "none of"),
                           (header + f"{key},bounced,4.2.2024,\n", "no date"), ("touch,status\n", "no column 'date'"),
                           (header + f"{key},opened,2024-02-04,\n{key},bounced,2024-02-04,\n", ":3:")]:
            code, _, err = attempt("--book", self.book, "delivery", write(WORK, "bad.csv", text))
            self.assertEqual((code, said in err), (1, True), err)
        self.assertEqual({r["status"] for r in self.rows("touches")}, {"sent"})
        path = write(WORK, "good.csv", header + f"{key},bounced,2024-02-04,550 unknown\n")
        self.assertIn("recorded 1,", call("--book", self.book, "delivery", path))
        self.assertIn("known already 1", call("--book", self.book, "delivery", path))
        self.assertEqual([(r["kind"], r["reason"]) for r in self.rows("exceptions")],
                         [("failed", "550 unknown"), ("address", "bounced: a@eins.example")])
        self.run_to("2024-02-05")
        self.assertEqual([r["kind"] for r in self.rows("exceptions")], ["address"])
        letters = [m for m in (email.message_from_bytes(raw, policy=email.policy.default)
                               for raw in mails(self.book).values()) if m["X-Channel"] == "letter"]
        self.assertEqual(len(letters), 1)
        self.assertIn("Eins GmbH\nPat Doe\nRoad 1", letters[0].get_body(("plain",)).get_content().replace("\r\n", "\n"))


if __name__ == "__main__":
    ARCOLLECT = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1] + sys.argv[2:], verbosity=2)
