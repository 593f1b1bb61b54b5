// The additions: values are read back as they were set, requests and texts keep to their buffers.

#include <gtest/gtest.h>

#include <array>

#include "difference.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

constexpr std::uint8_t sctp = 132;
constexpr std::uint16_t ack = flag_request | flag_ack;

class CompatAdditions : public testing::Test {
 protected:
  const Library& library() const { return library_; }

  Object parsed_object(const Bytes& message) const {
    Object object = new_object(library_);
    EXPECT_EQ(parsed(library_, object, message), "0");
    return object;
  }

  std::string request(std::uint8_t command, std::uint16_t flags, const nfct_timeout* t) const {
    std::array<std::byte, CTTIMEOUT_REQUEST_MAX> memory{};
    const int size = library_.build_request(memory.data(), memory.size(), command, flags, 1, t);
    return size < 0 ? "refused" : to_hex(View(memory).first(static_cast<std::size_t>(size)));
  }

 private:
  Library library_ = open_library(OUR_LIBRARY);
};

TEST_F(CompatAdditions, ReadWhatWasParsed) {
  const Object object = parsed_object(policy_message({"web", ipv6, udp, {30, 120}, 3}));
  const char* name = nullptr;
  std::uint16_t family = 0;
  std::uint8_t protocol = 0;
  std::uint32_t users = 0;
  std::uint32_t replied = 0;
  EXPECT_EQ(library().get_name(object.get(), &name), 0);
  EXPECT_EQ(library().get_l3proto(object.get(), &family), 0);
  EXPECT_EQ(library().get_l4proto(object.get(), &protocol), 0);
  EXPECT_EQ(library().get_users(object.get(), &users), 0);
  EXPECT_EQ(library().get_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_REPLIED, &replied), 0);
  EXPECT_STREQ(name, "web");
  EXPECT_EQ(family, ipv6);
  EXPECT_EQ(protocol, udp);
  EXPECT_EQ(users, 3U);
  EXPECT_EQ(replied, 120U);
}

TEST_F(CompatAdditions, TellNothingOfWhatIsNotSet) {
  const Object object = new_object(library());
  const char* name = nullptr;
  std::uint16_t family = 0;
  std::uint8_t protocol = 0;
  std::uint32_t number = 0;
  const std::string unset = "-1 ENOENT";
  EXPECT_EQ(returned([&] { return library().get_name(object.get(), &name); }), unset);
  EXPECT_EQ(returned([&] { return library().get_l3proto(object.get(), &family); }), unset);
  EXPECT_EQ(returned([&] { return library().get_l4proto(object.get(), &protocol); }), unset);
  EXPECT_EQ(returned([&] { return library().get_users(object.get(), &number); }), unset);
  EXPECT_EQ(returned([&] { return library().get_timeout(object.get(), 0, &number); }), unset);
}

TEST_F(CompatAdditions, TellZeroFromNotSet) {
  const Object object = new_object(library(), "x", udp);
  library().set_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_UNREPLIED, 0);
  std::uint32_t seconds = 7;
  EXPECT_EQ(library().get_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_UNREPLIED, &seconds), 0);
  EXPECT_EQ(seconds, 0U);
  EXPECT_EQ(library().get_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_REPLIED, &seconds), -1);
  library().unset_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_UNREPLIED);
  EXPECT_EQ(library().get_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_UNREPLIED, &seconds), -1);
}

TEST_F(CompatAdditions, TakeARefusedNameForNone) {
  const Object object = new_object(library());
  const char* name = nullptr;
  for (const char* refused :
       {static_cast<const char*>(nullptr), "0123456789012345678901234567890X"}) {
    library().set(object.get(), NFCT_TIMEOUT_ATTR_NAME, refused);
    EXPECT_EQ(library().get_name(object.get(), &name), -1);
    EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_DELETE, 0, object.get()), "refused");
  }
  library().set(object.get(), NFCT_TIMEOUT_ATTR_NAME, "good");
  EXPECT_EQ(library().get_name(object.get(), &name), 0);
  EXPECT_STREQ(name, "good");
}

