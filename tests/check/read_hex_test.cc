// Hex text: what is read, and how wrong lines are refused.
#include <gtest/gtest.h>

#include <cerrno>

#include "check/readers/capture.h"
#include "datagrams.h"
#include "paste_bytes.h"

namespace cttimeout::tools::check {
namespace {

using List = std::vector<test::Bytes>;

List datagrams(std::string_view text) {
  return datagrams_of(read_hex(text), text);
}

const std::string get = "14000000 0108 0103 01000000 00000000 00000000";

TEST(ReadHex, TakesALineForADatagram) {
  const auto capture = read_hex("# two requests\n\n 0102 03\r\n# the second\nFf # is short\n");
  ASSERT_TRUE(capture);
  ASSERT_EQ(capture->events.size(), 2U);
  EXPECT_EQ(capture->events[0].bytes, test::hex("010203"));
  EXPECT_EQ(capture->events[0].position, 3U);
  EXPECT_EQ(capture->events[1].bytes, test::hex("ff"));
  EXPECT_EQ(capture->events[1].kind, Event::Kind::sent);
  EXPECT_FALSE(capture->knows_reads);
  EXPECT_EQ(datagrams(get + "\n" + get + "\n"), List(2, test::hex(get)));
  EXPECT_EQ(datagrams("0102\n010203\n").size(), 2U) << "no tool wraps so";
}

TEST(ReadHex, JoinsALineThatWasWrapped) {
  const List one{good_request()};
  EXPECT_EQ(datagrams("38000000000805060100000000000000000000000800010077656200060002000002\n"
                      "0000050003000600 00000c0004800800030000000e10\n"),
            one);
  const std::string wrong = "44" + get.substr(2);  // its length is wrong, but it is one line
  EXPECT_EQ(datagrams(wrong + "\n\n" + wrong), List(2, test::hex(wrong)));
  const auto capture = read_hex("# which is it?\n" + wrong + "\n" + wrong);
  ASSERT_FALSE(capture);
  EXPECT_EQ(capture.error().position, 2U);
  EXPECT_TRUE(capture.error().text.starts_with("lines 2 to 3 may be one datagram or one each"));
}

TEST(ReadHex, TakesWhatIsCopiedOutOfLists) {
  const test::Bytes bytes = test::hex("14000108");
  for (const char* const line :
       {"14:00:01:08", "14-00-01-08", "0x14, 0x00, 0x1, 0x08,", "0x14 0x0 0x1 0x8",
        "\\x14\\x00\\x01\\x08", "14 00,01,08", "14;00;01;08", "14|00|01|08", "14h,00h 001h 08H"}) {
    EXPECT_EQ(datagrams(line), List{bytes}) << line;
  }
}

TEST(ReadHex, TakesAMessageAfterOne0x) {
  std::string digits = get;
  std::erase(digits, ' ');
  EXPECT_EQ(datagrams("0x" + digits), List{test::hex(get)});
  const auto capture = read_hex("0x14000000 0x01080103");
  ASSERT_FALSE(capture);
  EXPECT_TRUE(capture.error().text.starts_with("after 0x stands more than one byte"));
}

TEST(ReadHex, NamesBase64) {
  for (const char* const line :
       {"FAAAAAEIAQMBAAAAAAAAAAAAAAA=", "HAAAAAIIBQABAAAAAAAAAAAAAAAIAAEAd2ViAA=="}) {
    const auto capture = read_hex(line);
    ASSERT_FALSE(capture) << line;
    EXPECT_TRUE(capture.error().text.starts_with("this looks like base64; ")) << line;
  }
}

TEST(ReadHex, TakesNoTypingErrorForBase64) {
  const auto capture = read_hex("14O0000001O801030100000000000000OOOOOOOO");
  ASSERT_FALSE(capture);
  EXPECT_TRUE(capture.error().text.starts_with("expected pairs of hex digits"));
}

TEST(ReadHex, PassesOverTheFencesOfMarkdown) {
  const auto capture = read_hex("\n```\n" + get + "\n```\n```hex\n" + get + "\n ```");
  ASSERT_TRUE(capture) << capture.error().text;
  ASSERT_EQ(capture->events.size(), 2U);
  EXPECT_EQ(capture->events[0].position, 3U);
  EXPECT_EQ(capture->events[1].position, 6U);
  const std::string dump =
      "00000000: 1400 0000 0108 0103 0100 0000 0000 0000  ................\n"
      "00000010: 0000 0000                                ....\n";
  EXPECT_EQ(datagrams("```console\n" + dump + "```\n"), List{test::hex(get)});
}

TEST(ReadHex, TellsWhatWasReceivedAndWhereASocketEnds) {
  const auto capture = read_hex("01\n< 4 0203\n< 2 040506\n< ENOBUFS\nclose\n07");
  ASSERT_TRUE(capture);
  ASSERT_EQ(capture->events.size(), 6U);
  EXPECT_TRUE(capture->knows_reads);
  EXPECT_EQ(capture->events[1].buffer_size, 4U);
  EXPECT_FALSE(capture->events[1].truncated);
  EXPECT_EQ(capture->events[2].bytes, test::hex("0405"));
  EXPECT_TRUE(capture->events[2].truncated);
  EXPECT_EQ(capture->events[3].error, ENOBUFS);
  EXPECT_EQ(capture->events[4].kind, Event::Kind::closed);
  EXPECT_EQ(capture->events[4].socket, 0U);
  EXPECT_EQ(capture->events[5].socket, 1U);
}

TEST(ReadHex, RefusesALineByItsNumber) {
  for (const char* const line : {"0", "0g", "0102x", "0102|34|", "1h", "114h", "\\x1\\x2", "---",
                                 "< x 01", "< 4 0", "closed", "<"}) {
    const auto capture = read_hex(std::string("01\n\n") + line + "\n");
    ASSERT_FALSE(capture) << line;
    EXPECT_EQ(capture.error().position, 3U) << line;
    EXPECT_TRUE(capture.error().by_line);
    EXPECT_TRUE(capture.error().text.starts_with("expected ")) << capture.error().text;
  }
}

}  // namespace
}  // namespace cttimeout::tools::check
