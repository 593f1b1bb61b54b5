// The line form: what is printed, what is accepted, and how each wrong word is refused.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "cttimeout/format.h"

namespace cttimeout {
namespace {

Policy tcp_policy(Name name, Timeouts timeouts) {
  return {.name = name, .family = Family::ipv4, .protocol = IPPROTO_TCP, .timeouts = timeouts};
}

Timeouts seconds(std::size_t slot, std::uint32_t timeout_s) {
  return Timeouts().set_raw(slot, timeout_s);
}

struct Form {
  Policy policy;
  std::string_view line;
};

const Form forms[] = {
    {tcp_policy("test", seconds(1, 100).set_raw(3, 3000)),
     "test inet tcp syn_sent 100 established 3000"},
    {tcp_policy("test", {}), "test inet tcp"},
    {tcp_policy("", {}), "\"\" inet tcp"},
    {tcp_policy("two words", {}), "\"two words\" inet tcp"},
    {tcp_policy("a\"b\\c", {}), "\"a\\\"b\\\\c\" inet tcp"},
    {tcp_policy("#1", {}), "\"#1\" inet tcp"},
    {tcp_policy(std::string_view("\0\n\x7f\xff", 4), {}), "\"\\x00\\x0a\\x7f\\xff\" inet tcp"},
    {tcp_policy("~!$%&'()*+,-./:;<=>?@[]^_`{|}", {}), "~!$%&'()*+,-./:;<=>?@[]^_`{|} inet tcp"},
    {{.name = "x", .family = Family::ipv6, .protocol = IPPROTO_ICMPV6, .timeouts = seconds(1, 0)},
     "x inet6 icmpv6 timeout 0"},
    {{.name = "x", .family = Family{0}, .protocol = 200, .timeouts = seconds(16, 4294967295)},
     "x 0 200 slot_16 4294967295"},
    {{.name = "x", .family = Family{65535}, .protocol = 17, .timeouts = seconds(3, 1)},
     "x 65535 udp slot_3 1"},
    {{.name = "x", .family = Family::ipv4, .protocol = 255, .timeouts = seconds(1, 600)},
     "x inet generic timeout 600"},
};

TEST(Line, PrintsAndParsesTheSameForm) {
  for (const Form& form : forms) {
    EXPECT_EQ(to_line(form.policy), form.line);
    const auto parsed = parse_line(form.line);
    ASSERT_TRUE(parsed) << to_string(parsed.error());
    EXPECT_EQ(*parsed, form.policy) << form.line;
  }
}

TEST(Line, OverlongNamePrintsItsFirst31Bytes) {
  const std::string name(40, 'n');
  EXPECT_EQ(to_line(tcp_policy(Name(name), {})), std::string(31, 'n') + " inet tcp");
}

const Form accepted[] = {
    {tcp_policy("t", seconds(1, 1)), "t inet tcp SYN_SENT 1"},
    {tcp_policy("t", seconds(1, 1)), "t inet tcp Syn_Sent 1"},
    {tcp_policy("t", seconds(1, 1)), "t inet tcp slot_1 1"},
    {tcp_policy("t", seconds(1, 1)), "\t t  inet\ttcp  syn_sent   1 \t"},
    {tcp_policy("t", seconds(1, 1)), "\"t\" 2 6 syn_sent 01"},
    {tcp_policy("t", seconds(11, 300)), "t inet tcp unack 300"},
    {tcp_policy("t", seconds(11, 300)), "t inet tcp UNACK 5m"},
    {tcp_policy("t", seconds(3, 5400)), "t inet tcp established 1h30m"},
    {tcp_policy("t", seconds(3, 788645)), "t inet tcp established 1w2d3h4m5s"},
    {tcp_policy("t", seconds(3, 4294967295)), "t inet tcp established 7101w3d6h28m15s"},
    {tcp_policy("t", seconds(3, 0)), "t inet tcp established 0s"},
    {tcp_policy("\xab\xcd", {}), "\"\\xaB\\xCd\" inet tcp"},
    {tcp_policy("plain", {}), "\"plain\" inet tcp"},
    {tcp_policy("inet", {}), "inet inet tcp"},
    {tcp_policy("nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", {}), "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn 2 tcp"},
};

TEST(Line, AcceptsOtherSpellings) {
  for (const Form& form : accepted) {
    const auto parsed = parse_line(form.line);
    ASSERT_TRUE(parsed) << form.line << ": " << to_string(parsed.error());
    EXPECT_EQ(*parsed, form.policy) << form.line;
  }
}

}  // namespace
}  // namespace cttimeout
