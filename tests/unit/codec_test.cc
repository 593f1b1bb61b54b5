// The codec's bounds: buffers too small, replies cut, bent, or from a newer kernel.

#include "cttimeout/codec.h"

#include <gtest/gtest.h>

#include "support/page_end.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

const Policy widest{.name = "0123456789012345678901234567890",
                    .family = Family::ipv6,
                    .protocol = IPPROTO_TCP,
                    .timeouts = {{1, 1s}, {16, 16s}}};

Bytes udp_reply() {
  return policy_message({.name = "web", .protocol = udp, .timeouts = {30, 120}, .users = 3});
}

/// `message` with its length set right again after a change.
Bytes resized(Bytes message) {
  const auto size = host32(static_cast<std::uint32_t>(message.size()));
  std::copy(size.begin(), size.end(), message.begin());
  return message;
}

template <class... Payload>
void expect_exact_fit(const Payload&... payload) {
  std::array<std::byte, max_request_size + 8> buffer;
  buffer.fill(std::byte{0x5a});
  const std::size_t size = encode_request(buffer, {}, payload...);
  ASSERT_GT(size, 0U);
  for (const std::byte untouched : View(buffer).subspan(size)) {
    ASSERT_EQ(untouched, std::byte{0x5a});
  }
  for (std::size_t room = 0; room < size; ++room) {
    ASSERT_EQ(encode_request(std::span(buffer).first(room), {}, payload...), 0U);
  }
  EXPECT_EQ(encode_request(std::span(buffer).first(size), {}, payload...), size);
}

TEST(Encoder, WritesNothingIntoABufferThatIsTooSmall) {
  expect_exact_fit(widest);
  expect_exact_fit(widest.name);
  expect_exact_fit();
  expect_exact_fit(DefaultTimeouts{Family::ipv4, IPPROTO_UDP, {{1, 1s}}});
  expect_exact_fit(Family::ipv4, std::uint8_t{IPPROTO_UDP});
}

TEST(Encoder, NeverNeedsMoreThanTheStatedSize) {
  Policy policy = widest;
  for (std::size_t slot = 1; slot <= max_slots; ++slot) policy.timeouts.set(slot, 1s);
  std::array<std::byte, max_request_size> buffer;
  EXPECT_EQ(encode_request(buffer, {}, policy), max_request_size);
}

TEST(Encoder, ClearsThePaddingOfEveryNameLength) {
  for (std::size_t size = 0; size <= max_name_size; ++size) {
    std::array<std::byte, max_request_size> buffer;
    buffer.fill(std::byte{0x5a});
    const std::string name(size, 'n');
    const std::size_t written = encode_request(
        buffer, {.command = IPCTNL_MSG_TIMEOUT_GET, .flags = 1, .sequence = 1}, Name(name));
    EXPECT_EQ(to_hex(View(buffer).first(written)), to_hex(get_policy(name).bytes()));
  }
}

TEST(PolicyDecoder, ReadsTheKernelsReply) {
  const auto policy = decode_policy(udp_reply());
  ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
  EXPECT_EQ(policy->name, Name("web"));
  EXPECT_EQ(policy->family, Family::ipv4);
  EXPECT_EQ(policy->protocol, IPPROTO_UDP);
  EXPECT_EQ(policy->users, 3U);
  EXPECT_EQ(policy->timeouts, (Timeouts{{1, 30s}, {2, 120s}}));
}

TEST(PolicyDecoder, RefusesEveryTruncation) {
  const Bytes whole = udp_reply();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto policy = decode_policy(View(whole).first(size));
    ASSERT_FALSE(policy.has_value()) << size;
    EXPECT_EQ(policy.error().origin, Origin::reply);
    EXPECT_EQ(policy.error().what, Errc::malformed);
    EXPECT_FALSE(policy.error().outcome_known());
  }
}

TEST(PolicyDecoder, NeverReadsBeyondTheMessageWhateverAByteSays) {
  const Bytes whole = udp_reply();
  PageEnd end(whole.size());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      const std::span<std::byte> bent = end.hold(whole);
      bent[at] = static_cast<std::byte>(value);
      (void)decode_policy(bent);
    }
  }
}

