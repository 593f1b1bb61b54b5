// World: what a script has open, and the line that its present operation prints.
#include "world.h"

#include <linux/netlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>

namespace cttimeout::test {
namespace {

constexpr std::size_t longest_shown = 96;

bool was_chosen(std::uint32_t port) {
  return port == 0 || (port >= World::first_port && port < World::first_port + World::ports);
}

std::uint32_t port_of(int socket) {
  sockaddr_nl address{};
  socklen_t size = sizeof address;
  if (call(SYS_getsockname, socket, &address, &size) < 0) return 0;
  return address.nl_pid;
}

std::uint32_t hash(View bytes) {
  std::uint32_t value = 0x811c9dc5;  // FNV-1a
  for (const std::byte byte : bytes) value = (value ^ std::to_integer<unsigned>(byte)) * 0x01000193;
  return value;
}

}  // namespace

World::World() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  slots_.fill(-1);
}

World::~World() {
  for (std::size_t index = 0; index < slot_count; ++index) empty(index);
  close(epoll_);
}

void World::empty(std::size_t index) {
  if (slots_[index] >= 0) close(slots_[index]);
  slots_[index] = -1;
}

std::string World::take_line() {
  std::string line = line_.str();
  line_.str({});
  return line;
}

std::string World::comparable(int socket, View bytes) {
  Bytes copy(bytes.begin(), bytes.end());
  const std::uint32_t port = port_of(socket);
  if (!was_chosen(port)) {
    copy.resize(copy.size() / 4 * 4);  // a part of a port id would not be recognised
    for (std::size_t at = 0; at + 4 <= copy.size(); at += 4) {
      if (read32(copy, at) == port)
        std::fill_n(copy.begin() + static_cast<long>(at), 4, std::byte{});
    }
  }
  std::ostringstream text;
  text << bytes.size() << ':' << to_hex(View(copy).first(std::min(copy.size(), longest_shown)));
  if (copy.size() > longest_shown) text << "..." << hash(copy);
  return text.str();
}

std::string World::comparable_port(std::uint32_t port) {
  return was_chosen(port) ? std::to_string(port) : port >> 31 != 0 ? "high" : "low";
}

}  // namespace cttimeout::test
