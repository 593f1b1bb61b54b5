// Recorded sequences of packets, played to conntrack: state, entry and events after every step.
//
// K-FLOW-100/111/140/150/200/220/250/260/280/310/340/350, and those behind each.
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "conntrack/conntrack.h"
#include "support/bytes.h"

namespace cttimeout::fake {
namespace {

using Json = nlohmann::json;

constexpr std::uint32_t first_tick = 1000;

// The rules of the recordings: that of generic was one of protocol 253.
const std::map<std::string, std::uint8_t> protocol_numbers{
    {"icmp", IPPROTO_ICMP},       {"tcp", IPPROTO_TCP},   {"udp", IPPROTO_UDP},
    {"gre", IPPROTO_GRE},         {"sctp", IPPROTO_SCTP}, {"icmpv6", IPPROTO_ICMPV6},
    {"udplite", IPPROTO_UDPLITE}, {"generic", 253},
};

std::string text(PacketState state) {
  switch (state) {
    case PacketState::fresh:
      return "NEW";
    case PacketState::established:
      return "ESTABLISHED";
    case PacketState::established_reply:
      return "ESTABLISHED reply";
    case PacketState::related:
      return "RELATED";
    case PacketState::related_reply:
      return "RELATED reply";
    case PacketState::invalid:
      return "INVALID";
    case PacketState::untracked:
      return "UNTRACKED";
  }
  return "";
}

std::string text(TcpState state) {
  static const std::array names{"NONE",       "SYN_SENT", "SYN_RECV",  "ESTABLISHED", "FIN_WAIT",
                                "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",       "SYN_SENT2"};
  return names.at(static_cast<std::size_t>(state));
}

std::string text(SctpState state) {
  static const std::array names{
      "NONE",          "CLOSED",        "COOKIE_WAIT",       "COOKIE_ECHOED", "ESTABLISHED",
      "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT"};
  return names.at(static_cast<std::size_t>(state));
}

std::string text(DccpState state) {
  static const std::array names{"NONE", "REQUEST",  "RESPOND", "PARTOPEN",
                                "OPEN", "CLOSEREQ", "CLOSING", "TIMEWAIT"};
  return names.at(static_cast<std::size_t>(state));
}

std::string text(const Address& address, int family) {
  std::array<char, INET6_ADDRSTRLEN> room{};
  return inet_ntop(family, address.bytes.data(), room.data(), room.size());
}

Json recorded_form(const Tuple& tuple, bool is_tracked) {
  Json result{text(tuple.source, tuple.family), text(tuple.destination, tuple.family),
              tuple.protocol};
  switch (tuple.protocol) {
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      result.insert(result.end(), {tuple.source_port, tuple.icmp_type, tuple.icmp_code});
      break;
    case IPPROTO_TCP:
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
    case IPPROTO_SCTP:
    case IPPROTO_DCCP:
    case IPPROTO_GRE:
      if (is_tracked) result.insert(result.end(), {tuple.source_port, tuple.destination_port});
      break;
    default:
      break;
  }
  return result;
}

/// The name of the tracker's state; null if it has none.
Json state_of(const Flow& flow) {
  if (const auto* tcp = std::get_if<TcpFlow>(&flow.tracker)) return text(tcp->state);
  if (const auto* sctp = std::get_if<SctpFlow>(&flow.tracker)) return text(sctp->state);
  if (const auto* dccp = std::get_if<DccpFlow>(&flow.tracker)) return text(dccp->state);
  return nullptr;
}

/// All but the timeout, which is compared with a tolerance.
Json recorded_form(const Flow& flow, bool is_tracked) {
  Json result{{"orig", recorded_form(flow.tuples[original], is_tracked)},
              {"reply", recorded_form(flow.tuples[reply], is_tracked)},
              {"status", flow.status}};
  if (const Json state = state_of(flow); !state.is_null()) result["state"] = state;
  if (const auto* tcp = std::get_if<TcpFlow>(&flow.tracker)) {
    const auto& [one, two] = tcp->side;
    result["wscale"] = {one.scale, two.scale};
    result["tcp_flags"] = {one.flags, two.flags};
  }
  if (const auto* sctp = std::get_if<SctpFlow>(&flow.tracker)) result["vtag"] = sctp->tag;
  if (const auto* dccp = std::get_if<DccpFlow>(&flow.tracker)) {
    result["dccp"] = {static_cast<unsigned>(dccp->role[original]), dccp->handshake};
  }
  return result;
}

/// A kernel's conntrack, with the policies and rules of a recording.
class Player {
 public:
  Player(const KernelProfile& profile, const Json& policies)
      : net_(profile), defaults_(net_.profile), conntrack_(net_, defaults_) {
    for (const auto& [rule, by_protocol] : policies.items()) {
      for (const auto& [name, values] : by_protocol.items()) {
        const std::uint8_t protocol = protocol_numbers.at(name);
        if (name != "generic" && net_.tracker(protocol) == nullptr) continue;
        // Those of tcp and sctp are by attribute number, from 0 on.
        const std::size_t skipped = name == "tcp" || name == "sctp" ? 1 : 0;
        auto policy = std::make_shared<Policy>();
        policy->listed = true;
        for (std::size_t i = skipped; i < values.size(); ++i) {
          policy->ticks[i - skipped] = values[i].get<std::uint32_t>() * net_.profile.hz;
        }
        standing_[std::stoul(rule)][protocol] = {.policy = policy};
      }
    }
    conntrack_.observer = [this](const FlowEvent& event) { events_.push_back(form(event)); };
  }

