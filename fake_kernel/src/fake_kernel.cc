// FakeKernel: a host, and the inputs that reach it from elsewhere.

#include "cttimeout/fake_kernel.h"

#include <cerrno>
#include <limits>
#include <utility>

#include "cttimeout/policy_hold.h"
#include "host.h"
#include "netlink/af_netlink.h"
#include "show_flow.h"

namespace cttimeout {

FakeKernel::FakeKernel(const KernelProfile& profile)
    : host_(std::make_shared<fake::Host>(profile)) {}

FakeKernel::~FakeKernel() = default;

std::unique_ptr<SocketTransport> FakeKernel::connect() {
  return std::make_unique<SocketTransport>(socket());
}

std::unique_ptr<NetlinkSocket> FakeKernel::socket(std::uint32_t process_id,
                                                  std::function<void()> data_ready) {
  return std::make_unique<fake::Socket>(std::shared_ptr<fake::NetworkNamespace>(host_, &host_->net),
                                        host_->caller_is_capable, process_id,
                                        std::move(data_ready));
}

SyscallResult<Rule> FakeKernel::add_rule(const CtRule& rule) {
  return insert_rule(std::numeric_limits<std::size_t>::max(), rule);
}

SyscallResult<Rule> FakeKernel::insert_rule(std::size_t place, const CtRule& rule) {
  fake::CtRules& rules = host_->conntrack.rules;
  auto target = fake::CtRules::judge(rule, host_->net, host_->timeout_policies.table());
  if (!target) return tl::unexpected(target.error());
  std::shared_ptr<const fake::PolicyHold> hold;
  if (target->policy != nullptr) {
    hold = std::make_shared<fake::PolicyHold>(target->policy, host_->net);
  }
  Rule result(std::move(hold));
  result.id_ = rules.insert(place, rule, *std::move(target));
  result.rules_ = std::shared_ptr<fake::CtRules>(host_, &rules);
  return result;
}

// nf_ct_timeout_find_get: a rule finds the policy by name once, then holds the object (K-USE-3).
std::optional<Rule> FakeKernel::hold(std::string_view name) {
  if (name.size() >= CTNL_TIMEOUT_NAME_MAX) return std::nullopt;
  auto policy = host_->timeout_policies.table().share(fake::PolicyName(name));
  if (policy == nullptr) return std::nullopt;
  return Rule(std::make_shared<fake::PolicyHold>(std::move(policy), host_->net));
}

PacketState FakeKernel::packet(const Packet& packet) {
  return host_->conntrack.packet(packet, ticks());
}

PacketState FakeKernel::packet(std::span<const std::byte> bytes) {
  return packet(parse_packet(bytes, profile()));
}

void FakeKernel::packets(std::span<const Packet> packets, std::span<PacketState> states) {
  host_->conntrack.packets(packets, states, ticks());
}

Connection FakeKernel::open_tcp(const Endpoint& client, const Endpoint& server) {
  Connection connection(host_, client, server);
  connection.open();
  return connection;
}

std::vector<Flow> FakeKernel::flows() const {
  host_->conntrack.expire(ticks());
  const fake::FlowTable& flows = host_->conntrack.flows();
  std::vector<Flow> result;
  result.reserve(flows.size());
  flows.each([&](fake::FlowId id) { result.push_back(fake::show(id, *host_)); });
  return result;
}

std::size_t FakeKernel::flow_count() const {
  host_->conntrack.expire(ticks());
  return host_->conntrack.flows().size();
}

std::optional<Flow> FakeKernel::find_flow(const Tuple& tuple) const {
  return fake::show_flow(*host_, tuple);
}

bool FakeKernel::set_flow_timeout(const Tuple& tuple, std::chrono::seconds timeout) {
  const fake::FlowId id = host_->conntrack.find(tuple, ticks());
  if (id == fake::no_flow) return false;
  host_->conntrack.set_timeout(id, timeout, ticks());
  return true;
}

bool FakeKernel::remove_flow(const Tuple& tuple) {
  const fake::FlowId id = host_->conntrack.find(tuple, ticks());
  if (id == fake::no_flow) return false;
  host_->conntrack.destroy(id, ticks());
  return true;
}

void FakeKernel::flush_flows() {
  host_->conntrack.flush(ticks());
}

void FakeKernel::watch_flows(std::function<void(const FlowEvent&)> observer) {
  if (observer == nullptr) {
    host_->conntrack.observer = nullptr;
    return;
  }
  host_->conntrack.observer = [host = host_.get(),
                               observer = std::move(observer)](const fake::FlowEvent& event) {
    observer(fake::show(event, *host));
  };
}

void FakeKernel::set_capable(bool capable) {
  host_->caller_is_capable = capable;
}

void FakeKernel::name_processes(std::function<std::string(std::uint32_t)> command_of) {
  host_->net.command_of = std::move(command_of);
}

void FakeKernel::fail_allocation(std::uint64_t nth) {
  host_->net.memory.fail(nth);
}

void FakeKernel::fail_no_allocation() {
  host_->net.memory.fail_none();
}

std::uint64_t FakeKernel::allocations() const {
  return host_->net.memory.count();
}

std::optional<std::string> FakeKernel::read_sysctl(std::string_view name) const {
  auto text = host_->conntrack.sysctls.read(name, profile().version);
  return text ? text : host_->timeout_policies.defaults().read_sysctl(name);
}

SyscallResult<void> FakeKernel::write_sysctl(std::string_view name, std::string_view text) {
  const auto written = host_->conntrack.sysctls.write(name, text, profile().version);
  if (written || written.error() != ENOENT) return written;
  return host_->timeout_policies.defaults().write_sysctl(name, text);
}

void FakeKernel::advance(std::chrono::milliseconds time) {
  host_->net.clock.advance(time);
  host_->conntrack.expire(ticks());
}

std::uint64_t FakeKernel::ticks() const {
  return host_->net.clock.ticks();
}

const KernelProfile& FakeKernel::profile() const {
  return host_->net.profile;
}

std::size_t FakeKernel::policy_count() const {
  return host_->timeout_policies.table().size();
}

std::size_t FakeKernel::table_count() const {
  return host_->nf_tables.tables().size();
}

}  // namespace cttimeout
