// Bytes as the checker reads them: bounds-checked loads in the byte order of the machine that sent.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace cttimeout::tools {

/// A view of recorded bytes, and the byte order of the machine that they were recorded on: that of
/// the numbers in netlink's headers. Every part of it has the same byte order. It owns nothing.
class Bytes {
 public:
  Bytes() = default;
  /// From a container or a span of bytes.
  template <class Range>
  requires(!std::same_as<Range, Bytes> &&
           std::convertible_to<const Range&, std::span<const std::byte>>)
      Bytes(const Range& bytes, std::endian order = std::endian::native)
      : bytes_(bytes), order_(order) {}

  [[nodiscard]] std::endian order() const { return order_; }
  [[nodiscard]] const std::byte* data() const { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] auto begin() const { return bytes_.begin(); }
  [[nodiscard]] auto end() const { return bytes_.end(); }
  [[nodiscard]] std::byte front() const { return bytes_.front(); }
  [[nodiscard]] std::byte back() const { return bytes_.back(); }
  [[nodiscard]] std::byte operator[](std::size_t at) const { return bytes_[at]; }

  /// The same bytes, of another machine.
  [[nodiscard]] Bytes in(std::endian order) const { return {bytes_, order}; }

  /// As of std::span: what is asked for must be there.
  [[nodiscard]] Bytes first(std::size_t count) const { return {bytes_.first(count), order_}; }
  [[nodiscard]] Bytes subspan(std::size_t offset, std::size_t count = std::dynamic_extent) const {
    return {bytes_.subspan(offset, count), order_};
  }

 private:
  std::span<const std::byte> bytes_;
  std::endian order_ = std::endian::native;
};

[[nodiscard]] constexpr std::uint8_t swapped(std::uint8_t value) {
  return value;
}

[[nodiscard]] constexpr std::uint16_t swapped(std::uint16_t value) {
  return static_cast<std::uint16_t>(value << 8U | value >> 8U);
}

[[nodiscard]] constexpr std::uint32_t swapped(std::uint32_t value) {
  return value << 24U | (value & 0xff00U) << 8U | (value >> 8U & 0xff00U) | value >> 24U;
}

/// The number at `offset` in that byte order; 0 if `bytes` ends before it does.
template <class Number>
[[nodiscard]] Number load(Bytes bytes, std::size_t offset, std::endian order) {
  std::make_unsigned_t<Number> value = 0;
  if (offset <= bytes.size() && bytes.size() - offset >= sizeof value) {
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  }
  return static_cast<Number>(order == std::endian::native ? value : swapped(value));
}

/// As the machine that sent it has it.
template <class Number>
[[nodiscard]] Number load(Bytes bytes, std::size_t offset) {
  return load<Number>(bytes, offset, bytes.order());
}

/// In network order.
template <class Number>
[[nodiscard]] Number load_big(Bytes bytes, std::size_t offset) {
  return load<Number>(bytes, offset, std::endian::big);
}

[[nodiscard]] constexpr std::size_t align4(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

[[nodiscard]] inline bool all_zero(Bytes bytes) {
  for (const std::byte byte : bytes) {
    if (byte != std::byte{0}) return false;
  }
  return true;
}

}  // namespace cttimeout::tools
