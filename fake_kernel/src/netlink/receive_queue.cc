// One socket's receive queue: datagrams in order, the memory they are charged, overruns.

#include "netlink/receive_queue.h"

#include <algorithm>
#include <bit>
#include <cerrno>

namespace cttimeout::fake {

namespace {

constexpr std::size_t head = 256;     // struct sk_buff
constexpr std::size_t trailer = 320;  // struct skb_shared_info

std::size_t align64(std::size_t size) {
  return (size + 63) & ~std::size_t{63};
}

}  // namespace

// __alloc_skb: small datagrams share a slab object of fixed size, larger ones take the next power
// of two that holds data and trailer.
std::size_t charge_for(const KernelProfile& profile, std::size_t size) {
  if (size <= profile.small_room) return head + profile.small_room + trailer;
  return head + std::bit_ceil(align64(size) + trailer);
}

// netlink_alloc_large_skb
std::size_t charge_for_user(const KernelProfile& profile, std::size_t size, bool to_group) {
  return size <= nlmsg_default_size || to_group ? charge_for(profile, size)
                                                : head + align64(size) + trailer;
}

std::span<std::byte> ReceiveQueue::reserve(std::size_t size) {
  if (bytes_.size() < end_ + size) bytes_.resize(std::max(end_ + size, 2 * bytes_.size()));
  return std::span(bytes_).subspan(end_, size);
}

void ReceiveQueue::commit(std::size_t size, std::size_t charge, const Source& source) {
  entries_.push_back({.begin = end_, .size = size, .charge = charge, .source = source});
  end_ += size;
  used_ += charge;
  tell();
}

// Older kernels refuse a datagram only when those before it are too many already (K-VER-17).
std::size_t ReceiveQueue::used_with(std::size_t charge) const {
  return counts_new_ ? used_ + charge : used_;
}

bool ReceiveQueue::accepts(std::size_t charge) const {
  return !congested_ && (empty() || used_with(charge) <= limit_);
}

bool ReceiveQueue::accepts_dump_part(std::size_t charge) const {
  return empty() || used_with(charge) < limit_;
}

// netlink_overrun
void ReceiveQueue::overrun() {
  ++drops_;
  if (no_enobufs_ || congested_) return;
  congested_ = true;
  set_error(ENOBUFS);
}

void ReceiveQueue::set_error(int error) {
  error_ = error;
  tell();
}

ReceiveQueue::Datagram ReceiveQueue::front() const {
  const Entry& entry = entries_[head_];
  return {.bytes = std::span(bytes_).subspan(entry.begin, entry.size), .source = entry.source};
}

void ReceiveQueue::pop() {
  used_ -= entries_[head_].charge;
  ++head_;
  if (2 * head_ >= entries_.size()) take_back_room();
}

void ReceiveQueue::take_back_room() {
  const std::size_t freed = empty() ? end_ : entries_[head_].begin;
  std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(freed),
            bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
  entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
  for (Entry& entry : entries_) entry.begin -= freed;
  end_ -= freed;
  head_ = 0;
}

void ReceiveQueue::relieve() {
  if (empty()) congested_ = false;
}

int ReceiveQueue::take_error() {
  return std::exchange(error_, 0);
}

// netlink_setsockopt: switching it on also ends congestion.
void ReceiveQueue::set_no_enobufs(bool on) {
  no_enobufs_ = on;
  if (on) congested_ = false;
}

}  // namespace cttimeout::fake
