// The table of flows.
#include "conntrack/flow_table.h"

#include <bit>
#include <cstring>
#include <new>

namespace cttimeout::fake {
namespace {

constexpr std::size_t ipv4 = 8;  // two addresses, in bytes
constexpr std::size_t ipv6 = 32;

/// By tracker; for IPv4, and behind it for IPv6.
std::uint32_t kind_number(std::uint8_t tracker, bool is_ipv6) {
  const std::uint32_t family = is_ipv6 ? 1 : 0;
  switch (tracker) {
    case IPPROTO_TCP:
      return 2 + family;
    case IPPROTO_SCTP:
      return 4 + family;
    case IPPROTO_DCCP:
      return 6 + family;
    default:
      return family;
  }
}

Flow& begin(std::byte* cell, std::uint8_t tracker) {
  switch (tracker) {
    case IPPROTO_TCP:
      return *new (cell) TcpFlow;
    case IPPROTO_SCTP:
      return *new (cell) SctpFlow;
    case IPPROTO_DCCP:
      return *new (cell) DccpFlow;
    default:
      return *new (cell) UdpFlow;
  }
}

}  // namespace

FlowTable::FlowTable()
    : kinds_{Kind(sizeof(UdpFlow), ipv4),  Kind(sizeof(UdpFlow), ipv6),
             Kind(sizeof(TcpFlow), ipv4),  Kind(sizeof(TcpFlow), ipv6),
             Kind(sizeof(SctpFlow), ipv4), Kind(sizeof(SctpFlow), ipv6),
             Kind(sizeof(DccpFlow), ipv4), Kind(sizeof(DccpFlow), ipv6)} {}

FlowTable::Found FlowTable::find(const FlowKey& key) const {
  Direction direction = original;
  const FlowId id = index_.find(key.hash, [&](FlowId candidate) {
    if (is_ipv6(candidate) != key.is_ipv6) return false;
    const Kind& kind = kind_of(candidate);
    const std::byte* cell = kind.cells[cell_of(candidate)];
    const Flow& flow = *reinterpret_cast<const Flow*>(cell);
    const AddressWords& own = key.addresses;
    AddressWords words{};
    bool is_original = flow.ports == key.ports;
    bool is_reply = flow.ports == key.inverse_ports;
    if (key.is_ipv6) {
      std::memcpy(words.data(), cell + kind.addresses_at, ipv6);
      is_original = is_original && words == own;
      is_reply = is_reply && words == AddressWords{own[2], own[3], own[0], own[1]};
    } else {
      std::memcpy(words.data(), cell + kind.addresses_at, ipv4);
      is_original &= words[0] == own[0];
      is_reply &= words[0] == std::rotl(own[0], 32);
    }
    const bool is_it = (is_original | is_reply) && flow.protocol == key.protocol;
    if (is_it) direction = is_original ? original : reply;
    return is_it;
  });
  return {id, direction};
}

Tuple FlowTable::tuple(FlowId id, Direction direction) const {
  const Flow& flow = (*this)[id];
  const Tuple tuple = tuple_of(addresses(id), flow.ports, flow.protocol, is_ipv6(id));
  return direction == original ? tuple : inverse(tuple);
}

FlowId FlowTable::make(const FlowKey& key, std::uint8_t tracker) {
  const std::uint32_t number = kind_number(tracker, key.is_ipv6);
  Kind& kind = kinds_[number];
  if (kind.free == 0) {
    if (kind.cells.size() == std::uint32_t{1} << cell_bits) throw std::bad_alloc();
    kind.free = kind.cells.push() + 1;
  }
  const std::uint32_t cell = kind.free - 1;
  std::byte* bytes = kind.cells[cell];
  const Flow before = *reinterpret_cast<const Flow*>(bytes);
  kind.free = before.ports;
  Flow& flow = begin(bytes, tracker);
  flow.due = before.due;
  flow.is_filed = before.is_filed;
  flow.ports = key.ports;
  flow.protocol = key.protocol;
  std::memcpy(bytes + kind.addresses_at, key.addresses.data(), key.is_ipv6 ? ipv6 : ipv4);
  return number << cell_bits | cell;
}

void FlowTable::insert(const FlowKey& key, FlowId id) {
  index_.insert(key.hash, id, *this);
  ++size_;
}

void FlowTable::erase(FlowId id) {
  index_.erase(hash(id), id);
  --size_;
  discard(id);
}

void FlowTable::discard(FlowId id) {
  Flow& flow = (*this)[id];
  Kind& kind = kinds_[id >> cell_bits];
  flow.timeouts = of_free_cell;
  flow.ports = kind.free;
  kind.free = cell_of(id) + 1;
}

std::uint64_t FlowTable::hash(FlowId id) const {
  return FlowKey(tuple(id, original), true).hash;
}

AddressWords FlowTable::addresses(FlowId id) const {
  const Kind& kind = kind_of(id);
  AddressWords words{};
  std::memcpy(words.data(), kind.cells[cell_of(id)] + kind.addresses_at, is_ipv6(id) ? ipv6 : ipv4);
  return words;
}

}  // namespace cttimeout::fake
