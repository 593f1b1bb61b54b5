// The default timeouts of a namespace, and the sysctl files that mirror them.

#include "cttimeout/defaults.h"

#include <cerrno>
#include <limits>

#include "core/proc_number.h"

namespace cttimeout::fake {

Defaults::Defaults(const KernelProfile& profile) : profile_(profile) {
  for (const Protocol& protocol : protocols) {
    for (const Slot& slot : protocol.slots) {
      of(protocol)[slot.number - 1U] = slot.default_s * profile_.hz;
    }
  }
}

const Ticks& Defaults::of(const Protocol& protocol) const {
  return ticks_[table::rows[protocol.defaults_of]];
}

Ticks& Defaults::of(const Protocol& protocol) {
  return ticks_[table::rows[protocol.defaults_of]];
}

std::optional<Defaults::Place> Defaults::find(std::string_view sysctl) const {
  if (sysctl.empty()) return std::nullopt;
  for (const Protocol& protocol : protocols) {
    if (!protocol.versions.contains(profile_.version)) continue;
    for (const Slot& slot : protocol.slots) {
      if (slot.sysctl == sysctl) return Place{&protocol, slot.number - 1U};
    }
  }
  return std::nullopt;
}

// do_proc_int_conv_jiffies prints the sign of the stored ticks and then the magnitude in seconds,
// so that less than a second below zero reads "-0" (K-SYSCTL-2).
std::optional<std::string> Defaults::read_sysctl(std::string_view name) const {
  const std::optional<Place> place = find(name);
  if (!place) return std::nullopt;
  const std::uint32_t ticks = of(*place->protocol)[place->slot];
  const bool negative = static_cast<std::int32_t>(ticks) < 0;
  std::string text(negative ? "-" : "");
  text += std::to_string((negative ? 0U - ticks : ticks) / profile_.hz);
  return text;
}

// proc_dointvec_jiffies (K-SYSCTL-1)
SyscallResult<void> Defaults::write_sysctl(std::string_view name, std::string_view text) {
  const std::optional<Place> place = find(name);
  if (!place) return tl::unexpected(ENOENT);
  if (text.empty()) return {};
  const std::optional<ProcNumber> number = parse_proc_number(text);
  if (!number) return tl::unexpected(EINVAL);
  const std::uint64_t largest = std::numeric_limits<std::int32_t>::max() / profile_.hz;
  if (number->magnitude > largest) return tl::unexpected(EINVAL);
  const auto magnitude = static_cast<std::uint32_t>(number->magnitude) * profile_.hz;
  of(*place->protocol)[place->slot] = number->negative ? 0U - magnitude : magnitude;
  return {};
}

}  // namespace cttimeout::fake
