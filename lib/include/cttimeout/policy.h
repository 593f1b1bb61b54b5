// Plain values: a policy as a user writes it, and as the kernel gives it back.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "cttimeout/detail/copy.h"
#include "cttimeout/protocol.h"

namespace cttimeout {

/// Layer-3 family. The kernel stores any 16-bit number and only compares it when a rule refers
/// to the policy, so other values than the named ones are legal.
enum class Family : std::uint16_t { ipv4 = AF_INET, ipv6 = AF_INET6 };

/// Longest policy name in bytes, without the terminating NUL.
inline constexpr std::size_t max_name_size = CTNL_TIMEOUT_NAME_MAX - 1;

class Timeouts;

namespace wire {

bool read_timeouts(std::span<const std::byte> nest, Timeouts& timeouts);  // the codec

}  // namespace wire

/// A policy's name: up to 31 bytes, held inline. A longer text keeps its first 31 bytes and its
/// true size, so that the check before the wire can refuse it and say how long it was.
class Name {
 public:
  constexpr Name() = default;
  template <std::convertible_to<std::string_view> Text>
  /// See assign().
  constexpr Name(const Text& text) {  // NOLINT(google-explicit-constructor): a name is a text
    assign(text);
  }

  /// As constructing it anew, in place.
  constexpr void assign(std::string_view text) {
    bytes_ = {};
    const std::size_t held = std::min(text.size(), max_name_size);
    if (std::is_constant_evaluated()) {
      text.copy(bytes_.data(), held);
    } else {
      wire::copy_short(bytes_.data(), text.data(), held);
    }
    size_ = static_cast<std::uint16_t>(
        std::min<std::size_t>(text.size(), std::numeric_limits<std::uint16_t>::max()));
  }

  /// The bytes held: all of them, or the first 31 if there were more.
  [[nodiscard]] constexpr std::string_view view() const {
    return {bytes_.data(), std::min<std::size_t>(size_, max_name_size)};
  }
  /// The same with NULs behind them, at least one.
  [[nodiscard]] constexpr const std::array<char, CTNL_TIMEOUT_NAME_MAX>& padded() const {
    return bytes_;
  }
  /// The size of the text it was made from.
  [[nodiscard]] constexpr std::size_t size() const { return size_; }

  friend constexpr bool operator==(const Name&, const Name&) = default;

 private:
  std::array<char, CTNL_TIMEOUT_NAME_MAX> bytes_{};
  std::uint16_t size_ = 0;
};

/// Up to 16 timeouts by slot number; each is set or not. Whole seconds.
///
/// Nothing is judged here: what cannot be stored is remembered as such, so that the check before
/// the wire can name it. Seconds below 0 are kept as 0, seconds beyond 32 bits as the largest
/// value; the check refuses both.
class Timeouts {
 public:
  // Not by initialisers: g++ 12 clears whole objects by a string instruction, which would take
  // longer than all the rest of decoding a policy.
  constexpr Timeouts() {
    if (std::is_constant_evaluated()) {
      seconds_.fill(0);
    } else {
      std::memset(seconds_.data(), 0, sizeof seconds_);
    }
  }
  /// Slot numbers with their timeouts, as by set().
  constexpr Timeouts(std::initializer_list<std::pair<std::size_t, std::chrono::seconds>> timeouts)
      : Timeouts() {
    for (const auto& [slot, timeout] : timeouts) set(slot, timeout);
  }

  /// Less than 0 seconds counts as 0, more than 32 bits hold as the most that they do. A slot
  /// number without room is kept as unstorable_slot(), and refused by every request.
  constexpr Timeouts& set(std::size_t slot, std::chrono::seconds timeout) {
    constexpr std::int64_t largest = std::numeric_limits<std::uint32_t>::max();
    return set_raw(
        slot, static_cast<std::uint32_t>(std::clamp<std::int64_t>(timeout.count(), 0, largest)));
  }

