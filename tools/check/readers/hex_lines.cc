// Lines of hex digits: a datagram a line, or one that was wrapped, and what was received.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "check/readers/datagrams.h"
#include "check/readers/hex_text.h"
#include "check/readers/lines.h"
#include "check/readers/plausible.h"
#include "check/readers/text_forms.h"
#include "check/readers/words.h"

namespace cttimeout::tools::check {
namespace {

using Refusal = tl::unexpected<ReadError>;

Refusal refuse(std::size_t line, std::string text) {
  return Refusal(ReadError{.text = std::move(text), .position = line, .by_line = true});
}

/// A line of bytes.
struct Line {
  std::size_t number;
  std::vector<std::byte> bytes;
  std::size_t group;  ///< digits of the first group
  bool may_be_octal;  ///< as six octal digits, which od prints without options
};

/// What follows "<": ENOBUFS, or the size of the buffer and what was put into it.
tl::expected<Event, ReadError> read_received(std::string_view text, const Event& blank) {
  Event event = blank;
  event.kind = Event::Kind::received;
  if (text == "ENOBUFS") {
    event.error = ENOBUFS;
    return event;
  }
  const std::string_view word = text.substr(0, text.find(' '));
  const auto [end, failure] =
      std::from_chars(word.data(), word.data() + word.size(), event.buffer_size);
  const auto bytes = from_hex(text.substr(word.size()));
  if (failure != std::errc() || end != word.data() + word.size() || !bytes) {
    return refuse(blank.position, "expected '< BUFFER_SIZE HEX' or '< ENOBUFS'");
  }
  event.bytes = *bytes;
  event.truncated = event.bytes.size() > event.buffer_size;
  if (event.truncated) event.bytes.resize(event.buffer_size);
  return event;
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, std::min(text.find_first_of(" \t"), text.size()));
}

std::string why_no_bytes(std::string_view text) {
  if (looks_like_base64(text)) {
    return std::string(base64_advice);
  }
  if ((text.starts_with("0x") || text.starts_with("0X")) && first_word(text).size() > 4) {
    return "after 0x stands more than one byte and less than a message, in a byte order that is "
           "not known; write 0x before each byte, or pairs of digits without 0x";
  }
  return "expected pairs of hex digits, '< ...' or 'close'; `cttimeout check --help` lists the "
         "forms that are read";
}

tl::expected<Line, ReadError> read_bytes(std::string_view text, std::size_t number) {
  if (text == "*") {
    return refuse(number, "`*` stands for lines that were left out; print them with `od -v`");
  }
  auto bytes = from_hex_list(text);
  if (!bytes || bytes->empty()) return refuse(number, why_no_bytes(text));
  const std::size_t group = first_word(text).size();
  const bool is_octal =
      group == 6 && group < text.size() && text.find_first_not_of("01234567 \t") == text.npos;
  return Line{
      .number = number, .bytes = *std::move(bytes), .group = group, .may_be_octal = is_octal};
}

bool makes_sense_as_packet(const std::vector<std::byte>& bytes) {
  return makes_sense_somehow(without_link_header(bytes));
}

bool makes_sense_alone(const Line& line) {
  return makes_sense_as_packet(line.bytes);
}

/// Lines that follow each other: a datagram each, or one that was wrapped.
class Block {
 public:
  using Outcome = tl::expected<void, ReadError>;

  void add(Line line) { lines_.push_back(std::move(line)); }

  /// Hands over what the lines are, and begins again.
  Outcome finish(Datagrams& datagrams) {
    const std::vector<Line> lines = std::exchange(lines_, {});
    if (is_wrapped(lines) && !std::ranges::all_of(lines, makes_sense_alone)) {
      return join(lines, datagrams);
    }
    for (const Line& line : lines) {
      if (auto fine = add(line, line.bytes, datagrams); !fine) return fine;
    }
    return {};
  }

 private:
  /// All as long as the first, but the last, which may be shorter: as tools wrap.
  static bool is_wrapped(const std::vector<Line>& lines) {
    if (lines.size() < 2) return false;
    const std::size_t width = lines.front().bytes.size();
    const auto is_full = [&](const Line& line) { return line.bytes.size() == width; };
    return std::all_of(lines.begin(), lines.end() - 1, is_full) &&
           lines.back().bytes.size() <= width;
  }

  static Outcome join(const std::vector<Line>& lines, Datagrams& datagrams) {
    std::vector<std::byte> bytes;
    for (const Line& line : lines) {
      bytes.insert(bytes.end(), line.bytes.begin(), line.bytes.end());
    }
    const bool is_one = is_whole(without_link_header(bytes)) ||
                        (makes_sense_as_packet(bytes) && !makes_sense_alone(lines.front()));
    const bool are_more = std::any_of(lines.begin() + 1, lines.end(), makes_sense_alone);
    if ((is_one && !are_more) || are_words(bytes, lines.front().group) ||
        lines.front().may_be_octal) {
      return add(lines.front(), std::move(bytes), datagrams);
    }
    return refuse(lines.front().number,
                  "lines " + std::to_string(lines.front().number) + " to " +
                      std::to_string(lines.back().number) +
                      " may be one datagram or one each, and make sense as neither; put each "
                      "datagram on one line, and blank lines between them");
  }

  static Outcome add(const Line& first, std::vector<std::byte> bytes, Datagrams& datagrams) {
    if (are_words(bytes, first.group)) return refuse(first.number, words_advice(first.group / 2));
    if (first.may_be_octal && !makes_sense_as_packet(bytes)) {
      return refuse(first.number, words_advice(2));
    }
    datagrams.add(std::move(bytes), first.number);
    return {};
  }

  std::vector<Line> lines_;
};

}  // namespace

ReadResult read_hex_lines(std::string_view text) {
  Datagrams datagrams;
  Block block;
  for (Lines lines(text); lines.next();) {
    const std::string_view line = trimmed(lines.line().substr(0, lines.line().find('#')));
    const bool is_bytes = !line.empty() && line != "close" && !line.starts_with('<');
    if (is_bytes) {
      auto bytes = read_bytes(line, lines.number());
      if (!bytes) return tl::unexpected(bytes.error());
      block.add(*std::move(bytes));
      continue;
    }
    if (const auto done = block.finish(datagrams); !done) return tl::unexpected(done.error());
    if (line == "close") datagrams.close(lines.number());
    if (!line.starts_with('<')) continue;
    auto event =
        read_received(trimmed(line.substr(1)),
                      {.kind = Event::Kind::received, .socket = 0, .position = lines.number()});
    if (!event) return tl::unexpected(event.error());
    datagrams.received(*std::move(event));
  }
  if (const auto done = block.finish(datagrams); !done) return tl::unexpected(done.error());
  return datagrams.take();
}

}  // namespace cttimeout::tools::check
