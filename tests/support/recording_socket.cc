// A socket that writes down what is done with another one, and what comes of it.
#include "support/recording_socket.h"

#include <algorithm>

#include "netlink/describe.h"

namespace cttimeout::test {
namespace {

std::string result_text(const SyscallResult<void>& result) {
  return result ? "ok" : errno_text(result.error());
}

std::string result_text(const SyscallResult<std::size_t>& result) {
  return result ? std::to_string(*result) : errno_text(result.error());
}

}  // namespace

RecordingSocket::RecordingSocket(std::unique_ptr<NetlinkSocket> inner,
                                 std::shared_ptr<Recorder> recorder)
    : inner_(std::move(inner)), recorder_(std::move(recorder)), label_(recorder_->next_label()) {
  recorder_->add("socket " + label_);
}

RecordingSocket::~RecordingSocket() {
  recorder_->add("close " + label_);
}

// The port id, if the operation just done has changed it.
std::string RecordingSocket::rebound() {
  const std::uint32_t port_id = inner_->name().port_id;
  if (port_id == port_id_) return {};
  port_id_ = port_id;
  if (port_id != 0 && port_id != asked_port_id_) recorder_->names().learn(label_, port_id);
  return " as " + recorder_->names().text(port_id);
}

SyscallResult<void> RecordingSocket::bind(NetlinkAddress address) {
  const std::string operation = operation::bind(label_, recorder_->names().text(address));
  const auto result = inner_->bind(address);
  asked_port_id_ = address.port_id;
  recorder_->add(operation, result_text(result) + rebound());
  return result;
}

SyscallResult<void> RecordingSocket::connect(NetlinkAddress address) {
  const std::string operation = operation::connect(label_, recorder_->names().text(address));
  const auto result = inner_->connect(address);
  recorder_->add(operation, result_text(result) + rebound());
  return result;
}

NetlinkAddress RecordingSocket::name() const {
  const NetlinkAddress address = inner_->name();
  recorder_->add("name " + label_, recorder_->names().text(address));
  return address;
}

NetlinkAddress RecordingSocket::peer() const {
  const NetlinkAddress address = inner_->peer();
  recorder_->add("peer " + label_, recorder_->names().text(address));
  return address;
}

SyscallResult<std::size_t> RecordingSocket::send(std::span<const std::byte> datagram,
                                                 std::optional<NetlinkAddress> to, int flags) {
  std::optional<std::string> destination;
  if (to) destination = recorder_->names().text(*to);
  const auto result = inner_->send(datagram, to, flags);
  recorder_->add(operation::send(label_, destination, flags, datagram),
                 result_text(result) + rebound(), tools::summary(datagram));
  return result;
}

SyscallResult<ReceivedDatagram> RecordingSocket::receive(std::span<std::byte> buffer, int flags) {
  const std::string operation = operation::receive(label_, buffer.size(), flags);
  const auto result = inner_->receive(buffer, flags);
  if (!result) {
    recorder_->add(operation, errno_text(result.error()));
    return result;
  }
  Bytes datagram(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(result->copied));
  if (result->sender.port_id == 0) replace_port(datagram, port_id_, 0);
  std::string text =
      std::to_string(result->returned) + " from " + recorder_->names().text(result->sender);
  if (result->truncated) text += " truncated";
  if (result->group) text += " group " + std::to_string(*result->group);
  if (const auto& who = result->credentials) {
    text += " credentials " + recorder_->names().text({who->process_id, who->user_id}) + ':' +
            std::to_string(who->group_id);
  }
  recorder_->add(operation, text + ' ' + bytes_text(datagram), tools::summary(datagram));
  return result;
}

SyscallResult<void> RecordingSocket::set_option(int level, int option,
                                                std::span<const std::byte> value) {
  const auto result = inner_->set_option(level, option, value);
  recorder_->add(operation::set_option(label_, level, option, value), result_text(result));
  return result;
}

SyscallResult<std::size_t> RecordingSocket::get_option(int level, int option,
                                                       std::span<std::byte> value) {
  const auto result = inner_->get_option(level, option, value);
  const std::string operation = operation::get_option(label_, level, option, value.size());
  if (!result) {
    recorder_->add(operation, errno_text(result.error()));
    return result;
  }
  std::string text = bytes_text(value.first(std::min(*result, value.size())));
  if (*result > value.size()) text += " of " + std::to_string(*result);
  recorder_->add(operation, text);
  return result;
}

short RecordingSocket::poll() const {
  const short events = inner_->poll();
  recorder_->add("poll " + label_, poll_text(events));
  return events;
}

SocketMemory RecordingSocket::memory() const {
  const SocketMemory memory = inner_->memory();
  recorder_->add("memory " + label_, "used " + std::to_string(memory.used) + " drops " +
                                         std::to_string(memory.drops) + " dumping " +
                                         (memory.dumping ? '1' : '0'));
  return memory;
}

}  // namespace cttimeout::test
