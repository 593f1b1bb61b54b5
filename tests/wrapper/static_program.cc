// A program without shared libraries: creates a policy, waits for a reply, prints its type.
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>

namespace {

/// NEW of "static", inet, tcp, with an ack asked for.
constexpr std::array<std::uint32_t, 13> request{
    52,          0x0405'0800, 7,           0,           0,           0x0001'000b,  // head, NAME
    0x7461'7473, 0x0000'6369, 0x0002'0006, 0x0000'0200, 0x0003'0005, 6,            // families
    0x8004'0004,                                                                   // DATA
};

}  // namespace

int main() {
  const int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, NETLINK_NETFILTER);
  const sockaddr_nl kernel{.nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = 0, .nl_groups = 0};
  if (sendto(descriptor, request.data(), sizeof request, 0,
             reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) < 0) {
    std::perror("sendto");
    return 1;
  }
  std::array<std::uint32_t, 64> answer{};
  if (recv(descriptor, answer.data(), sizeof answer, 0) < 36) {
    std::perror("recv");
    return 1;
  }
  std::printf("type %u errno %d\n", answer[1] & 0xffff, -static_cast<int>(answer[4]));
  return close(descriptor);
}
