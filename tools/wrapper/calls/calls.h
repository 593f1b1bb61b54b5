// The system calls that are served, and what one of them looks like to its handler.
#pragma once

#include <linux/seccomp.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "caller/caller.h"
#include "cttimeout/fake_kernel.h"
#include "cttimeout/netlink_socket.h"
#include "seccomp/listener.h"

namespace cttimeout::wrapper {

struct DescriptorRange;

/// A socket of the fake, and the descriptors that the programs have for it.
struct ServedSocket {
  FakeKernel& kernel;  ///< whose socket it is
  std::unique_ptr<NetlinkSocket> netlink;
  Descriptor end;         ///< ours of the pair; it hangs up when the programs have closed theirs
  int type;               ///< SOCK_RAW or SOCK_DGRAM, as was asked for
  bool readable = false;  ///< it was, when its descriptors were last made to look so
  std::size_t used = 0;   ///< and what its datagrams were charged then
};

/// How a call ends.
class Outcome {
 public:
  enum class Kind : std::uint8_t {
    returns,   ///< it returns value(), or fails with the errno -value()
    native,    ///< the kernel executes it
    waits,     ///< it would block: again when something has happened
    answered,  ///< the caller has its answer already
  };

  static Outcome returns(std::int64_t value) { return {Kind::returns, value}; }
  static Outcome fails(int error) { return {Kind::returns, -error}; }
  static Outcome native() { return {Kind::native, 0}; }
  static Outcome waits() { return {Kind::waits, 0}; }
  static Outcome answered() { return {Kind::answered, 0}; }

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

/// One call on a served socket, from its arrival to its answer.
struct Call {
  using Clock = std::chrono::steady_clock;

  seccomp_notif notice;
  Caller caller;
  Descriptor copy;  ///< of the program's descriptor: keeps the socket while the call waits
  ServedSocket& socket;
  Listener& listener;
  const DescriptorRange& range;
  Clock::time_point arrived = Clock::now();
  std::uint32_t messages_done = 0;                 ///< of recvmmsg and sendmmsg
  std::optional<Clock::time_point> gives_up = {};  ///< SO_RCVTIMEO, SO_SNDTIMEO; set when it waits

  [[nodiscard]] NetlinkSocket& netlink() const { return *socket.netlink; }
  [[nodiscard]] std::uint64_t argument(unsigned index) const { return notice.data.args[index]; }
  /// An argument of type int.
  [[nodiscard]] int number(unsigned index) const { return static_cast<int>(argument(index)); }
};

using Handler = Outcome (*)(Call& call);

struct ServedCall {
  int number;  ///< SYS_*
  Handler handler;
};

/// Every call whose first argument is a descriptor and that is served if that is a served socket.
[[nodiscard]] std::span<const ServedCall> served_calls();

/// The handler of fcntl, which is served for some commands only, or of a served call.
[[nodiscard]] Handler find_handler(int number);

/// The MSG_* flags that it was made with; 0 for calls that take none.
[[nodiscard]] int message_flags(const Call& call);

/// The first number of the range, from `lowest` on, that the caller has no descriptor at; EMFILE
/// if there is none.
[[nodiscard]] SyscallResult<int> free_number(Caller& caller, const DescriptorRange& range,
                                             unsigned lowest);

}  // namespace cttimeout::wrapper
