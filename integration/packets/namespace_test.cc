// What goes with a network namespace, and what does not.
#include <net/if.h>

#include "flows/layer4.h"
#include "packet_path.h"
#include "wire.h"

namespace cttimeout::packets {
namespace {

using enum Direction;
using std::chrono_literals::operator""s;

class Namespace : public PacketPath {
 protected:
  const Policy dns_{
      .name = "dns", .protocol = IPPROTO_UDP, .timeouts = {{CTA_TIMEOUT_UDP_UNREPLIED, 100s}}};

  // Of the namespace that the thread is in.
  static int count_policies() {
    const auto transport = open_netlink();
    Client client(**transport);
    int count = 0;
    EXPECT_TRUE(client.list([&](const InstalledPolicy&) { ++count; }));
    return count;
  }
};

TEST_F(Namespace, IsNotHeldByAPolicyInUse) {  // K-NS-3
  ASSERT_TRUE(attach(usual_way, dns_, "-p udp"));
  EXPECT_TRUE(sets(udp(out), 100s));
  leave_near_end();
  // With the namespace goes its end of the wire, and with that the other.
  EXPECT_TRUE(eventually([] { return if_nametoindex(interface_name) == 0; }));
}

TEST_F(Namespace, HasItsOwnPolicies) {  // K-NS-1
  ASSERT_TRUE(client().add(dns_));
  EXPECT_EQ(count_policies(), 1);
  leave_near_end();
  EXPECT_EQ(count_policies(), 0);
}

TEST_F(Namespace, HasItsOwnDefaults) {  // K-NS-1
  ASSERT_TRUE(client().set_default(IPPROTO_UDP, {{CTA_TIMEOUT_UDP_UNREPLIED, 60s}}));
  leave_near_end();
  const auto transport = open_netlink();
  Client far_client(**transport);
  EXPECT_EQ(far_client.get_default(IPPROTO_UDP)->get(CTA_TIMEOUT_UDP_UNREPLIED), 30s);
}

}  // namespace
}  // namespace cttimeout::packets
