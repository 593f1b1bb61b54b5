// Whatever a file holds, its reader ends in time and in bounds: cut, damaged, random, and bombs.
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "check/readers/decompress.h"
#include "check/report.h"
#include "mutation.h"

namespace cttimeout::tools::check {
namespace {

constexpr unsigned seed = 21;
constexpr int rounds = 10000;

/// The captures and the pastes, and literals of each kind.
std::vector<std::string> samples() {
  std::vector<std::string> result{
      "x = {0x38, 0, 20u8, '\\x10', /* \"a\" */ 0b1, 0o7};\nunsigned x_len = 6;\n",
      "x = b'8\\x00\\001\\n' \\\n  b'' // a\n[][]byte{{1}, [56]byte{2}}\n",
      "&'static [u8; 56] = &[1] r\"a\" `14 00` #[x] vec![1, 2] + \"\\x14\" \"b\"\n",
      "14:00 0x1, \\x02\n\n< 20 0102 # a\nclose\n* \n000000 000001\n"};
  for (const char* const folder : {CAPTURES_PATH, PASTES_PATH}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".md") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      result.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  return result;
}

/// Reads and judges it; a refusal has a text, and a report as well.
void judge(const std::string& content) {
  const auto capture = read_capture(content);
  if (!capture) {
    ASSERT_FALSE(capture.error().text.empty());
    return;
  }
  ASSERT_FALSE(to_text(check_capture("f", *capture, {})).empty());
}

TEST(Readers, EndWhereverAFileIsCut) {
  for (const std::string& sample : samples()) {
    const std::size_t step = sample.size() < 700 ? 1 : 13;
    for (std::size_t size = 0; size < sample.size(); size += step) judge(sample.substr(0, size));
  }
}

TEST(Readers, EndWhateverWasDamaged) {
  std::mt19937 random(seed);
  const std::vector<std::string> all = samples();
  ASSERT_GT(all.size(), 40U);
  for (int round = 0; round < rounds; ++round) {
    std::string content = all[below(random, all.size())];
    mutate(random, content);
    judge(content);
  }
}

TEST(Readers, EndWhateverIsRandom) {
  std::mt19937 random(seed);
  const std::string starts[] = {
      "",  "\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "\n\r\r\n", "\xd4\xc3\xb2\xa1\2", "\xa1\xb2\x3c\x4d",
      "{", "x = \"",       "0000000 "};
  const std::string_view few = "0123456789abcdef \n*x\\\"'{}[](),;:=|";
  for (int round = 0; round < rounds; ++round) {
    std::string content = starts[below(random, std::size(starts))];
    const bool is_text = below(random, 2) == 0;
    for (std::size_t size = below(random, 200); size > 0; --size) {
      content += is_text ? few[below(random, few.size())] : static_cast<char>(below(random, 256));
    }
    judge(content);
  }
}

TEST(Readers, TakeNoTimeForHostileText) {
  constexpr std::size_t size = 1U << 16U;
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string_view unit : {"[",
                                      "{",
                                      "(",
                                      "\"",
                                      "'",
                                      "\\x",
                                      "\"\\x00\"",
                                      "0",
                                      "00 ",
                                      "00\n",
                                      "0000 00\n",
                                      "\n",
                                      " ",
                                      "*\n",
                                      "0000: 00\n",
                                      "0000: 00\n*\n8000: 00\n",
                                      "0000: 00  .\n",
                                      "1, ",
                                      "{1, ",
                                      "// ",
                                      "/*",
                                      "#",
                                      "0x0000:  00\n",
                                      "12:00:00.0\n0x0000:  00\n",
                                      "000070 ",
                                      "a + ",
                                      "\"a\" + ",
                                      "< 1 00\n"}) {
    std::string content;
    while (content.size() < size) content += unit;
    judge(content);
    judge("0000: 00" + content);
    judge("x = {0" + content);
    judge("0000000 0038" + content);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

/// A file of zeros, compressed; many of them in a row are one file as well.
std::string gzip_of_zeros(std::size_t size) {
  const std::string zeros(size, '\0');
  std::string compressed(compressBound(size) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return compressed;
}

std::string zstd_of_zeros(std::size_t size) {
  const std::string zeros(size, '\0');
  std::string compressed(ZSTD_compressBound(size), '\0');
  compressed.resize(
      ZSTD_compress(compressed.data(), compressed.size(), zeros.data(), zeros.size(), 1));
  return compressed;
}

TEST(Readers, BoundWhatTheyDecompress) {
  constexpr std::size_t part = std::size_t{16} << 20U;
  for (const std::string& one : {gzip_of_zeros(part), zstd_of_zeros(part)}) {
    std::string bomb;
    for (std::size_t size = 0; size <= largest_decompressed; size += part) bomb += one;
    ASSERT_LT(bomb.size(), std::size_t{1} << 20U);
    const auto capture = read_capture(bomb);
    ASSERT_FALSE(capture);
    EXPECT_EQ(capture.error().text,
              "it decompresses to more than 256 MiB; decompress it, split it and check the parts");
  }
}

TEST(Readers, SayWhatIsWrongWithCompressedFiles) {
  std::string damaged = gzip_of_zeros(100);
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] + 1);
  const std::pair<std::string, std::string_view> files[] = {
      {damaged, "the gzip data is damaged (incorrect data check); "},
      {std::string("\x28\xb5\x2f\xfd") + "aaaaaaaaaaaaaaaa", "the zstd data is damaged ("},
      {"BZh91AY", "it is compressed with bzip2; `bzip2 -dc FILE | cttimeout check -` reads it"},
      {std::string("\xfd"
                   "7zXZ\0",
                   6),
       "it is compressed with xz; "},
      {"\x04\x22\x4d\x18", "it is compressed with lz4; "},
      {gzip_of_zeros(100).substr(0, 12), "the compressed file ends too early; copy it again"}};
  for (const auto& [content, why] : files) {
    const auto capture = read_capture(content);
    ASSERT_FALSE(capture) << why;
    EXPECT_TRUE(capture.error().text.starts_with(why)) << capture.error().text;
  }
}

}  // namespace
}  // namespace cttimeout::tools::check
