// What the examples of the page cannot show: several datagrams, several findings, exact places.
#include "check/observer.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "cttimeout/protocol.h"
#include "support/request.h"

namespace cttimeout::tools::check {
namespace {

using test::attribute;
using test::delete_policy;
using test::dump_policies;
using test::get_policy;
using test::join;
using test::Message;
using test::new_policy;

constexpr std::size_t page = 4096;

Message add(std::string_view name) {
  return new_policy(name, test::ipv4, test::tcp, {{CTA_TIMEOUT_TCP_ESTABLISHED, 3600}})
      .ack()
      .create()
      .exclusive();
}

test::Bytes answer(std::uint16_t type, std::uint32_t sequence) {
  return Message(type).without(test::flag_request).sequence(sequence);
}

test::Bytes ack(std::uint32_t sequence) {
  return answer(test::type_error, sequence);
}

/// An observer and what it was told, as one sentence.
struct Socket {
  Socket& sends(const test::Bytes& bytes) {
    observer.sent({.bytes = bytes});
    return *this;
  }
  Socket& receives(const test::Bytes& bytes, std::size_t buffer_size = page) {
    observer.received({.bytes = bytes, .buffer_size = buffer_size});
    return *this;
  }
  Socket& fails(int error) {
    observer.received({.buffer_size = page, .error = error});
    return *this;
  }
  std::vector<std::string> closes() {
    observer.closed();
    return broken();
  }
  [[nodiscard]] std::vector<std::string> broken() const {
    std::vector<std::string> ids;
    for (const Finding& finding : observer.findings()) ids.emplace_back(finding.rule->id);
    return ids;
  }

