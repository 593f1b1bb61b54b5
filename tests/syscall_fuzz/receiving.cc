// Operations that receive, by every call that can: with little room, peeking, waiting for a while.
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "operation.h"

namespace cttimeout::test {
namespace {

std::size_t draw_size(Random& random) {
  switch (random.below(8)) {
    case 0:
      return random.below(60);
    case 1:
      return random.of<std::size_t>({0, 3776, 8192, 32448, 65536, 1 << 20});
    default:
      return 4096;
  }
}

int draw_flags(Random& random) {
  int flags = random.chance(7, 8) ? MSG_DONTWAIT : 0;
  if (random.chance(1, 5)) {
    flags |= random.of<int>({MSG_PEEK, MSG_PEEK, MSG_TRUNC, MSG_PEEK | MSG_TRUNC, MSG_OOB,
                             MSG_WAITALL, MSG_CMSG_CLOEXEC, MSG_ERRQUEUE, MSG_NOSIGNAL});
  }
  return flags;
}

/// What lies in the room after a call that returned `result`.
std::string got(int socket, const Bytes& room, long result) {
  if (result <= 0) return show(result);
  const std::size_t size = std::min(room.size(), static_cast<std::size_t>(result));
  return show(result) + ' ' + World::comparable(socket, View(room).first(size));
}

std::string sender(const sockaddr_nl& address, socklen_t size) {
  return "from " + std::to_string(size) + '/' + std::to_string(address.nl_family) + '/' +
         World::comparable_port(address.nl_pid) + '/' + std::to_string(address.nl_groups);
}

void receive_from(World& world, Random& random) {
  const int socket = world.any(random);
  Bytes room(draw_size(random));
  sockaddr_nl address{};
  socklen_t size = random.chance(1, 8) ? static_cast<socklen_t>(random.below(20)) : sizeof address;
  const bool named = random.chance(1, 2);
  const long result = call(SYS_recvfrom, socket, room.data(), room.size(), draw_flags(random),
                           named ? &address : nullptr, named ? &size : nullptr);
  world << got(socket, room, result);
  if (named && result >= 0) world << sender(address, size);
}

/// Control data, in which SCM_CREDENTIALS tells no process but whether it is one, and no user: runs
/// differ there.
std::string comparable_control(Bytes control) {
  for (std::size_t at = 0; control.size() - at >= sizeof(cmsghdr);) {
    cmsghdr head{};
    std::memcpy(&head, &control[at], sizeof head);
    if (head.cmsg_len < sizeof head || head.cmsg_len > control.size() - at) break;
    if (head.cmsg_level == SOL_SOCKET && head.cmsg_type == SCM_CREDENTIALS) {
      const std::size_t size = std::min(head.cmsg_len - sizeof head, sizeof(ucred));
      ucred sender{};
      std::memcpy(&sender, &control[at + sizeof head], size);
      sender = {.pid = sender.pid != 0 ? 1 : 0, .uid = 0, .gid = 0};
      std::memcpy(&control[at + sizeof head], &sender, size);
    }
    at += std::min(CMSG_ALIGN(head.cmsg_len), control.size() - at);
  }
  return to_hex(control);
}

/// A header with room in one to three parts and, now and then, for a name and control data.
struct Room {
  explicit Room(Random& random) : bytes(draw_size(random)), control(random.below(80)) {
    const std::size_t first = random.chance(1, 3) ? random.below(bytes.size() + 1) : 0;
    parts = {iovec{.iov_base = bytes.data(), .iov_len = first},
             iovec{.iov_base = bytes.data() + first, .iov_len = bytes.size() - first}};
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
    if (random.chance(1, 2)) {
      header.msg_name = &name;
      header.msg_namelen = random.chance(1, 8) ? 5 : sizeof name;
    }
    if (random.chance(1, 2)) {
      header.msg_control = control.data();
      header.msg_controllen = control.size();
    }
  }

