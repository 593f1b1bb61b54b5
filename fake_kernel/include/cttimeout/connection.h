// Connection: both ends of a TCP connection whose packets pass a FakeKernel.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "cttimeout/address.h"
#include "cttimeout/flow.h"

namespace cttimeout {

namespace fake {
struct Host;
}

/// A client and a server that follow the protocol, as FakeKernel::open_tcp() makes them: what one
/// sends the other acknowledges, so that nothing stays unacknowledged. Their packets come in as on
/// a router. For all else there is FakeKernel::packet().
///
/// It knows nothing of conntrack: it goes on also when its flow has expired, and what the kernel
/// makes of that is what the functions return. It can be moved, not copied, and may outlive the
/// FakeKernel. Threads: as for that FakeKernel.
class Connection {
 public:
  /// `other` is no connection from then on; destroying it or assigning to it is all it is for.
  Connection(Connection&& other) noexcept = default;
  /// As constructing it anew.
  Connection& operator=(Connection&& other) noexcept = default;

  /// The client sends that many bytes, 65535 at most, and the server acknowledges them. Returns the
  /// state of the first of the two packets.
  PacketState send(std::uint16_t bytes = 1);
  /// The server sends, and the client acknowledges.
  PacketState receive(std::uint16_t bytes = 1);
  /// FIN from the client, FIN from the server, and the last acknowledgement. Returns the state of
  /// the first packet.
  PacketState close();
  /// RST from the client.
  PacketState reset();

  /// Its flow; nullopt if there is none.
  [[nodiscard]] std::optional<Flow> flow() const;

 private:
  friend class FakeKernel;
  enum Side : std::uint8_t { client, server };

  Connection(std::shared_ptr<fake::Host> host, const Endpoint& client_end,
             const Endpoint& server_end);
  void open();
  PacketState segment(Side from, std::uint8_t flags, std::uint16_t bytes = 0);
  PacketState exchange(Side from, std::uint16_t bytes);

  std::shared_ptr<fake::Host> host_;
  std::array<Endpoint, 2> ends_;
  std::array<std::uint32_t, 2> next_{1000, 2000};  // sequence number of each side
};

}  // namespace cttimeout
