// Which rules may give out which policy.
#include <cerrno>

#include "flows/flow_path.h"

namespace cttimeout::packets {
namespace {

class CtRules : public FlowPath, public testing::WithParamInterface<Family> {
 protected:
  void add(std::string_view name, Family family, std::uint8_t protocol) {
    ASSERT_TRUE(client().add({.name = name, .family = family, .protocol = protocol}));
  }

  int error(std::uint8_t protocol, std::string_view policy) {
    CtRule rule = rule_for(protocol, GetParam());
    rule.timeout = policy;
    return ground().add_rule(rule);
  }
};

TEST_P(CtRules, TakeAPolicyOfTheirOwnKind) {  // K-USE-1/2
  add("fits", GetParam(), IPPROTO_TCP);
  EXPECT_EQ(error(IPPROTO_TCP, "fits"), 0);
  EXPECT_GT(client().get("fits")->users, 1U);  // by how many, releases differ (K-VER-16)
}

TEST_P(CtRules, NeedThePolicy) {  // K-USE-2, K-FLOW-261
  EXPECT_EQ(error(IPPROTO_TCP, "nobody"), ENOENT);
  EXPECT_EQ(error(IPPROTO_TCP, std::string(31, 'x')), ENOENT);
}

TEST_P(CtRules, NeedAProtocol) {  // K-USE-2, K-FLOW-261
  add("fits", GetParam(), IPPROTO_TCP);
  EXPECT_EQ(error(0, "fits"), EINVAL);
}

TEST_P(CtRules, NeedThePolicysProtocol) {  // K-USE-2, K-FLOW-261
  add("fits", GetParam(), IPPROTO_TCP);
  EXPECT_EQ(error(IPPROTO_UDP, "fits"), EINVAL);
  EXPECT_EQ(error(253, "fits"), EINVAL);
}

TEST_P(CtRules, NeedThePolicysFamily) {  // K-USE-2, K-FLOW-261
  const Family other = GetParam() == Family::ipv4 ? Family::ipv6 : Family::ipv4;
  for (const Family family : {other, Family{0}, Family{0xffff}}) {
    add("other", family, IPPROTO_TCP);
    EXPECT_EQ(error(IPPROTO_TCP, "other"), EINVAL);
    ASSERT_TRUE(client().remove("other"));
  }
}

TEST_P(CtRules, OfAnUntrackedProtocolTakeTheGenericPolicy) {  // K-USE-2, K-FLOW-261
  add("generic", GetParam(), generic_protocol);
  EXPECT_EQ(error(IPPROTO_TCP, "generic"), EINVAL);
  EXPECT_EQ(error(253, "generic"), 0);
}

TEST_P(CtRules, WithoutAPolicyKeepLaterOnesAway) {  // K-FLOW-260
  add("fits", GetParam(), IPPROTO_TCP);
  EXPECT_EQ(error(0, ""), 0);
  EXPECT_EQ(error(IPPROTO_TCP, "fits"), 0);
}

INSTANTIATE_TEST_SUITE_P(Flows, CtRules, testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& family) {
                           return family.param == Family::ipv4 ? "Ipv4" : "Ipv6";
                         });

}  // namespace
}  // namespace cttimeout::packets
