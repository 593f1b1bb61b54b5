#!/usr/bin/env bash
# Real programs, traced on the real kernel: nfct, nft and our own send nothing that is wrong.
set -euo pipefail
command=$1
examples=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset CTTIMEOUT_FAKE
export ASAN_OPTIONS=detect_leaks=0  # LeakSanitizer cannot work in a traced process

failed=0
# traced OPTIONS... -- PROGRAM...: what it sends is clean, in that form of strace's output.
traced() {
  local options=()
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  strace -s 65536 -o "$folder/trace" "${options[@]}" "$@" >"$folder/output" 2>&1 ||
    { echo "$* failed:" "$(cat "$folder/output")" && failed=1; }
  "$command" check "$folder/trace" >"$folder/findings" && return
  [ "$1" = nfct ] && only_padding && return
  echo "strace ${options[*]} $*:" "$(cat "$folder/findings")"
  failed=1
}
# What nfct pads with is whatever was on its stack (libmnl before 1.0.5): such a finding is true.
only_padding() { ! grep -E ': (error|warning): ' "$folder/findings" | grep -qvF '[C-PAD-LEAK]'; }
# noted TEXT: the last findings contain it.
noted() {
  grep -qF "$1" "$folder/findings" && return
  echo "without '$1':" "$(cat "$folder/findings")"
  failed=1
}

plain=(-e trace=network)
hex=(-f -xx -e trace=network,close)
dumped=(-y -e trace=network -e write=all -e read=all)
for form in plain hex dumped; do
  declare -n options=$form
  traced "${options[@]}" -- nfct add timeout "nfct-$form" inet tcp established 100 close 5
  noted '[C-FLAG-NEITHER]'
  traced "${options[@]}" -- nfct add timeout "udp-$form" inet udp unreplied 7
  traced "${options[@]}" -- nfct get timeout "nfct-$form"
  traced "${options[@]}" -- nfct list timeout
  traced "${options[@]}" -- nfct default-get timeout inet tcp
  traced "${options[@]}" -- nfct default-set timeout inet udp unreplied 20
  traced "${options[@]}" -- nfct delete timeout "nfct-$form"
  traced "${options[@]}" -- nfct flush timeout
  traced "${options[@]}" -- nft add table ip "nft_$form"
  noted 'messages of subsystem 10 are not checked [C-SCOPE-OTHER]'
  traced "${options[@]}" -- nft list ruleset
  traced "${options[@]}" -- "$examples/nfct-timeout-add" "ours-$form" 2 6
  traced "${options[@]}" -- "$examples/nfct-timeout-get"
  traced "${options[@]}" -- "$examples/nfct-timeout-get" "ours-$form"
  traced "${options[@]}" -- "$examples/nfct-timeout-delete" "ours-$form"
  traced "${options[@]}" -- "$examples/nfct-timeout-delete"
done
[ $failed = 0 ]
