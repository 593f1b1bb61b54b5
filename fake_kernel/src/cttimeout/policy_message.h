// The two data messages of the subsystem: a policy, and a protocol's defaults.
#pragma once

#include <cstdint>

#include "cttimeout/policy_table.h"
#include "netlink/reply_writer.h"

namespace cttimeout::fake {

/// One policy, as the reply to GET and as an element of a dump (ctnl_timeout_fill_info).
class PolicyMessage {
 public:
  /// `hz`: ticks per second.
  PolicyMessage(const Policy& policy, std::uint32_t hz);

  [[nodiscard]] std::size_t size() const { return size_; }
  void write(ReplyWriter& writer, std::uint32_t sequence, std::uint32_t port_id) const;

 private:
  const Policy& policy_;
  const Protocol& protocol_;
  std::uint32_t hz_;
  std::size_t size_;
};

/// The defaults of a protocol, as the reply to DEFAULT_GET (cttimeout_default_fill_info). Its type
/// is DEFAULT_SET; the family is the request's.
class DefaultMessage {
 public:
  DefaultMessage(const Protocol& protocol, std::uint16_t family, const Ticks& ticks,
                 std::uint32_t hz);

  [[nodiscard]] std::size_t size() const { return size_; }
  void write(ReplyWriter& writer, std::uint32_t sequence, std::uint32_t port_id) const;

 private:
  const Protocol& protocol_;
  std::uint16_t family_;
  const Ticks& ticks_;
  std::uint32_t hz_;
  std::size_t size_;
};

}  // namespace cttimeout::fake
