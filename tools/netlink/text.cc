// Words for bytes, texts and errnos, as golden files, traces and failure messages print them.
#include "netlink/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace cttimeout::tools {
namespace {

constexpr std::size_t shortest_run = 64;

struct Word {
  int value;
  std::string_view text;
};

constexpr std::array errnos{
    Word{EPERM, "EPERM"},
    Word{ENOENT, "ENOENT"},
    Word{EINTR, "EINTR"},
    Word{EIO, "EIO"},
    Word{EBADF, "EBADF"},
    Word{EAGAIN, "EAGAIN"},
    Word{ENOMEM, "ENOMEM"},
    Word{EACCES, "EACCES"},
    Word{EBUSY, "EBUSY"},
    Word{EEXIST, "EEXIST"},
    Word{EINVAL, "EINVAL"},
    Word{EMFILE, "EMFILE"},
    Word{ENOTTY, "ENOTTY"},
    Word{ERANGE, "ERANGE"},
    Word{ENODATA, "ENODATA"},
    Word{EMSGSIZE, "EMSGSIZE"},
    Word{ENOPROTOOPT, "ENOPROTOOPT"},
    Word{EPROTONOSUPPORT, "EPROTONOSUPPORT"},
    Word{EOPNOTSUPP, "EOPNOTSUPP"},
    Word{EADDRINUSE, "EADDRINUSE"},
    Word{ENOBUFS, "ENOBUFS"},
    Word{ECONNREFUSED, "ECONNREFUSED"},
    Word{ENOTCONN, "ENOTCONN"},
    Word{EFAULT, "EFAULT"},
};

std::string hex_of(std::byte value) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto number = std::to_integer<unsigned>(value);
  return {digits[number >> 4], digits[number & 0xf]};
}

std::string escaped(char character) {
  if (character == '\n') return "\\n";
  if (character == '"' || character == '\\') return {'\\', character};
  const bool plain = character >= ' ' && character < 0x7f && character != '>';
  return plain ? std::string{character} : "\\x" + hex_of(static_cast<std::byte>(character));
}

}  // namespace

std::string to_hex(std::span<const std::byte> bytes) {
  std::string text;
  for (auto at = bytes.begin(); at != bytes.end();) {
    const auto end = std::find_if(at, bytes.end(), [&](std::byte b) { return b != *at; });
    const auto count = static_cast<std::size_t>(end - at);
    if (count >= shortest_run) {
      text += '(' + hex_of(*at) + '*' + std::to_string(count) + ')';
    } else {
      for (std::size_t i = 0; i < count; ++i) text += hex_of(*at);
    }
    at = end;
  }
  return text;
}

std::string bytes_text(std::span<const std::byte> bytes) {
  return bytes.empty() ? "-" : to_hex(bytes);
}

std::string in_quotes(std::string_view text) {
  std::string word = "\"";
  for (const char character : text) word += escaped(character);
  return word + '"';
}

std::string errno_text(int error) {
  const auto* word = std::ranges::find(errnos, error, &Word::value);
  return word != errnos.end() ? std::string(word->text) : "errno" + std::to_string(error);
}

std::optional<int> errno_number(std::string_view text) {
  const auto* word = std::ranges::find(errnos, text, &Word::text);
  if (word != errnos.end()) return word->value;
  if (!text.starts_with("errno")) return std::nullopt;
  text.remove_prefix(5);
  int number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace cttimeout::tools
