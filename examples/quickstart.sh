#!/bin/sh
# Builds arcollect, makes a sample book, runs its 18 months, and shows what came out. Works from any
# folder. It writes build-quickstart/ and out/quickstart/ beside this repository's files, anew each time.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build-quickstart
out=$root/out/quickstart
log=$out/build.log
packages="gcc libc6-dev meson ninja-build pkg-config libsqlite3-dev zlib1g-dev"

say() { printf '\n== %s\n' "$*"; }

# Keeps what a step prints for when it fails.
quietly() { "$@" >>"$log" 2>&1 || { cat "$log" >&2; exit 1; }; }

# Shows a command of the program, and runs it.
run() { printf '$ arcollect %s\n' "$*" && "$build/examples/arcollect" "$@"; }

missing() {
  for tool in meson ninja pkg-config; do
    command -v "$tool" >/dev/null || echo "$tool"
  done
  command -v cc >/dev/null || command -v gcc >/dev/null || command -v clang >/dev/null || echo "a C compiler"
  if command -v pkg-config >/dev/null; then
    pkg-config --exists sqlite3 || echo "SQLite's headers"
    pkg-config --exists zlib || echo "zlib's headers"
  fi
}

install_missing() {
  needed=$(missing | paste -s -d , - | sed 's/,/, /g')
  [ -n "$needed" ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "missing: $needed. By Debian's names this needs: $packages" >&2
    exit 1
  fi
  if [ "$(id -u)" -eq 0 ]; then
    as_root=
  elif command -v sudo >/dev/null; then
    as_root=sudo
  else
    echo "missing: $needed. Neither root nor sudo is here to run: apt-get install $packages" >&2
    exit 1
  fi
  say "Installing with apt-get: $needed"
  quietly $as_root apt-get update
  # shellcheck disable=SC2086
  quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
}

rm -rf "$build" "$out"
mkdir -p "$out"
install_missing

say "Building into $build"
quietly meson setup --buildtype=release -Dtests=false "$build" "$root"
quietly ninja -C "$build"

say "A sample book, in $out"
cd "$out"
"$build/examples/make_sample_book" csv
run --book sample.book init --currency USD
run --book sample.book import csv

say "Every day of 18 months"
run --book sample.book run --from 2023-01-01 --to 2024-06-30 --outbox letters --hourly

say "What is open, by age"
run --book sample.book aging --by currency --format table

say "Whom to work first"
run --book sample.book worklist --limit 5 --format table

say "The last message"
for letter in letters/*.eml; do :; done
tr -d '\r' <"$letter" |
  awk '/^--=_/ && ++part == 2 { exit } part && /^$/ { text = 1 } /^(Date|Subject):/ || text { print }'

say "A page for people"
run --book sample.book report --html report.html
echo "open $out/report.html in a browser"

say "Checking the whole book"
run --book sample.book verify

say "Where to look next"
cat <<END
README.md             in your program; with your own data
arcollect help        the commands; 'help import' for CSV files
include/arcollect.h   the library's manual, one header per concept beside it

To go on with this book:
  cd "$out"
  alias arcollect=$build/examples/arcollect
  arcollect --book sample.book statement --customer C0031
  arcollect --book sample.book why priority C0031
  arcollect --book sample.book why touch C0031
END
