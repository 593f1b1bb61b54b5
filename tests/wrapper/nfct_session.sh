#!/usr/bin/env bash
# Every command of nfct on timeout policies, with its errors; prints all that it says.
run() {
  echo "$ nfct $*"
  nfct "$@" 2>&1
  echo "= $?"
}

run list timeout
run add timeout web inet tcp established 100 close 7
run add timeout web inet tcp established 100
run add timeout dns inet udp unreplied 5 replied 60
run add timeout six inet6 tcp established 300
run add timeout ping inet icmp timeout 9
run add timeout rest inet generic timeout 77
run add timeout broken inet nonsense timeout 1
run add timeout broken inet tcp nonsense 1
run get timeout web
run get timeout nobody
run list timeout
run default-get timeout inet tcp
run default-set timeout inet udp unreplied 11 replied 12
run default-get timeout inet udp
run add timeout later inet udp unreplied 4
run get timeout later
run delete timeout dns
run delete timeout dns
run list timeout
run flush timeout
run list timeout
for i in $(seq 1 40); do nfct add timeout "policy-$i" inet tcp established "$i"; done
run list timeout
