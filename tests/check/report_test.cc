// The three forms in which findings are printed, byte for byte where people and GitHub read them.
#include "check/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/request.h"

namespace cttimeout::tools::check {
namespace {

Report report_of(std::string file, const test::Bytes& request) {
  Capture capture{.remarks = {"a remark"}};
  capture.events.push_back(
      {.kind = Event::Kind::sent, .socket = 0, .position = 12, .bytes = request});
  return check_capture(std::move(file), capture, {});
}

const test::Bytes wrong =
    test::Message(test::type_delete).ack().attr(test::attr_name, test::text("a%\nb"));
const test::Bytes noted = test::delete_policy("a").ack().port(7);

TEST(Report, IsALineForEachFindingAndASummary) {
  EXPECT_EQ(to_text(report_of("t.hex", wrong)),
            "t.hex: note: a remark\n"
            "t.hex:12: warning: DELETE/NAME at byte 24 (message 1): NAME is \"a%\\x0ab\" "
            "[C-NAME-BYTES]\n"
            "t.hex: 1 datagram, 0 errors, 1 warning, 0 notes\n");
}

TEST(Report, EscapesWhatGitHubWouldRead) {
  EXPECT_EQ(to_github(report_of("a,b:c.hex", wrong)),
            "::warning file=a%2Cb%3Ac.hex,line=12,title=C-NAME-BYTES control bytes in a name::"
            "DELETE/NAME at byte 24 (message 1): NAME is \"a%25\\x0ab\"\n");
}

TEST(Report, CallsNotesNoticesForGitHub) {
  EXPECT_TRUE(to_github(report_of("t", noted)).starts_with("::notice file=t,line=12,"));
}

TEST(Report, IsJsonThatParsesWhateverTheFileIsCalled) {
  const auto json = nlohmann::json::parse(to_json(report_of("\xff.hex", wrong)));
  EXPECT_EQ(json["datagrams"], 1);
  EXPECT_EQ(json["warnings"], 1);
  EXPECT_EQ(json["remarks"][0], "a remark");
  const auto& finding = json["findings"][0];
  EXPECT_EQ(finding["rule"], "C-NAME-BYTES");
  EXPECT_EQ(finding["severity"], "warning");
  EXPECT_EQ(finding["line"], 12);
  EXPECT_EQ(finding["socket"], 1);
  EXPECT_EQ(finding["message"], 1);
  EXPECT_EQ(finding["path"], "DELETE/NAME");
  EXPECT_EQ(finding["offset"], 24);
}

TEST(Report, GivesTheByteOfABinaryFile) {
  Capture capture{.by_line = false};
  capture.events.push_back(
      {.kind = Event::Kind::sent, .socket = 0, .position = 40, .bytes = wrong});
  const Report report = check_capture("t.pcap", capture, {});
  EXPECT_TRUE(to_text(report).starts_with("t.pcap@40: warning: "));
  EXPECT_EQ(nlohmann::json::parse(to_json(report))["findings"][0]["file_offset"], 40);
  EXPECT_TRUE(to_github(report).starts_with("::warning file=t.pcap,title="));
}

TEST(Report, NamesTheProgramThatWasWatched) {
  Report report = report_of("prog", wrong);
  report.remarks.clear();
  report.findings.at(0).who = "prog 9/2";
  report.findings.at(0).position = 3;
  EXPECT_TRUE(to_text(report).starts_with("prog 9/2 datagram 3: warning: DELETE/NAME at byte 24"));
  EXPECT_TRUE(to_github(report).starts_with(
      "::warning title=C-NAME-BYTES control bytes in a name::prog 9/2 datagram 3: DELETE/NAME"));
  const auto json = nlohmann::json::parse(to_json(report))["findings"][0];
  EXPECT_EQ(json["who"], "prog 9/2");
  EXPECT_EQ(json["datagram"], 3);
  EXPECT_FALSE(json.contains("line"));
}

/// So many sockets that each send the same.
Report report_of_sockets(std::size_t sockets) {
  Capture capture;
  for (std::size_t socket = 0; socket < sockets; ++socket) {
    capture.events.push_back({.kind = Event::Kind::sent,
                              .socket = socket,
                              .position = 10 * (socket + 1),
                              .bytes = wrong});
  }
  return check_capture("t", capture, {});
}

TEST(Report, SaysFindingsOfOneKindOnce) {
  EXPECT_EQ(to_text(report_of_sockets(3)),
            "t:10: warning: DELETE/NAME at byte 24 (message 1): NAME is \"a%\\x0ab\" "
            "(and 2 more: line 20, line 30) [C-NAME-BYTES]\n"
            "t: 3 datagrams, 0 errors, 3 warnings, 0 notes\n");
  const std::string many = to_text(report_of_sockets(300));
  EXPECT_TRUE(many.find("(and 299 more: line 20, line 30, line 40, line 50, line 60, line 70, "
                        "line 80, line 90, ...) [C-NAME-BYTES]\n") != std::string::npos)
      << many;
  const auto json = nlohmann::json::parse(to_json(report_of_sockets(300)));
  EXPECT_EQ(json["warnings"], 300);
  ASSERT_EQ(json["findings"].size(), 1U);
  EXPECT_EQ(json["findings"][0]["count"], 300);
  EXPECT_EQ(json["findings"][0]["line"], 10);
  ASSERT_EQ(json["findings"][0]["more"].size(), most_places);
  EXPECT_EQ(json["findings"][0]["more"][1]["line"], 30);
  EXPECT_EQ(json["findings"][0]["more"][1]["socket"], 3);
  const std::string github = to_github(report_of_sockets(300));
  EXPECT_EQ(std::ranges::count(github, '\n'), 1) << github;
}

TEST(Report, NamesTheMessagesOfOneDatagram) {
  const std::string text = to_text(report_of("t", test::join({wrong, wrong, wrong})));
  EXPECT_TRUE(text.find("(and 2 more: message 2, message 3) [C-NAME-BYTES]") != std::string::npos)
      << text;
}

TEST(Report, KeepsTheKindsOfWatchedProgramsApart) {
  Report report = report_of_sockets(4);
  std::vector<Located> each(4, report.findings.at(0));
  for (std::size_t i = 0; i < each.size(); ++i) {
    each[i].finding.count = 1;
    each[i].socket = i;
    each[i].more.clear();
    each[i].who = (i == 1 ? "nft 9/" : "nfct 9/") + std::to_string(i);
  }
  report.findings = each;
  merge_kinds(report);
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].finding.count, 3U);
  EXPECT_TRUE(to_text(report).find("(and 2 more: nfct 9/2 datagram 10, nfct 9/3 datagram 10)") !=
              std::string::npos)
      << to_text(report);
}

