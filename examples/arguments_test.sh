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

echo 'test inet tcp syn_sent forever' >>"$CTTIMEOUT_FAKE"
expect 1 "$CTTIMEOUT_FAKE: 2: request: text is malformed: timeout \"forever\"" ./nfct-timeout-get
CTTIMEOUT_FAKE=$folder expect 1 "$folder: could not be read" ./nfct-timeout-get
CTTIMEOUT_FAKE=$folder/no/where expect 1 'No such file or directory' ./nfct-timeout-add a 2 6
[ "$(ls "$folder")" = policies ] || { echo "left-over files in $folder:"; ls "$folder"; exit 1; }
