// The values that strace prints: words, strings of bytes, lists and structures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cttimeout::check {

struct Value {
  enum class Kind : std::uint8_t { word, string, list, structure };

  Kind kind = Kind::word;
  std::string key = {};               ///< in a structure: what stands before "="
  std::string word = {};              ///< as printed, without comments
  std::vector<std::byte> bytes = {};  ///< of a string
  bool cut = false;                   ///< "..." followed: there was more
  std::vector<Value> items = {};

  /// The member of a structure; nullptr if there is none.
  [[nodiscard]] const Value* find(std::string_view wanted) const;
  /// A structure with that member.
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  /// This value, or one inside, was not printed to its end.
  [[nodiscard]] bool is_cut() const;
};

/// One system call: its name, arguments and result.
struct Call {
  std::string_view name;
  std::vector<Value> arguments;
  std::int64_t result = 0;
  std::string_view error;  ///< "ENOBUFS"; empty if it succeeded
};

/// "sendto(3, ...) = 28"; nullopt if it is anything else.
[[nodiscard]] std::optional<Call> parse_call(std::string_view text);

/// Decimal, octal or hexadecimal.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace cttimeout::check
