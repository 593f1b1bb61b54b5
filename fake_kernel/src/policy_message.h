// The two data messages of the subsystem: a policy, and a protocol's defaults.
#pragma once

#include <cstdint>

#include "namespace.h"
#include "nla.h"

namespace cttimeout {

/// One policy, as the reply to GET and as an element of a dump (ctnl_timeout_fill_info).
class PolicyMessage {
 public:
  PolicyMessage(const Namespace& net, const StoredPolicy& policy);

  [[nodiscard]] std::size_t size() const { return size_; }
  void write(ReplyWriter& writer, std::uint32_t sequence, std::uint32_t port_id) const;

 private:
  const Namespace& net_;
  const StoredPolicy& policy_;
  const Protocol& protocol_;
  std::size_t size_;
};

/// The defaults of a protocol, as the reply to DEFAULT_GET (cttimeout_default_fill_info). Its type
/// is DEFAULT_SET; the family is the request's.
class DefaultMessage {
 public:
  DefaultMessage(const Namespace& net, const Protocol& protocol, std::uint16_t family);

  [[nodiscard]] std::size_t size() const { return size_; }
  void write(ReplyWriter& writer, std::uint32_t sequence, std::uint32_t port_id) const;

 private:
  const Namespace& net_;
  const Protocol& protocol_;
  std::uint16_t family_;
  std::size_t size_;
};

}  // namespace cttimeout
