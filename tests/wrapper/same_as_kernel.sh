#!/usr/bin/env bash
# same_as_kernel.sh WRAPPER SCRIPT [FILE...]: the script, which uses the files beside it, says the
# same on the fake, without privileges, as on the kernel.
set -euo pipefail
tests=$(dirname "$0")
script=$(basename "$2")
on_fake=$("$tests/unprivileged.sh" "$@" -- fake-kernel "$script")
status=0
on_kernel=$("$tests/../../ci/on-kernel" "$2") || status=$?
[ "$status" = 0 ] || exit "$status"
diff <(echo "$on_kernel") <(echo "$on_fake")
