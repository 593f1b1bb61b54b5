// Numbers as files of /proc/sys take them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cttimeout::fake {

struct ProcNumber {
  std::uint64_t magnitude;
  bool negative;
};

/// The first word of what is written (proc_get_long): decimal, 0x hexadecimal or 0 octal, then a
/// separator or the end. A second word is not looked at. nullopt: EINVAL.
[[nodiscard]] std::optional<ProcNumber> parse_proc_number(std::string_view text);

}  // namespace cttimeout::fake
