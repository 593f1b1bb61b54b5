// What stands before a call is understood: pids, times, prefixes of logs.
#include "check/readers/strace_line.h"

#include <gtest/gtest.h>

namespace cttimeout::tools::check {
namespace {

using Kind = StraceLine::Kind;

struct Prefix {
  std::string_view text;
  std::uint64_t process;
};

// What strace itself prints before a call, and what other programs put before its lines.
const Prefix prefixes[] = {
    {"", 0},
    {"  ", 0},
    {"8721  ", 8721},
    {"[pid  8721] ", 8721},
    {"[pid 8721<nfct>] ", 8721},
    {"8721<a b(c)> ", 8721},
    {"8721 00:00:00 ", 8721},
    {"8721 00:00:00.123456 ", 8721},
    {"8721 1795644111.123456 ", 8721},
    {"8721      0.000123 ", 8721},
    {"8721 00:00:00 (+     0.000123) ", 8721},
    {"(+     0.000123) ", 0},
    {"[00007f1122334455] ", 0},
    {"8721 [00007f1122334455] ", 8721},
    {"[  41] ", 0},
    {"8721 00:00:00.1 [  41] [00007f1122334455] ", 8721},
    {"[pid 8721] 00:00:00 [  41] ", 8721},
    {"8721 [unconfined_u:unconfined_r:unconfined_t:s0] ", 8721},
    {"Nov 26 00:00:00 host strace[123]: ", 0},
    {"Nov 26 00:00:00 host strace[123]: 8721 ", 8721},
    {"Nov 26 00:00:00 host (strace)[123]: [pid 8721] ", 8721},
    {"Nov 26 00:00:00 ", 0},
    {"Nov 26 00:00:00 8721 ", 8721},
    {"2026-11-26T00:00:00.0000000Z ", 0},
    {"2026-11-26T00:00:00.0000000Z 8721 ", 8721},
    {"2026-11-26T00:00:00+01:00 host app: ", 0},
    {"2026-11-26 00:00:00 ", 0},
    {"[2026-11-26T00:00:00.000Z] ", 0},
    {"web-1  | ", 0},
    {"web-1  | 8721 ", 8721},
    {"web-1  | 28896      0.000048 ", 28896},
    {"web-1  |28896 00:00:00.123456 ", 28896},
    {"12:", 0},
    {"+28896 ", 28896},
    {"-28896 00:00:00 ", 28896},
    {"+", 0},
    {"+00:00:00.123456 ", 0},
    {"> 28896 ", 28896},
    {">28896 ", 28896},
    {"454:28896 ", 28896},
    {"45:10 ", 10},
    {"454:28896 00:00:00.123456 ", 28896},
    {"454:00:00:00.123456 ", 0},
    {"454:00:00:00 ", 0},
    {"454-28896 ", 28896},
    {"trace.txt:28896 ", 28896},
    {"trace.txt:454:28896 ", 28896},
    {"trace.txt-454-28896      0.000123 ", 28896},
    {"trace.txt:454:28896<nfct> 00:00:00 ", 28896},
    {"trace.txt:454:", 0},
    {"trace.txt:454:00:00:17 ", 0},
    {"trace.txt:454:1795644111.123456 ", 0},
    {"trace.txt:454:[pid 28896] ", 28896},
    {"2026-11-26 ", 0},
    {"Nov 26 12:30 ", 0},
    {"web-1 ", 0},
    {"_bk;t=1764123343123\a28896 ", 28896},
    {"id=99999999:99999999 ", 0},
    {"the program's own words", 0},
};

TEST(StraceLine, FindsTheCallBehindAnyPrefix) {
  const std::string call = "sendto(3, \"read(4\", 6, 0, NULL, 0) = 6";
  for (const Prefix& prefix : prefixes) {
    const std::string text = std::string(prefix.text) + call + "\r";
    const StraceLine line = read_strace_line(text);
    EXPECT_EQ(line.kind, Kind::call) << text;
    EXPECT_EQ(line.text, call) << text;
    EXPECT_EQ(line.process, prefix.process) << text;
  }
}

TEST(StraceLine, FindsTheOtherLinesOfACallBehindAnyPrefix) {
  for (const Prefix& prefix : prefixes) {
    if (prefix.text.starts_with("the")) continue;
    const std::string before(prefix.text);
    SCOPED_TRACE(before);
    const std::string second = before + "<... sendto resumed>) = 6";
    EXPECT_EQ(read_strace_line(second).kind, Kind::resumed);
    EXPECT_EQ(read_strace_line(second).process, prefix.process);
    EXPECT_EQ(read_strace_line(before + "+++ exited with 0 +++").kind, Kind::ended);
    EXPECT_EQ(read_strace_line(before + "+++ exited with 0 +++").process, prefix.process);
    EXPECT_EQ(read_strace_line(before + "+++ killed by SIGINT +++").kind, Kind::killed);
    EXPECT_EQ(read_strace_line(before + " * 56 bytes in buffer 0").kind, Kind::buffer);
    EXPECT_EQ(read_strace_line(before + " = 1 buffers in vector 0").kind, Kind::vector);
    const std::string dump = "00010  11 12                                              ..  |";
    const std::string third = before + " | " + dump;
    EXPECT_EQ(read_strace_line(third).kind, Kind::dump);
    EXPECT_EQ(read_strace_line(third).text, dump);
  }
}

TEST(StraceLine, SeesAProcessThatStarts) {
  for (const std::string_view text : {"strace: Process 12 attached", "Process 12 attached",
                                      "host: strace: Process 12 attached"}) {
    const StraceLine line = read_strace_line(text);
    EXPECT_EQ(line.kind, Kind::started) << text;
    EXPECT_EQ(line.child, 12U) << text;
    EXPECT_EQ(line.text, "") << text;
  }
  const std::string in_call = "[pid 7] clone(child_stack=NULL, flags=SIGCHLDProcess 12 attached";
  EXPECT_EQ(read_strace_line(in_call).child, 12U);
  EXPECT_EQ(read_strace_line(in_call).process, 7U);
  EXPECT_EQ(read_strace_line(in_call).text, "clone(child_stack=NULL, flags=SIGCHLD");
}

TEST(StraceLine, PassesOverWhatIsNoCallThatMatters) {
  for (const std::string_view text :
       {"", " ", "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---", "hello (world)",
        "execve_not_known(3)", "prctl(PR_SET_NAME, \"sendto(3, \\\"\") = 0",
        " > /usr/lib/libc.so.6(__socket+0x7) [0x1138c7]",
        "% time     seconds  usecs/call     calls",
        " 10.00    0.000012          12         1           sendto", "+++ superseded by execve +++",
        ") = 6", "strace: Process 12 detached"}) {
    EXPECT_EQ(read_strace_line(text).kind, Kind::other) << text;
  }
}

TEST(StraceLine, LosesItsColours) {
  EXPECT_EQ(without_colours("\x1b[1;36mab\x1b[0mc\x1b(d\x1b["), "abc(d");
  EXPECT_EQ(without_colours("\x1b]0;title\a12 \x1b]8;;x\x1b\\c\x1b_bk;t=1\ad"), "12 cd");
  EXPECT_EQ(without_colours("\x1b]8;;no end \x1b[1mx\x1b"), "]8;;no end x");
  EXPECT_EQ(without_colours("\x1b]0;no end"), "]0;no end");
}

TEST(StraceLine, NamesTheProcessOfAFile) {
  EXPECT_EQ(process_name("a.b/trace.12").process, 12U);
  EXPECT_EQ(process_name("a.b/trace.12").stem, "a.b/trace");
  for (const char* const name : {"trace", "trace.", "trace.txt", "trace.1x", "-"}) {
    EXPECT_EQ(process_name(name).process, 0U) << name;
    EXPECT_EQ(process_name(name).stem, name);
  }
}

TEST(StraceLine, TellsAnEmptyTraceFromOtherText) {
  EXPECT_TRUE(looks_like_strace("+++ exited with 0 +++\n"));
  EXPECT_TRUE(looks_like_strace("x\nclose(3) = 0"));
  EXPECT_TRUE(looks_like_strace("12131 +++ exited with 0 +++\n"));
  EXPECT_TRUE(looks_like_strace("7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---\n"));
  EXPECT_TRUE(looks_like_strace("{\"log\":\"close(3) = 0\\n\",\"stream\":\"stderr\"}\n"));
  EXPECT_FALSE(looks_like_strace("1c000000 0208 0500 # a request (of ours)\n"));
}

}  // namespace
}  // namespace cttimeout::tools::check
