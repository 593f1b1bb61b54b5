// A list of numbers in source text that may be the bytes of a datagram.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace cttimeout::tools::check {

/// The value of a literal of C, Go, Rust or Python: 20, 0x14, 0b1, 0o24, 20u8, 20U. nullopt for
/// other words, and for a leading zero, which is octal in C and decimal in Rust.
[[nodiscard]] std::optional<std::size_t> number_of(std::string_view text);

/// Numbers, one after the other.
class ByteList {
 public:
  /// An error is a sentence.
  [[nodiscard]] tl::expected<void, std::string> add_number(std::string_view text);
  void add_byte(std::byte byte);

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }
  /// The numbers are messages if they are hex without 0x, and only then: Rust's {:x?}.
  [[nodiscard]] bool is_hex_without_mark() const;

 private:
  std::vector<std::byte> bytes_;
  std::vector<std::byte> as_hex_;
  bool has_marks_ = false;  ///< 0x, or characters
};

}  // namespace cttimeout::tools::check
