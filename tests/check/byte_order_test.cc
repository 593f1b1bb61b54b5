// Messages of a machine of the other byte order: judged as that machine's kernel reads them.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "check/report.h"
#include "netlink/message.h"
#include "rule_examples.h"
#include "support/bytes.h"

namespace cttimeout::tools::check {
namespace {

TEST(Bytes, KeepTheirOrderInEveryPart) {
  const std::vector<std::byte> four{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  const Bytes bytes(four, std::endian::big);
  EXPECT_EQ(load<std::uint16_t>(bytes, 0), 0x0102);
  EXPECT_EQ(load<std::uint16_t>(bytes.subspan(1, 2), 0), 0x0203);
  EXPECT_EQ(load<std::uint32_t>(bytes.first(4), 0), 0x01020304U);
  EXPECT_EQ(load<std::uint16_t>(Bytes(four, std::endian::little), 0), 0x0201);
  EXPECT_EQ(load_big<std::uint16_t>(Bytes(four, std::endian::little), 0), 0x0102);
  EXPECT_EQ(load<std::uint16_t>(bytes, 3), 0) << "beyond the end";
  EXPECT_EQ(Bytes(four).order(), std::endian::native);
}

/// Swaps the fields of little-endian headers, as far as they reach.
class Swapper {
 public:
  explicit Swapper(test::Bytes& bytes) : bytes_(bytes) {}

  void datagram() {
    std::size_t at = 0;
    while (bytes_.size() - at >= header_size) {
      const std::size_t length = load<std::uint32_t>(Bytes(bytes_), at);
      fields(at, {4, 2, 2, 4, 4});
      if (length < header_size || length > bytes_.size() - at) return;
      if (length > header_size + nfgen_size) {
        attributes(at + header_size + nfgen_size, at + length, true);
      }
      at = std::min(bytes_.size(), at + align4(length));
    }
  }

 private:
  void attributes(std::size_t at, std::size_t end, bool is_outer) {
    while (end - at >= NLA_HDRLEN) {
      const std::size_t length = load<std::uint16_t>(Bytes(bytes_), at);
      const unsigned type = load<std::uint16_t>(Bytes(bytes_), at + 2) & NLA_TYPE_MASK;
      fields(at, {2, 2});
      if (length < NLA_HDRLEN || length > end - at) return;
      constexpr unsigned data = 4;
      if (is_outer && type == data) attributes(at + NLA_HDRLEN, at + length, false);
      at = std::min(end, at + align4(length));
    }
  }

  void fields(std::size_t at, std::initializer_list<std::size_t> sizes) {
    for (const std::size_t size : sizes) {
      const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at);
      std::reverse(begin, begin + static_cast<std::ptrdiff_t>(size));
      at += size;
    }
  }

  test::Bytes& bytes_;
};

/// Of an example of the page, once for this machine and once for a big-endian one.
std::set<std::string> broken(const std::string& text, bool swap) {
  auto capture = read_hex(text);
  if (!capture) return {"not read"};
  for (Event& event : capture->events) {
    if (swap) Swapper(event.bytes).datagram();
  }
  capture->byte_order = swap ? std::endian::big : std::endian::little;
  std::set<std::string> ids;
  for (const Located& located : check_capture("hex", *capture, {}).findings) {
    ids.emplace(located.finding.rule->id);
  }
  return ids;
}

/// A header that does not stand where the walk comes by is not one that can be swapped.
bool has_hidden_headers(const RuleExample& example) {
  return example.id.find("UNPADDED") != std::string::npos;
}

TEST(OtherByteOrder, BreaksTheSameRules) {
  int compared = 0;
  for (const RuleExample& example : rule_examples()) {
    if (has_hidden_headers(example)) continue;
    ++compared;
    EXPECT_EQ(broken(example.wrong, true), broken(example.wrong, false)) << example.id;
    EXPECT_EQ(broken(example.right, true), std::set<std::string>{}) << example.id;
  }
  EXPECT_GT(compared, 40);
}

/// What a file with the hex text is taken for, and what it is told to be.
std::endian order_of(std::string_view hex, std::optional<std::endian> told = std::nullopt) {
  const auto capture = read_capture(hex, told);
  EXPECT_TRUE(capture) << capture.error().text;
  return capture ? capture->byte_order : std::endian::native;
}

const std::string little = "1c000000 0208 0500 01000000 00000000 00000000 0800 0100 77656200\n";
const std::string big = "0000001c 0802 0005 00000001 00000000 00000000 0008 0001 77656200\n";
const std::string garbage = "00000000 0000 0000 00000000 00000000\n";

TEST(OtherByteOrder, IsRecognisedByTheMessages) {
  EXPECT_EQ(order_of(little), std::endian::little);
  EXPECT_EQ(order_of(big), std::endian::big);
  EXPECT_EQ(order_of(garbage + "\n" + big), std::endian::big);
  EXPECT_EQ(order_of(garbage), std::endian::native) << "nothing tells it";
  EXPECT_EQ(order_of(little + big), std::endian::native) << "one says this, one that";
}

TEST(OtherByteOrder, CanBeTold) {
  EXPECT_EQ(order_of(little, std::endian::big), std::endian::big);
  EXPECT_EQ(order_of(big, std::endian::little), std::endian::little);
}

/// strace took the headers apart, and printed what is inside of DATA as it stands in memory.
TEST(OtherByteOrder, IsThatOfTheBytesBesideStracesNumbers) {
  const std::string log =
      R"(socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3)"
      "\n"
      R"(sendto(3, [{nlmsg_len=56, nlmsg_type=NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|)"
      R"(IPCTNL_MSG_TIMEOUT_NEW, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK|0x600, nlmsg_seq=1, )"
      R"(nlmsg_pid=0}, {nfgen_family=AF_UNSPEC, version=NFNETLINK_V0, res_id=htons(0)}, )"
      R"([[{nla_len=8, nla_type=0x1}, "\x77\x65\x62\x00"], [{nla_len=6, nla_type=0x2}, "\0\2"], )"
      R"([{nla_len=5, nla_type=0x3}, "\x06"], [{nla_len=12, nla_type=NLA_F_NESTED|0x4}, )"
      R"("\0\10\0\3\20\16\0\0"]]], 56, 0, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 56)"
      "\n"
      R"(sendto(3, "\0\0\0\34\10\2\0\5\0\0\0\2\0\0\0\0\0\0\0\0\0\10\0\1web\0", 28, )"
      R"(0, NULL, 0) = 28)"
      "\n";
  const auto capture = read_capture(log, std::endian::big);
  ASSERT_TRUE(capture) << capture.error().text;
  const Report report = check_capture("log", *capture, {});
  EXPECT_EQ(report.datagrams, 2U);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].finding.rule->id, "C-ORDER-TIMEOUT");
}

TEST(OtherByteOrder, IsNotWhatAProgramMakesThatSwapsOneField) {
  const std::string length = "0000001c 0208 0500 01000000 00000000 00000000 0800 0100 77656200\n";
  const std::string header = "0000001c 0802 0005 00000001 00000000 00000000 0800 0100 77656200\n";
  EXPECT_EQ(order_of(length), std::endian::native);
  EXPECT_EQ(order_of(header), std::endian::native);
}

TEST(OtherByteOrder, IsSaidWhereItIsNotThisMachines) {
  const bool is_little = std::endian::native == std::endian::little;
  const auto capture = read_capture(is_little ? big : little);
  ASSERT_TRUE(capture);
  ASSERT_EQ(capture->remarks.size(), 1U);
  EXPECT_EQ(capture->remarks[0], is_little ? "the messages are of a big-endian machine; if they "
                                             "are not, --byte-order=little says so"
                                           : "the messages are of a little-endian machine; if "
                                             "they are not, --byte-order=big says so");
  EXPECT_TRUE(read_capture(is_little ? little : big)->remarks.empty());
}

}  // namespace
}  // namespace cttimeout::tools::check
