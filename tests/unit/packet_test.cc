// Packets from bytes: cut anywhere, with any byte wrong, and of random bytes.
#include "cttimeout/packet.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include "conntrack/conntrack.h"
#include "support/bytes.h"
#include "support/page_end.h"
#include "support/random.h"

namespace cttimeout::fake {
namespace {

using test::Bytes;
using test::hex;
using test::PageEnd;
using test::Random;

// A SYN with options (maximum segment size, SACK permitted, time stamps, window scale).
const Bytes syn =
    hex("4500003c00010000400666b80a0000010a020001 9c400050000003e800000000a00203e80000 0000"
        "020405b40402080a00000001000000000103030a");
// INIT of sctp.
const Bytes init =
    hex("4500003400010000408462440a0002000a020200 9c400050000000001fdf303d"
        "010000140000000a0000ffff000a000a00000001");
// An error about a packet of udp.
const Bytes error =
    hex("4500003800010000400163710a0201a90a0001a9 0300146d00000000"
        "4500001c000100004011637d0a0001a90a0201a9 9c40005000084bfa");
// Echo request over IPv6, behind hop-by-hop options.
const Bytes echo =
    hex("6000000000100040fd000001000000000000000000000001fd000002000000000000000000000001"
        "3a00050200000100 8000000000010001");

/// Conntrack of one kernel, in which the packets meet.
class PacketTest : public testing::Test {
 protected:
  PacketState take(const Packet& packet) { return conntrack_.packet(packet, 1000); }

  NetworkNamespace net_{*find_profile("linux-6.12")};
  Defaults defaults_{net_.profile};
  Conntrack conntrack_{net_, defaults_};
};

TEST_F(PacketTest, HasTheFieldsOfItsBytes) {
  const Packet packet = parse_packet(syn);
  EXPECT_EQ(packet.tuple.family, AF_INET);
  EXPECT_EQ(packet.tuple.protocol, IPPROTO_TCP);
  EXPECT_EQ(packet.tuple.source_port, 40000);
  EXPECT_EQ(packet.tuple.destination_port, 80);
  const auto& tcp = std::get<TcpHeader>(packet.transport);
  EXPECT_EQ(tcp.flags, tcp_syn);
  EXPECT_EQ(tcp.sequence, 1000U);
  EXPECT_EQ(tcp.window, 1000);
  EXPECT_EQ(tcp.payload, 0U);
  EXPECT_EQ(tcp.window_scale, 10);
  EXPECT_TRUE(tcp.sack_permitted);
}

TEST_F(PacketTest, MayHaveItsChecksumIgnored) {  // K-FLOW-114
  EXPECT_EQ(parse_packet(syn).flaw, Flaw::wrong_checksum);
  EXPECT_EQ(take(parse_packet(syn)), PacketState::invalid);
  conntrack_.sysctls.checksum = 0;
  EXPECT_EQ(take(parse_packet(syn)), PacketState::new_flow);
}

TEST_F(PacketTest, IsFoundBehindExtensionHeaders) {  // K-FLOW-105
  const Packet packet = parse_packet(echo);
  EXPECT_EQ(packet.tuple.protocol, IPPROTO_ICMPV6);
  EXPECT_EQ(packet.tuple.icmp_type, 128);
}

TEST_F(PacketTest, OfSctpNeedsTheWholeHeaderOfInit) {  // K-FLOW-221
  constexpr std::size_t ip_and_sctp = 32;
  constexpr std::size_t init_header = 20;
  conntrack_.sysctls.checksum = 0;
  Bytes bytes = init;
  EXPECT_EQ(bytes.size(), ip_and_sctp + init_header);
  EXPECT_EQ(parse_packet(bytes).flaw, Flaw::none);
  bytes.pop_back();
  EXPECT_EQ(parse_packet(bytes).flaw, Flaw::malformed);
}

TEST_F(PacketTest, ThatLacksTheTrackersHeaderIsInvalid) {
  for (const int number : {IPPROTO_TCP, IPPROTO_SCTP, IPPROTO_DCCP}) {
    const auto protocol = static_cast<std::uint8_t>(number);
    EXPECT_EQ(take({.tuple = {.family = AF_INET, .protocol = protocol}}), PacketState::invalid);
  }
}

TEST_F(PacketTest, IsNotReadBeyondItsEnd) {
  conntrack_.sysctls.checksum = 0;
  for (const Bytes& whole : {syn, init, error, echo}) {
    PageEnd end(whole.size());
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      (void)take(parse_packet(end.hold(test::View(whole).first(size)), net_.profile));
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (unsigned value = 0; value < 256; ++value) {
        const std::span<std::byte> bent = end.hold(whole);
        bent[at] = static_cast<std::byte>(value);
        (void)take(parse_packet(bent, net_.profile));
      }
    }
  }
}

TEST_F(PacketTest, MayBeOfRandomBytes) {
  conntrack_.sysctls.checksum = 0;
  constexpr std::size_t longest = 120;
  PageEnd end(longest);
  Random random(1);
  for (int round = 0; round < 50'000; ++round) {
    Bytes bytes(random.below(longest));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    if (bytes.size() > 9) {
      constexpr std::array<std::uint8_t, 8> protocols{IPPROTO_TCP,    IPPROTO_UDP,    IPPROTO_SCTP,
                                                      IPPROTO_DCCP,   IPPROTO_ICMP,   IPPROTO_GRE,
                                                      IPPROTO_ICMPV6, IPPROTO_UDPLITE};
      const bool is_v4 = random.chance(1, 2);
      bytes[0] = static_cast<std::byte>(is_v4 ? 0x45 : 0x60);
      bytes[is_v4 ? 9 : 6] = static_cast<std::byte>(protocols.at(random.below(protocols.size())));
    }
    (void)take(parse_packet(end.hold(bytes), net_.profile));
  }
  EXPECT_GT(conntrack_.flows().size(), 0U);
}

}  // namespace
}  // namespace cttimeout::fake
