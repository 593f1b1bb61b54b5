// The object behind the C interface: a policy, and which parts of it are set.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string_view>

#include "cttimeout/codec.h"
#include "libnetfilter_cttimeout/libnetfilter_cttimeout.h"

struct nfct_timeout {
  cttimeout::InstalledPolicy policy;
  cttimeout::wire::Seen present = 0;  ///< one bit for each CTA_TIMEOUT_* that is set

  [[nodiscard]] bool has(unsigned attribute) const {
    return (present & cttimeout::wire::seen(attribute)) != 0;
  }
  void add(unsigned attribute) { present |= cttimeout::wire::seen(attribute); }
  void drop(unsigned attribute) { present &= ~cttimeout::wire::seen(attribute); }
};

namespace cttimeout::compat {

inline constexpr const Protocol& generic_row = *find_protocol(generic_protocol);

/// The row of the table, or generic's: a protocol that the table lacks has one timeout as well.
inline const Protocol& row_of(std::uint8_t l4proto) {
  const Protocol* row = find_protocol(l4proto);
  return row == nullptr ? generic_row : *row;
}

/// The slot of a state, which the C interface counts from 0; nullptr if there is none.
inline const Slot* find_slot(const Protocol& row, std::uint32_t state) {
  return row.slot(std::size_t{state} + 1);
}

/// The timeouts of states that the object's protocol has. There may be others: a program can
/// change L4PROTO after it has set timeouts, and they are kept by number.
inline Timeouts known_timeouts(const nfct_timeout& t) {
  Timeouts known;
  for (const Slot& slot : row_of(t.policy.protocol).slots) {
    if (const auto timeout = t.policy.timeouts.get(slot.number)) known.set(slot.number, *timeout);
  }
  return known;
}

/// A name that was set and refused. The kernel must refuse it, too.
inline bool is_refused(const Name& name) {
  return name.size() > max_name_size;
}

inline int fail(int code) {
  errno = code;
  return -1;
}

}  // namespace cttimeout::compat
