"""Tables out to data frames and databases without copying, and in from them: with the packages themselves."""
import gc
import threading
import unittest
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

from arcollect import Customer, Invoice, Ledger, Minor, Rows, errors

DAY = date(2025, 3, 10)


def package(name):
    try:
        return import_module(name)
    except ImportError:
        return None


pa, pl, pd, duckdb = (package(name) for name in ("pyarrow", "polars", "pandas", "duckdb"))


def needs(*packages):
    missing = [name for name in packages if not {"pyarrow": pa, "polars": pl, "pandas": pd, "duckdb": duckdb}[name]]
    return unittest.skipIf(missing, "not installed: " + ", ".join(missing))


def book(customers=50):
    ledger = Ledger(currency="EUR")
    ledger.post_customers([Customer(key=f"C{n}", currency="JPY" if n == 7 else "") for n in range(customers)])
    ledger.post_invoices([Invoice(key=f"I{n}", customer=f"C{n}", issued=date(2025, 1, 1), due=date(2025, 2, n % 28 + 1),
                                  amount=Minor(1000 + n)) for n in range(customers)])
    return ledger


def address(column, buffer=1):
    """Where a pyarrow column of one chunk keeps a buffer."""
    chunk = column.chunk(0) if hasattr(column, "chunk") else column
    return chunk.buffers()[buffer].address


class Out(unittest.TestCase):
    @needs("pyarrow")
    def test_pyarrow_reads_where_the_report_lies(self):
        with book() as ledger:
            report = ledger.open_items()
            minor, again, whole, whole_again = (pa.table(t) for t in (report.minor(), report.minor(), report, report))
            for name in report.columns:
                for one, other in ((minor, again), (whole, whole_again)):
                    self.assertEqual(address(one[name]), address(other[name]), name)
            self.assertEqual(address(minor["due"]), address(whole["due"]))
            self.assertEqual(address(minor["customer"], 2), address(again["customer"], 2))
            numbers = minor["open"].chunk(0).to_numpy(zero_copy_only=True)
            self.assertEqual((numbers.ctypes.data, int(numbers[0])), (address(minor["open"]), 1000))
            self.assertEqual(whole["open"].to_pylist(), report["open"])
            self.assertEqual(whole["due"].to_pylist(), report["due"])
            self.assertEqual(whole["invoice"].to_pylist(), report["invoice"])
            self.assertEqual((whole.schema.field("open").type, minor.schema.field("open").type), (pa.decimal128(23, 4), pa.int64()))
            self.assertEqual(whole.schema.field("due").type, pa.date32())
            self.assertEqual(minor.schema.field("open").metadata, {b"arcollect:type": b"money", b"arcollect:unit": b"minor",
                                                                   b"arcollect:currency": b"currency"})
            self.assertEqual(minor.validate(full=True), whole.validate(full=True))

    @needs("pyarrow", "polars")
    def test_polars_reads_where_the_report_lies(self):
        with book() as ledger:
            report = ledger.open_items()
            minor, frame = pa.table(report.minor()), pl.DataFrame(report.minor())
            self.assertEqual(frame["open"].to_numpy(allow_copy=False).ctypes.data, address(minor["open"]))
            whole = pl.DataFrame(report)
            self.assertEqual(address(whole["open"].to_arrow()), address(pa.table(report)["open"]))
            self.assertEqual(whole["open"].to_list(), report["open"])
            self.assertEqual(whole.schema["open"], pl.Decimal(23, 4))
            self.assertEqual(whole.group_by("currency").agg(pl.col("open").sum()).sort("currency")["open"].to_list(),
                             [sum(Decimal(1000 + n) / 100 for n in range(50) if n != 7), Decimal(1007)])

    @needs("pyarrow", "pandas")
    def test_pandas(self):
        with book() as ledger:
            report = ledger.open_items()
            table = pa.table(report.minor())
            frame = table.to_pandas(types_mapper=pd.ArrowDtype)
            self.assertEqual(address(pa.array(frame["open"])), address(table["open"]))
            if hasattr(pd.DataFrame, "from_arrow"):
                whole = pd.DataFrame.from_arrow(report)
                self.assertEqual((list(whole["open"]), list(whole["customer"])), (report["open"], report["customer"]))

    @needs("duckdb")
    def test_duckdb(self):
        with book() as ledger:
            report = ledger.open_items()
            minor = report.minor()
            self.assertEqual(duckdb.sql("select sum(open), count(*), min(due) from minor where currency = 'EUR'").fetchall(),
                             [(sum(1000 + n for n in range(50) if n != 7), 49, date(2025, 2, 1))])
            found = duckdb.sql("select a.open from report a join report b using (invoice) where b.invoice = 'I7'").fetchall()
            self.assertEqual(found, [(Decimal(1007),)])

    @needs("pyarrow", "polars", "duckdb")
    def test_a_report_without_rows(self):
        with Ledger(currency="EUR") as ledger:
            report = ledger.open_items()
            self.assertEqual((pa.table(report).num_rows, pl.DataFrame(report).shape), (0, (0, len(report.columns))))
            self.assertEqual(duckdb.sql("select count(*) from report").fetchall(), [(0,)])
            self.assertEqual(pa.table(report).schema.names, list(report.columns))

    @needs("pyarrow")
    def test_tables_outlive_everything(self):
        ledger = book()
        report = ledger.open_items()
        expected = report["invoice"]
        tables = [pa.table(report) for _ in range(3)] + [pa.table(report.minor())]
        unread = report.__arrow_c_stream__()
        column = tables[0]["invoice"]
        ledger.close()
        del report, unread
        gc.collect()
        self.assertEqual(tables[3]["invoice"].to_pylist(), expected)
        self.assertGreater(ledger.memory[1], 0)
        tables.clear()
        gc.collect()
        self.assertEqual(column.to_pylist(), expected)
        del column
        gc.collect()
        self.assertEqual(ledger.memory, (0, 0))

    @needs("pyarrow")
    def test_the_last_owner_may_be_any_thread(self):
        ledger = book(5)
        report = ledger.open_items()
        shared = [[pa.table(report.minor() if n % 2 else report) for n in range(200)] for _ in range(4)]
        threads = [threading.Thread(target=tables.clear) for tables in shared]
        ledger.close()
        del report
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gc.collect()
        self.assertEqual(ledger.memory, (0, 0))

    @needs("pyarrow")
    def test_the_count_outlives_the_ledger(self):
        table = pa.table(book().open_items())
        gc.collect()
        self.assertEqual(table.num_rows, 50)
        del table


