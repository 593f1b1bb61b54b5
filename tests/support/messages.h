// The messages of a datagram, one by one, as the kernel walks them.
#pragma once

#include <algorithm>
#include <optional>

#include "support/bytes.h"
#include "support/wire.h"

namespace cttimeout::test {

/// Takes the message at the front of `datagram`. Nothing, and `datagram` as it was, if none lies
/// there whole.
inline std::optional<View> take_message(View& datagram) {
  if (datagram.size() < header_size) return std::nullopt;
  const std::size_t length = read32(datagram, 0);
  if (length < header_size || length > datagram.size()) return std::nullopt;
  const View message = datagram.first(length);
  datagram = datagram.subspan(std::min(aligned(length), datagram.size()));
  return message;
}

/// Calls visit(offset) for each message.
template <class Visit>
void for_each_message(View datagram, Visit&& visit) {
  View rest = datagram;
  while (const auto message = take_message(rest)) {
    visit(static_cast<std::size_t>(message->data() - datagram.data()));
  }
}

}  // namespace cttimeout::test
