// The datagrams that one call moves, whichever call it is.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "check/readers/strace_calls.h"
#include "check/readers/strace_message.h"
#include "check/readers/strace_value.h"

namespace cttimeout::tools::check {

/// A piece of a datagram, or where one is to be put.
struct BufferText {
  const Value* data;  ///< nullptr if it was not printed
  std::size_t size;
};

/// One datagram. What it refers to belongs to the call.
struct Transfer {
  std::vector<BufferText> buffers = {};
  std::size_t moved = 0;           ///< bytes
  const Value* address = nullptr;  ///< nullptr if there is none
  std::string_view flags = {};     ///< msg_flags after the call
  std::string_view call_flags = {};

  [[nodiscard]] std::size_t room() const;
  /// nl_pid of the address; nullopt if there is none.
  [[nodiscard]] std::optional<std::uint32_t> port() const;
  /// All pieces are one datagram.
  [[nodiscard]] KnownBytes sent() const;
  [[nodiscard]] KnownBytes received() const;
};

/// Those of a call that succeeded; of one that failed, the one that it was asked for. nullopt if
/// its arguments are not understood.
[[nodiscard]] std::optional<std::vector<Transfer>> transfers_of(const Call& call, Shape shape);

/// The word of an argument; empty if there is none.
[[nodiscard]] std::string_view argument_word(const Call& call, std::size_t index);

/// "MSG_DONTWAIT|MSG_PEEK" has "MSG_PEEK"; so has 0x42, of which it is the bit 2.
[[nodiscard]] bool has_flag(std::string_view flags, std::string_view name, unsigned bit);

}  // namespace cttimeout::tools::check