  void play(const Json& sequence) {
    for (const auto& [name, value] : sequence["sysctl"].items()) set(name, value);
    const Json& rule = sequence["rule"];
    rule_ = rule.is_number() ? rule.get<unsigned long>() : 0;
    for (const Json& step : sequence["steps"]) {
      SCOPED_TRACE(step.dump());
      now_ = first_tick +
             static_cast<std::uint32_t>(std::lround(step["t"].get<double>() * net_.profile.hz));
      events_ = Json::array();
      if (step.contains("bytes")) take_packet(step);
      if (step.contains("do")) {
        EXPECT_EQ(act(step["do"]), step.value("error", 0));
      }
      if (step.contains("entry")) compare_entry(step["entry"]);
      compare_events(step.value("events", Json::array()));
      if (testing::Test::HasFailure()) return;
    }
  }

 private:
  struct Rule {
    std::string name;  ///< of its policy, or empty for NOTRACK
    std::uint8_t protocol;
    bool of_replies;
    CtTarget target;
  };

  void set(const std::string& name, int value) {
    ConntrackSysctls& sysctls = conntrack_.sysctls;
    const auto number = static_cast<std::uint8_t>(value);
    if (name == "nf_conntrack_checksum") sysctls.checksum = value != 0;
    if (name == "nf_conntrack_tcp_be_liberal") sysctls.tcp_be_liberal = number;
    if (name == "nf_conntrack_tcp_loose") sysctls.tcp_loose = number;
    if (name == "nf_conntrack_tcp_max_retrans") sysctls.tcp_max_retrans = number;
    if (name == "nf_conntrack_tcp_ignore_invalid_rst") sysctls.tcp_ignore_invalid_rst = number;
  }

  /// The rules' place in the addresses: 10.N.0.0/16, fd00:N::/32.
  static unsigned network(const Address& address, std::uint8_t family) {
    return family == AF_INET ? address.bytes[1] : address.bytes[3];
  }

  const CtTarget* target(const Packet& packet) {
    for (const Rule& rule : rules_) {
      const Address& matched = rule.of_replies ? packet.source : packet.destination;
      constexpr unsigned network_of_own_rules = 9;
      if (rule.protocol == packet.protocol &&
          network(matched, packet.family) == network_of_own_rules) {
        return &rule.target;
      }
    }
    const auto standing = standing_.find(network(packet.destination, packet.family));
    if (rule_ == 0 || standing == standing_.end() || standing->first != rule_) return nullptr;
    const auto found = standing->second.find(packet.protocol);
    return found != standing->second.end() ? &found->second : nullptr;
  }

