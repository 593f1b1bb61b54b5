// One simulation: several clients of one fake kernel, faults as drawn, a model that keeps watch.
#include "simulation/simulation.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "cttimeout/build_packet.h"
#include "cttimeout/fake_kernel.h"
#include "cttimeout/format.h"
#include "simulation/player.h"
#include "support/fake_time.h"

namespace cttimeout::test {

namespace {

constexpr std::size_t too_wide = 32;  // states of one name, before they are looked at

struct HeldRule {
  Name name;  ///< of the policy that it refers to
  Rule rule;
  bool gives = false;  ///< packets meet it
};

class Simulation {
 public:
  Simulation(std::uint64_t seed, bool record)
      : random_(seed),
        options_(draw_options(random_)),
        kernel_(options_.profile),
        log_(record),
        names_(draw_names()),
        model_(options_.profile, names_) {
    for (std::size_t i = 0; i < options_.clients; ++i) {
      players_.push_back(std::make_unique<Player>(kernel_, log_, options_.small_buffers));
    }
  }

  Report run(std::uint64_t operations) {
    Report report{.options = options_};
    for (; report.operations < operations && report.complaint.empty(); ++report.operations) {
      report.complaint = step();
    }
    if (report.complaint.empty()) report.complaint = converge();
    report.faults = faults_;
    report.waited = fake_time(kernel_);
    for (const auto& player : players_) {
      report.faults += player->injected();
      report.waited += player->waited();
    }
    report.steps = log_.steps();
    return report;
  }

 private:
  std::vector<Name> draw_names() {
    std::vector<Name> names;
    for (std::size_t i = 0; i < options_.names; ++i) names.emplace_back("n" + std::to_string(i));
    return names;
  }
  const Name& any_name() { return names_[random_.below(names_.size())]; }
  Player& any_player() { return *players_[random_.below(players_.size())]; }
  bool percent(unsigned times) { return random_.chance(times, 100); }

  // ---- phase one

  Complaint step() {
    Player& player = any_player();
    if (options_.rules && percent(3)) {
      if (Complaint complaint = change_rule(); !complaint.empty()) return complaint;
    }
    if (options_.flows && percent(5)) {
      if (Complaint complaint = begin_flow(); !complaint.empty()) return complaint;
    }
    if (percent(options_.capability_percent)) set_capable(!weather_.capable);
    if (percent(options_.stranger_percent)) player.hear_stranger(kernel_, random_);
    if (percent(options_.fault_percent)) plan_faults(player);
    weather_.memory = !percent(options_.allocation_percent);
    if (!weather_.memory) fail_allocation();
    weather_.replies_fit = !options_.small_buffers;
    weather_.all_or_noticed = player.all_or_noticed();
    Complaint complaint = act(player);
    kernel_.fail_no_allocation();
    if (player.transport().gone()) player.reconnect(kernel_);
    if (!complaint.empty()) return complaint;
    return percent(1) || model_.widest() > too_wide ? observe() : "";
  }

  void set_capable(bool capable) {
    weather_.capable = capable;
    kernel_.set_capable(capable);
    log_.capable(capable);
    ++faults_;
  }

  void fail_allocation() {
    const std::uint64_t nth = random_.between(1, 6);
    kernel_.fail_allocation(nth);
    log_.note("the kernel's allocation " + std::to_string(nth) + " from here fails");
    ++faults_;
  }

  void plan_faults(Player& player) {
    for (std::size_t i = random_.between(1, 3); i > 0; --i) {
      PlannedFault fault{.direction = random_.chance(1, 4) ? Direction::send : Direction::receive,
                         .nth = random_.between(1, 4),
                         .fault = random_.of<Fault>(options_.faults),
                         .code = random_.of<int>({EINTR, EAGAIN, ENOBUFS, ENOMEM}),
                         .size = random_.below(60)};
      player.plan(fault);
    }
  }

  Complaint change_rule() {
    if (!rules_.empty() && random_.chance(1, 2)) {
      const std::size_t at = random_.below(rules_.size());
      release(at);
      return "";
    }
    const Name& name = any_name();
    if (options_.flows && random_.chance(1, 2)) return give_to_flows(name);
    std::optional<Rule> rule = kernel_.hold(name.view());
    const bool held = rule.has_value();
    log_.hold(name.view(), held);
    if (held) rules_.push_back({.name = name, .rule = std::move(*rule)});
    return model_.hold(name, held);
  }

