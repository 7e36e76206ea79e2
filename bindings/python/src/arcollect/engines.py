"""The engines on a ledger: cadence, matcher, scorer, and the collector that runs the day."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from . import rows as _rows
from ._base import Encoder, Minor, Pending, check, decode, encoded, from_day, from_text, interrupted, new_error, to_day, to_minor
from ._native import ffi, lib
from .constants import OK, Answer, BacktestOf, CollectorFlag, DayKind, Period, Phase, ScoreKind
from .ledger import Handle, Ledger, instant
from .report import Report
from .texts import Reader
from .transport import Post, Transport


class Cadence(Handle):
    """Which touch is due, through which channel, in which tone, and what holds it back."""

    def __init__(self, ledger: Ledger, options: _rows.CadenceOptions | None = None) -> None:
        self._encoder = ledger._encoder()  # the options' tables are kept
        c = self._encoder.one(options or _rows.CadenceOptions())
        out = ffi.new("arc_cadence **")
        ledger._call(lib.arc_cadence_open, out, ledger._open(), c, kind=_rows.CadenceOptions)
        self._own(ledger, out[0], lib.arc_cadence_close)

    def plan(self, day: date) -> tuple[int, int]:
        """Records the touches of a day as planned or withheld: how many of each."""
        planned, withheld = ffi.new("size_t *"), ffi.new("size_t *")
        self._call(lib.arc_cadence_plan, self._open(), to_day(day), planned, withheld)
        return int(planned[0]), int(withheld[0])

    def why(self, key: str, day: date) -> Report:
        """Why a touch was planned or withheld, or why a customer gets none on a day."""
        text = encoded(key)
        return self._report(lib.arc_cadence_why, text, len(text), to_day(day))

    def coverage(self, day: date) -> tuple[Report, _rows.CadenceSums]:
        """The certificate of a day: every overdue account with what became of it, and the sums."""
        sums, out = ffi.new("arc_cadence_sums *"), ffi.new("arc_report **")
        sums.struct_size = ffi.sizeof("arc_cadence_sums")
        self._call(lib.arc_cadence_coverage, out, sums, self._open(), to_day(day))
        return Report(out[0], self._ledger._memory), decode(_rows.CadenceSums, sums, "")

    def send_from(self, touch: str, now: Any) -> int:
        """When a touch may go out: milliseconds since 1970 in UTC."""
        out, key = ffi.new("int64_t *"), encoded(touch)
        self._call(lib.arc_cadence_send_from, out, self._open(), key, len(key), instant(now))
        return int(out[0])


class Matcher(Handle):
    """Which open items a payment settles, how sure that is, and what is left over."""

    def __init__(self, ledger: Ledger, options: _rows.MatcherOptions | None = None) -> None:
        encoder, out = ledger._encoder(), ffi.new("arc_matcher **")
        c = encoder.one(options or _rows.MatcherOptions())
        ledger._call(lib.arc_matcher_open, out, ledger._open(), c, kind=_rows.MatcherOptions)
        self._own(ledger, out[0], lib.arc_matcher_close)

    def run(self, day: date) -> tuple[int, int]:
        """Decides all payments received by a day: how many were applied, and how many were left for a human."""
        applied, left = ffi.new("size_t *"), ffi.new("size_t *")
        self._call(lib.arc_matcher_run, self._open(), to_day(day), applied, left)
        return int(applied[0]), int(left[0])

    def propose(self, day: date, payment: str = "") -> Report:
        """What the matcher proposes for a payment, or for all that a run of the day would decide."""
        key = encoded(payment)
        return self._report(lib.arc_matcher_propose, key or ffi.NULL, len(key), to_day(day))

    def why(self, payment: str, day: date) -> Report:
        """What the matcher makes of a payment now, and why."""
        key = encoded(payment)
        return self._report(lib.arc_matcher_why, key, len(key), to_day(day))

    def _answer(self, kind: Answer, payment: str, day: date, rank: int, invoice: str, author: str, reason: str) -> bool:
        encoder = Encoder()
        answer = _rows.MatchAnswer(payment=payment, day=day, rank=rank, invoice=invoice, author=author, reason=reason,
                                   answer=kind)
        return self._call(lib.arc_matcher_answer, self._open(), encoder.one(answer), kind=_rows.MatchAnswer) == OK

    def confirm(self, payment: str, day: date, *, rank: int = 0, author: str = "", reason: str = "") -> bool:
        """Applies a proposal, and refuses those ranked above it."""
        return self._answer(Answer.CONFIRM, payment, day, rank, "", author, reason)

    def reject(self, payment: str, day: date, *, rank: int = 0, author: str = "", reason: str = "") -> bool:
        """Refuses a proposal: it is not made for the payment again."""
        return self._answer(Answer.REJECT, payment, day, rank, "", author, reason)

    def undo(self, payment: str, day: date, *, invoice: str = "", author: str = "", reason: str = "") -> bool:
        """Takes back what a payment settles of one invoice, or of all."""
        return self._answer(Answer.UNDO, payment, day, 0, invoice, author, reason)


class Scorer(Handle):
    """When open items will be paid, the cash to come, and whom to work first."""

    def __init__(self, ledger: Ledger) -> None:
        out = ffi.new("arc_scorer **")
        ledger._call(lib.arc_scorer_open, out, ledger._open())
        self._own(ledger, out[0], lib.arc_scorer_close)

    def train(self, day: date) -> None:
        """Learns from what the book knew by a day."""
        self._call(lib.arc_scorer_train, self._open(), to_day(day))

    def save(self) -> bytes:
        """The trained model."""
        data, size = ffi.new("const void **"), ffi.new("size_t *")
        with self._ledger._lock:
            self._call(lib.arc_scorer_save, data, size, self._open())
            return bytes(ffi.buffer(data[0], size[0])[:])

    def load(self, model: bytes) -> None:
        """Takes a saved model instead."""
        self._call(lib.arc_scorer_load, self._open(), ffi.from_buffer(model), len(model))

    def predict(self, as_of: date, customer: str = "") -> Report:
        """When open instalments will be paid."""
        return self._score(ScoreKind.PREDICTIONS, as_of, customer=customer)

    def explain(self, invoice: str, as_of: date, instalment: int = 1) -> Report:
        """What makes up a prediction."""
        return self._score(ScoreKind.EXPLANATION, as_of, invoice=invoice, instalment=instalment)

    def forecast(self, as_of: date, *, by: int = 0, period: Period = Period.WEEK, count: int = 0) -> Report:
        """The cash that is expected from what is open, with intervals."""
        options = _rows.ForecastOptions(as_of=as_of, by=by, period=period, count=count)
        return self._options(lib.arc_scorer_forecast, options)

    def backtest(self, cut: date, *, until: date | None = None, moments: int = 0,
                 of: BacktestOf = BacktestOf.PAYMENTS) -> Report:
        """What the model would have said in the past, of payments or of cash, and what happened."""
        return self._options(lib.arc_scorer_backtest, _rows.BacktestOptions(cut=cut, until=until, moments=moments, of=of))

    def worklist(self, as_of: date, limit: int = 0) -> Report:
        """Customers to work, first one first."""
        return self._score(ScoreKind.WORKLIST, as_of, limit=limit)

    def why(self, customer: str, as_of: date) -> Report:
        """What makes up a customer's priority."""
        return self._score(ScoreKind.PRIORITY, as_of, customer=customer)

    def today(self, as_of: date, capacities: Sequence[_rows.Capacity], minutes: Sequence[int] = ()) -> Report:
        """The list that is worth most in the minutes that people have."""
        return self._options(lib.arc_scorer_today, _rows.TodayOptions(as_of=as_of, capacities=capacities, minutes=minutes))

    def customers(self, as_of: date) -> Report:
        """Every customer by how it pays."""
        return self._score(ScoreKind.CUSTOMERS, as_of)

    def chase(self, as_of: date, *, days: int = 0, cost: Decimal | int | str = 0) -> Report:
        """Whether chasing pays, item by item."""
        return self._options(lib.arc_scorer_chase, _rows.ChaseOptions(as_of=as_of, days=days, cost=cost))

    def _score(self, kind: ScoreKind, as_of: date, **asked: Any) -> Report:
        return self._options(lib.arc_scorer_report, _rows.ScoreQuery(report=kind, as_of=as_of, **asked))

    def _options(self, function: Any, options: Any) -> Report:
        encoder = self._ledger._encoder()
        return self._report(function, encoder.one(options), kind=type(options))


