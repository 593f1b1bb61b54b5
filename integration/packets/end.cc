// End: one network namespace, and sockets that send whole IP packets from it.
#include "end.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace cttimeout::packets {
namespace {

// IPPROTO_RAW: what is sent has its IP header already, in either family.
int raw_socket(int family) {
  return socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
}

template <class Address>
bool send_to(int socket, const Address& address, test::View bytes) {
  return sendto(socket, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

tl::expected<End, std::string> End::create() {
  auto space = test::NetworkNamespace::create();
  if (!space) {
    return tl::unexpected("no network namespace: " + std::string(std::strerror(space.error())));
  }
  End end(std::move(*space), raw_socket(AF_INET), raw_socket(AF_INET6));
  if (end.ipv4_ < 0 || end.ipv6_ < 0) {
    return tl::unexpected("no raw socket: " + std::string(std::strerror(errno)));
  }
  return end;
}

End::End(End&& other) noexcept
    : space_(std::move(other.space_)),
      ipv4_(std::exchange(other.ipv4_, -1)),
      ipv6_(std::exchange(other.ipv6_, -1)) {}

End::~End() {
  if (ipv4_ >= 0) close(ipv4_);
  if (ipv6_ >= 0) close(ipv6_);
}

bool End::send(const Packet& packet) const {
  const test::Bytes bytes = ip_packet(packet);
  const test::Bytes to = destination(packet);
  if (packet.family == Family::ipv4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    std::memcpy(&address.sin_addr, to.data(), sizeof address.sin_addr);
    return send_to(ipv4_, address, bytes);
  }
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  std::memcpy(&address.sin6_addr, to.data(), sizeof address.sin6_addr);
  return send_to(ipv6_, address, bytes);
}

}  // namespace cttimeout::packets
