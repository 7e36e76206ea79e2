# %% [markdown]
# # A year of receivables
#
# Thirty customers, a year of invoices, the cash that came in, a reminder to whoever was late: then the questions that a
# credit manager asks on Monday. Run it cell by cell (VS Code, Spyder, Jupyter with jupytext), or as a script:
#
#     pip install ./bindings/python matplotlib
#     python tutorial.py          # writes aging.png and forecast.png to this folder

# %%
import random
from datetime import date, timedelta

import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter

from arcollect import Collector, Contact, Customer, Invoice, Ledger, Message, Minor, Payment

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
days = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]

# %% [markdown]
# ## A book
#
# `Ledger()` is in memory, `Ledger("book.arcollect")` in a file. Rows are dataclasses; a call records all of its rows or none.
# Amounts are `Decimal`, `"1190.00"`, or `Minor(119000)` in cents; a `float` is refused.

# %%
chance = random.Random(1)
ledger = Ledger(currency="EUR")
customers = [f"C{n:02}" for n in range(30)]
patience = {key: chance.choice([-2, 0, 3, 12, 35]) for key in customers}  # days late, as a habit

ledger.post_customers([Customer(key=key, name=f"Customer {key}", terms_days=30, segment="retail" if n % 3 else "industry")
                       for n, key in enumerate(customers)])
ledger.post_contacts([Contact(key=f"K-{key}", customer=key, name="Accounts payable", email=f"ap@{key.lower()}.example",
                               postal=f"{key[1:]} Harbour Street\nPort")
                      for key in customers])

# %% [markdown]
# ## Day by day
#
# What happens on a day is recorded first: invoices, and cash as the bank tells it, a text and an amount. Then the day is
# run: the matcher applies what is sure, the cadence decides who is reminded, and the transport gets the messages. Any
# callable that takes a `Message` is a transport; `Smtp` and `EmlFolder` are ready ones.

# %%
cash: dict[date, list[Payment]] = {}  # what will come in, by day
messages: list[Message] = []
number = 0
with Collector(ledger, messages.append) as collector:
    for today in days:
        invoices = []
        for key in customers:
            if chance.random() < 0.07 and today.weekday() < 5:
                number += 1
                amount = Minor(chance.randrange(20000, 900000))
                invoices.append(Invoice(key=f"2024-{number:04}", customer=key, issued=today, amount=amount))
                if chance.random() < 0.97:
                    paid = today + timedelta(30 + patience[key] + chance.randrange(-3, 9))
                    cash.setdefault(paid, []).append(Payment(
                        key=f"P{number}", customer=key, received=paid, amount=amount, remittance=f"Invoice 2024-{number:04}, thanks"))
        with ledger.batch():  # one commit a day
            if invoices:
                ledger.post_invoices(invoices)
            if today in cash:
                ledger.post_payments(cash[today])
        report = collector.run_day(today)

print(f"{number} invoices, {len(messages)} messages, {ledger.next_sequence - 1} records")
print(f"On {LAST}: EUR {report.receivable} owed, EUR {report.overdue} of it overdue at {report.customers_overdue} customers")
print(messages[-1].subject)
print(messages[-1].body)

# %% [markdown]
# ## Who owes what, and how old is it?
#
# A report has named, typed columns: `for row in report`, `report["open"]`, `report.dicts()`, `print(report)`. Undefined cells
# are None, never 0.

# %%
aging = ledger.aging(LAST)
print(aging)

# %%
buckets = ("not_due", "1-30", "31-60", "61-90", "over_90")
names = ("not due", "1–30 days", "31–60 days", "61–90 days", "over 90 days")
shades = ("#9fb8ad", "#f2c14e", "#f28f3b", "#c8553d", "#7a1f1f")
rows = sorted(aging.dicts(), key=lambda row: sum(row[bucket] for bucket in buckets[1:]))[-12:]

figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
left = [0.0] * len(rows)
for bucket, name, shade in zip(buckets, names, shades):
    widths = [float(row[bucket]) for row in rows]
    axes.barh([row["customer"] for row in rows], widths, left=left, color=shade, label=name)
    left = [a + b for a, b in zip(left, widths)]
axes.set_title(f"The twelve customers with most overdue, {LAST}", loc="left")
axes.set_xlabel("EUR")
axes.margins(x=0.02)
axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
figure.savefig("aging.png", dpi=120)

# %% [markdown]
# ## When will it be paid?
#
# The scorer learns from the book itself how each customer pays. Its forecast is of what is open today, with an interval that
# holds in 8 of 10 weeks. It is trained on what was known on a day, so that it can be tried on the past as well.

# %%
with Collector(ledger) as collector:
    scorer = collector.scorer
    scorer.train(LAST)
    forecast = scorer.forecast(LAST, count=8)
    late = sorted(scorer.predict(LAST), key=lambda row: row.p_late30, reverse=True)
print(forecast)
print("Most likely more than 30 days late:", ", ".join(f"{row.invoice} ({float(row.p_late30):.0%})" for row in late[:5]))

# %%
figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
weeks = [f"{row.from_:%d %b}" for row in forecast]
expected, low, high = ([float(cell) for cell in forecast[column]] for column in ("expected", "low", "high"))
axes.bar(weeks, expected, color="#2e6f95", width=0.6, label="expected")
axes.errorbar(weeks, expected, yerr=[[e - l for e, l in zip(expected, low)], [h - e for e, h in zip(expected, high)]],
              fmt="none", ecolor="#1b2a34", capsize=4, label="8 of 10 weeks")
axes.set_title("Cash expected from what is open, by week", loc="left")
axes.set_ylabel("EUR")
axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
axes.set_ylim(bottom=0)
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
figure.savefig("forecast.png", dpi=120)

# %% [markdown]
# ## Whom to call first, and why?
#
# Every decision can be asked for its reasons, and they add up.

# %%
with Collector(ledger) as collector:
    worklist = collector.scorer.worklist(LAST, 5)
    first = worklist[0].customer
    print(worklist)
    print(collector.scorer.why(first, LAST))
    print(collector.cadence.why(first, LAST))
print(ledger.statement(first, from_=date(2024, 11, 1), as_of=LAST))

# %% [markdown]
# ## What did we know then?
#
# Any report can be had as of any day. And the journal proves itself: each record is linked to those before it.

# %%
for end in (date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), LAST):
    dso = next(row.value for row in ledger.metrics(end) if row.metric == "dso" and row.variant == "simple")
    print(f"{end}: DSO {dso} days")
ledger.verify()
ledger.close()