@needs("pyarrow")
class In(unittest.TestCase):
    ROWS = [{"key": f"N{n}", "customer": f"C{n % 3}", "issued": date(2025, 1, 1 + n % 28), "due": date(2025, 2, 1),
             "amount": Decimal(n + 1) / 4} for n in range(2000)]

    def ledger(self):
        ledger = Ledger(currency="EUR")
        ledger.post_customers([Customer(key=f"C{n}") for n in range(3)])
        return ledger

    def posted(self, data, **options):
        """The open items of a book that the data were posted into."""
        with self.ledger() as ledger:
            self.assertIsNone(ledger.post_arrow(Rows.INVOICES, data, **options))
            ledger.verify()
            return [(row.invoice, row.customer, row.due, row.open) for row in ledger.open_items()]

    def expected(self, rows=ROWS):
        return [(row["key"], row["customer"], row["due"], row["amount"]) for row in rows]

    def table(self, rows=ROWS):
        return pa.Table.from_pylist(rows)

    def test_pyarrow(self):
        table = self.table()
        self.assertEqual(self.posted(table), self.expected())
        self.assertEqual(self.posted(table.slice(5, 700)), self.expected(self.ROWS[5:705]))
        self.assertEqual(self.posted(table.to_reader(max_chunksize=77)), self.expected())

    def test_types(self):
        for name, types in (("key", (pa.large_string(), pa.string_view())), ("customer", (pa.dictionary(pa.int8(), pa.string()),)),
                            ("issued", (pa.date64(), pa.timestamp("s"), pa.timestamp("ns"), pa.string())),
                            ("amount", (pa.decimal128(38, 10), pa.string()))):
            for kind in types:
                table = self.table(self.ROWS[:40])
                column = table[name].dictionary_encode() if "dictionary" in str(kind) else table[name].cast(kind)
                self.assertEqual(self.posted(table.set_column(table.schema.names.index(name), name, column)),
                                 self.expected(self.ROWS[:40]), kind)

    def test_whole_and_minor_units(self):
        table = self.table(self.ROWS[:4]).drop_columns(["amount"]).append_column("amount", pa.array([5, 6, 7, 8], pa.int16()))
        self.assertEqual([row[3] for row in self.posted(table)], [5, 6, 7, 8])
        self.assertEqual([row[3] for row in self.posted(table, minor=True)], [Decimal(n) / 100 for n in (5, 6, 7, 8)])
        with self.assertRaisesRegex(errors.InvalidError, "decimal128"):
            self.posted(table.set_column(4, "amount", table["amount"].cast(pa.float64())))

    @needs("polars")
    def test_polars(self):
        frame = pl.DataFrame(self.ROWS)
        self.assertEqual(self.posted(frame), self.expected())
        self.assertEqual(self.posted(frame.with_columns(pl.col("customer").cast(pl.Categorical))), self.expected())

    @needs("pandas")
    def test_pandas(self):
        frame = pd.DataFrame(self.ROWS)
        self.assertEqual(self.posted(frame), self.expected())
        frame["issued"] = pd.to_datetime(frame["issued"])
        self.assertEqual(self.posted(frame), self.expected())
        frame["issued"] += timedelta(hours=1)
        with self.assertRaisesRegex(errors.InvalidError, "a moment within a day"):
            self.posted(frame)

    @needs("duckdb")
    def test_duckdb(self):
        given = self.table()
        self.assertEqual(self.posted(duckdb.sql("select * from given")), self.expected())
        del given

    def test_faults(self):
        rows = [dict(row) for row in self.ROWS]
        rows[3]["customer"], rows[1500]["amount"], rows[1999]["key"] = "nobody", Decimal("0.001"), "N0"
        with self.ledger() as ledger:
            before = ledger.next_sequence
            with self.assertRaises(errors.NotFoundError) as caught:
                ledger.post_arrow(Rows.INVOICES, self.table(rows))
            self.assertEqual((caught.exception.record, caught.exception.field, ledger.next_sequence), (3, "customer", before))
            told = [(row.row, row.key, row.column, row.status) for row in caught.exception.faults]
            self.assertEqual(told, [(3, "N3", "customer", "ARC_E_NOT_FOUND"), (1500, "N1500", "amount", "ARC_E_INVALID"),
                                    (1999, "N0", "key", "ARC_E_EXISTS")])
            faults = ledger.post_arrow(Rows.INVOICES, self.table(rows), skip_faults=True)
            self.assertEqual(pa.table(faults)["row"].to_pylist(), [3, 1500, 1999])
            self.assertEqual(len(ledger.open_items()), 1997)
            with self.assertRaises(errors.InvalidError) as caught:
                ledger.post_arrow(Rows.INVOICES, self.table().rename_columns(["key", "customer", "issued", "due", "total"]))
            self.assertEqual((caught.exception.faults, "total" in str(caught.exception)), (None, True))

    def test_other_rows(self):
        with Ledger(currency="EUR") as ledger:
            customers = pa.table({"key": ["A", "B"], "name": ["Älvdalen", None], "currency": [None, "JPY"],
                                  "credit_limit": [Decimal("10.50"), Decimal("7.00")], "tag_2": ["north", "south"]})
            self.assertIsNone(ledger.post_arrow(Rows.CUSTOMERS, customers))
            with self.assertRaises(errors.ExistsError):
                ledger.post_arrow(Rows.CUSTOMERS, customers.set_column(1, "name", pa.array(["Other", "Name"])))
            self.assertIsNone(ledger.post_arrow(Rows.CUSTOMERS, customers.set_column(1, "name", pa.array(["Other", "Name"])), replace=True))
            self.assertIsNone(ledger.post_arrow(Rows.CONTACTS, pa.table({"key": ["K"], "customer": ["A"], "email": ["a@b.example"]})))
            with ledger.batch():
                ledger.post_arrow(Rows.PAYMENTS, pa.table({"key": ["P"], "customer": ["B"], "received": [DAY], "amount": [500]}))
                ledger.post_arrow(Rows.CREDIT_NOTES, pa.table({"key": ["N"], "customer": ["A"], "issued": [DAY], "amount": ["1.50"]}))
            self.assertEqual((ledger.balance("B", "JPY"), ledger.balance("A")), ((0, Decimal(500)), (0, Decimal("1.50"))))
            ledger.verify()

    def test_streams_that_fail(self):
        schema = self.table().schema
        with self.ledger() as ledger:
            before = ledger.next_sequence

            def batches(do):
                yield from self.table().to_batches(max_chunksize=1000)
                do()

            for do, words in ((lambda: 1 / 0, "division by zero"), (lambda: ledger.post_customers(Customer(key="Z")), "callback")):
                with self.assertRaises(errors.HostError) as caught:
                    ledger.post_arrow(Rows.INVOICES, pa.RecordBatchReader.from_batches(schema, batches(do)))
                self.assertIn(words, str(caught.exception))
            for data in (None, [1, 2], {"key": ["X"]}):
                with self.assertRaises(TypeError):
                    ledger.post_arrow(Rows.INVOICES, data)
            with self.assertRaises(errors.InvalidError):
                ledger.post_arrow(9, self.table())
            self.assertEqual(ledger.next_sequence, before)
        with self.assertRaises(ValueError):
            ledger.post_arrow(Rows.INVOICES, self.table())

    @needs("polars")
    def test_a_book_out_and_in_again(self):
        with book() as ledger, Ledger(currency="EUR") as other:
            items = pl.DataFrame(ledger.open_items())
            other.post_arrow(Rows.CUSTOMERS, items.select(key="customer", currency="currency").unique())
            other.post_arrow(Rows.INVOICES, items.select("customer", "currency", "due", key="invoice", issued=date(2025, 1, 1), amount="open"))
            self.assertEqual(sorted(map(tuple, ledger.aging(DAY))), sorted(map(tuple, other.aging(DAY))))


if __name__ == "__main__":
    unittest.main()
