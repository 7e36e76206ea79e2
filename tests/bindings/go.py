#!/usr/bin/env python3
"""The Go binding from nothing: a copy of the module with what is generated, its tests with the race detector and cgo's checks
of pointers, the storage in SQL with a driver, and the README's program; the module is got through a proxy.

usage: go.py ROOT FOLDER PROGRAM HOST COMPILER...    PROGRAM: the scenario in C; HOST: the example host, or empty
What is missing (Go, a C compiler, a network) is said, and the test skipped (77), or that part of it; a failing build is a failure.
"""
import os
import re
import shutil
import subprocess
import sys
import zipfile

SKIPPED = 77
NEEDED = (1, 24)  # iterators, runtime.AddCleanup
MODULE = "example.org/arcollect"
VERSION = "v0.1.0"


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def go(folder, env, *arguments):
    """Runs go in a folder; what it says is shown, and its failure is one."""
    print(f"$ cd {os.path.basename(folder)} && go {' '.join(arguments)}", flush=True)
    done = subprocess.run(["go", *arguments], cwd=folder, env=env)
    if done.returncode:
        sys.exit(f"go {arguments[0]} failed")


def missing_functions(root, module):
    """Functions of the header that no Go file calls, and reasons for it that are reasons no more."""
    with open(os.path.join(module, "arcollect.h"), encoding="utf-8") as f:
        functions = set(re.findall(r"^ARC_API[^;(]*?(arc_\w+)\(", f.read(), re.M))
    called = set()
    for name in os.listdir(module):
        if name.endswith((".go", ".c")) and name != "arcollect.c" and not name.endswith("_test.go"):
            with open(os.path.join(module, name), encoding="utf-8") as f:
                called |= set(re.findall(r"\b(arc_\w+)\(", f.read()))
    reasons = {}
    with open(os.path.join(root, "bindings", "go", "README.md"), encoding="utf-8") as f:
        reasons.update(re.findall(r"^\| `(arc_\w+)` \| (\S.*) \|$", f.read(), re.M))
    return [f"{name} is not reached from Go" for name in sorted(functions - called - set(reasons))] + \
        [f"{name} is an exception in the README, and need not be" for name in sorted(set(reasons) - (functions - called))]


def proxy(module, folder):
    """A module proxy in a folder, as `go get` wants it."""
    at = os.path.join(folder, *MODULE.split("/"), "@v")
    os.makedirs(at)
    shutil.copy(os.path.join(module, "go.mod"), os.path.join(at, VERSION + ".mod"))
    with open(os.path.join(at, VERSION + ".info"), "w", encoding="utf-8") as f:
        f.write(f'{{"Version": "{VERSION}", "Time": "2025-01-01T00:00:00Z"}}')
    with zipfile.ZipFile(os.path.join(at, VERSION + ".zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for base, folders, names in os.walk(module):
            folders[:] = [name for name in folders if not os.path.exists(os.path.join(base, name, "go.mod"))]
            for name in names:
                path = os.path.join(base, name)
                packed.write(path, f"{MODULE}@{VERSION}/{os.path.relpath(path, module)}")
    return "file://" + folder


def ten_lines(root):
    with open(os.path.join(root, "bindings", "go", "README.md"), encoding="utf-8") as f:
        return re.search(r"^```go\n(package main\n.*?)^```$", f.read(), re.M | re.S).group(1)


def host_module(root, module, folder, env):
    """A fresh module that gets the binding through a proxy into a fresh cache of modules, with the README's program."""
    place = proxy(module, os.path.join(folder, "proxy"))
    env.update(GOPROXY=f"{place},{env.get('GOPROXY') or 'https://proxy.golang.org'}", GONOSUMDB=MODULE, GOPRIVATE="", GONOPROXY="",
               GOMODCACHE=os.path.join(folder, "modules"))
    host = os.path.join(folder, "host")
    os.makedirs(host)
    with open(os.path.join(host, "main.go"), "w", encoding="utf-8") as f:
        f.write(ten_lines(root))
    go(host, env, "mod", "init", "host.example/host")
    go(host, env, "get", f"{MODULE}@{VERSION}")
    done = run("go", "run", ".", cwd=host, env=env)
    print(done.stdout)
    if done.returncode or "1190.00" not in done.stdout:
        sys.exit("the README's program failed")
    return host


def main():
    root, folder, program = map(os.path.abspath, sys.argv[1:4])
    # Go keeps what was compiled itself, and links wrongly (-race in a PIE) where its compiler is a launcher of one.
    program_host, compiler = sys.argv[4], [word for word in sys.argv[5:] if os.path.basename(word) not in ("ccache", "sccache")]
    if not shutil.which("go"):
        skip("there is no go (Debian: golang-go, 1.24 or later)")
    env = dict(os.environ, GOTOOLCHAIN="local", GOWORK="off", CGO_ENABLED="1", CC=" ".join(compiler), CGO_CFLAGS="-O0 -g0",
               GOFLAGS="-race -buildvcs=false -modcacherw", GOEXPERIMENT="cgocheck2", GOCACHE=os.path.join(folder, "cache"))
    version = run("go", "env", "GOVERSION", env=env).stdout.strip()
    found = re.match(r"go(\d+)\.(\d+)", version)
    if not found or tuple(map(int, found.groups())) < NEEDED:
        skip(f"Go {'.'.join(map(str, NEEDED))} or later is needed, there is {version}")
    module, fresh = os.path.join(folder, "module"), os.path.join(folder, "fresh")
    for one in (module, fresh):
        shutil.rmtree(one, ignore_errors=True)
    made = run(sys.executable, os.path.join(root, "bindings", "go", "generate.py"), module)
    if made.returncode:
        sys.exit("generate.py:\n" + made.stdout[-5000:])
    problems = missing_functions(root, module)
    if shutil.which("gofmt"):
        problems += [f"{os.path.relpath(path, module)} is not formatted (gofmt)" for path in run("gofmt", "-l", module).stdout.split()]
    if problems:
        sys.exit("\n".join(problems))
    data = os.environ.get("ARC_TEST_DATA") or os.path.join(root, os.pardir, "shared", "data")
    runbook = os.path.join(folder, "runbook")
    tests = dict(ARC_TEST_SCENARIO=os.path.join(root, "tests", "bindings", "scenario.json"), ARC_TEST_PROGRAM=program,
                 ARC_TEST_HOST=program_host and os.path.abspath(program_host), ARC_TEST_DATA=os.path.abspath(data), ARC_TEST_RUNBOOK=runbook)
    # All of it from where the module is then, so that the library is compiled once.
    host = host_module(root, module, fresh, env)
    tests.update(env)
    go(host, tests, "test", "-vet=all", MODULE + "/...")
    go(host, env, "build", "-o", runbook, MODULE + "/examples/runbook")
    sqlite = os.path.join(module, "sqlitetest")
    env["GOFLAGS"] = tests["GOFLAGS"] = env["GOFLAGS"] + " -mod=mod"
    go(sqlite, env, "mod", "edit", f"-dropreplace={MODULE}", f"-require={MODULE}@{VERSION}")
    got = run("go", "mod", "download", cwd=sqlite, env=env)
    header = run(*compiler, "-E", "-include", "sqlite3.h", "-xc", os.devnull)
    if got.returncode or header.returncode:
        why = "the driver cannot be had: " + got.stdout.strip()[-200:] if got.returncode else "there is no sqlite3.h (Debian: libsqlite3-dev)"
        print("skipped: the storage in SQL: " + why)
    else:
        go(sqlite, tests, "test", "-vet=all", "-tags", "libsqlite3", "./...")


if __name__ == "__main__":
    main()
