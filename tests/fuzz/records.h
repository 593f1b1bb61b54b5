// Inputs that are scripts: a row of records, each a kind, a number and some bytes.
//
// On the input a record is: kind, number, size of the bytes (16 bits), the bytes.
// Every input is a script: what is cut short has the bytes that are left.
#pragma once

#include <algorithm>
#include <optional>

#include "support/bytes.h"

namespace cttimeout::test {

inline constexpr std::size_t record_header_size = 4;

struct Record {
  std::uint8_t kind;
  std::uint8_t number;
  View bytes;
};

/// Takes records from the front of an input, which must outlive it.
class RecordReader {
 public:
  explicit RecordReader(View input) : rest_(input) {}

  [[nodiscard]] std::optional<Record> next() {
    if (rest_.size() < record_header_size) return std::nullopt;
    const std::size_t size =
        std::min<std::size_t>(read16(rest_, 2), rest_.size() - record_header_size);
    const Record record{std::to_integer<std::uint8_t>(rest_[0]),
                        std::to_integer<std::uint8_t>(rest_[1]),
                        rest_.subspan(record_header_size, size)};
    rest_ = rest_.subspan(record_header_size + size);
    return record;
  }

 private:
  View rest_;
};

/// A record as it stands on an input.
[[nodiscard]] inline Bytes record(std::uint8_t kind, std::uint8_t number, const Bytes& bytes) {
  return join({byte(kind), byte(number), host16(static_cast<std::uint16_t>(bytes.size())), bytes});
}

}  // namespace cttimeout::test