class _Owned:
    """An engine of the collector's: closed with it."""

    def _of(self, collector: Collector, c: Any) -> None:
        self._collector = collector
        self._own(collector._ledger, c, lambda c: None)  # type: ignore[attr-defined]


class _OwnedCadence(Cadence, _Owned):
    def __init__(self, collector: Collector) -> None:
        self._of(collector, lib.arc_collector_cadence(collector._open()))


class _OwnedMatcher(Matcher, _Owned):
    def __init__(self, collector: Collector) -> None:
        self._of(collector, lib.arc_collector_matcher(collector._open()))


class _OwnedScorer(Scorer, _Owned):
    def __init__(self, collector: Collector) -> None:
        self._of(collector, lib.arc_collector_scorer(collector._open()))


class _Caller:
    """Progress and a language model as the library calls them."""

    def __init__(self, pending: Pending, progress: Any, model: Any) -> None:
        self.pending, self.progress, self.model = pending, progress, model
        self.keep: list[Any] = []
        self.handle = ffi.new_handle(self)


@ffi.def_extern(error=1, onerror=interrupted)
def arcollect_progress(user: Any, phase: int, done: int, total: int) -> int:
    caller = ffi.from_handle(user)
    try:  # that this is Python at all lets Ctrl-C in
        if caller.progress is not None:
            answer = caller.progress(Phase(phase), done, total)
            return int(answer is False)
    except BaseException as error:
        caller.pending.error = error
        return 1
    return 0


