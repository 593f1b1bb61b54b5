// Replies at which another library reads or writes beyond its tables, and what is made of them.

#include <gtest/gtest.h>

#include "cttimeout/codec.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t sctp = 132;
constexpr std::uint8_t unknown = 200;

Message web(std::uint8_t protocol) {
  return Message(type_new).name("web").family(ipv4).protocol(protocol);
}

TEST(HostileReply, SlotOneBeyondTheTableIsKept) {
  const auto policy = decode_policy(web(udp).timeouts({{1, 30}, {2, 120}, {3, 7}}).bytes());
  ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
  EXPECT_EQ(policy->timeouts, (Timeouts{{1, 30s}, {2, 120s}, {3, 7s}}));
}

TEST(HostileReply, SctpSlots8And9AreKept) {
  const auto policy = decode_policy(web(sctp).timeouts({{7, 3}, {8, 30}, {9, 0}}).bytes());
  ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
  EXPECT_EQ(policy->timeouts, (Timeouts{{7, 3s}, {8, 30s}, {9, 0s}}));
}

TEST(HostileReply, DataWithoutProtocolIsRefused) {
  const Bytes message = Message(type_new).name("web").family(ipv4).timeouts({{1, 30}});
  EXPECT_EQ(decode_policy(message).error().detail.view(), "attribute missing");
}

TEST(HostileReply, DataBeforeProtocolIsReadAllTheSame) {
  const Bytes message =
      Message(type_new).name("web").family(ipv4).timeouts({{11, 300}}).protocol(tcp);
  const auto policy = decode_policy(message);
  ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
  EXPECT_EQ(policy->protocol, tcp);
  EXPECT_EQ(policy->timeouts, (Timeouts{{11, 300s}}));
}

TEST(HostileReply, Slot0OfAnUnknownProtocolIsNone) {
  const auto policy = decode_policy(web(unknown).timeouts({{0, 30}}).bytes());
  ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
  EXPECT_EQ(policy->protocol, unknown);
  EXPECT_TRUE(policy->timeouts.empty());
}

TEST(HostileReply, NameWithoutTerminatorIsRefused) {
  const Bytes message =
      Message(type_new).attr(attr_name, characters("abcd")).family(ipv4).protocol(udp).timeouts({});
  EXPECT_EQ(decode_policy(message).error().offset, 20U);
}

}  // namespace
}  // namespace cttimeout::test
