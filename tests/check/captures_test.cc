// Captures as tools write them, and what the checker says of each.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "check/report.h"

namespace cttimeout::tools::check {
namespace {

std::string content_of(const std::string& name) {
  std::ifstream file(CAPTURES_PATH "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Sample {
  std::string name;
  std::size_t datagrams;
  bool has_bad;             ///< the second request, with its wrong timeout, is seen
  std::string remark = "";  ///< one of those that are printed begins so
};

void PrintTo(const Sample& sample, std::ostream* out) {
  *out << sample.name;
}

class Captures : public testing::TestWithParam<Sample> {};

TEST_P(Captures, AreJudged) {
  const auto capture = read_capture(content_of(GetParam().name));
  ASSERT_TRUE(capture) << capture.error().text;
  const Report report = check_capture(GetParam().name, *capture, {});
  EXPECT_EQ(report.datagrams, GetParam().datagrams);
  ASSERT_EQ(report.findings.size(), GetParam().has_bad ? 1U : 0U);
  if (GetParam().has_bad) {
    EXPECT_EQ(report.findings[0].finding.rule->id, "C-ORDER-TIMEOUT");
  }
  EXPECT_EQ(report.remarks.size(), GetParam().remark.empty() ? 1U : 2U);
  EXPECT_TRUE(report.remarks.back().starts_with(GetParam().remark)) << report.remarks.back();
}

const std::string big = "the messages are of a big-endian machine";

INSTANTIATE_TEST_SUITE_P(
    Each, Captures,
    testing::Values(Sample{"nlmon.pcap", 2, true}, Sample{"nlmon.pcapng", 2, true},
                    Sample{"nanoseconds.pcap", 2, true}, Sample{"cooked.pcap", 2, true},
                    Sample{"cooked2.pcap", 2, true}, Sample{"nlmon.pcap.zst", 2, true},
                    Sample{"nlmon.pcapng.gz", 2, true}, Sample{"big-endian.pcap", 2, true, big},
                    Sample{"big-endian-rewritten.pcapng", 2, true, big},
                    Sample{"cut.pcap", 1, false, "the file ends inside the record at byte 284"},
                    Sample{"cut.pcapng", 1, false, "the file ends inside the record at byte 452"},
                    Sample{"snapped.pcap", 0, false, "recorded only in part and not checked: 2"},
                    Sample{"snapped-other.pcap", 2, true, "recorded only in part: 1 packet of"}),
    [](const auto& info) {
      std::string name = info.param.name;
      std::ranges::replace_if(
          name, [](char c) { return c == '.' || c == '-'; }, '_');
      return name;
    });

TEST(MixedCapture, IsRefused) {
  const auto capture = read_capture(content_of("several-link-types.pcapng"));
  ASSERT_FALSE(capture);
  EXPECT_TRUE(capture.error().text.starts_with("the file holds interfaces of several link types"));
}

TEST(CutCapture, IsReadAsFarAsItIsCompressed) {
  const auto capture = read_capture(content_of("cut.pcapng.gz"));
  ASSERT_TRUE(capture) << capture.error().text;
  EXPECT_EQ(capture->events.size(), 1U);
  EXPECT_EQ(capture->remarks.back(),
            "the compressed file ends too early: what it holds is checked");
}

}  // namespace
}  // namespace cttimeout::tools::check
