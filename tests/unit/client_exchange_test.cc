// How a Client reads answers: whose they are, where they end, and what it cannot believe.

#include <gtest/gtest.h>

#include <cerrno>

#include "cttimeout/client.h"
#include "scripted_transport.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

const Bytes any_request = get_policy("x");
const Policy web{"web", Family::ipv4, IPPROTO_UDP, {{1, 5s}}};

Bytes policy_reply(std::string_view name, std::uint32_t sequence = 1) {
  return to_us(policy_message({.name = std::string(name), .protocol = udp, .timeouts = {30, 120}},
                              sequence));
}

Bytes end(std::uint32_t sequence = 1) {
  return to_us(done(sequence));
}

Bytes end_with(std::int32_t code) {
  return with32(end(), 16, static_cast<std::uint32_t>(code));
}

class ClientExchange : public testing::Test {
 protected:
  void expect_error(const Result<void>& result, Origin origin, Errc what, int code = 0) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().origin, origin);
    EXPECT_EQ(result.error().what, what);
    EXPECT_EQ(result.error().code, code);
  }
  Result<void> list() {
    return client_.list(
        [this](const InstalledPolicy& policy) { listed_.emplace_back(policy.name.view()); });
  }

  ScriptedTransport transport_;
  Client client_{transport_, {.reply_timeout = 1ms, .max_datagrams = 50}};
  std::vector<std::string> listed_;
};

TEST_F(ClientExchange, RefusesBadValuesBeforeTheWire) {
  EXPECT_FALSE(client_.add({"", Family::ipv4, IPPROTO_UDP, {}}).has_value());
  EXPECT_FALSE(client_.replace({"web", Family::ipv4, IPPROTO_UDP, {{1, 0s}}}).has_value());
  EXPECT_FALSE(client_.get("").has_value());
  EXPECT_FALSE(client_.remove(std::string(32, 'a')).has_value());
  EXPECT_FALSE(client_.set_default(IPPROTO_UDP, {{3, 1s}}).has_value());
  EXPECT_TRUE(transport_.sent().empty());
}

TEST_F(ClientExchange, SendsTheFlagsOfEachIntention) {
  transport_.brings(ok(1)).brings(ok(2)).brings(ok(3)).brings(ok(4));
  EXPECT_TRUE(client_.add(web).has_value());
  EXPECT_TRUE(client_.replace(web).has_value());
  EXPECT_TRUE(client_.remove("web").has_value());
  EXPECT_TRUE(client_.flush().has_value());
  EXPECT_EQ(transport_.sent(),
            (std::vector<Bytes>{
                new_policy("web", ipv4, udp, {{1, 5}}).ack().create().exclusive().sequence(1),
                new_policy("web", ipv4, udp, {{1, 5}}).ack().create().replace().sequence(2),
                delete_policy("web").ack().sequence(3), flush_policies().ack().sequence(4)}));
}

TEST_F(ClientExchange, ReportsTheKernelsErrnoAndExtendedAck) {
  transport_.brings(
      to_us(failure(any_request, ERANGE, {.tlvs = validation_tlvs(28, rule_of(attr_family))})));
  const Result<void> added = client_.add(web);
  expect_error(added, Origin::kernel, Errc::refused, ERANGE);
  EXPECT_EQ(added.error().detail.view(), "Attribute failed policy validation");
  EXPECT_EQ(added.error().offset, 28U);
}

TEST_F(ClientExchange, ReadsAnObjectAndItsAck) {
  transport_.brings(policy_reply("web")).brings(ok());
  const auto policy = client_.get("web");
  ASSERT_TRUE(policy.has_value()) << to_string(policy.error());
  EXPECT_EQ(policy->name, Name("web"));
  EXPECT_EQ(transport_.unread(), 0U);
}

TEST_F(ClientExchange, ReadsAnObjectAndItsAckInOneDatagram) {
  transport_.brings(join({policy_reply("web"), ok()}));
  EXPECT_TRUE(client_.get("web").has_value());
}

