// Hex dumps as tools print them: every byte is that of the datagram.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "check/readers/capture.h"
#include "paste_bytes.h"

namespace cttimeout::tools::check {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(PASTES_PATH "/" + name + ".txt");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<test::Bytes> datagrams(const ReadResult& capture) {
  std::vector<test::Bytes> result;
  for (const Event& event : capture->events) result.push_back(event.bytes);
  return result;
}

class Pastes : public testing::TestWithParam<std::string> {};
class DumpPastes : public testing::TestWithParam<std::string> {};
class PacketPastes : public testing::TestWithParam<std::string> {};

TEST_P(Pastes, HoldTheDatagrams) {
  const auto capture = read_capture(text_of(GetParam()));
  ASSERT_TRUE(capture) << capture.error().position << ": " << capture.error().text;
  EXPECT_EQ(datagrams(capture), (std::vector{good_request(), bad_request(), long_request()}));
  EXPECT_TRUE(capture->remarks.empty());
}

TEST_P(Pastes, HoldThemWithTheLinesOfOtherSystems) {
  std::string text;
  for (const char byte : text_of(GetParam())) text += byte == '\n' ? "\r\n" : std::string(1, byte);
  const auto capture = read_capture("\xef\xbb\xbf" + text);
  ASSERT_TRUE(capture) << capture.error().position << ": " << capture.error().text;
  EXPECT_EQ(datagrams(capture), (std::vector{good_request(), bad_request(), long_request()}));
}

TEST_P(PacketPastes, HoldTheRequests) {
  const auto capture = read_capture(text_of(GetParam()));
  ASSERT_TRUE(capture) << capture.error().position << ": " << capture.error().text;
  EXPECT_EQ(datagrams(capture), (std::vector{good_request(), bad_request()}));
  EXPECT_EQ(capture->remarks.size(), 1U);
}

const auto name_of = [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
};
const auto dumps =
    testing::Values("xxd", "xxd-g1-u", "xxd-c8-g8", "xxd-g0", "od", "od-tx1", "od-tx1z", "od-Ax",
                    "od-Ad", "od-x", "od-tx4", "hexdump", "hexdump-C");
INSTANTIATE_TEST_SUITE_P(Dump, Pastes, dumps, name_of);
INSTANTIATE_TEST_SUITE_P(Dump, DumpPastes, dumps, name_of);
INSTANTIATE_TEST_SUITE_P(Other, Pastes, testing::Values("xxd-p", "xxd-i", "od-An"), name_of);
INSTANTIATE_TEST_SUITE_P(Each, PacketPastes,
                         testing::Values("tshark-x", "tshark-P-x", "tcpdump-x", "tcpdump-X",
                                         "tcpdump-xx", "tcpdump-t-x", "tcpdump-tt-XX",
                                         "tcpdump-tttt-x", "tcpdump-number-ttt-xx",
                                         "tcpdump-cooked-x", "tcpdump-cooked-X",
                                         "tcpdump-cooked-xx", "tcpdump-cooked2-xx"),
                         name_of);

/// No line of a dump can be lost without being noticed, but for the last one of xxd's, and for the
/// one that `*` repeats.
TEST_P(DumpPastes, AreRefusedWithoutALine) {
  const std::string text = text_of(GetParam());
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    lines.push_back(text.substr(at, text.find('\n', at) + 1 - at));
  }
  for (std::size_t left_out = 0; left_out < lines.size(); ++left_out) {
    if (left_out + 1 < lines.size() && lines[left_out + 1] == "*\n") continue;
    std::string rest;
    for (std::size_t at = 0; at < lines.size(); ++at) rest += at == left_out ? "" : lines[at];
    const auto capture = read_capture(rest);
    if (!capture) continue;
    // The end of a dump is missing, or the size behind it; what is there is not changed.
    EXPECT_LE(capture->events.size(), 3U) << rest;
    for (const Event& event : capture->events) {
      const auto is_start = [&](const test::Bytes& whole) {
        return event.bytes.size() <= whole.size() &&
               std::equal(event.bytes.begin(), event.bytes.end(), whole.begin());
      };
      const auto known = {good_request(), bad_request(), long_request()};
      EXPECT_TRUE(std::ranges::any_of(known, is_start)) << rest;
    }
  }
}

}  // namespace
}  // namespace cttimeout::tools::check
