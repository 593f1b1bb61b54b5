// Cells: which commands met which state of their subject and ended in which errno.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <unordered_map>
#include <vector>

#include "operation.h"

namespace cttimeout::test {

/// What a request is about, as it was before the request.
enum class Subject : std::uint8_t {
  none,       ///< no name, or no protocol for a request about defaults; or an invalid one
  free_name,  ///< no such policy
  taken,      ///< there is such a policy
  held,       ///< and a rule refers to it
  tracked,    ///< the kernel has defaults for the protocol
  untracked,
};

/// The name, or the protocol, that a datagram of one request is about.
struct About {
  std::optional<std::string> name = {};
  std::optional<std::uint8_t> protocol = {};  ///< for requests about defaults
};
[[nodiscard]] About about(View request);

class Cells {
 public:
  /// A new sequence begins: sequence numbers count from 1 again.
  void begin() {
    sent_.clear();
    last_sequence_ = 0;
  }
  /// A request was sent that met `subject`.
  void sent(View request, Subject subject);
  /// The kernel's replies to it, whenever they come.
  void received(View datagram);

  /// Prints every cell with its count.
  void print(std::ostream& out) const;
  /// Cells that can be reached and were not.
  [[nodiscard]] std::vector<std::string> missing() const;

 private:
  struct Request {
    std::string command;
    Subject subject;
  };
  std::unordered_map<std::uint32_t, Request> sent_;
  std::map<std::string, std::size_t> visits_;
  std::uint32_t last_sequence_ = 0;
};

}  // namespace cttimeout::test
