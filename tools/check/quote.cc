// Text of the programs under check, as it may stand in a line of ours.
#include "check/quote.h"

#include <algorithm>

#include "words.h"

namespace cttimeout::tools::check {

std::string harmless(std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char byte) {
    return (is_graphic(byte) || byte == ' ') && byte != '"' && byte != '\\';
  });
  const std::size_t first = text.find_first_not_of(' ');
  const bool is_command = first != std::string_view::npos && text.substr(first).starts_with("::");
  return without_commands(plain && !is_command ? std::string(text) : quoted(text));
}

std::string printable(std::string_view sentence) {
  std::string text;
  for (const char byte : sentence) {
    text += is_graphic(byte) || byte == ' ' ? std::string(1, byte) : hex_escape(byte);
  }
  return without_commands(std::move(text));
}

std::string without_commands(std::string text, std::string_view instead) {
  constexpr std::string_view command = "##[";
  for (std::size_t at = text.find(command); at != std::string::npos;
       at = text.find(command, at + instead.size())) {
    text.replace(at, command.size(), instead);
  }
  return text;
}

}  // namespace cttimeout::tools::check
