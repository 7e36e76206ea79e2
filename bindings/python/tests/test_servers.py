"""Ready storages and transports against real servers: PostgreSQL on a socket of its own, SMTP on the loopback."""
import contextlib
import email
import email.policy
import importlib.util
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
import unittest
from datetime import date

from arcollect import (ByChannel, Channel, Collector, Contact, Customer, EmlFolder, Invoice, Ledger, Payment, PostgresStorage, Smtp,
                       SQLiteStorage, errors)

DAY = date(2025, 3, 10)
SECONDS = 20  # the most that a server may take to start


def book(ledger, customers=1):
    with ledger.batch():
        for n in range(customers):
            ledger.post(Customer(key=f"C{n}", name=f"Customer {n}"),
                        Contact(key=f"K{n}", customer=f"C{n}", name="Ann Lee", email=f"c{n}@orchard.example"),
                        Invoice(key=f"I{n}", customer=f"C{n}", issued=date(2025, 2, 1), due=date(2025, 3, 3), amount="1190.00"))
    return ledger


def program(name):
    """A program of PostgreSQL's, wherever a distribution puts it."""
    found = shutil.which(name)
    for folder in sorted(os.listdir("/usr/lib/postgresql"), reverse=True) if os.path.isdir("/usr/lib/postgresql") else []:
        found = found or shutil.which(name, path=os.path.join("/usr/lib/postgresql", folder, "bin"))
    return found


