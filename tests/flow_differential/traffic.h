// Traffic: draws the payloads of one flow, mostly such as its protocol goes on, often not.
#pragma once

#include <memory>

#include "cttimeout/tuple.h"
#include "support/bytes.h"
#include "support/random.h"

namespace cttimeout::test {

/// A payload of the flow's protocol, and the direction in which it goes.
struct Sent {
  Bytes payload;
  bool is_reply = false;
};

class Traffic {
 public:
  Traffic() = default;
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;
  virtual ~Traffic() = default;

  [[nodiscard]] virtual Sent next(Random& random) = 0;
};

/// `ports`: of the original direction.
[[nodiscard]] std::unique_ptr<Traffic> tcp_traffic(const Tuple& ports);
[[nodiscard]] std::unique_ptr<Traffic> sctp_traffic(const Tuple& ports);
/// udp, udplite, icmp, icmpv6, gre, dccp, and protocols without a tracker.
[[nodiscard]] std::unique_ptr<Traffic> simple_traffic(const Tuple& tuple);

}  // namespace cttimeout::test
