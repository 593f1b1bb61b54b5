// The real kernel as a ground for flows.
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "ct_message.h"
#include "cttimeout/client.h"
#include "cttimeout/netlink_transport.h"
#include "flow_ground.h"
#include "flows/iptables.h"
#include "raw_ip.h"
#include "router.h"
#include "support/sysctl_file.h"

namespace cttimeout::test {
namespace {

using ConntrackSocket =
    std::unique_ptr<mnl_socket, decltype([](mnl_socket* socket) { mnl_socket_close(socket); })>;

/// What the kernel refused a rule with, in the words of iptables-nft or iptables-legacy.
int error_in(const std::string& complaint) {
  const auto says = [&](std::string_view words) { return complaint.find(words) != complaint.npos; };
  if (says("No such file or directory") || says("No chain/target/match by that name")) {
    return ENOENT;
  }
  return says("Invalid argument") ? EINVAL : EIO;
}

/// Rules by which a packet carries its state out, in the bits of DSCP: 1 + PacketState. They also
/// make the namespace track packets.
std::string mark_rules() {
  constexpr std::array<const char*, 7> states{
      "ct state new",
      "ct state established ct direction original",
      "ct state established ct direction reply",
      "ct state related ct direction original",
      "ct state related ct direction reply",
      "ct state invalid",
      "ct state untracked",
  };
  std::string rules = "table inet states { chain out { type filter hook postrouting priority 0; ";
  for (std::size_t i = 0; i < states.size(); ++i) {
    for (const char* family : {"ip", "ip6"}) {
      rules += std::string(states.at(i)) + ' ' + family + " dscp set " + std::to_string(i + 1) +
               " accept; ";
    }
  }
  return rules + "}; };";
}

/// DSCP of the packet, less 1; nullopt if it is 0.
std::optional<PacketState> state_in(View packet) {
  if (packet.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(packet[at]); };
  const bool is_v4 = byte(0) >> 4U == 4;
  const unsigned traffic_class = is_v4 ? byte(1) : (byte(0) << 4U & 0xf0U) | byte(1) >> 4U;
  const unsigned mark = traffic_class >> 2U;
  if (mark == 0) return std::nullopt;
  return static_cast<PacketState>(mark - 1);
}

std::string text(const Prefix& prefix) {
  std::array<char, INET6_ADDRSTRLEN> room{};
  inet_ntop(prefix.family, prefix.address.bytes.data(), room.data(), room.size());
  return std::string(room.data()) + '/' + std::to_string(prefix.length);
}

std::string text(const PortRange& range) {
  return std::to_string(range.first) + ':' + std::to_string(range.last);
}

std::string text(Hook chain) {
  return chain == Hook::prerouting ? "PREROUTING " : "OUTPUT ";
}

class RealFlowGround final : public FlowGround {
 public:
  RealFlowGround(std::unique_ptr<Router> router, std::unique_ptr<Transport> transport,
                 ConntrackSocket socket, std::string_view backend)
      : router_(std::move(router)),
        transport_(std::move(transport)),
        socket_(std::move(socket)),
        backend_(backend) {}

  std::optional<PacketState> packet(View bytes, Hook hook) override {
    const Side from = side_of(bytes);
    const bool sent = hook == Hook::prerouting ? router_->send(from, bytes) : raw_.send(bytes);
    if (!sent) return std::nullopt;
    return state_in(router_->receive(opposite(from), addresses_of(bytes)));
  }
  void pass_time(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time); }

  std::optional<Flow> find_flow(const Tuple& tuple) override {
    return read_flow(reply_to(get_flow(tuple, room_)));
  }
  void set_flow_timeout(const Tuple& tuple, std::chrono::seconds timeout) override {
    (void)reply_to(change_flow(tuple, timeout, room_));
  }
  void remove_flow(const Tuple& tuple) override { (void)reply_to(delete_flow(tuple, room_)); }
  void flush_flows() override { (void)reply_to(delete_flows(room_)); }

