// The fixture of every test here.
#include "flows/flow_path.h"

#include "flows/remaining.h"
#include "support/machines.h"

namespace cttimeout::packets {

Session& session() {
  static Session session;
  return session;
}

void FlowPath::SetUp() {
  if (session().missing.empty()) {
    ground_ = session().new_ground();
    client_ = std::make_unique<Client>(ground_->transport());
    return;
  }
  if (test::kernel_required()) FAIL() << session().missing;
  GTEST_SKIP() << session().missing;
}

bool FlowPath::tracks(const Protocol& protocol) {
  return client().get_default(protocol.number).has_value();
}

testing::AssertionResult FlowPath::attach(const Policy& policy, CtRule match) {
  if (const auto added = client().add(policy); !added) {
    return testing::AssertionFailure() << to_string(added.error());
  }
  match.chain = opening_hook_;
  match.timeout = policy.name.view();
  const int error = ground().add_rule(match);
  if (error == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "the rule is refused: errno " << error;
}

std::optional<PacketState> FlowPath::state_of(const Packet& packet) {
  last_passed_ = std::chrono::steady_clock::now();
  const Hook hook = packet.direction == Direction::out ? opening_hook_ : Hook::prerouting;
  return ground().packet(ip_packet(packet), hook);
}

testing::AssertionResult FlowPath::passes(const Packet& packet, PacketState state) {
  const auto seen = state_of(packet);
  if (seen == state) return testing::AssertionSuccess();
  if (!seen) return testing::AssertionFailure() << "it did not come out";
  return testing::AssertionFailure() << "it is " << *seen << ", not " << state;
}

testing::AssertionResult FlowPath::pass(const Packet& packet) {
  const auto seen = state_of(packet);
  if (!seen) return testing::AssertionFailure() << "it did not come out";
  if (*seen <= PacketState::established_reply) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "it is " << *seen;
}

std::optional<Flow> FlowPath::flow(const Packet& packet) {
  const auto bytes = ip_packet(packet);
  return ground().find_flow(parse_packet(bytes).tuple);
}

testing::AssertionResult FlowPath::runs_for(const Packet& packet, std::chrono::seconds timeout) {
  const auto now = flow(packet);
  if (!now) return testing::AssertionFailure() << "there is no such flow";
  return is_rest_of(timeout, last_passed_, now->remaining);
}

testing::AssertionResult FlowPath::sets(const Packet& packet, std::chrono::seconds timeout) {
  const auto passed = pass(packet);
  return passed ? runs_for(packet, timeout) : passed;
}

testing::AssertionResult refused(const Result<void>& result, int code) {
  if (result) return testing::AssertionFailure() << "it succeeded";
  const Error& error = result.error();
  if (error.origin == Origin::kernel && error.code == code) return testing::AssertionSuccess();
  return testing::AssertionFailure() << to_string(error);
}

CtRule rule_for(std::uint8_t protocol, Family family) {
  return {.family = static_cast<std::uint8_t>(family), .protocol = protocol};
}

}  // namespace cttimeout::packets
