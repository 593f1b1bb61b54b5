// What the tests of Client::apply share: changes in few words, and their results as numbers.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "support/bytes.h"

namespace cttimeout::test {

inline Policy udp_policy(std::string_view name,
                         std::chrono::seconds unreplied = std::chrono::seconds(5),
                         std::uint8_t protocol = IPPROTO_UDP) {
  return {.name = name, .protocol = protocol, .timeouts = {{1, unreplied}}};
}

inline Change add(std::string_view name, std::chrono::seconds unreplied = std::chrono::seconds(5),
                  std::uint8_t protocol = IPPROTO_UDP) {
  return {.kind = Change::Kind::add, .policy = udp_policy(name, unreplied, protocol)};
}
inline Change replace(std::string_view name,
                      std::chrono::seconds unreplied = std::chrono::seconds(5),
                      std::uint8_t protocol = IPPROTO_UDP) {
  return {.kind = Change::Kind::replace, .policy = udp_policy(name, unreplied, protocol)};
}
inline Change remove(std::string_view name) {
  return {.kind = Change::Kind::remove, .policy = {.name = name}};
}

/// The results of apply(): 0, the errno, or where there is none, the negative Errc.
struct Applied {
  std::vector<int> codes = {};
  std::size_t succeeded = 0;

  friend bool operator==(const Applied&, const Applied&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Applied& applied) {
    for (const int code : applied.codes) out << code << ' ';
    return out << "of which " << applied.succeeded << " succeeded";
  }
};

/// Results out of order, or for a change that has one, come out as -1000.
inline Applied results_of(Client& client, const std::vector<Change>& changes) {
  Applied applied;
  applied.succeeded =
      client.apply(changes, [&applied](std::size_t index, const Result<void>& result) {
        const bool in_turn = index == applied.codes.size();
        const int code = result                     ? 0
                         : result.error().code != 0 ? result.error().code
                                                    : -static_cast<int>(result.error().what);
        applied.codes.push_back(in_turn ? code : -1000);
      });
  return applied;
}

inline std::vector<std::string> names(Client& client) {
  std::vector<std::string> names;
  const Result<void> listed = client.list(
      [&names](const InstalledPolicy& policy) { names.emplace_back(policy.name.view()); });
  if (!listed) names = {to_string(listed.error())};
  return names;
}

/// SO_RCVBUF or SO_SNDBUF; the kernel doubles the size, and has a smallest one.
inline void set_buffer(SocketTransport& transport, int option, std::uint32_t size) {
  (void)transport.socket().set_option(SOL_SOCKET, option, host32(size));
}

}  // namespace cttimeout::test
