// Delivery: what one call did to its socket, kept until the caller has the reply.
#include "calls/delivery.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace cttimeout::tools::wrapper {

SyscallResult<std::size_t> Delivery::send(std::span<const std::byte> datagram,
                                          std::optional<NetlinkAddress> to, int flags) {
  const bool again = !again_.empty() && std::ranges::equal(again_.front().bytes, datagram);
  if (!again) again_.clear();
  const auto result = again ? again_.front().result : inner().send(datagram, to, flags);
  if (again) again_.pop_front();
  sent_.push_back({.bytes = {datagram.begin(), datagram.end()}, .result = result});
  return result;
}

SyscallResult<ReceivedDatagram> Delivery::receive(std::span<std::byte> buffer, int flags) {
  if (!returned_.empty()) return take_returned(buffer, flags);
  auto result = inner().receive(buffer, flags);
  const bool stays = (flags & MSG_PEEK) != 0 || (!result && result.error() == EAGAIN);
  if (stays) return result;
  const auto bytes = buffer.first(result ? result->copied : 0);
  taken_.push_back({.result = result, .bytes = {bytes.begin(), bytes.end()}});
  return result;
}

// The bytes that the first caller had no room for are lost to the second as well: it is the same
// call that is made again.
SyscallResult<ReceivedDatagram> Delivery::take_returned(std::span<std::byte> buffer, int flags) {
  SyscallResult<ReceivedDatagram> result = returned_.front().result;
  if (result) {
    const std::span bytes(returned_.front().bytes);
    const std::size_t copied = std::min(buffer.size(), bytes.size());
    std::copy_n(bytes.begin(), copied, buffer.begin());
    result->truncated = result->truncated || copied < bytes.size();
    result->copied = copied;
    if ((flags & MSG_TRUNC) == 0) result->returned = copied;
  }
  if ((flags & MSG_PEEK) == 0 || !result) {
    taken_.push_back(std::move(returned_.front()));
    returned_.pop_front();
  }
  return result;
}

short Delivery::poll() const {
  return static_cast<short>(ForwardingSocket::poll() | (returned_.empty() ? 0 : POLLIN));
}

// The error that the present call took is kept for the next, and not taken twice.
void Delivery::set_error(int error) {
  if (!taken_.empty() && !taken_.back().result) taken_.pop_back();
  inner().set_error(error);
}

void Delivery::delivered() {
  again_.clear();
  sent_.clear();
  taken_.clear();
}

SentDatagrams Delivery::undelivered() {
  returned_.insert(returned_.begin(), std::make_move_iterator(taken_.begin()),
                   std::make_move_iterator(taken_.end()));
  SentDatagrams sent = std::move(sent_);
  delivered();
  return sent;
}

}  // namespace cttimeout::tools::wrapper
