#!/usr/bin/env python3
"""The independent verifier agrees with arcollect on sound books and finds what is wrong in others.

usage: test_verify_journal.py ARCOLLECT MAKE_SAMPLE_BOOK VERIFY_JOURNAL
"""
import csv
import hashlib
import io
import os
import random
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
from collections import defaultdict

ARCOLLECT, MAKE_SAMPLE_BOOK, VERIFY_JOURNAL = sys.argv[1:4]
DIGITS = {"JPY": 0, "KWD": 3}
INVOICE, APPLICATION, UNAPPLICATION, REVERSAL, WRITEOFF, CHARGE, WAIVER, RECOVERY, REFUND, CLOSE = (
    4, 8, 9, 10, 11, 24, 25, 26, 27, 28)
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "journal_0_1.bin")


def call(*arguments):
    return subprocess.run([ARCOLLECT, *arguments], check=True, capture_output=True, text=True).stdout


def make_book(folder, name, *run_options):
    data, book = os.path.join(folder, "data"), os.path.join(folder, name)
    if not os.path.isdir(data):
        subprocess.run([MAKE_SAMPLE_BOOK, data, "--customers", "40", "--seed", "7"], check=True, capture_output=True)
    call("--book", book, "init", "--currency", "USD")
    call("--book", book, "import", data)
    call("--book", book, "run", "--from", "2023-01-01", "--to", "2023-12-31", "--outbox", book + "-outbox", *run_options)
    return book


def commits_of(book):
    with sqlite3.connect(f"file:{book}?mode=ro", uri=True) as db:
        return [bytes(row[0]) for row in db.execute("SELECT bytes FROM arcollect_journal ORDER BY first_seq")]


def verify(journal):
    """Exit code, output, and the first wrong record."""
    done = subprocess.run([VERIFY_JOURNAL], input=journal, capture_output=True)
    wrong = re.match(rb"record (\d+) is wrong: .+\n", done.stderr)
    assert done.returncode in (0, 1) and (done.returncode == 1) == bool(wrong), done
    return done.returncode, done.stdout.decode(), int(wrong.group(1)) if wrong else None


def first_seq(commit):
    return struct.unpack_from("<Q", commit, 8)[0]


def expect_wrong(commits, seq, what):
    code, _, record = verify(b"".join(commits))
    assert code == 1 and record == seq, f"{what}: exit {code}, record {record} instead of {seq}"


# ---- journals made anew: sound in every CRC and link, whatever is in them ----

CRC = []
for n in range(256):
    for _ in range(8):
        n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
    CRC.append(n)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def records_of(commit):
    at = 80
    while at < len(commit):
        kind, version, size = struct.unpack_from("<HHI", commit, at)
        yield kind, version, commit[at + 8:at + 8 + size]
        at += 8 + size


def layouts_of():
    """The verifier's own table, by type; its fields of no bytes left out."""
    with open(os.path.join(os.path.dirname(GOLDEN), "../../examples/verify_journal/verify_journal.c"),
              encoding="utf-8") as f:
        text = f.read()
    def rows(start):
        return re.search(start + r"\{(.*?)\};", text, re.S).group(1)
    numbers, layouts, kind = {}, {}, 0
    for name, number in re.findall(r"(\w+)(?: = (\d+))?", rows("enum (?={ BOOK)")):
        numbers[name] = kind = int(number) if number else kind + 1
    for name, layout in re.findall(r'(?:\[(\w+)\] = )?"(\w*)"', rows(r"layouts\[TYPES\] = ")):
        kind = numbers[name] if name else kind + 1
        layouts[kind] = layout.replace("0", "")
    return layouts


LAYOUTS = layouts_of()


def width_of(field):
    return int(field) if field.isdigit() else {"t": 2, "a": 8}.get(field, 4)


