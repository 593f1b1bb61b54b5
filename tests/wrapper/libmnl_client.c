/* A C program of libmnl alone: creates a policy, lists all, deletes it, lists all again. */
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned sequence;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static struct nlmsghdr* new_request(char* buffer, unsigned command, unsigned flags) {
  struct nlmsghdr* message = mnl_nlmsg_put_header(buffer);
  message->nlmsg_type = (uint16_t)(NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | command);
  message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
  message->nlmsg_seq = ++sequence;
  mnl_nlmsg_put_extra_header(message, sizeof(struct nfgenmsg));
  return message;
}

/* Sends it and reads all that is answered; gives each policy to `visit`. */
static void ask(struct mnl_socket* socket, struct nlmsghdr* message, mnl_cb_t visit,
                const char* what) {
  static char answer[32768];
  int more = MNL_CB_OK;
  if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) fail(what);
  while (more == MNL_CB_OK) {
    const ssize_t size = mnl_socket_recvfrom(socket, answer, sizeof(answer));
    if (size < 0) fail(what);
    more = mnl_cb_run(answer, (size_t)size, message->nlmsg_seq, mnl_socket_get_portid(socket),
                      visit, NULL);
  }
  if (more == MNL_CB_ERROR) fail(what);
}

static int print_slot(const struct nlattr* slot, void* unused) {
  (void)unused;
  printf(" %u=%u", mnl_attr_get_type(slot), ntohl(mnl_attr_get_u32(slot)));
  return MNL_CB_OK;
}

static int print_attribute(const struct nlattr* attribute, void* unused) {
  if (mnl_attr_get_type(attribute) == CTA_TIMEOUT_NAME) printf("%s", mnl_attr_get_str(attribute));
  if (mnl_attr_get_type(attribute) != CTA_TIMEOUT_DATA) return MNL_CB_OK;
  return mnl_attr_parse_nested(attribute, print_slot, unused);
}

static int print_policy(const struct nlmsghdr* message, void* unused) {
  const int printed = mnl_attr_parse(message, sizeof(struct nfgenmsg), print_attribute, unused);
  printf("\n");
  return printed;
}

static void create(struct mnl_socket* socket, const char* name) {
  char buffer[256];
  struct nlattr* slots;
  struct nlmsghdr* message =
      new_request(buffer, IPCTNL_MSG_TIMEOUT_NEW, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  mnl_attr_put_strz(message, CTA_TIMEOUT_NAME, name);
  mnl_attr_put_u16(message, CTA_TIMEOUT_L3PROTO, htons(2));
  mnl_attr_put_u8(message, CTA_TIMEOUT_L4PROTO, IPPROTO_UDP);
  slots = mnl_attr_nest_start(message, CTA_TIMEOUT_DATA);
  mnl_attr_put_u32(message, CTA_TIMEOUT_UDP_REPLIED, htonl(60));
  mnl_attr_nest_end(message, slots);
  ask(socket, message, NULL, "create");
}

static void list(struct mnl_socket* socket) {
  char buffer[256];
  ask(socket, new_request(buffer, IPCTNL_MSG_TIMEOUT_GET, NLM_F_DUMP), print_policy, "list");
  printf("listed\n");
}

static void delete (struct mnl_socket* socket, const char* name) {
  char buffer[256];
  struct nlmsghdr* message = new_request(buffer, IPCTNL_MSG_TIMEOUT_DELETE, NLM_F_ACK);
  mnl_attr_put_strz(message, CTA_TIMEOUT_NAME, name);
  ask(socket, message, NULL, "delete");
}

int main(void) {
  struct mnl_socket* socket = mnl_socket_open(NETLINK_NETFILTER);
  if (socket == NULL) fail("open");
  if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) fail("bind");
  create(socket, "web");
  create(socket, "dns");
  list(socket);
  delete (socket, "web");
  list(socket);
  mnl_socket_close(socket);
  return 0;
}
