#!/bin/sh
# Writes lib/reader_model.c anew: train.sh BUILD_FOLDER
set -e
here=$(cd "$(dirname "$0")" && pwd)
ninja -C "$1" tests/train_reader
python3 "$here/generate_replies.py" train 40 | "$1/tests/train_reader" > "$1/reader_model.c"
mv "$1/reader_model.c" "$here/../../lib/reader_model.c"