constexpr std::string_view hostile = "::error::\x1b[31m\n##[error]x";

TEST(Report, QuotesWhatAProgramCallsItself) {
  Report report = report_of(std::string(hostile), wrong);
  report.remarks.clear();
  report.findings.at(0).who = std::string(hostile) + " 9/2";
  for (const auto& [name, format] : formats()) {
    const std::string text = format(report);
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << name;
    EXPECT_EQ(text.find("##["), std::string::npos) << name;
    EXPECT_FALSE(text.starts_with("::error")) << name;
    EXPECT_EQ(text.find("\n::error"), std::string::npos) << name;
  }
  EXPECT_TRUE(to_text(report).starts_with(
      R"("::error::\x1b[31m\x0a#\x23[error]x 9/2" datagram 12: warning: )"))
      << to_text(report);
  EXPECT_EQ(nlohmann::json::parse(to_json(report))["file"], hostile);
}

TEST(Report, HasThreeFormats) {
  const Report report = report_of("t", wrong);
  EXPECT_EQ(formats().size(), 3U);
  EXPECT_EQ(formats().at("text")(report), to_text(report));
  EXPECT_EQ(formats().at("json")(report), to_json(report));
  EXPECT_EQ(formats().at("github")(report), to_github(report));
}

TEST(Report, IsCleanWithNotesAlone) {
  EXPECT_TRUE(report_of("t", noted).clean());
  EXPECT_FALSE(report_of("t", wrong).clean());
}

}  // namespace
}  // namespace cttimeout::tools::check
