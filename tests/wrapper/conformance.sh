#!/usr/bin/env bash
# conformance.sh LIST: the tests of the real kernel pass under fake-kernel, except those of LIST.
#
# Those are skipped, each for want of what stands behind its name; no other may be.
set -uo pipefail
export CTTIMEOUT_REQUIRE_KERNEL=0  # there is no real kernel here that could be required
fake-kernel -- conformance --kernel=real >said
status=$?
if [ $status != 0 ]; then
  cat said
  exit $status
fi
if grep '^no \(user\|network\) namespace' said; then exit 77; fi
# How many ticks a second there are is the machine's matter.
awk '/^this kernel lacks / { sub(/^this kernel lacks /, ""); reason = $0 }
     /^\[  SKIPPED \] .* ms\)$/ && reason != "250 ticks a second" { print $4 ": " reason }
    ' said >skipped
diff "$1" skipped && tail -n +2 said | grep '^\[  PASSED'
