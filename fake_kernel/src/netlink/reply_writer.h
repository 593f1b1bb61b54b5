// Writes a message of the kernel forward into memory that was reserved for it.
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "netlink/nla.h"

namespace cttimeout::fake {

class ReplyWriter {
 public:
  explicit ReplyWriter(std::byte* at) : at_(at) {}

  [[nodiscard]] std::byte* at() const { return at_; }

  template <class T>
  void value(const T& value) {
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }
  /// Copies and pads to a multiple of 4 with zeros.
  void padded(std::span<const std::byte> bytes) {
    const std::size_t size = align4(bytes.size());
    std::memset(at_ + (size - std::min<std::size_t>(size, 4)), 0, std::min<std::size_t>(size, 4));
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += size;
  }
  void attribute_header(std::size_t payload_size, std::uint16_t type) {
    value(
        nlattr{.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + payload_size), .nla_type = type});
  }
  template <class T>
  void attribute(std::uint16_t type, const T& payload) {
    attribute_header(sizeof payload, type);
    padded(std::as_bytes(std::span(&payload, 1)));
  }
  void text(std::uint16_t type, std::string_view text) {  // `text` is followed by its NUL
    attribute_header(text.size() + 1, type);
    padded(std::as_bytes(std::span(text.data(), text.size() + 1)));
  }

 private:
  std::byte* at_;
};

}  // namespace cttimeout::fake
