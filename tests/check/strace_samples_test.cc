// Logs that strace 6.1 wrote of real programs on a real kernel, in several of its forms.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "strace_logs.h"

namespace cttimeout::tools::check {
namespace {

std::string content_of(const std::string& file) {
  std::ifstream stream(std::string(LOGS_PATH) + file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Sample {
  std::string file;
  std::vector<std::string> broken;
};

const Sample samples[] = {
    {"ip-then-nfct.strace", {}},  // ip, tc and nfct in one log
    {"nfct-prefixes.strace", {"C-FLAG-NEITHER"}},
    {"nfct-Xraw.strace", {}},
    {"nfct-Xverbose.strace", {}},
    {"nfct-output.strace", {}},  // mixed with what a shell prints
    {"nfct-short.strace", {"C-FLAG-NEITHER"}},
    {"libmnl.strace", {}},
    {"libnl-waits.strace", {"C-HEAD-PORT", "C-READ-DONE"}},  // nl_recvmsgs_default() after an ack
};

TEST(StraceSamples, AreJudgedInEveryForm) {
  for (const Sample& sample : samples) {
    const std::string text = content_of(sample.file);
    ASSERT_FALSE(text.empty()) << sample.file;
    EXPECT_EQ(rules_broken_in(text), sample.broken) << sample.file;
    EXPECT_EQ(check_capture("t", read_log(text), {}).datagrams, 1U) << sample.file;
  }
}

TEST(StraceSamples, AreJudgedBehindTheWordsOfOthers) {
  for (const Sample& sample : samples) {
    std::string text;
    for (const char byte : "\n" + content_of(sample.file)) {
      text += byte == '\n' ? "\r\n\x1b[32mweb-1  |\x1b[0m 2026-11-26T00:00:00.0000000Z "
                           : std::string(1, byte);
    }
    EXPECT_EQ(rules_broken_in(text), sample.broken) << sample.file;
  }
}

TEST(StraceSamples, CutAnywhereGiveNoFindingThatTheWholeDoesNotGive) {
  for (const Sample& sample : samples) {
    const std::string text = content_of(sample.file);
    for (std::size_t size = text.size() / 2; size < text.size(); size += 7) {
      const auto capture = read_strace(std::string_view(text).substr(0, size));
      if (!capture) continue;
      for (const Located& located : check_capture("t", *capture, {}).findings) {
        const std::string id(located.finding.rule->id);
        EXPECT_TRUE(std::ranges::count(sample.broken, id) == 1)
            << sample.file << " cut at " << size << ": " << id;
      }
    }
  }
}

TEST(StraceSamples, OfOneTraceInTwoFilesAreOne) {
  const std::string parent = content_of("fork.11335");
  const std::string child = content_of("fork.11336");
  const auto capture = read_strace_files(
      {{.content = parent, .process = 11335}, {.content = child, .process = 11336}});
  ASSERT_TRUE(capture) << capture.error().text;
  const auto reports = check_files({"parent", "child"}, *capture, {});
  EXPECT_TRUE(reports.at(0).clean());
  ASSERT_EQ(reports.at(1).findings.size(), 1U);
  EXPECT_EQ(reports.at(1).findings.at(0).finding.rule->id, "C-ORDER-TIMEOUT");
  EXPECT_EQ(reports.at(1).findings.at(0).position, 2U);
}

}  // namespace
}  // namespace cttimeout::tools::check