  /// As set(), from seconds as they stand on the wire.
  constexpr Timeouts& set_raw(std::size_t slot, std::uint32_t timeout_s) {
    if (slot - 1 >= max_slots) {
      unstorable_ = static_cast<std::uint16_t>(
          std::min<std::size_t>(slot, std::numeric_limits<std::uint16_t>::max()));
      has_unstorable_ = true;
      return *this;
    }
    seconds_[slot - 1] = timeout_s;
    mask_ = static_cast<std::uint16_t>(mask_ | 1U << (slot - 1));
    return *this;
  }

  /// The slot takes the default again.
  constexpr void unset(std::size_t slot) {
    if (slot - 1 >= max_slots) return;
    seconds_[slot - 1] = 0;
    mask_ = static_cast<std::uint16_t>(mask_ & ~(1U << (slot - 1)));
  }

  /// nullopt where it is not set.
  [[nodiscard]] constexpr std::optional<std::chrono::seconds> get(std::size_t slot) const {
    if (slot - 1 >= max_slots || (mask_ >> (slot - 1) & 1U) == 0) return std::nullopt;
    return std::chrono::seconds(seconds_[slot - 1]);
  }

  /// Whether no slot is set.
  [[nodiscard]] constexpr bool empty() const { return mask_ == 0; }

  /// Bit i is set if slot i + 1 is.
  [[nodiscard]] constexpr std::uint16_t mask() const { return mask_; }
  /// How many slots are set. By adding up neighbouring bits: std::popcount is a call into a
  /// library where the compiler may not assume the instruction.
  [[nodiscard]] constexpr std::size_t count() const {
    unsigned bits = mask_ - (mask_ >> 1 & 0x5555U);
    bits = (bits & 0x3333U) + (bits >> 2 & 0x3333U);
    bits = (bits + (bits >> 4)) & 0x0f0fU;
    return (bits + (bits >> 8)) & 0x1fU;
  }
  /// Seconds of slot i + 1, 0 where not set.
  [[nodiscard]] constexpr const std::array<std::uint32_t, max_slots>& raw() const {
    return seconds_;
  }
  /// The last slot number given to set() that no kernel attribute of today could hold.
  [[nodiscard]] constexpr std::optional<std::size_t> unstorable_slot() const {
    return has_unstorable_ ? std::optional<std::size_t>(unstorable_) : std::nullopt;
  }

  friend constexpr bool operator==(const Timeouts&, const Timeouts&) = default;

 private:
  friend bool wire::read_timeouts(std::span<const std::byte> nest, Timeouts& timeouts);

  /// As set_raw() of slots 1 to `count`, from what seconds_of(slot) gives. `count` is at most
  /// max_slots: it is not checked, which is why only the decoder may call this.
  template <std::invocable<std::size_t> SecondsOf>
  constexpr void set_first(std::size_t count, SecondsOf&& seconds_of) {
    for (std::size_t slot = 1; slot <= count; ++slot) seconds_[slot - 1] = seconds_of(slot);
    mask_ = static_cast<std::uint16_t>(mask_ | ((1U << count) - 1U));
  }

  std::array<std::uint32_t, max_slots> seconds_;
  std::uint16_t mask_ = 0;
  std::uint16_t unstorable_ = 0;
  bool has_unstorable_ = false;
};

/// A timeout policy: what add and replace send. Timeouts that are not set take the network
/// namespace's defaults of the moment at which the kernel handles the request (also on replace).
struct Policy {
  Name name = {};                ///< 1 to 31 bytes
  Family family = Family::ipv4;  ///< of the rules that may refer to it
  std::uint8_t protocol = 0;     ///< layer-4 number, IPPROTO_* or generic_protocol
  Timeouts timeouts = {};        ///< seconds by slot

  friend constexpr bool operator==(const Policy&, const Policy&) = default;
};

/// A policy as the kernel returns it: every slot of the protocol is set.
struct InstalledPolicy : Policy {
  std::uint32_t users = 0;  ///< 1 for the list itself, and 1 for each rule that refers to it

  friend constexpr bool operator==(const InstalledPolicy&, const InstalledPolicy&) = default;
};

}  // namespace cttimeout
