// One socket's receive queue: datagrams in order, the memory they are charged, overruns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "core/behaviours.h"
#include "cttimeout/kernel_profile.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::fake {

/// Bytes that the kernel charges for a datagram allocated with room for `size` (K-MEM-1). The
/// steps are those of its slab caches; they depend on page size and sizeof(struct sk_buff).
[[nodiscard]] std::size_t charge_for(const KernelProfile& profile, std::size_t size);

/// The same for a datagram from another user socket. Those beyond a page come from another
/// allocator, without steps, unless they go to a group.
[[nodiscard]] std::size_t charge_for_user(const KernelProfile& profile, std::size_t size,
                                          bool to_group);

/// Of either direction, as sysctls of net.core have it: rmem_default, rmem_max, wmem_default,
/// wmem_max.
inline constexpr std::size_t default_buffer = 212992;
/// NLMSG_DEFAULT_SIZE: a page without the trailer of an skb.
inline constexpr std::size_t nlmsg_default_size = 3776;

class ReceiveQueue {
 public:
  static constexpr std::size_t smallest_limit = 2304;

  /// Where a datagram came from; the default is the kernel.
  struct Source {
    NetlinkAddress address = {};
    Credentials sender = {};
  };
  struct Datagram {
    std::span<const std::byte> bytes;
    Source source;
  };

  /// `data_ready`, if any, is called whenever something has come in: a datagram or an error.
  explicit ReceiveQueue(const KernelProfile& profile, std::function<void()> data_ready = {})
      : data_ready_(std::move(data_ready)),
        counts_new_(has(profile, Behaviour::overrun_counts_new)) {}

  /// Room for a datagram of up to `size` bytes at the end of the queue, not yet queued: fill it,
  /// then call commit(). Any other call in between gives the room back.
  [[nodiscard]] std::span<std::byte> reserve(std::size_t size);
  void commit(std::size_t size, std::size_t charge, const Source& source);

  /// Whether a unicast fits (K-MEM-2): the queue is empty or stays within the limit, and the
  /// socket is not congested.
  [[nodiscard]] bool accepts(std::size_t charge) const;
  /// Whether a dump part fits (K-MEM-6): strictly within the limit, congestion not considered.
  [[nodiscard]] bool accepts_dump_part(std::size_t charge) const;
  /// A datagram was lost (K-MEM-2): counts it; the first of a row makes the socket congested.
  void overrun();

  [[nodiscard]] bool empty() const { return head_ == entries_.size(); }
  [[nodiscard]] Datagram front() const;
  void pop();
  /// Ends congestion once everything was read (K-MEM-3).
  void relieve();

  /// The pending error, if any, is reported once (K-MEM-3).
  [[nodiscard]] int take_error();
  [[nodiscard]] int error() const { return error_; }
  void set_error(int error);

  void set_limit(std::size_t limit) { limit_ = limit; }
  [[nodiscard]] std::size_t limit() const { return limit_; }
  void set_no_enobufs(bool on);
  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] std::size_t drops() const { return drops_; }

 private:
  struct Entry {
    std::size_t begin;
    std::size_t size;
    std::size_t charge;
    Source source;
  };

  void tell() const {
    if (data_ready_) data_ready_();
  }
  void take_back_room();
  /// What `used_` is when the limit is looked at.
  [[nodiscard]] std::size_t used_with(std::size_t charge) const;

  const std::function<void()> data_ready_;
  // Datagrams lie one behind the other; the room of those read is taken back when they are half
  // of it all. Both vectors keep their memory, so that a steady flow of replies allocates nothing.
  std::vector<std::byte> bytes_;
  std::vector<Entry> entries_;
  std::size_t head_ = 0;  // first entry not yet read
  std::size_t end_ = 0;   // behind the last datagram
  std::size_t limit_ = default_buffer;
  std::size_t used_ = 0;
  std::size_t drops_ = 0;
  int error_ = 0;
  bool congested_ = false;
  bool no_enobufs_ = false;
  bool counts_new_;
};

}  // namespace cttimeout::fake
