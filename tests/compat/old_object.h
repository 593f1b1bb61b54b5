// What libnetfilter_cttimeout 1.0.1 holds in an object: enough to know which calls it survives.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "call.h"

namespace cttimeout::test {

/// How many states the old library gives a protocol: 0 for one that it does not know.
[[nodiscard]] std::uint32_t old_states(std::uint8_t protocol);

/// An object of the old library, beside the real one. It allocates room for timeouts with the first
/// that is set, as many as the protocol of that moment has, and never more.
class OldObject {
 public:
  /// False if the old library would read or write what is not its own.
  [[nodiscard]] bool survives(const Call& call) const;

  /// The documented difference that the call may show: an id of DIFFERENCES.md. After it the two
  /// objects need not be the same any more.
  [[nodiscard]] std::optional<std::string_view> may_differ(const Call& call) const;

  void play(const Call& call);

 private:
  struct Contents;

  [[nodiscard]] bool has(unsigned attribute) const { return (attributes_ >> attribute & 1U) != 0; }
  void set(unsigned attribute) { attributes_ |= 1U << attribute; }
  void allocate();
  [[nodiscard]] std::optional<std::string_view> set_may_differ(std::uint32_t state) const;
  [[nodiscard]] std::optional<std::string_view> parse_may_differ(const Bytes& message) const;

  unsigned attributes_ = 0;    ///< NFCT_TIMEOUT_ATTR_*, one bit each
  std::uint8_t protocol_ = 0;  ///< the last one set, also if it was unset since
  std::uint32_t room_ = 0;     ///< timeouts allocated
  unsigned timeouts_ = 0;      ///< states that were set, one bit each
};

}  // namespace cttimeout::test
