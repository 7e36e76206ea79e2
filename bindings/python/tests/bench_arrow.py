"""What it costs to bring invoices in from a table, and reports out to one: rows a second of processor time, and that as a multiple of
what pyarrow needs to copy the same bytes in the same run. Run where arcollect (compiled with -O2), pyarrow and Polars are
installed.

usage: bench_arrow.py [ROWS]
"""
import sys
import time
from datetime import date

import polars as pl
import pyarrow as pa

from arcollect import Customer, Invoice, Ledger, Minor, Rows

CUSTOMERS = 20000


def best(work, times=3, before=lambda: None):
    """The least time of some, and what the last gave."""
    least = float("inf")
    for _ in range(times):
        given = before()
        begun = time.process_time()
        result = work(given) if given is not None else work()
        least = min(least, time.process_time() - begun)
    return least, result


def copied(table):
    """The time in which pyarrow copies a table's buffers, and their bytes."""
    buffers = [b for column in table.columns for chunk in column.chunks for b in chunk.buffers() if b is not None]

    def copy():
        for buffer in buffers:
            sink = pa.allocate_buffer(buffer.size)
            pa.FixedSizeBufferWriter(sink).write(buffer)

    return best(copy)[0], sum(b.size for b in buffers)


def tell(what, seconds, rows, table):
    limit, size = copied(table)
    print(f"{what:52} {rows / seconds / 1e6:8.2f} M rows/s {size / seconds / 1e9:7.2f} GB/s {seconds / limit:8.1f}x a copy of its {size / 1e6:.0f} MB")


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    table = pa.table({
        "key": [f"INV-{n:07}" for n in range(rows)], "customer": [f"C{n * 7919 % CUSTOMERS:05}" for n in range(rows)],
        "issued": pa.array([20000 + n // 3000 for n in range(rows)], pa.int32()).cast(pa.date32()),
        "due": pa.array([20030 + n // 3000 for n in range(rows)], pa.int32()).cast(pa.date32()),
        "amount": pa.array([1000 + n * 31 % 900000 for n in range(rows)], pa.int64())})
    day = date(2025, 3, 10)

    def book():
        ledger = Ledger(currency="EUR")
        ledger.post_arrow(Rows.CUSTOMERS, pa.table({"key": [f"C{n:05}" for n in range(CUSTOMERS)]}))
        return ledger

    def bring_in(data, **options):
        def work(ledger):
            ledger.post_arrow(Rows.INVOICES, data, **options)
            return ledger
        return best(work, before=book)

    seconds, ledger = bring_in(table, minor=True)
    tell("in: pyarrow, integers in minor units", seconds, rows, table)
    decimals = table.set_column(4, "amount", table["amount"].cast(pa.decimal128(21, 2)))
    tell("in: pyarrow, decimals", bring_in(decimals)[0], rows, decimals)
    frame = pl.DataFrame(table)
    tell("in: Polars (string views)", bring_in(frame, minor=True)[0], rows, table)
    some = [Invoice(key=f"I{n}", customer=f"C{n % CUSTOMERS:05}", issued=day, due=day, amount=Minor(1000 + n)) for n in range(rows // 50)]
    apart, _ = best(lambda book: book.post_invoices(some), before=book)
    print(f"{'   the same as dataclasses':52} {len(some) / apart / 1e6:8.2f} M rows/s")

    for what, make in (("aging", lambda: ledger.aging(day)), ("open items", ledger.open_items)):
        seconds, report = best(make)
        print(f"{what + ': the report alone':52} {len(report) / seconds / 1e6:8.2f} M rows/s")
        for form, view in (("minor()", lambda report: report.minor()), ("decimals", lambda report: report)):
            for name, read in (("pyarrow", pa.table), ("Polars", pl.DataFrame)):
                report = make()
                begun = time.process_time()
                frame = read(view(report))
                first = time.process_time() - begun
                again, frame = best(lambda: read(view(report)))  # noqa: B023
                tell(f"out: {what}, {form}, {name}, first", first, len(report), pa.table(view(report)))
                print(f"{f'out: {what}, {form}, {name}, again':52} {again * 1e6:8.0f} us: the library copies nothing")
        whole = pa.table(report.minor())
        texts = sum(b.size for c in whole.columns if pa.types.is_string(c.type) for k in c.chunks for b in k.buffers()[1:] if b)
        size = sum(b.size for c in whole.columns for k in c.chunks for b in k.buffers() if b)
        print(f"{what + ': bytes copied of a minor() table':52} {texts / 1e6:8.1f} MB of {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
