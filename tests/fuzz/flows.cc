// Fuzz target: conntrack. Input: a profile, then records (records.h), each an event in its life.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "records.h"
#include "target.h"

namespace cttimeout::test {
namespace {

/// What a record does, by its kind modulo `kinds`. `bytes` and `number` are its own.
enum class Kind : std::uint8_t {
  packet,      // `bytes` come in
  own_packet,  // they were made here, so that their checksum is not looked at
  advance,     // by a time that grows with `number`
  sysctl,      // one of them, to a small number
  set_policy,  // of a protocol, with timeouts by `number`
  delete_policy,
  add_rule,
  delete_rule,  // the oldest
  set_timeout,  // of a flow, by hand
  remove_flow,
  flush,
  kinds
};

constexpr std::array<std::uint8_t, 5> protocols_of_policies{IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP,
                                                            IPPROTO_GRE, IPPROTO_ICMP};
constexpr std::array sysctls{"nf_conntrack_checksum", "nf_conntrack_tcp_be_liberal",
                             "nf_conntrack_tcp_loose", "nf_conntrack_tcp_max_retrans",
                             "nf_conntrack_tcp_ignore_invalid_rst"};
constexpr std::uint32_t known_status = IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED;

class World {
 public:
  explicit World(const KernelProfile& profile) : kernel_(profile), transport_(kernel_.connect()) {
    kernel_.watch_flows([this](const FlowEvent& event) { watch(event); });
  }

  void play(const Record& record) {
    const auto kind = static_cast<Kind>(record.kind % static_cast<unsigned>(Kind::kinds));
    const std::vector<Flow> before = kernel_.flows();
    switch (kind) {
      case Kind::packet:
      case Kind::own_packet:
        return pass(record.bytes, kind == Kind::packet ? Hook::prerouting : Hook::output, before);
      case Kind::advance:
        kernel_.advance(std::chrono::milliseconds(std::uint64_t{1} << record.number % 48U));
        break;
      case Kind::sysctl:
        (void)kernel_.write_sysctl(sysctls.at(record.number % sysctls.size()),
                                   std::to_string(record.number / sysctls.size() % 4));
        break;
      case Kind::set_policy:
        set_policy(record.number);
        break;
      case Kind::delete_policy:
        (void)client_.remove(name(record.number));
        break;
      case Kind::add_rule:
        add_rule(record.number);
        break;
      case Kind::delete_rule:
        if (!rules_.empty()) rules_.erase(rules_.begin());
        break;
      case Kind::set_timeout:
      case Kind::remove_flow:
        change_flow(kind, record.number, before);
        break;
      case Kind::flush:
        kernel_.flush_flows();
        require(kernel_.flow_count() == 0, "a flush leaves nothing");
        break;
      case Kind::kinds:
        break;
    }
    check();
  }

 private:
  static std::string name(unsigned number) {
    return "p" + std::to_string(number % protocols_of_policies.size());
  }

  void pass(View bytes, Hook hook, const std::vector<Flow>& before) {
    Packet packet = parse_packet(bytes, kernel_.profile());
    packet.hook = hook;
    begun_ = 0;
    const PacketState state = kernel_.packet(packet);
    require(begun_ == 0 || state == PacketState::new_flow, "only a new packet begins a flow");
    require(begun_ <= 1, "a packet begins one flow at most");
    const std::vector<Flow> after = kernel_.flows();
    for (const Flow& flow : before) {
      if (!is_of(packet, flow)) require_untouched(flow, after);
    }
    check();
  }

  /// Whether the packet may change the flow: by its addresses and protocol, a little too often.
  static bool is_of(const Packet& packet, const Flow& flow) {
    const Tuple& tuple = packet.tuple;
    return tuple.protocol == flow.original.protocol &&
           (tuple.source == flow.original.source || tuple.source == flow.reply.source);
  }

  static void require_untouched(const Flow& flow, const std::vector<Flow>& after) {
    const auto found = std::ranges::find(after, flow.original, &Flow::original);
    const bool born_expired = flow.remaining.count() == 0;
    require(found != after.end() || born_expired, "a packet ends no flow but its own");
    if (found == after.end()) return;
    require(found->remaining == flow.remaining && found->status == flow.status &&
                found->info == flow.info,
            "a packet changes no flow but its own");
  }

  void set_policy(unsigned number) {
    const std::uint8_t protocol = protocols_of_policies.at(number % protocols_of_policies.size());
    Policy policy{.name = name(number), .protocol = protocol, .timeouts = {}};
    for (const Slot& slot : find_protocol(protocol)->slots) {
      policy.timeouts.set(slot.number, std::chrono::seconds(1 + number * slot.number));
    }
    (void)client_.replace(policy);
  }

  void add_rule(unsigned number) {
    const std::uint8_t protocol = protocols_of_policies.at(number % protocols_of_policies.size());
    auto rule =
        kernel_.add_rule({.protocol = protocol, .notrack = number > 250, .timeout = name(number)});
    if (rule && rules_.size() < 8) rules_.push_back(*std::move(rule));
  }

  void change_flow(Kind kind, unsigned number, const std::vector<Flow>& flows) {
    if (flows.empty()) return;
    const Tuple& tuple = flows[number % flows.size()].reply;
    if (kind == Kind::set_timeout) {
      require(kernel_.set_flow_timeout(tuple, std::chrono::seconds(number)),
              "a flow that is shown can be changed");
    } else {
      require(kernel_.remove_flow(tuple), "a flow that is shown can be removed");
      require(!kernel_.find_flow(tuple), "a flow that was removed is gone");
    }
  }

  void watch(const FlowEvent& event) {
    using enum FlowEvent::Kind;
    require(event.ticks <= kernel_.ticks() && event.ticks >= last_tick_, "events are in order");
    last_tick_ = event.ticks;
    if (event.kind == created) {
      ++alive_;
      ++begun_;
    }
    if (event.kind == destroyed) {
      require(alive_ > 0, "what ends has begun");
      --alive_;
    }
  }

  void check() {
    const std::vector<Flow> flows = kernel_.flows();
    require(flows.size() == kernel_.flow_count() && flows.size() == alive_,
            "every flow that has begun and not ended is shown");
    for (const Flow& flow : flows) {
      require((flow.status & ~known_status) == 0 && (flow.status & IPS_CONFIRMED) != 0,
              "a flow has the status bits that there are");
      for (const Tuple& tuple : {flow.original, flow.reply}) {
        const auto found = kernel_.find_flow(tuple);
        require(found && found->original == flow.original, "a flow is found by either tuple");
      }
    }
  }

  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> transport_;
  Client client_{*transport_};
  std::vector<Rule> rules_;
  std::uint64_t last_tick_ = 0;
  std::size_t alive_ = 0;
  unsigned begun_ = 0;  // by the last packet
};

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cttimeout;
  if (size == 0) return 0;
  test::World world(kernel_profiles[data[0] % kernel_profiles.size()]);
  test::RecordReader records(test::view_of(data + 1, size - 1));
  while (const auto record = records.next()) world.play(*record);
  return 0;
}
