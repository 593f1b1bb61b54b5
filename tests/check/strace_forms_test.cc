// One request in every form in which a release of strace prints it gives the same bytes.
#include "strace_logs.h"

namespace cttimeout::tools::check {
namespace {

const std::string header_now =
    "{nlmsg_len=56, nlmsg_type=NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|IPCTNL_MSG_TIMEOUT_NEW, "
    "nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE, nlmsg_seq=1, nlmsg_pid=0}";
const std::string header_then =
    "{len=56, type=0x800 /* NLMSG_??? */, flags=NLM_F_REQUEST|NLM_F_ACK|0x600, seq=1, pid=0}";
const std::string nfgen = "{nfgen_family=AF_UNSPEC, version=NFNETLINK_V0, res_id=htons(0)}";
const std::string timeouts = R"("\x08\x00\x03\x00\x00\x00\x00\x64")";
const std::string to_kernel = ", 56, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12)";

std::string payload_of(const test::Bytes& bytes) {
  return hex_string({bytes.begin() + 16, bytes.end()});
}

std::string attributes(char open, char close) {
  const auto one = [&](std::string_view header, std::string_view data) {
    return open + ("{" + std::string(header) + "}, " + std::string(data)) + close;
  };
  return "[" + one("nla_len=8, nla_type=0x1", R"("\x77\x65\x62\x00")") + ", " +
         one("nla_len=6, nla_type=0x2", R"("\x00\x02")") + ", " +
         one("nla_len=5, nla_type=0x3", R"("\x06")") + ", " +
         one("nla_len=12, nla_type=NLA_F_NESTED|0x4", timeouts) + "]";
}

const std::string message_now = "[" + header_now + ", " + nfgen + ", " + attributes('[', ']') + "]";

/// The call, as each release and option prints it.
std::vector<std::string> forms() {
  const std::string raw = hex_string(adds_web);
  const std::string verbose =
      "[{nlmsg_len=56, nlmsg_type=0x8 /* NFNL_SUBSYS_CTNETLINK_TIMEOUT */<<8|0 /* "
      "IPCTNL_MSG_TIMEOUT_NEW */, nlmsg_flags=0x605 /* NLM_F_REQUEST|NLM_F_ACK|0x600 */, "
      "nlmsg_seq=1, nlmsg_pid=0}, {nfgen_family=0 /* AF_UNSPEC */, version=0 /* NFNETLINK_V0 */, "
      "res_id=htons(0)}, " +
      attributes('[', ']') + "]";
  return {
      // 4.8 to 4.12: bytes, and a msghdr without keys
      "sendto(3, " + raw + ", 56, 0, {sa_family=AF_NETLINK, pid=0, groups=00000000}, 12) = 56",
      "sendmsg(3, {msg_name(12)={sa_family=AF_NETLINK, pid=0, groups=00000000}, msg_iov(1)=[{" +
          raw + ", 56}], msg_controllen=0, msg_flags=0}, 0) = 56",
      "sendmmsg(3, {{{msg_name(0)=NULL, msg_iov(1)=[{" + raw +
          ", 56}], msg_controllen=0, msg_flags=0}, 56}}, 1, 0) = 1",
      "writev(3, [{" + raw + ", 56}], 1) = 56",
      // 4.13 to 4.26: the header alone, or with the attributes
      "sendto(3, {" + header_then + ", " + payload_of(adds_web) + "}" + to_kernel + " = 56",
      "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base={" + header_then + ", " +
          payload_of(adds_web) +
          "}, iov_len=56}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, "
          "0) = 56",
      "sendto(3, {{len=56, type=NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|IPCTNL_MSG_TIMEOUT_NEW, "
      "flags=NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE, seq=1, pid=0}, " +
          nfgen + ", " + attributes('{', '}') + "}" + to_kernel + " = 56",
      // today
      "sendto(3, " + message_now + to_kernel + " = 56",
      "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=" + message_now +
          ", iov_len=56}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 56",
      "sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=" + message_now +
          ", iov_len=56}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, msg_len=56}], 1, 0) = 1",
      "sendto(3, " + verbose + ", 56, 0, NULL, 0) = 56 <0.000012>",
      "sendto(3, " + raw + ", 56, 0, NULL, 0) = 0x38",
      "sendto(3<socket:[651699]>, " + message_now + ", 56, 0, NULL, 0) = 56",
      "sendto(3<NETLINK:[NETFILTER:10592]>, " + message_now + ", 56, 0, NULL, 0) = 56",
      R"(sendto(3<\x73\x6f\x63\x6b\x65\x74\x3a\x5b\x31\x5d>, )" + message_now +
          ", 56, 0, NULL, 0) = 56",
      // 6.16, with -N
      "sendto(fd=3, buf=" + message_now + ", len=56, flags=0, dest_addr=NULL, addrlen=0) = 56",
      "writev(fd=3, iov=[{iov_base=" + raw + ", iov_len=56}], iovcnt=1) = 56",
  };
}

TEST(StraceForms, GiveTheSameBytes) {
  for (const std::string& form : forms()) {
    const Capture capture = read_log(opens_3 + form + "\nclose(3) = 0\n");
    ASSERT_FALSE(capture.events.empty()) << form;
    EXPECT_EQ(capture.events[0].bytes, adds_web) << form;
    EXPECT_FALSE(capture.events[0].cut) << form;
    EXPECT_EQ(capture.events[0].port, 0U) << form;
  }
}

/// Releases from 4.21 to 5.1 open a brace before nfgenmsg and never close it.
TEST(StraceForms, OfNfgenmsgNeedNoClosingBrace) {
  const std::string start =
      "{len=56, type=NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|IPCTNL_MSG_TIMEOUT_NEW, "
      "flags=NLM_F_REQUEST|NLM_F_ACK|0x600, seq=1, pid=0}, ";
  const std::string open = nfgen.substr(0, nfgen.size() - 1);
  const std::string data = hex_string({adds_web.begin() + 20, adds_web.end()});
  const std::string bare = attributes('{', '}').substr(1, attributes('{', '}').size() - 2);
  for (const std::string& message : {
           "{" + start + open + ", " + data + "}",
           "{" + start + open + ", " + data + "}}",
           "{" + start + open + ", " + attributes('{', '}') + "}",
           "{" + start + open + ", " + bare + "}",
           "{" + start + open + ", " + bare + "}}",
           "[" + header_now + ", " + open + ", " + attributes('[', ']') + "]",
           "[" + header_now + ", " + open + ", " + data + "]",
           "[" + header_now + ", " + open + ", " + data + "}]",
       }) {
    for (const std::string& call : {
             "sendto(3, " + message + to_kernel + " = 56",
             "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=" + message +
                 ", iov_len=56}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 56",
             "sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=" + message +
                 ", iov_len=56}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, msg_len=56}], 1, "
                 "0) = 1",
         }) {
      const Capture capture = read_log(opens_3 + call + "\nclose(3) = 0\n");
      EXPECT_EQ(senders(capture, adds_web).size(), 1U) << call;
    }
  }
}

TEST(StraceForms, OfNfgenmsgWithoutBraceCanBeAlone) {
  const std::string get =
      "{{len=20, type=NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|IPCTNL_MSG_TIMEOUT_GET, "
      "flags=NLM_F_REQUEST|0x300, seq=1, pid=0}, {nfgen_family=AF_UNSPEC, "
      "version=NFNETLINK_V0, res_id=htons(0)}";
  const test::Bytes dump = test::dump_policies().sequence(1);
  EXPECT_EQ(senders(read_log(opens_3 + "sendto(3, " + get + ", 20, 0, NULL, 0) = 20\n"), dump),
            (std::vector<std::size_t>{0}));
  EXPECT_EQ(
      senders(read_log(opens_3 + "sendto(3, [" + get + ", " + get + "], 40, 0, NULL, 0) = 40\n"),
              test::join({dump, dump})),
      (std::vector<std::size_t>{0}));
  // In a reply, and with its data cut.
  const std::string reply =
      "recvmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base={{len=36, type=NLMSG_ERROR, "
      "flags=0, seq=1, pid=9}, {error=0, msg=" +
      get + "}}, iov_len=4096}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 36\n";
  const Capture capture = read_log(opens_3 + reply);
  ASSERT_EQ(capture.events.size(), 1U);
  EXPECT_EQ(capture.events[0].bytes.size(), 36U);
  const std::string cut = get.substr(0, get.size() - 1) + ", \"\\x08\"...}";
  EXPECT_TRUE(
      read_log(opens_3 + write_line(3, adds_web) + "sendto(3, " + cut + ", 56, 0, NULL, 0) = 56\n")
          .events[1]
          .cut);
}

TEST(StraceForms, OfTheSocketAreAllKnown) {
  for (const std::string_view call :
       {"socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3",
        "socket(PF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3",
        "socket(PF_NETLINK, SOCK_RAW, 12) = 3", "socket(0x10, 0x3, 0xc) = 3",
        "socket(0x10 /* AF_NETLINK */, 0x3, 0xc /* N */) = 3",
        "socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3<socket:[1]>",
        "socket(domain=AF_NETLINK, type=SOCK_RAW, protocol=NETLINK_NETFILTER) = 3",
        "socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3<NETLINK:[NETFILTER:0]> <0.000012>"}) {
    const Capture capture =
        read_log(std::string(call) + "\nsendto(3, \"\\1\", 1, 0, NULL, 0) = 1\n");
    EXPECT_EQ(senders(capture, test::hex("01")).size(), 1U) << call;
  }
}

TEST(StraceForms, ListSeveralMessages) {
  const test::Bytes dump = test::dump_policies().sequence(2);
  const std::string second =
      "{{len=20, type=0x801, flags=NLM_F_REQUEST|0x300, seq=2, pid=0}, " + payload_of(dump) + "}";
  const test::Bytes both = test::join({adds_web, dump});
  const std::string first = "{" + header_then + ", " + payload_of(adds_web) + "}";
  const Capture capture =
      read_log(opens_3 + "sendto(3, [" + first + ", " + second + "], 76, 0, NULL, 0) = 76\n");
  EXPECT_EQ(senders(capture, both).size(), 1U);
}

TEST(StraceForms, LeaveAnAttributeWithoutPayloadOutOfBrackets) {
  const test::Bytes empty = test::new_policy("web", test::ipv4, test::tcp).ack();
  const std::string list =
      R"([[{nla_len=8, nla_type=0x1}, "\x77\x65\x62\x00"], )"
      R"([{nla_len=6, nla_type=0x2}, "\x00\x02"], )"
      R"([{nla_len=5, nla_type=0x3}, "\x06"], {nla_len=4, nla_type=NLA_F_NESTED|0x4}])";
  const std::string start =
      "sendto(3, [{nlmsg_len=48, nlmsg_type=0x800, nlmsg_flags=0x5, nlmsg_seq=1, nlmsg_pid=0}, ";
  const Capture capture =
      read_log(opens_3 + start + nfgen + ", " + list + "], 48, 0, NULL, 0) = 48\n");
  EXPECT_EQ(senders(capture, empty).size(), 1U);

  // Two of them; and the only attribute; and one before another.
  const auto with = [&](const std::string& attributes, std::size_t size) {
    const std::string count = std::to_string(size);
    return read_log(opens_3 + "sendto(3, [{nlmsg_len=" + count +
                    ", nlmsg_type=0x802, nlmsg_flags=0x5, nlmsg_seq=1, nlmsg_pid=0}, " + nfgen +
                    ", " + attributes + "], " + count + ", 0, NULL, 0) = " + count + "\n");
  };
  const test::Message base = test::Message(test::type_delete).ack();
  EXPECT_EQ(senders(with("{nla_len=4, nla_type=0x1}", 24), test::Message(base).attr(1, {})).size(),
            1U);
  EXPECT_EQ(senders(with("[{nla_len=4, nla_type=0x1}, {nla_len=4, nla_type=0x4}]", 28),
                    test::Message(base).attr(1, {}).attr(4, {}))
                .size(),
            1U);
  EXPECT_EQ(senders(with(R"([{nla_len=4, nla_type=0x4}, [{nla_len=5, nla_type=0x3}, "\x06"]])", 32),
                    test::Message(base).attr(4, {}).attr(3, test::byte(6)))
                .size(),
            1U);
}

TEST(StraceForms, NameTheProcessBehindAPort) {
  const std::string start =
      "sendto(3, [{nlmsg_len=20, nlmsg_type=0x801, nlmsg_flags=0x301, nlmsg_seq=1, nlmsg_pid=";
  for (const std::string_view port : {"4294967294", "-2", "4294967294<nfct>"}) {
    const Capture capture =
        read_log(opens_3 + start + std::string(port) + "}, " + nfgen + "], 20, 0, NULL, 0) = 20\n");
    EXPECT_EQ(test::read32(capture.events[0].bytes, 12), 0xfffffffeU) << port;
  }
}

TEST(StraceForms, KeepTheByteOrderOfAResourceId) {
  const std::string start =
      "sendto(3, [{nlmsg_len=20, nlmsg_type=NFNL_MSG_BATCH_BEGIN, nlmsg_flags=0x1, nlmsg_seq=1, "
      "nlmsg_pid=0}, {nfgen_family=AF_UNSPEC, version=NFNETLINK_V0, res_id=";
  const auto id = [&](const std::string& text) {
    return test::read16(
        read_log(opens_3 + start + text + "}], 20, 0, NULL, 0) = 20\n").events[0].bytes, 18);
  };
  EXPECT_EQ(id("htons(8)"), 0x0800);
  EXPECT_EQ(id("htons(NFNL_SUBSYS_NFTABLES)"), 0x0a00);
  EXPECT_EQ(id("NFNL_SUBSYS_NFTABLES"), 0x000a);
}

}  // namespace
}  // namespace cttimeout::tools::check
