// A datagram and its first message, read without trusting it: 0 or nothing where it ends too soon.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "support/bytes.h"
#include "support/messages.h"
#include "support/wire.h"

namespace cttimeout::test {

inline std::size_t length_of(View datagram) {
  return read32(datagram, 0);
}
inline std::uint16_t type_of(View datagram) {
  return read16(datagram, 4);
}
inline std::uint16_t flags_of(View datagram) {
  return read16(datagram, 6);
}

/// Whether it begins with a message that lies within it.
inline bool sane(View datagram) {
  return take_message(datagram).has_value();
}

inline std::size_t message_count(View datagram) {
  std::size_t count = 0;
  while (take_message(datagram)) ++count;
  return count;
}

/// The errno of an NLMSG_ERROR, 0 for success; -1 for any other message.
inline int error_of(View datagram) {
  if (datagram.size() < payload_offset || type_of(datagram) != type_error) return -1;
  return -static_cast<int>(read32(datagram, header_size));
}

inline bool is_batch(View datagram) {
  return sane(datagram) && type_of(datagram) == type_batch_begin &&
         datagram.size() >= payload_offset;
}

/// Calls visit(type, payload) for each attribute as the kernel walks them; returns the bytes left.
template <class Visit>
std::size_t for_each_attribute(View datagram, Visit&& visit) {
  if (!sane(datagram) || length_of(datagram) < payload_offset) return 0;
  View rest = datagram.first(length_of(datagram)).subspan(payload_offset);
  while (rest.size() >= 4) {
    const std::size_t size = read16(rest, 0);
    if (size < 4 || size > rest.size()) break;
    visit(read16(rest, 2), rest.subspan(4, size - 4));
    rest = rest.subspan(std::min(aligned(size), rest.size()));
  }
  return rest.size();
}

/// Bytes behind the last attribute.
inline std::size_t leftover(View datagram) {
  return for_each_attribute(datagram, [](std::uint16_t, View) {});
}

}  // namespace cttimeout::test