def widened(kind, payload):
    """A payload with its numbers in their width, so that fields lie where they can be found; sizes of lists in 4
    bytes, of texts in 2."""
    at, out = 0, b""
    for field in LAYOUTS[kind]:
        number, bits = payload[at] & 127, 0
        if field == "1":
            number = payload[at]
        else:
            while payload[at] > 127:
                at, bits = at + 1, bits + 7
                number |= (payload[at] & 127) << bits
        at += 1
        out += number.to_bytes(width_of(field), "little")
        if field in "til":
            out += payload[at:at + number]
            at += number
    return out + payload[at:]


def narrowed(kind, payload):
    """The way back; what is too short or too long stays so."""
    at, out = 0, b""
    for field in LAYOUTS.get(kind, ""):
        width = width_of(field)
        if at + width > len(payload):
            break
        number = int.from_bytes(payload[at:at + width], "little")
        at += width
        size = number if field in "til" else 0
        while number > 127 and field != "1":
            out += bytes([number & 127 | 128])
            number >>= 7
        out += bytes([number]) + payload[at:at + size]
        at += size
    return out + payload[at:]


def forge(commits, change):
    """Each record goes through change(seq, kind, version, payload), which gives the records in its place. It sees
    the payload with numbers in their width."""
    head, seq, old, made = bytes(32), 1, 1, []
    for commit in commits:
        records = []
        for record in records_of(commit):
            kind, version, payload = record
            records += [(k, v, narrowed(k, p)) for k, v, p in change(old, kind, version, widened(kind, payload))]
            old += 1
        body = b"".join(struct.pack("<HHI", kind, version, len(payload)) + payload for kind, version, payload in records)
        start = struct.pack("<4sHHQIIq", b"ARCJ", 1, 0, seq, len(records), len(body), *struct.unpack_from("<q", commit, 24))
        head = hashlib.blake2b(head + start + body, digest_size=32).digest()
        made.append(start + head + struct.pack("<I12x", crc32c(start + head + body)) + body)
        seq += len(records)
    return made


def find(commits, wanted):
    """The number of the first record of a kind."""
    seq = 1
    for commit in commits:
        for kind, _, _ in records_of(commit):
            if kind == wanted:
                return seq
            seq += 1
    raise AssertionError(f"the book has no record of type {wanted}")


def size_of_key(commits, wanted):
    """Of a record that begins with its key."""
    seq = 1
    for commit in commits:
        for _, _, payload in records_of(commit):
            if seq == wanted:
                return payload[0] # keys here are short
            seq += 1
    raise AssertionError(f"the book has no record {wanted}")


def replaced(at, offset, layout, value):
    """A change of one field, `offset` bytes from the front or, if it is negative, from the end."""
    def change(seq, kind, version, payload):
        if seq == at:
            payload = bytearray(payload)
            struct.pack_into(layout, payload, offset if offset >= 0 else len(payload) + offset, value)
        return [(kind, version, bytes(payload))]
    return change


def repeated(at):
    return lambda seq, *record: [record, record] if seq == at else [record]


# ---- the tests ----

def test_agrees(book):
    commits = commits_of(book)
    code, out, _ = verify(b"".join(commits))
    said = call("--book", book, "verify")
    assert code == 0
    assert re.search(r"[0-9a-f]{64}", out).group() == re.search(r"[0-9a-f]{64}", said).group(), (out, said)
    assert re.match(r"(\d+) records", out).group(1) == re.search(r"(\d+) records", said).group(1)
    sums = defaultdict(int)
    for row in csv.DictReader(io.StringIO(call("--book", book, "postings", "--format", "csv"))):
        sums[row["currency"], row["account"]] += round(float(row["amount"]) * 10 ** DIGITS.get(row["currency"], 2))
    told = {(c, a): int(n) for c, a, n in re.findall(r"^([A-Z]{3}) (\w+) (-?\d+)$", out, re.M)}
    assert told and {k: n for k, n in told.items() if n} == {k: n for k, n in sums.items() if n}
    return commits