  int add_rule(const CtRule& rule) override {
    std::string line = "-A " + text(rule.chain);
    if (rule.protocol != 0) line += " -p " + std::to_string(rule.protocol);
    if (rule.source) line += " -s " + text(*rule.source);
    if (rule.destination) line += " -d " + text(*rule.destination);
    if (!rule.source_port.is_every_port()) line += " --sport " + text(rule.source_port);
    if (!rule.destination_port.is_every_port()) line += " --dport " + text(rule.destination_port);
    line += " -j CT";
    if (rule.notrack) line += " --notrack";
    if (!rule.timeout.empty()) line += " --timeout '" + rule.timeout + '\'';
    const packets::Outcome outcome = iptables(rule.family, line);
    if (!outcome.success) return error_in(outcome.output);
    rules_.push_back(rule);
    return 0;
  }

  // A kernel may free the rule, and with it the reference to its policy, a little later.
  void delete_rule(std::size_t place, Hook chain, std::uint8_t family) override {
    const std::string number = std::to_string(place + 1);
    const auto found = std::ranges::find_if(rules_, [&](const CtRule& rule) {
      return rule.chain == chain && rule.family == family && place-- == 0;
    });
    if (found == rules_.end()) return;
    const std::string policy = found->timeout;
    const std::uint32_t before = users_of(policy);
    (void)iptables(family, "-D " + text(chain) + number);
    rules_.erase(found);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (before != 0 && users_of(policy) >= before &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  int write_sysctl(std::string_view name, std::string_view text) override {
    const auto written = write_sysctl_file(name, text);
    return written ? 0 : written.error();
  }

  Transport& transport() override { return *transport_; }

 private:
  [[nodiscard]] packets::Outcome iptables(std::uint8_t family, const std::string& arguments) const {
    return packets::iptables({.family = Family{family}, .backend = backend_}, arguments);
  }

  /// Of a policy; 0 if there is no such one.
  std::uint32_t users_of(const std::string& policy) {
    const auto found = Client(*transport_).get(policy);
    return found ? found->users : 0;
  }

  /// The first message that comes back.
  View reply_to(View request) {
    if (mnl_socket_sendto(socket_.get(), request.data(), request.size()) < 0) return {};
    const ssize_t size = mnl_socket_recvfrom(socket_.get(), room_.data(), room_.size());
    return size > 0 ? View(room_).first(static_cast<std::size_t>(size)) : View();
  }

  std::unique_ptr<Router> router_;
  std::unique_ptr<Transport> transport_;
  ConntrackSocket socket_;
  std::string_view backend_;
  std::vector<CtRule> rules_;
  RawIp raw_;  // of the router's namespace
  alignas(nlmsghdr) std::array<std::byte, 8192> room_{};
};

}  // namespace

tl::expected<std::unique_ptr<FlowGround>, std::string> real_flow_ground(std::string_view backend) {
  auto router = Router::create();
  if (!router) return tl::unexpected(router.error());
  if (const auto made = packets::run("nft '" + mark_rules() + '\''); !made.success) {
    return tl::unexpected("no rules of nft that know states: " + made.output);
  }
  const packets::Way way{.family = Family::ipv4, .backend = backend};
  if (const auto listed = packets::iptables(way, "-S"); !listed.success) {
    return tl::unexpected("no rules of iptables: " + listed.output);
  }
  auto transport = open_netlink();
  if (!transport) return tl::unexpected(to_string(transport.error()));
  ConntrackSocket socket(mnl_socket_open(NETLINK_NETFILTER));
  if (socket == nullptr || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) != 0) {
    return tl::unexpected(std::string("no socket for conntrack"));
  }
  return std::make_unique<RealFlowGround>(*std::move(router), *std::move(transport),
                                          std::move(socket), backend);
}

}  // namespace cttimeout::test