  void release(std::size_t at) {
    const Name name = rules_[at].name;
    const bool gives = rules_[at].gives;
    rules_.erase(rules_.begin() + static_cast<std::ptrdiff_t>(at));
    if (!gives) log_.release(name.view());
    gives ? model_.take_back(name) : model_.release(name);
  }

  // ---- flows: each name has a server of its own

  Endpoint server_of(const Name& name) {
    Endpoint server("10.1.0.0:53");
    const auto index = std::stoul(std::string(name.view().substr(1)));
    server.address.bytes[2] = static_cast<std::uint8_t>(index >> 8U);
    server.address.bytes[3] = static_cast<std::uint8_t>(index);
    return server;
  }

  Complaint give_to_flows(const Name& name) {
    Prefix server("10.0.0.0/32");
    server.address = server_of(name).address;
    auto rule = kernel_.add_rule(
        {.protocol = IPPROTO_UDP, .destination = server, .timeout = std::string(name.view())});
    const int error = rule ? 0 : rule.error();
    log_.note("a rule gives " + std::string(name.view()) + " to flows: " + std::to_string(error));
    if (rule) rules_.push_back({.name = name, .rule = *std::move(rule), .gives = true});
    return model_.give(name, IPPROTO_UDP, error);
  }

  Complaint begin_flow() {
    const Name& name = any_name();
    Endpoint client("10.0.0.1:0");
    client.port = ++last_port_;
    const Packet packet = udp(client, server_of(name));
    kernel_.remove_flow(packet.tuple);  // of a port that was used before
    if (kernel_.packet(packet) != PacketState::new_flow) return "a first packet is not new";
    const auto flow = kernel_.find_flow(packet.tuple);
    if (!flow) return "a first packet has begun no flow";
    log_.note("a flow to the server of " + std::string(name.view()));
    return model_.flow(name, *flow);
  }

  // ---- operations

  Action any_action() {
    unsigned total = 0;
    for (const unsigned weight : options_.weights) total += weight;
    std::uint64_t at = random_.below(total);
    std::size_t action = 0;
    for (; at >= options_.weights[action]; ++action) at -= options_.weights[action];
    return static_cast<Action>(action);
  }

  /// A name's protocol is mostly the same, else nothing could be replaced.
  std::uint8_t protocol_of(const Name& name) {
    constexpr std::uint8_t untracked = 200;
    if (random_.chance(1, 40)) return untracked;
    const auto at = random_.chance(1, 12) ? random_.below(protocols.size())
                                          : static_cast<std::size_t>(name.view().back());
    return protocols[at % protocols.size()].number;
  }

  Timeouts any_timeouts(std::uint8_t protocol) {
    Timeouts timeouts;
    const Protocol* row = find_protocol(protocol);
    if (row == nullptr) return timeouts;
    for (const Slot& slot : row->slots) {
      if (random_.chance(1, 3)) timeouts.set(slot.number, any_timeout());
    }
    return timeouts;
  }
  std::chrono::seconds any_timeout() { return std::chrono::seconds(random_.between(1, 5000)); }

  Policy any_policy() {
    const Name& name = any_name();
    const std::uint8_t protocol = protocol_of(name);
    return {.name = name,
            .family = random_.chance(1, 20) ? Family::ipv6 : Family::ipv4,
            .protocol = protocol,
            .timeouts = any_timeouts(protocol)};
  }

