// The test support can fail: a golden file that is wrong, a test that does something else.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "netlink/describe.h"
#include "support/fake_ground.h"
#include "support/golden_player.h"
#include "support/golden_set.h"
#include "support/golden_text.h"
#include "support/recording_ground.h"
#include "support/reply.h"
#include "support/request.h"

namespace cttimeout::test {
namespace {

namespace fs = std::filesystem;

// One GET of a name that is not there, and all that is received.
void ask(Machine& machine, std::string_view name) {
  const auto ground = machine.new_ground();
  const auto socket = ground->socket();
  EXPECT_TRUE(socket->bind({}));
  EXPECT_TRUE(socket->send(get_policy(name).bytes(), NetlinkAddress{}));
  Bytes buffer(256);
  while (socket->receive(buffer)) continue;
}

class GoldenSteps : public testing::Test {
 protected:
  Steps record(std::string_view name) {
    RecordingMachine recording(fake_);
    ask(recording, name);
    return recording.steps();
  }

  FakeMachine fake_{linux_6_18};
};

TEST_F(GoldenSteps, PlayAsTheyWereRecorded) {
  EXPECT_EQ(play(record("x"), fake_), std::nullopt);
}

TEST_F(GoldenSteps, PlayerReportsTheFirstWrongResult) {
  Steps steps = record("x");
  for (Step& step : steps) {
    if (step.operation.starts_with("recv")) step.result = "EAGAIN";
  }
  const auto complaint = play(steps, fake_);
  ASSERT_TRUE(complaint);
  EXPECT_NE(complaint->find("recorded: recv A 256 -> EAGAIN\n  now:      recv A 256 -> 48 from"),
            std::string::npos)
      << *complaint;
}

TEST_F(GoldenSteps, PlayerRefusesWhatIsNoOperation) {
  for (const char* operation : {"frobnicate A", "send A", "bind A x:0", "recv A many",
                                "namespace 7", "setsockopt A 270 1", "hold x", "sysctl read x"}) {
    Steps steps = record("x");
    steps[2].operation = operation;
    EXPECT_TRUE(play(steps, fake_)) << operation;
  }
}

TEST(Hex, ComesBack) {
  const Bytes bytes = join({hex("00ff10"), zeros(63), hex("01"), zeros(64), hex("02")});
  EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
  EXPECT_EQ(to_hex(zeros(64)), "(00*64)");
  for (const char* text : {"0", "0g", "(00*)", "(00*4", "00*4)", "-"}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
}

TEST(GoldenText, ComesBack) {
  const std::string text("a \"b\" \\ -> \n\0\xff", 15);
  EXPECT_EQ(out_of_quotes(in_quotes(text)), text);
  EXPECT_EQ(in_quotes(text).find(" -> "), std::string::npos);
  EXPECT_EQ(split("x " + in_quotes(text) + " y").size(), 3U);
  EXPECT_EQ(errno_number(errno_text(EBUSY)), EBUSY);
  EXPECT_EQ(errno_number(errno_text(4711)), 4711);
}

TEST(Describe, NamesWhatItKnows) {
  EXPECT_EQ(tools::describe(new_policy("a", ipv4, tcp, {{3, 9}, {77, 1}}).ack().bytes()),
            "NEW REQUEST|ACK seq 1: NAME \"a\", L3PROTO 2, L4PROTO 6 (tcp), "
            "DATA {ESTABLISHED 9, slot 77 1}\n");
  EXPECT_EQ(tools::describe(failure(flush_policies(), EPERM)),
            "ERROR no flags seq 1 EPERM, of DELETE REQUEST seq 1\n");
}

TEST(Describe, TakesAnyBytes) {
  const Bytes whole = failure(Message(type_get).attr(attr_name, {}), EINVAL,
                              {.tlvs = validation_tlvs(20, rule_of(attr_name))});
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    for (std::size_t changed = 0; changed < size; ++changed) {
      Bytes bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      bytes[changed] = std::byte{0xff};
      EXPECT_FALSE(tools::describe(bytes).empty());
    }
  }
}

// A folder of sets that is removed with the object.
class Sets {
 public:
  Sets() {
    std::string name = (fs::temp_directory_path() / "golden-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~Sets() { fs::remove_all(folder_); }
  Sets(const Sets&) = delete;
  Sets& operator=(const Sets&) = delete;

  [[nodiscard]] fs::path at(std::string_view name) const { return folder_ / name; }
  void record(std::string_view set, std::string_view name, const std::string& operation) const {
    fs::create_directories(at(set));
    EXPECT_TRUE(write_golden(at(set) / name, std::string(name) + "\nkernel " + std::string(set),
                             {{.operation = operation}}));
  }

 private:
  fs::path folder_;
};

// linux-6.18 and a line that differs in one recording, has one more, and lacks another.
void record_two_lines(const Sets& sets) {
  sets.record("linux-6.18", "A.Same.golden", "socket A");
  sets.record("linux-6.18", "B.Changed.golden", "socket A");
  sets.record("linux-6.18", "C.Gone.golden", "socket A");
  sets.record("whole", "A.Same.golden", "socket A");
  sets.record("whole", "B.Changed.golden", "socket B");
  sets.record("whole", "D.New.golden", "socket A");
}

TEST(GoldenSet, KeepsOnlyWhatDiffersAndFindsTheRest) {
  const Sets sets;
  record_two_lines(sets);
  ASSERT_TRUE(reduce(sets.at("whole"), sets.at("line")));
  const auto set = GoldenSet::open(sets.at("line"));
  ASSERT_TRUE(set) << set.error();
  EXPECT_EQ(set->names(),
            (std::vector<std::string>{"A.Same.golden", "B.Changed.golden", "D.New.golden"}));
  EXPECT_EQ(set->path("A.Same.golden"), sets.at("linux-6.18") / "A.Same.golden");
  EXPECT_EQ(set->path("B.Changed.golden"), sets.at("line") / "B.Changed.golden");
  EXPECT_FALSE(fs::exists(set->path("C.Gone.golden")));
  EXPECT_EQ(set->faults(), "");
}

TEST(GoldenSet, RefusesACopyOfTheWholeSets) {
  const Sets sets;
  record_two_lines(sets);
  ASSERT_TRUE(reduce(sets.at("whole"), sets.at("line")));
  sets.record("line", "A.Same.golden", "socket A");
  EXPECT_EQ(GoldenSet::open(sets.at("line"))->faults(),
            "A.Same.golden repeats that of linux-6.18: remove the file\n");
}

TEST(GoldenSet, RefusesAFileThatIsNotListedAndANameWithoutRecording) {
  const Sets sets;
  record_two_lines(sets);
  ASSERT_TRUE(reduce(sets.at("whole"), sets.at("line")));
  sets.record("line", "C.Gone.golden", "socket B");
  fs::remove(sets.at("line") / "D.New.golden");
  EXPECT_EQ(
      GoldenSet::open(sets.at("line"))->faults(),
      "D.New.golden is listed, but there is no such recording\nC.Gone.golden is not listed\n");
}

TEST(GoldenSet, ExpandsToEveryRecording) {
  const Sets sets;
  record_two_lines(sets);
  ASSERT_TRUE(reduce(sets.at("whole"), sets.at("line")));
  ASSERT_TRUE(expand(sets.at("line"), sets.at("expanded")));
  EXPECT_EQ(GoldenSet::open(sets.at("expanded"))->names(),
            GoldenSet::open(sets.at("whole"))->names());
}

}  // namespace
}  // namespace cttimeout::test
