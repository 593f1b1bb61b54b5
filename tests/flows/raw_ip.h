// RawIp: sends whole IP packets as if this host had made them.
#pragma once

#include "support/bytes.h"

namespace cttimeout::test {

/// Sockets of the network namespace in which it was made.
class RawIp {
 public:
  RawIp();
  RawIp(RawIp&& other) noexcept;
  RawIp& operator=(RawIp&&) = delete;
  ~RawIp();

  /// False, with errno, where such sockets may not be had.
  [[nodiscard]] bool is_open() const { return ipv4_ >= 0 && ipv6_ >= 0; }
  /// By way of the OUTPUT chains, whosever its addresses are; false, with errno, if refused.
  [[nodiscard]] bool send(View packet) const;

 private:
  int ipv4_;
  int ipv6_;
};

}  // namespace cttimeout::test
