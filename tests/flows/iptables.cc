// The four programs that make CT rules.
#include "flows/iptables.h"

#include <ostream>

namespace cttimeout::packets {

std::string to_string(const Way& way) {
  return std::string(way.family == Family::ipv4 ? "Ipv4" : "Ipv6") +
         (way.backend == "nft" ? "Nft" : "Legacy");
}

void PrintTo(const Way& way, std::ostream* out) {
  *out << to_string(way);
}

Outcome iptables(const Way& way, const std::string& arguments) {
  // The legacy program wants a lock that it may open; the usual one belongs to root.
  return run("export XTABLES_LOCKFILE=/dev/null; " +
             std::string(way.family == Family::ipv4 ? "iptables-" : "ip6tables-") +
             std::string(way.backend) + " -w -t raw " + arguments);
}

}  // namespace cttimeout::packets
