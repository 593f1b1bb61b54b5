#!/usr/bin/env bash
# --fault: each kind is injected into the call that is named and into no other; --trace shows it.
set -uo pipefail
. ./expect.sh

add='nfct add timeout web inet udp replied 9'
said_by() { fake-kernel --fault "$@" 2>&1; }

# ---- what becomes of the call
refused() { said_by "$1" -- sh -c "$add; nfct list timeout | grep -c web; true" |
  sed 's/.*error: //'; }
expect 'No buffer space available
0
=0' refused send:enobufs@1
expect 'Interrupted system call
0
=0' refused send:EINTR@1
expect 'Operation not permitted
Operation not permitted
0
=0' refused capability@1
expect 'No buffer space available
1
=0' refused receive:overrun@1
expect 'Cannot allocate memory
1
=0' refused receive:enomem@1
expect 'Cannot allocate memory
1
=0' refused enomem@1
expect 'Bad file descriptor
0
=0' refused send:gone@1
expect 'Cannot allocate memory
0
=0' refused allocation@3
# The second call of the tree is the second program's.
expect 'No buffer space available
=1' sh -c "fake-kernel --fault send:enobufs@2 -- sh -c '$add && nfct list timeout' 2>&1 |
  sed 's/.*error: //'; exit \${PIPESTATUS:-1}"
expect '=0' fake-kernel --fault send:enobufs@2 -- $add
expect 'nothing yet
answer 0
=0' said_by receive:delayed@1 -- ./habits.py poller
expect 'nothing yet
nothing yet
=0' said_by receive:lost@1 -- ./habits.py poller
expect 'nothing yet
nothing yet
=0' said_by send:lost@1 -- ./habits.py poller
seen() { said_by "$1" -- ./habits.py peeker; }
expect '36 1 0 (0, 0)
36 1 0 (0, 0)
EAGAIN
EAGAIN
EAGAIN
=0' seen receive:eintr@9
expect '36 1 0 (0, 0)
36 1 0 (0, 0)
36 1 0 (0, 0)
36 1 0 (0, 0)
EAGAIN
=0' seen receive:duplicated@1
expect '36 1 0 (0, 0)
20 1 32 (0, 0)
EAGAIN
EAGAIN
EAGAIN
=0' seen receive:truncated=20@1
expect '36 1 0 (0, 0)
36 2147483649 0 (2147483647, 0)
EAGAIN
EAGAIN
EAGAIN
=0' seen receive:wrong_sequence@1,receive:foreign_sender@1
expect '36 1 0 (0, 0)
ENOMEM
36 1 0 (0, 0)
36 1 0 (0, 0)
EAGAIN
=0' seen receive:enomem@1

# ---- what is shown, and what is refused
shown() { fake-kernel --trace "$@" 2>&1 | sed -E 's|^[0-9]+/|PID/|' | grep '!!'; }
expect 'PID/1 !! --fault allocation@1
PID/2 !! --fault receive:truncated=20@1
=1' shown --fault receive:truncated=20@1 --fault allocation@1 -- sh -c "$add; $add"
there='there are allocation, capability, send:ERRNO, send:gone, send:lost, receive:ERRNO, '\
'receive:gone, receive:lost, receive:delayed, receive:overrun, receive:duplicated, '\
'receive:truncated=BYTES, receive:reordered, receive:wrong_sequence, receive:foreign_sender, '\
'receive:garbled, receive:interrupted; --help tells more'
for wrong in enobuf receive receive:fails send:overrun send:ENOSUCH receive:truncated \
  receive:truncated=x receive:lost=3 send: ''; do
  expect "fake-kernel: there is no fault '$wrong', $there
=125" fake-kernel --fault "$wrong@1" -- true
done
for count in '' 0 x -1; do
  expect "fake-kernel: the fault 'send:lost@$count' has to say which one, as in send:lost@1; \
--help tells more
=125" fake-kernel --fault "capability@1,send:lost@$count" -- true
done

exit $failed
