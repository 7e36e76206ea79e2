"""The tutorial runs as it stands, and everything public says what it is."""
import importlib.util
import inspect
import os
import subprocess
import sys
import tempfile
import unittest

import arcollect

HERE = os.path.dirname(os.path.abspath(__file__))
TUTORIAL = os.path.join(HERE, os.pardir, "examples", "tutorial.py")


class Tutorial(unittest.TestCase):
    @unittest.skipUnless(importlib.util.find_spec("matplotlib"), "matplotlib is not installed")
    def test_it_runs_and_draws(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, TUTORIAL], cwd=folder, env=dict(os.environ, MPLBACKEND="agg"),
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr[-2000:])
            for said in ("520 invoices", "over_90", "expected", "priority", "closing balance", "DSO"):
                self.assertIn(said, done.stdout)
            for name in ("aging.png", "forecast.png"):
                with open(os.path.join(folder, name), "rb") as f:
                    picture = f.read()
                self.assertEqual((picture[:4], len(picture) > 10000), (b"\x89PNG", True))

    def test_its_cells(self):
        with open(TUTORIAL, encoding="utf-8") as f:
            cells = f.read().split("\n# %%")
        self.assertGreater(len(cells), 12)


class Docstrings(unittest.TestCase):
    maxDiff = None

    def test_everything_public_has_one(self):
        missing = []
        for name in arcollect.__all__:
            thing = getattr(arcollect, name)
            if inspect.isfunction(thing) or inspect.isclass(thing) or inspect.ismodule(thing):
                missing += [] if (thing.__doc__ or "").strip() else [name]
            for base in inspect.getmro(thing) if inspect.isclass(thing) else ():
                if base.__module__.startswith("arcollect"):
                    missing += [f"{name}.{member}" for member, value in vars(base).items()
                                if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, (property, classmethod)))
                                and not (inspect.getdoc(getattr(base, member)) or "").strip()]
        self.assertEqual(sorted(set(missing)), [])


if __name__ == "__main__":
    unittest.main()
