#!/usr/bin/env bash
# A session of nfct and iptables of nf_tables, with its errors; prints all that they say (K-NFT-52).
run() {
  echo "\$ $*"
  "$@" 2>&1 | sed "s,^# \(Generated\|Completed\).*,# \1,"
  echo "= ${PIPESTATUS[0]}"
}

run nfct add timeout ssh inet tcp established 3000
run nfct add timeout dns inet udp replied 30
run nfct add timeout longer inet tcp established 90 close 9
run nfct add timeout s6 inet6 tcp established 300
run iptables-nft -t raw -A PREROUTING -p tcp --dport 22 -j CT --timeout ssh
run iptables-nft -t raw -A OUTPUT -p udp --dport 53 -j CT --timeout dns
run iptables-nft -t raw -S
run iptables-nft -t raw -L -n -v
run iptables-nft -t raw -L --line-numbers
run nfct list timeout
run nfct delete timeout ssh
run iptables-nft -t raw -C PREROUTING -p tcp --dport 22 -j CT --timeout ssh
run iptables-nft -t raw -C PREROUTING -p tcp --dport 23 -j CT --timeout ssh
run iptables-nft -t raw -I PREROUTING 1 -p tcp -s 10.0.0.0/8 -d 192.168.1.0/24 --dport 1000:2000 \
  -j CT --timeout longer
run iptables-nft -t raw -S
run iptables-nft -t raw -D PREROUTING -p tcp --dport 22 -j CT --timeout ssh
run nfct delete timeout ssh
run nfct get timeout longer
run iptables-nft -t raw -A PREROUTING -p udp -j CT --timeout ssh
run iptables-nft -t raw -A PREROUTING -p udp -j CT --timeout longer
run iptables-nft -t raw -A PREROUTING -j CT --timeout longer
run iptables-nft -A INPUT -p tcp -j CT --timeout longer
run iptables-nft -t raw -A PREROUTING -p icmp -j CT --notrack
run iptables-nft -t raw -A PREROUTING -i eth0 -m conntrack --ctstate NEW -j ACCEPT
run iptables-nft -t raw -N mine
run iptables-nft -t raw -A PREROUTING -p tcp -m multiport --dports 80,443 -j mine
run iptables-nft -t raw -A mine -p tcp -j CT --timeout longer
run iptables-nft -t raw -X mine
run iptables-nft -t raw -E mine ours
run iptables-nft -t raw -S
run iptables-nft-save -t raw
run sh -c 'iptables-nft-save | iptables-nft-restore'
run iptables-nft -P FORWARD DROP
run iptables-nft -A FORWARD -m limit --limit 5/min -j LOG --log-prefix "x "
run iptables-nft -t nat -A POSTROUTING -o eth0 -j MASQUERADE
run iptables-nft -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.0.0.1:8080
run iptables-nft -A INPUT -p tcp --dport 25 -j REJECT --reject-with tcp-reset
run iptables-nft-save
run iptables-nft -t raw -F
run iptables-nft -t raw -X
run iptables-nft -t raw -Z
run iptables-nft -t raw -S
run ip6tables-nft -t raw -A PREROUTING -p tcp --dport 22 -j CT --timeout s6
run ip6tables-nft -t raw -S
run ip6tables-nft-save
run nfct list timeout
run iptables-nft -D FORWARD 1
run iptables-nft -R INPUT 1 -p tcp --dport 26 -j ACCEPT
run iptables-nft -D INPUT 7
run iptables-nft -A NOPE -j ACCEPT
run iptables-nft -A INPUT -j NOPE
run iptables-nft -F
run iptables-nft -S
run iptables-nft -t nat -S
run iptables-nft -t raw -A PREROUTING -p tcp --dport 22 -m comment --comment "a comment" \
  -j CT --timeout longer
run iptables-nft -t raw -L PREROUTING 1
run iptables-nft -t raw -A PREROUTING -m u32 --u32 '0>>22&0x3C@4>>16=0' -j ACCEPT
run iptables-nft -t raw -A PREROUTING -m addrtype --dst-type LOCAL -j NOTRACK
run iptables-nft -t raw -S PREROUTING
run iptables-nft-restore --noflush <<X
*raw
-A OUTPUT -p tcp --dport 99 -j CT --timeout longer
-A OUTPUT -p tcp --dport 98 -j CT --timeout nope
COMMIT
X
run iptables-nft-restore --test <<X
*raw
-A OUTPUT -p tcp --dport 99 -j CT --timeout longer
COMMIT
X
run iptables-nft -t raw -S OUTPUT
run nfct flush timeout
run nfct list timeout
run iptables-nft -t raw -F
run nfct flush timeout
run nfct list timeout
