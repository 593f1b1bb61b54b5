// The values that strace prints: words, strings of bytes, lists and structures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cttimeout::tools::check {

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
};

/// What a call returned.
struct Result {
  std::int64_t value = 0;
  bool returned = true;         ///< false: "?", strace did not see its end
  bool injected = false;        ///< strace made it up; the kernel never saw the call
  std::string_view error = {};  ///< "ENOBUFS"; empty if it succeeded
  std::string_view text = {};   ///< what follows the value, "<socket:[651699]>"
};

/// One system call: its name, arguments and result.
struct Call {
  std::string_view name;
  std::vector<Value> arguments;
  Result result;
};

/// "sendto(3, ...) = 28"; nullopt if it is anything else, or the line ends early.
[[nodiscard]] std::optional<Call> parse_call(std::string_view text);

/// A descriptor as strace prints it: 3, or with -y 3<socket:[651699]>.
struct DescriptorText {
  std::uint64_t number = 0;
  std::string name = {};  ///< "socket:[651699]"; empty if it is not printed
};

/// nullopt if the text begins with anything else.
[[nodiscard]] std::optional<DescriptorText> parse_descriptor(std::string_view text);

/// Decimal, octal or hexadecimal.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace cttimeout::tools::check
