// The words of golden files: each value of an operation or result, to text and back.
#include "support/golden_text.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace cttimeout::test {
namespace {

struct Word {
  int value;
  std::string_view text;
};

constexpr std::array flag_words{Word{MSG_OOB, "OOB"}, Word{MSG_PEEK, "PEEK"},
                                Word{MSG_TRUNC, "TRUNC"}, Word{MSG_DONTWAIT, "DONTWAIT"}};
constexpr std::array poll_words{Word{POLLIN, "IN"}, Word{POLLOUT, "OUT"}, Word{POLLERR, "ERR"}};

std::string bits_text(int bits, std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) {
    if ((bits & word.value) == 0) continue;
    if (!text.empty()) text += '|';
    text += word.text;
  }
  return text;
}

std::optional<int> bits_of(std::string_view text, std::span<const Word> words) {
  int bits = 0;
  while (!text.empty()) {
    const std::string_view first = text.substr(0, text.find('|'));
    const auto word = std::ranges::find(words, first, &Word::text);
    if (word == words.end()) return std::nullopt;
    bits |= word->value;
    text.remove_prefix(std::min(text.size(), first.size() + 1));
  }
  return bits;
}

}  // namespace

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t start = 0;
  bool quoting = false;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (line[i] == ' ' && !quoting)) {
      if (i > start) words.push_back(line.substr(start, i - start));
      start = i + 1;
    } else if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoting = !quoting;
    }
  }
  return words;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}
template std::optional<int> number_of(std::string_view);
template std::optional<std::uint32_t> number_of(std::string_view);
template std::optional<std::size_t> number_of(std::string_view);

std::optional<std::string> out_of_quotes(std::string_view word) {
  if (word.size() < 2 || word.front() != '"' || word.back() != '"') return std::nullopt;
  word = word.substr(1, word.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '\\') {
      text += word[i];
    } else if (word.substr(i + 1).starts_with('x')) {
      const auto value = from_hex(word.substr(i + 2, 2));
      if (!value || value->size() != 1) return std::nullopt;
      text += static_cast<char>(value->front());
      i += 3;
    } else if (++i < word.size()) {
      text += word[i] == 'n' ? '\n' : word[i];
    }
  }
  return text;
}

std::optional<Bytes> bytes_of(std::string_view word) {
  return word == "-" ? std::optional<Bytes>(Bytes{}) : from_hex(word);
}

std::string flags_text(int flags) {
  return bits_text(flags, flag_words);
}
std::optional<int> flags_of(std::string_view word) {
  return bits_of(word, flag_words);
}

std::string poll_text(short events) {
  return bits_text(events, poll_words);
}
std::optional<short> poll_events(std::string_view word) {
  const std::optional<int> bits = bits_of(word, poll_words);
  if (!bits) return std::nullopt;
  return static_cast<short>(*bits);
}

}  // namespace cttimeout::test
