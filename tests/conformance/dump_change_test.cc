// Changes during a dump: a part shows the list as it is when the part is made.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

// 61 policies: 59 are in the first part, which exists as soon as the dump is asked for.
class DumpChange : public Conformance {
 protected:
  void begin() override {
    create_policies(61);
    talker().send(dump_policies());
  }

  // Done by another socket, while the rest of the dump is to come.
  void meanwhile(const Bytes& request) {
    Talker other(ground());
    EXPECT_TRUE(other.accepts(request));
  }

  // The rest of the dump, after the first part as it was.
  testing::AssertionResult continues_with(const std::vector<Bytes>& rest) {
    std::vector<Bytes> datagrams{numbered_policies(0, 59)};
    datagrams.insert(datagrams.end(), rest.begin(), rest.end());
    return same_datagrams(talker().drain(), datagrams);
  }
};

TEST_F(DumpChange, RemovalOfWhatIsFormattedDoesNotShow) {  // K-DUMP-11
  meanwhile(delete_policy("000").ack());
  EXPECT_TRUE(continues_with({numbered_policies(59, 61), done()}));
}

TEST_F(DumpChange, RemovalOfWhatIsToComeShows) {  // K-DUMP-11
  meanwhile(delete_policy("060").ack());
  EXPECT_TRUE(continues_with({numbered_policy(59), done()}));
}

TEST_F(DumpChange, RemovalOfTheResumePointEndsTheList) {  // K-DUMP-11
  meanwhile(delete_policy("059").ack());
  EXPECT_TRUE(continues_with({done()}));
}

TEST_F(DumpChange, FlushEndsTheList) {  // K-DUMP-11
  meanwhile(flush_policies().ack());
  EXPECT_TRUE(continues_with({done()}));
}

TEST_F(DumpChange, AdditionShowsAtTheEnd) {  // K-DUMP-11
  meanwhile(new_policy("061", ipv4, generic).ack());
  EXPECT_TRUE(continues_with({numbered_policies(59, 62), done()}));
}

TEST_F(DumpChange, ReplacementOfWhatIsToComeShows) {  // K-DUMP-11
  meanwhile(new_policy("060", ipv4, generic, {{1, 5}}).replace().ack());
  EXPECT_TRUE(continues_with({join({numbered_policy(59), numbered_policy(60, 1, 5)}), done()}));
}

TEST_F(DumpChange, ReplacementOfWhatIsFormattedDoesNotShow) {  // K-DUMP-11
  meanwhile(new_policy("000", ipv4, generic, {{1, 5}}).replace().ack());
  EXPECT_TRUE(continues_with({numbered_policies(59, 61), done()}));
}

TEST_F(DumpChange, RecreatedPolicyShowsTwice) {  // K-DUMP-11
  meanwhile(delete_policy("058").ack());
  meanwhile(new_policy("058", ipv4, generic).ack());
  EXPECT_TRUE(continues_with({join({numbered_policies(59, 61), numbered_policy(58)}), done()}));
}

TEST_F(DumpChange, ReplacementOfTheResumePointDoesNotEndTheList) {  // K-DUMP-11
  meanwhile(new_policy("059", ipv4, generic, {{1, 5}}).replace().ack());
  EXPECT_TRUE(continues_with({join({numbered_policy(59, 1, 5), numbered_policy(60)}), done()}));
}

class SmallDumpChange : public Conformance {};

TEST_F(SmallDumpChange, NothingShowsOnceTheEndWasReached) {  // K-DUMP-11
  create_policies(2);
  talker().send(dump_policies());
  Talker other(ground());
  EXPECT_TRUE(other.accepts(new_policy("002", ipv4, generic).ack()));
  EXPECT_TRUE(other.accepts(delete_policy("000").ack()));
  EXPECT_TRUE(same_datagrams(talker().drain(), {numbered_policies(0, 2), done()}));
}

TEST_F(SmallDumpChange, FullFirstPartReachedTheEndToo) {  // K-DUMP-11
  create_policies(59);
  talker().send(dump_policies());
  Talker other(ground());
  EXPECT_TRUE(other.accepts(new_policy("059", ipv4, generic).ack()));
  EXPECT_TRUE(same_datagrams(talker().drain(), {numbered_policies(0, 59), done()}));
}

}  // namespace
}  // namespace cttimeout::test