  void take_packet(const Json& step) {
    const test::Bytes bytes = test::hex(step["bytes"].get<std::string>());
    const Packet packet = parse_packet(bytes, net_.profile);
    EXPECT_EQ(text(conntrack_.packet(packet, target(packet), now_)), step["verdict"]);
    const auto* error = std::get_if<IcmpError>(&packet.transport);
    tuple_ = tuple_of(error != nullptr && error->quoted != nullptr ? *error->quoted : packet);
  }

  static Ticks ticks(const Json& slots, std::uint32_t hz) {
    Ticks result{};
    for (const auto& [slot, seconds] : slots.items()) {
      result.at(std::stoul(slot) - 1) = seconds.get<std::uint32_t>() * hz;
    }
    return result;
  }

  /// The errno, negative, or 0.
  int act(const Json& what) {
    const std::string verb = what.begin().key();
    const Json& arguments = what.front();
    if (verb == "add_policy" || verb == "replace_policy") return change_policy(verb, arguments);
    if (verb == "delete_policy") return delete_policy(arguments);
    if (verb == "add_rule") return add_rule(arguments);
    if (verb == "delete_rule") return delete_rule(arguments);
    if (verb == "default") {
      const Protocol& protocol = *find_protocol(arguments[0].get<std::uint8_t>());
      for (const auto& [slot, seconds] : arguments[1].items()) {
        defaults_.of(protocol).at(std::stoul(slot) - 1) =
            seconds.get<std::uint32_t>() * net_.profile.hz;
      }
    } else if (verb == "flush") {
      conntrack_.flush(now_);
    } else if (verb == "delete_entry") {
      conntrack_.destroy(*conntrack_.find(tuple_, now_), now_);
    } else if (verb == "update_timeout") {
      conntrack_.set_timeout(*conntrack_.find(tuple_, now_),
                             arguments.get<std::uint64_t>() * net_.profile.hz, now_);
    } else {
      EXPECT_EQ(verb, "look");
    }
    return 0;
  }

  int change_policy(const std::string& verb, const Json& arguments) {
    auto& policy = policies_[arguments[0].get<std::string>()];
    if (verb == "add_policy" && policy != nullptr) return -EEXIST;
    if (policy == nullptr) policy = std::make_shared<Policy>();
    policy->listed = true;
    policy->ticks = ticks(arguments[2], net_.profile.hz);
    return 0;
  }

  int delete_policy(const Json& name) {
    const bool used =
        std::ranges::any_of(rules_, [&](const Rule& rule) { return rule.name == name; });
    if (used && net_.has(Behaviour::delete_refuses_used)) return -EBUSY;
    policies_.at(name)->listed = false;
    policies_.erase(name);
    return 0;
  }

  int add_rule(const Json& arguments) {
    const bool untracked = arguments[0].is_null();
    const std::string name = untracked ? "" : arguments[0].get<std::string>();
    rules_.push_back(
        {.name = name,
         .protocol = protocol_numbers.at(arguments[1]),
         .of_replies = arguments.size() > 2,
         .target = {.untracked = untracked, .policy = untracked ? nullptr : policies_.at(name)}});
    return 0;
  }

  int delete_rule(const Json& arguments) {
    std::erase_if(rules_, [&](const Rule& rule) { return rule.name == arguments[0]; });
    return 0;
  }

  [[nodiscard]] std::uint32_t seconds_left(const Flow& flow) const {
    return (flow.deadline - now_) / net_.profile.hz;
  }

  static void expect_near(std::uint32_t seconds, const Json& recorded) {
    EXPECT_LE(std::abs(static_cast<std::int64_t>(seconds) - recorded.get<std::int64_t>()), 1)
        << seconds << " s, recorded " << recorded;
  }

