// Sequences of operations drawn from a seed: the same seed, the same sequence.

#include "draw_operations.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>

#include "cttimeout/protocol.h"
#include "draw_message.h"
#include "player.h"

namespace cttimeout::test {

namespace {

/// The port ids to which sockets are bound; each is somebody else's now and then. Beyond every
/// process id, as sockets that bind themselves take that of this process.
constexpr std::uint32_t first_port = 5'000'000;

class Sequence {
 public:
  Sequence(std::uint64_t seed, bool rules) : random_(seed), rules_(rules) {}

  Operations draw(std::size_t count) {
    for (std::size_t socket = 0; socket < 2; ++socket) open(socket);
    while (operations_.size() < count) step();
    return std::move(operations_);
  }

 private:
  void step() {
    if (rules_ && random_.chance(1, 50)) return rule();
    const std::uint64_t choice = random_.below(1000);
    if (choice < 700) return exchange();
    if (choice < 760) return dump();
    if (choice < 780) return overflow();
    if (choice < 790) return many_policies();
    if (choice < 900) return receive(any_socket(), any_size(), any_receive_flags());
    if (choice < 930) return change_option();
    if (choice < 950) return look();
    if (choice < 965) return sysctl();
    if (choice < 985) return reopen();
    incapable();
  }

  std::size_t any_socket() { return random_.below(Player::max_sockets); }

  std::size_t any_size() {
    switch (random_.below(8)) {
      case 0:
        return random_.below(100);
      case 1:
        return random_.of<std::size_t>({3775, 3776, 3777, 4096, 8192, 32447, 32448, 32768, 65536});
      case 2:
        return random_.between(100, 40000);
      default:
        return 4096;
    }
  }

  int any_receive_flags() {
    if (!random_.chance(1, 10)) return MSG_DONTWAIT;
    return MSG_DONTWAIT | random_.of<int>({MSG_PEEK, MSG_TRUNC, MSG_PEEK | MSG_TRUNC, MSG_OOB});
  }

  void open(std::size_t socket) {
    operations_.push_back({.act = Act::open, .socket = socket});
    if (random_.chance(1, 8)) return;  // it binds itself at the first send
    bind(socket);
  }

  void bind(std::size_t socket) {
    auto port = static_cast<std::uint32_t>(first_port + socket);
    if (random_.chance(1, 15)) port = static_cast<std::uint32_t>(first_port + any_socket());
    const std::uint32_t groups = random_.chance(1, 20) ? any_group() : 0;
    operations_.push_back(
        {.act = Act::bind, .socket = socket, .address = {.port_id = port, .groups = groups}});
  }

  void reopen() {
    const std::size_t socket = any_socket();
    operations_.push_back({.act = Act::close, .socket = socket});
    open(socket);
    if (random_.chance(1, 6)) {
      operations_.push_back({.act = Act::connect, .socket = socket, .address = any_peer()});
    }
    if (random_.chance(1, 6)) bind(socket);
  }

  /// Rules cause events in group 7, of nf_tables: another endpoint's.
  std::uint32_t any_group() {
    constexpr std::uint32_t nf_tables = 1U << 6;
    const std::uint32_t group = 1U << random_.below(32);
    return group == nf_tables ? 1 : group;
  }

  NetlinkAddress any_peer() {
    if (random_.chance(1, 3)) return {};
    return {.port_id = static_cast<std::uint32_t>(first_port + any_socket()),
            .groups = random_.chance(1, 8) ? any_group() : 0};
  }

  void send(std::size_t socket, Bytes bytes) {
    Operation operation{.act = Act::send, .socket = socket, .bytes = std::move(bytes)};
    if (!random_.chance(1, 20)) operation.to = NetlinkAddress{};
    if (random_.chance(1, 80)) operation.to = any_peer();
    // A full queue of another socket would block the real sender.
    operation.flags = MSG_DONTWAIT;
    if (random_.chance(1, 300)) operation.flags |= MSG_OOB;
    operations_.push_back(std::move(operation));
  }

  void receive(std::size_t socket, std::size_t size, int flags) {
    operations_.push_back({.act = Act::receive, .socket = socket, .flags = flags, .size = size});
  }

  void exchange() {
    const std::size_t socket = any_socket();
    send(socket, draw_datagram(random_, sequence_));
    for (std::size_t i = random_.below(4); i > 0; --i) receive(socket, any_size(), MSG_DONTWAIT);
  }

  /// A dump, read with changing buffers, other requests in between, not always to its end.
  void dump() {
    const std::size_t socket = any_socket();
    send(socket, draw_dump(random_, sequence_));
    for (std::size_t i = random_.below(12); i > 0; --i) {
      if (random_.chance(1, 4)) send(any_socket(), draw_datagram(random_, sequence_));
      receive(socket, random_.chance(1, 2) ? 32768 : any_size(), any_receive_flags());
    }
  }

  /// More answers than the socket's queue holds.
  void overflow() {
    const std::size_t socket = any_socket();
    set_option(socket, SOL_SOCKET, SO_RCVBUF, static_cast<int>(random_.below(12000)));
    for (std::size_t i = random_.between(2, 12); i > 0; --i) {
      send(socket, random_.chance(1, 4) ? draw_dump(random_, sequence_)
                                        : draw_datagram(random_, sequence_));
    }
    for (std::size_t i = random_.below(14); i > 0; --i) {
      receive(socket, any_size(), any_receive_flags());
      if (random_.chance(1, 5)) send(socket, draw_datagram(random_, sequence_));
    }
    if (random_.chance(1, 2)) set_option(socket, SOL_SOCKET, SO_RCVBUF, 106496);
  }

