"""The platforms: with what each is compiled and by what its programs run here."""
import dataclasses
import os
import shutil
import subprocess
import sys

ZIG_VERSION = "0.17.1"
# The 32-bit system headers of Debian's libc6-dev-i386 are those of the 64-bit package.
BITS_32 = ["-m32", "-static", "-idirafter", "/usr/include/x86_64-linux-gnu"]
WASM_LINK = ["-Wl,-z,stack-size=1048576"]
NO_FOLDERS = "erasure"  # makes folders as POSIX does
# Those that take long: under an emulator they would take the most of a run.
LONG = {"cadence_policy", "interest", "ledger", "reader", "records", "references", "terms", "payment_model"}


@dataclasses.dataclass
class Platform:
    name: str
    compilers: list  # commands; the first that works is taken. The first word "zig" is the one of PyPI
    level: str = "-O2"  # of optimisation; the short run takes short_level
    short_level: str = "-O0"
    runner: list = None  # what the program is started with; None: it cannot be run here
    omit: tuple = ()  # unit tests that need what the platform has not
    flags: tuple = ()
    short: bool = True  # in the short run, too; the others differ from one of those in nothing that it could show
    core: bool = False  # unit tests in the short run, too
    keeps: bool = True  # has a storage in one file


PLATFORMS = [
    Platform("native", [["gcc"]], runner=[]),
    Platform("native-unoptimised", [["clang"]], level="-O0", runner=[], short=False),
    Platform("native-unsigned-char", [["gcc"]], level="-O3", runner=[], flags=("-funsigned-char", "-Wno-maybe-uninitialized"),
             short=False),
    Platform("musl", [["musl-gcc", "-static"], ["zig", "-target", "x86_64-linux-musl"]], runner=[]),
    Platform("32-bit", [["gcc"] + BITS_32, ["zig", "-target", "x86-linux-musl"]], runner=[]),
    Platform("aarch64", [["aarch64-linux-gnu-gcc", "-static"], ["zig", "-target", "aarch64-linux-musl"]], runner=["qemu-aarch64"],
             short=False),
    Platform("s390x", [["s390x-linux-gnu-gcc", "-static"], ["zig", "-target", "s390x-linux-musl"]], runner=["qemu-s390x"]),
    Platform("arm", [["zig", "-target", "arm-linux-musleabihf"]], runner=["qemu-arm"], short=False),
    Platform("windows", [["x86_64-w64-mingw32-gcc", "-static"], ["zig", "-target", "x86_64-windows-gnu"]], runner=["wine"],
             omit=(NO_FOLDERS,)),
    Platform("wasm", [["clang", "--target=wasm32-wasi"] + WASM_LINK, ["zig", "-target", "wasm32-wasi"] + WASM_LINK],
             runner=["node", "--no-warnings", "run_wasi.mjs"], omit=(NO_FOLDERS, "storage"), core=True, keeps=False),
    Platform("macos-x86_64", [["zig", "-target", "x86_64-macos"]], short=False),
    Platform("macos-aarch64", [["zig", "-target", "aarch64-macos"]], short=False),
]


class Zig:
    """zig cc: from an environment of its own below `folder`, made when it is first asked for."""

    def __init__(self, folder):
        self.folder, self.found, self.why = folder, None, None

    def command(self):
        if self.found is None and self.why is None:
            self.find()
        return self.found

    def find(self):
        venv = os.path.join(self.folder, "zig-venv")
        python = os.path.join(venv, "bin", "python")
        for candidate in (sys.executable, python):
            if runs([candidate, "-m", "ziglang", "version"]):
                self.found = [candidate, "-m", "ziglang", "cc"]
                return
        made = subprocess.run([sys.executable, "-m", "venv", venv], capture_output=True, text=True)
        if made.returncode == 0:
            made = subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "--retries", "1", "--timeout", "20",
                                   "install", "--quiet", "ziglang==" + ZIG_VERSION], capture_output=True, text=True)
        if made.returncode:
            self.why = "no zig: " + (made.stdout + made.stderr).strip().splitlines()[-1][:200]
        else:
            self.found = [python, "-m", "ziglang", "cc"]


class Wine:
    """Windows' programs, with a folder of its own for what Wine thinks is a disk."""

    def __init__(self, folder):
        self.environment = {"WINEPREFIX": os.path.abspath(os.path.join(folder, "wine")), "WINEDEBUG": "-all",
                            "WINEDLLOVERRIDES": "mscoree=;mshtml="}
        self.program = shutil.which("wine64") or shutil.which("wine") or shutil.which("/usr/lib/wine/wine64")

    def stop(self):
        server = shutil.which("wineserver") or shutil.which("/usr/lib/wine/wineserver64")
        if self.program and server:
            subprocess.run([server, "-k"], env=dict(os.environ, **self.environment), capture_output=True)


def runs(command, **options):
    try:
        return subprocess.run(command, capture_output=True, **options).returncode == 0
    except FileNotFoundError:
        return False