TEST_F(CompatAdditions, NameEveryStateOfEveryProtocol) {
  for (unsigned number = 0; number <= 255; ++number) {
    const auto protocol = static_cast<std::uint8_t>(number);
    const std::uint32_t states = library().states(protocol);
    for (std::uint32_t state = 0; state < states; ++state) {
      EXPECT_NE(library().state_name(protocol, state), nullptr) << number << ' ' << state;
    }
    EXPECT_EQ(library().state_name(protocol, states), nullptr) << number;
  }
  EXPECT_EQ(library().states(sctp), std::uint32_t{CTTIMEOUT_ATTR_SCTP_MAX});
  EXPECT_EQ(library().states(200), 0U);
}

TEST_F(CompatAdditions, BuildEveryRequest) {
  const Object object = new_object(library(), "web", udp);
  library().set_timeout(object.get(), NFCT_TIMEOUT_ATTR_UDP_REPLIED, 7);
  const nfct_timeout* t = object.get();
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_NEW, flag_ack, t),
            to_hex(new_policy("web", ipv4, udp, {{2, 7}}).with(ack).bytes()));
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_GET, flag_ack, t),
            to_hex(get_policy("web").with(ack).bytes()));
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_DELETE, 0, t), to_hex(delete_policy("web").bytes()));
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_GET, flag_dump, nullptr), to_hex(dump_policies().bytes()));
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_DELETE, 0, nullptr), to_hex(flush_policies().bytes()));
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_DEFAULT_GET, 0, t), to_hex(get_default(udp).bytes()));
  EXPECT_EQ(
      request(IPCTNL_MSG_TIMEOUT_DEFAULT_SET, 0, t),
      to_hex(Message(type_default_set).family(ipv4).protocol(udp).timeouts({{2, 7}}).bytes()));
}

TEST_F(CompatAdditions, RefuseRequestsThatLackWhatTheyNeed) {
  const Object empty = new_object(library());
  for (std::uint8_t command = 0; command < IPCTNL_MSG_TIMEOUT_MAX; ++command) {
    EXPECT_EQ(request(command, 0, empty.get()), "refused") << unsigned{command};
  }
  const Object whole = new_object(library(), "web", udp);
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_MAX, 0, whole.get()), "refused");
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_NEW, 0, nullptr), "refused");
  EXPECT_EQ(request(IPCTNL_MSG_TIMEOUT_DEFAULT_GET, 0, nullptr), "refused");
}

TEST_F(CompatAdditions, WriteNothingIntoABufferThatIsTooSmall) {
  const Object object = new_object(library(), "web", udp);
  const auto build = [&](std::vector<char>& memory) {
    return library().build_request(memory.data(), memory.size(), IPCTNL_MSG_TIMEOUT_NEW, 0, 1,
                                   object.get());
  };
  std::vector<char> large(CTTIMEOUT_REQUEST_MAX);
  const int size = build(large);
  ASSERT_GT(size, 0);
  for (std::size_t room = 1; room < static_cast<std::size_t>(size); ++room) {
    std::vector<char> memory(room, 0x5a);
    EXPECT_EQ(returned([&] { return build(memory); }), "-1 ENOSPC");
    EXPECT_EQ(memory, std::vector<char>(room, 0x5a));
  }
}

TEST_F(CompatAdditions, PrintAsSnprintfDoes) {
  const Object object =
      parsed_object(policy_message({"heart", ipv4, sctp, {1, 2, 3, 4, 5, 6, 7, 8, 9}}));
  const int length = library().print_all(nullptr, 0, object.get());
  std::string whole(static_cast<std::size_t>(length) + 1, 'x');
  EXPECT_EQ(library().print_all(whole.data(), whole.size(), object.get()), length);
  EXPECT_NE(whole.find("\t\t.HEARTBEAT_SENT = 8,\n\t\t.HEARTBEAT_ACKED = 9,\n\t},\n};"),
            std::string::npos);
  for (std::size_t room = 1; room <= whole.size(); ++room) {
    std::vector<char> cut(room, 'x');
    EXPECT_EQ(library().print_all(cut.data(), room, object.get()), length);
    EXPECT_EQ(std::string(cut.data()), whole.substr(0, room - 1));
  }
}

TEST_F(CompatAdditions, CopyAPolicyWhole) {
  const Object object =
      parsed_object(policy_message({"heart", ipv4, sctp, {1, 2, 3, 4, 5, 6, 7, 8, 9}}));
  EXPECT_EQ(
      request(IPCTNL_MSG_TIMEOUT_NEW, 0, object.get()),
      to_hex(new_policy("heart", ipv4, sctp,
                        {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7}, {8, 8}, {9, 9}})
                 .bytes()));
}

}  // namespace
}  // namespace cttimeout::test