  Observer observer;
};

using Ids = std::vector<std::string>;

TEST(Observer, FindsNothingInAnExchangeAsItShouldBe) {
  Socket socket;
  socket.sends(add("web")).receives(ack(1)).sends(dump_policies().sequence(2));
  socket.receives(answer(test::type_new, 2), 32768).receives(answer(test::type_done, 2), 32768);
  EXPECT_EQ(socket.closes(), Ids{});
}

TEST(Observer, NamesTheMessageThePathAndTheByte) {
  Socket socket;
  socket.sends(add("web"))
      .sends(join({add("dns").sequence(2),
                   new_policy("ntp", test::ipv4, test::udp, {{CTA_TIMEOUT_UDP_REPLIED, 0xffffffff}})
                       .ack()
                       .create()
                       .exclusive()
                       .sequence(3)}));
  ASSERT_EQ(socket.observer.findings().size(), 1U);
  const Finding& finding = socket.observer.findings().front();
  EXPECT_EQ(finding.rule->id, "C-VALUE-WRAP");
  EXPECT_EQ(finding.datagram, 1U);
  EXPECT_EQ(finding.message, 3U);
  EXPECT_EQ(finding.path, "NEW/DATA/REPLIED");
  EXPECT_EQ(finding.offset, 56U + 52U);
  EXPECT_EQ(finding.text,
            "DATA/REPLIED is 4294967295 s, that is 1073741823750 ticks at 250 a second; it becomes "
            "17179868 s");
}

TEST(Observer, ReportsEverythingThatIsWrongWithOneMessage) {
  Socket socket;
  socket.sends(Message(test::type_new).attr(test::attr_family, test::host16(2)).port(7));
  EXPECT_EQ(socket.broken(),
            (Ids{"C-FLAG-ACK", "C-FLAG-CREATE", "C-FLAG-NEITHER", "C-HEAD-PORT", "C-ORDER-L3PROTO",
                 "C-ATTR-MISSING", "C-ATTR-MISSING", "C-ATTR-MISSING"}));
}

TEST(Observer, TakesTheTicksFromItsOptions) {
  const test::Bytes request =
      new_policy("a", test::ipv4, test::udp, {{CTA_TIMEOUT_UDP_REPLIED, 5000000}})
          .ack()
          .create()
          .exclusive();
  Observer at_250;
  at_250.sent({.bytes = request});
  EXPECT_TRUE(at_250.findings().empty());
  Observer at_1000(Options{.hz = 1000});
  at_1000.sent({.bytes = request});
  ASSERT_EQ(at_1000.findings().size(), 1U);
  EXPECT_EQ(at_1000.findings().front().rule->id, "C-VALUE-WRAP");
}

TEST(Observer, LetsSctpKeepTheTimeoutThatIsZeroByDefault) {
  Socket socket;
  socket.sends(new_policy("a", test::ipv4, IPPROTO_SCTP, {{CTA_TIMEOUT_SCTP_HEARTBEAT_ACKED, 0}})
                   .ack()
                   .create()
                   .exclusive());
  EXPECT_EQ(socket.broken(), Ids{});
}

TEST(Observer, SeesSwappedTimeoutsOfEveryUsualSize) {
  for (const std::uint32_t seconds : {1U, 30U, 255U, 300U, 3600U, 432000U}) {
    Socket socket;
    socket.sends(
        new_policy("a", test::ipv4, test::udp, {{CTA_TIMEOUT_UDP_REPLIED, swapped(seconds)}})
            .ack()
            .create()
            .exclusive());
    EXPECT_EQ(socket.broken(), Ids{"C-ORDER-TIMEOUT"}) << seconds;
  }
}

TEST(Observer, DoesNotTakeEveryLongTimeoutForASwappedOne) {
  Socket socket;
  socket.sends(new_policy("a", test::ipv4, test::udp, {{CTA_TIMEOUT_UDP_REPLIED, 20000000}})
                   .ack()
                   .create()
                   .exclusive());
  EXPECT_EQ(socket.broken(), Ids{"C-VALUE-WRAP"});
}

TEST(Observer, SeesSwappedAttributesInsideData) {
  Socket socket;
  const test::Bytes slot =
      attribute(swapped(std::uint16_t{CTA_TIMEOUT_TCP_ESTABLISHED}), test::big32(60));
  socket.sends(new_policy("a", test::ipv4, test::tcp)
                   .attr(test::attr_data | test::nested, slot)
                   .ack()
                   .create()
                   .exclusive());
  EXPECT_EQ(socket.broken(), (Ids{"C-ATTR-DUPLICATE", "C-ORDER-ATTR"}));
}

TEST(Observer, AcceptsOneAckForADatagramOfMany) {
  Socket socket;
  socket.sends(join(
      {delete_policy("a"), delete_policy("b").sequence(2), delete_policy("c").sequence(3).ack()}));
  EXPECT_EQ(socket.receives(ack(3)).closes(), Ids{});
}

TEST(Observer, SeesASequenceNumberUsedAgainOnlyWhileItIsUnanswered) {
  Socket answered;
  answered.sends(delete_policy("a").ack()).receives(ack(1)).sends(delete_policy("b").ack());
  EXPECT_EQ(answered.receives(ack(1)).closes(), Ids{});

  Socket together;
  together.sends(join({delete_policy("a").ack(), delete_policy("b").ack()}));
  EXPECT_EQ(together.receives(ack(1)).receives(ack(1)).closes(), Ids{}) << "they come in order";

  Socket pending;
  pending.sends(delete_policy("a").ack()).sends(delete_policy("b").ack());
  EXPECT_EQ(pending.receives(ack(1)).receives(ack(1)).closes(), Ids{"C-SEQ-REUSE"});
}

TEST(Observer, WaitsForTheAckOfAGetThatAsksForOne) {
  Socket socket;
  socket.sends(get_policy("a").ack()).receives(answer(test::type_new, 1));
  EXPECT_EQ(socket.closes(), Ids{"C-READ-UNREAD"});
}

TEST(Observer, TakesAnErrorForAReplyToAnything) {
  Socket socket;
  socket.sends(dump_policies()).receives(ack(1), 32768).sends(get_policy("a").sequence(2));
  EXPECT_EQ(socket.receives(ack(2)).closes(), Ids{});
}

TEST(Observer, ForgivesAnOverrunAfterWhichIsReadBack) {
  Socket socket;
  socket.sends(delete_policy("a").ack()).fails(ENOBUFS).sends(get_policy("a").sequence(2));
  EXPECT_EQ(socket.receives(ack(2)).closes(), Ids{});
}

TEST(Observer, ForgivesAnOverrunThatTookNothing) {
  Socket socket;
  socket.sends(delete_policy("a").ack()).fails(ENOBUFS);
  EXPECT_EQ(socket.receives(ack(1)).closes(), Ids{});
}

TEST(Observer, DoesNotTrustADumpThatEndsAfterAnOverrun) {
  Socket socket;
  socket.sends(dump_policies()).fails(ENOBUFS).receives(answer(test::type_done, 1), 32768);
  EXPECT_EQ(socket.closes(), Ids{"C-READ-ENOBUFS"});
}

TEST(Observer, TakesEagainForNothing) {
  Socket socket;
  socket.sends(delete_policy("a").ack()).fails(EAGAIN).receives(ack(1));
  EXPECT_EQ(socket.closes(), Ids{});
}

TEST(Observer, LetsAPeekLookWithAnyBuffer) {
  Socket socket;
  socket.sends(dump_policies());
  socket.observer.received({.bytes = {}, .buffer_size = 0, .peek = true, .truncated = true});
  EXPECT_EQ(socket.receives(answer(test::type_done, 1), 32768).closes(), Ids{});
}

TEST(Observer, KnowsThatPartsGrowWithTheLargestBuffer) {
  Socket socket;
  socket.sends(dump_policies()).receives(answer(test::type_done, 1), page);
  EXPECT_EQ(socket.broken(), Ids{});
  socket.sends(get_policy("a")).receives(ack(1), 65536);
  socket.sends(dump_policies()).receives(answer(test::type_done, 1), page);
  EXPECT_EQ(socket.closes(), Ids{"C-READ-SMALL"});
}

TEST(Observer, SeesAReplyThatClaimsMoreThanWasRead) {
  Socket socket;
  test::Bytes cut = answer(test::type_error, 1);
  cut.resize(16);
  EXPECT_EQ(socket.sends(delete_policy("a").ack()).receives(cut, 16).closes(), Ids{"C-READ-CUT"});
}

TEST(Observer, KeepsFindingsOfOneKindOnceWithACountAndTheFirstPlaces) {
  Socket socket;
  for (std::uint32_t i = 1; i <= 300; ++i) socket.sends(delete_policy("a").sequence(i));
  ASSERT_EQ(socket.observer.findings().size(), 1U);
  const Finding& finding = socket.observer.findings().front();
  EXPECT_EQ(finding.rule->id, "C-FLAG-ACK");
  EXPECT_EQ(finding.count, 300U);
  EXPECT_EQ(finding.datagram, 0U);
  ASSERT_EQ(finding.more.size(), most_places);
  EXPECT_EQ(finding.more.front().datagram, 1U);
  EXPECT_EQ(finding.more.front().message, 2U);
}

TEST(Observer, TakesZerosBehindTheLastMessageForAHarmlessHabit) {
  for (const std::size_t size : {1U, 15U, 16U, 132U}) {
    Socket socket;
    test::Bytes bytes = dump_policies();
    bytes.resize(bytes.size() + size);
    socket.sends(bytes);
    EXPECT_EQ(socket.broken(), Ids{"C-FRAME-TRAILING"}) << size;
  }
}

TEST(Observer, JudgesTheWholeMessagesOfADatagramThatIsCut) {
  Socket socket;
  const test::Bytes second = add("dns").sequence(2);
  test::Bytes bytes = join({delete_policy("a"), second});
  bytes.resize(bytes.size() - second.size() + 30);
  socket.observer.sent({.bytes = bytes, .cut = true});
  EXPECT_EQ(socket.broken(), Ids{}) << "the second may ask for the ack of the first";
  EXPECT_EQ(socket.closes(), Ids{"C-READ-UNREAD"}) << "the header of the second is known";
}

TEST(Observer, SaysNothingOfADatagramOfWhichNoMessageIsWhole) {
  Socket socket;
  socket.observer.sent({.bytes = {}, .cut = true});
  socket.observer.sent({.bytes = test::Bytes(10), .cut = true});
  EXPECT_EQ(socket.closes(), Ids{});
}

TEST(Observer, ForgetsWhatItWaitsForWhereTheRecordingHasAGap) {
  Socket socket;
  socket.sends(delete_policy("a").ack());
  socket.observer.lose_track();
  EXPECT_EQ(socket.sends(delete_policy("b").ack()).receives(ack(1)).closes(), Ids{});
}

TEST(Observer, CountsRepliesToRequestsThatItWasNotToldOf) {
  Socket socket;
  socket.sends(delete_policy("a")).receives(ack(1)).receives(ack(2)).receives(answer(0x0a00, 3));
  EXPECT_EQ(socket.observer.stray_replies(), 1U);
}

test::Bytes one_policy(std::uint32_t sequence) {
  return Message(test::type_new).without(test::flag_request).with(NLM_F_MULTI).sequence(sequence);
}

TEST(Observer, WarnsAProgramThatWaitsForADoneAfterTheOnlyReply) {
  Socket without_ack;
  without_ack.sends(get_policy("a")).receives(one_policy(1));
  without_ack.observer.waits(false);
  EXPECT_EQ(without_ack.closes(), Ids{"C-READ-DONE"});

  Socket with_ack;  // as nl_recvmsgs_default() of libnl does
  with_ack.sends(get_policy("a").ack()).receives(one_policy(1)).receives(ack(1));
  with_ack.observer.waits(false);
  EXPECT_EQ(with_ack.closes(), Ids{"C-READ-DONE"});

  Socket polls;  // as mdlayher/netlink does
  polls.sends(get_policy("a")).receives(one_policy(1)).fails(EAGAIN);
  polls.observer.waits(true);
  EXPECT_EQ(polls.closes(), Ids{"C-READ-DONE"});
}

TEST(Observer, HasNothingAgainstAGetThatIsReadAsItShouldBe) {
  Socket once;
  EXPECT_EQ(once.sends(get_policy("a")).receives(one_policy(1)).closes(), Ids{});

  Socket goes_on;
  goes_on.sends(get_policy("a")).receives(one_policy(1)).sends(get_policy("b").sequence(2));
  goes_on.receives(ack(2));
  goes_on.observer.waits(false);
  EXPECT_EQ(goes_on.closes(), Ids{}) << "the wait is for something else";

  Socket polls;  // with an ack, and then for whatever may come
  polls.sends(get_policy("a").ack()).receives(one_policy(1)).receives(ack(1)).fails(EAGAIN);
  polls.observer.waits(true);
  EXPECT_EQ(polls.closes(), Ids{});

  Socket waits_for_the_reply;
  waits_for_the_reply.sends(get_policy("a").ack()).receives(one_policy(1));
  waits_for_the_reply.observer.waits(false);
  EXPECT_EQ(waits_for_the_reply.broken(), Ids{}) << "the ack is still to come";
}

TEST(Observer, WarnsOfAGetWithoutAckWhereItIsNotToldWhatIsRead) {
  Observer observer(Options{.knows_reads = false});
  observer.sent({.bytes = get_policy("a").bytes()});
  ASSERT_EQ(observer.findings().size(), 1U);
  EXPECT_EQ(observer.findings().front().rule->id, "C-READ-DONE");
  observer.sent({.bytes = get_policy("a").ack().bytes()});
  observer.sent({.bytes = dump_policies().bytes()});
  EXPECT_EQ(observer.findings().size(), 1U);
}

TEST(Observer, TakesADumpWithAckForAHabitOfEveryLibrary) {
  Socket socket;
  socket.sends(dump_policies().ack());
  ASSERT_EQ(socket.broken(), Ids{"C-FLAG-DUMP-ACK"});
  EXPECT_EQ(socket.observer.findings().front().rule->severity, Severity::note);
}

TEST(Observer, PassesOverOtherSubsystemsWithOneNoteEach) {
  Socket socket;
  socket.sends(Message(0x0a00).port(9)).sends(Message(0x0a01)).sends(Message(0x0100));
  EXPECT_EQ(socket.closes(), (Ids{"C-SCOPE-OTHER", "C-SCOPE-OTHER"}));
}

TEST(Observer, PassesOverWhatIsNotForTheKernel) {
  Socket socket;
  socket.observer.sent({.bytes = {}, .port = 77});
  EXPECT_EQ(socket.closes(), Ids{"C-SCOPE-OTHER"});
}

TEST(Observer, JudgesOnlyWhatIsSentIfItIsNotToldWhatIsRead) {
  Observer observer(Options{.knows_reads = false});
  observer.sent({.bytes = delete_policy("a").ack().bytes()});
  observer.sent({.bytes = delete_policy("a").ack().bytes()});
  observer.closed();
  EXPECT_TRUE(observer.findings().empty());
}

}  // namespace
}  // namespace cttimeout::tools::check
