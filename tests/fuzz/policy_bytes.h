// Policies as bytes, so that every input is one: family, protocol, mask, timeouts, name.
#pragma once

#include "cttimeout/policy.h"
#include "support/bytes.h"

namespace cttimeout::test {

/// The policy that an input stands for; what the input lacks is 0. Names have up to 31 bytes.
[[nodiscard]] inline Policy policy_of(View input) {
  Policy policy{.name = {},
                .family = Family{read16(input, 0)},
                .protocol = static_cast<std::uint8_t>(read16(input, 2)),
                .timeouts = {}};
  const std::uint16_t mask = read16(input, 4);
  std::size_t at = 6;
  for (std::size_t slot = 1; slot <= max_slots; ++slot) {
    if ((mask >> (slot - 1) & 1U) == 0) continue;
    policy.timeouts.set_raw(slot, read32(input, at));
    at += sizeof(std::uint32_t);
  }
  const View name = input.subspan(std::min(at, input.size()));
  policy.name = std::string_view(reinterpret_cast<const char*>(name.data()),
                                 std::min(name.size(), max_name_size));
  return policy;
}

/// An input that stands for that policy.
[[nodiscard]] inline Bytes bytes_of(const Policy& policy) {
  Bytes bytes = join({host16(static_cast<std::uint16_t>(policy.family)), host16(policy.protocol),
                      host16(policy.timeouts.mask())});
  for (std::size_t slot = 1; slot <= max_slots; ++slot) {
    if (policy.timeouts.get(slot)) {
      bytes = join({bytes, host32(policy.timeouts.raw()[slot - 1])});
    }
  }
  return join({bytes, characters(policy.name.view())});
}

}  // namespace cttimeout::test
