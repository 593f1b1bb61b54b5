// One line of a hex dump: its offset, its bytes, and the text that they stand for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace cttimeout::tools::check {

/// What xxd, od, hexdump, tshark and tcpdump print before the bytes.
struct DumpLine {
  std::string_view offset;  ///< its digits, in a base that the line does not tell
  bool is_marked;           ///< a colon follows (xxd, tcpdump): what follows are bytes, not words
  bool is_packet;           ///< "0x" stands before: tcpdump
  std::string_view body;    ///< what comes then; may be empty

  /// nullopt if it is none in that base, or more than a size. Octal is what od alone prints, and
  /// decimal what od and xxd do.
  [[nodiscard]] std::optional<std::size_t> value(unsigned base) const;
  /// Groups of more than two digits are numbers of the machine that printed them: hexdump, od -x.
  [[nodiscard]] bool has_words() const;
};

/// nullopt if the line does not begin with what is surely an offset.
[[nodiscard]] std::optional<DumpLine> split_dump_line(std::string_view line);

/// An offset alone, as od and hexdump print it behind the last bytes; of a line inside a dump.
[[nodiscard]] std::optional<DumpLine> end_of_dump(std::string_view line);

struct DumpBytes {
  std::vector<std::byte> bytes;
  std::size_t group;  ///< digits of the first group
  bool has_text;      ///< a column of text follows; it agrees with the bytes
};
/// An error is a sentence.
[[nodiscard]] tl::expected<DumpBytes, std::string> read_dump_bytes(std::string_view body);

/// Numbers of 2, 4 or 8 bytes, in hex or (od without options) six octal digits.
struct DumpWords {
  std::vector<std::uint64_t> words;
  std::size_t size;  ///< of each, in bytes
};
[[nodiscard]] tl::expected<DumpWords, std::string> read_dump_words(std::string_view body);

}  // namespace cttimeout::tools::check
