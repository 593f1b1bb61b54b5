// Network namespaces: each has its own policies, defaults and port ids.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Namespace : public Conformance {};

TEST_F(Namespace, HasItsOwnPolicies) {  // K-NS-1
  create_policies(1);
  const auto second = another_ground();
  Talker there(*second);
  EXPECT_TRUE(there.answers(dump_policies(), {done()}));
  EXPECT_TRUE(there.accepts(new_policy("000", ipv6, icmpv6).exclusive().ack()));
  EXPECT_TRUE(answers(dump_policies(), {numbered_policy(0), done()}));
  EXPECT_TRUE(accepts(flush_policies().ack()));
  EXPECT_TRUE(there.answers(
      get_policy("000"),
      {policy_message({.name = "000", .family = ipv6, .protocol = icmpv6, .timeouts = {30}})}));
}

TEST_F(Namespace, StartsWithDefaultsNotWithACopy) {  // K-NS-1
  if (hides(&Views::sysctls, "sysctls of its timeouts")) return;
  EXPECT_TRUE(accepts(set_default(udp, {{1, 99}}).ack()));
  const auto second = another_ground();
  Talker there(*second);
  EXPECT_TRUE(there.answers(get_default(udp), {default_message(ipv4, udp, {30, 120})}));
  EXPECT_EQ(second->read_sysctl("nf_conntrack_udp_timeout"), "30");
  EXPECT_EQ(ground().read_sysctl("nf_conntrack_udp_timeout"), "99");
}

TEST_F(Namespace, HasItsOwnPortIds) {  // K-NS-2
  const auto second = another_ground();
  const auto here = ground().socket();
  const auto there = second->socket();
  EXPECT_TRUE(here->bind({.port_id = 777}));
  EXPECT_TRUE(there->bind({.port_id = 777}));
  const Bytes request = get_policy("x");
  EXPECT_EQ(here->send(request, kernel), request.size());
  Bytes buffer(64);
  EXPECT_EQ(there->receive(buffer), tl::unexpected(EAGAIN));
  EXPECT_TRUE(here->receive(buffer));
}

TEST_F(Namespace, HasAProcessIdOfItsOwnToBindTo) {  // K-NS-2
  const auto second = another_ground();
  Talker there(*second);
  EXPECT_EQ(talker().port_id(), ground().process_id());
  EXPECT_EQ(there.port_id(), ground().process_id());
}

TEST_F(Namespace, KeepsTheSocketsMadeInIt) {  // K-NS-1
  Talker here(ground());
  const auto second = another_ground();
  EXPECT_TRUE(here.accepts(new_policy("a", ipv4, icmp).ack()));
  Talker there(*second);
  EXPECT_TRUE(there.refuses(get_policy("a"), ENOENT));
}

TEST_F(Namespace, TakesHeldPoliciesWithIt) {  // K-NS-3
  if (hides(&Views::rules, "rules that refer to policies")) return;
  {
    const auto second = another_ground();
    Talker there(*second);
    EXPECT_TRUE(there.accepts(new_policy("a", ipv4, tcp).ack()));
    EXPECT_TRUE(second->hold("a"));
  }
  const auto third = another_ground();
  Talker elsewhere(*third);
  EXPECT_TRUE(elsewhere.answers(dump_policies(), {done()}));
}

}  // namespace
}  // namespace cttimeout::test
