// The fixture of every test here: a kernel that packets pass, a Client, and the flows in between.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cttimeout/client.h"
#include "flows/flow_ground.h"
#include "flows/packet.h"
#include "support/skip.h"

namespace cttimeout::packets {

using test::lacks;

/// The kernel that the tests run on; set by main().
struct Session {
  std::function<std::unique_ptr<test::FlowGround>()> new_ground;
  std::string missing = {};  ///< why there is no kernel to test here
};
Session& session();

class FlowPath : public testing::Test {
 protected:
  void SetUp() override;

  [[nodiscard]] Client& client() { return *client_; }
  [[nodiscard]] test::FlowGround& ground() { return *ground_; }

  /// Whether the kernel tracks that protocol.
  [[nodiscard]] bool tracks(const Protocol& protocol);

  /// Adds the policy, and a rule that gives it to the packets that `match` describes.
  [[nodiscard]] testing::AssertionResult attach(const Policy& policy, CtRule match);
  /// Deletes the first rule for IPv4.
  void delete_rule() { ground().delete_rule(0, opening_hook_, AF_INET); }

  /// The packet passes, with that state.
  [[nodiscard]] testing::AssertionResult passes(const Packet& packet, PacketState state);
  /// The packet passes, and belongs to a flow.
  [[nodiscard]] testing::AssertionResult pass(const Packet& packet);
  [[nodiscard]] std::optional<Flow> flow(const Packet& packet);

  /// Whether the packet's flow was given `timeout` by the last packet passed, and has the rest of
  /// it now.
  [[nodiscard]] testing::AssertionResult runs_for(const Packet& packet,
                                                  std::chrono::seconds timeout);
  /// pass() and runs_for().
  [[nodiscard]] testing::AssertionResult sets(const Packet& packet, std::chrono::seconds timeout);

  /// Of packets that open flows, from now on: made on the host or come in.
  void open_flows_at(Hook hook) { opening_hook_ = hook; }

 private:
  /// As the packet passes; nullopt if it does not come out.
  [[nodiscard]] std::optional<PacketState> state_of(const Packet& packet);

  std::unique_ptr<test::FlowGround> ground_;
  std::unique_ptr<Client> client_;
  Hook opening_hook_ = Hook::prerouting;
  std::chrono::steady_clock::time_point last_passed_;
};

/// The kernel refused with this errno.
[[nodiscard]] testing::AssertionResult refused(const Result<void>& result, int code);

/// The rule of the tests' family, chain and protocol, without a policy.
[[nodiscard]] CtRule rule_for(std::uint8_t protocol, Family family = Family::ipv4);

}  // namespace cttimeout::packets