TEST_F(ClientExchange, ReadsDefaults) {
  transport_.brings(to_us(default_message(ipv4, IPPROTO_GRE, {30, 180}))).brings(ok());
  const auto timeouts = client_.get_default(IPPROTO_GRE);
  ASSERT_TRUE(timeouts.has_value()) << to_string(timeouts.error());
  EXPECT_EQ(*timeouts, (Timeouts{{1, 30s}, {2, 180s}}));
}

TEST_F(ClientExchange, ListsOverSeveralDatagrams) {
  transport_.brings(join({policy_reply("a"), policy_reply("b")}))
      .brings(policy_reply("c"))
      .brings(end());
  EXPECT_TRUE(list().has_value());
  EXPECT_EQ(listed_, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(ClientExchange, PassesOverStrangersOtherPortsAndOldReplies) {
  transport_.brings(no(EPERM), 77)
      .brings(to_us(failure(any_request, EPERM), 99))
      .brings(no(EPERM, 0))
      .brings(ok());
  EXPECT_TRUE(client_.remove("web").has_value());
}

TEST_F(ClientExchange, TimesOutWithoutAReply) {
  expect_error(client_.add(web), Origin::transport, Errc::timed_out);
}

TEST_F(ClientExchange, SaysThatNothingHappenedIfItCouldNotSend) {
  transport_.refuse_sends(true);
  const Result<void> added = client_.add(web);
  expect_error(added, Origin::transport, Errc::not_sent, 111);
  EXPECT_TRUE(added.error().outcome_known());
}

TEST_F(ClientExchange, ReportsAnOverrunOfAList) {
  transport_.brings(policy_reply("a")).fails(Errc::receive_failed, ENOBUFS);
  expect_error(list(), Origin::transport, Errc::receive_failed, ENOBUFS);
}

TEST_F(ClientExchange, DoesNotBelieveATruncatedDatagram) {
  transport_.brings(policy_reply("a"), 0, true);
  expect_error(list(), Origin::reply, Errc::truncated);
}

TEST_F(ClientExchange, DoesNotBelieveAnEndOfADumpWithAnImpossibleErrno) {
  for (const std::int32_t code : {1, -4096, std::numeric_limits<std::int32_t>::min()}) {
    ScriptedTransport transport;
    transport.brings(end_with(code));
    Client client(transport);
    expect_error(client.list([](const InstalledPolicy&) {}), Origin::reply, Errc::malformed);
  }
  transport_.brings(end_with(-4095));
  expect_error(list(), Origin::kernel, Errc::refused, 4095);
}

TEST_F(ClientExchange, DoesNotBelieveBrokenFraming) {
  for (const Bytes& datagram :
       {zeros(7), zeros(16), to_us(get_policy("x").claims(15)), to_us(get_policy("x").claims(99)),
        join({policy_reply("a"), zeros(3)})}) {
    ScriptedTransport transport;
    transport.brings(datagram);
    Client client(transport);
    const Result<void> listed = client.list([](const InstalledPolicy&) {});
    expect_error(listed, Origin::reply, Errc::malformed);
    EXPECT_FALSE(listed.error().outcome_known());
  }
}

TEST_F(ClientExchange, DoesNotBelieveDataInPlaceOfAnAck) {
  transport_.brings(policy_reply("web"));
  expect_error(client_.add(web), Origin::reply, Errc::malformed);
}

TEST_F(ClientExchange, DoesNotBelieveAnAckInPlaceOfAnObject) {
  transport_.brings(ok());
  expect_error(client_.get("web").map([](const auto&) {}), Origin::reply, Errc::malformed);
}

TEST_F(ClientExchange, DoesNotBelieveTwoObjects) {
  transport_.brings(policy_reply("web")).brings(policy_reply("web"));
  expect_error(client_.get("web").map([](const auto&) {}), Origin::reply, Errc::malformed);
}

TEST_F(ClientExchange, DoesNotBelieveAnAckInPlaceOfAList) {
  transport_.brings(ok());
  expect_error(list(), Origin::reply, Errc::malformed);
}

TEST_F(ClientExchange, DoesNotBelieveTheEndOfAListNobodyAskedFor) {
  transport_.brings(end());
  expect_error(client_.add(web), Origin::reply, Errc::malformed);
}

TEST_F(ClientExchange, DoesNotBelieveAListThatEndsWithoutItsErrno) {
  transport_.brings(to_us(Message(type_done).payload({})));
  expect_error(list(), Origin::reply, Errc::malformed);
}

TEST_F(ClientExchange, DoesNotBelieveAMalformedPolicyOrAck) {
  transport_.brings(to_us(Message(type_new).name("web")));
  expect_error(client_.get("web").map([](const auto&) {}), Origin::reply, Errc::malformed);
  transport_.fails(Errc::timed_out).brings(answering(2, Message(type_error)));
  expect_error(client_.add(web), Origin::reply, Errc::malformed);
}

TEST_F(ClientExchange, ReportsTheErrnoThatEndsAList) {
  transport_.brings(to_us(Message(type_done).payload(host32(static_cast<std::uint32_t>(-ENOMEM)))));
  expect_error(list(), Origin::kernel, Errc::refused, ENOMEM);
  transport_.fails(Errc::timed_out).brings(no(EPERM, 2));
  expect_error(list(), Origin::kernel, Errc::refused, EPERM);
}

TEST_F(ClientExchange, ReportsAnInterruptedListAfterReadingItToItsEnd) {
  const Bytes marked = to_us(Message(type_new)
                                 .with(0x10)  // NLM_F_DUMP_INTR
                                 .name("b")
                                 .family(ipv4)
                                 .protocol(udp)
                                 .timeouts({}));
  transport_.brings(policy_reply("a")).brings(marked).brings(end());
  expect_error(list(), Origin::reply, Errc::dump_interrupted);
  EXPECT_EQ(listed_, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(transport_.unread(), 0U);
}

TEST_F(ClientExchange, PassesOverNoops) {
  transport_.brings(join({to_us(Message(type_noop)), ok()}));
  EXPECT_TRUE(client_.add(web).has_value());
}

TEST_F(ClientExchange, EndsAfterTheLimitOfDatagrams) {
  for (int i = 0; i < 60; ++i) transport_.brings(policy_reply("a"));
  expect_error(list(), Origin::reply, Errc::too_many_datagrams);
  EXPECT_EQ(transport_.unread(), 10U);
}

TEST_F(ClientExchange, DropsWhatIsLeftOfAFailedReplyBeforeTheNextRequest) {
  transport_
      .brings(to_us(Message(type_new).name("web")))  // malformed
      .brings(policy_reply("a"))
      .fails(Errc::receive_failed, ENOBUFS)
      .brings(end())
      .fails(Errc::timed_out)
      .brings(ok(2));
  EXPECT_FALSE(list().has_value());
  EXPECT_EQ(transport_.sent().size(), 1U);
  EXPECT_TRUE(client_.add(web).has_value());
  EXPECT_EQ(transport_.unread(), 0U);
}

TEST_F(ClientExchange, SendsNothingWhileLeftOversCannotBeDrained) {
  EXPECT_FALSE(client_.add(web).has_value());  // timed out
  transport_.fails(Errc::receive_failed, EBADF);
  const Result<void> removed = client_.remove("web");
  expect_error(removed, Origin::transport, Errc::not_sent, EBADF);
  EXPECT_TRUE(removed.error().outcome_known());
  EXPECT_EQ(transport_.sent().size(), 1U);
  for (int i = 0; i < 60; ++i) transport_.brings(policy_reply("a"));
  expect_error(client_.remove("web"), Origin::transport, Errc::not_sent);
}

TEST_F(ClientExchange, SurvivesAVisitorThatThrows) {
  transport_.brings(policy_reply("a")).brings(end()).fails(Errc::timed_out).brings(ok(2));
  EXPECT_THROW((void)client_.list([](const InstalledPolicy&) { throw 1; }), int);
  EXPECT_TRUE(client_.add(web).has_value());
}

}  // namespace
}  // namespace cttimeout::test
