// Port ids in golden files: those that differ between runs, by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cttimeout/netlink_socket.h"

namespace cttimeout::test {

/// What each port id is called.
class PortNames {
 public:
  /// The kernel gave the socket `label` this port id.
  void learn(const std::string& label, std::uint32_t port_id);
  void learn_process_id(std::uint32_t port_id) { learn("pid", port_id); }

  [[nodiscard]] std::string text(std::uint32_t port_id) const;
  [[nodiscard]] std::string text(NetlinkAddress address) const;
  [[nodiscard]] std::optional<std::uint32_t> port(std::string_view text) const;
  [[nodiscard]] std::optional<NetlinkAddress> address(std::string_view text) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> ports_;
};

/// The name of the n-th socket: A to Z, then A1, B1 and so on.
[[nodiscard]] std::string socket_label(std::size_t index);

/// Replaces every outer nlmsg_pid of a datagram that is `from` by `to`, also one cut short.
void replace_port(std::span<std::byte> datagram, std::uint32_t from, std::uint32_t to);

}  // namespace cttimeout::test
