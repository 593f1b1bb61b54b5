// Tuples: their inverse.
#include "conntrack/tuple.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cttimeout::fake {
namespace {

using Types = std::pair<std::uint8_t, std::uint8_t>;  // a request and its answer

constexpr std::array icmp_types{
    Types{ICMP_ECHO, ICMP_ECHOREPLY},
    Types{ICMP_TIMESTAMP, ICMP_TIMESTAMPREPLY},
    Types{ICMP_INFO_REQUEST, ICMP_INFO_REPLY},
    Types{ICMP_ADDRESS, ICMP_ADDRESSREPLY},
};
constexpr std::array icmpv6_types{
    Types{ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY},
    Types{139, 140},  // node information query and response
};

/// The type that answers this one, or that this one answers; `type` itself if there is none.
template <std::size_t count>
std::uint8_t answer(const std::array<Types, count>& types, std::uint8_t type) {
  for (const auto& [request, reply] : types) {
    if (type == request) return reply;
    if (type == reply) return request;
  }
  return type;
}

std::uint8_t answer(std::uint8_t protocol, std::uint8_t type) {
  if (protocol == IPPROTO_ICMP) return answer(icmp_types, type);
  if (protocol == IPPROTO_ICMPV6) return answer(icmpv6_types, type);
  return type;
}

}  // namespace

Tuple inverse(const Tuple& tuple) {
  Tuple result = tuple;
  std::swap(result.source, result.destination);
  if (has_icmp_type(tuple.protocol)) {
    result.icmp_type = answer(tuple.protocol, tuple.icmp_type);
  } else {
    std::swap(result.source_port, result.destination_port);
  }
  return result;
}

bool has_inverse(const Tuple& tuple) {
  return !has_icmp_type(tuple.protocol) ||
         answer(tuple.protocol, tuple.icmp_type) != tuple.icmp_type;
}

bool has_ports(std::uint8_t protocol) {
  return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
         protocol == IPPROTO_UDPLITE || protocol == IPPROTO_DCCP;
}

bool is_icmp(const Tuple& tuple) {
  if (tuple.family == AF_INET) return tuple.protocol == IPPROTO_ICMP;
  return tuple.protocol == IPPROTO_ICMPV6;
}

bool is_icmp_error(const Tuple& tuple) {
  if (!is_icmp(tuple)) return false;
  if (tuple.family == AF_INET6) return tuple.icmp_type < ICMP6_ECHO_REQUEST;
  constexpr std::array<std::uint8_t, 5> errors{ICMP_DEST_UNREACH, ICMP_SOURCE_QUENCH, ICMP_REDIRECT,
                                               ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB};
  return std::ranges::find(errors, tuple.icmp_type) != errors.end();
}

}  // namespace cttimeout::fake
