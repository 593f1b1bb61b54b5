// Client: timeout policies of one network namespace, over any Transport.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "cttimeout/limits.h"
#include "cttimeout/netlink_transport.h"
#include "cttimeout/policy.h"
#include "cttimeout/result.h"
#include "cttimeout/transport.h"

namespace cttimeout {

enum class ReplyForm : std::uint8_t;
class ChangeWindow;

/// One change of the list of policies, for apply().
struct Change {
  /// What to do with it.
  enum class Kind : std::uint8_t { add, replace, remove };

  Kind kind = Kind::add;  ///< remove() looks at the name alone
  Policy policy = {};     ///< of remove, the name alone counts
};

/// Creates, reads and deletes timeout policies.
///
/// Ownership: refers to `transport`, which must outlive it and must not be shared with another
/// Client, nor be used by a later one: that would take left-over replies for its own. Threads: one
/// at a time. Size: 32 KiB of receive buffer inline, no heap. Neither copied nor moved: two of them
/// would take each other's replies.
///
/// Errors: see Error. A Result without a value means that the request did not happen, provided
/// that error().outcome_known(); otherwise read back with get(). After an error the Client may be
/// used again: left-over replies are recognised by their sequence number and dropped.
class Client {
 public:
  /// Called for each policy of a list, in the kernel's order. Exceptions it throws pass through.
  using Visitor = std::function<void(const InstalledPolicy&)>;

  /// Asks the transport for its ticks per second. Sends nothing.
  explicit Client(Transport& transport, Limits limits = {})
      : transport_(transport), limits_(limits), hz_(transport.hz()) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Creates a policy (NEW with CREATE|EXCL). EEXIST if the name is taken, EOPNOTSUPP if the
  /// kernel does not track the protocol. Timeouts not set take the namespace's defaults.
  [[nodiscard]] Result<void> add(const Policy& policy);

  /// Creates the policy or replaces its timeouts in place (NEW with CREATE|REPLACE); flows and
  /// rules that use it follow. Timeouts not set go back to the namespace's defaults, they are not
  /// kept. EINVAL if the name is taken by another family or protocol.
  [[nodiscard]] Result<void> replace(const Policy& policy);

  /// One policy by its exact name. ENOENT if there is none.
  [[nodiscard]] Result<InstalledPolicy> get(std::string_view name);

  /// Every policy, in order of creation, in constant memory.
  ///
  /// Not a snapshot: the kernel formats the list in parts while it is read. Policies added,
  /// replaced or removed meanwhile may or may not show, and if the very policy at which the next
  /// part would start is removed, the kernel ends the list early without a sign.
  /// The visitor must not use this Client.
  [[nodiscard]] Result<void> list(const Visitor& visit);

  /// Deletes one policy. ENOENT if there is none; EBUSY while a rule refers to it (kernels before
  /// 7.2).
  [[nodiscard]] Result<void> remove(std::string_view name);

  /// Called by apply() once for each change, in order: its index, and what became of it.
  using ChangeVisitor = std::function<void(std::size_t index, const Result<void>& result)>;

  /// Makes many changes, in their order, and returns how many succeeded. Each is what add(),
  /// replace() or remove() of it would be, with the same errors, but up to a few hundred travel in
  /// one datagram. A change that fails does not keep later ones from being made.
  ///
  /// Constant memory. No more replies are asked for at once than surely fit into the transport's
  /// receive buffer. Should one be lost all the same (ENOBUFS), the policies in question are read
  /// back: success then means that the kernel holds what was asked for, Errc::reply_lost that it
  /// does not, and Errc::receive_failed that a later change of the same policy hides it. After any
  /// other failure of the transport or of a reply no more is sent; what was not gets
  /// Errc::not_sent. The visitor must not use this Client. If it throws, the Client stays usable;
  /// up to a few hundred changes behind the one it was told of may have been made.
  std::size_t apply(std::span<const Change> changes, const ChangeVisitor& visit);

  /// Deletes every policy that no rule refers to. Succeeds on an empty list.
  [[nodiscard]] Result<void> flush();

  /// The namespace's default timeouts of a protocol.
  [[nodiscard]] Result<Timeouts> get_default(std::uint8_t protocol, Family family = Family::ipv4);

  /// Changes the namespace's default timeouts of a protocol; slots not set keep theirs. The
  /// change shows in /proc/sys/net/netfilter and in policies created from now on.
  [[nodiscard]] Result<void> set_default(std::uint8_t protocol, const Timeouts& timeouts,
                                         Family family = Family::ipv4);

 private:
  using MessageHandler = std::function<Result<void>(std::span<const std::byte>)>;

  template <class... Payload>
  [[nodiscard]] Result<void> run(std::uint8_t command, std::uint16_t flags, ReplyForm form,
                                 const MessageHandler& on_message, const Payload&... payload);
  [[nodiscard]] Result<void> settle();
  [[nodiscard]] Result<void> exchange_changes(ChangeWindow& window, std::size_t most);
  void read_back(ChangeWindow& window);

  // Netlink never sends a dump part beyond 32 KiB, whatever is offered; less than that, offered
  // after a larger buffer, would truncate.
  static constexpr std::size_t receive_size = 32768;

  Transport& transport_;
  Limits limits_;
  std::uint32_t hz_;
  std::uint32_t sequence_ = 0;
  bool unsettled_ = false;  // a reply may still be under way
  std::array<std::byte, receive_size> buffer_;
};

}  // namespace cttimeout
