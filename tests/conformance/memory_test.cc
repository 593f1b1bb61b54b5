// Receive memory: what each queued datagram is charged for.
#include <sys/socket.h>

#include <cerrno>

#include "accounting.h"
#include "conformance.h"

namespace cttimeout::test {
namespace {

class Memory : public Conformance {
 protected:
  // The charge of the reply to `request`, which must be `reply_size` bytes.
  std::size_t charge(const Bytes& request, std::size_t reply_size) {
    talker().send(request);
    const std::size_t used = talker().memory().used;
    EXPECT_EQ(talker().receive().bytes.size(), reply_size);
    EXPECT_EQ(talker().memory(), SocketMemory{});
    return used;
  }

  // A refusal of this size: the request that causes it, padded by an unknown attribute.
  static Bytes request_for_reply_of(std::size_t size) {
    return Message(type_get).attr(9, zeros(size - 52)).name("x").bytes();
  }
};

TEST_F(Memory, IsUnusedAtFirst) {
  EXPECT_EQ(talker().memory(), SocketMemory{});
}

TEST_F(Memory, ChargesSmallRepliesAlike) {  // K-MEM-1
  const std::size_t small = Accounting(ground()).small();
  EXPECT_EQ(charge(new_policy("t", ipv4, tcp).ack(), 36), small);
  EXPECT_EQ(charge(get_policy("t"), 144), small);
  EXPECT_EQ(charge(get_policy("zz"), 48), small);
  EXPECT_EQ(charge(get_default(tcp), 128), small);
}

TEST_F(Memory, ChargesErrorAcksByLength) {  // K-MEM-1
  struct Row {
    std::size_t largest;  // reply of this charge
    std::size_t charge;
  };
  const Accounting accounting(ground());
  const Row rows[] = {{accounting.small_room(), accounting.small()},
                      {704, 1280},
                      {1728, 2304},
                      {3776, 4352},
                      {7872, 8448},
                      {16064, 16640},
                      {32448, 33024},
                      {65216, 65792}};
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    const Row& row = rows[i];
    EXPECT_EQ(charge(request_for_reply_of(row.largest), row.largest), row.charge) << row.largest;
    if (i + 1 < std::size(rows)) {
      EXPECT_EQ(charge(request_for_reply_of(row.largest + 4), row.largest + 4), rows[i + 1].charge)
          << row.largest + 4;
    }
  }
}

TEST_F(Memory, SumsUpWhatIsQueued) {  // K-MEM-1
  const std::size_t small = Accounting(ground()).small();
  for (std::size_t count = 1; count < 4; ++count) {
    talker().send(get_policy("x"));
    EXPECT_EQ(talker().memory().used, count * small);
  }
  EXPECT_EQ(talker().drain().size(), 3U);
  EXPECT_EQ(talker().memory().used, 0U);
}

TEST_F(Memory, OverestimatesPolicyOfExtendedAck) {  // K-MEM-7
  const Accounting accounting(ground());
  talker().enable(option_ext_ack);
  struct Row {
    std::uint16_t attribute;
    Bytes payload;
    std::size_t over;  // bytes charged beyond those that are sent
  };
  const Row rows[] = {{attr_name, {}, 12},
                      {attr_family, {}, 12},
                      {attr_protocol, {}, 12},
                      {attr_data, zeros(1), 20}};
  for (const Row& row : rows) {
    const std::size_t tlvs = validation_tlvs(0, rule_of(row.attribute)).size();
    const std::size_t largest_small = accounting.small_room() - row.over;
    for (const std::size_t reply : {largest_small, largest_small + 4}) {
      const std::size_t filler = reply - tlvs - 20 - 20 - 4 - attribute(1, row.payload).size();
      const Bytes request =
          Message(type_get).attr(9, zeros(filler)).attr(row.attribute, row.payload);
      EXPECT_EQ(charge(request, reply), reply == largest_small ? accounting.small() : 1280U)
          << row.attribute << ' ' << reply;
    }
  }
}

TEST_F(Memory, ChargesDumpPartsByCapacity) {  // K-MEM-1
  if (hides(&Views::socket_list, "a list of dumping sockets")) return;
  create_policies(2);
  talker().send(dump_policies());
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 4352, .dumping = true}));
  EXPECT_EQ(talker().receive(), whole(numbered_policies(0, 2)));
  // DONE: 20 bytes in a part sized by the largest buffer offered.
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 33024}));
  EXPECT_EQ(talker().receive(), whole(done()));
  EXPECT_EQ(talker().memory(), SocketMemory{});
}

TEST_F(Memory, ChargesPartsForReadersOfAPageForTwo) {  // K-MEM-1
  create_policies(2);
  talker().send(dump_policies());
  EXPECT_EQ(talker().receive(4096), whole(numbered_policies(0, 2)));
  EXPECT_EQ(talker().memory().used, 8448U);
  EXPECT_EQ(talker().receive(4096), whole(done()));
}

TEST_F(Memory, IsToldByAnOptionOfTheSocket) {  // K-MEM-1, K-MEM-2
  const Accounting accounting(ground());
  talker().shrink_receive_buffer();
  for (std::size_t i = 0; i < accounting.held() + 2; ++i) talker().send(get_policy("x"));
  const auto used = static_cast<std::uint32_t>(accounting.held() * accounting.small());
  Bytes told(40);
  EXPECT_EQ(talker().socket().get_option(SOL_SOCKET, SO_MEMINFO, told), 36U);
  EXPECT_EQ(told, join({host32(used), host32(2304), host32(0), host32(212992), zeros(16), host32(2),
                        zeros(4)}));
  Bytes cut(6);
  EXPECT_EQ(talker().socket().get_option(SOL_SOCKET, SO_MEMINFO, cut), 6U);
  EXPECT_EQ(cut, Bytes(told.begin(), told.begin() + 6));
}

}  // namespace
}  // namespace cttimeout::test
