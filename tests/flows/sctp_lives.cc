// The lives of SCTP flows: every slot that a flow can have.
#include <initializer_list>

#include "flows/life.h"

namespace cttimeout::packets {
namespace {

using enum Direction;

Step step(Direction direction, Chunk chunk, std::size_t slot) {
  return {.packet = sctp(direction, chunk), .slot = slot};
}

std::vector<Step> associated_then(std::initializer_list<Step> rest) {
  std::vector<Step> steps{
      step(out, Chunk::init, CTA_TIMEOUT_SCTP_CLOSED),
      step(in, Chunk::init_ack, CTA_TIMEOUT_SCTP_COOKIE_WAIT),
      step(out, Chunk::cookie_echo, CTA_TIMEOUT_SCTP_COOKIE_ECHOED),
      step(in, Chunk::cookie_ack, CTA_TIMEOUT_SCTP_ESTABLISHED),
  };
  steps.insert(steps.end(), rest);
  return steps;
}

Life life(std::string_view name, std::vector<Step> steps) {
  return {.name = name, .protocol = *find_protocol(IPPROTO_SCTP), .steps = std::move(steps)};
}

}  // namespace

std::vector<Life> sctp_lives() {  // K-FLOW-26
  return {
      life("ShutsDown", associated_then({
                            step(out, Chunk::shutdown, CTA_TIMEOUT_SCTP_SHUTDOWN_SENT),
                            step(in, Chunk::shutdown_ack, CTA_TIMEOUT_SCTP_SHUTDOWN_ACK_SENT),
                            step(out, Chunk::shutdown_complete, CTA_TIMEOUT_SCTP_CLOSED),
                        })),
      life("IsShutDown", associated_then({
                             step(in, Chunk::shutdown, CTA_TIMEOUT_SCTP_SHUTDOWN_RECD),
                             step(out, Chunk::shutdown_ack, CTA_TIMEOUT_SCTP_SHUTDOWN_ACK_SENT),
                             step(in, Chunk::shutdown_complete, CTA_TIMEOUT_SCTP_CLOSED),
                         })),
      life("GainsAPathByHeartbeat",
           {
               step(out, Chunk::heartbeat, CTA_TIMEOUT_SCTP_HEARTBEAT_SENT),
               step(in, Chunk::heartbeat_ack, CTA_TIMEOUT_SCTP_ESTABLISHED),
           }),
  };
}

}  // namespace cttimeout::packets