  Complaint act(Player& player) {
    switch (any_action()) {
      case Action::add: {
        const Policy policy = any_policy();
        return model_.add(policy, player.add(policy), weather_);
      }
      case Action::replace: {
        const Policy policy = any_policy();
        return model_.replace(policy, player.replace(policy), weather_);
      }
      case Action::get: {
        const Name& name = any_name();
        return model_.get(name, player.get(name), weather_);
      }
      case Action::list: {
        std::vector<InstalledPolicy> listed;
        const Result<void> result = player.list(listed);
        return model_.list(result, listed, weather_);
      }
      case Action::remove: {
        const Name& name = any_name();
        return model_.remove(name, player.remove(name), weather_);
      }
      case Action::flush:
        return model_.flush(player.flush(), weather_);
      case Action::get_default: {
        const std::uint8_t protocol = protocol_of(any_name());
        return model_.get_default(protocol, player.get_default(protocol), weather_);
      }
      case Action::set_default: {
        const std::uint8_t protocol = protocol_of(any_name());
        const Timeouts timeouts = any_timeouts(protocol);
        return model_.set_default(protocol, timeouts, player.set_default(protocol, timeouts),
                                  weather_);
      }
      case Action::apply:
        return apply(player);
    }
    return "";
  }

  Complaint apply(Player& player) {
    std::vector<Change> changes(random_.chance(1, 20) ? random_.between(150, 400)
                                                      : random_.between(1, 12));
    for (auto& [kind, policy] : changes) {
      kind = random_.of({Change::Kind::add, Change::Kind::replace, Change::Kind::remove});
      policy = any_policy();
    }
    const auto results = player.apply(changes);
    if (results.size() != changes.size()) return "apply: not a result for each change";
    for (std::size_t i = 0; i < changes.size(); ++i) {
      Complaint complaint = model_.change(changes[i], results[i], weather_);
      if (!complaint.empty()) return "apply, change " + std::to_string(i) + ": " + complaint;
    }
    return "";
  }

  /// Looks at what the kernel really has, by a client to which nothing happens.
  Complaint observe() {
    const Weather calm;
    const bool capable = weather_.capable;
    if (!capable) set_capable(true);
    Player observer(kernel_, log_, false);
    std::vector<InstalledPolicy> listed;
    const Result<void> result = observer.list(listed);
    if (!result) return "the observer: " + to_string(result.error());
    Complaint complaint = model_.list(result, listed, calm);
    for (const Protocol& protocol : protocols) {
      if (!complaint.empty()) return "the observer: " + complaint;
      complaint = model_.get_default(protocol.number, observer.get_default(protocol.number), calm);
    }
    if (!capable) set_capable(false);
    return complaint;
  }

  // ---- phase two

  Complaint converge() {
    if (!weather_.capable) set_capable(true);
    weather_ = {};
    while (!rules_.empty()) release(0);
    for (const auto& player : players_) {
      player->heal();
      if (Complaint complaint = see_all(*player); !complaint.empty()) return complaint;
    }
    for (const auto& player : players_) {
      if (Complaint complaint = act_well(*player); !complaint.empty()) return complaint;
    }
    if (kernel_.policy_count() != 0) return "the last flush left policies";
    return "";
  }

  /// A client into which no fault is injected any more lists what is there, after two attempts at
  /// most.
  Complaint see_all(Player& player) {
    constexpr int attempts = 2;
    for (int i = 1;; ++i) {
      std::vector<InstalledPolicy> listed;
      const Result<void> result = player.list(listed);
      if (result) {
        if (!player.at_rest()) return "something is left in the kernel's socket";
        return model_.list(result, listed, weather_);
      }
      if (i == attempts) return "no list at last: " + to_string(result.error());
    }
  }

  Complaint act_well(Player& player) {
    const Policy policy{.name = any_name(), .protocol = IPPROTO_TCP};
    for (const Result<void>& result :
         {player.flush(), player.add(policy), player.replace(policy),
          player.get(policy.name).map([](const auto&) {}), player.remove(policy.name)}) {
      if (!result) return "not at last: " + to_string(result.error());
    }
    return "";
  }

  Random random_;
  Options options_;
  FakeKernel kernel_;
  Log log_;
  std::vector<Name> names_;
  Model model_;
  std::vector<std::unique_ptr<Player>> players_;
  std::vector<HeldRule> rules_;
  std::uint16_t last_port_ = 0;
  Weather weather_;
  std::uint64_t faults_ = 0;
};

}  // namespace

Report simulate(std::uint64_t seed, std::uint64_t operations, bool record) {
  return Simulation(seed, record).run(operations);
}

}  // namespace cttimeout::test
