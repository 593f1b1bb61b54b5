#!/usr/bin/env bash
# The file of --state: what is refused before the program runs, and what a new version of it keeps.
set -uo pipefail

. ./expect.sh
root=$([ "$(id -u)" = 0 ] && echo yes || echo no)
add='nfct add timeout web inet udp replied 9'
line='web inet udp unreplied 30 replied 9'
regular='only a regular file can keep policies'

# refused SENTENCE FILE: fake-kernel says it, and the program does not run.
refused() {
  expect "fake-kernel: $1
=125" fake-kernel --state "$2" -- touch ran
  expect '=1' test -e ran
  rm -f ran
}

printf '\r\n# mine\r\nold inet udp # short\r\n' >dos

# ---- what is refused
expect 'fake-kernel: --state: no file is named; --help tells more
=125' fake-kernel --state '' -- true
mkdir folder
refused "folder: is a directory; $regular" folder
refused 'no/where: the folder no cannot take a new file: No such file or directory' no/where
mkfifo pipe
refused "pipe: is a pipe; $regular" pipe
ln -s /dev/null device
refused "device: is a device; $regular" device
if [ $root = yes ] && mknod node c 1 3; then
  refused "node: is a device; $regular" node
  expect 'character special file
=0' stat -c %F node
fi
ln -s loop loop
refused 'loop: cannot be used: Too many levels of symbolic links' loop
printf '# mine\nweb inet udp\nweb inet' >broken
refused 'broken:3: request: text is malformed: protocol "": expected icmp tcp udp dccp gre icmpv6 '\
'sctp udplite generic or a number up to 255' broken
touch gone && exec 9<gone && rm gone
refused '/proc/self/fd/9: leads to a file without a name' /proc/self/fd/9
exec 9<&-
touch mounted
if unshare -Urm mount --bind broken mounted 2>/dev/null; then
  expect 'fake-kernel: mounted: is a mount point, which no new file can replace; mount its folder '\
'instead
=125' unshare -Urm sh -c 'mount --bind dos mounted && fake-kernel --state mounted -- touch ran'
fi
if [ $root = no ]; then
  mkdir closed && touch closed/old && chmod 555 closed
  refused 'closed/new: the folder closed cannot take a new file: Permission denied' closed/new
  refused 'closed/old: the folder closed cannot take a new file: Permission denied' closed/old
  expect '=0' sh -c 'fake-kernel --torture --state closed/old -- true >/dev/null'
  touch mute && chmod 444 mute
  refused 'mute: cannot be read and written: Permission denied' mute
  chmod 222 mute
  refused 'mute: cannot be read and written: Permission denied' mute
fi

# ---- what is taken
expect '=0' fake-kernel --state dos -- sh -c 'nfct get timeout old >/dev/null'
expect '=0' fake-kernel --state dos -- sh -c "$add"
expect "$(printf '\r\n# mine\r\nold inet udp # short\r\n%s\r\n=0' "$line")" cat dos

# ---- what is kept
touch real && chmod 600 real && ln -s real link && ln -s fresh dangling
expect '=0' fake-kernel --state link -- sh -c "$add"
expect '=0' sh -c "umask 077 && fake-kernel --state dangling -- $add"
expect 'symbolic link 777
regular file 600
symbolic link 777
regular file 600
=0' stat -c '%F %a' link real dangling fresh
expect "$line
$line
=0" cat real fresh
if [ $root = yes ]; then
  touch theirs && chown 1:2 theirs && chmod 640 theirs
  expect '=0' fake-kernel --state theirs -- sh -c "$add"
  expect '1:2 640
=0' stat -c '%u:%g %a' theirs
  # An ordinary user cannot give files away, and not replace those of others where /tmp forbids it.
  as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
  for folder in own shared; do
    mkdir $folder && touch $folder/theirs && chown 1:2 $folder/theirs && chmod 4666 $folder/theirs
  done
  chmod 755 . && chown 65534 own && chmod 1777 shared
  expect '=0' as_nobody fake-kernel --state own/theirs -- sh -c "$add"
  expect '65534:65534 666
=0' stat -c '%u:%g %a' own/theirs
  expect 'fake-kernel: shared/theirs: belongs to another user, whose files the folder shared '\
'protects (sticky bit)
=125' as_nobody fake-kernel --state shared/theirs -- touch own/ran
  expect 'own/theirs
=0' sh -c 'ls own/*'
fi

# ---- policies in use
echo "$line" >used
expect "nfct v1.4.7: netlink error: Device or resource busy
$line
=0" sh -c "fake-kernel --state used --hold web=2 -- nfct delete timeout web 2>&1; cat used"
expect 'fake-kernel: --hold other: used has no such policy
=125' fake-kernel --state used --hold other -- touch ran
expect 'fake-kernel: --hold web=0: N is a number from 1 to 1000000; --help tells more
=125' fake-kernel --state used --hold web=0 -- touch ran
expect '=1' test -e ran

# ---- what a new version is written to: no name that could be guessed, nothing that is left behind
echo precious >victim
expect 'precious
=0' sh -c "ln -s victim guess.\$\$; (exec fake-kernel --state guess -- $add); cat victim"
rm -f guess.*
names=$(ls -A)
on_small_disk='mount -t tmpfs -o size=16k none folder && cd folder &&
  { echo "# mine" >kept; cat /dev/zero >full 2>/dev/null; fake-kernel --state kept -- '$add'; } ;
  echo "$?"; cat kept; ls -A'
if unshare -Urm mount -t tmpfs none folder 2>/dev/null; then
  expect 'fake-kernel: kept: could not be replaced: No space left on device
125
# mine
full
kept
=0' unshare -Urm sh -c "$on_small_disk"
fi
expect "$names
=0" ls -A

exit $failed
