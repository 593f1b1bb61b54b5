// Fault injection: sockets and transports whose calls fail as planned, so that a test shows what
// becomes of a program then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cttimeout/forwarding_socket.h"
#include "cttimeout/transport.h"

namespace cttimeout {

/// What is injected into one call. The first two are for every call, `lost` too; the others have
/// no meaning for a send and are ignored there.
enum class Fault : std::uint8_t {
  fails,           ///< fails with `code`, as EINTR, EAGAIN or ENOBUFS; nothing is sent or taken
  gone,            ///< fails with EBADF, as does every call from then on
  lost,            ///< succeeds but nothing was sent; or the datagram vanishes, the next one comes
  delayed,         ///< times out at once; what is there comes at the next receive
  overrun,         ///< the datagram is lost, and the receive says so: ENOBUFS
  duplicated,      ///< the datagram comes, and comes again at the next receive
  truncated,       ///< only its first `size` bytes come
  reordered,       ///< it comes behind the next one with another sequence number
  wrong_sequence,  ///< its messages carry a sequence number that nobody sent
  foreign_sender,  ///< its sender is not the kernel
  garbled,         ///< as many other bytes come in its place
  interrupted,     ///< its messages say NLM_F_DUMP_INTR
};

enum class Direction : std::uint8_t { send, receive };

/// A fault, and the call that it is for.
struct PlannedFault {
  Direction direction = Direction::send;  ///< which calls `nth` counts
  std::uint64_t nth = 1;                  ///< which call of that direction, counted from 1
  Fault fault = Fault::fails;             ///< what goes wrong
  int code = 0;                           ///< errno, for Fault::fails
  std::size_t size = 0;                   ///< bytes, for Fault::truncated

  friend bool operator==(const PlannedFault&, const PlannedFault&) = default;
};

/// A call may have several, which are injected in this order, but `reordered` first.
using FaultPlan = std::vector<PlannedFault>;

[[nodiscard]] std::string_view to_string(Fault fault);
/// The fault of that name; nullopt if there is none.
[[nodiscard]] std::optional<Fault> find_fault(std::string_view name);
/// Whether the fault has a meaning for such a call.
[[nodiscard]] bool applies_to(Fault fault, Direction direction);
/// "receive 2: truncated to 20 bytes"
[[nodiscard]] std::string to_string(const PlannedFault& fault);

/// Forwards every call, but sends and receives fail as planned. The same plan over the same calls
/// has the same effect. A delayed receive fails with EAGAIN, as does a wait after it. A receive
/// with MSG_PEEK counts as none, and shows what the next receive brings if no fault is planned for
/// that.
///
/// A netlink socket does not silently lose, duplicate, reorder or alter what the kernel replies.
/// These faults show whether a program notices; not all can be noticed: a list of policies that
/// lacks one datagram looks like a shorter list.
class FaultySocket final : public ForwardingSocket {
 public:
  /// Owns the socket below, `inner`.
  explicit FaultySocket(std::unique_ptr<NetlinkSocket> inner, const FaultPlan& plan = {});

  /// Adds to the plan. Has no effect for a call that has been made already.
  void add(const PlannedFault& fault);
  /// Forgets the plan; what is gone stays gone, what was put aside still comes.
  void clear();

  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override;
  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override;
  bool wait(std::chrono::milliseconds timeout) override;
  short poll() const override;

  /// Sends so far.
  [[nodiscard]] std::uint64_t sends() const { return sends_; }
  /// Receives so far, without those that peek.
  [[nodiscard]] std::uint64_t receives() const { return receives_; }
  /// Faults that were injected: a receive that finds nothing has none to damage.
  [[nodiscard]] std::uint64_t injected() const { return injected_; }
  /// The datagram that was put aside and comes next; nullopt if the next is of the socket below.
  [[nodiscard]] std::optional<std::span<const std::byte>> aside() const;
  /// Whether Fault::gone was injected.
  [[nodiscard]] bool gone() const { return gone_; }
  /// The fault that made the last send or receive fail; nullopt if none did.
  [[nodiscard]] std::optional<Fault> failed_by() const { return failed_by_; }

 private:
  struct Datagram {
    std::vector<std::byte> bytes;
    ReceivedDatagram received;  // `returned` is its size, also where `bytes` lacks its end
  };
  using Plan = std::multimap<std::uint64_t, PlannedFault>;

  [[nodiscard]] static FaultPlan take_planned(Plan& plan, std::uint64_t nth);
  [[nodiscard]] static SyscallResult<ReceivedDatagram> copy(const Datagram& datagram,
                                                            std::span<std::byte> buffer, int flags);
  [[nodiscard]] tl::unexpected<int> fail(Fault fault, int code);
  [[nodiscard]] SyscallResult<ReceivedDatagram> take(std::span<std::byte> buffer, int flags);
  [[nodiscard]] SyscallResult<ReceivedDatagram> reorder(const Datagram& first,
                                                        std::span<std::byte> buffer, int flags);
  [[nodiscard]] SyscallResult<ReceivedDatagram> damage(const PlannedFault& fault,
                                                       std::span<std::byte> buffer,
                                                       ReceivedDatagram received, int flags);

  Plan send_plan_;
  Plan receive_plan_;
  std::deque<Datagram> aside_;  // comes before anything else of the socket below
  std::uint64_t sends_ = 0;
  std::uint64_t receives_ = 0;
  std::uint64_t injected_ = 0;
  std::optional<Fault> failed_by_;
  bool gone_ = false;
};

/// A FaultySocket for a Transport, of a fake or of a real kernel. Where the plan has nothing, it
/// keeps the contract of Transport as well as `inner` does.
class FaultyTransport final : public Transport {
 public:
  /// `inner` outlives it.
  explicit FaultyTransport(Transport& inner, const FaultPlan& plan = {});

  /// As FaultySocket::add().
  void add(const PlannedFault& fault) { faulty_.add(fault); }
  /// As FaultySocket::clear().
  void clear() { faulty_.clear(); }
  /// As FaultySocket::sends().
  [[nodiscard]] std::uint64_t sends() const { return faulty_.sends(); }
  /// As FaultySocket::receives().
  [[nodiscard]] std::uint64_t receives() const { return faulty_.receives(); }
  /// As FaultySocket::injected().
  [[nodiscard]] std::uint64_t injected() const { return faulty_.injected(); }
  /// As FaultySocket::aside().
  [[nodiscard]] std::optional<std::span<const std::byte>> aside() const { return faulty_.aside(); }
  /// As FaultySocket::gone().
  [[nodiscard]] bool gone() const { return faulty_.gone(); }

  [[nodiscard]] Result<void> send(std::span<const std::byte> datagram) override;
  [[nodiscard]] Result<Received> receive(std::span<std::byte> buffer,
                                         std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::uint32_t port_id() const override { return inner_.port_id(); }
  [[nodiscard]] std::uint32_t hz() const override { return inner_.hz(); }
  [[nodiscard]] std::size_t receive_buffer() const override { return inner_.receive_buffer(); }

  /// Time that delayed receives would have waited.
  [[nodiscard]] std::chrono::milliseconds waited() const { return waited_; }

 private:
  class TransportSocket;

  FaultyTransport(Transport& inner, std::unique_ptr<TransportSocket> below, const FaultPlan& plan);
  [[nodiscard]] Error error(Errc what, int code) const;

  Transport& inner_;
  TransportSocket& below_;  // faulty_ owns it
  FaultySocket faulty_;
  std::chrono::milliseconds waited_{0};
};

}  // namespace cttimeout
