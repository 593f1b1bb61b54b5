// Whether a TCP packet is within the window (K-FLOW-170), and what it teaches about it.
#pragma once

#include "conntrack/tracker.h"

namespace cttimeout::fake {

enum class TcpWindow : std::uint8_t {
  accepted,
  ignored,  ///< old data or an old acknowledgement: the packet passes and changes nothing
  invalid,
};

/// Sequence numbers and times of 32 bits wrap around. At a distance of 2^31 both are true.
[[nodiscard]] constexpr bool before(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) < 0;
}
[[nodiscard]] constexpr bool after(std::uint32_t a, std::uint32_t b) {
  return before(b, a);
}

/// The end of the packet's sequence numbers: SYN and FIN have one each.
[[nodiscard]] std::uint32_t end_of(const TcpHeader& packet);

/// The scale that the packet offers, as far as the kernel takes it; 0 without the option.
[[nodiscard]] std::uint8_t scale_of(const TcpHeader& packet);
/// Takes scale and SACK from the options of `packet`, if it has room for any (K-FLOW-154).
void take_options(TcpOptions& options, const TcpHeader& packet);

/// What decides beside the packet and the flow.
struct WindowRules {
  bool be_liberal;  ///< nf_conntrack_tcp_be_liberal
  bool older;       ///< Behaviour::older_tcp_window
};

[[nodiscard]] TcpWindow check_window(TcpFlow& flow, const TcpHeader& packet, TcpKind kind,
                                     Direction direction, WindowRules rules);

}  // namespace cttimeout::fake
