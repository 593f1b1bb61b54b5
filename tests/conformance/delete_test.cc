// DELETE: with a name it removes one policy, without a name it removes all.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Delete : public Conformance {};

TEST_F(Delete, RemovesByName) {  // K-DEL-1
  create_policies(3);
  EXPECT_TRUE(accepts(delete_policy("001").ack()));
  EXPECT_TRUE(answers(dump_policies(), {join({numbered_policy(0), numbered_policy(2)}), done()}));
}

TEST_F(Delete, RefusesUnknownName) {  // K-DEL-1
  create_policies(1);
  EXPECT_TRUE(refuses(delete_policy("00"), ENOENT));
  EXPECT_TRUE(refuses(delete_policy("0000").ack(), ENOENT));
  EXPECT_TRUE(accepts(delete_policy("000").ack()));
  EXPECT_TRUE(refuses(delete_policy("000"), ENOENT));
}

TEST_F(Delete, IsSilentOnSuccessWithoutAck) {
  create_policies(1);
  EXPECT_TRUE(ignores(delete_policy("000")));
  EXPECT_TRUE(refuses(get_policy("000"), ENOENT));
}

TEST_F(Delete, WithoutNameRemovesAll) {  // K-DEL-2
  create_policies(3);
  EXPECT_TRUE(accepts(flush_policies().ack()));
  EXPECT_TRUE(answers(dump_policies(), {done()}));
}

TEST_F(Delete, OfEverythingSucceedsOnEmptyList) {  // K-DEL-2
  EXPECT_TRUE(accepts(flush_policies().ack()));
  EXPECT_TRUE(ignores(flush_policies()));
}

TEST_F(Delete, OfEverythingDoesNotFilter) {  // K-DEL-2
  create_policies(2);
  EXPECT_TRUE(accepts(flush_policies().family(ipv6).protocol(tcp).timeouts({{1, 1}}).ack()));
  EXPECT_TRUE(answers(dump_policies(), {done()}));
}

TEST_F(Delete, OfEmptyNameIsNotAFlush) {  // K-DEL-2
  create_policies(1);
  EXPECT_TRUE(refuses(delete_policy(""), ENOENT));
  EXPECT_TRUE(accepts(new_policy("", ipv4, generic).ack()));
  EXPECT_TRUE(accepts(delete_policy("").ack()));
  EXPECT_TRUE(answers(dump_policies(), {numbered_policy(0), done()}));
}

TEST_F(Delete, WithCutOffNameIsAFlush) {  // K-ATTR-3
  create_policies(2);
  // The attribute claims more bytes than are there, so it does not exist.
  EXPECT_TRUE(
      accepts(Message(type_delete).raw(attribute_of_length(9, attr_name, text("000"))).ack()));
  EXPECT_TRUE(answers(dump_policies(), {done()}));
}

TEST_F(Delete, IgnoresFlags) {  // K-DEL-3, K-DUMP-3
  for (const std::uint16_t flag :
       Numbers{flag_root, flag_match, flag_dump, flag_create, flag_append, flag_echo}) {
    create_policies(2);
    EXPECT_TRUE(accepts(delete_policy("000").with(flag).ack())) << flag;
    EXPECT_TRUE(answers(dump_policies(), {numbered_policy(1), done()})) << flag;
    EXPECT_TRUE(accepts(flush_policies().with(flag).ack())) << flag;
    EXPECT_TRUE(answers(dump_policies(), {done()})) << flag;
  }
}

TEST_F(Delete, IgnoresFamilyAndProtocol) {  // K-DEL-4
  create_policies(1);
  EXPECT_TRUE(accepts(delete_policy("000").family(ipv6).protocol(200).ack()));
  EXPECT_TRUE(answers(dump_policies(), {done()}));
}

TEST_F(Delete, ValidatesAttributesItIgnores) {
  create_policies(1);
  EXPECT_TRUE(refuses(delete_policy("000").attr(attr_family, zeros(1)), ERANGE));
  EXPECT_TRUE(refuses(flush_policies().attr(attr_data, zeros(2)), ERANGE));
  EXPECT_TRUE(answers(dump_policies(), {numbered_policy(0), done()}));
}

}  // namespace
}  // namespace cttimeout::test
