// What the fake answers where the kernel gets no memory (K-ALLOC).

#include <gtest/gtest.h>

#include <cerrno>

#include "cttimeout/fake_kernel.h"
#include "support/reply.h"
#include "support/request.h"

namespace cttimeout::test {
namespace {

class Allocation : public testing::Test {
 protected:
  /// The replies to `request` with its n-th allocation failing; the first is that of the send.
  std::vector<Bytes> answers(const Bytes& request, std::uint64_t nth = 0) {
    if (nth != 0) kernel_.fail_allocation(nth);
    EXPECT_TRUE(socket_->send(request));
    std::vector<Bytes> answers;
    Bytes buffer(buffer_size_);
    while (const auto received = socket_->receive(buffer)) {
      answers.emplace_back(buffer.begin(), buffer.begin() + static_cast<long>(received->copied));
    }
    return answers;
  }
  void expect_refusal(const Bytes& request, std::uint64_t nth, int error) {
    const auto received = answers(request, nth);
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(read32(received[0], 16), static_cast<std::uint32_t>(-error));
  }
  void have(const char* name) {
    ASSERT_TRUE(socket_->send(new_policy(name, ipv4, udp, {{1, 5}}).bytes()));
  }
  std::uint32_t timeout_of(const char* name) {
    return read_big32(answers(get_policy(name)).at(0), 60);
  }

  FakeKernel kernel_;
  std::unique_ptr<NetlinkSocket> socket_ = kernel_.socket();
  std::size_t buffer_size_ = 1000;
};

TEST_F(Allocation, OfTheRequestFailsTheSend) {  // K-ALLOC-1
  kernel_.fail_allocation(1);
  EXPECT_EQ(socket_->send(new_policy("a", ipv4, udp).bytes()).error(), ENOBUFS);
  EXPECT_EQ(kernel_.policy_count(), 0U);
  EXPECT_TRUE(socket_->send(new_policy("a", ipv4, udp).bytes()));
  EXPECT_EQ(kernel_.policy_count(), 1U);
}

TEST_F(Allocation, OfAPolicyIsEnomem) {  // K-ALLOC-2
  expect_refusal(new_policy("a", ipv4, udp), 2, ENOMEM);
  EXPECT_EQ(kernel_.policy_count(), 0U);
}

TEST_F(Allocation, OfAPolicyComesBehindTheChecksOfWhatIsThere) {  // K-ALLOC-2
  ASSERT_TRUE(socket_->send(new_policy("a", ipv4, 200).bytes()));
  EXPECT_EQ(kernel_.allocations(), 2U);  // the request and the refusal
}

TEST_F(Allocation, OfTheSlotsIsEnomem) {  // K-ALLOC-3
  expect_refusal(new_policy("a", ipv4, udp), 3, ENOMEM);
  EXPECT_EQ(kernel_.policy_count(), 0U);
  expect_refusal(set_default(udp, {{1, 99}}), 2, ENOMEM);
  EXPECT_EQ(kernel_.read_sysctl("nf_conntrack_udp_timeout"), "30");
}

TEST_F(Allocation, OfTheSlotsLeavesAPolicyAsItWas) {  // K-ALLOC-3
  have("a");
  expect_refusal(new_policy("a", ipv4, udp, {{1, 9}}).replace(), 2, ENOMEM);
  EXPECT_EQ(timeout_of("a"), 5U);
}

TEST_F(Allocation, OfAReplyIsEnomem) {  // K-ALLOC-4
  have("a");
  expect_refusal(get_policy("a"), 2, ENOMEM);
  expect_refusal(get_default(udp), 2, ENOMEM);
}

TEST_F(Allocation, OfAnAckIsAnErrorOfTheSocket) {  // K-ALLOC-5
  kernel_.fail_allocation(4);
  ASSERT_TRUE(socket_->send(new_policy("a", ipv4, udp).ack().bytes()));
  EXPECT_EQ(kernel_.policy_count(), 1U);
  Bytes buffer(1000);
  EXPECT_EQ(socket_->receive(buffer).error(), ENOBUFS);
  EXPECT_EQ(socket_->receive(buffer).error(), EAGAIN);
  EXPECT_EQ(socket_->memory().drops, 0U);
}

TEST_F(Allocation, OfADumpPartDoesWithASmallerOne) {  // K-ALLOC-6
  for (int i = 0; i < 200; ++i) have(("p" + std::to_string(i)).c_str());
  buffer_size_ = 32768;
  const auto parts = answers(dump_policies(), 3);  // of the second part
  ASSERT_EQ(parts.size(), 4U);
  EXPECT_LE(parts[0].size(), 3776U);
  EXPECT_LE(parts[1].size(), 3776U);
  EXPECT_GT(parts[2].size(), 3776U);
  EXPECT_EQ(parts[3].size(), done().size());
}

TEST_F(Allocation, OfTheFirstDumpPartRefusesADumpThatStillGoesOn) {  // K-ALLOC-6
  have("a");
  const auto received = answers(dump_policies(), 2);
  ASSERT_EQ(received.size(), 3U);
  EXPECT_EQ(read32(received[0], 16), static_cast<std::uint32_t>(-ENOBUFS));
  EXPECT_EQ(read16(received[1], 4), type_new);
  EXPECT_EQ(read16(received[2], 4), type_done);
}

TEST_F(Allocation, OfABatchIsEnomem) {  // K-ALLOC-7
  const Bytes begin = Message(16).payload(join({zeros(2), big16(8)}));
  expect_refusal(begin, 2, ENOMEM);
  EXPECT_EQ(read32(answers(begin).at(0), 16), static_cast<std::uint32_t>(-EOPNOTSUPP));
}

TEST_F(Allocation, FailsNoMoreWhenToldSo) {
  kernel_.fail_allocation(1);
  kernel_.fail_no_allocation();
  have("a");
  EXPECT_EQ(kernel_.allocations(), 3U);
}

}  // namespace
}  // namespace cttimeout::test
