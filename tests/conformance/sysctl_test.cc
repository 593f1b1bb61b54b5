// Sysctls: the same defaults, read and written as text.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

constexpr std::string_view timeout_file = "nf_conntrack_icmp_timeout";

class Sysctl : public Conformance {
 protected:
  void begin() override { static_cast<void>(hides(&Views::sysctls, "sysctls of its timeouts")); }

  SyscallResult<void> write(std::string_view text) {
    return ground().write_sysctl(timeout_file, text);
  }
  std::optional<std::string> read() { return ground().read_sysctl(timeout_file); }

  // The default as netlink tells it.
  testing::AssertionResult is(std::uint32_t seconds) {
    return answers(get_default(icmp), {default_message(ipv4, icmp, {seconds})});
  }
};

TEST_F(Sysctl, OfUnknownNameIsMissing) {
  EXPECT_EQ(ground().read_sysctl("nf_conntrack_nothing_timeout"), std::nullopt);
  EXPECT_EQ(ground().read_sysctl(""), std::nullopt);
  EXPECT_EQ(ground().write_sysctl("nf_conntrack_nothing_timeout", "1"), tl::unexpected(ENOENT));
}

TEST_F(Sysctl, TakesNumbersAsTheyAreWritten) {  // K-SYSCTL-1
  struct Row {
    std::string_view text;
    std::string_view shown;
  };
  const Row rows[] = {{"7", "7"},     {"0", "0"},         {"0x10", "16"},
                      {"0X11", "17"}, {"010", "8"},       {"  9", "9"},
                      {"11\n", "11"}, {"12 ", "12"},      {"13 14", "13"},
                      {"\t15", "15"}, {"\v\f\r16", "16"}, {"00000000000000000007", "7"},
                      {"00", "0"},    {"-010", "-8"},     {"8589934", "8589934"}};
  for (const Row& row : rows) {
    EXPECT_TRUE(write(row.text)) << row.text;
    EXPECT_EQ(read(), row.shown) << row.text;
  }
}

TEST_F(Sysctl, EmptyWriteChangesNothing) {  // K-SYSCTL-1
  EXPECT_TRUE(write(""));
  EXPECT_EQ(read(), "30");
}

TEST_F(Sysctl, RefusesWhatIsNoNumberOrTooLarge) {  // K-SYSCTL-1
  for (const std::string_view text :
       {"abc", "5x", "1.5", "-", "+5", "5\r", "0x", "09", "4294967295", "2147483647", "8589935",
        "-8589935", "000000000000000000007", " ", "\n"}) {
    EXPECT_EQ(write(text), tl::unexpected(EINVAL)) << text;
  }
  EXPECT_EQ(read(), "30");
}

TEST_F(Sysctl, NegativeOneIsHugeOverNetlink) {  // K-SYSCTL-1
  if (lacks(ground().hz() == 250, "250 ticks a second")) return;
  EXPECT_TRUE(write("-1"));
  EXPECT_EQ(read(), "-1");
  EXPECT_TRUE(is(17179868));
}

TEST_F(Sysctl, ReachesNetlinkAtOnce) {  // K-DGET-2
  EXPECT_TRUE(write("77"));
  EXPECT_TRUE(is(77));
  EXPECT_TRUE(accepts(new_policy("a", ipv4, icmp).ack()));
  EXPECT_TRUE(answers(get_policy("a"),
                      {policy_message({.name = "a", .protocol = icmp, .timeouts = {77}})}));
}

TEST_F(Sysctl, ShowsTicksAsSigned) {  // K-SYSCTL-2
  if (lacks(ground().hz() == 250, "250 ticks a second")) return;
  struct Row {
    std::uint32_t seconds;
    std::string_view shown;
  };
  const Row rows[] = {{8589934, "8589934"}, {8589935, "-8589934"}, {17179868, "-1"},
                      {17179869, "-0"},     {17179870, "0"},       {0x7fffffff, "-1"},
                      {0x80000000, "0"},    {0xfffffffe, "-2"},    {0xffffffff, "-1"}};
  for (const Row& row : rows) {
    EXPECT_TRUE(accepts(set_default(icmp, {{1, row.seconds}}).ack()));
    EXPECT_EQ(read(), row.shown) << row.seconds;
  }
}

}  // namespace
}  // namespace cttimeout::test
