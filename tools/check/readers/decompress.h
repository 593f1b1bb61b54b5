// What gzip or zstd has compressed, decompressed in memory.
#pragma once

#include <string>
#include <string_view>

#include "check/readers/capture.h"

namespace cttimeout::tools::check {

/// No more is decompressed than this: what claims to hold more is refused.
inline constexpr std::size_t largest_decompressed = std::size_t{256} << 20U;

struct Decompressed {
  std::string content;
  bool cut = false;  ///< the compressed file ends too early; this is what could be got
};

/// Recognised by its first bytes: gzip, zstd, bzip2, xz or lz4.
[[nodiscard]] bool is_compressed(std::string_view content);

/// Of gzip and zstd, which may be several such files in a row. Refused: the other kinds, damaged
/// data, and more than largest_decompressed.
[[nodiscard]] tl::expected<Decompressed, ReadError> decompress(std::string_view content);

}  // namespace cttimeout::tools::check
