// The text of a policy file: what is read, what is refused, and what a change leaves as it was.
#include "policy_file/policy_text.h"

#include <gtest/gtest.h>

#include "cttimeout/format.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

Policy udp(std::string_view name, std::chrono::seconds replied = 9s) {
  return {.name = name, .protocol = IPPROTO_UDP, .timeouts = {{2, replied}}};
}

/// The policies of a text, one word each; or why it was refused.
std::string names(std::string_view text) {
  const auto parsed = PolicyText::parse(text);
  if (!parsed) return parsed.error();
  std::string names;
  for (const auto& line : parsed->lines()) {
    names += line.policy ? std::string(line.policy->name.view()) + ' ' : "";
  }
  return names;
}

/// A text after the kernel's policies have become `now`.
std::string changed(std::string_view text, const std::vector<Policy>& now) {
  const auto parsed = PolicyText::parse(text);
  if (!parsed) return parsed.error();
  std::vector<Policy> loaded;
  for (const auto& line : parsed->lines()) {
    if (line.policy) loaded.push_back(*line.policy);
  }
  return parsed->with(loaded, now);
}

TEST(PolicyText, HasPoliciesCommentsAndBlankLines) {
  EXPECT_EQ(names(""), "");
  EXPECT_EQ(names("\n \t\n# nothing\n   # nothing\n#\n"), "");
  EXPECT_EQ(names("a inet udp\n\n# between\nb inet udp replied 9 # behind\n\tc inet tcp"),
            "a b c ");
}

TEST(PolicyText, EndsLinesAsUnixOrAsDos) {
  EXPECT_EQ(names("a inet udp\r\n\r\n# a comment\r\nb inet udp replied 9\r\n"), "a b ");
  EXPECT_EQ(names("a inet udp\r"), "a ");
  EXPECT_EQ(names("a inet udp\r\r\n"),
            "1: request: text is malformed: protocol \"udp\\x0d\": expected icmp tcp udp dccp gre "
            "icmpv6 sctp udplite generic or a number up to 255");
}

TEST(PolicyText, ACommentBeginsWhereAWordCould) {
  EXPECT_EQ(
      names("\"a # b\" inet udp# replied 9"),
      "1: request: text is malformed: protocol \"udp#\": expected icmp tcp udp dccp gre icmpv6 "
      "sctp udplite generic or a number up to 255");
  EXPECT_EQ(names("\"a # b\" inet udp #replied 9"), "a # b ");
  EXPECT_EQ(names("\"a\\\" # \\\\\" inet udp # \"quoted\""), "a\" # \\ ");
}

TEST(PolicyText, NamesTheLineThatCannotBeRead) {
  EXPECT_EQ(names("# a comment\n\na inet udp\nb inet"),
            "4: request: text is malformed: protocol \"\": expected icmp tcp udp dccp gre icmpv6 "
            "sctp udplite generic or a number up to 255");
  EXPECT_EQ(names(std::string("a inet udp\n\0\n", 13)),
            "2: request: text is malformed: name \"\\x00\" must stand in quotes");
  EXPECT_EQ(
      names("\"open # inet udp"),
      "1: request: text is malformed: the name in quotes: expected \"...\" of printable ASCII "
      "with \\\" \\\\ \\xNN, then a blank");
}

TEST(PolicyText, AChangeLeavesAllOtherLinesAsTheyAre) {
  const std::string text =
      "# two policies\n"
      "a\tinet  udp replied 0009   # of the web\n"
      "\n"
      "  b inet udp replied 9  # of others\n"
      "# the end\n";
  EXPECT_EQ(changed(text, {udp("a"), udp("b")}), text);
  EXPECT_EQ(changed(text, {udp("a"), udp("b", 7s)}),
            "# two policies\n"
            "a\tinet  udp replied 0009   # of the web\n"
            "\n"
            "b inet udp replied 7  # of others\n"
            "# the end\n");
  EXPECT_EQ(changed(text, {udp("b"), udp("c")}),
            "# two policies\n"
            "\n"
            "  b inet udp replied 9  # of others\n"
            "# the end\n"
            "c inet udp replied 9\n");
  EXPECT_EQ(changed(text, {}), "# two policies\n\n# the end\n");
}

TEST(PolicyText, AChangeKeepsTheOrderOfTheKernel) {
  const std::string text = "a inet udp replied 9\nb inet udp replied 9\n";
  EXPECT_EQ(changed(text, {udp("b"), udp("a")}), "b inet udp replied 9\na inet udp replied 9\n")
      << "a was removed and created again";
  EXPECT_EQ(changed("", {udp("a"), udp("b")}), text);
}

TEST(PolicyText, AChangeKeepsTheEndsOfLines) {
  EXPECT_EQ(changed("# dos\r\na inet udp replied 9", {udp("a"), udp("b")}),
            "# dos\r\na inet udp replied 9\r\nb inet udp replied 9\r\n");
  EXPECT_EQ(changed("a inet udp replied 9", {udp("a"), udp("b")}),
            "a inet udp replied 9\nb inet udp replied 9\n");
}

}  // namespace
}  // namespace cttimeout::test
