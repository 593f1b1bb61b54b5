#!/usr/bin/env bash
# --torture: good programs pass; those that lie, hang or crash are told apart, each with its fault.
set -uo pipefail
. ./expect.sh

# bad HABIT: the faults that it takes badly.
bad() { fake-kernel --torture -- ./habits.py "$1" | grep -E ': [A-Z]{2}' | sed 's/^--fault //'; }
# Python makes a call that was interrupted again by itself.

expect '11 of 11 faults: 0 lied, 0 hung, 0 killed
=0' sh -c 'fake-kernel --torture -- nfct add timeout web inet udp replied 9 >said; status=$?
  tail -1 said; exit $status'
expect '11
=0' grep -c '^--fault [^ ]*: exits with 1$' said
lie='LIED: exits with 0, but the policies are not those of the undisturbed run'
expect "send:enobufs@1: $lie
send:enomem@1: $lie
capability@1: $lie
allocation@1: $lie
allocation@2: $lie
allocation@3: $lie
=123" bad liar
expect 'receive:overrun@1: HUNG, and was killed
allocation@4: HUNG, and was killed
=123' bad patient
expect 'send:enobufs@1: KILLED by signal 11
send:enomem@1: KILLED by signal 11
receive:enomem@1: KILLED by signal 11
receive:overrun@1: KILLED by signal 11
allocation@1: KILLED by signal 11
allocation@4: KILLED by signal 11
=123' bad fragile
expect '=123' sh -c 'fake-kernel --torture -- ./habits.py liar >said'
# Each line says what repeats it.
expect '=0' fake-kernel --fault capability@1 --state left -- ./habits.py liar
expect '=1' test -e left

# ---- what it starts from, what it leaves, what it refuses
echo 'old inet udp unreplied 30 replied 9' >state
cp state before
expect '=0' sh -c 'fake-kernel --torture --state state -- nfct delete timeout old >said'
expect '=0' cmp state before
expect '=0' sh -c 'fake-kernel --torture -- sh -c "echo loud; echo loud >&2" 2>&1 | grep -v loud |
  grep -qx "0 of 0 faults: 0 lied, 0 hung, 0 killed"'
expect 'fake-kernel: undisturbed, the program fails already, with status 3
=125' fake-kernel --torture -- sh -c 'exit 3'
expect 'fake-kernel: --fault excludes --torture; --help tells more
=125' fake-kernel --torture --fault send:lost@1 -- true

exit $failed
