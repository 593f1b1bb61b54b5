// Bytes that end where a page begins which nobody may touch: reading beyond them ends the program.
#pragma once

#include <cstddef>
#include <span>

#include "support/bytes.h"

namespace cttimeout::test {

/// Room for bytes at the end of a page.
class PageEnd {
 public:
  /// For up to `size` bytes. Ends the program if there is no memory.
  explicit PageEnd(std::size_t size);
  ~PageEnd();
  PageEnd(const PageEnd&) = delete;
  PageEnd& operator=(const PageEnd&) = delete;

  /// A copy of the bytes in that room, valid until the next one.
  [[nodiscard]] std::span<std::byte> hold(View bytes);

 private:
  std::span<std::byte> pages_;  // the last one is inaccessible
};

}  // namespace cttimeout::test
