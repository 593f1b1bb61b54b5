// Rules of iptables with the CT target: which packets they match, and that they exist.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cttimeout/address.h"
#include "cttimeout/packet.h"

namespace cttimeout {

namespace fake {
class CtRules;
class PolicyHold;
}  // namespace fake

/// Ports of a match, from the first to the last; one port converts to the range of itself.
struct PortRange {
  std::uint16_t first = 0;     ///< in host order
  std::uint16_t last = 65535;  ///< in host order

  PortRange() = default;
  /// One port.
  PortRange(std::uint16_t port)  // NOLINT(google-explicit-constructor): 22 is a range
      : PortRange(port, port) {}
  /// Every port from the first to the last.
  PortRange(std::uint16_t first_port, std::uint16_t last_port)
      : first(first_port), last(last_port) {}

  /// Whether the port, in host order, is one of them.
  [[nodiscard]] bool contains(std::uint16_t port) const { return first <= port && port <= last; }
  /// Whether it leaves nothing out.
  [[nodiscard]] bool is_every_port() const { return first == 0 && last == 65535; }
};

/// A rule of table raw whose target is CT, as `iptables -t raw -A PREROUTING ... -j CT` writes it.
/// A packet matches if every field that is given does.
struct CtRule {
  Hook chain = Hook::prerouting;           ///< PREROUTING or OUTPUT
  std::uint8_t family = AF_INET;           ///< AF_INET of iptables, AF_INET6 of ip6tables
  std::uint8_t protocol = 0;               ///< `-p`: IPPROTO_*; 0 is every protocol
  std::optional<Prefix> source = {};       ///< `-s`
  std::optional<Prefix> destination = {};  ///< `-d`
  PortRange source_port = {};              ///< `--sport`
  PortRange destination_port = {};         ///< `--dport`
  bool notrack = false;                    ///< `--notrack`: `timeout` is not looked at
  std::string timeout = {};                ///< `--timeout`: the policy's name; empty for none
};

/// A rule that exists as long as the object does: FakeKernel::add_rule(), insert_rule() and hold()
/// make it, its destructor removes it. It can be moved, not copied, so that no rule is removed
/// twice.
///
/// It refers to the policy itself, not to its name: where a kernel deletes a policy in use, a
/// policy created later under the same name is another one, and is left alone. It may outlive the
/// FakeKernel. Threads: as for that FakeKernel.
class Rule {
 public:
  /// `other` is no rule from then on; destroying it or assigning to it is all it is for.
  Rule(Rule&& other) noexcept;
  /// The rule that this object was is removed.
  Rule& operator=(Rule&& other) noexcept;
  ~Rule();

 private:
  friend class FakeKernel;
  explicit Rule(std::shared_ptr<const fake::PolicyHold> hold);

  std::shared_ptr<const fake::PolicyHold> hold_;  // null: refers to no policy
  std::shared_ptr<fake::CtRules> rules_;          // null: no packet meets it
  std::uint64_t id_ = 0;                          // among `rules_`
};

}  // namespace cttimeout
