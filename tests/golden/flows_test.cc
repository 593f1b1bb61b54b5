// Recorded sequences of packets, played to conntrack: state, entry and events after every step.
//
// K-FLOW-100/101/102/104/111/112/113/114/115/116/140/141/142/143/150/151/152/153/154/155/159
// K-FLOW-160/161/162/163/164/165/166/167/168/170/171/172/173/174/175/176/177/200/201/202/203
// K-FLOW-204/205/206/207/220/221/222/223/224/230/231/232/233/234/235/236/250/251/252/260/262
// K-FLOW-263/264/265/280/281/282/285/310/340/350/351/352/353/354/355/356/357
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "cttimeout/fake_kernel.h"
#include "flows/ask.h"
#include "support/bytes.h"

namespace cttimeout {
namespace {

using Json = nlohmann::json;

// The rules of the recordings: that of generic was one of protocol 253.
const std::map<std::string, std::uint8_t> protocol_numbers{
    {"icmp", IPPROTO_ICMP},       {"tcp", IPPROTO_TCP},   {"udp", IPPROTO_UDP},
    {"gre", IPPROTO_GRE},         {"sctp", IPPROTO_SCTP}, {"icmpv6", IPPROTO_ICMPV6},
    {"udplite", IPPROTO_UDPLITE}, {"generic", 253},
};

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

/// All but the timeout, which is compared with a tolerance.
Json recorded_form(const Flow& flow, bool is_tracked) {
  Json result{{"orig", recorded_form(flow.original, is_tracked)},
              {"reply", recorded_form(flow.reply, is_tracked)},
              {"status", flow.status}};
  if (!flow.state.empty()) result["state"] = flow.state;
  if (const auto* tcp = std::get_if<TcpInfo>(&flow.info)) {
    result["wscale"] = tcp->window_scale;
    result["tcp_flags"] = tcp->flags;
  }
  if (const auto* sctp = std::get_if<SctpInfo>(&flow.info)) result["vtag"] = sctp->tags;
  if (const auto* dccp = std::get_if<DccpInfo>(&flow.info)) {
    result["dccp"] = {dccp->role, dccp->handshake};
  }
  return result;
}

void expect_near(std::chrono::seconds left, const Json& recorded) {
  EXPECT_LE(std::abs(left.count() - recorded.get<std::int64_t>()), 1)
      << left.count() << " s, recorded " << recorded;
}

/// A kernel with the policies and rules of a recording, to which its sequences are played.
class Player {
 public:
  Player(const KernelProfile& profile, const Json& policies) : kernel_(profile) {
    for (const auto& [network, by_protocol] : policies.items()) {
      for (const auto& [name, values] : by_protocol.items()) {
        if (name == "generic" || tracks(protocol_numbers.at(name))) {
          for (const Family family : {Family::ipv4, Family::ipv6}) {
            give_to_network(network, family, name, values);
          }
        }
      }
    }
    kernel_.watch_flows([this](const FlowEvent& event) { events_.push_back(form(event)); });
    kernel_.advance(std::chrono::seconds(4));
    begin_ = kernel_.ticks();
  }

