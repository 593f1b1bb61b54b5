// Connection: both ends of a TCP connection.
#include "cttimeout/connection.h"

#include <utility>

#include "cttimeout/build_packet.h"
#include "host.h"
#include "show_flow.h"

namespace cttimeout {

Connection::Connection(std::shared_ptr<fake::Host> host, const Endpoint& client_end,
                       const Endpoint& server_end)
    : host_(std::move(host)), ends_{client_end, server_end} {}

void Connection::open() {
  segment(client, tcp_syn);
  segment(server, tcp_syn | tcp_ack);
  segment(client, tcp_ack);
}

PacketState Connection::send(std::uint16_t bytes) {
  return exchange(client, bytes);
}

PacketState Connection::receive(std::uint16_t bytes) {
  return exchange(server, bytes);
}

PacketState Connection::close() {
  const PacketState state = segment(client, tcp_fin | tcp_ack);
  segment(server, tcp_fin | tcp_ack);
  segment(client, tcp_ack);
  return state;
}

PacketState Connection::reset() {
  return segment(client, tcp_rst | tcp_ack);
}

std::optional<Flow> Connection::flow() const {
  const Packet packet = tcp(ends_[client], ends_[server], {});
  return fake::show_flow(*host_, packet.tuple);
}

PacketState Connection::segment(Side from, std::uint8_t flags, std::uint16_t bytes) {
  const Side to = from == client ? server : client;
  const bool acknowledges = (flags & tcp_ack) != 0;
  const Packet packet = tcp(ends_.at(from), ends_.at(to),
                            {.flags = flags,
                             .sequence = next_.at(from),
                             .acknowledgement = acknowledges ? next_.at(to) : 0,
                             .window = 65535,
                             .payload = bytes});
  next_.at(from) += bytes + ((flags & (tcp_syn | tcp_fin)) != 0 ? 1U : 0U);
  return host_->conntrack.packet(packet, host_->net.clock.ticks());
}

PacketState Connection::exchange(Side from, std::uint16_t bytes) {
  const PacketState state = segment(from, tcp_psh | tcp_ack, bytes);
  segment(from == client ? server : client, tcp_ack);
  return state;
}

}  // namespace cttimeout
