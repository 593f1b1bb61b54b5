// Edits of one netlink message in a fuzzer's buffer, attribute by attribute.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "support/bytes.h"
#include "support/random.h"

namespace cttimeout::test {

/// Bytes of an input that can grow in place up to the engine's limit.
class InputBuffer {
 public:
  InputBuffer(std::uint8_t* data, std::size_t size, std::size_t max_size)
      : bytes_(std::as_writable_bytes(std::span(data, max_size))), size_(size) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t max_size() const { return bytes_.size(); }
  [[nodiscard]] View view() const { return View(bytes_).first(size_); }
  [[nodiscard]] std::span<std::byte> bytes() { return bytes_.first(size_); }

  void put16(std::size_t at, std::size_t number);
  void put32(std::size_t at, std::size_t number);
  /// Everything becomes `bytes`, as far as there is room.
  void assign(View bytes);
  /// The `old_size` bytes at `at` become `bytes`; false, and nothing changed, without room.
  bool splice(std::size_t at, std::size_t old_size, View bytes);
  /// Lets the engine change the `size` bytes at `at`, which keep their number unless they are last.
  void let_engine_change(Random& random, std::size_t at, std::size_t size);

 private:
  std::span<std::byte> bytes_;
  std::size_t size_;
};

/// Changes the message that fills [begin, end) of a buffer by one thing. Returns by how many bytes
/// it grew, so that what encloses it can follow.
std::ptrdiff_t edit_message(Random& random, InputBuffer& buffer, std::size_t begin,
                            std::size_t end);

}  // namespace cttimeout::test
