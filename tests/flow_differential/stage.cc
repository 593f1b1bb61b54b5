// Stage: a ground with policies and rules on which drawn sequences are played.
#include "stage.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>

#include "draw_sequence.h"
#include "flows/ask.h"

namespace cttimeout::test {
namespace {

using Kind = Act::Kind;

constexpr std::array<std::uint8_t, 10> protocols_with_rules{
    IPPROTO_TCP,  IPPROTO_SCTP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_ICMP, IPPROTO_GRE,
    IPPROTO_DCCP, 253,          50,          IPPROTO_ICMPV6};

Family family_of(const std::string& network) {
  return network.front() == '6' ? Family::ipv6 : Family::ipv4;
}

/// Slot i: `first` + i * 100 s. In the standing networks RETRANS and UNACK lie above, below and
/// among the states, so that each of them can be told where it is the least.
Timeouts timeouts_of(const std::string& network, std::uint8_t tracker, std::uint32_t first) {
  Timeouts timeouts;
  const Protocol& found = *find_protocol(tracker);
  for (const Slot& slot : found.slots) {
    timeouts.set(slot.number, std::chrono::seconds(first + slot.number * 100U));
  }
  if (tracker != IPPROTO_TCP) return timeouts;
  constexpr std::array<std::pair<int, int>, 4> retrans_and_unacknowledged{
      {{3000, 2900}, {500, 700}, {700, 500}, {1250, 1350}}};
  const auto index = static_cast<std::size_t>(network.back() - '2');
  if (index >= retrans_and_unacknowledged.size()) return timeouts;
  const auto [retrans, unacknowledged] = retrans_and_unacknowledged.at(index);
  timeouts.set(CTA_TIMEOUT_TCP_RETRANS, std::chrono::seconds(retrans));
  timeouts.set(CTA_TIMEOUT_TCP_UNACK, std::chrono::seconds(unacknowledged));
  return timeouts;
}

constexpr std::uint32_t standing_seconds = 900;

std::string describe(const Flow& flow) {
  std::ostringstream status;
  status << "status 0x" << std::hex << flow.status;
  std::string result = status.str();
  const auto pair = [](const auto& values) {
    return std::to_string(values[0]) + ' ' + std::to_string(values[1]);
  };
  if (const auto* tcp = std::get_if<TcpInfo>(&flow.info)) {
    result += ", tcp state " + std::to_string(tcp->state) + ", flags " + pair(tcp->flags) +
              ", scales " + pair(tcp->window_scale);
  }
  if (const auto* sctp = std::get_if<SctpInfo>(&flow.info)) {
    result += ", sctp state " + std::to_string(sctp->state) + ", tags " + pair(sctp->tags);
  }
  return result + ", " + std::to_string(flow.remaining.count()) + " s";
}

}  // namespace

std::string Outcome::text() const {
  std::string result(state ? to_string(*state) : std::string_view("-"));
  if (error != 0) result += ", errno " + std::to_string(error);
  return result + ", " + (flow ? describe(*flow) : "no flow");
}

bool alike(const Outcome& a, const Outcome& b) {
  if (a.state != b.state || a.error != b.error || a.flow.has_value() != b.flow.has_value()) {
    return false;
  }
  if (!a.flow) return true;
  return a.flow->original == b.flow->original && a.flow->reply == b.flow->reply &&
         a.flow->status == b.flow->status && a.flow->info == b.flow->info &&
         std::abs((a.flow->remaining - b.flow->remaining).count()) <= 1;
}

Stage::Stage(FlowGround& ground, const KernelProfile& profile)
    : ground_(ground), profile_(profile) {
  for (std::uint8_t network = network_without_rules + 1; network <= last_network; ++network) {
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
      const std::string name = network_name(family, network);
      for (const std::uint8_t protocol : protocols_with_rules) {
        set_policy(name, protocol, standing_seconds);
        if (add_rule(family, network, protocol, name_of(name, protocol)) != 0) std::abort();
      }
    }
    standing_rules_ += protocols_with_rules.size();
  }
}

