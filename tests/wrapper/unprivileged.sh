#!/usr/bin/env bash
# unprivileged.sh FILE... -- COMMAND...: runs the command without any privilege, in a folder of its
# own that has copies of the files, as a user may not be allowed to read where they are. With
# AS_ROOT=1 it runs it as root there, or is skipped.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
while [ "$1" != -- ]; do
  cp "$1" "$folder"
  shift
done
shift
cd "$folder"
export PATH=$folder:$PATH
export GCOV_PREFIX=$folder  # where programs built for coverage may write their counters
if [ "${AS_ROOT:-}" = 1 ]; then
  [ "$(id -u)" = 0 ] || { echo 'not root' >&2 && exit 77; }
  "$@"
elif [ "$(id -u)" != 0 ]; then
  "$@"
else
  chown -R nobody "$folder"
  setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=-all "$@"
fi
