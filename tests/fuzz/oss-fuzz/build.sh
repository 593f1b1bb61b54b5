#!/usr/bin/env bash
# Builds the fuzz targets by OSS-Fuzz' contract: CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE, OUT.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
# What a program needs lies beside it where it runs: libmnl, of which that place has none.
# shellcheck disable=SC2016 # the loader expands $ORIGIN
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCTTIMEOUT_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" -DCMAKE_BUILD_RPATH='$ORIGIN/lib' >/dev/null
cmake --build "$build" --target fuzz_targets

mkdir -p "$OUT/lib"
cp -L "$(pkg-config --variable=libdir libmnl)/libmnl.so.0" "$OUT/lib/"
programs=$build/tests/fuzz
"$programs/fuzz_corpus" "$programs/corpus"
for dictionary in "$programs"/corpus/*.dict; do
  target=$(basename "$dictionary" .dict)
  cp "$programs/fuzz_$target" "$OUT/"
  cp "$dictionary" "$OUT/fuzz_$target.dict"
  seeds=$OUT/fuzz_${target}_seed_corpus.zip
  (cd "$programs/corpus/$target" && cmake -E tar cf "$seeds" --format=zip .)
done
