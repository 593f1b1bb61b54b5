// How single words of the text form are written: families, letter case, quotes.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "cttimeout/policy.h"

namespace cttimeout {

inline constexpr std::array families{
    std::pair<std::string_view, Family>{"inet", Family::ipv4},
    std::pair<std::string_view, Family>{"inet6", Family::ipv6},
};

inline std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& byte : result) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return result;
}

inline bool is_graphic(char byte) {
  return byte > ' ' && byte <= '~';
}

/// True if the text can stand as a word of its own, without quotes.
inline bool is_plain_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char byte) {
    return is_graphic(byte) && byte != '"' && byte != '\\' && byte != '#';
  });
}

/// \xNN
inline std::string hex_escape(char byte) {
  constexpr std::string_view hex = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  return {'\\', 'x', hex[value >> 4U], hex[value & 0xfU]};
}

/// The text in quotes, with \" \\ and \xNN: printable ASCII on one line, whatever it holds.
inline std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      result += {'\\', byte};
    } else if (is_graphic(byte) || byte == ' ') {
      result += byte;
    } else {
      result += hex_escape(byte);
    }
  }
  return result + '"';
}

}  // namespace cttimeout
