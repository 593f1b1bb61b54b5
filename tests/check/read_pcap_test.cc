// Captures: which packets are requests, where they stand, and how other files are refused.
#include <gtest/gtest.h>
#include <linux/if_packet.h>

#include "check/readers/capture.h"
#include "support/request.h"

namespace cttimeout::check {
namespace {

using test::big16;
using test::Bytes;
using test::host16;
using test::host32;
using test::join;
using test::zeros;

constexpr std::uint16_t netfilter = 12;
constexpr std::uint16_t arphrd_netlink = 824;

std::string content(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes file_header(std::uint32_t linktype = 253) {
  return join(
      {host32(0xa1b2c3d4), host16(2), host16(4), zeros(8), host32(65535), host32(linktype)});
}

/// `recorded` bytes of what was `whole` bytes long.
Bytes record_of(const Bytes& packet, std::size_t whole) {
  return join({zeros(8), host32(static_cast<std::uint32_t>(packet.size())),
               host32(static_cast<std::uint32_t>(whole)), packet});
}

Bytes packet(std::uint16_t packet_type, const Bytes& datagram, std::uint16_t family = netfilter,
             std::uint16_t device = arphrd_netlink) {
  return join({big16(packet_type), big16(device), zeros(10), big16(family), datagram});
}

Bytes record(std::uint16_t packet_type, const Bytes& datagram, std::uint16_t family = netfilter) {
  const Bytes whole = packet(packet_type, datagram, family);
  return record_of(whole, whole.size());
}

const Bytes request = test::delete_policy("web").ack();
const Bytes reply = test::Message(test::type_new).with(test::flag_multi).without(1);

TEST(ReadPcap, TakesTheRequestsOfNetfilter) {
  const Bytes first = join({file_header(), record(PACKET_USER, reply)});
  const Bytes file =
      join({first, record(PACKET_KERNEL, request), record(PACKET_KERNEL, request, 0)});
  const auto capture = read_capture(content(file));
  ASSERT_TRUE(capture) << capture.error().text;
  ASSERT_EQ(capture->events.size(), 1U);
  EXPECT_EQ(capture->events[0].bytes, request);
  EXPECT_EQ(capture->events[0].position, first.size());
  EXPECT_FALSE(capture->by_line);
  EXPECT_FALSE(capture->knows_reads);
  EXPECT_EQ(capture->remarks.size(), 1U);
}

TEST(ReadPcap, TellsRequestsFromAnswersWhereEverythingIsOutgoing) {
  const Bytes ack = test::Message(test::type_error).without(1);
  const auto capture =
      read_capture(content(join({file_header(), record(PACKET_OUTGOING, request),
                                 record(PACKET_OUTGOING, reply), record(PACKET_OUTGOING, ack)})));
  ASSERT_TRUE(capture) << capture.error().text;
  ASSERT_EQ(capture->events.size(), 1U);
  EXPECT_EQ(capture->events[0].bytes, request);
}

TEST(ReadPcap, PassesOverOtherDevicesOfACookedCapture) {
  const Bytes ethernet = packet(PACKET_HOST, zeros(40), 0x0800, 1);
  const auto capture = read_capture(
      content(join({file_header(113), record_of(ethernet, 56), record(PACKET_KERNEL, request)})));
  ASSERT_TRUE(capture) << capture.error().text;
  EXPECT_EQ(capture->events.size(), 1U);
  EXPECT_EQ(capture->remarks.size(), 1U);
}

TEST(ReadPcap, ChecksWhatIsWholeAndSaysWhatIsNot) {
  const Bytes whole = packet(PACKET_KERNEL, request);
  const Bytes route = packet(PACKET_KERNEL, request, 0);
  const Bytes good = join({file_header(), record(PACKET_KERNEL, request)});
  const std::pair<Bytes, std::string_view> rests[] = {
      {record_of(whole, 200),
       "recorded only in part and not checked: 1 packet of NETLINK_NETFILTER; `tcpdump -s 0` "
       "records all of a packet"},
      {record_of({whole.begin(), whole.begin() + 12}, 200),
       "recorded only in part and not checked: 1 packet of NETLINK_NETFILTER; `tcpdump -s 0` "
       "records all of a packet"},
      {join({record_of(route, 200), record_of(route, 200)}),
       "recorded only in part: 2 packets of other netlink families, which are not checked anyway"},
      {zeros(15), "the file ends inside the record at byte 84; what stands before is checked"},
      {join({zeros(8), host32(60), host32(60), zeros(59)}),
       "the file ends inside the record at byte 84; what stands before is checked"},
  };
  for (const auto& [rest, remark] : rests) {
    const auto capture = read_capture(content(join({good, rest})));
    ASSERT_TRUE(capture) << capture.error().text;
    EXPECT_EQ(capture->events.size(), 1U) << remark;
    ASSERT_EQ(capture->remarks.size(), 2U) << remark;
    EXPECT_EQ(capture->remarks[1], remark);
  }
}

struct Refusal {
  std::string file;
  std::size_t position;
  std::string_view text;
};

TEST(ReadPcap, RefusesWhatItCannotReadAndSaysWhere) {
  const std::string whole = content(join({file_header(), record(PACKET_KERNEL, request)}));
  std::string damaged = whole + whole.substr(24);
  damaged.replace(92, 4, "\xff\xff\xff\x7f");  // the size of the second record
  const Refusal refusals[] = {
      {content(file_header(1)), 0, "the link type is 1 (Ethernet), which carries no netlink; "},
      {content(file_header(0xffff)), 0, "the link type is 65535 (unknown), "},
      {whole.substr(0, 8), 0, "libpcap cannot read it: truncated dump file"},
      {damaged, 84, "the record is damaged: "},
      {"\n\r\r\n", 0, "libpcap cannot read it: "},
  };
  for (const Refusal& refusal : refusals) {
    const auto capture = read_capture(refusal.file);
    ASSERT_FALSE(capture) << refusal.text;
    EXPECT_TRUE(capture.error().text.starts_with(refusal.text)) << capture.error().text;
    EXPECT_EQ(capture.error().position, refusal.position) << refusal.text;
    EXPECT_EQ(capture.error().by_line, refusal.position == 0) << refusal.text;
  }
}

}  // namespace
}  // namespace cttimeout::check
