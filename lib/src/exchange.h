// One exchange: a request out, its reply in. The only receive loop of the library.
#pragma once

#include <linux/netlink.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "cttimeout/client.h"
#include "cttimeout/result.h"
#include "cttimeout/transport.h"

namespace cttimeout {

/// The flags of a NEW that creates a policy, and of one that replaces it if it is there.
inline constexpr std::uint16_t add_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
inline constexpr std::uint16_t replace_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE;

/// How a reply ends. This follows from what was asked, not from NLM_F_MULTI: the kernel sets
/// that flag on the single reply to a GET, and no NLMSG_DONE follows.
enum class ReplyForm : std::uint8_t {
  ack,     ///< one NLMSG_ERROR
  object,  ///< one data message, then one NLMSG_ERROR; or only the latter with an errno
  dump,    ///< data messages, then NLMSG_DONE; or one NLMSG_ERROR
};

/// Called for each data message of the reply. An error from it ends the exchange.
using MessageHandler = std::function<Result<void>(std::span<const std::byte>)>;

/// Sends `request`, which must carry `sequence`, and reads its reply into `buffer`, datagram by
/// datagram. Strangers' datagrams, other port ids and other sequence numbers are passed over.
[[nodiscard]] Result<void> exchange(Transport& transport, const Limits& limits,
                                    std::span<std::byte> buffer, std::span<const std::byte> request,
                                    std::uint32_t sequence, ReplyForm form,
                                    const MessageHandler& on_message);

/// The sequence numbers of several requests in one datagram.
struct Window {
  std::uint32_t first;
  std::uint32_t count;

  [[nodiscard]] std::uint32_t last() const { return first + count - 1; }
  [[nodiscard]] bool contains(std::uint32_t sequence) const { return sequence - first < count; }
};

/// Told by exchange_window() what becomes of the requests.
class WindowHandler {
 public:
  WindowHandler() = default;
  WindowHandler(const WindowHandler&) = delete;
  WindowHandler& operator=(const WindowHandler&) = delete;
  virtual ~WindowHandler() = default;

  /// The kernel refused that request: sequence number window.first + place. In ascending order.
  /// Returns true if this answers all of them.
  virtual bool refused(std::size_t place, const Error& error) = 0;
  /// Replies were lost: from now on, silence about a request no longer means success.
  virtual void overrun() = 0;
};

/// Replies were lost because the receive buffer was full.
[[nodiscard]] inline bool is_overrun(const Error& error) {
  return error.what == Errc::receive_failed && error.code == ENOBUFS;
}

/// Sends `requests`, one datagram. Only the last of them, window.last(), asks for an ack; of the
/// others the kernel reports failures, in the order in which it handles them, so that this ack ends
/// them all. An overrun does not end it: what did arrive is read first.
[[nodiscard]] Result<void> exchange_window(Transport& transport, const Limits& limits,
                                           std::span<std::byte> buffer,
                                           std::span<const std::byte> requests, Window window,
                                           WindowHandler& handler);

/// Reads and drops whatever is left of earlier replies, without waiting.
[[nodiscard]] Result<void> drain(Transport& transport, const Limits& limits,
                                 std::span<std::byte> buffer);

}  // namespace cttimeout
