// Requester: sends requests by one socket under a storm, and expects exactly one reply to each.
#include "requester.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "support/messages.h"
#include "support/request.h"
#include "system_call.h"

namespace cttimeout::test {
namespace {

constexpr std::size_t room_size = 8192;
constexpr unsigned ways_to_send = 5;
constexpr unsigned ways_to_receive = 6;
constexpr int most_tries = 100'000;
constexpr auto tick = std::chrono::milliseconds(4);    // the kernel counts in these
constexpr auto hardly_late = std::chrono::seconds(2);  // a machine may stand still

/// Again while a signal interrupts it: a program's usual loop.
template <class Attempt>
long retried(Attempt&& attempt) {
  long result = -EINTR;
  for (int tries = 0; result == -EINTR && tries < most_tries; ++tries) result = attempt();
  return result;
}

std::string name_in(View message) {
  for (std::size_t at = payload_offset; at + 4 <= message.size();) {
    const std::size_t size = read16(message, at);
    if (size < 5 || size > message.size() - at) break;
    if (read16(message, at + 2) == attr_name) {
      return {reinterpret_cast<const char*>(&message[at + 4]), size - 5};
    }
    at += aligned(size);
  }
  return {};
}

}  // namespace

Requester::Requester(std::string name, std::uint64_t seed, Verdict& verdict, Figures& figures)
    : name_(std::move(name)), random_(seed), verdict_(verdict), figures_(figures) {
  const long opened = retried(
      [] { return call(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER); });
  socket_ = static_cast<int>(opened);
  if (opened < 0) complain("socket", opened);
}

Requester::~Requester() {
  if (socket_ >= 0) close(socket_);
}

bool Requester::complain(const std::string& what, long result) {
  verdict_.wrong(name_ + ": " + what + ": " + show(result) +
                 (is_impossible(result) ? ", which no kernel returns" : ""));
  return false;
}

bool Requester::send(const Bytes& bytes) {
  const unsigned way = way_to_send_ = static_cast<unsigned>(random_.below(ways_to_send));
  const sockaddr_nl kernel{.nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = 0, .nl_groups = 0};
  iovec part{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
  mmsghdr header{};
  header.msg_hdr.msg_iov = &part;
  header.msg_hdr.msg_iovlen = 1;
  const long result = retried([&]() -> long {
    ++figures_.calls;
    switch (way) {
      case 0:
        return call(SYS_write, socket_, bytes.data(), bytes.size());
      case 1:
        return call(SYS_writev, socket_, &part, 1);
      case 2:
        return call(SYS_sendmsg, socket_, &header.msg_hdr, 0);
      case 3: {
        const long sent = call(SYS_sendmmsg, socket_, &header, 1, 0);
        return sent == 1 ? static_cast<long>(header.msg_len) : sent;
      }
      default:
        return call(SYS_sendto, socket_, bytes.data(), bytes.size(), 0, &kernel, sizeof kernel);
    }
  });
  if (result == static_cast<long>(bytes.size())) return true;
  return complain("send in way " + std::to_string(way), result);
}

void Requester::limit_waits(int milliseconds) const {
  const timeval limit{.tv_sec = 0, .tv_usec = milliseconds * 1000};
  retried(
      [&] { return call(SYS_setsockopt, socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit); });
}

long Requester::receive_once(Bytes& room, unsigned way) {
  ++figures_.calls;
  iovec part{.iov_base = room.data(), .iov_len = room.size()};
  switch (way) {
    case 0:
      return call(SYS_read, socket_, room.data(), room.size());
    case 1: {
      pollfd watched{.fd = socket_, .events = POLLIN, .revents = 0};
      const long ready = call(SYS_ppoll, &watched, 1, nullptr, nullptr, 8);
      if (ready < 0) return ready;
      return call(SYS_recvfrom, socket_, room.data(), room.size(), MSG_DONTWAIT, nullptr, nullptr);
    }
    case 2: {
      msghdr header{};
      header.msg_iov = &part;
      header.msg_iovlen = 1;
      return call(SYS_recvmsg, socket_, &header, 0);
    }
    case 3: {  // peeks first, as libraries do to learn the size
      const long size =
          call(SYS_recvfrom, socket_, room.data(), 0, MSG_PEEK | MSG_TRUNC, nullptr, nullptr);
      if (size < 0) return size;
      return call(SYS_recvfrom, socket_, room.data(), room.size(), 0, nullptr, nullptr);
    }
    default:
      return call(SYS_recvfrom, socket_, room.data(), room.size(), 0, nullptr, nullptr);
  }
}

Bytes Requester::receive() {
  const unsigned way = way_to_receive_ = static_cast<unsigned>(random_.below(ways_to_receive));
  const bool limited = random_.chance(1, 3);
  if (limited) limit_waits(20);
  Bytes room(room_size);
  mmsghdr header{};
  iovec part{.iov_base = room.data(), .iov_len = room.size()};
  header.msg_hdr.msg_iov = &part;
  header.msg_hdr.msg_iovlen = 1;
  patience_.begin_wait();
  const long result = retried([&]() -> long {
    if (patience_.is_over()) return -ETIME;
    if (way + 1 < ways_to_receive) {
      const long received = receive_once(room, way);
      return received == -EAGAIN ? -EINTR : received;  // its time was up: again
    }
    const long count = call(SYS_recvmmsg, socket_, &header, 1, 0, nullptr);
    if (count == -EAGAIN) return -EINTR;
    return count == 1 ? static_cast<long>(header.msg_len) : count;
  });
  patience_.end_wait();
  if (limited) limit_waits(0);
  if (result == -ETIME) {
    const long late = take(room);
    if (late != -EAGAIN) complain("not told of a datagram, which is there", late);
    ++figures_.lost;
    return {};
  }
  if (result < 0) {
    complain("receive in way " + std::to_string(way), result);
    return {};
  }
  room.resize(static_cast<std::size_t>(result));
  return room;
}

long Requester::take(Bytes& room) {
  return retried([&] {
    return call(SYS_recvfrom, socket_, room.data(), room.size(), MSG_DONTWAIT, nullptr, nullptr);
  });
}

bool Requester::is_empty() {
  Bytes room(room_size);
  long result = take(room);
  for (; result >= static_cast<long>(header_size) && read32(room, 8) == sequence_;
       result = take(room)) {
    ++figures_.lost;
  }
  if (result == -EAGAIN) return true;
  room.resize(static_cast<std::size_t>(std::clamp(result, 0L, 60L)));
  return complain("sent in way " + std::to_string(way_to_send_) + ", received in way " +
                      std::to_string(way_to_receive_) + "; a reply that nothing asked for, " +
                      to_hex(room),
                  result);
}

bool Requester::exchange(const Bytes& request) {
  if (!send(request)) return false;
  const Bytes reply = receive();
  if (reply.empty()) return !verdict_.any();  // the request was served all the same
  const std::uint32_t answered = read32(reply, 8);
  if (answered != sequence_) {
    return complain("a reply to request " + std::to_string(answered) + " instead of",
                    static_cast<long>(sequence_));
  }
  const long error = static_cast<std::int32_t>(read32(reply, header_size));
  if (read16(reply, 4) != type_error || error != 0) return complain("the kernel refuses", error);
  return is_empty();
}

bool Requester::request() {
  if (!policies_.empty() && random_.chance(1, 5)) {
    const std::size_t index = random_.below(policies_.size());
    const std::string name = policies_[index];
    if (!exchange(delete_policy(name).ack().sequence(++sequence_))) return false;
    policies_.erase(policies_.begin() + static_cast<std::ptrdiff_t>(index));
    return true;
  }
  const std::string name = name_ + std::to_string(++created_);
  Message message = new_policy(name, ipv4, tcp, {{1, 5}}).exclusive().create().ack();
  if (!exchange(message.sequence(++sequence_))) return false;
  policies_.push_back(name);
  return true;
}

bool Requester::wait_in_vain() {
  const auto milliseconds = std::chrono::milliseconds(random_.between(4, 40));
  limit_waits(static_cast<int>(milliseconds.count()));
  std::byte room{};
  const auto start = std::chrono::steady_clock::now();
  const long result = call(SYS_recvfrom, socket_, &room, 1, 0, nullptr, nullptr);
  const auto waited = std::chrono::steady_clock::now() - start;
  limit_waits(0);
  if (result == -EINTR) return true;
  if (result != -EAGAIN) return complain("a wait in vain ends with", result);
  if (waited + tick < milliseconds) {
    return complain("a wait in vain ends early, of ms", milliseconds.count());
  }
  if (waited < milliseconds + hardly_late) return true;
  return complain("a wait in vain ends late, of ms", milliseconds.count());
}

std::vector<std::string> Requester::list() {
  std::vector<std::string> names;
  if (!send(dump_policies().sequence(++sequence_))) return names;
  for (;;) {
    const Bytes part = receive();
    if (part.empty()) return names;
    for (View rest = part; const auto message = take_message(rest);) {
      if (read16(*message, 4) == type_done) return names;
      names.push_back(name_in(*message));
    }
  }
}

bool Requester::flush() {
  policies_.clear();
  return exchange(flush_policies().ack().sequence(++sequence_));
}

}  // namespace cttimeout::test
