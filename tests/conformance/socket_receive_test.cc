// Receiving: truncation, peeking, polling.
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Receive : public Conformance {
 protected:
  // Has the refusal of GET "x" queued: 48 bytes.
  void begin() override { talker().send(request_); }

  [[nodiscard]] Bytes first(std::size_t size) const {
    return {reply_.begin(), reply_.begin() + static_cast<std::ptrdiff_t>(size)};
  }

  const Bytes request_ = get_policy("x");
  const Bytes reply_ = failure(request_, ENOENT);
};

TEST_F(Receive, FindsNothingTwice) {  // K-SOCK-8
  EXPECT_EQ(talker().receive(), whole(reply_));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Receive, TruncatesAndLosesTheRest) {  // K-SOCK-6
  EXPECT_EQ(talker().receive(20), cut(first(20), 20));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Receive, ExactBufferIsEnough) {  // K-SOCK-6
  EXPECT_EQ(talker().receive(48), whole(reply_));
}

TEST_F(Receive, TellsTheTrueLengthWhenAsked) {  // K-SOCK-6
  EXPECT_EQ(talker().receive(47, MSG_TRUNC), cut(first(47), 48));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Receive, EmptyBufferConsumesTheDatagram) {  // K-SOCK-6
  EXPECT_EQ(talker().receive(0), cut({}, 0));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Receive, PeekingLeavesTheDatagram) {  // K-SOCK-7
  EXPECT_EQ(talker().receive(ample, MSG_PEEK), whole(reply_));
  EXPECT_EQ(talker().receive(0, MSG_PEEK | MSG_TRUNC), cut({}, 48));
  EXPECT_EQ(talker().receive(8, MSG_PEEK), cut(first(8), 8));
  EXPECT_EQ(talker().receive(), whole(reply_));
  EXPECT_EQ(talker().receive(ample, MSG_PEEK), failed(EAGAIN));
}

TEST_F(Receive, IsInTheOrderOfProcessing) {  // K-FRAME-5
  const Bytes second = get_policy("y").sequence(2);
  EXPECT_TRUE(answers(second, {reply_, failure(second, ENOENT)}));
}

TEST_F(Receive, PollShowsWhatIsQueued) {  // K-SOCK-19
  EXPECT_EQ(talker().socket().poll(), POLLIN | POLLOUT);
  EXPECT_EQ(talker().receive(), whole(reply_));
  EXPECT_EQ(talker().socket().poll(), POLLOUT);
}

}  // namespace
}  // namespace cttimeout::test
