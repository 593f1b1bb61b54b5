// The check before the wire: what is refused, and what the refusal says.

#include "validate.h"

#include <gtest/gtest.h>

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t hz = 250;

void expect_refused(const Result<void>& checked, Errc what, std::string_view detail) {
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().origin, Origin::request);
  EXPECT_EQ(checked.error().what, what);
  EXPECT_EQ(checked.error().detail.view(), detail);
  EXPECT_TRUE(checked.error().outcome_known());
}

TEST(CheckName, TakesOneToThirtyOneBytes) {
  EXPECT_TRUE(validate_name("a").has_value());
  EXPECT_TRUE(validate_name(std::string(31, 'a')).has_value());
  EXPECT_TRUE(validate_name("caf\xc3\xa9 / \"x\"").has_value());
}

TEST(CheckName, RefusesTheEmptyName) {
  expect_refused(validate_name(""), Errc::name_empty, "the name is empty; it has 1 to 31 bytes");
}

TEST(CheckName, RefusesALongNameAndSaysHowLongItWas) {
  expect_refused(validate_name(std::string(32, 'a')), Errc::name_too_long,
                 "the name has 32 bytes; the limit is 31");
  expect_refused(validate_name(std::string(70000, 'a')), Errc::name_too_long,
                 "the name has 65535 bytes; the limit is 31");
}

TEST(CheckName, RefusesControlBytesAndSaysWhichAndWhere) {
  using namespace std::string_view_literals;
  expect_refused(validate_name("a\0b"sv), Errc::name_has_control_byte,
                 "byte 1 of the name is 0x00; control characters are not allowed");
  expect_refused(validate_name("line\n"), Errc::name_has_control_byte,
                 "byte 4 of the name is 0x0a; control characters are not allowed");
  expect_refused(validate_name("\x7f"), Errc::name_has_control_byte,
                 "byte 0 of the name is 0x7f; control characters are not allowed");
  EXPECT_FALSE(validate_name("\x1b[2J").has_value());
  EXPECT_FALSE(validate_name("\x1f").has_value());
}

TEST(CheckTimeouts, TakesTheWholeRangeThatTheKernelHolds) {
  EXPECT_TRUE(validate_timeouts(IPPROTO_TCP, {{3, 1s}, {4, 8589934s}}, hz).has_value());
  EXPECT_TRUE(validate_timeouts(IPPROTO_TCP, {}, hz).has_value());
  EXPECT_TRUE(validate_timeouts(IPPROTO_TCP, {{1, 2147483s}}, 1000).has_value());
}

TEST(CheckTimeouts, RefusesWhatWouldExpireAtOnceOrWrap) {
  expect_refused(validate_timeouts(IPPROTO_TCP, {{3, 8589935s}}, hz), Errc::timeout_out_of_range,
                 "timeout of slot ESTABLISHED of tcp is 8589935 s; the limit is 1 to 8589934 s "
                 "at 250 ticks per second");
  EXPECT_FALSE(validate_timeouts(IPPROTO_TCP, {{3, 2147484s}}, 1000).has_value());
}

TEST(CheckTimeouts, RefusesZeroAndLess) {
  for (const auto timeout : {0s, -1s, std::chrono::seconds::min()}) {
    expect_refused(validate_timeouts(IPPROTO_UDP, {{2, timeout}}, hz), Errc::timeout_out_of_range,
                   "timeout of slot REPLIED of udp is 0 s or less; the limit is 1 to 8589934 s "
                   "at 250 ticks per second");
  }
}

TEST(CheckTimeouts, RefusesWhatDoesNotEvenFitTheWire) {
  for (const auto timeout : {std::chrono::seconds(0xffffffff), std::chrono::seconds::max()}) {
    expect_refused(validate_timeouts(IPPROTO_UDP, {{1, timeout}}, hz), Errc::timeout_out_of_range,
                   "timeout of slot UNREPLIED of udp is 4294967295 s or more; the limit is 1 to "
                   "8589934 s at 250 ticks per second");
  }
}

TEST(CheckTimeouts, TakesZeroWhereItIsTheDefault) {
  EXPECT_TRUE(
      validate_timeouts(IPPROTO_SCTP, {{CTA_TIMEOUT_SCTP_HEARTBEAT_ACKED, 0s}}, hz).has_value());
  EXPECT_FALSE(
      validate_timeouts(IPPROTO_SCTP, {{CTA_TIMEOUT_SCTP_HEARTBEAT_SENT, 0s}}, hz).has_value());
}

TEST(CheckTimeouts, RefusesASlotThatTheProtocolLacks) {
  expect_refused(validate_timeouts(IPPROTO_UDP, {{3, 1s}}, hz), Errc::slot_unknown,
                 "slot 3: protocol 17 has slots 1 to 2");
  expect_refused(validate_timeouts(IPPROTO_TCP, {{0, 1s}}, hz), Errc::slot_unknown,
                 "slot 0: protocol 6 has slots 1 to 11");
  expect_refused(validate_timeouts(IPPROTO_TCP, {{17, 1s}}, hz), Errc::slot_unknown,
                 "slot 17: protocol 6 has slots 1 to 11");
  expect_refused(validate_timeouts(IPPROTO_TCP, {{1 << 20, 1s}}, hz), Errc::slot_unknown,
                 "slot 65535: protocol 6 has slots 1 to 11");
}

TEST(CheckTimeouts, LeavesAnUnknownProtocolToTheKernelButBoundsItsValues) {
  EXPECT_TRUE(validate_timeouts(200, {{7, 1s}}, hz).has_value());
  expect_refused(validate_timeouts(200, {{7, 0s}}, hz), Errc::timeout_out_of_range,
                 "timeout of slot 7 of protocol 200 is 0 s or less; the limit is 1 to 8589934 s "
                 "at 250 ticks per second");
  expect_refused(validate_timeouts(200, {{17, 1s}}, hz), Errc::slot_unknown,
                 "slot 17: protocol 200 has slots 1 to 16");
}

TEST(CheckPolicy, LooksAtBoth) {
  EXPECT_TRUE(validate_policy({"a", Family::ipv4, IPPROTO_TCP, {{1, 1s}}}, hz).has_value());
  EXPECT_FALSE(validate_policy({"", Family::ipv4, IPPROTO_TCP, {{1, 1s}}}, hz).has_value());
  EXPECT_FALSE(validate_policy({"a", Family::ipv4, IPPROTO_TCP, {{1, 0s}}}, hz).has_value());
}

}  // namespace
}  // namespace cttimeout::test
