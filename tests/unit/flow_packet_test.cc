// What single packets make of flows: made up, of every protocol, in many at once.
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cttimeout/build_packet.h"
#include "cttimeout/fake_kernel.h"

namespace cttimeout {
namespace {

const Endpoint client_end = "10.0.0.1:40000";
const Endpoint server_end = "10.0.0.2:22";

class FlowPacketTest : public testing::Test {
 protected:
  /// The only flow.
  Flow flow() { return kernel_.flows().at(0); }

  FakeKernel kernel_;
};

TEST_F(FlowPacketTest, OfOtherProtocolsAreMadeByTheirPackets) {
  EXPECT_EQ(kernel_.packet(echo_request("fd00::1", "fd00::2", 7)), PacketState::new_flow);
  EXPECT_EQ(kernel_.packet(echo_reply("fd00::2", "fd00::1", 7)), PacketState::established_reply);
  EXPECT_EQ(kernel_.packet(echo_reply("fd00::2", "fd00::1", 8)), PacketState::invalid);
  EXPECT_EQ(kernel_.packet(sctp(client_end, server_end, {.chunks = {{.type = 1}}})),
            PacketState::new_flow);
  EXPECT_EQ(kernel_.packet(udplite(client_end, server_end)), PacketState::new_flow);
  EXPECT_EQ(kernel_.packet(ip(IPPROTO_GRE, "10.0.0.1", "10.0.0.2")), PacketState::new_flow);
  EXPECT_EQ(kernel_.packet(ip(253, "10.0.0.1", "10.0.0.2")), PacketState::new_flow);
  EXPECT_EQ(kernel_.packet(unreachable("10.0.0.9", udplite(client_end, server_end))),
            PacketState::related_reply);
  EXPECT_EQ(kernel_.packet(unreachable("10.0.0.9", udp(client_end, server_end))),
            PacketState::invalid);
  EXPECT_EQ(kernel_.flow_count(), 5U);
}

TEST(FlowPackets, HaveNoPortsWhereTheKernelTracksNone) {  // K-FLOW-352/353
  FakeKernel kernel(*find_profile("linux-7.2"));
  EXPECT_EQ(kernel.packet(udplite("10.0.0.1:1", "10.0.0.2:2")), PacketState::new_flow);
  EXPECT_EQ(kernel.packet(udplite("10.0.0.2:3", "10.0.0.1:4")), PacketState::established_reply);
  EXPECT_EQ(kernel.packet(dccp("10.0.0.1:1", "10.0.0.2:2", {.type = 2})), PacketState::new_flow);
  EXPECT_EQ(kernel.flows().at(0).original.source_port, 0);
}

// As seen on these kernels: a RESPONSE of 26 bytes, which needs 28.
TEST(FlowPackets, OfDccpWithACutHeaderAreDroppedOrInvalid) {  // K-FLOW-251
  FakeKernel kernel(*find_profile("linux-6.1"));
  FakeKernel newer(*find_profile("linux-6.12"));
  ASSERT_TRUE(kernel.write_sysctl("nf_conntrack_checksum", "0"));
  ASSERT_TRUE(newer.write_sysctl("nf_conntrack_checksum", "0"));
  const std::string header = {'\x45', 0, 0,  46, 0, 0, 0,  0, 64, IPPROTO_DCCP,
                              0,      0, 10, 0,  0, 7, 10, 2, 0,  7};
  const std::string response = {'\x9c', '\x40', 5, 16, 6, 0, 0, 0, 3, 0, 0, 0, 0,
                                0,      0,      1, 0,  0, 0, 0, 0, 0, 0, 1, 0, 0};
  const std::string bytes = header + response;
  EXPECT_EQ(kernel.packet(std::as_bytes(std::span(bytes))), PacketState::dropped);
  EXPECT_EQ(newer.packet(std::as_bytes(std::span(bytes))), PacketState::invalid);
  std::string ports = bytes.substr(0, 20 + 10);
  ports[3] = 30;
  EXPECT_EQ(kernel.packet(std::as_bytes(std::span(ports))), PacketState::dropped);
  EXPECT_EQ(newer.packet(std::as_bytes(std::span(ports))), PacketState::invalid);
  std::string whole = bytes + "??";
  whole[3] = 48;
  EXPECT_EQ(kernel.packet(std::as_bytes(std::span(whole))), PacketState::invalid);
  EXPECT_EQ(kernel.flow_count(), 0U);
}

TEST_F(FlowPacketTest, TakesMadeUpHeadersForWhatTheyAre) {
  const auto state = [](const KernelProfile& profile, const Packet& packet) {
    return FakeKernel(profile).packet(packet);
  };
  const KernelProfile& with_dccp = *find_profile("linux-6.12");
  EXPECT_EQ(state(with_dccp, dccp(client_end, server_end, {.type = 10})), PacketState::invalid);
  EXPECT_EQ(state(with_dccp, dccp(client_end, server_end, {.type = 255})), PacketState::invalid);
  TcpHeader header{.flags = tcp_syn, .window = 1000, .window_scale = 255, .sack_blocks = 255};
  EXPECT_EQ(kernel_.packet(tcp(client_end, server_end, header)), PacketState::new_flow);
  EXPECT_EQ(std::get<TcpInfo>(flow().info).window_scale[0], 14);
  header = {.flags = tcp_syn | tcp_ack, .sack_permitted = true, .sack_blocks = 255};
  header.acknowledgement = 1;
  EXPECT_EQ(kernel_.packet(tcp(server_end, client_end, header)), PacketState::established_reply);
  const Packet only_blocks = tcp(client_end, server_end, {.sack_blocks = 1});
  EXPECT_TRUE(std::get<TcpHeader>(only_blocks.transport).has_options);
  EXPECT_EQ(kernel_.packet(Packet{}), PacketState::invalid);
  EXPECT_FALSE(kernel_.remove_flow(Tuple{}));
}

TEST_F(FlowPacketTest, ArrivesInManyPacketsAsInOneAfterAnother) {
  const std::vector<Packet> packets{udp(client_end, server_end), udp(server_end, client_end),
                                    udp(client_end, server_end)};
  std::vector<PacketState> states(packets.size());
  kernel_.packets(packets, states);
  EXPECT_EQ(states, (std::vector{PacketState::new_flow, PacketState::established_reply,
                                 PacketState::established}));
}

TEST_F(FlowPacketTest, ThatIsItsOwnReplyHasOneDirection) {  // K-FLOW-103
  const Packet packet = udp("10.0.0.1:53", "10.0.0.1:53");
  EXPECT_EQ(kernel_.packet(packet), PacketState::new_flow);
  EXPECT_EQ(kernel_.packet(packet), PacketState::new_flow);
  EXPECT_EQ(kernel_.flow_count(), 1U);
  EXPECT_TRUE(kernel_.remove_flow(packet.tuple));
  EXPECT_EQ(kernel_.flow_count(), 0U);
}

TEST_F(FlowPacketTest, StaysAssuredByAChunkBeforeAnInvalidOne) {  // K-FLOW-224, 235
  std::vector<FlowEvent> events;
  const auto send = [&](std::uint32_t tag, std::vector<SctpChunk> chunks) {
    return kernel_.packet(sctp(client_end, server_end, {.tag = tag, .chunks = std::move(chunks)}));
  };
  const auto receive = [&](std::uint32_t tag, std::vector<SctpChunk> chunks) {
    return kernel_.packet(sctp(server_end, client_end, {.tag = tag, .chunks = std::move(chunks)}));
  };
  enum : std::uint8_t { init = 1, init_ack, heartbeat_ack = 5, cookie_echo = 10, cookie_ack };
  send(0, {{.type = init, .initiate_tag = 100}});
  receive(100, {{.type = init_ack, .initiate_tag = 200}});
  send(200, {{.type = cookie_echo}});
  kernel_.watch_flows([&](const FlowEvent& event) { events.push_back(event); });
  EXPECT_EQ(receive(101, {{.type = cookie_ack}, {.type = heartbeat_ack}}), PacketState::invalid);
  EXPECT_EQ(flow().state, "ESTABLISHED");
  EXPECT_EQ(flow().slot->name, "COOKIE_ECHOED");
  EXPECT_NE(flow().status & IPS_ASSURED, 0U);
  EXPECT_TRUE(events.empty());
  // The next packet that passes tells of the state.
  EXPECT_EQ(send(200, {{}}), PacketState::established);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].state_changed);
}

