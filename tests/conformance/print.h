// How test failures show sockets' results.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

#include "cttimeout/netlink_socket.h"
#include "support/golden_text.h"

namespace cttimeout {

inline void PrintTo(const NetlinkAddress& address, std::ostream* out) {
  *out << address.port_id << ':' << address.groups;
}

inline void PrintTo(const SocketMemory& memory, std::ostream* out) {
  *out << "used " << memory.used << " drops " << memory.drops << " dumping " << memory.dumping;
}

}  // namespace cttimeout

namespace tl {

template <class T>
void PrintTo(const expected<T, int>& result, std::ostream* out) {
  if (!result) {
    *out << cttimeout::test::errno_text(result.error());
  } else if constexpr (std::is_void_v<T>) {
    *out << "ok";
  } else {
    *out << testing::PrintToString(*result);
  }
}

inline void PrintTo(const unexpected<int>& error, std::ostream* out) {
  *out << cttimeout::test::errno_text(error.value());
}

}  // namespace tl
