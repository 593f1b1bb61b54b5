// Permission: every request needs CAP_NET_ADMIN, and its absence is seen before anything else.
#include <sys/socket.h>

#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Permission : public Conformance {};

TEST_F(Permission, IsNeededForEveryCommand) {  // K-PERM-1
  create_policies(1);
  ground().set_capable(false);
  for (const Bytes& request :
       {Bytes(new_policy("a", ipv4, udp).ack()), Bytes(get_policy("000")), Bytes(dump_policies()),
        Bytes(delete_policy("000").ack()), Bytes(flush_policies()),
        Bytes(set_default(udp, {{1, 2}})), Bytes(get_default(udp))}) {
    EXPECT_TRUE(refuses(request, EPERM));
  }
  ground().set_capable(true);
  EXPECT_TRUE(answers(dump_policies(), {numbered_policy(0), done()}));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {30, 120})}));
}

TEST_F(Permission, IsNeededEvenForWhatWouldNotBeExecuted) {  // K-PERM-1
  ground().set_capable(false);
  EXPECT_TRUE(refuses(Message(0x0805), EPERM));
  EXPECT_TRUE(refuses(Message(0xee00), EPERM));
  EXPECT_TRUE(refuses(Message(type_noop).without(flag_request), EPERM));
  EXPECT_TRUE(refuses(get_policy("x").without(flag_request), EPERM));
  EXPECT_TRUE(refuses(Message(type_get).payload({}), EPERM));
  EXPECT_TRUE(refuses(Message(type_batch_begin).nfgen(0, 0, 8), EPERM));
  EXPECT_TRUE(refuses(Message(type_get).attr(attr_family, {}), EPERM));
}

TEST_F(Permission, IsRefusedOncePerDatagram) {  // K-PERM-1
  ground().set_capable(false);
  const Bytes first = get_policy("x").sequence(1);
  EXPECT_TRUE(answers(datagram({first, get_policy("y").sequence(2)}), {failure(first, EPERM)}));
}

TEST_F(Permission, IsNotLookedAtForBadFraming) {  // K-PERM-1
  ground().set_capable(false);
  EXPECT_TRUE(ignores(hex("31323334")));
  EXPECT_TRUE(ignores(get_policy("x").claims(15)));
  EXPECT_TRUE(ignores(get_policy("x").claims(100)));
}

TEST_F(Permission, IsThatOfTheSender) {  // K-PERM-2
  const Bytes request = get_policy("x");
  EXPECT_TRUE(refuses(request, ENOENT));  // the socket is opened while capable
  ground().set_capable(false);
  EXPECT_TRUE(refuses(request, EPERM));
  ground().set_capable(true);
  EXPECT_TRUE(refuses(request, ENOENT));
}

TEST_F(Permission, OfTheOpenerCountsWithoutAddress) {  // K-PERM-3
  ground().set_capable(false);
  Talker talker(ground());
  ground().set_capable(true);
  const Bytes request = get_policy("x");
  EXPECT_TRUE(talker.refuses(request, ENOENT));
  EXPECT_EQ(talker.socket().send(request), request.size());
  EXPECT_TRUE(same_datagrams(talker.drain(), {failure(request, EPERM)}));
  EXPECT_TRUE(talker.socket().connect(kernel));
  EXPECT_EQ(talker.socket().send(request), request.size());
  EXPECT_TRUE(same_datagrams(talker.drain(), {failure(request, EPERM)}));
}

TEST_F(Permission, IsNeededToReachOthersThanTheKernel) {  // K-PERM-6
  ground().set_capable(false);
  const Bytes request = get_policy("x");
  NetlinkSocket& socket = talker().socket();
  EXPECT_EQ(socket.send(request, NetlinkAddress{.port_id = 123}), tl::unexpected(EPERM));
  EXPECT_EQ(socket.send(request, NetlinkAddress{.groups = 1}), tl::unexpected(EPERM));
  EXPECT_EQ(socket.connect({.port_id = 123}), tl::unexpected(EPERM));
}

TEST_F(Permission, IsNeededForGroups) {  // K-PERM-6
  ground().set_capable(false);
  EXPECT_EQ(ground().socket()->bind({.groups = 1}), tl::unexpected(EPERM));
  EXPECT_EQ(talker().socket().set_option(level_netlink, option_add_membership, host32(1)),
            tl::unexpected(EPERM));
  EXPECT_EQ(talker().socket().set_option(level_netlink, option_listen_all_nsid, host32(1)),
            tl::unexpected(EPERM));
}

TEST_F(Permission, IsNotNeededToBindAndForAckOptions) {  // K-PERM-6
  ground().set_capable(false);
  EXPECT_TRUE(ground().socket()->bind({.port_id = 4242}));
  for (const int option : {option_cap_ack, option_ext_ack, option_strict_check}) {
    EXPECT_TRUE(talker().socket().set_option(level_netlink, option, host32(1))) << option;
  }
}

TEST_F(Permission, RefusalHasNoText) {  // K-PERM-7
  ground().set_capable(false);
  const Bytes request = Message(type_get).attr(attr_family, {});
  talker().enable(option_ext_ack);
  EXPECT_TRUE(refuses(request, EPERM));
  talker().enable(option_cap_ack);
  EXPECT_TRUE(answers(request, {failure(request, EPERM, {.capped = true})}));
}

}  // namespace
}  // namespace cttimeout::test
