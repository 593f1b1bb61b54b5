// Fuzz target: the fake kernel. Input: a profile, then records (records.h), each a system call.

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <vector>

#include "cttimeout/fake_kernel.h"
#include "draw_reply.h"
#include "mutate.h"
#include "records.h"
#include "reply_rules.h"
#include "support/messages.h"
#include "support/wire.h"
#include "target.h"

namespace cttimeout::test {
namespace {

/// What a record does, by its kind modulo `kinds`. `bytes` and `number` are its own; where several
/// sockets may be meant, the lowest bits of `number` say which.
enum class Call : std::uint8_t {
  ask,  // sends `bytes` and reads every reply, under the rules
  ask_too,
  ask_again,
  send,         // `bytes`, to the kernel or to a neighbour
  receive,      // into a buffer of a size that `number` says
  set_option,   // level, option and value are in `bytes`
  get_option,   // likewise
  bind,         // to the port id and groups in `bytes`
  connect,      // likewise
  reopen,       // closes and opens
  hold,         // a rule refers to the policy that is called `bytes`
  release,      // the oldest of these rules goes
  sysctl,       // writes `bytes` to the timeout that `number` says, and reads it
  set_capable,  // or not
  kinds,
};

/// The timeouts that have a sysctl, one after the other.
std::string_view sysctl_name(unsigned number) {
  const Protocol& protocol = protocols[number % protocols.size()];
  return protocol.slots[number / protocols.size() % protocol.slots.size()].sysctl;
}

class Endpoint {
 public:
  explicit Endpoint(const KernelProfile& profile) : kernel_(profile) {
    for (std::uint32_t i = 0; i < sockets_.size(); ++i)
      sockets_[i] = kernel_.socket(first_port + i);
    asker_ = kernel_.socket(asker_port);
    (void)asker_->bind({});
    const Bytes on = host32(1);
    (void)asker_->set_option(SOL_NETLINK, NETLINK_EXT_ACK, on);
  }

  void play(const Record& record) {
    NetlinkSocket& socket = *sockets_[record.number % sockets_.size()];
    switch (Call{static_cast<std::uint8_t>(record.kind % std::uint8_t(Call::kinds))}) {
      case Call::send:
        return send(socket, record);
      case Call::receive:
        return receive(socket, record.number);
      case Call::set_option:
        return set_option(socket, record.bytes);
      case Call::get_option:
        return get_option(socket, record.bytes);
      case Call::bind:
        (void)socket.bind(address(record.bytes));
        return;
      case Call::connect:
        (void)socket.connect(address(record.bytes));
        return;
      case Call::reopen:
        sockets_[record.number % sockets_.size()].reset();
        sockets_[record.number % sockets_.size()] = kernel_.socket(first_port);
        return;
      case Call::hold:
        hold({reinterpret_cast<const char*>(record.bytes.data()), record.bytes.size()});
        return;
      case Call::release:
        if (!rules_.empty()) rules_.pop_back();
        return;
      case Call::sysctl:
        return sysctl(record);
      case Call::set_capable:
        capable_ = record.number % 2 == 0;
        return kernel_.set_capable(capable_);
      default:
        return ask(record.bytes);
    }
  }

  /// Nothing grows beyond what was asked for.
  void require_bounds() const {
    require(kernel_.policy_count() <= news_, "there are no more policies than requests for them");
    for (const auto& socket : sockets_) {
      require(socket->memory().used <= largest_limit + largest_charge,
              "a queue stays within its limit");
    }
  }

 private:
  static constexpr std::uint32_t asker_port = 900;
  static constexpr std::uint32_t first_port = 1000;
  static constexpr std::size_t max_rules = 16;
  // Of SO_RCVBUF; and of one datagram, which may exceed it if the queue was empty.
  static constexpr std::size_t largest_limit = 425984;
  static constexpr std::size_t largest_charge = 33024;

  static NetlinkAddress address(View bytes) {
    return {.port_id = read32(bytes, 0), .groups = read32(bytes, 4)};
  }

  void count_news(View datagram) {
    while (const auto message = take_message(datagram)) {
      if (read16(*message, 4) == type_new) ++news_;
    }
  }

