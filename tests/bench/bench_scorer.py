#!/usr/bin/env python3
"""Training and predicting of the payment model against scikit-learn and XGBoost, on the same invoices in the same run.

usage: bench_scorer.py BENCH_SCORER INVOICES...

Needs numpy, pandas, scikit-learn and xgboost from PyPI. The peers learn one number, whether an invoice is paid late, from 20
features a row, made outside of the clock, on one thread; ours learns and tells the distribution over 221 days, and
makes its features from the ledger. So a ratio of training is ours to a peer's, and a rate is of distributions to
probabilities. Memory is what training took beyond the book, or beyond the rows.
"""
import os
import subprocess
import sys
import tempfile
import threading
import time

os.environ["OMP_NUM_THREADS"] = "1"
try:
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from xgboost import XGBClassifier
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)


def features(rows):
    """What was known of each invoice's customer when it was issued, of those before it; and what is known of itself."""
    late = rows.paid - rows.due
    by = rows.assign(late=late.clip(-100, 120).fillna(0), n=1.0, was_late=(late > 0) * 1.0, log=np.log(rows.amount))
    before = by.groupby("customer")
    x = pd.DataFrame({"log": by.log, "terms": rows.due - rows.issued, "weekday": (rows.due + 3) % 7, "issue_weekday": (rows.issued + 3) % 7})
    for name in ("late", "n", "was_late", "log"):
        x["sum_" + name] = before[name].cumsum() - by[name]
    for name in ("late", "was_late", "log"):
        x["mean_" + name] = x["sum_" + name] / x.sum_n.clip(lower=1)
        for back in (1, 2):
            x[f"{name}_{back}"] = before[name].shift(back).fillna(0)
    x["against"] = x.log - x.mean_log
    x["gap"] = rows.issued - before["issued"].shift(1).fillna(0)
    x["round"] = (rows.amount % 100 == 0) * 1.0
    assert x.shape[1] == 20, x.shape
    return x.to_numpy(np.float32), by.was_late.to_numpy()


def resident():
    with open("/proc/self/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measured(what):
    """Seconds of the processor, and the most memory beyond what there was, looked at every few milliseconds."""
    before, most, done = resident(), [0], threading.Event()

    def watch():
        while not done.wait(0.005):
            most[0] = max(most[0], resident() - before)
    thread = threading.Thread(target=watch)
    thread.start()
    began = time.process_time()
    what()
    took = time.process_time() - began
    done.set()
    thread.join()
    return took, most[0]


def main():
    bench, sizes = sys.argv[1], sys.argv[2:]
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            out = subprocess.run([bench, size, folder + "/rows"], check=True, capture_output=True, text=True).stdout.split()
            rows = pd.read_csv(folder + "/rows", names=["customer", "issued", "due", "amount", "paid"])
        train, predict, count, memory = float(out[0]), float(out[1]), int(out[2]), int(out[3])
        rate = count / predict
        print(f"{size} invoices: trained in {train:.2f} s, {memory / 2**20:.0f} MiB; {count} distributions at {rate:.0f} a second")
        x, y = features(rows)
        for name, peer in (("logistic regression", make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))),
                           ("HistGradientBoosting", HistGradientBoostingClassifier(max_iter=150)),
                           ("XGBoost", XGBClassifier(n_estimators=150, max_depth=6, tree_method="hist", n_jobs=1))):
            took, used = measured(lambda: peer.fit(x, y))
            told, _ = measured(lambda: peer.predict_proba(x))
            print(f"  {name:20} trained in {took:.2f} s, {used / 2**20:.0f} MiB: ours takes {train / took:.2f} of it; "
                  f"{len(x) / told:.0f} rows a second: ours {rate * told / len(x):.4f} of it")


if __name__ == "__main__":
    main()
