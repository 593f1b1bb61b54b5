// Client::apply when answers are lost or cannot be believed: what it still knows, and says.

#include <gtest/gtest.h>

#include <cerrno>

#include "scripted_transport.h"
#include "support/applied.h"
#include "support/claiming_transport.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

/// The buffer holds two replies, and the Client believes it holds `believed`.
class ApplyLoss : public testing::Test {
 protected:
  Applied apply_believing(std::size_t believed, const std::vector<Change>& changes) {
    set_buffer(*transport_, SO_RCVBUF, 1);
    ClaimingTransport claiming(*transport_);
    claiming.claimed_buffer = believed * 1280;
    Client client(claiming);
    Applied applied;
    applied.succeeded = client.apply(changes, [&](std::size_t, const Result<void>& result) {
      applied.codes.push_back(result ? 0 : result.error().code);
      what_.push_back(result ? Errc{} : result.error().what);
    });
    return applied;
  }

  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> transport_ = kernel_.connect();
  std::vector<Errc> what_;
};

TEST_F(ApplyLoss, IsMadeGoodByLookingUpNames) {
  Client other(*transport_);
  ASSERT_TRUE(other.add(udp_policy("taken", 7s)));
  const Applied applied =
      apply_believing(20, {remove("n1"), remove("n2"), remove("n3"),  // two replies fit
                           add("a"), add("taken"), replace("taken", 5s, IPPROTO_TCP),
                           remove("gone"), add("odd", 5s, 200)});
  // n3 and gone are not there, as was asked; of "taken" the later change hides the earlier one.
  EXPECT_EQ(applied, (Applied{{ENOENT, ENOENT, 0, 0, ENOBUFS, ENOBUFS, 0, ENOBUFS}, 3}));
  EXPECT_EQ(what_[4], Errc::receive_failed);
  EXPECT_EQ(what_[5], Errc::reply_lost);
  EXPECT_EQ(what_[7], Errc::reply_lost);
  EXPECT_EQ(kernel_.policy_count(), 2U);
}

TEST_F(ApplyLoss, TellsPoliciesThatAreNotAsAsked) {
  Client other(*transport_);
  ASSERT_TRUE(other.add(udp_policy("same", 5s)));
  ASSERT_TRUE(other.add(udp_policy("slower", 7s)));
  ASSERT_TRUE(other.add({.name = "other", .family = Family::ipv6, .protocol = IPPROTO_UDP}));
  ASSERT_TRUE(other.add(udp_policy("used", 5s)));
  const auto rule = kernel_.hold("used");
  ASSERT_TRUE(rule);
  const Applied applied =
      apply_believing(20, {remove("n1"), remove("n2"), add("same"), add("slower"), add("other"),
                           remove("used"), replace("slower", 8s), add("last")});
  EXPECT_EQ(applied, (Applied{{ENOENT, ENOENT, 0, ENOBUFS, ENOBUFS, ENOBUFS, 0, 0}, 3}));
  EXPECT_EQ(what_[3], Errc::receive_failed);  // the replacement hides it
  EXPECT_EQ(what_[4], Errc::reply_lost);
  EXPECT_EQ(what_[5], Errc::reply_lost);
}

TEST_F(ApplyLoss, OfManyIsMadeGoodByOneDump) {
  std::vector<Change> changes{remove("n1"), remove("n2"), remove("n3")};
  std::vector<int> codes{ENOENT, ENOENT, 0};
  for (int number = 0; number < 150; ++number) {
    changes.push_back(add(std::to_string(number), 5s, number == 70 ? std::uint8_t{200} : udp));
    codes.push_back(number == 70 ? ENOBUFS : 0);
  }
  const Applied applied = apply_believing(200, changes);
  EXPECT_EQ(applied, (Applied{codes, 150}));
  EXPECT_EQ(what_[73], Errc::reply_lost);
}

TEST_F(ApplyLoss, HappensOnlyOnce) {
  const Applied applied = apply_believing(20, std::vector(100, remove("nobody")));
  // Of a window of 20, 18 answers are lost; those that follow are of the size that fits.
  EXPECT_EQ(std::ranges::count(applied.codes, ENOENT), 82);
  EXPECT_EQ(std::ranges::count(applied.codes, ENOBUFS), 17);  // hidden by the last, which is 0
  EXPECT_EQ(transport_->socket().memory().drops, 18U);
}

TEST_F(ApplyLoss, LeavesTheOutcomeOpenIfItCannotBeReadBack) {
  // Two replies for the window, then refusals to everything.
  ScriptedTransport transport;
  Client client(transport);
  transport.fails(Errc::receive_failed, ENOBUFS);
  EXPECT_EQ(results_of(client, {add("a"), add("b")}), (Applied{{ENOBUFS, ENOBUFS}, 0}));
  std::vector<Change> many;
  for (int number = 0; number < 150; ++number) many.push_back(add(std::to_string(number)));
  transport.fails(Errc::timed_out).fails(Errc::receive_failed, ENOBUFS);
  EXPECT_EQ(results_of(client, many), (Applied{std::vector(150, ENOBUFS), 0}));
}

