// Router: a network namespace with a tun device on either side.
#include "router.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "flows/links.h"

namespace cttimeout::test {
namespace {

constexpr std::array device_names{"inside", "outside"};  // by Side
constexpr std::array prefixes{std::array{"10.0.0.0/16", "fd00::/32"},
                              std::array{"10.0.0.0/8", "fd00::/16"}};
constexpr std::array own_addresses{"fd00:ffff::1/128", "fd00:ffff::2/128"};  // nobody else's
constexpr int patience_ms = 200;
constexpr std::size_t ipv4_addresses = 12;
constexpr std::size_t ipv6_addresses = 8;

bool write_file(const std::string& path, std::string_view text) {
  std::ofstream file(path);
  file << text << std::flush;
  return file.good();
}

int open_tun(const char* name) {
  const int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (device < 0) return -1;
  ifreq request{};
  std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(device, TUNSETIFF, &request) == 0) return device;
  close(device);
  return -1;
}

std::string set_up(nl_sock* socket, std::size_t side) {
  const std::string name = device_names.at(side);
  const int index = static_cast<int>(if_nametoindex(name.c_str()));
  write_file("/proc/sys/net/ipv6/conf/" + name + "/addr_gen_mode", "1");
  write_file("/proc/sys/net/ipv4/conf/" + name + "/rp_filter", "0");
  int error = packets::bring_up(socket, index);
  if (error == 0) error = packets::add_address(socket, index, own_addresses.at(side));
  for (const char* prefix : prefixes.at(side)) {
    if (error == 0) error = packets::add_route(socket, index, prefix);
  }
  return error == 0 ? "" : "no routes: " + std::string(nl_geterror(error));
}

}  // namespace

tl::expected<std::unique_ptr<Router>, std::string> Router::create() {
  auto space = NetworkNamespace::create();
  if (!space) return tl::unexpected("no namespace: " + std::string(std::strerror(space.error())));
  std::unique_ptr<Router> router(new Router(*std::move(space)));
  const packets::RouteSocket socket = packets::open_route_socket();
  if (socket == nullptr) return tl::unexpected(std::string("no netlink socket"));
  for (std::size_t side = 0; side < device_names.size(); ++side) {
    router->devices_.at(side) = open_tun(device_names.at(side));
    if (router->devices_.at(side) < 0) {
      return tl::unexpected("no tun device: " + std::string(std::strerror(errno)));
    }
    if (const std::string refused = set_up(socket.get(), side); !refused.empty()) {
      return tl::unexpected(refused);
    }
  }
  for (const char* file :
       {"/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"}) {
    if (!write_file(file, "1")) return tl::unexpected(std::string("not written: ") + file);
  }
  write_file("/proc/sys/net/ipv4/conf/all/rp_filter", "0");
  return router;
}

Router::~Router() {
  for (const int device : devices_) {
    if (device >= 0) close(device);
  }
}

bool Router::send(Side from, View packet) const {
  const ssize_t sent =
      write(devices_.at(static_cast<std::size_t>(from)), packet.data(), packet.size());
  return sent == static_cast<ssize_t>(packet.size());
}

// The kernel has forwarded a packet when the write of it returns, as a rule.
View Router::receive(Side at, View addresses) {
  const int device = devices_.at(static_cast<std::size_t>(at));
  for (;;) {
    const ssize_t size = read(device, room_.data(), room_.size());
    if (size < 0) {
      pollfd watched{.fd = device, .events = POLLIN, .revents = 0};
      if (errno != EAGAIN || poll(&watched, 1, patience_ms) <= 0) return {};
      continue;
    }
    const View packet = View(room_).first(static_cast<std::size_t>(size));
    if (std::ranges::equal(addresses_of(packet), addresses)) return packet;
  }
}

View addresses_of(View packet) {
  if (packet.empty()) return {};
  const bool is_v4 = std::to_integer<unsigned>(packet[0]) >> 4U == 4;
  const std::size_t at = is_v4 ? ipv4_addresses : ipv6_addresses;
  const std::size_t size = is_v4 ? 8 : 32;
  return packet.size() < at + size ? View() : packet.subspan(at, size);
}

Side side_of(View packet) {
  const View source = addresses_of(packet);
  const bool is_v4 = source.size() == 8;
  const std::size_t at = is_v4 ? 1 : 2;
  const bool inside = source.size() > at + 1 && source[at] == std::byte{0} &&
                      (is_v4 || source[at + 1] == std::byte{0});
  return inside ? Side::inside : Side::outside;
}

}  // namespace cttimeout::test
