// The table of flows.
#include "conntrack/flow_table.h"

#include <new>

namespace cttimeout::fake {
namespace {

/// Each tracker has two: one for IPv4, and behind it one for IPv6.
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
    : kinds_{Kind(sizeof(UdpFlow), ipv4_pair),  Kind(sizeof(UdpFlow), ipv6_pair),
             Kind(sizeof(TcpFlow), ipv4_pair),  Kind(sizeof(TcpFlow), ipv6_pair),
             Kind(sizeof(SctpFlow), ipv4_pair), Kind(sizeof(SctpFlow), ipv6_pair),
             Kind(sizeof(DccpFlow), ipv4_pair), Kind(sizeof(DccpFlow), ipv6_pair)} {}

FlowTable::Found FlowTable::find(const FlowKey& key) const {
  Found found;
  index_.find(key.hash, [&](FlowId candidate) {
    found = compare(key, candidate);
    return found.flow != nullptr;
  });
  return found;
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
  std::memcpy(bytes + kind.addresses_at, key.addresses.data(), key.is_ipv6 ? ipv6_pair : ipv4_pair);
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
  std::memcpy(words.data(), kind.cells[cell_of(id)] + kind.addresses_at,
              is_ipv6(id) ? ipv6_pair : ipv4_pair);
  return words;
}

}  // namespace cttimeout::fake
