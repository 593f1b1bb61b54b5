// libmnl as the independent judge of the codec: what it builds and what it parses.

#include <arpa/inet.h>
#include <libmnl/libmnl.h>

#include "cttimeout/codec.h"
#include "random_policy.h"
#include "support/bytes.h"

namespace cttimeout::test {
namespace {

constexpr RequestHeader header{.command = IPCTNL_MSG_TIMEOUT_NEW,
                               .flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE,
                               .sequence = 0x01020304};

/// A message under construction by libmnl, in zeroed memory (it does not clear padding).
class MnlMessage {
 public:
  explicit MnlMessage(const RequestHeader& request) {
    mnl_nlmsg_put_header(memory_.data());
    message()->nlmsg_type =
        static_cast<std::uint16_t>(NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | request.command);
    message()->nlmsg_flags = request.flags;
    message()->nlmsg_seq = request.sequence;
    auto* nfgen = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message(), sizeof(nfgenmsg)));
    nfgen->nfgen_family = AF_UNSPEC;
    nfgen->version = NFNETLINK_V0;
    nfgen->res_id = 0;
  }

  MnlMessage& name(const Name& name) {
    mnl_attr_put_strz(message(), CTA_TIMEOUT_NAME, std::string(name.view()).c_str());
    return *this;
  }
  MnlMessage& family(Family family) {
    mnl_attr_put_u16(message(), CTA_TIMEOUT_L3PROTO, htons(static_cast<std::uint16_t>(family)));
    return *this;
  }
  MnlMessage& protocol(std::uint8_t protocol) {
    mnl_attr_put_u8(message(), CTA_TIMEOUT_L4PROTO, protocol);
    return *this;
  }
  MnlMessage& users(std::uint32_t users) {
    mnl_attr_put_u32(message(), CTA_TIMEOUT_USE, htonl(users));
    return *this;
  }
  MnlMessage& timeouts(const Timeouts& timeouts) {
    nlattr* nest = mnl_attr_nest_start(message(), CTA_TIMEOUT_DATA);
    for (std::uint16_t slot = 1; slot <= max_slots; ++slot) {
      if (const auto timeout = timeouts.get(slot)) {
        mnl_attr_put_u32(message(), slot, htonl(static_cast<std::uint32_t>(timeout->count())));
      }
    }
    mnl_attr_nest_end(message(), nest);
    return *this;
  }

  [[nodiscard]] View bytes() const {
    return std::as_bytes(std::span(memory_))
        .first(reinterpret_cast<const nlmsghdr*>(memory_.data())->nlmsg_len);
  }

 private:
  // Found anew each time: the object is copied out of the sentence that builds it.
  nlmsghdr* message() { return reinterpret_cast<nlmsghdr*>(memory_.data()); }

  alignas(nlmsghdr) std::array<char, 1024> memory_{};
};

template <class... Payload>
std::string encoded(const Payload&... payload) {
  std::array<std::byte, max_request_size> buffer;
  buffer.fill(std::byte{0x5a});  // or what libmnl wrote there could pass for ours
  const std::size_t size = encode_request(buffer, header, payload...);
  return to_hex(View(buffer).first(size));
}

class CodecAgainstLibmnl : public testing::TestWithParam<Protocol> {
 protected:
  static constexpr int rounds = 2000;
  std::mt19937 generator_ = seeded_generator();
};

TEST_P(CodecAgainstLibmnl, EncodesTheSamePolicy) {
  for (int round = 0; round < rounds; ++round) {
    const Policy policy = draw_policy(generator_, GetParam());
    const MnlMessage expected = MnlMessage(header)
                                    .name(policy.name)
                                    .family(policy.family)
                                    .protocol(policy.protocol)
                                    .timeouts(policy.timeouts);
    ASSERT_EQ(encoded(policy), to_hex(expected.bytes()));
  }
}

TEST_P(CodecAgainstLibmnl, EncodesTheSameDefaults) {
  for (int round = 0; round < rounds; ++round) {
    const Policy policy = draw_policy(generator_, GetParam());
    const MnlMessage expected = MnlMessage(header)
                                    .family(policy.family)
                                    .protocol(policy.protocol)
                                    .timeouts(policy.timeouts);
    ASSERT_EQ(encoded(DefaultTimeouts{policy.family, policy.protocol, policy.timeouts}),
              to_hex(expected.bytes()));
  }
}

int keep_attribute(const nlattr* attribute, void* table) {
  const unsigned type = mnl_attr_get_type(attribute);
  if (type <= max_slots) static_cast<const nlattr**>(table)[type] = attribute;
  return MNL_CB_OK;
}

/// What libmnl reads in a policy message.
InstalledPolicy mnl_read(View message) {
  const auto* parsed = reinterpret_cast<const nlmsghdr*>(message.data());
  std::array<const nlattr*, max_slots + 1> outer{};
  std::array<const nlattr*, max_slots + 1> inner{};
  mnl_attr_parse(parsed, sizeof(nfgenmsg), keep_attribute, outer.data());
  mnl_attr_parse_nested(outer[CTA_TIMEOUT_DATA], keep_attribute, inner.data());
  InstalledPolicy policy;
  policy.name = mnl_attr_get_str(outer[CTA_TIMEOUT_NAME]);
  policy.family = Family{ntohs(mnl_attr_get_u16(outer[CTA_TIMEOUT_L3PROTO]))};
  policy.protocol = mnl_attr_get_u8(outer[CTA_TIMEOUT_L4PROTO]);
  policy.users = ntohl(mnl_attr_get_u32(outer[CTA_TIMEOUT_USE]));
  for (std::size_t slot = 1; slot <= max_slots; ++slot) {
    if (inner[slot] != nullptr) policy.timeouts.set_raw(slot, ntohl(mnl_attr_get_u32(inner[slot])));
  }
  return policy;
}

TEST_P(CodecAgainstLibmnl, DecodesTheSamePolicy) {
  for (int round = 0; round < rounds; ++round) {
    const Policy policy = draw_policy(generator_, GetParam());
    const MnlMessage message = MnlMessage(header)
                                   .name(policy.name)
                                   .family(policy.family)
                                   .protocol(policy.protocol)
                                   .users(draw<std::uint32_t>(generator_, 0, 0xffffffff))
                                   .timeouts(policy.timeouts);
    const Result<InstalledPolicy> decoded = decode_policy(message.bytes());
    ASSERT_TRUE(decoded.has_value()) << to_string(decoded.error());
    ASSERT_EQ(*decoded, mnl_read(message.bytes()));
    ASSERT_EQ(static_cast<const Policy&>(*decoded), policy);
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, CodecAgainstLibmnl, testing::ValuesIn(protocols),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(CodecAgainstLibmnlToo, EncodesTheSameName) {
  std::mt19937 generator = seeded_generator();
  for (int round = 0; round < 2000; ++round) {
    const Name name(draw_name(generator));
    ASSERT_EQ(encoded(name), to_hex(MnlMessage(header).name(name).bytes()));
  }
}

TEST(CodecAgainstLibmnlToo, EncodesTheSameRequestWithoutAttributes) {
  EXPECT_EQ(encoded(), to_hex(MnlMessage(header).bytes()));
}

TEST(CodecAgainstLibmnlToo, EncodesTheSameRequestForDefaults) {
  EXPECT_EQ(encoded(Family::ipv6, std::uint8_t{IPPROTO_SCTP}),
            to_hex(MnlMessage(header).family(Family::ipv6).protocol(IPPROTO_SCTP).bytes()));
}

}  // namespace
}  // namespace cttimeout::test
