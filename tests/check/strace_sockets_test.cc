// A datagram is seen whichever descriptor and process sends it, and no other data is taken for one.
#include <algorithm>

#include "strace_logs.h"

namespace cttimeout::tools::check {
namespace {

using Sockets = std::vector<std::size_t>;

/// Who sent the request in the log that begins with socket 0, descriptor 3.
Sockets senders_after(const std::string& text) {
  return senders(read_log(opens_3 + text), adds_web);
}

std::size_t closes_in(const Capture& capture) {
  return static_cast<std::size_t>(
      std::ranges::count(capture.events, Event::Kind::closed, &Event::kind));
}

TEST(StraceSockets, AreKnownByEveryCopyOfTheirDescriptor) {
  for (const std::string copy :
       {"dup(3) = 7", "dup2(3, 7) = 7", "dup3(3, 7, O_CLOEXEC) = 7", "fcntl(3, F_DUPFD, 7) = 7",
        "fcntl(3, F_DUPFD_CLOEXEC, 0) = 7", "fcntl64(3, 0, 0) = 7", "fcntl(3, 0x406, 0) = 7",
        "dup(3<socket:[1]>) = 7<socket:[1]>"}) {
    const Capture capture =
        read_log(opens_3 + copy + "\nclose(3) = 0\n" + write_line(7, adds_web) + "close(7) = 0\n");
    EXPECT_EQ(senders(capture, adds_web), Sockets{0}) << copy;
    EXPECT_EQ(closes_in(capture), 1U) << copy;
  }
}

TEST(StraceSockets, SendByEveryCall) {
  const std::string whole = hex_string(adds_web);
  const std::string head = hex_string({adds_web.begin(), adds_web.begin() + 5});
  const std::string tail = hex_string({adds_web.begin() + 5, adds_web.end()});
  for (const std::string& call :
       {"write(3, " + whole + ", 56) = 56", "send(3, " + whole + ", 56, 0) = 56",
        "writev(3, [{iov_base=" + head + ", iov_len=5}, {iov_base=" + tail +
            ", iov_len=51}], 2) = 56",
        "writev(3, [{iov_base=" + head + ", iov_len=5}, {iov_base=\"\", iov_len=0}, {iov_base=" +
            tail + ", iov_len=51}], 3) = 56",
        "pwritev2(3, [{iov_base=" + whole + ", iov_len=56}], 1, -1, 0) = 56",
        "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=" + head +
            ", iov_len=5}, {iov_base=" + tail +
            ", iov_len=51}], msg_iovlen=2, msg_controllen=0, msg_flags=0}, 0) = 56"}) {
    EXPECT_EQ(senders_after(call + "\n"), Sockets{0}) << call;
  }
}

TEST(StraceSockets, PutTogetherBuffersThatStraceTookApartIfNothingIsLost) {
  const std::string header =
      "{nlmsg_len=56, nlmsg_type=0x800 /* NLMSG_??? */, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK|0x600, "
      "nlmsg_seq=1, nlmsg_pid=0}";
  const std::string call =
      "sendmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, "
      "msg_iov=[{iov_base=";
  const std::string end = "], msg_iovlen=2, msg_controllen=0, msg_flags=0}, 0) = 56\n";
  // As strace 6.1 printed it: the second buffer begins inside of an attribute.
  const std::string whole =
      call + "[" + header +
      R"(, "\x00\x00\x00\x00\x08\x00\x01\x00\x77\x65\x62\x00\x06\x00\x02\x00\x00"], iov_len=33}, )"
      R"({iov_base=[{nlmsg_len=83886082, nlmsg_type=0x300 /* NLMSG_??? */, nlmsg_flags=0x600 )"
      R"(/* NLM_F_??? */, nlmsg_seq=201326592, nlmsg_pid=142607360}, )"
      R"("\x00\x03\x00\x00\x00\x00\x64"], iov_len=23})" +
      end;
  EXPECT_EQ(senders_after(whole), Sockets{0});
  // And here it printed 16 of 40 bytes.
  const std::string lossy =
      call + header + ", iov_len=16}, {iov_base={nlmsg_len=0, nlmsg_type=0x8, " +
      "nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=6448503, nlmsg_pid=131078}, " + "iov_len=40}" + end;
  const auto refused = read_strace(opens_3 + lossy);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().position, 2U);
  EXPECT_EQ(refused.error().text,
            "strace took the datagram apart buffer by buffer, and lost bytes; record it with "
            "`strace -e write=all`");
}

TEST(StraceSockets, AreInheritedByAForkAndAThread) {
  const std::string line = write_line(3, adds_web);
  const std::string opens = "7 " + opens_3;
  for (const std::string fork :
       {"fork() = 8", "vfork() = 8", "clone(child_stack=NULL, flags=SIGCHLD) = 8",
        "clone3({flags=CLONE_VM|CLONE_FILES, exit_signal=0}, 88) = 8",
        "fork() = 2 /* 8 in strace's PID NS */"}) {
    EXPECT_EQ(senders(read_log(opens + "7 " + fork + "\n8 " + line), adds_web), Sockets{0}) << fork;
  }
  // It runs before the call returns; and the call is not in the trace at all.
  EXPECT_EQ(senders(read_log(opens + "7 clone(flags=SIGCHLD <unfinished ...>\n8 " + line +
                             "7 <... clone resumed>) = 8\n"),
                    adds_web),
            Sockets{0});
  EXPECT_EQ(senders(read_log(opens + "8 " + line), adds_web), Sockets{0});
}

TEST(StraceSockets, AreClosedWithTheirLastDescriptor) {
  const std::string opens = "7 " + opens_3;
  const auto closes = [&](const std::string& text) { return closes_in(read_log(opens + text)); };
  const std::string sends = "7 " + write_line(3, adds_web);
  EXPECT_EQ(closes(sends + "7 fork() = 8\n7 close(3) = 0\n"), 0U) << "the child has it";
  EXPECT_EQ(closes(sends + "7 fork() = 8\n7 close(3) = 0\n8 +++ exited with 0 +++\n"), 1U);
  EXPECT_EQ(closes(sends + "7 clone(flags=CLONE_FILES) = 8\n8 close(3) = 0\n"), 1U) << "a thread";
  EXPECT_EQ(closes(sends + "7 clone(flags=CLONE_FILES) = 8\n8 +++ exited with 0 +++\n"), 0U);
  EXPECT_EQ(closes(sends + "7 close_range(3, 4294967295, 0) = 0\n"), 1U);
  EXPECT_EQ(closes(sends + "7 close(3) = -1 EBADF (Bad file descriptor)\n"), 0U);
  EXPECT_EQ(closes(sends + "7 openat(AT_FDCWD, \"x\", O_RDONLY) = 3\n"), 1U)
      << "its number is used";
  EXPECT_EQ(closes(sends + "7 dup2(1, 3) = 3\n"), 1U);
}

TEST(StraceSockets, OutliveAnExecIfTheyMay) {
  const std::string runs = "execve(\"/bin/x\", [\"x\"], 0x7ffe /* 2 vars */) = 0\n";
  const std::string closes_at_exec =
      "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_NETFILTER) = 3\n";
  const std::string sends = write_line(3, adds_web);
  const auto closed = [&](const std::string& text) { return closes_in(read_log(text)); };
  EXPECT_EQ(closed(opens_3 + sends + runs), 0U);
  EXPECT_EQ(closed(closes_at_exec + sends + runs), 1U);
  EXPECT_EQ(closed(opens_3 + "fcntl(3, F_SETFD, FD_CLOEXEC) = 0\n" + sends + runs), 1U);
  EXPECT_EQ(closed(closes_at_exec + "ioctl(3, FIONCLEX) = 0\n" + sends + runs), 0U);
  EXPECT_EQ(closed(opens_3 + "ioctl(3, FIOCLEX) = 0\n" + sends + runs), 1U);
  EXPECT_EQ(closed(opens_3 + "close_range(3, 9, CLOSE_RANGE_CLOEXEC) = 0\n" + sends + runs), 1U);
}

TEST(StraceSockets, ArePassedInMessages) {
  for (const std::string control :
       {"msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[D]}]",
        "msg_control={cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, {D}}"}) {
    const auto message = [&](const std::string& call, const std::string& descriptor) {
      std::string text = control;
      text.replace(text.find('D'), 1, descriptor);
      return call +
             "(9, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"x\", iov_len=1}], "
             "msg_iovlen=1, " +
             text + ", msg_controllen=24, msg_flags=0}, 0) = 1\n";
    };
    const std::string log = "7 " + opens_3 + "7 " + message("sendmsg", "3") + "7 close(3) = 0\n8 " +
                            message("recvmsg", "5") + "8 " + write_line(5, adds_web);
    EXPECT_EQ(senders(read_log(log), adds_web), Sockets{0}) << control;
  }
}

TEST(StraceSockets, AreRecognisedIfTheirOpeningIsNotInTheTrace) {
  const std::string data = hex_string(adds_web);
  const std::string rest = data + ", 56, 0, NULL, 0) = 56\n";
  EXPECT_EQ(senders(read_log("sendto(3, " + rest), adds_web), Sockets{0}) << "by the type";
  EXPECT_EQ(senders(read_log(write_line(3, adds_web)), adds_web), Sockets{0});
  EXPECT_EQ(senders(read_log("sendto(3<NETLINK:[NETFILTER:1]>, " + rest), adds_web), Sockets{0});
  const test::Bytes other = test::hex("0102");
  EXPECT_EQ(
      senders(read_log("sendto(3<NETLINK:[NETFILTER:1]>, \"\\1\\2\", 2, 0, NULL, 0) = 2\n"), other),
      Sockets{0})
      << "by the name alone";
}

TEST(StraceSockets, AreNotWhatIsNone) {
  const std::string data = hex_string(adds_web);
  for (const std::string& text :
       {"openat(AT_FDCWD, \"x\", O_RDWR) = 3\n" + write_line(3, adds_web),
        "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3\n" + write_line(3, adds_web),
        "write(3</tmp/x>, " + data + ", 56) = 56\n",
        "write(3</dev/null<char 1:3>>, " + data + ", 56) = 56\n",
        "write(3<TCP:[127.0.0.1:1->127.0.0.1:2]>, " + data + ", 56) = 56\n",
        "sendto(3<NETLINK:[ROUTE:1]>, " + data + ", 56, 0, NULL, 0) = 56\n",
        "sendto(3, " + data + ", 56, 0, NULL, 0) = -1 EPERM (Operation not permitted)\n",
        "sendto(3, " + data + ", 56, 0, NULL, 0) = ? ERESTARTSYS\n",
        "sendto(3, " + data + ", 56, 0, NULL, 0) = 56 (INJECTED)\n",
        "7 " + opens_3 + "7 fork() = 8\n8 close(3) = 0\n8 openat(AT_FDCWD, \"x\", 1) = 3\n8 " +
            write_line(3, adds_web)}) {
    const auto capture = read_strace(text + opens_3);
    EXPECT_EQ(capture ? senders(*capture, adds_web) : Sockets{}, Sockets{}) << text;
  }
}

TEST(StraceSockets, AreNotWhatTheirNumberBecameWhereCloseIsNotTraced) {
  const Capture capture =
      read_log(opens_3 + write_line(3, adds_web) + "write(3, \"hello\\n\", 6) = 6\n");
  EXPECT_EQ(capture.events.size(), 1U);
  EXPECT_NE(capture.remarks.front().find("is no netlink message (line 3)"), std::string::npos)
      << capture.remarks.front();
}

TEST(StraceSockets, SendToThePortThatTheyAreConnectedTo) {
  const Capture capture = read_log(
      opens_3 + "connect(3, {sa_family=AF_NETLINK, nl_pid=9, nl_groups=00000000}, 12) = 0\n" +
      write_line(3, adds_web));
  EXPECT_EQ(capture.events.at(0).port, 9U);
}

TEST(StraceSockets, KnowAProcessThatStraceNamesOnlyWhileThereAreSeveral) {
  const std::string line = write_line(3, adds_web);
  const Capture capture = read_log(
      opens_3 + "clone(child_stack=NULL, flags=SIGCHLDstrace: Process 8 attached\n" +
      " <unfinished ...>\n[pid     8] close(3) = 0\n[pid     7] <... clone resumed>) = 8\n" +
      "[pid     7] " + line + "[pid     8] +++ exited with 0 +++\n" + line +
      "+++ exited with 0 +++\n");
  EXPECT_EQ(senders(capture, adds_web), (Sockets{0, 0}));
  EXPECT_EQ(closes_in(capture), 1U);
}

/// As `strace -ff` writes it: process 7 opens, starts 8 and 9; 8 sends.
TEST(StraceSockets, AreInheritedFromFileToFile) {
  const std::string parent =
      opens_3 + "fork() = 8\nfork() = 9\nclose(3) = 0\n+++ exited with 0 +++\n";
  const std::string child = write_line(3, adds_web) + "+++ exited with 0 +++\n";
  const std::string idle = "+++ exited with 0 +++\n";
  const std::vector<StraceFile> files{{.content = child, .process = 8},
                                      {.content = idle, .process = 9},
                                      {.content = parent, .process = 7}};
  const auto capture = read_strace_files(files);
  ASSERT_TRUE(capture) << capture.error().text;
  EXPECT_EQ(senders(*capture, adds_web), Sockets{0});
  EXPECT_EQ(capture->events.front().file, 0U);
  EXPECT_EQ(capture->events.front().position, 1U);
  const auto reports = check_files({"t.8", "t.9", "t.7"}, *capture, {});
  EXPECT_EQ(reports.at(0).datagrams, 1U);
  EXPECT_EQ(reports.at(2).datagrams, 0U);
}

TEST(StraceSockets, LoseTheOrderOfWhatTwoFilesDoWithThem) {
  const std::string receives =
      "recvfrom(3, [{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=0, nlmsg_seq=1, "
      "nlmsg_pid=7}, {error=0}], 4096, 0, NULL, NULL) = 36\n";
  const std::string parent =
      opens_3 + "clone(flags=CLONE_FILES) = 8\n" + receives + "close(3) = 0\n";
  const std::string thread = write_line(3, adds_web);
  const auto capture =
      read_strace_files({{.content = parent, .process = 7}, {.content = thread, .process = 8}});
  ASSERT_TRUE(capture) << capture.error().text;
  for (const Report& report : check_files({"t.7", "t.8"}, *capture, {})) {
    EXPECT_TRUE(report.findings.empty()) << to_text(report);
  }
  EXPECT_TRUE(std::ranges::any_of(capture->remarks, [](const std::string& remark) {
    return remark.starts_with("a socket is used in several files");
  }));
}

}  // namespace
}  // namespace cttimeout::tools::check
