#!/usr/bin/env bash
# differential.sh SECONDS SEED: a program gets the same bytes from fake-kernel as from the fake.
#
# Each profile has its turns of forty random sequences, the first one at least, until time is
# up. No run is longer, as fake-kernel keeps the network namespace of each sequence until it ends.
set -euo pipefail
seconds=$1
seed=$2
sequences=40
mapfile -t profiles < <(fake-kernel --help | grep -o 'linux-[0-9.]*')
[ ${#profiles[@]} -gt 0 ]
turn=0
while [ "$turn" -lt ${#profiles[@]} ] || [ "$SECONDS" -lt "$seconds" ]; do
  profile=${profiles[turn % ${#profiles[@]}]}
  fake-kernel --profile "$profile" -- differential --first="fake:$profile" \
    --sequences=$sequences --seed="$seed" >said || { status=$?; cat said; exit $status; }
  [ "$turn" -gt 0 ] || grep '^not compared' said || true
  grep ' requests a second' said >>totals
  seed=$((seed + sequences))
  turn=$((turn + 1))
done
awk -v first="$2" -v last=$((seed - 1)) -v seconds="$SECONDS" '
  { sequences += $1; operations += $3; datagrams += $5; requests += $7 }
  END {
    printf "%d sequences, %d operations, %d datagrams, %d requests in %d s\n",
           sequences, operations, datagrams, requests, seconds
    print "no difference between the fake and fake-kernel, seeds " first " to " last
  }' totals
