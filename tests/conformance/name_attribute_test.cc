// The NAME attribute: which bytes make a name, and which are refused.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class NameAttribute : public Conformance {
 protected:
  static Message get(const Bytes& payload) { return Message(type_get).attr(attr_name, payload); }
  static Bytes junk(std::size_t count) { return Bytes(count, std::byte{0x01}); }
};

TEST_F(NameAttribute, NeedsATerminatorWithin32Bytes) {  // K-ATTR-6
  EXPECT_TRUE(refuses(get({}), EINVAL));
  EXPECT_TRUE(refuses(get(characters("a")), EINVAL));
  EXPECT_TRUE(refuses(get(characters(std::string(31, 'n'))), EINVAL));
  EXPECT_TRUE(refuses(get(text(std::string(32, 'n'))), EINVAL));
  EXPECT_TRUE(refuses(get(text(std::string(100, 'n'))), EINVAL));
}

TEST_F(NameAttribute, HasAtMost31BytesBesideTheTerminator) {  // K-ATTR-6
  EXPECT_TRUE(refuses(get(text(std::string(31, 'n'))), ENOENT));
  EXPECT_TRUE(refuses(get(join({text("a"), junk(29)})), ENOENT));
  EXPECT_TRUE(refuses(get(join({text("a"), junk(30)})), ERANGE));
  EXPECT_TRUE(refuses(get(join({text("a"), zeros(30)})), ENOENT));
  EXPECT_TRUE(refuses(get(join({text("a"), zeros(31)})), ERANGE));
  EXPECT_TRUE(refuses(get(join({text("a"), junk(29), zeros(1)})), ENOENT));
  EXPECT_TRUE(refuses(get(join({text("a"), junk(30), zeros(1)})), ERANGE));
}

TEST_F(NameAttribute, EndsAtItsFirstNul) {  // K-ATTR-6
  EXPECT_TRUE(accepts(Message(type_new)
                          .attr(attr_name, join({text("a"), characters("bc")}))
                          .family(ipv4)
                          .protocol(icmp)
                          .timeouts({})
                          .ack()));
  EXPECT_TRUE(answers(get_policy("a"),
                      {policy_message({.name = "a", .protocol = icmp, .timeouts = {30}})}));
  EXPECT_TRUE(accepts(Message(type_delete).attr(attr_name, join({text("a"), junk(3)})).ack()));
}

TEST_F(NameAttribute, MayBeEmpty) {  // K-ATTR-6
  EXPECT_TRUE(accepts(new_policy("", ipv4, icmp).ack()));
  const Bytes stored = policy_message({.name = "", .protocol = icmp, .timeouts = {30}});
  EXPECT_TRUE(answers(get(zeros(1)), {stored}));
  EXPECT_TRUE(answers(get(join({zeros(1), junk(20)})), {stored}));
  EXPECT_TRUE(refuses(new_policy("", ipv4, icmp).exclusive(), EEXIST));
}

TEST_F(NameAttribute, IsCaseSensitive) {  // K-ATTR-6
  EXPECT_TRUE(accepts(new_policy("Ab", ipv4, icmp).ack()));
  EXPECT_TRUE(refuses(get_policy("ab"), ENOENT));
  EXPECT_TRUE(refuses(get_policy("AB"), ENOENT));
}

}  // namespace
}  // namespace cttimeout::test