@ffi.def_extern(error=-1, onerror=interrupted)
def arcollect_ask(user: Any, text: Any, language: Any, answer: Any) -> int:
    caller = ffi.from_handle(user)
    try:
        found = caller.model(from_text(text), ffi.string(language).decode() if language else "")
        if found is None:
            return 0
        kind, confidence, words = found
        data = words.encode()
        caller.keep = [ffi.from_buffer(data)]
        answer.kind, answer.confidence_ppm = int(kind), round(float(confidence) * 1000000)
        answer.words.data, answer.words.size = caller.keep[0], len(data)
        return 1
    except BaseException as error:
        caller.pending.error = error
        return -1


def progress_bar(bar: Any) -> Callable[[Phase, int, int], None]:
    """A bar such as tqdm's as the progress of a Collector: Collector(ledger, progress=progress_bar(tqdm()))."""

    def progress(phase: Phase, done: int, total: int) -> None:
        bar.set_description(phase.name.lower().replace("_", " "), refresh=False)
        bar.total, bar.n = total or None, done
        bar.refresh()

    return progress


class Collector(Handle):
    """The daily cycle over a ledger, with engines of its own.

    transport: a callable that takes a Message, or an object with send(message); None: touches stay planned
    letterhead: who writes, and where payments are to go
    matcher: options of the cash matcher
    calendar: business days; None: weekends only
    flags: CollectorFlag
    retry_hours: how long after each failed attempt a message is offered again
    fallback_channel: Channel by which a message goes when it bounced
    progress: called as progress(phase, done, total), see progress_bar; returning False stops the run, which can be run again
    reply_rules: what is done about replies
    reply_reader: what the host has taught
    reply_model: asked where the reader is not sure: model(text, language) gives (kind, confidence 0..1, words) or None
    """

    def __init__(self, ledger: Ledger, transport: Transport | None = None, *, letterhead: _rows.Letterhead | None = None,
                 sender: str = "", matcher: _rows.MatcherOptions | None = None, calendar: Any = None,
                 flags: CollectorFlag | int = CollectorFlag.SUMMARY, retry_hours: Sequence[int] = (), fallback_channel: int = 0,
                 dispute_days: int = 0, progress: Callable[[Phase, int, int], Any] | None = None,
                 reply_rules: Iterable[_rows.ReplyRule] = (), reply_least_ppm: int = 0, reply_days: int = 0,
                 reply_model: Callable[[str, str], Any] | None = None, reply_reader: Reader | None = None) -> None:
        encoder = ledger._encoder()
        c = ffi.new("arc_collector_options *")
        c.struct_size, c.flags = ffi.sizeof("arc_collector_options"), int(flags)
        self._post = Post(transport, ledger._pending) if transport is not None else None
        if self._post is not None:
            c.transport = self._post.c
        self._calendar = calendar
        if calendar is not None:
            c.calendar = calendar._c
        if matcher is not None:
            c.matcher = encoder.one(matcher)
        if letterhead is not None:
            c.letterhead = encoder.one(letterhead)
        encoder.text(c.sender, sender)
        if retry_hours:
            hours = ffi.new("uint32_t[]", list(retry_hours))
            c.retry_hours, c.retry_count = hours, len(retry_hours)
        rules = list(reply_rules)
        if rules:
            c.reply_rules, c.reply_rule_count = encoder.array(_rows.ReplyRule, rules), len(rules)
        c.fallback_channel, c.dispute_days = int(fallback_channel), dispute_days
        c.reply_least_ppm, c.reply_days = reply_least_ppm, reply_days
        self._reader = reply_reader
        if reply_reader is not None:
            c.reply_reader = reply_reader._c
        self._caller = _Caller(ledger._pending, progress, reply_model)
        c.progress, c.progress_user = lib.arcollect_progress, self._caller.handle
        if reply_model is not None:
            c.reply_model.ask, c.reply_model.user = lib.arcollect_ask, self._caller.handle
        out = ffi.new("arc_collector **")
        ledger._call(lib.arc_collector_open, out, ledger._open(), c, kind="arc_collector_options")
        self._own(ledger, out[0], lib.arc_collector_close)
        self._engines: dict[type[Any], Any] = {}

    def close(self) -> None:
        for engine in self._engines.values():
            engine.close()
        super().close()

    def _engine(self, kind: type[Any]) -> Any:
        if kind not in self._engines:
            self._engines[kind] = kind(self)
        return self._engines[kind]

    @property
    def cadence(self) -> Cadence:
        """The collector's cadence, to ask it why."""
        engine: Cadence = self._engine(_OwnedCadence)
        return engine

    @property
    def matcher(self) -> Matcher:
        """The collector's cash matcher."""
        engine: Matcher = self._engine(_OwnedMatcher)
        return engine

    @property
    def scorer(self) -> Scorer:
        """The collector's scorer."""
        engine: Scorer = self._engine(_OwnedScorer)
        return engine

    def _run(self, function: Any, day: date) -> _rows.DayReport:
        report = ffi.new("arc_day_report *")
        report.struct_size = ffi.sizeof("arc_day_report")
        self._call(function, self._open(), to_day(day), report)
        done: _rows.DayReport = decode(_rows.DayReport, report, self._ledger.currency)
        return done

    def run_day(self, day: date) -> _rows.DayReport:
        """Runs the cycle of one day: cash, bounces, reminders, sending, summary. It may be stopped by an exception of the
        transport or of progress, by Ctrl-C, or by a crash, and run again: nothing is done twice."""
        return self._run(lib.arc_collector_run_day, day)

    def send(self, day: date) -> _rows.DayReport:
        """Hands over what is planned and may go out now, between two days' runs."""
        return self._run(lib.arc_collector_send, day)

    def exceptions(self, day: date) -> Report:
        """What needs a person, with the reason and the choices."""
        return self._report(lib.arc_collector_exceptions, to_day(day))

    def preview(self, from_: date, to: date) -> Report:
        """What the days would do, were they run now."""
        return self._report(lib.arc_collector_preview, to_day(from_), to_day(to))

    def compare(self, previewed: Report) -> Report:
        """What came of an earlier preview, and what changed where it did not come so."""
        encoder = self._ledger._encoder()
        at = {name: previewed.columns.index(name) for name in ("date", "touch", "customer", "amount", "since", "currency")}
        every = []
        for row in previewed:
            amount = row[at["amount"]]
            minor = 0 if amount is None else Minor(to_minor(amount, row[at["currency"]]))
            every.append(_rows.Previewed(day=row[at["date"]], touch=row[at["touch"]], customer=row[at["customer"]], amount=minor,
                                         since=row[at["since"]] or 0))
        return self._report(lib.arc_collector_compare, encoder.array(_rows.Previewed, every), len(every), kind=_rows.Previewed)

    def whatif(self, options: _rows.WhatifOptions) -> Report:
        """Days of the past under another policy."""
        encoder = self._ledger._encoder()
        return self._report(lib.arc_collector_whatif, encoder.one(options), kind=_rows.WhatifOptions)

    def reply(self, message: _rows.Incoming) -> Report:
        """Reads a customer's reply, and does what the rules say about it; what was recorded."""
        encoder, out = self._ledger._encoder(), ffi.new("arc_report **")
        self._call(lib.arc_collector_reply, out, self._open(), encoder.one(message), kind=_rows.Incoming)
        return Report(out[0], self._ledger._memory)


