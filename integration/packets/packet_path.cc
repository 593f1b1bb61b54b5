// The fixture of every test here: two namespaces, a wire, a Client, and the flows in the near one.
#include "packet_path.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include "flows/remaining.h"
#include "support/machines.h"
#include "support/sysctl_file.h"
#include "wire.h"

namespace cttimeout::packets {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

std::string& missing() {
  static std::string reason;
  return reason;
}

void PacketPath::SetUp() {
  if (missing().empty()) missing() = build().value_or("");
  if (missing().empty()) return;
  if (test::kernel_required()) FAIL() << missing();
  GTEST_SKIP() << missing();
}

std::optional<std::string> PacketPath::build() {
  auto far = End::create();
  if (!far) return far.error();
  auto near = End::create();
  if (!near) return near.error();
  if (auto refusal = lay_wire(*near, *far)) return refusal;
  // Packets that come in are dealt with when the kernel finds time; their count says when it has.
  if (!test::write_sysctl_file("nf_conntrack_acct", "1")) return "no accounting of flows";
  auto transport = open_netlink();
  if (!transport) return to_string(transport.error());
  far_.emplace(std::move(*far));
  near_.emplace(std::move(*near));
  transport_ = std::move(*transport);
  client_ = std::make_unique<Client>(*transport_);
  flows_.emplace();
  return std::nullopt;
}

void PacketPath::leave_near_end() {
  far_->enter();
  flows_.reset();
  client_.reset();
  transport_.reset();
  near_.reset();
}

bool PacketPath::tracks(const Protocol& protocol) {
  return client().get_default(protocol.number).has_value();
}

bool PacketPath::lacks_rules(const Way& way) {
  return lacks(iptables(way, "-S").success, "rules of " + to_string(way));
}

Outcome append_rule(const Way& way, const std::string& match, std::string_view policy) {
  return iptables(way, "-A OUTPUT " + match + " -j CT --timeout '" + std::string(policy) + "'");
}

testing::AssertionResult PacketPath::attach(const Way& way, const Policy& policy,
                                            const std::string& match) {
  if (const auto added = client().add(policy); !added) {
    return testing::AssertionFailure() << to_string(added.error());
  }
  const Outcome outcome = append_rule(way, match, policy.name.view());
  if (!outcome.success) return testing::AssertionFailure() << outcome.output;
  return testing::AssertionSuccess();
}

testing::AssertionResult PacketPath::send(const Packet& packet) {
  const End& sender = packet.direction == Direction::out ? *near_ : *far_;
  if (sender.send(packet)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "it was not sent: " << std::strerror(errno);
}

testing::AssertionResult PacketPath::pass(const Packet& packet) {
  const auto before = flow(packet);
  const std::uint64_t seen = before ? before->packets : 0;
  last_passed_ = std::chrono::steady_clock::now();
  if (auto sent = send(packet); !sent) return sent;
  const bool counted = eventually([&] {
    const auto after = flow(packet);
    return after && after->packets > seen;
  });
  if (counted) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "conntrack has not counted it as one of a flow";
}

testing::AssertionResult PacketPath::runs_for(const Packet& packet, std::chrono::seconds timeout) {
  const auto now = flow(packet);
  if (!now) return testing::AssertionFailure() << "there is no such flow";
  return is_rest_of(timeout, last_passed_, now->remaining);
}

testing::AssertionResult PacketPath::sets(const Packet& packet, std::chrono::seconds timeout) {
  const auto passed = pass(packet);
  return passed ? runs_for(packet, timeout) : passed;
}

bool eventually(const std::function<bool()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

}  // namespace cttimeout::packets
