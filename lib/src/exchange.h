// One exchange: a request out, its answer in. The only receive loop of the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "cttimeout/client.h"
#include "cttimeout/result.h"
#include "cttimeout/transport.h"

namespace cttimeout {

/// How an answer ends. This follows from what was asked, not from NLM_F_MULTI: the kernel sets
/// that flag on the single reply to a GET, and no NLMSG_DONE follows.
enum class Answer : std::uint8_t {
  ack,     ///< one NLMSG_ERROR
  object,  ///< one data message, then one NLMSG_ERROR; or only the latter with an errno
  dump,    ///< data messages, then NLMSG_DONE; or one NLMSG_ERROR
};

/// Called for each data message of the answer. An error from it ends the exchange.
using MessageHandler = std::function<Result<void>(std::span<const std::byte>)>;

/// Sends `request`, which must carry `sequence`, and reads its answer into `buffer`, datagram by
/// datagram. Strangers' datagrams, other port ids and other sequence numbers are passed over.
[[nodiscard]] Result<void> exchange(Transport& transport, const Limits& limits,
                                    std::span<std::byte> buffer, std::span<const std::byte> request,
                                    std::uint32_t sequence, Answer answer,
                                    const MessageHandler& on_message);

/// Reads and drops whatever is left of earlier answers, without waiting.
[[nodiscard]] Result<void> drain(Transport& transport, const Limits& limits,
                                 std::span<std::byte> buffer);

}  // namespace cttimeout
