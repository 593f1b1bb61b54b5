// The sockets of the fake that programs have open, and how their descriptors look to poll().
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "calls/delivery.h"
#include "cttimeout/fake_kernel.h"
#include "events.h"
#include "instruments/tap.h"
#include "seccomp/filter.h"

namespace cttimeout::tools::wrapper {

/// A socket of the fake, and the descriptors that the programs have for it: one end of a pair.
struct ServedSocket {
  SocketId id;
  FakeKernel& kernel;  ///< whose socket it is
  std::unique_ptr<Delivery> netlink;
  Descriptor end;        ///< ours of the pair; it hangs up when the programs have closed theirs
  int type;              ///< SOCK_RAW or SOCK_DGRAM, as was asked for
  std::uint64_t cookie;  ///< SO_COOKIE of the programs' end
  unsigned tokens = 0;   ///< bytes that lie in that end, which make it readable
  /// SO_RCVTIMEO or SO_SNDTIMEO is negative, which the descriptor cannot tell from no limit.
  bool never_waits_to_receive = false;
  bool never_waits_to_send = false;

  [[nodiscard]] bool readable() const { return tokens != 0; }
};

class ServedSockets {
 public:
  /// Events outlive it, and tell of each socket whose descriptors are closed.
  explicit ServedSockets(const Events& events) : events_(events) {}

  /// The number that the next socket will have.
  [[nodiscard]] std::uint32_t next_number() const { return opened_ + 1; }
  /// To be called whenever something comes into the socket's queue.
  void note_change(std::uint32_t number) { changed_.push_back(number); }
  /// The sockets of which this was told.
  [[nodiscard]] const std::vector<std::uint32_t>& changed() const { return changed_; }
  [[nodiscard]] std::vector<std::uint32_t> take_changed() { return std::exchange(changed_, {}); }

  /// Keeps it; `id` has the next number. Returns the programs' end of it; the errno if there is
  /// none to be had, and then it is closed.
  [[nodiscard]] SyscallResult<Descriptor> add(FakeKernel& kernel, SocketId id,
                                              std::unique_ptr<NetlinkSocket> netlink, int type,
                                              bool nonblocking);
  /// The programs have closed it.
  void remove(std::uint32_t number);

  [[nodiscard]] ServedSocket* find(std::uint32_t number);
  /// The socket of `descriptor`, a copy of the program's; nullptr if it is none of ours.
  [[nodiscard]] ServedSocket* of_descriptor(const Descriptor& descriptor);

  /// Where to look for a number that the thread has no descriptor at: it has those below.
  [[nodiscard]] unsigned lowest_free(pid_t thread, DescriptorRange range) const;
  /// A socket has come to that number.
  void taken(pid_t thread, int descriptor) {
    above_[thread] = static_cast<unsigned>(descriptor) + 1;
  }
  /// The thread has ended.
  void forget_thread(pid_t thread) { above_.erase(thread); }

 private:
  const Events& events_;
  std::uint32_t opened_ = 0;
  std::map<std::uint32_t, ServedSocket> sockets_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  // by SO_COOKIE
  std::unordered_map<pid_t, unsigned> above_;                 // the last number, by thread
  std::vector<std::uint32_t> changed_;
};

/// Makes the descriptors readable if the socket is, and not if not: a byte lies in the programs'
/// end exactly while there is something to receive. One more comes whenever something has
/// `arrived`, as edge-triggered epoll wants an event then. They are taken out through `copy`, a
/// copy of that end; pass none where the queue cannot have become empty.
void show_readable(ServedSocket& socket, const Descriptor& copy, bool arrived);

}  // namespace cttimeout::tools::wrapper
