// FakeKernel: the kernel's timeout policies and conntrack, for one network namespace, in this
// process.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cttimeout/connection.h"
#include "cttimeout/flow.h"
#include "cttimeout/kernel_profile.h"
#include "cttimeout/netlink_socket.h"
#include "cttimeout/packet.h"
#include "cttimeout/rule.h"
#include "cttimeout/socket_transport.h"

namespace cttimeout {

namespace fake {
struct Host;
}

/// One network namespace: no policies, no rules, no flows, and the default timeouts of a fresh
/// namespace. Deterministic: no randomness, no threads, and a clock that moves only by advance()
/// and by the waits of its sockets. It replies byte for byte as the kernel of its profile, and
/// makes of packets what that kernel does; FIDELITY.md lists what it covers and what not.
///
/// Inputs beside datagrams stand for causes outside the endpoint: rules of iptables, packets, the
/// caller's capability, sysctl writes, memory that cannot be had. Sockets, rules and connections
/// may outlive the FakeKernel that made them. It is neither copied nor moved, so that none is ever
/// without its namespace. Threads: one at a time for a FakeKernel with all of its sockets and
/// rules; different ones share nothing. Its memory is this process's: std::bad_alloc passes through
/// every call, those of a Client too, and leaves the policies as before or as after the request.
class FakeKernel {
 public:
  /// A fresh network namespace of that kernel: no policies, every default as the kernel has it.
  explicit FakeKernel(const KernelProfile& profile = linux_6_18);
  FakeKernel(const FakeKernel&) = delete;
  FakeKernel& operator=(const FakeKernel&) = delete;
  ~FakeKernel();

  /// A Transport, ready for a Client.
  [[nodiscard]] std::unique_ptr<SocketTransport> connect();
  /// A fresh, unbound socket of the process `process_id`, which is the port id it autobinds to if
  /// that is free. `data_ready` is called, if given, whenever something has come into its receive
  /// queue: a datagram or an error, by a call on this socket or on another.
  [[nodiscard]] std::unique_ptr<NetlinkSocket> socket(std::uint32_t process_id = 1000,
                                                      std::function<void()> data_ready = {});

  /// Appends the rule to its chain, where it stays as long as the Rule lives: the first rule that
  /// matches a packet gives its flow, if the packet begins one, the policy. The policy's use count
  /// is higher and, on kernels that protect policies in use, it cannot be deleted.
  ///
  /// ENOENT if there is no such policy. EINVAL if its family or protocol is not that of the rule,
  /// or the rule names none, or ports without a protocol that has them. ENAMETOOLONG for a name of
  /// more than 31 bytes. As xt_CT and iptables refuse them (K-FLOW-261).
  [[nodiscard]] SyscallResult<Rule> add_rule(const CtRule& rule);
  /// The same in front of the rule at `place` of its chain, counted from 0; at the end if there is
  /// none.
  [[nodiscard]] SyscallResult<Rule> insert_rule(std::size_t place, const CtRule& rule);
  /// A rule that refers to the policy and that no packet meets, for tests of the use count alone.
  /// nullopt if there is no such policy.
  [[nodiscard]] std::optional<Rule> hold(std::string_view name);

  /// A packet passes: its state, and what it makes of its flow. Packets are tracked whether or not
  /// there is a rule that needs it.
  PacketState packet(const Packet& packet);
  /// The packet in these bytes (parse_packet()).
  PacketState packet(std::span<const std::byte> bytes);
  /// The packets pass in their order. Their states are stored in `states`, which has as many
  /// places.
  void packets(std::span<const Packet> packets, std::span<PacketState> states);
  /// A TCP connection between these ends, after its handshake. Throws std::invalid_argument if they
  /// are of two families.
  [[nodiscard]] Connection open_tcp(const Endpoint& client, const Endpoint& server);

  /// The flows, in no particular order. Those whose time has come are gone.
  [[nodiscard]] std::vector<Flow> flows() const;
  /// How many there are.
  [[nodiscard]] std::size_t flow_count() const;
  /// The flow with that tuple, in either direction; nullopt if there is none.
  [[nodiscard]] std::optional<Flow> find_flow(const Tuple& tuple) const;
  /// Gives the flow that much time from now on, as `conntrack -U --timeout` does, 2^31 - 1 ticks at
  /// most; its next packet refreshes it as ever. False if there is no such flow.
  bool set_flow_timeout(const Tuple& tuple, std::chrono::seconds timeout);
  /// As `conntrack -D`. False if there is no such flow.
  bool remove_flow(const Tuple& tuple);
  /// As `conntrack -F`: removes every flow.
  void flush_flows();
  /// Calls `observer` at every event of every flow, in order, from now on; an empty one ends it. An
  /// expired flow's comes when the clock moves on, or at the next call. The observer calls nothing
  /// of this FakeKernel.
  void watch_flows(std::function<void(const FlowEvent&)> observer);

  /// Whether the calling process has CAP_NET_ADMIN, from now on; true at first. Sockets remember
  /// what it was when they were opened.
  void set_capable(bool capable);
  /// Tells the command (comm) of a process by its id, as nf_tables shows it to who asks for the
  /// generation. Before the first call it is that of this process, whoever asks.
  void name_processes(std::function<std::string(std::uint32_t process_id)> command_of);

  /// The kernel cannot have the memory that it asks for the nth time from now on, counted from 1;
  /// several calls name several such times. FIDELITY.md (K-ALLOC) says what it asks memory for.
  void fail_allocation(std::uint64_t nth);
  /// Whatever memory it asks for, it gets, from now on.
  void fail_no_allocation();
  /// How often it has asked for memory.
  [[nodiscard]] std::uint64_t allocations() const;

  /// The text of /proc/sys/net/netfilter/NAME without the newline; nullopt if there is no such
  /// file, or it is none of the timeouts and of nf_conntrack_checksum, _tcp_be_liberal, _tcp_loose,
  /// _tcp_max_retrans and _tcp_ignore_invalid_rst.
  [[nodiscard]] std::optional<std::string> read_sysctl(std::string_view name) const;
  /// Writes it; ENOENT or EINVAL as the kernel does.
  SyscallResult<void> write_sysctl(std::string_view name, std::string_view text);

  /// Moves the clock, by whole ticks; what is left of a tick counts at the next move. Time below 0
  /// is none. An endless wait, milliseconds::max(), moves it to the largest value, where it stays.
  void advance(std::chrono::milliseconds time);
  /// What the clock shows: ticks (jiffies) since this namespace began, profile().hz of them a
  /// second.
  [[nodiscard]] std::uint64_t ticks() const;

  /// The kernel that it is.
  [[nodiscard]] const KernelProfile& profile() const;
  /// Policies in the list.
  [[nodiscard]] std::size_t policy_count() const;
  /// How many tables of nf_tables there are, of all families.
  [[nodiscard]] std::size_t table_count() const;

 private:
  std::shared_ptr<fake::Host> host_;
};

}  // namespace cttimeout
