#!/usr/bin/env bash
# --check: what only a program that runs can show, each beside the good habit; statuses and formats.
set -uo pipefail
. ./expect.sh

# rules ARGUMENTS...: the rules that are broken, without repetitions, and the status.
rules() {
  local status=0 said
  said=$(fake-kernel --check=said "$@" >output) || status=$?
  grep -oE '\[C-[A-Z0-9-]+\]' said | sort -u | tr -d '[]' || true
  return $status
}

expect '=0' rules -- ./habits.py good
expect 'C-READ-UNREAD
=123' rules -- ./habits.py unread
expect 'C-READ-SMALL
=123' rules -- ./habits.py small
expect 'C-READ-CUT
=123' rules -- ./habits.py cut
expect 'C-SEQ-REUSE
=123' rules -- ./habits.py reuse
expect '=0' rules -- ./habits.py deaf
expect 'C-READ-ENOBUFS
=123' rules --fault receive:overrun@1 -- ./habits.py deaf
expect '=0' rules --fault receive:overrun@1 -- ./habits.py careful

expect 'C-READ-DONE
=142' rules -- ./habits.py done_awaiting

# ---- statuses and forms
expect 'C-FLAG-NEITHER
=0' rules -- nfct add timeout web inet udp replied 9
expect 'C-READ-UNREAD
=7' rules -- sh -c './habits.py unread; exit 7'
places() { fake-kernel --check "$@" 2>&1 | sed -E 's| [0-9]+/| PID/|'; }
unread="NEW at byte 0 (message 1): the socket is closed with replies unread (1, this is the first)"
expect "habits.py PID/2 datagram 1: warning: $unread [C-READ-UNREAD]
sh: 3 datagrams, 0 errors, 1 warning, 0 notes
=123" places -- sh -c './habits.py good; ./habits.py unread'
expect "::warning title=C-READ-UNREAD reply left unread::habits.py PID/1 datagram 1: $unread
=123" places --check-format=github -- ./habits.py unread
expect 'C-READ-UNREAD 1 1 habits.py
=0' sh -c 'fake-kernel --check=said --check-format=json -- ./habits.py unread
  python3 -c "
import json
for finding in json.load(open(\"said\"))[\"findings\"]:
    print(*(finding[key] for key in (\"rule\", \"socket\", \"datagram\", \"who\")))
" | cut -d" " -f1-4'
expect 'fake-kernel: --check-format: xml not in {github,json,text}; --help tells more
=125' fake-kernel --check --check-format xml true
expect 'fake-kernel: /nowhere/said: No such file or directory
=125' fake-kernel --check=/nowhere/said true

# ---- real programs: what they break, they break
expect 'C-FLAG-NEITHER
=0' rules -- ./nfct_session.sh
expect 'C-FLAG-NEITHER
C-HEAD-PORT
C-NEST-MISSING
=123' rules -- ./pyroute2_client.py  # its messages are described to it without the NESTED flag
# The session adds a policy of an unknown protocol, to see it refused.
expect 'C-L4-UNKNOWN
=123' rules -- ./session_test.sh . kernel
grep -c 'error: ' said | grep -qx 1 || failed=1

exit $failed
