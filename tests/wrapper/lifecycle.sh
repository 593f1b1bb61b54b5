#!/usr/bin/env bash
# What fake-kernel does around a program: statuses, who shares a kernel, what is kept, what is left.
set -uo pipefail

. ./expect.sh
add='nfct add timeout web inet udp replied 9'
get='nfct get timeout web'

# ---- statuses
expect '=0' fake-kernel true
expect '=7' fake-kernel -- sh -c 'exit 7'
expect '=137' fake-kernel -- sh -c 'kill -KILL $$'
expect 'fake-kernel: /nowhere: No such file or directory
=127' fake-kernel -- /nowhere
expect 'fake-kernel: "/nowhere/\x1b[31m": No such file or directory
=127' fake-kernel -- $'/nowhere/\e[31m'
expect 'fake-kernel: /etc/passwd: Permission denied
=126' fake-kernel -- /etc/passwd
expect 'fake-kernel: no program is named; --help tells more
=125' fake-kernel --profile linux-6.1
expect 'fake-kernel: there is no profile linux-1; --help tells more
=125' fake-kernel --profile linux-1 true
expect 'fake-kernel: there is no option --nothing; --help tells more
=125' fake-kernel --nothing true
expect 'Usage: fake-kernel [OPTIONS] [--] PROGRAM [ARGUMENTS...]
  --trace[=FILE] Excludes: --torture
  --check[=FILE] Excludes: --torture
=0' sh -c 'fake-kernel --help | grep -e PROGRAM -e "{" -e =FILE | grep -v check-format'
# Too few for the wrapper, the guard and the program; the search for leaks would start one more.
for processes in 1 2 3; do
  expect 'fake-kernel: no process can be started: Resource temporarily unavailable
=125' env ASAN_OPTIONS=detect_leaks=0 prlimit --nproc=$processes fake-kernel true
done
expect 'inner=125
=0' fake-kernel -- sh -c 'fake-kernel true 2>/dev/null; echo inner=$?'

# ---- who shares a kernel
expect '=0' fake-kernel -- sh -c "$add && $get | grep -q 'REPLIED = 9'"
expect 'nfct v1.4.7: netlink error: No such file or directory
=1' fake-kernel -- $get
expect 'alone
=0' fake-kernel -- sh -c "$add; unshare -Urn $get >/dev/null 2>&1 || echo alone"
expect 'nfct v1.4.7: netlink error: Operation not permitted
=1' fake-kernel --unprivileged -- $add
expect '=0' fake-kernel --profile linux-6.1 -- nfct add timeout old inet dccp open 5
expect 'nfct v1.4.7: netlink error: Operation not supported
=1' fake-kernel --profile linux-7.2 -- nfct add timeout old inet dccp open 5

# ---- what is kept
expect '=0' fake-kernel --state kept -- sh -c "$add && nfct add timeout now inet tcp close 0"
expect 'web inet udp unreplied 30 replied 9
now inet tcp syn_sent 120 syn_recv 60 established 432000 fin_wait 120 close_wait 60 last_ack 30 '\
'time_wait 120 close 0 syn_sent2 120 retrans 300 unacknowledged 300
=0' cat kept
expect '=0' fake-kernel --state kept -- nfct delete timeout now
expect 'web inet udp unreplied 30 replied 9
=0' cat kept
echo 'web inet nonsense' >broken
expect 'fake-kernel: broken:1: request: text is malformed
=125' sh -c 'fake-kernel --state broken true 2>said; status=$?; cut -d: -f1-5 said; exit $status'

# ---- what is shown
expect 'fake-kernel: conntrack sent 1 message of ctnetlink, which fake-kernel does not serve
=0' fake-kernel --trace=shown --pcap captured -- sh -c "$add; conntrack -L 2>/dev/null; true"
sed -Ei 's|^[0-9]+/|PID/|; s/ (seq|pid) [0-9]+//g' shown
expect 'PID/1 -> kernel: NEW REQUEST|ACK|CREATE
    NAME "web"
    L3PROTO 2
    L4PROTO 17 (udp)
    DATA
      REPLIED 9
PID/1 <- kernel: ERROR CAPPED 0, of NEW REQUEST|ACK|CREATE
PID/2 -> kernel: type 0x0101 REQUEST|0x0300
    subsystem 1 (not that of timeout policies), message 1
PID/2 <- kernel: ERROR no flags EINVAL, of type 0x0101 REQUEST|0x0300
=0' cat shown
if command -v tshark >/dev/null; then
  expect '0x000c,0x0800
0x000c,0x0002,0x0800
=0' sh -c 'tshark -r captured -T fields -E separator=, -e netlink.family -e netlink.hdr_type \
    2>/dev/null | head -2'
fi

# ---- what is left
# An orphan in a session of its own outlives the program, and the wrapper waits for it.
expect 'orphan
=0' fake-kernel -- sh -c 'setsid sh -c "sleep 0.3; echo orphan" & exit 0'
mark=$((RANDOM + 40000))
left() { pgrep --full "sleep $mark" | wc -l || true; }
for victim in wrapper guard; do
  fake-kernel --state kept -- sh -c "nfct flush timeout; (setsid sleep $mark &) ; sleep $mark" \
    2>/dev/null &
  wrapper=$!
  for _ in $(seq 100); do [ "$(left)" -ge 2 ] && break || sleep 0.05; done
  guard=$(pgrep --parent $wrapper)
  kill -KILL "$([ $victim = wrapper ] && echo $wrapper || echo "$guard")"
  wait $wrapper
  for _ in $(seq 100); do [ "$(left)" = 0 ] && break || sleep 0.05; done
  expect "0
=0" left
  expect 'web inet udp unreplied 30 replied 9
=0' cat kept
done
# Killed when the program has ended and left somebody in the background.
fake-kernel -- sh -c "(setsid sleep $mark &)" 2>/dev/null &
wrapper=$!
sleep 0.5
kill -KILL "$(pgrep --parent $wrapper)"
wait $wrapper
expect "0
=0" left
expect 'kept
=0' sh -c "ls -A | grep -e '^kept' -e '^[.]'"

exit $failed
