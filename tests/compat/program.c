/* A C program as it was always written: sets, builds, parses and prints; then the additions. */
#include <libnetfilter_cttimeout/additions.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char expected[] =
    ".web = {\n\t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n"
    "\t\t.UNREPLIED = 10,\n\t\t.REPLIED = 20,\n\t},\n};";

static void require(int condition, const char* what) {
  if (condition) return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}

static struct nfct_timeout* new_policy(void) {
  struct nfct_timeout* t = nfct_timeout_alloc();
  require(t != NULL, "alloc");
  nfct_timeout_attr_set(t, NFCT_TIMEOUT_ATTR_NAME, "web");
  nfct_timeout_attr_set_u16(t, NFCT_TIMEOUT_ATTR_L3PROTO, 2);
  nfct_timeout_attr_set_u8(t, NFCT_TIMEOUT_ATTR_L4PROTO, 17);
  nfct_timeout_policy_attr_set_u32(t, NFCT_TIMEOUT_ATTR_UDP_UNREPLIED, 10);
  nfct_timeout_policy_attr_set_u32(t, NFCT_TIMEOUT_ATTR_UDP_REPLIED, 20);
  return t;
}

int main(void) {
  char request[CTTIMEOUT_REQUEST_MAX];
  char same[CTTIMEOUT_REQUEST_MAX];
  char text[1024];
  uint32_t seconds = 0;
  struct nfct_timeout* sent = new_policy();
  struct nfct_timeout* received = nfct_timeout_alloc();
  struct nlmsghdr* message;

  message = nfct_timeout_nlmsg_build_hdr(request, IPCTNL_MSG_TIMEOUT_NEW, NLM_F_CREATE, 7);
  nfct_timeout_nlmsg_build_payload(message, sent);
  require(nfct_timeout_nlmsg_parse_payload(message, received) == 0, "parse");
  require(nfct_timeout_snprintf(text, sizeof(text), received, NFCT_TIMEOUT_O_DEFAULT, 0) > 0,
          "snprintf");
  require(strcmp(text, expected) == 0, text);

  require(cttimeout_build_request(same, sizeof(same), IPCTNL_MSG_TIMEOUT_NEW, NLM_F_CREATE, 7,
                                  sent) == (int)message->nlmsg_len,
          "size of the request");
  require(memcmp(request, same, message->nlmsg_len) == 0, "bytes of the request");
  require(cttimeout_get_timeout(received, NFCT_TIMEOUT_ATTR_UDP_REPLIED, &seconds) == 0 &&
              seconds == 20,
          "get_timeout");
  nfct_timeout_free(received);
  nfct_timeout_free(sent);
  puts(text);
  return 0;
}
