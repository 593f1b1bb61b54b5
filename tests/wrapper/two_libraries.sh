#!/usr/bin/env bash
# two_libraries.sh PROGRAM LIBRARY...: a program says the same on the fake with each library in the
# place of the one that it was linked with. They lie beside it, in folders of their own.
set -euo pipefail
program=$1
shift
said=()
for library in "$@"; do
  mkdir "with-${#said[@]}"
  ln -s "$PWD/$library" "with-${#said[@]}/libnetfilter_cttimeout.so.1"
  export LD_LIBRARY_PATH=$PWD/with-${#said[@]}
  ldd "./$program" | grep -F "$LD_LIBRARY_PATH/libnetfilter_cttimeout.so.1" >/dev/null
  said+=("$(fake-kernel --check -- "./$program" 2>&1 | sed -E 's|^(\S+) [0-9]+/1|\1|')")
done
grep -q 'ESTABLISHED = 100' <<<"${said[0]}"
diff <(echo "${said[0]}") <(echo "${said[1]}")
