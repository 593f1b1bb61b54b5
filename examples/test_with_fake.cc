// Tests a function of one's own on a fake kernel: without root, in no time.
#include <cttimeout/client.h>
#include <cttimeout/fake_kernel.h>
#include <gtest/gtest.h>

// The function under test: true if the policy was there.
bool forget(cttimeout::Client& client, std::string_view name) {
  return client.remove(name).has_value();
}

TEST(Forget, KeepsAPolicyWhileARuleUsesIt) {
  cttimeout::FakeKernel kernel;
  const auto transport = kernel.connect();
  cttimeout::Client client(*transport);
  ASSERT_TRUE(client.add({.name = "web", .protocol = IPPROTO_TCP, .timeouts = {}}));

  auto rule = kernel.hold("web");
  EXPECT_FALSE(forget(client, "web"));
  rule.reset();
  EXPECT_TRUE(forget(client, "web"));
  EXPECT_EQ(kernel.policy_count(), 0U);
}