  void compare_entry(Json recorded) {
    const Flow* flow = conntrack_.find(tuple_, now_);
    ASSERT_EQ(flow == nullptr, recorded.is_null());
    if (flow == nullptr) return;
    expect_near(seconds_left(*flow), recorded["timeout"]);
    recorded.erase("timeout");
    const bool is_tracked = net_.tracker(tuple_.protocol) != nullptr;
    EXPECT_EQ(recorded_form(*flow, is_tracked), recorded);
  }

  Json form(const FlowEvent& event) {
    const bool created = event.kind == FlowEvent::Kind::fresh;
    const bool destroyed = event.kind == FlowEvent::Kind::destroy;
    Json result{{"event", created     ? "NEW"
                          : destroyed ? "DESTROY"
                                      : "UPDATE"},
                {"status", event.flow.status}};
    // Linux 5.10 puts less into the message of a DESTROY.
    if (destroyed && net_.profile.version < KernelVersion{6, 1}) return result;
    if (!event.was_expired) {
      result["timeout"] = expired(event.flow, now_) ? 0 : seconds_left(event.flow);
    }
    if (event.state_changed || destroyed) {
      if (const Json state = state_of(event.flow); !state.is_null()) result["state"] = state;
    }
    return result;
  }

  void compare_events(Json recorded) {
    ASSERT_EQ(events_.size(), recorded.size()) << events_.dump();
    for (std::size_t i = 0; i < events_.size(); ++i) {
      ASSERT_EQ(events_[i].contains("timeout"), recorded[i].contains("timeout"));
      if (recorded[i].contains("timeout")) {
        expect_near(events_[i]["timeout"].get<std::uint32_t>(), recorded[i]["timeout"]);
        events_[i].erase("timeout");
        recorded[i].erase("timeout");
      }
      EXPECT_EQ(events_[i], recorded[i]);
    }
  }

  NetworkNamespace net_;
  Defaults defaults_;
  Conntrack conntrack_;
  std::map<unsigned long, std::map<std::uint8_t, CtTarget>> standing_;  // by network and protocol
  std::map<std::string, std::shared_ptr<Policy>> policies_;
  std::vector<Rule> rules_;
  unsigned long rule_ = 0;
  std::uint32_t now_ = first_tick;
  Tuple tuple_;
  Json events_ = Json::array();
};

/// What stands in a file: what was known to the kernel, and its sequences by name.
struct Recording {
  Json head;
  std::map<std::string, Json> sequences;
};

Recording read_recording(const std::string& line) {
  Recording recording;
  std::ifstream file(std::string(FLOWS_DIR) + '/' + line + ".jsonl");
  std::string text;
  while (std::getline(file, text)) {
    Json json = Json::parse(text);
    if (recording.head.is_null()) {
      recording.head = std::move(json);
    } else {
      const std::string name = json["name"];
      recording.sequences.emplace(name, std::move(json));
    }
  }
  return recording;
}

class Flows : public testing::TestWithParam<std::string> {};

TEST_P(Flows, AreAsRecorded) {
  Recording recording = read_recording(GetParam());
  ASSERT_FALSE(recording.head.is_null());
  if (recording.head.contains("as linux-6.18")) {
    const Recording whole = read_recording("linux-6.18");
    for (const Json& name : recording.head["as linux-6.18"]) {
      recording.sequences[name] = whole.sequences.at(name);
    }
  }
  EXPECT_GT(recording.sequences.size(), 460U);
  for (const auto& [name, sequence] : recording.sequences) {
    SCOPED_TRACE(name);
    Player(*find_profile(GetParam()), recording.head["policies"]).play(sequence);
    if (HasFailure()) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Lines, Flows,
                         testing::Values("linux-5.10", "linux-6.1", "linux-6.12", "linux-6.18",
                                         "linux-7.2"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace_if(
                               name, [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace cttimeout::fake
