// Acks of every style: capped or whole, with and without an extended ack, and broken ones.

#include <gtest/gtest.h>

#include <cerrno>

#include "cttimeout/codec.h"
#include "support/page_end.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

const Bytes request = new_policy("web", ipv4, udp, {{1, 30}}).ack();
const Bytes long_name_tlvs = validation_tlvs(20, rule_of(attr_name));

TEST(AckDecoder, ReadsSuccess) {
  const auto ack = decode_ack(success(request));
  ASSERT_TRUE(ack.has_value()) << to_string(ack.error());
  EXPECT_EQ(ack->error, 0);
  EXPECT_TRUE(ack->text.empty());
  EXPECT_FALSE(ack->offset.has_value());
}

TEST(AckDecoder, ReadsTheErrnoWithTheWholeRequestBehindIt) {
  const auto ack = decode_ack(failure(request, ENOENT));
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->error, ENOENT);
}

TEST(AckDecoder, ReadsTheExtendedAckBehindTheRequestOrItsHeader) {
  for (const bool capped : {false, true}) {
    const auto ack =
        decode_ack(failure(request, EINVAL, {.capped = capped, .tlvs = long_name_tlvs}));
    ASSERT_TRUE(ack.has_value()) << to_string(ack.error());
    EXPECT_EQ(ack->error, EINVAL);
    EXPECT_EQ(ack->text.view(), "Attribute failed policy validation");
    EXPECT_EQ(ack->offset, 20U);
  }
}

TEST(AckDecoder, ReadsAWarningOnSuccess) {
  const auto ack = decode_ack(success(request, leftover_tlvs()));
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->error, 0);
  EXPECT_EQ(ack->text.view(), "bytes leftover after parsing attributes");
}

TEST(AckDecoder, CutsATextThatIsTooLong) {
  const std::string endless(500, 'x');
  const auto ack = decode_ack(success(request, attribute(ext_message, text(endless))));
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->text.view(), endless.substr(0, 160));
}

TEST(AckDecoder, TakesATextWithoutTerminator) {
  const auto ack = decode_ack(success(request, attribute(ext_message, characters("abcd"))));
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->text.view(), "abcd");
}

TEST(AckDecoder, RefusesEveryTruncation) {
  const Bytes whole = failure(request, EINVAL, {.tlvs = long_name_tlvs});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::size_t tlvs_at = whole.size() - long_name_tlvs.size();
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto ack = decode_ack(cut);
    // Cut between two attributes (padding or not) it is a shorter extended ack: no fault.
    const bool between =
        size == tlvs_at || size == tlvs_at + 39 || size == tlvs_at + 40 || size == tlvs_at + 48;
    EXPECT_EQ(ack.has_value(), between) << size;
  }
}

TEST(AckDecoder, NeverReadsBeyondTheMessageWhateverAByteSays) {
  const Bytes whole = failure(request, EINVAL, {.tlvs = long_name_tlvs});
  PageEnd end(whole.size());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      const std::span<std::byte> bent = end.hold(whole);
      bent[at] = static_cast<std::byte>(value);
      (void)decode_ack(bent);
    }
  }
}

TEST(AckDecoder, RefusesAnErrnoThatTheKernelCannotMean) {
  for (const int error : {-1, 4096, 0x7fffffff}) {
    EXPECT_FALSE(decode_ack(failure(request, error)).has_value()) << error;
  }
  EXPECT_TRUE(decode_ack(failure(request, 4095)).has_value());
}

TEST(AckDecoder, SaysWhereItIsAtFault) {
  const Bytes whole = success(request);
  const auto cut = decode_ack(View(whole).first(35));
  EXPECT_EQ(cut.error().detail.view(), "ack shorter than its headers");
  EXPECT_EQ(cut.error().offset, 0U);
  EXPECT_EQ(decode_ack(failure(request, -1)).error().offset, 16U);
  const auto bent = decode_ack(
      success(request, join({attribute(ext_message, text("abc")), attribute(ext_offset, {})})));
  EXPECT_EQ(bent.error().detail.view(), "extended ack out of bounds");
  EXPECT_EQ(bent.error().offset, 36U + 8U);
}

TEST(AckDecoder, IsCompleteWithTheHeaderOfTheRequest) {
  EXPECT_TRUE(decode_ack(View(success(request)).first(36)).has_value());
}

TEST(AckDecoder, LooksForNoExtendedAckUnlessTheHeaderSaysSo) {
  Bytes ack = success(request, leftover_tlvs());
  ack[7] = std::byte{flag_capped >> 8};
  const auto decoded = decode_ack(ack);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_TRUE(decoded->text.empty());
}

TEST(AckDecoder, RefusesAnOffsetThatIsNotFourBytes) {
  EXPECT_FALSE(decode_ack(success(request, attribute(ext_offset, zeros(2)))).has_value());
}

}  // namespace
}  // namespace cttimeout::test
