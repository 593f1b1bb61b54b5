// The bytes of an option's value: as many as there are, and as many as there is room for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "cttimeout/netlink_socket.h"

namespace cttimeout::fake {

/// The T at the beginning of `value`, as far as that goes; zero behind it.
template <class T>
[[nodiscard]] T read_value(std::span<const std::byte> value) {
  T read{};
  value = value.first(std::min(sizeof read, value.size()));
  std::ranges::copy(value, std::as_writable_bytes(std::span(&read, 1)).begin());
  return read;
}

/// The int at the beginning of `value`; 0 if it is shorter than an int.
[[nodiscard]] inline int read_number(std::span<const std::byte> value) {
  return value.size() < sizeof(int) ? 0 : read_value<int>(value);
}

/// As much of `bytes` as `value` has room for, which may be nothing; returns how much that is.
inline std::size_t write_bytes(std::span<std::byte> value, std::span<const std::byte> bytes) {
  bytes = bytes.first(std::min(value.size(), bytes.size()));
  std::ranges::copy(bytes, value.begin());
  return bytes.size();
}

template <class T>
std::size_t write_value(std::span<std::byte> value, const T& written) {
  return write_bytes(value, std::as_bytes(std::span(&written, 1)));
}

/// An option's number, which the kernel tells as an int.
inline std::size_t write_number(std::span<std::byte> value, std::int64_t number) {
  return write_value(value, static_cast<std::int32_t>(number));
}

}  // namespace cttimeout::fake
