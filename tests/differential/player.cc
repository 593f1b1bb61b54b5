// Player: does operations to one namespace and says what came of each, in terms that compare.

#include "player.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "support/ct_rule.h"
#include "support/request.h"
#include "support/wire.h"

namespace cttimeout::test {

namespace {

constexpr std::uint32_t stands_for_process_id = 0xfffffffe;
constexpr std::uint32_t stands_for_chosen = 0xffffffff;
constexpr std::uint32_t first_chosen = 0x80000000;
constexpr std::uint32_t asking_port = 4'999'999;

template <class T>
Outcome outcome_of(const SyscallResult<T>& result) {
  Outcome outcome;
  if (!result) {
    outcome.error = result.error();
  } else if constexpr (!std::is_void_v<T>) {
    outcome.number = *result;
  }
  return outcome;
}

/// Zeroes the outer nlmsg_pid of every message that carries `port`, also where the end of the
/// buffer cut it.
void clear_port(Bytes& datagram, std::uint32_t port) {
  const Bytes port_id = host32(port);
  for (std::size_t at = 0; at + 12 < datagram.size();) {
    const auto begin = datagram.begin() + static_cast<std::ptrdiff_t>(at) + 12;
    const auto size = std::min<std::ptrdiff_t>(4, datagram.end() - begin);
    if (std::equal(begin, begin + size, port_id.begin())) std::fill_n(begin, size, std::byte{0});
    const std::size_t length = read32(datagram, at);
    if (length < header_size) return;
    at += aligned(length);
  }
}

}  // namespace

NetlinkAddress Player::comparable(NetlinkAddress address) const {
  if (address.port_id == ground_->process_id()) address.port_id = stands_for_process_id;
  if (address.port_id >= first_chosen && address.port_id < stands_for_process_id) {
    address.port_id = stands_for_chosen;
  }
  return address;
}

Outcome Player::play(const Operation& operation) {
  std::unique_ptr<NetlinkSocket>& socket = sockets_[operation.socket];
  switch (operation.act) {
    case Act::open:
      if (!socket) socket = ground_->socket();
      return {};
    case Act::close:
      socket.reset();
      return {};
    case Act::read_sysctl:
    case Act::write_sysctl:
      return views_.sysctls ? on_sysctl(operation) : Outcome{};
    case Act::hold:
    case Act::release:
      return views_.rules ? on_rule(operation) : Outcome{};
    case Act::set_capable:
      capable_ = operation.flags != 0;
      ground_->set_capable(capable_);
      return {};
    default:
      return socket ? on_socket(*socket, operation) : Outcome{};
  }
}

Outcome Player::on_sysctl(const Operation& operation) {
  if (operation.act == Act::read_sysctl) {
    return {.text = ground_->read_sysctl(operation.text).value_or("none")};
  }
  return outcome_of(ground_->write_sysctl(operation.text, operation.value));
}

Outcome Player::on_rule(const Operation& operation) {
  if (operation.act == Act::hold) {
    return {.number = fits_a_rule(operation.text) && ground_->hold(operation.text) ? 1U : 0U};
  }
  ground_->release(operation.text);
  return {};
}

bool Player::fits_a_rule(const std::string& policy) {
  const auto use = with_capability([&] { return policy_use(asking(), policy); });
  return use && use->family == ipv4 && use->protocol == tcp;
}

Outcome Player::on_socket(NetlinkSocket& socket, const Operation& operation) {
  switch (operation.act) {
    case Act::bind:
      return outcome_of(socket.bind(operation.address));
    case Act::connect:
      return outcome_of(socket.connect(operation.address));
    case Act::send:
      return outcome_of(socket.send(operation.bytes, operation.to, operation.flags));
    case Act::receive:
      return receive(socket, operation);
    case Act::set_option:
      return outcome_of(socket.set_option(operation.level, operation.option, operation.bytes));
    case Act::get_option: {
      Bytes value(operation.size);
      Outcome outcome = outcome_of(socket.get_option(operation.level, operation.option, value));
      outcome.bytes = std::move(value);
      return outcome;
    }
    case Act::name:
      return {.address = comparable(socket.name())};
    case Act::peer:
      return {.address = comparable(socket.peer())};
    case Act::poll:
      return poll(socket);
    default:
      return memory(socket);
  }
}

Outcome Player::poll(const NetlinkSocket& socket) const {
  const int events = socket.poll();
  const bool as_data = !views_.poll_errors && (events & POLLERR) != 0;
  return {.number = static_cast<std::size_t>(as_data ? (events & ~POLLERR) | POLLIN : events)};
}

Outcome Player::memory(const NetlinkSocket& socket) const {
  const SocketMemory memory = socket.memory();
  const bool dumping = memory.dumping && views_.socket_list;
  return {.number = memory.used, .more = 2 * memory.drops + (dumping ? 1 : 0)};
}

Outcome Player::receive(NetlinkSocket& socket, const Operation& operation) {
  Outcome outcome;
  outcome.bytes.resize(operation.size);
  const auto received = socket.receive(outcome.bytes, operation.flags);
  if (!received) {
    outcome.error = received.error();
    outcome.bytes.clear();
    return outcome;
  }
  outcome.number = received->returned;
  outcome.more = received->truncated ? 1 : 0;
  outcome.address = comparable(received->sender);
  outcome.group = received->group;
  outcome.credentials = received->credentials;
  if (outcome.credentials && outcome.credentials->process_id == ground_->process_id()) {
    outcome.credentials->process_id = stands_for_process_id;
  }
  outcome.bytes.resize(received->copied);
  clear_port(outcome.bytes, socket.name().port_id);
  return outcome;
}

NetlinkSocket& Player::asking() {
  if (!asking_) {
    asking_ = ground_->socket();
    (void)asking_->bind({.port_id = asking_port});
  }
  return *asking_;
}

bool Player::tracks(std::uint8_t protocol) {
  Bytes answer(4096);
  (void)asking().send(get_default(protocol).bytes(), NetlinkAddress{}, MSG_DONTWAIT);
  return asking().receive(answer, MSG_DONTWAIT) && read16(answer, 4) != type_error;
}

Subject Player::subject_of(const Operation& operation) {
  if (operation.act != Act::send || operation.bytes.size() < payload_offset) return Subject::none;
  const About request = about(operation.bytes);
  if (request.protocol) {
    const bool tracked = with_capability([&] { return tracks(*request.protocol); });
    return tracked ? Subject::tracked : Subject::untracked;
  }
  if (!request.name) return Subject::none;
  const auto use = with_capability([&] { return policy_use(asking(), *request.name); });
  if (!use) return Subject::free_name;
  return use->users > 1 ? Subject::held : Subject::taken;
}

}  // namespace cttimeout::test
