// Words for bytes, texts and errnos, as golden files, traces and failure messages print them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cttimeout::tools {

/// Lower-case hex. 64 or more equal bytes in a row become a run, "(00*200)".
[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);
/// Hex, or "-" for none.
[[nodiscard]] std::string bytes_text(std::span<const std::byte> bytes);

/// In quotes, with escapes. '>' is escaped too, so that no text can look like the arrow.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// "ENOBUFS"; "errno4711" for one without a name here.
[[nodiscard]] std::string errno_text(int error);
/// The errno of that name; nullopt if it is no such name.
[[nodiscard]] std::optional<int> errno_number(std::string_view text);

}  // namespace cttimeout::tools
