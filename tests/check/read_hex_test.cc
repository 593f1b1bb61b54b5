// Hex text: what is read, and how wrong lines are refused.
#include <gtest/gtest.h>

#include <cerrno>

#include "check/readers/capture.h"
#include "support/bytes.h"

namespace cttimeout::check {
namespace {

TEST(ReadHex, TakesALineForADatagram) {
  const auto capture = read_hex("# two requests\n\n 0102 03\r\nFf # the second\n");
  ASSERT_TRUE(capture);
  ASSERT_EQ(capture->events.size(), 2U);
  EXPECT_EQ(capture->events[0].bytes, test::hex("010203"));
  EXPECT_EQ(capture->events[0].position, 3U);
  EXPECT_EQ(capture->events[1].bytes, test::hex("ff"));
  EXPECT_EQ(capture->events[1].kind, Event::Kind::sent);
  EXPECT_FALSE(capture->knows_reads);
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
  for (const char* const line : {"0", "0g", "0102x", "< x 01", "< 4 0", "closed", "<"}) {
    const auto capture = read_hex(std::string("01\n\n") + line + "\n");
    ASSERT_FALSE(capture) << line;
    EXPECT_EQ(capture.error().position, 3U) << line;
    EXPECT_TRUE(capture.error().by_line);
    EXPECT_TRUE(capture.error().text.starts_with("expected ")) << capture.error().text;
  }
}

}  // namespace
}  // namespace cttimeout::check