TEST_F(FlowPacketTest, IsNotMadeOfNeighbourDiscovery) {  // K-FLOW-205
  Packet packet = echo_request("fd00::1", "fd00::2");
  packet.tuple.icmp_type = 135;
  EXPECT_EQ(kernel_.packet(packet), PacketState::untracked);
  packet.flaw = Flaw::wrong_checksum;
  EXPECT_EQ(kernel_.packet(packet), PacketState::invalid);
}

TEST_F(FlowPacketTest, IsNotMadeOfAFragment) {  // K-FLOW-106
  std::vector<std::byte> bytes(28);
  bytes[0] = std::byte{0x45};
  bytes[3] = std::byte{28};
  bytes[6] = std::byte{0x20};  // more fragments
  bytes[9] = std::byte{IPPROTO_UDP};
  EXPECT_EQ(kernel_.packet(bytes), PacketState::fragment);
  bytes[6] = std::byte{0};
  bytes[7] = std::byte{1};  // behind the first
  EXPECT_EQ(kernel_.packet(bytes), PacketState::fragment);
  EXPECT_EQ(kernel_.flow_count(), 0U);
}

TEST_F(FlowPacketTest, ChecksumsCountOnlyWhereAPacketComesIn) {  // K-FLOW-110/114
  Packet packet = udp(client_end, server_end);
  packet.flaw = Flaw::wrong_checksum;
  EXPECT_EQ(kernel_.packet(packet), PacketState::invalid);
  packet.hook = Hook::output;
  EXPECT_EQ(kernel_.packet(packet), PacketState::new_flow);
}

}  // namespace
}  // namespace cttimeout
