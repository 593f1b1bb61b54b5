// The table of flows: where they are kept, and how a packet's is found.
#pragma once

#include <netinet/in.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "conntrack/cells.h"
#include "conntrack/flow.h"
#include "conntrack/flow_index.h"
#include "conntrack/flow_key.h"
#include "conntrack/prefetch.h"

namespace cttimeout::fake {

/// Flows stay where they are as long as they are in the table. Each kind has cells of its own: what
/// its tracker keeps, and the addresses behind it.
class FlowTable {
 public:
  struct Found {
    Flow* flow = nullptr;  ///< nullptr if there is none
    FlowId id = no_flow;
    Direction direction = original;
  };

  FlowTable();

  [[nodiscard]] std::size_t size() const { return size_; }

  /// The flow with that tuple in either direction.
  [[nodiscard]] Found find(const FlowKey& key) const;

  // The same in three steps, some time apart, so that what each needs is near when it comes.
  void prefetch_index(const FlowKey& key) const { index_.prefetch(key.hash); }
  /// The flow that find() would look at first.
  [[nodiscard]] FlowId prefetch_flow(const FlowKey& key) const {
    const FlowId id = index_.first_candidate(key.hash);
    if (id != no_flow) prefetch(id);
    return id;
  }
  /// `likely` is what the step before has returned; the table may have changed since.
  [[nodiscard]] Found find(const FlowKey& key, FlowId likely) const {
    if (likely != no_flow && is_taken(likely)) {
      if (const Found found = compare(key, likely); found.flow != nullptr) return found;
    }
    return find(key);
  }

  [[nodiscard]] Flow& operator[](FlowId id) const {
    return *reinterpret_cast<Flow*>(kind_of(id).cells[cell_of(id)]);
  }
  /// The same with what its tracker keeps: TcpFlow for tcp, and so on.
  template <class Tracked>
  [[nodiscard]] Tracked& get(FlowId id) const {
    return static_cast<Tracked&>((*this)[id]);
  }
  [[nodiscard]] Tuple tuple(FlowId id, Direction direction) const;

  /// A flow that begins with a packet of that tuple, kept by that tracker. find() does not know it
  /// before insert(). What the wheel has of the number stays. Throws std::bad_alloc.
  [[nodiscard]] FlowId make(const FlowKey& key, std::uint8_t tracker);
  /// Throws std::bad_alloc, and then find() does not know it either.
  void insert(const FlowKey& key, FlowId id);
  void erase(FlowId id);
  /// The end of one that was not inserted.
  void discard(FlowId id);

  /// Whether a flow has that number.
  [[nodiscard]] bool is_taken(FlowId id) const { return (*this)[id].timeouts != of_free_cell; }
  /// Calls `see(id)` for every flow, which it may erase.
  template <class See>
  void each(See&& see) const {
    for (FlowId kind = 0; kind < kinds_.size(); ++kind) {
      for (std::uint32_t cell = 0; cell < kinds_[kind].cells.size(); ++cell) {
        const FlowId id = kind << cell_bits | cell;
        if (is_taken(id)) see(id);
      }
    }
  }

  /// For the index: that of the flow's key.
  [[nodiscard]] std::uint64_t hash(FlowId id) const;
  void prefetch(FlowId id) const {
    const std::byte* cell = kind_of(id).cells[cell_of(id)];
    fake::prefetch(cell);
    fake::prefetch(cell + 64);
  }

 private:
  /// Cells of one size; a number has the kind in its highest bits.
  struct Kind {
    explicit Kind(std::size_t tracked, std::size_t addresses)
        : addresses_at(tracked), cells(tracked + addresses) {}

    std::size_t addresses_at;
    Cells cells;
    std::uint32_t free = 0;  // number of a free cell + 1; the next is in its `ports`
  };
  static constexpr std::uint32_t cell_bits = 29;
  static constexpr TimeoutSourceId of_free_cell = 0xffffffff;
  static constexpr std::size_t ipv4_pair = 8;  // two addresses, in bytes
  static constexpr std::size_t ipv6_pair = 32;

  static std::uint32_t cell_of(FlowId id) { return id & ((std::uint32_t{1} << cell_bits) - 1); }
  static bool is_ipv6(FlowId id) { return (id >> cell_bits & 1U) != 0; }
  [[nodiscard]] const Kind& kind_of(FlowId id) const { return kinds_[id >> cell_bits]; }
  [[nodiscard]] AddressWords addresses(FlowId id) const;
  /// That flow, if the tuple is one of it.
  [[nodiscard]] Found compare(const FlowKey& key, FlowId id) const {
    if (is_ipv6(id) != key.is_ipv6) return {};
    const Kind& kind = kind_of(id);
    std::byte* cell = kind.cells[cell_of(id)];
    Flow& flow = *reinterpret_cast<Flow*>(cell);
    AddressWords words{};
    bool is_original = flow.ports == key.ports;
    bool is_reply = flow.ports == key.inverse_ports;
    const AddressWords& own = key.addresses;
    if (key.is_ipv6) {
      std::memcpy(words.data(), cell + kind.addresses_at, ipv6_pair);
      is_original = is_original && words == own;
      is_reply = is_reply && words == AddressWords{own[2], own[3], own[0], own[1]};
    } else {
      std::memcpy(words.data(), cell + kind.addresses_at, ipv4_pair);
      is_original &= words[0] == own[0];
      is_reply &= words[0] == std::rotl(own[0], 32);
    }
    if (!(is_original | is_reply) || flow.protocol != key.protocol) return {};
    return {&flow, id, static_cast<Direction>(!is_original)};
  }

  std::array<Kind, 8> kinds_;
  FlowIndex index_;
  std::size_t size_ = 0;
};

}  // namespace cttimeout::fake
