// pcap files: which records are requests, and how what is not netlink is refused.
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

Bytes file_header(std::uint32_t linktype = 253, std::uint32_t magic = 0xa1b2c3d4) {
  return join({host32(magic), host16(2), host16(4), zeros(8), host32(65535), host32(linktype)});
}

Bytes record(std::uint16_t packet_type, const Bytes& datagram, std::uint16_t family = netfilter) {
  const auto size = static_cast<std::uint32_t>(16 + datagram.size());
  return join({zeros(8), host32(size), host32(size), big16(packet_type), big16(arphrd_netlink),
               zeros(10), big16(family), datagram});
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
}

TEST(ReadPcap, TellsRequestsFromAnswersWhereEverythingIsOutgoing) {
  const Bytes ack = test::Message(test::type_error).without(1);
  const auto capture =
      read_capture(content(join({file_header(253, 0xa1b23c4d), record(PACKET_OUTGOING, request),
                                 record(PACKET_OUTGOING, reply), record(PACKET_OUTGOING, ack)})));
  ASSERT_TRUE(capture) << capture.error().text;
  ASSERT_EQ(capture->events.size(), 1U);
  EXPECT_EQ(capture->events[0].bytes, request);
}

struct Refusal {
  std::string file;
  std::size_t position;
  std::string_view text;
};

TEST(ReadPcap, RefusesWhatItCannotReadAndSaysWhere) {
  const std::string whole = content(join({file_header(), record(PACKET_KERNEL, request)}));
  std::string partly = whole;
  partly[36] = '\xc8';  // what the record was before it was cut
  const Refusal refusals[] = {
      {content(file_header(1)), 20, "link type 1; netlink is 253"},
      {whole.substr(0, 8), 0, "the file ends in its header"},
      {content(file_header(253, 0xd4c3b2a1)), 0, "recorded on a machine of the other byte order"},
      {"\n\r\r\n", 0, "this is pcapng; `editcap -F pcap` makes a pcap file of it"},
      {whole.substr(0, whole.size() - 1), 24, "the file ends inside a record"},
      {partly, 24, "only 44 of 200 bytes were recorded"},
      {content(join({file_header(), zeros(8), host32(4), host32(4), zeros(4)})), 24,
       "the record has no netlink header"},
  };
  for (const Refusal& refusal : refusals) {
    const auto capture = read_capture(refusal.file);
    ASSERT_FALSE(capture) << refusal.text;
    EXPECT_EQ(capture.error().text, refusal.text);
    EXPECT_EQ(capture.error().position, refusal.position) << refusal.text;
    EXPECT_FALSE(capture.error().by_line);
  }
}

}  // namespace
}  // namespace cttimeout::check
