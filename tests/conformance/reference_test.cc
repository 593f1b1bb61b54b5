// References: a rule that names a policy keeps it from being deleted.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Reference : public Conformance {
 protected:
  void begin() override {
    if (hides(&Views::rules, "rules that refer to policies")) return;
    EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).ack()));
    users_of_a_rule_ = observe_users_of_a_rule();
  }

  // The policy with those timeouts, and that many rules which refer to it.
  Bytes used_by(std::uint32_t rules, std::vector<std::uint32_t> timeouts = {30, 120}) const {
    return policy_message({.name = "a",
                           .protocol = udp,
                           .timeouts = std::move(timeouts),
                           .users = 1 + rules * users_of_a_rule_});
  }

  // Kernels from 7.2 on delete policies that are in use.
  bool protects_used_policies() {
    Talker asking(ground());
    EXPECT_TRUE(asking.accepts(new_policy("probe", ipv4, tcp).ack()));
    EXPECT_TRUE(ground().hold("probe"));
    asking.send(delete_policy("probe"));
    static_cast<void>(asking.drain());
    const std::vector<Bytes> answer = asking.exchange(get_policy("probe"));
    const bool found = answer.size() == 1 && read16(answer.front(), 4) == type_new;
    ground().release("probe");
    EXPECT_TRUE(!found || asking.accepts(delete_policy("probe").ack()));
    return found;
  }

 private:
  // 1, or 2 on kernels that also count the template that a rule has for its flows.
  std::uint32_t observe_users_of_a_rule() {
    EXPECT_TRUE(ground().hold("a"));
    const std::vector<Bytes> answer = talker().exchange(get_policy("a"));
    ground().release("a");
    for (const std::uint32_t users : {2U, 3U}) {
      users_of_a_rule_ = users - 1;
      if (answer == std::vector<Bytes>{used_by(1)}) return users_of_a_rule_;
    }
    ADD_FAILURE() << "a policy that one rule refers to has 2 or 3 users";
    return 1;
  }

  std::uint32_t users_of_a_rule_ = 0;
};

TEST_F(Reference, NeedsThePolicy) {  // K-USE-2
  EXPECT_FALSE(ground().hold("nobody"));
  const std::string longest(31, 'n');
  EXPECT_TRUE(accepts(new_policy(longest, ipv4, udp).ack()));
  EXPECT_FALSE(ground().hold(longest + 'n'));
  EXPECT_TRUE(ground().hold(longest));
}

TEST_F(Reference, CountsEachRule) {  // K-USE-1
  EXPECT_TRUE(answers(get_policy("a"), {used_by(0)}));
  EXPECT_TRUE(ground().hold("a"));
  EXPECT_TRUE(answers(get_policy("a"), {used_by(1)}));
  EXPECT_TRUE(ground().hold("a"));
  EXPECT_TRUE(answers(get_policy("a"), {used_by(2)}));
  ground().release("a");
  EXPECT_TRUE(answers(get_policy("a"), {used_by(1)}));
  ground().release("a");
  EXPECT_TRUE(answers(get_policy("a"), {used_by(0)}));
}

TEST_F(Reference, ShowsInDumps) {  // K-USE-1
  EXPECT_TRUE(ground().hold("a"));
  EXPECT_TRUE(answers(dump_policies(), {used_by(1), done()}));
}

TEST_F(Reference, KeepsThePolicyFromDeletion) {  // K-USE-1
  if (lacks(protects_used_policies(), "protection of used policies")) return;
  EXPECT_TRUE(ground().hold("a"));
  EXPECT_TRUE(refuses(delete_policy("a"), EBUSY));
  EXPECT_TRUE(refuses(delete_policy("a").ack(), EBUSY));
  EXPECT_TRUE(answers(get_policy("a"), {used_by(1)}));
  ground().release("a");
  EXPECT_TRUE(accepts(delete_policy("a").ack()));
}

TEST_F(Reference, KeepsThePolicyFromFlush) {  // K-USE-1, K-DEL-2
  if (lacks(protects_used_policies(), "protection of used policies")) return;
  create_policies(2);
  EXPECT_TRUE(ground().hold("a"));
  EXPECT_TRUE(accepts(flush_policies().ack()));
  EXPECT_TRUE(answers(dump_policies(), {used_by(1), done()}));
}

TEST_F(Reference, SurvivesReplacement) {  // K-USE-1, K-NEW-5
  EXPECT_TRUE(ground().hold("a"));
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp, {{1, 5}}).replace().ack()));
  EXPECT_TRUE(answers(get_policy("a"), {used_by(1, {5, 120})}));
}

}  // namespace
}  // namespace cttimeout::test
