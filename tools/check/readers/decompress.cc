// What gzip or zstd has compressed, decompressed in memory.
#include "check/readers/decompress.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace cttimeout::tools::check {
namespace {

constexpr std::string_view magic_gzip = "\x1f\x8b";
constexpr std::string_view magic_zstd = "\x28\xb5\x2f\xfd";

/// Formats that are recognised but not decompressed here.
struct Foreign {
  std::string_view magic;
  std::string_view name;
};
constexpr std::array foreigners{Foreign{"BZh", "bzip2"},
                                Foreign{{"\xfd"
                                         "7zXZ\0",
                                         6},
                                        "xz"},
                                Foreign{"\x04\x22\x4d\x18", "lz4"}};

using Buffer = std::array<char, 1U << 16U>;
using Result = tl::expected<Decompressed, ReadError>;

tl::unexpected<ReadError> refuse(std::string text) {
  return tl::unexpected(ReadError{.text = std::move(text), .position = 0, .by_line = true});
}

tl::unexpected<ReadError> refuse_bomb() {
  return refuse("it decompresses to more than " + std::to_string(largest_decompressed >> 20U) +
                " MiB; decompress it, split it and check the parts");
}

tl::unexpected<ReadError> refuse_damaged(std::string_view kind, std::string_view why) {
  return refuse("the " + std::string(kind) + " data is damaged (" + std::string(why) +
                "); copy or record it again");
}

/// False if that would be too much.
bool append(std::string& content, const Buffer& buffer, std::size_t size) {
  if (size > largest_decompressed - content.size()) return false;
  content.append(buffer.data(), size);
  return true;
}

struct End {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

Result from_gzip(std::string_view compressed) {
  constexpr int gzip_alone = 15 + 16;  // as zlib wants it: the largest window, gzip's header
  z_stream stream{};
  if (inflateInit2(&stream, gzip_alone) != Z_OK) return refuse("no memory is left to read it");
  const std::unique_ptr<z_stream, End> end(&stream);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  Decompressed result;
  Buffer buffer;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int outcome = inflate(&stream, Z_NO_FLUSH);
    if (!append(result.content, buffer, buffer.size() - stream.avail_out)) return refuse_bomb();
    if (outcome == Z_STREAM_END) {
      const std::string_view rest = compressed.substr(compressed.size() - stream.avail_in);
      if (!rest.starts_with(magic_gzip)) return result;  // as gzip does, which warns of the rest
      inflateReset(&stream);
    } else if (outcome == Z_BUF_ERROR) {
      result.cut = true;  // nothing is left to go on with
      return result;
    } else if (outcome != Z_OK) {
      return refuse_damaged("gzip", stream.msg == nullptr ? "zlib gives up" : stream.msg);
    }
  }
}

Result from_zstd(std::string_view compressed) {
  const std::unique_ptr<ZSTD_DStream, End> stream(ZSTD_createDStream());
  if (stream == nullptr) return refuse("no memory is left to read it");
  ZSTD_inBuffer in{.src = compressed.data(), .size = compressed.size(), .pos = 0};
  Decompressed result;
  Buffer buffer;
  for (;;) {
    ZSTD_outBuffer out{.dst = buffer.data(), .size = buffer.size(), .pos = 0};
    const std::size_t left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return refuse_damaged("zstd", ZSTD_getErrorName(left));
    if (!append(result.content, buffer, out.pos)) return refuse_bomb();
    if (in.pos < in.size || out.pos == out.size) continue;
    result.cut = left != 0;
    return result;
  }
}

const Foreign* find_foreign(std::string_view content) {
  const auto* const found = std::ranges::find_if(
      foreigners, [&](const Foreign& f) { return content.starts_with(f.magic); });
  return found == foreigners.end() ? nullptr : found;
}

}  // namespace

bool is_compressed(std::string_view content) {
  return content.starts_with(magic_gzip) || content.starts_with(magic_zstd) ||
         find_foreign(content) != nullptr;
}

Result decompress(std::string_view content) {
  if (const Foreign* const foreign = find_foreign(content)) {
    const std::string name(foreign->name);
    return refuse("it is compressed with " + name + "; `" + name +
                  " -dc FILE | cttimeout check -` reads it");
  }
  // zlib counts in 32 bits.
  if (content.size() > largest_decompressed) return refuse_bomb();
  return content.starts_with(magic_gzip) ? from_gzip(content) : from_zstd(content);
}

}  // namespace cttimeout::tools::check
