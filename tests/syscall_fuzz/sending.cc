// Operations that send: good, damaged and random messages, by every call that can.
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "differential/draw_message.h"
#include "operation.h"
#include "support/request.h"

namespace cttimeout::test {
namespace {

Bytes draw_bytes(World& world, Random& random) {
  const std::size_t choice = random.below(100);
  if (choice < 10) return draw_dump(random, world.sequence);
  if (choice < 12) return draw_many_policies(random, world.sequence);
  if (choice < 15) {
    Bytes bytes(random.below(200));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(4));
    return bytes;
  }
  return draw_datagram(random, world.sequence);
}

sockaddr_nl draw_address(Random& random) {
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (random.chance(1, 6)) {
    address.nl_pid = World::first_port + static_cast<std::uint32_t>(random.below(World::ports));
  }
  if (random.chance(1, 30)) address.nl_family = AF_UNIX;
  if (random.chance(1, 30)) address.nl_pad = 7;
  return address;
}

int draw_flags(Random& random) {
  int flags = random.chance(3, 4) ? MSG_DONTWAIT : 0;
  if (random.chance(1, 12)) {
    flags |= random.of<int>({MSG_OOB, MSG_NOSIGNAL, MSG_CONFIRM, MSG_MORE, MSG_EOR, MSG_DONTROUTE});
  }
  return flags;
}

/// The bytes in up to five parts, some of them empty.
std::vector<iovec> split(Bytes& bytes, Random& random) {
  std::vector<iovec> parts;
  std::size_t at = 0;
  for (std::size_t count = random.below(4); count > 0; --count) {
    const std::size_t size = random.below(bytes.size() - at + 1);
    parts.push_back({.iov_base = bytes.data() + at, .iov_len = size});
    at += size;
  }
  parts.push_back({.iov_base = bytes.data() + at, .iov_len = bytes.size() - at});
  return parts;
}

void send_to(World& world, Random& random) {
  Bytes bytes = draw_bytes(world, random);
  const int socket = world.any(random);
  sockaddr_nl address = draw_address(random);
  const bool named = random.chance(1, 2);
  const auto size =
      random.chance(1, 20) ? static_cast<socklen_t>(random.below(14)) : socklen_t{sizeof address};
  world << bytes.size() << named << size
        << show(call(SYS_sendto, socket, bytes.data(), bytes.size(), draw_flags(random),
                     named ? &address : nullptr, size));
}

/// A header whose control data is now and then garbage: credentials, rights, nonsense.
struct Envelope {
  Envelope(World& world, Random& random)
      : bytes(draw_bytes(world, random)), parts(split(bytes, random)), name(draw_address(random)) {
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
    if (random.chance(1, 3)) {
      header.msg_name = &name;
      header.msg_namelen = sizeof name;
    }
    if (!random.chance(1, 10)) return;
    for (std::byte& byte : control) byte = static_cast<std::byte>(random.below(3));
    const cmsghdr head{.cmsg_len = CMSG_LEN(random.below(13)),
                       .cmsg_level = random.of<int>({SOL_SOCKET, SOL_NETLINK, 99}),
                       .cmsg_type = random.of<int>({3, 77})};
    std::copy_n(std::as_bytes(std::span(&head, 1)).begin(), sizeof head, control.begin());
    header.msg_control = control.data();
    header.msg_controllen = random.below(control.size() + 1);
  }

  Bytes bytes;
  std::vector<iovec> parts;
  sockaddr_nl name;
  std::array<std::byte, 64> control{};
  msghdr header{};
};

void send_message(World& world, Random& random) {
  Envelope envelope(world, random);
  world << envelope.bytes.size()
        << show(call(SYS_sendmsg, world.any(random), &envelope.header, draw_flags(random)));
}

void send_messages(World& world, Random& random) {
  std::vector<std::unique_ptr<Envelope>> envelopes;
  std::vector<mmsghdr> headers;
  for (std::size_t count = random.between(1, 4); count > 0; --count) {
    envelopes.push_back(std::make_unique<Envelope>(world, random));
    headers.push_back({.msg_hdr = envelopes.back()->header, .msg_len = 0});
  }
  const auto count = static_cast<unsigned>(headers.size() - random.below(2));
  world << count
        << show(call(SYS_sendmmsg, world.any(random), headers.data(), count, draw_flags(random)));
  for (const mmsghdr& header : headers) world << header.msg_len;
}

void write_bytes(World& world, Random& random) {
  const Bytes bytes = draw_bytes(world, random);
  world << bytes.size() << show(call(SYS_write, world.any(random), bytes.data(), bytes.size()));
}

void write_parts(World& world, Random& random) {
  Bytes bytes = draw_bytes(world, random);
  const auto parts = split(bytes, random);
  const int socket = world.any(random);
  if (random.chance(1, 2)) {
    world << show(call(SYS_writev, socket, parts.data(), parts.size()));
    return;
  }
  const long offset = random.chance(9, 10) ? -1 : static_cast<long>(random.below(2));
  const int flags = random.chance(3, 4) ? 0 : random.of<int>({RWF_NOWAIT, RWF_HIPRI, RWF_DSYNC});
  world << "at" << offset << flags
        << show(call(SYS_pwritev2, socket, parts.data(), parts.size(), offset, offset, flags));
}

void send_from_nowhere(World& world, Random& random) {
  void* const bad = reinterpret_cast<void*>(8);
  const int socket = world.any(random);
  iovec part{.iov_base = bad, .iov_len = random.between(1, 300)};
  msghdr header{};
  header.msg_iov = random.chance(1, 2) ? &part : static_cast<iovec*>(bad);
  header.msg_iovlen = random.of<std::size_t>({1, 1, 1024, 1025});
  world << show(call(SYS_sendto, socket, bad, part.iov_len, MSG_DONTWAIT, nullptr, 0))
        << show(call(SYS_write, socket, bad, part.iov_len))
        << show(call(SYS_sendmsg, socket, bad, MSG_DONTWAIT))
        << show(call(SYS_sendmmsg, socket, bad, 2, MSG_DONTWAIT))
        << show(call(SYS_writev, socket, &part, 1))
        << show(call(SYS_writev, socket, bad, random.of<std::size_t>({0, 1, 1024, 1025})));
  if (header.msg_iov == &part) header.msg_iovlen = 1;
  world << show(call(SYS_sendmsg, socket, &header, MSG_DONTWAIT));
}

constexpr std::array kinds{
    Kind{"sendto", 160, send_to},        Kind{"sendmsg", 80, send_message},
    Kind{"sendmmsg", 40, send_messages}, Kind{"write", 40, write_bytes},
    Kind{"writev", 40, write_parts},     Kind{"send from nowhere", 5, send_from_nowhere},
};

}  // namespace

std::span<const Kind> sending_kinds() {
  return kinds;
}

}  // namespace cttimeout::test