  void tell(World& world, int socket, const msghdr& after, long result) const {
    world << got(socket, bytes, result);
    if (result < 0) return;
    world << "flags" << after.msg_flags << "control" << after.msg_controllen;
    if (after.msg_control != nullptr) {
      const auto written = View(control).first(std::min(control.size(), after.msg_controllen));
      world << comparable_control({written.begin(), written.end()});
    }
    if (after.msg_name != nullptr) world << sender(name, after.msg_namelen);
  }

  Bytes bytes;
  Bytes control;
  std::array<iovec, 2> parts{};
  sockaddr_nl name{};
  msghdr header{};
};

void receive_message(World& world, Random& random) {
  const int socket = world.any(random);
  Room room(random);
  const long result = call(SYS_recvmsg, socket, &room.header, draw_flags(random));
  room.tell(world, socket, room.header, result);
}

void receive_messages(World& world, Random& random) {
  const int socket = world.any(random);
  std::vector<std::unique_ptr<Room>> rooms;
  std::vector<mmsghdr> headers;
  for (std::size_t count = random.between(1, 4); count > 0; --count) {
    rooms.push_back(std::make_unique<Room>(random));
    headers.push_back({.msg_hdr = rooms.back()->header, .msg_len = 0});
  }
  timespec limit{.tv_sec = 0, .tv_nsec = 0};
  const int flags = draw_flags(random) | (random.chance(1, 4) ? MSG_WAITFORONE : 0);
  const long result = call(SYS_recvmmsg, socket, headers.data(), headers.size(), flags,
                           random.chance(1, 6) ? &limit : nullptr);
  world << show(result);
  for (long i = 0; i < result; ++i) {
    const auto index = static_cast<std::size_t>(i);
    rooms[index]->tell(world, socket, headers[index].msg_hdr, headers[index].msg_len);
  }
}

void read_bytes(World& world, Random& random) {
  const int socket = world.any(random);
  Bytes room(draw_size(random));
  world << got(socket, room, call(SYS_read, socket, room.data(), room.size()));
}

void read_parts(World& world, Random& random) {
  const int socket = world.any(random);
  Room room(random);
  if (random.chance(1, 2)) {
    world << got(socket, room.bytes, call(SYS_readv, socket, room.parts.data(), 2));
    return;
  }
  const long offset = random.chance(9, 10) ? -1 : static_cast<long>(random.below(2));
  const int flags = random.chance(3, 4) ? 0 : random.of<int>({RWF_NOWAIT, RWF_HIPRI, RWF_APPEND});
  world << "at" << offset << flags
        << got(socket, room.bytes,
               call(SYS_preadv2, socket, room.parts.data(), 2, offset, offset, flags));
}

void receive_into_nowhere(World& world, Random& random) {
  void* const bad = reinterpret_cast<void*>(8);
  const int socket = world.any(random);
  iovec part{.iov_base = bad, .iov_len = 100};
  switch (random.below(6)) {
    case 0:
      world << show(call(SYS_recvfrom, socket, bad, 100, MSG_DONTWAIT, nullptr, nullptr));
      return;
    case 1:
      world << show(call(SYS_recvmsg, socket, bad, MSG_DONTWAIT));
      return;
    case 2:
      world << show(call(SYS_recvmmsg, socket, bad, 2, MSG_DONTWAIT, nullptr));
      return;
    case 3:
      world << show(call(SYS_readv, socket, &part, 1));
      return;
    case 4:
      world << show(call(SYS_readv, socket, bad, random.of<int>({0, 1, 1024, 1025, -1})));
      return;
    default:
      world << show(call(SYS_read, socket, bad, 100));
  }
}

constexpr std::array kinds{
    Kind{"recvfrom", 160, receive_from},    Kind{"recvmsg", 120, receive_message},
    Kind{"recvmmsg", 40, receive_messages}, Kind{"read", 40, read_bytes},
    Kind{"readv", 40, read_parts},          Kind{"receive into nowhere", 6, receive_into_nowhere},
};

}  // namespace

std::span<const Kind> receiving_kinds() {
  return kinds;
}

}  // namespace cttimeout::test
