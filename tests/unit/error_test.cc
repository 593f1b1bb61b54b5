// Errors in words, and what they say about the outcome.

#include "cttimeout/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace cttimeout::test {
namespace {

TEST(Error, ReadsAsOneSentence) {
  EXPECT_EQ(to_string(Error{.origin = Origin::kernel,
                            .what = Errc::refused,
                            .code = EINVAL,
                            .detail = "Attribute failed policy validation",
                            .offset = 20}),
            "kernel: request was refused: Invalid argument (EINVAL): Attribute failed policy "
            "validation (at byte 20 of the message)");
  EXPECT_EQ(to_string(Error{.origin = Origin::transport, .what = Errc::timed_out}),
            "transport: no reply in time");
}

TEST(Error, GivesTheNumberOfAnErrnoThatHasNoName) {
  EXPECT_EQ(to_string(Error{.origin = Origin::kernel, .what = Errc::refused, .code = 4000}),
            "kernel: request was refused: unknown errno (4000)");
}

TEST(Error, KnowsWhetherTheOutcomeIsCertain) {
  const auto known = [](Origin origin, Errc what) {
    return Error{.origin = origin, .what = what}.outcome_known();
  };
  EXPECT_TRUE(known(Origin::request, Errc::name_empty));
  EXPECT_TRUE(known(Origin::kernel, Errc::refused));
  EXPECT_TRUE(known(Origin::transport, Errc::not_sent));
  EXPECT_TRUE(known(Origin::transport, Errc::open_failed));
  EXPECT_TRUE(known(Origin::transport, Errc::reply_lost));
  EXPECT_FALSE(known(Origin::transport, Errc::timed_out));
  EXPECT_FALSE(known(Origin::transport, Errc::receive_failed));
  EXPECT_FALSE(known(Origin::reply, Errc::malformed));
  EXPECT_FALSE(known(Origin::reply, Errc::truncated));
}

TEST(Error, IsAValueThatCompares) {
  const Error error{.origin = Origin::kernel, .what = Errc::refused, .code = EPERM, .detail = "a"};
  EXPECT_EQ(error, Error(error));
  EXPECT_NE(error, (Error{.origin = Origin::kernel, .what = Errc::refused, .code = EPERM}));
}

TEST(Error, HasWordsForEveryCode) {
  for (int what = 0; what <= static_cast<int>(Errc::refused); ++what) {
    EXPECT_NE(to_string(static_cast<Errc>(what)), "unknown error") << what;
  }
  EXPECT_EQ(to_string(static_cast<Errc>(200)), "unknown error");
  for (int origin = 0; origin <= static_cast<int>(Origin::kernel); ++origin) {
    EXPECT_NE(to_string(static_cast<Origin>(origin)), "unknown origin") << origin;
  }
  EXPECT_EQ(to_string(static_cast<Origin>(200)), "unknown origin");
}

}  // namespace
}  // namespace cttimeout::test