  void ask(View datagram) {
    count_news(datagram);
    const std::size_t drops = asker_->memory().drops;
    const auto sent = asker_->send(datagram, NetlinkAddress{});
    if (!sent) return require(datagram.empty(), "whatever is not empty can be sent");
    ReplyRules rules(datagram, asker_port, capable_);
    for (auto received = receive_reply(); received; received = receive_reply()) {
      require(!received->truncated && received->sender == NetlinkAddress{},
              "answers come from the kernel, and fit");
      rules.answer(View(buffer_).first(received->copied));
    }
    rules.end(asker_->memory().drops != drops);
    require(asker_->memory().used == 0 && !asker_->memory().dumping, "all replies were read");
  }

  /// An overrun is reported once, in front of what is queued.
  SyscallResult<ReceivedDatagram> receive_reply() {
    const auto received = asker_->receive(buffer_);
    return !received && received.error() == ENOBUFS ? asker_->receive(buffer_) : received;
  }

  void send(NetlinkSocket& socket, const Record& record) {
    count_news(record.bytes);
    const unsigned where = record.number / 4U;
    const NetlinkAddress to{.port_id = where % 4 == 3 ? first_port + where / 4 % 4 : 0,
                            .groups = where % 8 == 7 ? where : 0};
    (void)socket.send(record.bytes, where % 4 == 2 ? std::nullopt : std::optional(to));
  }

  void receive(NetlinkSocket& socket, std::uint8_t number) {
    constexpr std::array flags{0, 0, 0, int{MSG_PEEK}, int{MSG_TRUNC}, MSG_PEEK | MSG_TRUNC};
    const std::size_t size = std::min<std::size_t>(std::size_t{1} << number / 4U % 16U, 32768);
    const auto received =
        socket.receive(std::span(buffer_).first(size), flags[number % flags.size()]);
    if (!received) return;
    require(received->copied <= size, "no more is copied than there is room");
    require(received->truncated || received->returned == received->copied,
            "what was not cut is returned as it is");
  }

  static void set_option(NetlinkSocket& socket, View bytes) {
    const View value = bytes.subspan(std::min<std::size_t>(2, bytes.size()));
    (void)socket.set_option(level(bytes), option(bytes), value);
  }

  static void get_option(NetlinkSocket& socket, View bytes) {
    std::array<std::byte, 8> value;
    const std::size_t size = std::min(bytes.size(), value.size());
    (void)socket.get_option(level(bytes), option(bytes), std::span(value).first(size));
  }

  static int level(View bytes) { return (read16(bytes, 0) & 1U) == 0 ? SOL_NETLINK : SOL_SOCKET; }
  static int option(View bytes) { return (read16(bytes, 0) >> 1U) & 0x7f; }

  void hold(std::string_view name) {
    if (rules_.size() == max_rules) return;
    if (auto rule = kernel_.hold(name)) rules_.push_back(std::move(*rule));
  }

  void sysctl(const Record& record) {
    const std::string_view name = sysctl_name(record.number);
    const std::string_view text(reinterpret_cast<const char*>(record.bytes.data()),
                                record.bytes.size());
    const auto written = kernel_.write_sysctl(name, text);
    const auto read = kernel_.read_sysctl(name);
    require(!written || (read && !read->empty()), "what can be written can be read");
  }

  FakeKernel kernel_;
  std::unique_ptr<NetlinkSocket> asker_;
  std::array<std::unique_ptr<NetlinkSocket>, 3> sockets_;
  std::vector<Rule> rules_;
  std::size_t news_ = 0;
  bool capable_ = true;
  std::array<std::byte, 32768> buffer_;
};

void play(const KernelProfile& profile, View script) {
  constexpr std::size_t max_calls = 256;
  Endpoint endpoint(profile);
  RecordReader records(script);
  for (std::size_t i = 0; i < max_calls; ++i) {
    const auto record = records.next();
    if (!record) break;
    endpoint.play(*record);
    endpoint.require_bounds();
  }
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cttimeout;
  if (size == 0) return 0;
  test::play(kernel_profiles[data[0] % kernel_profiles.size()], test::view_of(data + 1, size - 1));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return cttimeout::test::mutate_records(data, size, max_size, seed, 1,
                                         cttimeout::test::draw_request);
}
