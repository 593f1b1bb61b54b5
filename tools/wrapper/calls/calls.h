// The system calls that are served, and what one of them looks like to its handler.
#pragma once

#include <linux/seccomp.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <span>

#include "caller/caller.h"
#include "calls/served_sockets.h"
#include "seccomp/filter.h"
#include "seccomp/listener.h"

namespace cttimeout::tools::wrapper {

/// How a call ends.
class Outcome {
 public:
  enum class Kind : std::uint8_t {
    returns,  ///< it returns value(), or fails with the errno -value()
    native,   ///< the kernel executes it
    waits,    ///< it would block: again when something has happened
    replied,  ///< the caller has its reply already
  };

  static Outcome returns(std::int64_t value) { return {Kind::returns, value}; }
  static Outcome fails(int error) { return {Kind::returns, -error}; }
  static Outcome native() { return {Kind::native, 0}; }
  static Outcome waits() { return {Kind::waits, 0}; }
  static Outcome replied() { return {Kind::replied, 0}; }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] std::int64_t value() const { return value_; }

 private:
  Outcome(Kind kind, std::int64_t value) : kind_(kind), value_(value) {}

  Kind kind_;
  std::int64_t value_;
};

inline Outcome outcome(const SyscallResult<void>& result) {
  return result ? Outcome::returns(0) : Outcome::fails(result.error());
}

/// One call on a served socket, from its arrival to its reply.
struct Call {
  using Clock = Events::Clock;

  seccomp_notif notice;
  std::shared_ptr<const Caller> thread;
  std::shared_ptr<const Descriptor> held;  ///< keeps the socket while the call waits
  ServedSocket& socket;
  Listener& listener;
  const DescriptorRange& range;
  const Caller& caller = *thread;
  const Descriptor& copy = *held;  ///< of the program's descriptor
  Clock::time_point arrived = Clock::now();
  std::uint32_t messages_done = 0;                 ///< of recvmmsg and sendmmsg
  std::optional<Clock::time_point> gives_up = {};  ///< set when it waits; max() for never
  bool begun = false;                              ///< recvmmsg: its arguments have been judged
  std::optional<timespec> ends = {};               ///< recvmmsg: its own limit, CLOCK_MONOTONIC

  [[nodiscard]] NetlinkSocket& netlink() const { return *socket.netlink; }
  [[nodiscard]] std::uint64_t argument(unsigned index) const { return notice.data.args[index]; }
  /// An argument of type int.
  [[nodiscard]] int number(unsigned index) const { return static_cast<int>(argument(index)); }
};

using Handler = Outcome (*)(Call& call);

struct ServedCall {
  int number;          ///< SYS_*
  unsigned arguments;  ///< that it has; the registers of others hold what happens to lie there
  Handler handler;
};

/// Every call whose first argument is a descriptor and that is served if that is a served socket.
[[nodiscard]] std::span<const ServedCall> served_calls();

/// A served call, or fcntl, which is served for some commands only; nullptr if it is neither.
[[nodiscard]] const ServedCall* find_call(int number);

/// The MSG_* flags that it was made with; 0 for calls that take none.
[[nodiscard]] int message_flags(const Call& call);

/// Whether it sends: it waits for room, and not for a datagram.
[[nodiscard]] bool is_sending(const Call& call);
/// Whether it receives: it waits for a datagram, and takes it from the queue.
[[nodiscard]] bool is_receiving(const Call& call);

/// Whether MSG_CMSG_COMPAT is set, which calls with a msghdr refuse.
[[nodiscard]] constexpr bool is_of_32_bits(int flags) {
  return flags < 0;
}

/// The first number of the range, from `lowest` on, that the caller has no descriptor at; EMFILE
/// if there is none.
[[nodiscard]] SyscallResult<int> free_number(const Caller& caller, const DescriptorRange& range,
                                             unsigned lowest);

}  // namespace cttimeout::tools::wrapper
