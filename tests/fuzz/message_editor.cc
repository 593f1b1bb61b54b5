// Edits of one netlink message in a fuzzer's buffer, attribute by attribute.

#include "message_editor.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "differential/draw_message.h"
#include "support/wire.h"

// The engine's own mutation, with what it learnt of comparisons and its dictionary. Weak: there is
// none where a target is built without an engine.
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                              std::size_t max_size);

namespace cttimeout::test {

void InputBuffer::put16(std::size_t at, std::size_t number) {
  const auto value = static_cast<std::uint16_t>(number);
  std::memcpy(bytes_.data() + at, &value, sizeof value);
}

void InputBuffer::put32(std::size_t at, std::size_t number) {
  const auto value = static_cast<std::uint32_t>(number);
  std::memcpy(bytes_.data() + at, &value, sizeof value);
}

void InputBuffer::assign(View bytes) {
  size_ = std::min(bytes.size(), bytes_.size());
  std::copy_n(bytes.begin(), size_, bytes_.begin());
}

bool InputBuffer::splice(std::size_t at, std::size_t old_size, View bytes) {
  if (size_ - old_size + bytes.size() > bytes_.size()) return false;
  std::memmove(bytes_.data() + at + bytes.size(), bytes_.data() + at + old_size,
               size_ - at - old_size);
  if (!bytes.empty()) std::memcpy(bytes_.data() + at, bytes.data(), bytes.size());
  size_ = size_ - old_size + bytes.size();
  return true;
}

void InputBuffer::let_engine_change(Random& random, std::size_t at, std::size_t size) {
  auto* data = reinterpret_cast<std::uint8_t*>(bytes_.data()) + at;
  const bool last = at + size == size_;
  if (LLVMFuzzerMutate != nullptr) {
    const std::size_t changed = LLVMFuzzerMutate(data, size, last ? bytes_.size() - at : size);
    if (last) size_ = at + changed;
  } else if (size > 0) {
    data[random.below(size)] = static_cast<std::uint8_t>(random.below(256));
  }
}

namespace {

/// An attribute within a message: where its header stands, how long it is, what it stands in.
struct Place {
  std::size_t at;
  std::size_t size;  ///< header and payload, as claimed
  std::size_t nest;  ///< where the header of the nest around it stands, 0 if there is none
};

class MessageEditor {
 public:
  MessageEditor(Random& random, InputBuffer& buffer, std::size_t begin, std::size_t end)
      : random_(random), buffer_(buffer), begin_(begin), end_(end) {
    collect(begin + attributes_offset(), end, 0);
  }

  std::ptrdiff_t edit() {
    const std::size_t before = buffer_.size();
    if (end_ - begin_ < header_size) {
      buffer_.let_engine_change(random_, begin_, end_ - begin_);
    } else if (count_ == 0 || random_.chance(1, 8)) {
      random_.chance(1, 3) ? insert(end_, 0) : change_header();
    } else {
      change(places_[random_.below(count_)]);
    }
    return static_cast<std::ptrdiff_t>(buffer_.size()) - static_cast<std::ptrdiff_t>(before);
  }

 private:
  static constexpr std::size_t max_places = 48;

  /// In an ack they stand behind the copy of the request, of which the header may be all there is.
  [[nodiscard]] std::size_t attributes_offset() const {
    const View message = buffer_.view().subspan(begin_, end_ - begin_);
    if (read16(message, 4) != type_error) return payload_offset;
    const bool capped = (read16(message, 6) & flag_capped) != 0;
    return payload_offset + (capped ? header_size : aligned(read32(message, payload_offset)));
  }

  void collect(std::size_t at, std::size_t end, std::size_t nest) {
    const View bytes = buffer_.view();
    while (at + 4 <= end && count_ < max_places) {
      const std::size_t size = read16(bytes, at);
      if (size < 4 || size > end - at) return;
      places_[count_++] = {.at = at, .size = size, .nest = nest};
      if (nest == 0 && (read16(bytes, at + 2) & 0x3fff) == attr_data) {
        collect(at + 4, at + size, at);
      }
      at += aligned(size);
    }
  }

