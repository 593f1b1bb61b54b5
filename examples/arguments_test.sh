#!/usr/bin/env bash
# Wrong arguments and wrong snapshot files end with a clear sentence and the right exit status.
set -euo pipefail
cd "$1"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CTTIMEOUT_FAKE=$folder/policies

# expect STATUS TEXT COMMAND...: the command ends with STATUS and prints TEXT somewhere.
expect() {
  local wanted=$1 text=$2 status=0 output
  shift 2
  output=$("$@" 2>&1) || status=$?
  if [ "$status" != "$wanted" ] || [[ $output != *"$text"* ]]; then
    printf '%s\nexit status %s, expected %s; output, expected "%s":\n%s\n' \
      "$*" "$status" "$wanted" "$text" "$output"
    exit 1
  fi
}

for command in add get delete; do
  expect 0 "Usage: nfct-timeout-$command" ./nfct-timeout-$command --help
  expect 0 'CTTIMEOUT_FAKE=FILE' ./nfct-timeout-$command --help
  expect 2 "Usage: nfct-timeout-$command" ./nfct-timeout-$command 1 2 3 4
done
expect 2 'Usage: ' ./nfct-timeout-add
for word in abc 256 262 -1 +6 6x 0x6 4294967302 ''; do
  expect 2 "L4PROTO is '$word'; expected a number from 0 to 255" ./nfct-timeout-add test 2 "$word"
done
expect 2 "L3PROTO is '65536'; expected a number from 0 to 65535" ./nfct-timeout-add test 65536 6
expect 1 'policy name is empty' ./nfct-timeout-add '' 2 6
expect 1 'policy name is too long' ./nfct-timeout-add "$(printf '%032d' 0)" 2 6
expect 1 'could not be written' bash -c './nfct-timeout-add a 2 6 && ./nfct-timeout-get >/dev/full'

# What the file of the fake kernel may be, and what a change of it leaves as it is.
printf '# mine\r\n\r\ntest inet udp replied 1m\r\n' >"$CTTIMEOUT_FAKE"
chmod 600 "$CTTIMEOUT_FAKE"
ln -s policies "$folder/link"
expect 0 '.REPLIED = 60' ./nfct-timeout-get
CTTIMEOUT_FAKE=$folder/link expect 0 '' ./nfct-timeout-add other 2 1
expect 0 'symbolic link 777
regular file 600' stat -c '%F %a' "$folder/link" "$CTTIMEOUT_FAKE"
diff <(printf '# mine\r\n\r\ntest inet udp replied 1m\r\nother inet icmp timeout 100\r\n') \
  "$CTTIMEOUT_FAKE"
echo 'test inet tcp syn_sent forever' >>"$CTTIMEOUT_FAKE"
expect 1 "$CTTIMEOUT_FAKE:5: request: text is malformed: timeout \"forever\"" ./nfct-timeout-get
CTTIMEOUT_FAKE=$folder expect 1 "$folder: is a directory" ./nfct-timeout-get
CTTIMEOUT_FAKE=/dev/null expect 1 '/dev/null: is a device' ./nfct-timeout-get
CTTIMEOUT_FAKE=$folder/no/where expect 1 \
  "the folder $folder/no cannot take a new file: No such file or directory" ./nfct-timeout-get
[ "$(ls -A "$folder" | xargs)" = 'link policies' ] ||
  { echo "left-over files in $folder:"; ls -A "$folder"; exit 1; }