TEST(PolicyDecoder, RefusesAnotherType) {
  Bytes message = udp_reply();
  message[4] = std::byte{IPCTNL_MSG_TIMEOUT_DEFAULT_SET};
  EXPECT_EQ(decode_policy(message).error().detail.view(), "message type is not that of a reply");
}

TEST(PolicyDecoder, NamesTheOffsetOfABadAttribute) {
  const Bytes message = Message(type_new).name("web").attr(attr_family, byte(2));
  const auto policy = decode_policy(message);
  ASSERT_FALSE(policy.has_value());
  EXPECT_EQ(policy.error().offset, 20U + 8U);
}

TEST(PolicyDecoder, NeedsEachOfItsAttributes) {
  for (unsigned missing = attr_name; missing <= attr_data; ++missing) {
    Message message(type_new);
    if (missing != attr_name) message.name("web");
    if (missing != attr_family) message.family(ipv4);
    if (missing != attr_protocol) message.protocol(udp);
    if (missing != attr_data) message.timeouts({});
    const auto policy = decode_policy(message.bytes());
    ASSERT_FALSE(policy.has_value()) << missing;
    EXPECT_EQ(policy.error().detail.view(), "attribute missing");
    EXPECT_EQ(policy.error().offset, message.bytes().size());
  }
}

TEST(PolicyDecoder, RefusesNumbersOfAnotherSize) {
  const auto with = [](std::uint16_t type, std::size_t size) {
    return decode_policy(new_policy("web", ipv4, udp).attr(type, zeros(size)).bytes());
  };
  for (const auto& [type, size] :
       {std::pair(attr_family, 2U), std::pair(attr_protocol, 1U), std::pair(attr_users, 4U)}) {
    EXPECT_TRUE(with(type, size).has_value()) << type;
    EXPECT_FALSE(with(type, size - 1).has_value()) << type;
    EXPECT_FALSE(with(type, size + 1).has_value()) << type;
  }
}

TEST(PolicyDecoder, SaysWhereAMessageIsNoReply) {
  const auto cut = decode_policy(View(udp_reply()).first(19));
  EXPECT_EQ(cut.error().detail.view(), "message shorter than its headers");
  EXPECT_EQ(cut.error().offset, 0U);
  const auto other = decode_policy(default_message(ipv4, udp, {30, 120}));
  EXPECT_EQ(other.error().offset, offsetof(nlmsghdr, nlmsg_type));
}

TEST(PolicyDecoder, TakesTheHeadersAloneForAMessageWithoutAttributes) {
  EXPECT_EQ(decode_policy(Message(type_new).bytes()).error().detail.view(), "attribute missing");
}

TEST(PolicyDecoder, TakesNoUsersAsNotTold) {
  const auto policy = decode_policy(new_policy("web", ipv4, udp, {{1, 30}}).bytes());
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ(policy->users, 0U);
}

TEST(PolicyDecoder, RefusesNamesThatAreNotTerminatedOrTooLong) {
  const auto decode_name = [](const Bytes& name) {
    return decode_policy(
        Message(type_new).attr(attr_name, name).family(ipv4).protocol(udp).timeouts({}).bytes());
  };
  EXPECT_FALSE(decode_name(characters("web")).has_value());
  EXPECT_FALSE(decode_name({}).has_value());
  EXPECT_FALSE(decode_name(text(std::string(32, 'n'))).has_value());
  EXPECT_TRUE(decode_name(text(std::string(31, 'n'))).has_value());
}

TEST(PolicyDecoder, SkipsAttributesOfANewerKernelAndKeepsItsSlots) {
  const Bytes message = Message(type_new)
                            .attr(6, host32(7))
                            .name("web")
                            .family(ipv4)
                            .protocol(tcp)
                            .timeouts({{12, 99}, {16, 100}, {17, 101}, {300, 102}})
                            .attr(0x3fff, {});
  const auto policy = decode_policy(message);
  ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
  EXPECT_EQ(policy->timeouts, (Timeouts{{12, 99s}, {16, 100s}}));
}

