// Addresses: who a packet is from and to, and prefixes that rules compare with.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cttimeout {

/// An address in network order. One of IPv4 is in the first 4 bytes, and zeros follow.
struct Address {
  std::array<std::uint8_t, 16> bytes{};  ///< in network order

  friend bool operator==(const Address&, const Address&) = default;
};

/// One end of a flow. It can be written as text: `10.0.0.1:22`, `[fd00::1]:22`, or an address alone
/// for protocols without ports.
struct Endpoint {
  std::uint8_t family = 0;  ///< AF_INET or AF_INET6
  Address address = {};     ///< in network order
  std::uint16_t port = 0;   ///< in host order

  Endpoint() = default;
  /// What a test writes down. Throws std::invalid_argument, with the text, if it is no endpoint.
  template <std::convertible_to<std::string_view> Text>
  Endpoint(const Text& text)  // NOLINT(google-explicit-constructor): a text
      : Endpoint(parse_or_throw(text)) {}

  /// Text that comes from elsewhere; nullopt if it is no endpoint.
  [[nodiscard]] static std::optional<Endpoint> parse(std::string_view text);

  friend bool operator==(const Endpoint&, const Endpoint&) = default;

 private:
  [[nodiscard]] static Endpoint parse_or_throw(std::string_view text);
};

/// The addresses that begin alike, as a rule's `-s` and `-d` name them: `10.0.0.0/8`, `fd00::/8`,
/// or one address. Bits behind the length do not count.
struct Prefix {
  std::uint8_t family = 0;  ///< AF_INET or AF_INET6
  Address address = {};     ///< in network order
  std::uint8_t length = 0;  ///< in bits: at most 32 or 128

  Prefix() = default;
  /// As that of Endpoint.
  template <std::convertible_to<std::string_view> Text>
  Prefix(const Text& text)  // NOLINT(google-explicit-constructor): a text
      : Prefix(parse_or_throw(text)) {}

  /// As that of Endpoint.
  [[nodiscard]] static std::optional<Prefix> parse(std::string_view text);

  /// Whether the address, of the same family, is one of them.
  [[nodiscard]] bool contains(const Address& other) const;

 private:
  [[nodiscard]] static Prefix parse_or_throw(std::string_view text);
};

}  // namespace cttimeout
