// Values that no program should pass: refused by every function, and nothing is touched.

#include <gtest/gtest.h>
#include <linux/netlink.h>

#include <array>

#include "difference.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

const std::string refused = "-1 EINVAL";

class CompatNull : public testing::Test {
 protected:
  Library library = open_library(OUR_LIBRARY);
  std::array<char, 64> memory{};
  std::uint32_t number = 7;
};

TEST_F(CompatNull, ObjectIsRefused) {
  EXPECT_EQ(returned([&] { return library.set(nullptr, 0, "x"); }), refused);
  EXPECT_EQ(returned([&] { return library.set_u8(nullptr, 2, 6); }), refused);
  EXPECT_EQ(returned([&] { return library.set_u16(nullptr, 1, 2); }), refused);
  EXPECT_EQ(returned([&] { return library.set_timeout(nullptr, 0, 1); }), refused);
  EXPECT_EQ(returned([&] { return library.get_timeout(nullptr, 0, &number); }), refused);
  EXPECT_EQ(returned([&] { return library.get_users(nullptr, &number); }), refused);
  EXPECT_EQ(returned([&] { return library.print(memory.data(), 64, nullptr, 0, 0); }), refused);
  EXPECT_EQ(returned([&] { return library.print_all(memory.data(), 64, nullptr); }), refused);
  const Bytes message = policy_message({"x", ipv4, udp, {1, 2}});
  EXPECT_EQ(returned([&] {
              return library.parse(reinterpret_cast<const nlmsghdr*>(message.data()), nullptr);
            }),
            refused);
}

TEST_F(CompatNull, ObjectHasNothingToUnsetOrToBuild) {
  library.free(nullptr);
  library.unset(nullptr, 0);
  library.unset_timeout(nullptr, 0);
  nlmsghdr* message = library.build_header(memory.data(), 0, 0, 1);
  library.build_payload(message, nullptr);
  library.build_payload(nullptr, new_object(library, "x", tcp).get());
  EXPECT_EQ(message->nlmsg_len, 20U);
}

TEST_F(CompatNull, MemoryIsRefused) {
  const Object object = new_object(library, "x", udp);
  nfct_timeout* t = object.get();
  EXPECT_EQ(returned([&] { return library.parse(nullptr, t); }), refused);
  EXPECT_EQ(returned([&] { return library.get_name(t, nullptr); }), refused);
  EXPECT_EQ(returned([&] { return library.get_l3proto(t, nullptr); }), refused);
  EXPECT_EQ(returned([&] { return library.get_l4proto(t, nullptr); }), refused);
  EXPECT_EQ(returned([&] { return library.get_timeout(t, 0, nullptr); }), refused);
  EXPECT_EQ(returned([&] { return library.print(nullptr, 64, t, 0, 0); }), refused);
  EXPECT_EQ(returned([&] { return library.print_all(nullptr, 64, t); }), refused);
  EXPECT_EQ(returned([&] { return library.build_request(nullptr, 64, 0, 0, 1, t); }), refused);
  errno = 0;
  EXPECT_EQ(library.build_header(nullptr, 0, 0, 1), nullptr);
  EXPECT_EQ(errno, EINVAL);
}

TEST_F(CompatNull, ValueIsNotSetAfterwards) {
  const Object object = new_object(library, "x", udp);
  for (const std::uint32_t type : {NFCT_TIMEOUT_ATTR_L3PROTO, NFCT_TIMEOUT_ATTR_L4PROTO}) {
    EXPECT_EQ(returned([&] { return library.set(object.get(), type, nullptr); }), refused);
  }
  library.unset(object.get(), NFCT_TIMEOUT_ATTR_NAME);
  EXPECT_EQ(attributes(library, object), "");
}

TEST_F(CompatNull, AttributesBeyondTheLastAreLeftAlone) {
  const Object object = new_object(library, "x", udp);
  const std::string before = attributes(library, object);
  for (const std::uint32_t type : {4U, 5U, 31U, 32U, 0xffffffffU}) {
    EXPECT_EQ(returned([&] { return library.set(object.get(), type, "x"); }), refused);
    EXPECT_EQ(returned([&] { return library.set_u8(object.get(), type, 1); }), refused);
    EXPECT_EQ(returned([&] { return library.set_timeout(object.get(), type, 1); }), refused);
    library.unset(object.get(), type);
    library.unset_timeout(object.get(), type);
  }
  EXPECT_EQ(attributes(library, object), before);
}

TEST_F(CompatNull, AlignmentIsNotAskedFor) {
  const Object object = new_object(library, "x", udp);
  alignas(8) std::array<char, 512> odd{};
  odd[1] = odd[2] = 0x11;
  EXPECT_EQ(library.set(object.get(), NFCT_TIMEOUT_ATTR_L3PROTO, &odd[1]), 0);
  EXPECT_EQ(attributes(library, object).substr(16, 16), "0600020011110000");
  const Bytes message = policy_message({"y", ipv4, udp, {1, 2}});
  std::memcpy(&odd[1], message.data(), message.size());
  EXPECT_EQ(library.parse(reinterpret_cast<const nlmsghdr*>(&odd[1]), object.get()), 0);
  const char* name = nullptr;
  EXPECT_EQ(library.get_name(object.get(), &name), 0);
  EXPECT_STREQ(name, "y");
}

}  // namespace
}  // namespace cttimeout::test
