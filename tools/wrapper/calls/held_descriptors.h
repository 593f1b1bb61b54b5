// HeldDescriptors: copies of the descriptors of served sockets, kept from one call to the next.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "caller/descriptor.h"

namespace cttimeout::tools::wrapper {

/// To ask each time what a thread has at a number would be a third of what a call costs. So what it
/// had is kept until the number is closed by anybody, as every close of such a number is told to us
/// before it happens. A copy keeps its socket open: it must not outlive the thread.
class HeldDescriptors {
 public:
  struct Held {
    std::shared_ptr<const Descriptor> copy;
    std::uint32_t socket;  ///< the number of the served socket
  };

  /// What the thread has there; nullptr if that is not known.
  [[nodiscard]] const Held* find(pid_t thread, unsigned number) const;
  /// The thread has this there; of no effect while anybody is about to close that number.
  void keep(pid_t thread, unsigned number, Held held);

  /// The thread closes these numbers next, in a table that others may share.
  void closing(pid_t thread, unsigned first, unsigned last);
  /// The thread executes a program, which closes numbers; afterwards it has the number `process`.
  void executing(pid_t thread, pid_t process);
  /// The thread makes a call, so that what it was about to close is closed.
  void calls(pid_t thread) { closing_.erase(thread); }
  /// The thread has ended.
  void forget(pid_t thread);
  /// Gives all of them back.
  void forget_all() { held_.clear(); }

 private:
  using Place = std::pair<pid_t, unsigned>;
  using Numbers = std::pair<unsigned, unsigned>;  // from the first to the last

  std::map<Place, Held> held_;
  std::map<pid_t, Numbers> closing_;
  std::set<pid_t> never_;  // their number was another thread's when the program was executed
};

}  // namespace cttimeout::tools::wrapper
