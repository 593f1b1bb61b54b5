#!/usr/bin/env bash
# run.sh FUZZ PLAYER FAKE_KERNEL SECONDS SEED: from copies that nobody may execute, too.
set -euo pipefail
tests=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$1" "$2" "$3" "$folder"
chmod -R a+rX "$folder"
"$tests/../../ci/on-kernel" "$folder/$(basename "$1")" --player="$folder/$(basename "$2")" \
  --fake-kernel="$folder/$(basename "$3")" --seconds="$4" --seed="$5"
