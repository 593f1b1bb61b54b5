// A Transport that fails as planned: what becomes of a program when its socket misbehaves.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cttimeout/transport.h"

namespace cttimeout {

/// What befalls one call. The first two befall any, `lost` too; the others have no meaning for a
/// send and are ignored there.
enum class Fault : std::uint8_t {
  fails,           ///< fails with `code`, as EINTR, EAGAIN or ENOBUFS; nothing is sent or taken
  gone,            ///< fails with EBADF, as does every call from then on
  lost,            ///< succeeds but nothing was sent; or the datagram vanishes, the next one comes
  delayed,         ///< times out at once; what is there comes at the next receive
  overrun,         ///< the datagram is lost, and the receive says so: ENOBUFS
  duplicated,      ///< the datagram comes, and comes again at the next receive
  truncated,       ///< only its first `size` bytes come
  reordered,       ///< it comes behind the next one with another sequence number
  wrong_sequence,  ///< its messages bear a sequence number that nobody sent
  foreign_sender,  ///< somebody else than the kernel sent it
  garbled,         ///< as many other bytes come in its place
  interrupted,     ///< its messages say NLM_F_DUMP_INTR
};

enum class Call : std::uint8_t { send, receive };

struct PlannedFault {
  Call call = Call::send;
  std::uint64_t nth = 1;  ///< which one of its kind, counted from 1
  Fault fault = Fault::fails;
  int code = 0;          ///< errno, for Fault::fails
  std::size_t size = 0;  ///< bytes, for Fault::truncated

  friend bool operator==(const PlannedFault&, const PlannedFault&) = default;
};

/// One call may suffer several, in this order but `reordered` first.
using FaultPlan = std::vector<PlannedFault>;

[[nodiscard]] std::string_view to_string(Fault fault);
/// The fault of that name; nullopt if there is none.
[[nodiscard]] std::optional<Fault> find_fault(std::string_view name);
/// Whether the fault has a meaning for such a call.
[[nodiscard]] bool befalls(Fault fault, Call call);
/// "receive 2: truncated to 20 bytes"
[[nodiscard]] std::string to_string(const PlannedFault& fault);

/// Passes every call on to `inner`, which must outlive it, but those that the plan names. The same
/// plan over the same calls has the same effect. Where the plan has nothing, it keeps the contract
/// of Transport as well as `inner` does.
///
/// A netlink socket does not lose, duplicate, reorder or alter what the kernel answers without a
/// word (T4, T6). These faults show whether a program notices; not all can be noticed: a list of
/// policies that lacks one datagram looks like a shorter list.
class FaultyTransport final : public Transport {
 public:
  explicit FaultyTransport(Transport& inner, const FaultPlan& plan = {});

  /// Adds to the plan. Has no effect for a call that has been made already.
  void add(const PlannedFault& fault);
  /// Forgets the plan; what is gone stays gone, what was put aside still comes.
  void clear();

  [[nodiscard]] Result<void> send(std::span<const std::byte> datagram) override;
  [[nodiscard]] Result<Received> receive(std::span<std::byte> buffer,
                                         std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::uint32_t port_id() const override { return inner_.port_id(); }

  /// Calls so far.
  [[nodiscard]] std::uint64_t sends() const { return sends_; }
  [[nodiscard]] std::uint64_t receives() const { return receives_; }
  /// Faults that came to pass: a receive that finds nothing has none to damage.
  [[nodiscard]] std::uint64_t suffered() const { return suffered_; }
  /// The datagram that was put aside and comes next; nullopt if the next is of `inner`.
  [[nodiscard]] std::optional<std::span<const std::byte>> aside() const;
  /// Whether Fault::gone has come to pass.
  [[nodiscard]] bool gone() const { return gone_; }
  /// Time that delayed receives would have waited.
  [[nodiscard]] std::chrono::milliseconds waited() const { return waited_; }

 private:
  struct Datagram {
    std::vector<std::byte> bytes;
    Received received;
  };
  using Faults = std::vector<PlannedFault>;

  [[nodiscard]] Faults take_planned(std::multimap<std::uint64_t, PlannedFault>& plan,
                                    std::uint64_t nth);
  [[nodiscard]] Result<Received> take(std::span<std::byte> buffer,
                                      std::chrono::milliseconds timeout);
  [[nodiscard]] Result<Received> reorder(const Datagram& first, std::span<std::byte> buffer,
                                         std::chrono::milliseconds timeout);
  [[nodiscard]] Result<Received> damage(const PlannedFault& fault, std::span<std::byte> buffer,
                                        Received received, std::chrono::milliseconds timeout);

  Transport& inner_;
  std::multimap<std::uint64_t, PlannedFault> send_plan_;
  std::multimap<std::uint64_t, PlannedFault> receive_plan_;
  std::deque<Datagram> aside_;  // comes before anything else of `inner_`
  std::uint64_t sends_ = 0;
  std::uint64_t receives_ = 0;
  std::uint64_t suffered_ = 0;
  std::chrono::milliseconds waited_{0};
  bool gone_ = false;
};

}  // namespace cttimeout