  void change(const Place& place) {
    const std::size_t room = std::min(aligned(place.size), end_ - place.at);
    switch (random_.below(8)) {
      case 0:
        return buffer_.put16(place.at + 2, any_type());
      case 1:  // the claimed length alone
        return buffer_.put16(
            place.at, random_.chance(1, 2) ? random_.below(48) : place.size - 4 + random_.below(9));
      case 2:
        return resize(place);
      case 3: {  // twice; the room is 64 bytes, as nests may be long
        std::array<std::byte, 64> copy;
        const std::size_t size = std::min(room, copy.size());
        std::copy_n(buffer_.view().begin() + static_cast<std::ptrdiff_t>(place.at), size,
                    copy.begin());
        return splice(place.at, 0, View(copy).first(size), place.nest);
      }
      case 4:
        return splice(place.at, room, {}, place.nest);
      case 5:
        return insert(place.at, place.nest);
      case 6:
        return put_number(place);
      default:
        return buffer_.let_engine_change(random_, place.at + 4, place.size - 4);
    }
  }

  std::uint16_t any_type() {
    const auto flags = random_.of<std::uint16_t>({0, 0, 0, nested, 0x4000});
    return static_cast<std::uint16_t>(flags | random_.below(random_.chance(1, 16) ? 0x4000 : 19));
  }

  void put_number(const Place& place) {
    if (place.size < 8) return;
    const Bytes number =
        big32(random_.of<std::uint32_t>({0, 1, 2, 6, 0xff, 0x100, 8589934, 8589935, 17179869,
                                         17179870, 0x7fffffff, 0x80000000, 0xffffffff}));
    std::ranges::copy(number, buffer_.bytes().begin() + static_cast<std::ptrdiff_t>(place.at + 4));
  }

  /// A payload of another size, its header with it.
  void resize(const Place& place) {
    const std::size_t size = 4 + random_.below(random_.chance(1, 8) ? 64 : 10);
    const std::size_t old_room = std::min(aligned(place.size), end_ - place.at);
    const Bytes payload = zeros(aligned(size) - 4);
    splice(place.at + 4, old_room - 4, payload, place.nest);
    buffer_.put16(place.at, size);
  }

  void insert(std::size_t at, std::size_t nest) {
    const Bytes drawn = nest == 0 ? draw_attribute(random_)
                                  : join({host16(8), host16(any_type()),
                                          big32(static_cast<std::uint32_t>(random_.below(1000)))});
    splice(at, 0, drawn, nest);
  }

  void change_header() {
    switch (random_.below(6)) {
      case 0:
        return buffer_.put16(begin_ + 4, 0x0800 | random_.below(6));
      case 1:
        return buffer_.put16(begin_ + 4, random_.below(20));
      case 2:
        return buffer_.put16(
            begin_ + 6, read16(buffer_.view(), begin_ + 6) ^ (std::size_t{1} << random_.below(12)));
      case 3:
        return buffer_.put32(begin_, end_ - begin_ - 4 + random_.below(9));
      default:
        return buffer_.let_engine_change(random_, begin_, std::min(payload_offset, end_ - begin_));
    }
  }

  /// Replaces bytes, and lets the lengths around them follow, but for one time in 16.
  void splice(std::size_t at, std::size_t old_size, View bytes, std::size_t nest) {
    if (!buffer_.splice(at, old_size, bytes) || random_.chance(1, 16)) return;
    const std::size_t grown = bytes.size() - old_size;  // modulo, as the lengths
    buffer_.put32(begin_, read32(buffer_.view(), begin_) + grown);
    if (nest != 0) buffer_.put16(nest, read16(buffer_.view(), nest) + grown);
  }

  Random& random_;
  InputBuffer& buffer_;
  std::size_t begin_;
  std::size_t end_;
  std::array<Place, max_places> places_;
  std::size_t count_ = 0;
};

}  // namespace

std::ptrdiff_t edit_message(Random& random, InputBuffer& buffer, std::size_t begin,
                            std::size_t end) {
  return MessageEditor(random, buffer, begin, end).edit();
}

}  // namespace cttimeout::test
