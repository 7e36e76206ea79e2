#!/bin/sh
# Builds arcollect, makes a sample book, runs it for its 18 months, and shows what came out.
# Works from any folder. Results: build-quickstart/ and out/quickstart/ beside this repository's files.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build-quickstart
out=$root/out/quickstart

say() { printf '\n== %s\n' "$*"; }

# A C compiler, meson, ninja, pkg-config, and the headers of SQLite and zlib.
missing() {
  for tool in meson ninja pkg-config; do
    command -v "$tool" >/dev/null 2>&1 || echo "$tool"
  done
  command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1 ||
    echo "a C compiler"
  if command -v pkg-config >/dev/null 2>&1; then
    pkg-config --exists sqlite3 || echo "sqlite3 (headers)"
    pkg-config --exists zlib || echo "zlib (headers)"
  fi
}

install_with_apt() {
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "Not root and no sudo: install gcc meson ninja-build pkg-config libsqlite3-dev zlib1g-dev, then run this again." >&2
      exit 1
    fi
    as_root=sudo
  fi
  $as_root apt-get update -q
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    gcc libc6-dev meson ninja-build pkg-config libsqlite3-dev zlib1g-dev
}

needed=$(missing)
if [ -n "$needed" ]; then
  say "Installing what is missing: $(echo "$needed" | tr '\n' ' ')"
  if command -v apt-get >/dev/null 2>&1; then
    install_with_apt
  else
    echo "This needs a C11 compiler, meson, ninja, pkg-config, SQLite 3 and zlib with their headers." >&2
    echo "Install them with your system's package manager, then run this again." >&2
    exit 1
  fi
fi

say "Building into $build"
if [ -f "$build/build.ninja" ]; then
  meson setup --reconfigure -Dtests=false "$build" "$root" >/dev/null
else
  meson setup --buildtype=release -Dtests=false "$build" "$root" >/dev/null
fi
ninja -C "$build" >"$build/ninja.log" || { cat "$build/ninja.log" >&2; exit 1; }
arcollect=$build/examples/arcollect
book=$out/sample.book
as_of=2024-06-30

say "A sample book: 40 customers, 18 months"
rm -rf "$out"
mkdir -p "$out"
"$build/examples/make_sample_book" "$out/csv"
"$arcollect" --book "$book" init --currency USD
"$arcollect" --book "$book" import "$out/csv"

say "Running every day from 2023-01-01 to $as_of"
"$arcollect" --book "$book" run --from 2023-01-01 --to "$as_of" --outbox "$out/outbox"

say "What is open on $as_of, by currency"
"$arcollect" --book "$book" aging --as-of "$as_of" --by currency --format table

say "Whom to work first"
"$arcollect" --book "$book" worklist --as-of "$as_of" --limit 10 --format table

set -- "$out"/outbox/*.eml
if [ -e "$1" ]; then
  say "Messages written: $#, in $out/outbox; the last one:"
  shift $(($# - 1))
  sed -n '1,40p' "$1"
else
  say "No message was written"
fi

say "Checking the whole book"
"$arcollect" --book "$book" verify

say "Where to look next"
cat <<END
  $arcollect --book $book help
  $arcollect --book $book statement --customer C0001 --as-of $as_of
  $arcollect --book $book metrics --as-of $as_of
  $arcollect --book $book why touch C0001 --as-of $as_of
  $root/examples/arcollect      the program, a host of the library
  $root/include/arcollect.h     the library's face
END
