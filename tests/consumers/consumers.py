#!/usr/bin/env python3
"""Builds the host of this folder in every way that hosts can build with the library, and runs it.

usage: consumers.py ROOT BUILD COMPILER WAY...      ways: installed meson onefile; BUILD is where the library was built

Nothing is written but in a temporary folder. A way whose tool is not there says "skipped:" and why.
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def missing(*tools):
    for tool in tools:
        if not shutil.which(tool):
            print(f"skipped: no {tool}")
            return True
    return False


def host(way, program, **environment):
    printed = run(program, env=dict(os.environ, **environment)).strip()
    assert printed == "arcollect 0.1: 3 records", printed
    print(f"{way}: {printed}")


def installed(root, build, compiler, folder):
    """From what `meson install` puts into a folder that was not configured: pkg-config, Meson and CMake."""
    run("meson", "install", "-C", build, "--no-rebuild", "--destdir", folder, "--tags", "devel,runtime")
    found = {name: base for base, _, names in os.walk(folder) for name in names}
    libraries = found["libarcollect.so"]
    if not missing("pkg-config", "make"):
        run("make", "-C", os.path.join(folder, "consumers", "pkg-config"), "CC=" + compiler, "CFLAGS=-std=c99 -Wall -Werror",
            env=dict(os.environ, PKG_CONFIG_PATH=found["arcollect.pc"], PKG_CONFIG_SYSROOT_DIR=folder))
        host("pkg-config", os.path.join(folder, "consumers", "pkg-config", "host"), LD_LIBRARY_PATH=libraries)
    if not missing("pkg-config"):
        binary = os.path.join(folder, "meson")
        run("meson", "setup", binary, os.path.join(folder, "consumers", "meson"), "--wrap-mode=nofallback",
            env=dict(os.environ, CC=compiler, PKG_CONFIG_PATH=found["arcollect.pc"], PKG_CONFIG_SYSROOT_DIR=folder))
        run("ninja", "-C", binary, "host")
        host("Meson, installed", os.path.join(binary, "host"), LD_LIBRARY_PATH=libraries)
    if not missing("cmake"):
        source, binary = os.path.join(folder, "consumers", "cmake"), os.path.join(folder, "cmake")
        where = "-Darcollect_DIR=" + found["arcollectConfig.cmake"]
        run("cmake", "-S", source, "-B", binary, where, "-DCMAKE_C_COMPILER=" + compiler)
        run("cmake", "--build", binary)
        host("CMake", os.path.join(binary, "host"))
        # Who asks for another series is told no.
        with open(os.path.join(source, "CMakeLists.txt"), encoding="utf-8") as f:
            text = f.read()
        for version in ("0.2", "1.0", "0.1.9"):
            with open(os.path.join(source, "CMakeLists.txt"), "w", encoding="utf-8") as f:
                f.write(text.replace("arcollect 0.1 ", f"arcollect {version} "))
            refused = subprocess.run(["cmake", where, binary], capture_output=True, text=True)
            assert refused.returncode and "compatible" in refused.stderr, f"{version} was found: {refused.stderr}"


def meson(root, build, compiler, folder):
    """As a subproject through a wrap. All files are compiled as one here, because that is quicker."""
    source, binary = os.path.join(folder, "consumers", "meson"), os.path.join(folder, "meson")
    os.symlink(root, os.path.join(source, "subprojects", "libarcollect"))
    run("meson", "setup", binary, source, "-Dbuildtype=plain", "-Ddefault_library=static", "-Dunity=subprojects",
        "-Dunity_size=1000", "-Darcollect:c_std=gnu11", "--force-fallback-for=arcollect", env=dict(os.environ, CC=compiler))
    run("ninja", "-C", binary, "host")
    host("Meson subproject", os.path.join(binary, "host"))


def onefile(root, build, compiler, folder):
    made = os.path.join(folder, "made")
    run(sys.executable, os.path.join(root, "lib", "tools", "amalgamate.py"), root, made)
    if not missing("make"):
        source = os.path.join(folder, "consumers", "onefile")
        run("make", "-C", source, "CC=" + compiler, "CFLAGS=-std=c99 -Wall -Wextra -Werror", "ARCOLLECT=" + made)
        host("one file", os.path.join(source, "host"))
    # In the one source that uses it, with nothing to be seen from others.
    run(compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-DARC_API=static", "-I", made,
        "-include", "arcollect.c", os.path.join(HERE, "host.c"))
    print("one file inside another: compiles")


def main():
    root, build, compiler = (os.path.abspath(path) if os.path.exists(path) else path for path in sys.argv[1:4])
    for way in sys.argv[4:]:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(HERE, os.path.join(folder, "consumers"))
            {"installed": installed, "meson": meson, "onefile": onefile}[way](root, build, compiler, folder)


if __name__ == "__main__":
    main()
