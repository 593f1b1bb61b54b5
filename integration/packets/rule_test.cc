// Which rules may give out which policy.
#include "flows/layer4.h"
#include "packet_path.h"

namespace cttimeout::packets {
namespace {

class Rule : public PacketPath, public testing::WithParamInterface<Way> {
 protected:
  void SetUp() override {
    PacketPath::SetUp();
    if (IsSkipped() || HasFatalFailure() || lacks_rules(GetParam())) return;
    ASSERT_TRUE(client().add(policy("fits", GetParam().family, IPPROTO_TCP)));
  }

  static Policy policy(std::string_view name, Family family, std::uint8_t protocol) {
    return {.name = name, .family = family, .protocol = protocol};
  }

  static bool accepted(const std::string& match, std::string_view policy) {
    return append_rule(GetParam(), match, policy).success;
  }

  // Refused because the rule and the policy do not go together; and no reference is left.
  testing::AssertionResult misfit(const std::string& match, std::string_view policy) {
    const Outcome outcome = append_rule(GetParam(), match, policy);
    if (outcome.success) return testing::AssertionFailure() << "it was accepted";
    if (outcome.output.find("Invalid argument") == std::string::npos) {
      return testing::AssertionFailure() << outcome.output;
    }
    if (eventually([&] { return client().get(policy)->users == 1; })) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << "the policy is still referred to";
  }
};

TEST_P(Rule, RefersToAPolicyOfItsOwnKind) {  // K-USE-1, K-USE-2
  EXPECT_TRUE(accepted("-p tcp", "fits"));
  EXPECT_EQ(client().get("fits")->users, 2U);
}

TEST_P(Rule, NeedsThePolicy) {  // K-USE-2
  const Outcome outcome = append_rule(GetParam(), "-p tcp", "nobody");
  EXPECT_FALSE(outcome.success);
  const std::string_view reason = GetParam().backend == "nft"
                                      ? "No such file or directory"
                                      : "No chain/target/match by that name";
  EXPECT_NE(outcome.output.find(reason), std::string::npos) << outcome.output;
}

TEST_P(Rule, NeedsOneProtocol) {  // K-USE-2
  EXPECT_TRUE(misfit("", "fits"));
  EXPECT_TRUE(misfit("! -p tcp", "fits"));
}

TEST_P(Rule, NeedsThePolicysProtocol) {  // K-USE-2
  EXPECT_TRUE(misfit("-p udp", "fits"));
  EXPECT_TRUE(misfit("-p 253", "fits"));
}

TEST_P(Rule, NeedsThePolicysFamily) {  // K-USE-2
  const Family other = GetParam().family == Family::ipv4 ? Family::ipv6 : Family::ipv4;
  for (const Family family : {other, Family{0}, Family{0xffff}}) {
    ASSERT_TRUE(client().add(policy("other", family, IPPROTO_TCP)));
    EXPECT_TRUE(misfit("-p tcp", "other"));
    ASSERT_TRUE(client().remove("other"));
  }
}

TEST_P(Rule, OfAnUntrackedProtocolTakesTheGenericPolicy) {  // K-USE-2
  ASSERT_TRUE(client().add(policy("generic", GetParam().family, generic_protocol)));
  EXPECT_TRUE(misfit("-p tcp", "generic"));
  EXPECT_TRUE(accepted("-p 253", "generic"));
}

INSTANTIATE_TEST_SUITE_P(Packets, Rule, testing::ValuesIn(ways),
                         [](const auto& way) { return to_string(way.param); });

}  // namespace
}  // namespace cttimeout::packets