class ApplyReplies : public testing::Test {
 protected:
  ScriptedTransport transport_;
  Client client_{transport_};
};

TEST_F(ApplyReplies, AreFoundAmongOthers) {
  transport_
      .brings(no(EEXIST, 1), 99)  // a stranger's
      .brings(no(EEXIST, 7))      // of no request of ours
      .brings(no(EPERM, 2))
      .brings(ok(3));
  EXPECT_EQ(results_of(client_, {add("a"), add("b"), add("c")}), (Applied{{0, EPERM, 0}, 2}));
}

TEST_F(ApplyReplies, MayShareADatagram) {
  transport_.brings(join({no(EBUSY, 1), no(EEXIST, 3)}));
  EXPECT_EQ(results_of(client_, {add("a"), add("b"), add("c")}), (Applied{{EBUSY, 0, EEXIST}, 1}));
}

TEST_F(ApplyReplies, AreTakenOnce) {
  transport_.brings(no(EBUSY, 2)).brings(no(EBUSY, 2)).brings(no(EEXIST, 3));
  EXPECT_EQ(results_of(client_, {add("a"), add("b"), add("c")}), (Applied{{0, EBUSY, EEXIST}, 1}));
}

TEST_F(ApplyReplies, ThatStayAwayEndIt) {
  transport_.brings(no(EPERM, 2)).fails(Errc::timed_out);
  std::vector<Errc> what;
  const std::vector<Change> changes(400, add("a"));
  const std::size_t succeeded = client_.apply(changes, [&](std::size_t, const auto& result) {
    what.push_back(result ? Errc{} : result.error().what);
  });
  EXPECT_EQ(succeeded, 1U);
  ASSERT_EQ(what.size(), 400U);
  EXPECT_EQ(what[1], Errc::refused);
  EXPECT_EQ(what[2], Errc::timed_out);
  EXPECT_EQ(what[165], Errc::timed_out);
  EXPECT_EQ(what[166], Errc::not_sent);
  EXPECT_EQ(what[399], Errc::not_sent);
  EXPECT_EQ(transport_.sent().size(), 1U);
}

TEST_F(ApplyReplies, ThatMakeNoSenseEndIt) {
  const Bytes data = to_us(policy_message({.name = "a", .protocol = udp, .timeouts = {1, 2}}, 1));
  const Bytes short_ack = with32(ok(1), 0, 20);
  const Bytes positive = with32(ok(1), 16, 7);
  for (const Bytes& strange : {data, Bytes(short_ack.begin(), short_ack.begin() + 20), positive}) {
    Client client(transport_);
    transport_.brings(strange);
    EXPECT_EQ(results_of(client, {add("a")}), (Applied{{-static_cast<int>(Errc::malformed)}, 0}));
  }
}

TEST_F(ApplyReplies, ThatMakeNoSenseAfterAnOverrunEndIt) {
  transport_.fails(Errc::receive_failed, ENOBUFS)
      .brings(no(EEXIST, 1))
      .fails(Errc::receive_failed, ENOBUFS)
      .brings(Bytes(3));
  std::vector<Errc> what;
  const std::vector<Change> changes{add("a"), add(""), add("b")};
  client_.apply(changes, [&](std::size_t, const auto& result) {
    what.push_back(result ? Errc{} : result.error().what);
  });
  EXPECT_EQ(what, (std::vector{Errc::refused, Errc::name_empty, Errc::malformed}));
}

TEST_F(ApplyReplies, OverrunsWithoutEndAreTooMany) {
  Client client(transport_, Limits{.max_datagrams = 3});
  for (int i = 0; i < 20; ++i) transport_.fails(Errc::receive_failed, ENOBUFS);
  EXPECT_EQ(results_of(client, {add("a")}),
            (Applied{{-static_cast<int>(Errc::too_many_datagrams)}, 0}));
}

TEST_F(ApplyReplies, AreNotAwaitedIfNothingWasSent) {
  transport_.refuse_sends(true);
  EXPECT_EQ(results_of(client_, {add("a"), add("b")}), (Applied{{111, 111}, 0}));
}

TEST_F(ApplyReplies, LeftOverFromBeforeAreDrainedFirst) {
  transport_.fails(Errc::timed_out);
  EXPECT_FALSE(client_.add(udp_policy("a")));
  transport_.brings(ok(1)).fails(Errc::timed_out).brings(ok(2));
  EXPECT_EQ(results_of(client_, {add("b")}), (Applied{{0}, 1}));
  EXPECT_EQ(transport_.unread(), 0U);
}

}  // namespace
}  // namespace cttimeout::test
