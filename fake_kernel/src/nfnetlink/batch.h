// A datagram that begins with NFNL_MSG_BATCH_BEGIN: a transaction of one subsystem.
#pragma once

#include <optional>
#include <vector>

#include "nfnetlink/nfnetlink.h"

namespace cttimeout::fake {

/// A transaction while its messages are gone through (nfnetlink_rcv_batch).
class Batch {
 public:
  Batch(Socket& socket, const Caller& caller, unsigned id, Subsystem& subsystem)
      : socket_(socket), caller_(caller), id_(id), subsystem_(subsystem) {}

  /// `rest`: the datagram behind `begin`, its first message.
  void receive(const Request& begin, std::span<const std::byte> rest);

 private:
  /// How it ends, as far as is known.
  enum class End : std::uint8_t { none, done, malformed };

  struct Reply {
    Request request;
    int error;
    ExtendedAck extended;
  };

  End receive_messages(std::span<const std::byte> rest);
  [[nodiscard]] int run(const Request& request, ExtendedAck& extended);
  void finish(End end);

  Socket& socket_;
  const Caller& caller_;
  unsigned id_;
  Subsystem& subsystem_;
  std::vector<Reply> replies_;    // sent when all is over
  std::optional<Request> first_;  // behind BATCH_BEGIN
  std::optional<Request> last_;   // BATCH_END
  bool failed_ = false;
};

}  // namespace cttimeout::fake
