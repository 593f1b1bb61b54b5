// Hex dumps that cannot be read for sure: refused by their line, cause and remedy.
#include <gtest/gtest.h>

#include "check/readers/capture.h"
#include "datagrams.h"
#include "paste_bytes.h"

namespace cttimeout::tools::check {
namespace {

struct Refusal {
  std::string text;
  std::size_t line;
  std::string_view why;  ///< begins so
};

const std::string first = "00000000: 3800 0000 0008 0506 0100 0000 0000 0000  8...............\n";
const std::string second = "00000010: 0000 0000 0800 0100 7765 6200 0600 0200  ........web.....\n";
const std::string third = "00000020: 0002 0000 0500 0300 0600 0000 0c00 0480  ................\n";
const std::string last = "00000030: 0800 0300 0000 0e10                      ........\n";

/// of `od -tx1`
const std::string od_zeros = "0000000 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n*\n";

const Refusal refusals[] = {
    {first + third, 2, "the offset is 00000020, but 16 bytes stand before it"},
    {first + second + second, 3, "the offset is 00000010, but 32 bytes stand before it"},
    {second + third, 1, "the dump begins at offset 00000010, not at 0"},
    {"00000010  00 00 00 00 08 00 01 00\n", 1, "the dump begins at offset 00000010, not at 0"},
    {"0020  08 00 03 00\n", 1, "the dump begins at offset 0020, not at 0"},
    {"0x7ffc0010:\t0x38\t0x00\n", 1, "the dump begins at offset 7ffc0010, not at 0"},
    {first + "00000010: 0000 0000 0800 0100 7766 6200 0600 0200  ........web.....\n", 2,
     "expected pairs of hex digits, and then nothing or the text that they stand for, found "
     "'........web.....'"},
    {first + "00000010: 0000 0000 0800 0100 7765 6200 0600 0200\n", 2,
     "the text beside the bytes does not agree with them"},
    {first + "00000010: 00000000 08000100 77656200 06000200  ........web.....\n", 2,
     "the bytes are grouped in another way than before"},
    {first + "0000001x: 0000 0000 0800\n", 2, "the line is no part of the dump"},
    {first + "0000.0010: 0000 0000 0800\n", 2, "the line is no part of the dump"},
    {"\t0x0000:  3800 0000\n\t0z0004:  0008 0506\n", 2, "the line is no part of the dump"},
    {first + "web\n", 2, "the line is no part of the dump"},
    {first + "\n3800 0000 0008\n", 3, "bytes without an offset among dumps"},
    {"3800 0000 0008\n" + first, 1, "bytes without an offset among dumps"},
    {first + "*\n", 2, "the offset behind `*` is missing"},
    {first + "*\n*\n", 3, "no line stands before `*`"},
    {"*\n" + first, 1, "no line stands before `*`"},
    {first + "*\n00000010\n", 3, "the offset is 00000010, but 16 bytes stand before it"},
    {first + "*\n00000018\n", 3, "the offset is 00000018, but 16 bytes stand before it"},
    {first + "*\n70000000\n", 3, "the offset is 70000000, but 16 bytes stand before it"},
    {od_zeros + "0000060\n", 1, "the offsets may be octal, decimal or hexadecimal"},
    {"0000000\n", 1, "an offset without bytes"},
    {"00000000: 00111000 00000000  8.\n", 1, "these are bits (xxd -b)"},
    {"00000000: 00000038 06050800  8.......\n", 1, "these are little-endian words (xxd -e)"},
    {"00000000: 00000038 06050800 00000001 00000000\n00000010: 00000000 00010008 00626577 "
     "00020006\n"
     "00000020: 00000200 00030005 00000006 8004000c\n00000030: 00030008 00000e10\n",
     1, "these are words of 4 bytes"},
    {"0000000 070 000 000 000\n", 1, "expected bytes as pairs of hex digits, found '070'"},
    {"0000000 00056 00000\n", 1, "expected bytes as pairs of hex digits, found '00056'"},
    {"0000000 0038 0000 zz\n", 1, "expected bytes as pairs of hex digits, found 'zz'"},
    {"0000000 000070 900000\n", 1, "expected bytes as pairs of hex digits, found '900000'"},
    {"0000000   8  \\0  \\0  \\0\n", 1, "expected pairs of hex digits, and then nothing"},
    {"0000000 0038 0000 0800 0605\n", 1, "the last line is missing, which tells the size"},
    {"0000000 ffff ffff 0800 0605\n0000008\n", 1, "these are words of 2 bytes"},
    {"0000000 0038 0000 0800 0605\n0000008\n", 1, "these are words of 2 bytes"},
    // Without offsets
    {"0038 0000 0800 0605 0001 0000 0000 0000\n0000 0000 0008 0001 6577 0062 0006 0002\n"
     "0200 0000 0005 0003 0006 0000 000c 8004\n0008 0003 0e10 0000\n",
     1, "these are words of 2 bytes"},
    {"000070 000000 004000 003005 000001 000000 000000 000000\n", 1, "these are words of 2 bytes"},
    {"38 00 00 00\n*\n00 08\n", 2, "`*` stands for lines that were left out"},
};

TEST(HexDump, IsRefusedByItsLineAndCause) {
  for (const Refusal& refusal : refusals) {
    const auto capture = read_capture(refusal.text);
    ASSERT_FALSE(capture) << refusal.text;
    EXPECT_TRUE(capture.error().text.starts_with(refusal.why)) << capture.error().text << "\n"
                                                               << refusal.text;
    EXPECT_TRUE(capture.error().text.find(';') != std::string::npos)
        << "without a remedy: " << capture.error().text;
    EXPECT_EQ(capture.error().position, refusal.line) << refusal.text;
    EXPECT_TRUE(capture.error().by_line);
  }
}

using List = std::vector<test::Bytes>;

List datagrams(std::string_view text) {
  return datagrams_of(read_capture(text), text);
}

TEST(HexDump, MayHaveBlankAndCommentedLines) {
  const List good{good_request()};
  EXPECT_EQ(
      datagrams("# what nfct sent\n\n" + first + "# the name\n" + second + "\n" + third + last),
      good);
  EXPECT_EQ(datagrams("$ xxd request\n" + first + second + third + last), good);
}

TEST(HexDump, KeepsTheLinesOfItsDatagrams) {
  const auto capture =
      read_capture("\n" + first + second + third + last + first + second + third + last);
  ASSERT_TRUE(capture) << capture.error().text;
  ASSERT_EQ(capture->events.size(), 2U);
  EXPECT_EQ(capture->events[0].position, 2U);
  EXPECT_EQ(capture->events[1].position, 6U);
}

/// Blanks at the ends of lines get lost, and bytes may look like hex digits, or like a comment.
TEST(HexDump, NeverTakesTheTextForBytes) {
  EXPECT_EQ(datagrams("00000000: 2600 0000 0208 0100 0100 0000 0000 0000  &...............\n"
                      "00000010: 0000 0000 1200 0100 6162 6364 2031 3220  ........abcd 12\n"
                      "00000020: 237b 2228 0000 0000                      #{\"(....\n"),
            (List{test::hex("2600000002080100010000000000000000000000120001006162636420313220"
                            "237b222800000000")}));
  EXPECT_EQ(datagrams("0000  61 62 63 64   abcd\n"), (List{test::hex("61626364")}));
  EXPECT_EQ(datagrams("00000000  61 62 63 64  |abcd|\n00000004\n"), (List{test::hex("61626364")}));
  EXPECT_EQ(datagrams("00000000: 7c3e 20  |> \n"), (List{test::hex("7c3e20")}));
}

}  // namespace
}  // namespace cttimeout::tools::check
