"""Makes the one-file library and what is generated from its header, then the extension of them.

In a checkout the one file is made anew; a source distribution has it in one/.
"""
import os
import subprocess
import sys

from setuptools import setup

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, os.pardir, os.pardir)
AMALGAMATE = os.path.join(ROOT, "lib", "tools", "amalgamate.py")

os.chdir(HERE)
sys.path.insert(0, HERE)
if os.path.exists(AMALGAMATE):
    subprocess.run([sys.executable, AMALGAMATE, ROOT, os.path.join(HERE, "one")], check=True)

import generate  # noqa: E402

generate.write_modules(os.path.join(HERE, "one", "arcollect.h"), os.path.join(HERE, "src", "arcollect"))

setup(cffi_modules=["native.py:ffi"], options={"bdist_wheel": {"py_limited_api": "cp310"}})