def test_file_and_usage(commits, folder):
    path = os.path.join(folder, "journal")
    with open(path, "wb") as f:
        f.write(b"".join(commits))
    assert subprocess.run([VERIFY_JOURNAL, path], capture_output=True).stdout.decode() == verify(b"".join(commits))[1]
    for arguments in (["--help"], [path, path], [path + ".absent"]):
        assert subprocess.run([VERIFY_JOURNAL, *arguments], capture_output=True).returncode == 2
    assert verify(b"")[:2] == (0, "0 records; head " + "00" * 32 + "\n")


def test_golden():
    """It has every type of record; its accounts are those of its postings."""
    with open(GOLDEN, "rb") as f:
        code, out, _ = verify(f.read())
    with open(GOLDEN.replace(".bin", ".txt"), encoding="utf-8") as f:
        postings = re.findall(r"^\d+\|[0-9-]+\|(\w+)\|([A-Z]{3})\|(-?[0-9.]+)\|", f.read(), re.M)
    sums = defaultdict(int)
    for account, currency, amount in postings:
        sums[currency, account] += round(float(amount) * 10 ** DIGITS.get(currency, 2))
    told = {(c, a): int(n) for c, a, n in re.findall(r"^([A-Z]{3}) (\w+) (-?\d+)$", out, re.M)}
    assert code == 0 and told and {k: n for k, n in told.items() if n} == {k: n for k, n in sums.items() if n}


def test_dropped():
    """What is left of a journal whose beginning was dropped is chained from there on."""
    with open(GOLDEN.replace("journal", "dropped"), "rb") as f:
        journal = f.read()
    with open(GOLDEN.replace("journal", "dropped").replace(".bin", ".txt"), encoding="utf-8") as f:
        head = re.search(r"^head (\w+)$", f.read(), re.M).group(1)
    begin = first_seq(journal)
    code, out, _ = verify(journal)
    assert code == 0 and head in out and f"records before {begin} were dropped" in out, out
    size = 80 + struct.unpack_from("<I", journal, 20)[0]
    expect_wrong([journal[size:]], 1, "a journal that begins anywhere")
    for at in (8, 20, 40, 80, 95, 130, size - 1, size + 8, size + 40, size + 84):
        changed = bytearray(journal)
        changed[at] ^= 1
        code, _, _ = verify(bytes(changed))
        assert code == 1, f"byte {at}"


def test_optional(commits):
    """Records of a later format that only inform are passed over and chained, others are not."""
    informed = forge(commits, lambda seq, k, v, p: [(k, v, p)] + [(0x8000 | 77, 9, b"news")] * (seq % 50 == 7))
    code, out, _ = verify(b"".join(informed))
    assert code == 0 and informed[-1][32:64].hex() in out
    assert out.split("\n")[1:] == verify(b"".join(commits))[1].split("\n")[1:]
    for kind in (31, 77, 0x0100 | 7, 0x4000):
        expect_wrong(forge(commits, lambda seq, k, v, p: [(kind, 1, b"")] if seq == 9 else [(k, v, p)]), 9, f"type {kind}")


