#!/usr/bin/env bash
# The command `cttimeout check`: its exit statuses, its formats, and how it refuses.
set -euo pipefail
command=$1
logs=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

clean='1c000000 0208 0500 01000000 00000000 00000000 0800 0100 77656200'
flush='1c000000 0208 0500 01000000 00000000 00000000 2400 0100 77656200'
echo "$clean" >clean.hex
printf '# a delete\n%s\n' "$flush" >flush.hex
echo 'zz' >bad.hex
printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\1\0\0\0' >ethernet.pcap
: >empty

failed=0
# expect STATUS TEXT ARGUMENTS...: what the command ends with, and something that it prints.
expect() {
  local status=0 output
  output=$("$command" "${@:3}" 2>&1) || status=$?
  [ "$status" = "$1" ] && grep -qF -- "$2" <<<"$output" && return
  echo "cttimeout ${*:3}: status $status instead of $1, or without '$2':" "$output"
  failed=1
}

expect 0 'clean.hex: 1 datagram, 0 errors, 0 warnings, 0 notes' check clean.hex
expect 1 'flush.hex:2: error: DELETE/NAME at byte 20 (message 1): ' check flush.hex
expect 1 '[C-NAME-FLUSH]' check flush.hex
expect 1 '"rule": "C-NAME-FLUSH"' check --format=json flush.hex
expect 1 '::error file=flush.hex,line=2,title=C-NAME-FLUSH ' check --format=github flush.hex
expect 1 '[C-NAME-FLUSH]' check - <flush.hex
expect 2 "bad.hex:1: expected pairs of hex digits" check bad.hex
expect 2 'ethernet.pcap: the link type is 1 (Ethernet), which carries no' check ethernet.pcap
expect 2 'empty: holds no datagram to check' check empty
expect 2 'missing: No such file or directory' check missing
expect 2 '.: Is a directory' check .
expect 2 'FILE is required' check
# ---- several files
cp "$logs"/fork.* .
expect 1 'fork.11336:2: error: NEW/DATA/ESTABLISHED at byte 52' check fork.*
expect 1 'fork.11336: 1 datagram, 1 error, 0 warnings, 0 notes' check fork.*
expect 1 'clean.hex: 1 datagram, 0 errors' check clean.hex fork.*
expect 1 '    "file": "fork.11336",' check --format=json clean.hex fork.*
expect 0 'clean.hex: 1 datagram' check clean.hex clean.hex
expect 2 'missing: No such file or directory' check missing clean.hex
expect 2 'clean.hex: 1 datagram' check missing clean.hex
expect 2 '.: Is a directory' check clean.hex .
status=0
"$command" check - <. 2>said || status=$?
[ "$status $(<said)" = '2 -: Is a directory' ] || failed=1
# json STATUS OBJECT ARGUMENTS...: all that --format=json prints of files that are refused.
json() {
  local status=0 output
  output=$("$command" check --format=json "${@:3}" 2>/dev/null) || status=$?
  output=$(tr -d '\n' <<<"$output" | sed 's/  *//g')
  [ "$status" = "$1" ] && [[ $output == $2 ]] && return
  echo "check --format=json ${*:3}: status $status instead of $1, or not '$2':" "$output"
  failed=1
}
json 2 '{"file":"missing","error":"Nosuchfileordirectory","remarks":\[\]}' missing
json 2 '{"file":"bad.hex","error":"expectedpairs*","line":1,"remarks":\[\]}' bad.hex
json 2 '{"file":"empty","error":"holdsnodatagramtocheck","remarks":\[\]}' empty
head -c 30 "$logs/../captures/nlmon.pcap" >short.pcap
json 2 '{"file":"short.pcap","error":"holds*","remarks":\["acapture*","thefileends*"\]}' \
  short.pcap
json 2 '\[{"file":"bad.hex","error":*},{"file":"clean.hex","dat*},{"file":".","error":*}\]' \
  bad.hex clean.hex .
"$command" check fork.11335 fork.11336 | grep -q 'fork.11335' && failed=1
hostile=$'::error::x\e[31m'
cp flush.hex "$hostile"
expect 1 '"::error::x\x1b[31m":2: error: ' check "$hostile"
expect 2 '"::error::y\x1b": No such file or directory' check $'::error::y\e'
# What a refusal quotes of a file brings no control bytes to a terminal, and no commands to GitHub.
printf '00000000: 3800\033[31m##[x\303\n' >dump
expect 2 "found '3800\\x1b[31m#\\x23[x\\xc3'" check dump
printf '0000000 0038 \033[31m\n' >words
expect 2 "found '\\x1b[31m'" check words
printf 'x = {"\\\033"}' >escape
expect 2 'the escape \\x1b is' check escape
expect 2 '--format' check --format=xml clean.hex
expect 2 '--hz' check --hz=0 clean.hex
expect 2 '--byte-order' check --byte-order=middle clean.hex
expect 1 'a big-endian machine, as --byte-order says' check --byte-order=big clean.hex
expect 2 'subcommand'
expect 0 'Conntrack timeout policies: tools for people who write and test their messages.' --help
expect 0 'Exit status: 0 clean' check --help
expect 0 'tools/check/FORMATS.md has the details' check --help
[ $failed = 0 ]
