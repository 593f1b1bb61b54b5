// Attributes as the kernel sees them: the lenient walk, and the check against a command's rules.
#pragma once

#include <arpa/inet.h>
#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace cttimeout::fake {

constexpr std::size_t align4(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

/// The T that lies at `from`, aligned or not.
template <class T>
[[nodiscard]] T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// A string's bytes up to the first NUL, if there is one.
[[nodiscard]] inline std::string_view text_of(std::span<const std::byte> payload) {
  const auto* text = reinterpret_cast<const char*>(payload.data());
  return {text, strnlen(text, payload.size())};
}
/// A number in network order.
[[nodiscard]] inline std::uint32_t big32_of(std::span<const std::byte> payload) {
  return ntohl(load<std::uint32_t>(payload.data()));
}

/// What the kernel demands of an attribute's payload (struct nla_policy); the numbers are those
/// that the POLICY part of an extended ack reports.
struct AttributePolicy {
  std::uint32_t type;       ///< NL_ATTR_TYPE_*; 0 demands nothing
  std::uint64_t largest;    ///< of an integer, or the length of a string or of bytes; 0 for a nest
  std::size_t over_charge;  ///< bytes that the kernel reserves too many for it (K-MEM-7)
};

/// The attributes that a command reads (the `policy` and `attr_count` of struct nfnl_callback).
struct AttributeRules {
  std::span<const AttributePolicy> policies;  ///< by type; any payload suits a type beyond them
  std::uint16_t last_type;                    ///< types beyond are not looked at
};

/// What an NLMSG_ERROR can say beside its errno (K-ACK).
struct ExtendedAck {
  std::string_view text = {};
  std::uint32_t offset = 0;  ///< of the attribute that failed, in the message; 0 for none
  const AttributePolicy* policy = nullptr;  ///< that it does not keep
};

/// The payloads of a message's attributes by type.
class Attributes {
 public:
  static constexpr std::size_t most_types = 32;

  /// None of the types up to `last_type` is there; beyond those nothing may be asked for.
  explicit Attributes(std::uint16_t last_type) {
    std::fill_n(begins_.begin(), last_type + 1, nullptr);
  }

  [[nodiscard]] bool has(unsigned type) const { return begins_[type] != nullptr; }
  [[nodiscard]] std::span<const std::byte> operator[](unsigned type) const {
    return {begins_[type], sizes_[type]};
  }
  void set(unsigned type, std::span<const std::byte> payload) {
    begins_[type] = payload.data();
    sizes_[type] = payload.size();
  }

 private:
  std::array<const std::byte*, most_types> begins_;  // null: not there, and no size either
  std::array<std::size_t, most_types> sizes_;
};

/// nla_for_each_attr: visits (type, payload, offset) until `visit` returns an errno, which it
/// returns, or the next attribute does not fit. `left` is what remains then (K-ATTR-3).
template <class Visit>
int for_each_attribute(std::span<const std::byte> area, std::size_t& left, Visit&& visit) {
  std::size_t at = 0;
  left = area.size();
  while (left >= NLA_HDRLEN) {
    const auto header = load<nlattr>(area.data() + at);
    if (header.nla_len < NLA_HDRLEN || header.nla_len > left) break;
    const auto type = static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK);
    const auto payload = area.subspan(at + NLA_HDRLEN, header.nla_len - NLA_HDRLEN);
    if (const int error = visit(type, payload, at); error != 0) return error;
    const std::size_t step = std::min(align4(header.nla_len), left);
    at += step;
    left -= step;
  }
  return 0;
}

/// Walks and checks the attributes of `message` from byte `begin` on (K-ATTR). Returns 0 or the
/// errno of the first invalid one. Of duplicates the last wins.
int parse_attributes(std::span<const std::byte> message, std::size_t begin,
                     const AttributeRules& rules, Attributes& attributes, ExtendedAck& extended);

}  // namespace cttimeout::fake
