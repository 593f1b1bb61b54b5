// The fixture of every test here: two namespaces, a wire, a Client, and the flows in the near one.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cttimeout/client.h"
#include "end.h"
#include "flow.h"
#include "flows/iptables.h"
#include "support/skip.h"

namespace cttimeout::packets {

using test::lacks;

/// Why there is no kernel to test here, if so; set by main().
std::string& missing();

class PacketPath : public testing::Test {
 protected:
  void SetUp() override;

  /// Of the near namespace, which the thread is in.
  [[nodiscard]] Client& client() { return *client_; }
  /// Lets go of everything in the near namespace; the thread is in the far one then.
  void leave_near_end();

  /// Whether the kernel tracks that protocol.
  [[nodiscard]] bool tracks(const Protocol& protocol);
  /// As lacks(), of rules that this program makes.
  [[nodiscard]] static bool lacks_rules(const Way& way);

  /// Adds the policy, and a rule that gives it to leaving packets that `match` describes.
  [[nodiscard]] testing::AssertionResult attach(const Way& way, const Policy& policy,
                                                const std::string& match);

  /// Sends the packet. One that comes in may be dealt with a little later.
  [[nodiscard]] testing::AssertionResult send(const Packet& packet);
  /// Sends the packet; succeeds when conntrack has counted it.
  [[nodiscard]] testing::AssertionResult pass(const Packet& packet);

  [[nodiscard]] std::optional<Flow> flow(const Packet& packet) { return flows_->find(packet); }
  /// Whether the packet's flow was given `timeout` by the last packet passed, which was one of
  /// its own, and has the rest of it now.
  [[nodiscard]] testing::AssertionResult runs_for(const Packet& packet,
                                                  std::chrono::seconds timeout);
  /// pass() and runs_for().
  [[nodiscard]] testing::AssertionResult sets(const Packet& packet, std::chrono::seconds timeout);

 private:
  [[nodiscard]] std::optional<std::string> build();

  std::optional<End> near_;
  std::optional<End> far_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Client> client_;
  std::optional<FlowReader> flows_;
  std::chrono::steady_clock::time_point last_passed_;
};

/// Gives packets that leave, and that `match` describes, the policy of that name.
[[nodiscard]] Outcome append_rule(const Way& way, const std::string& match,
                                  std::string_view policy);

/// Tries again and again, for at most ten seconds, until it is so.
[[nodiscard]] bool eventually(const std::function<bool()>& is_so);

}  // namespace cttimeout::packets
