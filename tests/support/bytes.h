// Bytes as tests write and print them: hex text, and numbers in either byte order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlink/text.h"

namespace cttimeout::test {

using Bytes = std::vector<std::byte>;
using View = std::span<const std::byte>;

using tools::to_hex;

/// The bytes of hex text: pairs of digits, runs as to_hex() writes them, blanks between them.
/// nullopt if it is anything else.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

/// from_hex() for literals that are known to be right.
[[nodiscard]] inline Bytes hex(std::string_view text) {
  return from_hex(text).value();
}

[[nodiscard]] Bytes byte(std::uint8_t value);
[[nodiscard]] Bytes host16(std::uint16_t value);
[[nodiscard]] Bytes host32(std::uint32_t value);
[[nodiscard]] Bytes big16(std::uint16_t value);
[[nodiscard]] Bytes big32(std::uint32_t value);
[[nodiscard]] Bytes zeros(std::size_t count);
/// The characters, without a terminator.
[[nodiscard]] Bytes characters(std::string_view text);
/// The characters and a NUL.
[[nodiscard]] Bytes text(std::string_view text);

/// One after the other, nothing between them.
[[nodiscard]] Bytes join(std::initializer_list<Bytes> parts);
/// With zeros up to the next multiple of 4.
[[nodiscard]] Bytes padded(Bytes bytes);

/// The number at `offset`; 0 if `bytes` ends before it does.
[[nodiscard]] std::uint16_t read16(View bytes, std::size_t offset);
[[nodiscard]] std::uint32_t read32(View bytes, std::size_t offset);
[[nodiscard]] std::uint32_t read_big32(View bytes, std::size_t offset);

[[nodiscard]] constexpr std::size_t aligned(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

}  // namespace cttimeout::test
