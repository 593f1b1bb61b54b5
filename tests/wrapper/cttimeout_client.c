/* A C program of libnetfilter_cttimeout: creates a policy, prints all, deletes it. */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_cttimeout/libnetfilter_cttimeout.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t sequence;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static int print_policy(const struct nlmsghdr* message, void* unused) {
  char text[4096];
  struct nfct_timeout* policy = nfct_timeout_alloc();
  (void)unused;
  if (policy == NULL || nfct_timeout_nlmsg_parse_payload(message, policy) < 0) fail("parse");
  nfct_timeout_snprintf(text, sizeof(text), policy, NFCT_TIMEOUT_O_DEFAULT, 0);
  printf("%s\n", text);
  nfct_timeout_free(policy);
  return MNL_CB_OK;
}

static void ask(struct mnl_socket* socket, uint8_t command, uint16_t flags,
                const struct nfct_timeout* policy, const char* what) {
  static char buffer[32768];
  int more = MNL_CB_OK;
  struct nlmsghdr* message = nfct_timeout_nlmsg_build_hdr(buffer, command, flags, ++sequence);
  if (policy != NULL) nfct_timeout_nlmsg_build_payload(message, policy);
  if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) fail(what);
  while (more == MNL_CB_OK) {
    const ssize_t size = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
    if (size < 0) fail(what);
    more = mnl_cb_run(buffer, (size_t)size, sequence, mnl_socket_get_portid(socket), print_policy,
                      NULL);
  }
  if (more == MNL_CB_ERROR) fail(what);
}

static struct nfct_timeout* new_policy(void) {
  struct nfct_timeout* policy = nfct_timeout_alloc();
  if (policy == NULL) fail("alloc");
  nfct_timeout_attr_set(policy, NFCT_TIMEOUT_ATTR_NAME, "web");
  return policy;
}

int main(void) {
  struct nfct_timeout* policy = new_policy();
  struct nfct_timeout* name = new_policy();
  struct mnl_socket* socket = mnl_socket_open(NETLINK_NETFILTER);
  if (socket == NULL) fail("open");
  if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) fail("bind");
  nfct_timeout_attr_set_u16(policy, NFCT_TIMEOUT_ATTR_L3PROTO, 2);
  nfct_timeout_attr_set_u8(policy, NFCT_TIMEOUT_ATTR_L4PROTO, IPPROTO_TCP);
  nfct_timeout_policy_attr_set_u32(policy, NFCT_TIMEOUT_ATTR_TCP_ESTABLISHED, 100);
  ask(socket, IPCTNL_MSG_TIMEOUT_NEW, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, policy, "create");
  ask(socket, IPCTNL_MSG_TIMEOUT_GET, NLM_F_DUMP, NULL, "list");
  ask(socket, IPCTNL_MSG_TIMEOUT_DELETE, NLM_F_ACK, name, "delete");
  ask(socket, IPCTNL_MSG_TIMEOUT_GET, NLM_F_DUMP, NULL, "list");
  nfct_timeout_free(policy);
  nfct_timeout_free(name);
  mnl_socket_close(socket);
  return 0;
}
