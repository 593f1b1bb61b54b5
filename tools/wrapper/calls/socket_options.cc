// setsockopt, getsockopt: who holds which option.
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "calls/handlers.h"

namespace cttimeout::wrapper {
namespace {

constexpr std::size_t longest_value = 256;

/// What the kernel keeps for a socket of any family alike, and what nobody sees in a datagram:
/// kept by the descriptor itself. SO_RCVTIMEO is among these, read when a call has to wait.
constexpr std::array held_natively{
    SO_DEBUG,        SO_REUSEADDR,    SO_DONTROUTE,  SO_BROADCAST, SO_KEEPALIVE,    SO_OOBINLINE,
    SO_PRIORITY,     SO_LINGER,       SO_RCVLOWAT,   SO_SNDLOWAT,  SO_RCVTIMEO_OLD, SO_SNDTIMEO_OLD,
    SO_RCVTIMEO_NEW, SO_SNDTIMEO_NEW, SO_ACCEPTCONN, SO_COOKIE,    SO_MARK,
};

bool is_native(const Call& call) {
  return call.number(1) == SOL_SOCKET &&
         std::ranges::find(held_natively, call.number(2)) != held_natively.end();
}

/// What the socket is, which for the descriptor would be another answer.
std::optional<int> kind_of_socket(const Call& call) {
  if (call.number(1) != SOL_SOCKET) return std::nullopt;
  switch (call.number(2)) {
    case SO_DOMAIN:
      return AF_NETLINK;
    case SO_TYPE:
      return call.socket.type;
    case SO_PROTOCOL:
      return NETLINK_NETFILTER;
    default:
      return std::nullopt;
  }
}

SyscallResult<std::size_t> read_option(const Call& call, std::span<std::byte> value) {
  if (const auto kind = kind_of_socket(call)) {
    const auto bytes = std::as_bytes(std::span(&*kind, 1));
    const std::size_t size = std::min(value.size(), bytes.size());
    std::copy_n(bytes.begin(), size, value.begin());
    return size;
  }
  return call.netlink().get_option(call.number(1), call.number(2), value);
}

}  // namespace

Outcome handle_setsockopt(Call& call) {
  if (is_native(call)) return Outcome::native();
  const int size = call.number(4);
  if (size < 0) return Outcome::fails(EINVAL);
  std::array<std::byte, longest_value> room{};
  const auto value = std::span(room).first(std::min(static_cast<std::size_t>(size), room.size()));
  const auto read = call.caller.read(call.argument(3), value);
  if (!read) return Outcome::fails(read.error());
  return outcome(call.netlink().set_option(call.number(1), call.number(2), value));
}

Outcome handle_getsockopt(Call& call) {
  if (is_native(call)) return Outcome::native();
  const auto size = call.caller.load<int>(call.argument(4));
  if (!size) return Outcome::fails(size.error());
  if (*size < 0) return Outcome::fails(EINVAL);
  std::array<std::byte, longest_value> room{};
  const auto value = std::span(room).first(std::min(static_cast<std::size_t>(*size), room.size()));
  const auto length = read_option(call, value);
  if (!length) return Outcome::fails(length.error());
  const auto written =
      call.caller.write(call.argument(3), value.first(std::min(*length, value.size())));
  if (!written) return Outcome::fails(written.error());
  return outcome(call.caller.store(call.argument(4), static_cast<int>(*length)));
}

}  // namespace cttimeout::wrapper
