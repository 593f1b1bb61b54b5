// A socket that answers from a recording.
#include "support/replay_socket.h"

#include <algorithm>

namespace cttimeout::test {
namespace {

template <class T>
SyscallResult<T> error(std::string_view result) {
  return tl::unexpected(errno_number(result).value_or(EIO));
}

SyscallResult<void> nothing_or_error(std::string_view result) {
  if (result == "ok") return {};
  return error<void>(result);
}

}  // namespace

ReplaySocket::ReplaySocket(std::shared_ptr<Script> script)
    : script_(std::move(script)), label_(script_->next_label()) {
  script_->take("socket " + label_);
}

ReplaySocket::~ReplaySocket() {
  script_->take("close " + label_);
}

// The result of an operation that may have given the socket another port id.
std::string_view ReplaySocket::take(const std::string& operation) {
  const std::string_view result = script_->take(operation);
  const std::size_t as = result.find(" as ");
  if (as == std::string_view::npos) return result;
  const std::string_view port = result.substr(as + 4);
  if (port == '<' + label_ + '>') {
    const auto index = static_cast<std::uint32_t>(label_.front() - 'A');
    script_->names().learn(label_, Script::highest_chosen_port - index);
  }
  port_id_ = script_->names().port(port).value_or(0);
  return result.substr(0, as);
}

SyscallResult<void> ReplaySocket::bind(NetlinkAddress address) {
  return nothing_or_error(take(operation::bind(label_, script_->names().text(address))));
}

SyscallResult<void> ReplaySocket::connect(NetlinkAddress address) {
  return nothing_or_error(take(operation::connect(label_, script_->names().text(address))));
}

NetlinkAddress ReplaySocket::name() const {
  return script_->names().address(script_->take("name " + label_)).value_or(NetlinkAddress{});
}

NetlinkAddress ReplaySocket::peer() const {
  return script_->names().address(script_->take("peer " + label_)).value_or(NetlinkAddress{});
}

SyscallResult<std::size_t> ReplaySocket::send(std::span<const std::byte> datagram,
                                              std::optional<NetlinkAddress> to, int flags) {
  std::optional<std::string> destination;
  if (to) destination = script_->names().text(*to);
  const std::string_view result = take(operation::send(label_, destination, flags, datagram));
  if (const auto size = number_of<std::size_t>(result)) return *size;
  return error<std::size_t>(result);
}

void ReplaySocket::read_ancillary(const std::vector<std::string_view>& words,
                                  ReceivedDatagram& received) const {
  for (std::size_t i = 3; i + 2 < words.size(); ++i) {
    if (words[i] == "group") received.group = number_of<std::uint32_t>(words[i + 1]);
    if (words[i] != "credentials") continue;
    const std::size_t colon = words[i + 1].rfind(':');  // ADDRESS:GID
    const auto who = script_->names().address(words[i + 1].substr(0, colon));
    const auto group_id = number_of<std::uint32_t>(words[i + 1].substr(colon + 1));
    if (who && group_id) received.credentials = Credentials{who->port_id, who->groups, *group_id};
  }
}

SyscallResult<ReceivedDatagram> ReplaySocket::receive(std::span<std::byte> buffer, int flags) {
  const std::string_view result = script_->take(operation::receive(label_, buffer.size(), flags));
  const std::vector<std::string_view> words = split(result);
  if (words.size() < 4) return error<ReceivedDatagram>(result);
  Bytes datagram = bytes_of(words.back()).value_or(Bytes{});
  datagram.resize(std::min(datagram.size(), buffer.size()));
  const NetlinkAddress sender = script_->names().address(words[2]).value_or(NetlinkAddress{});
  if (sender.port_id == 0) replace_port(datagram, 0, port_id_);
  std::ranges::copy(datagram, buffer.begin());
  ReceivedDatagram received{.returned = number_of<std::size_t>(words[0]).value_or(0),
                            .copied = datagram.size(),
                            .truncated = words[3] == "truncated",
                            .sender = sender};
  read_ancillary(words, received);
  return received;
}

SyscallResult<void> ReplaySocket::set_option(int level, int option,
                                             std::span<const std::byte> value) {
  return nothing_or_error(script_->take(operation::set_option(label_, level, option, value)));
}

SyscallResult<std::size_t> ReplaySocket::get_option(int level, int option,
                                                    std::span<std::byte> value) {
  const std::string_view result =
      script_->take(operation::get_option(label_, level, option, value.size()));
  const std::vector<std::string_view> words = split(result);
  const auto bytes = words.empty() ? std::nullopt : bytes_of(words[0]);
  if (!bytes || bytes->size() > value.size()) return error<std::size_t>(result);
  std::ranges::copy(*bytes, value.begin());
  if (words.size() == 3) return number_of<std::size_t>(words[2]).value_or(0);
  return bytes->size();
}

// Recordings are of kernels with 250 ticks a second, and tell no buffer's size unless it was asked
// for: a client on one that was made smaller has to be told.
std::uint32_t ReplaySocket::hz() const {
  return 250;
}

std::size_t ReplaySocket::receive_buffer() const {
  return 212'992;
}

short ReplaySocket::poll() const {
  return poll_events(script_->take("poll " + label_)).value_or(0);
}

SocketMemory ReplaySocket::memory() const {
  const std::vector<std::string_view> words = split(script_->take("memory " + label_));
  if (words.size() != 6) return {};
  return {.used = number_of<std::size_t>(words[1]).value_or(0),
          .drops = number_of<std::size_t>(words[3]).value_or(0),
          .dumping = words[5] == "1"};
}

}  // namespace cttimeout::test