  void play(const Json& sequence) {
    for (const auto& [name, value] : sequence["sysctl"].items()) {
      // Not every kernel has each of them.
      if (!kernel_.read_sysctl(name)) continue;
      ASSERT_TRUE(kernel_.write_sysctl(name, std::to_string(value.get<int>())));
    }
    for (const Json& step : sequence["steps"]) {
      SCOPED_TRACE(step.dump());
      events_ = Json::array();
      advance_to(step["t"].get<double>());
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
  [[nodiscard]] bool tracks(std::uint8_t protocol) const {
    return find_protocol(protocol, kernel_.profile().version) != nullptr;
  }

  /// A policy, and a rule that gives it to packets of that protocol to 10.N.0.0/16 or fd00:N::/32.
  void give_to_network(const std::string& network, Family family, const std::string& protocol,
                       const Json& values) {
    const bool is_v6 = family == Family::ipv6;
    const std::string name = network + protocol + (is_v6 ? "6" : "");
    const std::uint8_t number = protocol_numbers.at(protocol);
    Policy policy{.name = name,
                  .family = family,
                  .protocol = protocol == "generic" ? generic_protocol : number,
                  .timeouts = {}};
    // Those of tcp and sctp are by attribute number, from 0 on.
    const std::size_t skipped = protocol == "tcp" || protocol == "sctp" ? 1 : 0;
    for (std::size_t i = skipped; i < values.size(); ++i) {
      policy.timeouts.set(static_cast<std::uint16_t>(i - skipped + 1), seconds(values[i]));
    }
    ASSERT_EQ(request(IPCTNL_MSG_TIMEOUT_NEW, NLM_F_CREATE, policy), 0);
    standing_.push_back(*kernel_.add_rule(
        {.family = static_cast<std::uint8_t>(is_v6 ? AF_INET6 : AF_INET),
         .protocol = number,
         .destination = is_v6 ? "fd00:" + network + "::/32" : "10." + network + ".0.0/16",
         .timeout = name}));
  }

  static std::chrono::seconds seconds(const Json& value) {
    return std::chrono::seconds(value.get<std::uint32_t>());
  }

  /// The errno of the ack, negative, or 0.
  template <class What>
  int request(std::uint8_t command, unsigned flags, const What& what) {
    return -test::ask(*transport_, command, flags, what);
  }

  void advance_to(double recorded_s) {
    const std::uint64_t tick =
        begin_ + static_cast<std::uint64_t>(std::lround(recorded_s * kernel_.profile().hz));
    kernel_.advance(
        std::chrono::milliseconds((tick - kernel_.ticks()) * 1000 / kernel_.profile().hz));
  }

  void take_packet(const Json& step) {
    const test::Bytes bytes = test::hex(step["bytes"].get<std::string>());
    EXPECT_EQ(to_string(kernel_.packet(bytes)), step["verdict"]);
    const Packet packet = parse_packet(bytes, kernel_.profile());
    const auto* error = std::get_if<IcmpError>(&packet.transport);
    tuple_ = error != nullptr && error->quoted ? *error->quoted : packet.tuple;
  }

  static Timeouts timeouts(const Json& slots) {
    Timeouts result;
    for (const auto& [slot, value] : slots.items()) {
      result.set(static_cast<std::uint16_t>(std::stoul(slot)), seconds(value));
    }
    return result;
  }

  /// The errno, negative, or 0.
  int act(const Json& what) {
    const std::string verb = what.begin().key();
    const Json& arguments = what.front();
    if (verb == "add_policy" || verb == "replace_policy") {
      const Policy policy{.name = arguments[0].get<std::string>(),
                          .protocol = arguments[1].get<std::uint8_t>(),
                          .timeouts = timeouts(arguments[2])};
      return request(IPCTNL_MSG_TIMEOUT_NEW,
                     NLM_F_CREATE | (verb == "add_policy" ? NLM_F_EXCL : NLM_F_REPLACE), policy);
    }
    if (verb == "delete_policy") {
      return request(IPCTNL_MSG_TIMEOUT_DELETE, 0, Name(arguments.get<std::string>()));
    }
    if (verb == "default") {
      const DefaultTimeouts defaults{.protocol = arguments[0].get<std::uint8_t>(),
                                     .timeouts = timeouts(arguments[1])};
      return request(IPCTNL_MSG_TIMEOUT_DEFAULT_SET, 0, defaults);
    }
    if (verb == "add_rule") {
      add_rule(arguments);
    } else if (verb == "delete_rule") {
      own_.erase(arguments[0].get<std::string>());
    } else if (verb == "flush") {
      kernel_.flush_flows();
    } else if (verb == "delete_entry") {
      EXPECT_TRUE(kernel_.remove_flow(tuple_));
    } else if (verb == "update_timeout") {
      EXPECT_TRUE(kernel_.set_flow_timeout(tuple_, seconds(arguments)));
    } else {
      EXPECT_EQ(verb, "look");
    }
    return 0;
  }

  /// [policy or null for NOTRACK, protocol, "reply" if it is for packets that come back]
  void add_rule(const Json& arguments) {
    const bool untracked = arguments[0].is_null();
    const std::string name = untracked ? "" : arguments[0].get<std::string>();
    CtRule rule{
        .protocol = protocol_numbers.at(arguments[1]), .notrack = untracked, .timeout = name};
    (arguments.size() > 2 ? rule.source : rule.destination) = "10.9.0.0/16";
    own_.emplace(name, *kernel_.add_rule(rule));
  }

  void compare_entry(Json recorded) {
    const auto flow = kernel_.find_flow(tuple_);
    ASSERT_EQ(flow.has_value(), !recorded.is_null());
    if (!flow) return;
    expect_near(flow->remaining, recorded["timeout"]);
    recorded.erase("timeout");
    EXPECT_EQ(recorded_form(*flow, tracks(tuple_.protocol)), recorded);
  }

  Json form(const FlowEvent& event) const {
    const bool destroyed = event.kind == FlowEvent::Kind::destroyed;
    Json result{{"event", event.kind == FlowEvent::Kind::created ? "NEW"
                          : destroyed                            ? "DESTROY"
                                                                 : "UPDATE"},
                {"status", event.flow.status}};
    // Linux 5.10 puts less into the message of a DESTROY.
    if (destroyed && kernel_.profile().version < KernelVersion{6, 1}) return result;
    if (!event.expired) result["timeout"] = event.flow.remaining.count();
    if ((event.state_changed || destroyed) && !event.flow.state.empty()) {
      result["state"] = event.flow.state;
    }
    return result;
  }

  void compare_events(Json recorded) {
    ASSERT_EQ(events_.size(), recorded.size()) << events_.dump();
    for (std::size_t i = 0; i < events_.size(); ++i) {
      ASSERT_EQ(events_[i].contains("timeout"), recorded[i].contains("timeout"));
      if (recorded[i].contains("timeout")) {
        expect_near(seconds(events_[i]["timeout"]), recorded[i]["timeout"]);
        events_[i].erase("timeout");
        recorded[i].erase("timeout");
      }
      EXPECT_EQ(events_[i], recorded[i]);
    }
  }

  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> transport_ = kernel_.connect();
  std::vector<Rule> standing_;
  std::multimap<std::string, Rule> own_;  // by the name of the policy; empty for NOTRACK
  std::uint64_t begin_ = 0;
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
}  // namespace cttimeout
