#!/usr/bin/env python3
"""Compiles the README's C example as printed, and runs it.

usage: readme_example.py README.md COMPILER INCLUDE_DIR LIBRARY
"""
import os
import re
import subprocess
import sys
import tempfile


def main():
    readme, compiler, include, library = sys.argv[1:5]
    with open(readme, encoding="utf-8") as text:
        examples = re.findall(r"```c\n(.*?)```", text.read(), re.S)
    assert len(examples) == 1, "the README has one C example"
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "example.c"), os.path.join(folder, "example")
        with open(source, "w", encoding="utf-8") as out:
            out.write(examples[0])
        flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", include]
        subprocess.run([compiler, *flags, source, library, "-o", program], check=True)
        environment = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(os.path.abspath(library)))
        printed = subprocess.run([program], check=True, capture_output=True, encoding="utf-8", env=environment).stdout
    assert "2025-0117" in printed and "€1,190.00" in printed, printed
    print(f"compiled {len(examples[0].splitlines())} lines; it wrote:\n{printed}")


if __name__ == "__main__":
    main()
