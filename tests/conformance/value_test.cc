// Values: timeouts are kept in ticks, in 32 bits, so that large ones come back as others.
#include "conformance.h"

namespace cttimeout::test {
namespace {

struct Row {
  std::uint32_t sent_s;
  std::uint32_t kept_s;
};

// At 250 ticks a second. 17179869 s are the most that fit into 2^32 ticks.
constexpr Row rows[] = {
    {0, 0},
    {1, 1},
    {8589934, 8589934},
    {8589935, 8589935},
    {17179868, 17179868},
    {17179869, 17179869},
    {17179870, 0},
    {17179871, 1},
    {0x7fffffff, 17179868},
    {0x80000000, 0},
    {0xfffffffe, 17179867},
    {0xffffffff, 17179868},
};

class Value : public Conformance {
 protected:
  bool other_ticks() { return lacks(ground().hz() == 250, "250 ticks a second"); }
};

TEST_F(Value, OfAPolicyIsKeptModulo32BitsOfTicks) {  // K-NEW-7
  if (other_ticks()) return;
  for (const Row& row : rows) {
    EXPECT_TRUE(accepts(new_policy("a", ipv4, icmp, {{1, row.sent_s}}).replace().ack()));
    EXPECT_TRUE(
        answers(get_policy("a"),
                {policy_message({.name = "a", .protocol = icmp, .timeouts = {row.kept_s}})}))
        << row.sent_s;
  }
}

TEST_F(Value, OfADefaultIsKeptModulo32BitsOfTicks) {  // K-DSET-7
  if (other_ticks()) return;
  for (const Row& row : rows) {
    EXPECT_TRUE(accepts(set_default(icmp, {{1, row.sent_s}}).ack()));
    EXPECT_TRUE(answers(get_default(icmp), {default_message(ipv4, icmp, {row.kept_s})}))
        << row.sent_s;
  }
}

TEST_F(Value, WrappedDefaultReachesPolicies) {  // K-NEW-5, K-NEW-7
  if (other_ticks()) return;
  EXPECT_TRUE(accepts(set_default(icmp, {{1, 17179871}}).ack()));
  EXPECT_TRUE(accepts(new_policy("a", ipv4, icmp).ack()));
  EXPECT_TRUE(
      answers(get_policy("a"), {policy_message({.name = "a", .protocol = icmp, .timeouts = {1}})}));
}

TEST_F(Value, ZeroIsKept) {  // K-NEW-7
  EXPECT_TRUE(accepts(new_policy("a", ipv4, tcp, {{3, 0}}).ack()));
  EXPECT_TRUE(
      answers(get_policy("a"),
              {policy_message({.name = "a",
                               .protocol = tcp,
                               .timeouts = {120, 60, 0, 120, 60, 30, 120, 10, 120, 300, 300}})}));
}

}  // namespace
}  // namespace cttimeout::test
