// Builds messages of the kernel whose size is not known before, one behind the other.
#pragma once

#include <linux/netlink.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "netlink/nla.h"

namespace cttimeout::fake {

class MessageBuilder {
 public:
  /// Bytes that the kernel makes room for where it does not know how many it will write.
  static constexpr std::size_t usual_room = 3776;

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  /// Opens a message; what follows is in it until end_message().
  template <class ExtraHeader>
  void begin_message(nlmsghdr header, const ExtraHeader& extra) {
    message_ = bytes_.size();
    raw(std::as_bytes(std::span(&header, 1)));
    raw(std::as_bytes(std::span(&extra, 1)));
  }
  void end_message() {
    const auto length = static_cast<std::uint32_t>(bytes_.size() - message_);
    std::memcpy(bytes_.data() + message_ + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
  }

  void attribute(std::uint16_t type, std::span<const std::byte> payload) {
    header(payload.size(), type);
    raw(payload);
    bytes_.resize(align4(bytes_.size()));
  }
  /// With a NUL behind it.
  void text(std::uint16_t type, std::string_view text) {
    header(text.size() + 1, type);
    raw(std::as_bytes(std::span(text.data(), text.size())));
    bytes_.resize(align4(bytes_.size() + 1));
  }
  /// In network order.
  void big32(std::uint16_t type, std::uint32_t number) { big(type, number); }
  void big64(std::uint16_t type, std::uint64_t number) { big(type, number); }

  /// Opens a nest; what follows is in it until end_nest() gets what this returned.
  [[nodiscard]] std::size_t begin_nest(std::uint16_t type) {
    const std::size_t at = bytes_.size();
    header(0, type);
    return at;
  }
  void end_nest(std::size_t at) {
    const auto length = static_cast<std::uint16_t>(bytes_.size() - at);
    std::memcpy(bytes_.data() + at + offsetof(nlattr, nla_len), &length, sizeof length);
  }
  /// As it is, padding included.
  void raw(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

 private:
  void header(std::size_t payload_size, std::uint16_t type) {
    const nlattr header{.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + payload_size),
                        .nla_type = type};
    raw(std::as_bytes(std::span(&header, 1)));
  }
  template <class T>
  void big(std::uint16_t type, T number) {
    std::array<std::byte, sizeof number> digits;
    for (std::size_t i = 0; i < digits.size(); ++i) {
      digits[i] = static_cast<std::byte>(number >> 8 * (digits.size() - 1 - i));
    }
    attribute(type, digits);
  }

  std::vector<std::byte> bytes_;
  std::size_t message_ = 0;  // where the open message begins
};

}  // namespace cttimeout::fake