def test_flips(commits, chance):
    journal = bytearray(b"".join(commits))
    for _ in range(200):
        bit = chance.randrange(8 * len(journal))
        at, end = 0, len(commits[0])
        while end <= bit // 8:
            at += 1
            end += len(commits[at])
        journal[bit // 8] ^= 1 << bit % 8
        code, _, record = verify(journal)
        assert code == 1 and record == first_seq(commits[at]), f"bit {bit}: exit {code}, record {record}"
        journal[bit // 8] ^= 1 << bit % 8


def test_truncation(commits, chance):
    for _ in range(50):
        kept = chance.randrange(len(commits))
        cut = chance.randrange(1, len(commits[kept]))
        expect_wrong(commits[:kept] + [commits[kept][:cut]], first_seq(commits[kept]), f"cut at {kept}+{cut}")
    # Between two commits only the head tells.
    code, out, _ = verify(b"".join(commits[:-1]))
    assert code == 0 and commits[-2][32:64].hex() in out and commits[-1][32:64].hex() not in out


def test_order(commits, chance):
    for _ in range(50):
        i, j = sorted(chance.sample(range(len(commits)), 2))
        swapped = list(commits)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        expect_wrong(swapped, first_seq(commits[i]), f"{i} and {j} swapped")
    i = chance.randrange(1, len(commits) - 1)
    behind = first_seq(commits[i + 1])
    expect_wrong(commits[:i] + commits[i + 1:], first_seq(commits[i]), "a commit is missing")
    expect_wrong(commits[:i + 1] + commits[i:], behind, "a commit is there twice")
    # A chain of its own from another beginning on.
    other = forge(commits, replaced(1, -4, "<I", int.from_bytes(b"EUR", "little")))
    expect_wrong(commits[:i] + other[i:], first_seq(commits[i]), "another journal goes on")


def test_books(commits):
    def wrong(change, seq, what):
        expect_wrong(forge(commits, change), seq, what)
    assert forge(commits, lambda seq, *record: [record]) == commits
    invoice, application = find(commits, INVOICE), find(commits, APPLICATION)
    wrong(replaced(invoice, -24, "<q", 1), invoice, "an invoice that is not its instalments")
    wrong(replaced(application, -31, "<q", 1 << 40), application, "more is applied than is there")
    wrong(replaced(application, -31, "<q", -1), application, "less than nothing is applied")
    wrong(replaced(application, -39, "<I", 1 << 20), application, "an instalment that is not there")
    writeoff = find(commits, WRITEOFF)
    wrong(repeated(writeoff), writeoff + 1, "written off twice")
    charge, waiver, recovery, refund = (find(commits, kind) for kind in (CHARGE, WAIVER, RECOVERY, REFUND))
    wrong(replaced(charge, -8, "<q", 0), charge, "a charge of nothing")
    wrong(replaced(charge, -37, "<B", 4), charge, "a charge of no kind")
    wrong(replaced(waiver, 2 + size_of_key(commits, waiver), "<I", 1), waiver, "a waiver of an invoice")
    wrong(replaced(recovery, 10 + size_of_key(commits, recovery), "<q", 1 << 40), recovery, "more is recovered than lost")
    wrong(replaced(refund, -8, "<q", 1 << 40), refund, "more is paid back than is left")
    wrong(repeated(find(commits, CLOSE)), find(commits, CLOSE) + 1, "closed twice")
    for kind in (UNAPPLICATION, REVERSAL):
        wrong(repeated(find(commits, kind)), find(commits, kind) + 1, f"type {kind} twice")
    wrong(lambda seq, k, v, p: [(99 if seq == 5 else k, v, p)], 5, "an unknown type")
    wrong(lambda seq, k, v, p: [(k, 2 if seq == 5 else v, p)], 5, "an unknown version")
    wrong(lambda seq, k, v, p: [(k, v, p + b"x" if seq == 5 else p)], 5, "a record too long")
    wrong(lambda seq, k, v, p: [(k, v, p[:-2] if seq == 5 else p)], 5, "a record too short")
    wrong(lambda seq, *record: [] if seq == 1 else [record], 1, "no book at the beginning")


def main():
    chance = random.Random(2024)
    with tempfile.TemporaryDirectory() as folder:
        commits = test_agrees(make_book(folder, "matched.book", "--match"))
        test_agrees(make_book(folder, "given.book"))
        test_file_and_usage(commits, folder)
        test_golden()
        test_dropped()
        test_optional(commits)
        test_flips(commits, chance)
        test_truncation(commits, chance)
        test_order(commits, chance)
        test_books(commits)
    print(f"{len(commits)} commits: heads and accounts agree; 200 flips, 51 cuts, 53 disorders, 18 forgeries found")


if __name__ == "__main__":
    main()
