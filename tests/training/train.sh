#!/bin/sh
# Writes lib/reader_index.c and lib/reader_model.c anew: train.sh BUILD_FOLDER
set -e
here=$(cd "$(dirname "$0")" && pwd)
ninja -C "$1" tests/index_reader tests/train_reader
"$1/tests/index_reader" > "$1/reader_index.c"
mv "$1/reader_index.c" "$here/../../lib/reader_index.c"
python3 "$here/generate_replies.py" train 40 | "$1/tests/train_reader" > "$1/reader_model.c"
mv "$1/reader_model.c" "$here/../../lib/reader_model.c"
