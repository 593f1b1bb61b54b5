// RawIp: sends whole IP packets as if this host had made them.
#include "flows/raw_ip.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace cttimeout::test {
namespace {

constexpr std::size_t ipv4_destination = 16;
constexpr std::size_t ipv6_destination = 24;

// IPPROTO_RAW: what is sent has its IP header already, in either family.
int raw_socket(int family) {
  return socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
}

template <class Address>
bool send_to(int socket, const Address& address, View bytes) {
  return sendto(socket, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

RawIp::RawIp() : ipv4_(raw_socket(AF_INET)), ipv6_(raw_socket(AF_INET6)) {}

RawIp::RawIp(RawIp&& other) noexcept
    : ipv4_(std::exchange(other.ipv4_, -1)), ipv6_(std::exchange(other.ipv6_, -1)) {}

RawIp::~RawIp() {
  if (ipv4_ >= 0) close(ipv4_);
  if (ipv6_ >= 0) close(ipv6_);
}

bool RawIp::send(View packet) const {
  if (std::to_integer<unsigned>(packet[0]) >> 4U == 4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    std::memcpy(&address.sin_addr, &packet[ipv4_destination], sizeof address.sin_addr);
    return send_to(ipv4_, address, packet);
  }
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  std::memcpy(&address.sin6_addr, &packet[ipv6_destination], sizeof address.sin6_addr);
  return send_to(ipv6_, address, packet);
}

}  // namespace cttimeout::test
