#!/usr/bin/env bash
# same_as_root.sh WRAPPER SCRIPT: with --privileged the script says the same on the fake, run by
# root, as on the kernel. Nobody but root of the first user namespace can be compared with.
set -euo pipefail
[ "$(id -u)" = 0 ] && [ "$(awk '{ print $1, $2, $3 }' /proc/self/uid_map)" = '0 0 4294967295' ] ||
  { echo 'not root of the first user namespace' >&2; exit 77; }
status=0
on_kernel=$("$(dirname "$0")/../../ci/on-kernel" "$2" --privileged) || status=$?
[ "$status" = 0 ] || exit "$status"
diff <(echo "$on_kernel") <("$1" "$2" --privileged)
