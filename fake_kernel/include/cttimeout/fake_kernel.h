// FakeKernel: the kernel's timeout-policy endpoint, for one network namespace, in this process.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cttimeout/kernel_profile.h"
#include "cttimeout/netlink_socket.h"
#include "cttimeout/rule.h"
#include "cttimeout/socket_transport.h"

namespace cttimeout {

namespace fake {
struct Host;
}

/// One network namespace: no policies, default timeouts of a fresh namespace. Deterministic: no
/// randomness, no threads, and a clock that moves only by advance() and by the waits of its
/// sockets. It replies byte for byte as the kernel of its profile; FIDELITY.md lists what it covers
/// and what not.
///
/// Inputs beside datagrams stand for causes outside the endpoint: rules that refer to policies,
/// the caller's capability, sysctl writes, memory that cannot be had. Sockets and rules may outlive
/// the FakeKernel that made them. It is neither copied nor moved, so that none is ever without its
/// namespace. Threads: one at a time for a FakeKernel with all of its sockets and rules; different
/// ones share nothing. Its memory is this process's: std::bad_alloc passes through every
/// call, those of a Client too, and leaves the policies as before or as after the request.
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

  /// A rule that refers to the policy, as long as the Rule lives: the policy's use count is higher
  /// and, on kernels that protect policies in use, it cannot be deleted. nullopt if there is no
  /// such policy.
  [[nodiscard]] std::optional<Rule> hold(std::string_view name);

  /// Whether the calling process has CAP_NET_ADMIN, from now on; true at first. Sockets remember
  /// what it was when they were opened.
  void set_capable(bool capable);

  /// The kernel cannot have the memory that it asks for the nth time from now on, counted from 1;
  /// several calls name several such times. FIDELITY.md (K-ALLOC) says what it asks memory for.
  void fail_allocation(std::uint64_t nth);
  /// Whatever memory it asks for, it gets, from now on.
  void fail_no_allocation();
  /// How often it has asked for memory.
  [[nodiscard]] std::uint64_t allocations() const;

  /// The text of /proc/sys/net/netfilter/NAME without the newline; nullopt if there is no such
  /// file or it is not a timeout.
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

 private:
  std::shared_ptr<fake::Host> host_;
};

}  // namespace cttimeout
