// One subsystem of nfnetlink: the commands that it has, and how one is run.
#pragma once

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>

#include "core/caller.h"
#include "netlink/netlink_ack.h"
#include "netlink/nla.h"

namespace cttimeout::fake {

class Socket;

inline constexpr std::size_t nfnetlink_headers_size = NLMSG_HDRLEN + sizeof(nfgenmsg);

/// A request whose attributes keep the rules of its command.
struct ParsedRequest {
  Socket& socket;
  const Request& request;
  const Attributes& attributes;
  const Caller& caller;
  ExtendedAck& extended;  ///< what the reply to a failure says beside the errno

  [[nodiscard]] const nlmsghdr& header() const { return request.header; }
  [[nodiscard]] bool has_flag(unsigned flag) const { return (header().nlmsg_flags & flag) != 0; }
  [[nodiscard]] std::uint8_t family() const {
    return load<nfgenmsg>(request.message.data() + NLMSG_HDRLEN).nfgen_family;
  }
  /// Whether things of this family are asked for: no family in particular is all of them.
  [[nodiscard]] bool asks_for(std::uint8_t other) const {
    return family() == AF_UNSPEC || family() == other;
  }
  /// `error`, of which the reply says that this attribute is to blame, if it is there.
  int blame(unsigned type, int error) const { return blame(attributes[type], error); }
  int blame(std::span<const std::byte> payload, int error) const {
    if (payload.data() == nullptr) return error;
    const auto at = payload.data() - request.message.data() - NLA_HDRLEN;
    extended.offset = static_cast<std::uint32_t>(at);
    return error;
  }
};

/// How a command is called (enum nfnl_callback_type).
enum class CallType : std::uint8_t {
  alone,     ///< by a message of its own
  in_batch,  ///< by a message of a transaction
};

/// A command that a subsystem has (struct nfnl_callback).
struct Command {
  const AttributeRules* rules;  ///< what its attributes must be
  CallType call = CallType::alone;
};

/// What a subsystem with transactions does between the messages of one.
class Transactions {
 public:
  Transactions() = default;
  Transactions(const Transactions&) = delete;
  Transactions& operator=(const Transactions&) = delete;
  virtual ~Transactions() = default;

  /// Whether a transaction may begin that was made for this generation, 0 for any.
  [[nodiscard]] virtual bool accepts_generation(std::uint32_t generation) const = 0;
  virtual void begin() = 0;
  /// What the transaction's messages have changed counts from now on. `first`: the message behind
  /// its BATCH_BEGIN, for which events are reported.
  virtual void commit(Socket& socket, const Request& first, const Caller& caller) = 0;
  /// They have changed nothing.
  virtual void abort() = 0;
};

/// A subsystem of one network namespace (struct nfnetlink_subsystem).
class Subsystem {
 public:
  /// The dump that was started replies in place of an ack.
  static constexpr int started_dump = -1;

  Subsystem() = default;
  Subsystem(const Subsystem&) = delete;
  Subsystem& operator=(const Subsystem&) = delete;
  virtual ~Subsystem() = default;

  /// By the message type without the subsystem; nullopt if there is no such command.
  [[nodiscard]] virtual std::optional<Command> find_command(unsigned type) const = 0;
  /// Runs a command that there is. Returns 0, an errno, or started_dump.
  virtual int run(unsigned type, const ParsedRequest& request) = 0;
  /// nullptr if it has none.
  [[nodiscard]] virtual Transactions* transactions() { return nullptr; }
};

}  // namespace cttimeout::fake
