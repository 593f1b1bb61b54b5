// A program that waits for what never comes is seen by its last receive.
#include "strace_logs.h"

namespace cttimeout::tools::check {
namespace {

const std::string start = "close(9) = 0\n" + opens_3;
const std::string get = write_line(3, test::get_policy("web"));
const std::string get_acked = write_line(3, test::get_policy("web").ack());
const std::string reply =
    "read(3, " +
    hex_string(test::Message(test::type_new).without(test::flag_request).with(NLM_F_MULTI)) +
    ", 8192) = 20\n";
const std::string ack =
    "recvfrom(3, [{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=0, nlmsg_seq=1, nlmsg_pid=9}, "
    "{error=0}], 4096, 0, NULL, NULL) = 36\n";
const std::string killed = "+++ killed by SIGINT +++\n";
const std::string exited = "+++ exited with 0 +++\n";
const std::vector<std::string> waits_for_ever{"C-READ-DONE"};
const std::vector<std::string> nothing;

TEST(StraceWait, IsSeenWhicheverWayTheReceiveEnds) {
  for (const std::string& end :
       {"recvmsg(3, {msg_namelen=12}, 0) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n" +
            killed,
        "recvmsg(3, <unfinished ...>\n" + killed, std::string("recvmsg(3, <unfinished ...>\n"),
        std::string("recvmsg(3,  <detached ...>\n"),
        "recvfrom(3,  <unfinished ...>\n<... recvfrom resumed> <unfinished ...>) = ?\n" + killed}) {
    EXPECT_EQ(rules_broken_in(start + get + reply + end), waits_for_ever) << end;
    EXPECT_EQ(rules_broken_in(start + get_acked + reply + ack + end), waits_for_ever) << end;
  }
}

TEST(StraceWait, OfAProgramThatPollsIsSeenIfItIsKilled) {
  const std::string none =
      "recvmsg(3, {msg_namelen=12}, 0) = -1 EAGAIN (Resource temporarily unavailable)\n";
  EXPECT_EQ(rules_broken_in(start + get + reply + none + killed), waits_for_ever);
  EXPECT_EQ(rules_broken_in(start + get + reply + none + exited), nothing);
  EXPECT_EQ(rules_broken_in(start + get + reply + none + "close(3) = 0\n" + killed), nothing);
  EXPECT_EQ(rules_broken_in(start + get_acked + reply + ack + none + killed), nothing);
}

TEST(StraceWait, IsNoneInAProgramThatReadsWhatThereIs) {
  EXPECT_EQ(rules_broken_in(start + get + reply + exited), nothing);
  EXPECT_EQ(rules_broken_in(start + get_acked + reply + ack + exited), nothing);
  EXPECT_EQ(rules_broken_in(start + get_acked + reply + "recvmsg(3, <unfinished ...>\n"), nothing)
      << "the ack is to come";
  for (const std::string joins :
       {"bind(3, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=0x00000001}, 12) = 0\n",
        "setsockopt(3, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, [1], 4) = 0\n"}) {
    EXPECT_EQ(rules_broken_in(start + joins + get + reply + "recvmsg(3, <unfinished ...>\n"),
              nothing)
        << "it waits for events";
  }
}

TEST(StraceWait, EndsWithAReplyThatComesBeforeTheSendReturns) {
  const std::string request = write_line(3, adds_web);
  const std::size_t result = request.find(") = ");
  const std::string half = "10 " + request.substr(0, result) + " <unfinished ...>\n";
  const std::string resumed = "10 <... write resumed>" + request.substr(result);
  const std::string receives = "11 recvfrom(3,  <unfinished ...>\n";
  const std::string received = "11 <... recvfrom resumed>" + ack.substr(ack.find('['));
  const std::string closes = "10 close(3) = 0\n";
  const std::string opens = "10 " + start;
  for (const std::string& order :
       {receives + half + received + resumed, half + receives + received + resumed,
        half + "11 " + ack + resumed, "11 " + ack + half + "11 " + ack + resumed}) {
    EXPECT_EQ(rules_broken_in(opens + order + closes), nothing) << order;
    EXPECT_EQ(senders(read_log(opens + order + closes), adds_web).size(), 1U) << order;
  }
  EXPECT_EQ(rules_broken_in(opens + "11 " + ack + half + resumed + closes),
            (std::vector<std::string>{"C-READ-UNREAD"}))
      << "a reply before the send is not its own";
}

}  // namespace
}  // namespace cttimeout::tools::check