@unittest.skipUnless(program("postgres") and program("initdb"), "PostgreSQL is not installed")
@unittest.skipUnless(importlib.util.find_spec("psycopg"), "psycopg is not installed")
class Postgres(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A server on a socket of its own, as somebody who is not root."""
        cls.folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")  # a socket's path is short
        data = os.path.join(cls.folder, "data")
        as_user = {}
        if os.getuid() == 0:
            user = pwd.getpwnam("nobody")
            os.chown(cls.folder, user.pw_uid, user.pw_gid)
            as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        made = subprocess.run([program("initdb"), "-D", data, "-U", "book", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8"],
                              cwd=cls.folder, capture_output=True, text=True, timeout=60, **as_user)
        if made.returncode:
            raise unittest.SkipTest("initdb: " + made.stderr[-200:])
        cls.server = subprocess.Popen(
            [program("postgres"), "-D", data, "-k", cls.folder, "-c", "listen_addresses=", "-F"], cwd=cls.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)
        cls.addClassCleanup(cls.server.wait, SECONDS)
        cls.addClassCleanup(cls.server.terminate)
        cls.where = f"host={cls.folder} user=book dbname=postgres connect_timeout=5"
        import psycopg
        cls.psycopg = psycopg
        until = time.monotonic() + SECONDS
        while True:
            try:
                psycopg.connect(cls.where).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def setUp(self):
        with self.psycopg.connect(self.where, autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS arcollect_journal, arcollect_snapshot, postings")

    def test_a_book(self):
        """The commits are those of any other storage; a snapshot, a shortened journal, and the same book again."""
        with tempfile.TemporaryDirectory() as folder:
            lite = SQLiteStorage(os.path.join(folder, "book.db"))
            with Ledger(storage=lite, currency="EUR") as ledger, Ledger(storage=PostgresStorage(self.where), currency="EUR") as other:
                for one in (ledger, other):
                    one.set_clock(10**12)
                    book(one, 50)
                    Collector(one, lambda message: None).run_day(DAY)
                self.assertEqual(ledger.head, other.head)
                with self.psycopg.connect(self.where) as connection:
                    stored = connection.execute("SELECT * FROM arcollect_journal ORDER BY first_seq").fetchall()
                self.assertEqual(stored, lite.connection.execute("SELECT * FROM arcollect_journal ORDER BY first_seq").fetchall())
                other.verify()
                for at in range(40):  # more than are read at a time
                    other.post_customers(Customer(key=f"D{at}"))
                head = other.head
        with Ledger(storage=PostgresStorage(self.where)) as ledger:
            self.assertEqual((ledger.head, ledger.currency, ledger.last_day_run), (head, "EUR", DAY))
            ledger.snapshot()
            ledger.post_customers(Customer(key="E1"))
            self.assertTrue(ledger.drop_journal())
            ledger.post_customers(Customer(key="E2"))
            ledger.verify()
            head, first = ledger.head, ledger.first_sequence
        self.assertGreater(first, 1)
        with Ledger(storage=PostgresStorage(self.where)) as ledger:
            self.assertEqual((ledger.head, ledger.first_sequence), (head, first))

    def test_two_writers(self):
        with book(Ledger(storage=PostgresStorage(self.where), currency="EUR")) as one, \
                Ledger(storage=PostgresStorage(self.where)) as other:
            one.post_customers(Customer(key="D1"))
            with self.assertRaises(errors.ConflictError):
                other.post_customers(Customer(key="D2"))
            self.assertTrue(other.refresh())
            self.assertTrue(other.post_customers(Customer(key="D2")))
            self.assertTrue(one.refresh())
            self.assertEqual(one.head, other.head)

    def test_within_the_hosts_transaction(self):
        with self.psycopg.connect(self.where) as connection:
            ledger = book(Ledger(storage=PostgresStorage(connection), currency="EUR"))
            connection.execute("CREATE TABLE postings(amount INTEGER)")
            connection.commit()
            connection.execute("INSERT INTO postings VALUES(1)")
            ledger.post_customers(Customer(key="D1"))
            connection.rollback()
            ledger.close()
            with Ledger(storage=PostgresStorage(connection)) as ledger:
                self.assertEqual(len(ledger.open_items()), 1)
                self.assertTrue(ledger.post_customers(Customer(key="D1")))
                self.assertEqual(connection.execute("SELECT count(*) FROM postings").fetchone(), (0,))

    def test_a_connection_that_is_lost(self):
        """Before the commit: it was not stored. The book is opened anew and goes on."""
        storage = PostgresStorage(self.where)
        with book(Ledger(storage=storage, currency="EUR")) as ledger:
            head = ledger.head
            with self.psycopg.connect(self.where, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [storage.connection.info.backend_pid])
            with self.assertRaises(self.psycopg.OperationalError):
                ledger.post_customers(Customer(key="D1"))
            self.assertEqual(ledger.head, head)
        with Ledger(storage=PostgresStorage(self.where)) as ledger:
            self.assertEqual(ledger.head, head)
            self.assertTrue(ledger.post_customers(Customer(key="D1")))

    def test_an_outcome_that_is_not_known(self):
        """The connection is lost while the commit is on its way."""
        storage = PostgresStorage(self.where)
        with book(Ledger(storage=storage, currency="EUR")) as ledger:
            storage.connection.execute("CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS"
                                       " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'")
            storage.connection.execute("CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON arcollect_journal"
                                       " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose()")
            with self.assertRaises(errors.UnknownOutcomeError):
                ledger.post_customers(Customer(key="D1"))
            with self.assertRaises(errors.ReadOnlyError):
                ledger.post_customers(Customer(key="D1"))
        with self.psycopg.connect(self.where, autocommit=True) as connection:
            connection.execute("DROP FUNCTION lose CASCADE")
        with Ledger(storage=PostgresStorage(self.where)) as ledger:
            self.assertTrue(ledger.post_customers(Customer(key="D1")))


class Inbox:
    """What the server takes, and what it says."""

    def __init__(self):
        self.mails, self.sessions, self.refuse, self.most = [], set(), {}, None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.sessions.add(session.peer)
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


@unittest.skipUnless(importlib.util.find_spec("aiosmtpd"), "aiosmtpd is not installed")
class Mail(unittest.TestCase):
    def setUp(self):
        self.inbox = Inbox()
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        self.start()
        self.addCleanup(self.stop)

    def stop(self):
        if self.controller:
            self.controller.stop()
        self.controller = None

    def start(self):
        from aiosmtpd.controller import Controller
        self.controller = Controller(self.inbox, hostname="127.0.0.1", port=self.port, ready_timeout=SECONDS)
        self.controller.start()

    def smtp(self, **options):
        smtp = Smtp(lambda: smtplib.SMTP("127.0.0.1", self.port, timeout=5), "Receivables <ar@example.com>", **options)
        self.addCleanup(smtp.close)
        return smtp

    def test_mails_arrive(self):
        with book(Ledger(currency="EUR"), 3) as ledger, Collector(ledger, self.smtp()) as collector:
            self.assertEqual(collector.run_day(DAY).touches_sent, 3)
        self.assertEqual(len(self.inbox.sessions), 1)  # one connection
        sender, to, mail = self.inbox.mails[0]
        self.assertEqual((sender, to, mail["To"]), ("ar@example.com", ["c0@orchard.example"], "Ann Lee <c0@orchard.example>"))
        self.assertIn("1,190.00", mail["Subject"])
        self.assertEqual([part.get_content_type() for part in mail.iter_parts()], ["text/plain", "text/html"])
        self.assertEqual(len({mail["Message-ID"] for _, _, mail in self.inbox.mails}), 3)

    def test_what_is_refused(self):
        """For good: it has failed. For now: it is offered again. The others arrive."""
        self.inbox.refuse = {"c0@orchard.example": "550 no such user", "c1@orchard.example": "451 come back later"}
        with book(Ledger(currency="EUR"), 3) as ledger, Collector(ledger, self.smtp()) as collector:
            report = collector.run_day(DAY)
            self.assertEqual((report.touches_sent, report.touches_failed, report.touches_put_off), (1, 1, 1))
            self.inbox.refuse = {}
            ledger.set_clock(int(time.time() * 1000) + 25 * 3600000)
            self.assertEqual(collector.send(DAY).touches_sent, 1)
        self.assertEqual([to for _, to, _ in self.inbox.mails], [["c2@orchard.example"], ["c1@orchard.example"]])

    def test_a_server_that_is_gone(self):
        """The run stops with smtplib's exception and is run again: nobody gets a message twice."""
        with book(Ledger(currency="EUR"), 3) as ledger, Collector(ledger, self.smtp()) as collector:
            self.stop()
            with self.assertRaises(ConnectionRefusedError):
                collector.run_day(DAY)
            self.start()
            self.assertEqual(collector.run_day(DAY).touches_sent, 3)
        self.assertEqual(len({mail["Message-ID"] for _, _, mail in self.inbox.mails}), len(self.inbox.mails))

    def test_bounds(self):
        """At most so many mails by a connection, and no waiting for a server that says nothing."""
        with book(Ledger(currency="EUR"), 7) as ledger, Collector(ledger, self.smtp(per_connection=3)) as collector:
            self.assertEqual(collector.run_day(DAY).touches_sent, 7)
        self.assertEqual((len(self.inbox.mails), len(self.inbox.sessions)), (7, 3))
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as silent:
            smtp = Smtp("127.0.0.1", "ar@example.com", port=silent.getsockname()[1], timeout=0.2)
            with book(Ledger(currency="EUR")) as ledger, Collector(ledger, smtp) as collector:
                with self.assertRaises(smtplib.SMTPServerDisconnected):  # timed out
                    collector.run_day(DAY)

    def test_a_connection_that_grew_old(self):
        """The server closed it meanwhile: another one is made, nothing stops."""
        smtp = self.smtp(idle=0)
        with book(Ledger(currency="EUR")) as ledger, Collector(ledger, smtp) as collector:
            collector.run_day(DAY)
            smtp._server.sock.shutdown(socket.SHUT_RDWR)
            ledger.post(Customer(key="D"), Contact(key="KD", customer="D", email="d@orchard.example"),
                        Invoice(key="ID", customer="D", issued=date(2025, 2, 1), due=date(2025, 3, 4), amount=7))
            self.assertEqual(collector.run_day(date(2025, 3, 11)).touches_sent, 1)

    def test_by_channel(self):
        with tempfile.TemporaryDirectory() as folder, book(Ledger(currency="EUR")) as ledger:
            ledger.post(Customer(key="L"), Contact(key="KL", customer="L", name="Post", postal="1 Quay"),
                        Invoice(key="IL", customer="L", issued=date(2025, 2, 1), due=date(2025, 3, 3), amount=7))
            with Collector(ledger, ByChannel({Channel.EMAIL: self.smtp()}, EmlFolder(folder))) as collector:
                self.assertEqual(collector.run_day(DAY).touches_sent, 2)
            self.assertEqual((len(self.inbox.mails), len(os.listdir(folder))), (1, 1))
        with book(Ledger(currency="EUR")) as ledger:
            ledger.post(Payment(key="P", customer="C0", received=DAY, amount=1190, remittance="I0"))
            with Collector(ledger, self.smtp()) as collector:
                self.assertEqual(collector.run_day(DAY).touches_sent, 0)  # it is paid


if __name__ == "__main__":
    unittest.main()
