#!/bin/sh
# Installs what the tests need (Debian, Ubuntu), builds with gcc and clang and with sanitizers, and runs all
# tests; the last line counts them. Works from any directory.
set -eu
cd "$(dirname "$0")/.."

packages="gcc g++ libc6-dev clang meson ninja-build pkg-config libcmocka-dev libsqlite3-dev zlib1g-dev python3 gcovr"
# Without one of these what it is for is skipped: programs that read the exported postings; a 32-bit platform
# (gcc-multilib would conflict with cross compilers), a big-endian one, AArch64, musl and WebAssembly; a host that builds
# with CMake; the comparison of the library's ABI with the one stored; the Python binding in an environment of its own.
optional="hledger ledger beancount libc6-dev-i386 gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user gcc-aarch64-linux-gnu
libc6-dev-arm64-cross musl-tools wasi-libc lld cmake make abigail-tools python3-venv python3-dev"
command -v node >/dev/null || optional="$optional nodejs"

# Go for its binding, 1.24 or later (Debian 13); an older one makes that test say "skipped".
command -v go >/dev/null || optional="$optional golang-go"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_missing() {
  missing=""
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
  done
  [ -z "$missing" ] && return
  as_root apt-get update -qq
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

if command -v apt-get >/dev/null; then
  # shellcheck disable=SC2086
  install_missing $packages
  # The sanitizers' runtime is a package of its own where clang is split up, named after its version.
  runtime="libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
  if apt-cache show "$runtime" >/dev/null 2>&1; then install_missing "$runtime"; fi
  for package in $optional "lib32gcc-$(gcc -dumpversion | cut -d. -f1)-dev" "$runtime-wasm32"; do
    install_missing "$package" || echo "not installed: $package" >&2
  done
else
  for tool in gcc clang meson ninja pkg-config python3 gcovr; do
    command -v "$tool" >/dev/null && continue
    echo "missing: $tool. By Debian's names the tests need: $packages" >&2
    exit 1
  done
fi

exec python3 tests/run.py "$@"
