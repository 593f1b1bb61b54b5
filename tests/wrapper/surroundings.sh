#!/usr/bin/env bash
# What fake-kernel makes of where it runs: few files, many files, no /proc, full disks.
set -uo pipefail

. ./expect.sh
add='nfct add timeout web inet udp replied 9'
get='nfct get timeout web'

# ---- files
expect 'fake-kernel: this needs 24 more open files than there are already (ulimit -n): Too many '\
'open files
=125' prlimit --nofile=8 fake-kernel $add
expect '=0' prlimit --nofile=40 fake-kernel $add
with_files() {
  python3 - "$@" <<'END'
import os, subprocess, sys
for _ in range(1100):
    os.set_inheritable(os.open('/dev/null', os.O_RDONLY), True)
sys.exit(subprocess.run(sys.argv[1:], close_fds=False).returncode)
END
}
if [ "$(ulimit -Hn)" -ge 2000 ]; then
  ulimit -n 2000
  expect '=0' with_files fake-kernel sh -c "$add && $get | grep -q 'REPLIED = 9'"
fi

# ---- /proc
if unshare -Urpf --mount mount -t tmpfs none /proc 2>/dev/null; then
  # Linux 6.13 tells without it.
  said=$(unshare -Urpf --mount sh -c "mount -t tmpfs none /proc
    fake-kernel sh -c '$add && $get'" 2>&1)
  case $said in
    *'REPLIED = 9'*) ;;
    'fake-kernel: this needs a /proc of this pid namespace, or Linux 6.13: '*) ;;
    *) expect 'works, or says what it needs' echo "without /proc: $said" ;;
  esac
  # That of another pid namespace, in which numbers mean other processes.
  said=$(unshare -Urpf fake-kernel sh -c "$add; unshare -n $get; $get" 2>&1)
  case $said in
    *'No such file or directory'*'REPLIED = 9'*) ;;
    'fake-kernel: this needs a /proc of this pid namespace, or Linux 6.13: '*) ;;
    *) expect 'works, or says what it needs' echo "with another /proc: $said" ;;
  esac
fi

# ---- full disks
for option in --trace=/dev/full '--pcap /dev/full' --check=/dev/full; do
  rm -f kept
  expect 'fake-kernel: not all could be written to /dev/full: No space left on device
=125' fake-kernel $option --state kept -- $add
  expect 'web inet udp unreplied 30 replied 9
=0' cat kept
done

# ---- subsystems that are not served
expect 'fake-kernel: conntrack sent 1 message of ctnetlink, which fake-kernel does not serve
=1' fake-kernel sh -c 'conntrack -L 2>/dev/null'

# ---- programs that do not let themselves be looked into
shy="import ctypes, socket
ctypes.CDLL(None).prctl(4, 0)
try:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
except OSError as error:
    print(error)"
if [ "$(id -u)" != 0 ]; then
  expect "[Errno 1] Operation not permitted
=0" sh -c 'fake-kernel python3 -c "$0" 2>said' "$shy"
  grep -q 'undumpable (PR_SET_DUMPABLE)' said || expect 'says why' cat said
  late="import ctypes, socket
open_before = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
ctypes.CDLL(None).prctl(4, 0)
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
theirs.send(b'others are not concerned')
print(ours.recvmsg(100, 100)[0].decode())
try:
    open_before.send(bytes(20))
except OSError as error:
    print(error)"
  expect "others are not concerned
[Errno 1] Operation not permitted
=0" sh -c 'fake-kernel python3 -c "$0" 2>said' "$late"
  grep -q 'undumpable (PR_SET_DUMPABLE)' said || expect 'says why' cat said
fi

exit $failed
