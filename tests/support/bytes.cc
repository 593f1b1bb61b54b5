// Bytes as tests write and print them: hex text, and numbers in either byte order.
#include "support/bytes.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace cttimeout::test {
namespace {

template <class Number>
Bytes bytes_of(Number value) {
  Bytes bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

template <class Number>
Number big_endian(Number value) {
  if constexpr (std::endian::native == std::endian::big) return value;
  Bytes bytes = bytes_of(value);
  std::ranges::reverse(bytes);
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

template <class Number>
Number read(View bytes, std::size_t offset) {
  Number value = 0;
  if (offset <= bytes.size() && bytes.size() - offset >= sizeof value) {
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  }
  return value;
}

template <class Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Appends the run "HH*COUNT" (what stands between the parentheses).
bool append_run(std::string_view run, Bytes& bytes) {
  if (run.size() < 4 || run[2] != '*') return false;
  const auto value = number<std::uint8_t>(run.substr(0, 2), 16);
  const auto count = number<std::uint32_t>(run.substr(3), 10);
  if (!value || !count || *count > 0x1000000) return false;
  bytes.insert(bytes.end(), *count, std::byte{*value});
  return true;
}

}  // namespace

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes bytes;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
    } else if (text.front() == '(') {
      const std::size_t end = text.find(')');
      if (end == std::string_view::npos || !append_run(text.substr(1, end - 1), bytes)) {
        return std::nullopt;
      }
      text.remove_prefix(end + 1);
    } else {
      const auto value = number<std::uint8_t>(text.substr(0, 2), 16);
      if (!value || text.size() < 2) return std::nullopt;
      bytes.push_back(std::byte{*value});
      text.remove_prefix(2);
    }
  }
  return bytes;
}

Bytes byte(std::uint8_t value) {
  return bytes_of(value);
}
Bytes host16(std::uint16_t value) {
  return bytes_of(value);
}
Bytes host32(std::uint32_t value) {
  return bytes_of(value);
}
Bytes big16(std::uint16_t value) {
  return bytes_of(big_endian(value));
}
Bytes big32(std::uint32_t value) {
  return bytes_of(big_endian(value));
}
Bytes zeros(std::size_t count) {
  return Bytes(count);
}

Bytes characters(std::string_view text) {
  const View bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

Bytes text(std::string_view text) {
  return join({characters(text), zeros(1)});
}

Bytes join(std::initializer_list<Bytes> parts) {
  Bytes whole;
  for (const Bytes& part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

Bytes padded(Bytes bytes) {
  bytes.resize(aligned(bytes.size()));
  return bytes;
}

std::uint16_t read16(View bytes, std::size_t offset) {
  return read<std::uint16_t>(bytes, offset);
}
std::uint32_t read32(View bytes, std::size_t offset) {
  return read<std::uint32_t>(bytes, offset);
}
std::uint32_t read_big32(View bytes, std::size_t offset) {
  return big_endian(read32(bytes, offset));
}

}  // namespace cttimeout::test
