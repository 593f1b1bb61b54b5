// Captures: which packets are requests, where they stand, and how other files are refused.
#include <gtest/gtest.h>
#include <linux/if_packet.h>

#include <algorithm>
#include <bit>

#include "check/readers/capture.h"
#include "support/request.h"

namespace cttimeout::tools::check {
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

TEST(ReadPcap, TellsRequestsFromRepliesWhereEverythingIsOutgoing) {
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

/// A capture by a machine of the other byte order, with each packet after its cooked header.
Bytes file_in_other_order(std::uint32_t linktype, const std::vector<Bytes>& packets) {
  const auto other32 = [](std::uint32_t value) {
    Bytes bytes = host32(value);
    std::reverse(bytes.begin(), bytes.end());
    return bytes;
  };
  const auto other16 = [](std::uint16_t value) {
    Bytes bytes = host16(value);
    std::reverse(bytes.begin(), bytes.end());
    return bytes;
  };
  Bytes file = join(
      {other32(0xa1b2c3d4), other16(2), other16(4), zeros(8), other32(65535), other32(linktype)});
  for (const Bytes& packet : packets) {
    const Bytes size = other32(static_cast<std::uint32_t>(packet.size()));
    file = join({file, zeros(8), size, size, packet});
  }
  return file;
}

/// As packet(), with the header of link type 276.
Bytes packet_2(std::uint8_t packet_type, const Bytes& datagram) {
  return join({big16(netfilter),
               zeros(6),
               big16(arphrd_netlink),
               {std::byte{packet_type}},
               zeros(9),
               datagram});
}

TEST(ReadPcap, KeepsTheBytesOfMessagesWhereTheFileIsInTheOtherByteOrder) {
  Bytes foreign = request;  // as a machine of that order sends it
  std::reverse(foreign.begin(), foreign.begin() + 4);
  std::reverse(foreign.begin() + 4, foreign.begin() + 6);
  std::reverse(foreign.begin() + 6, foreign.begin() + 8);
  std::reverse(foreign.begin() + 20, foreign.begin() + 22);
  std::reverse(foreign.begin() + 22, foreign.begin() + 24);
  const Bytes short_one = {request.begin(), request.begin() + 3};
  const auto other =
      std::endian::native == std::endian::little ? std::endian::big : std::endian::little;
  for (const std::uint32_t linktype : {253U, 113U, 276U}) {
    for (const Bytes& datagram : {request, foreign}) {
      constexpr std::uint8_t type = PACKET_KERNEL;
      const auto cooked = [&](const Bytes& bytes) {
        return linktype == 276 ? packet_2(type, bytes) : packet(type, bytes);
      };
      const auto capture = read_capture(
          content(file_in_other_order(linktype, {cooked(datagram), cooked(short_one)})));
      ASSERT_TRUE(capture) << capture.error().text;
      ASSERT_EQ(capture->events.size(), 2U) << linktype;
      EXPECT_EQ(capture->events[0].bytes, datagram) << linktype;
      EXPECT_EQ(capture->events[1].bytes, short_one) << linktype;
      EXPECT_EQ(capture->byte_order, datagram == foreign ? other : std::endian::native) << linktype;
    }
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
  const std::string little_section(
      "\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0"
      "\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0"
      "\1\0\0\0\x14\0\0\0\xfd\0\0\0\xff\xff\0\0\x14\0\0\0",
      48);
  const std::string big_section(
      "\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\1\0\0"
      "\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x1c",
      28);
  const std::string some_block("\x0b\0\0\0\x0c\0\0\0\x0c\0\0\0", 12);
  damaged.replace(92, 4, "\xff\xff\xff\x7f");  // the size of the second record
  const Refusal refusals[] = {
      {content(file_header(1)), 0, "the link type is 1 (Ethernet), which carries no netlink; "},
      {content(file_header(0xffff)), 0, "the link type is 65535 (unknown), "},
      {whole.substr(0, 8), 0, "libpcap cannot read it: truncated dump file"},
      {damaged, 84, "the record is damaged: "},
      {little_section + big_section, 48, "here begins a section in the other byte order, "},
      {little_section + some_block + big_section, 60, "here begins a section in the other "},
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
}  // namespace cttimeout::tools::check