Outcome Stage::play(const Act& act, const std::optional<Tuple>& key) {
  Outcome outcome;
  switch (act.kind) {
    case Kind::packet:
      outcome.state = ground_.packet(act.bytes, Hook::prerouting);
      break;
    case Kind::set_timeout:
      ground_.set_flow_timeout(act.tuple, std::chrono::seconds(act.number));
      break;
    case Kind::remove_flow:
      ground_.remove_flow(act.tuple);
      break;
    case Kind::write_sysctl:
      outcome.error = ground_.write_sysctl("nf_conntrack_" + act.name, std::to_string(act.number));
      break;
    case Kind::set_policy:
      set_policy(act.name, act.protocol, act.number);
      break;
    case Kind::delete_policy:
      outcome.error = delete_policy(act.name, act.protocol);
      break;
    case Kind::set_default:
      outcome.error = set_default(act.protocol, act.number);
      break;
    case Kind::add_rule:
      outcome.error =
          add_rule(act.tuple.family, own_network, act.protocol, name_of(act.name, act.protocol));
      break;
    case Kind::delete_rule:
      ground_.delete_rule(standing_rules_, Hook::prerouting, act.tuple.family);
      break;
    case Kind::pause:
      break;
  }
  if (act.kind >= Kind::write_sysctl) changes_.push_back(act);
  if (key) outcome.flow = ground_.find_flow(*key);
  return outcome;
}

void Stage::restore() {
  for (const Act& change : changes_) {
    if (change.kind == Kind::write_sysctl) {
      const bool is_number = change.name == "tcp_max_retrans";
      const bool is_on = change.name == "checksum" || change.name == "tcp_loose";
      (void)ground_.write_sysctl("nf_conntrack_" + change.name, is_number ? "3"
                                                                : is_on   ? "1"
                                                                          : "0");
    } else if (change.kind == Kind::set_default) {
      (void)set_default(change.protocol,
                        find_protocol(tracker(change.protocol))->slots[0].default_s);
    } else if (change.kind == Kind::add_rule) {
      ground_.delete_rule(standing_rules_, Hook::prerouting, change.tuple.family);
    }
  }
  for (const Act& change : changes_) {
    if (change.kind != Kind::set_policy) continue;
    if (change.name.back() - '0' > last_network) {
      (void)delete_policy(change.name, change.protocol);
    } else {
      set_policy(change.name, change.protocol, standing_seconds);
    }
  }
  changes_.clear();
}

/// The policy of a protocol is that of its tracker.
std::uint8_t Stage::tracker(std::uint8_t protocol) const {
  return find_protocol(protocol, profile_.version) != nullptr ? protocol : generic_protocol;
}

std::string Stage::name_of(const std::string& network, std::uint8_t protocol) const {
  return network + '-' + std::to_string(tracker(protocol));
}

void Stage::set_policy(const std::string& network, std::uint8_t protocol, std::uint32_t seconds) {
  if (network.back() == '0' + network_without_rules) return;
  const Policy policy{.name = name_of(network, protocol),
                      .family = family_of(network),
                      .protocol = tracker(protocol),
                      .timeouts = timeouts_of(network, tracker(protocol), seconds)};
  (void)ask(ground_.transport(), IPCTNL_MSG_TIMEOUT_NEW, NLM_F_CREATE | NLM_F_REPLACE, policy);
}

int Stage::delete_policy(const std::string& network, std::uint8_t protocol) {
  return ask(ground_.transport(), IPCTNL_MSG_TIMEOUT_DELETE, 0, Name(name_of(network, protocol)));
}

int Stage::add_rule(std::uint8_t family, std::uint8_t network, std::uint8_t protocol,
                    const std::string& policy) {
  const std::string number = std::to_string(network);
  return ground_.add_rule(
      {.family = family,
       .protocol = protocol,
       .destination = family == AF_INET6 ? "fd00:" + number + "::/32" : "10." + number + ".0.0/16",
       .timeout = policy});
}

int Stage::set_default(std::uint8_t protocol, std::uint32_t seconds) {
  const DefaultTimeouts defaults{.protocol = tracker(protocol),
                                 .timeouts = {{1, std::chrono::seconds(seconds)}}};
  return ask(ground_.transport(), IPCTNL_MSG_TIMEOUT_DEFAULT_SET, 0, defaults);
}

}  // namespace cttimeout::test
