// The decoder's short way: messages laid out as kernels do are read without a walk, no others.

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "cttimeout/codec.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

bool is_usual(const Bytes& message) {
  InstalledPolicy policy;
  return wire::read_usual_layout(message, policy);
}

/// NAME, L3PROTO, L4PROTO, USE and DATA as given, a row of attributes.
Bytes reply(std::initializer_list<Bytes> attributes) {
  return Message(type_new).raw(join(attributes)).bytes();
}

const Bytes name = attribute(attr_name, text("web"));
const Bytes family = attribute(attr_family, big16(ipv6));
const Bytes protocol = attribute(attr_protocol, byte(udp));
const Bytes users = attribute(attr_users, big32(2));
const Bytes data = attribute(attr_data | nested, slots({{1, 30}, {2, 120}}));

/// Slots 1 to `count`, with 100 times their number of seconds.
Bytes row_of_slots(std::size_t count) {
  Bytes row;
  for (std::size_t slot = 1; slot <= count; ++slot) {
    row = join({row, attribute(static_cast<std::uint16_t>(slot),
                               big32(static_cast<std::uint32_t>(100 * slot)))});
  }
  return row;
}

TEST(UsualLayout, IsThatOfEveryReply) {
  for (std::size_t size = 0; size <= max_name_size; ++size) {
    for (std::size_t count = 0; count <= max_slots; ++count) {
      std::vector<std::uint32_t> timeouts(count);
      std::iota(timeouts.begin(), timeouts.end(), 7U);
      const PolicyReply answer{.name = std::string(size, 'n'),
                               .family = ipv6,
                               .protocol = udp,
                               .timeouts = timeouts,
                               .users = 3};
      InstalledPolicy policy;
      ASSERT_TRUE(wire::read_usual_layout(policy_message(answer), policy)) << size << ' ' << count;
      const Bytes unusual = join({policy_message(answer), attribute(0x3fff, {})});
      ASSERT_FALSE(is_usual(unusual));
      const auto walked = decode_policy(unusual);
      ASSERT_TRUE(walked.has_value()) << to_string(walked.error());
      ASSERT_EQ(policy, *walked);
    }
  }
}

TEST(UsualLayout, IsNoOther) {
  ASSERT_TRUE(is_usual(reply({name, family, protocol, users, data})));
  EXPECT_FALSE(is_usual(reply({})));
  EXPECT_FALSE(is_usual(reply({name})));
  EXPECT_FALSE(is_usual(reply({name, family, protocol, users})));
  EXPECT_FALSE(is_usual(reply({family, name, protocol, users, data})));
  EXPECT_FALSE(is_usual(reply({name, protocol, family, users, data})));
  EXPECT_FALSE(is_usual(reply({name, family, protocol, data, users})));
  EXPECT_FALSE(is_usual(reply({name, family, protocol, users, data, users})));
  EXPECT_FALSE(
      is_usual(reply({attribute(attr_name | nested, text("web")), family, protocol, users, data})));
  EXPECT_FALSE(
      is_usual(reply({attribute(attr_name, characters("web!")), family, protocol, users, data})));
  EXPECT_FALSE(is_usual(reply({name, attribute(attr_family, byte(2)), protocol, users, data})));
  EXPECT_FALSE(is_usual(reply({name, family, attribute(attr_protocol, big16(6)), users, data})));
  EXPECT_FALSE(is_usual(reply({name, family, protocol, attribute(attr_users, big16(1)), data})));
  EXPECT_FALSE(is_usual(reply({name, family, protocol, users, attribute(attr_data, {})})));
}

TEST(UsualLayout, HasNoMoreSlotsThanTimeoutsCanHold) {
  const auto with = [](std::size_t count) {
    return reply(
        {name, family, protocol, users, attribute(attr_data | nested, row_of_slots(count))});
  };
  EXPECT_TRUE(is_usual(with(max_slots)));
  EXPECT_FALSE(is_usual(with(max_slots + 1)));
  EXPECT_TRUE(decode_policy(with(max_slots + 1)).has_value());
}

TEST(UsualLayout, HasItsSlotsInOrder) {
  for (std::size_t count = 0; count <= max_slots; ++count) {
    EXPECT_TRUE(wire::slots_are_in_order(row_of_slots(count))) << count;
  }
  EXPECT_FALSE(wire::slots_are_in_order(row_of_slots(max_slots + 1)));
  EXPECT_FALSE(wire::slots_are_in_order(slots({{0, 30}})));
  EXPECT_FALSE(wire::slots_are_in_order(slots({{2, 30}})));
  EXPECT_FALSE(wire::slots_are_in_order(slots({{1, 30}, {3, 30}})));
  EXPECT_FALSE(wire::slots_are_in_order(slots({{2, 30}, {1, 30}})));
  EXPECT_FALSE(wire::slots_are_in_order(zeros(4)));
  EXPECT_FALSE(wire::slots_are_in_order(join({row_of_slots(2), zeros(4)})));
  EXPECT_FALSE(wire::slots_are_in_order(attribute(1, big16(30))));
}

}  // namespace
}  // namespace cttimeout::test
