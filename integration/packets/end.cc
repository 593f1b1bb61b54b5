// End: one network namespace, and sockets that send whole IP packets from it.
#include "end.h"

#include <cerrno>
#include <cstring>

namespace cttimeout::packets {

tl::expected<End, std::string> End::create() {
  auto space = test::NetworkNamespace::create();
  if (!space) {
    return tl::unexpected("no network namespace: " + std::string(std::strerror(space.error())));
  }
  End end(std::move(*space));
  if (!end.sockets_.is_open()) {
    return tl::unexpected("no raw socket: " + std::string(std::strerror(errno)));
  }
  return end;
}

}  // namespace cttimeout::packets