class Calendar:
    """Business days: a weekend and a list of holidays. Immutable.

    weekend: weekdays off, 1 Monday .. 7 Sunday
    """

    def __init__(self, holidays: Iterable[date] = (), weekend: Iterable[int] = (6, 7)) -> None:
        bits = sum(1 << day for day in set(weekend)) or lib.ARC_WEEKEND_NONE
        self._take(holidays, bits, "", 0, 0)

    def _take(self, holidays: Iterable[date], weekend: int, country: str, first_year: int, last_year: int) -> None:
        out, err, options = ffi.new("arc_calendar **"), new_error(), ffi.new("arc_calendar_options *")
        days = ffi.new("arc_day[]", [to_day(day) for day in holidays])
        if len(country) > 3:
            raise ValueError(f"{country!r} is no country: two letters")
        options.struct_size, options.weekend, options.country = ffi.sizeof("arc_calendar_options"), weekend, country.encode()
        options.holidays, options.holiday_count = days, len(days)
        options.first_year, options.last_year = first_year, last_year
        check(lib.arc_calendar_new(out, options, err), err)
        self._c = ffi.gc(out[0], lib.arc_calendar_free)

    @classmethod
    def country(cls, country: str, first_year: int, last_year: int, more: Iterable[date] = ()) -> Calendar:
        """The calendar of a country, such as "DE", "GB", "US", or "EU" for the euro's payment system."""
        made = cls.__new__(cls)
        made._take(more, 0, country, first_year, last_year)
        return made

    def kind(self, day: date) -> DayKind:
        """What a day is: a business day, a weekend, or a holiday."""
        return DayKind(lib.arc_calendar_kind(self._c, to_day(day)))

    def is_business_day(self, day: date) -> bool:
        """Whether business is done on that day."""
        return self.kind(day) == DayKind.BUSINESS

    def add_business_days(self, day: date, n: int) -> date | None:
        """The n-th business day after a day, or before it."""
        return from_day(lib.arc_calendar_add_business_days(self._c, to_day(day), n))
