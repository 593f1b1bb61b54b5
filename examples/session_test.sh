#!/usr/bin/env bash
# Plays one session of the three examples and compares every line; the kernel is the fake or real.
set -euo pipefail
cd "$1"
if [ "$2" = fake ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  export CTTIMEOUT_FAKE=$folder/policies
else
  unset CTTIMEOUT_FAKE
fi

session() {
  ./nfct-timeout-add test 2 6
  ./nfct-timeout-get test
  ./nfct-timeout-add 'two words' 10 17
  ./nfct-timeout-add test 2 6 && echo 'UNEXPECTED: added twice'
  ./nfct-timeout-add other 2 200 && echo 'UNEXPECTED: added an unknown protocol'
  ./nfct-timeout-get
  ./nfct-timeout-delete test
  ./nfct-timeout-delete test && echo 'UNEXPECTED: deleted twice'
  ./nfct-timeout-get test && echo 'UNEXPECTED: got what is deleted'
  ./nfct-timeout-delete
  ./nfct-timeout-get
}

tcp='.test = {
	.l3proto = 2,
	.l4proto = 6,
	.policy = {
		.SYN_SENT = 100,
		.SYN_RECV = 60,
		.ESTABLISHED = 432000,
		.FIN_WAIT = 120,
		.CLOSE_WAIT = 60,
		.LAST_ACK = 30,
		.TIME_WAIT = 120,
		.CLOSE = 10,
		.SYN_SENT2 = 120,
		.RETRANS = 300,
		.UNACKNOWLEDGED = 300,
	},
};'
expected="$tcp
error: kernel: request was refused: File exists (EEXIST)
error: kernel: request was refused: Operation not supported (EOPNOTSUPP)
$tcp
.\"two words\" = {
	.l3proto = 10,
	.l4proto = 17,
	.policy = {
		.UNREPLIED = 100,
		.REPLIED = 120,
	},
};
error: kernel: request was refused: No such file or directory (ENOENT)
error: kernel: request was refused: No such file or directory (ENOENT)"

diff <(echo "$expected") <(session 2>&1)
