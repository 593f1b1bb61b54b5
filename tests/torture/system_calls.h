// The system calls of a netlink socket, any of which can be made to fail: libc's, replaced.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cttimeout::test {

/// While it lives, calls of this program to socket, bind, getsockname, setsockopt, sendto, recvmsg
/// and poll are noted, and those whose number is in `failing`, counted from 1, are not made but
/// fail with that errno. One at a time.
class FailingCalls {
 public:
  explicit FailingCalls(std::map<std::uint64_t, int> failing = {});
  FailingCalls(const FailingCalls&) = delete;
  FailingCalls& operator=(const FailingCalls&) = delete;
  ~FailingCalls();

  [[nodiscard]] const std::vector<std::string>& made() const;
};

}  // namespace cttimeout::test
