// Tests a timeout on a fake kernel: an idle SSH session lives for 50 minutes.
#include <cttimeout/client.h>
#include <cttimeout/fake_kernel.h>
#include <gtest/gtest.h>

using cttimeout::PacketState;
using std::chrono::minutes;

TEST(Ssh, IsKeptForFiftyMinutes) {
  cttimeout::FakeKernel kernel;
  const auto transport = kernel.connect();
  cttimeout::Client client(*transport);
  ASSERT_TRUE(client.add({.name = "ssh",
                          .protocol = IPPROTO_TCP,
                          .timeouts = {{CTA_TIMEOUT_TCP_ESTABLISHED, minutes(50)}}}));
  const auto rule =
      kernel.add_rule({.protocol = IPPROTO_TCP, .destination_port = 22, .timeout = "ssh"});
  ASSERT_TRUE(rule);

  auto session = kernel.open_tcp("10.0.0.1:40000", "10.0.0.2:22");
  kernel.advance(minutes(49));
  EXPECT_EQ(session.send(), PacketState::established);
  kernel.advance(minutes(51));
  EXPECT_EQ(kernel.flow_count(), 0U);
  EXPECT_EQ(session.send(), PacketState::new_flow);  // a firewall might drop it
}
