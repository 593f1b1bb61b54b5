// Addresses, and their text.
#include "cttimeout/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <stdexcept>
#include <string>

namespace cttimeout {
namespace {

struct FamilyAddress {
  std::uint8_t family;
  Address address;
};

constexpr unsigned bits(std::uint8_t family) {
  return family == AF_INET ? 32 : 128;
}

std::optional<FamilyAddress> parse_address(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != terminated.npos) return std::nullopt;
  FamilyAddress result{};
  for (const int family : {AF_INET, AF_INET6}) {
    result.family = static_cast<std::uint8_t>(family);
    if (inet_pton(family, terminated.c_str(), result.address.bytes.data()) == 1) return result;
  }
  return std::nullopt;
}

std::optional<unsigned> parse_number(std::string_view text, unsigned largest) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number > largest) return std::nullopt;
  return number;
}

template <class Parsed>
Parsed or_throw(const std::optional<Parsed>& parsed, const char* form, std::string_view text) {
  if (parsed) return *parsed;
  throw std::invalid_argument(std::string("not ") + form + ": '" + std::string(text) + '\'');
}

}  // namespace

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  const bool bracketed = text.starts_with('[');
  const std::size_t colon = text.rfind(':');
  const bool one_colon = colon != text.npos && text.find(':') == colon;
  if (bracketed || one_colon) {
    if (colon == text.npos) return std::nullopt;
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (bracketed) {
      if (!host.ends_with(']')) return std::nullopt;
      host = host.substr(1, host.size() - 2);
    }
  }
  const auto address = parse_address(host);
  if (!address || bracketed != (address->family == AF_INET6 && !port.empty())) return std::nullopt;
  constexpr unsigned last_port = 65535;
  const auto number = host == text ? std::optional<unsigned>(0) : parse_number(port, last_port);
  if (!number) return std::nullopt;
  Endpoint result;
  result.family = address->family;
  result.address = address->address;
  result.port = static_cast<std::uint16_t>(*number);
  return result;
}

Endpoint Endpoint::parse_or_throw(std::string_view text) {
  return or_throw(parse(text), "an endpoint (ADDRESS, IPV4:PORT or [IPV6]:PORT)", text);
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned all = bits(address->family);
  const auto length =
      slash == text.npos ? std::optional(all) : parse_number(text.substr(slash + 1), all);
  if (!length) return std::nullopt;
  Prefix result;
  result.family = address->family;
  result.address = address->address;
  result.length = static_cast<std::uint8_t>(*length);
  return result;
}

Prefix Prefix::parse_or_throw(std::string_view text) {
  return or_throw(parse(text), "a prefix (ADDRESS or ADDRESS/LENGTH)", text);
}

bool Prefix::contains(const Address& other) const {
  const std::size_t whole = length / 8U;
  const auto differs = [&](std::size_t i) { return address.bytes.at(i) ^ other.bytes.at(i); };
  for (std::size_t i = 0; i < whole; ++i) {
    if (differs(i) != 0) return false;
  }
  const unsigned rest = length % 8U;
  return rest == 0 || differs(whole) >> (8 - rest) == 0;
}

}  // namespace cttimeout
