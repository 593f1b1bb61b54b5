// The check before the wire: values that the kernel would cut, wrap or take as expired.

#include "validate.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <limits>

namespace cttimeout {

namespace {

tl::unexpected<Error> refuse(Errc what, std::string_view detail) {
  return tl::unexpected(Error{.origin = Origin::request, .what = what, .detail = detail});
}

template <class... Args>
InlineText print(const char* format, Args... args) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), format, args...);
  return std::string_view(text.data());
}

/// "ESTABLISHED of tcp" or, for a protocol that the table lacks, "7 of protocol 200".
InlineText slot_name(std::uint8_t protocol, std::size_t slot_number) {
  const Protocol* row = find_protocol(protocol);
  if (row == nullptr) return print("%zu of protocol %u", slot_number, unsigned{protocol});
  const std::string_view slot = row->slot(slot_number)->name;
  return print("%.*s of %.*s", static_cast<int>(slot.size()), slot.data(),
               static_cast<int>(row->name.size()), row->name.data());
}

Result<void> refuse_slot(std::uint8_t protocol, std::size_t slot) {
  const Protocol* row = find_protocol(protocol);
  const std::size_t last = row == nullptr ? max_slots : row->slots.size();
  return refuse(
      Errc::slot_unknown,
      print("slot %zu: protocol %u has slots 1 to %zu", slot, unsigned{protocol}, last).view());
}

Result<void> refuse_timeout(std::uint8_t protocol, std::size_t slot, std::uint32_t timeout_s,
                            std::uint32_t largest_s, std::uint32_t hz) {
  const InlineText text = slot_name(protocol, slot);
  const std::string_view name = text.view();
  const char* beyond = timeout_s == 0                                           ? " or less"
                       : timeout_s == std::numeric_limits<std::uint32_t>::max() ? " or more"
                                                                                : "";
  return refuse(Errc::timeout_out_of_range,
                print("timeout of slot %.*s is %" PRIu32 " s%s; the limit is 1 to %" PRIu32
                      " s at %" PRIu32 " ticks per second",
                      static_cast<int>(name.size()), name.data(), timeout_s, beyond, largest_s, hz)
                    .view());
}

bool is_control(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte < 0x20 || byte == 0x7f;
}

/// A fixed number of rounds without a way out, over the padding as well: compilers make a few
/// vector instructions of it.
bool has_control_byte(const Name& name) {
  std::size_t count = 0;
  for (const char character : name.padded()) count += is_control(character) ? 1 : 0;
  return count != name.padded().size() - name.view().size();
}

Result<void> refuse_control_byte(std::string_view name) {
  const auto* found = std::ranges::find_if(name, is_control);
  return refuse(Errc::name_has_control_byte,
                print("byte %td of the name is 0x%02x; control characters are not allowed",
                      found - name.begin(), unsigned{static_cast<unsigned char>(*found)})
                    .view());
}

tl::unexpected<Error> refuse_hz(std::uint32_t hz) {
  return refuse(Errc::limit_unusable, print("Transport::hz() is %" PRIu32
                                            "; a kernel has 1 to %" PRIu32 " ticks per second",
                                            hz, largest_ticks)
                                          .view());
}

}  // namespace

tl::unexpected<Error> refuse_limits(const Limits& limits, std::uint32_t hz) {
  if (limits.max_datagrams > 0) return refuse_hz(hz);
  return refuse(Errc::limit_unusable, "Limits::max_datagrams is 0; a reply has 1 datagram or more");
}

Result<void> validate_name(const Name& name) {
  if (name.size() == 0) {
    return refuse(Errc::name_empty, "the name is empty; it has 1 to 31 bytes");
  }
  if (name.size() > max_name_size) {
    return refuse(
        Errc::name_too_long,
        print("the name has %zu bytes; the limit is %zu", name.size(), max_name_size).view());
  }
  return has_control_byte(name) ? refuse_control_byte(name.view()) : Result<void>{};
}

Result<void> validate_timeouts(std::uint8_t protocol, const Timeouts& timeouts, std::uint32_t hz) {
  if (const auto slot = timeouts.unstorable_slot()) return refuse_slot(protocol, *slot);
  if (hz - 1 >= largest_ticks) return refuse_hz(hz);
  const std::uint32_t largest_s = largest_ticks / hz;
  const Protocol* row = find_protocol(protocol);
  const std::size_t slots = row == nullptr ? max_slots : row->slots.size();
  for (std::size_t slot = 1; timeouts.mask() >> (slot - 1) != 0; ++slot) {
    if ((timeouts.mask() >> (slot - 1) & 1U) == 0) continue;
    if (slot > slots) return refuse_slot(protocol, slot);
    const std::uint32_t timeout_s = timeouts.raw()[slot - 1];
    if (timeout_s != 0 && timeout_s <= largest_s) continue;
    const bool zero_is_legal = row != nullptr && row->slot(slot)->default_s == 0;
    if (timeout_s == 0 && zero_is_legal) continue;
    return refuse_timeout(protocol, slot, timeout_s, largest_s, hz);
  }
  return {};
}

Result<void> validate_policy(const Policy& policy, std::uint32_t hz) {
  return validate_name(policy.name).and_then([&] {
    return validate_timeouts(policy.protocol, policy.timeouts, hz);
  });
}

}  // namespace cttimeout
