// Text into a buffer of limited size that counts what had no room, as snprintf() does.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "object.h"

namespace cttimeout::compat {

class Text {
 public:
  Text(char* out, std::size_t size) : out_(out), size_(size) {}

  Text& put(std::string_view text) {
    if (length_ < size_) std::memcpy(out_ + length_, text.data(), room_for(text.size()));
    length_ += text.size();
    return *this;
  }

  Text& put(std::uint32_t number) {
    char digits[10];
    return put({digits, std::to_chars(digits, digits + sizeof(digits), number).ptr});
  }

  /// Terminates what is there. Returns the length of the whole text.
  std::size_t end() {
    if (size_ > 0) out_[std::min(length_, size_ - 1)] = '\0';
    return length_;
  }

 private:
  [[nodiscard]] std::size_t room_for(std::size_t wanted) const {
    return std::min(wanted, size_ - length_);
  }

  char* out_;
  std::size_t size_;
  std::size_t length_ = 0;
};

/// Prints the object with the first `states` states of its protocol; returns Text::end().
std::size_t print(Text text, const nfct_timeout& t, std::size_t states);

}  // namespace cttimeout::compat
