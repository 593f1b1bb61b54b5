// Listener: where the system calls of the tree arrive and are replied to.
#pragma once

#include <linux/seccomp.h>

#include <cstdint>
#include <optional>

#include "caller/descriptor.h"

namespace cttimeout::tools::wrapper {

class Listener {
 public:
  Listener() = default;
  explicit Listener(Descriptor descriptor);

  [[nodiscard]] int number() const { return descriptor_.number(); }

  /// The next call; nullopt if it was withdrawn meanwhile.
  [[nodiscard]] std::optional<seccomp_notif> receive() const;
  /// Whether the caller still waits: no signal has taken it away. If so, what was read by its
  /// thread id was read from it.
  [[nodiscard]] bool waits(std::uint64_t call) const;

  // Each of these ends the call. A signal may have taken the caller away before: it then makes the
  // call anew or fails with EINTR, as its handler was installed, and learns nothing of the reply.

  /// The call returns `result`, or fails with the errno -`result` if that is negative. False if the
  /// caller was gone.
  [[nodiscard]] bool reply(std::uint64_t call, std::int64_t result) const;
  /// The kernel executes the call as if there were no filter. Only for calls that are decided by
  /// their registers: memory may change before the kernel reads it.
  void let_through(std::uint64_t call) const;
  /// Puts a copy of `descriptor` at `number` in the caller, and returns that number to it; the call
  /// fails if there is no room.
  void give(std::uint64_t call, int descriptor, int number, bool close_on_exec) const;

 private:
  Descriptor descriptor_;
};

}  // namespace cttimeout::tools::wrapper
