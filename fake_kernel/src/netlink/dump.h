// A dump under way, as the socket that makes it sees it (struct netlink_callback).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace cttimeout::fake {

/// Where the replies of a dump go, as their headers tell.
struct DumpAddress {
  std::uint32_t sequence;
  std::uint32_t port_id;
};

/// Produces the messages of one dump, and keeps how far it has come.
class Dump {
 public:
  Dump() = default;
  Dump(const Dump&) = delete;
  Dump& operator=(const Dump&) = delete;
  virtual ~Dump() = default;

  /// Writes as many messages as fit into `part`; returns their size, 0 at the end.
  virtual std::size_t fill(std::span<std::byte> part, DumpAddress address) = 0;
};

}  // namespace cttimeout::fake
