// Hex text: what tests, documents and debuggers hold.
#include <cerrno>
#include <charconv>

#include "check/readers/capture.h"
#include "check/readers/hex_text.h"
#include "check/readers/lines.h"

namespace cttimeout::check {
namespace {

tl::unexpected<ReadError> refuse(std::size_t line, std::string text) {
  return tl::unexpected(ReadError{.text = std::move(text), .position = line, .by_line = true});
}

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

tl::expected<Event, ReadError> read_line(std::string_view line, const Event& blank) {
  if (line.starts_with('<')) return read_received(trimmed(line.substr(1)), blank);
  Event event = blank;
  if (line == "close") {
    event.kind = Event::Kind::closed;
    return event;
  }
  auto bytes = from_hex(line);
  if (!bytes) return refuse(blank.position, "expected pairs of hex digits, '< ...' or 'close'");
  event.bytes = *std::move(bytes);
  return event;
}

}  // namespace

ReadResult read_hex(std::string_view text) {
  Capture capture;
  std::size_t socket = 0;
  for (Lines lines(text); lines.next();) {
    const std::string_view line = trimmed(lines.line().substr(0, lines.line().find('#')));
    if (line.empty()) continue;
    auto event =
        read_line(line, {.kind = Event::Kind::sent, .socket = socket, .position = lines.number()});
    if (!event) return tl::unexpected(event.error());
    if (event->kind != Event::Kind::sent) capture.knows_reads = true;
    if (event->kind == Event::Kind::closed) ++socket;
    capture.events.push_back(*std::move(event));
  }
  return capture;
}

}  // namespace cttimeout::check
