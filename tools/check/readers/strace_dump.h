// The bytes that strace prints below a call, with -e write=all and -e read=all.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace cttimeout::tools::check {

/// Below a call of several messages their dumps follow one another, below a message of several
/// buffers those of the buffers.
class StraceDump {
 public:
  /// "00010  00 00 ... |"
  void line(std::string_view text);
  void begin_buffer() { in_buffer_ = 0; }
  void begin_message();
  void clear() { *this = {}; }

  [[nodiscard]] bool empty() const { return messages_.empty(); }
  /// Lines are missing, or end early.
  [[nodiscard]] bool broken() const { return broken_; }
  /// All bytes of that message, from 0; nullptr if there is not one of this size.
  [[nodiscard]] const std::vector<std::byte>* find(std::size_t message, std::size_t size) const;

 private:
  std::vector<std::vector<std::byte>> messages_;
  std::size_t in_buffer_ = 0;  ///< bytes of the present buffer
  bool broken_ = false;
};

}  // namespace cttimeout::tools::check
