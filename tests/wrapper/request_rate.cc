// request_rate REQUESTS [WAITING]: how long a request takes, one after the other, each with its
// reply.
//
// Prints the microseconds of one. Meanwhile as many threads as WAITING says wait for a datagram on
// a socket each.
#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

/// NEW of a policy with one timeout, which replaces the one before.
struct Request {
  nlmsghdr header{.nlmsg_len = sizeof(Request),
                  .nlmsg_type = NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | IPCTNL_MSG_TIMEOUT_NEW,
                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
                  .nlmsg_seq = 0,
                  .nlmsg_pid = 0};
  nfgenmsg general{};
  nlattr name_head{.nla_len = 8, .nla_type = CTA_TIMEOUT_NAME};
  std::array<char, 4> name{'w', 'e', 'b', '\0'};
  nlattr family_head{.nla_len = 6, .nla_type = CTA_TIMEOUT_L3PROTO};
  std::uint16_t family = htons(AF_INET);
  std::uint16_t family_padding = 0;
  nlattr protocol_head{.nla_len = 5, .nla_type = CTA_TIMEOUT_L4PROTO};
  std::uint8_t protocol = IPPROTO_TCP;
  std::array<std::uint8_t, 3> protocol_padding{};
  nlattr data_head{.nla_len = 12, .nla_type = CTA_TIMEOUT_DATA | NLA_F_NESTED};
  nlattr slot_head{.nla_len = 8, .nla_type = CTA_TIMEOUT_TCP_ESTABLISHED};
  std::uint32_t timeout = htonl(100);
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int open_socket() {
  const int socket = ::socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  if (socket < 0) fail("socket");
  return socket;
}

void make_request(int socket, std::uint32_t sequence) {
  Request request;
  request.header.nlmsg_seq = sequence;
  if (send(socket, &request, sizeof request, 0) != sizeof request) fail("send");
  struct {
    nlmsghdr header;
    nlmsgerr error;
  } reply{};
  if (recv(socket, &reply, sizeof reply, 0) < 0) fail("recv");
  if (reply.error.error != 0) {
    std::fprintf(stderr, "refused: %s\n", std::strerror(-reply.error.error));
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto requests = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 1);
  const int waiting = argc > 2 ? std::atoi(argv[2]) : 0;
  for (int i = 0; i < waiting; ++i) {
    std::thread([socket = open_socket()] {
      char byte = 0;
      recv(socket, &byte, sizeof byte, 0);
    }).detach();
  }
  if (waiting > 0) std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const int socket = open_socket();
  const auto start = std::chrono::steady_clock::now();
  for (std::uint32_t i = 1; i <= requests; ++i) make_request(socket, i);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  std::printf("%.2f\n", took.count() / requests);
  std::fflush(stdout);
  _exit(0);  // the others still wait
}