TEST(PolicyDecoder, TakesAttributesInAnyOrderAndTheLastOfTwo) {
  const Bytes message =
      Message(type_new).timeouts({{2, 5}}).protocol(udp).family(ipv6).name("first").name("last");
  const auto policy = decode_policy(message);
  ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
  EXPECT_EQ(policy->name, Name("last"));
  EXPECT_EQ(policy->timeouts, (Timeouts{{2, 5s}}));
}

TEST(PolicyDecoder, ReadsTheSameWhateverTheLayout) {
  for (std::uint16_t slots_given = 0; slots_given <= max_slots; ++slots_given) {
    Bytes slots;
    for (std::uint16_t slot = 1; slot <= slots_given; ++slot) {
      slots = join({slots, attribute(slot, big32(1000U + slot))});
    }
    const Bytes usual = Message(type_new)
                            .name("web")
                            .family(ipv6)
                            .protocol(tcp)
                            .attr(attr_users, big32(2))
                            .attr(attr_data | nested, slots);
    const Bytes other = Message(type_new)
                            .attr(attr_data, slots)
                            .attr(attr_users, big32(2))
                            .protocol(tcp)
                            .family(ipv6)
                            .name("web");
    const auto policy = decode_policy(usual);
    ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
    EXPECT_EQ(policy->users, 2U);
    EXPECT_EQ(policy->timeouts.count(), slots_given);
    EXPECT_EQ(policy, decode_policy(other));
  }
}

TEST(PolicyDecoder, RefusesASlotThatIsNotFourBytes) {
  for (const std::size_t size : {0U, 1U, 3U, 5U, 8U}) {
    const Bytes message = Message(type_new).name("web").family(ipv4).protocol(udp).attr(
        attr_data, attribute(1, zeros(size)));
    EXPECT_FALSE(decode_policy(message).has_value()) << size;
  }
}

TEST(PolicyDecoder, TakesNoBytesBeyond64KiBForPartOfDataThatIsEmpty) {
  Bytes message = policy_message({.name = "web", .protocol = udp});  // DATA is last, and empty
  const Bytes slot = attribute(attr_family, big32(7));
  for (std::size_t size = 0; size < 0x10000; size += slot.size()) {
    message.insert(message.end(), slot.begin(), slot.end());
  }
  EXPECT_FALSE(decode_policy(resized(message)).has_value());
}

TEST(PolicyDecoder, RefusesStrayBytesAfterTheLastAttribute) {
  Bytes message = udp_reply();
  message.push_back(std::byte{0});
  EXPECT_FALSE(decode_policy(resized(message)).has_value());
}

TEST(DefaultDecoder, ReadsTheKernelsReply) {
  const auto defaults = decode_default(default_message(ipv6, IPPROTO_GRE, {30, 180}));
  ASSERT_TRUE(defaults.has_value()) << to_string(defaults.error());
  EXPECT_EQ(*defaults, (DefaultTimeouts{Family::ipv6, IPPROTO_GRE, {{1, 30s}, {2, 180s}}}));
}

TEST(DefaultTimeouts, DifferInEachOfTheirParts) {
  const DefaultTimeouts udp_defaults{Family::ipv4, IPPROTO_UDP, {{1, 30s}}};
  EXPECT_NE(udp_defaults, (DefaultTimeouts{Family::ipv6, IPPROTO_UDP, {{1, 30s}}}));
  EXPECT_NE(udp_defaults, (DefaultTimeouts{Family::ipv4, IPPROTO_GRE, {{1, 30s}}}));
  EXPECT_NE(udp_defaults, (DefaultTimeouts{Family::ipv4, IPPROTO_UDP, {{1, 31s}}}));
}

TEST(DefaultDecoder, NeedsEachOfItsAttributes) {
  for (unsigned missing = attr_family; missing <= attr_data; ++missing) {
    Message message(type_default_set);
    if (missing != attr_family) message.family(ipv4);
    if (missing != attr_protocol) message.protocol(udp);
    if (missing != attr_data) message.timeouts({});
    EXPECT_FALSE(decode_default(message.bytes()).has_value()) << missing;
  }
}

TEST(DefaultDecoder, RefusesAPolicy) {
  EXPECT_FALSE(decode_default(udp_reply()).has_value());
}

}  // namespace
}  // namespace cttimeout::test