  void many_policies() { send(any_socket(), draw_many_policies(random_, sequence_)); }

  void set_option(std::size_t socket, int level, int option, int value) {
    const Bytes bytes = host32(static_cast<std::uint32_t>(value));
    operations_.push_back({.act = Act::set_option,
                           .socket = socket,
                           .bytes = bytes,
                           .level = level,
                           .option = option});
  }

  void change_option() {
    static constexpr std::array options{
        NETLINK_CAP_ACK,    NETLINK_EXT_ACK, NETLINK_CAP_ACK,        NETLINK_EXT_ACK,
        NETLINK_NO_ENOBUFS, NETLINK_PKTINFO, NETLINK_GET_STRICT_CHK, NETLINK_BROADCAST_ERROR};
    const std::size_t socket = any_socket();
    if (random_.chance(1, 12))
      return set_option(socket, SOL_SOCKET, SO_PASSCRED, static_cast<int>(random_.below(2)));
    if (random_.chance(1, 12)) {
      return set_option(socket, SOL_NETLINK,
                        random_.of({NETLINK_ADD_MEMBERSHIP, NETLINK_DROP_MEMBERSHIP}),
                        random_.of({0, 1, 2, 6, 8, 31, 32, 33, 34}));
    }
    if (random_.chance(1, 20)) {
      return set_option(socket, static_cast<int>(random_.below(300)), 99, 1);
    }
    set_option(socket, SOL_NETLINK, options[random_.below(options.size())],
               static_cast<int>(random_.below(3)) - 1);
  }

  void get_option(std::size_t socket, std::size_t size, int level, int option) {
    operations_.push_back(
        {.act = Act::get_option, .socket = socket, .size = size, .level = level, .option = option});
  }

  void look() {
    static constexpr std::array options{NETLINK_CAP_ACK, NETLINK_NO_ENOBUFS,
                                        NETLINK_LIST_MEMBERSHIPS, 99};
    const std::size_t socket = any_socket();
    switch (random_.below(6)) {
      case 0:
        operations_.push_back({.act = Act::name, .socket = socket});
        return;
      case 1:
        operations_.push_back({.act = Act::peer, .socket = socket});
        return;
      case 2:
        if (random_.chance(1, 2)) {
          operations_.push_back({.act = Act::memory, .socket = socket});
        } else {
          get_option(socket, random_.below(40), SOL_SOCKET, SO_MEMINFO);
        }
        return;
      case 3:
        get_option(socket, random_.between(3, 8), SOL_NETLINK,
                   options[random_.below(options.size())]);
        return;
      case 4:
        get_option(socket, sizeof(int), SOL_SOCKET, random_.of({SO_RCVBUF, SO_SNDBUF, SO_ERROR}));
        return;
      default:
        operations_.push_back({.act = Act::poll, .socket = socket});
    }
  }

  void sysctl() {
    const Protocol& protocol = protocols[random_.below(protocols.size())];
    const std::string name(protocol.slots[random_.below(protocol.slots.size())].sysctl);
    if (name.empty()) return;
    if (random_.chance(1, 2)) {
      operations_.push_back({.act = Act::read_sysctl, .text = name});
      return;
    }
    static const std::array<std::string, 16> texts{
        "0",     "1",    "-1",  "8589934", "8589935", "-8589934", "-8589935", "abc",
        "  7 8", "0x10", "010", "9\n",     "5x",      "1.5",      "99999999", "\n"};
    operations_.push_back({.act = Act::write_sysctl,
                           .text = name,
                           .value = random_.chance(1, 2)
                                        ? std::to_string(random_.between(1, 1000))
                                        : random_.of(std::span<const std::string>(texts))});
  }

  /// A few operations without CAP_NET_ADMIN.
  void incapable() {
    operations_.push_back({.act = Act::set_capable, .flags = 0});
    if (random_.chance(1, 4)) reopen();
    for (std::size_t i = random_.below(5); i > 0; --i) exchange();
    if (random_.chance(1, 4)) change_option();
    operations_.push_back({.act = Act::set_capable, .flags = 1});
  }

  /// A rule refers to a policy, or no longer.
  void rule() {
    if (held_ > 0 && random_.chance(1, 2)) {
      --held_;
      operations_.push_back({.act = Act::release, .text = held_name});
      return;
    }
    ++held_;
    send(0, new_held_policy(sequence_));
    operations_.push_back({.act = Act::hold, .text = held_name});
    for (std::size_t i = random_.below(20); i > 0; --i) about_held();
  }

  /// A request about the held policy, on a socket that reads the reply; sometimes not permitted.
  void about_held() {
    const bool capable = !random_.chance(1, 5);
    if (!capable) operations_.push_back({.act = Act::set_capable, .flags = 0});
    const std::size_t socket = any_socket();
    send(socket, draw_request_for_held(random_, sequence_));
    if (!capable) operations_.push_back({.act = Act::set_capable, .flags = 1});
    for (int i = 0; i < 3; ++i) receive(socket, 4096, MSG_DONTWAIT);
  }

  Random random_;
  bool rules_;
  Operations operations_;
  std::uint32_t sequence_ = 0;
  int held_ = 0;
};

}  // namespace

Operations draw_operations(std::uint64_t seed, std::size_t count, bool rules) {
  return Sequence(seed, rules).draw(count);
}

}  // namespace cttimeout::test
