// Changes of inputs that know their structure: valid messages with targeted damage.

#include "mutate.h"

#include <algorithm>
#include <array>

#include "message_editor.h"
#include "records.h"
#include "support/wire.h"

namespace cttimeout::test {

namespace {

/// The bytes of an input from `begin` to `end`.
struct Window {
  std::size_t begin;
  std::size_t end;
};

/// One of the messages that lie in a window one behind the other, or what is left behind them.
Window pick_message(Random& random, View bytes, Window window) {
  std::array<Window, 8> messages;
  std::size_t count = 0;
  while (window.begin < window.end && count < messages.size()) {
    const std::size_t size = read32(bytes, window.begin);
    const std::size_t room = window.end - window.begin;
    const bool sane = room >= header_size && size >= header_size && size <= room;
    messages[count++] = {window.begin, sane ? window.begin + size : window.end};
    window.begin += sane ? std::min(aligned(size), room) : room;
  }
  return count == 0 ? window : messages[random.below(count)];
}

std::ptrdiff_t edit_some_message(Random& random, InputBuffer& buffer, Window window) {
  const Window message = pick_message(random, buffer.view(), window);
  return edit_message(random, buffer, message.begin, message.end);
}

/// A script's records; `begin` is where the header stands.
class RecordEditor {
 public:
  RecordEditor(Random& random, InputBuffer& buffer, std::size_t head, Draw draw)
      : random_(random), buffer_(buffer), draw_(draw) {
    for (std::size_t at = head; at + record_header_size <= buffer.size();) {
      const std::size_t size = record_header_size + read16(buffer.view(), at + 2);
      const std::size_t end = std::min(at + size, buffer.size());
      if (count_ < records_.size()) records_[count_++] = {at, end};
      at = end;
    }
  }

  void edit() {
    if (count_ == 0) return insert(buffer_.size());
    const Window place = records_[random_.below(count_)];
    switch (random_.below(8)) {
      case 0:
        return insert(random_.chance(1, 2) ? place.end : place.begin);
      case 1:
        (void)buffer_.splice(place.begin, place.end - place.begin, {});
        return;
      case 2:
        return set(place.begin, random_.below(16));
      case 3:
        return set(place.begin + 1, random_.below(256));
      default:
        return edit_bytes(place);
    }
  }

 private:
  void set(std::size_t at, std::size_t number) {
    buffer_.bytes()[at] = static_cast<std::byte>(number);
  }

  void insert(std::size_t at) {
    const auto kind = static_cast<std::uint8_t>(random_.below(16));
    const auto number = static_cast<std::uint8_t>(random_.below(256));
    constexpr std::size_t longest = 2048;
    Bytes bytes = draw_(random_);
    if (bytes.size() > longest) bytes.resize(longest);
    (void)buffer_.splice(at, 0, record(kind, number, bytes));
  }

  void edit_bytes(const Window& place) {
    const std::size_t begin = place.begin + record_header_size;
    const std::ptrdiff_t grown = edit_some_message(random_, buffer_, {begin, place.end});
    buffer_.put16(place.begin + 2, place.end - begin + static_cast<std::size_t>(grown));
  }

  Random& random_;
  InputBuffer& buffer_;
  Draw draw_;
  std::array<Window, 64> records_;
  std::size_t count_ = 0;
};

}  // namespace

std::size_t mutate_message(std::uint8_t* data, std::size_t size, std::size_t max_size,
                           unsigned seed, Draw draw) {
  Random random(seed);
  InputBuffer buffer(data, size, max_size);
  if (size == 0 || random.chance(1, 128)) {
    buffer.assign(draw(random));
  } else if (random.chance(1, 4)) {
    buffer.let_engine_change(random, 0, size);
  } else {
    do {
      edit_some_message(random, buffer, {0, buffer.size()});
    } while (random.chance(1, 3) && buffer.size() > 0);
  }
  return buffer.size();
}

std::size_t mutate_records(std::uint8_t* data, std::size_t size, std::size_t max_size,
                           unsigned seed, std::size_t head, Draw draw) {
  Random random(seed);
  InputBuffer buffer(data, size, max_size);
  if (size < head || random.chance(1, 8)) {
    buffer.let_engine_change(random, 0, size);
  } else {
    do {
      RecordEditor(random, buffer, head, draw).edit();
    } while (random.chance(1, 3) && buffer.size() >= head);
  }
  return buffer.size();
}

}  // namespace cttimeout::test
